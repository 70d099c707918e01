"""The line where a wrong function goes wrong: the place of the one small change that would make it right.

The student's own code is changed in one place after another (`edits`), each change is run on the smallest
input that tells, and what survives on all the others. The change itself is never said, only where it is, and
only when all changes of the likeliest kind that repair the function are in one line. No more than a given
time is spent, and only on code that does nothing but compute (`harmless`).
"""

import ast
import functools
import time
from dataclasses import dataclass, replace

import numpy as np

from softmax_lesson.exercises.engine.comparing import as_answer
from softmax_lesson.exercises.engine.edits import Edit, edits
from softmax_lesson.exercises.engine.harmless import HUGE, NotHarmless, TooLong, Watch, prepare
from softmax_lesson.exercises.engine.language import mark, translate
from softmax_lesson.exercises.engine.running import Interrupted, Outcome, first_changed, fresh, quiet
from softmax_lesson.exercises.engine.trial import Trial

# To look for it. Who knows the mistake's name waits less, and nobody longer than that for the whole check.
SECONDS, SECONDS_WHEN_NAMED, SECONDS_IN_ALL = 1.5, 0.5, 2.0
SMALL = (ast.Constant, ast.Name, ast.UnaryOp, ast.Slice, ast.Tuple, ast.keyword, ast.Starred, ast.Attribute)
STOPPED = mark("Interrupted: you stopped the check, while it was looking for the line that goes wrong.")
# {(whether there are words to show, whether it is so everywhere): what is said}
HERE = {
    (True, True): mark("Line {number}, `{words}`: this is where it goes wrong."),
    (True, False): mark("Line {number}, `{words}`: this is where it goes wrong on ordinary inputs."),
    (False, True): mark("Line {number}: this is where it goes wrong."),
    (False, False): mark("Line {number}: this is where it goes wrong on ordinary inputs."),
}


@dataclass(frozen=True)
class Line:
    """A line of the student's function: its number in the cell, the words in it that are meant, and whether
    the function would be right everywhere, or only on ordinary inputs, if it were another there."""

    number: int
    words: str | None
    everywhere: bool

    @property
    def sentence(self) -> str:
        """Say where it goes wrong."""
        sentence = HERE[bool(self.words), self.everywhere]
        return translate(sentence, number=self.number, words=self.words)


def find_line(function, exercise, trial, outcomes, began, is_named=False) -> Line | None:
    """Return the line where a wrong function goes wrong, or None where that is not certain.

    began: when the check began, by the monotonic clock.
    """
    seconds = SECONDS_WHEN_NAMED if is_named else SECONDS
    watch = Watch()
    watch.deadline = min(time.monotonic() + seconds, began + SECONDS_IN_ALL)
    try:
        if time.monotonic() > watch.deadline:  # the check itself has taken all the time there is
            return None
        copy = prepare(function, watch)
        with quiet():
            return _Search(copy, exercise, trial, outcomes).line()
    except KeyboardInterrupt:
        raise Interrupted(translate(STOPPED)) from None
    except (NotHarmless, TooLong, RecursionError):
        return None


