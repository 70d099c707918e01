"""The order of judgement: attempted, ran, kept its arguments, right; else the mistake; else the first fact.

Shape and finiteness are facts, too, but they come after the mistakes: `W * x` has the wrong shape, and to
hear that it is `W * x` helps more. No sentence contains a number of the right answer.
"""

import contextlib
import functools
import time

from softmax_lesson.exercises.engine.borrowed import OWN, Noticed
from softmax_lesson.exercises.engine.error_messages import what_stopped
from softmax_lesson.exercises.engine.facts import first_fact, not_finite, wrong_for_whole_numbers, wrong_kind
from softmax_lesson.exercises.engine.feedback import Feedback, feedback
from softmax_lesson.exercises.engine.hiding import hidden_name
from softmax_lesson.exercises.engine.language import after, capital, mark, translate
from softmax_lesson.exercises.engine.line import find_line
from softmax_lesson.exercises.engine.pairs import find_pair
from softmax_lesson.exercises.engine.reading import never_reached, never_used, read
from softmax_lesson.exercises.engine.remarks import remarks
from softmax_lesson.exercises.engine.running import (
    call,
    is_placeholder,
    not_attempted,
    parameters_complaint,
    parameters_reordered,
    quiet,
    run,
)
from softmax_lesson.exercises.engine.trial import Trial

CHANGED = mark(
    "Your function changes its argument `{name}`: whoever called it finds other numbers there afterwards. "
    "`-=`, `+=`, `sort()` and writing to `{name}[...]` work in place, and on a slice, too; work on a new "
    "array or on a copy."
)
REORDERED = mark(
    "The parameters of your function stand in another order: the exercise calls it with ({names}), so each "
    "value arrives under another's name."
)
NEVER_REACHED = mark("Line {number} is never reached: it stands after `{word}`.")
NEVER_USED = mark("The name `{name}` gets its value in line {number}, and nothing ever looks at it.")
# What is wrong with these stands in no single line of the function.
NO_LINE = (
    *("parameters_reordered", "not_repeatable", "unused_parameter"),
    *("builtin_hidden", "builtin_hidden_in_the_function", "numpy_hidden"),
)


def judge(exercise, function, trial: Trial) -> Feedback:
    """Return what there is to say about a student's function."""
    say, began = functools.partial(feedback, exercise=exercise.name), time.monotonic()
    if function is Ellipsis or function is None or is_placeholder(function):
        task = translate("Write `{name}` in place of the `...` and check it again.")
        return say("not attempted", sentence=task.format(name=exercise.name))
    if not callable(function):
        wish = translate(
            "A function is checked, not what it returns: `check({name})`, the name without parentheses."
        )
        return say("error", sentence=wish.format(name=exercise.name))
    if complaint := parameters_complaint(function, exercise.parameters):
        return say("error", sentence=complaint)
    outcomes, missed, borrowed = _called(exercise, function, trial)
    if not_attempted(function, outcomes[0]):
        return say("not attempted", sentence=translate("There is still a `...` to be replaced in it."))
    if not missed and borrowed:
        return say("not attempted", sentence=translate(OWN, name=exercise.name))
    if not missed:
        wrong = _wrong_for_whole_numbers(exercise, function, trial, outcomes, began)
        return wrong or say("correct", sentence=_praise(exercise, function, trial, outcomes))
    stopped = [place for place in missed if outcomes[place].error]
    mistake, sentence = _explain(exercise, function, trial, outcomes, missed, stopped)
    find = functools.partial(find_line, function, exercise, trial, outcomes, began, mistake is not None)
    number, where = (None, None) if mistake in NO_LINE else _where(function, mistake, find)
    lines = [sentence] if sentence else []
    if stopped:
        lines.append(_stop(trial, outcomes, stopped[0], missed))
    lines += [where] if where else []
    if printed := outcomes[missed[0]].printed.strip():
        lines += [translate("While it ran it printed:"), *_start_of(printed)]
    return say("error" if stopped else "wrong", sentence="\n".join(lines), mistake=mistake, line=number)


def _called(exercise, function, trial):
    """Return (what came out on each input, where that is not right, whether the lesson's own made it).

    A function that was wrong once is the student's own, whatever it calls: from there on nobody watches.
    """
    outcomes, missed, own = [], [], Noticed((exercise._reference, exercise._function), trial.inputs)
    with quiet() as out:
        for place, args in enumerate(trial.inputs):
            with contextlib.nullcontext() if missed else own:
                outcomes.append(call(function, exercise.parameters, args, trial.parts, out))
            if not trial.right(place, outcomes[place]):
                missed.append(place)
    return outcomes, missed, own.found


def _where(function, mistake, find):
    """Return (the line that goes wrong, in words) as far as that is known, or (None, what reading tells)."""
    if found := find():
        return found.number, found.sentence
    source = read(function)
    if source is None:
        return None, None
    if dead := never_reached(source):
        return dead[0], translate(NEVER_REACHED, number=dead[0], word=dead[1])
    if mistake is None and (unused := never_used(source)):
        return None, translate(NEVER_USED, number=unused[0], name=unused[1])
    return None, None


