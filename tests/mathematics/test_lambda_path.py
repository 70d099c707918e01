"""The lambda path is converged: a second method agrees, and the gradients left are as small as promised."""

import numpy as np
import pytest

from softmax_lesson import data
from softmax_lesson.many_examples import loss_and_gradient
from softmax_lesson.probabilities import softmax
from softmax_lesson.regularisation import coordinates, descend, l2, lambda_path
from softmax_lesson.scores import add_bias, scores
from softmax_lesson.training import accuracy, train

STRENGTHS = np.array([10.0, 0.3, 0.01])


def small(seed=0, N=30, D=12, C=3):
    draw = np.random.default_rng(seed)
    y = np.append(np.arange(C), draw.integers(0, C, size=N - C))
    return add_bias(draw.normal(2, 1, size=(N, D)) + 0.5 * y[:, None]), y


def by_newton(X, y, strength, classes=3):
    """The same minimum by Newton's method on all of W, written without a word of the package's search."""
    N, D = X.shape
    Y, W = np.eye(classes)[y], np.zeros((classes, D))
    price = strength * np.append(np.ones(D - 1), 0)
    for _ in range(50):
        P = softmax(X @ W.T)
        slope = ((P - Y).T @ X / N + price * W).ravel()
        bend = np.zeros((classes * D, classes * D))
        for a in range(classes):
            for b in range(classes):
                share = P[:, a] * ((a == b) - P[:, b])
                block = (X * share[:, None]).T @ X / N + (a == b) * np.diag(price)
                bend[a * D : (a + 1) * D, b * D : (b + 1) * D] = block
        step = np.linalg.lstsq(bend, slope, rcond=1e-12)[0].reshape(W.shape)  # biases may share a shift
        W = W - step
        if np.abs(step).max() < 1e-12:
            break
    return W


@pytest.mark.parametrize("sizes", [(30, 12), (20, 50)], ids=["more examples", "more features"])
def test_the_path_is_what_newtons_method_finds(sizes):
    X, y = small(1, *sizes)
    path, lengths = lambda_path(X, y, STRENGTHS, tolerance=1e-9)
    assert path.shape == (3, 3, sizes[1] + 1)
    assert lengths.shape == (3,)
    for W, strength in zip(path, STRENGTHS, strict=True):
        truth = by_newton(X, y, strength)
        np.testing.assert_allclose(W[:, :-1], truth[:, :-1], rtol=0, atol=1e-7)
        np.testing.assert_allclose(softmax(scores(W, X)), softmax(scores(truth, X)), rtol=0, atol=1e-7)


def test_the_lengths_are_those_of_the_gradient_of_loss_plus_penalty():
    X, y = small()
    path, lengths = lambda_path(X, y, STRENGTHS)
    for W, strength, length in zip(path, STRENGTHS, lengths, strict=True):
        gradient = loss_and_gradient(W, X, y)[1] + l2(W, strength)[1]
        assert length == pytest.approx(np.linalg.norm(gradient))
        assert length < 1e-4 * min(strength, 1)


def test_a_smaller_tolerance_leaves_a_smaller_gradient():
    X, y = small()
    rough, fine = (lambda_path(X, y, STRENGTHS, tolerance)[1] for tolerance in (1e-2, 1e-8))
    assert np.all(fine < 1e-4 * rough)


def test_plain_descent_from_elsewhere_ends_at_the_same_place():
    X, y = small(3)
    X[:, :-1] -= X[:, :-1].mean(axis=0)  # plain descent is slow without
    start = np.random.default_rng(0).normal(size=(3, X.shape[1]))
    W = train(X, y, learning_rate=0.2, steps=2000, strength=0.3, start=start).final
    np.testing.assert_allclose(lambda_path(X, y, 0.3)[0][0, :, :-1], W[:, :-1], rtol=0, atol=1e-4)


def test_the_order_of_the_strengths_and_a_shift_of_all_features_do_not_matter():
    X, y = small()
    path, _ = lambda_path(X, y, STRENGTHS, 1e-9)
    back, _ = lambda_path(X, y, STRENGTHS[::-1], 1e-9)
    np.testing.assert_allclose(back[::-1], path, rtol=0, atol=1e-8)
    shifted = X + np.append(np.full(X.shape[1] - 1, 100.0), 0)
    moved, _ = lambda_path(shifted, y, STRENGTHS, 1e-9)
    np.testing.assert_allclose(moved[:, :, :-1], path[:, :, :-1], rtol=0, atol=1e-7)


