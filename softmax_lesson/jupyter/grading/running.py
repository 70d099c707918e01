"""Hand notebooks to workers, a process each, with an eye on the clock."""

import contextlib
import functools
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field

from softmax_lesson import exercises
from softmax_lesson.jupyter.grading.notebooks import whole_letters
from softmax_lesson.jupyter.grading.worker import JOB, PAGE, READY, STOP

MOST_SAID = 2**20  # bytes that a notebook's verdicts may take
STATUSES = ("correct", "wrong", "error", "not attempted")
NAME = re.compile(r"[A-Za-z_]\w*")
NO_END = "no_end"
DIED = "died"


class WorkerLost(Exception):
    """Says that a worker ended or does not answer, and what it said."""


@dataclass(frozen=True)
class Limits:
    """How many seconds one answer may take, and all answers of one notebook."""

    answer: float = 10
    notebook: float = 60


@dataclass
class Run:
    """What came of a notebook: {exercise: its verdict}, or a problem in words."""

    verdicts: dict[str, dict] = field(default_factory=dict)
    problem: str | None = None


class Worker:
    """A process that has the lesson loaded. `why_not` says why it has no jail, None where it has one."""

    def __init__(self, hidden=(), how="jailed"):
        """Start it. Raises WorkerLost."""
        self.place = tempfile.TemporaryDirectory(prefix="softmax-lesson-grade-")
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115  closed in close()
        self.control, theirs = socket.socketpair()
        command = [sys.executable, "-P", "-m", "softmax_lesson.jupyter.grading.worker"]
        with theirs:
            self.process = subprocess.Popen(
                [*command, os.path.realpath(self.place.name), how, *hidden],
                stdin=theirs,
                stdout=subprocess.DEVNULL,
                stderr=self.errors,
                env=os.environ
                | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"},
                start_new_session=True,  # Ctrl + C is for us; we end it
            )
        self.why_not = self._told()["why_not"]
        self.unknown = {exercise.name for exercise in exercises.catalogue()}  # those it has not met yet

    def close(self):
        """End it and all it has started; whoever waits for it in another thread hears that it is lost."""
        with contextlib.suppress(OSError):
            self.control.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        self.process.kill()
        self.process.wait()
        self.control.close()
        self.errors.close()
        self.place.cleanup()

    def grade(self, cells: list[str], limits: Limits = Limits()) -> Run:
        """Return the verdicts on all answers of a notebook; what hangs or dies is one of them.

        An answer that does not end takes its process with it, and the others get another. Raises WorkerLost.
        """
        self._get_ready(cells)
        run, ends = Run(), time.monotonic() + limits.notebook
        while True:
            before = len(run.verdicts)
            hearing = _Hearing(run, limits, ends)
            code = self._once(
                {"cells": cells, "skip": list(run.verdicts), "seconds": limits.notebook}, hearing
            )
            if hearing.done or run.problem:
                return run
            hearing.blame(code)
            if len(run.verdicts) == before:
                run.problem = hearing.why(code)
            if run.problem or not hearing.left:
                return run

    def _get_ready(self, cells) -> None:
        """Let the worker prepare the exercises that are named in some cells: once, not in every fork."""
        named = self.unknown & set(NAME.findall("\n".join(cells)))
        if named:
            with self._listening():
                self.control.sendall(READY + json.dumps(sorted(named)).encode() + b"\n")
            self._told()
            self.unknown -= named

    @contextlib.contextmanager
    def _listening(self):
        """Raise WorkerLost where the worker does not hear what is said to it."""
        try:
            yield
        except OSError as trouble:
            raise WorkerLost(self._last_words()) from trouble

    def _once(self, job, hearing) -> int:
        """Let one process answer until it has said all, ends or must be ended; return how it ended."""
        job_read, job_write = os.pipe()
        said_read, said_write = os.pipe()
        try:
            with self._listening():
                socket.send_fds(self.control, [JOB], [job_read, said_write])
        finally:
            os.close(job_read)
            os.close(said_write)
        with contextlib.suppress(BrokenPipeError), os.fdopen(job_write, "wb") as pipe:
            pipe.write(json.dumps(job).encode())
        with os.fdopen(said_read, "rb", buffering=0) as said:
            hearing.listen(said)
            with contextlib.suppress(OSError):
                self.control.send(STOP)  # it may have said that it is done, and go on
            return self._told()["code"]

    def _told(self) -> dict:
        """Return the next line that the worker says. Raises WorkerLost."""
        line = b""
        while not line.endswith(b"\n"):
            try:
                part = self.control.recv(PAGE)
            except OSError:
                part = b""
            if not part:
                raise WorkerLost(self._last_words())
            line += part
        return json.loads(line)

    def _last_words(self) -> str:
        self.errors.seek(0)
        lines = self.errors.read().decode(errors="replace").strip().splitlines()
        return f"The process that grades has ended: {lines[-1] if lines else 'it said nothing'}"


