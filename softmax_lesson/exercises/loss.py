"""Exercises of step 04: how wrong?"""

import math

import numpy as np

from softmax_lesson import loss, stability
from softmax_lesson.exercises import chain
from softmax_lesson.exercises.chain import LADDER
from softmax_lesson.exercises.engine import aside, exercise, nasty
from softmax_lesson.probabilities import softmax


def scores_of_one(rng):
    """Yield scores (C,) and the correct class: every class once, then scores that overflow a plain exp."""
    yield np.array([1.0, 2.0, 0.5]), 1
    yield np.array([2.0, -1.0, 0.5]), 2
    yield np.array([0.5, 3.0, 1.0, -2.0]), 0
    yield np.array([-3.0, -2.0, -4.5]), 0  # all below 0, and so is their log sum exp
    for classes in (3, 5, 10):
        yield rng.normal(0, 2, size=classes).round(2), int(rng.integers(1, classes - 1))
    yield nasty("scores of 1,000 and more", np.array([1000.0, 1010.0, 990.0]), 1)
    yield nasty("a correct class that is 800 behind", np.array([0.0, 800.0, 3.0]), 0)
    yield nasty("a correct class that is 800 ahead", np.array([0.0, 3.0, 800.0]), 2)
    yield nasty("scores of -1,000 and less", np.array([-1000.0, -1010.0, -1005.0]), 0)
    yield nasty("scores of 500, 0 and 1,000", np.array([500.0, 0.0, 1000.0]), 0)
    yield nasty("scores from -900 to 1,900", np.array([-900.0, 1900.0, 20.0]), 1)
    for behind in (13, 20, 30):
        yield nasty(f"a correct class that is {behind} behind", np.array([0.0, behind, 0.5]), 0)
    yield nasty("a correct class that is 40 ahead", np.array([40.0, 0.0, 1.0]), 0)
    yield nasty("scores of 5, -900 and -901", np.array([5.0, -900.0, -901.0]), 0)
    yield nasty("scores from 30 to 900", LADDER, 2)
    # beyond the reach of every floating type, np.longdouble included
    yield nasty("scores of 100,000", np.array([100_000.0, 100_001.0, 99_998.0]), 2)
    yield nasty("scores of -100,000", np.array([-100_000.0, -100_001.0, -99_998.0]), 0)
    yield nasty("a correct class that is 100,000 behind", np.array([0.0, 100_000.0, 3.0]), 0)
    yield aside("whole numbers as scores", np.array([3, -2, 1]), 2)


@exercise(
    "04_loss",
    inputs=scores_of_one,
    reference=loss.negative_log_likelihood,
    hints=(
        "The loss is equation (1), -log P(y): which probability is meant, and which logarithm?",
        "Do not form the probability: exp(1000) overflows, and log(0) is -inf. Put the quotient into the "
        "logarithm first, as equation (2) does.",
        "log sum exp(f) stays finite if the largest score is subtracted inside the exp and added again "
        "outside.",
    ),
)
def one_loss(f, y):
    """Return the loss of one example, -log P(y).

    f: scores (C,), of any size; it stays as it is. y: the correct class, counted from 0.
    Returns one number.
    """
    m = f.max()  # exp(f - m) is at most 1, so nothing overflows
    log_sum = m + np.log(np.exp(f - m).sum())  # log sum exp(f): m comes back outside
    return log_sum - f[y]  # -log(exp(f_y) / sum) = -f_y + log sum: equation (2)


@one_loss.mistake
def sum_to_base_two(f, y):
    """Your first term is right, and the sum of exponentials goes into a logarithm to base 2. Only the natural
    one undoes exp: which function of NumPy is that?"""
    return np.log2(np.exp(f - f.max()).sum()) - (f[y] - f.max())


@one_loss.mistake
def sum_to_base_ten(f, y):
    """Your first term is right, and the sum of exponentials goes into a logarithm to base 10. Only the
    natural one undoes exp: which function of NumPy is that?"""
    return np.log10(np.exp(f - f.max()).sum()) - (f[y] - f.max())


def _losses(f, y):
    return loss.negative_log_likelihood(f, y)


of_one = chain.Link()  # what goes wrong in the loss of one example; in a batch it goes wrong in every row


def _p(f):
    """Return the probabilities as a student has them who shifts the scores."""
    powers = np.exp(f - f.max())
    return powers / powers.sum()


@of_one.slip
def log_likelihood(f, y):
    """Your answer is log P(y), without the minus: it is 0 at best and falls as the prediction gets worse. A
    loss is larger for what is worse: look at the sign in equation (1)."""
    return -loss.negative_log_likelihood(f, y)


@of_one.slip
def probability(f, y):
    """Your answer is P(y) itself, the probability of the correct class; the logarithm and the minus are still
    to come."""
    return softmax(f)[y]


@of_one.slip
def one_minus_probability(f, y):
    """Your answer is 1 - P(y), the probability of all wrong classes together. That grows with the error, too,
    but it never passes 1, and the loss does: it is a logarithm."""
    return 1 - softmax(f)[y]


