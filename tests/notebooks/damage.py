"""Damage to a notebook, a function for each kind, by families: what a slip, a tool or an attacker does to it.

Each is done to a copy of one notebook, `SUBJECT`. `KINDS` has the families, in each the kinds with a part of
the sentence by which the contract refuses the copy. `OF_THE_FILE` damages the bytes. `UNSEEN` names what no
rule sees, with the reason.
"""

import base64
import io
import re
from pathlib import Path

import nbformat
from contract import ROOT, written
from PIL import Image

SUBJECT = ROOT / "notebooks/01_scores.ipynb"


def cell(notebook, name):
    return next(cell for cell in notebook.cells if cell.id == name)


def write(notebook, path):
    # Not by nbformat.writes, which would repair a damaged cell id on the way out.
    path.write_text(written(notebook), encoding="utf-8", newline="\n")
    return path


def cells_out_of_order(notebook):
    i, j = (notebook.cells.index(cell(notebook, name)) for name in ("one-image", "to-row"))
    notebook.cells[i], notebook.cells[j] = notebook.cells[j], notebook.cells[i]


def unexecuted_cell(notebook):
    cell(notebook, "star-shape").update(execution_count=None, outputs=[])


def removed_output(notebook):
    cell(notebook, "star-shape").outputs = []


def misspelt_marker(notebook):
    cell(notebook, "star-shape").source = "# NBVAL_IGNORE_OUTPUTS\n" + cell(notebook, "star-shape").source


def misspelt_marker_name(notebook):
    cell(notebook, "star-shape").source = "# NVBAL_SKIP\n" + cell(notebook, "star-shape").source


def misspelt_tag(notebook):
    cell(notebook, "star-shape").metadata.tags = ["nbval-ignore-outputs"]


def trailing_semicolon(notebook):
    cell(notebook, "star-shape").source += ";"


def missing_alt_text_in_output(notebook):
    output = cell(notebook, "templates").outputs[0]
    output.data["text/html"] = re.sub(r' alt="[^"]*"', "", output.data["text/html"])


def empty_alt_text_in_output(notebook):
    output = cell(notebook, "templates").outputs[0]
    output.data["text/html"] = re.sub(r' alt="[^"]*"', ' alt=""', output.data["text/html"])


def missing_alt_text_in_prose(notebook):
    cell(notebook, "title").source += "\n\n![](https://example.org/frog.png)"


def missing_text_twin(notebook):
    del cell(notebook, "templates").outputs[0].data["text/plain"]


def text_twin_that_says_nothing(notebook):
    cell(notebook, "templates").outputs[0].data["text/plain"] = "<Figure size 640x480 with 1 Axes>"


def bare_image(notebook):
    cell(notebook, "templates").outputs[0].data = {"image/png": "iVBORw0KGgo=", "text/plain": "a frog"}


def missing_still_picture(notebook):
    del cell(notebook, "curve").outputs[0].data["image/png"]


def object_address(notebook):
    cell(notebook, "curve").outputs[0].data["text/plain"] = "<LossCurve object at 0x7f1c2a>"


def error_output(notebook):
    cell(notebook, "star-shape").outputs = [
        nbformat.v4.new_output("error", ename="ValueError", evalue="shapes", traceback=[])
    ]


def second_first_heading(notebook):
    cell(notebook, "summary").source = "# Summary"


def skipped_heading_level(notebook):
    cell(notebook, "summary").source = "## Summary\n\n#### In five lines"


def long_cell(notebook):
    cell(notebook, "star-shape").source += "\n" + "\n".join(f"a{i} = {i}" for i in range(15))


def random_cell_id(notebook):
    cell(notebook, "star-shape").id = "8f2a0c11"


def same_cell_id_twice(notebook):
    cell(notebook, "star-shape").id = "templates"


def editor_metadata(notebook):
    cell(notebook, "star-shape").metadata.collapsed = True


def live_widget_view(notebook):
    output = cell(notebook, "curve").outputs[0]
    output.data["application/vnd.jupyter.widget-view+json"] = {
        "model_id": "0",
        "version_major": 2,
        "version_minor": 1,
    }


def link_to_nowhere(notebook):
    cell(notebook, "summary").source += "\n\n[next](99_nowhere.ipynb)"


def section_without_minutes(notebook):
    cell(notebook, "summary").source = cell(notebook, "summary").source.replace("*(1 minute)*\n", "")


def minutes_that_do_not_add_up(notebook):
    cell(notebook, "summary").source = cell(notebook, "summary").source.replace(
        "*(1 minute)*", "*(30 minutes)*"
    )


def sixth_line_in_summary(notebook):
    cell(notebook, "summary").source += "\n6. And one line more."


def appended(text, name="summary"):
    """Return a damage: some text more in a cell."""

    def damage(notebook):
        cell(notebook, name).source += text

    damage.__name__ = re.sub(r"\W+", "_", text).strip("_")[:40]
    return damage


def semicolon_before_a_comment(notebook):
    cell(notebook, "star-shape").source += ";  # quiet"


def unknown_tag(notebook):
    cell(notebook, "star-shape").metadata.tags = ["raise-exception"]


def cell_id_of_jupyterlab(notebook):
    cell(notebook, "star-shape").id = "c3f0e1d2-4b5a-4c6d-8e7f-001122334455"


