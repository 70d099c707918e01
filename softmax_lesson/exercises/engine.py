"""One engine for all exercises: declare one, check an answer, name the mistake.

An exercise is written as its own solution, the code a student would write, with the reasoning as comments.
Its docstring is the task. A mistake is a function that makes it; its docstring is what a good tutor would
say:

    @exercise("03_probabilities", inputs=score_rows, reference=probabilities.softmax, hints=(..., ...))
    def softmax(f):
        ""\"Return the probabilities of the scores `f` (C,), shape (C,).""\"
        powers = np.exp(f - f.max())  # the largest becomes exp(0) = 1: nothing can overflow
        return powers / powers.sum()  # exp makes positive, the division normalises

    @softmax.mistake
    def not_normalised(f):
        ""\"Your numbers are exp of the shifted scores, and they do not add up to 1 yet. ...""\"
        return np.exp(f - f.max())

`inputs` is a generator function of a `numpy.random.Generator`. It yields tuples of arguments, and `nasty("in
words", ...)` for inputs on which a naive function fails. `reference` is the package's own function; without
it, the solution is the reference. Mistakes are tried in the order in which they are declared: the more
special ones first.
"""

import ast
import functools
import inspect
import textwrap
from dataclasses import dataclass, replace

import numpy as np

from softmax_lesson.exercises import progress_file
from softmax_lesson.exercises.cases import Case, nasty, number
from softmax_lesson.exercises.comparing import as_answer, close_numbers, part_name, same, size_of
from softmax_lesson.exercises.feedback import Code, Feedback, Words, feedback, sentence_of
from softmax_lesson.exercises.general import GENERAL, PATTERNS, PROPERTIES
from softmax_lesson.exercises.running import (
    Outcome,
    is_placeholder,
    not_attempted,
    parameters_complaint,
    parameters_reordered,
    run,
    unused_parameter,
)

__all__ = ["Exercise", "Mistake", "exercise", "nasty"]


@dataclass(frozen=True)
class Mistake:
    """A known mistake: its name, the function that makes it, and the sentence a good tutor would say."""

    name: str
    function: object
    sentence: str


def exercise(step, *, inputs, hints, reference=None, accepts=None):
    """Turn a solution, written as a function with the task as its docstring, into an `Exercise`.

    step: "04_loss" and the like. inputs, reference: see the top of this module. hints: at least two, each
    leading a little further. accepts: for an exercise with more than one right answer, a function of (answer,
    *arguments) that returns None when the answer will do, else the sentence that says what it lacks.
    """

    def declare(solution):
        return Exercise(step, solution, inputs, tuple(hints), reference or solution, accepts)

    return declare


