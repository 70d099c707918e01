"""What a room hears: nothing unless it is asked for; never code or a name; nothing is lost, nothing waits."""

import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from shares import some_and_more

from softmax_lesson import exercises
from softmax_lesson.exercises.engine import events, outbox, progress_file
from softmax_lesson.exercises.start_here import winner
from softmax_lesson.widgets import Prediction

ABOUT = "00_start_here.winner"
NUDGE = "05_derivatives.nudge"
NOBODY = "http://127.0.0.1:9/room/x"  # the port "discard", where nobody listens
PATIENCE = 120  # seconds: a limit for a machine that is busy, not an expectation


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    folder = tmp_path / "home"
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(folder))
    for name, empty in {"_told": {}, "_tries": {}, "_drawn": {}, "_announced": set()}.items():
        monkeypatch.setattr(events, name, empty)
    for name in ("_boxes", "_senders"):
        monkeypatch.setattr(outbox, name, {})
    for name, empty in {"_here": {}, "_predicted": {}, "_trouble": []}.items():
        monkeypatch.setattr(progress_file, name, empty)
    monkeypatch.setattr(outbox, "FIRST_WAIT", 0.02)
    monkeypatch.setattr(outbox, "LONGEST_WAIT", 0.1)
    yield folder
    for sender in outbox._senders.values():  # it would send what it has left to the next test's room
        sender.room = lambda: None


@pytest.fixture
def room(tmp_path, monkeypatch):
    """A folder that all can write."""
    folder = tmp_path / "room"
    folder.mkdir()
    monkeypatch.setenv("SOFTMAX_LESSON_ROOM", str(folder))
    return folder


def until(true, what):
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.01)


def lines(room):
    """All events in a folder; a last line without its end is none."""
    texts = [path.read_text(encoding="utf-8").rpartition("\n")[0] for path in room.glob("*.jsonl")]
    return [json.loads(line) for text in texts for line in text.splitlines()]


def heard(room, number):
    until(lambda: len(lines(room)) >= number, f"{number} events are heard")
    return sorted(lines(room), key=lambda event: event["time"])


def right(f):
    return f.tolist().index(max(f))


def wrong(f):
    return 1


def off_by_one(f):
    """A secret of Ada Lovelace's."""
    return f.argmax() + 1


def test_without_the_variable_no_room_hears(home, monkeypatch):
    for value in (None, "", " off "):
        monkeypatch.delenv("SOFTMAX_LESSON_ROOM")
        if value is not None:
            monkeypatch.setenv("SOFTMAX_LESSON_ROOM", value)
        winner.check(wrong)
        Prediction(NUDGE).choice = 1
        assert not (home / "room").exists()
        assert exercises.progress().notices == []
        monkeypatch.setenv("SOFTMAX_LESSON_ROOM", "off")


def test_what_a_room_hears_of_checks(room):
    winner.check(off_by_one)
    winner.check(lambda f: f.nonsense)
    winner.check(lambda f: ...)
    winner.check(right)
    found = heard(room, 3)
    assert [(e["verdict"], e["try"]) for e in found] == [("wrong", 1), ("error", 2), ("correct", 3)]
    assert found[0]["mistake"] == winner.check(off_by_one).mistake
    assert found[1]["mistake"] == "no_such_attribute"
    assert found[2]["mistake"] is None
    assert {e["about"] for e in found} == {ABOUT} and len({e["id"] for e in found}) == 3
    for event in found:
        assert set(event) == {"id", "who", "what", "about", "verdict", "mistake", "try", "time"}


def test_what_a_room_hears_of_predictions(room):
    nudge = Prediction(NUDGE)
    nudge.choice = 1
    nudge.choice = 2
    nudge.answer()
    nudge.answer()
    found = heard(room, 3)
    assert [(e["about"], e["option"], e["seen"]) for e in found] == [
        (NUDGE, 1, False),
        (NUDGE, 2, False),
        (NUDGE, 2, True),
    ]
    for event in found:
        assert set(event) == {"id", "who", "what", "about", "option", "seen", "time"}


