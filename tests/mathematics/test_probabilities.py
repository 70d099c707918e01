import mpmath
import numpy as np
import pytest
from judge import FLOATS, each_number_of_draws, exact, for_rows, share_of_bound

from softmax_lesson.probabilities import log_softmax, softmax
from softmax_lesson.stability import clip_scores

BOTH = (softmax, log_softmax)


@each_number_of_draws
@pytest.mark.parametrize("dtype", FLOATS)
def test_against_50_digits(dtype, draws):
    def check(f):
        p, log_p, _ = exact(f)
        assert share_of_bound(softmax(f), p, f) <= 1
        assert share_of_bound(log_softmax(f), log_p, f) <= 1

    for_rows(dtype, draws, check)


@pytest.mark.parametrize("between", [7, pytest.param(3, marks=pytest.mark.long)])
@pytest.mark.parametrize("dtype", FLOATS)
def test_many_random_rows_against_50_digits(dtype, between):
    random = np.random.default_rng(7)
    for classes in range(1, 50, between):
        for scale in (1e-3, 1, 5, 17, 80, 700):
            f = (scale * random.normal(size=classes)).astype(dtype)
            p, log_p, _ = exact(f)
            assert share_of_bound(softmax(f), p, f) <= 1
            assert share_of_bound(log_softmax(f), log_p, f) <= 1


@pytest.mark.parametrize("classes", [1000, pytest.param(3000, marks=pytest.mark.long)])
@pytest.mark.parametrize("dtype", FLOATS)
def test_thousands_of_classes_against_50_digits(dtype, classes):
    for f in (np.random.default_rng(6).normal(size=classes), np.linspace(-12, 0, classes)):
        f = f.astype(dtype)
        p, log_p, _ = exact(f)
        # the sum is taken in float64, so the error does not grow with the number of classes as the bound does
        assert share_of_bound(softmax(f), p, f) <= 40 / classes
        assert share_of_bound(log_softmax(f), log_p, f) <= 40 / classes


def test_a_sum_that_float16_cannot_hold():
    f = np.zeros(70_000, np.float16)
    assert np.all(softmax(f) == np.float16(1 / 70_000))
    assert np.all(log_softmax(f) == np.float16(-np.log(70_000)))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(
    "wrong",
    [
        lambda f: np.log(softmax(f)),
        lambda f: (f - f.max()) - np.log(np.exp(f - f.max()).sum(dtype=f.dtype)).astype(f.dtype),
        lambda f: f - np.log(np.exp(f).sum(dtype=f.dtype)),
        lambda f: log_softmax(clip_scores(f, 5)),
        lambda f: np.log10(np.e).astype(f.dtype) * log_softmax(f),
    ],
    ids=["log of softmax", "log instead of log1p", "plain exp", "clipped", "log10"],
)
def test_the_judge_can_say_no(dtype, wrong):
    near = {np.float16: 8.5, np.float32: 20, np.float64: 40}[dtype]
    f = np.array([near, 0, 0], dtype)
    assert share_of_bound(log_softmax(f), exact(f)[1], f) <= 1
    assert share_of_bound(wrong(f), exact(f)[1], f) > 1


def test_the_judge_itself_sees_a_loss_of_1e_58():
    p, log_p, _ = exact(np.array([0.0, -133.0]))
    assert 1e-58 < -log_p[0] < 2e-58
    assert mpmath.log(p[0]) == 0  # what a judge without log1p would have said


def test_worked_examples():
    assert np.allclose(softmax([2, 1, 0]), [0.665240956, 0.244728471, 0.0900305732], rtol=1e-9)
    assert np.allclose(softmax([800, 790, 780]), [0.999954600, 4.53978686e-05, 2.06106005e-09], rtol=1e-8)
    assert np.allclose(log_softmax([0, 0]), [-np.log(2)] * 2, rtol=1e-16)


@pytest.mark.parametrize("function", BOTH)
def test_only_differences_matter(function):
    f = np.array([3.0, -1.0, 2.5])
    for offset in (1024.0, -(2.0**40), 2.0**45):  # powers of two: adding them rounds nothing here
        assert np.array_equal(function(f + offset), function(f))


