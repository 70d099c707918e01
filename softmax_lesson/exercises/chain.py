"""The chain from scores to loss and gradient, link by link: what goes wrong at a link is told once, here.

Scores become probabilities, these a logarithm, that a loss; and the probabilities become slopes, those a
gradient. A slip at one link shows in every exercise that contains it. So it is declared for the link, as a
function that does the link wrongly, with the sentence as its docstring:

    @scores.slip
    def softmax_twice(f):
        ""\"You apply softmax twice: ...""\"
        return softmax(f)

and an exercise says once how its answer is made of the link:

    scores.serve(gradient, lambda changed, W, x, y: right_gradient(changed(W @ x), x, y))

A slip may be a family, as a mistake may.
"""

import functools

import numpy as np

from softmax_lesson.exercises.engine.trial import after
from softmax_lesson.probabilities import softmax

# Scores whose distances tell one limit of clipping from another.
LADDER = np.array([30.0, 60.0, 95.0, 150.0, 250.0, 400.0, 550.0, 650.0, 704.0, 709.2, 720.0, 800.0, 900.0])


class Link:
    """One link of the chain: the slips that are made there, and which exercises contain it."""

    def __init__(self):
        """Begin without slips."""
        self.slips = []

    def slip(self, function=None, **family):
        """Declare a slip: a function that does this link wrongly, its docstring the sentence."""
        if function is None:
            return functools.partial(self._keep, family)
        return self._keep({}, function)

    def _keep(self, family, function):
        self.slips.append((function, family))
        return function

    def serve(self, exercise, answer, only=None, but=(), before="", name="{}"):
        """Declare the slips of this link for an exercise.

        answer: a function of (the link done wrongly, *arguments of the exercise) that returns the answer.
        only: the names of the slips that can be made here; all of them, unless it is given. but: names of
        those that do not show in this exercise, or that it has in words of its own. before: words that lead
        to every sentence. name: what is made of the slip's name, where the exercise contains the link twice.
        """
        names = [function.__name__ for function, _ in self.slips]
        wanted = [name for name in (names if only is None else only) if name not in but]
        if unknown := {*but, *wanted} - {*names}:
            raise ValueError(f"only, but: expected names of slips, got {', '.join(sorted(unknown))}.")
        for function, family in self.slips:
            if function.__name__ in wanted:
                mistake = _in_the_chain(function, answer)
                mistake.__name__ = name.format(function.__name__)
                mistake.__doc__ = after(before, function.__doc__)
                exercise.mistake(mistake, **family)


def _in_the_chain(function, answer):
    def mistake(*args, **member):
        return answer(functools.partial(function, **member), *args)

    return mistake


scores, probabilities, logarithm, slopes = Link(), Link(), Link(), Link()
slopes_of_scores, batches = Link(), Link()


# ---- the scores, before softmax: f (C,) or (N, C) ----


@scores.slip
def softmax_twice(f):
    """Softmax is applied twice: what goes into the second one are probabilities already. They lie between 0
    and 1, hence close together, and the second round makes them nearly equal. Once is enough."""
    return softmax(f)


@scores.slip
def lowest_wins(f):
    """The scores have the opposite sign: the lowest gets the largest probability. Look for a minus inside
    `exp`, or for a shift the wrong way round (largest minus score)."""
    return -f


@scores.slip
def negative_scores_made_zero(f):
    """Your scores are cut off at 0: every negative one counts as 0. A score may have either sign, and exp
    makes it positive; look for a `maximum(0, ...)` or a `clip`."""
    return np.maximum(f, 0)


@scores.slip
def scores_without_signs(f):
    """Your scores have lost their signs: a score of -4 counts as much as one of 4. Look for an `abs`; it is
    exp that makes everything positive and keeps the order."""
    return np.abs(f)


@scores.slip
def scores_squared(f):
    """Your scores are squared before exp: -4 counts as much as 4. It is exp that makes everything positive
    and keeps the order."""
    return f**2


@scores.slip
def exp_twice(f):
    """You take exp twice: what goes into the second one are exponentials already. Once is enough."""
    return np.exp(f)


@scores.slip
def exp_twice_after_the_shift(f):
    """You take exp twice: the scores are shifted, then exponentials are made of them, and what goes into the
    second exp are exponentials already. Once is enough."""
    return powers(f)


