"""`make present`: in jupyterlab-rise, where no Jupyter widget loads, a picture is its stand-alone form."""

import re
import shutil

import pytest
from looking import PATIENCE, says
from publish import ROOT

from softmax_lesson.widgets import LossCurve

pytest.importorskip("jupyterlab_rise", reason="jupyterlab-rise is an extra: make .venv/.present installs it")


@pytest.mark.parametrize(
    "name, scores, y", [("00_start_here", [1.0, 0.0, -1.0], 0), ("04_loss", [1.0, 4.0, 2.0], 2)]
)
def test_a_cell_is_run_in_the_slides_and_its_picture_moves(lab, chromium, screenshots, name, scores, y):
    settings = lab.folder.parent / "settings"
    shutil.copytree(ROOT / "scripts" / "present", settings, dirs_exist_ok=True)
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
    page.keyboard.press("Shift+Enter")
    box, picture = cell.locator(".sml"), LossCurve(scores, y)
    says(box, picture.sentence())
    slider = box.get_by_role("slider", name="score of automobile")
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    picture.scores = [scores[0], scores[1] + 0.3, scores[2]]
    says(box, picture.sentence())
    slider.scroll_into_view_if_needed()
    page.screenshot(path=screenshots / f"present_{name}.png")
    page.context.close()
