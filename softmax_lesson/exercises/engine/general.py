"""Mistakes that can be made in any exercise, and the facts by which an unknown mistake shows.

A *general mistake* is a function of the right answer, of the input, and of the student's answer; it returns
what the student's answer would be if this mistake had been made, or None where it cannot be made. Its
docstring is the sentence the student reads. They are tried in the order in which they stand here, after the
exercise's own. A *pattern* looks at the answers to all inputs at once. A *property* is something that the
right answer always has: rows that add up to 1, and the like.
"""

import numpy as np

from softmax_lesson.exercises.engine.cases import LABELS, LETTERS
from softmax_lesson.exercises.engine.comparing import close_numbers
from softmax_lesson.exercises.engine.feedback import Known, sentence_of

GENERAL, PATTERNS, PROPERTIES = [], [], []


def _known(function):
    """Return the mistake that a function makes, with its docstring as the sentence."""
    return Known(function.__name__, function, sentence_of(function))


def general(function):
    """Add a general mistake."""
    GENERAL.append(_known(function))
    return function


def pattern(function):
    """Add a pattern: a function of lists of answers, right answers and cases that returns True or False."""
    PATTERNS.append(_known(function))
    return function


def lasting(function):
    """Add a property: a function of an array that returns True or False."""
    PROPERTIES.append(_known(function))
    return function


# ---- the same numbers in another place ----------------------------------------


@general
def transposed(truth, case, answer):
    """Your answer is the right one transposed: rows and columns have changed places. Write the shapes of the
    arrays beside every line, and look where a `.T` is missing or too many, or where a product has its factors
    in the other order."""
    return truth.T if truth.ndim == 2 else None


@general
def other_shape(truth, case, answer):
    """Your numbers are right, in the wrong shape. Print `.shape` of what you return and compare it with the
    shape in the task: a `keepdims`, a `reshape`, an index `[:, None]` or a pair of brackets adds a
    dimension."""
    return truth.reshape(answer.shape) if truth.shape != answer.shape and truth.size == answer.size else None


@general
def argument_returned(truth, case, answer):
    """What you return are the numbers of one of the arguments, as they came in. The work is done and lost, or
    not done yet: look at the name behind `return`."""
    return next(
        (a for a in case.arrays.values() if a.shape == answer.shape and np.array_equal(a, answer)), None
    )


def _rolled(axis, step):
    def rolled(truth, case, answer):
        if truth.ndim <= axis:
            return None
        moved = np.roll(truth, step, axis)
        edge = (slice(None),) * axis + (min(step, 0),)
        if answer.shape == truth.shape and not answer[edge].any():
            moved[edge] = 0
        return moved

    return rolled


for _name, _axis, _step, _sentence in (
    (
        "rows_shifted_late",
        *(0, 1),
        "Your rows (or numbers) are the right ones, each one place too late; what falls off the end is "
        "lost, or comes back at the other. Counting starts at 0 in Python: look at every index.",
    ),
    (
        "rows_shifted_early",
        *(0, -1),
        "Your rows (or numbers) are the right ones, each one place too early; what falls off the end is "
        "lost, or comes back at the other. Counting starts at 0 in Python: look at every index.",
    ),
    (
        "columns_shifted_late",
        *(1, 1),
        "Your columns are the right ones, each one place too late; what falls off the end is lost, or comes "
        "back at the other. Counting starts at 0 in Python: look at every index.",
    ),
    (
        "columns_shifted_early",
        *(1, -1),
        "Your columns are the right ones, each one place too early; what falls off the end is lost, or comes "
        "back at the other. Counting starts at 0 in Python: look at every index.",
    ),
):
    GENERAL.append(Known(_name, _rolled(_axis, _step), _sentence))


@general
def reversed_order(truth, case, answer):
    """Your answer is the right one in reverse order, last first. Look for a `[::-1]`, or for a loop that
    counts downwards."""
    return truth[::-1] if truth.ndim else None


