"""When a browser test fails, what the browser showed is kept, and its name is said."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib import image

FAILING = """
def test_that_fails(open_page):
    open_page(width=400, height=300).set_content("<body style='background: red'>Before</body>")
    open_page(width=300, height=200).set_content("<body style='background: blue'>Before</body>")
    assert 1 == 2

def test_whose_page_complains(open_page):
    page = open_page(width=320, height=240)
    page.set_content("<body style='background: lime'><script>console.error('Oh dear')</script></body>")

def test_whose_page_is_gone(open_page):
    open_page().context.close()
    assert 1 == 2

def test_that_passes(open_page):
    open_page().set_content("All well")
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """(the folder of a project whose browser tests fail, what pytest printed of it)."""
    root = tmp_path_factory.mktemp("project")
    folder = root / "tests" / "browser"
    folder.mkdir(parents=True)
    for name in ("conftest.py", "looking.py"):
        shutil.copy(Path(__file__).with_name(name), folder)
    (folder / "test_red.py").write_text(FAILING, encoding="utf-8")
    scripts = Path(__file__).parents[2] / "scripts"
    (root / "pytest.ini").write_text(f"[pytest]\npythonpath = tests/browser {scripts}\nmarkers = browser\n")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests"]
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    result = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    return root, result.stdout


def ground(root, name):
    """Return the size of a screenshot, and the colour of its lower right corner."""
    picture = image.imread(root / "build/screenshots/failed" / name)
    return picture.shape[1::-1], np.round(picture[-1, -1, :3], 2).tolist()


def test_the_pages_of_a_failed_test_are_kept(ran):
    root, printed = ran
    assert "2 failed, 2 passed, 1 error" in printed
    assert ground(root, "test_red-test_that_fails-1.png") == ((400, 300), [1, 0, 0])
    assert ground(root, "test_red-test_that_fails-2.png") == ((300, 200), [0, 0, 1])
    assert ground(root, "test_red-test_whose_page_complains-1.png") == ((320, 240), [0, 1, 0])


def test_their_names_are_said_and_no_others_are_there(ran):
    root, printed = ran
    kept = sorted(path.relative_to(root).as_posix() for path in root.rglob("*.png"))
    assert sorted(set(re.findall(r"build/screenshots/\S+\.png", printed))) == kept
    assert len(kept) == 3


def test_a_page_that_is_gone_does_not_hide_the_failure(ran):
    assert "no screenshot of page 1: " in ran[1]
