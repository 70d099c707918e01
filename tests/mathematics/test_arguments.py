"""Each check of an argument by itself: what passes, as what, and the whole sentence for what does not."""

import re

import numpy as np
import pytest

from softmax_lesson import arguments


def says(error, sentence):
    """Expect an error with exactly that sentence."""
    return pytest.raises(error, match=f"^{re.escape(sentence)}$")


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floats_are_handed_on_as_they_are(dtype):
    array = np.array([[1.0, -2.0]], dtype)
    assert arguments.floats("X", array) is array


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int8, np.int64, np.uint64])
def test_whole_numbers_become_float64(dtype):
    array = arguments.floats("X", np.array([1, 0], dtype))
    assert array.dtype == np.float64
    assert array.tolist() == [1, 0]


def test_in_blocks_only_bytes_and_floats_stay_and_numbers_are_not_looked_at():
    for array in np.ones((2, 2), np.uint8), np.full((2, 2), np.nan), np.full((2, 2), np.inf, np.float16):
        assert arguments.floats("X", array, in_blocks=True) is array
    for dtype in bool, np.int8, np.uint16, np.int64:
        assert arguments.floats("X", np.ones((2, 2), dtype), in_blocks=True).dtype == np.float64
    with says(ValueError, "X: expected features without NaN, got NaN at position (1,)."):
        arguments.floats("X", [1, np.nan])


def test_complex_numbers_pass_only_where_they_are_asked_for():
    array = np.array([1 + 0.5j])
    assert arguments.floats("W", array, complex_step=True) is array
    assert arguments.floats("W", [1.0], complex_step=True).dtype == np.float64
    with says(TypeError, "W: expected weights as real numbers, got complex128."):
        arguments.floats("W", array)


def test_minus_infinity_passes_only_where_it_is_asked_for():
    f = np.array([[0.0, -np.inf]])
    assert arguments.floats("f", f, minus_infinity=True) is f
    with says(ValueError, "f: expected scores without -inf, got -inf at position (0, 1)."):
        arguments.floats("f", f)
    for bad, name in ((np.inf, "inf"), (np.nan, "NaN")):
        with says(ValueError, f"f: expected scores without {name}, got {name} at position (1,)."):
            arguments.floats("f", [-np.inf, bad, bad], minus_infinity=True)


@pytest.mark.parametrize(
    ("name", "value", "ndim", "error", "sentence"),
    [
        (
            "X",
            [[1, 2], [3]],
            (),
            ValueError,
            "X: expected features in rows of one length, got different lengths.",
        ),
        ("h", [], (), ValueError, "h: expected numbers, got an empty array of shape (0,)."),
        ("f", np.ones((2, 0)), (), ValueError, "f: expected scores, got an empty array of shape (2, 0)."),
        ("x", ["1"], (), TypeError, "x: expected features as numbers, got str."),
        ("x", [1, None], (), TypeError, "x: expected features as numbers, got NoneType."),
        ("x", [1, 10**400], (), TypeError, "x: expected features as numbers, got object."),
        ("x", [1.5, "1", None], (), TypeError, "x: expected features as numbers, got str."),
        ("X", 1.0, (1, 2), ValueError, "X: expected features of shape (D,) or (N, D), got shape ()."),
        ("X", [1.0], (2,), ValueError, "X: expected features of shape (N, D), got shape (1,)."),
        ("x", [[1.0]], (1,), ValueError, "x: expected features of shape (D,), got shape (1, 1)."),
        ("W", [1.0], (2,), ValueError, "W: expected weights of shape (C, D), got shape (1,)."),
        ("start", [1.0], (2,), ValueError, "start: expected weights of shape (C, D), got shape (1,)."),
        ("f", 1.0, (1, 2), ValueError, "f: expected scores of shape (C,) or (N, C), got shape ()."),
    ],
)
def test_floats_refuse(name, value, ndim, error, sentence):
    with says(error, sentence):
        arguments.floats(name, value, ndim)


def test_scores_along_an_axis():
    f = np.ones((2, 3, 4))
    for axis in range(-3, 3):
        same, number = arguments.scores_along(f, np.int8(axis))
        assert same is f
        assert number == axis
        assert type(number) is int
    for axis in -4, 3:
        with says(ValueError, f"axis: expected -3 to 2 for f of shape (2, 3, 4), got {axis}."):
            arguments.scores_along(f, axis)
    with says(TypeError, "axis: expected a whole number, got float."):
        arguments.scores_along(f, 1.0)
    with says(ValueError, "f: expected scores of shape (C,) or (N, C), got a single number."):
        arguments.scores_along(1.0, 0)
    assert arguments.scores_along([1 + 0.1j], 0)[0].dtype == np.complex128
    with says(ValueError, "f: expected scores without NaN, got NaN at position (0,)."):
        arguments.scores_along([np.nan], 0)


