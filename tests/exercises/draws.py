"""Seeds that draw something new: where inputs hardly depend on the seed, others would only repeat it."""

import functools

import numpy as np


@functools.cache
def that_differ(exercise, seeds):
    """Return those of the seeds whose inputs none before has drawn."""
    first = {}
    for seed in seeds:
        first.setdefault(tuple(key_of(case.args) for case in exercise.cases(seed)), seed)
    return tuple(first.values())


def key_of(args):
    """Return what tells arguments apart, to be looked up in a dictionary."""
    return tuple(_key(value) for value in args)


def _key(value):
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype.str, value.tobytes()
    return type(value), repr(value)
