"""PixelVotes in a page of its own, driven by keys and touch, and in JupyterLab beside Python."""

import numpy as np
import pytest
from looking import Notebook, contrasts, fits, press, says, until
from test_loss_curve import LINES, SLOPE, WORDS
from test_notebooks import new_notebook

from softmax_lesson.data import CLASS_NAMES
from softmax_lesson.widgets import PixelVotes
from softmax_lesson.widgets.kit.base import number
from softmax_lesson.widgets.pixel_votes import AGAINST, FOR, ZERO

FIRST, SECOND, THIRD = CLASS_NAMES

PIXELS = """picture => [...picture.querySelectorAll("canvas")].map(canvas =>
    [...canvas.getContext("2d").getImageData(0, 0, 32, 32).data])"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_keyboard_moves_everything(open_picture, theme):
    page = open_picture(PixelVotes(), theme=theme)
    picture = page.locator(".sml")
    says(picture, PixelVotes().sentence())
    point = picture.locator(".sml-point")
    before = point.get_attribute("cx"), point.get_attribute("cy")

    picture.get_by_role("radio", name="no", exact=True).focus()
    page.keyboard.press("ArrowRight")
    says(picture, PixelVotes(shuffle=1).sentence())
    assert (point.get_attribute("cx"), point.get_attribute("cy")) == before
    page.keyboard.press("ArrowRight")
    says(picture, PixelVotes(shuffle=2).sentence())
    assert (point.get_attribute("cx"), point.get_attribute("cy")) != before

    picture.get_by_role("radio", name=f"1 {FIRST}").focus()
    page.keyboard.press("ArrowRight")
    says(picture, PixelVotes(example=1, row=0, shuffle=2).sentence())
    picture.get_by_role("radio", name="both alike").check()
    picture.get_by_role("radio", checked=True).nth(1).focus()
    page.keyboard.press("ArrowLeft")
    says(picture, PixelVotes(example=1, row=2, shuffle=1).sentence())
    scores = PixelVotes(example=1).scores()
    for k, name in enumerate([FIRST, f"★ {SECOND}", THIRD]):
        assert picture.get_by_role("radio", name=f"{name} {number(scores[k])}", exact=True).count() == 1


@pytest.mark.parametrize("shuffle", [0, 1, 2])
def test_every_pixel_is_numpys(open_picture, shuffle):
    for i in range(3):
        picture = PixelVotes(example=i, row=(i + 1) % 3, shuffle=shuffle)
        page = open_picture(picture)
        says(page.locator(".sml"), picture.sentence())
        seen = np.array(page.locator(".sml").evaluate(PIXELS)).reshape(3, 1024, 4)
        x, w = picture.pictures()
        np.testing.assert_array_equal(seen[0, :, :3], x)
        for tile, values in ((1, w[picture.row].sum(axis=1)), (2, picture.votes()[picture.row])):
            share = abs(values[:, None]) / abs(values).max()
            colours = ZERO + share * (np.where(values[:, None] > 0, FOR, AGAINST) - ZERO)
            np.testing.assert_allclose(seen[tile, :, :3], colours, atol=0.51)


def test_a_template_above_0_shows_nothing_that_reads_as_against(open_picture):
    """The airplane's: 95 % of its weights are above 0, its dark middle too."""
    page = open_picture(PixelVotes())
    says(page.locator(".sml"), PixelVotes().sentence())
    seen = np.array(page.locator(".sml").evaluate(PIXELS)).reshape(3, 1024, 4)[1].astype(int)
    blue, brown = seen[:, 2] - seen[:, 0] > 8, seen[:, 0] - seen[:, 2] > 8
    assert blue.mean() > 0.9 and brown.mean() < 0.04
    legend = page.locator(".sml-legend").text_content()
    assert legend == "− against it0+ for the class"


