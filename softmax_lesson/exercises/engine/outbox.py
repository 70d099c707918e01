"""From a student's kernel to the room: first a small file of the student's own, then, in a thread, away.

An event is a file of its own in the folder of the progress file, `room/waiting/`, there as a whole or not at
all. It goes when the room has said that it has it, and not before. So an event survives the death of the
kernel, of the network and of the board, and goes with the next event of any of the student's kernels; the
room drops what comes twice, by its id. What has waited for 30 days is dropped.

No lock is held and nothing is waited for in the student's cell: what takes long, a network or a shared
folder, is the thread's. The files are not forced to the disk: they survive a killed kernel, and not always a
machine that loses its power.
"""

import atexit
import collections
import contextlib
import json
import os
import random
import secrets
import threading
import time
from pathlib import Path

from softmax_lesson.data import files
from softmax_lesson.exercises.engine import progress_file

MOST_AT_ONCE = 50  # events in one message
FIRST_WAIT, LONGEST_WAIT = 0.5, 15.0  # seconds until the next attempt; doubled each time, and partly drawn
PATIENCE = 10.0  # seconds for an answer of the board
AT_THE_END = 1.0  # seconds that a kernel which ends waits for what is on its way
CHANCE = random.Random()  # of our own: from the student's, another thread must not draw
TOO_OLD = 30 * 24 * 3600.0  # seconds


class NotHeard(Exception):
    """Says why the room has not got what was sent."""


def folder() -> Path | None:
    """Return the folder of what is kept for the room; None where the student has no folder at all."""
    with contextlib.suppress(RuntimeError):
        return progress_file.folder() / "room"
    return None


class Outbox:
    """What waits to be sent: files in a folder, and in memory what could not be written."""

    def __init__(self, place: Path | None):
        """Take the folder; None: all stays in memory."""
        self.place, self.memory, self.stuck = place, collections.deque(), set()
        if place is not None:
            files.tidy(place)

    def put(self, event: dict) -> None:
        """Keep an event until it is sent."""
        try:
            if self.place is None:
                raise FileNotFoundError
            self.place.mkdir(parents=True, exist_ok=True, mode=0o700)
            name = f"{time.time_ns():020d}-{event['id']}.json"
            files.write(self.place / name, json.dumps(event))
        except OSError:
            self.memory.append(event)

    def waiting(self) -> list[tuple[Path | None, dict]]:
        """Return (its file or None, the event) of those that are next, the oldest first."""
        found = []
        for path in self._files()[:MOST_AT_ONCE]:
            if event := self._read(path):
                found.append((path, event))
        return found or [(None, event) for event in list(self.memory)[:MOST_AT_ONCE]]

    def _files(self) -> list[Path]:
        """Return the files that wait; not those that were sent, and that the system keeps all the same."""
        with contextlib.suppress(OSError):
            return sorted(set(self.place.glob("*.json")) - self.stuck) if self.place else []
        return []

    def _read(self, path: Path) -> dict | None:
        """Return the event of a file. What is too old or no event is taken away."""
        try:
            if time.time() - path.stat().st_mtime < TOO_OLD:
                event = json.loads(path.read_text(encoding="utf-8"))
                return event if isinstance(event, dict) else self._take_away(path)
        except FileNotFoundError:  # another kernel has sent it
            return None
        except (OSError, ValueError, RecursionError):
            pass
        return self._take_away(path)

    def _take_away(self, path: Path) -> None:
        try:
            path.unlink()
        except FileNotFoundError:
            pass
        except OSError:
            self.stuck.add(path)

    def gone(self, sent: list[tuple[Path | None, dict]]) -> None:
        """Forget what the room has."""
        for path, event in sent:
            if path:
                self._take_away(path)
            else:
                self.memory.remove(event)

    def __len__(self) -> int:
        """How many wait."""
        return len(self._files()) + len(self.memory)


