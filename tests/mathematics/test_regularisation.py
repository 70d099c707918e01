import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from judge import FLOATS

from softmax_lesson.derivatives import central_difference, complex_step
from softmax_lesson.regularisation import l1, l2

W = np.array([[3.0, -4.0, 100.0], [0.0, 2.0, -50.0]])
BOTH = (l1, l2)


def test_by_hand():
    value, slopes = l2(W, 0.5)
    assert value == 0.5 / 2 * (9 + 16 + 0 + 4)
    assert slopes.tolist() == [[1.5, -2, 0], [0, 1, 0]]
    value, slopes = l1(W, 0.5)
    assert value == 0.5 * (3 + 4 + 0 + 2)
    assert slopes.tolist() == [[0.5, -0.5, 0], [0, 0.5, 0]]


@pytest.mark.parametrize("penalty", BOTH)
def test_the_bias_is_left_alone(penalty):
    other = W.copy()
    other[:, -1] = [-7, 1e9]
    assert penalty(W, 0.3)[0] == penalty(other, 0.3)[0]
    assert penalty(other, 0.3)[1][:, -1].tolist() == [0, 0]
    assert penalty([[5], [6]], 1) == (0, pytest.approx(np.zeros((2, 1))))


@given(st.integers(0, 2**32), st.floats(0, 100))
def test_the_gradients_against_the_checks(seed, strength):
    W = np.random.default_rng(seed).normal(size=(3, 4))
    W[abs(W) < 1e-3] = 1  # L1 has a corner at 0, where a difference says nothing
    assert np.allclose(complex_step(lambda W: l2(W, strength)[0], W), l2(W, strength)[1], rtol=1e-14)
    for penalty in BOTH:
        by_difference = central_difference(lambda W, penalty=penalty: penalty(W, strength)[0], W)
        assert np.allclose(by_difference, penalty(W, strength)[1], rtol=1e-6, atol=1e-7 * (1 + strength))


def test_l2_prefers_many_small_weights_and_l1_does_not_mind():
    one, many = np.array([[4.0, 0, 0, 0, 9.0]]), np.array([[1.0, 1, 1, 1, 9.0]])
    assert l2(one, 1)[0] == 4 * l2(many, 1)[0]
    assert l1(one, 1)[0] == l1(many, 1)[0]


def test_descent_on_l2_shrinks_and_on_l1_empties():
    spread, emptied = np.array([[1.0, 0.05, 2.0]]), np.array([[1.0, 0.05, 2.0]])
    for _ in range(10):
        spread = spread - 0.01 * l2(spread, 1)[1]
        emptied = emptied - 0.01 * l1(emptied, 1)[1]
    assert np.allclose(spread, [[0.99**10, 0.05 * 0.99**10, 2]], rtol=1e-12)  # all by the same factor
    assert np.allclose(emptied, [[0.9, 0, 2]], atol=0.011)  # all by the same amount


@pytest.mark.parametrize("penalty", BOTH)
@pytest.mark.parametrize("dtype", [*FLOATS, np.int64, np.int8])
def test_dtype_kept_argument_untouched(penalty, dtype):
    weights = W.astype(dtype)
    value, slopes = penalty(weights, np.float64(0.25))
    assert type(value) is float
    assert slopes.dtype == (dtype if dtype in FLOATS else np.float64)
    assert not np.shares_memory(slopes, weights)
    assert np.array_equal(weights, W)
    assert value == penalty(W.tolist(), 0.25)[0]


@pytest.mark.parametrize("penalty", BOTH)
@pytest.mark.parametrize("dtype", FLOATS)
def test_no_strength_costs_nothing_and_the_largest_weights_do_not_warn(penalty, dtype):
    largest = np.full((2, 3), np.finfo(dtype).max, dtype)
    with np.errstate(all="raise"):
        value, slopes = penalty(largest, 0)
        assert value == 0
        assert not slopes.any()
        assert penalty(largest, 1)[0] > 1e4
        assert penalty(largest, 1e300)[1][:, -1].tolist() == [0, 0]


@pytest.mark.parametrize("penalty", BOTH)
@pytest.mark.parametrize(
    ("W", "strength", "error", "words"),
    [
        (W, -0.1, ValueError, r"strength: expected a finite number, 0 or more, got -0\.1"),
        (W, np.nan, ValueError, r"strength: expected a finite number, 0 or more, got nan"),
        (W, np.inf, ValueError, r"strength: expected a finite number, 0 or more, got inf"),
        (W, "0.1", TypeError, r"strength: expected a number, got str"),
        (W, [0.1], TypeError, r"strength: expected a number, got list"),
        (W, None, TypeError, r"strength: expected a number, got NoneType"),
        (W[0], 0.1, ValueError, r"W: expected weights of shape \(C, D\), got shape \(3,\)"),
        (W * np.nan, 0.1, ValueError, r"W: expected weights without NaN, got NaN at position \(0, 0\)"),
        (W[:, :0], 0.1, ValueError, r"W: expected weights, got an empty array of shape \(2, 0\)"),
        (W.astype(str), 0.1, TypeError, r"W: expected weights as numbers, got str"),
    ],
)
def test_what_is_wrong_is_said(penalty, W, strength, error, words):
    with pytest.raises(error, match="^" + words):
        penalty(W, strength)


def test_l1_has_no_complex_step():
    with pytest.raises(TypeError, match=r"^W: expected weights as real numbers, got complex128"):
        complex_step(lambda W: l1(W, 1)[0], W)
