import numpy as np
import pytest
from judge import FLOATS

from softmax_lesson.scores import add_bias, scores

W = np.array([[1.0, 2.0, 0.5], [0.0, -1.0, 3.0]])
X = np.array([[2.0, 1.0, 1.0], [0.0, 4.0, 1.0], [1.0, 1.0, 1.0], [-1.0, 0.5, 1.0]])


def test_the_bias_feature_is_the_last():
    assert add_bias([[1, 2], [3, 4]]).tolist() == [[1, 2, 1], [3, 4, 1]]
    assert add_bias([1, 2]).tolist() == [1, 2, 1]


def test_scores_by_hand():
    assert scores(W, X).tolist() == [[4.5, 2.0], [8.5, -1.0], [3.5, 2.0], [0.5, 2.5]]
    assert scores(W, X[1]).tolist() == [8.5, -1.0]


def test_a_batch_is_its_examples_one_by_one():
    random = np.random.default_rng(1)
    W, X = random.normal(size=(3, 7)), random.normal(size=(5, 7))
    by_hand = [[sum(w * x for w, x in zip(row, example, strict=True)) for row in W] for example in X]
    assert np.allclose(scores(W, X), by_hand, rtol=1e-13)


def test_permuting_the_pixels_changes_nothing():
    random = np.random.default_rng(2)
    W, X, order = random.integers(-9, 9, (3, 20)), random.integers(0, 255, (4, 20)), random.permutation(20)
    assert np.array_equal(scores(W, X), scores(W[:, order], X[:, order]))


@pytest.mark.parametrize("dtype", FLOATS)
def test_the_floating_dtype_is_kept(dtype):
    assert scores(W.astype(dtype), X.astype(dtype)).dtype == dtype
    assert add_bias(X.astype(dtype)).dtype == dtype


@pytest.mark.parametrize(
    ("left", "right", "result"),
    [
        (np.float32, np.float64, np.float64),
        (np.float16, np.float32, np.float32),
        (np.float32, np.uint8, np.float64),
        (np.int32, np.int64, np.float64),
        (np.complex128, np.float32, np.complex128),
    ],
)
def test_two_dtypes_meet(left, right, result):
    assert scores(np.ones((2, 3), left), np.ones((4, 3), right)).dtype == result


def test_uint8_pixels_do_not_wrap():
    pixels = np.array([[200, 100]], np.uint8)
    assert scores(np.array([[2, 2], [1, -1]], np.int8), pixels).tolist() == [[600, 100]]
    assert add_bias(pixels).dtype == np.float64


def test_lists_are_welcome():
    assert scores(W.tolist(), X.tolist()).tolist() == scores(W, X).tolist()


def test_the_arguments_stay_and_the_result_is_new():
    weights, features = W.copy(), X.copy()
    assert not np.shares_memory(add_bias(features), features)
    assert not np.shares_memory(scores(weights, features), features)
    assert np.array_equal(weights, W)
    assert np.array_equal(features, X)


@pytest.mark.parametrize(
    ("W", "X", "error", "words"),
    [
        (
            W,
            X[:, :2],
            ValueError,
            r"X: expected 3 features .* got 2 .* Is the constant 1 .* See add_bias\(X\)",
        ),
        (
            W,
            np.ones((4, 4)),
            ValueError,
            r"X: .* W \(2, 3\), got 4 in X \(4, 4\). Has W no column for the bias\?",
        ),
        (W, np.ones((3, 7)), ValueError, r"X: .*one example per row: is it transposed\?"),
        (W, np.ones(9), ValueError, r"X: expected 3 features an example.* got 9 in X \(9,\)\.$"),
        (W[0], X, ValueError, r"W: expected weights of shape \(C, D\), got shape \(3,\)"),
        (
            W,
            np.ones((2, 3, 3)),
            ValueError,
            r"X: expected features of shape \(D,\) or \(N, D\), got shape \(2, 3, 3\)",
        ),
        (W, 3.0, ValueError, r"X: expected features of shape .* got shape \(\)"),
        (W, np.ones((0, 3)), ValueError, r"X: expected features, got an empty array of shape \(0, 3\)"),
        (np.ones((0, 3)), X, ValueError, r"W: expected weights, got an empty array of shape \(0, 3\)"),
        (W * np.nan, X, ValueError, r"W: expected weights without NaN, got NaN at position \(0, 0\)"),
        (
            W,
            np.where(X == 4, np.inf, X),
            ValueError,
            r"X: expected features without inf, got inf at position \(1, 1\)",
        ),
        (W, np.where(X == 4, -np.inf, X), ValueError, r"X: .* without -inf, got -inf at position \(1, 1\)"),
        (W, X.astype(str), TypeError, r"X: expected features as numbers, got str"),
        (W, X + 0j, TypeError, r"X: expected features as real numbers, got complex128"),
        (W.astype(object), X, TypeError, r"W: expected weights as numbers, got object\."),
        ([[1, 2, 3], [4]], X, ValueError, r"W: expected weights in rows of one length"),
    ],
)
def test_what_is_wrong_is_said(W, X, error, words):
    with pytest.raises(error, match="^" + words):
        scores(W, X)


@pytest.mark.parametrize("dtype", FLOATS)
def test_a_score_that_overflows_is_an_error_and_not_an_infinity(dtype):
    large = np.full((2, 3), np.finfo(dtype).max / 2, dtype)
    with pytest.raises(
        FloatingPointError, match=rf"^W, X: expected scores that {np.dtype(dtype).name} can hold"
    ):
        scores(large, large)
    with pytest.raises(FloatingPointError):
        scores(large, large * np.array([1, -1, 1], dtype))


@pytest.mark.parametrize(
    ("X", "error", "words"),
    [
        (np.ones((2, 32, 32, 3)), ValueError, r"X: expected features of shape .* got shape \(2, 32, 32, 3\)"),
        (5, ValueError, r"X: expected features of shape"),
        ([], ValueError, r"X: expected features, got an empty array"),
        ([1, np.nan], ValueError, r"X: expected features without NaN, got NaN at position \(1,\)"),
        ("pixels", TypeError, r"X: expected features as numbers, got str"),
    ],
)
def test_what_is_wrong_with_the_features_is_said(X, error, words):
    with pytest.raises(error, match="^" + words):
        add_bias(X)
