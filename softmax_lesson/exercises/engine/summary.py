"""How far a student is: by step, in text and HTML, and as a page to print or to hand in."""

import datetime
import html
from dataclasses import dataclass, field
from pathlib import Path

from softmax_lesson import arguments
from softmax_lesson.exercises.engine.feedback import Words, marked_up
from softmax_lesson.exercises.engine.questions import Question

FILE = "my_progress.html"
MARK = "<!-- Softmax, step by step: a summary that progress().page() has written -->"
LENGTH = 10  # of a bar in text
STATES = ("done", "tried", "open")


@dataclass(frozen=True)
class Step:
    """One step: its name, {exercise: "done", "tried" or "open"}, its questions, and what was predicted.

    `made` is {prediction: {"choice": the words of the option, "seen": whether the answer was seen}}.
    """

    name: str
    exercises: dict
    questions: tuple[Question, ...] = ()
    made: dict = field(default_factory=dict)

    @property
    def done(self) -> int:
        """How many exercises are done."""
        return sum(state == "done" for state in self.exercises.values())

    @property
    def total(self) -> int:
        """How many exercises and predictions there are."""
        return len(self.exercises) + len(self.questions)

    @property
    def words(self) -> str:
        """The counts in words."""
        counts = (
            (self.done, len(self.exercises), "exercise"),
            (len(self.made), len(self.questions), "prediction"),
        )
        return ", ".join(f"{n} of {all_} {what}{'s' * (all_ > 1)}" for n, all_, what in counts if all_)

    @property
    def bar(self) -> str:
        """The share of all that is done, as text."""
        full = LENGTH * (self.done + len(self.made)) // self.total
        return "█" * full + "░" * (LENGTH - full)


class Progress(Words):
    """Exercises and predictions by step, in text and HTML; `page()` writes a page.

    `states` is {"04_loss.mean_loss": "done", ...}.
    `predictions` is {"05_derivatives.nudge": "It falls by .002", ...}: what was predicted, in words.
    """

    def __init__(self, steps: list[Step], notices: list[str]):
        """Take the steps in order, and what there is to say about the file that keeps them."""
        self.steps, self.notices = steps, notices
        self.states = {
            f"{step.name}.{name}": state for step in steps for name, state in step.exercises.items()
        }
        self.predictions = {
            f"{step.name}.{name}": made["choice"] for step in steps for name, made in step.made.items()
        }
        lines = [self.first_line()]
        for step in steps:
            lines += [f"{step.name:<20} {step.bar}  {step.words}"]
            lines += [f"    {state:<6}{name}" for name, state in step.exercises.items()]
        super().__init__("\n".join([*lines, *notices]))

    def first_line(self) -> str:
        """Return all counts in one line."""
        count = [sum(state == which for state in self.states.values()) for which in STATES]
        asked = sum(len(step.questions) for step in self.steps)
        exercises = "Exercises: {} done, {} tried, {} open.".format(*count)
        return f"{exercises} Predictions: {len(self.predictions)} of {asked} made."

    def _repr_html_(self) -> str:
        rows = "".join(map(_row, self.steps))
        notices = "".join(f"<p>{html.escape(notice)}</p>" for notice in self.notices)
        return f"<div><strong>{self.first_line()}</strong>{TABLE}{rows}</tbody></table>{notices}</div>"

    def page(self, name: str = "", file: str | Path = FILE) -> Words:
        """Write a page to print or to hand in, and return a sentence that says where it is.

        name: the student's own name, if it is to stand on the page. file: where to write; what is there is
        replaced only if this function wrote it. Raises TypeError, ValueError for a name that is no text or a
        file that is no file's name, FileExistsError for a file that is another's, or a folder.
        """
        name, path = arguments.text("name", name), Path(arguments.path("file", file))
        if path.exists() and not _is_ours(path):
            raise FileExistsError(f"file: {path} is not one of these summaries; expected another name.")
        path.write_text(self.document(name.strip()), encoding="utf-8")
        return Words(f"Written to {path}.\nOpen it with a double click, to print it or to hand it in.")

    def document(self, name: str = "") -> str:
        """Return the page as HTML."""
        who = f"<p>{html.escape(name)}</p>" if name else ""
        details = "".join(map(_details, self.steps))
        return (
            f'<!doctype html>\n{MARK}\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>My progress · Softmax, step by step</title>\n<style>{STYLE}</style>\n</head>\n"
            f"<body>\n<main>\n<h1>Softmax, step by step: my progress</h1>\n"
            f"{who}<p>{datetime.date.today():%d %B %Y}</p>\n"
            f"{self._repr_html_()}\n{details}\n</main>\n</body>\n</html>\n"
        )


