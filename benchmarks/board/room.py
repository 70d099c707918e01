"""A room of simulated students before a real board: what is sent, received, lost, and how long it takes.

    python benchmarks/board/room.py [--students 400] [--every 20] [--seconds 120] [--down 5]

Every student has an outbox and a thread that sends, the ones that a kernel has, and gives an event every 20
seconds: nine checks for one prediction. They send over HTTP on the loopback to a program of its own,
`python -m softmax_lesson board`, while both its pages are being read. In the middle the board is killed by
SIGKILL, and started again a few seconds later. At the end every student waits until all is sent; then the
files of the board are compared with what was sent, and another start of the board must count the same.
"""

import argparse
import http.cookiejar
import json
import random
import resource
import shutil
import statistics
import sys
import tempfile
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "jupyter"))
from a_room import Program, check, prediction

from softmax_lesson.exercises import catalogue
from softmax_lesson.exercises.engine import outbox
from softmax_lesson.exercises.engine.questions import questions, steps_with_questions
from softmax_lesson.jupyter.board.files import NAMES

LAST_WAIT = 120.0  # seconds for what is on its way when the students stop


@dataclass
class Noted:
    """When events were made, kept by the student, acknowledged by the board; and what the pages showed."""

    made: dict = field(default_factory=dict)
    kept: dict = field(default_factory=dict)
    heard: dict = field(default_factory=dict)
    shown: list = field(default_factory=list)
    """(when, how many events) of every state of the teacher's page."""


class Outbox(outbox.Outbox):
    """A student's outbox, which notes when the board has something."""

    def __init__(self, place, noted):
        """Take the folder, and where to note."""
        super().__init__(place)
        self.noted = noted

    def gone(self, sent):
        """Forget what the board has, and note when that was."""
        super().gone(sent)
        for _, event in sent:
            self.noted.heard.setdefault(event["id"], time.monotonic())


class Student:
    """One student: exercises and predictions in the order of the lesson, some right and some wrong."""

    def __init__(self, number, folder, room, noted):
        """Take a number, a folder, the address of the room."""
        self.who, self.dice, self.noted = f"s{number:04d}", random.Random(number), noted
        self.box = Outbox(folder / self.who, noted)
        self.sender = outbox.Sender(self.box, lambda: room)
        self.made = 0

    def act(self, every_exercise, every_question):
        """Make one event, as a kernel does."""
        self.made += 1
        if self.made % 10 == 3:
            event = prediction(self.who, self.dice.choice(every_question), self.dice.randrange(3))
        else:
            exercise = self.dice.choice(every_exercise)
            verdict = self.dice.choice(("correct", "wrong", "wrong", "error"))
            mistake = self.dice.choice(exercise.mistakes).name if verdict == "wrong" else None
            event = check(self.who, f"{exercise.step}.{exercise.name}", verdict, mistake)
        self.noted.made[event["id"]] = time.monotonic()
        self.box.put(event)
        self.sender.news.set()
        self.noted.kept[event["id"]] = time.monotonic()


def read_page(board, page, noted, stop):
    """Read a page's stream until told to stop; begin anew when the board has died."""
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    browser = urllib.request.build_opener(jar)
    while not stop.is_set():
        try:
            browser.open(getattr(board, page), timeout=10).close()
            with browser.open(f"http://127.0.0.1:{board.port}/live/{page}", timeout=10) as stream:
                for line in stream:
                    if stop.is_set():
                        return
                    if line.startswith(b"data: ") and page == "teacher":
                        noted.shown.append((time.monotonic(), json.loads(line[6:])["events"]))
        except OSError:
            time.sleep(0.5)
        except Exception:  # the stream breaks off in the middle
            time.sleep(0.5)


def simulate(students=400, every=20.0, seconds=120.0, down=5.0):
    """Run it all; return {"sent", "received", "lost", "twice", "counted", "noted", "killed", "back", ...}."""
    folder = Path(tempfile.mkdtemp(prefix="softmax-room-"))
    noted, stop, boards = Noted(), threading.Event(), [Program(folder / "board")]
    try:
        room = [Student(number, folder / "students", boards[0].room, noted) for number in range(students)]
        pages = [
            threading.Thread(target=read_page, args=(boards[0], page, noted, stop), daemon=True)
            for page in ("teacher", "projector")
        ]
        for page in pages:
            page.start()
        began = time.monotonic()
        times = play(room, every, seconds, down, boards)
        until = time.monotonic() + LAST_WAIT
        while any(len(student.box) for student in room) and time.monotonic() < until:
            time.sleep(0.2)
        took = time.monotonic() - began
        time.sleep(1.5)  # the pages' last state
        stop.set()
        boards[-1].end()
        found = compare(folder / "board", noted, boards)
        return found | times | {"noted": noted, "students": students, "took": took}
    finally:
        stop.set()
        boards[-1].end()
        shutil.rmtree(folder, ignore_errors=True)