def test_a_strong_price_leaves_only_the_bias_which_says_how_common_a_class_is():
    X, y = small()
    (W,), _ = lambda_path(X, y, 1e6)
    np.testing.assert_allclose(softmax(scores(W, X))[0], np.bincount(y) / len(y), rtol=1e-4)


@pytest.mark.parametrize("scale", [1e-6, 1, 1e6])
@pytest.mark.parametrize(("N", "D", "directions"), [(30, 12, 12), (20, 50, 19)])
def test_the_coordinates_are_those_of_the_directions_that_there_are(scale, N, D, directions):
    X = scale * small(0, N, D)[0][:, :-1]
    X -= X.mean(axis=0)
    Z, basis = coordinates(X)
    assert Z.shape == (N, directions + 1)
    np.testing.assert_array_equal(Z[:, -1], 1)
    np.testing.assert_allclose(basis @ basis.T, np.eye(directions), rtol=0, atol=1e-9)
    np.testing.assert_allclose(Z[:, :-1] @ basis, X, rtol=0, atol=1e-9 * scale)


def test_a_direction_that_is_a_hundred_thousandth_of_the_largest_is_left_out():
    signs = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]])  # columns at right angles, of mean 0
    assert coordinates(signs * [1.0, 1e-4, 1e-4])[0].shape == (4, 3 + 1)
    assert coordinates(signs * [1.0, 1e-6, 1e-6])[0].shape == (4, 1 + 1)


@pytest.mark.parametrize("tolerance", 0.5 ** np.arange(8, 40))
def test_a_search_ends_no_sooner_than_promised(tolerance):
    X, y = small()
    Z = coordinates(X[:, :-1] - X[:, :-1].mean(axis=0))[0]
    for W, strength in zip(descend(Z, np.eye(3)[y], STRENGTHS, tolerance), STRENGTHS, strict=True):
        gradient = loss_and_gradient(W, Z, y)[1] + l2(W, strength)[1]
        assert np.linalg.norm(gradient) <= (1 + 1e-3) * tolerance * min(strength, 1)


@pytest.mark.default_sample
def test_the_embedded_images_are_learnt_by_heart_when_the_price_is_small():
    sample = data.load_sample()
    X, X_test = (add_bias(part.images.reshape(len(part), -1) / 255) for part in (sample.train, sample.test))
    strengths = np.array([0.1, 0.001])
    path, lengths = lambda_path(X, sample.train.labels, strengths)
    assert np.all(lengths < 1e-4 * strengths)
    right = [(accuracy(W, X, sample.train.labels), accuracy(W, X_test, sample.test.labels)) for W in path]
    assert right[0] == (pytest.approx(521 / 600), pytest.approx(227 / 300))
    assert right[1] == (1.0, pytest.approx(221 / 300))


def test_arguments_stay_and_small_dtypes_are_computed_in_float64():
    X, y = small()
    X = X.astype(np.float32)
    kept = X.copy(), y.copy(), STRENGTHS.copy()
    path, lengths = lambda_path(X, y, STRENGTHS)
    assert path.dtype == lengths.dtype == np.float64
    assert all(np.array_equal(a, b) for a, b in zip((X, y, STRENGTHS), kept, strict=True))


def test_images_that_are_all_alike():
    X = np.ones((4, 3))
    (W,), _ = lambda_path(X, np.array([0, 1, 1, 1]), 1.0)
    np.testing.assert_array_equal(W[:, :-1], 0)
    np.testing.assert_allclose(softmax(scores(W, X))[0], [0.25, 0.75], rtol=1e-4)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"strengths": [1.0, 0.0]}, ValueError, "strengths: expected a finite number, above 0, got 0.0"),
        ({"strengths": ["1"]}, TypeError, "strengths: expected a number"),
        ({"tolerance": -1}, ValueError, "tolerance: expected a finite number, above 0"),
        ({"X": np.zeros((30, 4))}, ValueError, "X: expected a last column of 1 for the bias"),
        (
            {"X": np.column_stack([np.ones((30, 3)), [1] * 15 + [0] * 15])},
            ValueError,
            "X: expected a last column",
        ),
        (
            {"strengths": [1.0, np.nan]},
            ValueError,
            r"strengths: expected a finite number, above 0, got nan\.$",
        ),
        ({"strengths": "1"}, TypeError, r"strengths: expected a number, got "),
        (
            {"y": np.arange(30) % 3 + 1},
            ValueError,
            r"y: expected each label from 0 to 3, got none of class 0\.$",
        ),
        ({"X": np.full((30, 4), np.nan)}, ValueError, "X: expected features without NaN"),
        ({"y": np.zeros(29, int)}, ValueError, "y: expected shape"),
        ({"y": np.arange(30) % 2 * 2}, ValueError, "y: expected each label from 0 to 2, got none of class 1"),
    ],
)
def test_bad_arguments_are_named(change, error, words):
    X, y = small()
    with pytest.raises(error, match="^" + words):
        lambda_path(**{"X": X, "y": y, "strengths": STRENGTHS} | change)