def _is_ours(path: Path) -> bool:
    """Say whether a file is a page that `Progress.page` wrote."""
    return path.is_file() and MARK in path.read_text(encoding="utf-8", errors="replace")


LEFT = "style='text-align: left'"  # JupyterLab's cells of a table are on the right
TABLE = (
    f"<table><thead><tr><th scope='col' {LEFT}>step</th><th scope='col' {LEFT}>done</th>"
    f"<th scope='col' {LEFT}>exercises</th><th scope='col' {LEFT}>predictions</th></tr></thead><tbody>"
)
STYLE = """
:root { color-scheme: light dark; }
body { max-width: 48rem; margin: 0 auto; padding: 1rem; font: 16px/1.45 system-ui, sans-serif; }
table { border-collapse: collapse; margin: .8em 0; }
th, td { padding: .3em .8em .3em 0; text-align: left; vertical-align: top; font-weight: 400; }
thead th { font-weight: 700; }
h2 { margin: 1.4em 0 .3em; font-size: 1.15rem; break-after: avoid; }
ul { margin: .3em 0; padding-left: 1.2em; }
li { break-inside: avoid; }
progress { width: 8em; accent-color: light-dark(#0072b2, #56b4e9); }
@media screen and (max-width: 40rem) {
  table, tbody { display: block; }
  thead { display: none; }
  tr { display: grid; grid-template-columns: 1fr auto; padding: .5em 0; }
  tr > * { padding: 0; }
  td:nth-last-child(2), td:last-child { grid-column: 1 / -1; }
  td:nth-last-child(2)::before { content: "exercises: "; }
  td:last-child::before { content: "predictions: "; }
}
"""


def _row(step: Step) -> str:
    """Return a step as a row of the table; what is open is named, so that one knows where to go on."""
    value = step.done + len(step.made)
    bar = f"<progress max='{step.total}' value='{value}' aria-label='{step.name}: {step.words}'></progress>"
    names = [f"{state}: {', '.join(found)}" for state in STATES if (found := _in_state(step, state))]
    exercises = f"{step.done} of {len(step.exercises)}" if step.exercises else "none"
    predictions = f"{len(step.made)} of {len(step.questions)}" if step.questions else "none"
    what = f"<br>({'; '.join(names)})" if names else ""
    cells = "".join(f"<td {LEFT}>{cell}</td>" for cell in (bar, f"{exercises}{what}", predictions))
    return f"<tr><th scope='row' {LEFT}>{step.name}</th>{cells}</tr>"


def _in_state(step: Step, state: str) -> list[str]:
    return [name for name, its in step.exercises.items() if its == state]


def _details(step: Step) -> str:
    """Return the predictions of a step, with the answer where it was seen."""
    made = [question for question in step.questions if question.name in step.made]
    lines = [_prediction(question, step.made[question.name]) for question in made]
    return f"<h2>{step.name}: what I predicted</h2><ul>{''.join(lines)}</ul>" if lines else ""


def _prediction(question: Question, made: dict) -> str:
    choice, answer = made["choice"], question.answer.text
    if not made["seen"]:
        verdict = "(the answer is still to be seen)"
    elif choice == answer:
        verdict = "That is right."
    else:
        verdict = f"The answer: <strong>{marked_up(answer)}</strong>"
    return f"<li>{marked_up(question.question)} <em>{marked_up(choice)}</em> · {verdict}</li>"
