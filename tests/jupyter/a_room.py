"""A board as a program of its own, and events as kernels send them: for the tests of the board."""

import json
import re
import secrets
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]


def check(who, about, verdict="wrong", mistake=None, ago=0.0, attempt=1):
    """The event of a check that was made some seconds ago."""
    told = {"verdict": verdict, "mistake": mistake, "try": attempt}
    return _event(who, "check", about, ago) | told


def prediction(who, about, option, seen=False, ago=0.0):
    """The event of a prediction that was made some seconds ago."""
    return _event(who, "prediction", about, ago) | {"option": option, "seen": seen}


def _event(who, what, about, ago):
    event = {"id": secrets.token_hex(16), "who": who, "what": what, "about": about}
    return event | {"time": time.time() - ago}


def of_a_class(students=40):
    """Yield the events of a class in 04: a vote each, most tries at two exercises, two mistakes and more."""
    for number in range(students):
        who = f"k{number:02d}-3qx9"
        yield prediction(who, "04_loss.knows_nothing", number % 7 % 3, seen=number % 4 == 0, ago=400)
        yield prediction(who, "05_derivatives.nudge", (0, 1, 1, 2, 2, 2, 3)[number % 7], ago=60)
        yield check(who, "04_loss.one_loss", "correct" if number % 5 else "error", ago=300)
        if number % 3 == 0:
            for attempt in range(1, 2 + number % 4):
                ago = 100 - 10 * attempt
                yield check(who, "05_derivatives.other_row", "wrong", "transposed", ago, attempt)
        else:
            mistake = "sign_flipped" if number % 2 else None
            yield check(
                who, "05_derivatives.other_row", "wrong" if number % 2 else "correct", mistake, ago=50
            )
        yield check(who, "05_derivatives.correct_row", "correct" if number % 8 else "wrong", ago=200)


class Program:
    """`python -m softmax_lesson board`, and its addresses as it says them."""

    def __init__(self, folder, *words, port=0):
        """Start it and wait until it says where it answers."""
        self.folder, self.words = Path(folder), words
        command = [sys.executable, "-m", "softmax_lesson", "board", str(folder), f"--port={port}", *words]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        said = []
        while not (said and said[-1].startswith("What arrives")):
            line = self.process.stdout.readline()
            if not line:
                raise RuntimeError(f"no board: {said}")
            said.append(line)
        self.said = "".join(said)
        self.projector, self.teacher, self.room = (
            re.search(rf"http://\S+/{name}\S+", self.said)[0] for name in ("projector", "teacher", "room")
        )
        self.port = int(re.search(r":(\d+)/", self.room)[1])

    def again(self):
        """Return a board on the same folder and port, after this one has ended."""
        return Program(self.folder, *self.words, port=self.port)

    def end(self, kill=False):
        """End it, by the signal that nothing can catch or by an ordinary one."""
        (self.process.kill if kill else self.process.terminate)()
        self.process.wait()
        self.process.stdout.close()


def post(address, message, kind="application/json"):
    """Return (status, text) of what a board answers to a message."""
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    request = urllib.request.Request(address, body, {"Content-Type": kind})
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


def send(address, events):
    """Send events to a board, which must hear all of them."""
    events = list(events)
    for first in range(0, len(events), 50):
        some = events[first : first + 50]
        status, text = post(address, {"sent": time.time(), "events": some})
        assert (status, json.loads(text)) == (200, {"heard": len(some)}), text