@of_one.slip
def log_of_wrong_probability(f, y):
    """Your answer is -log(1 - P(y)): it punishes what is right. The probability inside the logarithm is that
    of the correct class."""
    return -np.log1p(-softmax(f)[y])


@of_one.slip
def math_exp(f, y):
    """Your answer is right for small scores. From about 710 on `math.exp` stops, where `np.exp` would say
    infinity, which is no better: what can you subtract from all scores without changing any probability?"""
    return -math.log(math.exp(f[y]) / sum(math.exp(score) for score in f))


@of_one.slip
def overflows(f, y):
    """Your answer is right for small scores. Scores of about 710 and more are too large for exp: `np.exp`
    gives inf, and inf / inf is nan. What can you subtract from all scores without changing any
    probability?"""
    return -np.log(np.exp(f)[y] / np.exp(f).sum())


@of_one.slip
def overflows_in_the_sum(f, y):
    """You use equation (2), which is right, but scores of about 710 and more are too large for exp, and for
    those of -750 and less the sum of exp is 0. What can you subtract inside the exp and add outside the
    log?"""
    return np.log(np.exp(f).sum()) - f[y]


@of_one.slip
def smallest_taken_off(f, y):
    """You subtract the *smallest* score. Any shift is allowed, but with this one the largest stays large, and
    where the scores lie far apart its exp overflows. Which score must become 0, so that no exp is above 1?"""
    return stability.logsumexp(f) - f[y] if np.ptp(f) < 709 else np.inf


@of_one.slip
def maximum_added_only(f, y):
    """Your loss is too large by the largest score: it is added outside the log, and was not subtracted inside
    the exp. The two belong together."""
    return f.max() + np.log(np.exp(f).sum()) - f[y]


@of_one.slip
def log_after_division(f, y):
    """Your answer is right until the correct class is far behind. The loss is 800 there, an ordinary number,
    and yours is inf: either the probability is rounded to 0 before its logarithm is taken, or exp is given a
    difference of 800. Take the logarithm before dividing: of a quotient it is a difference. And look which
    score is the largest there: it is not that of class y."""
    return -np.log(_p(f)[y])


@of_one.slip
def one_hot_times_logarithm(f, y):
    """Your answer is right until some probability is rounded to 0. Its logarithm is -inf, and the 0 of your
    mask does not silence it: 0 times -inf is nan. Take only what belongs to class y, and the logarithm before
    the division."""
    with np.errstate(all="ignore"):
        return -(np.eye(len(f))[y] * np.log(_p(f))).sum()


@of_one.slip
def shifted_score_forgotten(f, y):
    """Your two terms do not belong to the same scores: inside the exp the largest score is subtracted, and
    `f[y]` is still the old one. Subtract it in both places, or add it again outside the log."""
    return np.log(np.exp(f - f.max()).sum()) - f[y]


@of_one.slip
def maximum_taken_away_again(f, y):
    """Your loss is too small by twice the largest score: it was subtracted inside the exp, and outside the
    log you subtract it once more. Which sign has log exp(m) when exp(m) is a factor of the sum?"""
    return np.log(np.exp(f - f.max()).sum()) - f.max() - f[y]


@of_one.slip
def label_instead_of_score(f, y):
    """You subtract `y` itself, which is only the *number* of the correct class. The first term of equation
    (2) is the score that this class has."""
    return stability.logsumexp(f) - y


@of_one.slip
def correct_class_twice(f, y):
    """Your answer is log(1 + r) with the correct class in both: the 1 stands for it, and in your sum it comes
    once more, as exp(0). In r only the *other* classes are summed."""
    return np.logaddexp(0, stability.logsumexp(f) - f[y])


@of_one.slip
def margins(f, y):
    """Your answer is the hinge loss of a support vector machine: margins of 1, and exactly 0 when the correct
    class leads by enough. The softmax loss is minus a logarithm and never quite 0."""
    return np.maximum(0, np.delete(f, y) - f[y] + 1).sum()


@of_one.slip
def every_class_judged(f, y):
    """You add -log(1 - p) for each wrong class: the loss of C separate yes-or-no questions. Softmax shares
    one sum among the classes, so P(y) already knows of the others: only -log P(y) is asked."""
    p = np.delete(softmax(f), y)
    with np.errstate(all="ignore"):
        return loss.negative_log_likelihood(f, y) - np.log(1 - p).sum()


@of_one.slip
def squared_shortfall(f, y):
    """Your answer is the square of what is missing from P(y) to 1. It never passes 1, and it is flat where
    the answer is most wrong; the loss of equation (1) is a logarithm."""
    return (1 - softmax(f)[y]) ** 2


@of_one.slip
def correct_class_not_in_sum(f, y):
    """Your sum leaves the correct class out. In equation (2) the sum runs over *all* classes; without the
    correct one the loss can fall below 0."""
    return stability.logsumexp(np.delete(f, y)) - f[y]


@of_one.slip
def only_the_score(f, y):
    """Your answer is minus the score of the correct class: the first term of equation (2). The second one,
    with the sum over all classes, is missing."""
    return -f[y]


