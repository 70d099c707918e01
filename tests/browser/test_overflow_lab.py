"""OverflowLab in a page of its own: its arithmetic is NumPy's, its words follow the hand."""

import base64
import inspect
import json
from pathlib import Path

import numpy as np
import pytest
from looking import Notebook, fits, press, says, until

from softmax_lesson.widgets import OverflowLab

REACH = {"float16": 24, "float32": 120, "float64": 900}


@pytest.fixture
def lab_page(open_page):
    """A page in which `arithmetic` holds the functions of overflow_lab.js that a picture keeps to itself."""
    text = Path(inspect.getfile(OverflowLab)).with_suffix(".js").read_text("utf-8")
    inside = text.replace("return { render };", "return { half, compute };")
    page = open_page()
    page.set_content("<!doctype html><title>arithmetic</title>")
    page.add_script_tag(content=f"{OverflowLab._script}const arithmetic = ({inside})(kit);")
    return page


def numbers(page, function, values):
    """Return what a function of JavaScript, from a list to a list of numbers, makes of some values."""
    packed = page.evaluate(
        """([values, source]) => {
            const bytes = new Uint8Array(new Float64Array(eval(source)(JSON.parse(values))).buffer);
            let text = "";
            for (const byte of bytes) text += String.fromCharCode(byte);
            return btoa(text);
        }""",
        [json.dumps(values).replace("Infinity", "1e999"), function],
    )
    return np.frombuffer(base64.b64decode(packed))


def test_rounding_to_float16_is_numpys(lab_page):
    rng = np.random.default_rng(16)
    every = np.arange(0x7C00, dtype=np.uint16).view(np.float16).astype(float)  # from 0 up
    ties = (every[1:] + every[:-1]) / 2
    x = np.concatenate(
        [
            every,
            -every[1:],
            ties,
            -ties,
            np.nextafter(ties, np.inf),
            np.nextafter(ties, 0),
            rng.normal(size=50_000) * 10.0 ** rng.uniform(-12, 6, 50_000),
            [65519.99, 65520, 65520.01, 65536, 1e300, -1e300, np.inf, -np.inf, 2.0**-25, 5e-324],
        ]
    )
    with np.errstate(over="ignore", under="ignore"):
        expected = x.astype(np.float16).astype(float)
    found = numbers(lab_page, "x => x.map(arithmetic.half)", x.tolist())
    np.testing.assert_array_equal(found, expected)


