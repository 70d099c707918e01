"""Read a student's function without running it: its source as a tree, and what the text alone tells."""

import ast
import inspect
import itertools
import linecache
import textwrap
import types
from dataclasses import dataclass

ENDINGS = {ast.Return: "return", ast.Continue: "continue", ast.Break: "break", ast.Raise: "raise"}


@dataclass(frozen=True)
class Source:
    """The source of a function: `tree` without decorators and annotations, `text` as it was typed.

    `before` is the number of lines that stand before it in its cell (or file).
    """

    tree: ast.FunctionDef
    text: str
    before: int

    def line(self, node) -> int:
        """Return the number of a node's line as the cell counts: Jupyter shows it beside the line."""
        return self.before + node.lineno

    def words(self, node) -> str | None:
        """Return what was typed for a node where that is short and stands on one line, else None."""
        typed = ast.get_source_segment(self.text, node) or ""
        return typed if typed and len(typed) <= 60 and "\n" not in typed and "`" not in typed else None


def read(function) -> Source | None:
    """Return the source of a plain function, or None where it is not known for certain.

    A file may have been edited after it was imported: the text counts only if it compiles to the very code
    that the function runs.
    """
    if type(function) is not types.FunctionType:
        return None
    code = function.__code__
    try:
        text = textwrap.dedent(_typed(code))
        tree = ast.parse(text).body[0]
    except Exception:  # no source: a function made by exec, or in a shell; or a piece of a longer statement
        return None
    if not isinstance(tree, ast.FunctionDef) or not _is_code_of(tree, function):
        return None
    tree.decorator_list = []
    tree.returns = None
    for argument in (n for n in ast.walk(tree) if isinstance(n, ast.arg)):
        argument.annotation = None
    return Source(tree, text, code.co_firstlineno - 1)


def _typed(code) -> str:
    """Return the text of a function as `inspect.getsource` does, which looks through all modules for it."""
    linecache.checkcache(code.co_filename)
    lines = linecache.getlines(code.co_filename)
    return "".join(inspect.getblock(lines[code.co_firstlineno - 1 :]))


def _is_code_of(tree, function) -> bool:
    """Say whether a tree compiles to the code of a function, in a cell of its own or below its imports:
    Python makes another code of `np.exp` where `np` is imported in the same text."""
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    modules = [n for n in used if isinstance(function.__globals__.get(n), types.ModuleType)]
    imports = ast.parse("\n".join(f"import a as {name}" for name in modules)).body
    for above in ([], imports):
        bare = compile(ast.Module([*above, tree], []), "<read>", "exec")
        inside = (c for c in bare.co_consts if isinstance(c, types.CodeType))
        if any(c.co_name == function.__code__.co_name and _alike(c, function.__code__) for c in inside):
            return True
    return False


def _alike(one, other) -> bool:
    """Say whether two code objects do the same; where they stand does not matter."""
    if not isinstance(one, types.CodeType) or not isinstance(other, types.CodeType):
        return type(one) is type(other) and repr(one) == repr(other)
    parts = ("co_code", "co_names", "co_varnames", "co_freevars")
    if any(getattr(one, part) != getattr(other, part) for part in parts):
        return False
    if len(one.co_consts) != len(other.co_consts):
        return False
    return all(map(_alike, one.co_consts, other.co_consts))


def never_reached(source: Source) -> tuple[int, str] | None:
    """Return (the line, the word it stands after) of the first statement that can never run, or None."""
    for block in _blocks(source.tree):
        for one, following in itertools.pairwise(block):
            if type(one) in ENDINGS:
                return source.line(following), ENDINGS[type(one)]
    return None


def never_used(source: Source) -> tuple[int, str] | None:
    """Return (the line, the name) of the first name that gets a value and is never looked at, or None.

    A name on the left of `+=` counts as looked at: it may stand for an argument, which is changed then.
    """
    nodes = list(ast.walk(source.tree))
    if any(isinstance(n, ast.Global | ast.Nonlocal) for n in nodes):
        return None
    looked_at = {n.id for n in nodes if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Store)}
    looked_at |= {
        n.target.id for n in nodes if isinstance(n, ast.AugAssign) and isinstance(n.target, ast.Name)
    }
    given = (n.targets[0] for n in nodes if isinstance(n, ast.Assign) and len(n.targets) == 1)
    names = (n for n in given if isinstance(n, ast.Name) and not n.id.startswith("_"))
    unused = [n for n in names if n.id not in looked_at]
    return min(((source.line(n), n.id) for n in unused), default=None)


def _blocks(tree):
    for node in ast.walk(tree):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list):
                yield block
