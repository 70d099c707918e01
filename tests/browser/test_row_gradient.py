"""RowGradient in a page of its own, driven by keys, pointer and touch, and in JupyterLab beside Python."""

import numpy as np
import pytest
from looking import Notebook, contrasts, fits, says, until
from test_loss_curve import LINES, WORDS
from test_notebooks import new_notebook

from softmax_lesson.data import CLASS_NAMES
from softmax_lesson.widgets import RowGradient

FIRST, SECOND, THIRD = CLASS_NAMES

PIXELS = """picture => [...picture.querySelectorAll("canvas")].map(canvas =>
    [...canvas.getContext("2d").getImageData(0, 0, 32, 32).data])"""


def picture_of(page):
    return page.locator(".sml")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_keyboard_moves_everything(open_picture, theme):
    page = open_picture(RowGradient(), theme=theme)
    picture = picture_of(page)
    says(picture, RowGradient().sentence())
    drawing = picture.locator(".sml-plot")
    before = drawing.screenshot()
    picture.get_by_role("slider", name="score of the correct class").focus()
    for _ in range(15):
        page.keyboard.press("ArrowRight")
    scores = [-1.1, 1.6, 1.0]
    says(picture, RowGradient(scores=scores).sentence())
    assert drawing.screenshot() != before
    picture.get_by_role("radio", name=THIRD).first.check()
    says(picture, RowGradient(scores=scores, correct_class=2, row=1).sentence())


def test_one_idea_a_step(open_picture):
    page = open_picture(RowGradient())
    picture = picture_of(page)
    element = picture.get_by_role("slider", name="element of the row")
    score = picture.get_by_role("slider", name="score of the correct class")
    of_element = [element, picture.locator(".sml-formula"), picture.locator(".sml-photo i").first]
    of_rows = [score, picture.locator(".sml-plot"), picture.get_by_text("Correct class", exact=True)]
    says(picture, RowGradient().sentence())
    assert "Its element" not in RowGradient().sentence()
    assert [part.is_visible() for part in of_rows + of_element] == [True] * 3 + [False] * 3
    picture.get_by_role("radio", name="2. one element").check()
    says(picture, RowGradient(view="element").sentence())
    assert "Its element 1866" in RowGradient(view="element").sentence()
    assert [part.is_visible() for part in of_rows + of_element] == [False] * 3 + [True] * 3


@pytest.mark.parametrize("view", ["rows", "element"])
@pytest.mark.parametrize(("width", "most"), [(850, 700), (900, 700)])
def test_it_fits_a_laptops_window(open_picture, view, width, most):
    """JupyterLab leaves some 850 x 780 of a window of 1280 x 900, the cell's own lines among them."""
    page = open_picture(RowGradient(view=view), width=width, height=most)
    says(picture_of(page), RowGradient(view=view).sentence())
    assert picture_of(page).bounding_box()["height"] <= most


def test_the_keyboard_picks_row_and_element(open_picture):
    scores = [-1.1, 1.6, 1.0]
    page = open_picture(RowGradient(scores=scores, view="element"))
    picture = picture_of(page)

    # Rows by the arrow keys, as for all radio buttons; elements by the arrow keys, a line up and down.
    picture.get_by_role("radio", name=SECOND).last.focus()
    page.keyboard.press("ArrowRight")
    says(picture, RowGradient(scores=scores, view="element", row=2).sentence())
    element = picture.get_by_role("slider", name="element of the row")
    element.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    says(picture, RowGradient(scores=scores, view="element", row=2, feature=1865 - 1 - 96).sentence())
    assert element.get_attribute("aria-valuetext") == "1769: line 19, column 14, green"
    page.keyboard.press("End")
    says(picture, RowGradient(scores=scores, view="element", row=2, feature=3072).sentence())
    page.keyboard.press("ArrowDown")
    says(picture, RowGradient(scores=scores, view="element", row=2, feature=3072).sentence())
    page.keyboard.press("Home")
    page.keyboard.press("ArrowUp")
    says(picture, RowGradient(scores=scores, view="element", row=2, feature=0).sentence())
    picture.get_by_role("radio", name=SECOND).last.check()
    says(picture, RowGradient(scores=scores, view="element", row=1, feature=0).sentence())
    assert "equation (4)" in picture.locator(".sml-formula").text_content()


def test_every_pixel_is_numpys(open_picture):
    for y in range(3):
        picture = RowGradient(scores=[-2.0, 0.5, 1.25], correct_class=y)
        found = np.array(open_picture(picture).locator(".sml").evaluate(PIXELS)).reshape(5, 32, 32, 4)
        photograph, rows, together = found[0, ..., :3], found[1:4, ..., :3], found[4, ..., :3]
        np.testing.assert_array_equal(photograph, picture.image)
        signed = picture.factors()[:, None, None, None] * (picture.image / 255)
        np.testing.assert_allclose(rows, 127.5 + 127.5 * signed, atol=0.51)
        assert np.ptp(together) == 0
        assert abs(together[0, 0, 0] - 127.5) <= 0.5
        assert abs((rows - 127.5).sum(axis=0)).max() <= 1.51  # the rows add up to 0, but for rounding
        assert (found[..., 3] == 255).all()


