"""A function does one thing: none of the package has more than 40 lines of code, docstring aside.

And a line holds one thought: none of Python, JavaScript or CSS has more than 110 characters.
(The lines of a function in JavaScript are counted by ESLint: `make lint-js`.)
"""

import ast
from pathlib import Path

import pytest

MOST, WIDEST = 40, 110
ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "softmax_lesson"


def long_functions(source):
    """Return (name, lines) of each function in a source text with more than MOST lines, docstring aside."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = node.end_lineno - node.lineno + 1
            if ast.get_docstring(node) is not None:
                docstring = node.body[0]
                lines -= docstring.end_lineno - docstring.lineno + 1
            if lines > MOST:
                found.append((node.name, lines))
    return found


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_no_function_is_too_long(path):
    assert long_functions(path.read_text(encoding="utf-8")) == []


def test_a_long_function_is_seen():
    docstring = '    """' + "words\n" * 60 + '    """\n'
    body = "    x = 1\n"
    assert long_functions("def f():\n" + docstring + body * 39) == []
    assert long_functions("def f():\n" + docstring + body * 40) == [("f", 41)]
    assert long_functions("class A:\n    def f(self):\n" + ("    " + body) * 41) == [("f", 42)]


def wide_lines(text):
    """Return the numbers of the lines of a text with more than WIDEST characters."""
    return [number for number, line in enumerate(text.splitlines(), 1) if len(line) > WIDEST]


def code_files():
    """Return all files of Python, JavaScript and CSS that are the project's own."""
    folders = [ROOT / name for name in ("softmax_lesson", "scripts", "tests", "benchmarks", ".ci")]
    files = [*ROOT.iterdir(), *(path for folder in folders for path in folder.rglob("*"))]
    return [path for path in files if path.suffix in (".py", ".js", ".mjs", ".css")]


def test_no_line_is_too_wide():
    files = code_files()
    known = {"kit.css", "page.js", "eslint.config.js", "looking.py", "board.mjs", "parts.py"}
    assert known <= {path.name for path in files}
    wide = {path.name: wide_lines(path.read_text(encoding="utf-8")) for path in files}
    assert {name: lines for name, lines in wide.items() if lines} == {}


def test_a_wide_line_is_seen():
    assert wide_lines("x" * 110 + "\n" + "é" * 111 + "\nx") == [2]
