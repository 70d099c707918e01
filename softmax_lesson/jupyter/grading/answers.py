"""Find the answer to an exercise in a notebook's code, and make it, with what it needs of the other cells.

Only what the answer needs is run: the statement that defines it and, in the notebook's order, those that
give a value to a name it uses, that these use, and so on. A training run that it does not need does not run.
"""

import ast
import builtins
import io
import linecache
import sys
import tokenize
import types
from dataclasses import dataclass, field

from IPython.core.inputtransformer2 import TransformerManager

from softmax_lesson.jupyter.names import changed, given_and_used, owner

PACKAGE = "softmax_lesson"
PYTHON_MAGICS = ("%%time", "%%timeit", "%%capture")  # the cell below one of these is ordinary code
LONGEST = 12  # lines of an answer that are shown
QUIET = (ast.Pass, ast.Return, ast.Expr)


@dataclass
class Statement:
    """One statement of a notebook, outside all functions: what it gives a value to, and what it uses."""

    node: ast.stmt
    cell: int
    gives: set[str]
    uses: set[str]
    checked: dict[str, ast.AST]
    """What it hands to the check of which exercise."""
    everything: bool = False
    """Whether it is an import of everything, and may give any name."""


@dataclass
class Code:
    """A notebook's code: its statements in order, the text of each cell, and the cells that are no Python."""

    statements: list[Statement]
    texts: list[str]
    unreadable: dict[int, SyntaxError] = field(default_factory=dict)


@dataclass
class Answer:
    """An answer: the name that stands for it after `statements` were run; or why it cannot be read.

    definition: what the student wrote: a `def`, or the value that was given to the name. made_here: whether
    one of the statements makes it; else it is a lambda in the call of `check`, to be made from `definition`.
    """

    name: str
    statements: list[Statement]
    definition: ast.AST | None
    cell: int
    problem: str | None = None
    made_here: bool = True


def parse(cells: list[str]) -> Code:
    """Return a notebook's code. Raises nothing that a text may cause but MemoryError and RecursionError."""
    code = Code([], [as_python(cell) for cell in cells])
    for number, text in enumerate(code.texts):
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError) as trouble:
            code.unreadable[number] = trouble
            continue
        code.statements += [_statement(node, number) for node in tree.body]
    imported = {
        n for s in code.statements if isinstance(s.node, ast.Import | ast.ImportFrom) for n in s.gives
    }
    for statement in code.statements:  # np.random.seed(0) and exercise.softmax.hint() change nothing of ours
        if isinstance(statement.node, ast.Expr):
            statement.gives -= imported
    return code


def as_python(cell: str) -> str:
    """Return a cell's text as Python, with IPython's own additions written as calls."""
    first, _, rest = cell.partition("\n")
    if first.startswith(PYTHON_MAGICS):
        cell = f"\n{rest}"
    try:
        ast.parse(cell)
        return cell
    except (SyntaxError, ValueError):
        return TransformerManager().transform_cell(cell)


def find(code: Code, exercise: str) -> Answer | None:
    """Return the answer to an exercise, the last one that was attempted, or None where there is none."""
    for place in reversed(range(len(code.statements))):
        if checked := code.statements[place].checked.get(exercise):
            if isinstance(checked, ast.Lambda):
                return _typed_in_the_check(code, exercise, place, checked)
            if isinstance(checked, ast.Name) and checked.id != exercise:
                return _defined(code, checked.id) or _defined(code, exercise) or _broken(code, exercise)
    return _defined(code, exercise) or _broken(code, exercise)


def make(code: Code, answer: Answer):
    """Run what an answer needs; return (the function, what went wrong on the way, in words, or None)."""
    module, trouble = types.ModuleType("__main__"), None
    sys.modules["__main__"] = module
    for number, text in enumerate(code.texts):
        name = _file(number)
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    for statement in answer.statements:
        try:
            tree = ast.Module([statement.node], [])
            exec(compile(tree, _file(statement.cell), "exec"), vars(module))
        except BaseException as stop:  # the next statements may do without it
            trouble = (
                trouble or f"Code cell {statement.cell + 1} stopped: {type(stop).__name__}: {_first(stop)}"
            )
    if not answer.made_here:
        tree = ast.Expression(answer.definition)
        return eval(compile(tree, _file(answer.cell), "eval"), vars(module)), trouble
    return vars(module).get(answer.name, ...), trouble


def shown(code: Code, answer: Answer, line: int | None) -> list[str]:
    """Return the student's line, or where it is not known the answer; no comment and no docstring in it."""
    text = code.texts[answer.cell]
    if answer.definition is None:
        return []
    bare = without_comments(text).splitlines()
    if line is not None and 0 < line <= len(bare) and bare[line - 1].strip():
        return [bare[line - 1].strip()]
    node = answer.definition
    dropped = _lines_of_docstring(node)
    numbers = range(_first_line(node), node.end_lineno + 1)
    kept = [bare[n - 1].rstrip() for n in numbers if n not in dropped and bare[n - 1].strip()]
    return kept if len(kept) <= LONGEST else [*kept[:LONGEST], "..."]


