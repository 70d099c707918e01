"""What of the wing is public, what fits, and a judge of a call with something odd.

Public is what something outside the wing calls: the commands, scripts/, the notebooks, and Jupyter's server.
All of it is found by reading these files, so that a new one is covered at once. What returns an `int` is a
command: it says no by a sentence that begins with the argument, and by 2.
"""

import ast
import contextlib
import functools
import importlib
import inspect
import json
import os
import re
import sys
import warnings
from pathlib import Path

import odd_files
from odd_arguments import ERRORS, first_warning, how_it_ends, short

from softmax_lesson import __main__ as command_line
from softmax_lesson.data import DataError
from softmax_lesson.jupyter import start
from softmax_lesson.jupyter.board import server
from softmax_lesson.jupyter.classes import command as classes_command
from softmax_lesson.jupyter.classes import sentences
from softmax_lesson.jupyter.grading import grade
from softmax_lesson.jupyter.grading.running import Run

ROOT = Path(__file__).parents[2]
WING = "softmax_lesson.jupyter"

# ---- what is public -----------------------------------------------------------------------------------


def public_functions():
    """Return {dotted name below the wing: function} of what something outside the wing calls."""
    found = {}
    for text in outside():
        for name in called(ast.parse(text)):
            module, _, attribute = name.rpartition(".")
            thing = getattr(importlib.import_module(module), attribute, None)  # a local name may be alike
            if inspect.isfunction(thing):
                found[name.removeprefix(f"{WING}.")] = thing
    return found | extension()


def outside():
    """Yield the text of what stands above the wing."""
    for path in (ROOT / "softmax_lesson/__main__.py", *sorted((ROOT / "scripts").glob("*.py"))):
        yield path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for one in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if one["cell_type"] == "code":
                text = "".join(one["source"])  # the package's face hands on the doctor
                yield text.replace("from softmax_lesson import doctor", f"from {WING} import doctor")


def called(tree):
    """Return the dotted names of the wing that some code uses."""
    modules, names = {}, set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(WING):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                if is_module(whole):
                    modules[alias.asname or alias.name] = whole
                else:
                    names.add(whole)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            names.add(f"{modules[node.value.id]}.{node.attr}")
    return sorted(names)


def is_module(name):
    """Say whether a dotted name is a module, and no function in one."""
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def extension():
    """Return {name: function} of the public functions of what Jupyter's server loads."""
    config = json.loads((ROOT / "softmax_lesson/jupyter/jupyter_server.json").read_text(encoding="utf-8"))
    found = {}
    for name in config["ServerApp"]["jpserver_extensions"]:
        module = importlib.import_module(name)
        for key, thing in vars(module).items():
            if inspect.isfunction(thing) and thing.__module__ == name and not key.startswith("_"):
                found[f"{name.removeprefix(f'{WING}.')}.{key}"] = thing
    return found


def is_command(function):
    """Say whether a function is a command: it returns an exit status."""
    return inspect.signature(function).return_annotation in (int, "int")


def parameters_of(function):
    """Return the names of the arguments that a call may give."""
    return [p.name for p in inspect.signature(function).parameters.values() if p.kind not in (2, 4)]


@functools.cache
def words_of_the_command_line():
    """Return {argument: the words by which a sentence may name it}: FOLDER, --to."""
    found = {}
    for command in commands().values():
        for action in command._actions:
            words = {*action.option_strings, action.metavar or action.dest}
            found.setdefault(action.dest, set()).update(words)
    return found


@functools.cache
def commands():
    """Return {name: its parser} of the commands."""
    whole = command_line.parser()
    return next(action for action in whole._actions if action.dest == "command").choices


# ---- the judge ----------------------------------------------------------------------------------------

WRITES = {"os.mkdir": 1, "os.rmdir": 1, "os.remove": 1, "os.truncate": 1, "os.chmod": 1}
WRITES |= {"os.rename": 2, "os.link": 2, "os.symlink": 2, "os.mkfifo": 1, "shutil.rmtree": 1}
_watched, _written = [], []


