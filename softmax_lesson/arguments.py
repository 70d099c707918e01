"""Look at what came in before computing with it.

Every function here converts an argument, checks it, and says in one sentence what is wrong with it:
its name, what was expected, what came. TypeError is for the wrong kind of thing, ValueError for the rest.
Nothing here changes what it is given, and callers never write into what it returns.
"""

import operator
import os

import numpy as np

MOST = 2**28  # numbers in one array, 2 GB in float64: more, and the machine stands still
LARGEST_IMAGINARY = 0.5  # a step of `derivatives.complex_step` is far smaller; above, exp turns around 0
LONGEST_FILE = 255  # letters of a file's name, on every system
LONGEST = 1000  # letters of a name
MEANING = {"f": "scores", "W": "weights", "start": "weights", "X": "features", "x": "features"}
SHAPE = {
    "f": {1: "(C,)", 2: "(N, C)"},
    "W": {2: "(C, D)"},
    "start": {2: "(C, D)"},
    "X": {1: "(D,)", 2: "(N, D)"},
    "x": {1: "(D,)"},
}


def floats(name, value, ndim=(), *, complex_step=False, minus_infinity=False, in_blocks=False):
    """Return `value` as a floating array; float16, 32 and 64 are kept, integers become float64.

    `ndim` lists the numbers of dimensions allowed (none: all). Complex numbers pass only where
    `derivatives.complex_step` needs them, and with imaginary parts as small as its steps make them; -inf
    passes only where it has a meaning: a score of probability 0.
    With `in_blocks` the caller will look at the numbers itself, a block at a time: uint8 stays, NaN passes.
    """
    what = MEANING.get(name, "numbers")
    array = as_array(name, value, what)
    if array.size == 0:
        raise ValueError(f"{name}: expected {what}, got an empty array of shape {array.shape}.")
    if array.dtype.kind not in ("biufc" if complex_step else "biuf"):
        real = "real numbers" if array.dtype.kind == "c" else "numbers"
        raise TypeError(f"{name}: expected {what} as {real}, got {kind_of(array)}.")
    if ndim and array.ndim not in ndim:
        shapes = " or ".join(SHAPE[name][n] for n in ndim)
        raise ValueError(f"{name}: expected {what} of shape {shapes}, got shape {array.shape}.")
    if in_blocks and (array.dtype.kind == "f" or array.dtype == np.uint8):
        return array
    if array.size > MOST:
        raise ValueError(f"{name}: expected at most {MOST:,} numbers, got shape {array.shape}.")
    if array.dtype.kind in "biu":
        return array.astype(np.float64)  # uint8 would wrap around: 3 - 5 = 254
    bad = ~np.isfinite(array)
    if minus_infinity:
        bad &= array != -np.inf
    if bad.any():
        place = tuple(int(i) for i in np.argwhere(bad)[0])
        found = str(array[place]).replace("nan", "NaN")
        raise ValueError(f"{name}: expected {what} without {found}, got {found} at position {place}.")
    if array.dtype.kind == "c" and (abs(array.imag) > LARGEST_IMAGINARY).any():
        largest = abs(array.imag).max()
        wish = f"imaginary parts of a small step, up to {LARGEST_IMAGINARY}"
        raise ValueError(f"{name}: expected {wish}, got {largest:.3g}.")
    return array


def float64s(name, value, ndim=()):
    """Return `value` as a new array of float64, whatever numbers it holds."""
    array = floats(name, value, ndim)
    with np.errstate(all="ignore"):  # of numbers wider than float64, said below
        array = array.astype(np.float64)
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: expected numbers that float64 can hold, got one that overflows.")
    return array


