"""What `make test` runs, and what `.ci/run` says at its end."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(
    os.name == "nt" or not shutil.which("make"), reason="the README has no make for Windows"
)


ENGLISH, IN_OTHER_LANGUAGES = (
    sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "notebooks").glob(pattern))
    for pattern in ("*.ipynb", "*/*.ipynb")
)


def calls_of_pytest(part, arguments=""):
    """Return how a part of the Makefile would call pytest with these ARGS."""
    command = ["make", "--dry-run", part, f"ARGS={arguments}", f"BIN={Path(sys.executable).parent}"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [line for line in printed.splitlines() if "-m pytest" in line]


def commands(arguments):
    """Return what `make test` would run with these ARGS: its calls of pytest, by what they end in."""
    calls = calls_of_pytest("test", arguments)
    return [("nbval" if "--nbval" in call else "tests", re.split(r" -n \d ", call)[1]) for call in calls]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("", [("tests", "tests"), ("nbval", " ".join(ENGLISH))]),
        ("tests/mathematics", [("tests", "tests/mathematics")]),
        ('tests/data -k "a or b"', [("tests", 'tests/data -k "a or b"')]),
        ("notebooks/01_scores.ipynb", [("nbval", "notebooks/01_scores.ipynb")]),
        ("notebooks/de/01_scores.ipynb", [("nbval", "notebooks/de/01_scores.ipynb")]),
        ("tests/data notebooks", [("tests", "tests/data"), ("nbval", "notebooks")]),
    ],
)
def test_what_args_names_is_all_that_runs(arguments, expected):
    dist = {"tests": "worksteal", "nbval": "loadfile"}
    assert commands(arguments) == [(what, f"--dist {dist[what]} {words}") for what, words in expected]


def marks(call):
    """Return what a call of pytest chooses tests by."""
    return re.search(r'-m "(.*?)"', call)[1]


def test_what_make_test_leaves_out_make_test_long_runs_and_ci_runs_both():
    (tests, _), (long, notebooks) = calls_of_pytest("test"), calls_of_pytest("test-long")
    assert marks(tests) == "not browser and not long and not tools and not (teachers and not first)"
    assert marks(long) == "(long or teachers and not first) and not browser and not tools"
    assert tests.endswith(" tests") and long.endswith(" tests")
    assert notebooks.endswith(f" --dist loadfile {' '.join(IN_OTHER_LANGUAGES)}")
    parts = (ROOT / ".ci/run").read_text(encoding="utf-8").rpartition("parts.py ")[2].split()
    assert {"test", "test-long", "test-browser"} <= set(parts)


def test_of_what_is_named_all_runs_that_is_not_long():
    (tests,), (long,) = (calls_of_pytest(part, "tests/jupyter") for part in ("test", "test-long"))
    assert marks(tests) == "not browser and not long and not tools"
    assert marks(long) == "(long) and not browser and not tools"


# As pytest prints them: the first part has two runs, the third stops before its tests.
PARTS = """#!/bin/sh
case $1 in
test)
    echo "SKIPPED [1] tests/data/test_data.py:182: CIFAR10_FOLDER is not set"
    echo "================== 1958 passed, 1 skipped in 250.04s (0:04:10) =================="
    echo "========================= 300 passed in 21.50s =========================" ;;
test-long)
    echo "====== 9 passed in 6.00s ======" ;;
test-oldest)
    echo "====== 5 passed in 2.00s ======" ;;
test-browser)
    echo "FAILED tests/browser/test_pages.py::test_nothing - AssertionError"
    echo "============ 1 failed, 40 passed, 2 errors in 3.10s ============"
    exit 2 ;;
test-present)
    echo "npm is missing" >&2
    exit 2 ;;
test-fronts)
    echo "====== 4 passed in 1.00s ======" ;;
test-site)
    echo "====== 7 passed in 4.00s ======" ;;
test-export)
    echo "====== 6 passed in 3.00s ======" ;;
esac
"""


@pytest.fixture
def ci(tmp_path):
    """Return a function that runs `.ci/run` with a make of ours, and with all it looks for."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("chromium", "npm", "firefox-esr", "WebKitWebDriver", "Xvfb"):
        (tools / name).write_text("#!/bin/sh\n")
    (tools / "python3").symlink_to(sys.executable)

    def run(make):
        (tools / "make").write_text(make)
        for tool in tools.iterdir():
            tool.chmod(0o755)
        path = f"{tools}{os.pathsep}{os.environ['PATH']}"
        environment = os.environ | {"PATH": path}
        return subprocess.run(
            [ROOT / ".ci/run"], env=environment, capture_output=True, text=True, check=False
        )

    return run


def test_the_table_of_ci_says_what_ran_and_the_parts_after_a_failure_run_too(ci):
    ran = ci(PARTS)
    assert ran.returncode == 1, ran.stderr
    table = ran.stdout.partition("==> What ran\n")[2]
    assert table.splitlines()[0].split() == ["part", "ended", "passed", "failed", "skipped", "time"]
    assert [re.sub(r" +\d+ s$", "", line).split() for line in table.splitlines()[1:9]] == [
        ["make", "test", "passed", "2258", "0", "1"],
        ["make", "test-long", "passed", "9", "0", "0"],
        ["make", "test-oldest", "passed", "5", "0", "0"],
        ["make", "test-browser", "FAILED", "(2)", "40", "3", "0"],
        ["make", "test-present", "FAILED", "(2)", "0", "1", "0"],
        ["make", "test-fronts", "passed", "4", "0", "0"],
        ["make", "test-site", "passed", "7", "0", "0"],
        ["make", "test-export", "passed", "6", "0", "0"],
    ]
    assert table.splitlines()[9:] == [
        "Skipped, and why:",
        "  make test: tests/data/test_data.py:182: CIFAR10_FOLDER is not set",
        "2329 passed, 4 failed, 1 skipped",
    ]


def test_ci_passes_when_every_part_did(ci):
    ran = ci("#!/bin/sh\necho '=== 2 passed in 1.00s ==='\n")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.endswith("Nothing was skipped.\n16 passed, 0 failed, 0 skipped\n")
    assert "npm is missing" not in ran.stdout


def test_a_part_that_is_killed_has_failed(ci):
    ran = ci("#!/bin/sh\n[ $1 = test-site ] && kill -9 $$\necho '=== 2 passed in 1.00s ==='\n")
    assert ran.returncode == 1
    assert ran.stdout.endswith("14 passed, 1 failed, 0 skipped\n")
