"""Show the site on localhost, and build it again when a page or a module changes."""

import subprocess

from livereload import Server

from tools.preview import BUILD, ROOT

WATCHED = ["book/*.md", "book/*.bib", "book/_static/*.css", "code/**/*.py", "_*.yml"]


def build() -> None:
    """Build the site; a failing page is reported and the old site stays."""
    subprocess.run(BUILD, cwd=ROOT, check=False)


def main() -> None:
    """Serve until interrupted."""
    build()
    server = Server()
    for pattern in WATCHED:
        server.watch(str(ROOT / pattern), build)
    server.serve(root=str(ROOT / "_build" / "html"), port=8000)


if __name__ == "__main__":
    main()