@general
def labels_from_one(truth, case, answer):
    """Your answer is the right one for the class *before* the one that is asked (and for class 0, that is the
    last). Labels count from 0 here, as Python does: is a 1 subtracted from a label somewhere?"""
    return _other_label(truth, case, -1)


@general
def next_class(truth, case, answer):
    """Your answer is the right one for the class *after* the one that is asked. Labels count from 0 here, as
    Python does: is a 1 added to a label somewhere?"""
    return _other_label(truth, case, 1)


def _other_label(truth, case, step):
    name = next((n for n in LABELS if n in case.names), None)
    if name is None or "C" not in case.sizes:
        return None
    label = np.asarray(dict(zip(case.names, case.args, strict=True))[name])
    other = (label + step) % case.sizes["C"]
    return case.call(f"label {step:+}", **{name: other if other.ndim else int(other)})


# ---- a factor ----------------------------------------


def _factor(name, of_sizes, sentence):
    def scaled(truth, case, answer):
        factor = of_sizes(case.sizes) if truth.dtype.kind != "b" else None
        return truth * factor if factor is not None and factor != 1 else None

    GENERAL.append(Known(name, scaled, sentence))


_n = lambda sizes: sizes.get("N")  # noqa: E731
_c = lambda sizes: sizes.get("C")  # noqa: E731
_one_over = lambda size: lambda sizes: 1 / size(sizes) if size(sizes) else None  # noqa: E731
_both = lambda sizes: _n(sizes) * _c(sizes) if _n(sizes) and _c(sizes) else None  # noqa: E731

_factor(
    "sign_flipped",
    lambda _: -1.0,
    "Your answer is the right one with the opposite sign. Look for a minus that is missing or too many, "
    "and for a difference taken the wrong way round.",
)
_factor(
    "times_N",
    _n,
    "Your answer is N times the right one, N being the number of examples: a sum stands where a mean is "
    "asked. Where is the division by N?",
)
_factor(
    "over_N",
    _one_over(_n),
    "Your answer is the right one divided by N, the number of examples, once too often. Is there a mean "
    "and a division by N as well, or a mean where nothing is to be averaged?",
)
_factor(
    "over_NC",
    _one_over(_both),
    "Your answer is the right one divided by N times C: averaged over every number of a table (N, C) "
    "where the mean over the N examples is asked. What does `.mean()` or `.size` count?",
)
_factor(
    "times_NC",
    _both,
    "Your answer is N times C times the right one, as many times as a table of all scores has numbers. "
    "Look at what is summed, and at what you divide by.",
)
_factor(
    "over_C",
    _one_over(_c),
    "Your answer is the right one divided by C, the number of classes: averaged over the classes, where "
    "they are to be summed or one is to be picked. Look for a `mean` along the axis of the classes.",
)
_factor(
    "times_C",
    _c,
    "Your answer is C times the right one, C being the number of classes: one and the same thing is added "
    "once for every class. Look at what your sum over the classes runs over.",
)
_factor(
    "over_N_and_one",
    lambda sizes: _n(sizes) / (_n(sizes) + 1) if _n(sizes) else None,
    "Your answer is the right one times N / (N + 1): you divide by one more than there are examples.",
)
_factor(
    "over_N_less_one",
    lambda sizes: _n(sizes) / (_n(sizes) - 1) if _n(sizes) and _n(sizes) > 1 else None,
    "Your answer is the right one times N / (N - 1): you divide by one less than there are examples. That is "
    "for a variance; a mean is the sum divided by N.",
)
_factor(
    "twice",
    lambda _: 2.0,
    "Your answer is twice the right one. Is a factor 1/2 forgotten, or a term counted twice?",
)
_factor(
    "half", lambda _: 0.5, "Your answer is half of the right one. Is there a 1/2 that does not belong here?"
)
_factor(
    "base_two",
    lambda _: 1 / np.log(2),
    "Your answer is the right one divided by log 2, so your logarithm is the one to base 2. The lesson's "
    "logarithm is the natural one: which function of NumPy is that?",
)
_factor(
    "times_log_two",
    lambda _: np.log(2),
    "Your answer is the right one times log 2, as if it were changed from base 2 to base e. The lesson's "
    "logarithm is the natural one throughout, so there is nothing to change.",
)
_factor(
    "base_ten",
    lambda _: 1 / np.log(10),
    "Your answer is the right one divided by log 10, so your logarithm is the one to base 10. The "
    "lesson's logarithm is the natural one: which function of NumPy is that?",
)
_factor(
    "times_log_ten",
    lambda _: np.log(10),
    "Your answer is the right one times log 10, as if it were changed from base 10 to base e. The "
    "lesson's logarithm is the natural one throughout, so there is nothing to change.",
)


