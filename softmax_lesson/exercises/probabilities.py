"""Exercises of step 03: from scores to probabilities."""

import math

import numpy as np

from softmax_lesson import probabilities, stability
from softmax_lesson.exercises import chain
from softmax_lesson.exercises.chain import LADDER
from softmax_lesson.exercises.engine import aside, exercise, nasty


def score_rows(rng):
    """Yield the scores of one image: few classes, many, whole numbers, float32, sizes that break exp."""
    yield (np.array([1.0, 4.0, 2.0]),)
    yield (np.array([1.0, -4.0, 2.0]),)
    yield (rng.normal(0, 2, 2),)
    yield (rng.normal(0, 2, 5),)
    yield (rng.normal(0, 1, (10, 3073)) @ rng.uniform(0, 0.05, 3073),)  # ten classes, a whole photograph
    yield (rng.permutation(np.array([-3.0, 0.0, 2.0, 5.0])),)
    yield aside("whole numbers as scores", np.array([-3, 0, 2, 5]))
    yield (rng.normal(0, 2, 4).astype(np.float32),)
    at = rng.integers(1000, 1100)
    yield nasty(f"scores around {at}", at + np.array([0.0, 1.0, -2.0]))
    yield nasty(f"scores around {-at}", -at + np.array([0.5, -1.0, 2.0]))
    yield nasty(f"scores more than {at} apart", np.array([2.0 * at, 0.9 * at, -at, -3.0 * at]))
    yield nasty("scores from -1200 to 1900", np.array([-900.0, 30.0, 1900.0, -1200.0, 20.0]))
    yield nasty("scores of 5, -900 and -901", np.array([5.0, -900.0, -901.0]))
    yield nasty("scores from 30 to 900", LADDER)
    # beyond the reach of every floating type, np.longdouble included
    yield nasty("scores around 100,000", 100_000 + np.array([0.0, 1.0, -2.0]))
    yield nasty("scores around -100,000", -100_000 + np.array([0.5, -1.0, 2.0]))


@exercise(
    "03_probabilities",
    inputs=score_rows,
    reference=probabilities.softmax,
    hints=(
        "There are two stages: one makes every score positive, the other makes what comes out add up to 1.",
        "Try your function on `np.array([1000.0, 1001.0, 998.0])`. If `nan` comes out, an exponential was "
        "too large.",
        "Adding one number to all scores changes no probability. Which number makes the largest score 0, "
        "and what is the largest exponential then?",
    ),
)
def softmax(f):
    """Return the probabilities of one image.

    f: scores (C,), of any size, any number of classes; it stays as it is.
    Returns shape (C,): positive, 1 in sum.
    """
    powers = np.exp(f - np.max(f))  # a shift changes no probability, and no exp is above 1 now
    return powers / powers.sum()  # exp has made them positive; the division makes them add up to 1


@softmax.mistake
def math_exp(f):
    """It is right for scores of ordinary size. Where `np.exp` says infinity, `math.exp` stops, from a score
    of 710 on; and for scores of -1000 all exponentials are 0, and so is what you divide by. What may be done
    to all scores at once, before exp, without changing a probability?"""
    powers = [math.exp(score) for score in f]
    return [power / sum(powers) for power in powers]


@softmax.mistake
def plain_exp(f):
    """It is right for scores of ordinary size. For scores of 1000 an exponential is infinite, for scores of
    -1000 all of them are 0, and infinity / infinity or 0 / 0 is `nan`. Look at what you put into `exp`, and
    at the section "The same number added to every score": what may be done to all scores at once?"""
    return np.exp(f) / np.exp(f).sum()


@softmax.mistake
def maximum_outside_exp(f):
    """You subtract the largest score from the *exponentials*, and that changes their ratios. It is the scores
    that may be shifted, inside the exp: where does the bracket close?"""
    powers = np.exp(f) - np.max(f)
    return powers / powers.sum()


