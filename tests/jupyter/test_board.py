"""The board: what it takes, what it refuses, what it keeps, and what it counts."""

import asyncio
import json
import os
import re
import subprocess
import sys
import time
import urllib.request

import pytest
from a_room import Program, check, of_a_class, post, prediction, send
from jupyter_client.manager import start_new_kernel

from softmax_lesson.exercises.engine import outbox, progress_file, shut
from softmax_lesson.exercises.engine.questions import questions, steps_with_questions
from softmax_lesson.jupyter.board import files, heard, server
from softmax_lesson.jupyter.board.command import board
from softmax_lesson.jupyter.board.tally import CROWD, ROOM, Tally
from softmax_lesson.jupyter.grading import worker

pytestmark = pytest.mark.teachers

NUDGE, ROW, LOSS = "05_derivatives.nudge", "05_derivatives.other_row", "04_loss.mean_loss"
INJECTION = "<img src=x onerror=alert(1)>"


def tally_of(events):
    tally = Tally()
    for event in events:
        tally.add(heard.event_of(event, time.time()))
    return tally


# ---- what is an event ------------------------------------------------------------------------------------


def test_an_event_goes_to_a_line_and_back():
    for given in (
        check("k", ROW, "error", None),
        check("k", ROW, mistake="twice"),
        prediction("k", NUDGE, 3, True),
    ):
        event = heard.event_of(given, time.time())
        assert heard.event_of_line(event.line(), time.time()) == event
        assert json.loads(event.line()) == {name: value for name, value in given.items() if value is not None}


def test_nothing_is_kept_but_the_known_fields():
    given = check("k", ROW) | {"code": "def f(): secret", "name": "Ada", "who_really": ["Ada"]}
    assert set(json.loads(heard.event_of(given, time.time()).line())) == set(check("k", ROW)) - {"mistake"}


@pytest.mark.parametrize(
    "odd",
    [
        *({"id": value} for value in (None, 7, "x" * 32, "a" * 31, "A" * 32, "a" * 32 + "\n", ["a"])),
        *({"who": value} for value in ("", "x" * 201, None, 3, "a\nb", "a\u202eb", {"a": 1})),
        *({"what": value} for value in ("", "code", None, ["check"])),
        *(
            {"about": value}
            for value in ("winner", "04_loss", f"04_{INJECTION}.x", "04_loss.a b", None, "٠٤_a.b")
        ),
        *({"time": value} for value in (None, "1", -1, float("nan"), float("inf"), True, 10**400, [1])),
        *({"verdict": value} for value in ("not attempted", "", None, 1, [])),
        *({"mistake": value} for value in ("", "x" * 201, 5, ["a"], "a\tb")),
        *({"try": value} for value in (0, -1, True, 1.0, "1", None, 10**7)),
    ],
    ids=str,
)
def test_what_has_another_form_is_no_event(odd):
    assert heard.event_of(check("k", ROW), time.time())
    assert heard.event_of(check("k", ROW) | odd, time.time()) is None


@pytest.mark.parametrize(
    "odd", [{"option": v} for v in (-1, 4, True, "1", None, 1.0)] + [{"seen": 1}, {"seen": None}]
)
def test_what_is_no_prediction(odd):
    assert heard.event_of(prediction("k", NUDGE, 1) | odd, time.time()) is None


@pytest.mark.parametrize(
    "line", [b"", b"{", b"[]", b"[" * 1999, b"{}" + b" " * 2000, b"\xff", b"null", b"1e999"]
)
def test_a_line_that_holds_no_event_is_left_out(line):
    assert heard.event_of_line(line, time.time()) is None


def test_nothing_is_later_than_the_board_s_clock():
    ahead, behind = check("k", ROW, ago=-5000), check("k", ROW, ago=7000)
    assert heard.event_of(ahead, 1000.0).time == 1000.0
    now = time.time()
    assert heard.event_of(behind, now, 7000 - 60).time == pytest.approx(now - 60, abs=5)


# ---- files -----------------------------------------------------------------------------------------------


def lines(*events):
    return b"".join(json.dumps(event).encode() + b"\n" for event in events)