# ---- the wrong examples, the wrong axis, the wrong dtype ----------------------------------------


@general
def other_axis(truth, case, answer):
    """Your answer is what comes out when rows and columns change roles: the work is done down the columns
    where it belongs along the rows. An example is a row here; look at every `axis`."""
    tables = [n for n, a in case.arrays.items() if a.ndim == 2]
    if len(tables) != 1 or len(case.arrays) != 1:
        return None
    other = case.call("other axis", **{tables[0]: case.arrays[tables[0]].T})
    return other.T if other is not None else None


@general
def integer_dtype_inherited(truth, case, answer):
    """Your answer is the right one squeezed into whole numbers: it has taken over the dtype of an argument
    that holds integers. Fractions are cut off, and uint8 also starts again at 0 after 255. Look for
    `zeros_like`, `empty_like`, `astype`, `dtype=` or an array that is written into, and ask for floats
    there."""
    whole = [a for n, a in case.arrays.items() if a.dtype.kind in "iu" and n not in LABELS]
    return truth.astype(whole[0].dtype) if whole and truth.dtype.kind == "f" else None


@general
def only_first_example(truth, case, answer):
    """Your answer is the one for the first example alone. Does the `return` stand inside the loop, or does an
    index `[0]` stay where it should move on?"""
    return _some(truth, case, slice(0, 1), answer)


@general
def only_last_example(truth, case, answer):
    """Your answer is the one for the last example alone. Inside the loop, every example overwrites the one
    before; where are they collected?"""
    return _some(truth, case, slice(-1, None), answer)


def _without(which, averaged):
    def left_out(truth, case, answer):
        n = case.sizes.get("N", 0)
        rest = case.call(f"examples {which}", **case.some_examples(which)) if n > 1 else None
        if rest is None or rest.shape != truth.shape:
            return None
        return rest * (n - 1) / n if averaged else rest

    return left_out


_AFTER_THE_FIRST, _BEFORE_THE_LAST = slice(1, None), slice(None, -1)
for _name, _which, _averaged, _sentence in (
    (
        "without_first_example_over_N",
        *(_AFTER_THE_FIRST, True),
        "Your answer is the one without the first example, divided by N all the same. Where does your loop, "
        "or your slice, begin and end? Python's `range(1, n)` leaves 0 out.",
    ),
    (
        "without_first_example",
        *(_AFTER_THE_FIRST, False),
        "Your answer is the one without the first example, as if there were one less. Where does your loop, "
        "or your slice, begin and end? Python's `range(1, n)` leaves 0 out.",
    ),
    (
        "without_last_example_over_N",
        *(_BEFORE_THE_LAST, True),
        "Your answer is the one without the last example, divided by N all the same. Where does your loop, "
        "or your slice, begin and end? Python's `range(n - 1)` ends with n - 2.",
    ),
    (
        "without_last_example",
        *(_BEFORE_THE_LAST, False),
        "Your answer is the one without the last example, as if there were one less. Where does your loop, "
        "or your slice, begin and end? Python's `range(n - 1)` ends with n - 2.",
    ),
):
    GENERAL.append(Known(_name, _without(_which, _averaged), _sentence))


@general
def first_alone(truth, case, answer):
    """Your answer is the first row (or number) of the right one, alone. Does the `return` stand inside the
    loop, so that its first round is the last? Or is there an index `[0]` too many?"""
    return _one(truth, 0, answer)


