"""A student's copy gives nothing away and follows the lesson; nothing a student did is ever lost."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from softmax_lesson.data.files import UNFINISHED
from softmax_lesson.jupyter import students_copy
from softmax_lesson.jupyter.students_copy import MEMORY, fingerprint, update

REPOSITORY = Path(__file__).resolve().parents[2]
RESULT = nbformat.v4.new_output("stream", text="42\n")


def notebook(*sources, outputs=()):
    """A notebook: a cell of text, a presenter's note, then a code cell for each source."""
    v4 = nbformat.v4
    note = v4.new_markdown_cell("Expect 41.", id="note", metadata={"tags": ["presenter"]})
    cells = [v4.new_markdown_cell("# Title", id="title"), note]
    for number, source in enumerate(sources):
        cells.append(v4.new_code_cell(source, id=f"cell-{number}", outputs=list(outputs), execution_count=1))
    return v4.new_notebook(cells=cells)


@pytest.fixture
def lesson(tmp_path):
    """The lesson's folder, with two notebooks."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    write(folder / "00_start_here.ipynb", "6 * 7", "print('first')")
    write(folder / "01_scores.ipynb", "scores")
    return folder


@pytest.fixture
def mine(tmp_path):
    return tmp_path / "my_notebooks"


def write(path, *sources):
    nbformat.write(notebook(*sources, outputs=[RESULT]), path)


def sources(path):
    return [cell.source for cell in nbformat.read(path, as_version=4).cells]


def run(path):
    """As if every cell had been run in JupyterLab, which adds an empty cell at the end, and saved."""
    ran = nbformat.read(path, as_version=4)
    for count, cell in enumerate((c for c in ran.cells if c.cell_type == "code"), 1):
        cell.outputs, cell.execution_count = [RESULT], count
    ran.cells.append(nbformat.v4.new_code_cell())
    ran.metadata["language_info"] = {"name": "python", "version": "3.11.2", "file_extension": ".py"}
    nbformat.write(ran, path)


def edit(path, text="my own line"):
    changed = nbformat.read(path, as_version=4)
    changed.cells[-1].source += f"\n{text}"
    nbformat.write(changed, path)


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_copy_has_no_outputs_and_no_presenters_cells(lesson, mine):
    changes = update(lesson, mine)
    assert changes.new == ["00_start_here.ipynb", "01_scores.ipynb"]
    assert set(files(mine)) == {"00_start_here.ipynb", "01_scores.ipynb", MEMORY}
    copied = nbformat.read(mine / "00_start_here.ipynb", as_version=4)
    nbformat.validate(copied)
    assert [cell.id for cell in copied.cells] == ["title", "cell-0", "cell-1"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in copied.cells[1:])


def test_what_tells_a_result_is_folded(lesson, mine):
    made = notebook("6 * 7")
    tells = {"tags": ["answer"]}
    made.cells.append(
        nbformat.v4.new_markdown_cell("It is **42**,\n\nas *{x}* says.", id="why", metadata=tells)
    )
    nbformat.write(made, lesson / "01_scores.ipynb")
    update(lesson, mine)
    words = sources(mine / "01_scores.ipynb")[-1]
    assert words.startswith("<details><summary>Predict and run first")
    assert words.endswith("</summary>\n\nIt is **42**,\n\nas *{x}* says.\n\n</details>")
    before = files(mine)
    assert update(lesson, mine).sentences() == []
    assert files(mine) == before


@pytest.mark.parametrize(
    "path", sorted((REPOSITORY / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem
)
def test_a_copy_of_a_copy_is_the_same(path):
    """The wheel's notebooks are students' versions already."""
    once = students_copy.students_version(nbformat.read(path, as_version=4))
    assert students_copy.students_version(once) == once


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    """A folder with a student's copies of all notebooks of the course."""
    folder = tmp_path_factory.mktemp("copies")
    students_copy.write_copies(REPOSITORY / "notebooks", folder)
    return folder


