"""Run a student's function safely: fresh copies of the arguments, and whatever happens is told, never raised.

Only the student's own wish to stop passes through, as `Interrupted`. What the function prints while it is
checked is kept out of the notebook, since it would come once for every input; the feedback to a wrong answer
quotes the start of what it printed for the first one.
"""

import ast
import contextlib
import copy
import dis
import inspect
import io
import linecache
import re
import textwrap
import traceback
import types
import warnings
from dataclasses import dataclass

import numpy as np

from softmax_lesson.exercises.engine.comparing import as_answer
from softmax_lesson.exercises.engine.language import translate


class Interrupted(KeyboardInterrupt):
    """The student stopped a check: Run All stops with it, and Jupyter shows these words, no traceback."""

    def _render_traceback_(self):
        return [str(self)]


@dataclass(frozen=True)
class Outcome:
    """What one call gave: `answer` (a tuple of arrays), or `problem` or `error` in words."""

    answer: tuple | None = None
    raw: object = None
    """What came back, as it was."""
    problem: str | None = None
    """What came back instead of numbers."""
    error: str | None = None
    """How it stopped: the exception and the student's own line."""
    kind: str | None = None
    """The exception's type and what it is about: equal for two calls that stopped for the same reason."""
    changed: str | None = None
    """The name of an argument that was changed."""
    printed: str = ""


def run(function, names: tuple, inputs: list, parts: int | None = None) -> list[Outcome]:
    """Call function(*args) on a fresh copy of each input and tell what happened, input by input."""
    with quiet() as out:
        return [call(function, names, args, parts, out) for args in inputs]


@contextlib.contextmanager
def quiet():
    """Keep warnings, NumPy's settings and what is printed out of the notebook; yield what is printed."""
    with (
        np.errstate(all="ignore"),  # also undoes a np.seterr of theirs
        np.printoptions(),
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()) as out,
        contextlib.redirect_stderr(out),
    ):
        warnings.simplefilter("ignore")
        yield out


def fresh(args: tuple) -> tuple:
    """Return copies of some arguments, which a function may do with what it likes."""
    return tuple(a.copy() if isinstance(a, np.ndarray) else copy.deepcopy(a) for a in args)


def first_changed(names: tuple, before: tuple, after: tuple) -> str | None:
    """Return the name of the first argument that was changed, or None."""
    return next((n for n, a, b in zip(names, before, after, strict=True) if _differs(a, b)), None)


def call(function, names: tuple, args: tuple, parts: int | None, out) -> Outcome:
    """Call a function while it is `quiet()`, which hands out `out`, and tell what happened."""
    mine = fresh(args)
    answer, problem, raw, error, kind = None, None, None, None, None
    try:
        raw = function(*mine)
        answer, problem = as_answer(raw, parts)
        if inspect.iscoroutine(raw):
            raw.close()  # else Python warns later that it was never awaited
    except KeyboardInterrupt as stop:
        raise Interrupted(_interrupted(stop, function)) from None
    except BaseException as stop:
        error, kind = describe(stop, function), _kind(stop)
    changed = first_changed(names, args, mine)
    printed = ""
    if not out.closed:
        printed = out.getvalue()
        out.seek(0)
        out.truncate()
    return Outcome(answer, raw, problem, error, kind, changed, _steady(printed))


def _differs(before, after) -> bool:
    if not isinstance(before, np.ndarray):
        return isinstance(before, list | dict) and before != after
    if before.shape != after.shape or before.dtype != after.dtype:
        return True
    return before.tobytes() != after.tobytes()


def describe(stop: BaseException, function) -> str:
    """Say in words how a function stopped, with its own line of code where that is known."""
    line = _own_line(stop, function)
    line = f"\n    {line}" if line else ""
    if isinstance(stop, RecursionError):
        return translate("it calls itself without end (RecursionError).") + line
    if isinstance(stop, SystemExit):
        return (
            translate("it calls exit() (SystemExit), which would end the notebook; `return` is enough.")
            + line
        )
    return f"{type(stop).__name__}: {_message(stop)}{line}"


def _interrupted(stop: BaseException, function) -> str:
    line = _own_line(stop, function)
    stopped = translate("Interrupted: you stopped the check.")
    if line:
        stopped = translate("Interrupted: you stopped the check, while your function was at this line:")
        stopped += f"\n    {line}"
    why = translate(
        "Would it have gone on for ever? Every round of a loop must come nearer to its end: look for the "
        "variable that never changes."
    )
    return f"{stopped}\n{why}"


def _message(stop: BaseException) -> str:
    try:
        message = str(stop)
    except BaseException:  # an exception of theirs may do anything when it is asked for its words
        message = ""
    first = message.strip().split("\n")[0]
    return _steady(first[:300]) or translate("(without a message)")


