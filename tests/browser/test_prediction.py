"""A prediction where it stands: on a page, in a page with a fold, on slides, in a real JupyterLab."""

import json
import re

import nbformat
import publish
import pytest
from axe import ANY, barriers
from looking import Notebook, until
from run_notebooks import normalise

from softmax_lesson.exercises.engine import progress_file
from softmax_lesson.exercises.engine.questions import question, questions, steps_with_questions
from softmax_lesson.widgets import LossCurve, Prediction
from softmax_lesson.widgets.prediction import Answer

NUDGE, NEXT = "05_derivatives.nudge", "05_derivatives.next_weight"
EVERY = [one for step in steps_with_questions() for one in questions(step).values()]
RIGHT, WRONG = "It falls by .002", "It falls by .001"
STAYS_OPEN = "This is your prediction. You can change it until the answer is shown."


@pytest.fixture(autouse=True)
def nothing_predicted(tmp_path, monkeypatch):
    """What one test predicts is no other test's business."""
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(progress_file, "_predicted", {})


def page_of(*parts):
    """Return a document with predictions and answers, as they stand in a page of the course."""
    body = "".join(part.html() for part in parts)
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Predict</title>'
    style = "<style>:root { color-scheme: light dark; }</style>"
    return (
        f'<!doctype html><html lang="en"><head>{head}{style}</head><body><main><h1>Predict</h1>{body}</main>'
    )


@pytest.fixture
def open_document(open_page, tmp_path):
    """Return a function that writes a document to disk and opens it with the network cut."""

    def open_document(document, **options):
        page = open_page(**options)
        page.context.set_offline(True)
        path = tmp_path / "page.html"
        path.write_text(document, encoding="utf-8")
        page.goto(path.as_uri())
        return page

    return open_document


def asked(page, place=0):
    return page.locator(".sml-asks").nth(place)


def said(page, place=0):
    return page.locator(".sml-answers").nth(place).inner_text().replace("\n\n", "\n")


def unmarked(text):
    """Return a text as it is read when its `code` and its *stress* are drawn."""
    return re.sub(r"(?<![\w*])\*(\w[^*<]*)\*(?![\w*])", r"\1", text.replace("`", ""))


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.key)
def test_the_page_says_what_python_says(open_document, one):
    page = open_document(page_of(Prediction(one.key), Answer(one)))
    assert asked(page).locator("legend").inner_text() == unmarked(one.question)
    assert said(page) == unmarked(repr(Answer(one)))
    for choice, option in enumerate(one.options):
        asked(page).get_by_text(unmarked(option.text), exact=True).click()
        assert said(page) == unmarked(repr(Answer(one, choice)))


def test_the_keyboard_chooses_and_the_choice_can_be_changed(open_document):
    page = open_document(page_of(Prediction(NUDGE), Prediction(NEXT)))
    assert asked(page).get_by_role("status").inner_text() == "No prediction yet. You may go on without one."
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    assert asked(page).get_by_role("radio", name=WRONG).is_checked()
    assert asked(page).get_by_role("status").inner_text() == STAYS_OPEN
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert asked(page).get_by_role("radio", name=RIGHT).is_checked()
    assert asked(page).get_by_role("status").inner_text() == STAYS_OPEN
    page.keyboard.press("Tab")
    assert asked(page, 1).get_by_role("radio").first.evaluate("e => e === document.activeElement")
    page.keyboard.press("Space")
    assert asked(page).get_by_role("radio", name=RIGHT).is_checked(), "the other one is another"
    bare = (
        "[...document.querySelectorAll('input, button')].filter(e => !e.dataset.lmSuppressShortcuts).length"
    )
    assert page.evaluate(bare) == 0, "JupyterLab would take the keys of these"
    page.reload()
    assert asked(page).get_by_role("radio", name=RIGHT).is_checked()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280, 1920])
