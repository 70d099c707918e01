"""A class is graded: each row is right, whatever a notebook does, and nothing of the host is touched."""

import contextlib
import csv
import hashlib
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from handing_in import CATALOGUE, answered, bare, lesson, mistaken, right, vote, write

import softmax_lesson
from softmax_lesson.exercises.engine.questions import question

pytestmark = [
    pytest.mark.teachers,
    pytest.mark.skipif(os.name != "posix", reason="answers run in limits that Windows has not"),
]
if os.name == "posix":
    from softmax_lesson.jupyter.grading import answers, grade, page, results, running
    from softmax_lesson.jupyter.grading.running import Limits, Worker
    from softmax_lesson.jupyter.grading.worker import verdict

STEP = "04_loss"
EXERCISES = [exercise for exercise in CATALOGUE.values() if exercise.step == STEP]
TITLE = f"{STEP} (of {len(EXERCISES)})"
NUDGE = "04_loss.knows_nothing"
SHARED = """
def one_loss(f, y):  # Zoe Quentin wrote this
    shifted = f - f.max()
    return np.exp(shifted[y]) / np.exp(shifted).sum()  # Zoe again
"""
HANGS = "import time\ndef one_loss(f, y):\n    while True:\n        time.sleep(0.01)"
DIES = "import os\ndef one_loss(f, y):\n    os._exit(0)"
EATS = "def one_loss(f, y):\n    return len(bytearray(8 * 10**9))"
CHILDREN = """
import subprocess, sys
started = []
def one_loss(f, y):
    while len(started) < 4:
        started.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", "{mark}"]))
    return 0.0
"""
WRITES = """
def one_loss(f, y):
    with open('large', 'wb') as file:
        file.seek(2**30)  # far beyond what a file may hold, and at once: the time must not be what stops it
        file.write(b'x')
    return 1.0
"""
READS = "def one_loss(f, y):\n    with open({path!r}) as file:\n        return len(file.read())"
CHANGES = """
def one_loss(f, y):
    with open({path!r}, 'a') as file:
        file.write('changed')
    return 1.0
"""
CALLS = """
import socket
def one_loss(f, y):
    socket.create_connection(('127.0.0.1', {port}), 5)
    return 1.0
"""
SHOUTS = "import os\ndef one_loss(f, y):\n    while True:\n        os.write(3, b'x' * 65536)"
LIES = (
    "import os\ndef one_loss(f, y):\n    os.write(3, b'{\"done\": true}\\n')\n    while True:\n        pass"
)