def counted_cell_id(notebook):
    cell(notebook, "star-shape").id = "cell-7"


def output_of_another_run(notebook):
    cell(notebook, "templates").outputs[0].execution_count = 77


def path_in_output(notebook):
    cell(notebook, "star-shape").outputs[0].text += "/home/anna/course/weights.npy\n"


def path_of_windows_in_output(notebook):
    cell(notebook, "curve").outputs[0].data["text/plain"] += r" C:\Users\anna"


def code_as_raw_text(notebook):
    place = notebook.cells.index(cell(notebook, "star-shape"))
    raw = nbformat.v4.new_raw_cell(notebook.cells[place].source)
    raw.id = "star-shape"
    notebook.cells[place] = raw


def empty_cell(notebook):
    cell(notebook, "summary").source = " "


def link_by_an_absolute_path(notebook):
    cell(notebook, "summary").source += f"\n\n[here]({Path(__file__).resolve().as_posix()})"


def old_format(notebook):
    notebook.nbformat_minor = 4


def prediction_without_a_cell(notebook):
    notebook.cells.remove(cell(notebook, "predict-wrap"))


def prediction_typed(notebook):
    cell(notebook, "uint8-wraps").source += "\nmy_prediction = 45"


def prediction_of_another_name(notebook):
    cell(notebook, "predict-wrap").source = 'guess = Prediction("01_scores.wrap")\nguess'


def prediction_not_shown(notebook):
    cell(notebook, "predict-wrap").source = 'wrap = Prediction("01_scores.wrap")'


def prediction_that_nobody_asked_for(notebook):
    heading = cell(notebook, "uint8-heading")
    heading.source = heading.source.replace("Predict before you run", "Think before you run")


def prediction_before_more_text(notebook):
    cell(notebook, "uint8-heading").source += "\n\nIt is 44."


def prediction_at_the_very_end(notebook):
    cell(notebook, "handout").source += "\n\n> **Predict before you run.** What comes next?"


def prediction_left_out(notebook):
    for name in ("predict-wrap", "wrap-echo"):
        notebook.cells.remove(cell(notebook, name))
    prediction_that_nobody_asked_for(notebook)


def prediction_made_twice(notebook):
    cell(notebook, "star-shape").source += '\nPrediction("01_scores.star")'


def prediction_whose_name_means_something_else_too(notebook):
    cell(notebook, "star-shape").source += "\nwrap = 44"


def prediction_never_answered(notebook):
    notebook.cells.remove(cell(notebook, "wrap-echo"))


def prediction_answered_with_something_else(notebook):
    cell(notebook, "wrap-echo").source = "print(wrap.answer())"


def prediction_answered_before_the_result(notebook):
    echo = cell(notebook, "wrap-echo")
    notebook.cells.remove(echo)
    notebook.cells.insert(notebook.cells.index(cell(notebook, "uint8-wraps")), echo)


def prediction_that_somebody_has_made(notebook):
    data = cell(notebook, "wrap-echo").outputs[0].data
    data["text/plain"] = "You predicted: 44. That is right."


def echo_of_nothing(notebook):
    cell(notebook, "star-shape").metadata.tags = ["echo"]


def result_as_an_answer(notebook):
    cell(notebook, "uint8-wraps").metadata.tags = ["answer"]


def note_on_the_slides(notebook):
    cell(notebook, "room-wrap").metadata.slideshow.slide_type = "fragment"


def note_on_the_pages(notebook):
    del cell(notebook, "room-wrap").metadata["tags"]


def text_hidden_as_a_note(notebook):
    cell(notebook, "uint8-explained").metadata = cell(notebook, "room-wrap").metadata


def first_cell_gone(notebook):
    notebook.cells.remove(cell(notebook, "missing-lesson"))


def first_cell_of_another_day(notebook):
    cell(notebook, "missing-lesson").source += "\nprint('installed')"


def first_cell_at_the_end(notebook):
    notebook.cells.append(notebook.cells.pop(notebook.cells.index(cell(notebook, "missing-lesson"))))


FIRST_CELL_DAMAGED = "the cell that helps where the lesson is missing is not in its place"
ASKS_OF_WRAP = "uint8-heading: "


def picture_dropped_into_the_text(notebook):
    cell(notebook, TEXT).attachments = {"cat.png": {"image/png": ONE_PIXEL}}


