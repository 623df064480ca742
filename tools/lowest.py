"""Print the lowest version that the package declares of each of its dependencies.

python tools/lowest.py > lowest.txt      for pip's --constraint; see .ci/lowest
"""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
BOUND = re.compile(r"([A-Za-z0-9._-]+)>=([0-9][0-9.]*)$")


def lowest(project: str) -> list[str]:
    """Return name==version for each dependency of a pyproject.toml.

    Raises:
        ValueError: If one has no lowest version, or more conditions than that.
    """
    found = []
    for dependency in tomllib.loads(project)["project"]["dependencies"]:
        bound = BOUND.match(dependency)
        if not bound:
            raise ValueError(f"{dependency}: write name>=version, the lowest that runs")
        found.append(f"{bound[1]}=={bound[2]}")
    return found


if __name__ == "__main__":
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    sys.stdout.write("\n".join(lowest(project)) + "\n")
