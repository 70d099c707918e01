"""Normaliser in a page of its own: its numbers are NumPy's, its drawing is where they say."""

import io
import re

import numpy as np
import pytest
from looking import Notebook, press, says, until, words_of
from PIL import Image

from softmax_lesson.data import CLASS_NAMES
from softmax_lesson.loss import negative_log_likelihood
from softmax_lesson.probabilities import softmax
from softmax_lesson.widgets import Normaliser
from softmax_lesson.widgets.kit.base import number

FIRST, SECOND, THIRD = CLASS_NAMES

CORNERS = np.array(
    [[200 + 152 * np.cos(a), 178 - 152 * np.sin(a)] for a in np.pi * np.array([7 / 6, 11 / 6, 1 / 2])]
)


def points(path):
    """Return the points (x, y) of a line of the drawing."""
    return np.array([[float(v) for v in point.split()] for point in path[1:].split("L")])


def drawn(picture):
    """Return what is drawn: the dot and the road on the map; point, tangent and curve of the loss."""
    card, plot = picture.locator("svg").all()
    centre = "dot => [dot.cx.baseVal.value, dot.cy.baseVal.value]"
    return {
        "dot": np.array(card.locator("circle").evaluate(centre)),
        "road": points(card.locator(".sml-curve").get_attribute("d")),
        "point": np.array(plot.locator("circle").evaluate(centre)),
        "tangent": points(plot.locator(".sml-tangent").get_attribute("d")),
        "curve": points(plot.locator(".sml-curve").get_attribute("d")),
    }


def test_the_live_words_are_pythons(open_page):
    rng, states = np.random.default_rng(3), []
    for i in range(600):
        C = int(rng.integers(2, 4))
        scores = (rng.normal(size=C) * (3, 300)[i % 5 == 0]).round(2).tolist()
        T, c = float(10 ** rng.uniform(-1, 1)), float(rng.uniform(-3, 3))
        picture = Normaliser(scores, int(rng.integers(C)), offset=round(c, 1), temperature=round(T, 3))
        states.append((picture.state(), picture.sentence()))
        picture.close()
    words = words_of(open_page(), Normaliser, [state for state, _ in states])
    assert words == [sentence for _, sentence in states]
    assert sum("too large to hold" in sentence for sentence in words) > 10


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_keyboard_moves_everything(open_picture, screenshots, theme):
    page = open_picture(Normaliser(), theme=theme)
    picture = page.locator(".sml")
    says(picture, Normaliser().sentence())

    press(page, picture.get_by_role("slider", name=f"score of {THIRD}"), "ArrowRight", 5)
    state = {"scores": [1.0, 4.0, 2.5]}
    says(picture, Normaliser(**state).sentence())
    press(page, picture.get_by_role("slider", name="added to all scores"), "ArrowLeft", 7)
    says(picture, Normaliser(**state, offset=-0.7).sentence())
    press(page, picture.get_by_role("slider", name="temperature"), "ArrowLeft", 3)
    state |= {"offset": -0.7, "temperature": 0.5}
    says(picture, Normaliser(**state).sentence())
    assert picture.get_by_role("slider", name="temperature").get_attribute("aria-valuetext") == "0.5"
    picture.get_by_role("radio", name=FIRST).focus()
    page.keyboard.press("ArrowLeft")
    state |= {"correct_class": 2}
    says(picture, Normaliser(**state).sentence())

    z = (np.array(state["scores"]) - 0.7) / 0.5
    shares = "bars => bars.map(bar => parseFloat(bar.firstChild.style.width) / 100)"
    first_and_second = np.reshape(picture.locator(".sml-bar").evaluate_all(shares), (4, 2))
    np.testing.assert_allclose(first_and_second[:3, 0], (np.log10(np.exp(z)) / 4 + 1) / 2, rtol=1e-5)
    np.testing.assert_allclose(first_and_second[:3, 1], softmax(z), rtol=1e-5)
    np.testing.assert_allclose(first_and_second[3], [(np.log10(np.exp(z).sum()) / 4 + 1) / 2, 1], rtol=1e-5)
    heads = picture.locator(".sml-heads > *").all_text_contents()
    stages = ["1. exp((score − 0.7) / 0.5): positive", f"2. ÷ {number(np.exp(z).sum())}: sum 1"]
    assert heads == ["Scores", *stages]
    assert picture.locator(".sml-correct .sml-name").text_content() == f"★ {THIRD}"
    page.screenshot(path=screenshots / f"normaliser_moved_{theme}.png", full_page=True)