def _wrong_for_whole_numbers(exercise, function, trial, outcomes, began) -> Feedback | None:
    """Return what to say to an answer that is right but for whole numbers that the task announces, or None.

    Who stops there is told in a remark: an error misleads nobody, and other numbers do.
    """
    announced = [case for case in trial.asides if case.announced]
    if not announced:
        return None
    trial = trial.with_announced
    more = run(function, exercise.parameters, [case.args for case in announced], trial.parts)
    outcomes = [*outcomes, *more]
    other = [p for p, outcome in enumerate(outcomes) if not outcome.error and not trial.right(p, outcome)]
    if not other:
        return None
    name, sentence = wrong_for_whole_numbers(exercise, trial, other[0])
    number, where = _where(
        function, name, functools.partial(find_line, function, exercise, trial, outcomes, began, True)
    )
    sentence = "\n".join(filter(None, [sentence, where]))
    return feedback("wrong", exercise.name, sentence, mistake=name, line=number)


def _start_of(printed: str) -> list[str]:
    """Return three lines of what a function printed, and dots where there was more."""
    lines = printed.splitlines()
    cut = [line if len(line) <= 100 else f"{line[:100]} ..." for line in lines[:3]]
    return [f"    {line}" for line in cut + ["..."] * (len(lines) > 3)]


def _praise(exercise, function, trial, outcomes) -> str:
    praise = translate("It gives the right answer for all {count} inputs.", count=len(outcomes))
    if hard := next((case.what_in_words for case in trial.cases if case.nasty), None):
        praise = translate("It gives the right answer for all {count} inputs, also for {what}.")
        praise = praise.format(count=len(outcomes), what=hard)
    return "\n".join(filter(None, [praise, remarks(exercise, function, trial, outcomes)]))


def _stop(trial, outcomes, place, missed) -> str:
    """Say on which input a function stops, and what it does on the others."""
    words = trial.cases[place].words
    if all(outcome.error for outcome in outcomes):
        sentence, words = translate("{where} your function stops: {error}"), capital(words)
    elif all(outcomes[p].error for p in missed):
        sentence = translate("It is right for other inputs, but {where} your function stops: {error}")
    else:
        sentence = translate("For other inputs it comes to an end, but {where} your function stops: {error}")
    return sentence.format(where=words, error=outcomes[place].error)


def _explain(exercise, function, trial, outcomes, missed, stopped):
    """Return (the name of the mistake or None, the sentence or None where the message says it all)."""
    if parameters_reordered(function, exercise.parameters):
        return "parameters_reordered", translate(REORDERED, names=", ".join(exercise.parameters))
    if stopped and (hidden := hidden_name(function, outcomes[stopped[0]])):
        return hidden
    if named := trial.declared_mistake(outcomes):
        return named
    if any(not trial.cases[place].nasty for place in stopped):
        known = _on_ordinary_inputs(trial, outcomes, trial.declared_mistake(outcomes, nasty_too=False))
        return known or what_stopped(outcomes[stopped[0]].kind)
    if changed := next((outcomes[place].changed for place in missed if outcomes[place].changed), None):
        return "argument_changed", translate(CHANGED, name=changed)
    if odd := [place for place in missed if outcomes[place].problem]:
        nothing = "returned_nothing" if outcomes[odd[0]].raw is None else None
        return wrong_kind(trial, outcomes, odd) or (nothing, outcomes[odd[0]].problem)
    named = trial.general_mistake(outcomes) or _less_certain(trial, outcomes)
    if named or stopped:
        return named or what_stopped(outcomes[stopped[0]].kind)
    return first_fact(exercise, function, trial, outcomes, missed)


def _less_certain(trial, outcomes):
    """Return (name, sentence) of two mistakes at once, of what explains the ordinary inputs, or of a pattern,
    or None."""
    pair = find_pair(trial, outcomes)
    if pair and pair.everywhere:
        return pair.names, pair.words
    known = (
        trial.declared_mistake(outcomes, nasty_too=False)
        or trial.general_mistake(outcomes, nasty_too=False)
        or (pair and (pair.names, pair.words))
    )
    return _on_ordinary_inputs(trial, outcomes, known) or trial.pattern(outcomes)


def _on_ordinary_inputs(trial, outcomes, named):
    """Say of a mistake that explains the ordinary inputs that it does so there, and what else goes wrong."""
    if named is None:
        return None
    name, sentence = named
    words = after(translate("On ordinary inputs: "), sentence)
    for place, outcome in enumerate(outcomes):
        seen = trial.cases[place].nasty and trial.fits(place, outcome)
        if odd := not_finite(trial, place, outcome) if seen else None:
            more = translate("And {where} {fact}", where=trial.cases[place].words, fact=odd)
            return name, f"{words}\n{more}"
    return name, words