def as_array(name, value, what="numbers"):
    """Return `value` as an array of whatever it holds; a mask would be lost, and is refused."""
    if has_mask(value):
        raise TypeError(
            f"{name}: expected {what}, got a masked array, whose mask nothing here heeds. Take what is not"
            " hidden, with compressed(), or put numbers there, with filled()."
        )
    try:
        return np.asarray(value)
    except Exception as error:  # whatever a stranger's __array__ raises
        if isinstance(value, list | tuple) and isinstance(error, ValueError):
            raise ValueError(
                f"{name}: expected {what} in rows of one length, got different lengths."
            ) from None
        raise TypeError(f"{name}: expected {what}, got {a_kind(value)}, which is no array.") from None


def has_mask(value, depth=5):
    """Say whether a value is a masked array, or a list with one in it, down to five lists in each other."""
    if isinstance(value, list | tuple):
        return depth > 0 and any(has_mask(thing, depth - 1) for thing in value)
    return isinstance(value, np.ma.MaskedArray)


def scores_along(f, axis, *, some_finite=True):
    """Return scores of any shape with at least one dimension, and `axis` as an int that fits them."""
    f = floats("f", f, complex_step=True, minus_infinity=True)
    if f.ndim == 0:
        raise ValueError("f: expected scores of shape (C,) or (N, C), got a single number.")
    axis = whole("axis", axis)
    if not -f.ndim <= axis < f.ndim:
        raise ValueError(f"axis: expected {-f.ndim} to {f.ndim - 1} for f of shape {f.shape}, got {axis}.")
    empty = (f == -np.inf).all(axis=axis)
    if some_finite and empty.any():
        row = f" in row {', '.join(map(str, np.argwhere(empty)[0]))}" if empty.ndim else ""
        raise ValueError(
            f"f: expected at least one score above -inf in each row, got only -inf{row}."
            " Every exp is 0 there, and 0 / 0 is no probability."
        )
    return f, axis