@scores.slip(by=(0.1, 0.5, 2, 5, 10, 100))
def divided_by(f, by):
    """Your probabilities are those of the scores divided by {by:g}, a temperature of {by:g}: the scores go
    into exp as they are, or shifted, and nothing stretches them."""
    return f / by


@scores.slip
def standardised(f):
    """You standardise the scores first: mean 0, spread 1. Taking off the mean changes nothing, but dividing
    by the spread is a change of temperature, and a different one for every image."""
    return (f - np.mean(f, axis=-1, keepdims=True)) / np.std(f, axis=-1, keepdims=True)


@scores.slip
def divided_by_largest_score(f):
    """Before `exp` you *divide* by the largest score. Dividing the scores is a change of temperature and
    moves every probability; the step that changes nothing is another one: is it a subtraction?"""
    return f / np.max(f, axis=-1, keepdims=True)


@scores.slip
def divided_by_sum_first(f):
    """You divide the scores by their sum and take exponentials afterwards: the stages are in the wrong order.
    Dividing the scores changes how far they are apart, and that is all that counts."""
    return f / np.sum(f, axis=-1, keepdims=True)


@scores.slip
def divided_by_their_length(f):
    """You divide the scores by their length (`np.linalg.norm`) before `exp`. That is a change of temperature,
    and a different one for every image; only a subtraction leaves the probabilities alone."""
    return f / np.linalg.norm(f, axis=-1, keepdims=True)


@scores.slip
def stretched_from_0_to_1(f):
    """You stretch the scores before `exp`, so that they run from 0 to 1. A subtraction would change nothing,
    but the division is a change of temperature, and a different one for every image."""
    smallest = np.min(f, axis=-1, keepdims=True)
    return (f - smallest) / (np.max(f, axis=-1, keepdims=True) - smallest)


@scores.slip
def powers_of_two(f):
    """You raise 2 to the power of the score: one point of score doubles a probability. In the lesson one
    point makes it 2.718 times as large. Which number is raised to the power f?"""
    return f * np.log(2)


@scores.slip
def powers_of_ten(f):
    """You raise 10 to the power of the score: one point of score makes a probability ten times as large.
    "Antilog" can mean that, but the lesson's logarithm is the natural one. Which number is raised to f?"""
    return f * np.log(10)


@scores.slip(limit=(10, 20, 30, 50, 80, 88, 100, 200, 300, 500, 600, 700, 709))
def scores_clipped(f, limit):
    """Your scores are clipped at {limit}, and beyond that limit different scores become equal. Nothing
    overflows, and the answer is the one for other scores. Subtracting the largest score prevents the overflow
    and changes nothing."""
    return np.clip(f, -limit, limit)


# ---- the probabilities of the scores: f (C,) or (N, C) ----


def powers(f):
    """Return exp of the shifted scores, row by row: right so far."""
    return np.exp(f - np.max(f, axis=-1, keepdims=True))


def total(e):
    """Return the sum of each row, upright."""
    return e.sum(axis=-1, keepdims=True)


@probabilities.slip
def shifted_not_divided(f):
    """Your probabilities are exp of the shifted scores, not yet divided by their sum: the largest is always
    exactly 1. Positive they are; which stage makes them add up to 1?"""
    return powers(f)


@probabilities.slip
def exp_only(f):
    """Your probabilities are the exponentials of the scores. That is the first of the two stages: all
    positive now. What makes them add up to 1?"""
    return np.exp(f)


@probabilities.slip
def divided_by_mean(f):
    """Your probabilities add up to the number of classes, not to 1: the exponentials are divided by their
    *mean*. Look at what you divide by."""
    return powers(f) / powers(f).mean(axis=-1, keepdims=True)


@probabilities.slip
def divided_by_length(f):
    """The *squares* of your probabilities add up to 1: the exponentials are divided by their length
    (`np.linalg.norm`, the root of the sum of squares). Of probabilities the plain sum is 1."""
    return powers(f) / np.linalg.norm(powers(f), axis=-1, keepdims=True)


