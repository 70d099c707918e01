"""Pictures at the ends of what they take: long names, ten classes, huge and tiny numbers, a batch of one."""

import re

import numpy as np
import pytest
from looking import press, says

from softmax_lesson.widgets import (
    BatchCurve,
    LambdaPath,
    LossCurve,
    Normaliser,
    OverflowLab,
    Regions,
    RowGradient,
)
from softmax_lesson.widgets.batch_curve import first_photographs
from softmax_lesson.widgets.lambda_path import examples

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


def every_margin_is(margin):
    """Return a path of one strength that gives each embedded photograph about this margin."""
    (X, y), (X_test, y_test) = examples()
    scores = margin * np.eye(3)[np.concatenate([y, y_test])]
    W = np.linalg.lstsq(np.concatenate([X, X_test]), scores, rcond=None)[0].T
    return [1.0], W[None]


PHOTOGRAPHS = np.zeros((2, 32, 32, 3), np.uint8)
TWO = [[0, 1], PHOTOGRAPHS, ["a", "b"]]


@pytest.mark.parametrize(
    "make",
    [
        lambda: BatchCurve([[1, 1], [-1, 1]], *TWO, learning_rate=1e4),  # nothing pulls any more
        lambda: BatchCurve([[0, 0], [0, 0]], *TWO),  # every margin stays 0
        lambda: LambdaPath(every_margin_is(50.0)),  # all are right, and none is below the largest margin kept
        lambda: LambdaPath(every_margin_is(9.0)),
        lambda: LambdaPath(([1.0], np.zeros((1, 3, 3073)))),
        lambda: LambdaPath(every_margin_is(-50.0)),
        lambda: Regions(images=PHOTOGRAPHS[:1], labels=[0]),
        lambda: Regions([[1e-200, 0, 0], [0, 0, 0], [0, 1e-310, 9]]),
    ],
)
def test_where_nothing_is_left_to_divide_by_every_number_is_one(open_picture, make):
    """And every bead of a path stands on the axes."""
    picture = make()
    assert picture.png()
    page = open_picture(picture)
    says(page.locator(".sml"), picture.sentence())
    drawn = page.locator(".sml").evaluate("box => box.outerHTML.replace(/<style>.*?<[/]style>/s, '')")
    assert re.findall(r".{60}(?:NaN|Infinity).{20}", drawn) == []
    beads = """nodes => nodes.map(node => new DOMMatrix(getComputedStyle(node).transform))
        .filter(({ e, f }) => !(e >= 37.9 && e <= 390.1 && f >= 33.9 && f <= 256.1)).length"""
    assert page.locator(".sml-slides").evaluate_all(beads) == 0


def test_the_only_photograph_of_a_class_cannot_be_left_by_a_key(open_picture):
    picture = BatchCurve([[1, 1], [-1, 1]], *TWO, shown=1)
    page = open_picture(picture)
    press(page, page.get_by_role("slider", name="example, hardest pull first"), "ArrowRight")
    says(page.locator(".sml"), picture.sentence())


@pytest.mark.parametrize("name", ["ice-cream", "a long-winded name"])
def test_only_a_number_has_a_minus_on_the_axes(open_picture, name):
    page = open_picture(LossCurve([1.0, 2.0, -1.0], 0, [name, "b", "c"]))
    words = page.locator(".sml-grid text").all_text_contents()
    assert sum(name in word for word in words) == 2
    assert "−3" in words and "-3" not in words


def test_a_steep_tangent_ends_at_the_top(open_picture):
    page = open_picture(Normaliser(temperature=0.01))
    ends = page.locator(".sml-tangent").get_attribute("d")[1:].split("L")
    assert min(float(end.split()[1]) for end in ends) >= 33.9
