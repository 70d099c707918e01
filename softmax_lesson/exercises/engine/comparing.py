"""When are two answers the same? And: what did come back, if not numbers?

An answer is a tuple of arrays: one array for most exercises, several where the function returns several
things.
"""

import functools
import math

import numpy as np

from softmax_lesson.exercises.engine.language import after, mark, translate

NUMBERS_DUE = mark("A number or an array of numbers is due. It returned {found}.")
PARTS_THAT_DIFFER = mark(
    "A number or an array of numbers is due. It returned {found} of parts with different shapes."
)
ARRAY_OF_OTHERS = mark("A number or an array of numbers is due. It returned an array of {found}.")
KINDS = {bytes: mark("bytes"), dict: mark("a dictionary"), type(...): mark("the placeholder `...`")}
PART_NAMES = (
    mark("The first thing it returns"),
    mark("The second thing it returns"),
    mark("The third thing it returns"),
    mark("The fourth thing it returns"),
    mark("The fifth thing it returns"),
)

# Sums in another order differ in the last digits, and more so in a short dtype. The coarser of the two
# answers decides: a float32 solution is as right as float32 can be.
RELATIVE = {np.dtype(np.float16): 2e-2, np.dtype(np.float32): 5e-4}
UNIT = {np.dtype(np.float16): 9.8e-4, np.dtype(np.float32): 1.2e-7}  # the step from 1 to the next number


def same(answer, truth, scale: float = 1.0) -> bool:
    """Say whether two answers have the same shapes and, but for rounding, the same numbers; nan equals nan.

    scale: the size of the numbers that went in. Where large numbers cancel, what is left of them is rounding.
    """
    if answer is None or truth is None or len(answer) != len(truth):
        return False
    if len(answer) == 1:  # most exercises, and thousands of comparisons
        return _close(answer[0], truth[0], scale)
    return all(_close(a, t, scale) for a, t in zip(answer, truth, strict=True))


def _close(a: np.ndarray, t: np.ndarray, scale: float) -> bool:
    if not fitting(a, t):
        return False
    # Thousands of comparisons end at the first number, where plain floats are many times faster.
    return _may_be_the_same(a, t, scale) and (_is_one_number(a, t) or bool(close_numbers(a, t, scale).all()))


def _may_be_the_same(a: np.ndarray, t: np.ndarray, scale: float) -> bool:
    """Say whether two arrays may still be the same when one has seen their first numbers."""
    if not a.size:
        return True
    relative, unit = _precision(a.dtype, t.dtype)
    one, due = float(a.item(0)), float(t.item(0))
    return not abs(one - due) > relative * abs(due) + 16 * unit * scale  # nan is not more than anything


def _is_one_number(a: np.ndarray, t: np.ndarray) -> bool:
    """Say whether nothing but one ordinary number of one dtype is compared."""
    return a.size == 1 and a.dtype == t.dtype and math.isfinite(a.item(0)) and math.isfinite(t.item(0))


def fitting(a: np.ndarray, t: np.ndarray) -> bool:
    """Say whether two arrays have one shape and one kind of entries: True is no number, though it is 1."""
    return a.shape == t.shape and (a.dtype.kind == "b") == (t.dtype.kind == "b")


def close_numbers(a: np.ndarray, t: np.ndarray, scale: float = 1.0) -> np.ndarray:
    """Return, number by number, whether two arrays of one shape are equal but for rounding."""
    if np.float16 in (a.dtype, t.dtype) and a.dtype != t.dtype:
        return np.zeros(a.shape, bool)  # three digits are too few where nobody asked for float16
    relative, unit = _precision(a.dtype, t.dtype)
    a, t = a.astype(np.float64, copy=False), t.astype(np.float64, copy=False)
    with np.errstate(all="ignore"):
        near = np.abs(a - t) <= relative * np.abs(t) + 16 * unit * scale
    ordinary = np.isfinite(t)  # and what is near an ordinary number is one
    return near if ordinary.all() else (near & ordinary) | (a == t) | (np.isnan(a) & np.isnan(t))


