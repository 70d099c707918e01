"""A student's own words stay words in every form that has HTML: nothing of them runs, in three browsers."""

import dataclasses
import json

import nbformat
import numpy as np
import publish
import pytest
from browsers import Firefox, WebKit
from looking import until

from softmax_lesson import data, figures
from softmax_lesson.exercises import probabilities as exercise
from softmax_lesson.exercises import progress
from softmax_lesson.jupyter.grading.grade import grade
from softmax_lesson.widgets import Prediction, catalogue

NASTY = (
    "</script><script>ran.push('a script')</script></textarea></style></title>"
    "<img src=nowhere onerror=\"ran.push('an image')\"><svg onload='ran.push(`a drawing`)'></svg>"
    '"><iframe srcdoc="<script>parent.ran.push(1)</script>"></iframe>'
    "<a href=\"javascript:ran.push('a link')\">link</a><!-- ${ran.push('a template')} `ran.push('code')` *x*"
)
# Elements that only the words can have made.
MADE = "img[src=nowhere], svg[onload], iframe, a[href^=javascript], [onerror]"
PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>words</title>
<script>window.ran = [];</script></head><body>{}</body></html>"""
FOUND = """made => ({
    ran,
    made: [...document.querySelectorAll(made)].map(node => node.outerHTML.slice(0, 200)),
    alive: document.querySelectorAll(".sml").length,
    silent: [...document.querySelectorAll("section")].filter(part => {
        const names = [...part.querySelectorAll("[aria-label], [alt]")];
        const words = [part.innerText, ...names.map(e => e.getAttribute("aria-label") ?? e.alt)].join(" ");
        return !words.includes("onerror=");
    }).map(part => part.id),
})"""


@pytest.fixture(scope="module", params=["chromium", "firefox", "webkit"])
def browser(request):
    if request.param == "chromium":
        other = request.getfixturevalue("chromium").new_page()
    else:
        other = {"firefox": Firefox, "webkit": WebKit}[request.param]()
    yield other
    other.close()


def pictures():
    """Each picture that shows names of classes, with such names."""
    for kind in catalogue():
        picture = kind()
        if picture.has_trait("class_names"):
            picture.set_trait("class_names", [f"{NASTY}{n}" for n in range(len(picture.class_names))])
            yield kind.__name__, picture.html()


def predictions(monkeypatch):
    """A prediction that asks, and one that was answered: a teacher writes their words."""
    one = Prediction("05_derivatives.nudge").content
    wrong = dataclasses.replace(one.options[1], text=NASTY, right=False, sentence=NASTY)
    changed = dataclasses.replace(one, question=NASTY, options=(one.options[0], wrong, *one.options[2:]))
    monkeypatch.setattr("softmax_lesson.widgets.prediction.question", lambda key: changed)
    asked = Prediction("05_derivatives.nudge")
    yield "asked", asked.html()
    asked.choice = 1
    yield "answered", asked.answer().html()


def verdicts():
    """What a check says of code that raises, prints or is named so."""

    def raises(f):
        raise ValueError(NASTY)

    def prints(f):
        print(NASTY)
        return f

    yield "raises", exercise.softmax.check(raises)._repr_html_()
    exercise.softmax.check(prints)
    yield "progress", progress().document(name=NASTY)


def drawings():
    """Figures with such names."""
    yield "images", figures.images(np.zeros((1, 32, 32, 3)), ["one"], alt=NASTY)._repr_html_()
    yield "confusion", figures.confusion(np.eye(2, dtype=int), [NASTY, "b"])._repr_html_()


@pytest.mark.filterwarnings(
    "ignore:constrained_layout not applied"
)  # names that long have no room in a figure
def test_words_stay_words(browser, tmp_path, monkeypatch):
    parts = {**dict(pictures()), **dict(predictions(monkeypatch)), **dict(verdicts()), **dict(drawings())}
    assert len(parts) >= 14
    sections = "".join(f'<section id="{name}">{part}</section>' for name, part in parts.items())
    (tmp_path / "words.html").write_text(PAGE.format(sections), encoding="utf-8")
    browser.goto((tmp_path / "words.html").as_uri())
    alive = sum("kit.standAlone(" in part for part in parts.values())
    until(lambda: browser.evaluate(FOUND, MADE)["alive"] == alive, "every picture was alive")
    found = browser.evaluate(FOUND, MADE)
    assert (found["ran"], found["made"], found["silent"]) == ([], [], [])


# A file's name has no slash, and no more than 255 letters.
FILE_NAME = (
    "<img src=nowhere onerror=\"ran.push('a name')\"><svg onload='ran.push(`a drawing`)'> ${ran.push(1)}"
)


def outputs():
    """What cells print, return and complain of: such words, and a picture's file that has such a name."""
    with pytest.raises(data.DataError) as missing:
        data.load_picture(f"{FILE_NAME}.png")
    said = f"DataError: {missing.value}"
    assert "onerror=" in said
    new_output, result = nbformat.v4.new_output, {"execution_count": 1}
    yield new_output("stream", name="stdout", text=NASTY)
    yield new_output("stream", name="stderr", text=NASTY)
    yield new_output("execute_result", {"text/plain": NASTY}, **result)
    yield new_output("execute_result", {"text/plain": NASTY, "text/html": NASTY}, **result)
    yield new_output("error", ename="DataError", evalue=str(missing.value), traceback=[said, NASTY])