class Folder:
    """A room that is a folder: a file for each kernel, which nobody else writes to."""

    def __init__(self, place: str):
        """Take the folder, which must be there."""
        self.place, self.name = Path(place).expanduser(), None

    def send(self, events: list[dict]) -> None:
        """Append the events, a line each; raises NotHeard where that does not work."""
        lines = "".join(f"{json.dumps(event)}\n" for event in events).encode()
        self.name = self.name or f"{secrets.token_hex(16)}.jsonl"
        try:
            handle = os.open(self.place / self.name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
            try:
                if hasattr(os, "fchmod"):
                    os.fchmod(handle, 0o644)  # whatever the umask: the board reads it
                written = os.write(handle, lines)
            finally:
                os.close(handle)
        except OSError as trouble:
            raise NotHeard(f"{self.place}: {trouble.strerror or trouble}") from trouble
        if written < len(lines):
            self.name = None  # it ends in half a line: the next attempt goes to a new file
            raise NotHeard(f"{self.place}: there is no room left")


class Address:
    """A room that is the address of a board."""

    def __init__(self, url: str):
        """Take the address with its key."""
        self.url = url

    def send(self, events: list[dict]) -> None:
        """Post the events; raises NotHeard unless the board says that it has all of them."""
        import http.client
        import urllib.error
        import urllib.request

        body = json.dumps({"sent": time.time(), "events": events}).encode()
        request = urllib.request.Request(self.url, body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                said = json.loads(answer.read(10_000))
            heard = said.get("heard") if isinstance(said, dict) else None
        except urllib.error.HTTPError as trouble:
            trouble.close()
            raise NotHeard(f"the board answers {trouble.code}") from trouble
        except (OSError, ValueError, http.client.HTTPException) as trouble:
            raise NotHeard(str(getattr(trouble, "reason", trouble))) from trouble
        if heard != len(events):  # a page to log in, say, or another program at that address
            raise NotHeard("what answers there is not the board")


def way_to(room: str) -> Folder | Address:
    """Return how to reach a room: an address begins with http:// or https://."""
    return Address(room) if room.lower().startswith(("http://", "https://")) else Folder(room)


class Sender(threading.Thread):
    """Sends what waits in an outbox, again and again until the room has it.

    box: an `Outbox`. room: a function that returns where the room is now, or None.
    """

    def __init__(self, box: Outbox, room):
        """Start at once; the interpreter does not wait for this thread."""
        super().__init__(name="softmax-lesson room", daemon=True)
        self.box, self.room, self.trouble = box, room, None
        self.news, self._way = threading.Event(), (None, None)
        self.start()

    def run(self) -> None:
        """Send, and after a failure wait, each time longer and not all students at the same moment."""
        wait = None
        while True:
            self.news.wait(wait)
            self.news.clear()
            try:
                self._send_all()
                self.trouble = wait = None
            except NotHeard as reason:
                self.trouble = str(reason)
                longest = min(2 * wait, LONGEST_WAIT) if wait else FIRST_WAIT
                wait = longest * CHANCE.uniform(0.5, 1.0)
            except Exception as trouble:  # whatever the machine comes up with, the thread lives on
                self.trouble, wait = repr(trouble), LONGEST_WAIT

    def _send_all(self) -> None:
        while (room := self.room()) and (sent := self.box.waiting()):
            if self._way[0] != room:
                self._way = room, way_to(room)
            self._way[1].send([event for _, event in sent])
            self.box.gone(sent)


_boxes, _senders = {}, {}  # {the folder: its outbox}, {the folder: the thread that sends}


def put(event: dict, room) -> None:
    """Keep an event, and have it sent. room: a function that returns where the room is now, or None."""
    place = folder()
    box = _boxes.setdefault(place, Outbox(place and place / "waiting"))
    box.put(event)
    if place not in _senders or not _senders[place].is_alive():  # a fork has no thread of its own
        _senders[place] = Sender(box, room)
    _senders[place].news.set()


def notices() -> list[str]:
    """Return what waits, and why, as sentences."""
    place = folder()
    waiting = len(_boxes[place] if place in _boxes else Outbox(place and place / "waiting"))
    if not waiting:
        return []
    trouble = _senders[place].trouble if place in _senders else None
    why = f" ({trouble})" if trouble else ""
    return [f"Not sent yet: {waiting}{why}. What waits is kept and goes with the next event."]


@atexit.register
def finish(seconds: float = AT_THE_END) -> None:
    """Give what is on its way a moment; what then still waits goes next time."""
    until = time.monotonic() + seconds
    for sender in list(_senders.values()):
        while sender.is_alive() and sender.room() and not sender.trouble and len(sender.box):
            if time.monotonic() > until:
                return
            time.sleep(0.005)
