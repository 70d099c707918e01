"""One trial: inputs drawn with a seed, the right answers, and which known mistake explains other answers."""

import functools
from dataclasses import replace

import numpy as np

from softmax_lesson.exercises.engine.comparing import as_answer, fitting, part_name, same, size_of
from softmax_lesson.exercises.engine.general import GENERAL, PATTERNS
from softmax_lesson.exercises.engine.language import after
from softmax_lesson.exercises.engine.running import Outcome, call, quiet, run


class Trial:
    """The inputs of one seed, the right answers to them, and what each known mistake makes of them.

    `cases`, `truths` and `outcomes` (what a student's function gave) run side by side, one for each input.
    `parts` is how many things the function returns; None for one thing that is no tuple.
    """

    def __init__(self, exercise, seed, more=()):
        """Draw the inputs, put some `more` behind them, and compute the right answers."""
        drawn = exercise._drawn(seed)
        self.seed, self.asides = seed, [case for case in drawn if case.aside]
        self.cases = [*(case for case in drawn if not case.aside), *more]
        self.inputs = [case.args for case in self.cases]
        with np.errstate(all="ignore"):  # the notebook may have set it to raise
            right = [exercise._reference(*args) for args in self.inputs]
        self.parts = len(right[0]) if isinstance(right[0], tuple) else None
        self.truths = [Outcome(as_answer(answer, self.parts)[0]) for answer in right]
        self.exercise = exercise
        self._scales = [
            0.0 if exercise.digits else size_of(*args, *truth.answer)
            for args, truth in zip(self.inputs, self.truths, strict=True)
        ]
        self._declared, self._cases_of = {}, {}

    @functools.cached_property
    def truths_of_asides(self) -> list:
        """The right answers to the inputs that the lesson itself never uses."""
        with np.errstate(all="ignore"):
            right = [self.exercise._reference(*case.args) for case in self.asides]
        return [as_answer(answer, self.parts)[0] for answer in right]

    @functools.cached_property
    def with_announced(self) -> "Trial":
        """The same inputs, and behind them those of whole numbers that the task announces."""
        return Trial(self.exercise, self.seed, [case for case in self.asides if case.announced])

    def scale(self, place) -> float:
        """Return the size of the numbers that meet at an input, whose last digits are rounding; 0 where small
        answers have to be right to their own last digits."""
        return self._scales[place]

    def right(self, place, outcome: Outcome) -> bool:
        """Say whether a call gave a right answer and left its arguments alone."""
        if outcome.answer is None or outcome.changed:
            return False
        if self.exercise.accepts:
            return self.fits(place, outcome) and self.complaint(place, outcome) is None
        return self.agree(place, outcome, self.truths[place])

    def complaint(self, place, outcome) -> tuple[str | None, str] | None:
        """Return (a name or None, what an exercise with many right answers has against this one), or None."""
        answer = outcome.answer if self.parts else outcome.answer[0]
        with np.errstate(all="ignore"):
            found = self.exercise.accepts(answer, *self.inputs[place])
        return (None, found) if isinstance(found, str) else found

    def fits(self, place, outcome: Outcome) -> bool:
        """Say whether an answer has the shapes, and the kind of numbers, that are due."""
        return outcome.answer is not None and all(
            fitting(a, t) for a, t in zip(outcome.answer, self.truths[place].answer, strict=True)
        )

    def agree(self, place, one: Outcome, other: Outcome) -> bool:
        """Say whether two calls came to the same end."""
        if one.changed != other.changed or one.kind != other.kind:
            return False
        return one.kind is not None or same(one.answer, other.answer, self._scales[place])

    # ---- which mistake ------------------------------------------------------------------------------------

    def declared_mistake(self, outcomes, nasty_too=True):
        """Return (name, sentence) of the exercise's own mistake that explains all outcomes, or None."""
        places = self.telling(outcomes, nasty_too)
        with quiet() as out:
            for known in self.exercise.mistakes:
                if self.explains(functools.partial(self.declared, known, out=out), outcomes, places):
                    return known.name, known.sentence
        return None

    def general_mistake(self, outcomes, nasty_too=True):
        """Return (name, sentence) of the general mistake that explains all outcomes, or None."""
        places, ways = self.telling(outcomes, nasty_too), self._ways()
        for known in GENERAL:
            for part, prefix in ways:
                made = functools.partial(self.applied, known, part, outcomes)
                if self.explains(made, outcomes, places):
                    return known.name, after(prefix, known.sentence)
        return None

    def pattern(self, outcomes):
        """Return (name, sentence) of the pattern that the answers show, or None."""
        fitting = all(self.fits(place, outcome) for place, outcome in enumerate(outcomes))
        for known in PATTERNS if fitting and not self.exercise.accepts else ():
            for part, prefix in self._ways():
                looked_at = range(self.parts or 1) if part is None else (part,)
                rows = [
                    (o.answer[i], t.answer[i], c)
                    for i in looked_at
                    for o, t, c in self._side_by_side(outcomes)
                ]
                with np.errstate(all="ignore"):
                    if self._only_differ_in(looked_at, outcomes) and known.apply(*zip(*rows, strict=True)):
                        return known.name, after(prefix, known.sentence)
        return None

    def telling(self, outcomes, nasty_too=True) -> list[int]:
        """Return the places of the inputs, those first that tell most of whether a mistake was made."""
        # The nasty inputs come last, and most mistakes fail there; but not where the answer itself stops.
        places = [place for place, case in enumerate(self.cases) if nasty_too or not case.nasty][::-1]
        if outcomes[-1].error:
            places.sort(key=lambda place: self.cases[place].nasty and bool(outcomes[place].error))
        return places

    def explains(self, made, outcomes, places) -> bool:
        """Say whether a mistake makes these outcomes at all places, and at least one tells it from the
        truth."""
        told_apart = False
        for place in places:
            outcome, theirs = outcomes[place], made(place)
            if outcome.error and not theirs.error and self.cases[place].nasty:
                continue  # that it stops on a nasty input is said beside the mistake
            if not self.agree(place, outcome, theirs):
                return False
            told_apart = told_apart or not self.agree(place, theirs, self.truths[place])
        return told_apart

    def declared(self, mistake, place, out=None) -> Outcome:
        """Return what a declared mistake makes of an input, when it is asked: most differ on the first.

        out: what `quiet()` has handed out, where somebody is quiet for many mistakes at once.
        """
        key, args = (mistake.name, place), self.inputs[place]
        if key not in self._declared:
            asked = mistake.function, self.exercise.parameters
            made = call(*asked, args, self.parts, out) if out else run(*asked, [args], self.parts)[0]
            self._declared[key] = made
        return self._declared[key]

    def applied(self, known, part, outcomes, place) -> Outcome:
        """Return what a general mistake would make of an input; the truth where it makes no sense."""
        truth, theirs = self.truths[place].answer, outcomes[place].answer
        if theirs is None:
            return self.truths[place]
        made = list(truth)
        with np.errstate(all="ignore"):
            for i in range(len(truth)) if part is None else (part,):
                result = known.apply(truth[i], self.case_of(place, i), theirs[i])
                # All nan is the answer of many mistakes, and tells of none.
                nothing = result is None or np.isnan(result).all()
                made[i] = truth[i] if nothing else np.asarray(result)
        return Outcome(tuple(made))

    def case_of(self, place, part):
        """Return an input for who looks at one part of what is returned; thousands of mistakes ask for it."""
        if (place, part) not in self._cases_of:
            self._cases_of[place, part] = replace(self.cases[place], part=part)
        return self._cases_of[place, part]

    def _ways(self):
        """Return which part of the answer may be wrong: each alone, then (None) all in the same way."""
        return [*((i, f"{part_name(i)}: ") for i in range(self.parts or 0)), (None, "")]

    def parts_alone_and_all(self) -> list:
        """Return each part of what is returned, and None for all of them."""
        return [*range(self.parts or 0), None]

    def _side_by_side(self, outcomes):
        return zip(outcomes, self.truths, self.cases, strict=True)

    def _only_differ_in(self, parts, outcomes) -> bool:
        return all(
            i in parts or same((a,), (t,), self._scales[place])
            for place, (outcome, truth, _) in enumerate(self._side_by_side(outcomes))
            for i, (a, t) in enumerate(zip(outcome.answer, truth.answer, strict=True))
        )