@softmax.mistake
def sum_changes_on_the_way(f):
    """Your sum changes while you divide: each exponential is overwritten by its share, and the next one is
    divided by a sum that has the share in it. When should the sum be taken?"""
    powers = np.exp(f - np.max(f))
    for k in range(len(powers)):
        powers[k] = powers[k] / powers.sum()
    return powers


@softmax.mistake
def scaled_from_0_to_1(f):
    """You stretch the scores so that the smallest becomes 0 and the largest 1. They do not add up to 1 then,
    and only the two stages make probabilities of them: which function makes the scores positive?"""
    return (f - np.min(f)) / (np.max(f) - np.min(f))


chain.scores.serve(softmax, lambda changed, f: probabilities.softmax(changed(f)))
chain.probabilities.serve(softmax, lambda shares, f: shares(f))


# ---- the logarithm of it -----------------------------------------------------------------------------------


def score_rows_for_logs(rng):
    """Yield the scores of one image, and some whose probabilities are too small for any float."""
    yield from score_rows(rng)
    yield nasty("scores of 0, -1000 and -5", np.array([0.0, -1000.0, -5.0]))
    yield nasty("scores of 0, -13, -20, -30 and -40", np.array([-13.0, -20.0, 0.0, -30.0, -40.0]))
    yield nasty("a score that leads by 40", np.array([40.0, 0.0, 1.0]))
    yield nasty("scores 100,000 apart", np.array([0.0, 100_000.0, 3.0]))


@exercise(
    "03_probabilities",
    inputs=score_rows_for_logs,
    reference=probabilities.log_softmax,
    hints=(
        "Write down log p for one class and take the fraction apart: the logarithm of a quotient is a "
        "difference.",
        "One and the same number is subtracted from every score: log-sum-exp, of notebook 02. No "
        "probability is needed on the way.",
        "Shift the scores first, as for softmax: the answer does not change, and log-sum-exp cannot "
        "overflow. Then use the *shifted* scores everywhere.",
    ),
)
def log_softmax(f):
    """Return the logarithm of each probability of one image.

    f: scores (C,), of any size; it stays as it is. Returns shape (C,), finite wherever f is.
    """
    shifted = f - np.max(f)  # changes no probability, and no exp overflows
    return shifted - np.log(np.exp(shifted).sum())  # log(a / b) = log a - log b, and log(exp(f)) = f


@log_softmax.mistake
def log_of_softmax(f):
    """You compute the probabilities and take their logarithm. That is right until a probability is too small
    for a floating-point number and becomes 0: then its logarithm is -inf. The logarithm of a quotient can be
    had without dividing; see the three steps in "What a score really is"."""
    return np.log(probabilities.softmax(f))


@log_softmax.mistake
def log_of_plain_softmax(f):
    """You divide exponentials of the unshifted scores and take the logarithm of the quotient. For large
    scores that is the logarithm of infinity / infinity, `nan`; for far-apart ones the logarithm of 0. Take
    the quotient apart first, then think of the shift."""
    return np.log(np.exp(f) / np.exp(f).sum())


@log_softmax.mistake
def math_log_sum_exp(f):
    """The formula is right. But `math.exp` stops at a score of 710, and for scores of -1000 the sum is 0, of
    which `math.log` knows no logarithm. It is log-sum-exp that needs the shift; notebook 02 shows how."""
    total = math.log(sum(math.exp(score) for score in f))
    return [score - total for score in f]


@log_softmax.mistake
def plain_log_sum_exp(f):
    """The formula is right, and the sum of exponentials overflows for scores of 1000 and vanishes for scores
    of -1000: then its logarithm is infinite. It is log-sum-exp that needs the shift; notebook 02 shows
    how."""
    return f - np.log(np.exp(f).sum())


@log_softmax.mistake
def log_of_the_score(f):
    """You take the logarithm of the *score*. Above the line of the fraction stands exp of the score, and its
    logarithm is the score itself."""
    return np.log(f) - stability.logsumexp(f)


