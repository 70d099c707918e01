import numpy as np
import pytest
from judge import FLOATS, each_number_of_draws, exact, for_rows, share_of_bound

from softmax_lesson.derivatives import complex_step
from softmax_lesson.loss import mean_loss, negative_log_likelihood


@each_number_of_draws
@pytest.mark.parametrize("dtype", FLOATS)
def test_against_50_digits(dtype, draws):
    def check(f):
        losses = np.array([negative_log_likelihood(f, y) for y in range(len(f))])
        assert share_of_bound(losses, [-log_p for log_p in exact(f)[1]], f) <= 1

    for_rows(dtype, draws, check)


@pytest.mark.parametrize(
    ("dtype", "near"),
    [(np.float16, range(1, 10)), (np.float32, range(1, 88)), (np.float64, range(1, 708, 7))],
)
def test_a_loss_of_nearly_0_has_all_its_digits(dtype, near):
    for score in near:
        f = np.array([score, 0, 0], dtype)
        assert share_of_bound(negative_log_likelihood(f, 0), -exact(f)[1][0], f) <= 1
        assert negative_log_likelihood(f, 0) > 0


def test_the_loss_where_others_say_0():
    loss = negative_log_likelihood(np.array([20, 0, 0], np.float32), 0)
    assert f"{loss:.4e}" == "4.1223e-09"
    assert mean_loss(np.array([[20, 0, 0]], np.float32), [0]) == loss


def test_worked_examples():
    assert np.isclose(negative_log_likelihood([2, 1, 0], 0), 0.40760596, rtol=1e-7)
    assert np.isclose(negative_log_likelihood([25, 40, 0], 0), 15.0000003, rtol=1e-8)
    assert negative_log_likelihood([800, 790, 780], 2) == pytest.approx(20.0000454)
    assert mean_loss(np.zeros((5, 3)), [0, 1, 2, 0, 1]) == pytest.approx(np.log(3), rel=1e-15)


def test_equation_1_and_equation_2_agree():
    f = np.array([0.3, -1.2, 2.0])
    for y in range(3):
        by_1 = -np.log(np.exp(f[y]) / np.exp(f).sum())
        by_2 = -f[y] + np.log(np.exp(f).sum())
        assert np.allclose(negative_log_likelihood(f, y), [by_1, by_2], rtol=1e-14)


def test_the_extremes():
    assert negative_log_likelihood([0, -np.inf], 1) == np.inf
    assert negative_log_likelihood([0, -np.inf], 0) == 0
    assert negative_log_likelihood([1e300, 0], 1) == 1e300
    no_loss = negative_log_likelihood([[5000, 0], [0, 5000]], [0, 1])
    assert str(no_loss) == "[0. 0.]"  # and not -0.
    assert str(negative_log_likelihood([5.0], 0)) == "0.0"


def test_a_batch_is_its_examples_one_by_one():
    random = np.random.default_rng(4)
    F, y = random.normal(size=(6, 4)) * 9, random.integers(0, 4, 6)
    losses = negative_log_likelihood(F, y)
    assert losses.shape == (6,)
    assert losses.tolist() == [negative_log_likelihood(f, label) for f, label in zip(F, y, strict=True)]
    assert mean_loss(F, y) == pytest.approx(sum(losses) / 6, rel=1e-15)
    assert mean_loss(F[0], y[0]) == losses[0]


@pytest.mark.parametrize("dtype", FLOATS)
def test_the_mean_of_large_losses_does_not_overflow(dtype):
    largest = np.finfo(dtype).max
    f = np.array([[largest, 0]] * 3 + [[0, 0]], dtype)
    assert mean_loss(f, [1, 1, 1, 0]) == pytest.approx(0.75 * float(largest), rel=1e-3)


def test_the_mean_of_float16_losses_is_added_up_in_more_digits():
    f = np.zeros((5000, 3), np.float16)  # a float16 sum would stop growing near 4000
    assert mean_loss(f, np.zeros(5000, int)) == np.float16(np.log(3))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("N", [1, 103, 4099])
def test_the_mean_against_50_digits(dtype, N):
    """Its bound is that of one loss: the size of the batch adds nothing."""
    random = np.random.default_rng(5)
    tiny = int(-np.log(np.finfo(dtype).smallest_normal))
    for f in ([0, 0], [0.0488, 0], [tiny, 0], [tiny, -np.inf, 0], 3 * random.normal(size=3)):
        f = np.array(f, dtype)
        F, y = np.stack([f, f[::-1]])[random.integers(0, 2 if len(f) > 2 else 1, N)], random.integers(0, 1, N)
        losses = [-log_p for log_p in (exact(f)[1][0], exact(f[::-1])[1][0])]
        truth = sum(losses[0] if np.array_equal(row, f) else losses[1] for row in F) / N
        assert share_of_bound(mean_loss(F, y), truth, f) <= 1