def test_it_fits_every_width_without_barriers(open_document, screenshots, theme, width):
    parts = Prediction(NUDGE), Answer(question(NUDGE)), Answer(question(NEXT), 1), Answer(question(NEXT), 2)
    page = open_document(page_of(*parts), width=width, theme=theme)
    asked(page).get_by_text(WRONG, exact=True).click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert barriers(page, least=ANY) == []
    page.screenshot(path=screenshots / f"prediction_{theme}_{width}.png")


def test_a_finger_finds_it(open_document):
    page = open_document(page_of(Prediction(NUDGE)), width=390, height=700, has_touch=True, is_mobile=True)
    labels = page.locator("label").all()
    assert all(label.bounding_box()["height"] >= 36 for label in labels)
    labels[3].tap()
    assert asked(page).get_by_role("radio").nth(3).is_checked()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_seen_in_the_colours_that_a_system_forces(open_document, theme):
    page = open_document(page_of(Prediction(NUDGE)), theme=theme, forced_colors="active")
    ink = asked(page).locator("legend").evaluate("e => getComputedStyle(e).color")
    assert ink == ("rgb(255, 255, 255)" if theme == "dark" else "rgb(0, 0, 0)")


def test_without_scripts_it_is_words(open_document):
    page = open_document(page_of(Prediction(NUDGE), Answer(question(NUDGE))), java_script_enabled=False)
    options = [option.text for option in question(NUDGE).options]
    assert asked(page).locator("li").all_inner_texts() == options
    assert said(page) == repr(Answer(question(NUDGE)))


def test_what_python_has_chosen_is_chosen_on_a_page(open_document):
    nudge = Prediction(NUDGE)
    nudge.choice = 3
    page = open_document(page_of(nudge, nudge.answer()))
    assert asked(page).get_by_role("radio").nth(3).is_checked()
    assert said(page) == repr(Answer(question(NUDGE), 3)).replace("*", "")  # stressed, on the page


def test_a_browser_that_keeps_nothing_still_answers(open_document):
    forbid = "Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('no'); } });"
    page = open_document(
        page_of(Prediction(NUDGE), Answer(question(NUDGE))).replace(
            "<head>", f"<head><script>{forbid}</script>"
        )
    )
    asked(page).get_by_text(RIGHT, exact=True).click()
    assert said(page) == repr(Answer(question(NUDGE), 2))


COME_AND_GO = """async ([script, state]) => {
    const { render } = new Function(`${script}; return picture;`)();
    let heard = 0, told = [];
    const model = {
        get: name => state[name], set: (name, value) => { state[name] = value; told.push([name, value]); },
        save_changes() {}, on: () => heard++, off: () => heard--,
    };
    const el = document.body.appendChild(document.createElement("div"));
    const leave = render({ model, el });
    el.querySelectorAll("input")[2].click();
    const during = heard;
    leave();
    return [during > 0, heard, told, el.innerHTML];
}"""


def test_in_front_of_python_it_tells_python_and_leaves_nothing_behind(open_page):
    page = open_page()
    page.set_content("<!doctype html><title>come and go</title>")
    found = page.evaluate(COME_AND_GO, [Prediction._script, Prediction(NUDGE).whole_state()])
    assert found == [True, 0, [["choice", 2]], ""]


# ---- In the course: a small notebook with two predictions, as it is published ----


def made(v4, source, name, tags=(), slide=None, shown=()):
    """Return a code cell with what it shows."""
    outputs = []
    for one in shown:
        if isinstance(one, str):
            outputs.append(v4.new_output("stream", text=one))
        else:
            data = {"text/plain": repr(one), "text/html": one.html()}
            outputs.append(v4.new_output("execute_result", data=data, execution_count=1))
    metadata = {"tags": list(tags), "slideshow": {"slide_type": slide or "-"}}
    return v4.new_code_cell(source, id=name, metadata=metadata, outputs=outputs, execution_count=1)


