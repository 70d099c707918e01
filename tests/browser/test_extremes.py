"""Pictures at the ends of what they take: long names, ten classes, huge and tiny numbers, a batch of one."""

import numpy as np
import pytest
from looking import says

from softmax_lesson.widgets import BatchCurve, LossCurve, Normaliser, OverflowLab, RowGradient
from softmax_lesson.widgets.batch_curve import first_photographs

NAMES = ["cat", "bird of paradise, greater", *"abcdefg", "a ship with a really long name"]
SCORES = np.linspace(-5, 5, 10)
# Words that stick out of the picture, and parts whose content is wider than they are.
STICKS_OUT = """() => [...document.querySelectorAll(".sml")].flatMap(box => {
    const { left, right } = box.getBoundingClientRect();
    const words = [...box.querySelectorAll("text")].filter(e => e.textContent && e.checkVisibility() &&
        (e.getBoundingClientRect().left < left - 1 || e.getBoundingClientRect().right > right + 1));
    const parts = [...box.querySelectorAll(".sml-body *")].filter(e => !e.closest("svg, [role=status]") &&
        e.checkVisibility() && getComputedStyle(e).display !== "inline" && e.clientWidth &&
        e.scrollWidth > e.clientWidth + 1);
    return [...words, ...parts].map(e => `${e.getAttribute("class")} ${e.textContent.slice(0, 40)}`);
})"""


@pytest.mark.parametrize("width", [320, 700, 1280])
@pytest.mark.parametrize(
    "picture",
    [
        LossCurve(SCORES, 9, NAMES, likelihood=True),
        OverflowLab(SCORES, 9, NAMES),
        RowGradient(None, SCORES, 9, NAMES),
        Normaliser([1.0, 4.0, 2.0], 0, NAMES[-3:], temperature=0.01),
        Normaliser([60.0, 0.0, -60.0], 2, offset=800.0),
        Normaliser(temperature=1000.0, offset=60.0),
        BatchCurve(learning_rate=3.0, shown=1),
    ],
    ids=repr,
)
def test_everything_has_room(open_picture, picture, width):
    page = open_picture(picture, width=width)
    says(page.locator(".sml"), picture.sentence())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(STICKS_OUT) == []


@pytest.mark.parametrize("width", [320, 1280])
def test_the_rows_of_ten_classes_are_equally_large(open_picture, width):
    page = open_picture(RowGradient(None, SCORES, 9, NAMES), width=width)
    sides = page.locator(".sml-tile canvas").evaluate_all(
        "all => all.map(e => [e.clientWidth, e.clientHeight])"
    )
    assert len(sides) == 12
    assert np.ptp(sides) <= 1 and np.min(sides) > 50


@pytest.mark.parametrize("rate", [0.0, 0.15, 0.3])
def test_a_batch_of_one_stays_on_its_axes(open_picture, rate):
    one = BatchCurve(*(part[:1] for part in first_photographs()), learning_rate=rate)
    page = open_picture(one)
    says(page.locator(".sml"), one.sentence())
    dot = page.locator(".sml-point")
    x, y = (float(dot.get_attribute(name)) for name in ("cx", "cy"))
    assert 38 <= x <= 390 and 34 <= y <= 256
    ends = page.locator(".sml-tangent").get_attribute("d")[1:].split("L")
    assert all(37.9 <= float(end.split()[0]) <= 390.1 for end in ends)


def test_a_steep_tangent_ends_at_the_top(open_picture):
    page = open_picture(Normaliser(temperature=0.01))
    ends = page.locator(".sml-tangent").get_attribute("d")[1:].split("L")
    assert min(float(end.split()[1]) for end in ends) >= 33.9