@pytest.mark.parametrize(
    "path", sorted((REPOSITORY / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem
)
def test_all_else_of_each_notebook_of_the_course_is_in_its_copy(path, copies):
    theirs, ours = (nbformat.read(place / path.name, as_version=4) for place in (path.parent, copies))
    kept = [cell for cell in theirs.cells if "presenter" not in cell.metadata.get("tags", [])]
    assert [(c.id, c.cell_type) for c in ours.cells] == [(c.id, c.cell_type) for c in kept]
    for our, their in zip(ours.cells, kept, strict=True):
        folded = "answer" in their.metadata.get("tags", [])
        assert our.source == (students_copy.FOLD.format(their.source) if folded else their.source)
    assert not any("For the presenter" in cell.source for cell in ours.cells)
    assert not any(cell.get("outputs") for cell in ours.cells)


def test_calling_again_changes_nothing_and_says_nothing(lesson, mine):
    update(lesson, mine)
    before = files(mine)
    assert update(lesson, mine).sentences() == []
    assert files(mine) == before


def test_what_was_not_changed_follows_the_lesson(lesson, mine):
    update(lesson, mine)
    write(lesson / "01_scores.ipynb", "better scores")
    changes = update(lesson, mine)
    assert changes.sentences() == ["Brought up to the newest lesson: 01_scores.ipynb."]
    assert sources(mine / "01_scores.ipynb") == ["# Title", "better scores"]


def test_running_is_no_edit_and_its_results_stay_where_the_cell_stays(lesson, mine):
    update(lesson, mine)
    run(mine / "00_start_here.ipynb")
    before = files(mine)
    assert update(lesson, mine).sentences() == []
    assert files(mine) == before

    write(lesson / "00_start_here.ipynb", "6 * 7", "print('second')")
    changes = update(lesson, mine)
    assert (changes.followed, changes.run_before) == (["00_start_here.ipynb"],) * 2
    assert "Run all cells again" in changes.sentences()[1]
    _, same, different = nbformat.read(mine / "00_start_here.ipynb", as_version=4).cells
    assert (same.source, same.outputs, same.execution_count) == ("6 * 7", [RESULT], 1)
    assert (different.source, different.outputs, different.execution_count) == ("print('second')", [], None)


def test_a_changed_notebook_is_never_touched_and_the_newest_text_is_beside_it(lesson, mine):
    update(lesson, mine)
    edit(mine / "01_scores.ipynb")
    changed = (mine / "01_scores.ipynb").read_bytes()
    changes = update(lesson, mine)
    assert changes.sentences() == ["Left as you changed them: 01_scores.ipynb."]

    write(lesson / "01_scores.ipynb", "second edition")
    changes = update(lesson, mine)
    assert changes.sentences()[-1] == (
        "There is a newer 01_scores.ipynb in the lesson. Yours stays as it is; "
        "the newest text is beside it, in 01_scores.newest.ipynb."
    )
    assert sources(mine / "01_scores.newest.ipynb")[-1] == "second edition"
    assert update(lesson, mine).beside == {}  # told once

    write(lesson / "01_scores.ipynb", "third edition")
    assert update(lesson, mine).followed == ["01_scores.newest.ipynb"]
    assert sources(mine / "01_scores.newest.ipynb")[-1] == "third edition"
    assert (mine / "01_scores.ipynb").read_bytes() == changed


def test_the_newest_text_is_a_students_own_too_once_it_is_changed(lesson, mine):
    update(lesson, mine)
    edit(mine / "01_scores.ipynb")
    write(lesson / "01_scores.ipynb", "second edition")
    update(lesson, mine)
    edit(mine / "01_scores.newest.ipynb")
    before = files(mine)
    write(lesson / "01_scores.ipynb", "third edition")
    assert update(lesson, mine).beside == {"01_scores.ipynb": "01_scores.newest-2.ipynb"}
    assert sources(mine / "01_scores.newest-2.ipynb")[-1] == "third edition"
    for name in "01_scores.ipynb", "01_scores.newest.ipynb":
        assert files(mine)[name] == before[name]


def test_the_newest_text_put_away_does_not_come_back(lesson, mine):
    update(lesson, mine)
    edit(mine / "01_scores.ipynb")
    write(lesson / "01_scores.ipynb", "second edition")
    update(lesson, mine)
    (mine / "01_scores.newest.ipynb").unlink()
    assert update(lesson, mine).beside == {}
    assert not (mine / "01_scores.newest.ipynb").exists()


def test_a_student_who_took_the_new_text_over_by_hand_follows_again(lesson, mine):
    update(lesson, mine)
    edit(mine / "01_scores.ipynb")
    write(lesson / "01_scores.ipynb", "second edition")
    update(lesson, mine)
    os.replace(mine / "01_scores.newest.ipynb", mine / "01_scores.ipynb")
    assert update(lesson, mine).sentences() == []
    write(lesson / "01_scores.ipynb", "third edition")
    assert update(lesson, mine).followed == ["01_scores.ipynb"]


def test_a_deleted_notebook_comes_back_and_a_renamed_one_stays(lesson, mine):
    update(lesson, mine)
    edit(mine / "01_scores.ipynb")
    (mine / "01_scores.ipynb").rename(mine / "old scores.ipynb")
    (mine / "00_start_here.ipynb").unlink()
    before = files(mine)["old scores.ipynb"]
    assert update(lesson, mine).new == ["00_start_here.ipynb", "01_scores.ipynb"]
    assert files(mine)["old scores.ipynb"] == before


def test_what_else_is_in_the_folder_is_nobodys_business(lesson, mine):
    mine.mkdir()
    (mine / "frog.jpg").write_bytes(b"a frog")
    (mine / "my try.ipynb").write_text("{}")
    update(lesson, mine)
    assert files(mine)["frog.jpg"] == b"a frog"
    assert files(mine)["my try.ipynb"] == b"{}"


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"given": []}', "\ud83d"])
def test_a_lost_or_damaged_memory_costs_no_work(lesson, mine, content):
    update(lesson, mine)
    edit(mine / "01_scores.ipynb")
    before = files(mine)
    if content is None:
        (mine / MEMORY).unlink()
    else:
        (mine / MEMORY).write_text(content, encoding="utf-8", errors="surrogatepass")
    changes = update(lesson, mine)
    assert changes.beside == {"01_scores.ipynb": "01_scores.newest.ipynb"}  # it may be new: nobody remembers
    after = files(mine)
    assert all(after[name] == before[name] for name in before if name != MEMORY)
    write(lesson / "00_start_here.ipynb", "new")
    assert update(lesson, mine).followed == ["00_start_here.ipynb"]  # was as given, and is known again


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"cells": [{}]}', b"\xff\xfe"])
def test_a_damaged_notebook_is_left_and_said(lesson, mine, content):
    update(lesson, mine)
    (mine / "01_scores.ipynb").write_bytes(content)
    changes = update(lesson, mine)
    assert changes.sentences() == [
        "01_scores.ipynb is damaged, and left as it is. Rename or delete it, and the lesson's comes back."
    ]
    assert (mine / "01_scores.ipynb").read_bytes() == content


