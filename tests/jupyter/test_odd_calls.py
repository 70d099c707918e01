"""Whatever comes into what is public of the wing, from a caller or from the disk: a result, or a sentence.

The sentence begins with the argument's name; a command says it on stderr and ends with 2. Nothing is written
outside the folder that was given, nothing hangs, and no board is left running.
"""

import gc
import json
import zlib

import odd_calls
import odd_files
import pytest
from odd_arguments import OF_LISTS, SCALARS
from odd_calls import complaint, is_command, parameters_of, public_functions

from softmax_lesson.jupyter import exporting, plans, start

FUNCTIONS = public_functions()
CASES = [(name, parameter) for name, function in FUNCTIONS.items() for parameter in parameters_of(function)]
OTHERS = {"classes.command.classes": (1,)}  # there are sentences to be read, or the data cannot be had


def test_what_is_public_is_found():
    assert set(FUNCTIONS) == {
        "start.start",
        "grading.grade.grade",
        "classes.command.classes",
        "exporting.export",
        "shutting.write",
        "board.command.board",
        "doctor.report",
        "plans.find_plan",
        "plans.as_table",
        "plans.plan_notebook",
        "students_copy.students_version",
        "students_copy.write_copies",
        "saving.drop_live_views",
        "saving.is_the_lessons",
    }, "a new one is covered; name it here"
    commands = [name for name, function in FUNCTIONS.items() if is_command(function)]
    assert len(commands) == len(odd_calls.commands()) - 1, "each command but doctor returns its status"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder of our own, with a small lesson, and neither JupyterLab nor a board nor a grading process."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(tmp_path / "home"))
    lesson = odd_calls.small_lesson(tmp_path / "lesson")
    (tmp_path / "plans.toml").write_text(odd_calls.PLANS)
    odd_calls.only_what_is_asked(monkeypatch)
    for module in (start, exporting):
        monkeypatch.setattr(module, "lesson_folder", lambda: lesson)
    monkeypatch.setattr(start, "default_folder", lambda: tmp_path / start.DEFAULT)
    monkeypatch.setattr(plans, "PLANS", tmp_path / "plans.toml")
    odd_calls.small_clone(tmp_path / "clone")
    (tmp_path / "mine").mkdir()
    (tmp_path / "in" / "ann").mkdir(parents=True)
    (tmp_path / "in" / "ann" / "a.ipynb").write_text(json.dumps(odd_files.notebook()))
    return tmp_path


def fits(name, here):
    """Return {parameter: a value that fits}."""
    found = {
        "folder": str(here / "mine"),
        "folders": [str(here / "mine")],
        "words": [],
        "only_copy": True,
        "plan": "50",
        "to": str(here / "out"),
        "names": False,
        "how": "jailed",
        "tool": "otter",
        "by_student": False,
        "until": "2026-12-01",
        "word": "open",
        "shared": str(here / "mine"),
        "ip": "127.0.0.1",
        "port": 0,
        "title": "Room",
        "only_sample": True,
        "root": here / "clone",
        "minutes": 50,
        "lesson": here / "lesson",
        "notebook": odd_files.notebook(),
        "model": {"type": "notebook", "content": odd_files.notebook()},
    }
    special = {
        "grading.grade.grade": {"folder": str(here / "in")},
        "classes.command.classes": {"names": ["cat", "dog", "ship"], "folder": None},
        "plans.as_table": {"plan": plans.find_plan(50), "folder": here / "lesson"},
        "plans.plan_notebook": {"plan": plans.find_plan(50), "folder": here / "lesson"},
        "students_copy.write_copies": {"folder": here / "mine"},
    }
    fitting = found | special.get(name, {})
    return {key: fitting[key] for key in parameters_of(FUNCTIONS[name]) if key in fitting}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_fits_is_taken(name, here, capfd):
    given = fits(name, here)
    if name != "doctor.report":
        assert set(given) == set(parameters_of(FUNCTIONS[name])), "say what fits a new argument"
    statuses = OTHERS.get(name, ())
    assert complaint(FUNCTIONS[name], given, capfd.readouterr, here, statuses) is None
    if is_command(FUNCTIONS[name]):
        assert FUNCTIONS[name](**given) in (0, *statuses)


@pytest.fixture
def what_was_left_open_says_so():
    """Of what is new; all that was there before is frozen, and nobody looks through it."""
    gc.freeze()
    yield
    gc.collect()


@pytest.mark.usefixtures("what_was_left_open_says_so")
@pytest.mark.parametrize("share", [24, pytest.param(1, marks=pytest.mark.long)], ids=["few", "all"])
@pytest.mark.parametrize(("name", "parameter"), CASES)
def test_an_odd_argument_leads_to_a_result_or_to_a_sentence(
    name, parameter, share, here, capfd, record_property
):
    pool = dict(SCALARS)
    if isinstance(fits(name, here).get(parameter), list):
        pool |= {f"list {key}": lambda change=change: change(["a", "b"]) for key, change in OF_LISTS.items()}
    if parameter in ("notebook", "model"):
        pool |= {f"notebook {key}": lambda value=value: value for key, value in odd_files.VALUES.items()}
    if parameter == "model":
        models = {key: {"type": "notebook", "content": value} for key, value in odd_files.VALUES.items()}
        pool |= {f"model {key}": lambda model=model: model for key, model in models.items()}
    wrong = {}
    first = zlib.crc32(f"{name} {parameter}".encode()) % share  # others for each argument
    for label in list(pool)[first::share]:
        given = fits(name, here) | {parameter: pool[label]()}
        if found := complaint(FUNCTIONS[name], given, capfd.readouterr, here, OTHERS.get(name, ())):
            wrong[label] = found
    record_property("odd calls", len(list(pool)[first::share]))
    assert wrong == {}
