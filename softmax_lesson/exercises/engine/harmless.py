"""May a student's code be run once more, and a little changed? Only if it can do nothing but compute.

`prepare` answers, and makes a copy of the function that is watched: every round of a loop is counted, so that
no change can make it run much longer than the student's own. What is not known to be harmless is not run.
"""

import ast
import builtins
import math
import sys
import time
import types

import numpy as np

from softmax_lesson.exercises.engine.reading import Source, read

STATEMENTS = (
    *(ast.FunctionDef, ast.Return, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.For, ast.While, ast.If),
    *(ast.With, ast.Expr, ast.Pass, ast.Break, ast.Continue, ast.Assert, ast.Raise),
)
FORBIDDEN = (ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)


def _words(text: str) -> set:
    return set(text.split())


BUILTINS = _words("""
    abs all any bool dict divmod enumerate float int isinstance len list map max min pow print range reversed
    round set slice sorted sum tuple type zip Exception IndexError KeyError NotImplementedError OverflowError
    RuntimeError TypeError ValueError ZeroDivisionError
""")
NUMPY = _words("""
    abs absolute add all allclose amax amin any append arange argmax argmin argsort array asarray atleast_1d
    ascontiguousarray atleast_2d average bincount broadcast_to c_ ceil clip column_stack concatenate copy
    cumsum cumprod delete diag divide dot double dstack e einsum empty empty_like equal errstate exp exp2
    expand_dims expm1 eye fill_diagonal finfo flip float16 float32 float64 floor full full_like greater hstack
    identity iinfo inf inner insert int32 int64 isclose isfinite isinf isnan less log log10 log1p log2
    logaddexp longdouble matmul matrix max maximum mean min minimum moveaxis multiply nan nan_to_num ndarray
    ndim negative newaxis ones ones_like outer pi power prod ravel reciprocal repeat reshape result_type round
    row_stack sign size sort split sqrt square squeeze stack std subtract sum swapaxes take tensordot tile
    transpose true_divide uint8 unique var vstack where zeros zeros_like
""")
METHODS = _words("""
    T accumulate all any append argmax argmin argsort astype at clip copy count cumsum diagonal dot dtype eps
    extend fill flat flatten get index insert item items itemsize keys kind max mean min ndim outer pop prod
    ravel reduce repeat reshape resolution reverse round shape size smallest_normal sort squeeze std sum take
    tiny tolist trace transpose type values var
""")
MATH = {name for name in vars(math) if not name.startswith("_") and name not in ("factorial", "perm", "comb")}
ATTRIBUTES = NUMPY | METHODS | MATH | {"linalg", "norm"}
PACKAGE = "softmax_lesson."
LARGEST = 200_000  # numbers in an array of the notebook that a function may look at
WATCHING = ("_tick", "_each", "_step")
HUGE, LONG = 1_000_000, 100_000  # numbers in an array, things in a list
FEWEST, TIMES = 5_000, 3  # rounds that a changed function has in any case, and times those of the student's


class NotHarmless(Exception):
    """Code that may do more than compute."""


class TooLong(Exception):
    """A changed function that has run long enough."""


class Watch:
    """Counts the rounds of a function's loops and looks at the clock."""

    def __init__(self):
        """Start without an end."""
        self.rounds, self.limit, self.deadline = 0, math.inf, math.inf
        self.step = None  # what a step that may be missing does (`edits`)
        self.helpers = {}  # the notebook's own functions that the student's calls, as watched copies

    def tick(self):
        """Count one round. Raises TooLong."""
        self._count(sys._getframe(1))

    def each(self, things):
        """Hand on the things of a loop, one by one. Raises TooLong."""
        for thing in things:
            self._count(sys._getframe(1))
            yield thing

    def _count(self, frame):
        """Count one round of the function in a frame, and look whether something grows there without end."""
        self.rounds += 1
        if self.rounds > self.limit or time.monotonic() > self.deadline:
            raise TooLong
        if self.limit < math.inf and any(map(_is_huge, frame.f_locals.values())):
            raise TooLong

    def take_step(self, *given):
        """Do what stands for a step that may be missing."""
        return self.step(*given)

    def end_after_more_than(self, rounds: int):
        """Allow a changed function a few times the rounds that the student's own took."""
        self.limit = max(FEWEST, TIMES * rounds)


def _is_huge(value) -> bool:
    """Say whether a value has grown beyond all that an exercise needs."""
    if type(value) is int:
        return value.bit_length() > 10_000
    if type(value) in (list, tuple, str):
        return len(value) > LONG
    return isinstance(value, np.ndarray) and value.size > HUGE


class Copy:
    """A watched copy of a student's function: `tree` may be changed, and `compiled()` made of it again."""

    def __init__(self, source: Source, function, watch: Watch):
        """Check the code, watch its loops and gather what it needs. Raises NotHarmless."""
        self.source, self.tree, self.watch = source, source.tree, watch
        self.names = _namespace(source, function, watch)
        _watch_loops(self.tree)

    def compiled(self):
        """Return the tree as a function. Raises SyntaxError and the like for a tree that makes no sense."""
        names = dict(self.names)
        exec(compile(ast.Module([self.tree], []), "<changed>", "exec"), names)
        return names[self.tree.name]


