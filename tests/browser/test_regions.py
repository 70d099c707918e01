"""Regions in a page of its own: what is drawn is where NumPy says, and everything answers to the hand."""

import nbformat
import numpy as np
import pytest
from looking import Notebook, fits, leaves_nothing, press, says, until, words_of

from softmax_lesson.data import CLASS_NAMES, two_features
from softmax_lesson.loss import negative_log_likelihood
from softmax_lesson.probabilities import softmax
from softmax_lesson.widgets import Regions

FIRST, SECOND, THIRD = CLASS_NAMES

RNG = np.random.default_rng(4)
PATH = np.cumsum(RNG.normal(0, 0.3, (5, 3, 3)), axis=0).round(3)
STEPS = [0, 1, 4, 5, 40]
SHADES = np.array([[0, 114, 178], [204, 121, 167], [0, 158, 115]])


def in_plane(points):
    """Return where the drawing, 400 x 440, has points of the plane."""
    return np.array(points) * [352 / 6, -352 / 6] + [214, 210]


def numbers(path):
    """Return the points (x, y) of a line of the drawing."""
    return np.array([[float(v) for v in point.split()] for point in path[1:].split("L")])


def places(picture, selector):
    """Return where parts of the plane have been put, (N, 2)."""
    put = picture.locator(f".sml-plane {selector}").evaluate_all(
        "parts => parts.map(part => [part.transform.baseVal[0].matrix.e, part.transform.baseVal[0].matrix.f])"
    )
    return np.array(put)


def on_screen(picture, x):
    """Return where on the screen a point of the plane is."""
    box = picture.locator(".sml-plane svg").bounding_box()
    left, up = in_plane(x) * box["width"] / 400
    return box["x"] + left, box["y"] + up


def changed(i, x):
    """Return the points of the picture with one of them moved."""
    X = Regions().X
    X[i] = list(x)
    return X


def test_the_live_words_are_pythons(open_page):
    states = []
    for i in range(200):
        W, X = RNG.normal(size=(3, 3)) * (1, 100)[i % 7 == 0], RNG.normal(size=(60, 2))
        T = round(float(10 ** RNG.uniform(-1, 1)), 3)
        path = {"steps": STEPS, "step": STEPS[i % 5]} if i % 4 == 0 else {}
        picture = Regions(PATH if path else W, X=X, temperature=T, example=i % 60, **path)
        states.append((picture.state(), picture.sentence()))
        picture.close()
    words = words_of(open_page(), Regions, [state for state, _ in states])
    assert words == [sentence for _, sentence in states]


@pytest.mark.parametrize("temperature", [0.2, 1.0, 5.0])
def test_the_drawing_is_where_the_numbers_say(open_picture, temperature):
    python = Regions(temperature=temperature, example=7)
    picture = open_picture(python).locator(".sml")
    says(picture, python.sentence())
    np.testing.assert_allclose(places(picture, ".sml-mark"), in_plane(python.X), atol=0.06)
    handles = places(picture, ".sml-handle")
    np.testing.assert_allclose(handles[0], in_plane(python.X[7]), atol=0.06)
    np.testing.assert_allclose(handles[1:], in_plane(np.array(python.W)[:, :2]), atol=1e-6)
    lines = picture.locator(".sml-equal, .sml-border").evaluate_all(
        "lines => lines.map(l => l.getAttribute('d'))"
    )
    borders = [ends for border in python.borders() for ends in border]
    assert [bool(line) for line in lines] == [bool(len(ends)) for ends in borders]
    for line, ends in zip(lines, borders, strict=True):
        if line:
            np.testing.assert_allclose(numbers(line), in_plane(ends), atol=1e-6)

    # The shade: each cell has the colours of the classes, mixed as the softmax at its middle says.
    cells = picture.locator(".sml-plane canvas").evaluate(
        """canvas => [canvas.width,
            [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data]]"""
    )
    side, shade = cells[0], np.array(cells[1]).reshape(-1, 4)
    p = softmax(python.scores(python._grid(side)) / temperature)
    np.testing.assert_allclose(shade[:, 3], 255 * (0.08 + 0.42 * (1.5 * p.max(axis=1) - 0.5)), atol=1)
    sure = shade[:, 3] > 60  # what is faint is kept in few digits
    assert sure.sum() > 100
    np.testing.assert_allclose(shade[sure, :3], (p @ SHADES)[sure], atol=5)


def test_the_loss_curve_belongs_to_the_chosen_photograph(open_picture):
    python = Regions(temperature=0.5)
    picture = open_picture(python).locator(".sml")
    says(picture, python.sentence())
    plot = picture.locator(".sml-side svg")
    f, y = python.scores()[10], 0
    curve = numbers(plot.locator(".sml-curve").get_attribute("d"))
    x, heights = (curve[:, 0] - 38) / (390 - 38) * 12 - 6, (256 - curve[:, 1]) / (256 - 34) * 20
    moved = np.where(np.arange(3) == y, x[:, None], f) / 0.5
    np.testing.assert_allclose(heights, negative_log_likelihood(moved, np.full(161, y)), atol=0.05)
    dot = plot.locator("circle").evaluate("dot => [dot.cx.baseVal.value, dot.cy.baseVal.value]")
    at = (np.array(dot) - [38, 256]) / [(390 - 38) / 12, -(256 - 34) / 20] + [-6, 0]
    np.testing.assert_allclose(at, [f[y], negative_log_likelihood(f / 0.5, y)], rtol=1e-6)


