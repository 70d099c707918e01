"""What the predictions ask, and what a good tutor says to each option: one TOML file a step.

`predictions/05_derivatives.toml` has a table for each prediction of that notebook:

    [nudge]
    question = "What does the loss do, roughly?"

    [[nudge.options]]
    text = "It falls by .001"
    wrong = "That is what the weight moved. The score moves x₁ times as much."

    [[nudge.options]]
    text = "It falls by .002"
    right = "The score rises by .002, and the loss falls nearly as much."

Three or four options in the order in which they are shown; one of them is right, and its sentence may be "".
Text between `backticks` is code, and one *word* between stars is stressed; formulas are written in Unicode.
"""

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

from softmax_lesson import arguments

FOLDER = Path(__file__).parents[1] / "predictions"
FEWEST, MOST = 3, 4  # options


@dataclass(frozen=True)
class Option:
    """One possible answer; `sentence` is what the tutor says to whoever chose it."""

    text: str
    right: bool
    sentence: str


@dataclass(frozen=True)
class Question:
    """One prediction: its step, its name, what is asked, and the options in the order shown."""

    step: str
    name: str
    question: str
    options: tuple[Option, ...]

    @property
    def key(self) -> str:
        """The name under which everybody knows it: "05_derivatives.nudge"."""
        return f"{self.step}.{self.name}"

    @property
    def answer(self) -> Option:
        """The right option."""
        return next(option for option in self.options if option.right)


def steps_with_questions() -> list[str]:
    """Return the steps that have predictions, in order."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


@functools.cache
def questions(step: str) -> dict[str, Question]:
    """Return the predictions of one step by name, in the order of its file; none if it has no file.

    Raises ValueError for a file that does not say what it must, naming the file and the place.
    """
    path = FOLDER / f"{step}.toml"
    if not path.exists():
        return {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path.name} is no TOML: {error}") from None
    return {name: _question(step, name, table) for name, table in tables.items()}


def question(key: str) -> Question:
    """Return the prediction with a key like "05_derivatives.nudge"; ValueError if there is none."""
    step, _, name = key.partition(".") if isinstance(key, str) else ("", "", "")
    found = questions(step) if step in steps_with_questions() else {}
    if name not in found:
        came = arguments.shown(key)
        known = ", ".join(found) or "none of that step"
        raise ValueError(
            f'key: expected a step and a name, such as "05_derivatives.nudge", got {came}. Known: {known}.'
        )
    return found[name]


def _question(step: str, name: str, table) -> Question:
    """Return the question that a TOML table holds."""
    place = f"{step}.toml, [{name}]"
    _expect(isinstance(table, dict) and set(table) == {"question", "options"}, place, "question and options")
    asked, options = table["question"], table["options"]
    _expect(_is_text(asked), place, "a question in words")
    fit = isinstance(options, list) and FEWEST <= len(options) <= MOST
    _expect(fit, place, f"{FEWEST} or {MOST} tables [[{name}.options]]")
    found = tuple(_option(f"{place}, option {number}", option) for number, option in enumerate(options, 1))
    _expect(sum(option.right for option in found) == 1, place, "one right option")
    _expect(len({option.text for option in found}) == len(found), place, "options that differ")
    return Question(step, name, " ".join(asked.split()), found)


def _option(place: str, table) -> Option:
    """Return the option that a TOML table holds."""
    kind = set(table) - {"text"} if isinstance(table, dict) else set()
    _expect(kind in ({"right"}, {"wrong"}), place, "text, and either right or wrong")
    _expect(_is_text(table["text"]), place, "a text")
    (kind,) = kind
    sentence = table[kind]
    _expect(isinstance(sentence, str), place, f"{kind} to be a sentence")
    _expect(kind == "right" or _is_text(sentence), place, "the tutor's sentence for a wrong option")
    return Option(" ".join(table["text"].split()), kind == "right", " ".join(sentence.split()))


def _is_text(value) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _expect(true: bool, place: str, what: str) -> None:
    if not true:
        raise ValueError(f"{place}: expected {what}.")