def weights_and_features(W, X, name="X", ndim=(2,), *, complex_step=False, in_blocks=False):
    """Return W (C, D) and features whose last dimension is D; `name` is what the caller calls them."""
    W = floats("W", W, (2,), complex_step=complex_step)
    X = floats(name, X, ndim, in_blocks=in_blocks)
    have, need = X.shape[-1], W.shape[1]
    if have != need:
        hint = ""
        if have == need - 1:
            hint = f" Is the constant 1 for the bias missing? See add_bias({name})."
        elif have == need + 1:
            hint = " Has W no column for the bias?"
        elif X.ndim == 2 and X.shape[0] == need:
            hint = f" {name} has one example per row: is it transposed?"
        raise ValueError(
            f"{name}: expected {need} features an example, one for each column of W {W.shape},"
            f" got {have} in {name} {X.shape}.{hint}"
        )
    if len(W) * (X.size // need) > MOST:
        raise ValueError(f"{name}: expected at most {MOST:,} scores, got {name} {X.shape} for W {W.shape}.")
    return W, X


def labels(y, shape, classes=None, name="y"):
    """Return labels y as an integer array of that shape, () for one example, each in 0..classes-1."""
    y = as_array(name, y, "class labels")
    if y.size == 0:
        raise ValueError(f"{name}: expected class labels of shape {shape}, got an empty array.")
    if y.dtype.kind not in "iu":
        raise TypeError(f"{name}: expected class labels as integers, got {kind_of(y)}.")
    if y.shape != shape:
        wish = f"shape {shape}, one label an example" if shape else "one label for one example"
        raise ValueError(f"{name}: expected {wish}, got shape {y.shape}.")
    outside = (y < 0) | (y >= (classes or MOST))
    if outside.any():
        wish = f"labels 0 to {classes - 1}" if classes else "labels 0 or more"
        if classes is None and y.max() >= MOST:
            raise ValueError(f"{name}: expected labels below {MOST:,}, got {y.max()}.")
        raise ValueError(f"{name}: expected {wish}, got {y[outside][0]}. Labels count from 0.")
    return y.astype(np.intp)


def kind_of(array):
    """Return what the array holds in a word; of Python objects, the first that is no number: NoneType."""
    if array.dtype == object:
        for thing in array.flat:
            if not isinstance(thing, int | float):
                return type(thing).__name__
    return array.dtype.type.__name__.rstrip("_")  # "str", though NumPy calls it str_


def a_kind(value):
    """Return the name of a value's type, with the article: a list, an int."""
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def shown(value):
    """Return a value as it is written in code, without its middle where that is long."""
    try:
        words = repr(value)
    except Exception:  # an int of more than 4,300 digits, or whatever a stranger's __repr__ raises
        return a_kind(value)
    return words if len(words) <= 80 else f"{words[:50]}...{words[-20:]}"


def whole(name, value, least=None, most=None):
    """Return a whole number as an int; True and 2.0 are refused."""
    try:
        number = None if has_mask(value) else operator.index(value)
    except Exception:  # TypeError, or whatever a stranger's __index__ raises
        number = None
    if number is None or isinstance(value, bool | np.bool_):
        raise TypeError(f"{name}: expected a whole number, got {type(value).__name__}.")
    if (least is not None and number < least) or (most is not None and number > most):
        wish = f"{least} or more" if most is None else f"{least} to {most}"
        raise ValueError(f"{name}: expected {wish}, got {shown(number)}.")
    return number


def finite(name, value, wish="a finite number"):
    """Return one finite real number as a float; True and "2" are refused."""
    number = as_array(name, value, "a number")
    # Perhaps one that NumPy cannot hold.
    whole_number = isinstance(value, int) and not isinstance(value, bool)
    if number.ndim or not (whole_number or number.dtype.kind in "iuf"):
        raise TypeError(f"{name}: expected a number, got {type(value).__name__}.")
    try:
        number = float(number)
    except OverflowError:
        number = np.inf
    if not np.isfinite(number):
        raise ValueError(f"{name}: expected {wish}, got {shown(value) if whole_number else str(value)}.")
    return number


def positive(name, value, *, or_zero=False):
    """Return a finite number above 0 (or 0 itself) as a float."""
    wish = f"a finite number, {'0 or more' if or_zero else 'above 0'}"
    number = finite(name, value, wish)
    if number < 0 or (number == 0 and not or_zero):
        raise ValueError(
            f"{name}: expected {wish}, got {shown(value) if isinstance(value, int) else str(value)}."
        )
    return number


def yes_or_no(name, value):
    """Return True or False, and refuse what only counts as one of them, such as "no" or 1."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name}: expected True or False, got {type(value).__name__}.")
    return bool(value)


def text(name, value):
    """Return a text as a str, when every letter of it can be written."""
    if not isinstance(value, str):
        raise TypeError(f"{name}: expected a text, got {type(value).__name__}.")
    if not value.isascii():
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise ValueError(f"{name}: expected letters, got half of one, in {ascii(value)[:80]}.") from None
    return str(value)


def texts(name, value, count=None):
    """Return a list of texts, as many as are asked for, none of them longer than a line or ten."""
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise TypeError(f"{name}: expected a list of names, got {shown(value)}.")
    found = [text(name, one) for one in value]
    if count is not None and len(found) != count:
        raise ValueError(f"{name}: expected {count} names, got {len(found)}.")
    if long := [one for one in found if len(one) > LONGEST]:
        raise ValueError(f"{name}: expected names of at most {LONGEST} letters, got {len(long[0]):,}.")
    return found


def path(name, value):
    """Return the name of a file or folder as a str."""
    if not isinstance(value, str | os.PathLike):
        raise TypeError(f"{name}: expected the name of a file or folder, got {type(value).__name__}.")
    found = os.fspath(value)
    if not isinstance(found, str):
        raise TypeError(f"{name}: expected the name of a file or folder as text, got {type(found).__name__}.")
    too_long = any(len(part) > LONGEST_FILE for part in text(name, found).replace("\\", "/").split("/"))
    if "\0" in found or too_long:
        raise ValueError(f"{name}: expected the name of a file or folder, got {shown(found)}.")
    return found