def test_the_mean_takes_complex_numbers_for_the_gradient_check():
    F, y = np.random.default_rng(6).normal(size=(5, 3)), [0, 1, 2, 0, 1]
    P = np.exp(F) / np.exp(F).sum(axis=1, keepdims=True)
    slopes = complex_step(lambda F: mean_loss(F, y), F)
    assert np.allclose(slopes, (P - np.eye(3)[y]) / 5, rtol=1e-13)


@pytest.mark.parametrize("dtype", [*FLOATS, np.int64, np.uint8])
def test_dtype_kept_arguments_untouched(dtype):
    f, y = np.array([[3, 5, 4], [0, 0, 9]], dtype), np.array([1, 0], np.uint8)
    before = f.copy()
    losses, mean = negative_log_likelihood(f, y), mean_loss(f, y)
    kept = dtype if dtype in FLOATS else np.float64
    assert losses.dtype == kept
    assert type(mean) is kept
    assert type(negative_log_likelihood(f[0], y[0])) is kept
    assert np.array_equal(f, before)
    assert y.tolist() == [1, 0]
    assert np.allclose(losses, negative_log_likelihood(f.tolist(), [1, 0]), rtol=2e-3)


def test_nothing_warns_whatever_the_student_has_set():
    largest = np.finfo(np.float32).max
    f = np.array([[largest, -largest, -np.inf], [0, -100, -1e4]], np.float32)
    with np.errstate(all="raise"):
        assert mean_loss(f, [1, 1]) == np.inf
        assert 0 <= mean_loss(f, [0, 0]) < 1e-43
        assert mean_loss([[0, -740], [-800, 0], [-800, 0]], [0, 0, 0]) == pytest.approx(1600 / 3)


F = np.zeros((4, 3))


@pytest.mark.parametrize("function", [negative_log_likelihood, mean_loss])
@pytest.mark.parametrize(
    ("f", "y", "error", "words"),
    [
        (F, [0, 1, 2, 3], ValueError, r"y: expected labels 0 to 2, got 3\. Labels count from 0"),
        (F, [0, 1, 2, -1], ValueError, r"y: expected labels 0 to 2, got -1\. Labels count from 0"),
        (F, [0, 1, 2], ValueError, r"y: expected shape \(4,\), one label an example, got shape \(3,\)"),
        (F, [[0], [1], [2], [0]], ValueError, r"y: expected shape \(4,\), .* got shape \(4, 1\)"),
        (F, 0, ValueError, r"y: expected shape \(4,\), .* got shape \(\)"),
        (F, [], ValueError, r"y: expected class labels of shape \(4,\), got an empty array"),
        (F, [0.0, 1.0, 2.0, 0.0], TypeError, r"y: expected class labels as integers, got float64"),
        (F, [True, False, True, True], TypeError, r"y: expected class labels as integers, got bool"),
        (F, ["frog"] * 4, TypeError, r"y: expected class labels as integers, got str\."),
        (F, None, TypeError, r"y: expected class labels as integers, got NoneType\."),
        (F, [[0], [1, 2]], ValueError, r"y: expected class labels in rows of one length"),
        (F[0], [1], ValueError, r"y: expected one label for one example, got shape \(1,\)"),
        (F[0], 3, ValueError, r"y: expected labels 0 to 2, got 3"),
        (F[0], True, TypeError, r"y: expected class labels as integers, got bool"),
        (F * np.nan, [0] * 4, ValueError, r"f: expected scores without NaN, got NaN at position \(0, 0\)"),
        (F + np.inf, [0] * 4, ValueError, r"f: expected scores without inf, got inf at position \(0, 0\)"),
        (
            F - np.inf,
            [0] * 4,
            ValueError,
            r"f: expected at least one score above -inf .* got only -inf in row 0",
        ),
        (
            np.zeros((2, 2, 2)),
            [0, 1],
            ValueError,
            r"f: expected scores of shape \(C,\) or \(N, C\), got shape \(2, 2, 2\)",
        ),
        (5.0, 0, ValueError, r"f: expected scores of shape .* got shape \(\)"),
        (np.zeros((0, 3)), [], ValueError, r"f: expected scores, got an empty array of shape \(0, 3\)"),
        (["a"], 0, TypeError, r"f: expected scores as numbers, got str\."),
    ],
)
def test_what_is_wrong_is_said(function, f, y, error, words):
    with pytest.raises(error, match="^" + words):
        function(f, y)
