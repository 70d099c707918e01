"""For tests and nbval alike: nothing differs from run to run, and nothing of the user is touched.

`SWITCHES` is the one list of what makes a test's screen differ from a student's; each has a test that runs
without it. What pytest itself is told stands in pyproject.toml, what nbval overlooks in
tests/notebooks/sanitise.cfg, how the browser and JupyterLab are started in tests/browser/conftest.py.
"""

import atexit
import gc
import os
import shutil
import sys
import tempfile

import pytest

HOME = tempfile.mkdtemp(prefix="softmax-lesson-")
atexit.register(shutil.rmtree, HOME, ignore_errors=True)

# Who reads a notebook loads jsonschema, which builds a grammar of addresses for 1.7 s; no test asks for it
sys.modules.setdefault("rfc3987_syntax", None)
# Or each process would make pytest's own form of all tests anew, which takes it longer than most tests.
sys.dont_write_bytecode = False

# variable: (what it is set to, why, the test that runs without it)
SWITCHES = {
    "TQDM_DISABLE": (
        "1",
        "a progress bar appears or not, as fast as the machine is",
        "tests/data/test_cifar10.py::test_a_download_shows_a_bar_unless_told_not_to",
    ),
    "SOFTMAX_LESSON_HOME": (
        HOME,
        "which exercises are done: the user's own list stays as it is",
        "tests/exercises/test_progress.py::test_without_the_variable_the_folder_is_the_systems_own",
    ),
    "SOFTMAX_LESSON_ROOM": (
        "off",
        "no room hears of what tests check, whatever the user has joined",
        "tests/exercises/test_events.py::test_without_the_variable_no_room_hears",
    ),
    "OPENBLAS_NUM_THREADS": (
        "1",
        "tests run side by side: more threads would wait for each other",
        "tests/project/test_switches.py::test_with_all_threads_the_numbers_are_the_same",
    ),
}
os.environ.update({name: value for name, (value, *_) in SWITCHES.items()})

# A program that a test starts has an environment of its own: what the developer has set for Python (a path
# that would hide the wheel, warnings as errors) and for pytest (plugins, options) is meant for this process.
# The seed of the hashes stays: a failure that it causes can be tried again with it. A teacher's language, and
# the switch that shuts the solutions, are for students.
THEIRS = ("PYTHON", "PYTEST_", "SOFTMAX_LESSON_LANGUAGE", "SOFTMAX_LESSON_SOLUTIONS")
for name in list(os.environ):
    if name.startswith(THEIRS) and name != "PYTHONHASHSEED":
        del os.environ[name]


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Do not look for garbage in what is being loaded, and never again: all of it stays to the end.

    That took a third of the time until the first test.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