def test_a_folder_is_followed_line_by_line(tmp_path):
    followed = files.Followed(tmp_path)
    assert followed.new() == []
    one, two, three = (check(who, ROW) for who in "abc")
    whole = lines(one, two)
    (tmp_path / "a.jsonl").write_bytes(whole[:-20])
    assert [event.who for event in followed.new()] == ["a"]
    assert followed.new() == []
    with (tmp_path / "a.jsonl").open("ab") as file:
        file.write(whole[-20:])
    (tmp_path / "b.jsonl").write_bytes(b"no event\n" + lines(three))
    (tmp_path / "notes.txt").write_bytes(lines(three))
    assert [event.who for event in followed.new()] == ["b", "c"]
    assert followed.new() == []


@pytest.mark.skipif(os.name == "nt", reason="Windows: links and pipes need rights")
def test_what_lies_in_a_folder_for_all_does_no_harm(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MOST_AT_ONCE", 4000)
    room, outside = tmp_path / "room", tmp_path / "outside.jsonl"
    room.mkdir()
    outside.write_bytes(lines(check("outside", ROW)))
    (room / "link.jsonl").symlink_to(outside)
    os.mkfifo(room / "pipe.jsonl")
    (room / "folder.jsonl").mkdir()
    (room / "long.jsonl").write_bytes(b"x" * 100_000 + b"\n" + lines(check("late", ROW)))
    (room / "zero.jsonl").write_bytes(b"\0" * 5000)
    (room / "deep.jsonl").write_bytes(b"[" * 1500 + b"\n" + lines(check("deep", ROW)))
    followed, found = files.Followed(room), []
    for _ in range(40):
        found += followed.new()
    assert sorted(event.who for event in found) == ["deep", "late"]


def test_what_is_received_is_there_after_a_torn_line(tmp_path, monkeypatch):
    received = files.Received(tmp_path)
    events = [heard.event_of(check(who, ROW), time.time()) for who in "abc"]
    received.append(events[:1])
    write = os.write

    def full(handle, data):
        write(handle, data[:30])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "write", full)
    with pytest.raises(OSError):
        received.append(events[1:2])
    monkeypatch.setattr(files.os, "write", write)
    received.append(events[1:])
    received.close()
    assert [event.who for event in files.everything(files.Followed(tmp_path))] == ["a", "b", "c"]


def test_an_event_is_forced_to_the_disk_before_it_is_answered_for(tmp_path, monkeypatch):
    done, force = [], os.fsync
    monkeypatch.setattr(files.os, "fsync", lambda handle: (force(handle), done.append("forced")))
    one = server.Board({}, tmp_path)

    async def hear():
        event = heard.event_of(check("k", ROW), time.time())
        await asyncio.gather(one.hear([event]), one.hear([event]), one.hear([]))
        done.append("heard")
        await one.hear([event])

    asyncio.run(hear())
    assert done[-1] == "heard" and "forced" in done
    assert one.tally.events == 1


def test_a_disk_that_is_full_is_said_and_what_came_is_not_acknowledged(tmp_path, monkeypatch):
    one = server.Board({}, tmp_path)
    event = heard.event_of(check("k", ROW), time.time())

    def full(events):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(one.received, "append", full)
    with pytest.raises(OSError):
        asyncio.run(one.hear([event]))
    assert "cannot be kept: No space left" in one.state("teacher")
    monkeypatch.undo()
    asyncio.run(one.hear([event]))
    assert one.tally.events == 1 and '"trouble": ""' in one.state("teacher")


# ---- what is counted -------------------------------------------------------------------------------------


def test_three_tries_on_one_mistake_are_stuck():
    now = time.time()
    tries = [check("a", ROW, mistake="twice", ago=50 - n) for n in range(2)]
    assert tally_of(tries).teacher(now)["stuck"] == []
    tries.append(check("a", ROW, "error", "twice", ago=40))
    (found,) = tally_of(tries).teacher(now)["stuck"]
    assert (found["who"], found["about"], found["mistake"], found["tries"]) == ("a", ROW, "twice", 3)
    assert now - found["since"] == pytest.approx(50, abs=5)
    other = check("a", ROW, mistake="half", ago=30)
    assert tally_of([*tries, other]).teacher(now)["stuck"] == []
    assert tally_of([*tries, check("a", ROW, "correct", ago=20)]).teacher(now)["stuck"] == []
    done = [check("a", ROW, "correct", ago=60), *tries]
    assert tally_of(done).teacher(now)["stuck"] == [], "done stays done"
    assert tally_of([check("b", ROW, mistake="twice"), *tries[:2]]).teacher(now)["stuck"] == []


