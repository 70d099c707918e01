"""A process that has the lesson loaded and forks one for each notebook: `python -m ... .worker`.

Its standard input is a socket. A JOB on it comes with two file descriptors: the notebook's code is
read from the first, verdicts are written to the second, a line of JSON each. Neither the code nor a verdict
comes into this process, so that nothing of one student is in the memory that another's process starts with.
READY comes with names of exercises, a line of JSON: those that the next notebook may have answers to.
"""

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import sys
import tempfile

JOB, STOP, READY = b"j", b"k", b"r"
PAGE = 65536
GRACE = 5  # seconds that the processor's time may be longer than the clock's


def main() -> None:
    """Serve until the other side closes the socket.

    Arguments: a folder for the jails, "jailed" or "watched", and the folders that must not be seen.
    """
    place, how, *hidden = sys.argv[1:]
    control = socket.socket(fileno=os.dup(0))
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    exercises = load()
    why_not = "by request" if how == "watched" else no_jail(place, hidden)
    control.sendall(json.dumps({"why_not": why_not}).encode() + b"\n")
    while True:
        message, handles, _, _ = socket.recv_fds(control, 1, 2)
        if not message:
            return
        if message == READY:
            get_ready([exercises[name] for name in read_line(control)])
            control.sendall(b"{}\n")
        elif len(handles) == 2:  # else it is a STOP that came when the notebook had just ended
            code = run(control, handles, exercises, place, hidden, watched=why_not is not None)
            control.sendall(json.dumps({"code": code}).encode() + b"\n")


def load() -> dict:
    """Return all exercises by name."""
    from softmax_lesson import exercises
    from softmax_lesson.exercises.engine import shut
    from softmax_lesson.jupyter.grading import answers  # noqa: F401  once, and not in each fork

    shut.disregard()
    os.environ["SOFTMAX_LESSON_HOME"] = os.devnull  # no list of what is done is kept
    os.environ["SOFTMAX_LESSON_ROOM"] = "off"  # and no room hears of it
    return {exercise.name: exercise for exercise in exercises.catalogue()}


def get_ready(exercises: list) -> None:
    """Have each exercise make its mistakes once: forks find them done."""
    for exercise in exercises:
        exercise.check(lambda *given: 0.123)


def read_line(control) -> list:
    """Read a line of JSON, byte by byte: what follows it is the next message."""
    line = b""
    while not line.endswith(b"\n") and (part := control.recv(1)):
        line += part
    return json.loads(line)


def no_jail(place: str, hidden: list[str]) -> str | None:
    """Try to make a jail; return why that does not work here, or None."""
    from softmax_lesson.jupyter.grading import jail

    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            try:
                jail.close_in(place, hidden)
                jail.give_up_rights()
            except (jail.NoJail, OSError) as reason:
                os.write(writing, str(reason).encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as told:
        return told.read().decode() or None


def run(control, handles, exercises, place, hidden, watched) -> int:
    """Fork for one notebook and wait until it ends or a STOP comes; return how it ended, as a shell does."""
    from softmax_lesson.jupyter.grading import jail

    size = jail.size_now()
    alive, held = os.pipe()  # the other end is open as long as the child lives
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            os.close(alive)
            control.close()
            (watch if watched else shut)(handles, exercises, place, hidden, size)
        os._exit(1)
    for handle in (*handles, held):
        os.close(handle)
    with contextlib.suppress(ConnectionError):
        ready, _, _ = select.select([control, alive], [], [])
        if control in ready:
            control.recv(1)
            os.kill(child, signal.SIGTERM)
    os.close(alive)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def shut(handles, exercises, place, hidden, size) -> None:
    """Make a jail, let its first process answer, and wait for it. When it ends, all it has started ends."""
    from softmax_lesson.jupyter.grading import jail

    jail.die_with_parent()
    jail.close_in(place, hidden)
    wait_for(fork_to_answer(handles, exercises, size, jail.give_up_rights), os.kill)


def watch(handles, exercises, place, hidden, size) -> None:
    """Let a process answer that Python itself watches over, in a folder that goes afterwards."""
    from softmax_lesson.jupyter.grading import jail

    folder = tempfile.mkdtemp(dir=place)
    os.chdir(folder)

    def prepare():
        os.setsid()
        jail.watch_over(folder, hidden)

    try:
        wait_for(fork_to_answer(handles, exercises, size, prepare), os.killpg)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fork_to_answer(handles, exercises, size, prepare) -> int:
    """Fork the process that runs the student's code; return its number."""
    from softmax_lesson.jupyter.grading import jail

    child = os.fork()
    if child:
        return child
    with contextlib.suppress(BaseException):
        jail.die_with_parent()
        job = json.loads(read_all(handles[0]))
        write = keep_only(handles[1])
        os.environ.clear()
        os.environ.update(PATH="/usr/bin:/bin", HOME=os.getcwd(), SOFTMAX_LESSON_HOME=os.devnull)
        jail.set_limits(job["seconds"] + GRACE, size)
        prepare()
        answer(job, exercises, write)
        os._exit(0)
    os._exit(1)


def wait_for(child: int, kill) -> None:
    """Wait for a process, or end it when this one is told to end; end with its status."""

    def stop(*_):
        with contextlib.suppress(OSError):
            kill(child, signal.SIGKILL)

    signal.signal(signal.SIGTERM, stop)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)  # as long as it is not fetched, its number is its own
    stop()  # in a jail nobody is left; elsewhere its group may be
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os._exit(code if code >= 0 else 128 - code)


def read_all(handle: int) -> bytes:
    """Read a pipe to its end."""
    with os.fdopen(handle, "rb") as pipe:
        return pipe.read()


def keep_only(handle: int):
    """Close all files but one, and return a function that writes a line of JSON to that one."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.dup2(handle, 3)
    os.closerange(4, 4096)

    def write(**said):
        line = json.dumps(said).encode() + b"\n"
        while line:
            line = line[os.write(3, line) :]

    return write


def answer(job: dict, exercises: dict, write) -> None:
    """Find and judge all answers of a notebook, and say each verdict at once."""
    from softmax_lesson.jupyter.grading import answers

    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        code = answers.parse(job["cells"])
        found = {name: answers.find(code, name) for name in exercises if name not in job["skip"]}
    except (MemoryError, RecursionError):
        write(unreadable="Its code goes too deep to be read.")
        return
    write(found=[name for name, one in found.items() if one])
    for name, one in found.items():
        if one:
            write(begin=name, shown=answers.shown(code, one, None))
            write(end=name, **verdict(exercises[name], code, one))
    write(done=True)


def verdict(exercise, code, one) -> dict:
    """Return what there is to say about one answer."""
    from softmax_lesson.jupyter.grading import answers

    shown, line = answers.shown(code, one, None), None
    if one.problem:
        return {"status": "error", "mistake": None, "text": one.problem, "shown": shown}
    try:
        function, trouble = answers.make(code, one)
        if (getattr(function, "__module__", None) or "").startswith(answers.PACKAGE):
            status, mistake, text = "not attempted", None, "It is the lesson's own function."
        else:
            said = exercise.check(function)
            status, mistake, line = said.status, said.mistake, said.line
            text = said.text.partition("\n")[2]
            shown = answers.shown(code, one, line)
    except BaseException as stop:  # whatever a student's object does when it is looked at
        status, mistake, trouble = "error", None, None
        text = f"It stopped: {type(stop).__name__}."
    if trouble and status == "error":
        text = f"{text}\n{trouble}"
    return {
        "status": status,
        "mistake": mistake,
        "text": text,
        "line": line,
        "shown": shown,
    }


if __name__ == "__main__":
    main()