STRUCTURE = {
    picture_dropped_into_the_text: "a picture that was dropped into the text",
    first_cell_gone: FIRST_CELL_DAMAGED,
    first_cell_of_another_day: FIRST_CELL_DAMAGED,
    first_cell_at_the_end: FIRST_CELL_DAMAGED,
    prediction_without_a_cell: ASKS_OF_WRAP + "the next cell does not take the prediction",
    prediction_typed: "uint8-wraps: my_prediction is no longer the form",
    prediction_of_another_name: "predict-wrap: expected NAME = Prediction",
    prediction_not_shown: "predict-wrap: expected NAME = Prediction",
    prediction_that_nobody_asked_for: "predict-wrap: it takes a prediction that nobody asked for",
    prediction_before_more_text: ASKS_OF_WRAP + "one prediction, at its end",
    appended("\n\n> **Predict before you run.** And 7?", "uint8-heading"): ASKS_OF_WRAP + "one prediction",
    prediction_at_the_very_end: "handout: the next cell does not take the prediction",
    prediction_left_out: 'in 01_scores.toml stand "01_scores.numbers", "01_scores.wrap"',
    prediction_made_twice: 'the predictions are "01_scores.numbers", "01_scores.wrap"',
    prediction_whose_name_means_something_else_too: "wrap: the name of a prediction is given to something",
    prediction_never_answered: ASKS_OF_WRAP + "no later cell with the tag echo says wrap.answer()",
    prediction_answered_with_something_else: ASKS_OF_WRAP + "no later cell with the tag echo",
    prediction_answered_before_the_result: ASKS_OF_WRAP + "no result between the prediction and its answer",
    prediction_that_somebody_has_made: "wrap-echo: in the lesson's own copy nobody has predicted",
    echo_of_nothing: "cells with the tag echo: ",
    result_as_an_answer: "uint8-wraps: the tag answer is for text",
    appended("\n\n### Why", "uint8-explained"): "uint8-explained: a heading in a cell with the tag answer",
    note_on_the_slides: "room-wrap: a presenter's note begins with its words, has the tag",
    note_on_the_pages: "room-wrap: a presenter's note begins with its words, has the tag",
    appended(" Ask for $2^8$.", "room-wrap"): "room-wrap: a formula in a presenter's note",
    text_hidden_as_a_note: "uint8-explained: a presenter's note begins with its words, has the tag",
    semicolon_before_a_comment: "star-shape: a trailing semicolon",
    unknown_tag: "the tag 'raise-exception'",
    cell_id_of_jupyterlab: "is not descriptive",
    counted_cell_id: "'cell-7' is not descriptive",
    output_of_another_run: "templates: its output has another number",
    path_in_output: "star-shape: a path of this machine: /home/anna/course/weights.npy",
    path_of_windows_in_output: r"curve: a path of this machine: C:\Users\anna",
    code_as_raw_text: "star-shape: neither text nor code",
    empty_cell: "summary: it is empty",
    old_format: "format 4.4: format 4.5 is expected",
    appended(" See /tmp/notes.txt"): "summary: a path of this machine: /tmp/notes.txt",
    appended('\n\n<img src="https://example.org/frog.png" alt="">'): "summary: a picture without alt text",
    appended('\n\n<IMG SRC="https://example.org/frog.png">'): "summary: a picture without alt text",
    appended('\n\n<img data-alt="frog" src="https://e.org/f.png">'): "summary: a picture without alt text",
    appended("\n\n![][frog]\n\n[frog]: https://example.org/frog.png"): "summary: a picture without alt text",
    appended('\n\n<a href="99_gone.ipynb">next</a>'): "link to '99_gone.ipynb', which is not there",
    appended("\n\n[next][there]\n\n[there]: 98_gone.ipynb"): "link to '98_gone.ipynb', which is not there",
    appended("\n\n[next](#No-such-heading)"): "link to '#No-such-heading', which is not there",
    link_by_an_absolute_path: "damage.py', which is not there",
    appended("\n\n<h4>Deep</h4>"): "a heading in HTML or underlined",
    appended("\n\nUnderlined\n---"): "a heading in HTML or underlined",
    section_without_minutes: "section 'Summary' does not say its minutes",
    minutes_that_do_not_add_up: "minutes; stated is '**Time**: ",
    sixth_line_in_summary: "a summary of five numbered lines",
    cells_out_of_order: "not executed once each in order",
    unexecuted_cell: "not executed once each in order",
    removed_output: "star-shape: its output is missing",
    misspelt_marker: "the marker 'NBVAL_IGNORE_OUTPUTS'",
    misspelt_marker_name: "the marker 'NVBAL_SKIP'",
    misspelt_tag: "the tag 'nbval-ignore-outputs'",
    trailing_semicolon: "star-shape: a trailing semicolon",
    missing_alt_text_in_output: "templates: a picture without alt text",
    empty_alt_text_in_output: "templates: a picture without alt text",
    missing_alt_text_in_prose: "title: a picture without alt text",
    missing_text_twin: "templates: a picture without a text twin",
    text_twin_that_says_nothing: "templates: its text twin says nothing",
    missing_still_picture: "curve: a picture that moves without a still one",
    bare_image: "templates: a bare image",
    object_address: "curve: its text twin says nothing",
    error_output: "star-shape: it raised ValueError",
    second_first_heading: "one heading of the first level",
    skipped_heading_level: "a heading skips a level",
    long_cell: "star-shape: more than 15 lines",
    random_cell_id: "'8f2a0c11' is not descriptive",
    same_cell_id_twice: "'templates' is used twice",
    editor_metadata: "not normalised",
    live_widget_view: "not normalised",
    link_to_nowhere: "99_nowhere.ipynb",
}


# ---- what the families below are made of -----------------------------------------------------------------


def in_text(name, old, new):
    """Return a damage: something else in the source of a cell."""

    def damage(notebook):
        assert old in cell(notebook, name).source
        cell(notebook, name).source = cell(notebook, name).source.replace(old, new, 1)

    return damage


def before(name, line):
    """Return a damage: a line of code more, at the top of a cell."""
    return in_text(name, "", f"{line}\n")


def with_tag(name, *tags):
    """Return a damage: these tags instead of a cell's own."""

    def damage(notebook):
        cell(notebook, name).metadata.tags = list(tags)

    return damage


