"""What is said beside "correct": slips that change no number in the lesson's own use."""

import dis
import types

from softmax_lesson.exercises.engine.comparing import same, size_of
from softmax_lesson.exercises.engine.language import mark, translate
from softmax_lesson.exercises.engine.running import code_of, run

WHOLE = mark("For whole numbers yours returns whole numbers; floats are safer, for integers can wrap around.")
ASIDE_STOPS = mark(
    "Beside the task: for {what} your function stops. The lesson never asks for that, so yours counts as "
    "right. {why}"
)
ASIDE_OTHER = mark(
    "Beside the task: for {what} your function gives other numbers than are due. The lesson never asks for "
    "that, so yours counts as right. {why}"
)
STOPS = mark("For {what} your function stops. That misleads nobody, so yours counts as right. {why}")
WHY = mark(
    "An array of whole numbers has no place for fractions, and uint8 none below 0: what is made like "
    "it (`zeros_like`), written back into it (`-=`) or computed in it (`-x`) takes over its dtype. "
    "`astype(float)` makes floats of it."
)
LOOP = mark(
    "There is a loop in it, and this step is about doing without: NumPy does all examples at once, and much "
    "faster. The hints lead there."
)


def remarks(exercise, function, trial, outcomes) -> str:
    """Return what to say to a right answer beside that it is right; the empty string for most."""
    found = [
        _whole_numbers(exercise, trial, outcomes),
        _on_asides(exercise, function, trial),
        translate(LOOP) if exercise.no_loop and has_loop(code_of(function)) else None,
    ]
    return "\n".join(words for words in found if words)


def _whole_numbers(exercise, trial, outcomes) -> str | None:
    pairs = [(o.answer, t.answer) for o, t in zip(outcomes, trial.truths, strict=True)]
    whole = any(
        a.dtype.kind in "iu" and t.dtype.kind == "f" for pair in pairs for a, t in zip(*pair, strict=True)
    )
    return translate(WHOLE) if whole and not exercise.accepts else None


def _on_asides(exercise, function, trial) -> str | None:
    """Say how a function fails on the first input that the lesson never uses, or return None."""
    inputs = [case.args for case in trial.asides]
    outcomes = run(function, exercise.parameters, inputs, trial.parts)
    for case, outcome, truth in zip(trial.asides, outcomes, trial.truths_of_asides, strict=True):
        if outcome.error:
            return translate(
                STOPS if case.announced else ASIDE_STOPS, what=case.what_in_words, why=translate(WHY)
            )
        if not same(outcome.answer, truth, size_of(*case.args)):
            return translate(ASIDE_OTHER, what=case.what_in_words, why=translate(WHY))
    return None


def has_loop(code) -> bool:
    """Say whether a function's code, or that of a function or comprehension inside it, goes round a loop."""
    if code is None:
        return False
    inside = (constant for constant in code.co_consts if isinstance(constant, types.CodeType))
    loops = any("JUMP_BACKWARD" in step.opname for step in dis.get_instructions(code))
    return loops or any(map(has_loop, inside))
