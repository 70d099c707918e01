"""A function does one thing: none of the package has more than 40 lines of code, docstring aside."""

import ast
from pathlib import Path

import pytest

MOST = 40
PACKAGE = Path(__file__).parents[2] / "softmax_lesson"


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
