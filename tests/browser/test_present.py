"""`make present`: in jupyterlab-rise, where no Jupyter widget loads, a picture is its stand-alone form."""

import json
import re
import shutil
import urllib.request

import pytest
from looking import PATIENCE, says
from publish import ROOT

from softmax_lesson.data import CLASS_NAMES
from softmax_lesson.widgets import LossCurve

FIRST, SECOND, THIRD = CLASS_NAMES

pytest.importorskip("jupyterlab_rise", reason="jupyterlab-rise is an extra: make .venv/.present installs it")


SETTINGS = ROOT / "scripts" / "present" / "jupyterlab-rise" / "plugin.jupyterlab-settings"
# The present slide: its first words, its height, its cells, and what stands out on the right.
SLIDE = """() => {
    const slide = document.querySelector("section.present:not(.stack)");
    const cells = [...slide.querySelectorAll(".jp-Cell")].filter(cell => cell.clientHeight);
    const wide = [...slide.querySelectorAll(".jp-Cell, .cm-line, pre, .sml, img")]
        .filter(node => node.getBoundingClientRect().right > innerWidth + 1);
    const words = wide.map(node => node.outerHTML.slice(0, 120));
    return [slide.textContent.slice(0, 60), slide.scrollHeight, cells.length, words];
}"""


@pytest.fixture
def settings(lab):
    """The settings of `make present`, in the folder of the test's own JupyterLab."""
    shutil.copytree(ROOT / "scripts" / "present", lab.folder.parent / "settings", dirs_exist_ok=True)


def test_the_settings_are_accepted(lab, settings):
    address = f"{lab.url}/lab/api/settings/jupyterlab-rise:plugin?token={lab.token}"
    with urllib.request.urlopen(address, timeout=60) as answer:
        taken = json.load(answer)
    assert taken.get("warning") is None
    assert taken["settings"] == json.loads(SETTINGS.read_text("utf-8"))
    assert taken["settings"]["scroll"] is True


@pytest.mark.parametrize("name, width, height", [("04_loss", 1280, 720), ("05_derivatives", 1920, 1080)])
def test_what_is_shown_fits_the_screen(lab, settings, chromium, screenshots, name, width, height):
    page = chromium.new_page(viewport={"width": width, "height": height})
    page.set_default_timeout(PATIENCE)
    page.goto(f"{lab.url}/rise/{name}.ipynb?token={lab.token}")
    page.locator(".reveal section.present h1").wait_for()
    seen = []
    while "Where the handout is loose" not in (slide := page.evaluate(SLIDE))[0]:
        words, tall, cells, wide = slide
        assert wide == [], words
        assert tall <= height or cells == 1, words  # a single tall cell is scrolled
        seen.append(words)
        page.keyboard.press("Space")
        page.wait_for_function(f"before => ({SLIDE})().join() !== before", arg=",".join(map(str, slide)))
        page.wait_for_timeout(300)  # for the pictures, which are drawn a moment later
    assert len(seen) > 25
    letters = page.locator("section.present:not(.stack) li").first
    assert letters.evaluate("node => parseFloat(getComputedStyle(node).fontSize)") > height / 36
    page.screenshot(path=screenshots / f"present_{name}_{width}.png")
    page.context.close()


@pytest.mark.parametrize(
    "name, scores, y", [("00_start_here", [1.0, 0.0, -1.0], 0), ("04_loss", [1.0, 4.0, 2.0], 2)]
)
def test_a_cell_is_run_in_the_slides_and_its_picture_moves(
    lab, settings, chromium, screenshots, name, scores, y
):
    # Not `open_page`: rise itself complains in the console that it has no widget manager.
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    page.set_default_timeout(PATIENCE)
    page.goto(f"{lab.url}/rise/{name}.ipynb?token={lab.token}")
    page.locator(".reveal section.present").first.wait_for()
    present = page.locator("section.present:not(.stack)")
    cell = present.locator(".jp-CodeCell", has_text=re.compile(r"LossCurve\(")).first
    for _ in range(60):
        if cell.count():
            break
        page.keyboard.press("Space")
        page.wait_for_timeout(300)
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")  # Shift + Enter goes on to the next slide
    box, picture = cell.locator(".sml"), LossCurve(scores, y)
    says(box, picture.sentence())
    slider = box.get_by_role("slider", name=f"score of {SECOND}")
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    picture.scores = [scores[0], scores[1] + 0.3, scores[2]]
    says(box, picture.sentence())
    slider.scroll_into_view_if_needed()
    page.screenshot(path=screenshots / f"present_{name}.png")
    page.context.close()