def drag(page, picture, start, end):
    """Drag with the mouse from a point of the plane to another."""
    page.mouse.move(*on_screen(picture, start))
    page.mouse.down()
    for share in (0.3, 0.7, 1.0):
        page.mouse.move(*on_screen(picture, np.add(start, share * np.subtract(end, start))))
    page.mouse.up()


def shown(picture, name):
    """Return the number of a slider."""
    return float(picture.get_by_role("slider", name=name, exact=True).input_value())


@pytest.mark.default_sample
def test_a_point_is_dragged_and_its_photograph_changes_with_it(open_picture):
    page = open_picture(Regions())
    picture = page.locator(".sml")
    says(picture, Regions().sentence())
    photograph = picture.locator(".sml-detail canvas")
    pixels = """canvas => [...canvas.getContext("2d").getImageData(0, 0, 24, 24).data]"""
    before = np.array(photograph.evaluate(pixels)).reshape(24, 24, 4)[..., :3].astype(np.uint8)
    drag(page, picture, Regions().X[10], (0.5, 0.75))
    until(lambda: shown(picture, "brightness") == 0.5, "it was there")
    words = picture.locator(".sml-sentence p").first.text_content()
    assert "lies at brightness 0.5" in words and f"in the region of {FIRST}" in words
    after = np.array(photograph.evaluate(pixels)).reshape(24, 24, 4)[..., :3].astype(np.uint8)
    np.testing.assert_allclose(two_features(before), Regions().X[10], atol=0.1)
    np.testing.assert_allclose(two_features(after), [0.5, 0.75], atol=0.15)
    drag(page, picture, (0.5, 0.75), (9, 9))  # it stays in the plane
    says(picture, Regions(X=changed(10, (3, 3))).sentence())


def test_the_photograph_is_as_light_as_the_sample_was_measured(open_picture):
    """Not as the embedded sample was: a clone with other classes has other numbers in its sample.toml."""
    average, deviation = [0.45, 0.1], [0.06, 0.09]
    python = Regions(X=changed(10, (0.5, -1.0)))
    python.set_trait("average", average)
    python.set_trait("deviation", deviation)
    picture = open_picture(python).locator(".sml")
    says(picture, python.sentence())
    pixels = """canvas => [...canvas.getContext("2d").getImageData(0, 0, 24, 24).data]"""
    drawn = picture.locator(".sml-detail canvas").evaluate(pixels)
    red, green, blue = np.array(drawn).reshape(-1, 4)[:, :3].mean(axis=0) / 255
    measured = (np.array([(red + green + blue) / 3, blue - red]) - average) / deviation
    np.testing.assert_allclose(measured, [0.5, -1.0], atol=0.25)


@pytest.mark.default_sample
def test_a_row_of_w_is_dragged_and_a_click_chooses_a_photograph(open_picture):
    page = open_picture(Regions())
    picture = page.locator(".sml")
    says(picture, Regions().sentence())
    drag(page, picture, (-0.5, -1.1), (1.5, -1.2))
    until(lambda: picture.get_by_role("radio", name=THIRD).is_checked(), "the sliders have the row")
    w = [shown(picture, name) for name in ("brightness", "blue minus red", "bias")]
    np.testing.assert_allclose(w, [1.5, -1.2, -0.2], atol=0.06)  # to a slider's tenth
    words = picture.locator(".sml-sentence p").first.text_content()
    assert f"{FIRST} 0.6, 1.1, −0.2; {SECOND} −0.1, 0.0, 0.3; {THIRD} 1.5" in words

    picture.get_by_role("button", name="Put all back").click()
    says(picture, Regions().sentence())
    far = int(np.argmax(np.array(Regions().X)[:, 1]))  # the bluest stands alone
    page.mouse.click(*on_screen(picture, Regions().X[far]))
    says(picture, Regions(example=far).sentence())


def test_the_keyboard_does_what_the_pointer_does(open_picture):
    page = open_picture(Regions())
    picture = page.locator(".sml")
    slider = lambda name: picture.get_by_role("slider", name=name, exact=True)  # noqa: E731
    assert not slider("bias").is_visible()
    press(page, slider("brightness"), "End")
    says(picture, Regions(X=changed(10, (3, -2.09))).sentence())
    picture.get_by_role("radio", name="photograph").focus()
    page.keyboard.press("ArrowRight")
    press(page, slider("brightness"), "ArrowRight", 4)
    press(page, slider("blue minus red"), "Home")
    press(page, slider("bias"), "ArrowLeft")
    W = [[1.0, -3.0, -0.3], *Regions().W[1:]]
    says(picture, Regions(W, X=changed(10, (3, -2.09))).sentence())
    press(page, slider("temperature"), "Home")
    press(page, slider("photograph"), "ArrowLeft", 2)
    python = Regions(W, X=changed(10, (3, -2.09)), temperature=0.1, example=8)
    says(picture, python.sentence())
    np.testing.assert_allclose(places(picture, ".sml-handle")[1], in_plane([1.0, -3.0]), atol=1e-6)


