"""LossCurve and its kit in a page of its own: no kernel, no network."""

import base64
import json

import numpy as np
import pytest
from looking import contrasts, fits, leaves_nothing, says, until

from softmax_lesson.data import CLASS_NAMES
from softmax_lesson.loss import negative_log_likelihood
from softmax_lesson.probabilities import log_softmax, softmax
from softmax_lesson.stability import logsumexp
from softmax_lesson.widgets import LossCurve
from softmax_lesson.widgets.kit.base import number, score

FIRST, SECOND, THIRD = CLASS_NAMES


@pytest.fixture
def kit(open_page):
    """A page in which the kit and the picture can be called."""
    page = open_page()
    page.set_content("<!doctype html><title>kit</title>")
    page.add_script_tag(content=LossCurve._script)
    return page


def vectors():
    """10,000 rows of 2 to 10 scores: ordinary, near certain, tied, huge, tiny, and with -inf."""
    rng, rows = np.random.default_rng(2024), []
    for i in range(10_000):
        C = int(rng.integers(2, 11))
        f = rng.normal(size=C) * rng.choice([1, 6, 30])
        if i % 10 == 1:
            f[rng.integers(C)] += rng.uniform(10, 740)  # nearly certain
        elif i % 10 == 2:
            f = rng.choice([-1.0, 1.0], C) * 10.0 ** rng.uniform(-300, 300, C)
        elif i % 10 == 3:
            f[rng.random(C) < 0.4] = -np.inf
            f[rng.integers(C)] = rng.normal()
        elif i % 10 == 4:
            f[:] = rng.choice([0.0, 5.0, -1e300, 1e300])
        rows.append(f)
    return rows


def test_the_formulas_are_numpys(kit):
    rows = vectors()
    text = json.dumps([row.tolist() for row in rows]).replace("-Infinity", "-1e999")
    packed = kit.evaluate(
        """text => {
            const out = JSON.parse(text).flatMap(f => [
                kit.logsumexp(f), ...kit.softmax(f), ...kit.logSoftmax(f),
                ...f.map((_, y) => kit.loss(f, y)), ...f.map((_, y) => kit.slope(f, y)),
            ]);
            const bytes = new Uint8Array(new Float64Array(out).buffer);
            let text64 = "";
            for (const byte of bytes) text64 += String.fromCharCode(byte);
            return btoa(text64);
        }""",
        text,
    )
    found = np.frombuffer(base64.b64decode(packed))
    expected = []
    for f in rows:
        log_p = log_softmax(f)
        losses = negative_log_likelihood(np.tile(f, (len(f), 1)), np.arange(len(f)))
        expected += [[logsumexp(f)], softmax(f), log_p, losses, np.expm1(log_p)]
    expected = np.concatenate(expected)
    assert len(found) == len(expected)
    assert not np.isnan(found).any()
    # Below the smallest normal number there are fewer digits; a log-sum-exp near 0 is a difference.
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-15)
    tiny = (np.abs(expected) < 1e-3) & (np.abs(expected) > 1e-300)
    assert tiny.sum() > 1000
    place = np.concatenate([[True] + [False] * (4 * len(f)) for f in rows])  # of each log-sum-exp
    np.testing.assert_allclose(found[tiny & ~place], expected[tiny & ~place], rtol=1e-12)


def test_near_certain_losses_keep_their_digits(kit):
    for near in (20, 36, 40, 100, 500, 700):
        loss, slope = kit.evaluate("f => [kit.loss(f, 0), kit.slope(f, 0)]", [near, 0, 0])
        exact = np.log1p(2 * np.exp(-float(near)))
        assert loss == pytest.approx(exact, rel=1e-13, abs=0)
        assert slope == pytest.approx(np.expm1(-exact), rel=1e-13, abs=0)
        assert loss > 0 > slope


def test_numbers_in_words_are_pythons(kit):
    rng = np.random.default_rng(7)
    x = np.concatenate(
        [
            rng.normal(size=500),
            rng.normal(size=500) * 10.0 ** rng.uniform(-12, 12, 500),
            np.arange(-64, 64) / 64,  # ties
            np.arange(-60, 61) / 10,
            [0.0, -0.0, 1e-3, 9.999999e-4, 99999.9999, 1e5, 1e300, 5e-324, -1e21],
        ]
    ).tolist()
    found = kit.evaluate("x => x.map(v => [kit.number(v), kit.score(v)])", x)
    assert found == [[number(v), score(v)] for v in x]