def small_course():
    """Return a course of one notebook."""
    v4 = nbformat.v4
    first = "# Small\n\n**When you are done** you know.\n\n**Time**: 3 minutes.\n\n"
    first += "> **Predict before you run.** We raise it."
    cells = [v4.new_markdown_cell(first, id="first", metadata={"slideshow": {"slide_type": "slide"}})]
    for key in (NUDGE, NEXT):
        name, one = key.split(".")[1], question(key)
        cells.append(
            made(
                v4,
                f'{name} = Prediction("{key}")\n{name}',
                f"predict-{name}",
                ["prediction"],
                shown=[Prediction(key)],
            )
        )
        if key == NUDGE:
            note = {"tags": ["presenter"], "slideshow": {"slide_type": "notes"}}
            cells.append(
                v4.new_markdown_cell("<sub>*For the presenter.* Ask.</sub>", id="note", metadata=note)
            )
        cells.append(made(v4, "print(RESULT)", name, slide="subslide", shown=[f"the result of {name}\n"]))
        cells.append(made(v4, f"{name}.answer()", f"{name}-answer", ["echo"], shown=[Answer(one)]))
        tells = {"tags": ["answer"]}
        cells.append(v4.new_markdown_cell(f"This explains {name}.", id=f"{name}-explained", metadata=tells))
        on = {"slideshow": {"slide_type": "subslide"}}
        cells.append(v4.new_markdown_cell("Then it goes on.", id=f"{name}-on", metadata=on))
    notebook = v4.new_notebook(cells=cells)
    notebook.metadata.title = "Small"
    return {"00_small": notebook}


@pytest.fixture
def course(monkeypatch, tmp_path):
    """Return a function that publishes the small course as "pages" or "slides" and returns the file."""
    monkeypatch.setattr(publish, "notebooks", small_course)
    monkeypatch.setattr(publish, "translations", dict)

    def publish_as(kind):
        getattr(publish, kind)(tmp_path / kind)
        return tmp_path / kind / "00_small.html"

    return publish_as


@pytest.fixture
def open_course(course, open_page):
    def open_course(kind="pages", **options):
        page = open_page(**options)
        page.context.set_offline(True)
        page.goto(course(kind).as_uri())
        return page

    return open_course


def folds(page):
    """Return whether each of the two folds is open."""
    return page.locator("details.told").evaluate_all("folds => folds.map(fold => fold.open)")


def test_a_page_folds_the_result_until_the_reader_has_chosen(open_course):
    page = open_course()
    told = page.get_by_text("the result of nudge"), page.get_by_text("This explains nudge.")
    assert folds(page) == [False, False]
    assert not any(part.is_visible() for part in told)
    assert page.get_by_text("Then it goes on.").first.is_visible()
    assert not page.get_by_text("Prediction(").count(), "the code that asks is not the lesson"
    asked(page).get_by_text(WRONG, exact=True).click()
    assert folds(page) == [True, False]
    assert all(part.is_visible() for part in told)
    assert said(page) == repr(Answer(question(NUDGE), 1))
    assert asked(page).get_by_role("radio").first.is_disabled()
    assert asked(page).get_by_role("status").inner_text() == "Closed: this was your prediction."
    page.locator("summary").first.click()
    assert folds(page) == [False, False], "and folds again"
    page.reload()
    assert folds(page) == [True, False]
    assert said(page) == repr(Answer(question(NUDGE), 1))


def test_with_the_keyboard_the_result_waits_until_the_choice_is_made(open_course):
    page = open_course()
    asked(page).get_by_role("radio").first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    assert folds(page) == [False, False]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert folds(page) == [True, False]
    assert page.locator("summary").first.evaluate("e => e === document.activeElement")
    assert said(page) == repr(Answer(question(NUDGE), 2))
    asked(page, 1).get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    assert folds(page) == [True, False]
    page.keyboard.press("Enter")
    assert folds(page) == [True, True], "the fold is what comes next"
    assert said(page, 1) == repr(Answer(question(NEXT), 1))


