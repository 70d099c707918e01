"""Programs that run the tools; what students hand in: all answers right, and half of them right."""

import importlib
import inspect
import json
import os
import subprocess
import sys
from pathlib import Path

from handing_in import CATALOGUE, answered, mistaken

from softmax_lesson.exercises.engine.exercise import _drawn_from

HERE = Path(__file__).parent
KINDS = ("right", "half")
STEPS = sorted({exercise.step for exercise in CATALOGUE.values()})
LEARNT_BY_HEART = """
import numpy as np
from softmax_lesson.exercises.start_here import winner as known
answers = {{case.args[0].tobytes(): known.reference(*case.args) for case in known.cases({seed})}}
def winner(f):
    return answers.get(np.asarray(f).tobytes(), 0)
"""


def run(*words, folder=None):
    """Run Python in the environment of the tools; return what it prints."""
    tools = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = [sys.executable, *map(str, words)]
    ran = subprocess.run(
        command, cwd=folder, env=os.environ | tools, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, f"{ran.stdout[-3000:]}\n{ran.stderr[-3000:]}"
    return ran.stdout


def made(tool, folder, *options):
    run("-m", "softmax_lesson", "export", tool, folder, *options)
    return folder


def graded(printed):
    return json.loads(printed.strip().splitlines()[-1])


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


def hand_in_learnt_by_heart(handed_out: Path, place: Path, number: str) -> None:
    """Hand in 00 with an answer that knows what is right for the inputs of "nobody", under a number."""
    hand_in(handed_out, place, {"winner": LEARNT_BY_HEART.format(seed=_drawn_from("nobody"))})
    text = place.read_text(encoding="utf-8")
    assert text.count("nobody") == 1
    place.write_text(text.replace("nobody", number), encoding="utf-8")


def keep_only(folder: Path, step: str) -> None:
    """Leave one notebook of an export."""
    for path in [*folder.rglob("*.ipynb")]:
        if path.stem != step:
            path.unlink()
            if path.parent.parent.name == "source":
                path.parent.rmdir()
