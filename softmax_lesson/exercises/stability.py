"""Exercises of step 02: exp without overflow."""

import numpy as np

from softmax_lesson import stability
from softmax_lesson.exercises import chain
from softmax_lesson.exercises.chain import LADDER
from softmax_lesson.exercises.engine import aside, exercise, nasty
from softmax_lesson.exercises.engine.language import mark, translate

FEATURES = 3073


def dtypes_and_classes(rng):
    """Yield the name of a floating dtype and a number of classes; one class shows the dtype's own limit."""
    for dtype in rng.permutation(["float16", "float32", "float64"]).tolist():
        yield dtype, 3
        yield dtype, int(rng.integers(4, 11))
    yield "float32", 1
    yield nasty("float16 and 1000 classes", "float16", 1000)


def largest(dtype):
    """Return the largest number of a dtype, as a float64."""
    return float(np.finfo(dtype).max)


TOO_MUCH = mark(
    "For {dtype}, C = {C} your answer is {answer:.7g}. Take exp of {C} such scores: their sum is more than "
    "fits."
)
TOO_LITTLE = mark(
    "For {dtype}, C = {C} your answer is {answer:.7g}. Take exp of {C} such scores: their sum fits, and "
    "larger scores would fit, too."
)
FEW_DIGITS = mark(
    "It is right to a few digits and no further: a limit typed in, a logarithm taken in a short dtype and "
    "one found by trying step after step end like that."
)


def fits_the_dtype(answer, dtype, C):
    """Return None for a threshold that fits, and the next number of the dtype does not; else what it lacks.

    It may be given in float64, with more digits than the dtype has, or as a number of the dtype itself.
    """
    kind, due = np.dtype(dtype).type, np.log(largest(dtype)) - np.log(C)
    last = kind(due)  # the last number of the dtype that fits
    last = np.nextafter(last, kind(0)) if float(last) > due else last
    # One step less, for exp and sums are rounded in the dtype, too.
    least = float(np.nextafter(last, kind(0)))
    rounding = 4 * np.finfo(np.float64).eps * due
    if least <= answer <= due + rounding or least <= float(kind(answer)) <= float(last):
        return None
    if not np.isfinite(answer):
        sentence = translate("For {dtype} and C = {C} your answer is {answer}; a finite score is due.")
        return sentence.format(dtype=dtype, C=C, answer=float(answer))
    fact = translate(TOO_MUCH if answer > due else TOO_LITTLE, dtype=dtype, C=C, answer=float(answer))
    return ("few_digits_of_the_limit", f"{fact} {translate(FEW_DIGITS)}") if abs(answer - due) < 0.1 else fact


@exercise(
    "02_stability",
    inputs=dtypes_and_classes,
    accepts=fits_the_dtype,
    hints=(
        "Call the score s. Each of the C exponentials is exp(s), so what is their sum? It may be as large "
        "as the largest number of the dtype, which `np.finfo(dtype).max` knows.",
        "Write that as an equation, sum = largest number, and solve it for s. What undoes exp?",
        "The logarithm of a quotient is the difference of two logarithms. One of the two depends on the "
        "dtype alone.",
    ),
)
def threshold(dtype, C):
    """Return the largest score that C classes may all have, so that exp and its sum still fit.

    dtype: "float16", "float32" or "float64". C: how many classes. Returns one number: for it
    everything fits, and for the next larger number of that dtype no more.
    """
    most = float(np.finfo(dtype).max)  # C exp(s) must not exceed it
    return np.log(most) - np.log(C)  # so s = log(most / C)


@threshold.mistake
def sum_forgotten(dtype, C, largest=largest):
    """Your answer is right for one class alone: a single exp fits, and C of them added up do not. Softmax
    divides by the sum, so the sum has to fit as well. Where does C come in?"""
    return np.log(largest(dtype))


@threshold.mistake
def log_divided(dtype, C, largest=largest):
    """You divided the *score* by C. It is the sum of the exponentials that is C times as large: divide there,
    before you take the logarithm."""
    return np.log(largest(dtype)) / C


@threshold.mistake
def number_of_classes_subtracted(dtype, C, largest=largest):
    """You take C itself off the score. The sum is C *times* as large as one exponential, and the logarithm
    turns a factor into a term: into which one?"""
    return np.log(largest(dtype)) - C


