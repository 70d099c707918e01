"""What shows that an answer is wrong, when no known mistake explains it: an input to paste, and what came.

The input is the shortest on which it shows. A property of the right answer comes before a number that
differs. No number of the right answer is ever said.
"""

from dataclasses import replace

import numpy as np

from softmax_lesson.exercises.engine.cases import Case, number
from softmax_lesson.exercises.engine.comparing import as_answer, close_numbers, part_name
from softmax_lesson.exercises.engine.feedback import PASTE
from softmax_lesson.exercises.engine.general import PROPERTIES
from softmax_lesson.exercises.engine.language import after, capital, mark, translate
from softmax_lesson.exercises.engine.running import Outcome, run, unused_parameter

FORGETFUL = mark(
    "Called twice {words}, it gives two different answers. Does it remember something from the last call, "
    "draw random numbers, or leave places of an `np.empty` unfilled?"
)
CUT_OFF = mark(
    "It is right where the numbers that come in are floats. Where they are whole numbers, as the task "
    "allows, it gives other numbers than are due. What is made like an array of whole numbers "
    "(`zeros_like`) takes over its dtype, and has no place for fractions: ask for floats there."
)
ON_ITS_SIDE = mark("Your answer is a right one lying on its side: rows and columns have changed places.")
UNUSED = mark("Your function never looks at `{name}`, and the answer depends on it.")
# What to print to see that a property is broken; {} stands for the call.
PRINTS = {
    "never_negative": "np.min({})",
    "never_positive": "np.max({})",
    "at_most_one": "np.max({})",
    "largest_is_zero": "np.max({}, axis=-1)",
    "rows_sum_to_one": "np.sum({}, axis=-1)",
    "rows_sum_to_zero": "np.sum({}, axis=-1)",
    "columns_sum_to_zero": "np.sum({}, axis=0)",
}
LONGEST_CODE = 400
COUNTS = {2: mark("two"), 3: mark("three"), 4: mark("four")}
ORDINALS = (mark("first"), mark("second"), mark("third"), mark("fourth"), mark("fifth"))
ONE_ANSWER = mark("Your answer"), mark("your answer")  # at the beginning of a sentence, and in it
PARTS = (
    mark("the first thing it returns"),
    mark("the second thing it returns"),
    mark("the third thing it returns"),
    mark("the fourth thing it returns"),
    mark("the fifth thing it returns"),
)


def first_fact(exercise, function, trial, outcomes, missed):
    """Return (a name or None, the sentences with the first fact that shows that something is wrong)."""
    unfit = [place for place in missed if not trial.fits(place, outcomes[place])]
    if unfit:
        name, fact = None, _shape_fact(exercise, trial, outcomes, unfit)
        if _right_on_its_side(trial, outcomes):
            name, fact = "transposed", f"{translate(ON_ITS_SIDE)} {fact}"
        return wrong_kind(trial, outcomes, unfit) or (name, fact)
    if exercise.accepts:  # who may answer in many ways may draw random numbers, too
        name = unused_parameter(function)
        unused = [translate(UNUSED, name=name)] if name else []
        mistake, sentence = trial.complaint(missed[0], outcomes[missed[0]])
        return "unused_parameter" if name else mistake, "\n".join([*unused, sentence])
    ordinary = [place for place in missed if not trial.cases[place].nasty]
    place = _shortest(exercise, trial, ordinary or missed)
    case, outcome = trial.cases[place], outcomes[place]
    again = run(function, exercise.parameters, [case.args], trial.parts)[0]
    if not trial.agree(place, outcome, again):
        return "not_repeatable", translate(FORGETFUL, words=case.words)
    if not ordinary:
        fact = _number_fact(exercise, trial, outcomes, place)
        return (
            "only_ordinary_inputs",
            f"{translate('It is right for ordinary inputs, but not for all.')} {fact}",
        )
    count = count_right(outcomes, missed)
    if not not_finite(trial, place, outcome):
        if broken := _broken_property(exercise, trial, outcomes, ordinary):
            return None, f"{broken}\n{count}"
        if name := unused_parameter(function):
            return "unused_parameter", translate(UNUSED, name=name)
    return None, f"{_number_fact(exercise, trial, outcomes, place)}\n{count}"


def wrong_for_whole_numbers(exercise, trial, place):
    """Return (name, sentences) for an answer that is right but for an input of whole numbers."""
    return "whole_numbers_inherited", _with_input(exercise, trial, place, translate(CUT_OFF))


def _right_on_its_side(trial, outcomes) -> bool:
    """Say whether the answers are right ones, transposed: where many are right, no general mistake knows."""
    turned = [replace(o, answer=o.answer and tuple(a.T for a in o.answer)) for o in outcomes]
    return all(trial.right(place, outcome) for place, outcome in enumerate(turned))


