"""The notebook contract: what every committed notebook must be, so that what is green can be trusted.

`problems(path)` reads one notebook and returns a sentence for each breach. Here is what concerns the file and
the notebook as a whole; texts, code_cells, outputs and teaching are
read by modules of these names. What only a run can show, a number that is no longer what the
code gives, is nbval's part, and so is, by with_nbval.py, that a stored picture is the one which is drawn.
"""

import copy
import functools
import itertools
import json
import re
from pathlib import Path

import nbformat
from code_cells import assigned, code_problems
from first_cell import FIRST_CELL, MISSING_LESSON
from outputs import ALT_TEXT, machine_paths, output_problems
from run_notebooks import normalise
from teaching import teaching_problems
from texts import text_problems

from softmax_lesson.exercises.engine.questions import questions

ROOT = Path(__file__).parents[2]

TAGS = {"exercise", "presenter", "prediction", "echo", "answer", MISSING_LESSON}
PREDICTION = re.compile(r"^> \*\*Predict before you run\.\*\*", re.MULTILINE)
MADE = re.compile(
    r"(?:from softmax_lesson\.widgets import Prediction\n\n)?(?P<variable>\w+) = "
    r'Prediction\("\d\d_\w+\.(?P<name>\w+)"\)\n(?P=variable)'
)
# Neither one that nbformat or JupyterLab drew by lot, nor "cell-7".
DESCRIPTIVE_ID = re.compile(r"(?![0-9a-f]{8}(-|$)|(cell|code|untitled)-?\d*$)[a-z][a-z0-9]+(-[a-z0-9]+)*")


def problems(path):
    """Return what is wrong with the notebook at `path`, a sentence each; an empty list when nothing is."""
    path = Path(path)
    found, text, content = as_file(path.read_bytes())
    if content is None:
        return found
    if not content["cells"]:
        return [*found, "there is nothing in it"]
    cells = content["cells"]
    notebook = nbformat.v4.to_notebook(content | {"cells": []})
    notebook.cells = [as_node(cell) for cell in cells]
    found += [*first_cell(notebook), *structure(notebook)]
    if any(cell.cell_type == "raw" for cell in notebook.cells):
        return found
    found += plan(notebook)
    found += [*predictions(notebook.cells, path.stem), *links(notebook, path.parent)]
    found += teaching_problems(notebook, path.stem)
    for cell in cells:
        found += cell_problems(cell)
    notebook.cells = []
    if put_together(normalise(notebook), map(normalised, cells)) != text:
        found.append("the file is not normalised: run `make notebooks`")
    return found


# Three hundred damaged copies of one notebook share most of their cells: what concerns a cell alone is found
# once for all of them. A cell is given as JSON.


@functools.cache
def as_node(cell):
    """Return a cell as nbformat reads it; ValidationError if it is none.

    Many notebooks may share it: it is not to be changed.
    """
    alone = nbformat.v4.new_notebook() | {"cells": [json.loads(cell)]}
    nbformat.validate(alone)
    return nbformat.v4.to_notebook(alone).cells[0]


@functools.cache
def cell_problems(cell):
    """Return what is wrong with a cell by itself, a sentence each."""
    node = as_node(cell)
    check = code_cell if node.cell_type == "code" else markdown_cell
    return [f"{node.id}: {sentence}" for sentence in [*check(node), *tags(node)]]


@functools.cache
def normalised(cell):
    """Return a cell in the lines that `make notebooks` gives it."""
    alone = nbformat.v4.new_notebook(cells=[copy.deepcopy(as_node(cell))])
    return laid_out(json.dumps(normalise(alone).cells[0], sort_keys=True))


def as_file(stored):
    """Return what is wrong with the bytes of a file, its text, and what it holds if it is a notebook: in it,
    each cell as JSON.
    """
    try:
        text = stored.decode("utf-8")
        content = json.loads(text, object_pairs_hook=each_once)
        versions = content["nbformat"], content["nbformat_minor"]
        if versions != (4, 5):
            return [f"format {versions[0]}.{versions[1]}: format 4.5 is expected"], None, None
        # Before nbformat looks at them: it quietly gives a cell another id when its own is taken.
        found = [*ids([cell.get("id", "") for cell in content["cells"]])]
        nbformat.validate(content | {"cells": []})
        cells = [json.dumps(cell, sort_keys=True) for cell in content["cells"]]
        for cell in cells:
            as_node(cell)
    except (
        UnicodeDecodeError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        nbformat.ValidationError,
    ) as error:
        words = str(error).partition("\n")[0][:100]
        return (
            [f"no notebook, {type(error).__name__}: {words}; take the last good version from git"],
            None,
            None,
        )
    if "\r" in text:
        found.append("line ends of Windows: run `make notebooks`")
    for cell in content["cells"]:
        if cell.get("attachments") or "](attachment:" in "".join(cell["source"]):
            found.append(
                f"{cell['id']}: a picture that was dropped into the text: take it out, the package draws"
            )
            return found, None, None
    return found, text, content | {"cells": cells}


