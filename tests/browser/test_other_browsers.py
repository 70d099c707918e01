"""Firefox and WebKit: every page from disk, every picture, a telephone, and two notebooks in JupyterLab."""

import nbformat
import pytest
from a_room import Program, prediction, send
from browsers import Firefox, WebKit
from looking import KINDS, Notebook, twin, until, watched

from softmax_lesson.jupyter.students_copy import students_version
from softmax_lesson.widgets import LossCurve

# What is wrong with a page: errors, formulas that were not drawn, images that are not there.
WRONG = """[
    ...complaints,
    ...[...document.querySelectorAll(".katex-error")].map(node => node.outerHTML),
    ...[...document.images].filter(image => !image.complete || !image.naturalWidth)
        .map(image => `broken: ${image.alt}`),
]"""
UNFOLD = "document.querySelectorAll('details').forEach(fold => (fold.open = true))"
# A picture: its name, its state, its words, and whether the drawing has a size.
LOOK = """place => {
    const box = document.querySelectorAll(".sml")[place];
    const drawn = [...box.querySelectorAll("svg, canvas")].filter(e => e.getBoundingClientRect().width > 20);
    return {
        name: box.getAttribute("aria-label"),
        state: window.states?.[place],
        words: box.querySelector(".sml-sentence p").textContent,
        spoken: box.querySelector("[role=status]").textContent,
        drawn: drawn.length,
    };
}"""
# Focuses a picture's first slider, or its chosen button; says which key moves it.
FOCUS = """place => {
    const box = document.querySelectorAll(".sml")[place];
    const control = box.querySelector("input[type=range]") ?? box.querySelector("input[type=radio]:checked");
    control.focus();
    return control.type === "range" && control.value === control.max ? "ArrowLeft" : "ArrowRight";
}"""
# Where a finger changes it: near an end of the slider, or on a button that is not chosen.
TARGET = """place => {
    const box = document.querySelectorAll(".sml")[place];
    const slider = box.querySelector("input[type=range]");
    const target = slider ?? box.querySelector("label:has(input[type=radio]:not(:checked))");
    target.scrollIntoView({ block: "center", behavior: "instant" });
    const { x, y, width, height } = target.getBoundingClientRect();
    const share = slider ? (+slider.value > (+slider.min + +slider.max) / 2 ? 0.2 : 0.8) : 0.5;
    return [x + width * share, y + height / 2];
}"""


@pytest.fixture(scope="module", params=[Firefox, WebKit], ids=["firefox", "webkit"])
def browser(request):
    browser = request.param()
    yield browser
    browser.close()


def follows(browser, place, before):
    """A picture has moved, and its words are Python's for the state that it has now."""

    def right():
        now = browser.evaluate(LOOK, place)
        return now["state"] != before["state"] and now["words"] == repr(
            twin(now["state"], KINDS[now["name"]])
        )

    until(right, f"{before['name']} had moved and said Python's numbers")
    assert browser.evaluate(LOOK, place)["words"] != before["words"]


def each_picture(browser, pages, tmp_path, width):
    """Open one page after another, whole and unfolded; yield (place, how it looks) of each picture."""
    browser.size(width, 800)
    for page in sorted(pages.glob("*.html")):
        count = watched(page, tmp_path / page.name)
        browser.goto((tmp_path / page.name).as_uri())
        until(lambda: browser.evaluate("document.readyState") == "complete", f"{page.name} was there")
        assert browser.evaluate(WRONG) == [], page.name
        assert browser.evaluate("innerWidth") == width
        assert browser.evaluate("document.documentElement.scrollWidth") <= width, page.name
        browser.evaluate(UNFOLD)
        assert browser.evaluate("document.querySelectorAll('.sml').length") == count, page.name
        for place in range(count):
            before = browser.evaluate(LOOK, place)
            assert before["drawn"], page.name
            assert before["words"] == repr(twin(before["state"], KINDS[before["name"]]))
            yield place, before
        assert browser.evaluate(WRONG) == [], page.name