def published(folder, monkeypatch):
    """Return the page and the slides of a notebook whose code and outputs have such words."""
    notebook = publish.notebooks()["00_start_here"]
    for number, output in enumerate(outputs()):
        name = f"words-{number}"
        cell = nbformat.v4.new_code_cell(f"print({NASTY!r})", outputs=[output], execution_count=1, id=name)
        notebook.cells.insert(2, cell)
    monkeypatch.setattr(publish, "notebooks", lambda *_: {"00_start_here": notebook})
    monkeypatch.setattr(publish, "translations", dict)
    publish.slides(folder / "slides")
    publish.pages(folder / "pages")
    return [folder / kind / "00_start_here.html" for kind in ("pages", "slides")]


def graded(folder):
    """Return the page of a class in which a student and a notebook have such names."""
    place = folder / "in" / FILE_NAME
    place.mkdir(parents=True)
    printing = nbformat.v4.new_code_cell(f"def winner(f):\n    print({NASTY!r})\n    return {NASTY!r}")
    names = nbformat.v4.new_code_cell(f"# {NASTY}\nraise ValueError({NASTY!r})")
    notebook = nbformat.v4.new_notebook(cells=[printing, names])
    nbformat.write(notebook, place / f"{FILE_NAME}.ipynb")
    (place / f"{FILE_NAME} 2.ipynb").write_text(json.dumps([NASTY]), encoding="utf-8")
    assert grade(str(folder / "in"), names=True) == 0
    return folder / "in-graded" / "class.html"


@pytest.fixture(scope="module")
def files(npm, tmp_path_factory):
    """The files with such words in them, made once for all browsers."""
    folder = tmp_path_factory.mktemp("words")
    with pytest.MonkeyPatch.context() as monkeypatch:
        paths = [*published(folder, monkeypatch), graded(folder)]
    for path in paths:
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace("<head>", "<head><script>window.ran = [];</script>", 1), encoding="utf-8"
        )
    return paths


def test_what_is_printed_and_the_names_of_files_stay_words(browser, files):
    for path in files:
        browser.goto(path.as_uri())
        until(lambda: browser.evaluate("document.readyState") == "complete", f"{path} was there")
        found = browser.evaluate(FOUND, MADE)
        assert (found["ran"], found["made"]) == ([], []), path
        assert browser.evaluate("document.body.textContent.split('onerror=').length") > 2, path


def test_words_that_run_would_be_seen(browser, tmp_path):
    (tmp_path / "words.html").write_text(PAGE.format(f"<section>{NASTY}</section>"), encoding="utf-8")
    browser.evaluate("() => { window.onerror = () => true; }")
    browser.goto((tmp_path / "words.html").as_uri())
    until(lambda: {"a script", "an image"} <= set(browser.evaluate("ran")), "both had run")
    assert len(browser.evaluate(FOUND, MADE)["made"]) >= 4