@log_softmax.mistake
def exp_of_the_score(f):
    """You take log-sum-exp off *exp* of the score. Above the line of the fraction stands exp of the score,
    and the logarithm undoes it: the score itself is left."""
    return np.exp(f) - stability.logsumexp(f)


@log_softmax.mistake
def exp_of_the_shifted_score(f):
    """You take the logarithm of the sum off *exp* of the shifted score. Above the line of the fraction stands
    exp of the score, and the logarithm undoes it: the score itself is left."""
    shifted = f - np.max(f)
    return np.exp(shifted) - np.log(np.exp(shifted).sum())


@log_softmax.mistake
def shift_not_undone(f):
    """Your answer is too large by the largest score. You shift the scores inside the exponentials, and the f
    in front is the unshifted one. Either everything is shifted, or the shift is added back to log-sum-exp."""
    return f - np.log(np.exp(f - np.max(f)).sum())


@log_softmax.mistake
def shift_taken_twice(f):
    """Your answer is too small by the largest score: it is subtracted twice, once from the scores and once
    more inside log-sum-exp. Either everything is shifted, or the shift is added back; not both."""
    return f - np.max(f) - stability.logsumexp(f)


@log_softmax.mistake
def largest_counted_twice(f):
    """Your sum has a 1 too many: the class with the highest score is in it twice. `log1p` adds that 1 by
    itself, and it stands for the largest exponential, exp(0). Which terms may remain under the sum?"""
    return f - np.max(f) - np.log1p(np.exp(f - np.max(f)).sum())


@log_softmax.mistake
def only_shifted(f):
    """Your answer is the score minus the *largest* score. The exponentials of these numbers do not add up to
    1: the logarithm of the sum is still to be taken off. Log-sum-exp lies a little above the largest
    score."""
    return f - np.max(f)


@log_softmax.mistake
def logarithm_forgotten(f):
    """From the shifted scores you take off the *sum* of the exponentials itself. In logarithms a quotient is
    a difference of logarithms, and the sum is one of the two: what is still to be done to it?"""
    shifted = f - np.max(f)
    return shifted - np.exp(shifted).sum()


@log_softmax.mistake
def log_sum_exp_alone(f):
    """Your answer is one number, log-sum-exp of the scores. It is what has to be taken off; off what?"""
    return stability.logsumexp(f)


@log_softmax.mistake
def sum_of_logs(f):
    """You take off the sum of the scores: the logarithm has been drawn into the sum, as if log(a + b) were
    log a + log b. It is not. Logarithm and exponential cancel above the line of the fraction; below it the
    sum stands in between."""
    return f - np.sum(f)


@log_softmax.mistake
def log_of_mean(f):
    """Your answer is too large by log C in every class: you take the logarithm of the *mean* of the
    exponentials, where the sum is due."""
    return probabilities.log_softmax(f) + np.log(len(f))


@log_softmax.mistake
def quotient_of_logs(f):
    """You divide the score by log-sum-exp, as if log(a / b) were log a / log b. The logarithm turns a
    quotient into something simpler: look at step 2 of "What a score really is"."""
    return f / stability.logsumexp(f)


@log_softmax.mistake
def loss_instead(f):
    """Your answer is minus the right one: log-sum-exp minus the score. That is a loss (notebook 04), not a
    logarithm of a probability, which is never above 0. Which of the two is taken off the other?"""
    return 0 - probabilities.log_softmax(f)


@log_softmax.mistake
def probabilities_instead(f):
    """Your answer is the probabilities themselves. Asked are their logarithms, and these are best had without
    going through the probabilities."""
    return probabilities.softmax(f)


@log_softmax.mistake
def log_two_of_sum(f):
    """From the score, which belongs to the natural logarithm, you take off a logarithm to base 2. The two do
    not fit together: which function of NumPy is the natural logarithm?"""
    return f - stability.logsumexp(f) / np.log(2)


@log_softmax.mistake
def log_ten_of_sum(f):
    """From the score, which belongs to the natural logarithm, you take off a logarithm to base 10. The two do
    not fit together: which function of NumPy is the natural logarithm?"""
    return f - stability.logsumexp(f) / np.log(10)