def test_a_row_of_minus_infinity_is_named():
    rest = " Every exp is 0 there, and 0 / 0 is no probability."
    nothing = "f: expected at least one score above -inf in each row, got only -inf"
    f = np.zeros((3, 2, 2))
    f[0, 0, 0] = f[2, 1] = f[2, 0] = -np.inf
    with says(ValueError, f"{nothing} in row 2, 0.{rest}"):
        arguments.scores_along(f, -1)
    with says(ValueError, f"{nothing}.{rest}"):
        arguments.scores_along([-np.inf, -np.inf], 0)
    assert arguments.scores_along(f, -1, some_finite=False)[0] is f
    assert arguments.scores_along(f[:2], -1)[1] == -1


def test_weights_and_features_that_fit():
    W, x, X = np.ones((2, 3)), np.ones(3), np.ones((5, 3), np.float32)
    for features, ndim in (X, (2,)), (x, (1, 2)), (X, (1, 2)):
        found = arguments.weights_and_features(W, features, ndim=ndim)
        assert found[0] is W
        assert found[1] is features
    with says(ValueError, "X: expected features of shape (N, D), got shape (3,)."):
        arguments.weights_and_features(W, x)
    with says(TypeError, "W: expected weights as real numbers, got complex128."):
        arguments.weights_and_features(W + 0j, X)
    assert arguments.weights_and_features(W + 0j, X, complex_step=True)[0].dtype == np.complex128
    with says(ValueError, "X: expected features without NaN, got NaN at position (0, 0)."):
        arguments.weights_and_features(W, X * np.nan)
    assert np.isnan(arguments.weights_and_features(W, X * np.nan, in_blocks=True)[1]).all()
    with says(ValueError, "W: expected weights without NaN, got NaN at position (0, 0)."):
        arguments.weights_and_features(W * np.nan, X, in_blocks=True)


@pytest.mark.parametrize(
    ("shape", "name", "hint"),
    [
        ((7, 3), "X", " Is the constant 1 for the bias missing? See add_bias(X)."),
        ((3,), "x", " Is the constant 1 for the bias missing? See add_bias(x)."),
        ((7, 5), "X", " Has W no column for the bias?"),
        ((4, 7), "X", " X has one example per row: is it transposed?"),
        ((4, 3), "X", " Is the constant 1 for the bias missing? See add_bias(X)."),
        ((7, 2), "X", ""),
        ((7, 6), "X", ""),
        ((7,), "x", ""),
    ],
)
def test_features_that_do_not_fit_their_weights(shape, name, hint):
    sentence = f"{name}: expected 4 features an example, one for each column of W (2, 4), got {shape[-1]} in "
    with says(ValueError, f"{sentence}{name} {shape}.{hint}"):
        arguments.weights_and_features(np.ones((2, 4)), np.ones(shape), name, ndim=(1, 2))


def test_labels_that_fit():
    for dtype in np.uint8, np.int8, np.int64, np.uint64:
        y = arguments.labels(np.array([0, 2, 1], dtype), (3,), classes=3)
        assert y.dtype == np.intp
        assert y.tolist() == [0, 2, 1]
    assert arguments.labels([0, 99], (2,)).tolist() == [0, 99]
    assert arguments.labels(1, (), classes=2) == 1


@pytest.mark.parametrize(
    ("y", "shape", "classes", "error", "sentence"),
    [
        (
            [[0], [0, 1]],
            (2,),
            3,
            ValueError,
            "y: expected class labels in rows of one length, got different lengths.",
        ),
        ([], (0,), 3, ValueError, "y: expected class labels of shape (0,), got an empty array."),
        ([0.0], (1,), 3, TypeError, "y: expected class labels as integers, got float64."),
        ([True], (1,), 3, TypeError, "y: expected class labels as integers, got bool."),
        (["frog"], (1,), 3, TypeError, "y: expected class labels as integers, got str."),
        ([0, None], (2,), 3, TypeError, "y: expected class labels as integers, got NoneType."),
        ([0, 1], (3,), 3, ValueError, "y: expected shape (3,), one label an example, got shape (2,)."),
        ([0], (), 3, ValueError, "y: expected one label for one example, got shape (1,)."),
        ([0, 3, 4], (3,), 3, ValueError, "y: expected labels 0 to 2, got 3. Labels count from 0."),
        ([0, -1], (2,), 3, ValueError, "y: expected labels 0 to 2, got -1. Labels count from 0."),
        ([0, -2], (2,), None, ValueError, "y: expected labels 0 or more, got -2. Labels count from 0."),
    ],
)
def test_labels_that_do_not(y, shape, classes, error, sentence):
    with says(error, sentence):
        arguments.labels(y, shape, classes)