class _Hearing:
    """What one process says, line by line; none of it is trusted."""

    def __init__(self, run, limits, ends):
        self.run, self.limits, self.ends = run, limits, ends
        self.done, self.begun, self.stopped, self.left, self.shown = False, None, None, [], []

    def listen(self, pipe) -> None:
        """Read until it is done, or has ended, or must be ended: too late, or too much."""
        said, rest = 0, b""
        while not (self.done or self.run.problem):
            now = time.monotonic()
            until = min(now + self.limits.answer, self.ends)
            ready, _, _ = select.select([pipe], [], [], max(until - now, 0))
            if not ready:
                self.stopped = NO_END
                return
            part = pipe.read(PAGE)
            if not part:
                return
            said += len(part)
            *lines, rest = (rest + part).split(b"\n")
            if said > MOST_SAID or not all(map(self._hear, lines)):
                self.stopped = DIED
                return

    def _hear(self, line: bytes) -> bool:
        """Take in one line; False when it is none of ours."""
        try:
            said = json.loads(line)
            if "found" in said:
                self.left = [name for name in said["found"] if name in _known()]
            elif "begin" in said:
                self.begun, self.shown = said["begin"], _lines(said["shown"])
            elif "end" in said:
                self._keep(said)
            elif "unreadable" in said:
                self.run.problem = whole_letters(said["unreadable"])[:200]
            else:
                self.done = said["done"] is True
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return False
        return True

    def _keep(self, said) -> None:
        """Keep a verdict that has the form of one."""
        name = said["end"]
        if name != self.begun or name not in self.left or said["status"] not in STATUSES:
            raise ValueError(name)
        self.run.verdicts[name] = {
            "status": said["status"],
            "mistake": whole_letters(said["mistake"]) if isinstance(said["mistake"], str) else None,
            "text": whole_letters(said["text"]),
            "line": said.get("line") if type(said.get("line")) is int else None,
            "shown": _lines(said["shown"]),
        }
        self.left.remove(name)

    def blame(self, code: int) -> None:
        """Make a verdict of it that a process was ended, or died, at an exercise."""
        if self.begun in self.left:
            mistake = NO_END if self._was_too_long(code) else DIED
            self.run.verdicts[self.begun] = _failed(mistake, self.why(code), self.shown)
            self.left.remove(self.begun)
        if time.monotonic() > self.ends:
            why = f"The time of the notebook, {self.limits.notebook} s, was over before it could be run."
            for name in self.left:
                self.run.verdicts[name] = _failed(NO_END, why)
            self.left = []

    def _was_too_long(self, code) -> bool:
        return self.stopped == NO_END or code == 128 + signal.SIGXCPU

    def why(self, code: int) -> str:
        """Say why a process came to its end too early."""
        if self._was_too_long(code):
            return f"It did not come to an end within {self.limits.answer} s, and was stopped."
        if self.stopped == DIED:
            return "It wrote where the verdicts are written, and was stopped."
        if code > 128:
            name = signal.Signals(code - 128).name
            return f"Its process died ({name}): it may have asked for more memory than there is."
        return "It ended its own process."


def _lines(said) -> list[str]:
    return [whole_letters(line) for line in said]


@functools.cache
def _known() -> frozenset[str]:
    """Return the names of all exercises: what else a notebook's process says to have found is none."""
    return frozenset(exercise.name for exercise in exercises.catalogue())


def _failed(mistake: str, why: str, shown=()) -> dict:
    return {"status": "error", "mistake": mistake, "text": why, "line": None, "shown": list(shown)}


class Pool:
    """Workers that start when they are needed, one a thread, and are replaced when they are lost."""

    def __init__(self, hidden, how, limits):
        """Take what every worker is given; none starts yet."""
        self.hidden, self.how, self.limits = hidden, how, limits
        self.mine, self.all, self.why_not, self.closed = threading.local(), [], None, False

    def grade(self, cells: list[str]) -> Run:
        """Return the verdicts on a notebook's answers, by this thread's own worker. Raises WorkerLost."""
        try:
            return self._worker().grade(cells, self.limits)
        except WorkerLost:
            self.mine.worker = None
            return self._worker().grade(cells, self.limits)

    def _worker(self) -> Worker:
        if self.closed:
            raise WorkerLost("The grading was stopped.")
        if getattr(self.mine, "worker", None) is None:
            self.mine.worker = Worker(self.hidden, self.how)
            self.all.append(self.mine.worker)
            self.why_not = self.mine.worker.why_not
        return self.mine.worker

    def close(self):
        """End all workers."""
        self.closed = True
        for worker in self.all:
            worker.close()