@log_softmax.mistake
def log_two_of_shifted_sum(f):
    """Your scores are shifted as they should be, and what you take off is a logarithm to base 2. Only the
    natural one undoes exp: which function of NumPy is that?"""
    return f - np.max(f) - np.log2(np.exp(f - np.max(f)).sum())


@log_softmax.mistake
def log_ten_of_shifted_sum(f):
    """Your scores are shifted as they should be, and what you take off is a logarithm to base 10. Only the
    natural one undoes exp: which function of NumPy is that?"""
    return f - np.max(f) - np.log10(np.exp(f - np.max(f)).sum())


chain.scores.serve(log_softmax, lambda changed, f: probabilities.log_softmax(changed(f)))
chain.probabilities.serve(log_softmax, lambda shares, f: np.log(shares(f)))
chain.logarithm.serve(log_softmax, lambda logarithm, f: logarithm(probabilities.softmax(f)))


# ---- a batch -----------------------------------------------------------------------------------------------


def score_tables(rng):
    """Yield the scores of several images, one per row: as many as classes, more, one alone, far apart."""
    yield (np.array([[1.0, 4.0, 2.0], [2.0, 2.0, 0.0]]),)
    yield (rng.normal(0, 2, (3, 3)),)
    yield (rng.normal(0, 2, (5, 2)),)
    yield (rng.uniform(0, 1, (40, 3073)) @ rng.normal(0, 0.03, (3, 3073)).T,)  # forty whole photographs
    yield (rng.integers(-3, 6, (4, 3)).astype(float),)
    yield aside("whole numbers as scores", rng.integers(-3, 6, (4, 3)))
    yield (rng.normal(0, 2, (6, 4)).astype(np.float32),)
    at = rng.integers(1000, 1100)
    far = rng.normal(0, 1, (3, 3)) + np.array([[at], [0.0], [-at]])
    yield nasty(f"a batch whose rows lie around {at}, 0 and {-at}", far)
    yield nasty(f"a batch with scores around {at}", rng.normal(0, 1, (2, 3)) + at)
    apart = np.array([[2.0 * at, 0.9 * at, -at], [0.0, 1.0, 3.0]])
    yield nasty(f"a batch with scores more than {at} apart in one row", apart)
    yield nasty("a batch with scores from -900 to 1900", np.array([[-900.0, 1900.0, 20.0], [1.0, 2.0, 0.0]]))
    yield nasty("a batch with scores of 5, -900 and -901", np.array([[5.0, -900.0, -901.0]]))
    yield nasty("a batch with scores from 30 to 900", np.stack([LADDER, LADDER[::-1] / 2]))
    far = np.array([[0.0, 1.0, -2.0], [-200_000.0, -200_001.0, -200_003.0]]) + 100_000
    yield nasty("a batch with rows around 100,000 and -100,000", far)
    yield nasty("a batch of a single image", rng.normal(0, 2, (1, 4)))


@exercise(
    "03_probabilities",
    inputs=score_tables,
    reference=probabilities.softmax,
    hints=(
        "An image is a row. So each row has its own largest score and its own sum, and each row of the "
        "answer adds up to 1.",
        "Which `axis` runs along a row of a table (N, C): 0 or 1? Check it on a table of shape (2, 3).",
        "Print the shapes: the table is (N, C); what shape do the row sums need, so that NumPy divides "
        "each row by its own? Look for `keepdims`.",
    ),
)
def softmax_batch(S):
    """Return the probabilities of many images.

    S: scores (N, C), of any size, one image per row; it stays as it is.
    Returns shape (N, C): each row is 1 in sum.
    """
    shifted = S - np.max(S, axis=1, keepdims=True)  # (N, C) - (N, 1): each row by its own largest score
    powers = np.exp(shifted)
    return powers / powers.sum(axis=1, keepdims=True)  # (N, C) / (N, 1): each row by its own sum