def _kind(stop: BaseException) -> str:
    """Return the exception's type and what it is about. `x @ y` and `np.dot(x, y)`, and `x * y` and `y * x`,
    stop for the same reason in other words; other sizes are another reason."""
    name, message = type(stop).__name__, _message(stop)
    if sizes := re.search(r"size (\d+) is different from (\d+)", message):
        return f"{name}: matmul of {sizes[2]} with {sizes[1]}"
    if sizes := re.search(r"not aligned: (\d+) \(dim \d+\) != (\d+)", message):
        return f"{name}: matmul of {sizes[1]} with {sizes[2]}"
    if "broadcast" in message:
        return f"{name}: broadcast of {sorted(re.findall(r'[(][0-9,]*[)]', message))}"
    return f"{name}: {message}"


def _own_line(stop: BaseException, function) -> str:
    code = code_of(function)
    if code is None:
        return ""
    lines = [
        n
        for frame, n in traceback.walk_tb(stop.__traceback__)
        if frame.f_code.co_filename == code.co_filename
    ]
    return linecache.getline(code.co_filename, lines[-1]).strip() if lines else ""


def _steady(text: str) -> str:
    """Take out memory addresses: the same wrong answer gives the same text, in every kernel."""
    return re.sub(r"0x[0-9a-fA-F]+", "0x...", text)


def code_of(function):
    """Return the code object of a function, a method, a functools.partial or a callable object, or None.

    Of a decorated function it is the student's own, below the decorator.
    """
    with contextlib.suppress(BaseException):  # an object of theirs may do anything when it is asked
        function = inspect.unwrap(getattr(function, "func", function))
        call = type(function).__call__ if callable(function) else None
        for holder in (function, getattr(function, "__func__", None), call):
            code = getattr(holder, "__code__", None)
            if isinstance(code, types.CodeType):
                return code
    return None


def is_placeholder(function) -> bool:
    """Say whether a function's body is nothing but a docstring, `...`, `pass`, `return` or `return ...`."""
    code = code_of(function)
    if code is None:
        return False
    quiet = {
        "RESUME",
        "NOP",
        "CACHE",
        "LOAD_CONST",
        "RETURN_CONST",
        "RETURN_VALUE",
        "POP_TOP",
        "COPY_FREE_VARS",
    }
    if any(dis.opname[number] not in quiet for number in code.co_code[::2]):  # of most, the first or second
        return False
    loaded = [s.argval for s in dis.get_instructions(code) if s.opname in ("LOAD_CONST", "RETURN_CONST")]
    return all(value is None or value is Ellipsis for value in loaded)


def has_placeholder(function) -> bool:
    """Say whether a `...` still stands in a function as a statement or a value; `x[..., 0]` is none."""
    code = code_of(function)
    if code is None:
        return False
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except Exception:  # no source: a function made by exec, or in a shell
        return any(constant is Ellipsis for constant in code.co_consts)
    held = {id(n.slice) for n in ast.walk(tree) if isinstance(n, ast.Subscript)}
    held |= {
        id(e) for n in ast.walk(tree) if isinstance(n, ast.Subscript) for e in getattr(n.slice, "elts", ())
    }
    dots = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and n.value is Ellipsis]
    return any(id(n) not in held for n in dots)


def not_attempted(function, outcome: Outcome) -> bool:
    """Say whether a call's outcome shows that a placeholder is still there."""
    if (outcome.kind or "").startswith("NotImplementedError") or outcome.raw is Ellipsis:
        return True
    if outcome.error and "ellipsis" in outcome.error:
        return has_placeholder(function)
    return outcome.raw is None and outcome.error is None and has_placeholder(function)


def parameters_complaint(function, names: tuple) -> str | None:
    """Say in words that a function cannot be called with these parameters, or return None."""
    try:
        signature = inspect.signature(function)
    except BaseException:
        return None  # many built-in functions have none; calling it will tell
    try:
        signature.bind(*names)
    except TypeError:
        bare = [p.replace(annotation=p.empty, default=p.empty) for p in signature.parameters.values()]
        sentence = translate("It takes the parameters {yours}, and the exercise calls it with ({ours}).")
        return sentence.format(yours=inspect.Signature(bare), ours=", ".join(names))
    return None


def parameters_reordered(function, names: tuple) -> bool:
    """Say whether a function has parameters of the right names in another order."""
    code = code_of(function)
    theirs = code.co_varnames[: code.co_argcount] if code else ()
    return theirs != names and sorted(theirs) == sorted(names)


def unused_parameter(function) -> str | None:
    """Return the name of a parameter that a plain function never looks at, or None."""
    code = code_of(function) if isinstance(function, types.FunctionType) else None
    if code is None:
        return None
    read = set(code.co_cellvars)
    for step in dis.get_instructions(code):
        if step.opname.startswith(("LOAD_FAST", "STORE_FAST_LOAD_FAST")):
            read.update(step.argval if isinstance(step.argval, tuple) else (step.argval,))
    return next((name for name in code.co_varnames[: code.co_argcount] if name not in read), None)