@probabilities.slip
def hard_arg_max(f):
    """You give 1 to the class with the highest score and 0 to all others: that is the arg max, softmax at
    temperature 0. Softmax gives every class its share; look at the two stages again."""
    best = np.argmax(f, axis=-1)
    return np.where(np.arange(f.shape[-1]) == np.expand_dims(best, -1), 1.0, 0.0)


@probabilities.slip
def sigmoid_of_each(f):
    """You take the sigmoid of each score on its own, so your probabilities do not add up to 1: no class knows
    of the others. For two classes softmax is the sigmoid of the *difference* of the scores; for more, all
    classes share one sum."""
    return 1 / (1 + np.exp(-f))


@probabilities.slip
def divided_without_exp(f):
    """Your probabilities are the scores divided by their sum. A negative score stays negative, and a negative
    sum turns the order round. The first of the two stages is missing: what makes every score positive?"""
    return f / total(f)


@probabilities.slip
def share_of_size(f):
    """You make the scores positive by `abs` and divide by the sum. Positive they are, but the order is lost:
    a score of -4 counts as much as a score of 4. The lesson's first stage is positive *and* keeps the
    order."""
    return np.abs(f) / total(np.abs(f))


@probabilities.slip
def share_of_square(f):
    """You make the scores positive by squaring and divide by the sum. Positive they are, but the order is
    lost: -4 squared is as much as 4 squared. The lesson's first stage is positive *and* keeps the order."""
    return f**2 / total(f**2)


@probabilities.slip
def share_above_the_smallest(f):
    """You make the scores positive by taking the smallest away, and divide by the sum. They keep their order
    and add up to 1, but the last class gets exactly 0, however near it is. The lesson's first stage is
    another one."""
    above = f - np.min(f, axis=-1, keepdims=True)
    return above / total(above)


@probabilities.slip
def shifted_above_only(f):
    """You shift the scores above the line of the fraction and not below it, so the factor that the shift
    brings does not cancel. Subtract the largest score once, and use the shifted scores in both places."""
    return powers(f) / total(np.exp(f))


@probabilities.slip
def shifted_below_only(f):
    """You shift the scores below the line of the fraction and not above it, so the factor that the shift
    brings does not cancel. Subtract the largest score once, and use the shifted scores in both places."""
    return np.exp(f) / total(powers(f))


@probabilities.slip
def shifted_by_smallest(f):
    """It is right until the scores lie far apart: you subtract the *smallest*, so the largest stays large,
    and its exp overflows. Any shift is allowed on paper; which score must become 0, so that no exp is above
    1?"""
    e = np.exp(f - np.min(f, axis=-1, keepdims=True))
    return e / total(e)


@probabilities.slip
def shifted_by_mean(f):
    """It is right until the scores lie far apart: you subtract their *mean*, so the largest stays far above
    0, and its exp overflows. Any shift is allowed on paper; which score must become 0, so that no exp is
    above 1?"""
    e = np.exp(f - np.mean(f, axis=-1, keepdims=True))
    return e / total(e)


@probabilities.slip
def shifted_by_largest_size(f):
    """It is right until a score far below 0 has the largest *size*: you subtract that size, so all scores are
    pushed down, every exponential is 0, and 0 / 0 is nan. Look for an `abs`: it is the largest score that
    should become 0."""
    e = np.exp(f - np.max(np.abs(f), axis=-1, keepdims=True))
    return e / total(e)


@probabilities.slip
def shifted_by_zero_or_more(f):
    """It is right until all scores are far below 0: every exponential is 0 there, and 0 / 0 is nan. Large
    scores are subtracted, and low ones are not: does a search for the largest start from 0, or does an `if`
    leave them out? It is the largest score that should become 0, whatever its sign."""
    e = np.exp(f - np.maximum(0, np.max(f, axis=-1, keepdims=True)))
    return e / total(e)


@probabilities.slip
def divided_by_the_others(f):
    """You divide each exponential by the sum of all the *others*. The sum under the fraction runs over all
    classes, the one above the line included."""
    return powers(f) / (total(powers(f)) - powers(f))


@probabilities.slip
def divided_by_sum_of_scores(f):
    """Your exponentials are divided by the sum of the *scores*. What makes numbers add up to 1 is to divide
    by their own sum: what stands above the line, added up, stands below it."""
    return np.exp(f) / total(f)


