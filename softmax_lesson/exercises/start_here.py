"""The exercise of step 00: small on purpose, to learn how exercises answer."""

import numpy as np

from softmax_lesson.exercises.engine import exercise, nasty


def score_vectors(rng):
    """Yield scores (C,) without two equal ones; the largest is not always the one farthest from 0."""
    yield (np.array([1.5, -0.5, 3.0]),)
    yield (np.array([2.5, -4.0, 0.5]),)
    yield (np.array([-1.0, 0.5, -3.5, 2.0]),)
    yield (np.array([0.2503, 0.7506, 0.5002]),)  # close together: whole numbers and few digits will not do
    for classes in (3, 5, 10):
        yield (rng.permutation(classes) + rng.normal(0, 0.1, classes).round(2) - 1.5,)
    yield nasty("scores that are all below 0", np.array([-3.0, -1.5, -2.5]))
    yield nasty("whole numbers as scores", np.array([2, -7, 5, 1]))


@exercise(
    "00_start_here",
    inputs=score_vectors,
    hints=(
        "The class that wins is the one with the largest score. What is asked is its number, not its score.",
        "Keep two things while you go through the scores: the largest so far, and where it stood.",
        "NumPy has a function that gives the place of the maximum; its name begins with `arg`.",
    ),
)
def winner(f):
    """Return the number of the class with the largest score, counted from 0.

    f: a NumPy array of scores, one for each class; it stays as it is. Returns a whole number.
    """
    return np.argmax(f)  # max() is the largest score, argmax() the place where it stands


@winner.mistake
def largest_score(f):
    """Your answer is the largest score itself. Asked is *which* class has it: its place in `f`, counted from
    0. Look at what `max` gives and what `argmax` gives."""
    return np.max(f)


@winner.mistake
def counted_from_one(f):
    """Your answer is one more than it should be: you count the classes 1, 2, 3. In Python, and in the whole
    lesson, the first class is number 0."""
    return np.argmax(f) + 1


@winner.mistake
def smallest_score(f):
    """Your answer is the class with the *smallest* score. Sorting goes upwards, so the winner comes last in
    it; or look which way your comparison points."""
    return np.argmin(f)


@winner.mistake
def farthest_from_zero(f):
    """Your answer is the class whose score is farthest from 0, so a large negative score wins. A score of -4
    is *less* than one of 2: look for an `abs` or a square."""
    return np.argmax(np.abs(f))


@winner.mistake
def nothing_below_zero(f):
    """Your answer is right as long as some score is above 0. When all are below, none beats the 0 your search
    starts from: start it from a score of `f` instead."""
    best, place = 0, 0
    for k, score in enumerate(f):
        if score > best:
            best, place = score, k
    return place


@winner.mistake
def compared_with_its_neighbour(f):
    """You compare each score with the one before it, so your answer is the last class that beats its
    neighbour. Each has to be compared with the largest *so far*: what does your loop have to remember?"""
    place = 0
    for k in range(1, len(f)):
        if f[k] > f[k - 1]:
            place = k
    return place


@winner.mistake
def method_of_lists(f):
    """`index` is a method of lists, and `f` is a NumPy array, which has none of that name. What do arrays
    have for the place of their largest number?"""
    return f.index(max(f))


@winner.mistake
def as_one_hot(f):
    """Your answer marks the winner among all classes, one entry for each. Asked is one whole number: at which
    place does the mark stand?"""
    return (f == np.max(f)).astype(int)


@winner.mistake
def all_places(f):
    """Your answer is the order of all classes from the lowest score to the highest (`argsort`). Asked is only
    one of them: which?"""
    return np.argsort(f)