class _Search:
    """Tries changes of one function."""

    def __init__(self, copy, exercise, trial, outcomes):
        """Order the inputs: first the smallest one that tells, then the other ordinary ones."""
        self.copy, self.watch, self.exercise, self.trial = copy, copy.watch, exercise, trial
        missed = {p for p, outcome in enumerate(outcomes) if not trial.right(p, outcome)}
        by_size = sorted(range(len(outcomes)), key=lambda p: (trial.cases[p].nasty, _size(trial.inputs[p])))
        self.first = next(place for place in by_size if place in missed)
        self.ordinary = [place for place in by_size if not trial.cases[place].nasty]
        self.nasty = [place for place in by_size if trial.cases[place].nasty]
        self.only_nasty = missed <= set(self.nasty)
        self.outcomes, self.rounds = outcomes, {}
        self.parents = {id(c): n for n in ast.walk(copy.tree) for c in ast.iter_child_nodes(n)}

    def line(self) -> Line | None:
        """Return the line, or None. Raises TooLong."""
        same = self.copy.compiled()
        for place, theirs in enumerate(self.outcomes):
            if theirs.answer and any(part.size > HUGE for part in theirs.answer):
                self.rounds[place] = 0  # a table of all with all: not made once more
            elif not self._does_the_same(same, place):
                return None
        found: list[Edit] = []
        for edit in edits(self.copy.tree):
            if found and edit.rank > found[0].rank:
                break
            found += self._repairs(edit)
        return self._agreed(found)

    def _does_the_same(self, function, place) -> bool:
        """Say whether the watched copy comes to the student's own end, and count its rounds."""
        self.watch.rounds, self.watch.limit = 0, np.inf
        mine = self._call(function, self.trial.inputs[place])
        self.rounds[place] = self.watch.rounds
        theirs = self.outcomes[place]
        if mine is None or theirs.answer is None:
            return mine is None and theirs.answer is None
        return self.trial.agree(place, mine, Outcome(theirs.answer, changed=theirs.changed))

    def _repairs(self, edit) -> list[Edit]:
        """Return an edit, once for each of its steps that makes the function right. Raises TooLong."""
        with edit.made():
            try:
                function = self.copy.compiled()
            except (SyntaxError, ValueError, TypeError, NameError, RecursionError):
                return []
        return [replace(edit, steps=(step,)) for step in edit.steps if self._is_right(function, step)]

    def _is_right(self, function, step) -> bool:
        """Say whether a changed function is right on the inputs that count. Raises TooLong."""
        self.watch.step = step
        return all(self._right(function, place) for place in (self.first, *self._others()))

    def _others(self):
        return [*self.ordinary, *(self.nasty if self.only_nasty else ())]

    def _right(self, function, place) -> bool:
        self.watch.rounds = 0
        self.watch.end_after_more_than(self.rounds[place])
        outcome = self._call(function, self.trial.inputs[place])
        return outcome is not None and self.trial.right(place, outcome)

    def _call(self, function, args) -> Outcome | None:
        """Return what a call gives, None where it stops or gives no numbers. Raises TooLong."""
        if time.monotonic() > self.watch.deadline:
            raise TooLong
        mine = fresh(args)
        try:
            answer, problem = as_answer(function(*mine), self.trial.parts)
        except KeyboardInterrupt:
            raise
        except TooLong:
            if time.monotonic() > self.watch.deadline:
                raise
            return None
        except Exception:  # a change may make any nonsense of the code
            return None
        return (
            None if problem else Outcome(answer, changed=first_changed(self.exercise.parameters, args, mine))
        )

    def _agreed(self, found: list[Edit]) -> Line | None:
        """Return the one line of all repairs; of those right on the nasty inputs, too, if there are any."""
        found = [edit for edit in found if self._is_no_coincidence(edit)]
        whole = [edit for edit in found if self._right_everywhere(edit)]
        lines = [self._line_of(edit, everywhere=bool(whole)) for edit in whole or found]
        if len({line.number for line in lines}) != 1:
            return None
        return lines[0]

    def _is_no_coincidence(self, edit) -> bool:
        """Say whether a repair is right on inputs of another seed, too. Raises TooLong."""
        other = self.fresh_trial
        self.watch.step = edit.steps[0]
        with edit.made():
            function = self.copy.compiled()
        for place, case in enumerate(other.cases):
            if case.nasty:
                continue
            self.watch.rounds = 0
            outcome = self._call(function, case.args)
            if outcome is None or not other.right(place, outcome):
                return False
        return True

    @functools.cached_property
    def fresh_trial(self) -> Trial:
        """Inputs of another seed."""
        return Trial(self.exercise, self.trial.seed + 1)

    def _right_everywhere(self, edit) -> bool:
        self.watch.step = edit.steps[0]
        with edit.made():
            function = self.copy.compiled()
        return all(self._right(function, place) for place in self.nasty)

    def _line_of(self, edit, everywhere) -> Line:
        node = edit.where
        in_the_middle = isinstance(node, ast.BinOp) and edit.rank == 1  # it is the operator that is meant
        number = self.copy.source.line(node.right if in_the_middle else node)
        return Line(number, self._words(node), everywhere)

    def _words(self, node) -> str | None:
        """Return what was typed there, with enough around it to be recognised."""
        words, line = None, node.lineno
        while node is not None and getattr(node, "lineno", line) == line:
            if isinstance(node, ast.For | ast.While | ast.If | ast.With | ast.FunctionDef):
                return words
            words = self.copy.source.words(node) or words
            if not isinstance(node, SMALL):
                return words
            node = self.parents.get(id(node))
        return words


def _size(args) -> int:
    return sum(np.size(arg) for arg in args)
