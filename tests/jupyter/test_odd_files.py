"""Whatever stands where a file is due: it is read, or named in a sentence; nothing hangs, and it stays."""

import csv
import io
import json
import os
import stat
import zipfile

import odd_calls
import odd_files
import pytest
from odd_calls import complaint

from softmax_lesson.exercises.engine import shut
from softmax_lesson.jupyter import doctor, exporting, plans, shutting, start, students_copy
from softmax_lesson.jupyter.board.command import board
from softmax_lesson.jupyter.classes.command import classes
from softmax_lesson.jupyter.grading import grade, results
from softmax_lesson.jupyter.grading.jail import size_now
from softmax_lesson.jupyter.grading.running import Limits

ODD = pytest.mark.parametrize(
    "kind",
    [pytest.param(k, marks=() if k in odd_files.FEW else pytest.mark.long, id=k) for k in odd_files.KINDS],
)
NAMES = {
    "two lines": "a\nb",
    "quotes": "a'b\"c`d",
    "half a letter": os.fsdecode(b"caf\xe9"),
    "a formula": "=HYPERLINK(1)",
    "commands of a terminal": "a\x1b[31m\x1b]0;title\x07b\u202ec",
    "HTML": "<img src=x onerror=alert(1)>",
    "blank": " ",
    "long": "x" * 240,
}
NAMED = pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with a small lesson; no JupyterLab, board or process that grades goes on."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(tmp_path / "home"))
    odd_calls.only_what_is_asked(monkeypatch)
    lesson = odd_calls.small_lesson(tmp_path / "lesson")
    (tmp_path / "plans.toml").write_text(odd_calls.PLANS)
    monkeypatch.setattr(plans, "PLANS", tmp_path / "plans.toml")
    for module in (start, exporting):
        monkeypatch.setattr(module, "lesson_folder", lambda: lesson)
    (tmp_path / "mine").mkdir()
    return tmp_path