def test_scores_of_any_size():
    assert softmax([1e300, 1e300, -1e300]).tolist() == [0.5, 0.5, 0]
    assert np.allclose(log_softmax([1e300, 1e300, -1e300]), [-np.log(2), -np.log(2), -2e300], rtol=1e-15)
    assert log_softmax([1e300, 0]).tolist() == [0, -1e300]
    assert softmax([5e-324, 0]).tolist() == [0.5, 0.5]
    largest = np.finfo(np.float64).max
    assert softmax([largest, -largest]).tolist() == [1, 0]
    assert log_softmax([largest, -largest]).tolist() == [0, -np.inf]  # -3.6e308 cannot be held


def test_minus_infinity_has_probability_0():
    assert softmax([0, -np.inf, 0]).tolist() == [0.5, 0, 0.5]
    assert log_softmax([7, -np.inf]).tolist() == [0, -np.inf]


def test_two_classes_are_the_sigmoid():
    z = np.linspace(-30, 30, 61)
    pairs = np.stack([z, np.zeros_like(z)], axis=1)
    assert np.allclose(softmax(pairs)[:, 0], 1 / (1 + np.exp(-z)), rtol=1e-14)


@each_number_of_draws
@pytest.mark.parametrize("dtype", FLOATS)
def test_probabilities_are_probabilities(dtype, draws):
    def check(f):
        p, log_p = softmax(f), log_softmax(f)
        assert np.all((p >= 0) & (p <= 1) & (log_p <= 0))
        assert abs(p.sum(dtype=np.float64) - 1) <= len(f) * np.finfo(dtype).eps
        assert p[f.argmax()] == p.max()

    for_rows(dtype, draws, check)


@pytest.mark.parametrize("function", BOTH)
def test_a_batch_is_its_rows_one_by_one(function):
    F = np.random.default_rng(3).normal(size=(4, 5)) * 20
    by_row = np.array([function(row) for row in F])
    assert np.array_equal(function(F), by_row)
    assert np.allclose(function(F.T, axis=0), by_row.T, rtol=1e-15)
    assert np.allclose(function(np.stack([F, F]), axis=-1), [by_row, by_row], rtol=1e-15)


@pytest.mark.parametrize("function", BOTH)
@pytest.mark.parametrize("dtype", [*FLOATS, np.int64, np.uint8, np.bool_])
def test_dtype_kept_argument_untouched_result_new(function, dtype):
    f = np.array([[1, 0, 1], [0, 1, 1]], dtype)
    before = f.copy()
    result = function(f)
    assert result.dtype == (dtype if dtype in FLOATS else np.float64)
    assert np.array_equal(f, before)
    assert not np.shares_memory(result, f)
    assert np.allclose(result, function(f.tolist()), rtol=2e-3)


def test_uint8_does_not_wrap():
    assert np.array_equal(softmax(np.array([3, 5, 250], np.uint8)), softmax([3.0, 5.0, 250.0]))


@pytest.mark.parametrize("function", BOTH)
def test_nothing_warns_whatever_the_student_has_set(function):
    largest = np.finfo(np.float32).max
    with np.errstate(all="raise"):
        function(np.array([[largest, -largest, -np.inf], [0, -100, -1e4]], np.float32))
        function(np.array([0, -16.5], np.float16))  # exp(-16.5) is hardly more than nothing there


@pytest.mark.parametrize("function", BOTH)
@pytest.mark.parametrize(
    ("f", "axis", "error", "words"),
    [
        (
            [[0, 1, np.nan], [0, 0, 0]],
            -1,
            ValueError,
            r"f: expected scores without NaN, got NaN at position \(0, 2\)\.",
        ),
        ([0, np.inf], -1, ValueError, r"f: expected scores without inf, got inf at position \(1,\)"),
        (
            [-np.inf, -np.inf],
            -1,
            ValueError,
            r"f: .* got only -inf\. Every exp is 0 there, and 0 / 0 is no probab",
        ),
        ([[1, -np.inf], [1, -np.inf]], 0, ValueError, r"f: .* got only -inf in row 1\."),
        (2, -1, ValueError, r"f: .* got a single number"),
        (np.zeros((3, 0)), -1, ValueError, r"f: expected scores, got an empty array of shape \(3, 0\)"),
        ("scores", -1, TypeError, r"f: expected scores as numbers, got str"),
        ([[1, 2], [3]], -1, ValueError, r"f: expected scores in rows of one length, got different lengths"),
        ([1, 2], 2, ValueError, r"axis: expected -1 to 0 for f of shape \(2,\), got 2"),
        ([1, 2], "rows", TypeError, r"axis: expected a whole number, got str"),
    ],
)
def test_what_is_wrong_is_said(function, f, axis, error, words):
    with pytest.raises(error, match="^" + words):
        function(f, axis)