class Exercise:
    """A task, its hints, its solution and the mistakes it knows."""

    def __init__(self, step, solution, inputs, hints, reference, accepts=None):
        """Read name, task and parameters from the solution."""
        self.step, self.name, self.task = step, solution.__name__, inspect.cleandoc(solution.__doc__)
        self.hints, self.reference, self.mistakes = hints, reference, []
        self.parameters = tuple(inspect.signature(solution).parameters)
        self._function, self._inputs, self._accepts = solution, inputs, accepts
        self.many_answers = accepts is not None
        self._hints_given = 0

    def __repr__(self):
        """Name, step and task."""
        return f"{self.name} ({self.step})\n{self.task}"

    def mistake(self, function):
        """Declare a mistake: a function that makes it, with the sentence for the student as its docstring."""
        self.mistakes.append(Mistake(function.__name__, function, sentence_of(function)))
        return function

    # ---- what a student calls -----------------------------------------------------------------------------

    def check(self, function=..., seed=0) -> Feedback:
        """Judge a function: attempted, ran, kept its arguments, right; else which mistake it makes."""
        answer = self._judge(function, seed)
        progress_file.record(self.step, self.name, answer.status)
        return answer

    def hint(self) -> Words:
        """Return the hints given so far and one more."""
        self._hints_given = min(self._hints_given + 1, len(self.hints))
        given, all_of_them = self._hints_given, len(self.hints)
        more = (
            "Call hint() again for more."
            if given < all_of_them
            else "That was the last; solution() shows the code."
        )
        return Words("\n".join([f"Hint {given} of {all_of_them}: {self.name}.", *self.hints[:given], more]))

    def solution(self) -> Code:
        """Return the solution: its code with the reasoning."""
        return Code(f"A solution: {self.name}.", code=self._source())

    def use(self, function=...):
        """Return the student's function when it is right, else the reference, and say so in one line."""
        status = self.check(function).status
        if status == "correct":
            print(f"{self.name}: yours is right and goes on from here.")
            return function
        why = "not attempted yet" if status == "not attempted" else "not right yet"
        print(f"{self.name}: {why}, so the lesson goes on with its own.")
        return self.reference

    # ---- what the notebooks and their tests are made from -------------------------------------------------

    @property
    def starter(self) -> str:
        """The cell a student starts from: parameters, task and a `...`."""
        source = self._source()
        last_of_task = ast.parse(source).body[0].body[0].end_lineno
        return "\n".join(source.split("\n")[:last_of_task]) + "\n    ..."

    @property
    def solution_source(self) -> str:
        """The solution as a program of its own."""
        return f"import numpy as np\n\n\n{self._source()}\n"

    def cases(self, seed=0) -> list[Case]:
        """Return the inputs drawn with a seed: the ordinary ones and the nasty ones."""
        drawn = self._inputs(np.random.default_rng(seed))
        as_cases = (case if isinstance(case, Case) else Case(case) for case in drawn)
        return [replace(case, names=self.parameters, reference=self.reference) for case in as_cases]

    def _source(self) -> str:
        lines = textwrap.dedent(inspect.getsource(self._function)).split("\n")
        first = next(place for place, line in enumerate(lines) if line.startswith("def "))
        return "\n".join(lines[first:]).strip()

    # ---- the judgement ------------------------------------------------------------------------------------

    def _judge(self, function, seed=0) -> Feedback:
        say = functools.partial(feedback, exercise=self.name)
        if function is Ellipsis or function is None or is_placeholder(function):
            return say(
                "not attempted", sentence=f"Write `{self.name}` in place of the `...` and check it again."
            )
        if not callable(function):
            wish = f"`check({self.name})`, the name without parentheses"
            return say("error", sentence=f"A function is checked, not what it returns: {wish}.")
        if complaint := parameters_complaint(function, self.parameters):
            return say("error", sentence=complaint)
        trial = self._trial(seed)
        outcomes = [run(function, self.parameters, case.args, trial.parts) for case in trial.cases]
        if not_attempted(function, outcomes[0]):
            return say("not attempted", sentence="There is still a `...` to be replaced in it.")
        missed = [place for place, outcome in enumerate(outcomes) if not self._right(trial, place, outcome)]
        if not missed:
            return say("correct", sentence=self._praise(trial, outcomes))
        return self._explain(function, trial, outcomes, missed, say)

    def _trial(self, seed) -> "Trial":
        if getattr(self, "_last", (None,))[0] != (seed, len(self.mistakes)):
            self._last = (seed, len(self.mistakes)), Trial(self, seed)
        return self._last[1]

    def _right(self, trial, place, outcome) -> bool:
        if outcome.answer is None or outcome.changed:
            return False
        if self.many_answers:
            return trial.fits(place, outcome) and self._complaint(trial, place, outcome) is None
        return trial.agree(place, outcome, trial.truths[place])

    def _complaint(self, trial, place, outcome):
        answer = outcome.answer if trial.parts else outcome.answer[0]
        return self._accepts(answer, *trial.cases[place].args)

    def _praise(self, trial, outcomes) -> str:
        hard = [case.what for case in trial.cases if case.nasty]
        among = f", also for {hard[0]}" if hard else ""
        text = f"It gives the right answer for all {len(outcomes)} inputs{among}."
        whole = any(
            a.dtype.kind in "iu" and t.dtype.kind == "f"
            for outcome, truth in zip(outcomes, trial.truths, strict=True)
            for a, t in zip(outcome.answer, truth.answer, strict=True)
        )
        remark = (
            " For whole numbers yours returns whole numbers; floats are safer, for integers can wrap around."
        )
        return text + (remark if whole and not self.many_answers else "")

    def _explain(self, function, trial, outcomes, missed, say) -> Feedback:
        """Name the mistake, or say the first fact that shows there is one."""
        first = missed[0]
        stopped = [place for place in missed if outcomes[place].error]
        changed = next((outcomes[place].changed for place in missed if outcomes[place].changed), None)
        status = "error" if stopped else "wrong"
        note = self._stop_note(trial, outcomes, stopped[0], missed) if stopped else ""
        printed = outcomes[0].printed.strip().split("\n")[0][:200]
        printed = f"\nIt printed, for the first input: {printed}" if printed else ""

        def wrong(mistake, sentence):
            return say(status, sentence=sentence + (f"\n{note}" if note else "") + printed, mistake=mistake)

        if named := trial.declared_mistake(outcomes):
            return wrong(*named)
        if stopped and not trial.cases[stopped[0]].nasty:
            return say("error", sentence=note + printed)
        if changed:
            return wrong("argument_changed", CHANGED.format(name=changed))
        problem = next((o.problem for o in outcomes if o.problem), None)
        if problem:
            return wrong("returned_nothing" if outcomes[first].raw is None else None, problem)
        if named := trial.general_mistake(outcomes) or trial.declared_mistake(outcomes, nasty_too=False):
            return wrong(*named)
        if named := trial.general_mistake(outcomes, nasty_too=False) or trial.pattern(outcomes):
            return wrong(*named)
        if stopped:
            return say("error", sentence=note + printed)
        return wrong(*self._first_fact(function, trial, outcomes, missed))

    def _stop_note(self, trial, outcomes, place, missed) -> str:
        case, rest = trial.cases[place], len(trial.cases) - len(missed)
        right = "It is right for other inputs, but " if rest else ""
        return f"{right}{case.words} your function stops: {outcomes[place].error}"

    def _first_fact(self, function, trial, outcomes, missed):
        """Return (None or the name of a general mistake, the sentence with the first fact that shows it)."""
        place = missed[0]
        case, outcome = trial.cases[place], outcomes[place]
        if order := parameters_reordered(function, self.parameters):
            return "parameters_reordered", order
        if not trial.fits(place, outcome):
            return None, trial.misfit(place, outcome)
        again = run(function, self.parameters, case.args, trial.parts)
        if not trial.agree(place, outcome, again):
            return "not_repeatable", f"Called twice {case.words}, it gives two different answers. {REPEAT}"
        if self.many_answers:
            return None, self._complaint(trial, place, outcome)
        only_nasty = all(trial.cases[p].nasty for p in missed)
        only = (
            ("only_ordinary_inputs", "It is right for ordinary inputs, and not ")
            if only_nasty
            else (None, "")
        )
        if fact := trial.not_finite(place, outcome):
            return only[
                0
            ], f"{only[1]}{case.words}: {fact}" if only_nasty else f"For one input, {case.words[4:]}: {fact}"
        if only_nasty:
            return only[0], f"{only[1]}{case.words}: {trial.difference(place, outcome)}"
        if fact := trial.broken_property(outcomes):
            return None, fact
        if name := unused_parameter(function):
            return (
                "unused_parameter",
                f"It never looks at its parameter `{name}`, and the answer depends on it.",
            )
        return None, f"{case.words[0].upper()}{case.words[1:]}: {trial.difference(place, outcome)}"


