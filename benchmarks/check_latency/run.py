"""How long a student waits for `check`, over the whole catalogue, beside a busy loop: prints the table.

    python benchmarks/check_latency/run.py [--changes 10] [--mistakes 20] [--every 1] [--processor]

For every exercise: its solution, as a right answer; every declared mistake; and changed solutions, as the
test of mutations makes them, whose source is known as that of a cell is, so that the line is looked for. The
first check of an exercise also computes what its mistakes make of the inputs, and counts like the others. A
second process keeps one core busy all the time. On a machine that is busy with other things, `--processor`
counts the processor's seconds instead of the wall's, in the search's budget, too.
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

# It ends with the benchmark, however that ends.
BUSY = "import os\nbenchmark = os.getppid()\nwhile os.getppid() == benchmark:\n    pass"
KINDS = ("right", "wrong, named", "wrong, no name")


def answers(exercise, changes, mistakes):
    """Yield a right function, the declared mistakes, and some changed solutions."""
    yield from_a_cell(exercise.solution_source, exercise.name)
    yield from (mistake.function for mistake in exercise.mistakes[:mistakes])
    yield from (from_a_cell(source, exercise.name) for source in sources(exercise)[:changes])


def measure(options):
    """Return (kind, seconds, exercise) for every check."""
    if options.processor:
        time.monotonic = time.process_time
    found = []
    for exercise in exercises.catalogue()[:: options.every]:
        for function in answers(exercise, options.changes, options.mistakes):
            start = time.monotonic()
            feedback = exercise.check(function)
            seconds = time.monotonic() - start
            wrong = KINDS[1] if feedback.mistake else KINDS[2]
            found.append((KINDS[0] if feedback.status == "correct" else wrong, seconds, exercise.name))
    return found


def table(found):
    """Return the rows of the table: how many, the median, 95 %, the longest and where that was."""
    rows = [f"{'answer':<16}{'checks':>8}{'median s':>10}{'95 % s':>10}{'longest s':>11}"]
    for kind in KINDS:
        times = [(seconds, name) for k, seconds, name in found if k == kind] or [(np.nan, "")]
        seconds = [s for s, _ in times]
        longest, name = max(times)
        median, most = np.median(seconds), np.quantile(seconds, 0.95)
        rows.append(f"{kind:<16}{len(times):>8}{median:>10.3f}{most:>10.3f}{longest:>11.3f}  {name}")
    return "\n".join(rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--changes", type=int, default=10, help="changed solutions of each exercise")
    parser.add_argument("--mistakes", type=int, default=20, help="declared mistakes of each exercise")
    parser.add_argument("--every", type=int, default=1, help="only every so many exercises")
    parser.add_argument("--processor", action="store_true", help="count the processor's seconds")
    options = parser.parse_args()
    os.environ["SOFTMAX_LESSON_HOME"] = tempfile.mkdtemp()
    busy = subprocess.Popen([sys.executable, "-c", BUSY])
    try:
        print(table(measure(options)))
    finally:
        busy.terminate()
