"""Odd arguments for every public name of the package, and a judge of what a call with them does.

`public_names()` finds the names by inspection, so a new one is covered at once: what a parameter of an
unknown name may hold is not known, and it gets what is odd for all. A call is drawn by `draw(pick)`, where
pick takes one of a list: hypothesis does, in `test_odd_arguments.py`, so that what fails is made small.
"""

import contextlib
import dataclasses
import decimal
import fractions
import functools
import importlib
import inspect
import io
import pkgutil
import re
import signal
import threading
import warnings

import anywidget
import numpy as np
import traitlets
from matplotlib.figure import Figure

import softmax_lesson
from softmax_lesson import exercises, widgets
from softmax_lesson.data import DataError, load_sample
from softmax_lesson.exercises.engine.feedback import Words
from softmax_lesson.training import train
from softmax_lesson.widgets.kit.base import Interactive
from softmax_lesson.widgets.pixel_votes import common_sense_weights

# The checks themselves; how files are written; what is called from a command line.
NO_CALLS = ("arguments", "files", "__main__", "jupyter")
PATIENCE = 60  # seconds, where a call of these sizes takes less than one

# ---- what is public -----------------------------------------------------------------------------------


def public_names():
    """Return {dotted name: callable}: what the face of each module hands on, and each exercise's check."""
    found = {}
    for module in pkgutil.iter_modules(softmax_lesson.__path__):
        if module.name in NO_CALLS:
            continue
        face = importlib.import_module(f"softmax_lesson.{module.name}")
        for name in face.__all__:
            thing = getattr(face, name)
            if callable(thing) and not is_result(thing):
                found[f"{module.name}.{name}"] = thing
    for exercise in exercises.catalogue():
        found[f"exercises.{exercise.step[3:]}.{exercise.name}.check"] = exercise.check
    for name, picture in list(found.items()):
        if isinstance(picture, type) and issubclass(picture, Interactive):
            found |= methods_of(name, picture)
    return found


def methods_of(name, picture):
    """Return {dotted name: method} of a picture's own public methods that take something.

    What takes matplotlib's own objects, to draw on, is left to matplotlib.
    """
    wanted = []
    for method in sorted(set(dir(picture)) - set(dir(anywidget.AnyWidget))):
        if method.startswith("_") or not inspect.isfunction(getattr(picture, method)):
            continue
        takes = set(inspect.signature(getattr(picture, method)).parameters)
        if takes - {"self", "figure", "axes"}:
            wanted.append(method)
    made = picture(**fits_for(name, picture)) if wanted else None
    return {f"{name}.{method}": getattr(made, method) for method in wanted}


def is_result(thing):
    """Say whether a public name is a class of what calls return or raise, which nobody makes by hand."""
    found = isinstance(thing, type) and issubclass(thing, Exception | Words)
    return found or dataclasses.is_dataclass(thing)


def is_picture(thing):
    """Say whether a public name is one of the pictures."""
    return isinstance(thing, type) and issubclass(thing, widgets.Prediction | Interactive)


def parameters_of(thing):
    """Return the names that a call may give: the parameters, and of a picture the traits that can be set."""
    names = [p.name for p in inspect.signature(thing).parameters.values() if p.kind not in (2, 4)]
    if isinstance(thing, type) and issubclass(thing, Interactive):
        own = set(thing.class_traits(sync=True)) - set(Interactive.class_traits())
        names += sorted(name for name in own - set(names) if not thing.class_traits()[name].read_only)
    return names


# ---- what fits ----------------------------------------------------------------------------------------


@functools.cache
def sample():
    """Return a few photographs."""
    test = load_sample().test
    return test.images[:6], test.labels[:6]


@functools.cache
def run():
    """Return a short training run, to go on from."""
    return train(FITS["X"], FITS["y"], steps=2)


def sum_of_squares(W):
    """Return a number that both checks of a gradient take."""
    with np.errstate(all="ignore"):
        return np.sum(W * W)