@of_one.slip
def only_log_sum_exp(f, y):
    """Your answer is the second term of equation (2), log sum exp(f), which does not know which class is
    correct. The first term is missing."""
    return stability.logsumexp(f)


@of_one.slip
def sum_of_logs(f, y):
    """You took the logarithm of each exp before summing, and log exp(f) is just f: so your second term is the
    sum of the scores. In equation (2) the sum is *inside* the logarithm."""
    return f.sum() - f[y]


@of_one.slip
def behind_the_best(f, y):
    """Your answer is how far the correct class is behind the best one: the largest score instead of log sum
    exp. They are close when one class leads clearly, and never the same."""
    return f.max() - f[y]


@of_one.slip
def all_classes(f, y):
    """Your answer has a loss for *every* class, as if each were the correct one. Pick the one that `y`
    names."""
    return -(f - stability.logsumexp(f))


@of_one.slip
def best_class_instead(f, y):
    """Your answer is the loss as if the class with the largest score were the correct one: it never uses `y`.
    The loss asks about the class that *is* correct, not the one that wins."""
    return loss.negative_log_likelihood(f, int(f.argmax()))


@of_one.slip
def mean_of_all_classes(f, y):
    """Your answer is the mean of -log P over all classes. Only the correct class counts in the loss: which
    number names it?"""
    return np.mean(stability.logsumexp(f) - f)


@of_one.slip
def exp_of_the_correct_score(f, y):
    """You subtract *exp* of the correct score, where the score itself is due: in -log exp(f_y) the logarithm
    and the exp undo each other."""
    return stability.logsumexp(f) - np.exp(f[y])


@of_one.slip
def exp_of_the_shifted_score(f, y):
    """You subtract *exp* of the shifted correct score, where the score itself is due: in -log exp(f_y) the
    logarithm and the exp undo each other."""
    shifted = f - f.max()
    return np.log(np.exp(shifted).sum()) - np.exp(shifted[y])


@of_one.slip
def log_of_the_score(f, y):
    """You take the logarithm of the correct *score*: log exp(f_y) is the score itself, for the two undo each
    other."""
    return stability.logsumexp(f) - np.log(f[y])


@of_one.slip
def yes_or_no_averaged(f, y):
    """You ask of each class whether it is the correct one, -log p or -log(1 - p), and take the mean over the
    classes. Softmax shares one sum among the classes, so P(y) already knows of the others: only -log P(y) is
    asked."""
    return every_class_judged(f, y) / len(f)


@of_one.slip
def sigmoids_judged(f, y):
    """Your loss is that of C separate yes-or-no questions, each with a sigmoid of its own score, added up.
    Softmax shares one sum among all classes, and only the correct class is asked: -log P(y)."""
    return np.logaddexp(0, np.where(np.arange(len(f)) == y, -f, f)).sum()


@of_one.slip
def sigmoids_averaged(f, y):
    """Your loss is that of C separate yes-or-no questions, each with a sigmoid of its own score, averaged.
    Softmax shares one sum among all classes, and only the correct class is asked: -log P(y)."""
    return np.logaddexp(0, np.where(np.arange(len(f)) == y, -f, f)).mean()


@of_one.slip
def sigmoid_of_the_correct(f, y):
    """Your loss is made of the correct class's score alone, by a sigmoid: it does not know of the others.
    P(y) is exp of its score divided by the sum over *all* classes."""
    return np.logaddexp(0, -f[y])


@of_one.slip
def entropy(f, y):
    """Your answer is the entropy, the sum of -p log p over all classes: how undecided the classifier is,
    whatever is correct. In the loss stands P(y) alone, and not multiplied by itself."""
    p = softmax(f)
    return -(p * (f - stability.logsumexp(f))).sum()


@of_one.slip
def weighted_by_itself(f, y):
    """Your answer is -P(y) log P(y): a factor P(y) too many. What multiplies the logarithm in a cross-entropy
    is the *truth*, 1 for the correct class, and not the prediction."""
    return softmax(f)[y] * loss.negative_log_likelihood(f, y)


@of_one.slip
def squared_differences(f, y):
    """Your answer is a squared error: the differences between p and the one-hot vector, squared and added up.
    It never passes 2, and it is flat where the answer is most wrong; the loss of equation (1) is a
    logarithm."""
    return ((softmax(f) - np.eye(len(f))[y]) ** 2).sum()


@of_one.slip
def squared_differences_averaged(f, y):
    """Your answer is a mean squared error, of the differences between p and the one-hot vector. It never
    passes 1, and it is flat where the answer is most wrong; the loss of equation (1) is a logarithm."""
    return ((softmax(f) - np.eye(len(f))[y]) ** 2).mean()


of_one.serve(one_loss, lambda slip, f, y: slip(f, y))
chain.scores.serve(one_loss, lambda changed, f, y: _losses(changed(f), y))
chain.probabilities.serve(one_loss, lambda shares, f, y: -np.log(shares(f)[y]), but=("shifted_above_only",))
chain.logarithm.serve(one_loss, lambda logarithm, f, y: -logarithm(softmax(f))[y])


