"""The inputs of an exercise, and what is known of them: their sizes by the lesson's notation, their words."""

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from softmax_lesson.exercises.engine.comparing import as_answer, size_of
from softmax_lesson.exercises.engine.language import translate

LETTERS = {
    ("W", 2): "CD",
    ("weights", 2): "CD",
    ("gradient", 2): "CD",
    ("X", 2): "ND",
    ("X", 1): "D",
    ("x", 1): "D",
    ("f", 2): "NC",
    ("f", 1): "C",
    ("S", 2): "NC",
    ("P", 2): "NC",
    ("slopes", 2): "NC",
    ("p", 2): "NC",
    ("p", 1): "C",
    ("y", 1): "N",
    ("s", 1): "K",
}
LABELS = ("y", "k")  # whole numbers that name a class: no dtype to inherit

NUMBERS = re.compile(r"-?\d{3,}")  # in the words of an input: they are drawn


def template_of(what: str) -> str:
    """Return the words of an input with a place for each number that was drawn: "scores around {}"."""
    return NUMBERS.sub("{}", what)


@dataclass(frozen=True)
class Case:
    """One input: the arguments; `what` says in words what is nasty about it, None when nothing is.

    `part` is which of several things that the function returns is looked at. An `aside` is an input that the
    lesson itself never uses: an answer that is right but for this one is right, with a remark. Where it is
    `announced` by the task, that holds only for an answer that stops: one that gives other numbers is wrong.
    """

    args: tuple
    what: str | None = None
    names: tuple = ()
    reference: Callable | None = None
    part: int = 0
    aside: bool = False
    announced: bool = False
    _called: dict = field(default_factory=dict, repr=False, compare=False)  # all parts of it share one

    @property
    def what_in_words(self) -> str:
        """`what`, in the language that is spoken."""
        return translate(template_of(self.what)).format(*NUMBERS.findall(self.what))

    @property
    def nasty(self) -> bool:
        """Whether a function that is right on ordinary inputs may still be wrong here."""
        return self.what is not None

    @functools.cached_property
    def scale(self) -> float:
        """The size of the numbers that go in."""
        return size_of(*self.args)

    @property
    def arrays(self) -> dict:
        """The arguments that are arrays, by name."""
        return {n: a for n, a in zip(self.names, self.args, strict=True) if isinstance(a, np.ndarray)}

    @functools.cached_property
    def sizes(self) -> dict:
        """How many examples N, classes C and features D there are, as far as the arguments' names tell."""
        sizes = {}
        for name, array in self.arrays.items():
            sizes.update(zip(LETTERS.get((name, array.ndim), ""), array.shape, strict=False))
        return sizes

    def call(self, change, **changed):
        """Return the reference's answer (this part of it) with some arguments changed, or None where it has
        none.

        change: what tells this change from others. It is computed once: of `learn` it takes a training run.
        """
        if change not in self._called:
            self._called[change] = self._answers(**changed)
        answers = self._called[change]
        return None if answers is None else answers[self.part]

    def _answers(self, **changed) -> tuple | None:
        args = dict(zip(self.names, self.args, strict=True)) | changed
        try:
            raw = self.reference(*args.values())
        except Exception:  # the reference refuses what makes no sense, and then there is no such mistake
            return None
        return as_answer(raw, len(raw) if isinstance(raw, tuple) else None)[0]

    def some_examples(self, which: slice) -> dict:
        """Return the arguments that hold one example per row, cut to some rows."""
        names = {n for n, a in self.arrays.items() if LETTERS.get((n, a.ndim), "").startswith("N")}
        return {name: self.arrays[name][which] for name in names}

    @property
    def words(self) -> str:
        """Say which input this is: "for f = [1, 2, 3], y = 0", or in the words of its declaration."""
        if self.what:
            return translate("for {what}", what=self.what_in_words)
        values = ", ".join(_value(n, a) for n, a in zip(self.names, self.args, strict=True))
        return translate("for {arguments}", arguments=values)


def nasty(what: str, *args) -> Case:
    """Declare an input on which a naive function fails; `what` completes the words "for ..."."""
    return Case(args, what)


def aside(what: str, *args) -> Case:
    """Declare an input that the lesson itself never uses: who fails there alone is right, with a remark."""
    return Case(args, what, aside=True)


def announced(what: str, *args) -> Case:
    """Declare an input of whole numbers that the lesson itself never uses, and that the task announces: who
    stops there is right, with a remark; who gives other numbers, without a word, is wrong."""
    return Case(args, what, aside=True, announced=True)


def number(value) -> str:
    """Return a number with four digits, the same on every system."""
    return f"{float(value):.4g}" if np.asarray(value).dtype.kind == "f" else str(value)


def _value(name: str, value) -> str:
    if not isinstance(value, np.ndarray):
        return f"{name} = {number(value) if isinstance(value, float | np.number) else value}"
    if value.size > 12 or value.ndim > 2:
        return translate("a {name} of shape {shape}", name=name, shape=value.shape)
    return f"{name} = {_nested(value)}"


def _nested(array) -> str:
    return number(array) if np.ndim(array) == 0 else f"[{', '.join(_nested(row) for row in array)}]"