def count_right(outcomes, missed) -> str:
    """Say for how many inputs a function is right."""
    right = len(outcomes) - len(missed)
    if not right:
        return translate("It is right for none of the {count} inputs it was tried on.", count=len(outcomes))
    sentence = translate("It is right for {right} of the {count} inputs it was tried on.")
    return sentence.format(right=right, count=len(outcomes))


# ---- an input as code ------------------------------------------------------------------------------


def as_code(name: str, case: Case) -> tuple[str, str] | None:
    """Return (lines that make the arguments of a call, the call), or None where that would be long."""
    lines, arguments = [], []
    for parameter, value in zip(case.names, case.args, strict=True):
        if isinstance(value, np.ndarray):
            if value.size > 40 or not np.isfinite(value).all():
                return None
            lines.append(f"{parameter} = {_array(value)}")
            arguments.append(parameter)
        else:
            plain = value.item() if isinstance(value, np.generic) else value
            arguments.append(repr(plain))  # by its place: the student's parameter may have another name
    code = "\n".join(lines)
    if len(code) > LONGEST_CODE:
        return None
    return code, f"{name}({', '.join(arguments)})"


def _array(value) -> str:
    usual = value.dtype in (np.float64, np.int64)
    dtype = "" if usual else f", dtype=np.{value.dtype.name}"
    return f"np.array({value.tolist()!r}{dtype})"


def _shortest(exercise, trial, places):
    """Return the place of the input that is shortest as code; the first one where none can be pasted."""

    def length(place):
        code = as_code(exercise.name, trial.cases[place])
        return len(code[0]) if code else np.inf

    return min(places, key=length)


def _with_input(exercise, trial, place, sentence, see="{}") -> str:
    """Return a sentence with the input that it is about, as code where that is short; `see` is what to look
    at."""
    case = trial.cases[place]
    code = as_code(exercise.name, case)
    so = translate("It is so {where}.", where=case.words)
    if code is None:
        return f"{sentence} {so}"
    lines = [*code[0].split("\n"), see.format(code[1])] if code[0] else [see.format(code[1])]
    words = f"{so} {translate(PASTE)}" if case.nasty else translate(PASTE)
    code_lines = (f"    {line}" for line in lines)
    return "\n".join([f"{sentence} {words}", *code_lines])


# ---- shapes and kinds ------------------------------------------------------------------------------


def _shape_fact(exercise, trial, outcomes, places) -> str:
    ordinary = [place for place in places if not trial.cases[place].nasty]
    place = _shortest(exercise, trial, ordinary or places)
    return _with_input(exercise, trial, place, _misfit(trial, place, outcomes[place]), "np.shape({})")


def _misfit(trial, place, outcome) -> str:
    """Say which shape came and which is due."""
    for i, (a, t) in enumerate(zip(outcome.answer, trial.truths[place].answer, strict=True)):
        subject = part_name(i) if trial.parts else translate(ONE_ANSWER[0])
        if a.shape != t.shape:
            sentence = translate("{subject} is a single number, where the shape {due} is due.")
            if a.ndim:
                sentence = translate("{subject} has the shape {came}, where the shape {due} is due.")
                if not t.ndim:
                    sentence = translate("{subject} has the shape {came}, where a single number is due.")
            return sentence.format(subject=subject, came=a.shape, due=t.shape)
        if (a.dtype.kind == "b") != (t.dtype.kind == "b"):
            sentence = translate("{subject} is made of numbers, where True and False are due.")
            if a.dtype.kind == "b":
                sentence = translate("{subject} is made of True and False, where numbers are due.")
            return sentence.format(subject=subject)
    return translate("Your answer is not of the kind that is due.")


def wrong_kind(trial, outcomes, places):
    """Return (name, sentence) where several things came back instead of one, or one of several, or None."""
    raws = [outcomes[place].raw for place in places]
    if trial.parts is None and all(isinstance(raw, tuple) and len(raw) > 1 for raw in raws):
        return _too_many(trial, outcomes, places, len(raws[0]))
    if trial.parts and _is_their_sum(trial, outcomes):
        sentence = translate(
            "One number came back, and on ordinary inputs it is the sum of the {due} that are due. They are "
            "asked one by one: return them with a comma between."
        )
        return "sum_returned", sentence.format(due=_counted(trial.parts))
    for part in range(trial.parts or 0):
        if not any(isinstance(raw, tuple | list) for raw in raws) and _is_part(trial, outcomes, part, part):
            sentence = translate(
                "One thing came back, where {due} are due. It is right, as the {ordinal} of them: "
                "return the others beside it, with a comma between."
            )
            words = {"due": _counted(trial.parts), "ordinal": translate(ORDINALS[part])}
            return "one_of_several_returned", sentence.format(**words)
    return None


