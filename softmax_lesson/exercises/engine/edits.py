"""Small changes of a student's code: another operator, axis or name, a term more or less, a statement moved.

Each edit has a rank: 1 for a slip of one word or two statements in the other order, 2 for something too many,
in the wrong brackets or at the wrong place, 3 for a step that is missing, 4 for a name or a number, 5 for a
longer term that is missing. None touches what was put in to watch the loops (`harmless`).
"""

import ast
import contextlib
import itertools
import operator
from dataclasses import dataclass

import numpy as np

from softmax_lesson.exercises.engine.harmless import is_watching

OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.MatMult)
COMPARISONS = (ast.Gt, ast.GtE, ast.Lt, ast.LtE, ast.Eq, ast.NotEq)
FAMILIES = (
    ("max", "min", "argmax", "argmin", "sum", "mean", "std", "var"),
    ("amax", "amin", "argmax", "argmin"),
    ("log", "log2", "log10", "log1p", "exp", "exp2", "expm1", "sqrt", "abs"),
    ("logaddexp", "logaddexp2", "maximum", "minimum", "add"),
    ("zeros", "ones", "empty"),
    ("zeros_like", "ones_like", "empty_like"),
    ("concatenate", "stack", "hstack", "vstack", "column_stack", "append"),
    ("outer", "multiply", "dot", "matmul"),
    ("floor", "ceil", "round"),
    ("all", "any"),
    ("ravel", "transpose"),
)
WITH_AXIS = (
    *("max", "min", "sum", "mean", "argmax", "argmin", "std", "var", "prod", "cumsum", "amax", "amin"),
    *("concatenate", "stack", "repeat", "all", "any", "expand_dims", "flip"),
)
CONSTANTS = (0, 1, -1, 2, 0.5)

# Steps that may be missing around an expression.
STEPS = (
    *(operator.neg, np.exp, np.log, np.abs, np.sqrt, np.square, np.argmax, np.exp2, np.log1p),
    *(lambda x: x.T, lambda x: 1 - x, lambda x: 1 / x, lambda x: np.asarray(x, float), lambda x: x.copy()),
    *(lambda x: x[:, None], lambda x: x[0], lambda x: x[1:], lambda x: x[:-1], lambda x: x[::-1]),
    *(lambda x: x.sum(), lambda x: x.sum(axis=0), lambda x: x.sum(axis=1), lambda x: x.max(), np.asarray),
    *(lambda x: x.sum(axis=0, keepdims=True), lambda x: x.sum(axis=1, keepdims=True)),
    *(lambda x: x.mean(), lambda x: x.mean(axis=0), lambda x: x.mean(axis=1)),
    *(lambda x: x.max(axis=1, keepdims=True), np.ravel),
)

# Terms that may be missing beside an expression, made of a name in sight; and how they are joined to it.
SIZES = (lambda a: a, len, lambda a: a.shape[-1])
TERMS = (
    *(np.max, np.sum, np.mean, np.exp, np.log, np.abs, lambda a: a.T, lambda a: a.mean(axis=0)),
    *(lambda a: a.max(axis=1, keepdims=True), lambda a: a.sum(axis=1, keepdims=True)),
)
NUMBERS = (1, 2, 0.5, 255)
LOOPS = (ast.For, ast.While, ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp)
JOINED = (
    *(operator.truediv, operator.sub, lambda x, e: _times(x, e), operator.add, operator.matmul),
    *(lambda x, e: e - x, lambda x, e: e / x, lambda x, e: e @ x, lambda x, e: x[e]),
)


@dataclass(frozen=True)
class Edit:
    """One change: attributes of nodes and their new values. `where` is the node that it is about.

    A change may be one of many `steps`: then `_step(x, ...)` stands there, and what that does is exchanged.
    """

    rank: int
    where: ast.AST
    changes: tuple
    steps: tuple = (None,)

    @contextlib.contextmanager
    def made(self):
        """Make the change, and undo it at the end."""
        before = [(node, field, getattr(node, field)) for node, field, _ in self.changes]
        try:
            for node, field, value in self.changes:
                setattr(node, field, value)
            yield
        finally:
            for node, field, value in before:
                setattr(node, field, value)


