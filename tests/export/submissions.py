"""What students hand in of a notebook: all answers right, and half of them right."""

import importlib
import inspect
import json
from pathlib import Path

from handing_in import CATALOGUE, answered, mistaken

STEPS = sorted({exercise.step for exercise in CATALOGUE.values()})


def of(step):
    """The exercises of a step, in order."""
    return [exercise for exercise in CATALOGUE.values() if exercise.step == step]


def right(exercise):
    """A cell with one of the right answers that differ from the lesson's own, in a space of its own."""
    source = inspect.getsource(importlib.import_module(f"solutions.{exercise.step[3:]}"))
    return (
        f"space = {{}}\nexec({source!r}, space)\n{exercise.name} = space['SOLUTIONS']['{exercise.name}'][0]"
    )


def answers(step, kind):
    """{exercise: cell}: "right", or "half", where the later half makes the first mistake of each list."""
    chosen = {}
    for place, exercise in enumerate(of(step)):
        fine = kind == "right" or place < len(of(step)) // 2
        chosen[exercise.name] = right(exercise) if fine else mistaken(exercise, exercise.mistakes[0].name)
    return chosen


def points(step, kind):
    """{exercise: points due}."""
    return {
        exercise.name: int(kind == "right" or place < len(of(step)) // 2)
        for place, exercise in enumerate(of(step))
    }


def hand_in(handed_out: Path, place: Path, cells: dict) -> None:
    """Write the notebook that was handed out with answers in their cells."""
    notebook = json.loads(handed_out.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(answered(notebook, cells)), encoding="utf-8")