rng = np.random.default_rng(0)
FITS = {
    "W": rng.normal(size=(3, 4)),
    "X": np.column_stack([rng.normal(size=(5, 3)), np.ones(5)]),
    "x": np.array([0.5, -1.0, 2.0, 1.0]),
    "f": rng.normal(size=(5, 3)),
    "y": np.array([0, 2, 1, 1, 0]),
    "k": 1,
    "d": 2,
    "axis": -1,
    "limit": 700.0,
    "dtype": np.float32,
    "function": sum_of_squares,
    "h": 1e-5,
    "strength": 0.01,
    "strengths": np.array([0.1, 1.0]),
    "tolerance": 1e-3,
    "gradient": rng.normal(size=(3, 4)),
    "learning_rate": 0.02,
    "steps": 3,
    "classes": 3,
    "seed": 1,
    "batch": 2,
    "patience": 2,
    "keep_every": 2,
    "standardise": True,
    "columns": 3,
    "titles": ["one", "two", "three", "four", "five", "six"],
    "alt": "Six photographs.",
    "errors": {"one side": [1e-3, 1e-2], "both sides": np.array([1e-9, 1e-5])},
    "counts": np.array([[5, 1, 0], [2, 4, 1], [0, 0, 6]]),
    "class_names": ["cat", "dog", "ship"],
    "answers": {"first": (np.array([0.4, 0.9, 0.7]), np.array([True, True, False]))},
    "smoothing": 0.1,
    "figure": Figure(),
    "key": "05_derivatives.nudge",
    "step": "05_derivatives",
    "folder": ".",
    "path": "picture.png",
    "url": "https://example.org/x.tar.gz",
}


def fits_for(name, thing):
    """Return {parameter: a value that fits}; what is not in it can be left out."""
    parameters = parameters_of(thing)
    images, labels = sample()
    if is_picture(thing):
        return {
            "PixelVotes": {"W": common_sense_weights(), "images": images, "labels": labels},
            "Regions": {
                "W": rng.normal(size=(3, 3, 3)),
                "images": images,
                "labels": labels,
                "steps": [0, 1, 5],
            },
            "BatchCurve": {"X": FITS["X"], "y": FITS["y"], "images": images[:5]},
            "Prediction": {"key": FITS["key"]},
        }.get(name.split(".")[-1], {})
    fits = {key: FITS[key] for key in parameters if key in FITS}
    if "x" in parameters and "y" in parameters:
        fits["y"] = 1
    special = {
        "training.train": {"validation": (FITS["X"], FITS["y"]), "start": FITS["W"]},
        "training.first_weights": {"start": FITS["W"]},
        "figures.images": {"images": images},
        "figures.as_images": {"W": rng.normal(size=(3, 3073))},
        "figures.check_errors": {"steps": np.array([1e-5, 1e-3])},
        "data.two_features": {"images": images},
        "data.load_cifar10": {"classes": ["cat", "dog"]},
        "widgets.Regions.scores": {"X": rng.normal(size=(5, 2))},
    }
    return fits | special.get(name, {})


# ---- what is odd --------------------------------------------------------------------------------------


class Raises:
    """A thing that cannot be read as an array."""

    def __init__(self, error):
        self.error = error

    def __array__(self, dtype=None, copy=None):
        raise self.error("nothing to be had")

    def __float__(self):
        raise self.error("no number either")

    __index__ = __int__ = __len__ = __iter__ = __float__


class Holds:
    """A thing that can be read as an array."""

    def __init__(self, value):
        self.value = value

    def __array__(self, dtype=None, copy=None):
        return np.array(self.value, dtype)


def itself():
    """Return a list that holds itself."""
    loop = []
    loop.append(loop)
    return loop


