"""The names that a statement of a notebook gives a value to, uses and changes, by reading it, not running it.

Plans bring along the cells that a section needs; `grade` finds the statements that an answer needs.
"""

import ast
import symtable


def given_and_used(statement: ast.stmt) -> tuple[set[str], set[str]]:
    """Return the names that a statement gives a value to, and the global ones it uses, in functions too."""
    try:
        table = symtable.symtable(ast.unparse(statement), "<cell>", "exec")
    except (SyntaxError, ValueError):  # `return` outside a function, and the like
        return set(), set()
    gives = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
    uses = {s.get_name() for s in table.get_symbols() if s.is_referenced()}
    inner = list(table.get_children())
    while inner:
        one = inner.pop()
        inner += one.get_children()
        own = [s for s in one.get_symbols() if s.is_global()]
        uses |= {s.get_name() for s in own if s.is_referenced()}
        gives |= {s.get_name() for s in own if s.is_declared_global() and s.is_assigned()}
    return gives, uses


def changed(statement: ast.stmt, parts=(ast.Subscript, ast.Attribute)) -> set[str]:
    """Return the names whose contents a statement changes by giving a part a value: `a[0] = 1`, `a.b = 1`."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return set()
    stored = (n for n in ast.walk(statement) if isinstance(n, parts) and isinstance(n.ctx, ast.Store))
    return {name for name in map(owner, stored) if name}


def owner(node: ast.expr) -> str | None:
    """Return the name whose part is meant: "a" for `a.b[0]`, None where it is a part of no name."""
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None
