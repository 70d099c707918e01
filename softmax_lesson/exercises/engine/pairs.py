"""Two mistakes at once: a known one in each thing that is returned, or one on top of the other.

A pair counts only if it makes exactly what the student's function gave, on every input that tells it from the
right answer. Both are said, the earlier one first.
"""

import functools
import re
from dataclasses import dataclass

import numpy as np

from softmax_lesson.exercises.engine.comparing import part_name, same
from softmax_lesson.exercises.engine.feedback import Known
from softmax_lesson.exercises.engine.general import GENERAL
from softmax_lesson.exercises.engine.language import after, mark, translate
from softmax_lesson.exercises.engine.running import Outcome

BOTH = mark(
    "Two mistakes at once: made together they give exactly your numbers. Each is described as if it were the "
    "only one."
)
FIRST, THEN = mark("First: {sentence}"), mark("Then: {sentence}")
# These change finished numbers, so they can come on top of another mistake.
LATER = (
    *("transposed", "other_shape", "sign_flipped", "times_N", "over_N", "over_NC", "times_NC", "over_C"),
    *("times_C", "twice", "half", "base_two", "base_ten"),
)
OTHER_IS_RIGHT = r"^Your [a-z ]+ (is|are) right,? and "


def _added(name, factor, sentence):
    def apply(truth, case, answer):
        start = next((a for a in case.args if np.shape(a) == truth.shape), None)
        return None if start is None else start + factor * (truth - start)

    return Known(name, apply, sentence)


ADDED = (
    _added(
        "added_twice",
        2.0,
        mark(
            "What you add to the argument is twice what is due: is a 1/2 forgotten? Compare what comes in "
            "with what you return: the difference is the part to look at."
        ),
    ),
    _added(
        "added_half",
        0.5,
        mark(
            "What you add to the argument is half of what is due: is a 1/2 too many there? Compare what "
            "comes in with what you return: the difference is the part to look at."
        ),
    ),
    _added(
        "subtracted",
        -1.0,
        mark(
            "What you add to the argument has the wrong sign: `+` and `-` are exchanged. Compare what comes "
            "in with what you return: the difference is the part to look at."
        ),
    ),
)


@dataclass(frozen=True)
class Pair:
    """Two known mistakes that explain all ordinary outcomes together; `everywhere`: all others, too."""

    names: str
    words: str
    everywhere: bool


def find_pair(trial, outcomes) -> Pair | None:
    """Return the pair of known mistakes that explains what a function gave, or None."""
    ordinary = [place for place, case in enumerate(trial.cases) if not case.nasty]
    if trial.exercise.accepts or any(outcomes[place].answer is None for place in ordinary):
        return None
    with np.errstate(all="ignore"):
        return _one_in_each_part(trial, outcomes, ordinary) or _one_on_another(trial, outcomes, ordinary)


def _pair(first, second, everywhere) -> Pair:
    words = [
        translate(BOTH),
        translate(FIRST, sentence=first[1]),
        translate(THEN, sentence=second[1]),
    ]
    return Pair(f"{first[0]} and {second[0]}", "\n".join(words), everywhere)


# ---- a mistake in each thing that is returned ------------------------------------------------------


def _one_in_each_part(trial, outcomes, ordinary):
    same_part = functools.partial(_equal, trial, outcomes)
    truth = trial.truths.__getitem__
    wrong = [part for part in range(trial.parts or 0) if not same_part(truth, part, ordinary)]
    if len(wrong) != 2:
        return None
    (first, one), (second, other) = (_of_part(trial, outcomes, part, ordinary) for part in wrong)
    if first is None or second is None:
        return None
    everywhere = all(
        same_part(made, part, range(len(outcomes))) for made, part in zip((one, other), wrong, strict=True)
    )
    return _pair(first, second, everywhere)


