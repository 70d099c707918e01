"""TrainingPlayer in a page of its own: driven by hand and playing, it says NumPy's numbers."""

import base64
import re

import numpy as np
import pytest
from looking import Notebook, fits, leaves_nothing, press, says, until

from softmax_lesson.widgets import LossCurve, TrainingPlayer


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_keyboard_moves_everything(open_picture, theme):
    page, twin = open_picture(TrainingPlayer(), theme=theme), TrainingPlayer()
    picture = page.locator(".sml")
    says(picture, twin.sentence())
    before = picture.locator("svg").first.screenshot()
    slider = picture.get_by_role("slider", name="step")
    press(page, slider, "ArrowRight", 4)
    twin.step = twin.steps[4]
    says(picture, twin.sentence())
    assert slider.get_attribute("aria-valuetext") == f"step {twin.step}"
    press(page, picture.get_by_role("radio", name="0.02", exact=True), "ArrowRight", 2)
    twin.learning_rate = 2.0
    says(picture, twin.sentence())
    press(page, picture.get_by_role("button", name="Back"), "Enter", 2)
    press(page, picture.get_by_role("button", name="Next"), "Space")
    twin.step = twin.steps[3]
    says(picture, twin.sentence())
    assert picture.locator("svg").first.screenshot() != before


@pytest.mark.parametrize("rate", [0.002, 0.02, 0.2, 2.0])
def test_every_step_of_every_run_has_numpys_words_and_places(open_picture, rate):
    twin = TrainingPlayer(learning_rate=rate, step=0)
    page = open_picture(TrainingPlayer(learning_rate=rate, step=0), reduced_motion="reduce")
    r = twin.learning_rates.index(rate)
    margins = np.frombuffer(base64.b64decode(twin.margins), "<i2").reshape(4, len(twin.steps), -1)[r] / 100
    x0, x1 = np.floor(margins.min()), np.ceil(margins.max())
    high = np.ceil(np.logaddexp(0, -x0))
    for k, step in enumerate(twin.steps):
        twin.step = step
        assert page.locator(".sml-sentence p").first.text_content() == twin.sentence()
        moves = page.locator(".sml-bead").evaluate_all("all => all.map(e => e.style.transform)")
        at = np.array([[float(v) for v in re.findall(r"-?[\d.]+", move)] for move in moves])
        np.testing.assert_allclose(at[:, 0], 38 + (margins[k] - x0) / (x1 - x0) * 352, atol=0.06)
        np.testing.assert_allclose(at[:, 1], 256 - np.logaddexp(0, -margins[k]) / high * 222, atol=0.06)
        page.get_by_role("button", name="Next").click()
    says(page.locator(".sml"), twin.sentence())


# Writes down where a slider was, however long the test is kept from looking.
WRITE_DOWN = """slider => {
    window.been = [];
    const note = () => been.push(slider.getAttribute("aria-valuetext"));
    new MutationObserver(note).observe(slider, { attributeFilter: ["aria-valuetext"] });
}"""


def test_it_plays_pauses_and_stops_at_the_end(open_picture):
    page = open_picture(TrainingPlayer(step=100))
    slider, play = page.get_by_role("slider", name="step"), page.locator(".sml-buttons button").first
    slider.evaluate(WRITE_DOWN)
    play.click()  # at the end: from the beginning
    assert play.text_content() == "❚❚ Pause"
    until(lambda: "step 3" in page.evaluate("been"), "it played on")
    assert page.evaluate("been.slice(0, 4)") == ["step 0", "step 1", "step 2", "step 3"]
    play.click()
    assert play.text_content() == "▶ Play"
    at = slider.get_attribute("aria-valuetext")
    page.wait_for_timeout(1200)
    assert slider.get_attribute("aria-valuetext") == at
    play.click()
    until(lambda: slider.get_attribute("aria-valuetext") == "step 100", "it came to the end")
    until(lambda: play.text_content() == "▶ Play", "it stopped by itself")
    says(page.locator(".sml"), TrainingPlayer(step=100).sentence())
    play.click()
    press(page, slider, "ArrowRight")  # a hand on the slider stops it
    assert play.text_content() == "▶ Play"


