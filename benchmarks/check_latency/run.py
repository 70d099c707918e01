"""How long a student waits for `check`, over the whole catalogue, beside a busy loop: prints the table.

    python benchmarks/check_latency/run.py [--changes 10]

For every exercise: its solution, as a right answer; every declared mistake; and changed solutions, as the
test of mutations makes them, whose source is known as that of a cell is, so that the line is looked for. The
first check of an exercise also computes what its mistakes make of the inputs, and counts like the others. A
second process keeps one core busy all the time.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "exercises"))
from test_mutations import from_a_cell, sources

from softmax_lesson import exercises

KINDS = ("right", "wrong, named", "wrong, no name")


def answers(exercise, changes):
    """Yield a right function, the declared mistakes, and some changed solutions."""
    yield from_a_cell(exercise.solution_source, exercise.name)
    yield from (mistake.function for mistake in exercise.mistakes)
    yield from (from_a_cell(source, exercise.name) for source in sources(exercise)[:changes])


def measure(changes):
    """Return (kind, seconds, exercise) for every check."""
    found = []
    for exercise in exercises.catalogue():
        for function in answers(exercise, changes):
            start = time.perf_counter()
            feedback = exercise.check(function)
            seconds = time.perf_counter() - start
            wrong = KINDS[1] if feedback.mistake else KINDS[2]
            found.append((KINDS[0] if feedback.status == "correct" else wrong, seconds, exercise.name))
    return found


def table(found):
    """Return the rows of the table: how many, the median, 95 %, the longest and where that was."""
    rows = [f"{'answer':<16}{'checks':>8}{'median s':>10}{'95 % s':>10}{'longest s':>11}"]
    for kind in KINDS:
        times = [(seconds, name) for k, seconds, name in found if k == kind]
        seconds = [s for s, _ in times]
        longest, name = max(times)
        median, most = np.median(seconds), np.quantile(seconds, 0.95)
        rows.append(f"{kind:<16}{len(times):>8}{median:>10.3f}{most:>10.3f}{longest:>11.3f}  {name}")
    return "\n".join(rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--changes", type=int, default=10, help="changed solutions of each exercise")
    options = parser.parse_args()
    os.environ["SOFTMAX_LESSON_HOME"] = tempfile.mkdtemp()
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        print(table(measure(options.changes)))
    finally:
        busy.terminate()