@probabilities.slip
def exp_of_the_sum(f):
    """You divide by the exponential of the sum. Below the line stands the sum of the exponentials: first exp
    of each, then the sum. The two are not the same."""
    return np.exp(f) / np.exp(total(f))


@probabilities.slip
def exp_of_the_shifted_sum(f):
    """You shift the scores and divide by the exponential of their sum. Below the line stands the sum of the
    exponentials: first exp of each, then the sum. The two are not the same."""
    return powers(f) / np.exp(total(f - np.max(f, axis=-1, keepdims=True)))


@probabilities.slip
def one_in_the_sum(f):
    """Your sum of exponentials has a 1 too many, as in the sigmoid, where the 1 stands for a class with the
    score 0. Here every class has a score of its own, and the sum runs over those."""
    return np.exp(f) / (1 + total(np.exp(f)))


@probabilities.slip(limit=(30, 50, 80, 88, 100, 200, 300, 500, 600, 700, 709))
def scores_capped(f, limit):
    """Your scores are cut off at {limit}, and above that different scores become equal: the answer is the one
    for other scores. And where all scores are far below 0, every exponential is 0, and 0 / 0 is nan.
    Subtracting the largest score prevents both and changes nothing."""
    e = np.exp(np.minimum(f, limit))
    return e / total(e)


@probabilities.slip
def scores_clipped_where_one_exp_fits(f):
    """You clip the scores at about 709, where a single exp still fits. The *sum* of several does not: it is
    infinite, and what is divided by it becomes 0. And beyond the limit different scores would be equal.
    Subtracting the largest score prevents the overflow and changes nothing."""
    e = np.exp(np.clip(f, -709, 709))
    return e / total(e)


@probabilities.slip
def sigmoid_of_standardised(f):
    """You standardise the scores and take the sigmoid of each on its own, so your probabilities do not add up
    to 1: no class knows of the others. In softmax, all classes share one sum; and dividing the scores by
    their spread is a change of temperature."""
    return 1 / (1 + np.exp(-(f - np.mean(f, axis=-1, keepdims=True)) / np.std(f, axis=-1, keepdims=True)))


@probabilities.slip(added=(1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7))
def added_to_the_sum(f, added):
    """You add {added:g} to the sum that you divide by, against a division by 0. Your probabilities then add
    up to less than 1. With the largest score subtracted the sum is never below 1: there is nothing to
    guard."""
    return powers(f) / (total(powers(f)) + added)


# ---- the logarithm of a probability: p of any shape ----

LIMITS = (
    *(10.0**-power for power in range(2, 17)),
    *(1e-20, 1e-30, 1e-38, 1e-50, 1e-100, 1e-200, 1e-300),
    *(float(np.finfo(np.float32).eps), float(np.finfo(float).eps), float(np.finfo(float).tiny)),
)


@logarithm.slip(
    limit=tuple(10.0**-power for power in range(2, 13)),
    least=lambda limit: -np.log(limit),
    most=lambda limit: -np.log1p(-limit),
)
def clipped_on_both_sides(p, limit):
    """You clip the probability on both sides, at {limit:g} and at 1 - {limit:g}, before its logarithm is
    taken. So its size never passes {least:.1f}, however far the class is behind, and never falls below
    {most:.2g}, however far it leads. Equation (2) never takes the logarithm of a tiny number, and needs no
    such guard."""
    return np.log(np.clip(p, limit, 1 - limit))


@logarithm.slip(limit=LIMITS, stop=lambda limit: -np.log(limit))
def probability_kept_at(p, limit):
    """For a class that is far behind, {limit:g} stands in for the probability (by `clip`, `maximum` or `+`),
    so that its logarithm stays finite. Finite it is, and wrong: its size never passes {stop:.1f}, however far
    the class is behind. The probability need not be made at all: of a quotient, the logarithm is a
    difference."""
    return np.log(np.maximum(p, limit))


@logarithm.slip(
    added=(*(10.0**-power for power in range(1, 17)), float(np.finfo(np.float32).eps)),
    stop=lambda added: -np.log(added),
)
def added_to_probability(p, added):
    """You add {added:g} to the probability before its logarithm is taken, against log 0. That changes every
    logarithm a little, and the large ones a lot: none of yours passes {stop:.1f} in size, however far the
    class is behind. The probability need not be made at all: of a quotient, the logarithm is a difference."""
    return np.log(p + added)