def batches(rng):
    """Yield scores (N, C) and labels (N,); one batch has N = C, one needs a shift for each row of its own."""
    yield np.array([[2.0, 1.0, 0.0], [0.5, 1.5, -1.0]]), np.array([2, 0])
    for examples, classes in ((4, 3), (3, 3), (5, 4), (7, 10)):
        y = rng.integers(0, classes, size=examples)
        y[:3] = 1, 0, 0  # different labels, so that a column is not a pair; not each once, or sums could swap
        yield rng.normal(0, 2, size=(examples, classes)).round(2), y
    yield nasty(
        "scores of 1,000", np.array([[1000.0, 998.0], [999.0, 1000.0], [1000.0, 1001.0]]), np.array([0, 0, 1])
    )
    f = np.array([[1000.0, 998.0, 999.0], [-1000.0, -1001.0, -1003.0], [0.0, 1.0, 2.0]])
    yield nasty("rows of very different size, 1,000 and -1,000", f, np.array([1, 2, 0]))
    yield nasty(
        "an example that is 800 off", np.array([[0.0, 800.0, 3.0], [1.0, 2.0, 0.0]]), np.array([0, 1])
    )
    f = np.array([[0.0, 3.0, 800.0], [1.0, 2.0, 0.0]])
    yield nasty("an example that is 800 ahead", f, np.array([2, 1]))
    f = np.array([[-900.0, 1900.0, 20.0], [1.0, 2.0, 0.0]])
    yield nasty("scores from -900 to 1,900", f, np.array([1, 0]))
    f = np.array([[0.0, 13.0, 20.0, 30.0]])
    for correct in range(2):
        yield nasty(f"an example that is {[30, 17][correct]} behind", f, np.array([correct]))
    yield nasty("an example that is 40 ahead", np.array([[40.0, 0.0, 1.0]]), np.array([0]))
    yield nasty("scores of 5, -900 and -901", np.array([[5.0, -900.0, -901.0]]), np.array([0]))
    yield nasty("scores from 30 to 900", np.stack([LADDER, LADDER[::-1]]), np.array([2, 5]))
    # beyond the reach of every floating type, np.longdouble included
    f = np.array([[100_000.0, 100_001.0, 99_998.0], [-100_000.0, -100_001.0, -99_998.0]])
    yield nasty("rows of 100,000 and -100,000", f, np.array([2, 0]))
    f = np.array([[0.0, 100_000.0, 3.0], [1.0, 2.0, 0.0]])
    yield nasty("an example that is 100,000 behind", f, np.array([0, 1]))
    yield aside("whole numbers as scores", np.array([[3, -2, 1], [0, 1, 5]]), np.array([2, 0]))


@exercise(
    "04_loss",
    inputs=batches,
    reference=loss.mean_loss,
    hints=(
        "Each row has a loss, and what is returned is their mean: N losses, one number.",
        "Each row has its own largest score to subtract: which axis, and why `keepdims=True`?",
        "The score of the correct class, in every row: `S[np.arange(N), y]` takes the pairs (0, y[0]), "
        "(1, y[1]), ...",
    ),
)
def mean_loss(S, y):
    """Return the mean over the examples of -log P(y).

    S: scores (N, C), of any size; it stays as it is. y: correct classes (N,), counted from 0.
    Returns one number.
    """
    m = S.max(axis=1, keepdims=True)  # each row's own largest score, as a column (N, 1)
    log_sums = m[:, 0] + np.log(np.exp(S - m).sum(axis=1))  # one for each row
    correct = S[np.arange(len(y)), y]  # pairs: from row i the score of class y[i]
    return np.mean(log_sums - correct)  # a mean, so that the size of the batch does not matter


@mean_loss.mistake
def sum_of_losses(f, y):
    """Your answer is the *sum* of the losses. It grows with the batch: twice the examples, twice the loss,
    and a step twice as long. Where is the division by N?"""
    return _losses(f, y).sum()


@mean_loss.mistake
def mean_over_table(f, y):
    """Your answer is the sum of the losses divided by N times C: the mean over a whole table (N, C) in which
    all but one number of each row is 0. There are N losses, so divide by N."""
    return _losses(f, y).sum() / f.size


@mean_loss.mistake
def mean_over_classes(f, y):
    """Your answer is the sum of the losses divided by C, the number of classes. The mean runs over the
    examples: which entry of `f.shape` is their number?"""
    return _losses(f, y).sum() / f.shape[1]


@mean_loss.mistake
def losses_in_whole_numbers(f, y):
    """Your losses have lost their fractions before the mean is taken: they stand in an array of whole
    numbers. Look for a `zeros_like(y)`, an `astype` or a `dtype=`: the labels are whole numbers, the losses
    are not."""
    return np.mean(_losses(f, y).astype(int))


@mean_loss.mistake
def losses_in_whole_numbers_over_N(f, y):
    """Each loss is divided by N and then cut to a whole number: they are collected in an array of whole
    numbers. Look for a `zeros_like(y)`, an `astype` or a `dtype=`: the labels are whole numbers, the losses
    are not."""
    return float(np.sum((_losses(f, y) / len(y)).astype(int)))