def without(name):
    """Return a damage: a cell less, the others numbered anew."""

    def damage(notebook):
        notebook.cells.remove(cell(notebook, name))
        renumber(notebook)

    return damage


def moved(name, after):
    """Return a damage: a cell stands after another, and all are numbered anew."""

    def damage(notebook):
        found = cell(notebook, name)
        notebook.cells.remove(found)
        notebook.cells.insert(notebook.cells.index(cell(notebook, after)) + 1, found)
        renumber(notebook)

    return damage


def swapped(one, other):
    """Return a damage: two cells have each other's text."""

    def damage(notebook):
        first, second = cell(notebook, one), cell(notebook, other)
        first.source, second.source = second.source, first.source

    return damage


def exchanged(one, other):
    """Return a damage: two cells have changed places, with all that they have."""

    def damage(notebook):
        i, j = (notebook.cells.index(cell(notebook, name)) for name in (one, other))
        notebook.cells[i], notebook.cells[j] = notebook.cells[j], notebook.cells[i]
        renumber(notebook)

    return damage


def copied(name, onto):
    """Return a damage: a cell has another one's text."""

    def damage(notebook):
        cell(notebook, onto).source = cell(notebook, name).source

    return damage


def new_cell(kind, source, after="star-shape"):
    """Return a damage: a cell more, executed in its order."""

    def damage(notebook):
        make = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}[kind]
        place = notebook.cells.index(cell(notebook, after)) + 1
        notebook.cells.insert(place, make(source, id="one-more"))
        renumber(notebook)

    return damage


def renumber(notebook):
    """Number the cells as a run from the top does."""
    code = [each for each in notebook.cells if each.cell_type == "code"]
    for number, each in enumerate(code, 1):
        each.execution_count = number
        for output in each.outputs:
            if "execution_count" in output:
                output.execution_count = number


def in_output(name, edit):
    """Return a damage: the last output of a cell is edited in place."""

    def damage(notebook):
        edit(cell(notebook, name).outputs[-1])

    return damage


def with_png(change):
    """Return an edit of an output: its still picture is another one, in both forms; its words stay."""

    def edit(output):
        old = output.data["image/png"]
        new = change(old)
        output.data["image/png"] = new
        output.data["text/html"] = output.data["text/html"].replace(old.strip(), new.strip())

    return edit


def redrawn(change):
    """Return a change of a picture written out in letters, by a function of a Pillow image."""

    def changed(letters):
        target = io.BytesIO()
        with Image.open(io.BytesIO(base64.b64decode(letters))) as picture:
            change(picture.convert("RGB")).save(target, "PNG")
        return base64.b64encode(target.getvalue()).decode()

    return changed


def with_html(text):
    """Return an edit of an output: markup more at its end."""

    def edit(output):
        output.data["text/html"] += text

    return edit


def with_form(kind, text):
    """Return an edit of an output: one form more, or another one."""

    def edit(output):
        output.data[kind] = text

    return edit


def printed(text):
    """Return an edit of an output: text more that was printed."""

    def edit(output):
        output.text += text

    return edit


def to_stderr(output):
    output.name = "stderr"


def split_stream(notebook):
    outputs = cell(notebook, "star-shape").outputs
    first, rest = outputs[0].text.split("\n", 1)
    outputs[0].text = first + "\n"
    outputs.append(nbformat.v4.new_output("stream", name="stdout", text=rest))


def shown_twice(notebook):
    outputs = cell(notebook, "templates").outputs
    outputs.append(outputs[0].copy())


def value_before_print(notebook):
    cell(notebook, "one-image").outputs.reverse()


def value_as_display(notebook):
    output = cell(notebook, "templates").outputs[0]
    output.output_type = "display_data"
    del output["execution_count"]


def figure_less(notebook):
    del cell(notebook, "one-image").outputs[-1]


def output_of_silent_code(notebook):
    stored = nbformat.v4.new_output("stream", name="stdout", text="done\n")
    cell(notebook, "exercises-import").outputs = [stored]


def alt_of_the_still_picture(notebook):
    cell(notebook, "curve").outputs[0].metadata["image/png"]["alt"] = "A curve."


def no_alt_of_the_still_picture(notebook):
    cell(notebook, "curve").outputs[0].metadata = {}


def width_of_the_still_picture(notebook):
    cell(notebook, "curve").outputs[0].metadata["image/png"]["width"] = 1


def without_width(output):
    output.data["text/html"] = re.sub(r' width="\d+"', "", output.data["text/html"])


def more_metadata(notebook):
    cell(notebook, "curve").outputs[0].metadata["image/png"]["height"] = 252


def twin_of_another(notebook):
    cell(notebook, "templates").outputs[0].data["text/plain"] = "A frog."


def slide_type(name, kind):
    """Return a damage: what a cell is on the slides."""

    def damage(notebook):
        cell(notebook, name).metadata["slideshow"] = {"slide_type": kind}

    return damage