def test_the_pointer_picks_row_and_element(open_picture):
    page = open_picture(RowGradient(view="element"))
    picture = picture_of(page)
    tiles = picture.locator(".sml-photo canvas")
    for tile, row, line, column in ((3, 2, 5, 30), (1, 0, 31, 0), (4, 0, 0, 31), (0, 0, 9, 9), (2, 1, 16, 2)):
        tiles.nth(tile).scroll_into_view_if_needed()
        box = tiles.nth(tile).bounding_box()
        x, y = ((at + 0.5) / 32 for at in (column, line))
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        says(picture, RowGradient(view="element", row=row, feature=(line * 32 + column) * 3 + 2).sentence())
    picture.locator(".sml-bias").nth(3).hover()
    says(picture, RowGradient(view="element", row=2, feature=3072).sentence())
    mark = picture.locator(".sml-photo i").first
    assert not mark.is_visible()
    tiles.nth(2).hover(position={"x": 1, "y": 1})
    says(picture, RowGradient(view="element", row=1, feature=0).sentence())
    assert mark.is_visible()


def test_a_finger_picks_an_element(open_picture):
    page = open_picture(RowGradient(view="element"), width=390, has_touch=True)
    picture = picture_of(page)
    third = picture.get_by_role("img", name=f"the row of {THIRD}")
    third.scroll_into_view_if_needed()
    box = third.bounding_box()
    line, column = 6, 27
    page.touchscreen.tap(
        *(box[a] + (at + 0.5) / 32 * box[b] for a, b, at in (("x", "width", column), ("y", "height", line)))
    )
    says(picture, RowGradient(view="element", row=2, feature=(line * 32 + column) * 3 + 2).sentence())


def test_two_pictures_on_a_page_are_independent(open_picture):
    image = np.arange(3072, dtype=np.uint8).reshape(32, 32, 3)
    page = open_picture(
        RowGradient(view="element"), RowGradient(image, view="element", scores=[0, 0, 0], correct_class=2)
    )
    first, second = page.locator(".sml").all()
    first.get_by_role("slider", name="element of the row").focus()
    page.keyboard.press("Home")
    first.get_by_role("radio", name=FIRST).last.check()
    says(first, RowGradient(view="element", row=0, feature=0).sentence())
    says(second, RowGradient(image, view="element", scores=[0, 0, 0], correct_class=2).sentence())
    assert second.get_by_role("radio", name=THIRD).last.is_checked()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 700, 1280, 1920])
def test_it_fits_every_width(open_picture, screenshots, width, theme):
    page = open_picture(RowGradient(), width=width, theme=theme)
    says(page.locator(".sml"), RowGradient().sentence())
    fits(page, width)
    tops = [canvas.bounding_box()["y"] for canvas in page.locator("canvas").all()]
    assert len({round(top) for top in tops}) == (2 if width < 640 else 1), "the pictures stand in a line"
    page.screenshot(path=screenshots / f"row_gradient_{width}_{theme}.png", full_page=True)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everything_stands_out_from_its_ground(open_picture, theme):
    page = open_picture(RowGradient(), theme=theme)
    assert min(contrasts(page, *WORDS, (".sml-correct .sml-factor", "color"))) >= 4.5
    assert min(contrasts(page, *LINES)) >= 3


def test_without_scripts_the_still_picture_is_there(open_picture):
    page = open_picture(RowGradient(), java_script_enabled=False)
    assert page.get_by_role("img", name=RowGradient().sentence()).bounding_box()["width"] == 630


def test_in_jupyterlab_python_and_the_picture_move_together(open_page, lab, screenshots):
    cell = (
        "from softmax_lesson.widgets import RowGradient\nimport numpy as np\npicture = RowGradient()\npicture"
    )
    new_notebook(lab, "row_gradient.ipynb", cell)
    notebook = Notebook(open_page(), lab, "row_gradient.ipynb")
    notebook.run_all()
    [(index, model)] = notebook.pictures()
    picture = notebook.show(index)
    state = notebook.state(model)
    says(picture, RowGradient(**state).sentence())

    # By keys: JupyterLab would take the arrows and the letters, if it were let.
    cells = len(notebook.cells())
    picture.get_by_role("radio", name=SECOND).last.focus()
    for key in ("b", "ArrowRight"):
        notebook.page.keyboard.press(key)
    picture.get_by_role("radio", name="2. one element").check()
    picture.get_by_role("slider", name="element of the row").focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight"):
        notebook.page.keyboard.press(key)
    state |= {"row": 2, "feature": state["feature"] + 98, "view": "element"}
    says(picture, RowGradient(**state).sentence())
    until(lambda: notebook.state(model) == state, f"Python had {state}")
    assert len(notebook.cells()) == cells

    # From Python: another photograph, another row, another element.
    notebook.ask("picture.image = np.arange(3072, dtype=np.uint8).reshape(32, 32, 3)")
    notebook.ask("picture.row, picture.feature = 0, 3072")
    image = np.arange(3072, dtype=np.uint8).reshape(32, 32, 3)
    says(picture, RowGradient(image, row=0, feature=3072, view="element").sentence())
    seen = np.array(picture.evaluate(PIXELS)).reshape(5, 32, 32, 4)
    np.testing.assert_array_equal(seen[0, ..., :3], image)
    notebook.ask("picture.image = RowGradient().image")
    for theme in "Dark", "Light":
        notebook.theme(theme)
        notebook.page.locator("#jupyterlab-splash").wait_for(state="hidden")
        notebook.page.screenshot(path=screenshots / f"row_gradient_lab_{theme.lower()}.png")
