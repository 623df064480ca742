"""A checkout has the bytes of the commit, whatever the reader's git converts."""

import shutil
import subprocess
from pathlib import Path

import pytest

from ml2020.data.files import verified
from ml2020.data.pokemon import SPECIES_SHA256
from tools.planted import copy_of

ROOT = Path(__file__).parents[1]
WINDOWS = ["-c", "core.autocrlf=true", "-c", "core.eol=crlf"]  # of Git for Windows

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="there is no git")


def git(folder: Path, *arguments: str) -> str:
    """Run git with no settings but the given ones; return what it says."""
    nobody = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
    who = ["-c", "user.name=n", "-c", "user.email=n@example.org"]
    done = subprocess.run(
        ["git", *who, *arguments],
        cwd=folder,
        env=nobody,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def clone_on_windows(source: Path, place: Path) -> Path:
    """Commit a folder as it is, and clone it as Git for Windows would."""
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all"]):
        git(source, *arguments)
    git(place, *WINDOWS, "clone", "-q", f"file://{source}", "clone", *WINDOWS)
    return place / "clone"


def changed(clone: Path) -> list[str]:
    """Return the files of a clone whose bytes are not those of the commit."""
    listed = git(clone, "ls-tree", "-r", "-z", "HEAD").strip("\0").split("\0")
    blobs, paths = zip(*(line.split("\t") for line in listed), strict=True)
    found = git(clone, "hash-object", "--no-filters", "--", *paths).split()
    committed = (blob.split()[2] for blob in blobs)
    rows = zip(paths, committed, found, strict=True)
    return [path for path, before, after in rows if before != after]


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Read a file of the clone as its loader does."""
    data = tmp_path / "clone" / "code" / "ml2020" / "data"
    monkeypatch.setattr("ml2020.data.files.files", lambda package: data)
    return lambda: verified("pokemon.csv", SPECIES_SHA256)


@pytest.fixture
def source():
    """Everything that is committed, in a folder of its own."""
    with copy_of(ROOT) as copy:
        shutil.copytree(ROOT / ".ci", copy / ".ci")
        (copy / ".git").unlink(missing_ok=True)  # a worktree's leads back to the book
        yield copy


def test_a_clone_on_windows_has_the_bytes_of_the_commit(source, tmp_path, load):
    clone = clone_on_windows(source, tmp_path)
    assert len(list(clone.rglob("*.py"))) > 200
    assert not changed(clone)
    assert load()


def test_without_the_attributes_a_clone_on_windows_cannot_load_its_data(
    source, tmp_path, load
):
    (source / ".gitattributes").unlink()
    clone = clone_on_windows(source, tmp_path)
    assert {"code/ml2020/data/pokemon.csv", ".ci/run", "Makefile"} <= {*changed(clone)}
    with pytest.raises(ValueError, match=r"pokemon\.csv is not the committed file"):
        load()


def test_the_remedy_of_the_loader_mends_a_file_that_was_converted(
    source, tmp_path, load
):
    clone = clone_on_windows(source, tmp_path)
    name = "code/ml2020/data/pokemon.csv"
    content = (clone / name).read_bytes()
    (clone / name).write_bytes(content.replace(b"\n", b"\r\n"))
    with pytest.raises(ValueError, match="delete it"):
        load()
    (clone / name).unlink()
    git(clone, "checkout", "--", name)
    assert load() == content


@pytest.mark.parametrize("marked", [True, False])
def test_a_file_that_is_no_text_is_marked(source, tmp_path, marked):
    if not marked:
        (source / "book" / "a.bin").write_bytes(b"\0")
    clone = clone_on_windows(source, tmp_path)
    files = [p.relative_to(clone).as_posix() for p in clone.rglob("*") if p.is_file()]
    tracked = [path for path in files if not path.startswith(".git/")]
    binary = [path for path in tracked if b"\0" in (clone / path).read_bytes()]
    said = git(clone, "check-attr", "text", "--", *binary).splitlines()
    found = [line for line in said if not line.endswith(": unset")]
    assert found == ([] if marked else ["book/a.bin: text: auto"])