@softmax_batch.mistake
def batch_plain_exp(S):
    """It is right for scores of ordinary size, axis and all. For scores of 1000 an exponential is infinite,
    for scores of -1000 all of a row are 0, and the quotient is `nan`. Each row may be shifted first; by
    what?"""
    E = np.exp(S)
    return E / E.sum(axis=1, keepdims=True)


@softmax_batch.mistake
def one_maximum(S):
    """You subtract the largest score of the *whole table*. That is right until one image's scores lie far
    below another's: then every exponential of its row is 0, and 0 / 0 is `nan`. How many maxima does a table
    of N images need?"""
    E = np.exp(S - np.max(S))
    return E / E.sum(axis=1, keepdims=True)


@softmax_batch.mistake
def one_sum_for_the_table(S):
    """Each row is shifted by its own largest score, and then all are divided by one sum, that of the whole
    table. Each row has a sum of its own: what does `sum` add up when it is told no `axis`?"""
    E = np.exp(S - np.max(S, axis=1, keepdims=True))
    return E / E.sum()


@softmax_batch.mistake
def over_the_images(S):
    """Your *columns* add up to 1, not your rows: the images share each class among them, where the classes
    should share each image. `axis` says along which direction a sum *runs*; look at it, also in a maximum."""
    return probabilities.softmax(S, axis=0)


@softmax_batch.mistake
def over_the_table(S):
    """All numbers of your table together add up to 1: there is one sum for the whole table. Each image is a
    case of its own and its row should add up to 1. What does `sum()` without an `axis` add up?"""
    E = np.exp(S - np.max(S))
    return E / E.sum()


@softmax_batch.mistake
def sums_lie_flat(S):
    """The sums are right and the division is not: they have the shape (N,), and NumPy lays them *along* each
    row, so every column is divided by another image's sum. With N different from C that is an error; with N
    equal to C nobody tells you. Print the shapes on both sides of the `/`."""
    E = np.exp(S - np.max(S, axis=1, keepdims=True))
    return E / E.sum(axis=1)


@softmax_batch.mistake
def plain_sums_lie_flat(S):
    """The sums are right and the division is not: they have the shape (N,), and NumPy lays them *along* each
    row, so every column is divided by another image's sum; with N different from C that is an error. What
    keeps a reduced axis in its place? When that is mended, try a batch with scores of 1000."""
    E = np.exp(S)
    return E / E.sum(axis=1)


@softmax_batch.mistake
def maxima_lie_flat(S):
    """The maxima are right and the subtraction is not: they have the shape (N,), and NumPy lays them *along*
    each row, so every column is shifted by another image's maximum. With N different from C that is an error;
    with N equal to C nobody tells you. Print the shapes on both sides of the `-`."""
    E = np.exp(S - np.max(S, axis=1))
    return E / E.sum(axis=1, keepdims=True)


@softmax_batch.mistake
def both_lie_flat(S):
    """The maxima and the sums are right, and both have the shape (N,): NumPy lays them *along* each row, so
    every column gets another image's maximum and another image's sum. With N different from C that is an
    error; with N equal to C nobody tells you. What keeps a reduced axis in its place?"""
    E = np.exp(S - np.max(S, axis=1))
    return E / E.sum(axis=1)


@softmax_batch.mistake
def sums_of_columns(S):
    """Each number is divided by the sum of its *column*: the shift goes along the rows, as it should, and the
    sum does not. Both want the same `axis`."""
    E = np.exp(S - np.max(S, axis=1, keepdims=True))
    return E / E.sum(axis=0)


@softmax_batch.mistake
def maxima_of_columns(S):
    """You subtract from each number the maximum of its *column*. A row then loses a different number in each
    class, its differences change, and so do its probabilities. One number a row may be subtracted, the same
    for all its classes."""
    return probabilities.softmax(S - np.max(S, axis=0))


chain.scores.serve(softmax_batch, lambda changed, S: probabilities.softmax(changed(S)))
chain.probabilities.serve(softmax_batch, lambda shares, S: shares(S))