def test_who_points_at_the_fold_after_choosing_with_the_keyboard_opens_it(open_course):
    page = open_course()
    asked(page).get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")
    page.locator("summary").first.click()
    assert folds(page) == [True, False]
    assert said(page) == repr(Answer(question(NUDGE), 1))


def test_who_asks_sees_the_result_without_a_prediction(open_course):
    page = open_course()
    page.locator("summary").first.click()
    assert folds(page) == [True, False]
    assert said(page) == repr(Answer(question(NUDGE)))
    assert asked(page).get_by_role("status").inner_text() == "Closed without a prediction."
    assert asked(page).get_by_role("radio").first.is_disabled()


def test_on_paper_and_without_scripts_the_result_is_open(open_course, open_page, tmp_path):
    page = open_course()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.get_by_text("the result of nudge").is_visible()
    assert asked(page).get_by_text(WRONG).is_visible()
    assert not any(summary.is_visible() for summary in page.locator("summary").all())
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert folds(page) == [False, False]
    assert asked(page).get_by_role("radio").first.is_enabled(), "to print is not to have seen the answer"
    bare = open_page(java_script_enabled=False)
    bare.goto((tmp_path / "pages" / "00_small.html").as_uri())
    assert bare.get_by_text("the result of nudge").is_visible()
    assert bare.get_by_text("You made no prediction.").first.is_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280, 1920])
def test_a_page_with_a_fold_has_no_barriers(open_course, screenshots, theme, width):
    page = open_course(width=width, theme=theme)
    assert barriers(page) == []
    asked(page).get_by_text(WRONG, exact=True).click()
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=screenshots / f"prediction_page_{theme}_{width}.png", full_page=True)


@pytest.fixture
def slides(open_course):
    def slides(**options):
        page = open_course("slides", **options)
        page.wait_for_function("window.Reveal?.isReady()")
        return page

    return slides


def counts(page, place=0):
    return [int(count) for count in asked(page, place).locator("output").all_inner_texts()]


@pytest.mark.parametrize("width, height", [(1280, 720), (1920, 1080)])
def test_on_slides_the_room_votes(slides, screenshots, width, height):
    page = slides(width=width, height=height)
    assert asked(page).is_visible()
    assert page.locator(".slides blockquote").first.is_visible(), "on the same slide"
    assert asked(page).get_by_role("radio").count() == 0
    for key in "1222334":
        page.keyboard.press(key)
    page.keyboard.press("Shift+Digit4")
    page.keyboard.press("Shift+Digit4")
    page.keyboard.press("7")
    assert counts(page) == [1, 3, 2, 0]
    asked(page).get_by_role("button", name="It rises by .002").click()
    asked(page).get_by_role("button", name="One vote less for 1").click()
    assert counts(page) == [0, 3, 2, 1]
    page.screenshot(path=screenshots / f"prediction_slide_{width}.png")
    page.keyboard.press(" ")
    until(
        lambda: page.locator(".slides").get_by_text("the result of nudge").is_visible(),
        "the space bar went on",
    )
    one = question(NUDGE)
    room = page.locator(".sml-answers").first
    assert room.locator("strong").inner_text() == f"The answer: {RIGHT}. 2 of 6 said so."
    spoken = [
        line.inner_text()
        for line in room.locator("p").all()
        if "hidden" not in (line.get_attribute("style") or "")
    ]
    assert spoken[1:] == [one.answer.sentence, f"3 said: {WRONG}. {unmarked(one.options[1].sentence)}"]
    page.screenshot(path=screenshots / f"prediction_answer_{width}.png")
    page.keyboard.press("1")
    assert counts(page) == [0, 3, 2, 1], "this slide asks nothing"
    page.reload()
    page.wait_for_function("window.Reveal?.isReady()")
    assert counts(page) == [0, 3, 2, 1]