def test_every_method_computes_what_numpy_computes(lab_page):
    rng, cases = np.random.default_rng(2), []
    for i in range(4500):
        dtype, method = list(REACH)[i % 3], ("plain", "clip", "shift")[i // 3 % 3]
        f = (rng.normal(size=int(rng.integers(2, 5))) * 4).round(1)
        offset = round(rng.uniform(-REACH[dtype], REACH[dtype]), 1)
        cases.append((f.tolist(), int(rng.integers(len(f))), offset, dtype, method))
    found = numbers(
        lab_page,
        """cases => cases.flatMap(([f, y, c, dtype, method]) => {
            const got = arithmetic.compute(f.map(v => v + c), y, dtype, method);
            return [...got.p, got.total, got.loss, got.slope, Number(got.dead)];
        })""",
        cases,
    )
    lost, place = 0, 0
    for f, y, offset, dtype, method in cases:
        p, *rest = OverflowLab(f, y, offset=offset, dtype=dtype, method=method).computed()
        expected = np.array([*p, *rest], float)
        here = found[place : place + len(expected)]
        place += len(expected)
        # exp and log may differ in the last digit; the logarithm of a probability near 1 shows that.
        few = 16 * float(np.finfo(dtype).eps)
        np.testing.assert_allclose(
            here, expected, rtol=few, atol=few, err_msg=f"{f, y, offset, dtype, method}"
        )
        lost += not np.isfinite(expected).all()
    assert place == len(found)
    assert 300 < lost < 3000


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_keyboard_moves_everything(open_picture, screenshots, theme):
    start = {"offset": 0.0, "dtype": "float16", "method": "plain"}
    page = open_picture(OverflowLab(**start), theme=theme)
    picture = page.locator(".sml")
    says(picture, OverflowLab(**start).sentence())
    slider = picture.get_by_role("slider", name="offset, added to all scores")
    slider.focus()
    for _ in range(75):
        page.keyboard.press("ArrowRight")
    says(picture, OverflowLab(**start | {"offset": 7.5}).sentence())
    assert "loss = inf" in picture.locator("svg").text_content()
    assert "no answer: nan" in picture.locator("svg").text_content()
    page.keyboard.press("End")
    says(picture, OverflowLab(**start | {"offset": 24.0}).sentence())
    assert not picture.locator(".sml-point").is_visible()
    picture.get_by_role("radio", name="plain").focus()
    page.keyboard.press("ArrowRight")
    says(picture, OverflowLab(**start | {"offset": 24.0, "method": "clip"}).sentence())
    assert picture.locator(".sml-point").is_visible()
    assert "dead: slope 0" in picture.locator("svg").text_content()
    page.keyboard.press("ArrowRight")
    says(picture, OverflowLab(offset=24.0, dtype="float16", method="shift").sentence())
    picture.get_by_role("radio", name="float16").focus()
    page.keyboard.press("ArrowRight")
    says(picture, OverflowLab(offset=24.0, dtype="float32", method="shift").sentence())
    own = picture.get_by_role("slider", name="score of the correct class")
    own.focus()
    page.keyboard.press("Home")
    says(picture, OverflowLab([1, 4, -6], offset=24.0, dtype="float32", method="shift").sentence())
    cells = picture.get_by_role("row").all_text_contents()
    assert [cell for cell in cells if cell.startswith("together")] == ["together1.0001.000"]
    page.screenshot(path=screenshots / f"overflow_lab_moved_{theme}.png", full_page=True)


def test_a_smaller_dtype_takes_the_offset_within_its_reach(open_picture):
    page = open_picture(OverflowLab())
    page.get_by_role("radio", name="float16").check()
    says(page.locator(".sml"), OverflowLab(offset=24.0, dtype="float16").sentence())


def test_nothing_but_the_axis_changes_when_shifting(open_picture):
    page = open_picture(OverflowLab(offset=0.0, method="shift"))
    curve, slider = page.locator(".sml-curve"), page.get_by_role("slider", name="offset, added to all scores")
    before = curve.get_attribute("d"), page.locator(".sml-grid").inner_html()
    slider.focus()
    page.keyboard.press("End")
    says(page.locator(".sml"), OverflowLab(offset=900.0, method="shift").sentence())
    assert curve.get_attribute("d") == before[0]
    assert page.locator(".sml-grid").inner_html() != before[1]


def test_two_pictures_on_a_page_are_independent(open_picture):
    other = OverflowLab([0, 0], 1, offset=5.0, dtype="float16", method="plain")
    page = open_picture(OverflowLab(), other)
    first, second = page.locator(".sml").all()
    first.get_by_role("radio", name="shift").check()
    says(first, OverflowLab(method="shift").sentence())
    says(second, other.sentence())
    assert second.get_by_role("radio", name="plain").is_checked()
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
    assert len(ids) == len(set(ids)) == 6


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 640, 1280, 1920])
def test_it_fits_every_width(open_picture, screenshots, width, theme):
    lost = OverflowLab(
        offset=706.0, method="plain", class_names=["airplane", "a name rather long", "<i>frog</i>"]
    )
    page = open_picture(OverflowLab(), lost, width=width, theme=theme)
    says(page.locator(".sml").last, lost.sentence())
    fits(page, width)
    cut = """[...document.querySelectorAll('.sml :is(th,td)')].filter(e =>
        e.scrollWidth > e.clientWidth + 1).map(e => e.textContent)"""
    assert page.evaluate(cut) == []
    targets = page.locator(".sml :is([type=range], label)").all()
    assert min(target.bounding_box()["height"] for target in targets) >= 24
    page.screenshot(path=screenshots / f"overflow_lab_{width}_{theme}.png", full_page=True)


def test_in_jupyterlab_the_keyboard_and_python_move_it(open_page, lab, screenshots):
    notebook = Notebook(open_page(), lab, "02_stability.ipynb")
    notebook.run_all()
    [(index, model)] = notebook.pictures()
    state, picture = notebook.state(model), notebook.show(index)
    says(picture, OverflowLab(**state).sentence())
    picture.get_by_role("slider", name="offset, added to all scores").focus()
    for _ in range(30):
        notebook.page.keyboard.press("ArrowRight")
    picture.get_by_role("radio", name="plain").focus()
    notebook.page.keyboard.press("ArrowRight")
    state |= {"offset": 3.0, "method": "clip"}
    says(picture, OverflowLab(**state).sentence())
    until(lambda: notebook.state(model) == state, f"Python had {state}")
    notebook.ask("picture.dtype, picture.offset = 'float64', 700.0")
    says(picture, OverflowLab(**state | {"dtype": "float64", "offset": 700.0}).sentence())
    for theme in "Dark", "Light":
        notebook.theme(theme)
        notebook.show(index)
        notebook.page.screenshot(path=screenshots / f"02_stability_{theme.lower()}.png")


def test_the_verdict_stands_outside_the_drawing(open_picture):
    """In the drawing, "right" would stand in the hatched field of no answer."""
    right = OverflowLab(offset=705.0, scores=[1.0, 4.0, 2.0], method="shift")
    assert right.verdict() == "right"
    for picture in right, OverflowLab(), OverflowLab(offset=706.0, method="plain"):
        page = open_picture(picture)
        says(page.locator(".sml"), picture.sentence())
        assert page.locator(".sml-verdict").text_content().endswith(f": {picture.verdict()}")
        drawn = page.locator(".sml-plot > text").all_text_contents()
        assert picture.verdict() not in drawn


def test_the_axes_hold_still_while_the_own_score_moves(open_picture):
    picture = OverflowLab(scores=[1.0, 4.0, -20.0], offset=0.0)
    page = open_picture(picture)
    says(page.locator(".sml"), picture.sentence())
    ticks = page.locator(".sml-plot .sml-grid text")
    before = ticks.all_text_contents()
    for _ in range(6):
        press(page, page.get_by_role("slider", name="score of the correct class"), "PageUp")
        assert ticks.all_text_contents() == before