@threshold.mistake
def more_classes_more_room(dtype, C, largest=largest):
    """Your answer grows with the number of classes, as if more of them left more room. They share the room:
    look at the sign in front of the logarithm of C, or at what multiplies and what divides."""
    return np.log(largest(dtype)) + np.log(C)


@threshold.mistake
def always_float64(dtype, C):
    """Your answer is the one for float64, whatever the dtype: that is what NumPy takes when nobody asks for
    another. Look at what you do with the parameter `dtype`."""
    return np.log(largest(np.float64)) - np.log(C)


@threshold.mistake
def base_ten(dtype, C, largest=largest):
    """You took the logarithm to base 10. That counts the digits of the largest number; what undoes exp is the
    natural logarithm, to base e."""
    return np.log10(largest(dtype)) - np.log10(C)


@threshold.mistake
def base_two(dtype, C, largest=largest):
    """You took the logarithm to base 2. That counts bits; what undoes exp is the natural logarithm, to base
    e."""
    return np.log2(largest(dtype)) - np.log2(C)


@threshold.mistake
def largest_number(dtype, C, largest=largest):
    """Your answer is the largest *sum* over C, a number that comes out of exp. Asked is the score that goes
    in: one step back is missing, and it undoes exp."""
    return largest(dtype) / C


@threshold.mistake
def smallest_number(dtype, C):
    """Your answer is below 0: you took the smallest positive number of the dtype, and found where exp becomes
    too small for it. Which attribute of `np.finfo` is the largest?"""
    return np.log(float(np.finfo(dtype).tiny)) - np.log(C)


@threshold.mistake
def spacing_of_numbers(dtype, C):
    """You used `eps`, which says how *finely* the dtype divides the numbers near 1. Asked is how far it
    reaches: that is another attribute of `np.finfo`."""
    return -np.log(float(np.finfo(dtype).eps)) - np.log(C)


@threshold.mistake
def as_an_integer(dtype, C):
    """You counted the bits as if they held a whole number. A floating-point number spends some of them on an
    exponent and reaches much further; `np.finfo(dtype)` knows how far."""
    return np.log(2.0 ** (np.finfo(dtype).bits - 1) - 1) - np.log(C)


@threshold.mistake
def whole_number(dtype, C):
    """Your answer is cut down to a whole number. It is safe, and it is not the largest: look for an `int`, a
    `//`, a `floor`, or a search in steps of 1."""
    return np.floor(np.log(largest(dtype)) - np.log(C))


@threshold.mistake
def logarithm_in_the_dtype(dtype, C):
    """You take the logarithm in the dtype itself, so it has no more digits than that: three in float16. Where
    it is rounded up, the sum no longer fits. `float` around the largest number gives the logarithm all of
    its digits."""
    return np.log(np.finfo(dtype).max / np.dtype(dtype).type(C))


@threshold.mistake
def one_logarithm_in_the_dtype(dtype, C):
    """You take the logarithm of the largest number in the dtype itself, so it has no more digits than that:
    three in float16, and where it is rounded up, the sum no longer fits. `float` around the largest number
    gives the logarithm all of its digits."""
    return np.log(np.finfo(dtype).max) - np.log(C)


# The same again where the largest number stays in its own dtype: a logarithm in float16 has three digits.
for _mistake in [known.function for known in threshold.mistakes if known.function.__defaults__]:

    def _in_the_dtype(dtype, C, made=_mistake):
        return made(dtype, C, largest=lambda name: np.finfo(name).max)

    _in_the_dtype.__name__ = f"{_mistake.__name__}_in_the_dtype"
    _in_the_dtype.__doc__ = f"""{_mistake.__doc__} (And in float16 your answer has three digits only: `float`
    around the largest number gives the logarithm all of its own.)"""
    threshold.mistake(_in_the_dtype)


