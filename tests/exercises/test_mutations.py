"""Wrong functions that nobody declared: random changes of each solution's source. All rejected, or right
after all.

Each of them has one or two changes: an operator, an axis, an index, a constant, a term or a call left out,
one name for another. Whether a changed function still computes the right values is decided here, without the
engine, on inputs of many other seeds. Looking for the line takes most of the time, and is a test of its own;
how many the engine could name, and in how many it found the line, is printed at the end of that.
"""

import ast
import copy
import functools
import linecache
import random
import re
import warnings
from itertools import islice

import numpy as np
import pytest
from draws import that_differ
from shares import in_shares, share

from softmax_lesson import exercises
from softmax_lesson.exercises.engine import line

CHANGES = 30
FRESH_SEEDS = range(100, 108)
OPERATORS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.Pow: ast.Mult,
    ast.Gt: ast.Lt,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.LtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
CALLS = {
    "max": "min",
    "min": "max",
    "argmax": "argmin",
    "argmin": "argmax",
    "sum": "mean",
    "mean": "sum",
    "log": "log10",
    "log1p": "log",
    "exp": "exp2",
    "logaddexp": "logaddexp2",
    "ones": "zeros",
    "zeros": "ones",
    "zeros_like": "ones_like",
    "concatenate": "stack",
    "outer": "multiply",
}
tried = []


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(tmp_path))


@pytest.fixture(scope="module", autouse=True)
def summary(request):
    yield
    if tried:
        with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            print(f"\nmutations: {figures()}")


def figures():
    """Return in words how many rejected functions got a name, a line, or neither."""
    named = sum(feedback.mistake is not None for feedback, _ in tried)
    lines = [(feedback.line, changed) for feedback, changed in tried if feedback.line is not None]
    neither = sum(feedback.mistake is None and feedback.line is None for feedback, _ in tried)
    right = sum(number in changed for number, changed in lines)
    return (
        f"{len(tried)} rejected, {named} named, {len(lines)} with a line (the changed one in {right}), "
        f"{neither} with neither, only a fact"
    )


def mutants(tree, wrapped=False):
    """Yield functions that return the source of a copy of a function, each with one change.

    Of hundreds of copies the fewest are wanted, and each takes its time.
    """
    nodes = list(ast.walk(tree))
    # A while loop stays as it is: a loop without end would be no wrong answer, but none.
    loops = {id(n) for loop in nodes if isinstance(loop, ast.While) for n in ast.walk(loop)}
    for place, node in enumerate(nodes):
        for change in (
            () if id(node) in loops else (_wrappings(node, nodes) if wrapped else _changes(node, nodes))
        ):
            yield functools.partial(mutant, tree, place, change)


def mutant(tree, place, change):
    """Return the source of a copy with a change at a place of its nodes."""
    twin = copy.deepcopy(tree)
    change(next(islice(ast.walk(twin), place, None)))
    return ast.unparse(ast.fix_missing_locations(twin))


def _become(twin, other):
    twin.__class__ = other.__class__
    twin.__dict__.clear()
    twin.__dict__.update(other.__dict__)


def _changes(node, nodes):
    if isinstance(node, ast.BinOp):
        if type(node.op) in OPERATORS:
            yield lambda n: setattr(n, "op", OPERATORS[type(n.op)]())
        yield lambda n: _become(n, n.left)
        yield lambda n: _become(n, n.right)
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in OPERATORS:
        yield lambda n: n.ops.__setitem__(0, OPERATORS[type(n.ops[0])]())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield lambda n: _become(n, n.operand)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield lambda n: setattr(n, "value", not n.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield lambda n: setattr(n, "value", n.value + 1)
        yield lambda n: setattr(n, "value", n.value - 1)
        yield lambda n: setattr(n, "value", n.value * 2)
    elif isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr in CALLS:
            yield lambda n: setattr(n.func, "attr", CALLS[n.func.attr])
        if isinstance(node.func, ast.Attribute) and not node.args:
            yield lambda n: _become(n, n.func.value)  # f.max() becomes f
        elif len(node.args) == 1:
            yield lambda n: _become(n, n.args[0])  # np.exp(f) becomes f
        if node.keywords:
            yield lambda n: n.keywords.pop()
    elif isinstance(node, ast.Subscript) or (isinstance(node, ast.Attribute) and node.attr == "T"):
        yield lambda n: _become(n, n.value)
    elif isinstance(node, ast.AugAssign) and type(node.op) in OPERATORS:
        yield lambda n: setattr(n, "op", OPERATORS[type(n.op)]())
    elif _is_variable(node, nodes):
        for name in sorted(_set_before(node, nodes) - {node.id}):
            yield lambda n, name=name: setattr(n, "id", name)


def _is_variable(node, nodes):
    called = any(isinstance(n, ast.Call) and n.func is node for n in nodes)
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id != "np" and not called


def _set_before(node, nodes):
    """Return the parameters, and the names that have a value above a node."""
    stored = {
        n.id
        for n in nodes
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store) and n.lineno < node.lineno
    }
    return stored | {n.arg for n in nodes if isinstance(n, ast.arg)}


def _wrappings(node, nodes):
    """Yield changes for a solution too short to have enough parts: a name becomes something made of it."""
    if _is_variable(node, nodes):
        for made in (
            "-{}",
            "{}[1:]",
            "{}[:-1]",
            "{}[::-1]",
            "2 * {}",
            "{} + 1",
            "{}.T",
            "abs({})",
            "{} ** 2",
        ):
            yield lambda n, made=made: _become(n, ast.parse(made.format(n.id), mode="eval").body)
    elif isinstance(node, ast.Return):
        for made in (
            "-({})",
            "({}) + 1",
            "2 * ({})",
            "[{}]",
            "({}) ** 2",
            "np.sum({})",
            "np.flip({})",
            "np.abs({})",
        ):
            source = made.format(ast.unparse(node.value))
            yield lambda n, source=source: setattr(n, "value", ast.parse(source, mode="eval").body)


