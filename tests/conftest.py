"""Hypothesis draws the same examples on every run and every machine, and never judges by the clock.

What a test knows of the airplanes, automobiles and frogs themselves is marked `default_sample`, and skipped
where the sample has other classes.
"""

import os
import sys

import numpy as np
import pytest
from hypothesis import settings

from softmax_lesson.data import CLASS_NAMES

DEFAULT_CLASSES = ("airplane", "automobile", "frog")

settings.register_profile("long", max_examples=2000, deadline=None, database=None)  # of test_odd_arguments
settings.register_profile("lesson", derandomize=True, deadline=None, database=None)
settings.load_profile("lesson")


def what_tests_share():
    """Return what all tests of one process see, and one may change only if it puts it back."""
    variables = dict(os.environ)
    variables.pop("PYTEST_CURRENT_TEST", None)
    shared = {"variables": variables, "folder": os.getcwd(), "np.errstate": np.geterr()}
    for module, names in list(sys.modules.items()):
        if module.partition(".")[0] == "softmax_lesson":
            shared[module] = {
                name: value for name, value in vars(names).items() if isinstance(value, bool | str)
            }
    return shared


@pytest.fixture(scope="module", autouse=True)
def nothing_is_left_behind():
    """The tests that run next, in whatever order, find the process as those of this file found it."""
    before = what_tests_share()
    yield
    after = what_tests_share()
    changed = [name for name in before if before[name] != after.get(name)]
    assert not changed, f"put it back, for instance with monkeypatch: {changed}"


def pytest_collection_modifyitems(items):
    """Skip what is a fact of the default sample where another one was cut."""
    if CLASS_NAMES != DEFAULT_CLASSES:
        reason = f"a fact of {', '.join(DEFAULT_CLASSES)}, and the sample has {', '.join(CLASS_NAMES)}"
        for item in items:
            if item.get_closest_marker("default_sample"):
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_terminal_summary(terminalreporter):
    """Print how many odd calls were made, on however many workers."""
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    calls = [dict(report.user_properties).get("odd calls", 0) for report in reports if report.when == "call"]
    if any(calls):
        failed = sum(1 for r in terminalreporter.getreports("failed") if "test_odd_" in r.nodeid)
        terminalreporter.line(f"odd arguments: {sum(calls):,} calls, {failed} names that fail")