@general
def last_alone(truth, case, answer):
    """Your answer is the last row (or number) of the right one, alone. Inside the loop, every round
    overwrites what the one before has found; where is it collected?"""
    return _one(truth, -1, answer)


def _one(truth, place, answer):
    if not truth.size or truth.ndim == 0:
        return None
    if answer.ndim == 0:
        return truth.ravel()[place]
    return truth[place][None] if answer.ndim == truth.ndim else truth[place]


def _some(truth, case, which, answer):
    if "N" not in case.sizes:
        return None
    cut = case.call(f"examples {which}", **case.some_examples(which))
    if cut is not None and cut.ndim and cut.shape != answer.shape and cut[0].shape == answer.shape:
        return cut[0]
    return cut


@general
def first_repeated(truth, case, answer):
    """Your answer is its own first row (or number) over and over, and that one is right. The others are
    computed from the first example, too: look for an index that never moves."""
    return np.broadcast_to(truth[0], truth.shape) if truth.ndim and len(truth) > 1 else None


@general
def last_repeated(truth, case, answer):
    """Your answer is the right last row (or number) over and over. One array is filled again for every
    example, and all rows point to it: make a fresh one inside the loop."""
    return np.broadcast_to(truth[-1], truth.shape) if truth.ndim and len(truth) > 1 else None


@general
def first_left_out(truth, case, answer):
    """All of your answer is right but its first row (or number), which is 0. Where does your loop start?
    Python's `range(1, n)` leaves 0 out."""
    return _zero_at(truth, 0)


@general
def last_left_out(truth, case, answer):
    """All of your answer is right but its last row (or number), which is 0. Where does your loop stop?
    Python's `range(n - 1)` ends with n - 2."""
    return _zero_at(truth, -1)


def _zero_at(truth, place):
    if truth.ndim == 0 or len(truth) < 2:
        return None
    truth = truth.copy()
    truth[place] = 0
    return truth


# ---- a step too many or too few ----------------------------------------


@general
def all_zero(truth, case, answer):
    """Your answer is 0 everywhere. Something is prepared with zeros and never filled, or multiplied by 0, or
    a whole number divided with `//`."""
    return np.zeros_like(truth)


@general
def sign_lost(truth, case, answer):
    """Your answer is the right one without its signs: the negative numbers came out positive. Look for an
    `abs`, or a square with a root."""
    return np.abs(truth)


@general
def reciprocal(truth, case, answer):
    """Your answer is 1 divided by the right one: a division is the wrong way round."""
    return 1 / truth


@general
def exponential(truth, case, answer):
    """Your answer is exp of the right one: a logarithm is missing at the end, or an `exp` too many."""
    return np.exp(truth)


@general
def logarithm(truth, case, answer):
    """Your answer is the logarithm of the right one: a `log` too many, or an `exp` missing."""
    return np.log(truth)


@general
def minus_logarithm(truth, case, answer):
    """Your answer is minus the logarithm of the right one: the step to the loss is not asked here."""
    return -np.log(truth)


@general
def one_minus(truth, case, answer):
    """Your answer is 1 minus the right one: what is left over, instead of the thing itself."""
    return 1 - truth if truth.dtype.kind != "b" else None


@general
def squared(truth, case, answer):
    """Your answer is the square of the right one: a root is missing, or a factor comes twice."""
    return truth**2 if truth.dtype.kind != "b" else None


@general
def root(truth, case, answer):
    """Your answer is the square root of the right one: a root too many, or a square missing."""
    return np.sqrt(truth)


@general
def rounded_down(truth, case, answer):
    """Your answer is the right one rounded down to whole numbers. Look for a `//` where a `/` is meant, and
    for a `floor`."""
    return np.floor(truth) if truth.dtype.kind == "f" else None


@general
def rounded(truth, case, answer):
    """Your answer is the right one, rounded. Look for a `round`: digits that are not to be shown are still
    needed, for whoever goes on computing with your numbers."""
    few = (np.round(truth, digits) for digits in range(7))
    return next((r for r in few if r.shape == answer.shape and np.allclose(answer, r, 0, 1e-9)), None)