@logarithm.slip
def log_of_one_more(p):
    """You take log(1 + p), which is what `log1p` does, where log p is asked. `log1p` is for the small *rest*
    beside a 1, as in log(1 + r)."""
    return np.log1p(p)


# ---- from probabilities to slopes: P (N, C) and labels y (N,) ----


def at_the_labels(P, y):
    """Return the one-hot table of the labels."""
    return np.eye(P.shape[1])[y]


@slopes.slip
def labels_not_used(P, y):
    """Your slopes are the probabilities alone: from the correct class's the 1 is still to be taken. Without
    it every class is pushed away, the correct one, too: look at -f_y in the loss."""
    return P


@slopes.slip
def one_taken_everywhere(P, y):
    """You subtract 1 from *every* probability, as if each class were the correct one. Only the correct class
    has the 1, from -f_y; the others keep their probability."""
    return P - 1


@slopes.slip
def only_one_hot(P, y):
    """Your slopes are made of Y alone, the 1 of the correct class: it is pulled, and none of the others is
    pushed, however wrong they are. Where are the probabilities?"""
    return -at_the_labels(P, y)


@slopes.slip
def one_added(P, y):
    """You *added* 1 at the correct class. It should be pulled up by descent, so its derivative is negative:
    look at the sign."""
    return P + at_the_labels(P, y)


@slopes.slip
def both_signs_wrong(P, y):
    """Your slopes are -(P + Y): the 1 of the correct class has the right sign, and the probabilities have
    not. The log-sum-exp gives each class its probability with a plus."""
    return -(P + at_the_labels(P, y))


@slopes.slip
def probability_replaced(P, y):
    """At the correct class stands -1 itself: the probability there was overwritten. It stays, and 1 is taken
    from it; `=` is not `-=`."""
    return np.where(at_the_labels(P, y) == 1, -1.0, P)


@slopes.slip
def probability_dropped(P, y):
    """At the correct class stands 0, as if its probability were to be struck out. What belongs there is the
    probability less 1."""
    return np.where(at_the_labels(P, y) == 1, 0.0, P)


@slopes.slip
def others_dropped(P, y):
    """The correct class is right, and all the others are 0. They keep their probability: every wrong class is
    pushed away in proportion to it, equation (5)."""
    return np.where(at_the_labels(P, y) == 1, P - 1, 0.0)


@slopes.slip
def others_as_the_correct(P, y):
    """The correct class is right, and all others have the 1 instead of the 0: where they are concerned,
    nothing is subtracted from the probability."""
    return np.where(at_the_labels(P, y) == 1, P - 1, 1.0)


@slopes.slip
def one_minus_p_for_the_others(P, y):
    """The correct class is right, and the others have 1 - p, what is missing to a full probability. A wrong
    class is pushed by its probability itself: what does the log-sum-exp give for f_k?"""
    return np.where(at_the_labels(P, y) == 1, P - 1, 1 - P)


@slopes.slip
def one_minus_p_for_the_correct(P, y):
    """The wrong classes are right, and the correct one has the opposite sign, 1 - p. Its derivative is below
    0, for a higher score makes the loss smaller."""
    return np.where(at_the_labels(P, y) == 1, 1 - P, P)


@slopes.slip
def minus_p_for_the_others(P, y):
    """The correct class is right, and the wrong ones have the opposite sign. A higher score of a wrong class
    makes the loss larger, so its derivative is above 0."""
    return np.where(at_the_labels(P, y) == 1, P - 1, -P)


@slopes.slip
def labels_subtracted(P, y):
    """You subtract the label itself, the number 0, 1, 2, ... of the class, from every probability. A label
    says *where* the 1 is subtracted, not how much."""
    return P - np.asarray(y)[:, None]


@slopes.slip
def label_at_its_place(P, y):
    """At the right place you subtract the label where a 1 is due: right only for class 1, by accident. A
    label says where, not how much."""
    return P - np.asarray(y)[:, None] * at_the_labels(P, y)


@slopes.slip
def winners_for_labels(P, y):
    """You take the class with the highest probability for the correct one, and `y` plays no part: every
    example is praised for what it says already. Correct is what y says."""
    return P - at_the_labels(P, P.argmax(axis=1))


