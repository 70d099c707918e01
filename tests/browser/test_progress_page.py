"""The page that `progress().page()` writes, to print or to hand in, as a browser shows it."""

import pytest
from axe import ANY, barriers

from softmax_lesson.exercises import progress
from softmax_lesson.exercises.engine import progress_file
from softmax_lesson.widgets import Prediction


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_handed_in_page_fits_a_telephone_and_has_no_barriers(
    open_page, tmp_path, monkeypatch, screenshots, theme
):
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(progress_file, "_predicted", {})
    monkeypatch.chdir(tmp_path)
    predicted = Prediction("05_derivatives.nudge")
    predicted.choice = 1
    predicted.answer()
    progress().page()
    (path,) = tmp_path.glob("*.html")
    page = open_page(theme=theme)
    page.context.set_offline(True)
    page.goto(path.as_uri())
    assert page.get_by_role("progressbar").count() == 10
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert barriers(page, least=ANY) == []
        page.screenshot(path=screenshots / f"progress_{width}_{theme}.png", full_page=True)
