import mpmath
import numpy as np
import pytest
from judge import FLOATS, bound, each_number_of_draws, exact, exactly, for_rows

from softmax_lesson.stability import clip_scores, logsumexp, overflow_threshold, shift_scores


@pytest.mark.parametrize(
    ("dtype", "digits"), [(np.float16, 11.09), (np.float32, 88.72), (np.float64, 709.78)]
)
def test_the_threshold_is_the_last_number_whose_exp_is_finite(dtype, digits):
    threshold = overflow_threshold(dtype)
    assert type(threshold) is dtype
    assert round(float(threshold), 2) == digits
    assert np.isfinite(np.exp(threshold))
    with np.errstate(over="ignore"):
        assert np.isinf(np.exp(np.nextafter(threshold, dtype(np.inf))))


def test_the_threshold_takes_a_dtype_by_any_name():
    assert (
        overflow_threshold("float32") == overflow_threshold(np.dtype("f4")) == overflow_threshold(np.float32)
    )
    assert overflow_threshold(float) == overflow_threshold(np.float64)


@pytest.mark.parametrize("dtype", [int, np.uint8, complex, bool, str, None, "no such type", 3.5])
def test_the_threshold_refuses_what_is_no_floating_dtype(dtype):
    with pytest.raises(TypeError, match=r"^dtype: expected a floating dtype .*, got "):
        overflow_threshold(dtype)


def test_a_sum_of_exp_overflows_sooner():
    threshold = overflow_threshold(np.float32)
    with np.errstate(over="ignore"):
        assert np.isinf(np.exp(np.full(3, threshold)).sum())
    assert np.isfinite(logsumexp(np.full(3, threshold)))


def test_clipping_changes_the_answer():
    assert clip_scores([800, 790, 780], 700).tolist() == [700, 700, 700]
    assert clip_scores([25, 40, 0], 20).tolist() == [20, 20, 0]
    assert clip_scores([-800, -np.inf, 3], 700).tolist() == [-700, -700, 3]


@pytest.mark.parametrize("dtype", FLOATS)
def test_a_limit_beyond_the_dtype_clips_only_infinity(dtype):
    largest = np.finfo(dtype).max
    clipped = clip_scores(np.array([-np.inf, 1, largest], dtype), 1e308)
    assert clipped.dtype == dtype
    assert (
        clipped.tolist()
        == np.array([-min(1e308, float(largest)), 1, min(1e308, float(largest))], dtype).tolist()
    )


@each_number_of_draws
@pytest.mark.parametrize("dtype", FLOATS)
def test_shifting_puts_the_largest_at_0_and_keeps_the_distances(dtype, draws):
    def check(f):
        shifted = shift_scores(f)
        assert shifted.dtype == dtype
        assert shifted.max() == 0
        with np.errstate(over="ignore"):
            assert np.array_equal(shifted, f - f.max())

    for_rows(dtype, draws, check)


def test_each_row_is_shifted_by_its_own_maximum():
    f = np.array([[1.0, 5.0, 3.0], [800.0, 790.0, 780.0]])
    assert shift_scores(f).tolist() == [[-4, 0, -2], [0, -10, -20]]
    assert shift_scores(f, axis=0).tolist() == [[-799, -785, -777], [0, 0, 0]]


@each_number_of_draws
@pytest.mark.parametrize("dtype", FLOATS)
def test_logsumexp_against_50_digits(dtype, draws):
    def check(f):
        computed = logsumexp(f)
        assert type(computed) is dtype
        truth = exact(f)[2]
        if abs(truth) <= exactly(np.finfo(dtype).max):
            # m and log1p(rest) may cancel, so the error is measured by the larger of the parts, 1 at least
            size = max(abs(truth), abs(exactly(f.max())), 1)
            assert abs(exactly(computed) - truth) <= bound(f) * size

    for_rows(dtype, draws, check)


@pytest.mark.parametrize("dtype", FLOATS)
def test_logsumexp_of_many_equal_scores(dtype):
    f = np.zeros(70_000, dtype)  # the sum, 70,000, is more than float16 can hold
    assert logsumexp(f) == dtype(np.log(70_000))


def test_logsumexp_of_rows_columns_and_blocks():
    f = np.random.default_rng(0).normal(size=(2, 3, 4))
    for axis in (0, 1, 2, -1, -3):
        assert np.allclose(logsumexp(f, axis), np.log(np.exp(f).sum(axis)), rtol=1e-15)


def test_logsumexp_sees_what_1_plus_rest_rounds_away():
    f = np.array([0.0, -50.0])
    assert logsumexp(f) == np.exp(-50) > 0
    assert mpmath.almosteq(exact(f)[2], exactly(logsumexp(f)), 1e-15)


