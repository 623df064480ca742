"""Open the chapters in JupyterLab: a click on a page opens it as a notebook."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SETTINGS = Path(sys.prefix) / "etc/jupyter/labconfig/default_setting_overrides.json"
# jupytext pairs text with notebooks; this makes its view the one that a click opens.
OPEN_AS_NOTEBOOK = {
    "@jupyterlab/docmanager-extension:plugin": {
        "defaultViewers": {"markdown": "Jupytext Notebook"}
    }
}


def main() -> int:
    """Write the setting into this environment alone, and start JupyterLab."""
    SETTINGS.parent.mkdir(parents=True, exist_ok=True)
    SETTINGS.write_text(json.dumps(OPEN_AS_NOTEBOOK, indent=2), encoding="utf-8")
    command = [sys.executable, "-m", "jupyterlab", "--notebook-dir", "book"]
    return subprocess.run(command, cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