def _is_their_sum(trial, outcomes) -> bool:
    """Say whether what came back is, on all ordinary inputs, the sum of the things that are due."""
    for place, outcome in enumerate(outcomes):
        truth, answer = trial.truths[place].answer, as_answer(outcome.raw, None)[0]
        if trial.cases[place].nasty:
            continue
        if any(part.ndim for part in truth) or answer is None:
            return False
        if not trial.agree(place, Outcome(answer), Outcome((np.asarray(sum(truth)),))):
            return False
    return True


def _too_many(trial, outcomes, places, count):
    came = capital(translate("{count} things came back", count=_counted(count)))
    for i in range(count):
        if _is_part(trial, outcomes, i, 0):
            sentence = translate(
                "{came}, and one is asked. The {ordinal} of them is right: return that one alone."
            )
            return "too_much_returned", sentence.format(came=came, ordinal=translate(ORDINALS[i]))
    shapes = [np.shape(part) if as_answer(part, None)[0] else None for part in outcomes[places[0]].raw]
    if any(shape is None or shape != shapes[0] for shape in shapes) or shapes[0]:
        sentence = translate("{came}: which is asked? The task says what to return, and it is one thing.")
        return "too_much_returned", sentence.format(came=came)
    return None


def _is_part(trial, outcomes, came, asked) -> bool:
    """Say whether one of the things that came back is, on all ordinary inputs, one that is asked."""
    for place, outcome in enumerate(outcomes):
        if trial.cases[place].nasty:
            continue
        raw = outcome.raw
        if trial.parts is None:
            raw = raw[came] if isinstance(raw, tuple) and len(raw) > came else None
        answer = as_answer(raw, None)[0]
        truth = trial.truths[place].answer[asked]
        if answer is None or not trial.agree(place, Outcome(answer), Outcome((truth,))):
            return False
    return True


def _counted(count: int) -> str:
    return translate(COUNTS[count]) if count in COUNTS else str(count)


# ---- numbers ---------------------------------------------------------------------------------------


def _number_fact(exercise, trial, outcomes, place) -> str:
    outcome = outcomes[place]
    fact = not_finite(trial, place, outcome) or _difference(trial, place, outcome)
    return _with_input(exercise, trial, place, capital(fact))


def not_finite(trial, place, outcome) -> str | None:
    """Say where nan or an infinity came out that is not due, or return None."""
    for i, (a, t) in enumerate(zip(outcome.answer, trial.truths[place].answer, strict=True)):
        odd = ~np.isfinite(a) & np.isfinite(t)
        if odd.any():
            sentence = translate("{subject} is {number}, where a finite number is due.")
            if a.ndim:
                sentence = translate(
                    "{subject} has {number} at position {place}, where a finite number is due."
                )
            words = {"subject": _subject(trial, i), "number": number(a[odd][0]), "place": _position(odd)}
            return sentence.format(**words)
    return None


def _difference(trial, place, outcome) -> str:
    """Say which number differs, and to which side."""
    for i, (a, t) in enumerate(zip(outcome.answer, trial.truths[place].answer, strict=True)):
        off = ~close_numbers(a, t, trial.scale(place))
        if off.any():
            side = translate("too large") if a[off][0] > t[off][0] else translate("too small")
            sentence = translate("{subject}, {number}, is {side}.")
            if a.ndim:
                sentence = translate(
                    "the number at position {place} of {subject}, {number}, is {side}. {count} of {all} "
                    "numbers differ."
                )
            words = {"subject": _subject(trial, i), "number": number(a[off][0]), "place": _position(off)}
            return sentence.format(**words, side=side, count=int(off.sum()), all=off.size)
    return translate("the answer differs.")


def _broken_property(exercise, trial, outcomes, ordinary) -> str | None:
    """Say which property all right answers have and one of these has not, and how to see it, or return
    None."""
    with np.errstate(all="ignore"):
        for known in PROPERTIES:
            for i in range(trial.parts or 1):
                if not all(known.apply(truth.answer[i]) for truth in trial.truths):
                    continue
                broken = [place for place in ordinary if not known.apply(outcomes[place].answer[i])]
                if broken:
                    prefix, part = (f"{part_name(i)}: ", f"[{i}]") if trial.parts else ("", "")
                    see = PRINTS.get(known.name, "{}").replace("{}", "{}" + part)
                    place = _shortest(exercise, trial, broken)
                    return _with_input(exercise, trial, place, after(prefix, known.sentence), f"print({see})")
    return None


def _subject(trial, part) -> str:
    return translate(PARTS[part]) if trial.parts else translate(ONE_ANSWER[1])


def _position(mask) -> str:
    return f"[{', '.join(str(int(i)) for i in np.argwhere(mask)[0])}]"