def test_it_hears_neither_code_nor_a_name(room, monkeypatch):
    for name in ("USER", "LOGNAME", "JUPYTERHUB_USER"):
        monkeypatch.setenv(name, "lovelace")
    winner.check(off_by_one)
    heard(room, 1)
    (path,) = room.iterdir()
    told = (path.name + path.read_text(encoding="utf-8")).lower()
    for word in ("lovelace", "secret", "argmax", "off_by_one(", str(room.parent).lower()):
        assert word not in told


def test_the_same_answer_once_more_is_no_new_try(room):
    winner.check(wrong)
    winner.use(wrong)
    winner.check(lambda f: 1 + 1)
    winner.check(wrong)
    found = heard(room, 3)
    assert [event["try"] for event in found] == [1, 2, 3]
    cell = "def again(f):\n    return 7.5"
    for _ in range(2):  # a cell that is run a second time makes another function of the same code
        made = {}
        exec(cell, made)
        winner.check(made["again"])
    heard(room, 4)
    outbox.finish(PATIENCE)
    assert len(lines(room)) == 4


KERNEL = """
import sys
from softmax_lesson.exercises import start_here as exercise
for number in range(int(sys.argv[1])):
    exercise.winner.check(eval(f"lambda f: {number} + 0.5"))
    print(number, flush=True)
"""


def kernel(number, **environment):
    return subprocess.Popen(
        [sys.executable, "-c", KERNEL, str(number)],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.long
def test_a_student_has_one_pseudonym_in_all_notebooks_even_if_two_begin_at_once(room, home, tmp_path):
    for one in [kernel(1), kernel(1), kernel(1)]:
        assert one.communicate()[0].endswith("\n0\n")
    heard(room, 3)
    assert len({event["who"] for event in lines(room)}) == 1
    assert len(list(room.iterdir())) <= 3, "no kernel has more than a file; one may send what another has put"
    assert kernel(1, SOFTMAX_LESSON_HOME=str(tmp_path / "another")).communicate()[0].endswith("\n0\n")
    assert len({event["who"] for event in heard(room, 4)}) == 2


def test_a_pseudonym_is_drawn_and_a_damaged_one_is_drawn_anew(home, room):
    drawn = {events._draw() for _ in range(2000)}
    assert len(drawn) == 2000 and all(map(events._is_pseudonym, drawn))
    path = home / "room" / events.FILE
    first = events.pseudonym()
    assert path.read_text() == first
    events._drawn.clear()
    assert events.pseudonym() == first
    for damage in (b"", b"\xff\xfe", b"<b>Ada</b>"):
        path.write_bytes(damage)
        events._drawn.clear()
        assert events._is_pseudonym(events.pseudonym())
        events._drawn.clear()


@pytest.mark.long
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_killed_kernel_loses_no_event(room, home):
    """Killed in the middle, by a signal that nothing can catch: every check that came back is heard."""
    came_back = 0
    for enough in (1, 4, 9):
        one = kernel(10_000, SOFTMAX_LESSON_ROOM=NOBODY)
        for _ in range(1 + enough):  # the first line says that there is a room
            assert one.stdout.readline()
        one.send_signal(signal.SIGKILL)
        came_back += enough + len(one.communicate()[0].splitlines())
        assert one.returncode == -signal.SIGKILL
    waiting = list((home / "room" / "waiting").glob("*.json"))
    assert came_back <= len(waiting) <= came_back + 3
    winner.check(wrong)
    until(lambda: not list((home / "room" / "waiting").glob("*.json")), "all are sent")
    found = lines(room)
    assert {path.stem.partition("-")[2] for path in waiting} < {event["id"] for event in found}
    assert len(found) == len(waiting) + 1


@some_and_more("checks", (5,), (3, 5, 8, 13))
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_killed_while_it_sends_it_loses_nothing(room, home, checks):
    came_back = 0
    for enough in checks:
        one = kernel(10_000)
        for _ in range(1 + enough):  # the first line says that there is a room
            assert one.stdout.readline()
        one.send_signal(signal.SIGKILL)
        came_back += enough + len(one.communicate()[0].splitlines())
    winner.check(wrong)
    until(lambda: not list((home / "room" / "waiting").glob("*.json")), "all are sent")
    ids = [event["id"] for event in lines(room)]
    assert came_back + 1 <= len(set(ids)) <= came_back + 1 + len(checks)
    tries = [event for event in lines(room) if event["try"] <= 3]
    assert len({(event["id"], event["try"]) for event in tries}) >= 1 + 3 * len(checks)


def test_who_begins_while_another_kernel_draws_waits_for_its_pseudonym(home, monkeypatch):
    draw, found = events._draw, []
    other = threading.Thread(target=lambda: found.append(events._kept(outbox.folder())))

    def drawing():
        if other.ident is None:
            other.start()
            other.join(0.1)  # who does not wait has drawn another one by then
        return draw()

    monkeypatch.setattr(events, "_draw", drawing)
    mine = events.pseudonym()
    other.join(PATIENCE)
    assert found == [mine]


def test_a_kernel_that_ends_sends_what_is_on_its_way_under_the_students_pseudonym(room):
    ours = events.pseudonym()
    assert kernel(5).communicate()[0].split()[-5:] == list("01234")
    assert [event["who"] for event in lines(room)] == [ours] * 5


def test_another_home_is_another_student(tmp_path, monkeypatch):
    ours = events.pseudonym()
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(tmp_path / "another"))
    assert events.pseudonym() != ours