def test_whole_numbers():
    for value in 0, 3, np.uint8(3), np.array(2):
        number = arguments.whole("k", value, least=0, most=3)
        assert type(number) is int
        assert number == value
    assert arguments.whole("k", -(10**30)) == -(10**30)
    for value in True, np.True_, 2.0, "2", None, [2]:
        with says(TypeError, f"k: expected a whole number, got {type(value).__name__}."):
            arguments.whole("k", value)
    for value in -1, 4:
        with says(ValueError, f"k: expected 0 to 3, got {value}."):
            arguments.whole("k", value, least=0, most=3)
    with says(ValueError, "k: expected 1 or more, got 0."):
        arguments.whole("k", 0, least=1)


def test_positive_numbers():
    for value in 1, 2.5, np.float32(0.5), np.uint8(3), np.array(1.5), 5e-324:
        number = arguments.positive("h", value)
        assert type(number) is float
        assert number == value
    assert arguments.positive("h", 0, or_zero=True) == 0
    for value in 0, -1, np.nan, np.inf, -np.inf:
        with says(ValueError, f"h: expected a finite number, above 0, got {np.asarray(value)}."):
            arguments.positive("h", value)
    for value in -1, np.nan, np.inf:
        with says(ValueError, f"h: expected a finite number, 0 or more, got {np.asarray(value)}."):
            arguments.positive("h", value, or_zero=True)
    for value in True, "1", None, [1.0], 1j, np.ones(1):
        with says(TypeError, f"h: expected a number, got {type(value).__name__}."):
            arguments.positive("h", value)


def test_yes_or_no():
    for value in True, False, np.True_, np.False_:
        assert arguments.yes_or_no("standardise", value) is bool(value)
    for value in 1, 0.0, "no", None, np.ones(1, bool):
        with says(TypeError, f"standardise: expected True or False, got {type(value).__name__}."):
            arguments.yes_or_no("standardise", value)


# ---- what the other checks stand on --------------------------------------------------------------------


class Unreadable:
    """A thing whose every way to be read fails."""

    def fail(self, *_, **__):
        raise ZeroDivisionError("not ours")

    __array__ = __index__ = __repr__ = fail


MASKED = np.ma.array([[1.0, 2.0]], mask=[[True, False]])


@pytest.mark.parametrize(
    "value", [MASKED, np.ma.array(1.0), np.ma.masked, [MASKED[0]], ([1.0, np.ma.masked],)]
)
def test_a_mask_is_never_dropped(value):
    for name, check in (("X", arguments.floats), ("y", lambda name, y: arguments.labels(y, (1,)))):
        with pytest.raises(TypeError, match=f"^{name}: expected .*, got a masked array, whose mask nothing"):
            check(name, value)
    for check in arguments.whole, arguments.finite, arguments.positive, arguments.yes_or_no:
        with pytest.raises(TypeError, match=r"^k: expected "):
            check("k", value)
    with pytest.raises(TypeError, match=r"^k: expected a whole number"):
        arguments.whole("k", np.ma.array(1))
    assert arguments.has_mask([[[[MASKED]]]])
    assert not arguments.has_mask([[1.0], [np.ones(2)], "text"])


def test_what_cannot_be_read_is_named():
    with says(TypeError, "X: expected features, got an Unreadable, which is no array."):
        arguments.floats("X", Unreadable())
    with says(TypeError, "y: expected class labels, got an Unreadable, which is no array."):
        arguments.labels(Unreadable(), ())
    with says(TypeError, "X: expected features, got a list, which is no array."):
        arguments.floats("X", [Unreadable()])
    with says(TypeError, "k: expected a whole number, got Unreadable."):
        arguments.whole("k", Unreadable())
    with says(TypeError, "h: expected a number, got an Unreadable, which is no array."):
        arguments.positive("h", Unreadable())
    with says(ValueError, "h: expected a number in rows of one length, got different lengths."):
        arguments.positive("h", [[1], [1, 2]])