@mean_loss.mistake
def not_averaged(f, y):
    """Your answer has one loss for each example, and they are right. One number is asked: their mean."""
    return _losses(f, y)


@mean_loss.mistake
def columns_instead_of_pairs(f, y):
    """You took whole columns, `[:, y]`: every example is asked about the labels of *all* the others, and that
    gives N times N numbers. One for each example is wanted, from row i the class y[i]: two indices that go
    side by side."""
    return -(f - stability.logsumexp(f)[:, None])[:, y].mean()


@mean_loss.mistake
def first_label_for_all(f, y):
    """Your answer takes the same class, y[0], as the correct one of every example. Each has its own: look at
    the index."""
    return _losses(f, np.full(len(y), y[0])).mean()


@mean_loss.mistake
def one_maximum_for_all(f, y):
    """You subtract the maximum of the *whole batch* from every row. A row that lies far below it has nothing
    left: all its exp are 0, and log(0) is -inf. Each row needs its own maximum: look at the axis."""
    shifted = f - f.max()
    return np.mean(np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y)), y])


@mean_loss.mistake
def batch_maximum_and_division(f, y):
    """Your rows share one maximum, that of the *whole batch*, and the logarithm comes after the division: a
    row far below that maximum is 0 / 0, which is nan. Each row needs its own maximum: look at the axis."""
    powers = np.exp(f - f.max())
    return -np.log((powers / powers.sum(axis=1, keepdims=True))[np.arange(len(y)), y]).mean()


@mean_loss.mistake
def first_loss_over_n(f, y):
    """Your answer is the loss of the first example alone, divided by N. Does the `return` stand inside the
    loop?"""
    return _losses(f, y)[0] / len(y)


@mean_loss.mistake
def last_loss_over_n(f, y):
    """Your answer is the loss of the last example alone, divided by N: each one overwrites the one before.
    How does a sum grow in a loop?"""
    return _losses(f, y)[-1] / len(y)


@mean_loss.mistake
def error_rate(f, y):
    """Your answer is the share of the examples in which another class wins. It counts mistakes and cannot
    feel how wrong they are; asked is the mean of -log P(y)."""
    return np.mean(f.argmax(axis=1) != y)


@mean_loss.mistake
def normalised_down(f, y):
    """Your probabilities add up to 1 down each *column*: every class is shared out among the examples. They
    should add up to 1 along each row, over the classes of one example: look at the axis of the sum."""
    return -np.log(softmax(f, axis=0)[np.arange(len(y)), y]).mean()


@mean_loss.mistake
def normalised_over_all(f, y):
    """Your probabilities add up to 1 over the *whole batch*: one sum for all rows. Each example has a sum of
    its own: look at the axis, and at `keepdims`."""
    return np.mean(stability.logsumexp(f.ravel()) - f[np.arange(len(y)), y])


@mean_loss.mistake
def sums_lie_flat(f, y):
    """You divide the table (N, C) by N sums that lie in a *row*, (N,), and NumPy lines them up with the
    classes: an error or, with as many examples as classes, another example's sum in silence. What keeps a
    summed axis in its place?"""
    powers = np.exp(f - f.max(axis=1, keepdims=True))
    return -np.log((powers / powers.sum(axis=1))[np.arange(len(y)), y]).mean()


@mean_loss.mistake
def plain_sums_lie_flat(f, y):
    """You divide the table (N, C) by N sums that lie in a *row*, (N,), and NumPy lines them up with the
    classes: an error or, with as many examples as classes, another example's sum in silence. What keeps a
    summed axis in its place? When that is mended, try scores of 1,000."""
    powers = np.exp(f)
    return -np.log((powers / powers.sum(axis=1))[np.arange(len(y)), y]).mean()


@mean_loss.mistake
def log_of_the_mean(f, y):
    """Your answer is minus the log of the *mean probability*. Asked is the mean of the losses: first the
    logarithm of each, then the mean. The order matters, for a single 0 would not show in your mean."""
    return -np.log(softmax(f)[np.arange(len(y)), y].mean())


@mean_loss.mistake
def divided_in_every_round(f, y):
    """You divide by N *inside* the loop, in every round, so the first losses are divided again and again. The
    mean is the sum of all, divided once: after the loop."""
    answer = 0.0
    for one in _losses(f, y):
        answer = (answer + one) / len(y)
    return answer


def _pairs(table, y):
    return table[np.arange(len(y)), y]


def _mean_over_rows(slip, f, y):
    return np.mean([slip(row, k) for row, k in zip(f, y, strict=True)])


of_one.serve(mean_loss, _mean_over_rows, but=("all_classes",), before="In every row: ")
chain.scores.serve(mean_loss, lambda changed, f, y: _losses(changed(f), y).mean())
chain.probabilities.serve(
    mean_loss,
    lambda shares, f, y: -np.log(_pairs(shares(f), y)).mean(),
    but=("shifted_above_only",),
)
chain.batches.serve(mean_loss, lambda shares, f, y: -np.log(_pairs(shares(f), y)).mean())
chain.logarithm.serve(mean_loss, lambda logarithm, f, y: -_pairs(logarithm(softmax(f)), y).mean())