def test_momentum_that_starts_afresh_saves_most_of_the_steps():
    """About 200 steps; there are 1,200 without momentum, 300 where it starts afresh for another strength."""
    X, y = small()
    Z = coordinates(X[:, :-1] - X[:, :-1].mean(axis=0))[0]
    descend(Z, np.eye(3)[y], STRENGTHS, 1e-9, most=250)


def test_where_the_bound_of_the_bend_is_sharp_the_search_goes_straight():
    """Two classes that are told apart a little: a dozen steps. With longer ones it would never end."""
    Z = np.column_stack([np.repeat([1.0, -1.0], 10), np.ones(20)])
    y = np.array([0] * 6 + [1] * 4 + [1] * 6 + [0] * 4)
    descend(Z, np.eye(2)[y], np.array([1e-4]), 1e-9, most=20)


def test_a_search_that_does_not_end_says_so():
    X, y = small(N=20, D=50)
    words = r"^strengths: 1e-13 is too weak for a search of 1,000 steps\.$"
    with pytest.raises(ValueError, match=words):  # the weakest of those that are left, not of all
        descend(coordinates(X[:, :-1])[0], np.eye(3)[y], np.array([1.0, 1e-12, 1e-13]), 1e-5, most=1000)


def test_a_search_that_is_not_told_how_exact_it_should_be_is_right_to_five_digits():
    X, y = small()
    path, lengths = lambda_path(X, y, STRENGTHS)
    assert np.array_equal(path, lambda_path(X, y, STRENGTHS, tolerance=1e-5)[0])
    assert np.any(lengths > 1e-7 * np.minimum(STRENGTHS, 1))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"strengths": []}, r"strengths: expected 1 to 1,000 numbers, got 0\.$"),
        ({"strengths": np.ones(1001)}, r"strengths: expected 1 to 1,000 numbers, got 1,001\.$"),
        ({"strengths": np.broadcast_to(1.0, 2**40)}, r"strengths: expected 1 to 1,000 numbers, got 1,099,"),
        ({"strengths": [1.0, 5e-324]}, r"strengths: expected \S+ or more for this X, got 4.94066e-324\.$"),
        ({"strengths": 1e-13}, r"strengths: expected \S+ or more for this X, got 1e-13\.$"),
        ({"tolerance": 1e-320}, r"tolerance: expected \S+ or more, got 9.99989e-321\.$"),
        ({"tolerance": 1e-16, "strengths": 10.0}, r"tolerance: expected \S+ or more, got 1e-16\.$"),
        (
            {"y": np.full(30, 2**28 - 1)},
            r"y: expected each label from 0 to 268435455, got none of class 0\.$",
        ),
        (
            {"y": np.append(np.arange(29), 30)},
            r"y: expected each label from 0 to 30, got none of class 29\.$",
        ),
        (
            {"X": np.ones((2**14 + 1, 2)), "y": np.zeros(2**14 + 1, int)},
            "X: expected at most 16,384 examples",
        ),
        (
            {"X": np.eye(30, 4) * [1e200, 1, 1, 0] + [0, 0, 0, 1]},
            "X: expected features whose squares float64 can hold",
        ),
    ],
)
def test_a_search_without_an_end_is_not_begun(change, words):
    X, y = small()
    with pytest.raises(ValueError, match=f"^{words}"):
        lambda_path(**{"X": X, "y": y, "strengths": STRENGTHS} | change)


def test_as_exact_as_rounding_allows():
    X, y = small()
    assert lambda_path(X, y, 1.0, tolerance=1e-14)[1] < 1e-13