@pytest.fixture(autouse=True)
def no_more_than_two_gigabytes():
    """Let whoever reads a device to its end have no memory, and not take all of the machine's."""
    resource = pytest.importorskip("resource")
    before, size = resource.getrlimit(resource.RLIMIT_AS), size_now()
    if size:
        resource.setrlimit(resource.RLIMIT_AS, (size + 2 * 2**30, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


@pytest.fixture
def said(here, capfd, record_property):
    """Return a function that calls something with an odd file about and returns what was printed on stderr.

    The call must end as every call does, and the file must stand as it stood.
    """

    def call(path, function, *statuses, stays=True, **arguments):
        before, heard = seen(path), []

        def read():
            heard.append(capfd.readouterr())
            return heard[-1]

        record_property("odd calls", 1)
        wrong = complaint(function, arguments, read, here, statuses)
        assert wrong is None, wrong
        if stays:
            assert seen(path) == before
        return "".join(one.err for one in heard)

    return call


def seen(path):
    """Return what stands there: its kind, and what is in it."""
    about = os.lstat(path)
    return (stat.S_IFMT(about.st_mode), path.read_bytes() if stat.S_ISREG(about.st_mode) else None)


def put(kind, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_file():
        path.unlink()
    odd_files.put(kind, path)
    return path


# ---- a student's copy, and the lesson -----------------------------------------------------------------


@ODD
def test_a_notebook_of_a_student_is_left_and_the_others_come(kind, here, said):
    path = put(kind, here / "mine" / start.FIRST)
    said(path, start.start, folder=str(here / "mine"), words=[], only_copy=True, plan="50")
    assert (here / "mine" / "plan_50.ipynb").is_file()
    newest = json.loads((here / "mine" / "00_start_here.newest.ipynb").read_text(encoding="utf-8"))
    assert [cell["id"] for cell in newest["cells"]] == ["a", "b"]


@ODD
def test_a_memory_that_is_none_costs_nothing(kind, here, said):
    start.start(str(here / "mine"), [], only_copy=True)
    path = put(kind, here / "mine" / students_copy.MEMORY)
    said(path, start.start, stays=False, folder=str(here / "mine"), words=[], only_copy=True)
    assert (here / "mine" / start.FIRST).is_file()


@ODD
@pytest.mark.parametrize("command", ["start", "export", "copies", "table", "notebook"])
def test_a_lesson_that_is_damaged_is_named(kind, command, here, said):
    path = put(kind, here / "lesson" / start.FIRST)
    mine, lesson = str(here / "mine"), here / "lesson"
    function, arguments = {
        "start": (start.start, {"folder": mine, "words": [], "only_copy": True, "plan": "50"}),
        "export": (exporting.export, {"tool": "otter", "folder": mine}),
        "copies": (students_copy.write_copies, {"lesson": lesson, "folder": here / "copies"}),
        "table": (plans.as_table, {"plan": plans.find_plan(50), "folder": lesson}),
        "notebook": (plans.plan_notebook, {"plan": plans.find_plan(50), "folder": lesson}),
    }[command]
    err = said(path, function, **arguments)
    assert not err or start.FIRST in err or "expected the section" in err


# ---- the room -----------------------------------------------------------------------------------------


@ODD
def test_the_keys_of_a_board_are_there_or_damaged(kind, here, said):
    path = put(kind, here / "mine" / "keys.json")
    err = said(path, board, folder=str(here / "mine"), port=0)
    assert err.startswith("FOLDER: ") and "keys.json" in err


@ODD
def test_what_a_board_follows_may_be_anything(kind, here, said):
    path = put(kind, here / "shared" / "events.jsonl")
    put(kind, here / "mine" / "received-1.jsonl")
    assert not said(path, board, folder=str(here / "mine"), shared=str(here / "shared"), port=0)


# ---- what was handed in -------------------------------------------------------------------------------


def table(folder):
    """Return {student: remarks} of the table that grade has written."""
    with (folder / grade.TABLE).open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row["remarks"] for row in csv.DictReader(file)}


READABLE = ("no cells", "many cells", "format 3", "no id", "id list", "no metadata", "metadata list")
READABLE += ("tags number", "tags of lists", "kind unknown", "no outputs", "half a letter in the source")
READABLE += ("a loop in the code", "source null", "source object", "kind list", "two bytes a letter")
READABLE += ("outputs number", "outputs of numbers", "outputs of other things")


@ODD
def test_a_notebook_that_was_handed_in_has_its_remark(kind, here, said):
    put("blank", here / "in" / "ann" / "b.txt")
    path = put(kind, here / "in" / "ann" / "a.ipynb")
    said(path, grade.grade, folder=str(here / "in"))
    assert bool(table(here / "in-graded")["ann"]) == (kind not in READABLE)


@ODD
@pytest.mark.parametrize("name", ["progress.json", "b.zip", "b.txt"])
def test_what_else_was_handed_in_stops_nothing(kind, name, here, said):
    (here / "in" / "ann").mkdir(parents=True)
    (here / "in" / "ann" / "a.ipynb").write_text(json.dumps(odd_files.notebook()))
    path = put(kind, here / "in" / "ann" / name)
    assert not said(path, grade.grade, folder=str(here / "in"))
    assert table(here / "in-graded") == {"ann": ""}


@ODD
def test_a_zip_alone_is_read_or_named(kind, here, said):
    path = put(kind, here / "in" / "all.zip")
    said(path, grade.grade, folder=str(here / "in"))
    path = put(kind, here / "other.zip")
    assert "FOLDER: " in said(path, grade.grade, folder=str(path)) or kind == "folder"


@ODD
def test_what_was_kept_of_the_last_time_may_be_lost(kind, here, said):
    (here / "in" / "ann").mkdir(parents=True)
    (here / "in" / "ann" / "a.ipynb").write_text(json.dumps(odd_files.notebook()))
    path = put(kind, here / "out" / results.KEPT)
    said(path, grade.grade, stays=False, folder=str(here / "in"), to=str(here / "out"))
    assert kind == "folder" or table(here / "out") == {"ann": ""}


def test_what_was_kept_in_another_form_is_not_taken(here):
    version, right = results._version(Limits()), {"verdicts": {}, "votes": {}, "problem": None}
    odd = [None, 3, [], {}, right | {"verdicts": 3}, right | {"verdicts": {"a": 3}}, right | {"problem": 3}]
    odd += [right | {"votes": None}, right | {"verdicts": {"a": results.NOT_ATTEMPTED | {"shown": 3}}}]
    odd += [right | {"verdicts": {"a": results.NOT_ATTEMPTED | {"status": "fine"}}}]
    files = {str(number): one for number, one in enumerate(odd)} | {"right": right}
    (here / results.KEPT).write_text(json.dumps({"version": version, "files": files}))
    assert set(results.Kept(here, Limits()).files) == {"right"}


def test_whatever_letters_a_result_has_it_is_kept(here):
    kept = results.Kept(here, Limits())
    verdict = results.NOT_ATTEMPTED | {"status": "error", "text": "\ud800"}
    kept.add("key", {"verdicts": {"one_loss": verdict}, "votes": {}, "problem": None})
    kept.write()
    assert results.Kept(here, Limits()).files == kept.files


@NAMED
def test_names_of_students_and_files_are_only_text(name, here, capfd, monkeypatch):
    for path in (here / "in" / name / "a.ipynb", here / "in" / "ann" / f"{name}.ipynb"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("no notebook")
    assert complaint(grade.grade, {"folder": str(here / "in"), "names": True}, capfd.readouterr, here) is None
    assert grade.grade(str(here / "in"), names=True) == 0
    printed = "".join(capfd.readouterr())
    assert "no notebook" in printed and all(map(str.isprintable, printed.split("\n")))
    page = (here / "in-graded" / grade.PAGE).read_text(encoding="utf-8")
    assert "<img src=x" not in page
    with (here / "in-graded" / grade.TABLE).open(encoding="utf-8-sig", newline="") as file:
        assert not [cell for row in csv.reader(file) for cell in row if cell.startswith("=")]


@NAMED
def test_a_folder_may_have_any_name(name, here, capfd):
    folder = here / name
    folder.mkdir(exist_ok=True)
    for function, arguments in (
        (start.start, {"folder": str(folder), "words": [], "only_copy": True, "plan": "50"}),
        (exporting.export, {"tool": "otter", "folder": str(folder)}),
        (shutting.write, {"folders": [str(folder)], "until": None, "word": "w"}),
        (board, {"folder": str(folder), "shared": str(folder), "port": 0}),
        (grade.grade, {"folder": str(folder)}),
    ):
        assert complaint(function, arguments, capfd.readouterr, here) is None


# ---- the switch, other classes, the doctor ------------------------------------------------------------


@ODD
def test_the_switch_is_replaced_or_named_and_whatever_it_is_it_is_read(kind, here, said, monkeypatch):
    path = put(kind, here / "mine" / shut.FILE)
    monkeypatch.setattr(shut, "_folder", here / "mine")
    why = []
    said(path, lambda: why.append(shut.why_shut()))
    assert why[0] or kind in ("empty", "blank", "to nothing")
    err = said(path, shutting.write, stays=False, folders=[str(here / "mine")], until=None, word="w")
    assert path.is_file() or err.startswith("FOLDER: ")


@pytest.mark.parametrize("line", ["0001-01-01", "9999-12-31 23:59", "0001-01-01T00:00+23:59", "word", "\x00"])
def test_a_switch_of_the_first_and_the_last_day_is_read(line, here, monkeypatch):
    (here / "mine" / shut.FILE).write_text(line)
    monkeypatch.setattr(shut, "_folder", here / "mine")
    shut.why_shut()


CLONE = ["notebooks/00_start_here.ipynb", "softmax_lesson/data/sample.toml", "README.md"]
CLONE += ["softmax_lesson/exercises/predictions/00_start_here.toml", "build/sentences.txt"]
CLONE += ["softmax_lesson/jupyter/grading/next.toml", "softmax_lesson/exercises/a.py"]


@ODD
@pytest.mark.parametrize("name", CLONE)
@pytest.mark.parametrize(
    "names", [pytest.param(["cat", "dog", "ship"], marks=pytest.mark.long), []], ids=["three", "none"]
)
def test_a_damaged_file_of_a_clone_is_named(kind, name, names, here, said):
    odd_calls.small_clone(here / "clone")
    path = put(kind, here / "clone" / name)
    before = contents(here / "clone")
    said(path, classes, 1, names=names, folder=None, root=here / "clone")
    assert contents(here / "clone") == before


def contents(folder):
    return {path: seen(path) for path in folder.rglob("*")}


@ODD
@pytest.mark.parametrize("name", ["notebooks/00_start_here.ipynb", "constraints.txt"])
def test_the_doctor_names_what_is_damaged(kind, name, here, said):
    (here / "clone" / "notebooks").mkdir(parents=True)
    (here / "clone" / "constraints.txt").write_text("")
    (here / "clone" / "notebooks" / start.FIRST).write_text(json.dumps(odd_files.notebook()))
    path = put(kind, here / "clone" / name)
    checks = doctor.checks(clone=here / "clone")
    found = []
    for subject in ("Notebooks", "Packages"):
        said(path, lambda s=subject: found.append(doctor.examined(s, checks[s], here / "clone")))
    assert "Error" not in str(found[0])


# ---- a zip --------------------------------------------------------------------------------------------


def zips():
    """Return {what is wrong: bytes} of zips that look like one."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("ann/a.ipynb", json.dumps(odd_files.notebook()))
        packed.writestr("../../up.ipynb", "{}")
        packed.writestr("/etc/x.ipynb", "{}")
    content = whole.getvalue()
    end, entry = content.rindex(b"PK\x05\x06"), content.index(b"PK\x01\x02")
    changed = {
        "whole": content,
        "no list of files": content[:entry] + bytes(end - entry) + content[end:],
        "a list that lies elsewhere": content[: end + 16] + b"\xff\xff\xff\x7f" + content[end + 20 :],
        "an unknown way to pack": content[: entry + 10] + b"\x63\x00" + content[entry + 12 :],
        "a newer version": content[: entry + 6] + b"\xff\x00" + content[entry + 8 :],
        "locked": content[: entry + 8] + b"\x01\x00" + content[entry + 10 :],
        "another size": content[: entry + 24] + b"\xff\xff\xff\x00" + content[entry + 28 :],
        "half": content[: len(content) // 2] + content[end:],
    }
    return changed


@pytest.mark.parametrize("content", zips().values(), ids=zips())
@pytest.mark.parametrize("where", ["all.zip", "in/all.zip", "in/ann/all.zip"])
def test_a_zip_that_is_damaged_is_said(content, where, here, said):
    path = here / where
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    said(path, grade.grade, folder=str(here / where.split("/")[0]))
    assert sorted(p.name for p in here.iterdir() if p.suffix == ".ipynb") == []