def _of_part(trial, outcomes, part, ordinary):
    """Return ((name, sentence), what it makes of an input) of the mistake that explains one part of what is
    returned, or (None, None)."""
    others = [i for i in range(trial.parts) if i != part]
    for known in trial.exercise.mistakes:
        made = functools.partial(trial.declared, known)
        template = about_one_part(known.template)
        if template is None or not _equal(trial, outcomes, made, part, ordinary):
            continue
        if all(_equal(trial, trial.truths, made, i, ordinary) for i in others):
            return (known.name, known.said(template)), made
    for known in (*GENERAL, *ADDED):
        made = functools.partial(trial.applied, known, part, outcomes)
        if _equal(trial, outcomes, made, part, ordinary):
            return (known.name, after(f"{part_name(part)}: ", known.sentence)), made
    return None, None


def about_one_part(template: str) -> str | None:
    """Return a mistake's English sentence without "Your loss is right, and ", or None where it is about both
    parts and so not the one for a single part."""
    template = re.sub(OTHER_IS_RIGHT, "", template)
    template = template[0].upper() + template[1:]
    return None if re.search("right|both", template) else template


def _equal(trial, outcomes, made, part, places) -> bool:
    """Say whether what is made of some inputs is what came out, in one part."""
    for place in places:
        a, b = outcomes[place].answer, made(place).answer
        if a is None or b is None or not same((a[part],), (b[part],), trial.scale(place)):
            return False
    return True


# ---- a mistake on top of another -------------------------------------------------------------------


def _one_on_another(trial, outcomes, ordinary):
    tells = next((p for p in ordinary if not trial.agree(p, outcomes[p], trial.truths[p])), None)
    if tells is None:
        return None
    later = [*(known for known in GENERAL if known.name in LATER), *ADDED]
    for known, made in _earlier(trial, outcomes):
        if trial.agree(tells, made(tells), trial.truths[tells]):
            continue  # this one changes nothing here
        for on_top, part in _that_may(trial, outcomes, made, later, ordinary[-1]):
            both = functools.partial(_on_top, trial, outcomes, made, on_top, part)
            if trial.explains(both, outcomes, trial.telling(outcomes, nasty_too=False)):
                everywhere = trial.explains(both, outcomes, trial.telling(outcomes))
                return _pair((known.name, known.sentence), (on_top.name, on_top.sentence), everywhere)
    return None


def _that_may(trial, outcomes, made, later, place):
    """Yield (later mistake, part) of those that explain one input: of thousands, hardly any is left."""
    first, theirs = made(place), outcomes[place]
    if first.answer is None or len(first.answer) != len(theirs.answer) or first.changed != theirs.changed:
        return
    parts = range(len(first.answer))
    left_alone = [same((theirs.answer[i],), (first.answer[i],), trial.scale(place)) for i in parts]
    for on_top in later:
        changed = [_once_more(trial, first.answer, theirs.answer, on_top, i, place) for i in parts]
        explained = [same((theirs.answer[i],), (changed[i],), trial.scale(place)) for i in parts]
        for part in trial.parts_alone_and_all():
            if all(explained[i] if part in (None, i) else left_alone[i] for i in parts):
                yield on_top, part


def _earlier(trial, outcomes):
    """Yield each known mistake, with a function of the place that gives what it makes."""
    for known in trial.exercise.mistakes:
        yield known, functools.partial(trial.declared, known)
    for known in GENERAL:
        yield known, functools.cache(functools.partial(trial.applied, known, None, outcomes))


def _on_top(trial, outcomes, made, on_top, part, place) -> Outcome:
    """Return what two mistakes make of an input, one after the other; `part` is what the later one is about,
    None for all that is returned."""
    first, theirs = made(place), outcomes[place].answer
    if first.answer is None or theirs is None or len(first.answer) != len(theirs):
        return first
    answer = _changed_once_more(trial, first.answer, theirs, on_top, part, place)
    return Outcome(answer, changed=first.changed)


def _changed_once_more(trial, answer, theirs, on_top, part, place) -> tuple:
    """Return what a later mistake makes of an answer that is wrong already."""
    made = list(answer)
    for i in range(len(theirs)) if part is None else (part,):
        made[i] = _once_more(trial, answer, theirs, on_top, i, place)
    return tuple(made)


def _once_more(trial, answer, theirs, on_top, i, place):
    """Return what a later mistake makes of one part of an answer that is wrong already."""
    result = on_top.apply(answer[i], trial.case_of(place, i), theirs[i])
    return answer[i] if result is None else np.asarray(result)