def test_a_finger_drags_a_handle_and_not_the_page(open_picture):
    page = open_picture(Regions(), width=390, height=500, has_touch=True, is_mobile=True)
    picture, finger = page.locator(".sml"), page.context.new_cdp_session(page)
    before = page.evaluate("scrollY")
    for kind, x in (
        ("touchStart", (0.6, 1.1)),
        ("touchMove", (0.8, 0.5)),
        ("touchMove", (1.5, -1)),
        ("touchMove", (2, -2)),
    ):
        left, up = on_screen(picture, x)
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": left, "y": up}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    until(lambda: shown(picture, "blue minus red") < -1.8, "the row had moved")
    assert page.evaluate("scrollY") == before


def test_a_training_run_is_played_and_its_steps_stand_where_they_are(open_picture):
    python = Regions(PATH, steps=STEPS)
    page = open_picture(python)
    picture = page.locator(".sml")
    says(picture, python.sentence())
    rule = picture.get_by_role("slider", name="step of the training")
    assert (rule.get_attribute("min"), rule.get_attribute("max")) == ("0", "40")
    seen = []
    for key in ["ArrowRight"] * 5 + ["ArrowLeft"] * 5:
        press(page, rule, key)
        seen.append(rule.input_value())
    assert seen == ["1", "4", "5", "40", "40", "5", "4", "1", "0", "0"]
    assert picture.locator(".sml-handle").nth(1).evaluate("e => getComputedStyle(e).pointerEvents") == "none"
    assert picture.get_by_role("radio").count() == 0
    picture.get_by_role("button", name="Play").click()
    says(picture, Regions(PATH, steps=STEPS, step=40).sentence())
    np.testing.assert_allclose(places(picture, ".sml-handle")[1:], in_plane(PATH[-1, :, :2]), atol=1e-6)
    # Again, from the start; and paused in the same moment, before its clock goes on.
    button = picture.get_by_role("button", name="Play")
    button.evaluate("button => { button.click(); window.playing = button.textContent; button.click(); }")
    assert "Pause" in page.evaluate("playing")
    assert "Play" in button.text_content()
    assert rule.input_value() == "0"


def test_the_axes_of_the_loss_hold_still_while_a_slider_moves(open_picture):
    page = open_picture(Regions())
    picture = page.locator(".sml")
    ticks = ".sml-side svg .sml-grid text"
    heat = picture.get_by_role("slider", name="temperature")
    press(page, heat, "Home")  # the loss is 51 here
    before = picture.locator(ticks).all_text_contents()
    for _ in range(8):
        press(page, heat, "ArrowRight")
        assert picture.locator(ticks).all_text_contents() == before


def test_playing_ends_with_the_picture(open_page):
    page = open_page()
    page.set_content("<!doctype html><title>leave</title>")
    leaves_nothing(page, Regions(PATH, steps=STEPS), 13, ".sml-controls button")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 900])
def test_a_run_fits_every_width(open_picture, screenshots, width, theme):
    names = ["airplane", "a name rather long", "<i>frog</i>"]
    python = Regions(PATH, steps=STEPS, class_names=names, temperature=0.1)
    page = open_picture(python, width=width, theme=theme)
    says(page.locator(".sml"), python.sentence())
    fits(page, width)
    page.screenshot(path=screenshots / f"regions_run_{width}_{theme}.png", full_page=True)


def test_it_fits_a_laptops_window(open_picture):
    """JupyterLab leaves some 900 x 740 of a window of 1280 x 900."""
    page = open_picture(Regions(), width=900, height=740)
    says(page.locator(".sml"), Regions().sentence())
    assert page.locator(".sml").bounding_box()["height"] <= 740


def test_in_jupyterlab_python_and_the_picture_move_together(open_page, lab):
    source = "from softmax_lesson.widgets import Regions\n\npicture = Regions()\npicture"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
    nbformat.write(notebook, lab.folder / "regions.ipynb")
    notebook = Notebook(open_page(), lab, "regions.ipynb")
    notebook.run_all()
    [(index, model)] = notebook.pictures()
    picture = notebook.show(index)
    says(picture, Regions().sentence())
    press(notebook.page, picture.get_by_role("slider", name="brightness"), "End")
    until(lambda: notebook.state(model)["X"][10] == [3.0, -2.09], "Python had the point")
    notebook.ask("picture.W = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]; picture.example = 3")
    says(picture, Regions(np.eye(3), X=changed(10, (3, -2.09)), example=3).sentence())