@dataclass(frozen=True)
class Place:
    """Where an expression stands: in which field of its parent, and at which index of a list there."""

    node: ast.expr
    parent: ast.AST
    field: str
    index: int | None

    def edit(self, rank: int, new: ast.expr, steps: tuple = (None,)) -> Edit:
        """Return the edit that puts another expression here."""
        value = new
        if self.index is not None:
            value = list(getattr(self.parent, self.field))
            value[self.index] = new
        return Edit(rank, self.node, ((self.parent, self.field, value),), steps)


def edits(tree: ast.FunctionDef):
    """Yield all edits of a function, the likelier ones first. The tree itself is left as it is."""
    places = list(_places(tree))
    found = [edit for place in places for kind in KINDS for edit in kind(place)]
    found += _other_names(tree, places)
    found += _moves(tree)
    before, loops = _growing(tree), any(isinstance(node, LOOPS) for node in ast.walk(tree))
    for edit in sorted(found, key=lambda edit: edit.rank):
        with edit.made():
            harmless = not loops or _growing(tree) <= before  # no edit makes a loop where there is none
        if harmless:
            yield edit
    yield from _missing(tree, places)


def _growing(tree) -> set:
    """Return the powers, and the products of a name with itself, that stand in loops.

    Python's whole numbers have no end: one that is squared in every round soon fills the memory, in one step
    that nobody can interrupt. So no edit may make a new one of these.
    """
    inside = (n for loop in ast.walk(tree) if isinstance(loop, LOOPS) for n in ast.walk(loop))
    found = set()
    for node in inside:
        if isinstance(node, ast.BinOp | ast.AugAssign):
            alone = isinstance(node, ast.BinOp)
            left, right = (node.left, node.right) if alone else (node.target, node.value)
            itself = isinstance(left, ast.Name) and isinstance(right, ast.Name) and left.id == right.id
            if isinstance(node.op, ast.Pow) or (isinstance(node.op, ast.Mult) and itself):
                found.add(ast.unparse(node))
    return found


def _times(x, e):
    """Multiply, but neither lists nor Python's whole numbers beyond those of NumPy: see `_growing`."""
    if isinstance(x, list | tuple | str) or isinstance(e, list | tuple | str):
        raise TypeError
    if isinstance(x, int) and isinstance(e, int) and abs(x) + abs(e) > 2**32:
        raise OverflowError
    return x * e


def _places(tree):
    for parent in ast.walk(tree):
        if isinstance(parent, ast.arguments) or (is_watching(parent) and isinstance(parent, ast.Expr)):
            continue  # a default is used further down, and goes wrong there
        for field, value in ast.iter_fields(parent):
            several = enumerate(value) if isinstance(value, list) else [(None, value)]
            for index, node in several:
                if isinstance(node, ast.expr) and not is_watching(node) and _may_change(node, parent, field):
                    yield Place(node, parent, field, index)


def _may_change(node, parent, field) -> bool:
    module = isinstance(node, ast.Name) and node.id in ("np", "numpy", "math")
    if getattr(node, "attr", "") == "c_" or getattr(parent, "attr", "") == "c_":
        return False  # NumPy never finds the end of what looks like a sequence and is none
    stored = isinstance(getattr(node, "ctx", None), ast.Store) and not isinstance(node, ast.Subscript)
    return not module and not stored and not (isinstance(parent, ast.Call) and field == "func")


def _at(node, new):
    """Give a new expression the place of another in the text."""
    return ast.fix_missing_locations(ast.copy_location(new, node))


def _parsed(template: str, node=None, name: str = ""):
    """Return an expression typed as text; `{}` in it stands for a node."""
    tree = ast.parse(template.format(name or "_"), mode="eval").body
    if node is None:
        return tree
    for parent in ast.walk(ast.Expression(tree)):
        for field, value in ast.iter_fields(parent):
            if isinstance(value, ast.Name) and value.id == "_":
                setattr(parent, field, node)
            elif isinstance(value, list):
                setattr(parent, field, [node if getattr(v, "id", "") == "_" else v for v in value])
    return tree


# ---- a slip of one word: rank 1 ----------------------------------------


