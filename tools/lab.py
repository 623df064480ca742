"""Open the chapters in JupyterLab: a click on a page opens it as a notebook.

python -m tools.lab [options of jupyter lab]
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SETTINGS = Path(sys.prefix) / "etc/jupyter/labconfig/default_setting_overrides.json"
# jupytext reads text as a notebook; this makes its view the one that a click opens.
DEFAULTS = {
    "@jupyterlab/docmanager-extension:plugin": {
        "defaultViewers": {"markdown": "Jupytext Notebook"}
    },
    # The book asks nobody outside: nor does its laboratory.
    "@jupyterlab/apputils-extension:notification": {
        "checkForUpdates": False,
        "fetchNews": "false",
    },
}


def main() -> int:
    """Write the settings into this environment alone, and start JupyterLab."""
    SETTINGS.parent.mkdir(parents=True, exist_ok=True)
    SETTINGS.write_text(json.dumps(DEFAULTS, indent=2), encoding="utf-8")
    command = [sys.executable, "-m", "jupyterlab", "--notebook-dir", "book"]
    return subprocess.run([*command, *sys.argv[1:]], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
