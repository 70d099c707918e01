"""Every notebook keeps the contract, and a damaged copy of each kind is caught."""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from contract import ROOT, problems
from run_notebooks import execute, normalise

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SUBJECT = ROOT / "notebooks/01_scores.ipynb"


def test_there_are_notebooks():
    assert [path.stem for path in NOTEBOOKS][:2] == ["00_start_here", "01_scores"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_committed_notebook_keeps_the_contract(path):
    assert problems(path) == []


def cell(notebook, name):
    return next(cell for cell in notebook.cells if cell.id == name)


def write(notebook, path):
    # v4.writes, for nbformat.writes would repair a damaged cell id on the way out.
    path.write_text(nbformat.v4.writes(notebook) + "\n", encoding="utf-8", newline="\n")
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
STATIC_DAMAGE = {
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
    unknown_tag: "unknown marker 'raise-exception'",
    cell_id_of_jupyterlab: "is not descriptive",
    counted_cell_id: "'cell-7' is not descriptive",
    output_of_another_run: "templates: its output has another number",
    path_in_output: "star-shape: a path of this machine: /home/anna/course/weights.npy",
    path_of_windows_in_output: r"curve: a path of this machine: C:\Users\anna",
    code_as_raw_text: "star-shape: neither text nor code",
    empty_cell: "summary: it is empty",
    old_format: "format 4.5",
    appended(" See /tmp/notes.txt"): "summary: a path of this machine: /tmp/notes.txt",
    appended('\n\n<img src="https://example.org/frog.png" alt="">'): "summary: a picture without alt text",
    appended('\n\n<IMG SRC="https://example.org/frog.png">'): "summary: a picture without alt text",
    appended('\n\n<img data-alt="frog" src="https://e.org/f.png">'): "summary: a picture without alt text",
    appended("\n\n![][frog]\n\n[frog]: https://example.org/frog.png"): "summary: a picture without alt text",
    appended('\n\n<a href="99_gone.ipynb">next</a>'): "link to '99_gone.ipynb', which is not there",
    appended("\n\n[next][there]\n\n[there]: 98_gone.ipynb"): "link to '98_gone.ipynb', which is not there",
    appended("\n\n[next](#No-such-heading)"): "link to '#No-such-heading', which is not there",
    link_by_an_absolute_path: "test_contract.py', which is not there",
    appended("\n\n<h4>Deep</h4>"): "a heading in HTML or underlined",
    appended("\n\nUnderlined\n---"): "a heading in HTML or underlined",
    section_without_minutes: "section 'Summary' does not say its minutes",
    minutes_that_do_not_add_up: "minutes; stated is '**Time**: ",
    sixth_line_in_summary: "a summary of five numbered lines",
    cells_out_of_order: "not executed once each in order",
    unexecuted_cell: "not executed once each in order",
    removed_output: "star-shape: its output is missing",
    misspelt_marker: "unknown marker 'NBVAL_IGNORE_OUTPUTS'",
    misspelt_marker_name: "unknown marker 'NVBAL_SKIP'",
    misspelt_tag: "unknown marker 'nbval-ignore-outputs'",
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


@pytest.mark.filterwarnings("ignore:Non-unique cell id")
@pytest.mark.parametrize("damage", STATIC_DAMAGE, ids=lambda damage: damage.__name__)
def test_the_contract_catches(damage, tmp_path):
    notebook = nbformat.read(SUBJECT, as_version=4)
    damage(notebook)
    found = problems(write(notebook, tmp_path / SUBJECT.name))
    assert any(STATIC_DAMAGE[damage] in sentence for sentence in found), found


def lost_output(notebook):
    cell(notebook, "two-pixels").outputs = []


def changed_number(notebook):
    output = cell(notebook, "star-shape").outputs[0]
    assert "(3, 4)" in output.text
    output.text = output.text.replace("(3, 4)", "(3, 5)")


def changed_code(notebook):
    code = cell(notebook, "uint8-wraps")
    assert "[100]" in code.source
    code.source = code.source.replace("[100]", "[101]")


def changed_text_twin(notebook):
    data = cell(notebook, "curve").outputs[0].data
    data["text/plain"] = data["text/plain"].replace(".", ",", 1)


def changed_alt_text(notebook):
    data = cell(notebook, "templates").outputs[0].data
    data["text/html"] = data["text/html"].replace('alt="', 'alt="not ', 1)


def swapped_and_renumbered(notebook):
    cells_out_of_order(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for count, code_cell in enumerate(code, 1):
        code_cell.execution_count = count


def picture_drawn_elsewhere(notebook):
    """Another matplotlib build draws other PNG bytes; the text twin carries the numbers."""
    data = cell(notebook, "one-image").outputs[-1].data
    data["text/html"] = re.sub("base64,.{8}", "base64,AAAAAAAA", data["text/html"])


# Damage that only a run can show, and the cells in which nbval then finds it. A copy costs a kernel, so
# several kinds share one, each in a cell of its own; all other cells of the copy must pass.
RUN_DAMAGE = {
    lost_output: {"two-pixels"},
    changed_number: {"star-shape"},
    changed_code: {"uint8-wraps"},
    changed_text_twin: {"curve"},
    changed_alt_text: {"templates"},
    picture_drawn_elsewhere: set(),
}
# What runs in another order harms the cells in between, so it has a copy alone.
RUN_DAMAGE_ALONE = {swapped_and_renumbered: {"to-row", "two-pixels"}}


def nbval(folder):
    """Run nbval as `make test` does on copies of the subject; return {copy: names of the cells that failed},
    how many cells passed, and what was printed."""
    command = [sys.executable, "-m", "pytest", "-p", "nbval.plugin", "--nbval", "--nbval-current-env"]
    command += ["-q", "-rfE", "--nbval-sanitize-with", str(ROOT / "tests/notebooks/sanitise.cfg")]
    # No plugin that happens to be installed here takes part: one that shuffles would shuffle the cells.
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    # From elsewhere than the repository: the lesson runs from any working directory.
    command += ["-p", "no:cacheprovider", "--rootdir", str(folder), "."]
    ran = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8"
    )
    code = {
        path.stem: [c.id for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
        for path in folder.glob("*.ipynb")
    }
    failed = {name: set() for name in code}
    for name, number in re.findall(r"^(?:FAILED|ERROR) (\w+)\.ipynb::Cell (\d+)", ran.stdout, re.MULTILINE):
        failed[name].add(code[name][int(number)])
    passed = re.search(r"(\d+) passed", ran.stdout)
    return failed, passed and int(passed[1]), ran.stdout + ran.stderr


def damaged_copy(damages, path):
    """Write a copy with these damages that ends at the cell `curve`: what comes later would only be run."""
    notebook = nbformat.read(SUBJECT, as_version=4)
    for damage in damages:
        damage(notebook)
    del notebook.cells[notebook.cells.index(cell(notebook, "curve")) + 1 :]
    write(notebook, path)
    return sum(cell.cell_type == "code" for cell in notebook.cells)


def test_nbval_catches_damage_that_only_a_run_can_show_and_passes_every_sound_cell(tmp_path):
    expected = {"together": set().union(*RUN_DAMAGE.values())}
    cells = damaged_copy(RUN_DAMAGE, tmp_path / "together.ipynb")
    for damage, harmed in RUN_DAMAGE_ALONE.items():
        expected[damage.__name__] = harmed
        cells += damaged_copy([damage], tmp_path / f"{damage.__name__}.ipynb")
    failed, passed, printed = nbval(tmp_path)
    assert failed == expected, printed
    assert passed == cells - sum(map(len, expected.values())), printed


def test_running_twice_changes_nothing(tmp_path):
    """On the shortest notebook: it prints, and has a figure, pictures that move and a verdict."""
    texts = []
    for _ in range(2):
        notebook = nbformat.read(NOTEBOOKS[0], as_version=4)
        texts.append(nbformat.writes(normalise(execute(notebook, tmp_path))))
    assert texts[0] == texts[1]
    kinds = {kind for c in notebook.cells for o in c.get("outputs", []) for kind in o.get("data", {})}
    assert kinds == {"text/plain", "text/html", "image/png"}


def test_markers_that_nbval_knows_are_allowed(tmp_path):
    notebook = nbformat.read(SUBJECT, as_version=4)
    cell(notebook, "star-shape").source = "# NBVAL_IGNORE_OUTPUT\n" + cell(notebook, "star-shape").source
    assert problems(write(notebook, tmp_path / Path(SUBJECT).name)) == []