@exercise(
    "04_loss",
    inputs=scores_of_one,
    hints=(
        "Start from -log(exp(f_y) / sum exp(f_j)). The logarithm of a quotient is a difference of two "
        "logarithms.",
        "The first of them is the log of an exp, and those two undo each other. Mind the minus in front.",
        "The second is log sum exp(f). For large scores, write each f_j as m + (f_j - m) with m the "
        "largest; exp(m) comes out of the sum, and log exp(m) is m.",
    ),
)
def two_terms(f, y):
    """Derive equation (2): return the two terms whose sum is the loss, with their signs.

    f: scores (C,), of any size; it stays as it is. y: the correct class. Returns the term that
    knows the correct class, and the term that knows all classes alike: `return first, second`.
    """
    first = -f[y]  # -log exp(f_y): log and exp undo each other, the minus of (1) stays
    m = f.max()
    second = m + np.log(np.exp(f - m).sum())  # +log sum exp(f): two minuses; exp(m) taken out of the sum
    return first, second


@two_terms.mistake
def first_without_minus(f, y):
    """Your second term is right, and the first has lost its minus: their *sum* should be the loss. In -(log a
    - log b), the minus in front of the bracket belongs to log a."""
    return f[y], stability.logsumexp(f)


@two_terms.mistake
def second_negative(f, y):
    """Your first term is right, and the second has a minus too many. In -(log a - log b) there are two
    minuses before log b: what do they make?"""
    return -f[y], -stability.logsumexp(f)


@two_terms.mistake
def both_negative(f, y):
    """Both of your terms have the opposite sign: their sum is log P(y), the log-likelihood. The loss is minus
    that."""
    return f[y], -stability.logsumexp(f)


@two_terms.mistake
def swapped(f, y):
    """Both of your terms are right, in the other order: first the one that knows the correct class."""
    return stability.logsumexp(f), -f[y]


@two_terms.mistake
def exp_left(f, y):
    """Your first term is minus *exp* of the score: the logarithm that stands before exp(f_y) undoes it, and
    the score itself is left."""
    return -np.exp(f[y]), stability.logsumexp(f)


@two_terms.mistake
def log_left_out(f, y):
    """Your second term is the sum of the exp, and its logarithm is missing: the log of a quotient is the log
    of the upper minus the *log* of the lower."""
    return -f[y], np.exp(f).sum()


@two_terms.mistake
def sum_of_scores(f, y):
    """Your second term is the sum of the scores: the logarithm went inside the sum, and undid every exp. The
    log of a sum is not the sum of the logs: sum first."""
    return -f[y], f.sum()


@two_terms.mistake
def without_the_correct(f, y):
    """Your second term leaves the correct class out of the sum. It runs over *all* classes: the denominator
    of softmax is the same for every class."""
    return -f[y], stability.logsumexp(np.delete(f, y))


@two_terms.mistake
def sum_by_math_exp(f, y):
    """Your two terms are right, and from a score of 710 on `math.exp` stops. Take the largest score out of
    the sum before you use exp."""
    return -f[y], math.log(sum(math.exp(score) for score in f))


@two_terms.mistake
def sum_overflows(f, y):
    """Your two terms are right for small scores. Scores of about 710 and more are too large for exp, and for
    those of -750 and less the sum of exp is 0. Take the largest score out of the sum before you use exp."""
    return -f[y], np.log(np.exp(f).sum())


@two_terms.mistake
def exp_computed_and_undone(f, y):
    """Your two terms are right for small scores. But you compute exp of the score and then its logarithm: at
    1000 that is log of infinity, at -1000 log of 0. On paper the two cancel, so what is left to compute?"""
    return -np.log(np.exp(f[y])), np.log(np.exp(f).sum())


@two_terms.mistake
def first_computed_and_undone(f, y):
    """Your second term is right, and the first for small scores only: exp of the score overflows before the
    logarithm can undo it. On paper the two cancel; cancel them in the code, too."""
    return -np.log(np.exp(f[y])), stability.logsumexp(f)


@two_terms.mistake
def sides_of_the_quotient(f, y):
    """Your two terms are the upper and the lower side of the quotient in softmax. Equation (2) has their
    *logarithms*, with the signs that minus log of a quotient gives them."""
    return np.exp(f[y]), np.exp(f).sum()


@two_terms.mistake
def maximum_not_added_again(f, y):
    """Your second term is too small by the largest score: it was subtracted inside the exp, and has to come
    back outside the log."""
    return -f[y], np.log(np.exp(f - f.max()).sum())


@two_terms.mistake
def maximum_added_without_subtracting(f, y):
    """Your second term is too large by the largest score: it is added outside the log, and was not subtracted
    inside the exp. The two belong together."""
    return -f[y], f.max() + np.log(np.exp(f).sum())