def play(room, every, seconds, down, boards):
    """Let the students act, each at moments of its own; kill the board in the middle and start it again."""
    every_exercise = catalogue()
    every_question = [one.key for step in steps_with_questions() for one in questions(step).values()]
    dice, start = random.Random(16), time.monotonic()
    moments = [
        (first + k * every, student)
        for student in room
        for first in [dice.uniform(0, every)]
        for k in range(int(seconds // every) + 1)
    ]
    moments = sorted((moment, student) for moment, student in moments if moment < seconds)
    times, again = {}, None
    for moment, student in moments:
        if again is None and moment >= seconds / 2:
            boards[-1].end(kill=True)
            times["killed"] = time.monotonic()
            again = threading.Thread(target=bring_back, args=(boards, down, times))
            again.start()
        time.sleep(max(0.0, start + moment - time.monotonic()))
        student.act(every_exercise, every_question)
    again.join()
    return times


def bring_back(boards, down, times):
    """Start the board again, some seconds after it was killed."""
    time.sleep(down)
    boards.append(boards[-1].again())
    times["back"] = time.monotonic()


def compare(folder, noted, boards):
    """Return how many events were sent, received, lost, and written twice; and what a new start counts."""
    lines = [
        json.loads(line)
        for path in folder.glob(NAMES)
        for line in path.read_bytes().splitlines()
        if line.endswith(b"}")
    ]
    received = {line["id"] for line in lines}
    boards.append(boards[-1].again())
    last, stop = Noted(), threading.Event()
    reader = threading.Thread(target=read_page, args=(boards[-1], "teacher", last, stop), daemon=True)
    reader.start()
    while not last.shown:
        time.sleep(0.05)
    stop.set()
    return {
        "sent": len(noted.made),
        "received": len(received & set(noted.made)),
        "lost": len(set(noted.made) - received),
        "foreign": len(received - set(noted.made)),
        "twice": len(lines) - len(received),
        "counted": last.shown[-1][1],
    }


def percentile(values, share):
    """Return the value below which a share of them lies."""
    return statistics.quantiles(values, n=1000, method="inclusive")[round(1000 * share) - 1]


def row(name, values):
    """Return a row of the table, in milliseconds."""
    numbers = (statistics.median(values), percentile(values, 0.95), max(values))
    return f"{name:<58}" + "".join(f"{1000 * number:>11,.1f}" for number in numbers)


def until_shown(noted):
    """Return {event: seconds until a page showed it}: the k-th that was acknowledged is there when k are."""
    found, place = {}, 0
    for count, (event, _) in enumerate(sorted(noted.heard.items(), key=lambda item: item[1]), 1):
        while place < len(noted.shown) and noted.shown[place][1] < count:
            place += 1
        if place < len(noted.shown):
            found[event] = max(noted.shown[place][0], noted.heard[event]) - noted.made[event]
    return found


def report(found):
    """Return what came out, as text."""
    noted = found["noted"]
    kept = [noted.kept[event] - made for event, made in noted.made.items()]
    heard = {event: noted.heard[event] - made for event, made in noted.made.items() if event in noted.heard}
    shown = until_shown(noted)
    calm = [e for e, m in noted.made.items() if not found["killed"] - 1 < m < found["back"] + 1]
    away = found["back"] - found["killed"]
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return "\n".join(
        [
            f"{found['students']} students; the board was killed, and away for {away:.1f} s",
            f"events sent {found['sent']:,}, received {found['received']:,}, lost {found['lost']}; written "
            f"twice, counted once {found['twice']}; counted after another start {found['counted']:,}",
            f"{'milliseconds':<58}{'median':>11}{'95 %':>11}{'longest':>11}",
            row("what an event costs in the student's cell", kept),
            row("until the board has it on its disk", [heard[e] for e in calm if e in heard]),
            row("... with those made while the board was away", list(heard.values())),
            row("until the teacher's page has it", [shown[e] for e in calm if e in shown]),
            row("... with those made while the board was away", list(shown.values())),
            f"three starts of the board: {used.ru_utime + used.ru_stime:.1f} s of processor in "
            f"{found['took']:.0f} s, {used.ru_maxrss / 1024:.0f} MB at most",
        ]
    )


def main():
    """Simulate and print."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--students", type=int, default=400)
    words.add_argument("--every", type=float, default=20.0, help="seconds between two events of a student")
    words.add_argument("--seconds", type=float, default=120.0)
    words.add_argument("--down", type=float, default=5.0, help="seconds until the board is started again")
    print(report(simulate(**vars(words.parse_args()))))


if __name__ == "__main__":
    main()