@slopes.slip
def derivative_of_each_p(P, y):
    """Your factors are p (1 - p), how each probability changes with its own score. It is the loss that is to
    be differentiated: start from equation (2), where no probability stands."""
    return P * (1 - P)


@slopes.slip
def derivative_of_likelihood(P, y):
    """Your answer is the derivative of P(y), the likelihood, not of the loss. The loss is minus its
    logarithm: start from equation (2), where no probability has to be differentiated."""
    return -_correct(P, y) * (P - at_the_labels(P, y))


@slopes.slip
def derivative_of_minus_likelihood(P, y):
    """Your answer is the derivative of -P(y): the right one times P(y), too small where the classifier is
    most wrong. The logarithm of the loss is missing."""
    return _correct(P, y) * (P - at_the_labels(P, y))


@slopes.slip
def squared_error(P, y):
    """Your slopes are 2 (P - Y). A square would bring that 2 with it; the loss is -log P(y), and its
    derivative is P - Y itself."""
    return 2 * (P - at_the_labels(P, y))


@slopes.slip
def squared_error_through_softmax(P, y):
    """Your answer is the derivative of a *squared* error, the sum of (P - Y) squared, carried through
    softmax. The loss of this lesson is -log P(y), and its derivative is simpler: no p (1 - p) is left in
    it."""
    A = 2 * (P - at_the_labels(P, y))
    return P * (A - (A * P).sum(axis=1, keepdims=True))


@slopes.slip
def half_squared_error_through_softmax(P, y):
    """Your answer is the derivative of half a *squared* error, 1/2 the sum of (P - Y) squared, carried
    through softmax. The loss of this lesson is -log P(y), and its derivative is simpler: P - Y goes through
    softmax no more, since equation (2) is written in scores."""
    A = P - at_the_labels(P, y)
    return P * (A - (A * P).sum(axis=1, keepdims=True))


@slopes.slip
def yes_or_no_for_each_class(P, y):
    """Your answer is the derivative of C separate yes-or-no questions, -log p for the correct class and
    -log(1 - p) for each wrong one, carried through softmax. The loss asks for -log P(y) alone: softmax has
    told it of the others already."""
    Y = at_the_labels(P, y)
    A = -Y / P + (1 - Y) / (1 - P)
    return P * (A - (A * P).sum(axis=1, keepdims=True))


@slopes.slip
def derivative_of_the_log_alone(P, y):
    """Your factor is -1 / P(y), at the correct class alone: the derivative of -log P with respect to *P*. The
    chain goes on from there, for P depends on every score. Start from equation (2), which is written in
    scores, and this link is spared."""
    return -at_the_labels(P, y) / P


# ---- from scores to slopes: S (N, C) and labels y (N,) ----


@slopes_of_scores.slip
def slopes_of_the_hinge(S, y):
    """Your slopes are those of the hinge loss of a support vector machine: 1 for every class within a margin
    of 1. The loss of this lesson is -log P(y), and its slopes are probabilities."""
    Y = at_the_labels(S, y)
    within = ((S - _correct(S, y) + 1 > 0) & (Y == 0)).astype(float)
    return within - Y * total(within)


@slopes_of_scores.slip
def one_taken_before_the_division(S, y):
    """You take the 1 from the *exponential* of the correct class, before the division by the sum. It belongs
    to the probability: first divide, then subtract."""
    E = powers(S) - at_the_labels(S, y)
    return E / total(E)


@slopes_of_scores.slip
def one_taken_above_the_line(S, y):
    """You take the 1 from the *exponential* of the correct class, and divide by the sum afterwards. It
    belongs to the probability: first divide, then subtract."""
    return (powers(S) - at_the_labels(S, y)) / total(powers(S))


# ---- the probabilities of a batch: S (N, C) ----


@batches.slip
def sums_of_columns(S):
    """Each exponential is divided by the sum of its *column*: the shift goes along the rows, as it should,
    and the sum does not. An example is a row, and its classes share one sum: look at the `axis`."""
    return powers(S) / powers(S).sum(axis=0)


def _correct(P, y):
    return np.take_along_axis(P, np.asarray(y)[:, None], axis=1)
