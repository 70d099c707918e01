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

A mistake may be a *family* that differs in one number. It stands once, takes the number as one more
parameter, and its sentence has a place for it; a function of the number gives what else the sentence says:

    @log_softmax.mistake(smallest=(1e-15, 1e-12, 1e-8), least=np.log)
    def floor(f, smallest):
        ""\"You keep every probability at {smallest:g} or more, so none of yours is below {least:.1f}.""\"
        return np.log(np.maximum(probabilities.softmax(f), smallest))

`inputs` is a generator function of a `numpy.random.Generator`. It yields tuples of arguments,
`nasty("in words", ...)` for inputs on which a naive function fails, and `aside("in words", ...)` for inputs
that the lesson itself never uses, whole numbers as weights, say: who fails there alone is right, with a
remark. Where the task itself speaks of them, `announced("in words", ...)`: who stops there is still right,
and who gives other numbers is not. Draw several sizes, so that N, C and D differ and once are equal; the
parameters' names (W, X, x, f, S, P, p, y) tell the engine which is which.
`reference` is the package's own function; without it, the solution is the reference. A solution needs
nothing but `np`. Mistakes are tried in the order of their declaration, the more special ones first, and then
those of `general`. Right answers written differently go to tests/exercises/solutions; tests find the rest.
"""

import ast
import functools
import hashlib
import inspect
import textwrap
from dataclasses import replace

import numpy as np

from softmax_lesson import arguments
from softmax_lesson.exercises.engine import events, progress_file, shut
from softmax_lesson.exercises.engine.cases import Case, announced, aside, nasty
from softmax_lesson.exercises.engine.feedback import Code, Feedback, Known, Words, sentence_of
from softmax_lesson.exercises.engine.judging import judge
from softmax_lesson.exercises.engine.language import mark, translate
from softmax_lesson.exercises.engine.trial import Trial

__all__ = ["Exercise", "Mistake", "announced", "aside", "exercise", "nasty"]


USED_CORRECT = mark("{name}: yours is right and goes on from here.")
USED_NOT_ATTEMPTED = mark("{name}: not attempted yet, so the lesson goes on with its own.")
USED_WRONG = mark("{name}: not right yet, so the lesson goes on with its own.")


class Mistake(Known):
    """A mistake that an exercise declares: `function` makes it."""

    @property
    def function(self):
        """The function that makes it."""
        return self.apply


class NotRight(AssertionError):
    """Says why an answer earns no point: the mistake's name, or else its status, and what `check` says."""

    def __init__(self, answer: Feedback):
        """Take what the check found; it is kept as `answer`."""
        super().__init__(f"{answer.mistake or answer.status}\n{answer.text}")
        self.answer = answer

    def _render_traceback_(self):
        return [f"NotRight: {self}"]


def exercise(step, *, inputs, hints, reference=None, accepts=None, digits=False, no_loop=False, words=None):
    """Turn a solution, written as a function with the task as its docstring, into an `Exercise`.

    step: "04_loss" and the like. inputs, reference: see the top of this module. hints: at least two, each
    leading a little further. accepts: for an exercise with more than one right answer, a function of (answer,
    *arguments) that returns None when the answer will do, else the sentence that says what it lacks, or a
    name for that and the sentence. digits: small numbers have to be right to their own last digits, not to
    those of the largest. no_loop: a loop is remarked on. words: what the task says in {places} of its own, by
    their names.
    """

    def declare(solution):
        wishes = {"accepts": accepts, "digits": digits, "no_loop": no_loop, "words": words}
        return Exercise(step, solution, inputs, tuple(hints), reference or solution, **wishes)

    return declare