SCALARS = {
    "None": lambda: None,
    "True": lambda: True,
    "0": lambda: 0,
    "1": lambda: 1,
    "-1": lambda: -1,
    "2": lambda: 2,
    "7": lambda: 7,
    "100": lambda: 100,
    "2**31": lambda: 2**31,
    "2**63": lambda: 2**63,
    "-2**63": lambda: -(2**63),
    "2**64": lambda: 2**64,
    "10**400": lambda: 10**400,
    "-10**400": lambda: -(10**400),
    "10**5000": lambda: 10**5000,
    "0.0": lambda: 0.0,
    "-0.0": lambda: -0.0,
    "0.5": lambda: 0.5,
    "1.5": lambda: 1.5,
    "-1.5": lambda: -1.5,
    "nan": lambda: float("nan"),
    "inf": lambda: float("inf"),
    "-inf": lambda: float("-inf"),
    "1e308": lambda: 1e308,
    "-1e308": lambda: -1e308,
    "1e150": lambda: 1e150,
    "1e30": lambda: 1e30,
    "1e-30": lambda: 1e-30,
    "1e-320": lambda: 1e-320,
    "5e-324": lambda: 5e-324,
    "1j": lambda: 1j,
    "0.5+0j": lambda: 0.5 + 0j,
    "''": lambda: "",
    "'3'": lambda: "3",
    "'no'": lambda: "no",
    "'$x_1$ <b> 猫 \\0'": lambda: "$x_1$ <b> 猫 \0",
    "'x' * 100000": lambda: "x" * 100_000,
    "a surrogate": lambda: "\ud800",
    "b'3'": lambda: b"3",
    "...": lambda: ...,
    "object()": object,
    "NotImplemented": lambda: NotImplemented,
    "len": lambda: len,
    "lambda": lambda: lambda *a, **k: None,
    "np.sum": lambda: np.sum,
    "module": lambda: np,
    "Fraction": lambda: fractions.Fraction(1, 2),
    "Decimal": lambda: decimal.Decimal("0.5"),
    "Decimal nan": lambda: decimal.Decimal("nan"),
    "np.int8(3)": lambda: np.int8(3),
    "np.int8(100)": lambda: np.int8(100),
    "np.uint8(1)": lambda: np.uint8(1),
    "np.uint64(2**63)": lambda: np.uint64(2**63),
    "np.float16(0.5)": lambda: np.float16(0.5),
    "np.float32(1e-45)": lambda: np.float32(1e-45),
    "np.longdouble(0.5)": lambda: np.longdouble("0.5"),
    "np.longdouble(1e4000)": lambda: np.longdouble("1e4000"),
    "np.longdouble(1e-4000)": lambda: np.longdouble("1e-4000"),
    "np.complex64(1)": lambda: np.complex64(1),
    "np.True_": lambda: np.True_,
    "np.str_": lambda: np.str_("2"),
    "np.datetime64": lambda: np.datetime64("2020-01-01"),
    "np.timedelta64": lambda: np.timedelta64(3, "D"),
    "np.void": lambda: np.void(b"ab"),
    "np.ma.masked": lambda: np.ma.masked,
    "masked 1.0": lambda: np.ma.array(1.0),
    "masked 1": lambda: np.ma.array(1),
    "0-d 1": lambda: np.array(1),
    "0-d 0.5": lambda: np.array(0.5),
    "0-d object": lambda: np.array(None),
    "0-d bool": lambda: np.array(True),
    "[1]": lambda: [1],
    "[]": list,
    "[[]]": lambda: [[]],
    "()": tuple,
    "{}": dict,
    "{'a': 1}": lambda: {"a": 1},
    "{1, 2}": lambda: {1, 2},
    "slice": lambda: slice(None),
    "range(3)": lambda: range(3),
    "generator": lambda: (i for i in range(3)),
    "memoryview": lambda: memoryview(b"abc"),
    "ragged": lambda: [[1.0], [1.0, 2.0]],
    "ragged deep": lambda: [[[1], [2, 3]], 4],
    "[None]": lambda: [None],
    "[10**400]": lambda: [10**400, 1],
    "[masked, 1]": lambda: [np.ma.masked, 1.0],
    "['a', 'b', 'c']": lambda: ["a", "b", "c"],
    "[1, 'a', None]": lambda: [1, "a", None],
    "[1, 2, 3]": lambda: [1, 2, 3],
    "(1, 2)": lambda: (1, 2),
    "itself": itself,
    "__array__ ValueError": lambda: Raises(ValueError),
    "__array__ RuntimeError": lambda: Raises(RuntimeError),
    "__array__ KeyError": lambda: Raises(KeyError),
    "__array__ of 1.0": lambda: Holds(1.0),
    "__array__ of ones": lambda: Holds(np.ones((3, 4))),
    "structured": lambda: np.zeros(3, "f4,i4"),
    "huge": lambda: np.broadcast_to(1.0, (2**20, 2**20)),
    "huge int8": lambda: np.broadcast_to(np.int8(1), (2**20, 2**20)),
    "huge row": lambda: np.broadcast_to(1.0, (2**40,)),
    "ones(32 dims)": lambda: np.ones((1,) * 32),
    "empty (0, 4)": lambda: np.ones((0, 4)),
    "empty (3, 0)": lambda: np.ones((3, 0)),
}


