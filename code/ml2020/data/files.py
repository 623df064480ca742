"""Embedded files: read only what was committed, bit for bit."""

import hashlib
from importlib.resources import files


def verified(name: str, sha256: str) -> bytes:
    """Return the bytes of an embedded file.

    Args:
        name: The file's name in ml2020/data.
        sha256: The hash that its loader holds; a changed file is a changed result.

    Raises:
        ValueError: If the file differs from what the loader was written for.
    """
    content = (files("ml2020.data") / name).read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ValueError(
            f"{name} is not the committed file: delete it and run `git checkout --"
            f" {name}` in ml2020/data, or install ml2020 again; if the cut was meant to"
            " change, run tools/make_data.py"
        )
    return content
