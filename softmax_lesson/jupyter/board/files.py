"""The events on the disk: what arrives is appended and forced to the disk, and a shared folder is followed.

An event that arrives over the network is answered for only when its line is on the disk (fsync); those that
come in the meantime share the next writing. So what a kernel was told to forget survives the death of the
board and, as far as the disk keeps its word, a failure of the power. Each start of the board begins a file of
its own: a line that a killed board left unfinished spoils no other.
"""

import contextlib
import errno
import os
import secrets
import stat
import time
from pathlib import Path

from softmax_lesson.jupyter.board.heard import LONGEST_LINE, Event, event_of_line

NAMES = "*.jsonl"
MOST_AT_ONCE = 1_000_000  # bytes of a file, each time one looks
LARGEST = 50_000_000  # bytes of a file that are read at all
MOST_FILES = 20_000


class Received:
    """The file of what arrives while this board runs."""

    def __init__(self, folder: Path):
        """Begin a file; raises OSError where that does not work."""
        self.path = folder / f"received-{secrets.token_hex(8)}.jsonl"
        self._handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        self._torn = False

    def append(self, events: list[Event]) -> None:
        """Write events and force them to the disk; raises OSError, and then some may be there.

        No more than is read again when the board starts anew: somebody may send for ever.
        """
        if os.fstat(self._handle).st_size >= LARGEST:
            raise OSError(errno.EFBIG, "more has come than a class sends: begin a new board", str(self.path))
        lines = b"\n" * self._torn + b"".join(event.line() for event in events)
        self._torn = True
        while lines:
            lines = lines[os.write(self._handle, lines) :]
        self._torn = False
        os.fsync(self._handle)

    def close(self) -> None:
        """Close the file; an empty one goes."""
        os.close(self._handle)
        with contextlib.suppress(FileNotFoundError):  # whoever deletes the folder deletes it all
            if not self.path.stat().st_size:
                self.path.unlink()


class Followed:
    """A folder of files to which lines are appended by others: each look brings what is new."""

    def __init__(self, folder: Path, leave_out: Path | None = None):
        """Take the folder, and a file in it that is not to be read."""
        self.folder, self.leave_out, self._read_to = folder, leave_out, {}

    def new(self) -> list[Event]:
        """Return the events of lines that were not there when one last looked, the oldest first.

        Raises OSError when the folder cannot be read. A file that cannot be, or is no ordinary file, is left
        out; so is a line that holds no event, and a last line without its end waits.
        """
        found = []
        for path in sorted(self.folder.glob(NAMES))[:MOST_FILES]:
            if path != self.leave_out:
                found += self._news_of(path)
        if not found:
            os.stat(self.folder)  # glob does not say that a folder is gone
        return sorted(found, key=lambda event: event.time)

    def _news_of(self, path: Path) -> list[Event]:
        try:
            text = self._grown(path)
        except OSError:
            return []
        whole, end, _ = text.rpartition(b"\n")
        taken = len(whole) + len(end)
        if not end and len(text) > LONGEST_LINE:
            taken = len(text)  # no event is as long as that
        now = time.time()
        self._read_to[path] = self._read_to.get(path, 0) + taken
        return [event for line in whole.split(b"\n") if line and (event := event_of_line(line, now))]

    def _grown(self, path: Path) -> bytes:
        """Return what was appended to a file, up to a limit."""
        start = self._read_to.get(path, 0)
        # Not through a link, and no pipe is waited for: in a folder that all can write these may lie.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        handle = os.open(path, flags | getattr(os, "O_BINARY", 0))
        try:
            about = os.fstat(handle)
            if not stat.S_ISREG(about.st_mode) or start >= min(about.st_size, LARGEST):
                return b""
            os.lseek(handle, start, os.SEEK_SET)
            return os.read(handle, MOST_AT_ONCE)
        finally:
            os.close(handle)


def everything(followed: Followed) -> list[Event]:
    """Return all that a folder has now, the oldest first."""
    found = []
    while news := followed.new():
        found += news
    return sorted(found, key=lambda event: event.time)
