"""The table in CONTRIBUTING on how a verdict is reached: every example is run, and says what stands there."""

import re
from pathlib import Path

import numpy as np
import pytest

from softmax_lesson import exercises, many_examples, probabilities

PAGE = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
SECTION = PAGE.split("## How a verdict is reached")[1].split("\n## ")[0]
ROW = re.compile(r"^\| (?P<found>[^|]+) \| [^|]+ \| `(?P<name>\w+)`: `(?P<code>[^|]+)` \| (?P<said>.+) \|$")
ROWS = [match.groupdict() for match in map(ROW.match, SECTION.split("\n")) if match]


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(tmp_path))


def test_every_row_of_the_table_is_read():
    rows = [line for line in SECTION.split("\n") if line.startswith("| ")]
    assert len(ROWS) == len(rows) - 1 > 10  # but for its head


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["found"])
def test_the_example_gets_the_verdict_that_stands_beside_it(row):
    exercise = next(e for e in exercises.catalogue() if e.name == row["name"])
    function = eval(row["code"], {"np": np, "many_examples": many_examples, "probabilities": probabilities})
    text = " ".join(line.strip() for line in exercise.check(function).text.split("\n"))
    for words in row["said"].split(" ... "):
        assert words in text
