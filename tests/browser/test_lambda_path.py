"""LambdaPath in a page of its own and in JupyterLab: driven by hand, it says and draws NumPy's numbers."""

import io
import re

import numpy as np
import pytest
from looking import Notebook, contrasts, fits, leaves_nothing, says, until
from PIL import Image
from test_notebooks import new_notebook

from softmax_lesson.widgets import LambdaPath, LossCurve

LEFT, RIGHT, TOP, BOTTOM = 38, 390, 34, 256  # the axes of the kit
SLIDER = "strength λ"


def press(page, *keys):
    page.locator(".sml").first.get_by_role("slider", name=SLIDER).focus()
    for key in keys:
        page.keyboard.press(key)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_along_the_whole_path_the_words_are_numpys(open_picture, theme):
    page, twin = open_picture(LambdaPath(), theme=theme), LambdaPath()
    picture = page.locator(".sml")
    says(picture, twin.sentence())
    before = [drawing.screenshot() for drawing in picture.locator("svg").all()]
    press(page, "Home")
    for k, strength in enumerate(twin.strengths):
        twin.strength = strength
        assert picture.locator(".sml-sentence p").first.text_content() == twin.sentence()
        slider = picture.get_by_role("slider", name=SLIDER)
        assert slider.get_attribute("aria-valuetext") == f"{strength:g}"
        drawn = picture.locator(".sml-paths svg").all_text_contents()
        assert f"● {twin.right[0][k]} of 600 ◆ {twin.right[1][k]} of 300" in re.sub(r"\s+", " ", drawn[1])
        page.keyboard.press("ArrowRight")
    says(picture, twin.sentence())
    after = [drawing.screenshot() for drawing in picture.locator("svg").all()]
    assert all(a != b for a, b in zip(before, after, strict=True))


PLACES = """nodes => nodes.map(node => {
    const { e, f } = new DOMMatrix(getComputedStyle(node).transform);
    return [e, f];
})"""


def test_every_photograph_stands_on_the_curve_where_numpy_puts_it(open_picture):
    picture = LambdaPath(strength=0.01)
    page = open_picture(picture, reduced_motion="reduce")
    low, high = np.floor(picture._margins.min()), np.ceil(picture._margins.max())
    per_x, per_y = (RIGHT - LEFT) / (high - low), (BOTTOM - TOP) / -low
    k = picture.strengths.index(0.01)
    for i in range(2):
        margin = picture._margins[k, i]
        x = LEFT + (margin - low) * per_x
        y = BOTTOM - np.logaddexp(0, -margin) * per_y
        drawn = page.locator(f".sml-slides.sml-bead-{i}").evaluate_all(PLACES)
        np.testing.assert_allclose(drawn, np.column_stack([x, y]), rtol=0, atol=0.08)
    for i, mean in enumerate(page.locator(".sml-plot").first.locator(":is(.sml-set-0, .sml-set-1)").all()):
        y = BOTTOM - picture.losses[i][k] * per_y
        assert float(mean.get_attribute("d").split()[-1]) == pytest.approx(y, abs=0.06)


def test_the_templates_are_those_of_the_strength(open_picture):
    """What is painted is this class's template at this strength: much nearer to it than to another."""
    picture = LambdaPath()
    page = open_picture(picture, width=1280)
    truth = 255 * picture._templates
    for strength in (10.0, 0.1, 0.0005):
        press(page, "End", *["ArrowLeft"] * (picture.strengths[::-1].index(strength)))
        k = picture.strengths.index(strength)
        for c, photo in enumerate(page.locator(".sml-photo").all()):
            painted = Image.open(io.BytesIO(photo.screenshot())).convert("RGB").resize((32, 32), Image.BOX)
            wrong = np.abs(np.asarray(painted, float) - truth).mean(axis=(2, 3, 4))
            assert wrong[k, c] < wrong.min() + 1 and wrong[k, c] < 14  # its neighbours are nearly the same
            assert wrong[k, c] < 0.7 * wrong[k, [j for j in range(3) if j != c]].min()
            assert wrong[k, c] < 0.7 * wrong[0 if k > 7 else -1, c]


