"""The first cell of a notebook that left its repository: nothing where the lesson is, else help.

A folder with the lesson's wheel stands in the place of PyPI.
"""

import ast
import contextlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from types import SimpleNamespace

import pytest
from contract import ROOT
from first_cell import FIRST_CELL

RUN = """
import sys
from IPython.core.interactiveshell import InteractiveShell
if sys.argv[1] == "colab":
    import types
    sys.modules["google.colab"] = types.ModuleType("google.colab")
InteractiveShell.instance().run_cell(sys.argv[2])
print("softmax_lesson" in sys.modules)
"""
# Runs all cells, as the first of them what `before` says, and tells what stopped it.
RUN_ALL = """
import json, sys
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
path, before = sys.argv[1:]
notebook = nbformat.read(path, as_version=4)
for cell in notebook.cells:
    cell.pop("execution_count", None)
if before:
    notebook.cells.insert(0, nbformat.v4.new_code_cell(before))
told = {"stopped": None}
try:
    NotebookClient(notebook, kernel_name="python3").execute()
except CellExecutionError as error:
    told = {"stopped": error.ename, "words": error.evalue}
    told["ran"] = [cell.id for cell in notebook.cells if cell.get("execution_count")]
where = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(
    "import softmax_lesson; softmax_lesson.__file__")])
if not told["stopped"]:
    NotebookClient(where, kernel_name="python3").execute()
    told["lesson"] = where.cells[0].outputs[0].data["text/plain"].strip("'")
print(json.dumps(told))
"""
# What Colab's kernel has when it starts, and anywidget asks for.
COLAB_OUTPUT = """
class _widgets:
    _installed_url = None


def enable_custom_widget_manager():
    open("asked-for-widgets", "w").close()
"""


WORDS = (
    "The lesson is missing here. Run in a cell: %pip install softmax-lesson "
    "(where pip finds none: %pip install git+ADDRESS, with the address of its repository)"
)


@pytest.mark.parametrize("where", ["colab", "elsewhere"])
def test_where_the_lesson_is_installed_it_does_nothing_and_loads_nothing(where):
    command = [sys.executable, "-c", RUN, where, FIRST_CELL]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (0, "False\n"), result.stderr


@pytest.mark.parametrize(
    ("colab", "pip_finds_it", "asked", "stops"),
    [
        (True, True, [("pip", "install -q softmax-lesson")], False),
        (True, False, [("pip", "install -q softmax-lesson")], True),
        (False, True, [], True),
    ],
    ids=["in Colab", "in Colab, where pip does not find it", "elsewhere"],
)
def test_where_the_lesson_is_missing(colab, pip_finds_it, asked, stops, monkeypatch):
    """What it does, without a kernel and pip: the long tests below have both."""
    heard = []
    shell = SimpleNamespace(run_line_magic=lambda *words: heard.append(words))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: shell if heard and pip_finds_it else None)
    if colab:
        monkeypatch.setitem(sys.modules, "google.colab", shell)
    with pytest.raises(ModuleNotFoundError) if stops else contextlib.nullcontext() as error:
        exec(FIRST_CELL, {"get_ipython": lambda: shell})
    assert heard == asked
    assert not stops or str(error.value) == WORDS


def test_it_is_python_for_whatever_reads_a_notebook_without_ipython():
    ast.parse(FIRST_CELL)


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """The folder that stands in the place of PyPI."""
    folder = tmp_path_factory.mktemp("wheels")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", folder, ROOT], check=True, capture_output=True)
    return folder