def test_leaving_takes_every_listener_away(open_picture):
    leaves_nothing(open_picture(LossCurve()), LossCurve(), 4)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_keyboard_moves_everything(open_picture, theme):
    page = open_picture(LossCurve(), theme=theme)
    picture = page.locator(".sml")
    says(picture, LossCurve().sentence())
    drawing = picture.locator("svg")
    before = drawing.screenshot()
    slider = picture.get_by_role("slider", name=f"score of {FIRST}")
    slider.focus()
    for _ in range(13):
        page.keyboard.press("ArrowRight")
    moved = LossCurve([2.3, 2.0, -1.0])
    says(picture, moved.sentence())
    assert slider.get_attribute("aria-valuetext") == "2.3"
    loss = float(negative_log_likelihood(np.array(moved.scores), 0))
    cx, cy = (float(drawing.locator("circle").get_attribute(name)) for name in ("cx", "cy"))
    left, right, top, bottom = 38, 390, 34, 256  # the axes of the kit, for -6..6 and 0..13
    assert cx == pytest.approx(left + (2.3 + 6) / 12 * (right - left))
    assert cy == pytest.approx(bottom - loss / 13 * (bottom - top))
    assert f"loss = {number(loss)}" in drawing.text_content()
    assert drawing.screenshot() != before
    for bar, p in zip(picture.locator(".sml-bar").all(), softmax(np.array(moved.scores)), strict=True):
        share = bar.evaluate(
            "bar => bar.firstChild.getBoundingClientRect().width / bar.getBoundingClientRect().width"
        )
        assert share == pytest.approx(float(p), abs=0.01)
    # The correct class is told by a star, a word, a hatch and a colour.
    picture.get_by_role("radio", name=FIRST).focus()
    page.keyboard.press("ArrowLeft")
    says(picture, LossCurve([2.3, 2.0, -1.0], 2).sentence())
    assert picture.locator(".sml-correct").text_content().startswith(f"★ {THIRD}, the correct class")
    fill = "bar => getComputedStyle(bar.firstChild).backgroundImage"
    hatched = [bar.evaluate(fill).startswith("repeating") for bar in picture.locator(".sml-bar").all()]
    assert hatched == [False, False, True]


def test_the_tangent_has_the_slope_of_the_curve(open_picture):
    page = open_picture(LossCurve([-1.0, 0.5, 0.0]))
    ends = page.locator(".sml-tangent").get_attribute("d")
    (x0, y0), (x1, y1) = (map(float, end.split()) for end in ends[1:].split("L"))
    rise = -(y1 - y0) / (x1 - x0) * ((390 - 38) / 12) / ((256 - 34) / 13)
    assert rise == pytest.approx(float(softmax(np.array([-1.0, 0.5, 0.0]))[0]) - 1, abs=2e-3)


def test_touch_moves_a_slider(open_picture):
    page = open_picture(LossCurve(), width=390, has_touch=True)
    slider = page.get_by_role("slider", name=f"score of {THIRD}")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 0.9, box["y"] + box["height"] / 2)
    until(lambda: float(slider.input_value()) > 4, "the slider had moved")
    says(page.locator(".sml"), LossCurve([1.0, 2.0, float(slider.input_value())]).sentence())


def test_two_pictures_on_a_page_are_independent(open_picture):
    page = open_picture(LossCurve(), LossCurve([0, 0, 0], 2))
    first, second = page.locator(".sml").all()
    first.get_by_role("slider", name=f"score of {THIRD}").focus()
    page.keyboard.press("End")
    first.get_by_role("radio", name=SECOND).check()
    says(first, LossCurve([1, 2, 6], 1).sentence())
    says(second, LossCurve([0, 0, 0], 2).sentence())
    assert second.get_by_role("radio", name=THIRD).is_checked()
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
    assert len(ids) == len(set(ids))