def test_the_drawing_is_where_the_numbers_say(open_picture):
    state = {"scores": [1.0, 4.0, 2.0], "correct_class": 2, "offset": 1.5, "temperature": 0.8}
    seen = drawn(open_picture(Normaliser(**state)).locator(".sml"))
    z = (np.array(state["scores"]) + 1.5) / 0.8
    np.testing.assert_allclose(seen["dot"], softmax(z) @ CORNERS, atol=0.06)
    # The road goes from the middle to the winner's corner, through the dot, and stays where the winner wins.
    np.testing.assert_allclose(seen["road"][0], CORNERS.mean(axis=0), atol=3)
    np.testing.assert_allclose(seen["road"][-1], CORNERS[1], atol=0.06)
    assert np.abs(seen["road"] - seen["dot"]).max(axis=1).min() < 4
    p = np.linalg.solve(np.vstack([CORNERS.T, np.ones(3)]), np.column_stack([seen["road"], np.ones(81)]).T)
    assert (p.argmax(axis=0) == 1).all()
    # The loss over -9..9 and 0..20, in the axes of the kit.
    x = (seen["curve"][:, 0] - 38) / (390 - 38) * 18 - 9
    heights = (256 - seen["curve"][:, 1]) / (256 - 34) * 20
    moved = np.column_stack([np.full(161, z[0]), np.full(161, z[1]), x / 0.8])
    np.testing.assert_allclose(heights, negative_log_likelihood(moved, np.full(161, 2)), atol=0.05)
    assert heights.max() == pytest.approx(20, abs=0.01) or x.min() == pytest.approx(-9, abs=0.01)
    at = (seen["point"] - [38, 256]) / [(390 - 38) / 18, -(256 - 34) / 20] + [-9, 0]
    np.testing.assert_allclose(at, [3.5, negative_log_likelihood(z, 2)], rtol=1e-6)
    (x0, y0), (x1, y1) = seen["tangent"]
    rise = -(y1 - y0) / (x1 - x0) * ((390 - 38) / 18) / ((256 - 34) / 20)
    assert rise == pytest.approx((softmax(z)[2] - 1) / 0.8, abs=5e-3)


def test_adding_to_all_scores_leaves_the_dot_and_the_loss(open_picture):
    page = open_picture(Normaliser())
    picture = page.locator(".sml")
    before, bars = drawn(picture), picture.locator(".sml-bar").first.inner_html()
    picture.get_by_role("slider", name="added to all scores").focus()
    page.keyboard.press("End")
    says(picture, Normaliser(offset=3.0).sentence())
    after = drawn(picture)
    np.testing.assert_array_equal(after["dot"], before["dot"])
    np.testing.assert_array_equal(after["road"], before["road"])
    assert after["point"][1] == pytest.approx(before["point"][1], abs=1e-9)
    assert after["point"][0] == pytest.approx(before["point"][0] + 3 * (390 - 38) / 18)
    assert picture.locator(".sml-bar").first.inner_html() != bars


def test_adding_to_all_scores_lengthens_every_bar_of_exp_alike(open_picture):
    """exp(4) grows from 54.6 to 1096: its bar may not shrink because a full scale moved."""
    page = open_picture(Normaliser())
    picture = page.locator(".sml")
    says(picture, Normaliser().sentence())
    shares = "bars => bars.map(bar => parseFloat(bar.firstChild.style.width))"
    widths = [np.reshape(picture.locator(".sml-bar").evaluate_all(shares), (4, 2))]
    for _ in range(6):
        press(page, picture.get_by_role("slider", name="added to all scores"), "ArrowRight", 5)
        widths.append(np.reshape(picture.locator(".sml-bar").evaluate_all(shares), (4, 2)))
    longer = np.diff(np.array(widths)[:, :, 0], axis=0)
    np.testing.assert_allclose(longer, 100 * 0.5 / np.log(10) / 8, rtol=1e-4)
    np.testing.assert_allclose(np.diff(np.array(widths)[:, :, 1], axis=0), 0, atol=1e-9)


