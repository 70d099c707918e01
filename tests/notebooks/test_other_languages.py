"""Notebooks in other languages: no tool needs English words, and their pages are in their own language."""

import copy
import os
import re

import minutes
import nbformat
import publish
import pytest
import run_notebooks
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pictures import DATA, other_pictures

from softmax_lesson import exercises
from softmax_lesson.exercises.engine import language
from softmax_lesson.jupyter import plans
from softmax_lesson.jupyter.students_copy import students_version

PATHS = [path for folder in publish.translations().values() for path in sorted(folder.glob("*.ipynb"))]
EXERCISES = {exercise.name: exercise for exercise in exercises.catalogue()}


def test_there_is_one():
    assert [path.relative_to(publish.LESSON).as_posix() for path in PATHS] == ["de/01_scores.ipynb"]


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    """A folder of a lesson whose only notebook has no English word in what it says of itself."""
    verdict = new_output("execute_result", {"text/plain": "Noch nicht bearbeitet: f.\nSchreibe `f`."})
    used = new_output(
        "stream", text="f: noch nicht bearbeitet, darum geht es mit der Funktion des Kurses weiter.\n"
    )
    cells = [
        new_markdown_cell(
            "# Über Scores\n\n**Am Ende** weißt du,\nwas ein Score ist.\n\n**Zeit**: 99 Minuten."
        ),
        new_markdown_cell("## Erstens\n*(9 Minuten)*\n\n" + "Wort " * 300, id="erstens"),
        new_markdown_cell("## Zweitens\n*(1 Minute)*\n\n" + "Wort " * 450, id="zweitens"),
        new_markdown_cell("<sub>*Für den Vortrag.* Warte.</sub>", metadata={"tags": ["presenter"]}),
        new_code_cell("f.check()", outputs=[verdict]),
        new_code_cell("f.use()", outputs=[used]),
    ]
    notebook = new_notebook(cells=cells, metadata={"language": "de"})
    nbformat.write(notebook, tmp_path / "01_scores.ipynb")
    monkeypatch.setattr(publish, "LESSON", tmp_path)
    monkeypatch.setattr(publish, "maths", lambda: "")
    monkeypatch.setattr(publish.notebooks, "__defaults__", (tmp_path,))
    return tmp_path


def test_pages_are_made_of_it(lesson, tmp_path):
    publish.pages(tmp_path / "pages", run=publish.RUN)
    page, index = (
        (tmp_path / "pages" / f"{name}.html").read_text("utf-8") for name in ("01_scores", "index")
    )
    assert '<html lang="de">' in page and "<title>Über Scores" in page
    (row,) = BeautifulSoup(index, "html.parser").select("tbody tr")
    assert [cell.text for cell in row.select("td")][1:] == ["weißt du, was ein Score ist.", "10"]


def test_slides_are_made_of_it_without_what_says_nothing(lesson, tmp_path, monkeypatch):
    monkeypatch.setattr(publish, "NPM", tmp_path)
    monkeypatch.setattr(publish, "read", lambda *parts: "")
    publish.slides(tmp_path / "slides")
    page = (tmp_path / "slides" / "01_scores.html").read_text("utf-8")
    assert '<html lang="de">' in page and "Zweitens" in page
    assert "icht bearbeitet" not in page


def test_its_minutes_are_counted_and_its_sections_found(lesson):
    path = lesson / "01_scores.ipynb"
    assert minutes.restate_file(path) == {"Erstens": 2, "Zweitens": 3}
    notebook = nbformat.read(path, as_version=4)
    assert "**Zeit**: 5 Minuten." in notebook.cells[0].source
    assert notebook.cells[2].source.startswith("## Zweitens\n*(3 Minuten)*\n")
    assert minutes.stated(notebook) == 5
    found = plans.sections(notebook, "01")
    assert [(s.heading, s.minutes) for s in found.values()] == [("Erstens", 2), ("Zweitens", 3)]


def test_it_is_normalised_and_handed_out(lesson):
    notebook = run_notebooks.normalise(nbformat.read(lesson / "01_scores.ipynb", as_version=4))
    assert notebook.metadata.language == "de"
    assert notebook.cells[3].source == "<sub>*Für den Vortrag.*\nWarte.</sub>"
    assert notebook.cells[3].metadata.jupyter == {"source_hidden": True}
    assert len(students_version(notebook)["cells"]) == 5


def test_the_english_pages_are_english_whatever_language_the_teacher_has_set(monkeypatch, tmp_path):
    spoken = {}

    def noted(course, folder, run=None):
        spoken[folder.name] = language.language()

    monkeypatch.setenv("SOFTMAX_LESSON_LANGUAGE", "de")
    monkeypatch.setattr(publish, "write_pages", noted)
    publish.pages(tmp_path / "pages")
    assert spoken == {"pages": "en", "de": "de"}