def put(value):
    """Return a change that puts a value into the first place of an array."""

    def change(array):
        array = np.array(array)
        with np.errstate(all="ignore"), contextlib.suppress(OverflowError, ValueError):  # no place for it
            array.reshape(-1)[:1] = value
        return array

    return change


def as_kind(dtype):
    """Return a change of an array's dtype."""

    def change(array):
        with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
            return np.array(array).astype(dtype)

    return change


def times(factor):
    """Return a change that makes the numbers of an array larger or smaller."""

    def change(array):
        with np.errstate(all="ignore"):
            return array * np.float64(factor) if array.dtype.kind == "f" else array

    return change


def locked(array):
    """Return a copy that cannot be written to."""
    array = np.array(array)
    array.flags.writeable = False
    return array


def strided(array):
    """Return the same numbers, every other one of a larger array."""
    wide = np.repeat(array, 2, axis=-1) if array.ndim else array
    return wide[..., ::2] if array.ndim else wide


OF_ARRAYS = {
    **{f"as {d}": as_kind(d) for d in ("f2", "f4", "g", "F", "D", "G", "i1", "u1", "u2", "i8", "u8", "?")},
    **{f"as {d}": as_kind(d) for d in (">f8", ">f4", ">i4", "U8", "O", "S8", "M8[s]", "m8[s]")},
    **{f"with {v}": put(v) for v in (np.nan, np.inf, -np.inf, 1e308, -1e308, 5e-324, 1e30, -1, 2**31, 255)},
    **{f"times {v:g}": times(v) for v in (0, 1e308, -1e150, 1e-150, 1e-310, 5e-324, 1e5, 1e30)},
    "uint64 with 2**63": lambda a: put(2**63)(a.astype("u8")),
    "masked": lambda a: np.ma.array(a, mask=np.arange(a.size).reshape(a.shape) % 3 == 1),
    "masked, nothing hidden": lambda a: np.ma.array(a),
    "list of masked": lambda a: [np.ma.array(row) for row in np.atleast_1d(a)],
    "list with masked": lambda a: [*np.ravel(a).tolist(), np.ma.masked],
    "matrix": lambda a: a.view(np.matrix) if a.ndim == 2 else a,
    "record": lambda a: a.view(np.recarray),
    "locked": locked,
    "Fortran": np.asfortranarray,
    "strided": strided,
    "backwards": lambda a: a[::-1] if a.ndim else a,
    "transposed": np.transpose,
    "list": lambda a: a.tolist(),
    "tuple": lambda a: tuple(a.tolist()) if a.ndim else a,
    "list of arrays": lambda a: list(a) if a.ndim else a,
    "flat": np.ravel,
    "one more axis": lambda a: a[None],
    "one more axis at the end": lambda a: a[..., None],
    "first": lambda a: a[0] if a.ndim else a,
    "one row": lambda a: a[:1] if a.ndim else a,
    "one row less": lambda a: a[:-1] if a.ndim else a,
    "one column": lambda a: a[..., :1] if a.ndim else a,
    "one column less": lambda a: a[..., :-1] if a.ndim else a,
    "one column more": lambda a: np.concatenate([a, a[..., :1]], -1) if a.ndim else a,
    "no rows": lambda a: a[:0] if a.ndim else a,
    "no columns": lambda a: a[..., :0] if a.ndim else a,
    "ragged": lambda a: [*a.tolist(), [1.0]] if a.ndim else [[1], [1, 2]],
    "with None": lambda a: [*a.tolist()[:-1], None] if a.ndim else [None],
    "with text": lambda a: [*a.tolist()[:-1], "a"] if a.ndim else ["a"],
    "with 10**400": lambda a: [*np.ravel(a).tolist()[:-1], 10**400],
    "with 2**63": lambda a: [*np.ravel(a).tolist()[:-1], 2**63],
    "with True": lambda a: [*np.ravel(a).tolist()[:-1], True],
    "all equal": lambda a: np.full_like(a, 1),
    "as __array__": Holds,
    "as memoryview": lambda a: memoryview(np.ascontiguousarray(a)),
    "iterator": lambda a: iter(np.atleast_1d(a)),
    "huge": lambda a: np.broadcast_to(np.ravel(a)[:1], (2**20, *a.shape[:-1], 2**20)[-max(a.ndim, 1) :]),
    "many rows": lambda a: np.broadcast_to(np.atleast_1d(a)[:1], (2**40, *np.atleast_1d(a).shape[1:])),
    "(5, 5)": lambda a: (5, 5),
    "a pair of it": lambda a: (a, a),
    "twice": lambda a: np.concatenate([a, a]) if a.ndim else a,
    "as it is": lambda a: a,
}
OF_LISTS = {
    "tuple": tuple,
    "array": np.array,
    "array of objects": lambda v: np.array(v, object),
    "masked": np.ma.array,
    "reversed": lambda v: v[::-1],
    "one less": lambda v: v[:-1],
    "one more": lambda v: [*v, v[0]],
    "twice": lambda v: [*v, *v],
    "with None": lambda v: [*v[:-1], None],
    "with 3": lambda v: [*v[:-1], 3],
    "with bytes": lambda v: [*v[:-1], b"a"],
    "with a list": lambda v: [*v[:-1], ["a"]],
    "with ''": lambda v: [*v[:-1], ""],
    "with lines": lambda v: [*v[:-1], "a\nb\t"],
    "with signs": lambda v: [*v[:-1], "$\\frac{ <b>&猫😀"],
    "with a long text": lambda v: [*v[:-1], "long " * 3000],
    "with a surrogate": lambda v: [*v[:-1], "\ud800"],
    "with \\0": lambda v: [*v[:-1], "a\0"],
    "alike": lambda v: [v[0]] * len(v),
    "set": set,
    "iterator": iter,
    "one text": "".join,
    "as keys": dict.fromkeys,
}