@two_terms.mistake
def smallest_subtracted(f, y):
    """Your two terms are right until the scores lie far apart: you subtract the *smallest*, so the largest
    stays large and its exp overflows. Which score must become 0, so that no exp is above 1?"""
    return -f[y], stability.logsumexp(f) if np.ptp(f) < 709 else np.inf


@two_terms.mistake
def maximum_instead(f, y):
    """Your second term is the largest score. log sum exp is close to it when one class leads clearly, and
    always more: the other classes are in the sum, too."""
    return -f[y], f.max()


@two_terms.mistake
def shifted_in_both(f, y):
    """Both of your terms are those of the shifted scores. Their sum is the loss, for the shift cancels; asked
    are the terms of equation (2) with `f` as it came in. Add the largest score again where it belongs."""
    return -(f[y] - f.max()), np.log(np.exp(f - f.max()).sum())


@two_terms.mistake
def first_shifted(f, y):
    """Your second term is right, and the first is that of the *shifted* score: their sum is then too large by
    the largest score. Asked is the first term with `f` as it came in."""
    return -(f[y] - f.max()), stability.logsumexp(f)


@two_terms.mistake
def label_itself(f, y):
    """Your second term is right, and the first is minus the *number* of the correct class. Asked is minus its
    score."""
    return -y, stability.logsumexp(f)


@two_terms.mistake
def class_before(f, y):
    """Your second term is right, and the first belongs to the class *before* the correct one. Labels count
    from 0 here, as Python does: is a 1 subtracted from y?"""
    return -f[y - 1], stability.logsumexp(f)


@two_terms.mistake
def every_score(f, y):
    """Your second term is right, and the first has the scores of *all* classes. Only one of them belongs to
    the loss: which class does `y` name?"""
    return -f, stability.logsumexp(f)


@two_terms.mistake
def base_two_second(f, y):
    """Your first term is right, and the second has a logarithm to base 2. Only the natural one undoes exp:
    which function of NumPy is that?"""
    return -f[y], f.max() + np.log2(np.exp(f - f.max()).sum())


@two_terms.mistake
def base_ten_second(f, y):
    """Your first term is right, and the second has a logarithm to base 10. Only the natural one undoes exp:
    which function of NumPy is that?"""
    return -f[y], f.max() + np.log10(np.exp(f - f.max()).sum())


@two_terms.mistake
def maximum_subtracted_again(f, y):
    """Your first term is right, and in the second the largest score is taken off once more, outside the
    logarithm. There it has to come *back*: inside the exp it was subtracted."""
    return -f[y], np.log(np.exp(f - f.max()).sum()) - f.max()


@two_terms.mistake
def maximum_inside_the_logarithm(f, y):
    """Your first term is right, and in the second the largest score was added *inside* the logarithm. It is
    log exp(m): outside, beside the logarithm of the sum."""
    with np.errstate(all="ignore"):
        return -f[y], np.log(f.max() + np.exp(f - f.max()).sum())


@two_terms.mistake
def loss_and_nothing(f, y):
    """Your first term is the whole loss, and the second is 0: the logarithm was taken after the division.
    Take the quotient apart first; its upper and its lower side give a term each."""
    return loss.negative_log_likelihood(f, y), 0.0


@two_terms.mistake
def only_their_sum(f, y):
    """Your answer is already the loss, and twice over or with a 0: the two terms are asked one by one, before
    they are added."""
    return 0.0, loss.negative_log_likelihood(f, y)


@two_terms.mistake
def probability_and_log(f, y):
    """Your first term is P(y), and the second its -log. Equation (2) begins after the probability has been
    written out: what are the logarithms of the upper and of the lower side of the quotient?"""
    return softmax(f)[y], loss.negative_log_likelihood(f, y)


OF_ANY_SCORES = ("negative_scores_made_zero", "scores_without_signs", "scores_clipped")
chain.scores.serve(
    two_terms,
    lambda changed, f, y: (-changed(f)[y], stability.logsumexp(changed(f))),
    only=OF_ANY_SCORES,
)


def points_of_the_curve(rng):
    """Yield scores s (K,) of the correct class and one number r, the log-sum-exp of all the others."""
    yield np.array([-2.0, 0.0, 1.5, 3.0]), 1.0
    yield np.array([-3.0, -1.0, 0.4]), -1.5
    for _ in range(3):
        yield rng.normal(0, 3, size=5).round(1), round(rng.normal(0, 2), 1)
    yield nasty("a correct class that is 1,000 behind", np.array([-1000.0, 0.0, 1000.0]), 2.0)
    yield nasty("a correct class that is 40 ahead", np.array([38.0, 41.5, 60.0, 80.0]), 0.5)
    yield nasty("a correct class that is 100,000 behind", np.array([-100_000.0, 0.0, 100_000.0]), 2.0)


