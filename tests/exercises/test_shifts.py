"""Any number may be subtracted from the scores on paper; in the computer, only the largest of each row.

Every exercise in which exp meets the scores has inputs that show every other choice to be wrong.
"""

import numpy as np
import pytest

from softmax_lesson.exercises import derivatives, loss, many_examples, probabilities, stability
from softmax_lesson.exercises.engine import judging

SHIFTS = {
    "the mean": np.mean,
    "the median": np.median,
    "the first": lambda f: f[0],
    "the last": lambda f: f[-1],
    "the smallest": np.min,
    "the largest without its sign": lambda f: np.abs(f).max(),
    "half the largest": lambda f: f.max() / 2,
    "the middle": lambda f: (f.max() + f.min()) / 2,
    "the sum": np.sum,
    "nothing": lambda f: 0.0,
}


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(tmp_path))


@pytest.fixture(autouse=True)
def without_a_reason(monkeypatch):
    """Only the verdict counts here, and looking for what explains a wrong answer takes most of the time."""
    monkeypatch.setattr(judging, "_explain", lambda *args: (None, None))


def log_sum_exp(f, shift):
    return shift(f) + np.log(np.exp(f - shift(f)).sum())


def shares(f, shift):
    powers = np.exp(f - shift(f))
    return powers / powers.sum()


def slopes(f, y, shift):
    return shares(f, shift) - np.eye(len(f))[y]


ANSWERS = {
    stability.logsumexp: lambda shift: lambda f: log_sum_exp(f, shift),
    probabilities.softmax: lambda shift: lambda f: shares(f, shift),
    probabilities.log_softmax: lambda shift: lambda f: f - log_sum_exp(f, shift),
    probabilities.softmax_batch: lambda shift: lambda S: [shares(f, shift) for f in S],
    loss.one_loss: lambda shift: lambda f, y: log_sum_exp(f, shift) - f[y],
    loss.two_terms: lambda shift: lambda f, y: (-f[y], log_sum_exp(f, shift)),
    loss.mean_loss: lambda shift: (
        lambda f, y: np.mean([log_sum_exp(row, shift) - row[k] for row, k in zip(f, y, strict=True)])
    ),
    derivatives.row_3: lambda shift: lambda W, x: shares(W @ x, shift)[2] * x,
    derivatives.gradient: lambda shift: lambda W, x, y: np.outer(slopes(W @ x, y, shift), x),
    many_examples.batch_gradient: lambda shift: (
        lambda W, X, y: np.mean(
            [np.outer(slopes(W @ x, k, shift), x) for x, k in zip(X, y, strict=True)], axis=0
        )
    ),
}


# exp(f - f[2]) in the quotient for class 2 is right: where it overflows, 1 / inf is the 0 that is due.
RIGHT_AFTER_ALL = [(derivatives.row_3, "the last")]


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.long)])
@pytest.mark.parametrize("exercise", ANSWERS, ids=lambda e: e.name)
def test_only_the_largest_score_will_do(exercise, seed):
    names = [name for name in SHIFTS if (exercise, name) not in RIGHT_AFTER_ALL]
    found = {name: exercise.check(ANSWERS[exercise](SHIFTS[name]), seed=seed).status for name in names}
    assert found == dict.fromkeys(names, "wrong")


@pytest.mark.parametrize("exercise", ANSWERS, ids=lambda e: e.name)
def test_no_floating_type_reaches_far_enough(exercise):
    """np.longdouble bears exp of 11,000 on some systems; on others it is a double. Neither will do."""
    wide = ANSWERS[exercise](lambda f: np.longdouble(0))
    assert exercise.check(wide).status == "wrong"


@pytest.mark.parametrize("exercise", ANSWERS, ids=lambda e: e.name)
def test_the_largest_score_will_do(exercise):
    assert exercise.check(ANSWERS[exercise](np.max)).status == "correct"