TEXT, CODE = "dot-product-explained", "star-shape"
NOT_COMPARED = "every output is compared"
NO_FORM = "nbval compares text/plain and text/html"
UNDRAWN = "a stored picture cannot be drawn"
OUTSIDE = "no file, no environment, nothing hidden"
SWAPPED = "they read as if they had changed places"
NOT_ITS_CHECK = "the next cell is not exercise.bias_column.check"
NOT_ITS_STARTER = "starter, from which a student begins"
ONE_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
SOLUTION = "def bias_column(X):\n    ones = np.ones((len(X), 1))\n    return np.column_stack([X, ones])"
A_SUMMARY_LINE = "2. A 1 behind the image carries the bias: $D = 3073$."
A_NOTE = (
    "Whoever knows mathematics thinks that the shapes do not fit. NumPy stretches silently, and that is why "
    "this bug lives so long. Ask which shape would give it away with a real image."
)
NOT_COMPARED_ANY_MORE = {
    before(CODE, "# NBVAL_IGNORE_OUTPUT"): NOT_COMPARED,
    before(CODE, "# NBVAL_SKIP"): NOT_COMPARED,
    before(CODE, "# NBVAL_RAISES_EXCEPTION"): NOT_COMPARED,
    before(CODE, "#nbval_ignore_output"): NOT_COMPARED,
    before(CODE, "# PYTEST_VALIDATE_IGNORE_OUTPUT"): NOT_COMPARED,
    before(CODE, "import numpy as np  # noqa"): NOT_COMPARED,
    with_tag(CODE, "nbval-ignore-output"): "the tag 'nbval-ignore-output'",
    with_tag(CODE, "nbval-skip"): "the tag 'nbval-skip'",
    with_tag(CODE, "raises-exception"): "the tag 'raises-exception'",
    with_tag(CODE, "skip-execution"): "the tag 'skip-execution'",
    with_tag(CODE, "remove_output"): "the tag 'remove_output'",
    before(CODE, "%%capture"): "it is not plain Python",
    in_output("curve", with_form("text/latex", "$1$")): NO_FORM,
    in_output("curve", with_form("application/json", "{}")): NO_FORM,
    in_output("curve", with_form("image/svg+xml", "<svg/>")): NO_FORM,
    split_stream: "what it printed is split in two",
    shown_twice: "more than one value is stored",
    value_before_print: "more than one value is stored, or before",
    value_as_display: "more than one value is stored",
    output_of_silent_code: "it says nothing, and has an output",
    figure_less: "it ends in a value, and none is stored",
    in_output(CODE, printed("x" * 5_000_000)): "4,000 are enough",
    in_output("templates", with_html("<p>" + "x" * 5_000_000 + "</p>")): "100,000 are enough",
    in_output(CODE, to_stderr): "it wrote to stderr",
    in_output(CODE, printed("\x1b[31mred\x1b[0m")): "an invisible character",
    in_output(CODE, printed("RuntimeWarning: overflow")): "a warning or an error was printed",
    in_output(CODE, printed("<function f at 0x7f12ab>")): "its text twin says nothing",
}
PICTURES = {
    in_output("curve", with_png(lambda letters: letters[:400])): UNDRAWN,
    in_output("curve", with_png(lambda letters: letters[:402])): UNDRAWN,
    in_output("curve", with_png(lambda letters: "bm90IGEgcGljdHVyZQ==")): UNDRAWN,
    in_output("curve", with_form("image/png", "")): UNDRAWN,
    in_output("curve", with_form("image/png", "%%% no base64 %%%")): UNDRAWN,
    in_output("curve", with_form("image/png", ONE_PIXEL)): "a stored picture has 1 × 1 pixels",
    in_output("curve", with_png(lambda letters: ONE_PIXEL)): "a stored picture has 1 × 1 pixels",
    in_output("curve", with_png(redrawn(lambda p: p.resize((2100, 130))))): "has 2100 × 130 pixels",
    in_output("curve", with_png(redrawn(lambda p: p.point(lambda _: 255)))): "is of one colour",
    in_output("curve", with_form("image/png", redrawn(lambda p: p.resize((99, 99)))(ONE_PIXEL))): (
        "its still picture is not the one beside it"
    ),
    alt_of_the_still_picture: "its alt text is not its text twin",
    no_alt_of_the_still_picture: "its alt text is not its text twin",
    width_of_the_still_picture: "not shown at 1/1 of its pixels",
    in_output("templates", without_width): "not shown at 1/2 of its pixels",
    in_output("curve", without_width): "not shown at 1/1 of its pixels",
    more_metadata: "metadata that no picture of the lesson has",
    twin_of_another: "its alt text is not its text twin",
}
NOT_RENDERED = {
    in_text(TEXT, "", "![a cat](attachment:cat.png)\n\n"): "a picture that was dropped into the text",
    appended("\n\nSo $\\frac{1}{2$ is.", TEXT): "a brace without its partner",
    appended("\n\nSo $x}$ is.", TEXT): "a brace without its partner",
    appended("\n\nSo $\\sofmax(f)$ is.", TEXT): "misspelt, or new",
    appended("\n\nIt costs 5$ now.", TEXT): "a $ without its partner",
    appended("\n\n$$f = W x", TEXT): "a $ without its partner",
    appended("\n\nSo $\\left( x$ is.", TEXT): "\\left without \\right",
    in_text("bias-trick-heading", "\\end{bmatrix}", ""): "\\begin without its \\end",
    appended("\n\nSo $x^$ is.", TEXT): "something is missing after",
    appended("\n\nSo $x_1_2$ is.", TEXT): "two indices one after the other",
    appended("\n\nSo \\(x\\) is.", TEXT): "a formula outside of dollars",
    appended("\n\n```python\nf = 1", TEXT): "a code block is not closed",
    appended("\n\nThe name `f is.", TEXT): "Markdown that is not rendered",
    appended("\n\nThis is **bold.", TEXT): "Markdown that is not rendered",
    appended("\n\nThis is *not closed.", TEXT): "Markdown that is not rendered",
    appended("\n\n##No space.", TEXT): "a heading without a space",
    appended("\n\nSee [there](01_scores.ipynb.", TEXT): "Markdown that is not rendered",
    appended("\n\n<details><summary>More</summary>\n\nSo.", TEXT): "<details> is not closed",
    appended("\n\n<details>\n\nIt is so.\n\n</details>", TEXT): "a <details> without its <summary>",
    in_text("curve-discovery", "</summary>\n\n", "</summary>\n"): "begins and ends with an empty line",
    in_text("curve-discovery", "</details>", ""): "<details> is not closed",
    in_text("notation", "|---|---|---|\n", ""): "a table is broken",
    in_text("notation", "| $C$, $D$, $N$ | |", "| $C$, $D$, $N$ |"): "a table is broken",
    in_text("notation", "| $y$ | |", "$y$ | |"): "a table is broken",
    appended("\n\nMÃ¼ller says so.", TEXT): "read in a wrong encoding",
    appended("\n\nItâ€™s so.", TEXT): "read in a wrong encoding",
    appended("\n\nM\ufffdller says so.", TEXT): "read in a wrong encoding",
    appended("\n\n<<<<<<< HEAD\nOne.\n=======\nOther.\n>>>>>>> branch", TEXT): "a merge conflict",
    before(CODE, "<<<<<<< HEAD"): "a merge conflict",
    in_output(CODE, printed("<<<<<<< HEAD\n")): "a merge conflict",
    appended("\n\nZero\u200bwidth.", TEXT): "an invisible character",
    appended("\n\nNo\u00a0break.", TEXT): "an invisible character",
    appended("\n\nTurned \u202eround.", TEXT): "an invisible character",
    before(CODE, "# \u202e }if user.is_admin{"): "an invisible character",
    before(CODE, "v\u0430lue = 1"): "a letter of another alphabet",
    appended("\n\nWell done \U0001f389.", TEXT): "an unusual character",
    appended("\n\nu\u0308ber is so.", TEXT): "an accent that stands alone",
    appended(" \nMore.", TEXT): "a space at the end of a line",
    in_text(TEXT, "the image agrees with each template.", "the"): "a sentence does not end",
    appended("\n\nIt is (as before.", TEXT): "a bracket ( or ) has no partner",
    appended('\n\nIt is "as before.', TEXT): "a quotation mark",
    appended("\n\nIt is the the same.", TEXT): "a word stands twice: the the",
    appended("\n\nWe normalize it.", TEXT): "American spelling: normalize",
}
UNSAFE = {
    appended("\n\n<script>alert(1)</script>", TEXT): "the tag <script>",
    appended('\n\n<img src="x" alt="a frog" onerror="alert(1)">', TEXT): "the attribute onerror",
    appended('\n\n<iframe src="https://example.org"></iframe>', TEXT): "the tag <iframe>",
    appended('\n\n<details ontoggle="f()"><summary>A</summary>\n\nB.\n\n</details>', TEXT): (
        "the attribute ontoggle"
    ),
    appended("\n\n<style>body { display: none }</style>", TEXT): "the tag <style>",
    appended("\n\n<!-- to be removed -->", TEXT): "a comment in HTML",
    appended("\n\n<form action='https://example.org'><input></form>", TEXT): "the tag <form>",
    appended("\n\n<svg onload=alert(1)></svg>", TEXT): "the tag <svg>",
    appended("\n\n![A frog](https://example.org/frog.png)", TEXT): "a picture fetched from elsewhere",
    appended("\n\n![A frog](frog.png)", TEXT): "a picture fetched from elsewhere",
    appended("\n\n[here](javascript:alert(1)).", TEXT): "a link by javascript",
    appended("\n\n[here](data:text/html;base64,PHNjcmlwdD4=).", TEXT): "a link by data",
    appended("\n\n[here](http://github.com/x).", TEXT): "not https",
    appended("\n\n[here](https://githud.com/x).", TEXT): "a host nobody looked at",
    appended("\n\n[here](//example.org/x).", TEXT): "a link without https:// in front",
    appended("\n\nSee https://arxiv.org/abs/1706.04599.", TEXT): "a bare address",
    appended("\n\nWrite to anna@example.org.", TEXT): "an e-mail address",
    appended("\n\nIt is ghp_" + "abcdefghijklmnopqrstuvwxyz0123.", TEXT): "what looks like a secret",
    before(CODE, 'password = "hunter2hunter2"'): "what looks like a secret",
    in_output(CODE, printed("anna@example.org\n")): "an address or a secret was printed",
    in_output("templates", with_html("<script>alert(1)</script>")): "a script that is not the lesson's",
    in_output("curve", with_html("<script>alert(1)</script>")): "a script that is not the lesson's",
    in_output("templates", with_html('<p onclick="alert(1)">x</p>')): "an output with onclick=",
    in_output("templates", with_html("<iframe></iframe>")): "an output with <iframe>",
    in_output("templates", with_html('<a href="https://example.org">x</a>')): "an output with <a>",
    in_output(
        "templates", with_html('<img alt="a" src="https://example.org/f.png">')
    ): "that fetches something",
}
REACHING_OUT = {
    before(CODE, 'open("weights.txt", "w").close()'): OUTSIDE,
    before(CODE, 'np.save("weights.npy", W_small)'): OUTSIDE,
    before(CODE, "import os"): "it loads os",
    before(CODE, 'home = __import__("os").environ["HOME"]'): OUTSIDE,
    before(CODE, "from pathlib import Path"): "it loads pathlib",
    before(CODE, "import subprocess"): "it loads subprocess",
    before(CODE, "from urllib.request import urlopen"): "it loads urllib.request",
    before(CODE, "!pip install evil"): "it is not plain Python",
    before(CODE, "%matplotlib inline"): "it is not plain Python",
    before(CODE, 'eval("1 + 1")'): OUTSIDE,
    before(CODE, 'name = input("your name: ")'): OUTSIDE,
    before(CODE, 'get_ipython().system("ls")'): OUTSIDE,
    before(CODE, "from softmax_lesson.scores import *"): "it loads everything of a module",
    before(CODE, "import matplotlib.pyplot as plt"): "it loads matplotlib.pyplot",
    before(CODE, "noise = np.random.default_rng()"): "a random generator without a seed",
    before(CODE, "noise = np.random.normal(size=3)"): "draws without a generator",
    before(CODE, "np.random.seed(0)"): OUTSIDE,
    before(CODE, "import random"): "it loads random",
    before(CODE, "try:\n    1 / 0\nexcept Exception:\n    pass"): "an exception is swallowed",
    before(CODE, "while True:\n    break"): "a loop without an end",
    before(CODE, "assert W_small.shape == (3, 4)"): "an assert",
    before(CODE, "if False:\n    print(1)"): "code that never runs",
    before(CODE, 'import warnings\nwarnings.filterwarnings("ignore")'): OUTSIDE,
    before(CODE, "x = (1"): "it is not plain Python",
    before(CODE, "import importlib\nimportlib.reload(np)"): "it loads importlib",
    before(CODE, 'a = "https://example.org"'): "an address in code",
    before(CODE, "a = " + " + ".join(["1"] * 60)): "a line of more than 110 characters",
    before(CODE, "exercise.scores_by_hand.solution()"): OUTSIDE,
    before(CODE, "sum = 3"): "sum gets another meaning",
    before(CODE, "def max(f):\n    return f[0]"): "max gets another meaning",
    before(CODE, "np = 3"): "np gets another meaning",
    before(CODE, "# loss = 0 - np.log(p)"): "code that was switched off",
    before(CODE, "# print(W_small.shape)"): "code that was switched off",
}
NO_LONGER_TEACHES = {
    without("check-bias-column"): NOT_ITS_CHECK,
    without("answer-bias-column"): "the exercises are",
    moved("check-bias-column", "summary"): NOT_ITS_CHECK,
    with_tag("answer-bias-column"): "without the tag exercise",
    in_text("answer-bias-column", "    ...", "    return np.column_stack([X, 1])"): NOT_ITS_STARTER,
    in_text("answer-bias-column", "last column", "first column"): NOT_ITS_STARTER,
    in_text("check-bias-column", "exercise.bias_column", "exercise.scores_by_hand"): NOT_ITS_CHECK,
    new_cell("code", SOLUTION, "numpy-tools"): "it defines bias_column, which a student is to write",
    new_cell("code", "bias_column = lambda X: add_bias(X)", "numpy-tools"): "it defines bias_column",
    swapped("exercise-bias-column", "exercise-scores-by-hand"): "it speaks of exercise.",
    copied("exercise-scores-by-hand", "exercise-bias-column"): "it speaks of exercise.scores_by_hand",
    in_text("exercise-bias-column", "bias_column.hint()", "bias_column.tip()"): ".tip() is nothing",
    in_text("exercise-bias-column", "bias_column.hint()", "bias_row.hint()"): "exercise.bias_row is no",
    in_text("exercises-import", "scores as", "loss as"): "the exercises are loaded by",
    appended("\n\nUse `np.colum_stack` for it.", TEXT): "np.colum_stack is not there",
    before(CODE, "from softmax_lesson.scores import score"): "has no score",
    in_text("handout", "(02_stability.ipynb)", "(03_probabilities.ipynb)"): "to 03_probabilities: its words",
    in_text("handout", "[02 · Stability](02_stability.ipynb)", "[04 · Loss](04_loss.ipynb)"): (
        "its last link does not lead to the next"
    ),
    in_text("handout", "Next: [02 · Stability](02_stability.ipynb), on", "Next comes"): (
        "its last link does not lead"
    ),
    appended("\n\nNotebook 12 says more.", TEXT): "notebook 12 is not there",
    in_text("summary", A_SUMMARY_LINE, "2. A score is a dot product of the image and a template."): (
        "two lines of the summary say the same"
    ),
    in_text("summary", A_SUMMARY_LINE, "2. Bias."): "a line of the summary is no sentence",
    appended("\n\nTODO: say more.", TEXT): "something is unfinished",
    before(CODE, "# FIXME"): "something is unfinished",
    appended("\n\nLorem ipsum dolor sit amet.", TEXT): "something is unfinished",
    in_text("real-heading", "## The same with a real photograph", "## Its worth"): "names the section",
    in_text("title", "# 1 · Scores", "# 2 · Scores"): "the number of the file",
    in_text("title", "**You need** notebook 00", "**You need** notebook 07"): "which comes later",
    in_text("title", "**You need**", "You want"): "its first cell does not say **You need**",
    slide_type("star-heading", "sild"): "slide_type 'sild'",
    slide_type("star-heading", "-"): "slide_type '-'",
    slide_type("real-heading", "fragment"): "a heading begins a slide",
    slide_type("title", "skip"): "the first cell is a slide",
    with_tag("star-explained"): "has no tag answer, so a student reads it before",
    in_text("uint8-heading", "100 in this type.", "100 in this type. It is 44."): "it tells the answer",
    copied("predict-star", "predict-wrap"): "the predictions are",
    swapped("predict-star", "predict-wrap"): "the predictions are",
    swapped("room-star", "room-shuffle"): SWAPPED,
    exchanged("room-star", "room-shuffle"): SWAPPED,
    swapped("star-explained", "shuffle-explained"): SWAPPED,
    exchanged("star-explained", "shuffle-explained"): SWAPPED,
    swapped("uint8-heading", "bias-matters-heading"): SWAPPED,
    moved("room-star", "star-heading"): "the next cell does not take the prediction",
    moved("room-star", "star-explained"): "a presenter's note stands after the cell",
    in_text("room-star", A_NOTE, ""): "a presenter's note with nothing in it",
    copied("real-weights-explained", "reshape-explained"): "a text stands twice",
    copied("two-pixels", "to-row"): "a cell of code stands twice",
    new_cell("code", 'print("W * x has shape", (W_small * x_small).shape)'): "its output is missing",
    without("notation"): "the sections take ",
    appended("\n\n" + "One word, another one, and so on it goes. " * 90, TEXT): "minutes, not",
}
KINDS = {
    "structure, predictions, notes": STRUCTURE,
    "outputs that are no longer compared": NOT_COMPARED_ANY_MORE,
    "pictures": PICTURES,
    "text that does not render": NOT_RENDERED,
    "unsafe": UNSAFE,
    "code that reaches out, hides or differs": REACHING_OUT,
    "a lesson that no longer teaches": NO_LONGER_TEACHES,
}

