"""The first cell of a notebook that left its repository: nothing where the lesson is, else help."""

import ast
import subprocess
import sys

import pytest

# What stands in a notebook's first code cell, when its owner puts it there.
FIRST_CELL = """
import sys
from importlib.util import find_spec

if find_spec("softmax_lesson") is None:
    if "google.colab" not in sys.modules:
        raise ModuleNotFoundError('The lesson is not installed here. Run: %pip install "softmax-lesson[lab]"')
    get_ipython().run_line_magic("pip", "install -q softmax-lesson")
""".strip()

RUN = """
import sys
from IPython.core.interactiveshell import InteractiveShell
installed, colab, cell = sys.argv[1] == "yes", sys.argv[2] == "yes", sys.argv[3]
if not installed:
    import importlib.util
    real = importlib.util.find_spec
    importlib.util.find_spec = lambda name, *more: None if name == "softmax_lesson" else real(name, *more)
if colab:
    import types
    sys.modules["google.colab"] = types.ModuleType("google.colab")
shell = InteractiveShell.instance()
shell.register_magic_function(lambda line: print("pip", line), "line", "pip")
shell.run_cell(cell)
print("softmax_lesson" in sys.modules)
"""


def told(installed, colab):
    command = [sys.executable, "-c", RUN, installed, colab, FIRST_CELL]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.parametrize("colab", ["yes", "no"])
def test_where_the_lesson_is_installed_it_does_nothing_and_loads_nothing(colab):
    assert told("yes", colab) == "False\n"


def test_in_colab_it_installs_the_lesson():
    assert told("no", "yes") == "pip install -q softmax-lesson\nFalse\n"


def test_elsewhere_it_says_what_to_run():
    assert 'The lesson is not installed here. Run: %pip install "softmax-lesson[lab]"' in told("no", "no")


def test_it_fits_the_contract():
    assert len(FIRST_CELL.splitlines()) <= 15
    ast.parse(FIRST_CELL)