def _operators(place):
    node = place.node
    if isinstance(node, ast.BinOp):
        for other in (*OPERATORS, *([ast.Pow] if isinstance(node.right, ast.Constant) else [])):
            if not isinstance(node.op, other):
                yield Edit(1, node, ((node, "op", other()),))
        if not isinstance(node.op, ast.Add | ast.Mult):
            yield Edit(1, node, ((node, "left", node.right), (node, "right", node.left)))
    elif isinstance(node, ast.Compare):
        for other in COMPARISONS:
            if type(node.ops[0]) is not other:
                yield Edit(1, node, ((node, "ops", [other(), *node.ops[1:]]),))
    elif isinstance(node, ast.UnaryOp):
        yield place.edit(1, node.operand)
    elif isinstance(node, ast.BoolOp):
        yield Edit(1, node, ((node, "op", ast.And() if isinstance(node.op, ast.Or) else ast.Or()),))


def _constants(place):
    node = place.node
    if not isinstance(node, ast.Constant) or not isinstance(node.value, bool | int | float | None):
        return
    value = node.value
    others = [not value] if isinstance(value, bool) else list(CONSTANTS)
    if isinstance(value, int | float) and not isinstance(value, bool):
        others += [value + 1, value - 1, -value, value * 2, value / 2, None]
    for other in dict.fromkeys((type(o), o) for o in others):
        if other != (type(value), value):
            yield place.edit(1, _at(node, ast.Constant(other[1])))


def _functions(place):
    node = place.node
    if not isinstance(node, ast.Call):
        return
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    field = "attr" if isinstance(node.func, ast.Attribute) else "id"
    for family in FAMILIES:
        if name in family and (field == "attr" or name in ("max", "min", "sum", "all", "any")):
            for other in family:
                if other != name and (field == "attr" or other in ("max", "min", "sum", "all", "any")):
                    yield Edit(1, node, ((node.func, field, other),))
    if field == "id" and name in ("max", "min", "sum", "abs"):  # Python's own, where NumPy's is meant
        yield Edit(1, node, ((node, "func", _at(node.func, _parsed(f"np.{name}"))),))
    if name.endswith("_like"):
        dtype = ast.keyword("dtype", _parsed("float"))
        yield Edit(1, node, ((node, "keywords", [_at(node, dtype)]),))
    if len(node.args) == 2:
        yield Edit(1, node, ((node, "args", node.args[::-1]),))


def _axes(place):
    """Yield another axis, `keepdims` put in or taken out, a keyword too many."""
    node = place.node
    if not isinstance(node, ast.Call):
        return
    for keyword in node.keywords:
        yield Edit(1, node, ((node, "keywords", [k for k in node.keywords if k is not keyword]),))
    name = getattr(node.func, "attr", "")
    if name not in WITH_AXIS:
        return
    there = {k.arg for k in node.keywords}
    keep = ("keepdims", True)
    axes = [[("axis", axis)] for axis in (0, 1, -1)] if "axis" not in there else [[]]
    for added in [*axes, *([*a, keep] for a in axes if "keepdims" not in there)]:
        if added:
            new = [_at(node, ast.keyword(arg, ast.Constant(value))) for arg, value in added]
            yield Edit(1, node, ((node, "keywords", [*node.keywords, *new]),))
    for axis in (0, 1, -1):
        kept = [k for k in node.keywords if k.arg not in ("axis", "keepdims")]
        new = [_at(node, ast.keyword(a, ast.Constant(v))) for a, v in (("axis", axis), keep)]
        yield Edit(1, node, ((node, "keywords", [*kept, *new]),))


def _indices(place):
    node = place.node
    if not isinstance(node, ast.Subscript):
        return
    index = node.slice
    if isinstance(index, ast.Tuple) and len(index.elts) == 2:
        yield Edit(1, node, ((index, "elts", index.elts[::-1]),))
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    for part in parts:
        if isinstance(part, ast.Slice):
            for field in ("lower", "upper", "step"):
                if getattr(part, field) is not None:
                    yield Edit(1, node, ((part, field, None),))
    if isinstance(index, ast.Tuple) and any(isinstance(part, ast.Slice) for part in parts):
        rows = _parsed("np.arange(len({}))", name=ast.unparse(node.value))
        new = [_at(p, rows) if isinstance(p, ast.Slice) else p for p in parts]
        yield Edit(1, node, ((index, "elts", new),))