def test_a_wide_range_holds_still_under_the_hand(open_picture):
    page = open_picture(LossCurve([20, 0, 0]))
    slider = page.get_by_role("slider", name=f"score of {FIRST}")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("PageDown")
    assert slider.get_attribute("max") == "20"
    assert float(slider.input_value()) < 19.95
    says(page.locator(".sml"), LossCurve([float(slider.input_value()), 0, 0]).sentence())


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 640, 1280, 1920])
def test_it_fits_every_width(open_picture, screenshots, width, theme):
    names = ["airplane", "a name that is rather long", "<i>frog</i>"]
    page = open_picture(LossCurve(), LossCurve([-6, 6, 5.875], 0, names), width=width, theme=theme)
    says(page.locator(".sml").last, LossCurve([-6, 6, 5.875], 0, names).sentence())
    fits(page, width)
    targets = page.locator(".sml :is([type=range], label)").all()
    assert min(target.bounding_box()["height"] for target in targets) >= 24
    letters = """[...document.querySelectorAll('.sml-plot')].map(drawing =>
        parseFloat(getComputedStyle(drawing).fontSize) * drawing.clientWidth / 400)"""
    assert min(page.evaluate(letters)) >= 11, "letters of the drawing, in pixels of the screen"
    page.screenshot(path=screenshots / f"loss_curve_{width}_{theme}.png", full_page=True)


WORDS = [(".sml-body", "color"), (".sml-plot text", "fill")]
SLOPE, BAR = (".sml-slope", "fill"), (".sml-row:not(.sml-correct) .sml-bar div", "backgroundColor")
LINES = [(f".sml-{name}", "stroke") for name in ("curve", "tangent", "axis", "guide")]
LINES += [(".sml-point", "fill"), (".sml-choices label", "borderTopColor")]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everything_stands_out_from_its_ground(open_picture, theme):
    page = open_picture(LossCurve(), theme=theme)
    assert min(contrasts(page, *WORDS, SLOPE)) >= 4.5
    assert min(contrasts(page, *LINES, BAR)) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280, 1920])
def test_likelihood_beside_it_and_steps_that_land_on_one_point(open_picture, screenshots, width, theme):
    start = LossCurve([1.0, 4.0, 2.0], 2, likelihood=True)
    page = open_picture(start, width=width, theme=theme)
    picture = page.locator(".sml")
    says(picture, start.sentence())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=screenshots / f"likelihood_{width}_{theme}.png", full_page=True)
    likelihood = picture.locator(".sml-plot").last
    for name, landing in zip(
        ("down the loss", "up the log-likelihood", "up the likelihood"), start.landings(), strict=True
    ):
        page.reload()
        button = picture.get_by_role("button", name=name, exact=True)
        button.focus()
        page.keyboard.press("Enter")
        landed = LossCurve(landing, 2, likelihood=True)
        says(picture, landed.sentence())
        cx, cy = (float(likelihood.locator("circle").get_attribute(at)) for at in ("cx", "cy"))
        assert cx == pytest.approx(38 + (landing[2] + 6) / 12 * (390 - 38))
        P = softmax(landing)[2]
        assert cy == pytest.approx(176 - P * (176 - 34))
        # Its slope, in words and as a tangent.
        assert likelihood.locator(".sml-slope").text_content() == f"slope = {number(P * (1 - P))}"
        ends = likelihood.locator(".sml-tangent").get_attribute("d")[1:].split("L")
        (x0, y0), (x1, y1) = ([float(v) for v in end.split()] for end in ends)
        rise = (y0 - y1) / (x1 - x0) / (176 - 34) * (390 - 38) / 12
        assert rise == pytest.approx(P * (1 - P), abs=5e-3)


def test_without_scripts_the_still_picture_is_there(open_picture):
    page = open_picture(LossCurve(), java_script_enabled=False)
    image = page.get_by_role("img", name=LossCurve().sentence())
    assert image.bounding_box()["width"] == 630


def test_the_axes_have_few_places_to_end(open_picture):
    """An axis that ends at every whole number jumps while a slider moves."""
    ends = []
    for largest in (5.9, 6.1, 7.5, 9.9, 10.5, 19.0):
        page = open_picture(LossCurve([largest, 0.0, 0.0], 1))
        ends.append(page.get_by_role("slider", name=f"score of {FIRST}").get_attribute("max"))
    assert ends == ["6", "10", "10", "10", "20", "20"]


def test_the_ring_of_a_slider_in_focus_leaves_the_words_alone(open_picture):
    page = open_picture(LossCurve())
    slider = page.get_by_role("slider").first
    slider.focus()
    page.keyboard.press("ArrowRight")
    reach = """e => { const style = getComputedStyle(e);
        return [parseFloat(style.outlineWidth), parseFloat(style.outlineOffset)]; }"""
    width, offset = slider.evaluate(reach)
    assert width >= 2 and width + offset <= 0  # inside its own place
