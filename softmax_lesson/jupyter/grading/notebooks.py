"""Read a notebook that was handed in: the code of its cells and what was predicted. Nothing of it is run."""

import contextlib
import json
import re
from dataclasses import dataclass, field

from softmax_lesson.exercises.engine.questions import questions, steps_with_questions
from softmax_lesson.jupyter.students_copy import source_of

SCRIPT = "onPage("
KEY = re.compile(r'data-prediction="([^"]+)"')


class NoNotebook(Exception):
    """Says in a sentence why a file is no notebook."""


@dataclass
class Notebook:
    """The source of each code cell, and {prediction: number of the option chosen}."""

    cells: list[str]
    votes: dict[str, int] = field(default_factory=dict)


def read(content: bytes) -> Notebook:
    """Return what a notebook holds. Raises NoNotebook."""
    try:
        loaded = json.loads(content)
        cells = loaded["cells"] if "cells" in loaded else loaded["worksheets"][0]["cells"]
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        texts = [source_of(cell) if "source" in cell else "".join(cell["input"]) for cell in code]
        return Notebook([whole_letters(text) for text in texts], _votes(code))
    except RecursionError as deep:
        raise NoNotebook("It is no notebook: its JSON goes too deep.") from deep
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as trouble:
        raise NoNotebook(f"It is no notebook: {_why(content, trouble)}.") from trouble


def votes_of_progress(content: bytes) -> dict[str, int]:
    """Return {prediction: number of the option} of a student's progress.json; nothing if it is none."""
    try:
        made = json.loads(content)["predictions"]
        return _known({key: _number(key, one["choice"]) for key, one in made.items()})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def whole_letters(said) -> str:
    """Return a text as it can be sent on and written: code and messages may hold half a letter."""
    return str(said).encode("utf-8", "replace").decode("utf-8")


def _why(content: bytes, trouble: Exception) -> str:
    if not content.strip():
        return "the file is empty"
    if isinstance(trouble, UnicodeDecodeError):
        return "it is not text"
    return "it is not JSON" if isinstance(trouble, ValueError) else "it is JSON without cells"


def _votes(cells) -> dict[str, int]:
    """Return what was chosen, as the outputs tell: of the answer, which is final, before the question."""
    found = {"asks": {}, "answers": {}}
    for cell in cells:
        # An output in a form of its own tells nothing, and the answers are read all the same.
        with contextlib.suppress(TypeError, AttributeError):
            for output in cell.get("outputs") or ():
                page = "".join((output.get("data") or {}).get("text/html") or "")
                if KEY.search(page):
                    state = _state(page)
                    found.get(state.get("role"), {})[state.get("key")] = state.get("choice")
    return _known(found["asks"]) | _known(found["answers"])


def _state(page: str) -> dict:
    """Return the state that a prediction's output hands to its script."""
    try:
        state, _ = json.JSONDecoder().raw_decode(page, page.rindex(SCRIPT) + len(SCRIPT))
    except (ValueError, RecursionError):
        return {}
    return state if isinstance(state, dict) else {}


def _known(votes: dict) -> dict[str, int]:
    """Return the votes for an option that exists."""
    options = _options()
    return {
        key: choice
        for key, choice in votes.items()
        if isinstance(key, str) and type(choice) is int and 0 <= choice < len(options.get(key, ()))
    }


def _number(key: str, text: str) -> int | None:
    texts = _options().get(key, [])
    return texts.index(text) if text in texts else None


def _options() -> dict[str, list[str]]:
    return {
        question.key: [option.text for option in question.options]
        for step in steps_with_questions()
        for question in questions(step).values()
    }
