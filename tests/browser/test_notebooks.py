"""The notebooks in a real JupyterLab: everything runs, and the pictures answer the keyboard and Python."""

import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from looking import Notebook, says, until

from softmax_lesson.data import CLASS_NAMES
from softmax_lesson.loss import negative_log_likelihood
from softmax_lesson.probabilities import softmax
from softmax_lesson.widgets import LossCurve
from softmax_lesson.widgets.kit.base import number

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
from run_notebooks import execute, normalise  # scripts/ is no package

FIRST, SECOND, THIRD = CLASS_NAMES


def sentence(state):
    """Return the sentence of a state, after a look that it has NumPy's numbers."""
    words = LossCurve(**state).sentence()
    f, y = np.array(state["scores"]), state["correct_class"]
    for value in (negative_log_likelihood(f, y), softmax(f)[y] - 1, *softmax(f)):
        assert number(value) in words
    return words


def drive(notebook, index, model):
    """Move a LossCurve by keyboard: text, drawing and Python must follow."""
    state, picture = notebook.state(model), notebook.show(index)
    says(picture, sentence(state))
    drawing = picture.locator("svg").first
    before = drawing.inner_html(), drawing.screenshot()
    correct = state["class_names"][state["correct_class"]]
    slider = picture.get_by_role("slider", name=f"score of {correct}")
    start = float(slider.input_value())
    slider.focus()
    key = "ArrowRight" if start < 5 else "ArrowLeft"
    for _ in range(7):
        notebook.page.keyboard.press(key)
    moved = round(start + (0.7 if key == "ArrowRight" else -0.7), 1)
    state["scores"][state["correct_class"]] = moved
    says(picture, sentence(state))
    assert drawing.inner_html() != before[0]
    assert drawing.screenshot() != before[1]
    until(lambda: notebook.state(model) == state, f"Python had {state}")
    # The letter b inserts a cell when JupyterLab gets it; an arrow key moves on to the next class.
    cells = len(notebook.cells())
    picture.get_by_role("radio", checked=True).focus()
    notebook.page.keyboard.press("b")
    notebook.page.keyboard.press("ArrowRight")
    state["correct_class"] = (state["correct_class"] + 1) % len(state["scores"])
    says(picture, sentence(state))
    until(lambda: notebook.state(model) == state, f"Python had {state}")
    assert len(notebook.cells()) == cells


@pytest.mark.parametrize("name", ["00_start_here", "01_scores", "04_loss"])
def test_a_notebook_runs_and_its_picture_follows_the_keyboard(name, open_page, lab, screenshots):
    notebook = Notebook(open_page(), lab, f"{name}.ipynb")
    notebook.run_all()
    curves = [
        (index, model)
        for index, model in notebook.pictures()
        if set(notebook.state(model)) == {"scores", "correct_class", "class_names", "likelihood"}
    ]
    assert curves, "no LossCurve in this notebook"
    for index, model in curves:
        drive(notebook, index, model)
    for theme in "Dark", "Light":
        notebook.theme(theme)
        notebook.show(curves[0][0])
        notebook.page.screenshot(path=screenshots / f"{name}_{theme.lower()}.png")