def test_three_answers_without_a_name_are_stuck_and_said_so():
    (found,) = tally_of(check("a", ROW, ago=9 - n) for n in range(3)).teacher(time.time())["stuck"]
    assert found["mistake"] == "wrong in a way of its own"


def test_what_was_long_on_its_way_changes_what_is_done_and_nothing_else():
    events = [check("a", ROW, mistake="twice", ago=10), check("a", ROW, mistake="half", ago=500)]
    (row,) = tally_of(events).teacher(time.time())["exercises"]
    assert row["most"] == ("twice", 1)
    (row,) = tally_of([*events, check("a", ROW, "correct", ago=600)]).teacher(time.time())["exercises"]
    assert (row["done"], row["tried"]) == (1, 0)


def test_an_event_that_comes_twice_counts_once():
    event = check("a", ROW, mistake="twice")
    tally = tally_of([event] * 5)
    assert tally.events == 1 and tally.teacher(time.time())["stuck"] == []


def test_a_vote_can_be_changed_until_the_answer_was_seen():
    def votes(*events):
        (found,) = tally_of(events).projector(time.time())["predictions"]
        return [option["votes"] for option in found["options"]]

    first, second = prediction("a", NUDGE, 1, ago=9), prediction("a", NUDGE, 3, ago=8)
    assert votes(first) == [0, 1, 0, 0]
    assert votes(first, second) == [0, 0, 0, 1]
    assert votes(second, first) == [0, 0, 0, 1], "the later one counts, whichever came first"
    seen = prediction("a", NUDGE, 1, seen=True, ago=8.5)
    assert votes(first, seen, second) == [0, 1, 0, 0]
    assert votes(first, prediction("b", NUDGE, 1)) == [0, 2, 0, 0]


def test_who_was_not_heard_for_hours_is_not_in_the_room():
    old = [check("a", ROW, "correct", ago=ROOM + 9), prediction("a", NUDGE, 1, ago=ROOM + 9)]
    state = tally_of([*old, check("b", ROW, "correct")]).projector(time.time())
    assert state["students"] == 1 and state["predictions"] == []
    assert [row["done"] for row in state["exercises"] if row["about"] == ROW] == [1]


def test_the_projector_shows_the_last_prediction_that_several_are_at():
    first, second, third = ("04_loss.knows_nothing", NUDGE, "05_derivatives.next_weight")
    room = [prediction(f"s{n}", first, 0, ago=100) for n in range(20)]
    assert tally_of(room).projector(time.time())["now"] == first
    one_ahead = [*room, prediction("s1", third, 0)]
    assert tally_of(one_ahead).projector(time.time())["now"] == first
    three_on = [*one_ahead, *(prediction(f"s{n}", second, 0) for n in range(3))]
    assert tally_of(three_on).projector(time.time())["now"] == second
    assert tally_of([prediction("s1", third, 0, ago=3000)]).projector(time.time())["now"] == third
    assert tally_of([]).projector(time.time())["now"] is None


def crowd(mistake, students, ago, about=ROW):
    return [check(f"{mistake}{n}", about, mistake=mistake, ago=ago) for n in range(students)]


def test_the_mistake_of_the_minute():
    def minute(*events):
        found = tally_of(events).teacher(time.time())["minute"]
        return found and (found["mistake"], found["students"], found["minutes"])

    many = crowd("twice", 9, 200)
    assert minute() is None
    assert minute(*many) == ("twice", 9, 5)
    assert minute(*many, *crowd("half", 4, 10)) == ("half", 4, 1)
    assert minute(*many, *crowd("half", 1, 10)) == ("twice", 9, 5)
    assert minute(*crowd("half", 1, 700)) == ("half", 1, 15)
    assert minute(*crowd("half", 5, 1000)) is None
    again = [check("one", ROW, mistake="half", ago=n) for n in range(9)]
    assert minute(*again) == ("half", 1, 15), "students are counted, not tries"