def _other_names(tree, places):
    """Yield another name of the function in place of a name."""
    for place in places:
        if isinstance(place.node, ast.Name) and isinstance(place.node.ctx, ast.Load):
            for name in _names_above(tree, place.node):
                if name != place.node.id:
                    yield place.edit(1, _at(place.node, ast.Name(name, ast.Load())))


def _names_above(tree, node) -> list[str]:
    """Return the parameters and the names that have a value above a node or in its line."""
    names = [n.arg for n in ast.walk(tree.args) if isinstance(n, ast.arg)]
    stored = (n for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
    return list(dict.fromkeys(names + [n.id for n in stored if n.lineno <= node.lineno]))


def _other_assignments(parent, field, block):
    """Yield `=` for `+=` and the reverse, another operator there, and `x = x - a` for `x -= a`."""
    for index, node in enumerate(block):
        others = []
        if isinstance(node, ast.AugAssign):
            yield from (Edit(1, node, ((node, "op", o()),)) for o in OPERATORS if not isinstance(node.op, o))
            read = _at(node, ast.parse(ast.unparse(node.target), mode="eval").body)
            for value in (node.value, ast.BinOp(read, node.op, node.value)):
                others.append(ast.Assign([node.target], value))
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name | ast.Subscript):
            others += [ast.AugAssign(node.targets[0], op(), node.value) for op in (ast.Add, ast.Sub)]
        for other in others:
            yield Edit(1, node, ((parent, field, [*block[:index], _at(node, other), *block[index + 1 :]]),))


# ---- something too many, or in the wrong brackets: rank 2 ----------------------------------------


def _left_out(place):
    node = place.node
    if isinstance(node, ast.BinOp):
        yield place.edit(2, node.left)
        yield place.edit(2, node.right)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.args:
            yield place.edit(2, node.args[0])
        elif getattr(node.func.value, "id", "") not in ("np", "math"):
            yield place.edit(2, node.func.value)
    elif isinstance(node, ast.Call) and node.args:
        yield place.edit(2, node.args[0])
    elif isinstance(node, ast.Subscript) or (isinstance(node, ast.Attribute) and node.attr == "T"):
        if isinstance(node.ctx, ast.Load) and getattr(node.value, "attr", "") != "c_":
            yield place.edit(2, node.value)
    elif isinstance(node, ast.IfExp):
        yield place.edit(2, node.body)
        yield place.edit(2, node.orelse)


def _brackets(place):
    """Yield the same words with a bracket opened or closed elsewhere."""
    node = place.node
    if isinstance(node, ast.Call) and len(node.args) == 1 and isinstance(node.args[0], ast.BinOp):
        inside = node.args[0]
        call = lambda of: _at(node, ast.Call(node.func, [of], node.keywords))  # noqa: E731
        yield place.edit(2, _at(node, ast.BinOp(call(inside.left), inside.op, inside.right)))
        yield place.edit(2, _at(node, ast.BinOp(inside.left, inside.op, call(inside.right))))
    if not isinstance(node, ast.BinOp):
        return
    left, right = node.left, node.right
    if isinstance(left, ast.Call) and len(left.args) == 1:
        inside = _at(node, ast.BinOp(left.args[0], node.op, right))
        yield place.edit(2, _at(node, ast.Call(left.func, [inside], left.keywords)))
    if isinstance(right, ast.Call) and len(right.args) == 1:
        inside = _at(node, ast.BinOp(left, node.op, right.args[0]))
        yield place.edit(2, _at(node, ast.Call(right.func, [inside], right.keywords)))
    if isinstance(right, ast.BinOp):
        first = _at(node, ast.BinOp(left, node.op, right.left))
        yield place.edit(2, _at(node, ast.BinOp(first, right.op, right.right)))
    if isinstance(left, ast.BinOp):
        last = _at(node, ast.BinOp(left.right, node.op, right))
        yield place.edit(2, _at(node, ast.BinOp(left.left, left.op, last)))