def rows_of_scores(rng):
    """Yield scores S (N, C), no row with its largest score in the same place and of the same size as all
    others."""
    yield (np.array([[1.0, 4.0, 2.0], [-5.0, 3.0, 9.0]]),)
    yield (rng.normal(0, 3, size=(3, 3)).round(1) + np.arange(3)[:, None] * 4,)
    yield (rng.normal(0, 5, size=(5, 10)).round(2),)
    yield (rng.normal(0, 3, size=(1, 4)).round(1),)
    W, X = rng.normal(0, 0.002, size=(3, FEATURES)), rng.integers(0, 256, size=(4, FEATURES))
    yield (X @ W.T,)
    yield nasty("rows whose scores are all below 0", np.array([[-3.0, -1.5, -2.0], [-800.0, -790.0, -795.0]]))
    yield nasty("rows that lie 2000 apart", np.array([[1000.0, 998.0, 990.0], [-1000.0, -999.0, -1004.0]]))
    yield nasty("scores from -900 to 800", np.array([[1.0, 4.0, 2.0], [-900.0, 30.0, 800.0]]))
    yield aside("whole numbers as scores", np.array([[1, 4, 2], [-900, 30, 800]]))
    yield nasty("scores as large as 1e300", np.array([[1e300, -1e300, 0.0], [0.0, 5.0, 1e300]]))


@exercise(
    "02_stability",
    inputs=rows_of_scores,
    reference=stability.shift_scores,
    hints=(
        "Take one row by itself first. Which of its scores has to become 0, so that no exponential is above "
        "1?",
        "Every row has a largest score of its own, so there are N of them. Along which axis does `max` have "
        "to look?",
        "N numbers of shape (N,) line up with the *columns* of S. To line up with the rows they need the "
        "shape (N, 1); `max` can be told to keep that dimension.",
    ),
)
def shift_rows(S):
    """Subtract from every row its own largest score.

    S: scores (N, C), one example per row. Returns a new array (N, C); S stays as it is.
    """
    m = S.max(axis=1, keepdims=True)  # (N, 1): one largest score for each row, upright
    return S - m  # exp of this is at most 1, and the probabilities are what they were


@shift_rows.mistake
def one_maximum_for_all(S):
    """You subtracted one and the same number everywhere: the largest score of the whole batch. Rows that lie
    far below it then become 0 / 0. Every row needs its own maximum: look at what `max` is told about the
    axis."""
    return S - S.max()


@shift_rows.mistake
def largest_of_each_column(S):
    """You subtracted from every *column* its largest score. A column is a class, and a row is an example: the
    scores that share one softmax stand beside each other in a row. Look at the axis."""
    return S - S.max(axis=0)


@shift_rows.mistake
def not_upright(S):
    """You took the right maxima, one for each row, but as an array of shape (N,). NumPy lays that along the
    columns: an error for most shapes, and a silent wrong answer for N = C. Which shape would line up with the
    rows?"""
    return S - S.max(axis=1)


@shift_rows.mistake
def only_a_large_batch(S):
    """You shift only when some score is large, and otherwise S comes back as it was. *Every* row is to be
    shifted, by its own largest score: very negative rows need it as much, and it changes no probability."""
    return S - S.max(axis=1, keepdims=True) if S.max() > 700 else S.copy()


@shift_rows.mistake
def only_large_rows(S):
    """You shift only the rows with a large score. *Every* row is to be shifted, by its own largest score:
    very negative rows need it as much, and it changes no probability, so no `if` is needed."""
    return np.array([row - row.max() if row.max() > 700 else row for row in S])


@shift_rows.mistake
def clipped(S):
    """Your answer leaves ordinary scores as they came in and does something to large ones only: clipping does
    that, and so does an `if`. Asked is a subtraction in *every* row, of its own largest score; no row needs
    to be spared, since a shift changes no probability."""
    return np.clip(S, -700, 700)


@shift_rows.mistake
def wrong_way_round(S):
    """You subtracted the scores from the largest one, so the best class has 0 and the *worst* the largest
    number: exp would turn the order round. Which of the two is taken away from which?"""
    return S.max(axis=1, keepdims=True) - S


@shift_rows.mistake
def mean_subtracted(S):
    """You subtracted the mean of each row. On paper any number will do; in the computer the largest score
    then still lies above 0, and may lie so far above it that its exp overflows. Which number is sure to
    prevent that?"""
    return S - S.mean(axis=1, keepdims=True)


