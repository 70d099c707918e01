"""Right answers to the exercises of step 04."""

import math

import numpy as np

from softmax_lesson.probabilities import log_softmax
from softmax_lesson.stability import logsumexp


def one_loss_loop(f, y):
    largest = max(f)
    total = 0.0
    for score in f:
        total += math.exp(score - largest)
    return math.log(total) + largest - f[y]


def one_loss_lesson(f, y):
    return -log_softmax(f)[y]


def one_loss_margin(f, y):
    return np.log(np.exp(f - f[y] - max(f - f[y])).sum()) + max(f - f[y])


def one_loss_logaddexp(f, y):
    return np.logaddexp.reduce(f) - f[y]


def one_loss_float32(f, y):
    shifted = (f - f.max()).astype(np.float32)
    return np.log(np.exp(shifted).sum()) - shifted[y]


def mean_loss_loop(f, y):
    total = 0
    for scores, label in zip(f, y, strict=True):
        total += one_loss_loop(scores, label)
    return total / len(f)


def mean_loss_one_hot(f, y):
    chosen = np.eye(f.shape[1])[y]
    return -(chosen * log_softmax(f)).sum() / len(y)


def mean_loss_lesson(f, y):
    return (logsumexp(f) - np.take_along_axis(f, y[:, None], axis=1)[:, 0]).mean()


def mean_loss_float32(f, y):
    f = f.astype(np.float32)
    f = f - f.max(axis=1)[:, None]
    return (np.log(np.exp(f).sum(1)) - f[range(len(f)), y]).mean()


def mean_loss_list(f, y):
    return sum(
        one_loss_logaddexp(np.array(row), k) for row, k in zip(f.tolist(), y.tolist(), strict=True)
    ) / len(y)


def two_terms_list(f, y):
    return [-f[y], logsumexp(f)]


def two_terms_reduce(f, y):
    return -1 * f[y], np.logaddexp.reduce(f)


def two_terms_loop(f, y):
    largest = max(f)
    return 0 - f[y], math.log(sum(math.exp(score - largest) for score in f)) + largest


def two_terms_float32(f, y):
    f = f.astype(np.float32)
    return -f[y], f.max() + np.log(np.exp(f - f.max()).sum())


def curve_loop(s, m):
    return [
        m - one + math.log1p(math.exp(one - m)) if m > one else math.log1p(math.exp(m - one)) for one in s
    ]


def curve_two_logs(s, m):
    return np.logaddexp(s - s, m - s)


def curve_shifted(s, m):
    ahead, behind = np.log1p(np.exp(m - s)), m - s + np.log1p(np.exp(s - m))
    return np.where(s > m, ahead, behind)


def curve_float32(s, m):
    z = np.float32(m) - s.astype(np.float32)
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def one_loss_softplus(f, y):
    behind = np.delete(f, y).astype(float) - f[y]
    return np.logaddexp(0, np.logaddexp.reduce(behind))


def mean_loss_differences(f, y):
    ahead = f - f[np.arange(len(y)), y][:, None]
    return np.logaddexp.reduce(ahead.astype(float), axis=1).mean()


SOLUTIONS = {
    "one_loss": (
        one_loss_loop,
        one_loss_lesson,
        one_loss_margin,
        one_loss_logaddexp,
        one_loss_float32,
        one_loss_softplus,
    ),
    "mean_loss": (
        mean_loss_loop,
        mean_loss_one_hot,
        mean_loss_lesson,
        mean_loss_float32,
        mean_loss_list,
        mean_loss_differences,
    ),
    "two_terms": (two_terms_list, two_terms_reduce, two_terms_loop, two_terms_float32),
    "loss_curve": (curve_loop, curve_two_logs, curve_shifted, curve_float32),
}