def test_an_array_that_no_memory_holds_is_refused_before_it_is_looked_at():
    huge = np.broadcast_to(1.0, (2**20, 2**20))
    sentence = f"f: expected at most {2**28:,} numbers, got shape (1048576, 1048576)."
    with says(ValueError, sentence):
        arguments.floats("f", huge)
    assert arguments.floats("X", huge, in_blocks=True) is huge
    tall = np.broadcast_to(np.uint8(1), (2**28 // 2 + 1, 1))
    with says(ValueError, f"X: expected at most {2**28:,} scores, got X (134217729, 1) for W (2, 1)."):
        arguments.weights_and_features(np.ones((2, 1)), tall, in_blocks=True)
    assert arguments.weights_and_features(np.ones((2, 1)), tall[1:], in_blocks=True)[1].shape == (2**27, 1)


@pytest.mark.parametrize("imaginary", [0.5, -0.5])
def test_imaginary_parts_are_those_of_a_step(imaginary):
    f = np.array([0, 1 + 1j * imaginary])
    assert arguments.floats("f", f, complex_step=True) is f
    with says(ValueError, "f: expected imaginary parts of a small step, up to 0.5, got 0.6."):
        arguments.floats("f", f * 1.2, complex_step=True)


def test_labels_have_an_end_without_classes_too():
    assert arguments.labels([2**28 - 1], (1,)).tolist() == [2**28 - 1]
    for y in [2**28], np.array([2**63], np.uint64):
        with says(ValueError, f"y: expected labels below {2**28:,}, got {y[0]}."):
            arguments.labels(y, (1,))
    with says(ValueError, "labels: expected labels 0 to 1, got 2. Labels count from 0."):
        arguments.labels([2], (1,), 2, "labels")


def test_numbers_that_float64_cannot_hold():
    for value in 10**400, -(10**400), np.longdouble("1e4000"):
        with pytest.raises(ValueError, match=r"^h: expected a finite number, above 0, got (-?1.*0|inf)"):
            arguments.positive("h", value)
    with says(ValueError, "h: expected a finite number, got an int."):
        arguments.finite("h", 10**5000)
    with says(ValueError, "k: expected 1 to 3, got an int."):
        arguments.whole("k", 10**5000, least=1, most=3)
    if np.longdouble("1e-4000") > 0:
        with pytest.raises(ValueError, match=r"^h: expected a finite number, above 0, got 1e-4000"):
            arguments.positive("h", np.longdouble("1e-4000"))
    assert arguments.finite("h", -2) == -2.0
    assert type(arguments.finite("h", np.float32(0.5))) is float
    with says(TypeError, "h: expected a number, got bool."):
        arguments.finite("h", True)


def test_numbers_of_every_width_become_float64():
    for value in [1, 2], np.float16([1, 2]), np.longdouble([1, 2]):
        array = arguments.float64s("X", value, (1,))
        assert array.dtype == np.float64
        assert array.tolist() == [1, 2]
    given = np.array([1.0])
    assert arguments.float64s("X", given) is not given
    if np.isfinite(np.longdouble("1e4000")):
        with says(ValueError, "X: expected numbers that float64 can hold, got one that overflows."):
            arguments.float64s("X", [np.longdouble("1e4000")])


def test_a_value_is_shown_in_a_line():
    assert arguments.shown([1, "a"]) == "[1, 'a']"
    assert arguments.shown("x" * 78) == repr("x" * 78)
    assert arguments.shown("x" * 79) == f"'{'x' * 49}...{'x' * 19}'"
    assert arguments.shown(10**5000) == "an int"
    assert arguments.shown(Unreadable()) == "an Unreadable"


def test_texts():
    assert arguments.text("alt", "a cat, 猫") == "a cat, 猫"
    assert type(arguments.text("alt", np.str_("cat"))) is str
    for value in None, b"cat", 3:
        with says(TypeError, f"alt: expected a text, got {type(value).__name__}."):
            arguments.text("alt", value)
    with says(ValueError, "alt: expected letters, got half of one, in '\\ud800'."):
        arguments.text("alt", "\ud800")
    assert arguments.texts("names", ("a", "b"), 2) == ["a", "b"]
    assert arguments.texts("names", []) == []
    for value in "ab", None, 3, ["a", None], {"a", "b"}:
        with says(TypeError, f"names: expected a list of names, got {value!r}."):
            arguments.texts("names", value)
    with says(ValueError, "names: expected 3 names, got 2."):
        arguments.texts("names", ["a", "b"], 3)
    assert arguments.texts("names", ["a" * 1000]) == ["a" * 1000]
    with says(ValueError, "names: expected names of at most 1000 letters, got 1,001."):
        arguments.texts("names", ["a", "b" * 1001])
    with pytest.raises(ValueError, match=r"^names: expected letters"):
        arguments.texts("names", ["a", "\udfff"])


def test_names_of_files(tmp_path):
    assert arguments.path("folder", "here") == "here"
    assert arguments.path("folder", tmp_path) == str(tmp_path)
    for value in None, 3, b"here", ["here"]:
        with says(TypeError, f"folder: expected the name of a file or folder, got {type(value).__name__}."):
            arguments.path("folder", value)
    with says(ValueError, r"folder: expected the name of a file or folder, got 'a\x00b'."):
        arguments.path("folder", "a\0b")
    assert arguments.path("folder", "/".join(["a" * 255] * 9))
    with pytest.raises(ValueError, match=r"^folder: expected the name of a file or folder, got 'b/aaa"):
        arguments.path("folder", f"b/{'a' * 256}")
    with pytest.raises(ValueError, match=r"^folder: expected letters"):
        arguments.path("folder", "\ud800")