@shift_rows.mistake
def smallest_subtracted(S):
    """You subtracted the *smallest* score of each row. Now none is below 0 and all the others are above,
    which is the side on which exp overflows. Which score should become 0?"""
    return S - S.min(axis=1, keepdims=True)


@shift_rows.mistake
def first_score_subtracted(S):
    """You subtracted the first score of each row. That is safe only where the first class happens to have the
    largest; which class has it differs from row to row."""
    return S - S[:, :1]


@shift_rows.mistake
def largest_size_subtracted(S):
    """You subtracted the largest number *without its sign*: in a row such as [-800, -790] that is +800, which
    pushes the scores further down instead of up to 0. Look for an `abs`."""
    return S - np.abs(S).max(axis=1, keepdims=True)


@shift_rows.mistake
def never_below_zero(S):
    """Rows with a score above 0 are right, and rows with all scores below 0 are left as they came. Your
    search for the largest starts from 0, and nothing beats it there: start it from a score of the row."""
    return S - S.max(axis=1, keepdims=True, initial=0)


@shift_rows.mistake
def divided_bylargest(S):
    """You divided each row by its largest score. Dividing changes the differences between the scores, and
    with them the probabilities. What leaves all differences as they are?"""
    return S / S.max(axis=1, keepdims=True)


@shift_rows.mistake
def exponentials_returned(S):
    """Your numbers are exp of the shifted scores: one step further than asked. The shifted scores themselves
    are the answer here."""
    return np.exp(S - S.max(axis=1, keepdims=True))