def test_make_notebooks_hears_nothing_of_what_the_teacher_has_set(monkeypatch, tmp_path):
    theirs = {"LANGUAGE": "de", "SOLUTIONS": "2999-01-01", "ROOM": str(tmp_path), "HOME": str(tmp_path)}
    for name, value in {"TQDM_DISABLE": "", **{f"SOFTMAX_LESSON_{n}": v for n, v in theirs.items()}}.items():
        monkeypatch.setenv(name, value)
    seen = []

    def run(notebook, folder):
        seen.append({name: os.environ.get(f"SOFTMAX_LESSON_{name}") for name in theirs})
        return notebook

    monkeypatch.setattr(run_notebooks, "execute", run)
    path = tmp_path / "00_empty.ipynb"
    nbformat.write(new_notebook(cells=[new_markdown_cell("# Empty")]), path)
    run_notebooks.main([path])
    assert seen[0].pop("HOME") != str(tmp_path)
    assert seen == [{"LANGUAGE": None, "SOLUTIONS": None, "ROOM": "off"}]


def test_one_minute_is_one_in_every_language_that_is_known():
    for one, several in minutes.SEVERAL.items():
        notebook = new_notebook(cells=[new_markdown_cell("# T"), new_markdown_cell(f"## H\n*(7 {several})*")])
        minutes.restate(notebook)
        assert notebook.cells[1].source.endswith(f"*(1 {one})*")


# ---- the notebooks that there are --------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_it_is_as_make_notebooks_and_make_minutes_leave_it(path):
    text = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=4)
    assert publish.language_of(notebook) == path.parent.name
    minutes.restate(notebook)
    assert nbformat.writes(run_notebooks.normalise(notebook)) + "\n" == text
    assert [c.execution_count for c in notebook.cells if c.cell_type == "code"] == list(
        range(1, 1 + sum(c.cell_type == "code" for c in notebook.cells))
    )


def shown(cell):
    """Return what nbval compares of a cell's outputs: what is printed, and each value in words and HTML."""
    forms = [(output, output.get("data", {})) for output in cell.outputs]
    return [(o.get("text"), d.get("text/plain"), DATA.sub("", d.get("text/html", ""))) for o, d in forms]


# nbval runs them in `make test-long`; what it would find is seen here, too, but in the check of an exercise.
@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_with_the_solutions_in_it_every_check_says_right_in_its_language_and_the_rest_is_as_stored(
    path, tmp_path, monkeypatch
):
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(tmp_path))
    stored = nbformat.read(path, as_version=4)
    notebook, solved = copy.deepcopy(stored), 0
    for cell in notebook.cells:
        if "exercise" in cell.metadata.get("tags", []):
            name = re.search(r"def (\w+)\(", cell.source)[1]
            before = cell.source.partition(f"def {name}(")[0]
            cell.source = f"{before}\n\n{EXERCISES[name].solution_source}"
    run_notebooks.normalise(run_notebooks.execute(notebook, tmp_path))
    with language.speaking(path.parent.name):
        right = language.translate("Correct")
    for cell, before in zip(notebook.cells, stored.cells, strict=True):
        if re.match(r"exercise\.\w+\.check\(", cell.source):
            assert cell.outputs[0].data["text/plain"].startswith(f"{right}: ")
            solved += 1
            cell.outputs = before.outputs
        elif cell.cell_type == "code":
            assert shown(cell) == shown(before), cell.id
    assert other_pictures(stored, notebook) == []
    assert solved and right != "Correct"


@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_wrong_answer_is_told_in_its_language(path, tmp_path, monkeypatch):
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(tmp_path))
    notebook = nbformat.read(path, as_version=4)
    names = {name for cell in notebook.cells for name in re.findall(r"exercise\.(\w+)\.check\(", cell.source)}
    for name in names:
        with language.speaking(path.parent.name):
            for mistake in EXERCISES[name].mistakes:
                assert language.translate(mistake.template) != mistake.template
                assert mistake.sentence in EXERCISES[name].check(mistake.function).text
            assert all(language.translate(hint) != hint for hint in EXERCISES[name].hints)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The pages in other languages; the English ones are those of test_publish.py."""
    folder, write = tmp_path_factory.mktemp("pages"), publish.write_pages

    def write_others(course, to, *run):
        if to != folder:
            write(course, to, *run)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publish, "maths", lambda: "")
        patch.setattr(
            publish, "write_pages", lambda course, to, *run: to == folder or write(course, to, *run)
        )
        publish.pages(folder)
    found = sorted(folder.glob("*/*.html"))
    return {f"{path.parent.name}/{path.stem}": path.read_text("utf-8") for path in found}


def test_its_page_and_the_contents_are_in_its_language(pages):
    assert list(pages) == ["de/01_scores", "de/index"]
    for text in pages.values():
        page = BeautifulSoup(text, "html.parser")
        assert page.html["lang"] == "de" and 'lang="en"' not in text
        assert "Schritt für Schritt" in page.title.text
        assert page.nav["aria-label"] == "Kurs"
        shown = page.get_text()
        for english in ("Previous", "Contents", "Predict", "Not attempted", "prediction.", "With the scores"):
            assert english not in shown, english


def test_what_a_picture_says_alive_is_what_it_says_still(pages):
    page = pages["de/01_scores"]
    assert "Mit den Scores Klasse 0 1.0" in page
    assert '"sentence": "Mit den Scores {scores} sind die Wahrscheinlichkeiten' in page
    assert "With the scores {scores}" not in page


def test_the_contents_lead_to_each_other(pages):
    assert '<a href="../index.html">In English</a>' in pages["de/index"]
    assert "[Auf Deutsch](de/index.html)" in publish.contents(publish.notebooks(), None).cells[0].source
