"""PixelVotes in a page of its own, driven by keys and touch, and in JupyterLab beside Python."""

import numpy as np
import pytest
from looking import Notebook, contrasts, fits, says, until
from test_loss_curve import LINES, SLOPE, WORDS
from test_notebooks import new_notebook

from softmax_lesson.widgets import PixelVotes
from softmax_lesson.widgets.kit.base import number
from softmax_lesson.widgets.pixel_votes import AGAINST, FOR

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

    picture.get_by_role("radio", name="1 airplane").focus()
    page.keyboard.press("ArrowRight")
    says(picture, PixelVotes(example=1, row=0, shuffle=2).sentence())
    picture.get_by_role("radio", name="both alike").check()
    picture.get_by_role("radio", checked=True).nth(1).focus()
    page.keyboard.press("ArrowLeft")
    says(picture, PixelVotes(example=1, row=2, shuffle=1).sentence())
    scores = PixelVotes(example=1).scores()
    for k, name in enumerate(["airplane", "★ automobile", "frog"]):
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
        np.testing.assert_array_equal(seen[1, :, :3], w[picture.row] + 128)
        votes = picture.votes()[picture.row][:, None]
        share = abs(votes) / abs(votes).max()
        np.testing.assert_allclose(
            seen[2, :, :3], 128 + share * (np.where(votes > 0, FOR, AGAINST) - 128), atol=0.51
        )


def test_a_finger_shuffles_and_two_pictures_are_independent(open_picture):
    page = open_picture(PixelVotes(), PixelVotes(example=2), width=390, has_touch=True)
    first, second = page.locator(".sml").all()
    first.get_by_text("both alike").tap()
    says(first, PixelVotes(shuffle=1).sentence())
    second.get_by_text("2 automobile").tap()
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
    until(lambda: picture.get_by_role("radio", name="3 frog").is_checked(), "the photograph was chosen")