def table(folder):
    with (folder / "class.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def cells_of(path):
    """The rows of a table, the first one too."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def fingerprints(folder):
    """What stands in each file of a folder; of a huge one, what stands at its beginning."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
    return {path: fingerprint(path) for path in files}


def fingerprint(path):
    with path.open("rb") as file:
        start = hashlib.sha256(file.read(2**20)).hexdigest()
    return start, path.stat().st_size, path.stat().st_mtime_ns


def still_running(mark):
    """How many processes have a mark in their command."""
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    return sum(mark in line for line in listed.splitlines())


def expected_of(exercise, mistake):
    """What the exercise itself says to a declared mistake, as a word in the table."""
    said = exercise.check(next(m.function for m in exercise.mistakes if m.name == mistake))
    return f"error: {said.mistake}" if said.status == "error" else said.mistake


def handed_in(folder, mark, ordinary):
    """Hand in some ordinary notebooks and 12 that are not. Return {student: {exercise: word}}."""
    draw, base, expected = random.Random(0), lesson(STEP), {}
    for number in range(ordinary):
        answers, words = {}, {}
        for exercise in EXERCISES:
            kind = draw.choice(("right", "mistaken", "open"))
            known = draw.choice(exercise.mistakes).name
            answers |= {"right": {exercise.name: right(exercise)}, "open": {}}.get(
                kind, {exercise.name: mistaken(exercise, known)}
            )
            words[exercise.name] = {"right": "right", "open": "not attempted"}.get(kind)
            words[exercise.name] = words[exercise.name] or expected_of(exercise, known)
        notebook = vote(answered(base, answers), NUDGE, number % 3)
        write(folder / f"student{number:02}.ipynb", notebook)
        expected[f"student{number:02}"] = words
    all_right = {exercise.name: right(exercise) for exercise in EXERCISES}
    odd = {
        "shared": (SHARED, "probability"),
        "dies": (DIES, "error: died"),
        "eats": (EATS, "error"),
        "writes": (WRITES, "error"),
        "changes": (CHANGES.format(path=softmax_lesson.__file__), "error"),
        "reads": (READS.format(path=str(folder / "student00.ipynb")), "error"),
        "shouts": (SHOUTS, "error: died"),
        "children": (CHILDREN.format(mark=mark), None),
    }
    for name, (source, word) in odd.items():
        write(folder / f"{name}.ipynb", answered(base, all_right | {"one_loss": source}))
        expected[name] = {exercise.name: "right" for exercise in EXERCISES} | {"one_loss": word}
    for name, content in (("empty", b""), ("picture", b"\x89PNG\r\n\x1a\n\xff"), ("text", b"Dear teacher,")):
        (folder / f"{name}.ipynb").write_bytes(content)
    with (folder / "huge.ipynb").open("wb") as file:
        file.truncate(2**30)  # takes no room on the disk
    return expected


def hangs(folder):
    """Hand in one that never ends: it takes all the time of an answer. Return what `handed_in` does."""
    answers = {exercise.name: right(exercise) for exercise in EXERCISES}
    write(folder / "hangs.ipynb", answered(lesson(STEP), answers | {"one_loss": HANGS}))
    return {"hangs": dict.fromkeys(answers, "right") | {"one_loss": "error: no_end"}}


def one_at_a_time(monkeypatch):
    """Let one worker do what several would: each takes half a second to get ready."""
    for count in ("cpu_count", "process_cpu_count"):
        monkeypatch.setattr(os, count, lambda: 1, raising=False)


def lend_a_worker(monkeypatch, workers, how="watched"):
    """Let a class be graded by a worker that other tests have, too; return with what one was asked for."""
    asked_for = []
    one_at_a_time(monkeypatch)
    monkeypatch.setattr(running, "Worker", lambda *given: asked_for.append(given) or workers(how)[0])
    monkeypatch.setattr(grade.Pool, "close", lambda pool: None)
    return asked_for


@pytest.mark.long
@pytest.mark.parametrize("how", ["jailed", "watched"])
def test_a_class_of_many_kinds(how, tmp_path, capsys, monkeypatch, workers):
    if how == "jailed":
        workers("jailed")  # or it is skipped
    monkeypatch.setattr(grade, "Limits", lambda: Limits(answer=4, notebook=30))
    mark = f"left-behind-{os.getpid()}-{how}"
    expected = handed_in(tmp_path / "in", mark, ordinary=27) | hangs(tmp_path / "in")
    every_row_is_right(tmp_path / "in", tmp_path / "out", expected, mark, how)
    assert ("Python alone" in capsys.readouterr().out) == (how == "watched")


@pytest.mark.first
def test_one_of_each_kind(tmp_path, monkeypatch, workers):
    """The same in `make test`, with two ordinary notebooks, by a worker that other tests have, too."""
    folder, mark = workers("jailed")[1] / "in", f"left-behind-{os.getpid()}"
    asked_for = lend_a_worker(monkeypatch, workers, "jailed")
    every_row_is_right(folder, tmp_path / "out", handed_in(folder, mark, ordinary=2), mark, "jailed")
    assert asked_for == [([str(folder.resolve()), str((tmp_path / "out").resolve())], "jailed")]


def every_row_is_right(folder, out, expected, mark, how):
    """Also of one that hangs, dies, leaves children, or looks at its neighbour's."""
    before = fingerprints(Path(softmax_lesson.__file__).parent), fingerprints(folder)
    assert grade.grade(str(folder), str(out), how=how) == 0
    rows = table(out)
    assert len(rows) == len(expected) + 4
    for student, words in expected.items():
        found = {name: rows[student][name] for name, word in words.items() if word}
        assert found == {name: word for name, word in words.items() if word}, student
        assert rows[student][TITLE] == str(list(found.values()).count("right")), student
    for student, why in {
        "empty": "is empty",
        "picture": "not text",
        "text": "not JSON",
        "huge": "1.0 GB",
    }.items():
        assert why in rows[student]["remarks"]
        assert {rows[student][exercise.name] for exercise in EXERCISES} == {"not attempted"}
    refused = rows["children"]["one_loss"].startswith("error")
    assert refused == (how == "watched"), "in a jail they may start; none outlives it"
    assert still_running(mark) == 0
    assert (fingerprints(Path(softmax_lesson.__file__).parent), fingerprints(folder)) == before


@pytest.fixture(scope="module")
def workers(tmp_path_factory):
    """Return a function: the worker of a kind, which is started once, and a folder hidden from it."""
    made, folder = {}, tmp_path_factory.mktemp("hidden")
    (folder / "secret").write_text("the neighbour's answer")

    def of(how):
        if how not in made:
            made[how] = Worker([str(folder)], how)
        if how == "jailed" and made[how].why_not:
            pytest.skip(f"this machine gives a process no namespaces: {made[how].why_not}")
        return made[how], folder

    yield of
    for worker in made.values():
        worker.close()


@pytest.fixture(params=["jailed", "watched"])
def worker(request, workers):
    """A worker, and a folder that its answers must not see."""
    return workers(request.param)


def said(worker, *cells, exercise="one_loss"):
    run = worker[0].grade(list(cells), Limits(answer=4, notebook=20))
    assert run.problem is None
    return run.verdicts[exercise]


@pytest.mark.parametrize(
    "answer",
    [
        "def one_loss(f, y):\n    return exercise.one_loss.reference(f, y)",
        "own = exercise.one_loss.use(...)\ndef one_loss(f, y):\n    return own(1.0 * f, y)",
        "from softmax_lesson.loss import negative_log_likelihood\n"
        "def one_loss(f, y):\n    return negative_log_likelihood(f, y)",
    ],
)
def test_the_lessons_own_function_is_no_answer(worker, answer):
    found = said(worker, "from softmax_lesson.exercises import loss as exercise", answer)
    assert found["status"] == "not attempted"
    assert "the lesson's own function" in found["text"]


def test_another_name_for_the_lessons_own_function_is_not_even_seen(worker):
    run = worker[0].grade(
        [
            "from softmax_lesson.exercises import loss as exercise",
            "one_loss = exercise.one_loss.reference\nexercise.one_loss.check(one_loss)",
        ],
        Limits(),
    )
    assert run.problem is None and run.verdicts == {}


def test_half_a_letter_in_a_message_spoils_no_table(worker):
    found = said(worker, "def one_loss(f, y):\n    raise ValueError('before \\ud800 after')")
    assert "before ? after" in found["text"]
    json.dumps(found, ensure_ascii=False).encode("utf-8")


def test_a_teachers_own_switch_does_not_shut_what_is_graded(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "solutions.txt").write_text("2999-01-01")
    monkeypatch.setenv("SOFTMAX_LESSON_SOLUTIONS", "2999-01-01")
    worker = Worker([], "watched")
    try:
        answer = "def one_loss(f, y):\n    return -exercise.one_loss.reference(f, y)"
        found = said((worker,), "from softmax_lesson.exercises import loss as exercise", answer)
    finally:
        worker.close()
    assert (found["status"], found["mistake"]) == ("wrong", "log_likelihood")


def test_a_neighbours_file_is_not_there(worker):
    assert said(worker, READS.format(path=str(worker[1] / "secret")))["status"] == "error"
    (worker[1] / "mine").write_text("x")
    inside = READS.format(path="mine").replace("with open", "open('mine', 'w').close()\n    with open")
    assert said(worker, inside)["status"] == "wrong", "its own folder it may use"


def test_the_network_is_not_there(worker):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert said(worker, CALLS.format(port=port))["status"] == "error"
        server.settimeout(0.1)
        with pytest.raises(TimeoutError):
            server.accept()


PRIES = """
import ctypes, os, softmax_lesson
def one_loss(f, y):
    system = ctypes.CDLL(None)
    for target in (os.path.dirname(softmax_lesson.__file__), "/usr", "/"):
        place = target.encode()
        if system.mount(b"none", place, None, 4096 | 32, None) == 0 or system.umount2(place, 2) == 0:
            return 0.0
    system.unshare((1 << 28) | (1 << 17))  # a user and mounts of its own, in which it has all rights
    if system.umount2(os.path.dirname(softmax_lesson.__file__).encode(), 2) == 0:
        return 0.0
    open(softmax_lesson.__file__, "a").close()
    return 0.0
"""


def test_what_is_read_only_stays_so(worker):
    """Also for one that asks the system itself. Where Python watches, it may not even ask."""
    found = said(worker, PRIES)
    assert found["status"] == "error"
    assert "Read-only" in found["text"] or "PermissionError" in found["text"]


# How a process is ended that goes on, the next test sees of both.
@pytest.mark.parametrize("how", ["jailed", pytest.param("watched", marks=pytest.mark.long)])
def test_one_that_hangs_is_ended(how, workers):
    run = workers(how)[0].grade([HANGS], Limits(answer=0.3, notebook=20))
    assert (run.problem, run.verdicts["one_loss"]["mistake"]) == (None, "no_end")


def test_one_that_says_it_is_done_and_goes_on_is_ended(worker):
    began = time.monotonic()
    run = worker[0].grade([LIES], Limits(answer=600, notebook=600))
    assert "one_loss" not in run.verdicts
    assert time.monotonic() - began < 300, "it was ended, and not waited for"


def test_the_next_notebook_is_graded_as_if_nothing_had_been(worker):
    spoils = "import numpy as np\nnp.exp = None\n" + right(CATALOGUE["one_loss"])
    assert said(worker, "import numpy as np", spoils)["status"] != "correct"
    assert said(worker, "import numpy as np", right(CATALOGUE["one_loss"]))["status"] == "correct"


def test_the_folder_of_each_is_empty(worker):
    leaves = "import os\ndef one_loss(f, y):\n    open('left', 'w').close()\n    return 0.0"
    looks = "import os\ndef one_loss(f, y):\n    raise ValueError(f'holds {os.listdir()}')"
    said(worker, leaves)
    assert "holds []" in said(worker, looks)["text"]


def test_a_worker_that_is_lost_is_replaced(tmp_path, monkeypatch, workers):
    pool = running.Pool([str(tmp_path)], "watched", Limits())
    lost = Worker()
    ready = [lost, workers("watched")[0]]
    monkeypatch.setattr(running, "Worker", lambda *_: ready.pop(0))
    try:
        assert pool._worker() is lost
        lost.process.kill()
        verdicts = pool.grade(["import numpy as np", right(CATALOGUE["one_loss"])]).verdicts
        assert verdicts["one_loss"]["status"] == "correct"
        assert ready == []
    finally:
        lost.close()


# ---- the command, its files, its memory -------------------------------------------------------------------


@pytest.fixture(scope="module", params=["here", pytest.param("by a program", marks=pytest.mark.long)])
def small(request, tmp_path_factory, workers):
    """A small class, graded: (what was handed in, the results, what was printed)."""
    folder = tmp_path_factory.mktemp("small")
    base = lesson(STEP)
    write(folder / "in" / "Ann Ash.ipynb", vote(answered(base, {"one_loss": SHARED}), NUDGE, 0))
    write(folder / "in" / "Bea <b>.ipynb", vote(answered(base, {"one_loss": SHARED}), NUDGE, 2))
    write(folder / "in" / "=cmd().ipynb", answered(base, {e.name: right(e) for e in EXERCISES}))
    write(folder / "in" / "Cid.ipynb", base)
    (folder / "in" / "Dan.pdf").write_bytes(b"%PDF")
    (folder / "in" / "marks.csv").write_text("Ann,1")
    if request.param == "here":
        with contextlib.redirect_stdout(io.StringIO()) as printed, pytest.MonkeyPatch.context() as patch:
            lend_a_worker(patch, workers)
            assert grade.grade(str(folder / "in")) == 0
        return folder / "in", folder / "in-graded", printed.getvalue()
    command = [sys.executable, "-m", "softmax_lesson", "grade", str(folder / "in")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "in", folder / "in-graded", done.stdout


def test_what_the_command_says(small):
    folder, graded, printed = small
    assert f"5 students, 4 exercises. The page: {graded / 'class.html'}" in printed
    assert "2 of 5: one_loss, probability." in printed
    assert "Dan: No notebook was handed in, but Dan.pdf." in printed
    assert "Left out, since they are nobody's: marks.csv." in printed
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["Ann Ash.ipynb", "Bea <b>.ipynb", "=cmd().ipynb", "Cid.ipynb", "Dan.pdf", "marks.csv"]
    )


def test_the_tables(small):
    rows = table(small[1])
    assert rows["'=cmd()"]["points"] == "4", "no table's program takes a name for a formula"
    assert rows["Ann Ash"]["one_loss"] == "probability" and rows["Cid"]["one_loss"] == "not attempted"
    head, *moodle = cells_of(small[1] / "moodle.csv")
    assert head == ["Identifier", "Full name", STEP, "Grade", "Maximum Grade"]
    assert len(moodle) == 5 and {row[-1] for row in moodle} == {"4"}
    head, possible, *canvas = cells_of(small[1] / "canvas.csv")
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", STEP]
    assert possible[0].strip() == "Points Possible" and possible[-1] == "4"
    assert sorted(row[-1] for row in canvas) == ["0", "0", "0", "0", "4"]


def test_the_page_shows_lines_and_no_names(small):
    text = (small[1] / "class.html").read_text(encoding="utf-8")
    exercise = CATALOGUE["one_loss"]
    assert "np.exp(shifted[y]) / np.exp(shifted).sum()" in text
    assert "Your answer is P(y) itself" in text, "the tutor's sentence"
    assert exercise.name in text and page.next_steps()["one_loss"]["say"][:20] in text
    for name in ("Ann", "Bea", "Cid", "Dan", "Zoe", "Quentin"):
        assert name not in text, name
    asked = question(NUDGE)
    assert "(2 votes)" in text and asked.options[0].text in text
    assert not re.search(r"(src|href)=.(http|//)", text), "it needs no network"


def test_with_names_the_page_has_them_escaped(small, capsys):
    (small[1] / "named").mkdir()
    shutil.copy(small[1] / results.KEPT, small[1] / "named")  # nothing has changed: nothing is run again
    assert grade.grade(str(small[0]), str(small[1] / "named"), names=True) == 0
    text = (small[1] / "named" / "class.html").read_text(encoding="utf-8")
    assert "Ann Ash" in text and "Bea &lt;b&gt;" in text and "Bea <b>" not in text
    assert "Zoe" not in text, "a comment is never shown"
    assert "5 students" in capsys.readouterr().out


@pytest.fixture(params=["of all", pytest.param("its own", marks=pytest.mark.long)])
def a_worker(request, monkeypatch, workers):
    """A class is graded by the worker that other tests had, which saves its start, or as usual."""
    if request.param == "of all":
        lend_a_worker(monkeypatch, workers)


@pytest.mark.usefixtures("a_worker")
def test_a_changed_file_alone_is_run_again(tmp_path, monkeypatch):
    ran = []

    class Counting(grade.Pool):
        def grade(self, cells):
            ran.append(cells)
            return super().grade(cells)

    monkeypatch.setattr(grade, "Pool", Counting)
    one_at_a_time(monkeypatch)  # enough to count by
    for name in ("ann", "ben"):
        write(tmp_path / "in" / f"{name}.ipynb", bare(f"# {name}", SHARED))
    sequence = []
    for _ in range(2):
        assert grade.grade(str(tmp_path / "in")) == 0
        sequence.append(len(ran))
    write(tmp_path / "in" / "ben.ipynb", bare("import numpy as np", right(CATALOGUE["one_loss"])))
    grade.grade(str(tmp_path / "in"))
    sequence.append(len(ran))
    monkeypatch.setattr(results, "_version", lambda limits: "another lesson")
    grade.grade(str(tmp_path / "in"))
    assert [*sequence, len(ran)] == [2, 2, 3, 5]
    rows = table(tmp_path / "in-graded")
    assert rows["ann"]["one_loss"].startswith("error"), "np is imported nowhere"
    assert rows["ben"]["one_loss"] == "right"


@pytest.mark.usefixtures("a_worker")
def test_a_damaged_memory_is_no_obstacle(tmp_path):
    write(tmp_path / "in" / "ann.ipynb", bare("import numpy as np", right(CATALOGUE["one_loss"])))
    (tmp_path / "in-graded").mkdir()
    (tmp_path / "in-graded" / results.KEPT).write_text('{"version": [')
    assert grade.grade(str(tmp_path / "in")) == 0
    assert table(tmp_path / "in-graded")["ann"]["one_loss"] == "right"


@pytest.mark.parametrize("name", ["nothing", "empty", "file.txt"])
def test_no_folder_of_notebooks_is_said(name, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.txt").write_text("x")
    assert grade.grade(str(tmp_path / name)) == 2
    assert "FOLDER: expected" in capsys.readouterr().err
    assert not (tmp_path / f"{name}-graded").exists()


@pytest.mark.usefixtures("a_worker")
def test_the_better_of_two_answers_counts(tmp_path):
    write(tmp_path / "in" / "ann" / "04_loss.ipynb", bare("import numpy as np", right(CATALOGUE["one_loss"])))
    write(tmp_path / "in" / "ann" / "04_loss-Copy1.ipynb", bare("# no import", SHARED))
    kept = {
        "format": 1,
        "exercises": {},
        "predictions": {NUDGE: {"choice": question(NUDGE).options[1].text, "seen": True}},
    }
    (tmp_path / "in" / "ann" / "progress.json").write_text(json.dumps(kept), encoding="utf-8")
    grade.grade(str(tmp_path / "in"))
    assert table(tmp_path / "in-graded")["ann"]["one_loss"] == "right"
    assert "(1 vote)" in (tmp_path / "in-graded" / "class.html").read_text(encoding="utf-8")


@pytest.mark.long
def test_the_lessons_own_notebooks_are_not_attempted(tmp_path):
    write(tmp_path / "in" / "nobody.ipynb", lesson())
    grade.grade(str(tmp_path / "in"))
    row = table(tmp_path / "in-graded")["nobody"]
    assert {name: row[name] for name in CATALOGUE} == dict.fromkeys(CATALOGUE, "not attempted")


def test_in_the_lessons_own_notebooks_no_answer_is_found_that_was_attempted(monkeypatch):
    """As the worker looks for them, in this process."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # `verdict` has one of its own
    for step in sorted({exercise.step for exercise in CATALOGUE.values()}):
        cells = ["".join(cell["source"]) for cell in lesson(step)["cells"] if cell["cell_type"] == "code"]
        code = answers.parse(cells)
        for exercise in (one for one in CATALOGUE.values() if one.step == step):
            said = verdict(exercise, code, answers.find(code, exercise.name))
            assert said["status"] == "not attempted", exercise.name


@pytest.mark.usefixtures("a_worker")
def test_a_zip_is_graded_too(tmp_path):
    notebook = write(tmp_path / "a.ipynb", bare("import numpy as np", right(CATALOGUE["one_loss"])))
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.write(notebook, "all/Ann Ash_77_assignsubmission_file_/04_loss.ipynb")
    assert grade.grade(str(tmp_path / "all.zip")) == 0
    assert table(tmp_path / "all-graded")["Ann Ash"]["one_loss"] == "right"
    assert cells_of(tmp_path / "all-graded" / "moodle.csv")[1][:2] == ["Participant 77", "Ann Ash"]


def test_what_to_say_next_is_known_of_every_exercise():
    """And the picture to show stands in that section of that notebook."""
    plans = page.next_steps()
    assert list(plans) == list(CATALOGUE)
    for plan in plans.values():
        cells = lesson(plan["notebook"])["cells"]
        texts = ["".join(cell["source"]) for cell in cells]
        place = next(n for n, text in enumerate(texts) if f"## {plan['section']}\n" in f"{text}\n")
        end = next((n for n in range(place + 1, len(texts)) if texts[n].startswith("## ")), len(texts))
        assert any(re.search(rf"\b{plan['show']}\(", text) for text in texts[place:end]), plan
        assert plan["say"].endswith((".", "?"))