def prepare(function, watch: Watch) -> Copy:
    """Return a watched copy of a function that does nothing but compute. Raises NotHarmless."""
    source = read(function)
    if source is None or function.__closure__:
        raise NotHarmless("its source is not known")
    return Copy(source, function, watch)


def _namespace(source, function, watch) -> dict:
    """Return what a function's names stand for. Raises NotHarmless."""
    local = _local_names(source.tree)
    for node in ast.walk(source.tree):
        _check(node, local)
    wanted = {n.id for n in ast.walk(source.tree) if isinstance(n, ast.Name)} - local
    for default in (*source.tree.args.defaults, *filter(None, source.tree.args.kw_defaults)):
        if not isinstance(default, ast.Constant):  # it is computed outside, when the function is made
            raise NotHarmless("a default")
    harmless = {name: getattr(builtins, name) for name in BUILTINS}
    names = {"__builtins__": harmless, "_tick": watch.tick, "_each": watch.each, "_step": watch.take_step}
    for name in wanted:
        if name in function.__globals__:
            names[name] = _value(function.__globals__[name], function, watch)
        elif name in vars(builtins) and name not in BUILTINS:
            raise NotHarmless(name)
    _check_modules(source.tree, names)
    return names


def _local_names(tree) -> set:
    stored = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    arguments = {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
    inner = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n is not tree}
    return stored | arguments | inner


def _check(node, local):
    if isinstance(node, ast.stmt) and not isinstance(node, STATEMENTS):
        raise NotHarmless(type(node).__name__)
    if isinstance(node, FORBIDDEN):
        raise NotHarmless(type(node).__name__)
    if isinstance(node, ast.Attribute) and not (isinstance(node.ctx, ast.Load) and node.attr in ATTRIBUTES):
        raise NotHarmless(node.attr)
    if isinstance(node, ast.Name) and (node.id.startswith("__") or node.id in WATCHING):
        raise NotHarmless(node.id)
    if isinstance(node, ast.With) and not all(_is_errstate(item) for item in node.items):
        raise NotHarmless("with")


def _is_errstate(item) -> bool:
    return isinstance(item.context_expr, ast.Call) and ast.unparse(item.context_expr.func) == "np.errstate"


def _check_modules(tree, names):
    """What is taken from a module must be on its own list: `math.e` is, and `np.save` is not."""
    lists = {np: NUMPY | {"linalg"}, math: MATH}
    bases = {id(n.value): n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
    for node in ast.walk(tree):
        module = names.get(node.id) if isinstance(node, ast.Name) else None
        if isinstance(module, types.ModuleType) and bases.get(id(node)) not in lists[module]:
            raise NotHarmless(f"{node.id}.{bases.get(id(node))}")


def _value(value, function, watch):
    """Return what a name of the notebook stands for, as something that cannot be changed. Raises
    NotHarmless."""
    if value is np or value is math or value is None or isinstance(value, np.generic):
        return value
    if type(value) in (bool, int, float, str):
        return value
    if type(value) is np.ndarray and value.dtype.kind in "biuf" and value.size <= LARGEST:
        copy = value.copy()
        copy.flags.writeable = False
        return copy
    if isinstance(value, np.ufunc):
        return value
    if isinstance(value, type | types.BuiltinFunctionType | types.FunctionType):
        return _function(value, function, watch)
    raise NotHarmless(type(value).__name__)


def _function(value, function, watch):
    module, name = getattr(value, "__module__", None) or "", getattr(value, "__name__", "")
    if (module == "math" and name in MATH) or (module == "numpy" and name in NUMPY):
        return value
    if module.startswith(PACKAGE) and module.removeprefix(PACKAGE) in STEPS:
        return value
    if isinstance(value, types.FunctionType) and value is not function:
        if value not in watch.helpers:
            watch.helpers[value] = None  # until it is there: two functions that call each other are refused
            watch.helpers[value] = prepare(value, watch).compiled()
        if watch.helpers[value]:
            return watch.helpers[value]
    raise NotHarmless(name)


# The lesson's own steps compute and do nothing else; data and figures read files.
STEPS = ("scores", "stability", "probabilities", "loss", "derivatives", "many_examples", "regularisation")


def _watch_loops(tree):
    """Put a `_tick()` into every function and every `while`, an `_each(...)` around what a loop goes
    through."""
    for node in list(ast.walk(tree)):
        if isinstance(node, ast.FunctionDef | ast.While):
            tick = ast.Expr(ast.Call(ast.Name("_tick", ast.Load()), [], []))
            node.body.insert(0, ast.fix_missing_locations(ast.copy_location(tick, node)))
        if isinstance(node, ast.For | ast.comprehension):
            each = ast.Call(ast.Name("_each", ast.Load()), [node.iter], [])
            node.iter = ast.fix_missing_locations(ast.copy_location(each, node.iter))


def is_watching(node) -> bool:
    """Say whether a node was put there by `prepare`."""
    call = node.value if isinstance(node, ast.Expr) else node
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in WATCHING