# ---- a statement at another place: rank 2 ----------------------------------------


def _moves(tree):
    """Yield a statement left out, exchanged with the next, moved out of its loop or into the one above."""
    for parent in ast.walk(tree):
        for field in ("body", "orelse"):
            block = getattr(parent, field, None)
            if isinstance(block, list):
                yield from _other_assignments(parent, field, block)
                yield from _moves_within(parent, field, block)
                for index, inner in enumerate(block):
                    if isinstance(inner, ast.For | ast.If | ast.While):
                        yield from _moves_across(parent, field, block, index, inner)
                        yield from _moves_between(inner)


def _moves_within(parent, field, block):
    for index, statement in enumerate(block):
        if is_watching(statement):
            continue
        without = block[:index] + block[index + 1 :]
        if without and not isinstance(statement, ast.FunctionDef):
            yield Edit(2, statement, ((parent, field, without),))
        if index + 1 < len(block):
            swapped = [*block[:index], block[index + 1], statement, *block[index + 2 :]]
            yield Edit(1, statement, ((parent, field, swapped),))


def _moves_across(parent, field, block, index, inner):
    before, after = block[:index], block[index + 1 :]
    *rest, last = inner.body
    if rest and not is_watching(last):
        yield Edit(2, last, ((parent, field, [*before, inner, last, *after]), (inner, "body", rest)))
    if after:
        moved = ((parent, field, [*before, inner, *after[1:]]), (inner, "body", [*inner.body, after[0]]))
        yield Edit(2, after[0], moved)
        if len(after) > 1:
            moved = (
                (parent, field, [*before, inner, *after[2:]]),
                (inner, "body", [*inner.body, *after[:2]]),
            )
            yield Edit(2, after[0], moved)
    first = next((s for s in inner.body if not is_watching(s)), None)
    if first is not None and len(inner.body) > 1:
        others = [s for s in inner.body if s is not first]
        yield Edit(2, first, ((parent, field, [*before, first, inner, *after]), (inner, "body", others)))
    if before and not is_watching(before[-1]):
        moved = ((parent, field, [*before[:-1], inner, *after]), (inner, "body", [before[-1], *inner.body]))
        yield Edit(2, before[-1], moved)


def _moves_between(inner):
    """Yield the two branches of an `if` exchanged."""
    if isinstance(inner, ast.If) and inner.orelse:
        yield Edit(2, inner, ((inner, "body", inner.orelse), (inner, "orelse", inner.body)))


# ---- a step or a term that is missing: ranks 3 to 5 ----------------------------------------


def _missing(tree, places):
    """Yield what may be missing at each place: first a step, then a name or a number, then a longer term."""
    places = [place for place in places if _may_lack_something(place.node)]
    for rank, kind in ((3, _missing_steps), (4, _missing_names), (5, _missing_terms)):
        for place in places:
            names = _names_above(tree, place.node)
            yield place.edit(rank, _watched_step(place.node, names), tuple(kind(len(names))))


def _may_lack_something(node) -> bool:
    stored = isinstance(getattr(node, "ctx", None), ast.Store)
    return not stored and not isinstance(node, ast.Constant | ast.Slice | ast.Tuple | ast.Starred)


def _watched_step(node, names):
    """Return `_step(node, lambda: name, ...)`: a name is looked up only if the step needs it."""
    lookups = [ast.parse(f"lambda: {name}", mode="eval").body for name in names]
    return _at(node, ast.Call(ast.Name("_step", ast.Load()), [node, *lookups], []))


def _missing_steps(names):
    return (lambda x, *_, step=step: step(x) for step in STEPS)


def _missing_names(names):
    for join in JOINED:
        yield from (lambda x, *_, join=join, number=number: join(x, number) for number in NUMBERS)
        yield from _joined(join, SIZES, names)


def _missing_terms(names):
    for join in JOINED:
        yield from _joined(join, TERMS, names)


def _joined(join, terms, names):
    for which, term in itertools.product(range(names), terms):
        yield lambda x, *lookups, which=which, term=term: join(x, term(lookups[which]()))


KINDS = (_operators, _constants, _functions, _axes, _indices, _left_out, _brackets)