def test_it_opens_where_all_points_start_and_steps_stand_at_their_distances(open_picture):
    page = open_picture(TrainingPlayer())
    says(page.locator(".sml"), TrainingPlayer(step=0).sentence())
    slider = page.get_by_role("slider", name="step")
    steps, seen = TrainingPlayer().steps, []
    for _ in steps[1:]:
        press(page, slider, "ArrowRight")
        seen.append(int(slider.input_value()))  # on a scale of steps, not of places in a list
    assert seen == steps[1:]
    for step in steps[-2::-1]:
        press(page, slider, "ArrowLeft")
        assert int(slider.input_value()) == step
    press(page, slider, "End")
    says(page.locator(".sml"), TrainingPlayer(step=100).sentence())
    line = page.locator(".sml-run").get_attribute("d")[1:].split("L")
    xs = np.array([float(point.split()[0]) for point in line])
    np.testing.assert_allclose((xs - 38) / (390 - 38) * 100, steps, atol=0.02)


def test_divergence_is_said_and_convergence_is_not(open_picture):
    page = open_picture(TrainingPlayer(learning_rate=2.0, step=3))
    assert page.get_by_text("worse than that").is_visible()
    page.get_by_role("radio", name="0.02", exact=True).check()
    assert page.get_by_text("worse than that").count() == 0


def test_two_pictures_on_a_page_are_independent(open_picture):
    page = open_picture(TrainingPlayer(), TrainingPlayer(learning_rate=0.2, step=5), LossCurve())
    first, second, third = page.locator(".sml").all()
    first.get_by_role("radio", name="2.0").check()
    press(page, first.get_by_role("slider", name="step"), "Home")
    says(first, TrainingPlayer(learning_rate=2.0, step=0).sentence())
    says(second, TrainingPlayer(learning_rate=0.2, step=5).sentence())
    says(third, LossCurve().sentence())


def test_touch_steps_through(open_picture):
    page = open_picture(TrainingPlayer(step=0), width=390, has_touch=True)
    page.get_by_role("button", name="Next").tap()
    page.get_by_text("2.0", exact=True).tap()
    says(page.locator(".sml"), TrainingPlayer(learning_rate=2.0, step=1).sentence())


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 640, 1280, 1920])
def test_it_fits_every_width(open_picture, screenshots, width, theme):
    page = open_picture(TrainingPlayer(), TrainingPlayer(learning_rate=2.0, step=3), width=width, theme=theme)
    says(page.locator(".sml").last, TrainingPlayer(learning_rate=2.0, step=3).sentence())
    fits(page, width)
    targets = page.locator(".sml :is([type=range], label, button)").all()
    assert min(target.bounding_box()["height"] for target in targets) >= 24
    page.screenshot(path=screenshots / f"training_player_{width}_{theme}.png", full_page=True)


def test_leaving_takes_every_listener_and_the_clock_away(open_picture):
    leaves_nothing(open_picture(LossCurve()), TrainingPlayer(step=0), 2, click="button")


def test_without_scripts_the_still_picture_is_there(open_picture):
    page = open_picture(TrainingPlayer(), java_script_enabled=False)
    image = page.get_by_role("img", name=TrainingPlayer().sentence())
    until(lambda: image.bounding_box()["width"] == 630, "the still picture was there")


def test_in_jupyterlab_python_and_the_picture_move_together(open_page, lab, screenshots):
    notebook = Notebook(open_page(), lab, "08_training.ipynb")
    notebook.run_all()
    (index, model), _ = notebook.pictures()  # the other one is of the regions
    picture = notebook.show(index)
    says(picture, TrainingPlayer().sentence())
    cells = len(notebook.cells())
    press(notebook.page, picture.get_by_role("radio", name="0.02", exact=True), "ArrowRight", 2)
    press(notebook.page, picture.get_by_role("slider", name="step"), "End")
    press(notebook.page, picture.get_by_role("button", name="Back"), "Enter", 2)
    press(notebook.page, picture.get_by_role("slider", name="step"), "ArrowLeft", 10)
    press(notebook.page, picture.get_by_role("button", name="Next"), "b")  # JupyterLab: a new cell below
    twin = TrainingPlayer(learning_rate=2.0, step=3)
    says(picture, twin.sentence())
    until(lambda: notebook.state(model) == twin.state(), "Python had the state of the picture")
    assert len(notebook.cells()) == cells
    notebook.ask("picture = next(v for v in globals().values() if type(v).__name__ == 'TrainingPlayer')")
    notebook.ask("picture.step, picture.learning_rate = 20, 0.2")
    says(picture, TrainingPlayer(learning_rate=0.2, step=20).sentence())
    for theme in "Light", "Dark":
        notebook.theme(theme)
        notebook.page.locator("#jupyterlab-splash").wait_for(state="hidden")
        notebook.page.screenshot(path=screenshots / f"training_player_lab_{theme.lower()}.png")