def _for_other_numbers(name, change):
    """Return the mistake that computes the right answer for a changed argument of that name."""

    def made(truth, case, answer):
        array = case.arrays.get(name)
        if array is None or array.dtype.kind not in "fi":
            return None
        return case.call((name, change), **{name: change(array)})

    return made


for _name in sorted({name for name, _ in LETTERS} - {*LABELS}):
    for _what, _change, _sentence in (
        (
            "negated",
            np.negative,
            "Your answer is the right one for `-{name}`: its numbers have the opposite sign. Look for a "
            "minus before it, and for a difference the wrong way round.",
        ),
        (
            "without_signs",
            np.abs,
            "Your answer is the right one for `{name}` without its signs: its negative numbers count as "
            "positive ones. Look for an `abs`.",
        ),
        (
            "as_integers",
            lambda array: array.astype(np.int64),
            "Your answer is the right one for `{name}` with its fractions cut off. Look for an `int`, an "
            "`astype` or a `dtype=`, and for an array of whole numbers that is written into.",
        ),
    ):
        _made = _for_other_numbers(_name, _change)
        GENERAL.append(Known(f"{_name}_{_what}", _made, _sentence, {"name": _name}))


@general
def summed(truth, case, answer):
    """Your answer is the sum of all the numbers that are asked for. Sum along the axis that is meant, or not
    at all."""
    return truth.sum() if truth.ndim else None


@general
def averaged(truth, case, answer):
    """Your answer is the mean of all the numbers that are asked for. Each of them is wanted: leave them side
    by side."""
    return truth.mean() if truth.ndim else None


@general
def summed_down(truth, case, answer):
    """Your answer is the right one added up down its columns. Look for a sum that is not asked for, or for
    its `axis`."""
    return _reduced(np.sum, truth, 0, answer)


@general
def summed_along(truth, case, answer):
    """Your answer is the right one added up along its rows. Look for a sum that is not asked for, or for its
    `axis`."""
    return _reduced(np.sum, truth, 1, answer)


@general
def averaged_down(truth, case, answer):
    """Your answer is the mean of each column of the right one. Each row is wanted by itself: look for a mean
    that is not asked for, or for its `axis`."""
    return _reduced(np.mean, truth, 0, answer)


@general
def averaged_along(truth, case, answer):
    """Your answer is the mean of each row of the right one. Each of their numbers is wanted by itself: look
    for a mean that is not asked for, or for its `axis`."""
    return _reduced(np.mean, truth, 1, answer)


def _reduced(how, truth, axis, answer):
    return how(truth, axis=axis, keepdims=answer.ndim == 2) if truth.ndim == 2 else None


# ---- patterns over all inputs ----------------------------------------


@pattern
def right_for_first(answers, truths, cases):
    """The first row (or number) of your answer is right, and the others are not. Is something computed for
    the first example used for all of them?"""
    several = [r for r in zip(answers, truths, cases, strict=True) if r[1].ndim and len(r[1]) > 1]
    first = all(np.all(close_numbers(a[:1], t[:1], c.scale)) for a, t, c in several)
    ordinary = [r for r in several if not r[2].nasty]  # on a nasty input, 0 may be right for all
    others = any(_a_row_is_close(a[1:], t[1:], c.scale) for a, t, c in ordinary)
    return bool(ordinary) and first and not others


def _a_row_is_close(answer, truth, scale):
    close = close_numbers(answer, truth, scale)
    return bool(close.reshape(len(close), -1).all(axis=1).any())


@pattern
def seven_digits(answers, truths, cases):
    """On ordinary inputs your answer is right to about seven digits, and no further: as far as float32
    reaches. Look for a `float32` on the way, or for a small number that is added (`+ 1e-8`); keep the dtype
    that came in."""
    if any(a.dtype == np.float16 for a in answers):
        return False
    # Where the input itself is float32, seven digits are all there are.
    rows = [(a, t) for a, t, c in zip(answers, truths, cases, strict=True) if not c.nasty]
    ordinary = [(a, t) for a, t in rows if t.dtype == np.float64]
    gaps = [np.abs(a - t).max(initial=0) / (_largest(t) or 1) for a, t in ordinary]
    return bool(np.isfinite(gaps).all() and 5e-9 < max(gaps, default=0) < 5e-7)