class Server:
    """A board in a few lines, which answers as it is told and only when it may."""

    def __init__(self):
        self.got, self.answer, self.may = [], None, threading.Event()
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.got.append(body)
                server.may.wait(PATIENCE)
                status, text = server.answer or (200, json.dumps({"heard": len(body["events"])}))
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "/login")
                self.end_headers()
                self.wfile.write(text.encode())

            def do_GET(self):
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"<h1>Log in</h1>")

            def log_message(self, *words):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        # It looks for its end every half second unless it is told to do so more often.
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.http.server_port}/room/key"


@pytest.fixture
def server(monkeypatch):
    one = Server()
    monkeypatch.setenv("SOFTMAX_LESSON_ROOM", one.url)
    yield one
    one.may.set()
    one.http.shutdown()
    one.http.server_close()


def test_a_check_does_not_wait_for_the_network(server, monkeypatch):
    """The board answers only after the check has come back: a check that waits would never end."""
    monkeypatch.setattr(outbox, "PATIENCE", 10 * PATIENCE)
    winner.check(wrong)
    until(lambda: server.got, "the board is asked")
    assert "Not sent yet: 1" in exercises.progress().text
    server.may.set()
    until(lambda: "Not sent yet" not in exercises.progress().text, "it is sent")
    assert server.got[0]["events"][0]["about"] == ABOUT
    assert server.got[0]["sent"] >= server.got[0]["events"][0]["time"]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((403, "{}"), "answers 403"),
        ((500, "no"), "answers 500"),
        ((302, ""), "Expecting value"),
        ((200, "<h1>Log in</h1>"), "Expecting value"),
        ((200, '{"heard": 0}'), "not the board"),
        ((200, "[1]"), "not the board"),
    ],
)
def test_what_is_not_acknowledged_is_kept_and_sent_again(server, answer, why):
    server.answer = answer
    server.may.set()
    winner.check(wrong)
    until(lambda: len(server.got) > 1, "it is sent again")
    until(lambda: why in exercises.progress().text, "the reason is said")
    server.answer = None
    until(lambda: "Not sent yet" not in exercises.progress().text, "it is heard")
    assert len({request["events"][0]["id"] for request in server.got}) == 1


@pytest.mark.parametrize(
    "room", ["http://", "https://127.0.0.1:9", "http://[::bad", "/not/there", NOBODY, "\0"]
)
def test_a_room_that_cannot_be_reached_costs_nothing_but_a_sentence(room, home, monkeypatch):
    monkeypatch.setattr(events, "room", lambda: room)
    assert "Not right yet" in winner.check(wrong).text
    until(lambda: "Not sent yet: 1 (" in exercises.progress().text, "the reason is said")