def each_once(pairs):
    """Return a JSON object as a dictionary; ValueError for a key that stands twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def written(notebook):
    """Return a notebook as nbformat writes it."""
    cells = [laid_out(json.dumps(cell, sort_keys=True)) for cell in notebook.cells]
    return put_together(nbformat.NotebookNode(notebook | {"cells": []}), cells)


def put_together(notebook, cells):
    """Return the text of a file: of a notebook without its cells, and of these, already laid out."""
    lines = ",\n".join(cells)
    return nbformat.v4.writes(notebook).replace('"cells": []', f'"cells": [\n{lines}\n ]', 1) + "\n"


@functools.cache
def laid_out(cell):
    """Return a cell, given as JSON, in the lines that nbformat gives it."""
    alone = nbformat.v4.new_notebook(cells=[nbformat.from_dict(json.loads(cell))])
    return nbformat.v4.writes(alone).removeprefix('{\n "cells": [\n').partition("\n ],\n")[0]


def ids(given):
    """Cell ids say what the cell is for, each its own."""
    yield from (f"cell id {i!r} is not descriptive" for i in given if not DESCRIPTIVE_ID.fullmatch(i))
    yield from (f"cell id {i!r} is used twice" for i in set(given) if given.count(i) > 1)


def first_cell(notebook):
    """After the title stands the cell that helps where the lesson is missing, and nowhere else."""
    tagged = [c for c in notebook.cells if has_tag(c, MISSING_LESSON)]
    as_written = [(c.id, c.source) for c in tagged] == [(MISSING_LESSON, FIRST_CELL)]
    if not as_written or notebook.cells[1] is not tagged[0]:
        yield "the cell that helps where the lesson is missing is not in its place: run `make notebooks`"


def structure(notebook):
    """Headings and the order of execution, over the whole notebook."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    counts = [cell.execution_count for cell in code]
    if counts != list(range(1, len(code) + 1)):
        yield f"code cells are not executed once each in order: {counts}"
    yield from (f"{c.id}: it is empty" for c in notebook.cells if not c.source.strip())
    yield from (f"{c.id}: neither text nor code" for c in notebook.cells if c.cell_type == "raw")
    if re.search(r"<h[1-6]|^\S.*\n(=+|--+) *$", prose(notebook), re.MULTILINE | re.IGNORECASE):
        yield "a heading in HTML or underlined: headings are written with #"
    levels = [len(hashes) for hashes in re.findall(r"^(#+) ", prose(notebook), re.MULTILINE)]
    if levels.count(1) != 1 or levels[:1] != [1]:
        yield f"one heading of the first level, at the top, is expected; the levels are {levels}"
    if any(after > before + 1 for before, after in itertools.pairwise(levels)):
        yield f"a heading skips a level: {levels}"


def plan(notebook):
    """An instructor can plan with it: each section says its minutes; the summary has five lines."""
    text = prose(notebook)
    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    minutes = [re.match(r".*\n\*\((\d+) minutes?\)\*$", section, re.MULTILINE) for section in sections]
    yield from (
        f"section {section.splitlines()[0]!r} does not say its minutes"
        for section, stated in zip(sections, minutes, strict=True)
        if not stated
    )
    total, stated = (
        sum(int(match[1]) for match in minutes if match),
        re.search(r"\*\*Time\*\*: (\d+) minutes", text),
    )
    if not stated or int(stated[1]) != total:
        yield f"the sections take {total} minutes; stated is {stated and stated[0]!r}"
    summary = next((section for section in sections if section.startswith("Summary")), "")
    if re.findall(r"^(\d+)\. ", summary, re.MULTILINE) != list("12345"):
        yield "a summary of five numbered lines is expected"


def predictions(cells, step=""):
    """Each prediction is asked in words, made in a cell, followed by its result, and answered."""
    asking = [i for i, c in enumerate(cells) if c.cell_type == "markdown" and PREDICTION.search(c.source)]
    for i, following in itertools.pairwise([*asking, len(cells)]):
        name, source, after = cells[i].id, cells[i].source, cells[i + 1 : following]
        if len(PREDICTION.findall(source)) > 1 or not PREDICTION.match(source.rpartition("\n\n")[2]):
            yield f"{name}: one prediction, at its end, is expected"
        yield from one_prediction(name, after)
    typed = (cell.id for cell in cells if "my_prediction" in cell.source)
    yield from (f"{name}: my_prediction is no longer the form" for name in typed)
    asked = {cell.id for i in asking for cell in cells[i + 1 : i + 2]}
    taken = [c.id for c in cells if has_tag(c, "prediction")]
    yield from (f"{name}: it takes a prediction that nobody asked for" for name in taken if name not in asked)
    yield from predictions_of_the_file(cells, step)