def test_the_axes_of_the_loss_hold_still_while_the_temperature_rises(open_picture):
    page = open_picture(Normaliser(temperature=0.1))
    picture = page.locator(".sml")
    says(picture, Normaliser(temperature=0.1).sentence())
    ticks = picture.locator("svg").last.locator(".sml-grid text")
    heat = picture.get_by_role("slider", name="temperature")
    press(page, heat, "ArrowRight")
    before = ticks.all_text_contents()
    press(page, heat, "ArrowRight", 9)
    assert ticks.all_text_contents() == before


def test_no_temperature_crosses_a_dashed_line(open_picture):
    page = open_picture(Normaliser())
    picture = page.locator(".sml")
    picture.get_by_role("slider", name="temperature").focus()
    page.keyboard.press("End")
    places = []
    for _ in range(20):
        places.append(drawn(picture)["dot"])
        page.keyboard.press("ArrowLeft")
    says(picture, Normaliser(temperature=0.1).sentence())
    places = np.array([*places, drawn(picture)["dot"]])
    assert (np.diff(places[:, 0]) > 0).sum() >= 15  # it goes to the right, towards automobile, all the way
    to_corners = np.linalg.norm(places[:, None] - CORNERS, axis=2)
    assert (to_corners.argmin(axis=1) == 1).all()


def test_wide_ranges_hold_still_under_the_hand(open_picture):
    page = open_picture(Normaliser([20.0, 0.0, 0.0], offset=9.0, temperature=100.0))
    for name, most in {f"score of {FIRST}": "20", "added to all scores": "9", "temperature": "2"}.items():
        slider = page.get_by_role("slider", name=name)
        assert slider.get_attribute("max") == most
        slider.focus()
        page.keyboard.press("Home")
        page.keyboard.press("ArrowRight")
        assert slider.get_attribute("max") == most
    says(page.locator(".sml"), Normaliser([-19.9, 0.0, 0.0], offset=-8.9, temperature=0.013).sentence())


def test_touch_moves_a_slider(open_picture):
    page = open_picture(Normaliser(), width=390, has_touch=True)
    slider = page.get_by_role("slider", name=f"score of {FIRST}")
    box = slider.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 0.9, box["y"] + box["height"] / 2)
    until(lambda: float(slider.input_value()) > 4, "the slider had moved")
    says(page.locator(".sml"), Normaliser([float(slider.input_value()), 4.0, 2.0]).sentence())


def test_two_pictures_on_a_page_are_independent(open_picture):
    other = Normaliser([2, 1], 1, ["cat", "dog"], temperature=3.0)
    page = open_picture(Normaliser(), other)
    first, second = page.locator(".sml").all()
    first.get_by_role("slider", name="temperature").focus()
    page.keyboard.press("Home")
    first.get_by_role("radio", name=THIRD).check()
    says(first, Normaliser(correct_class=2, temperature=0.1).sentence())
    says(second, other.sentence())
    assert second.get_by_role("radio", name="dog").is_checked()
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 800, 1280, 1920])
def test_it_fits_every_width(open_picture, screenshots, width, theme):
    names = ["airplane", "a name rather long", "<i>frog</i>"]
    wide = Normaliser([-6, 5.875, 6], 1, names, offset=-2.5, temperature=0.1)
    page = open_picture(Normaliser(), wide, width=width, theme=theme)
    says(page.locator(".sml").last, wide.sentence())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    overflowing = """[...document.querySelectorAll('.sml-body *')].filter(e =>
        e.getBoundingClientRect().right > e.closest('.sml').getBoundingClientRect().right + 1)
        .map(e => e.outerHTML)"""
    assert page.evaluate(overflowing) == []
    # The words of the two stages do not run into each other.
    boxes = """[...document.querySelectorAll('.sml-words, .sml-stage .sml-bar')].map(e => {
        const range = document.createRange();
        range.selectNodeContents(e);
        const box = (e.matches('.sml-bar') ? e : range).getBoundingClientRect();
        return [box.left, box.top, box.right, box.bottom];
    })"""
    boxes = page.evaluate(boxes)
    for i, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[i + 1 :]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] + 1 or other[3] <= top + 1
    targets = page.locator(".sml :is([type=range], label)").all()
    assert min(target.bounding_box()["height"] for target in targets) >= 24
    letters = """[...document.querySelectorAll('.sml-plot')].map(drawing =>
        parseFloat(getComputedStyle(drawing).fontSize) * drawing.clientWidth / 400)"""
    assert min(page.evaluate(letters)) >= 11, "letters of the drawing, in pixels of the screen"
    page.screenshot(path=screenshots / f"normaliser_{width}_{theme}.png", full_page=True)