def test_killed_at_any_moment_nothing_is_lost(lesson, mine, monkeypatch):
    """Every replacement of a file is the last one once; the next call ends where an undisturbed one ends."""
    real, killed_at = os.replace, 0

    def prepared():
        for path in mine.glob("*") if mine.exists() else ():
            path.unlink()
        write(lesson / "00_start_here.ipynb", "first edition")
        write(lesson / "01_scores.ipynb", "first edition")
        update(lesson, mine)
        edit(mine / "01_scores.ipynb")
        write(lesson / "00_start_here.ipynb", "second edition")
        write(lesson / "01_scores.ipynb", "second edition")

    prepared()
    update(lesson, mine)
    undisturbed = files(mine)
    while True:
        prepared()
        left = [killed_at]

        def replace(*places, left=left):
            if left[0] == 0:
                raise KeyboardInterrupt
            left[0] -= 1
            real(*places)

        monkeypatch.setattr(os, "replace", replace)
        try:
            update(lesson, mine)
            break
        except KeyboardInterrupt:
            killed_at += 1
        finally:
            monkeypatch.setattr(os, "replace", real)
        update(lesson, mine)
        assert files(mine) == undisturbed
    assert killed_at == 4  # two notebooks, and the memory after each


def test_an_unfinished_file_is_cleaned_when_its_writer_is_long_gone(lesson, mine):
    update(lesson, mine)
    old, new = (mine / f".0{i}.ipynb.123{UNFINISHED}" for i in range(2))
    for file in old, new:
        file.write_text('{"cells": [')
    os.utime(old, (0, 0))
    update(lesson, mine)
    assert not old.exists()
    assert new.exists()


def test_two_at_once_end_as_one(lesson, mine, tmp_path):
    for number in range(2, 30):
        write(lesson / f"{number:02}_more.ipynb", "text " * 10_000)
    code = "import sys, pathlib; from softmax_lesson.jupyter.students_copy import update; input();"
    code += "update(*map(pathlib.Path, sys.argv[1:]))"
    command = [sys.executable, "-c", code, lesson, mine]
    pipes = {"stdin": subprocess.PIPE, "stderr": subprocess.PIPE}
    both = [subprocess.Popen(command, cwd=REPOSITORY, **pipes) for _ in range(2)]
    for process in both:
        process.stdin.write(b"\n")
        process.stdin.flush()
    assert [process.communicate()[1] for process in both] == [b"", b""]
    alone = tmp_path / "alone"
    update(lesson, alone)
    assert files(mine) == files(alone)


def test_the_memory_has_what_was_given(lesson, mine):
    update(lesson, mine)
    given = json.loads((mine / MEMORY).read_text())["given"]
    assert given == {
        name: fingerprint(json.loads(text)) for name, text in files(mine).items() if name != MEMORY
    }
