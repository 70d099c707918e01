"""What an exercise says: plain words first, for a screen reader and nbval; then the same words in HTML.

The first line says the status in words. Text between `backticks` is code, and so is an indented line; one
*word* between stars is stressed. The colour of the HTML's edge repeats the first line and adds nothing.
"""

import html
import itertools
import re
import sys
from dataclasses import dataclass

from softmax_lesson.exercises.engine.language import everywhere, mark, translate

BLUE, GREEN, VERMILLION, PURPLE = "#0072B2", "#009E73", "#D55E00", "#CC79A7"  # Okabe and Ito

PASTE = mark("To see it, paste this into a cell:")  # code follows
LINE = mark("Line {number}")  # how the sentence begins that says where it goes wrong
STATUS = {
    "correct": (mark("Correct"), GREEN),
    "not attempted": (mark("Not attempted yet"), BLUE),
    "wrong": (mark("Not right yet"), VERMILLION),
    "error": (mark("Did not run to its end"), PURPLE),
}


def printable(text: str) -> str:
    """Return a text for `print`; an output that has no − or λ, cp1252 say, gets - and ?."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.replace("−", "-").encode(encoding, "replace").decode(encoding)
    return text


@dataclass(frozen=True, repr=False)
class Words:
    """A text that Jupyter shows: plain, or as HTML."""

    text: str
    colour = BLUE

    def __repr__(self) -> str:
        """The text itself."""
        return self.text

    def __str__(self) -> str:
        """The text as `print` can show it here."""
        return printable(repr(self))

    def _repr_html_(self) -> str:
        first, *others = self.text.split("\n")
        parts = [f"<strong>{marked_up(first)}</strong>"]
        for is_code, lines in itertools.groupby(others, lambda line: line.startswith("    ")):
            if is_code:
                parts.append(pre("\n".join(line[4:] for line in lines), "0.3em 1em"))
            else:
                parts += [f"<p style='margin: 0.3em 0'>{marked_up(line)}</p>" for line in lines]
        style = f"border-left: 0.4em solid {self.colour}; padding: 0.2em 0.8em"
        return f"<div style='{style}'>{''.join(parts)}</div>"


@dataclass(frozen=True, repr=False)
class Feedback(Words):
    """The answer to one check.

    `status` is "correct", "not attempted", "wrong" or "error"; `mistake` is the name of the mistake that was
    recognised, or None; `line` is the number in the cell of the line that goes wrong, or None; `text` is what
    the student reads.
    """

    status: str = "correct"
    mistake: str | None = None
    line: int | None = None

    @property
    def colour(self) -> str:
        """The colour of the edge."""
        return STATUS[self.status][1]

    @property
    def found(self) -> list[str]:
        """What a hint begins with: the first sentence to a wrong answer, and the one with the line."""
        if self.status not in ("wrong", "error"):
            return []
        _status, first, *others = self.text.split("\n")
        found = translate(
            "The last check found: {sentence}", sentence=first.removesuffix(translate(PASTE)).strip()
        )
        where = tuple(words.format(number=self.line) for words in everywhere(LINE))
        return [found, *(line for line in others if self.line and line.startswith(where))]


def feedback(status: str, exercise: str, sentence: str, mistake=None, line=None) -> Feedback:
    """Return a Feedback whose first line says the status in words."""
    return Feedback(f"{translate(STATUS[status][0])}: {exercise}.\n{sentence}", status, mistake, line)


@dataclass(frozen=True, repr=False)
class Code(Words):
    """Source code under one line of words."""

    code: str = ""

    def __repr__(self) -> str:
        """The words, an empty line, the code."""
        return f"{self.text}\n\n{self.code}"

    def _repr_html_(self) -> str:
        return super()._repr_html_().replace("</div>", f"{pre(self.code)}</div>")


@dataclass(frozen=True)
class Known:
    """A known mistake: its name, the function that makes it, and the sentence a good tutor would say.

    `template` is the sentence in English; it has places for `words`, if there are any.
    """

    name: str
    apply: object
    template: str
    words: dict | None = None

    @property
    def sentence(self) -> str:
        """The sentence, in the language that is spoken."""
        return self.said(self.template)

    def said(self, template: str) -> str:
        """Return a part of the sentence in the language that is spoken."""
        return translate(template, **self.words) if self.words else translate(template)


def sentence_of(function) -> str:
    """Return a function's docstring as running text: the sentences of mistakes are written there."""
    return " ".join((function.__doc__ or "").split())


def marked_up(text: str) -> str:
    """Return a sentence as HTML, with its `code` and its *stress*; all else is escaped."""
    text = re.sub("`([^`]+)`", r"<code>\1</code>", html.escape(text))
    return re.sub(r"(?<![\w*])\*(\w[^*<]*)\*(?![\w*])", r"<em>\1</em>", text)


def pre(code: str, margin: str = "0.3em 0") -> str:
    """Return code as HTML; a long line is broken on a narrow screen."""
    return f"<pre style='margin: {margin}; white-space: pre-wrap'>{html.escape(code)}</pre>"
