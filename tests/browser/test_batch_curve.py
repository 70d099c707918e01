"""BatchCurve in a page of its own: driven by hand, it says NumPy's numbers."""

import io
import re

import numpy as np
import pytest
from looking import Notebook, contrasts, fits, leaves_nothing, press, says, until
from PIL import Image

from softmax_lesson.data import CLASS_NAMES
from softmax_lesson.widgets import BatchCurve, LossCurve

FIRST, SECOND, THIRD = CLASS_NAMES

RATE, RANK = "learning rate of the step", "example, hardest pull first"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_keyboard_moves_everything(open_picture, theme):
    page, twin = open_picture(BatchCurve(), theme=theme), BatchCurve()
    picture = page.locator(".sml")
    says(picture, twin.sentence())
    before = picture.locator("svg").screenshot()

    press(page, picture.get_by_role("slider", name=RATE), "ArrowRight", 7)
    twin.learning_rate = 0.22
    says(picture, twin.sentence())
    assert picture.get_by_role("slider", name=RATE).get_attribute("aria-valuetext") == "0.22"
    assert picture.locator("svg").screenshot() != before

    press(page, picture.get_by_role("slider", name=RANK), "ArrowRight", 3)
    twin.example = twin.order()[3]
    says(picture, twin.sentence())
    assert "Number 4 by its pull" in twin.sentence()
    valuetext = f"4 of 24, {twin.class_names[twin.labels[twin.example]]}"
    assert picture.get_by_role("slider", name=RANK).get_attribute("aria-valuetext") == valuetext

    press(page, picture.get_by_role("radio", name="all"), "ArrowLeft")  # round to the last class
    twin.shown = 2
    says(picture, twin.sentence())
    picture.get_by_role("button", name=re.compile(f"^{THIRD}, pull")).nth(1).focus()
    page.keyboard.press("Enter")
    twin.example = twin.order()[1]
    says(picture, twin.sentence())
    pressed = [b.get_attribute("aria-pressed") for b in picture.get_by_role("button").all()]
    assert pressed == ["false", "true", "false", "false", "false", "false"]


def test_from_the_shortest_step_to_the_longest_the_words_are_numpys(open_picture):
    page, twin = open_picture(BatchCurve()), BatchCurve()
    slider = page.get_by_role("slider", name=RATE)
    press(page, slider, "Home")
    for hundredth in range(31):
        twin.learning_rate = hundredth / 100
        assert page.locator(".sml-sentence p").first.text_content() == twin.sentence()
        page.keyboard.press("ArrowRight")
    says(page.locator(".sml"), twin.sentence())


def test_every_mark_stands_on_the_curve_where_numpy_puts_it(open_picture):
    picture = BatchCurve(learning_rate=0.2)
    page = open_picture(picture)
    margin, loss, _, _ = picture.measure()
    ends = BatchCurve(learning_rate=0.3).measure()
    left, right, top, bottom = 38, 390, 34, 256  # the axes of the kit
    x0, x1, high = np.floor(ends[0].min()), np.ceil(ends[0].max()), np.ceil(ends[1].max())
    for node, x, y in zip(page.locator(".sml-mark").all(), margin, loss, strict=True):
        at = [float(v) for v in re.findall(r"-?[\d.]+", node.get_attribute("transform"))]
        assert at[0] == pytest.approx(left + (x - x0) / (x1 - x0) * (right - left), abs=0.06)
        assert at[1] == pytest.approx(bottom - y / high * (bottom - top), abs=0.06)
    mean = page.locator(".sml-mean").get_attribute("d")
    assert float(mean.split()[-1]) == pytest.approx(bottom - loss.mean() / high * (bottom - top), abs=0.06)


def test_the_bar_shows_who_pulls(open_picture):
    picture = BatchCurve(learning_rate=0.3)
    page = open_picture(picture)
    pull = picture.measure()[2]
    widths = page.locator(".sml-shares div").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect().width)"
    )
    shares = np.array(widths) / sum(widths)
    np.testing.assert_allclose(shares, pull[picture.order()] / pull.sum(), atol=0.01)
    assert page.get_by_text("Who pulls: 5 of 24 do half of it").is_visible()
    assert page.locator(".sml-half, .sml-here").count() == 5


def test_each_photograph_is_cut_from_the_sheet_where_it_lies(open_picture):
    """What is painted for the example chosen is that photograph, not its neighbour."""
    picture = BatchCurve()
    page = open_picture(picture)
    photo = page.locator(".sml-detail .sml-photo")
    sheet = """([address, i]) => new Promise(done => {
        const image = new Image();
        image.onload = () => {
            const canvas = Object.assign(document.createElement("canvas"), { width: 32, height: 32 });
            const pen = canvas.getContext("2d");
            pen.drawImage(image, -32 * i, 0);
            done([...pen.getImageData(0, 0, 32, 32).data].filter((_, n) => n % 4 < 3));
        };
        image.src = address;
    })"""
    for rank in (0, 11, 23):
        i = picture.order()[rank]
        press(page, page.get_by_role("slider", name=RANK), "Home")
        press(page, page.get_by_role("slider", name=RANK), "ArrowRight", rank)
        expected = np.array(page.evaluate(sheet, [picture.images, i])).reshape(32, 32, 3).mean(axis=(0, 1))
        painted = np.array(Image.open(io.BytesIO(photo.screenshot())).convert("RGB"))[3:-3, 3:-3].mean(
            axis=(0, 1)
        )
        np.testing.assert_allclose(painted, expected, atol=6)