def test_every_picture_of_every_page_moves_by_keyboard_and_says_pythons_numbers(browser, pages, tmp_path):
    for place, before in each_picture(browser, pages, tmp_path, 1280):
        browser.press(browser.evaluate(FOCUS, place))
        follows(browser, place, before)
        until(
            lambda place=place: (look := browser.evaluate(LOOK, place))["spoken"] == look["words"],
            "it was spoken",
        )


def says(browser, id_, text):
    """Wait until a part of a page says this."""
    code = "id => document.getElementById(id)?.textContent"
    until(lambda: text in (browser.evaluate(code, id_) or ""), f"{id_} said: {text}")


def test_the_pages_of_a_room_are_alive_and_outlive_their_board(browser, tmp_path):
    boards = [Program(tmp_path / "board")]
    try:
        browser.size(1280, 720)
        browser.goto(boards[0].teacher)
        says(browser, "live", "Live.")
        send(boards[0].room, [prediction("k7f-3qx9", "05_derivatives.nudge", 1)])
        says(browser, "predictions-body", "1 vote; 0 have seen the answer.")
        browser.goto(boards[0].projector)
        says(browser, "voted", "1 of 1 student predicted.")
        assert browser.evaluate("document.documentElement.scrollHeight <= innerHeight")
        boards[0].end(kill=True)
        says(browser, "live", "The board does not answer. What you see is from ")
        boards.append(boards[0].again())
        send(boards[1].room, [prediction("k8g-4rx9", "05_derivatives.nudge", 2)])
        says(browser, "voted", "2 of 2 students predicted.")
    finally:
        for board in boards:
            board.end()


def test_on_a_telephone_every_picture_follows_a_finger(browser, pages, tmp_path):
    for place, before in each_picture(browser, pages, tmp_path, 360):
        browser.tap(*browser.evaluate(TARGET, place))
        follows(browser, place, before)


class InLab(Notebook):
    """A student's copy of a notebook, open in JupyterLab."""

    def __init__(self, browser, lab, name):
        notebook = students_version(nbformat.read(lab.folder / name, as_version=4))
        nbformat.write(notebook, lab.folder / f"students_{name}")
        self.page = browser
        browser.size(1280, 1000)
        browser.goto(lab.address(f"students_{name}"))
        kernel = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel"
        until(lambda: browser.evaluate(f"{kernel}?.status ?? ''") == "idle", "the kernel was idle")

    def run_all(self):
        self.page.evaluate("() => { jupyterapp.commands.execute('notebook:run-all-cells'); }")
        until(lambda: self.errors() or all(c["execution_count"] for c in self.code()), "every cell was run")
        assert not self.errors()


# The first picture of a cell, brought into view; JupyterLab draws the cells in view alone.
SHOW = """async index => {
    jupyterapp.shell.currentWidget.content.scrollToItem(index, "smart");
    return document.querySelector(`.jp-Cell[data-windowed-list-index="${index}"] .sml-sentence p`)
        ?.textContent ?? "";
}"""
IN_CELL = """index => {
    const cell = document.querySelector(`.jp-Cell[data-windowed-list-index="${index}"]`);
    cell.querySelector(".sml input[type=range]").focus();
}"""


@pytest.mark.parametrize("name", ["00_start_here", "04_loss"])
def test_a_notebook_runs_in_jupyterlab_and_its_picture_and_python_follow_the_keyboard(browser, lab, name):
    notebook = InLab(browser, lab, f"{name}.ipynb")
    notebook.run_all()
    moved = 0
    for index, model in notebook.pictures():
        state = notebook.state(model)
        if set(state) != {"scores", "correct_class", "class_names", "likelihood"}:
            continue
        words = repr(LossCurve(**state))
        until(lambda i=index, words=words: browser.evaluate(SHOW, i) == words, f"it said {words}")
        browser.evaluate(IN_CELL, index)
        browser.press("ArrowRight")
        until(lambda m=model, s=state: notebook.state(m) != s, "Python had the move")
        words = repr(LossCurve(**notebook.state(model)))
        until(lambda i=index, words=words: browser.evaluate(SHOW, i) == words, f"it said {words}")
        moved += 1
    assert moved