def test_the_mistake_of_the_minute_comes_with_what_the_tutor_says_and_what_to_show():
    found = tally_of(crowd("transposed", 3, 5)).teacher(time.time())["minute"]
    assert found["sentence"].startswith("Your answer is the right one transposed")
    assert found["show"] == "RowGradient" and found["say"] and "notebook 05" in found["where"]


@pytest.mark.first
def test_the_projector_gives_nothing_away():
    """Neither the right option, a tutor's sentence to it, a pseudonym, nor a mistake of one or two."""
    everything = [prediction(f"who{n}", one.key, n % 3, n % 2 == 0) for n in range(9) for one in EVERY]
    tally = tally_of([*everything, *crowd("transposed", CROWD - 1, 5)])
    state = tally.projector(time.time())
    assert state["minute"] is None and len(state["predictions"]) == len(EVERY)
    told = json.dumps(state, ensure_ascii=False)
    assert "right" not in {name for one in state["predictions"] for o in one["options"] for name in o}
    assert "who" not in told.replace("whole", "") and "stuck" not in told and '"seen"' not in told
    for one in EVERY:
        for option in one.options:
            assert not option.sentence or option.sentence[:40] not in told
    assert tally_of(crowd("transposed", CROWD, 5)).projector(time.time())["minute"]["mistake"] == "transposed"


EVERY = [one for step in steps_with_questions() for one in questions(step).values()]


def test_the_projector_shows_no_word_that_the_lesson_does_not_know():
    events = (
        crowd(INJECTION, 9, 5)
        + crowd("you_are_stupid", 9, 5)
        + [check("k", "04_loss.insult") for _ in range(9)]
    )
    state = tally_of(events).projector(time.time())
    assert state["minute"] is None
    assert not any(word in json.dumps(state) for word in ("onerror", "stupid", "insult"))
    assert tally_of(events).teacher(time.time())["unknown"] == 9


# ---- the program -----------------------------------------------------------------------------------------


@pytest.fixture
def running(tmp_path):
    boards = [Program(tmp_path / "board")]
    yield boards
    for one in boards:
        one.end()


@pytest.fixture(scope="module")
def steady(tmp_path_factory):
    """One board for tests that change nothing in it."""
    one = Program(tmp_path_factory.mktemp("steady") / "board", "--title", f"A {INJECTION} room")
    yield one
    assert live(one)["events"] == 0
    one.end()


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    """One board for tests that tell it something of a student of their own."""
    one = Program(tmp_path_factory.mktemp("busy") / "board")
    yield one
    one.end()


class Browser:
    """A client that keeps cookies, and nothing else."""

    def __init__(self):
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

    def get(self, address):
        try:
            with self.opener.open(address, timeout=120) as answer:
                return answer.status, answer.url, answer.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.url, refused.read().decode()

    def state(self, address):
        with self.opener.open(address, timeout=120) as stream:
            while not (line := stream.readline().decode()).startswith("data: "):
                pass
            return json.loads(line[6:])


def live(one, page="teacher"):
    browser = Browser()
    assert browser.get(getattr(one, page))[0] == 200
    return browser.state(f"http://127.0.0.1:{one.port}/live/{page}")


def live_with(one, events):
    """Return what the teacher's page shows once so many events have arrived."""
    deadline = time.monotonic() + 120
    while (state := live(one))["events"] < events:
        assert time.monotonic() < deadline, f"{state['events']} of {events} events have arrived"
        time.sleep(0.05)
    return state


def test_a_board_that_is_killed_comes_back_with_all_it_said_it_had(running):
    events = list(of_a_class())
    send(running[0].room, events[:100])
    before = live(running[0])
    running[0].end(kill=True)
    running.append(running[0].again())
    assert [running[1].room, running[1].teacher] == [running[0].room, running[0].teacher]
    assert live(running[1])["events"] == before["events"] == 100
    send(running[1].room, events[50:])
    state = live(running[1])
    assert state["events"] == len(events) and state["students"] == 40
    kept = files.everything(files.Followed(running[0].folder))
    assert sorted(event.id for event in kept) == sorted(event["id"] for event in events)