def test_the_pointer_and_a_finger_choose_a_strength_on_the_path(open_picture):
    twin = LambdaPath()
    page = open_picture(LambdaPath(), has_touch=True)
    drawing = page.locator(".sml-paths svg").first
    box = drawing.bounding_box()
    span = np.log10(twin.strengths[-1] / twin.strengths[0])

    def place(strength):
        x = LEFT + np.log10(strength / twin.strengths[0]) / span * (RIGHT - LEFT)
        return box["x"] + x / 400 * box["width"], box["y"] + box["height"] / 2

    page.mouse.move(*place(5.0))
    says(page.locator(".sml"), twin.sentence())  # only a pressed button chooses
    page.mouse.down()
    page.mouse.move(*place(0.02))
    page.mouse.up()
    twin.strength = 0.02
    says(page.locator(".sml"), twin.sentence())
    page.touchscreen.tap(*place(2.1))
    twin.strength = 2.0
    says(page.locator(".sml"), twin.sentence())


def test_two_pictures_on_a_page_are_independent(open_picture):
    page = open_picture(LambdaPath(), LambdaPath(strength=0.05), LossCurve())
    first, second, third = page.locator(".sml").all()
    press(page, "End")
    says(first, LambdaPath(strength=10.0).sentence())
    says(second, LambdaPath(strength=0.05).sentence())
    says(third, LossCurve().sentence())


def test_a_path_of_one_strength_can_be_shown(open_picture):
    usual = LambdaPath()
    W = np.random.default_rng(0).normal(size=(1, 3, 3073)) / 3073
    picture = LambdaPath(([0.1], W))
    page = open_picture(picture)
    says(page.locator(".sml"), picture.sentence())
    press(page, "ArrowRight", "End")
    says(page.locator(".sml"), picture.sentence())
    assert not re.search("NaN|Infinity", page.content())
    assert usual.sentence() != picture.sentence()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 700, 1280, 1920])
def test_it_fits_every_width(open_picture, screenshots, width, theme):
    picture = LambdaPath(strength=0.002)
    page = open_picture(picture, width=width, theme=theme)
    says(page.locator(".sml"), picture.sentence())
    fits(page, width)
    assert page.get_by_role("slider").bounding_box()["height"] >= 24
    page.screenshot(path=screenshots / f"lambda_path_{width}_{theme}.png", full_page=True)


WORDS = [(".sml-ink-0", "fill"), (".sml-ink-1", "fill")]
LINES = [(".sml-bead-0", "fill")]
LINES += [(f".sml-{name}", "stroke") for name in ("bead-1", "wire", "set-0", "set-1", "upright")]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everything_stands_out_from_its_ground(open_picture, theme):
    page = open_picture(LambdaPath(), theme=theme)
    assert min(contrasts(page, *WORDS)) >= 4.5
    assert min(contrasts(page, *LINES)) >= 3


def test_leaving_takes_every_listener_away(open_picture):
    leaves_nothing(open_picture(LossCurve()), LambdaPath(), 1)


def test_without_scripts_the_still_picture_is_there(open_picture):
    page = open_picture(LambdaPath(), java_script_enabled=False)
    image = page.get_by_role("img", name=LambdaPath().sentence())
    until(lambda: image.bounding_box()["width"] == 630, "the still picture was there")


def test_in_jupyterlab_python_and_the_picture_move_together(open_page, lab, screenshots):
    cell = "from softmax_lesson.widgets import LambdaPath\npicture = LambdaPath()\npicture"
    new_notebook(lab, "lambda_path.ipynb", cell)
    notebook = Notebook(open_page(height=1000), lab, "lambda_path.ipynb")
    notebook.run_all()
    [(index, model)] = notebook.pictures()
    picture, twin = notebook.show(index), LambdaPath()
    says(picture, twin.sentence())

    # By keys: JupyterLab would take the arrows and the letters, if it were let.
    cells = len(notebook.cells())
    picture.get_by_role("slider", name=SLIDER).focus()
    for key in ("b", "ArrowLeft", "ArrowLeft"):
        notebook.page.keyboard.press(key)
    twin.strength = twin.strengths[twin.strengths.index(1.0) - 2]
    says(picture, twin.sentence())
    until(lambda: notebook.state(model)["strength"] == twin.strength, f"Python had {twin.strength}")
    assert len(notebook.cells()) == cells

    # From Python.
    notebook.ask("picture.strength = 0.0005")
    twin.strength = 0.0005
    says(picture, twin.sentence())
    for theme in "Dark", "Light":
        notebook.theme(theme)
        notebook.page.locator("#jupyterlab-splash").wait_for(state="hidden")
        notebook.page.screenshot(path=screenshots / f"lambda_path_lab_{theme.lower()}.png")