def test_a_slider_of_brightness_finds_the_light_meter(open_picture):
    page = open_picture(PixelVotes(example=1, row=0))  # the blue car
    picture = page.locator(".sml")
    says(picture, PixelVotes(example=1, row=0).sentence())
    lamp = picture.get_by_role("slider", name="brightness of the photograph")
    scores = []
    for key, brightness in (("Home", -100), ("ArrowRight", -99), ("End", 100)):
        press(page, lamp, key)
        python = PixelVotes(example=1, row=0, brightness=brightness)
        says(picture, python.sentence())
        scores.append(python.scores()[0])
    assert scores == sorted(scores)
    assert lamp.get_attribute("aria-valuetext") == "+100"
    seen = np.array(page.locator(".sml").evaluate(PIXELS)).reshape(3, 1024, 4)
    np.testing.assert_array_equal(seen[0, :, :3], python.pictures()[0])


@pytest.mark.parametrize("width", [320, 700, 1280])
def test_no_button_moves_under_the_hand(open_picture, width):
    page = open_picture(PixelVotes(), width=width)
    picture = page.locator(".sml")
    says(picture, PixelVotes().sentence())
    boxes = (
        "labels => labels.map(e => e.getBoundingClientRect()).map(b => [b.left, b.top + scrollY, b.width])"
    )
    before = np.array(picture.locator("label").evaluate_all(boxes))
    for radio in picture.get_by_role("radio").all():
        radio.check()
        np.testing.assert_allclose(picture.locator("label").evaluate_all(boxes), before, atol=0.6)


def test_a_finger_shuffles_and_two_pictures_are_independent(open_picture):
    page = open_picture(PixelVotes(), PixelVotes(example=2), width=390, has_touch=True)
    first, second = page.locator(".sml").all()
    first.get_by_text("both alike").tap()
    says(first, PixelVotes(shuffle=1).sentence())
    second.get_by_text(f"2 {SECOND}").tap()
    says(second, PixelVotes(example=1, row=2).sentence())
    says(first, PixelVotes(shuffle=1).sentence())


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 700, 1280, 1920])
def test_it_fits_every_width_and_stands_out(open_picture, screenshots, width, theme):
    page = open_picture(PixelVotes(), width=width, theme=theme)
    says(page.locator(".sml"), PixelVotes().sentence())
    fits(page, width)
    tops = [canvas.bounding_box()["y"] for canvas in page.locator("canvas").all()]
    assert len({round(top) for top in tops}) == 1, "the three pictures stand in a line"
    page.screenshot(path=screenshots / f"pixel_votes_{width}_{theme}.png", full_page=True)
    assert min(contrasts(page, *WORDS, SLOPE)) >= 4.5
    assert min(contrasts(page, *LINES)) >= 3


def test_without_scripts_the_still_picture_is_there(open_picture):
    page = open_picture(PixelVotes(), java_script_enabled=False)
    assert page.get_by_role("img", name=PixelVotes().sentence()).bounding_box()["width"] == 630


def test_in_jupyterlab_python_and_the_picture_move_together(open_page, lab):
    cell = "from softmax_lesson.widgets import PixelVotes\npicture = PixelVotes()\npicture"
    new_notebook(lab, "pixel_votes.ipynb", cell)
    notebook = Notebook(open_page(), lab, "pixel_votes.ipynb")
    notebook.run_all()
    [(index, model)] = notebook.pictures()
    picture = notebook.show(index)
    says(picture, PixelVotes().sentence())

    cells = len(notebook.cells())
    picture.get_by_role("radio", name="no", exact=True).focus()
    for key in ("b", "ArrowRight"):
        notebook.page.keyboard.press(key)
    says(picture, PixelVotes(shuffle=1).sentence())
    until(lambda: notebook.state(model)["shuffle"] == 1, "Python had heard of it")
    assert len(notebook.cells()) == cells

    notebook.ask("picture.example, picture.row, picture.shuffle = 2, 1, 0")
    says(picture, PixelVotes(example=2, row=1).sentence())
    until(lambda: picture.get_by_role("radio", name=f"3 {THIRD}").is_checked(), "the photograph was chosen")


@pytest.mark.parametrize(("width", "columns"), [(700, 1), (1000, 1), (1280, 3)])
def test_the_scores_stand_side_by_side_or_under_one_another(open_picture, width, columns):
    page = open_picture(PixelVotes(), width=width)
    labels = page.locator(".sml-scores .sml-choices label").all()
    assert len(labels) == 3
    assert len({label.bounding_box()["x"] for label in labels}) == columns
