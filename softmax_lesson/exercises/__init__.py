"""Exercises with instant feedback: which mistake it is, in words.

    from softmax_lesson.exercises import loss as exercise

    exercise.mean_loss.check(mean_loss)  # right, not attempted, or which mistake, why, in which line
    exercise.mean_loss.hint()  # a little more with every call
    exercise.mean_loss.solution()  # code with its reasoning
    mean_loss = exercise.mean_loss.use(mean_loss)  # yours if it is right, else the lesson's

`catalogue()` lists all exercises, `progress()` tells where you are, `catch_up("05_derivatives")` is for those
who join late. How to write an exercise: see `engine`.
"""

import functools
import importlib
import pkgutil

from softmax_lesson import arguments
from softmax_lesson.exercises.engine import events as _events
from softmax_lesson.exercises.engine import progress_file as _file
from softmax_lesson.exercises.engine.feedback import Words
from softmax_lesson.exercises.engine.questions import questions, steps_with_questions
from softmax_lesson.exercises.engine.summary import Progress, Step

__all__ = ["CatchUp", "catalogue", "catch_up", "progress"]

STEPS = (
    "00_start_here",
    "01_scores",
    "02_stability",
    "03_probabilities",
    "04_loss",
    "05_derivatives",
    "06_many_examples",
    "07_regularisation",
    "08_training",
    "09_where_this_leads",
)


def catalogue() -> list:
    """Return every exercise, in the order of the lesson; each has a name, step, task, mistakes and
    reference."""
    from softmax_lesson.exercises.engine import Exercise

    found = []
    for step, module in _modules():
        found += [e for e in vars(module).values() if isinstance(e, Exercise) and e.step == step]
    return found


@functools.cache
def _modules() -> list:
    """Return (step, its module) of the steps that have exercises."""
    there = {module.name for module in pkgutil.iter_modules(__path__)}
    steps = [step for step in STEPS if step[3:] in there]
    return [(step, importlib.import_module(f"{__name__}.{step[3:]}")) for step in steps]


def progress() -> Progress:
    """Return every exercise with done, tried or open, and what was predicted, kept between kernels."""
    kept, predicted = _file.states(), _file.predictions()
    every = catalogue()
    found = []
    for step in sorted({*STEPS, *steps_with_questions()}):
        names = [exercise.name for exercise in every if exercise.step == step]
        asked = questions(step)
        made = {name: predicted[one.key] for name, one in asked.items() if one.key in predicted}
        states = {name: kept.get(f"{step}.{name}", "open") for name in names}
        found += [Step(step, states, tuple(asked.values()), made)] if names or asked else []
    return Progress(found, [*_file.notices(), *_events.notices()])


class CatchUp(Words):
    """The lesson's own functions of earlier steps, as attributes, and a list of what they do as text."""

    def __init__(self, step: str, earlier: list):
        """Take the step that is joined and the exercises before it."""
        self.functions = {exercise.name: exercise._reference for exercise in earlier}
        many = f"{len(earlier)} exercises come" if len(earlier) > 1 else "one exercise comes"
        what = f"{many} before it, and here are the lesson's own answers." if earlier else "it is the first."
        lines = [f"Joining at {step}: {what}"]
        for exercise in earlier:
            first_line = exercise.task.split("\n")[0]
            lines.append(
                f"    {exercise.step}  {exercise.name}({', '.join(exercise.parameters)}): {first_line}"
            )
        lines.append(
            f'Use them as `earlier.{earlier[-1].name}` after `earlier = catch_up("{step}")`.'
            if earlier
            else ""
        )
        super().__init__("\n".join(lines).strip())

    def __getattr__(self, name):
        """Return the function of an earlier exercise."""
        functions = self.__dict__.get("functions", {})
        if name in functions:
            return functions[name]
        raise AttributeError(
            f"{name}: expected the name of an earlier exercise, one of {', '.join(functions)}."
        )


def catch_up(step: str) -> CatchUp:
    """Return the lesson's own functions of all steps before one, for those who join there.

    Nothing is marked as done. Raises ValueError for a step that does not exist.
    """
    if not isinstance(step, str) or step not in STEPS:
        raise ValueError(f"step: expected one of {', '.join(STEPS)}, got {arguments.shown(step)}.")
    return CatchUp(step, [e for e in catalogue() if e.step < step])