@shift_rows.mistake
def probabilities_returned(S):
    """Your numbers are the probabilities: shifted, taken exp of, and divided. That is all of softmax; only
    its first step is asked here."""
    powers = np.exp(S - S.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@shift_rows.mistake
def logsumexp_subtracted(S):
    """You subtracted the log-sum-exp of each row, and have its log-probabilities: notebook 03 will want them.
    Here it is the largest score that has to become exactly 0."""
    m = S.max(axis=1, keepdims=True)
    return S - (m + np.log(np.exp(S - m).sum(axis=1, keepdims=True)))


@shift_rows.mistake
def place_subtracted(S):
    """You subtracted the *place* of the largest score in each row: that is what `argmax` gives. Asked is the
    score that stands there."""
    return S - S.argmax(axis=1, keepdims=True)


@shift_rows.mistake
def maxima_upright(S):
    """Your answer is the largest score of each row, as a column. That is what has to be subtracted; the
    subtraction is still to come."""
    return S.max(axis=1, keepdims=True)


@shift_rows.mistake
def maxima_alone(S):
    """Your answer is the largest score of each row, N numbers. That is what has to be subtracted from the
    rows; before you do it, look at the shapes."""
    return S.max(axis=1)


def one_row_of_scores(rng):
    """Yield scores f (C,) that exp can bear, then some that it cannot."""
    yield (np.array([1.0, 4.0, 2.0]),)
    yield (np.array([-3.0, 0.5, -1.5, 2.5]),)
    yield (rng.normal(0, 3, size=5).round(1),)
    yield (rng.normal(0, 2, size=10).round(2),)
    yield (np.array([-2.0, -1.0, -4.0]) + rng.normal(0, 0.3, 3).round(2),)
    yield nasty("f = [800, 790, 780]", np.array([800.0, 790.0, 780.0]))
    yield nasty("f = [-2000, -2001, -1999]", np.array([-2000.0, -2001.0, -1999.0]))
    yield nasty("f = [2000, -1000, 0, 1999]", np.array([2000.0, -1000.0, 0.0, 1999.0]))
    yield nasty("f = [-900, 30, 1900, -1200, 20]", np.array([-900.0, 30.0, 1900.0, -1200.0, 20.0]))
    x = rng.integers(0, 256, size=FEATURES)
    yield nasty("pixels nobody divided by 255", rng.normal(0, 0.5, size=(3, FEATURES)) @ x)
    yield nasty("f = [0, -800, 5]", np.array([0.0, -800.0, 5.0]))  # max(0, f.max()) would do, abs would not
    yield nasty("f = [5, -900, -901]", np.array([5.0, -900.0, -901.0]))
    # from here on, exp overflows in every floating type, np.longdouble included
    yield nasty("f = [100000, 100001, 99998]", 100_000 + np.array([0.0, 1.0, -2.0]))
    yield nasty("f = [-100000, -100001, -99998]", -100_000 + np.array([0.0, -1.0, 2.0]))
    yield nasty("scores from 30 to 900", LADDER)
    yield aside("whole numbers as scores", np.array([3, 1500, 1498]))


@exercise(
    "02_stability",
    inputs=one_row_of_scores,
    reference=stability.logsumexp,
    hints=(
        "You know what to subtract from the scores so that no exponential overflows. What does that do to "
        "the sum: by which factor is it too small?",
        "The logarithm turns that factor into a term. Where does it have to go back in?",
        "The answer has two terms: one is a score, the other the logarithm of a sum that lies between 1 and "
        "C.",
    ),
)
def logsumexp(f):
    """Return log(sum(exp(f))), without overflow for scores of any size.

    f: scores (C,); it stays as it is. Returns one number.
    """
    m = f.max()
    return m + np.log(np.exp(f - m).sum())  # the sum is between 1 and C: nothing overflows, and no log of 0


@logsumexp.mistake
def as_typed(f):
    """Your answer is right for small scores. For large ones exp overflows and the answer is `inf`; for very
    negative ones all exponentials are 0, and log 0 is `-inf`. What has to happen to the scores before exp
    sees them?"""
    return np.log(np.exp(f).sum())


@logsumexp.mistake
def maximum_not_added_back(f):
    """Your answer is too small by exactly the largest score: you subtracted it, and never gave it back. The
    sum of the shifted exponentials is not the sum that is asked for; by which factor do they differ?"""
    return np.log(np.exp(f - f.max()).sum())


@logsumexp.mistake
def maximum_subtracted_again(f):
    """You took the largest score away a second time instead of giving it back. Write the sum as a factor
    times the sum of the shifted exponentials, and take the logarithm of both: which sign has the logarithm of
    the factor?"""
    return np.log(np.exp(f - f.max()).sum()) - f.max()


@logsumexp.mistake
def logarithm_subtracted(f):
    """You take the logarithm of the sum off the largest score. Log-sum-exp lies *above* the largest score:
    the logarithm of a product is a sum of two logarithms, both with a plus."""
    return f.max() - np.log(np.exp(f - f.max()).sum())


@logsumexp.mistake
def most_it_can_be(f):
    """Your answer is the largest score plus log C, the most that log-sum-exp can be: as if all C scores were
    equal to the largest. The others are smaller, and their exponentials, too."""
    return f.max() + np.log(len(f))


@logsumexp.mistake
def maximum_outside_exp(f):
    """You subtract the largest score from the *exponentials*. It is the scores that are shifted, inside the
    exp: where does the bracket close?"""
    return f.max() + np.log((np.exp(f) - f.max()).sum())


@logsumexp.mistake
def maximum_inside_the_logarithm(f):
    """You give the largest score back *inside* the logarithm. There it would be a factor, exp of it; as a
    term it belongs outside, beside the logarithm."""
    return np.log(f.max() + np.exp(f - f.max()).sum())


@logsumexp.mistake
def never_summed(f):
    """You get one number for each class: they were never added up. Exp, then *sum*, then log; and what is
    left when log meets exp directly?"""
    return f.max() + np.log(np.exp(f - f.max()))


@logsumexp.mistake
def one_added_to_the_sum(f):
    """You took log(1 + sum) where log(sum) is asked: `log1p` adds a 1 of its own. And for scores of 1000 the
    sum overflows: what has to happen to them before exp?"""
    return np.log1p(np.exp(f).sum())


@logsumexp.mistake
def hard_maximum(f):
    """Your answer is the largest score alone. Log-sum-exp lies a little above it, by up to log C: the other
    classes count, too. A term is missing."""
    return f.max()


@logsumexp.mistake
def one_too_many(f):
    """Your sum has a 1 too many: `log1p(s)` is log(1 + s), and the 1 of the largest score is in s already.
    Either leave the largest out of the sum, or take another logarithm."""
    return f.max() + np.log1p(np.exp(f - f.max()).sum())


@logsumexp.mistake
def without_the_logarithm(f):
    """You added the largest score to the sum of the shifted exponentials itself. That sum is a factor of the
    whole; a score is added to its *logarithm*."""
    return f.max() + np.exp(f - f.max()).sum()


@logsumexp.mistake
def maximum_multiplied(f):
    """You multiplied by the largest score where it is to be added. Before the logarithm it is a factor, exp
    of it; the logarithm of a product is a *sum*."""
    return f.max() * np.log(np.exp(f - f.max()).sum())


@logsumexp.mistake
def sum_of_the_logs(f):
    """Your answer is the sum of the scores: you took log of each exponential, which undoes it, and added up
    afterwards. The order is in the name, read from the right: exp, then sum, then log."""
    return f.sum()


@logsumexp.mistake
def mean_of_exponentials(f):
    """Your answer is too small by log C: a mean of the exponentials stands where their sum is asked. Look for
    a `mean`."""
    return f.max() + np.log(np.exp(f - f.max()).mean())


@logsumexp.mistake
def shifted_by_the_smallest(f):
    """You shifted by the *smallest* score. For scores close together that is right; when they lie far apart,
    the others stay far above 0 and exp overflows. Which score has to become 0?"""
    return f.min() + np.log(np.exp(f - f.min()).sum())


@logsumexp.mistake
def shifted_by_the_mean(f):
    """You shifted by the mean of the scores. For scores close together that is right; when they lie far
    apart, the largest stays far above 0 and its exp overflows. Which number is sure to prevent that?"""
    return f.mean() + np.log(np.exp(f - f.mean()).sum())


@logsumexp.mistake
def shifted_by_zero_or_more(f):
    """Your answer is right until all scores are far below 0: every exponential is 0 there, and log 0 is
    `-inf`. Large scores are subtracted, and low ones are not: does a search for the largest start from 0, or
    does an `if` leave them out? It is the largest score that should become 0, whatever its sign."""
    m = max(0, f.max())
    return m + np.log(np.exp(f - m).sum())


@logsumexp.mistake(added=(0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7))
def added_inside(f, added):
    """You add {added:g} to the sum before its logarithm is taken, against log 0, and so your answer is a
    little too large. With the largest score subtracted the sum is never below 1: there is nothing to
    guard."""
    return f.max() + np.log(np.exp(f - f.max()).sum() + added)


@logsumexp.mistake
def shifted_by_the_largest_size(f):
    """Your answer is right until a score far below 0 has the largest *size*: you subtract that size, which
    pushes all scores further down; all exponentials become 0, and log 0 is `-inf`. Look for an `abs`."""
    m = np.abs(f).max()
    return m + np.log(np.exp(f - m).sum())


@logsumexp.mistake
def exponential_forgotten(f):
    """Your answer is always `nan`: the logarithm of a number below 0. The shifted *scores* are 0 or below,
    and so is their sum; is the exponential in the middle missing?"""
    return f.max() + np.log((f - f.max()).sum())


@logsumexp.mistake
def logarithm_to_base_two(f):
    """Your second term is a logarithm to base 2. Only the natural one undoes exp; which function of NumPy is
    that?"""
    return f.max() + np.log2(np.exp(f - f.max()).sum())


@logsumexp.mistake
def logarithm_to_base_ten(f):
    """Your second term is a logarithm to base 10. Only the natural one undoes exp, and NumPy calls it by a
    shorter name."""
    return f.max() + np.log10(np.exp(f - f.max()).sum())


@logsumexp.mistake
def a_little_added(f):
    """You added a small number inside the logarithm to be safe from log 0. That keeps the infinity away and
    not the mistake: for very negative scores the answer is that small number's logarithm. Prevent the 0
    itself."""
    return np.log(np.exp(f).sum() + 1e-12)


@logsumexp.mistake
def logarithm_of_each(f):
    """You take the logarithm of each exponential, and the two undo each other: what you add up are the
    shifted scores. The log of a sum is not the sum of the logs: sum first."""
    return f.max() + (f - f.max()).sum()


chain.scores.serve(
    logsumexp,
    lambda changed, f: stability.logsumexp(changed(f)),
    only=("negative_scores_made_zero", "scores_without_signs", "scores_clipped"),
)