@functools.cache
def _precision(*dtypes: np.dtype) -> tuple[float, float]:
    """Return the relative difference that counts as rounding, and the unit of the coarser dtype."""
    floating = [dtype for dtype in dtypes if dtype.kind == "f"]
    relative = max((RELATIVE.get(dtype, 1e-9) for dtype in floating), default=0.0)
    return relative, max((UNIT.get(dtype, 2.3e-16) for dtype in floating), default=0.0)


def size_of(*values) -> float:
    """Return the largest finite number in some arrays, at least 1 and at most 10,000: the scale of `same`."""
    largest = 1.0
    for value in values:
        if isinstance(value, np.ndarray) and value.size and value.dtype.kind in "iuf":
            numbers = np.abs(value.astype(np.float64))
            largest = max(largest, float(numbers.max(initial=0, where=np.isfinite(numbers))))
    return min(largest, 1e4)


def as_answer(value, parts: int | None):
    """Return (tuple of arrays, None), or (None, in words what came back instead of numbers).

    parts: how many things the exercise's function returns; None for one thing that is no tuple.
    """
    if parts is None:
        array, problem = as_array(value)
        return (None, problem) if problem else ((array,), None)
    several = isinstance(value, tuple | list) or (isinstance(value, np.ndarray) and value.ndim)
    if not several or len(value) != parts:
        found = translate("{count} of them", count=len(value)) if several else kind_of(value)
        wish = translate(
            "{parts} things are to be returned, as in `return first, second`. It returned {found}."
        )
        return None, wish.format(parts=parts, found=found)
    arrays = []
    for place, part in enumerate(value):
        array, problem = as_array(part)
        if problem:
            return None, after(f"{part_name(place)}: ", problem)
        arrays.append(array)
    return tuple(arrays), None


def as_array(value):
    """Return (a fresh array of numbers, None), or (None, in words what came instead)."""
    if _odd(value):
        return None, translate(NUMBERS_DUE, found=kind_of(value))
    try:
        array = np.array(value, subok=False)
    except MemoryError:
        raise
    except Exception:  # whatever an array-like of theirs does when it is asked for numbers
        wish = PARTS_THAT_DIFFER if isinstance(value, tuple | list) else NUMBERS_DUE
        return None, translate(wish, found=kind_of(value))
    if array.dtype.kind == "c":
        return None, translate("A number or an array of numbers is due. It returned complex ones.")
    if array.dtype.kind not in "biuf":
        objects = translate("Python objects (dtype object)")
        what = objects if array.dtype.kind == "O" else array.dtype.name.rstrip("0123456789")
        return None, translate(ARRAY_OF_OTHERS, found=what)
    return array, None


def kind_of(value) -> str:
    """Say in words what a thing is."""
    if value is None:
        return translate("nothing (`None`): the `return` is missing, or it prints what it should return")
    name = type(value).__name__
    if hasattr(value, "__next__"):
        return translate(
            "a {type}, which hands out one value at a time: look for a `yield`, `map` or `zip`", type=name
        )
    if hasattr(value, "__await__"):
        return translate("a coroutine: a plain `def` is enough, without `async`")
    if isinstance(value, str):
        return translate("text, and numbers are asked: of a class its number, counted from 0, not its name")
    if callable(value):
        return translate("a function, not what it gives: the parentheses of a call are missing")
    if type(value) in KINDS:
        return translate(KINDS[type(value)])
    return (translate("an {type}") if name[0] in "aeiouAEIOU" else translate("a {type}")).format(type=name)


def part_name(place: int) -> str:
    """Return "The first thing it returns" and so on."""
    return translate(PART_NAMES[place])


def _odd(value) -> bool:
    """Say whether a thing is none that NumPy should be asked about: of some, like `np.c_`, it never finds the
    end."""
    plain = isinstance(value, np.ndarray | np.generic | int | float | complex | list | tuple | range)
    return not (plain or hasattr(value, "__array__")) or callable(value) or hasattr(value, "__next__")