@pattern
def too_few_digits(answers, truths, cases):
    """The first digits of your answer are right, and then it drifts away. Look for a `round`, a
    float16, a constant typed with few digits, or a small number added where it does not belong (`+ 1e-5`)."""
    return all(_near(a, t) for a, t in zip(answers, truths, strict=True))


def _near(a, t):
    """Say whether all numbers agree in their first digits, and infinities wholly."""
    finite = np.isfinite(t)
    few_digits = np.abs(a - t)[finite] <= 2e-3 * np.abs(t[finite]) + 1e-3 * _largest(t)
    return bool(few_digits.all() and np.array_equal(a[~finite], t[~finite], equal_nan=True))


@pattern
def same_answer_always(answers, truths, cases):
    """Your answer is the same for every input of the same shape, so it does not depend on the numbers that
    come in. Does it use a variable of the notebook, or a number typed in, where the parameter should
    stand?"""
    groups = {}
    for a, t in zip(answers, truths, strict=True):
        groups.setdefault(a.shape, []).append((a, t))
    same = all(np.isfinite(a).all() and np.array_equal(a, g[0][0]) for g in groups.values() for a, _ in g)
    return same and any(not np.array_equal(t, g[0][1]) for g in groups.values() for _, t in g)


@pattern
def off_by_a_constant(answers, truths, cases):
    """Every number of your answer misses the right one by the same amount, whatever the input. Look for a
    constant that is added or subtracted without need, or forgotten."""
    gaps = _all([a - t for a, t in zip(answers, truths, strict=True)])
    return gaps is not None and bool(np.allclose(gaps, gaps[0], rtol=1e-6, atol=0))


@pattern
def off_by_a_factor(answers, truths, cases):
    """Every number of your answer is the right one times the same factor, whatever the input. Look for a
    constant that is multiplied or divided without need, or forgotten."""
    pairs = [(a[t != 0], t[t != 0], a[t == 0]) for a, t in zip(answers, truths, strict=True)]
    ratios = _all([a / t for a, t, _ in pairs])
    return (
        ratios is not None
        and bool(np.allclose(ratios, ratios[0], rtol=1e-6, atol=0))
        and not any(z.any() for *_, z in pairs)
    )


PENALISED = {"W", "weights", "S", "f"}


@pattern
def penalty_added(answers, truths, cases):
    """What your answer has beyond the right one is a multiple of the weights (or scores), of the sum of their
    squares or of their sizes, and on ordinary inputs always the same multiple. Is a penalty (`reg`) added,
    which is not asked here?"""
    ordinary = [r for r in zip(answers, truths, cases, strict=True) if not r[2].nasty]
    gaps = [a - t for a, t, _ in ordinary]
    for name in PENALISED.intersection(ordinary[0][2].arrays) if ordinary else ():
        for of in (np.asarray, lambda array: np.sum(array**2.0), lambda array: np.sum(np.abs(array))):
            added = [np.asarray(of(case.arrays[name])) for *_, case in ordinary]
            fitting = all(
                gap.shape == part.shape and part.any() for gap, part in zip(gaps, added, strict=True)
            )
            if fitting and _is_one_multiple(gaps, added):
                return True
    return False


def _is_one_multiple(gaps, added):
    gap, part = (np.concatenate([np.ravel(array) for array in arrays]) for arrays in (gaps, added))
    multiple = float(gap @ part / (part @ part))
    return bool(abs(multiple) > 1e-6 and np.allclose(gap, multiple * part, rtol=1e-6, atol=1e-9))


def _all(arrays):
    numbers = np.concatenate([np.ravel(a) for a in arrays]) if arrays else np.zeros(0)
    return numbers if len(numbers) > 1 and np.isfinite(numbers).all() and numbers[0] else None


def _largest(array):
    return np.abs(array).max(initial=0, where=np.isfinite(array))


