"""Right answers to the exercises of step 05."""

import math

import numpy as np

from softmax_lesson.probabilities import softmax
from softmax_lesson.scores import scores


def correct_row_term_by_term(p, x, y):
    x = x.astype(float)
    return -x + p[y] * x


def correct_row_loop(p, x, y):
    row = []
    for x_d in x:
        row.append(p[y] * float(x_d) - float(x_d))
    return row


def correct_row_float32(p, x, y):
    missing = np.float32(1 - p[y])
    return -missing * x.astype(np.float32)


def correct_row_of_the_table(p, x, y):
    change = p.copy()
    change[y] -= 1.0
    return np.outer(change, x)[y]


def correct_row_by_the_others(p, x, y):
    return tuple(map(lambda x_d: -sum(p_k for k, p_k in enumerate(p) if k != y) * float(x_d), x))


def other_row_loop(p, x, k):
    return [p[k] * x_d for x_d in x]


def other_row_float32(p, x, k):
    return np.float32(p[k]) * x.astype(np.float32)


def other_row_of_the_table(p, x, k):
    return (p[:, None] * x)[k, :]


def other_row_by_broadcasting(p, x, k):
    return np.multiply(x, p[k : k + 1])


def row_3_lesson(W, x):
    return softmax(scores(W, x))[2] * x


def row_3_loop(W, x):
    f = [sum(w_d * float(x_d) for w_d, x_d in zip(row, x, strict=True)) for row in W]
    largest = max(f)
    powers = [math.exp(score - largest) for score in f]
    return [powers[2] / sum(powers) * float(x_d) for x_d in x]


def row_3_by_differences(W, x):
    f = np.dot(W, x)
    with np.errstate(over="ignore"):
        return x / np.exp(f - f[2]).sum()


def row_3_from_the_end(W, x):
    f = np.einsum("kd,d->k", W, x)
    return np.exp(f - np.logaddexp.reduce(f))[-1] * x


def gradient_lesson(W, x, y):
    p = softmax(scores(W, x))
    one_hot = np.eye(len(W))[y]
    return (p - one_hot)[:, np.newaxis] * x[np.newaxis, :]


def gradient_two_loops(W, x, y):
    p = softmax(W @ x)
    G = np.zeros(W.shape)
    for k in range(W.shape[0]):
        for d in range(W.shape[1]):
            G[k, d] = (p[k] - (k == y)) * x[d]
    return G


def gradient_rows(W, x, y):
    f = (W * x).sum(axis=1)
    e = np.exp(f - max(f))
    rows = [e_k / e.sum() * x for e_k in e]
    rows[y] = rows[y] - x
    return np.array(rows)


def gradient_list(W, x, y):
    return gradient_two_loops(W, x, y).tolist()


def gradient_float32(W, x, y):
    f = W @ x
    p = np.exp(f - f.max()).astype(np.float32)
    p /= p.sum()
    p[y] = -np.delete(p, y).sum()
    return np.einsum("k,d->kd", p, x.astype(np.float32))


def gradient_matrix_product(W, x, y):
    p = softmax(W @ x).reshape(-1, 1)
    p[y, 0] -= 1
    return p @ x.reshape(1, -1).astype(float)


def gradient_by_a_tiny_imaginary_step(W, x, y):
    f, G = W @ x, []
    for k in range(len(f)):
        g = (f - f.max()).astype(complex)
        g[k] += 1e-30j
        G.append((np.log(np.exp(g).sum()) - g[y]).imag / 1e-30 * x)
    return np.stack(G)


SOLUTIONS = {
    "correct_row": (
        correct_row_term_by_term,
        correct_row_loop,
        correct_row_float32,
        correct_row_of_the_table,
        correct_row_by_the_others,
    ),
    "other_row": (other_row_loop, other_row_float32, other_row_of_the_table, other_row_by_broadcasting),
    "row_3": (row_3_lesson, row_3_loop, row_3_by_differences, row_3_from_the_end),
    "gradient": (
        gradient_lesson,
        gradient_two_loops,
        gradient_rows,
        gradient_list,
        gradient_float32,
        gradient_matrix_product,
        gradient_by_a_tiny_imaginary_step,
    ),
}