def new_notebook(lab, name, *cells):
    """Write a notebook of these code cells into the lab's folder; return it."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    normalise(notebook)
    nbformat.write(notebook, lab.folder / name)
    return notebook


def test_python_and_two_views_move_together(open_page, lab):
    new_notebook(
        lab,
        "both_ways.ipynb",
        "from softmax_lesson.widgets import LossCurve\ncurve = LossCurve()\ncurve",
        "other = LossCurve(scores=[0, 0, 0])\nother",
        "curve",
    )
    notebook = Notebook(open_page(height=2600), lab, "both_ways.ipynb")
    notebook.run_all()
    first, other, second = (notebook.show(index) for index in range(3))
    alone = LossCurve([0, 0, 0]).sentence()
    says(other, alone)

    # From a cell: a change, a change of what is correct, another number of classes.
    states = [
        {"scores": [-2.5, 3.0, 0.25], "correct_class": 0, "class_names": ["airplane", "automobile", "frog"]},
        {"scores": [20.0, -1.0, 4.0], "correct_class": 2, "class_names": ["cat", "dog", "ship"]},
        {"scores": [0.1, 0.2, 0.3, 0.4], "correct_class": 3, "class_names": list("abcd")},
        {"scores": [1.0, -1.0], "correct_class": 1, "class_names": ["no", "yes"]},
    ]
    for state in states:
        lines = "".join(f"\n    curve.{name} = {value!r}" for name, value in state.items())
        notebook.ask(f"with curve.hold_trait_notifications():{lines}")
        for picture in first, second:
            says(picture, sentence(state))
            assert picture.get_by_role("slider").count() == len(state["scores"])
    says(other, alone)

    # From either view: the other view and Python follow.
    for here, there, key, score in ((first, second, "Home", -6.0), (second, first, "End", 6.0)):
        here.get_by_role("slider", name="score of yes").focus()
        notebook.page.keyboard.press(key)
        state = {**states[-1], "scores": [1.0, score]}
        for picture in here, there:
            says(picture, sentence(state))
        until(lambda s=score: notebook.ask("", "curve.scores") == [1.0, s], "Python had the score")
    says(other, alone)


def test_python_switches_the_likelihood_on_and_off(open_page, lab):
    new_notebook(
        lab, "switch.ipynb", "from softmax_lesson.widgets import LossCurve\ncurve = LossCurve()\ncurve"
    )
    notebook = Notebook(open_page(), lab, "switch.ipynb")
    notebook.run_all()
    picture = notebook.show(0)
    for on in True, False, True:
        notebook.ask(f"curve.likelihood = {on}")
        says(picture, LossCurve(likelihood=on).sentence())
        assert picture.get_by_role("button").count() == 3 * on
        assert picture.locator(".sml-plot").count() == 1 + on
    picture.get_by_role("button", name="down the loss").focus()
    notebook.page.keyboard.press("Enter")
    landing = LossCurve().landings()[0].tolist()
    says(picture, LossCurve(landing, likelihood=True).sentence())
    until(
        lambda: np.allclose(notebook.ask("", "curve.scores"), landing, rtol=1e-12), "Python had landed, too"
    )


def test_a_fast_hand_ends_in_the_right_state(open_page, lab):
    new_notebook(
        lab, "fast.ipynb", "from softmax_lesson.widgets import LossCurve\ncurve = LossCurve()\ncurve"
    )
    notebook = Notebook(open_page(), lab, "fast.ipynb")
    notebook.run_all()
    picture = notebook.show(0)
    picture.get_by_role("slider").first.evaluate("""slider => {
        for (let i = 0; i <= 100; i++) {
            slider.value = -5 + i / 10;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
        }
    }""")
    until(
        lambda: notebook.ask("", "curve.scores") == [5.0, 2.0, -1.0], "the last of 101 moves reached Python"
    )
    says(picture, LossCurve([5.0, 2.0, -1.0]).sentence())


def test_a_closed_picture_leaves_the_page(open_page, lab):
    new_notebook(
        lab, "closing.ipynb", "from softmax_lesson.widgets import LossCurve\ncurve = LossCurve()\ncurve"
    )
    notebook = Notebook(open_page(), lab, "closing.ipynb")
    notebook.run_all()
    says(notebook.show(0), LossCurve().sentence())
    notebook.ask("curve.close()")
    until(lambda: notebook.page.locator(".sml").count() == 0, "the closed picture was gone")


def test_the_stand_alone_form_lives_in_an_output(open_page, lab):
    new_notebook(
        lab,
        "html.ipynb",
        "from IPython.display import HTML\nfrom softmax_lesson.widgets import LossCurve",
        "HTML(LossCurve().html())",
        "HTML(LossCurve([0, 0, 0]).html())",
    )
    notebook = Notebook(open_page(height=1800), lab, "html.ipynb")
    notebook.run_all()
    picture, other = notebook.show(1), notebook.show(2)
    says(picture, LossCurve().sentence())
    picture.get_by_role("slider", name=f"score of {THIRD}").focus()
    notebook.page.keyboard.press("ArrowRight")
    says(picture, LossCurve([1.0, 2.0, -0.9]).sentence())
    says(other, LossCurve([0, 0, 0]).sentence())


def test_a_notebook_that_nobody_has_run_or_trusted_shows_the_still_picture(open_page, lab):
    notebook = new_notebook(lab, "saved.ipynb", "from softmax_lesson.widgets import LossCurve\nLossCurve()")
    execute(notebook, lab.folder)
    nbformat.write(normalise(notebook), lab.folder / "saved.ipynb")
    page = open_page()
    page.goto(lab.address("saved.ipynb"))
    image = page.get_by_role("img", name=LossCurve().sentence())
    image.wait_for()
    until(lambda: image.evaluate("image => image.naturalWidth") == 630, "the still picture was there")
    assert page.locator(".sml").count() == 0


AS_A_STUDENT_HAS_IT = "import os\nos.environ.pop('TQDM_DISABLE', None)"
SLOW_TRAINING = """import numpy as np
from softmax_lesson.training import train
draw = np.random.default_rng(0)
X, y = np.append(draw.normal(size=(600, 3072)), np.ones((600, 1)), axis=1), draw.integers(0, 3, 600)
history = train(X, y, steps=1500)"""
BARS = "[w.bar_style for w in ipywidgets.widgets.widget._instances.values() if hasattr(w, 'bar_style')]"


def complaints(notebook):
    """Return what stands in red after a run: bars that stopped short of their end, and words on stderr."""
    red = [style for style in notebook.ask("import ipywidgets", BARS) if style == "danger"]
    outputs = [output for cell in notebook.code() for output in cell["outputs"]]
    return red + [output["text"] for output in outputs if output.get("name") == "stderr"]


def test_a_slow_training_shows_a_bar_and_leaves_none(open_page, lab):
    new_notebook(lab, "bar.ipynb", AS_A_STUDENT_HAS_IT, SLOW_TRAINING)
    notebook = Notebook(open_page(), lab, "bar.ipynb")
    notebook.page.evaluate("() => { jupyterapp.commands.execute('notebook:run-all-cells'); }")
    until(lambda: notebook.page.locator(".progress-bar").count(), "a bar was seen")
    until(lambda: all(c["execution_count"] for c in notebook.code()), "every cell was run")
    assert not notebook.errors() and complaints(notebook) == []
    until(lambda: not notebook.page.locator(".progress-bar").count(), "the bar was gone")


def test_run_all_of_08_leaves_nothing_red(open_page, lab):
    notebook = nbformat.read(lab.folder / "08_training.ipynb", as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(AS_A_STUDENT_HAS_IT))
    nbformat.write(notebook, lab.folder / "bars_of_08.ipynb")
    notebook = Notebook(open_page(), lab, "bars_of_08.ipynb")
    notebook.run_all()
    assert complaints(notebook) == []


def test_a_red_bar_would_be_seen(open_page, lab):
    short = "from tqdm.auto import tqdm\nbar = tqdm(total=3)\nbar.update(2)\nbar.close()"
    new_notebook(lab, "red.ipynb", AS_A_STUDENT_HAS_IT, short)
    notebook = Notebook(open_page(), lab, "red.ipynb")
    notebook.run_all()
    assert complaints(notebook) == ["danger"]