def test_a_folder_that_comes_later_hears_all(room, home):
    room.rmdir()
    winner.check(wrong)
    until(lambda: "No such file" in exercises.progress().text, "the reason is said")
    room.mkdir()
    assert heard(room, 1)[0]["about"] == ABOUT


def test_who_has_no_home_is_heard_all_the_same(room, home):
    home.write_text("in the way")
    winner.check(wrong)
    winner.check(off_by_one)
    assert len({event["who"] for event in heard(room, 2)}) == 1


def test_half_a_line_is_followed_by_a_whole_one_elsewhere(room, monkeypatch):
    """A full disk takes half of what is written: the rest, and all of it, goes to a new file."""
    write, asked = os.write, []

    def full(handle, data):
        asked.append(data)
        return write(handle, data[: len(data) // 2] if len(asked) == 1 else data)

    monkeypatch.setattr(outbox.os, "write", full)
    winner.check(wrong)
    assert heard(room, 1)[0]["about"] == ABOUT
    assert sorted(path.read_text().count("\n") for path in room.iterdir()) == [0, 1]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask")
def test_the_board_can_read_what_a_strict_student_writes(room, home):
    before = os.umask(0o077)
    try:
        winner.check(wrong)
        heard(room, 1)
    finally:
        os.umask(before)
    assert [path.stat().st_mode & 0o777 for path in room.iterdir()] == [0o644]
    assert (home / "room").stat().st_mode & 0o077 == 0


def test_what_is_no_event_or_too_old_is_taken_away(room, home):
    waiting = home / "room" / "waiting"
    waiting.mkdir(parents=True)
    for name, text in {"1": "{", "2": "[]", "3": "[" * 100_000, "4": '{"id": 4}'}.items():
        (waiting / f"{name}.json").write_text(text)
    old = time.time() - 2 * outbox.TOO_OLD
    os.utime(waiting / "4.json", (old, old))
    winner.check(wrong)
    assert len(heard(room, 1)) == 1
    until(lambda: not list(waiting.iterdir()), "nothing is left")


def test_what_cannot_be_taken_away_is_not_sent_for_ever(room, monkeypatch):
    monkeypatch.setattr(outbox.Path, "unlink", lambda path: (_ for _ in ()).throw(PermissionError()))
    winner.check(wrong)
    winner.check(off_by_one)
    assert len(heard(room, 2)) == 2
    until(lambda: "Not sent yet" not in exercises.progress().text, "nothing waits")
    assert len(lines(room)) == 2


@pytest.mark.parametrize("broken", ["pseudonym", "_mark", "_new"])
def test_no_check_fails_for_it(room, monkeypatch, broken):
    def fail(*given):
        raise RecursionError("anything")

    monkeypatch.setattr(events, broken, fail)
    assert winner.check(right).status == "correct"
    nudge = Prediction(NUDGE)
    nudge.choice = 2
    assert "That is right" in repr(nudge.answer())


@pytest.mark.parametrize("first", ["check", "prediction"])
def test_the_student_is_told_once_before_all_and_progress_tells_again(room, capsys, first):
    told = "A room hears of your checks and predictions"
    if first == "prediction":
        nudge = Prediction(NUDGE)
        assert told in capsys.readouterr().out and not lines(room)
        nudge.choice = 1
    winner.check(wrong)
    winner.check(off_by_one)
    Prediction(NUDGE)
    assert capsys.readouterr().out.count(told) == (first == "check")
    assert told in exercises.progress().text and "SOFTMAX_LESSON_ROOM=off" in exercises.progress().text


def test_what_is_handed_in_does_not_give_the_pseudonym_away(room, home):
    winner.check(wrong)
    heard(room, 1)
    progress = exercises.progress()
    handed_in = (progress.text, progress.document("Ada Lovelace"), (home / "progress.json").read_text())
    assert not [text for text in handed_in if events.pseudonym() in text]