def changes_of(value):
    """Return {label: thunk} of what is odd about a value that fits, by its kind."""
    if isinstance(value, np.ndarray):
        return {f"it {label}": functools.partial(change, value) for label, change in OF_ARRAYS.items()}
    if isinstance(value, list) and value and isinstance(value[0], str):
        return {f"it {label}": functools.partial(change, value) for label, change in OF_LISTS.items()}
    if isinstance(value, list | float | int) and not isinstance(value, bool) and np.size(value):
        return changes_of(np.array(value))
    if isinstance(value, tuple | dict):
        return inside(value)
    return {}


def inside(value):
    """Return {label: thunk} of the same tuple or dict with one of its things changed, missing or twice."""
    found = {}
    places = list(value) if isinstance(value, dict) else range(len(value))
    for place in places:
        for label, thunk in (SCALARS | changes_of(value[place])).items():
            found[f"in it, {place}: {label}"] = functools.partial(replaced, value, place, thunk)
    return found | {"it, as a list": lambda: list(value), "it, one more": lambda: [*value, None]}


def replaced(value, place, thunk):
    """Return a tuple or a dict with another thing at one place."""
    if isinstance(value, dict):
        return value | {place: thunk()}
    return (*value[:place], thunk(), *value[place + 1 :])


# ---- one call -----------------------------------------------------------------------------------------


def draw(name, thing, pick):
    """Return (a description, the arguments) of a call: some fit, one to three are odd."""
    fits, parameters = fits_for(name, thing), parameters_of(thing)
    needed = {p.name for p in inspect.signature(thing).parameters.values() if p.default is p.empty}
    given, words = {}, {}
    for _ in range(pick([1, 1, 1, 1, 2, 2, 3]) if parameters else 0):
        parameter = pick(parameters)
        value = fits.get(parameter, default_of(thing, parameter))
        pool = [SCALARS, changes_of(value)] if changes_of(value) else [SCALARS]
        pool += [{"a run": run}] if parameter == "start" else []
        of = pick(pool)
        words[parameter] = pick(list(of))
        with warnings.catch_warnings(action="ignore"):
            given[parameter] = of[words[parameter]]()
    for parameter, value in fits.items():
        if parameter not in given and (parameter in needed or pick([True, False])):
            given[parameter], words[parameter] = value, "fits"
    for parameter in needed & set(parameters) - set(given):
        words[parameter] = pick(list(SCALARS))
        given[parameter] = SCALARS[words[parameter]]()
    return f"{name}({', '.join(f'{key}={words[key]}' for key in words)})", given


