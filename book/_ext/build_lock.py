"""Build lock: one build at a time works on a cache, and the others wait for it.

Two at once would execute the same pages twice, and each would remove the runs that it
does not know. The system keeps the lock, not a file that says so: it goes with its
process, however that ends.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

if os.name == "nt":
    import msvcrt
else:
    import fcntl

HELD: dict[Path, TextIO] = {}  # the locks of this process, which keeps them to its end


def hold(folder: Path, say_that_we_wait: Callable[[], None]) -> None:
    """Make a folder, and make it ours until this process ends.

    Raises:
        OSError: If nothing can be written there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "lock"
    if path in HELD:
        return
    file = path.open("a")
    if not locked(file):
        say_that_we_wait()
        while not locked(file):
            time.sleep(0.1)
    HELD[path] = file


def locked(file: TextIO) -> bool:
    """Lock a file, if no other process has; tell whether we could."""
    try:
        if os.name == "nt":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # so say Unix and Windows
        return False
    except OSError:
        return True  # this disk knows no locks, so nobody has one
    return True