@pytest.mark.first
def test_who_has_no_key_sees_and_sends_nothing(steady):
    one = steady
    home = f"http://127.0.0.1:{one.port}"
    for path in (
        "teacher",
        "projector",
        "live/teacher",
        "live/projector",
        "teacher?key=x",
        "projector?key=é",
    ):
        status, _, text = Browser().get(f"{home}/{path.replace('é', '%C3%A9')}")
        assert status == 403 and "<" not in text, path
    for path in ("", "room", "files/keys.json", "files/..%2fcommand.py", "files/command.py"):
        assert Browser().get(f"{home}/{path}")[0] == 404, path
    keys = json.loads((one.folder / "keys.json").read_text())
    swapped = [f"{home}/teacher?key={keys['projector']}", f"{home}/projector?key={keys['room']}"]
    assert [Browser().get(address)[0] for address in swapped] == [403, 403]
    for key in ("x", keys["teacher"], keys["projector"]):
        assert post(f"{home}/room/{key}", {"sent": 1, "events": []})[0] == 403
    assert live(one)["events"] == 0


def test_the_key_leaves_the_address_and_the_projector_s_opens_one_page(steady):
    browser = Browser()
    status, address, text = browser.get(steady.projector)
    assert status == 200 and address == f"http://127.0.0.1:{steady.port}/projector"
    assert INJECTION not in text and "&lt;img" in text
    assert browser.get(address.replace("projector", "teacher"))[0] == 403
    assert browser.get(address.replace("projector", "live/teacher"))[0] == 403


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"{",
        b"[" * 5000,
        [],
        {"events": []},
        {"sent": "now", "events": []},
        b'{"sent": NaN, "events": []}',
        {"sent": 1, "events": {}},
        {"sent": 1, "events": [1] * 201},
        {"sent": 1, "events": ["x" * 300_000]},
    ],
    ids=lambda message: str(message)[:30],
)
def test_what_is_no_message_is_refused(steady, message):
    try:
        status, _ = post(steady.room, message)
    except OSError:  # it hangs up on what is too long
        status = 413
    assert status in (400, 413)
    assert live(steady)["events"] == 0


def test_what_is_no_event_is_heard_and_not_kept(busy):
    """Or a kernel would send it for ever."""
    before = live(busy)["events"]
    odd = [None, {}, check("k", ROW) | {"try": 0}, check("k", ROW, "correct")]
    assert post(busy.room, {"sent": time.time(), "events": odd}) == (200, '{"heard": 4}')
    assert live(busy)["events"] == before + 1


def test_a_kernel_whose_clock_is_wrong_is_heard_as_now(busy):
    before = live(busy)["active"]
    event = check("late", ROW, mistake="transposed", ago=9000)
    post(busy.room, {"sent": time.time() - 8990, "events": [event]})
    assert live(busy)["minute"]["minutes"] == 15
    assert live(busy)["active"] == before + 1


def by_a_student(shared, home):
    """Have a Python check two answers, as a student's kernel does."""
    code = (
        "from softmax_lesson.exercises.start_here import winner\nwinner.check(lambda f: 1)\n"
        "winner.check(lambda f: f.tolist().index(max(f)))"
    )
    environment = os.environ | {"SOFTMAX_LESSON_ROOM": str(shared), "SOFTMAX_LESSON_HOME": str(home)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)


def by_hand(shared, home):
    """Write the events of two checks; that a student's are read by the board, tests/exercises sees."""
    winner = "00_start_here.winner"
    (shared / "k.jsonl").write_bytes(lines(check("k", winner), check("k", winner, "correct")))


