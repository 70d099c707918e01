"""FirstTouch in a page of its own: the smallest picture, and the smallest browser test of one."""

import pytest
from looking import contrasts, says
from test_loss_curve import LINES, SLOPE, WORDS

from softmax_lesson.data import CLASS_NAMES
from softmax_lesson.widgets import FirstTouch

FIRST, SECOND, THIRD = CLASS_NAMES


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_keyboard_moves_the_point(open_picture, theme):
    page = open_picture(FirstTouch(), theme=theme)
    picture = page.locator(".sml")
    says(picture, FirstTouch().sentence())
    before = picture.locator("svg").screenshot()
    picture.get_by_role("slider", name=f"score of {FIRST}").focus()
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    says(picture, FirstTouch(correct_score=-1.3).sentence())
    page.keyboard.press("End")
    says(picture, FirstTouch(correct_score=6).sentence())
    page.keyboard.press("Home")
    says(picture, FirstTouch(correct_score=-6).sentence())
    assert picture.locator("svg").screenshot() != before


def test_two_pictures_are_independent_and_a_wide_range_holds(open_picture):
    page = open_picture(FirstTouch(), FirstTouch(correct_score=20))
    first, second = page.locator(".sml").all()
    second.get_by_role("slider").focus()
    page.keyboard.press("Home")
    says(second, FirstTouch(correct_score=-20).sentence())
    says(first, FirstTouch().sentence())


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280, 1920])
def test_it_fits_every_width_and_stands_out(open_picture, screenshots, width, theme):
    page = open_picture(FirstTouch(), width=width, theme=theme)
    says(page.locator(".sml"), FirstTouch().sentence())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=screenshots / f"first_touch_{width}_{theme}.png", full_page=True)
    assert min(contrasts(page, *WORDS, SLOPE)) >= 4.5
    assert min(contrasts(page, *LINES[:-1])) >= 3  # it has no choices


def test_without_scripts_the_still_picture_is_there(open_picture):
    page = open_picture(FirstTouch(), java_script_enabled=False)
    assert page.get_by_role("img", name=FirstTouch().sentence()).bounding_box()["width"] == 630