def test_the_pointer_chooses_a_mark_and_touch_a_photograph(open_picture):
    twin = BatchCurve(learning_rate=0.3)
    page = open_picture(BatchCurve(learning_rate=0.3), width=390, has_touch=True)
    second, third = twin.order()[1:3]
    page.locator(".sml-mark").nth(second).scroll_into_view_if_needed()
    box = page.locator(".sml-mark").nth(second).bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    twin.example = second
    says(page.locator(".sml"), twin.sentence())
    page.get_by_role("button").nth(2).tap()
    twin.example = third
    says(page.locator(".sml"), twin.sentence())


def test_two_pictures_on_a_page_are_independent(open_picture):
    page = open_picture(BatchCurve(), BatchCurve(learning_rate=0.05, shown=1), LossCurve())
    first, second, third = page.locator(".sml").all()
    press(page, first.get_by_role("slider", name=RATE), "End")
    first.get_by_role("radio", name=THIRD).check()
    says(first, BatchCurve(learning_rate=0.3, shown=2, example=BatchCurve().example).sentence())
    says(second, BatchCurve(learning_rate=0.05, shown=1).sentence())
    says(third, LossCurve().sentence())


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 640, 1280, 1920])
def test_it_fits_every_width(open_picture, screenshots, width, theme):
    names = ["airplane", "a name that is rather long", "<i>frog</i>"]
    page = open_picture(BatchCurve(), BatchCurve(class_names=names), width=width, theme=theme)
    says(page.locator(".sml").last, BatchCurve(class_names=names).sentence())
    fits(page, width)
    targets = page.locator(".sml :is([type=range], label, button)").all()
    assert min(target.bounding_box()["height"] for target in targets) >= 24
    page.screenshot(path=screenshots / f"batch_curve_{width}_{theme}.png", full_page=True)


INKS = [(".sml-class-0", "fill"), (".sml-class-1", "fill"), (".sml-class-2", "fill"), (".sml-mean", "stroke")]
INKS += [(".sml-half", "backgroundColor"), (".sml-here", "backgroundColor")]
INKS += [("[aria-pressed=true]", "borderTopColor")]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_marks_stand_out_from_their_ground(open_picture, theme):
    assert min(contrasts(open_picture(BatchCurve(), theme=theme), *INKS)) >= 3


def test_leaving_takes_every_listener_away(open_picture):
    leaves_nothing(open_picture(LossCurve()), BatchCurve(), 7)


def test_without_scripts_the_still_picture_is_there(open_picture):
    page = open_picture(BatchCurve(), java_script_enabled=False)
    image = page.get_by_role("img", name=BatchCurve().sentence())
    until(lambda: image.bounding_box()["width"] == 630, "the still picture was there")


def test_in_jupyterlab_the_keys_and_python_move_one_state(open_page, lab, screenshots):
    notebook = Notebook(open_page(), lab, "06_many_examples.ipynb")
    notebook.run_all()
    [(index, model)] = notebook.pictures()
    picture, twin = notebook.show(index), BatchCurve()
    assert notebook.state(model) == twin.state()
    says(picture, twin.sentence())

    # By keys: JupyterLab would take the arrows and the letter b, if it were let.
    cells = len(notebook.cells())
    for name, step in (RATE, 0.03), (RANK, 3):
        picture.get_by_role("slider", name=name).focus()
        for key in ("b", "ArrowRight", "ArrowRight", "ArrowRight"):
            notebook.page.keyboard.press(key)
        if name == RATE:
            twin.learning_rate = round(twin.learning_rate + step, 2)
        else:
            twin.example = twin.order()[step]
    picture.get_by_role("button").nth(1).focus()
    for key in ("b", "Enter"):
        notebook.page.keyboard.press(key)
    twin.example = twin.order()[1]
    says(picture, twin.sentence())
    until(lambda: notebook.state(model) == twin.state(), "Python had what the keys did")
    assert len(notebook.cells()) == cells

    notebook.ask("picture.learning_rate, picture.shown = 0.3, 0")
    twin.learning_rate, twin.shown = 0.3, 0
    says(picture, twin.sentence())
    for theme in "Dark", "Light":
        notebook.theme(theme)
        picture.screenshot(path=screenshots / f"lab_batch_curve_{theme.lower()}.png")


def test_beside_the_curve_all_classes_stand_in_one_line(open_picture):
    page = open_picture(BatchCurve(), width=1000)
    labels = page.locator(".sml-choices label").all()
    assert len({label.bounding_box()["y"] for label in labels}) == 1
    assert len(labels) == 4