@pytest.mark.parametrize("written", [by_hand, pytest.param(by_a_student, marks=pytest.mark.long)])
def test_a_shared_folder_is_enough(written, tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    one = Program(tmp_path / "board", "--shared", str(shared))
    try:
        written(shared, tmp_path / "home")
        state = live_with(one, events=2)
        assert (state["students"], state["exercises"][0]["done"]) == (1, 1)
        one.end(kill=True)
        one = one.again()
        assert live_with(one, events=2)["exercises"][0]["done"] == 1
    finally:
        one.end()


def in_a_kernel(cells):
    """Run cells in a kernel of Jupyter's own, and kill it."""
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        for cell in cells:
            reply = client.execute_interactive(cell, output_hook=lambda message: None, timeout=300)
            assert reply["content"]["status"] == "ok", reply
    finally:
        manager.shutdown_kernel(now=True)
        client.stop_channels()


def in_a_process(cells):
    """Run cells in a Python that is killed as a kernel is; the line does what IPython makes of it."""
    lines = [re.sub(r"^%env (\w+)=(.*)", r"os.environ['\1'] = '\2'", cell) for cell in cells]
    code = "\n".join(["import os", *lines, "os.kill(os.getpid(), 9)"])
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9


@pytest.mark.parametrize(
    "ran",
    [
        pytest.param(in_a_kernel, marks=pytest.mark.long),
        pytest.param(in_a_process, marks=pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")),
    ],
)
def test_a_line_in_the_first_cell_is_enough_and_what_is_killed_has_told_all(
    ran, running, tmp_path, monkeypatch
):
    """The line switches it on, and SIGKILL comes right after the last check."""
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SOFTMAX_LESSON_ROOM")
    cells = [
        "from softmax_lesson.exercises import start_here as exercise",
        "from softmax_lesson.widgets import Prediction\nexercise.winner.check(lambda f: 0)",
        f"%env SOFTMAX_LESSON_ROOM={running[0].room}",
        "exercise.winner.check(lambda f: 1)\nexercise.winner.check(lambda f: f.tolist().index(max(f)))",
        f"nudge = Prediction('{NUDGE}')\nnudge.choice = 2",
    ]
    ran(cells)
    if live(running[0])["events"] < 3:  # what it had not sent goes with the next event
        code = f"from softmax_lesson.widgets import Prediction\nPrediction('{NUDGE}').answer()"
        again = os.environ | {"SOFTMAX_LESSON_ROOM": running[0].room}
        subprocess.run([sys.executable, "-c", code], env=again, check=True)
    state = live_with(running[0], events=3)
    assert state["students"] == 1 and state["exercises"][0]["done"] == 1
    assert [option["votes"] for option in state["predictions"][0]["options"]] == [0, 0, 1, 0]


@pytest.mark.skipif(os.name == "nt", reason="grade wants Linux or macOS")
def test_who_grades_tells_no_room(tmp_path, monkeypatch):
    told = []
    monkeypatch.setenv("SOFTMAX_LESSON_ROOM", str(tmp_path))
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(tmp_path))  # all four are put back after the test
    monkeypatch.setattr(shut, "_grading", False)
    monkeypatch.setattr(progress_file, "_trouble", [])
    monkeypatch.setattr(outbox, "put", lambda *event: told.append(event))
    worker.get_ready(list(worker.load().values())[:3])
    assert told == []


def test_its_folder_is_for_the_teacher_s_eyes(steady):
    if os.name != "nt":
        assert steady.folder.stat().st_mode & 0o077 == 0
        assert all(path.stat().st_mode & 0o077 == 0 for path in steady.folder.iterdir())


def test_what_keeps_a_board_from_starting_is_said_in_a_sentence(steady, tmp_path, capsys):
    assert board(tmp_path / "other", port=steady.port) == 2
    assert "--ip, --port: 127.0.0.1" in capsys.readouterr().err
    assert board(tmp_path / "other", ip="not an address", port=0) == 2
    assert "--ip, --port: not an address" in capsys.readouterr().err
    assert board(tmp_path / "other", shared=tmp_path / "nowhere") == 2
    assert "--shared: expected a folder that can be read" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert board(tmp_path / "file") == 2
    assert "FOLDER:" in capsys.readouterr().err
    for damage in ("", "[]", '{"room": "short"}'):
        (tmp_path / "other" / "keys.json").write_text(damage)
        assert board(tmp_path / "other", port=0) == 2
        assert "is damaged" in capsys.readouterr().err
