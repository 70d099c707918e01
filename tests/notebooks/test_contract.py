"""Every notebook keeps the contract, and nbval sees what only a run can show."""

import copy
import os
import re
import subprocess
import sys

import nbformat
import pytest
from contract import ROOT, problems, written
from damage import SUBJECT, cell, cells_out_of_order, in_output, redrawn, with_png, write
from pictures import DATA, differs, other_pictures
from PIL import ImageChops, ImageFilter, ImageOps

HERE = ROOT / "tests/notebooks"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def test_there_are_notebooks():
    assert [path.stem for path in NOTEBOOKS][:2] == ["00_start_here", "01_scores"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_committed_notebook_keeps_the_contract(path):
    assert problems(path) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_written_as_nbformat_writes_it(path):
    notebook = nbformat.read(path, as_version=4)
    assert written(notebook) == nbformat.writes(notebook) + "\n"


def lost_output(notebook):
    cell(notebook, "small-bias-trick").outputs = []


def changed_number(notebook):
    output = cell(notebook, "star-shape").outputs[0]
    assert "(3, 4)" in output.text
    output.text = output.text.replace("(3, 4)", "(3, 5)")


def changed_code(notebook):
    code = cell(notebook, "uint8-wraps")
    assert "[100]" in code.source
    code.source = code.source.replace("[100]", "[101]")


def changed_text_twin(notebook):
    data = cell(notebook, "star-echo").outputs[0].data
    assert "." in data["text/plain"]
    data["text/plain"] = data["text/plain"].replace(".", ",", 1)


def changed_alt_text(notebook):
    data = cell(notebook, "templates").outputs[0].data
    data["text/html"] = data["text/html"].replace('alt="', 'alt="not ', 1)


def swapped_and_renumbered(notebook):
    cells_out_of_order(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for count, code_cell in enumerate(code, 1):
        code_cell.execution_count = count


def with_other_letters(output):
    """Another matplotlib build draws other PNG bytes, and the edges of letters otherwise."""
    old = re.search(r"base64,([^\"]+)", output.data["text/html"])[1]
    output.data["text/html"] = output.data["text/html"].replace(old, redrawn(soft)(old))


def soft(picture):
    return picture.filter(ImageFilter.GaussianBlur(0.6))


# Damage that only a run can show, and the cells in which nbval then finds it. A copy costs a kernel, so
# all kinds share one, each in cells of its own; all other cells of the copy must pass.
RUN_DAMAGE = {
    lost_output: {"small-bias-trick"},
    changed_number: {"star-shape"},
    changed_code: {"uint8-wraps"},
    changed_text_twin: {"star-echo"},
    changed_alt_text: {"templates"},
    in_output("curve", with_png(redrawn(ImageOps.mirror))): {"curve"},
    swapped_and_renumbered: {"to-row", "two-pixels"},  # one of them, and a cell in between
}
SOUND = in_output("one-image", with_other_letters)


def other_figure(notebook):
    """The figure of another cell, with this cell's own words."""
    output, other = (cell(notebook, name).outputs[-1] for name in ("one-image", "templates"))
    letters = re.search(r"base64,([^\"]+)", other.data["text/html"])[1]
    output.data["text/html"] = re.sub(r"base64,[^\"]+", f"base64,{letters}", output.data["text/html"])


def shifted(picture):
    return ImageChops.offset(picture, 24, 0)


def half_blank(picture):
    picture.paste((255, 255, 255), (0, 0, picture.width // 2, picture.height))
    return picture


def sprite_of_another(notebook):
    """What a picture that moves has in its script, photographs or the like, is another picture."""
    data = cell(notebook, "pixel-votes").outputs[-1].data
    found = [m for m in DATA.finditer(data["text/html"]) if m[2] != data["image/png"].strip()]
    other = cell(notebook, "curve").outputs[-1].data["image/png"].strip()
    data["text/html"] = data["text/html"].replace(found[0][2], other)


# A stored picture that is whole, and not what the cell draws: nbval does not look at pixels.
PIXELS = {
    other_figure: "one-image",
    in_output("curve", with_png(redrawn(ImageOps.invert))): "curve",
    in_output("curve", with_png(redrawn(ImageOps.mirror))): "curve",
    in_output("curve", with_png(redrawn(shifted))): "curve",
    in_output("curve", with_png(redrawn(half_blank))): "curve",
    in_output("curve", with_png(redrawn(lambda p: p.resize((p.width // 2, p.height // 2))))): "curve",
    sprite_of_another: "pixel-votes",
}


def test_a_stored_picture_that_is_not_the_drawn_one_is_seen():
    notebook = nbformat.read(SUBJECT, as_version=4)
    assert other_pictures(notebook, notebook) == []
    for damage, name in PIXELS.items():
        damaged = copy.deepcopy(notebook)
        damage(damaged)
        (found,) = other_pictures(damaged, notebook)
        assert found.startswith(f"{name}: "), found


def test_letters_drawn_by_another_matplotlib_are_no_other_picture():
    stored = cell(nbformat.read(SUBJECT, as_version=4), "curve").outputs[0].data["image/png"]
    other = redrawn(soft)(stored)
    assert other != stored
    assert differs(stored, other) is None


def nbval(path):
    """Run nbval as `make test` does on a copy of the subject; return the names of the cells that failed, how
    many passed, and what was printed."""
    command = [sys.executable, "-m", "pytest", "-p", "with_nbval", "-p", "nbval.plugin"]
    command += ["--nbval", "--nbval-current-env"]
    command += ["-q", "-rfE", "--nbval-sanitize-with", str(HERE / "sanitise.cfg")]
    # No plugin that happens to be installed here takes part: one that shuffles would shuffle the cells.
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(HERE)}
    # From elsewhere than the repository: the lesson runs from any working directory.
    command += ["-p", "no:cacheprovider", "--rootdir", str(path.parent), path.name]
    ran = subprocess.run(
        command, cwd=path.parent, env=environment, capture_output=True, text=True, encoding="utf-8"
    )
    code = [c.id for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    numbers = re.findall(r"^(?:FAILED|ERROR) \w+\.ipynb::Cell (\d+)", ran.stdout, re.MULTILINE)
    passed = re.search(r"(\d+) passed", ran.stdout)
    return {code[int(number)] for number in numbers}, passed and int(passed[1]), ran.stdout + ran.stderr


def test_nbval_catches_damage_that_only_a_run_can_show_and_passes_every_sound_cell(tmp_path):
    notebook = nbformat.read(SUBJECT, as_version=4)
    for damage in (SOUND, *RUN_DAMAGE):
        before = copy.deepcopy(notebook)
        damage(notebook)
        assert notebook != before
    # It ends at the cell `curve`: what comes later would only be run.
    del notebook.cells[notebook.cells.index(cell(notebook, "curve")) + 1 :]
    failed, passed, printed = nbval(write(notebook, tmp_path / "damaged.ipynb"))
    assert failed == set().union(*RUN_DAMAGE.values()), printed
    assert passed == sum(cell.cell_type == "code" for cell in notebook.cells) - len(failed), printed