class Alone:
    """A folder with one notebook, and an environment that has all but the lesson."""

    def __init__(self, folder, wheels):
        self.folder = folder
        venv.create(folder / "venv")
        self.python = folder / "venv/bin/python"
        (self.site,) = (folder / "venv").glob("lib/*/site-packages")
        for place in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
            borrow_all_but_the_lesson(Path(place), self.site)
        self.notebook = shutil.copy(ROOT / "notebooks/00_start_here.ipynb", folder)
        no_index = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels), "PIP_CONFIG_FILE": os.devnull}
        homes = {"IPYTHONDIR": str(folder / "ipython"), "SOFTMAX_LESSON_HOME": str(folder / "home")}
        self.environment = os.environ | no_index | homes

    def be_colab(self):
        """Have every kernel start as Colab's does."""
        colab = self.site / "google/colab"
        colab.mkdir(parents=True)
        (colab / "__init__.py").touch()
        (colab / "output.py").write_text(COLAB_OUTPUT, encoding="utf-8")
        startup = self.folder / "ipython/profile_default/startup"
        startup.mkdir(parents=True)
        (startup / "colab.py").write_text("import google.colab.output\n", encoding="utf-8")

    def run_all(self, before=""):
        """Run all cells in a fresh kernel, `before` first; return what is told of it."""
        command = [self.python, "-c", RUN_ALL, self.notebook, before]
        options = {"cwd": self.folder, "env": self.environment, "capture_output": True, "text": True}
        result = subprocess.run(command, check=False, **options)
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)


def borrow_all_but_the_lesson(packages, site):
    """Link to every package; a .pth file might lead to the lesson's clone."""
    for path in packages.iterdir():
        if not (path.name.startswith("softmax_lesson") or path.suffix == ".pth"):
            (site / path.name).symlink_to(path)


def clone_of_the_lesson(folder):
    """Return how pip is told of a git repository that has what git has of the lesson here."""
    ask = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(ask, cwd=ROOT, capture_output=True, text=True, check=True)
    for name in files.stdout.rstrip("\0").split("\0"):
        if not (ROOT / name).exists():
            continue  # deleted, and not yet committed
        copy = folder / "repository" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, copy)
    nobody = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "-A"], [*nobody, "commit", "-qm", "the lesson"]):
        subprocess.run(["git", *words], cwd=folder / "repository", check=True)
    return f"git+{(folder / 'repository').as_uri()}"


@pytest.fixture
def alone(tmp_path, wheels):
    return Alone(tmp_path, wheels)


needs_links = pytest.mark.skipif(os.name == "nt", reason="an environment of links to another's packages")


@pytest.mark.long
@needs_links
def test_elsewhere_it_stops_and_says_what_to_run_and_that_is_enough(alone):
    told = alone.run_all()
    assert (told["stopped"], told["ran"]) == ("ModuleNotFoundError", ["missing-lesson"])
    assert told["words"] == WORDS
    command = "%pip install softmax-lesson"
    assert f"Run in a cell: {command} (" in WORDS
    told = alone.run_all(before=command)
    assert not told["stopped"], told
    assert Path(told["lesson"]).is_relative_to(alone.site)


@pytest.mark.long
@needs_links
def test_in_colab_where_pip_does_not_find_the_lesson_that_is_said(alone):
    alone.be_colab()
    alone.environment["PIP_FIND_LINKS"] = str(alone.folder)
    told = alone.run_all()
    assert (told["stopped"], told["ran"]) == ("ModuleNotFoundError", ["missing-lesson"])
    assert told["words"] == WORDS


@pytest.mark.long
@needs_links
def test_a_clone_in_the_place_of_the_repository_is_enough(alone):
    """As `%pip install git+ADDRESS` does, without its build's own environment: there is no index here."""
    told = alone.run_all(before=f"%pip install --no-build-isolation {clone_of_the_lesson(alone.folder)}")
    assert not told["stopped"], told
    assert Path(told["lesson"]).is_relative_to(alone.site)


@pytest.mark.long
@needs_links
def test_in_colab_it_installs_the_lesson_and_all_cells_run(alone):
    alone.be_colab()
    told = alone.run_all()
    assert not told["stopped"], told
    assert Path(told["lesson"]).is_relative_to(alone.site)
    assert (alone.folder / "asked-for-widgets").exists()
