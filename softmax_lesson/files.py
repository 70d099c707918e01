"""A small file on the disk stands there as a whole or not at all: whoever looks sees the old one or the new.

Only the standard library is imported: the wheel is built with this module, and a student's copy of the
notebooks is made where NumPy may be missing.
"""

import contextlib
import os
import secrets
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


def tidy(folder: Path) -> None:
    """Remove what was being written there when somebody was killed, long ago: others may be writing now."""
    for unfinished in folder.glob(f".*{UNFINISHED}"):
        with contextlib.suppress(OSError):
            if time.time() - unfinished.stat().st_mtime > ABANDONED:
                unfinished.unlink()
