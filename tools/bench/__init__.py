"""What the book costs, beside the libraries: `python -m tools.bench rules`."""

import os

# Before a group imports torch: one thread, as a page has.
for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"
