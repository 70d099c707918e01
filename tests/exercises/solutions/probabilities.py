"""Right answers to the exercises of step 03."""

import math

import numpy as np

from softmax_lesson.stability import logsumexp, shift_scores


def softmax_loop(f):
    largest = max(f)
    powers = [math.exp(score - largest) for score in f]
    return [power / math.fsum(powers) for power in powers]


def softmax_pairs(f):
    with np.errstate(over="ignore"):
        return 1 / np.exp(f[None, :] - f[:, None]).sum(axis=1)


def softmax_by_logarithms(f):
    return np.exp(f - logsumexp(f))


def softmax_float32(f):
    powers = np.exp((f - f.max()).astype(np.float32))
    return powers / powers.sum()


def softmax_two_at_a_time(f):
    together = np.logaddexp.reduce(f.astype(float))
    return np.array([np.exp(score - together) for score in f])


def log_softmax_loop(f):
    largest = max(f)
    total = sum(math.exp(score - largest) for score in f)
    return [score - largest - math.log(total) for score in f]


def log_softmax_two_at_a_time(f):
    return f - np.logaddexp.reduce(f.astype(float))


def log_softmax_float32(f):
    shifted = (f - f.max()).astype(np.float32)
    return shifted - np.log(np.exp(shifted).sum())


def log_softmax_against_each(f):
    return [-np.logaddexp.reduce(f.astype(float) - score) for score in f]


def batch_loop(S):
    P = np.zeros(S.shape)
    for i in range(len(S)):
        P[i] = softmax_loop(S[i])
    return P


def batch_list(S):
    return [softmax_by_logarithms(row) for row in S]


def batch_upright(S):
    E = np.exp(S.T - S.max(axis=1))  # turned round, NumPy's rule for shapes does what is wanted
    return (E / E.sum(axis=0)).T


def batch_new_axis(S):
    E = np.exp(shift_scores(S))
    return E / E.sum(1)[:, None]


def batch_float32(S):
    powers = np.exp((S - S.max(axis=1, keepdims=True)).astype(np.float32))
    return powers / powers.sum(axis=1, keepdims=True)


def batch_by_a_diagonal(S):
    E = np.exp(shift_scores(S))
    return np.diag(1 / E.sum(axis=1)) @ E


def softmax_powers_of_e(f):
    powers = np.e ** (f - f.max())
    return powers / powers.sum()


SOLUTIONS = {
    "softmax": (
        softmax_loop,
        softmax_pairs,
        softmax_by_logarithms,
        softmax_float32,
        softmax_two_at_a_time,
        softmax_powers_of_e,
    ),
    "log_softmax": (
        log_softmax_loop,
        log_softmax_two_at_a_time,
        log_softmax_float32,
        log_softmax_against_each,
    ),
    "softmax_batch": (
        batch_loop,
        batch_list,
        batch_upright,
        batch_new_axis,
        batch_float32,
        batch_by_a_diagonal,
    ),
}