def default_of(thing, parameter):
    """Return what a parameter or a trait is when nobody says anything, or None."""
    found = inspect.signature(thing).parameters.get(parameter)
    if found is not None and found.default not in (None, found.empty):
        return list(found.default) if isinstance(found.default, tuple) else found.default
    if isinstance(thing, type) and issubclass(thing, Interactive):
        return getattr(plain(thing), parameter, None)
    return None


@functools.cache
def plain(picture):
    """Return a picture as it is without arguments."""
    return picture()


ERRORS = (TypeError, ValueError, FloatingPointError)


def complaint(thing, arguments, how="call"):
    """Return what is wrong with what a call does, in words, or None.

    Right is a result, in which no number is NaN, or a TypeError, a ValueError, a FloatingPointError, and of
    a picture a TraitError, that begins with an argument's name. Wrong is a warning, any other error, and a
    call that does not end. For pictures, how="set" makes one without arguments and then sets each.
    """
    names = "|".join(map(re.escape, parameters_of(thing)))
    begins = re.compile(rf"(?:{names})(?:, \w+)*: .", re.DOTALL)
    ours, foreign = ERRORS, (UnicodeError, traitlets.TraitError)
    if is_picture(thing):
        ours, foreign = (*ERRORS, traitlets.TraitError), UnicodeError
    with warnings.catch_warnings(record=True) as heard, contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("always")
        told = how_it_ends(lambda: in_words(made(thing, arguments, how)), begins, ours, foreign)
    return told or first_warning(heard)


def how_it_ends(call, begins, ours, foreign=UnicodeError):
    """Return what a call returns, or what is wrong with the error it ends in; None for a right one.

    Right is an error of ours whose message begins as it should, and none of the foreign ones among them.
    """
    try:
        with time_limit():
            return call()
    except foreign as error:
        return f"a {type(error).__name__}: {short(error)}"
    except ours as error:
        return None if begins.match(str(error)) else f"says {type(error).__name__}: {short(error)}"
    except DataError as error:
        return None if str(error) else "an empty DataError"
    except Exception as error:
        return f"leaks {type(error).__name__}: {short(error)}"
    except SystemExit as error:
        return f"ends Python: {error.code}"
    except Endless:
        return "does not end"


def first_warning(heard):
    """Return the first warning of those that were recorded, in words, or None."""
    return next((f"warns {w.category.__name__}: {short(w.message)}" for w in heard), None)


def made(thing, arguments, how):
    """Return the result of a call, or a picture whose traits were set, which has shown itself."""
    if how == "set":
        needed = {"key": FITS["key"]} if thing is widgets.Prediction else {}
        picture = thing(**needed)
        for name, value in arguments.items():
            if picture.has_trait(name) and name not in needed:
                setattr(picture, name, value)
        return picture
    return thing(**arguments)


class Endless(BaseException):
    """A call that does not end."""


@contextlib.contextmanager
def time_limit():
    """Stop a call after PATIENCE seconds, where the system has alarms."""
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_):
        raise Endless

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def in_words(result):
    """Return what is wrong with a result, or None; a picture shows itself in its forms."""
    for form in "html", "_repr_html_":
        if hasattr(result, form) and not isinstance(result, type):
            getattr(result, form)()
    repr(result)
    return "returns NaN" if has_nan(result) else None


def has_nan(result):
    """Say whether a number in a result is NaN."""
    if isinstance(result, np.ndarray | np.generic | float | complex):
        kind = np.asarray(result).dtype.kind
        return kind in "fc" and bool(np.isnan(result).any())
    if isinstance(result, tuple | list):
        return any(map(has_nan, result))
    if hasattr(result, "__dataclass_fields__"):
        return any(has_nan(getattr(result, name)) for name in result.__dataclass_fields__)
    return False


def short(text):
    """Return the beginning of a text on one line."""
    return " ".join(str(text).split())[:160]