# ---- where it is wrong, when it is right everywhere else ---------------------------------------------------


def _where(name, region, sentence):
    def wrong_only_there(answers, truths, cases):
        found = False
        for a, t, case in zip(answers, truths, cases, strict=True):
            there = region(t, case)
            if there is None or there.all():
                return False
            wrong = ~close_numbers(a, t, case.scale)
            if (wrong & ~there).any():
                return False
            found = found or bool(wrong.any() and not case.nasty)
        return found

    PATTERNS.append(Known(name, wrong_only_there, sentence))


def _at(index):
    def region(truth, case):
        there = np.zeros(truth.shape, bool)
        if truth.ndim:
            there[index] = True
        return there if truth.ndim else None

    return region


def _of_the_label(truth, case):
    """Mark what belongs to the correct class: its row in (C, D), its number in (C,), one of each row in (N,
    C)."""
    label = np.asarray(dict(zip(case.names, case.args, strict=True)).get("y", 0.5))
    there = np.zeros(truth.shape, bool)
    if label.dtype.kind not in "iu" or not truth.ndim:
        return None
    if label.ndim == 0 and len(truth) == case.sizes.get("C"):
        there[label] = True
        return there
    if label.ndim == 1 and truth.shape == (len(label), case.sizes.get("C")):
        there[np.arange(len(label)), label] = True
        return there
    return None


def _not_of_the_label(truth, case):
    there = _of_the_label(truth, case)
    return None if there is None else ~there


_where(
    "correct_class_wrong",
    _of_the_label,
    "All of your answer is right but what belongs to the correct class. That class has a term of its own: "
    "look at the place where `y` comes in.",
)
_where(
    "other_classes_wrong",
    _not_of_the_label,
    "What belongs to the correct class is right; it is the other classes that are not. Look at what happens "
    "to those that are not `y`: perhaps what is meant for one class happens to more.",
)
_where(
    "last_column_wrong",
    _at((..., -1)),
    "All of your answer is right but its last column (or number). That is where the constant 1 and the "
    "bias have their place, and where a loop or a slice ends.",
)
_where(
    "first_column_wrong",
    _at((..., 0)),
    "All of your answer is right but its first column (or number). Look where your loop or your slice "
    "begins: Python counts from 0.",
)
_where(
    "first_row_wrong",
    _at(0),
    "All of your answer is right but its first row. Look where your loop or your slice begins: Python "
    "counts from 0.",
)
_where(
    "last_row_wrong",
    _at(-1),
    "All of your answer is right but its last row. Look where your loop or slice ends.",
)


# ---- properties of the right answer ----------------------------------------


@lasting
def never_negative(a):
    """No number of the right answer is below 0, and one of yours is."""
    return bool(np.all(a >= 0))


@lasting
def rows_sum_to_one(a):
    """The numbers of each row of the right answer add up to 1, and yours do not."""
    return a.ndim > 0 and bool(np.allclose(a.sum(axis=-1), 1, atol=1e-3))


@lasting
def columns_sum_to_zero(a):
    """The rows of the right answer, added up, give 0 in every column, and yours do not: what pulls one class
    up pushes the others down."""
    return a.ndim == 2 and bool(np.all(np.abs(a.sum(axis=0)) <= 1e-3 * np.abs(a).sum(axis=0)))


@lasting
def rows_sum_to_zero(a):
    """The numbers of each row of the right answer add up to 0, and yours do not."""
    return a.ndim > 0 and bool(np.all(np.abs(a.sum(axis=-1)) <= 1e-3 * np.abs(a).sum(axis=-1)))


@lasting
def largest_is_zero(a):
    """The largest number of each row of the right answer is 0, and yours is not."""
    return a.ndim > 0 and bool(np.all(a.max(axis=-1) == 0))


@lasting
def never_positive(a):
    """No number of the right answer is above 0, and one of yours is."""
    return bool(np.all(a <= 0))


@lasting
def at_most_one(a):
    """No number of the right answer is above 1, and one of yours is."""
    return bool(np.all(a <= 1))