class Exercise:
    """A task, its hints, its solution and the mistakes it knows."""

    def __init__(
        self, step, solution, inputs, hints, reference, accepts=None, digits=False, no_loop=False, words=None
    ):
        """Read name, task and parameters from the solution."""
        self._words = words or {}
        self.step, self.name = step, solution.__name__
        self.task = self._in_words(inspect.cleandoc(solution.__doc__))
        self.hints, self._reference, self.mistakes = hints, reference, []
        self.parameters = tuple(inspect.signature(solution).parameters)
        self.accepts, self._function, self._inputs = accepts, solution, inputs
        self.digits, self.no_loop = digits, no_loop
        self._hints_given, self._trial, self._found = 0, None, None

    def __repr__(self):
        """Name, step and task."""
        return f"{self.name} ({self.step})\n{self.task}"

    def mistake(self, function=None, **family):
        """Declare a mistake: a function that makes it, with the sentence for the student as its docstring.

        family: one parameter of that function with all its values, for a family of mistakes; and functions of
        the value, for what else the sentence says of it. The sentence has their names in curly brackets.
        """
        if function is None:
            return functools.partial(self._declare_family, family)
        if family:
            return self._declare_family(family, function)
        self.mistakes.append(Mistake(function.__name__, function, sentence_of(function)))
        self._trial = None
        return function

    def _declare_family(self, family, function):
        (parameter, values), *said = sorted(family.items(), key=lambda item: callable(item[1]))
        for value in values:
            words = {parameter: value} | {name: of(value) for name, of in said}
            member = functools.partial(function, **{parameter: value})
            name = f"{function.__name__}_{value}"
            self.mistakes.append(Mistake(name, member, sentence_of(function), words))
        self._trial = None
        return function

    # ---- what a student calls -----------------------------------------------------------------------------

    def check(self, function=..., seed=0) -> Feedback:
        """Judge a function: attempted, ran, kept its arguments, right; else which mistake it makes.

        seed: draws the inputs; a whole number, or a text, such as a student's number, that stands for one.
        Raises: TypeError, ValueError for a seed that is no whole number from 0 and no text.
        """
        answer = self._found = self._judged(function, seed)
        progress_file.record(self.step, self.name, answer.status)
        events.checked(f"{self.step}.{self.name}", function, answer.status, answer.mistake)
        return answer

    def grade(self, function=..., seed=0) -> None:
        """Return when a function is right, else raise: what nbgrader's and otter's locked checks call.

        seed: as for `check`. Nothing is kept as done. Raises NotRight, with the mistake's name and what
        `check` says; TypeError, ValueError for a seed that is no whole number from 0 and no text.
        """
        answer = self._judged(function, seed)
        if answer.status != "correct":
            raise NotRight(answer)

    def _judged(self, function, seed) -> Feedback:
        seed = _drawn_from(seed)
        if self._trial is None or self._trial.seed != seed:
            self._trial = Trial(self, seed)
        return judge(self, function, self._trial)

    def hint(self) -> Words:
        """Return what the last check found, the hints given so far and one more."""
        self._hints_given = min(self._hints_given + 1, len(self.hints))
        given, all_of_them = self._hints_given, len(self.hints)
        more = translate("Call hint() again for more.")
        if given == all_of_them:
            more = translate("That was the last one; solution() shows the code.")
            if shut.why_shut():
                more = translate("That was the last one.")
        first = translate("Hint {given} of {all}: {name}.", given=given, all=all_of_them, name=self.name)
        found = self._found.found if self._found else []
        return Words("\n".join([first, *found, *map(translate, self.hints[:given]), more]))

    def solution(self, word: str | None = None) -> Words:
        """Return the solution, its code with the reasoning; or why it is shut, and until when.

        word: opens all solutions until the kernel ends, where the teacher asks for one. Raises TypeError for
        a word that is no text.
        """
        if word is not None:
            if not isinstance(word, str):
                raise TypeError(f"word: expected a text, got {arguments.shown(word)}.")
            shut.say(word)
        if why := shut.why_shut():
            return Words(f"{translate('No solution yet: {name}.', name=self.name)}\n{why}")
        return Code(translate("A solution: {name}.", name=self.name), code=self._source)

    @property
    def reference(self):
        """The lesson's own function. Raises Shut as long as the teacher keeps the solutions shut."""
        if why := shut.why_shut():
            raise shut.Shut(f"{translate('No reference yet: {name}.', name=self.name)} {why}")
        return self._reference

    def use(self, function=...):
        """Return the student's function when it is right, else the reference, and say so in one line."""
        status = self.check(function).status
        if status == "correct":
            print(translate(USED_CORRECT, name=self.name))
            return function
        why = USED_NOT_ATTEMPTED if status == "not attempted" else USED_WRONG
        print(translate(why, name=self.name))
        return self._reference

    # ---- what the notebooks and their tests are made from -------------------------------------------------

    @property
    def starter(self) -> str:
        """The cell a student starts from: parameters, task and a `...`."""
        source = self._source
        last_of_task = ast.parse(source).body[0].body[0].end_lineno
        return "\n".join(source.split("\n")[:last_of_task]) + "\n    ..."

    @property
    def solution_source(self) -> str:
        """The solution as a program of its own. Raises Shut like `reference`."""
        if why := shut.why_shut():
            raise shut.Shut(f"{translate('No solution yet: {name}.', name=self.name)} {why}")
        return f"import numpy as np\n\n\n{self._source}\n"

    def cases(self, seed=0) -> list[Case]:
        """Return the inputs drawn with a seed: the ordinary ones and the nasty ones."""
        return [case for case in self._drawn(seed) if not case.aside]

    def asides(self, seed=0) -> list[Case]:
        """Return the inputs drawn with a seed that the lesson itself never uses."""
        return [case for case in self._drawn(seed) if case.aside]

    def _drawn(self, seed) -> list[Case]:
        drawn = self._inputs(np.random.default_rng(seed))
        as_cases = (case if isinstance(case, Case) else Case(case) for case in drawn)
        return [replace(case, names=self.parameters, reference=self._reference) for case in as_cases]

    @functools.cached_property
    def _source(self) -> str:
        lines = textwrap.dedent(inspect.getsource(self._function)).split("\n")
        first = next(place for place, line in enumerate(lines) if line.startswith("def "))
        return self._in_words("\n".join(lines[first:]).strip())

    def _in_words(self, text) -> str:
        """Return a text with its words in their {places}; other curly brackets are code."""
        for name, words in self._words.items():
            text = text.replace(f"{{{name}}}", words)
        return text


def _drawn_from(seed) -> int:
    """Return the number that a seed is, or that a text stands for; capitals and spaces do not count."""
    if isinstance(seed, str) and seed.strip():
        return int(hashlib.sha256(seed.strip().casefold().encode(errors="surrogatepass")).hexdigest()[:8], 16)
    return arguments.whole("seed", seed, least=0)
