"""Right answers to the exercises of step 06."""

import numpy as np

from softmax_lesson import derivatives, many_examples
from softmax_lesson.probabilities import softmax
from softmax_lesson.scores import scores


def sum_by_loop(slopes, X):
    total = np.zeros((slopes.shape[1], X.shape[1]))
    for slope, x in zip(slopes, X, strict=True):
        total += np.outer(slope, x)
    return total


def sum_by_einsum(slopes, X):
    return np.einsum("ik,id->kd", slopes, X)


def sum_of_stack(slopes, X):
    return (slopes[:, :, None] * X[:, None, :]).sum(axis=0)


def sum_transposed_back(slopes, X):
    return np.dot(X.T, slopes).T


def sum_float32(slopes, X):
    return slopes.T.astype(np.float32) @ X.astype(np.float32)


def sum_by_lists(slopes, X):
    columns, features = slopes.T.tolist(), X.T.tolist()
    return [[sum(a * b for a, b in zip(slope, x, strict=True)) for x in features] for slope in columns]


def sum_by_tensordot(slopes, X):
    return np.tensordot(slopes, X, axes=(0, 0))


def slopes_by_loop(P, y):
    A = np.zeros(P.shape)
    for i in range(len(y)):
        for k in range(P.shape[1]):
            A[i, k] = P[i, k] - (1 if k == y[i] else 0)
    return A


def slopes_one_hot(P, y):
    return P - np.eye(P.shape[1])[y]


def slopes_by_comparison(P, y):
    return P - (np.arange(P.shape[1]) == y[:, None])


def slopes_subtract_at(P, y):
    A = np.array(P)
    np.subtract.at(A, (range(len(y)), y), 1)
    return A


def slopes_lists(P, y):
    rows = P.tolist()
    for row, label in zip(rows, y, strict=True):
        row[label] -= 1
    return rows


def batch_by_loop(W, X, y):
    return sum(derivatives.gradient(W, x, label) for x, label in zip(X, y, strict=True)) / len(X)


def batch_lesson(W, X, y):
    return many_examples.loss_and_gradient(W, X, y)[1]


def batch_own_softmax(W, X, y):
    S = X @ W.T
    S = S - S.max(1)[:, None]
    P = np.exp(S)
    P /= P.sum(1)[:, None]
    return ((P - np.eye(len(W))[y]) / len(X)).T.dot(X)


def batch_two_parts(W, X, y):
    P = softmax(scores(W, X))
    Y = np.zeros_like(P)
    Y[np.arange(len(y)), y] = 1
    return P.T @ X / len(y) - Y.T @ X / len(y)


def batch_mean_of_stack(W, X, y):
    return np.mean(
        [np.outer(row, x) for row, x in zip(slopes_one_hot(softmax(X @ W.T), y), X, strict=True)], axis=0
    )


def batch_float32(W, X, y):
    W, X = W.astype(np.float32), X.astype(np.float32)
    P = softmax(X @ W.T)
    P[range(len(y)), y] -= 1
    return P.T @ X / np.float32(len(y))


SOLUTIONS = {
    "sum_of_outer_products": (
        sum_by_loop, sum_by_einsum, sum_of_stack, sum_transposed_back, sum_float32, sum_by_lists,
        sum_by_tensordot,
    ),
    "slopes": (slopes_by_loop, slopes_one_hot, slopes_by_comparison, slopes_subtract_at, slopes_lists),
    "batch_gradient": (
        batch_by_loop, batch_lesson, batch_own_softmax, batch_two_parts, batch_mean_of_stack, batch_float32,
    ),
}  # fmt: skip
