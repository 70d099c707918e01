"""A name that hides what is called: `sum = 3.0` in a cell, and `sum(...)` stops in right code."""

import builtins
import re

import numpy as np

from softmax_lesson.exercises.engine.comparing import kind_of
from softmax_lesson.exercises.engine.language import mark, translate
from softmax_lesson.exercises.engine.running import Outcome, code_of

STOPS = r"not callable|^UnboundLocalError|^AttributeError"
IN_THE_NOTEBOOK = mark(
    "`{name}` is Python's own function, and in your notebook that name now stands for something else: "
    "{kind}. `del {name}` in a cell gives the function back; what hides it needs another name."
)
IN_THE_FUNCTION = mark(
    "`{name}` is Python's own function, and your function gives that name to something else. From its first "
    "line to its last the name then means that, so Python's `{name}` cannot be called in it. Choose another "
    "name."
)
NOT_NUMPY = mark(
    "`np` is no longer NumPy in your notebook: the name now stands for something else, {kind}. Run `import "
    "numpy as np` again; what hides it needs another name."
)


def hidden_name(function, outcome: Outcome):
    """Return (name, sentence) where a call stopped at a name that hides Python's own or NumPy, or None."""
    code, stopped_at = code_of(function), (outcome.error or "").split("\n")[-1]
    if code is None or not re.search(STOPS, outcome.kind or ""):
        return None
    around = getattr(function, "__globals__", {})
    if re.search(r"\bnp\.", stopped_at) and around.get("np", np) is not np and "np" in code.co_names:
        return "numpy_hidden", translate(NOT_NUMPY, kind=kind_of(around["np"]))
    for name in re.findall(r"(?<![.\w])([a-z]+)\(", stopped_at):
        if not callable(getattr(builtins, name, None)):
            continue
        if name in code.co_varnames or name in code.co_cellvars:
            return "builtin_hidden_in_the_function", translate(IN_THE_FUNCTION, name=name)
        if name in code.co_names and not callable(around.get(name, print)):
            return "builtin_hidden", translate(IN_THE_NOTEBOOK, name=name, kind=kind_of(around[name]))
    return None
