"""Whether an answer is the lesson's own: `check(exercise.softmax.reference)`, or a function that calls it.

While a student's function runs, calls of the reference and of the solution are noticed, however they come
about: by another name, a lambda, a `functools.partial`, the function that `use` or `catch_up` handed out.
Only a call with the very arguments of the input counts: who makes a batch's answer of one row's, row by row,
may well call a function that is another exercise's reference, too.

What is not noticed: a copy of the lesson's code, a call in another thread or with other arguments, and other
functions of the lesson that lead to the same numbers.
"""

import contextlib
import inspect
import sys

import numpy as np

from softmax_lesson.exercises.engine.language import mark
from softmax_lesson.exercises.engine.running import code_of

OWN = mark(
    "This is the lesson's own function, or hands its arguments on to it: no answer of yours yet. Write "
    "`{name}` yourself and check it again."
)


class Noticed:
    """Notices the calls of some functions with the arguments of an input, `with` it; any of them is `found`.

    While it does, every call of any function takes several times as long.
    """

    def __init__(self, functions, inputs):
        """functions: the reference and the solution. inputs: a tuple of arguments each."""
        self.codes = {id(code_of(function)) for function in functions}  # an equal one is a copy
        self.inputs, self.found, self.before = inputs, False, None

    def __enter__(self):
        """Watch, in place of a profiler that is there."""
        self.before = sys.getprofile()
        sys.setprofile(self._notice)

    def __exit__(self, *stopped):
        """Put the profiler back."""
        sys.setprofile(self.before if callable(self.before) else None)

    def _notice(self, frame, event, _):
        if event == "call" and id(frame.f_code) in self.codes:
            given = _first_arguments(frame)
            self.found = self.found or any(_equal(given, args) for args in self.inputs)


def _first_arguments(frame) -> list:
    """Return what a function was called with, in order; what goes into a `*args` comes last."""
    code, kept = frame.f_code, frame.f_locals
    given = [kept.get(name) for name in code.co_varnames[: code.co_argcount]]
    if code.co_flags & inspect.CO_VARARGS:
        given += kept.get(code.co_varnames[code.co_argcount + code.co_kwonlyargcount], ())
    return given


def _equal(given, args) -> bool:
    """Say whether a call has these arguments in front."""
    if len(given) < len(args):
        return False
    with contextlib.suppress(Exception):  # what a student hands on may refuse to be compared
        return all(np.array_equal(one, other) for one, other in zip(given, args, strict=False))
    return False