def test_the_live_picture_fetches_nothing_and_draws_within_a_frame(open_picture):
    page = open_picture(Normaliser())
    counted = page.evaluate(
        """() => {
            const slider = document.querySelector("[type=range]");
            const words = document.querySelector(".sml-sentence p");
            const before = words.textContent;
            slider.value = 3;
            slider.dispatchEvent(new Event('input'));
            return [words.textContent !== before, performance.getEntriesByType('resource').length];
        }"""
    )
    assert counted == [True, 0]  # drawn before the event was over: no timer, no kernel, no network
    assert re.search(f"{FIRST} 3.0", page.locator(".sml-sentence p").first.text_content())


def test_in_notebook_03_python_and_the_picture_move_together(open_page, lab, screenshots):
    notebook = Notebook(open_page(), lab, "03_probabilities.ipynb")
    notebook.run_all()
    (index, model), _regions = notebook.pictures()
    picture, state = notebook.show(index), notebook.state(model)
    assert state == {"scores": [1.0, 4.0, 2.0], "correct_class": 2, "offset": 0.0, "temperature": 1.0} | {
        "class_names": ["airplane", "automobile", "frog"]
    }
    says(picture, Normaliser(**state).sentence())

    # By keys: JupyterLab would take the arrows and the letter b, if it were let.
    cells = len(notebook.cells())
    for name in f"score of {FIRST}", "added to all scores", "temperature":
        picture.get_by_role("slider", name=name).focus()
        for key in ("b", "ArrowRight", "ArrowRight", "ArrowRight"):
            notebook.page.keyboard.press(key)
    state |= {"scores": [1.3, 4.0, 2.0], "offset": 0.3, "temperature": 2.0}
    says(picture, Normaliser(**state).sentence())
    until(lambda: notebook.state(model) == state, f"Python had {state}")
    assert len(notebook.cells()) == cells

    # From Python, also to another number of classes and back.
    notebook.ask("picture.temperature, picture.offset = 0.25, -1")
    state |= {"temperature": 0.25, "offset": -1.0}
    says(picture, Normaliser(**state).sentence())
    two = {"scores": [2.0, 1.0], "correct_class": 1, "class_names": ["cat", "dog"]}
    for new in two, {name: state[name] for name in two}:
        lines = [f"    picture.{name} = {value!r}\n" for name, value in new.items()]
        notebook.ask("with picture.hold_trait_notifications():\n" + "".join(lines))
        says(picture, Normaliser(**state | new).sentence())
    for theme in "Dark", "Light":
        notebook.theme(theme)
        notebook.show(index)
        notebook.page.screenshot(path=screenshots / f"normaliser_lab_{theme.lower()}.png")


def test_a_steep_curve_does_not_cross_the_numbers(open_picture):
    page = open_picture(Normaliser([6, -6, 0], temperature=0.1))
    image = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    curve = page.locator(".sml-curve").last.evaluate("line => getComputedStyle(line).stroke")
    ink = np.array([int(part) for part in re.findall(r"\d+", curve)])
    pixels, crossed = np.array(image, float), 0
    for words in page.locator(".sml-readout text").all():
        x, y, wide, tall = (round(words.bounding_box()[name]) for name in ("x", "y", "width", "height"))
        near = np.abs(pixels[y : y + tall, x : x + wide] - ink).max(axis=-1) < 40
        crossed += near.sum()
    assert crossed <= 3  # 74, if it did
    assert (np.abs(pixels - ink).max(axis=-1) < 40).sum() > 500  # it is there