def test_logsumexp_of_nothing_but_minus_infinity():
    assert logsumexp([-np.inf, -np.inf]) == -np.inf
    assert logsumexp([[0, 0], [-np.inf, -np.inf]]).tolist() == [np.log(2), -np.inf]


@pytest.mark.parametrize("function", [shift_scores, logsumexp])
def test_opposite_ends_of_the_range_do_not_warn(function):
    largest = np.finfo(np.float64).max
    with np.errstate(all="raise"):
        function(np.array([largest, -largest, -np.inf, 0]))
        function(np.array([0.0, -1000.0]))
        function(np.array([0, -16.5], np.float16))  # exp(-16.5) is hardly more than nothing there


def test_nothing_but_minus_infinity_cannot_be_shifted():
    with pytest.raises(
        ValueError, match=r"^f: expected at least one score above -inf .* got only -inf in row 1\."
    ):
        shift_scores([[0, 1], [-np.inf, -np.inf]])


ALONG = (shift_scores, logsumexp)


@pytest.mark.parametrize("function", ALONG)
@pytest.mark.parametrize(
    ("f", "axis", "error", "words"),
    [
        ([[0, 1, np.nan], [0, 0, 0]], -1, ValueError, r"f: .*without NaN, got NaN at position \(0, 2\)"),
        ([0, np.inf], -1, ValueError, r"f: expected scores without inf, got inf at position \(1,\)"),
        (3.0, -1, ValueError, r"f: expected scores of shape .* got a single number"),
        ([], -1, ValueError, r"f: expected scores, got an empty array of shape \(0,\)"),
        (np.zeros((0, 3)), -1, ValueError, r"f: .*empty array of shape \(0, 3\)"),
        ([[1, 2], [3]], -1, ValueError, r"f: expected scores in rows of one length"),
        (["a", "b"], -1, TypeError, r"f: expected scores as numbers, got str"),
        ([1, None], -1, TypeError, r"f: expected scores as numbers, got NoneType\."),
        ([1, 2], 1, ValueError, r"axis: expected -1 to 0 for f of shape \(2,\), got 1"),
        ([1, 2], -2, ValueError, r"axis: expected -1 to 0 for f of shape \(2,\), got -2"),
        ([1, 2], 0.0, TypeError, r"axis: expected a whole number, got float"),
        ([1, 2], None, TypeError, r"axis: expected a whole number, got NoneType"),
        ([1, 2], False, TypeError, r"axis: expected a whole number, got bool"),
        ([1, 2], (0,), TypeError, r"axis: expected a whole number, got tuple"),
    ],
)
def test_what_is_wrong_is_said(function, f, axis, error, words):
    with pytest.raises(error, match="^" + words):
        function(f, axis)


@pytest.mark.parametrize(
    ("f", "limit", "error", "words"),
    [
        ([1, np.nan], 5, ValueError, "f: expected scores without NaN"),
        ([1j], 5, TypeError, "f: expected scores as real numbers, got complex128"),
        ([1, 2], 0, ValueError, "limit: expected a finite number, above 0, got 0"),
        ([1, 2], -3, ValueError, "limit: expected a finite number, above 0, got -3"),
        ([1, 2], np.nan, ValueError, "limit: expected a finite number, above 0, got nan"),
        ([1, 2], np.inf, ValueError, "limit: expected a finite number, above 0, got inf"),
        ([1, 2], [1, 2], TypeError, "limit: expected a number, got list"),
        ([1, 2], "5", TypeError, "limit: expected a number, got str"),
        ([1, 2], True, TypeError, "limit: expected a number, got bool"),
    ],
)
def test_what_is_wrong_with_clipping_is_said(f, limit, error, words):
    with pytest.raises(error, match="^" + words):
        clip_scores(f, limit)


@pytest.mark.parametrize("function", [shift_scores, logsumexp, lambda f: clip_scores(f, 700)])
@pytest.mark.parametrize("dtype", [*FLOATS, np.int64, np.uint8])
def test_the_argument_stays_and_the_result_is_new(function, dtype):
    f = np.array([[3, 5, 4], [0, 0, 9]], dtype)
    before = f.copy()
    result = function(f)
    assert np.array_equal(f, before)
    assert not np.shares_memory(result, f)
    assert result.dtype == (dtype if dtype in FLOATS else np.float64)


def test_uint8_does_not_wrap():
    assert shift_scores(np.array([3, 5], np.uint8)).tolist() == [-2, 0]