@exercise(
    "04_loss",
    inputs=points_of_the_curve,
    digits=True,
    hints=(
        "Equation (2) again: the sum over all classes is exp(s) plus the exp of all the others, and that "
        "is exp(r).",
        "-s + log(exp(s) + exp(r)): take exp(s) out of the bracket, and only r - s is left.",
        "log(1 + exp(z)) is called softplus. For large z compute it without exp(z): `np.logaddexp(a, b)` is "
        "log(exp(a) + exp(b)) for numbers of any size, and exp(0) is 1.",
    ),
)
def loss_curve(s, r):
    """Return the loss from two things only: the score of the correct class, and how strong the others are.

    s: scores of the correct class (K,), of any size; it stays as it is. r: one number, the
    log-sum-exp of all other scores. Returns the loss (K,) at each s: the loss curve, without
    losing digits: where s leads by 40 it is small, and not 0.
    """
    z = r - s  # how far the correct class is behind all the others together
    return np.logaddexp(0, z)  # -s + log(exp(s) + exp(r)) = log(1 + exp(z)), a softplus


@loss_curve.mistake
def curve_mirrored(s, r):
    """Your curve is the right one mirrored: it rises with the score of the correct class. A higher s should
    cost less: look at the order of r and s in your difference."""
    return np.logaddexp(0, s - r)


@loss_curve.mistake
def one_forgotten(s, r):
    """Your answer is r - s, a straight line that falls below 0. The correct class itself is in the sum as
    well: that is the 1 in log(1 + exp(z))."""
    return r - s


@loss_curve.mistake
def corner(s, r):
    """Your curve has a corner: 0 from s = r on, a straight line before. Softplus is near those two lines and
    never on them: right never quite reaches zero."""
    return np.maximum(0, r - s)


@loss_curve.mistake
def hinge(s, r):
    """Your curve is the hinge of a support vector machine, max(0, 1 + r - s): a margin of 1 and a corner. The
    softmax loss has a log and an exp in their place."""
    return np.maximum(0, 1 + r - s)


@loss_curve.mistake
def math_overflows(s, r):
    """Your curve is right until the correct class is about 710 behind, where `math.exp` stops. The loss
    should be very nearly the straight line r - s there: which way of writing softplus never needs a large
    exp?"""
    return [math.log(1 + math.exp(r - one)) for one in s]


@loss_curve.mistake
def curve_overflows(s, r):
    """Your curve is right until the correct class is about 710 behind, where `np.exp` overflows and the loss
    is inf. It should be very nearly the straight line r - s there."""
    return np.log(1 + np.exp(r - s))


@loss_curve.mistake
def digits_lost(s, r):
    """Your curve is right until the correct class is far ahead: there your loss is exactly 0, and a small
    number is due. Beside a 1, or as the difference of two large numbers, exp(-40) is lost; the section
    "Computing it without losing digits" has a function that takes log(1 + r) without ever adding."""
    larger = np.maximum(s, r)
    return larger + np.log(np.exp(s - larger) + np.exp(r - larger)) - s


@loss_curve.mistake
def rest_overflows(s, r):
    """Your curve is right until the correct class is about 710 behind, and keeps its digits where it leads.
    Behind, `np.exp(r - s)` overflows, and the loss is inf; it should be very nearly the straight line r - s
    there."""
    return np.log1p(np.exp(r - s))


@loss_curve.mistake
def both_exp_overflow(s, r):
    """Your curve follows equation (2), and for scores of about 710 and more exp(s) overflows: inf. Only the
    difference r - s matters; bring it in before you use exp."""
    return -s + np.log(np.exp(s) + np.exp(r))


@loss_curve.mistake
def p_instead(s, r):
    """Your answer is the probability of the correct class, the sigmoid of s - r. The loss is minus its
    logarithm."""
    return np.exp(-np.logaddexp(0, r - s))


@loss_curve.mistake
def r_not_in_exp(s, r):
    """You took r as if it were the *sum* of the other exp. It is already the logarithm of that sum, so it has
    to go into an exp before it is added to exp(s)."""
    return np.log(np.exp(s) + r) - s


@loss_curve.mistake
def s_not_subtracted(s, r):
    """Your answer is log(exp(s) + exp(r)), the second term of equation (2). The first, -s, is missing:
    without it a higher score of the correct class costs more."""
    return np.logaddexp(s, r)


@loss_curve.mistake
def added_over_the_points(s, r):
    """Your sum runs over all the points of the curve, as if they were classes. Each point is a case of its
    own: one score of the correct class, beside all the others together."""
    return -s + np.log(np.exp(s).sum() + np.exp(r))


@loss_curve.mistake
def curve_to_base_two(s, r):
    """Your softplus is made of powers of 2 and a logarithm to base 2 (`logaddexp2`). The lesson's logarithm
    is the natural one."""
    return np.logaddexp2(0, r - s)


@loss_curve.mistake
def r_in_exp_twice(s, r):
    """You took exp of r, and `logaddexp` takes it once more: it wants the logarithms themselves."""
    return np.logaddexp(s, np.exp(r)) - s


@loss_curve.mistake
def slope_instead(s, r):
    """Your answer is the *slope* of the curve, P - 1, between -1 and 0. Asked is the loss, the height of the
    curve."""
    return np.exp(-np.logaddexp(0, r - s)) - 1