def without_comments(text: str) -> str:
    """Return a cell's text, line by line the same, without comments: who wrote it may stand there."""
    lines = text.splitlines()
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                row, column = token.start
                lines[row - 1] = lines[row - 1][:column].rstrip()
    except (tokenize.TokenError, SyntaxError):
        pass
    return "\n".join(lines)


# ---- finding ----------------------------------------------------------------------------------------------


def _checked(node) -> dict[str, ast.AST]:
    """Return {exercise: what a statement hands to `...exercise.check(...)`}; of several calls the first."""
    found = {}
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "check":
            of = call.func.value
            if isinstance(of, ast.Attribute) and call.args:
                found.setdefault(of.attr, call.args[0])
    return found


def _defined(code: Code, name: str) -> Answer | None:
    """Return the last definition of a name that is more than a `...`; else the last one; else None."""
    places = [p for p, s in enumerate(code.statements) if _defines(s.node, name)]
    if not places:
        return None
    attempted = [place for place in places if not _is_open(code.statements[place].node)]
    place = (attempted or places)[-1]
    return _answer(code, name, place)


def _defines(node, name) -> bool:
    """Say whether a statement may make a function of that name: a `def`, a lambda, another name for one."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return node.name == name
    if not isinstance(node, ast.Assign) or not any(
        isinstance(t, ast.Name) and t.id == name for t in node.targets
    ):
        return False
    value = node.value
    if isinstance(value, ast.Call):
        return ast.unparse(value.func).split(".")[-1] in ("partial", "vectorize")
    return isinstance(value, ast.Lambda | ast.Name)


def _is_open(node) -> bool:
    """Say whether nothing was written yet: nothing but a docstring, `...`, `pass` or an empty `return`."""
    if not isinstance(node, ast.FunctionDef):
        return False
    return all(isinstance(part, QUIET) and _says_nothing(part) for part in node.body)


def _says_nothing(part) -> bool:
    """Say whether a `pass`, a `return` or an expression is empty: no value, a `...`, a docstring."""
    value = getattr(part, "value", None)
    if not isinstance(value, ast.Constant):
        return value is None
    return value.value in (None, ...) or (isinstance(part, ast.Expr) and isinstance(value.value, str))


def _broken(code: Code, name: str) -> Answer | None:
    """Return that an answer stands in a cell that is no Python, or None."""
    for cell, trouble in reversed(code.unreadable.items()):
        if f"def {name}(" in code.texts[cell]:
            where = f" in line {trouble.lineno}" if getattr(trouble, "lineno", None) else ""
            return Answer(name, [], None, cell, f"Its cell is no Python{where}: {_first(trouble)}.")
    return None


def _answer(code: Code, name: str, place: int) -> Answer:
    """Return the answer that a statement defines, with the statements it needs."""
    chosen = code.statements[place]
    needed = _needed(code, place, chosen.uses - {name})
    definition = chosen.node.value if isinstance(chosen.node, ast.Assign) else chosen.node
    return Answer(name, [*needed, chosen], definition, chosen.cell)


def _typed_in_the_check(code: Code, name: str, place: int, function: ast.Lambda) -> Answer:
    """Return the answer that a student wrote into the call of `check`."""
    needed = _needed(code, place, given_and_used(ast.Expr(function))[1])
    return Answer(name, needed, function, code.statements[place].cell, made_here=False)


def _needed(code: Code, place: int, names: set[str]) -> list[Statement]:
    """Return, in order, all statements that give a value to names, and to those that these use."""
    found, wanted, seen = set(), list(names), set(names)
    everything = {p for p, s in enumerate(code.statements) if s.everything}
    while wanted:
        name = wanted.pop()
        giving = [p for p, s in enumerate(code.statements) if p != place and name in s.gives]
        above = [p for p in giving if p < place]
        for p in above or giving:
            found.add(p)
            new = code.statements[p].uses - seen
            seen |= new
            wanted += new
    found |= everything if seen - set(dir(builtins)) else set()
    return [code.statements[p] for p in sorted(found)]


# ---- names ------------------------------------------------------------------------------------------------


def _statement(node, cell) -> Statement:
    gives, uses = given_and_used(node)
    everything = isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
    return Statement(node, cell, gives | _changed(node), uses, _checked(node), everything)


def _changed(node) -> set[str]:
    """Return the names whose contents a statement changes: `a[0] = 1`, `a.b = 1`, `a.append(1)`."""
    call = node.value if isinstance(node, ast.Expr) else None
    called = call.func if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) else None
    return changed(node) | ({owner(called)} - {None} if called else set())


# ---- words ------------------------------------------------------------------------------------------------


def _file(cell: int) -> str:
    return f"<code cell {cell + 1}>"


def _first(stop: BaseException) -> str:
    """Return the first line of an exception's message."""
    text = stop.msg if isinstance(stop, SyntaxError) else str(stop)
    return (str(text).strip().splitlines() or ["(without a message)"])[0][:200]


def _first_line(node) -> int:
    return min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])


def _lines_of_docstring(node) -> set[int]:
    body = getattr(node, "body", None)
    first = body[0] if isinstance(body, list) and body else None
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        return set(range(first.lineno, first.end_lineno + 1))
    return set()