# ---- damage to the file ----------------------------------------------------------------------------------


def bytes_for(old, new):
    """Return a damage to the bytes: the first of some is another one."""
    return lambda stored: stored.replace(old, new, 1)


NO_NOTEBOOK = "no notebook, "
OF_THE_FILE = {
    "line ends of Windows": (lambda stored: stored.replace(b"\n", b"\r\n"), "line ends of Windows"),
    "a mark of the byte order": (lambda stored: b"\xef\xbb\xbf" + stored, NO_NOTEBOOK),
    "Latin-1": (bytes_for("·".encode(), b"\xb7"), "no notebook, UnicodeDecodeError"),
    "cut off": (lambda stored: stored[:1000], NO_NOTEBOOK),
    "empty": (lambda stored: b"", NO_NOTEBOOK),
    "a list": (lambda stored: b"[]", NO_NOTEBOOK),
    "a comma too many": (bytes_for(b"{", b"{,"), NO_NOTEBOOK),
    "a merge conflict": (lambda stored: b"<<<<<<< HEAD\n" + stored, NO_NOTEBOOK),
    "a format of the future": (bytes_for(b'"nbformat_minor": 5', b'"nbformat_minor": 99'), "format 4.99"),
    "format 3": (bytes_for(b'"nbformat": 4', b'"nbformat": 3'), "format 3.5"),
    "no cells": (bytes_for(b'"cells"', b'"cell"'), NO_NOTEBOOK),
    "a cell of no kind": (bytes_for(b'"cell_type": "code"', b'"cell_type": "cod"'), NO_NOTEBOOK),
    "other indents": (lambda stored: stored.replace(b"\n  ", b"\n   "), "not normalised"),
    "no line end at its end": (lambda stored: stored.rstrip(b"\n"), "not normalised"),
    "another kernel": (bytes_for(b'"name": "python3"', b'"name": "julia"'), "not normalised"),
    "metadata twice": (bytes_for(b"{\n", b'{\n "metadata": {},\n'), "a key stands twice in one object"),
}

# ---- what no rule sees -----------------------------------------------------------------------------------

UNSEEN = {
    "a false sentence": (
        in_text(TEXT, "bright where the weights are large", "dark where the weights are large"),
        "it is good English in its place: only a reader who thinks sees that it is wrong",
    ),
    "a formula with another sign": (
        in_text("small-heading", "w_{k,2}\\,x_2 +", "w_{k,2}\\,x_2 -"),
        "KaTeX draws it, and nothing says which formula is meant",
    ),
    "a sentence less": (
        in_text("shuffle-explained", " Remember this when it calls a blue car an airplane.", ""),
        "what is left is whole, and minutes are rounded",
    ),
    "a wrong number in a text": (
        in_text("shuffle-explained", "only 3072 numbers in a row", "only 3075 numbers in a row"),
        "numbers in texts are often rounded, or are no results at all",
    ),
    "a poorer question": (
        in_text("room-numbers", "how would you store *red*?", "do you know what *red* is?"),
        "what a good question is cannot be counted",
    ),
}
