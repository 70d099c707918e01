"""otter-grader itself, for many notebooks in one process: `run_otter.py COURSE assign|grade`.

What `otter assign` and `otter run` call. `grade` prints {notebook: {student: {question: [points, at most,
what is said]}}} as its last line.
"""

import json
import os
import sys
from pathlib import Path

from otter.api import grade_submission
from otter.assign import main as assign

STUDENTS = ("right", "half")


def main(course, what):
    os.chdir(course)
    found = {}
    for notebook in sorted(Path(course).glob("*.ipynb")):
        out = Path(course, "dist", notebook.stem)
        if what == "assign":
            assign(str(notebook), str(out), no_run_tests=True)
            continue
        (packed,) = [*out.glob("autograder/*.zip")] or [None]
        for student in STUDENTS if packed else ():
            submission = Path(course, "submitted", student, notebook.name)
            if submission.exists():
                graded = grade_submission(str(submission), str(packed), quiet=True)
                found.setdefault(notebook.stem, {})[student] = {
                    name: [result.score, result.possible, result.summary()]
                    for name, result in graded.results.items()
                }
    print(f"\n{json.dumps(found)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