def one_prediction(name, after):
    """After the words that ask: the cell that takes it, perhaps a presenter's note, results, the answer."""
    if not after or not has_tag(after[0], "prediction"):
        yield f"{name}: the next cell does not take the prediction: it has no tag prediction"
        return
    made = MADE.fullmatch(after[0].source)
    if not made or made["variable"] != made["name"]:
        yield f'{after[0].id}: expected NAME = Prediction("STEP.NAME"), and NAME on the next line'
        return
    echo = next((place for place, cell in enumerate(after) if has_tag(cell, "echo")), None)
    if echo is None or after[echo].source != f"{made['name']}.answer()":
        yield f"{name}: no later cell with the tag echo says {made['name']}.answer(), and nothing else"
        return
    if not any(cell.cell_type == "code" and cell.outputs for cell in after[1:echo]):
        yield f"{name}: no result between the prediction and its answer"
    said = "".join(o.get("data", {}).get("text/plain", "") for o in after[echo].outputs)
    if not said.startswith("You made no prediction."):
        yield f"{after[echo].id}: in the lesson's own copy nobody has predicted: run `make notebooks`"


def predictions_of_the_file(cells, step):
    """What predictions/<step>.toml has is made once, in that order, and a name means one thing only."""
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    made = re.findall(r"\bPrediction\((.*?)\)", "\n".join(code))
    known = [f'"{step}.{name}"' for name in questions(step)]
    if made != known:
        yield f"the predictions are {', '.join(made)}; in {step}.toml stand {', '.join(known)}"
    names = [found for source in code for found in assigned(source)]
    twice = [name for name in questions(step) if names.count(name) > 1]
    yield from (f"{name}: the name of a prediction is given to something else, too" for name in twice)
    echoes = [cell.id for cell in cells if has_tag(cell, "echo")]
    if len(echoes) != len(made):
        yield f"cells with the tag echo: {', '.join(echoes)}; predictions: {', '.join(made)}"


def has_tag(cell, tag):
    """Whether a cell has this tag."""
    return tag in cell.metadata.get("tags", [])


def is_presenters_note(cell):
    """Whether a cell is for the presenter only: in the speaker's window, and on no page."""
    slide_type = cell.metadata.get("slideshow", {}).get("slide_type")
    return slide_type == "notes" and "presenter" in cell.metadata.get("tags", [])


def prose(notebook):
    """Return all Markdown, without code blocks, in which # is no heading."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def links(notebook, folder):
    """Links that point inside the repository lead somewhere, and none leaves it by an absolute path."""
    text = prose(notebook)
    forms = r"\]\(<?([^)\s>]+)[^)]*\)", r"""<a\b[^>]*href=["']([^"']+)""", r"^\[[^\]]+\]: *(\S+)"
    targets = [target for form in forms for target in re.findall(form, text, re.MULTILINE)]
    # JupyterLab's own: the heading's words with hyphens between them.
    anchors = {title.strip().replace(" ", "-") for title in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}
    # A copy in another folder is still the course's: its neighbours are looked for there, then at home.
    homes = (folder, ROOT / "notebooks")
    for target in targets:
        file, _, anchor = target.partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        absolute = file.startswith("/") or Path(file).is_absolute()
        there = not file or (not absolute and any((home / file).exists() for home in homes))
        if not there or (not file and anchor not in anchors):
            yield f"link to {target!r}, which is not there"


def markdown_cell(cell):
    """Pictures in the text have alt text, a presenter's note is hidden, and nothing names this machine."""
    for_presenter = cell.source.startswith("<sub>*For the presenter.*")
    marks = "presenter" in cell.metadata.get("tags", []), is_presenters_note(cell)
    if marks != (for_presenter, for_presenter):
        yield "a presenter's note begins with its words, has the tag presenter and the slide type notes"
    if has_tag(cell, "answer") and re.search(r"^#+ ", cell.source, re.MULTILINE):
        yield "a heading in a cell with the tag answer, which is folded: the heading needs a cell of its own"
    if for_presenter and "$" in cell.source:
        yield "a formula in a presenter's note: the speaker's window has no KaTeX and would show it twice"
    tags = re.findall(r"<img\b[^>]*>", cell.source, re.IGNORECASE)
    if re.search(r"!\[\s*\][(\[]", cell.source) or not all(map(ALT_TEXT.search, tags)):
        yield "a picture without alt text"
    yield from machine_paths(cell.source)
    yield from text_problems(cell.source)


def code_cell(cell):
    """The code of a cell, and what is stored under it."""
    if has_tag(cell, "answer"):
        yield "the tag answer is for text: code shows its result when it has run"
    if cell.source != FIRST_CELL:
        yield from code_problems(cell.source)
    yield from output_problems(cell.source, cell.outputs, cell.execution_count)


def tags(cell):
    """Tags that the lesson does not know; nbval and nbconvert take some of them for orders."""
    unknown = [tag for tag in cell.metadata.get("tags", []) if tag not in TAGS]
    yield from (f"the tag {tag!r}: known are {', '.join(sorted(TAGS))}" for tag in unknown)