def test_on_slides_without_votes_the_answer_is_said_and_the_notes_stay_in_their_window(slides):
    page = slides()
    assert page.locator(".slides").get_by_text("For the presenter").first.is_hidden()
    page.keyboard.press(" ")
    room = page.locator(".sml-answers").first
    until(room.is_visible, "the answer was shown")
    assert room.locator("strong").inner_text() == f"The answer: {RIGHT}."
    assert not any(line.is_visible() for line in room.locator(".sml-wrong p").all())
    page.keyboard.press(" ")
    page.keyboard.press("2")
    assert (counts(page), counts(page, 1)) == ([0, 0, 0, 0], [0, 1, 0, 0])


# ---- In a real JupyterLab ----


def test_in_jupyterlab_a_choice_by_keyboard_is_echoed_kept_and_closed(lab, open_page, screenshots, tmp_path):
    v4, home = nbformat.v4, tmp_path / "home"
    sources = {
        "home": f"import os\nos.environ['SOFTMAX_LESSON_HOME'] = {str(home)!r}",
        "import": "from softmax_lesson.widgets import Prediction",
        "predict-nudge": f'nudge = Prediction("{NUDGE}")\nnudge',
        "result": "print(-0.0019)",
        "nudge-answer": "nudge.answer()",
    }
    cells = [v4.new_code_cell(source, id=name) for name, source in sources.items()]
    note = v4.new_markdown_cell(
        "<sub>*For the presenter.* A word to you.</sub>", id="note", metadata={"tags": ["presenter"]}
    )
    made = v4.new_notebook(cells=[*cells, note, v4.new_markdown_cell("A word to all.", id="end")])
    nbformat.write(normalise(made), lab.folder / "predict.ipynb")
    page = open_page(height=1000)
    notebook = Notebook(page, lab, "predict.ipynb")

    def run_next():
        page.evaluate("jupyterapp.commands.execute('notebook:run-cell-and-select-next')")

    page.get_by_role("paragraph").get_by_text("A word to all.").wait_for()
    note = page.get_by_text("A word to you.")
    assert not any(part.is_visible() for part in note.all()), "it is folded in the notebook itself"
    page.locator(".jp-Cell").first.click()
    for _ in range(3):
        run_next()
    radios = page.locator(".sml-spoken").get_by_role("radio")
    radios.first.wait_for()
    radios.first.focus()
    page.keyboard.press("ArrowDown")
    assert radios.nth(1).is_checked()
    until(lambda: notebook.ask("", "nudge.choice") == 1, "Python knew the choice")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    until(lambda: notebook.ask("", "nudge.choice") == 0, "the choice was changed")
    assert len(notebook.cells()) == 7, "no key went to JupyterLab"
    page.locator(".jp-Cell .cm-line", has_text="print").click()
    run_next()
    run_next()
    answer = page.locator(".sml-said")
    answer.wait_for()
    assert answer.inner_text().replace("\n\n", "\n") == repr(Answer(question(NUDGE), 0))
    until(lambda: radios.first.is_disabled(), "the choice was closed")
    kept = json.loads((home / "progress.json").read_text("utf-8"))["predictions"]
    assert kept == {NUDGE: {"choice": "It falls by .0001", "seen": True}}
    for theme in ("Light", "Dark"):
        notebook.theme(theme)
        # JupyterLab's own buttons have barriers.
        assert barriers(page, least=ANY, part=".sml-spoken") == []
        page.screenshot(path=screenshots / f"prediction_lab_{theme}.png")


def test_the_tests_beside_pictures_still_see_a_picture(open_document):
    """A picture and a prediction on a page leave each other alone."""
    page = open_document(page_of(Prediction(NUDGE), LossCurve(), Answer(question(NUDGE))))
    assert page.locator(".sml").count() == 1
    asked(page).get_by_text(RIGHT, exact=True).click()
    assert said(page) == repr(Answer(question(NUDGE), 2))
    assert page.locator(".sml [role=status]").count() == 1