def _look(event, words):
    """Note what is written while somebody watches. (A hook like this one stays for ever.)"""
    if not _watched:
        return
    if event == "open":
        path, _, flags = words
        writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
        if isinstance(path, str | bytes) and (flags or 0) & writing:
            _written.append(path)
    elif event in WRITES:
        _written.extend(words[: WRITES[event]] if event != "os.symlink" else words[1:2])


sys.addaudithook(_look)


@contextlib.contextmanager
def nothing_written_outside(folder):
    """Collect the paths outside a folder that are written to, made or removed."""
    inside, found = os.path.realpath(folder), []
    _watched.append(1)
    _written.clear()
    try:
        yield found
    finally:
        _watched.pop()
        for path in map(os.fsdecode, filter(lambda one: isinstance(one, str | bytes), _written)):
            # The folder that a path lies in, links followed; and of an open file also what it leads to.
            place = os.path.realpath(path)
            if place != os.devnull and not (place + "/").startswith(inside + "/"):
                found.append(path)


def complaint(function, arguments, read, folder, others=()):
    """Return what is wrong with what a call does, in words, or None.

    read: returns what was printed since the last time, (out, err). folder: outside of it nothing may be
    written. others: statuses that mean no mistake of the caller's, besides 0.
    """
    names = set(parameters_of(function))
    line = words_of_the_command_line()
    words = names | {word for name in names for word in line.get(name, ())} | {*commands(), "lesson"}
    either = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    begins = re.compile(rf"(?:{either})(?:, [\w-]+)*: .", re.DOTALL)

    def called():
        result = function(**arguments)
        repr(result)
        if is_command(function) and result not in (0, *others):
            return of_status(result, read, begins)
        return None

    read()
    with warnings.catch_warnings(record=True) as heard, nothing_written_outside(folder) as outside:
        warnings.simplefilter("always")
        told = how_it_ends(called, begins, (*ERRORS, OSError))
    told = told or ("prints a traceback" if "Traceback" in "".join(read()) else None)
    told = told or (f"writes outside: {outside[:3]}" if outside else None)
    return told or first_warning(heard)


def of_status(status, read, begins):
    """Return what is wrong with how a command said no."""
    err = read()[1]
    if status != 2:
        return f"ends with {status}: {short(err)}"
    return None if begins.match(err) else f"refuses with {short(err)!r}"


# ---- what fits ----------------------------------------------------------------------------------------


def small_lesson(folder):
    """Write a lesson of one notebook, and return its folder."""
    folder.mkdir()
    text = json.dumps(odd_files.notebook())
    (folder / "00_start_here.ipynb").write_text(text, encoding="utf-8")
    return folder


PLANS = '[50]\ntitle = "T"\nabout = "A"\nexercise = "E"\nsections = ["00/a"]\n'


def small_clone(root):
    """Write what `classes` looks at in a clone."""
    for name in ("data/sample.csv", "scripts/run_notebooks.py", *sentences.GUIDES):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("A sentence.")
    small_lesson(root / "notebooks")
    facts = Path("softmax_lesson/data/sample.toml")
    (root / facts).parent.mkdir(parents=True)
    (root / facts).write_bytes((ROOT / facts).read_bytes())


async def no_serving(board, sockets):
    """Stand for a board that is ended at once."""
    for one in sockets:
        one.close()


class NoPool:
    """Stands for processes that grade: no exercise was found."""

    why_not = None

    def __init__(self, *given):
        """Start nothing."""

    def grade(self, cells):
        """Return that nothing was found."""
        return Run()

    def close(self):
        """End nothing."""


def no_data(folder, classes):
    """Stand for the complete CIFAR-10."""
    raise DataError("no data in tests")


def only_what_is_asked(monkeypatch):
    """Let commands do what they do up to JupyterLab, a board, processes that grade, and the network."""
    monkeypatch.setattr(start, "open_lab", lambda *_: None)
    monkeypatch.setattr(server, "serve", no_serving)
    monkeypatch.setattr(grade, "Pool", NoPool)
    monkeypatch.setattr(classes_command, "load_cifar10", no_data)
