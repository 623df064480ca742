"""What contributors run, from the root: `python -m tools.live gnn`; make names most."""

import sys
from pathlib import Path

# The book's extensions are no package, and some of them read what a tool reads.
sys.path.append(str(Path(__file__).parents[1] / "book" / "_ext"))