CHANGED = (
    "Your function changes its argument `{name}`: whoever called it finds other numbers there afterwards. "
    "`-=`, `+=`, `sort()` and writing to `{name}[...]` work in place, and on a slice, too; work on a new "
    "array or on a copy."
)
REPEAT = "Does it remember something from the last call, or draw random numbers?"


class Trial:
    """The inputs of one seed, the right answers to them, and what each known mistake makes of them."""

    def __init__(self, exercise: Exercise, seed):
        """Draw the inputs and compute the right answers."""
        self.cases = exercise.cases(seed)
        raw = exercise.reference(*self.cases[0].args)
        self.parts = len(raw) if isinstance(raw, tuple) else None
        self._names = exercise.parameters
        self.truths = [Outcome(as_answer(exercise.reference(*c.args), self.parts)[0]) for c in self.cases]
        self.scales = [
            size_of(*case.args, *truth.answer) for case, truth in zip(self.cases, self.truths, strict=True)
        ]
        self._mistakes, self._free = exercise.mistakes, exercise.many_answers
        self._declared = {}

    def agree(self, place, one: Outcome, other: Outcome) -> bool:
        """Say whether two calls came to the same end."""
        if one.changed != other.changed or one.kind != other.kind:
            return False
        return one.kind is not None or same(one.answer, other.answer, self.scales[place])

    def _declare(self, mistake: Mistake, place) -> Outcome:
        """Return what a declared mistake makes of an input."""
        if (mistake.name, place) not in self._declared:
            outcome = run(mistake.function, self._names, self.cases[place].args, self.parts)
            self._declared[mistake.name, place] = outcome
        return self._declared[mistake.name, place]

    def matches(self, outcomes, candidate, nasty_too=True) -> bool:
        """Say whether all outcomes are the candidate's, and at least one of them tells it from the truth."""
        told_apart = False
        for place, outcome in enumerate(outcomes):
            if self.cases[place].nasty and not nasty_too:
                continue
            theirs = candidate(place)
            if self.cases[place].nasty and outcome.error and not theirs.error:
                continue  # it goes on to stop on a nasty input: that is said beside the mistake
            if not self.agree(place, outcome, theirs):
                return False
            told_apart = told_apart or not self.agree(place, theirs, self.truths[place])
        return told_apart

    def declared_mistake(self, outcomes, nasty_too=True):
        """Return (name, sentence) of the declared mistake that explains all outcomes, or None."""
        for known in self._mistakes:
            if self.matches(outcomes, functools.partial(self._declare, known), nasty_too):
                return known.name, known.sentence
        return None

    def general_mistake(self, outcomes, nasty_too=True):
        """Return (name, sentence) of the general mistake that explains all outcomes, or None."""
        for known in () if self._free else GENERAL:
            for part, prefix in self._ways():
                if self.matches(outcomes, functools.partial(self._apply, known, part, outcomes), nasty_too):
                    return known.name, prefix + _after(prefix, known.sentence)
        return None

    def _ways(self):
        """One part of the answer may be wrong, or all of them in the same way."""
        each = [(i, f"{part_name(i)}: ") for i in range(self.parts or 0)]
        return [*each, (None, "")]

    def _apply(self, known, part, outcomes, place) -> Outcome:
        """Return what a general mistake would make of an input; the truth where it makes no sense."""
        truth, case, theirs = self.truths[place].answer, self.cases[place], outcomes[place].answer
        if theirs is None:
            return self.truths[place]
        made = list(truth)
        with np.errstate(all="ignore"):
            for i in range(len(truth)) if part is None else (part,):
                result = known.apply(truth[i], case, theirs[i])
                made[i] = truth[i] if result is None else np.asarray(result)
        return Outcome(tuple(made))

    def pattern(self, outcomes):
        """Return (name, sentence) of the pattern that the answers show, or None."""
        if self._free or not all(self.fits(place, outcome) for place, outcome in enumerate(outcomes)):
            return None
        for known in PATTERNS:
            for part, prefix in self._ways():
                answers, truths, cases, others_right = [], [], [], True
                for outcome, truth, case, scale in zip(
                    outcomes, self.truths, self.cases, self.scales, strict=True
                ):
                    for i, (a, t) in enumerate(zip(outcome.answer, truth.answer, strict=True)):
                        if part is None or i == part:
                            answers.append(a), truths.append(t), cases.append(case)
                        else:
                            others_right = others_right and same((a,), (t,), scale)
                with np.errstate(all="ignore"):
                    if others_right and known.apply(answers, truths, cases):
                        return known.name, prefix + _after(prefix, known.sentence)
        return None

    # ---- facts --------------------------------------------------------------------------------------------

    def fits(self, place, outcome) -> bool:
        """Say whether an answer has the shapes, and the kind of numbers, that are due."""
        truth = self.truths[place].answer
        return outcome.answer is not None and all(
            a.shape == t.shape and (a.dtype.kind == "b") == (t.dtype.kind == "b")
            for a, t in zip(outcome.answer, truth, strict=True)
        )

    def misfit(self, place, outcome) -> str:
        """Say which shape came and which is due."""
        for i, (a, t) in enumerate(zip(outcome.answer, self.truths[place].answer, strict=True)):
            subject = part_name(i) if self.parts else "Your answer"
            if a.shape != t.shape:
                due = f"the shape {t.shape}" if t.ndim else "a single number"
                came = f"has the shape {a.shape}" if a.ndim else "is a single number"
                return f"{subject} {came} {self.cases[place].words}, where {due} is due."
            if a.dtype.kind == "b":
                return f"{subject} is made of True and False, where numbers are due."
        return f"{part_name(0)} is made of numbers, where True or False is due."

    def not_finite(self, place, outcome) -> str | None:
        """Say where nan or an infinity came out that is not due, or return None."""
        for a, t in zip(outcome.answer, self.truths[place].answer, strict=True):
            odd = ~np.isfinite(a) & np.isfinite(t)
            if odd.any():
                return f"your answer has {number(a[odd][0])}{_position(odd)}, where a finite number is due."
        return None

    def broken_property(self, outcomes) -> str | None:
        """Say which property all right answers have and one of these has not, or return None."""
        with np.errstate(all="ignore"):
            for known in PROPERTIES:
                for i in range(self.parts or 1):
                    if not all(known.apply(truth.answer[i]) for truth in self.truths):
                        continue
                    for case, outcome in zip(self.cases, outcomes, strict=True):
                        if outcome.answer is not None and not known.apply(outcome.answer[i]):
                            prefix = f"{part_name(i)}: " if self.parts else ""
                            return f"{prefix}{_after(prefix, known.sentence)} Look at it {case.words}."
        return None

    def difference(self, place, outcome) -> str:
        """Say which number differs, and to which side."""
        for i, (a, t) in enumerate(zip(outcome.answer, self.truths[place].answer, strict=True)):
            off = ~close_numbers(a, t, self.scales[place])
            if off.any():
                subject = part_name(i) if self.parts else "your answer"
                side = "too large" if a[off][0] > t[off][0] else "too small"
                share = f" {off.sum()} of its {off.size} numbers differ." if off.size > 1 else ""
                which = (
                    f"the number{_position(off)} of {subject[0].lower()}{subject[1:]}"
                    if off.ndim
                    else subject
                )
                return f"{which}, {number(a[off][0])}, is {side}.{share}"
        return "it differs."


def _position(mask) -> str:
    if mask.ndim == 0:
        return ""
    place = ", ".join(str(int(i)) for i in np.argwhere(mask)[0])
    return f" at position [{place}]"


def _after(prefix, sentence) -> str:
    return sentence[0].lower() + sentence[1:] if prefix else sentence
