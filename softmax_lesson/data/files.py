"""A small file on the disk stands there as a whole or not at all: whoever looks sees the old one or the new.

Only the standard library is imported: the wheel is built with this module, and a student's copy of the
notebooks is made where NumPy may be missing.
"""

import contextlib
import errno
import os
import secrets
import stat
import time
from pathlib import Path

UNFINISHED = ".softmax-lesson-unfinished"
ABANDONED = 3600.0  # seconds; by then, whoever wrote an unfinished file is gone
OURS_ALONE, AS_USUAL = 0o600, 0o666  # who may read and write it; the user's umask takes away from that


def write(path: Path, text: str, *, mode: int = OURS_ALONE, lasting: bool = False) -> None:
    """Write a text beside the file and then let it take the file's place. Raises OSError.

    lasting: whether it is forced to the disk first (fsync). Without that it survives a killed process, and
    not always a machine that loses its power.
    """
    unfinished = path.with_name(f".{secrets.token_hex(8)}{UNFINISHED}")
    try:
        unfinished.touch(mode, exist_ok=False)
        unfinished.write_text(text, encoding="utf-8", newline="\n")
        if lasting:
            with open(unfinished, "rb+") as file:
                os.fsync(file.fileno())
        os.replace(unfinished, path)
    except BaseException:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        raise


def read(path: Path) -> str:
    """Return the text of an ordinary file. Raises OSError: of a pipe or a device nothing is waited for.

    What is no UTF-8 raises UnicodeDecodeError, a ValueError.
    """
    with open(path, encoding="utf-8", opener=_without_waiting) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is no ordinary file", str(path))
        return file.read()


def _without_waiting(path, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def tidy(folder: Path) -> None:
    """Remove what was being written there when somebody was killed, long ago: others may be writing now."""
    for unfinished in folder.glob(f".*{UNFINISHED}"):
        with contextlib.suppress(OSError):
            if time.time() - unfinished.stat().st_mtime > ABANDONED:
                unfinished.unlink()
