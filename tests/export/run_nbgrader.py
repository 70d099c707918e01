"""nbgrader itself, for many assignments in one process: `run_nbgrader.py COURSE generate|grade`.

What `nbgrader generate_assignment`, `autograde` and `generate_feedback` call, by the course's configuration.
`grade` prints {assignment: {student: {cell: [points, at most]}}} as its last line.
"""

import json
import sys
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from traitlets.config.loader import PyFileConfigLoader

STUDENTS = ("right", "half")


def main(course, what):
    config = PyFileConfigLoader("nbgrader_config.py", course).load_config()
    config.CourseDirectory.root = course
    api = NbGraderAPI(config=config)
    names = sorted(path.name for path in Path(course, "source").iterdir())
    for name in names:
        if what == "generate":
            done(api.generate_assignment(name))
            continue
        for student in STUDENTS:
            if Path(course, "submitted", student, name).exists():
                done(api.autograde(name, student))
                if student == "half":
                    done(api.generate_feedback(name, student))
    if what == "grade":
        print(json.dumps({name: of_students(course, name) for name in names}))


def done(said):
    if not said["success"]:
        sys.exit(f"{said.get('error')}\n{said.get('log')}")


def of_students(course, name):
    found = {}
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        for submission in gradebook.assignment_submissions(name):
            grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
            found[submission.student.id] = {grade.name: [grade.score, grade.max_score] for grade in grades}
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
