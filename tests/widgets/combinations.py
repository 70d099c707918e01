"""Which states are drawn: a picture takes a twentieth of a second, and there are many states."""

import itertools

import pytest


def with_one_of_the_last(*settings):
    """Return all combinations of some settings, for `parametrize`.

    `make test` has each combination of the others with one value of the last, another one for each;
    `make test-long` has the rest.
    """
    places = itertools.product(*(range(len(values)) for values in settings))
    found = []
    for *others, last in places:
        values = [setting[place] for setting, place in zip(settings, (*others, last), strict=True)]
        is_long = sum(others) % len(settings[-1]) != last
        found.append(pytest.param(*values, marks=pytest.mark.long if is_long else ()))
    return found