@functools.cache
def sources(exercise):
    """Return 30 changed programs: single changes in random order, if too few then wrapped names and pairs."""
    tree, draw = ast.parse(exercise.solution_source), random.Random(exercise.name)
    single, wrapped = list(mutants(tree)), list(mutants(tree, wrapped=True))
    draw.shuffle(single)
    draw.shuffle(wrapped)
    found, itself = {}, ast.unparse(tree)
    for made in [*single, *wrapped]:
        if len(found) < CHANGES and (source := made()) != itself:
            found[source] = None
    for source in list(found):
        if len(found) < CHANGES:
            found.update((made(), None) for made in mutants(ast.parse(source), wrapped=True))
    return list(found)[:CHANGES]


def outcome(function, case):
    """Return what a function gives, as arrays, or None where it stops, changes its arguments or gives no
    numbers."""
    args = copy.deepcopy(case.args)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            value = function(*args)
            parts = [np.asarray(p) for p in value] if isinstance(value, tuple) else [np.asarray(value)]
            parts = [part if part.dtype.kind == "b" else part.astype(float) for part in parts]
    except Exception:
        return None
    for before, after in zip(case.args, args, strict=True):
        if isinstance(before, np.ndarray) and not np.array_equal(before, after, equal_nan=True):
            return None
    return parts


@functools.cache
def judged(exercise, seed):
    """Return the inputs of a seed, each with the right answer."""
    return [(case, outcome(exercise.reference, case)) for case in exercise.cases(seed)]


def right_after_all(exercise, function):
    for seed in that_differ(exercise, FRESH_SEEDS):
        for case, mine in judged(exercise, seed):
            theirs = outcome(function, case)
            if theirs is None or len(mine) != len(theirs):
                return False
            if exercise.accepts:
                if exercise.accepts(theirs[0] if len(theirs) == 1 else theirs, *case.args) is not None:
                    return False
                continue
            short = any(getattr(arg, "dtype", None) == np.float32 for arg in case.args)
            near = {"rtol": 1e-3, "atol": 1e-4} if short else {"rtol": 1e-6, "atol": 1e-9}
            for a, t in zip(theirs, mine, strict=True):
                if a.shape != t.shape or a.dtype != t.dtype or not np.allclose(a, t, **near, equal_nan=True):
                    return False
    return True


each_exercise = pytest.mark.parametrize(
    "exercise", exercises.catalogue(), ids=lambda e: f"{e.step[:2]}-{e.name}"
)


# Every eighth has the later kinds (wrapped names, pairs) among them.
@in_shares(8)
@each_exercise
def test_changed_solutions_are_rejected_unless_they_are_right_after_all(exercise, every):
    changed = sources(exercise)
    assert len(changed) == len(set(changed)) == CHANGES
    changed, rejected = share(changed, every, first=5), 0
    for source in changed:
        function = from_a_cell(source, exercise.name)
        feedback = exercise.check(function)
        if feedback.status == "correct":
            assert right_after_all(exercise, function), f"accepted, and wrong:\n{source}"
            continue
        assert feedback.status in ("wrong", "error"), source
        assert len(feedback.text.split("\n")) > 1
        rejected += 1
        assert not leaked(exercise, function, feedback.text), f"{feedback.text}\n{source}"
    assert rejected >= len(changed) // 3


@pytest.mark.long
@each_exercise
def test_the_line_that_is_said_is_the_one_that_was_changed(exercise, monkeypatch):
    """A tenth of a second is enough for 665 of the 682 lines that half a second finds; test_line.py looks
    without a clock."""
    monkeypatch.setattr(line, "SECONDS", 0.1)
    monkeypatch.setattr(line, "SECONDS_WHEN_NAMED", 0.1)
    lines, right = 0, 0
    for source in sources(exercise):
        function = from_a_cell(source, exercise.name)
        feedback = exercise.check(function)
        if feedback.status == "correct":
            continue
        changed_lines = lines_changed(exercise, source)
        tried.append((feedback, changed_lines))
        lines += feedback.line is not None
        right += feedback.line in changed_lines
        assert not leaked(exercise, function, feedback.text), f"{feedback.text}\n{source}"
    assert right >= 0.8 * lines


def from_a_cell(source, name):
    """Return a function whose source is known, as that of a notebook's cell is."""
    cell = f"<cell {len(linecache.cache)}>"
    linecache.cache[cell] = (len(source), None, source.splitlines(keepends=True), cell)
    namespace = {}
    exec(compile(source, cell, "exec"), namespace)
    return namespace[name]


def lines_changed(exercise, source):
    """Return the numbers of the lines that differ from the solution's."""
    solution = ast.unparse(ast.parse(exercise.solution_source)).split("\n")
    both = zip(solution, source.split("\n"), strict=False)
    return {number for number, (one, other) in enumerate(both, start=1) if one != other}


def leaked(exercise, function, text):
    """Return the numbers of the right answers that a text gives away: not the inputs', and not the student's
    own."""
    said = {n for n in re.findall(r"-?\d+\.?\d*(?:e[+-]?\d+)?", text) if len(re.sub(r"\D", "", n)) >= 4}
    for case, right in judged(exercise, 0) if said else ():
        own = [
            *(outcome(function, case) or []),
            *(a for a in case.args if isinstance(a, np.ndarray | int | float)),
        ]
        if said & (shown(right) - shown(own)):
            return True
    return False


def shown(parts):
    """Return some numbers as feedback would write them; only the first of a picture."""
    return {f"{float(value):.4g}" for part in parts for value in np.ravel(part)[:200]}
