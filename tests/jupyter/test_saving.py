"""What the server extension takes out of a notebook that is saved, and what it leaves."""

import copy

import pytest

from softmax_lesson.jupyter.saving import LIVE_VIEW, drop_live_views
from softmax_lesson.widgets import LossCurve

LESSON = "from softmax_lesson.widgets import LossCurve\n\nLossCurve()"


def notebook(*outputs, source=LESSON):
    cells = [{"cell_type": "markdown"}, {"cell_type": "code", "source": source, "outputs": list(outputs)}]
    return {"type": "notebook", "content": {"cells": cells}}


def test_a_picture_keeps_the_forms_that_need_no_kernel():
    data, metadata = LossCurve()._repr_mimebundle_()
    lines = {**data, "text/html": data["text/html"].splitlines(keepends=True)}
    for forms in data, lines:
        model = notebook({"output_type": "display_data", "data": dict(forms), "metadata": metadata})
        drop_live_views(model=model, path="a.ipynb", contents_manager=None)
        [output] = model["content"]["cells"][1]["outputs"]
        assert output["data"] == {name: forms[name] for name in forms if name != LIVE_VIEW}


def test_everything_else_is_saved_as_it_is():
    slider = {"data": {LIVE_VIEW: {"model_id": "a"}, "text/plain": "IntSlider()"}}
    table = {"data": {LIVE_VIEW: {"model_id": "b"}, "text/html": "<table></table>"}}
    for model in (
        notebook(slider, table, {"output_type": "stream", "text": "kit.standAlone("}),
        {"type": "file", "content": "text"},
        {"type": "directory", "content": None},
    ):
        before = copy.deepcopy(model)
        drop_live_views(model)
        assert model == before


@pytest.mark.parametrize(
    "source", ["print('softmax_lesson')", "from ours import softmax_lesson", "import softmax_lessons", ""]
)
def test_a_notebook_that_does_not_load_the_lesson_is_saved_as_it_is(source):
    """Not even a picture of the lesson that somebody has copied into it."""
    data, metadata = LossCurve()._repr_mimebundle_()
    model = notebook({"output_type": "display_data", "data": data, "metadata": metadata}, source=source)
    before = copy.deepcopy(model)
    drop_live_views(model)
    assert model == before


@pytest.mark.parametrize("content", [{}, {"worksheets": []}, {"cells": []}, {"cells": [{}]}])
def test_what_is_no_notebook_of_today_is_saved_as_it_is(content):
    model = {"type": "notebook", "content": copy.deepcopy(content)}
    drop_live_views(model)
    assert model["content"] == content


@pytest.mark.parametrize("lines", [False, True])
def test_the_lesson_is_known_by_what_it_loads(lines):
    source = "import numpy as np\nimport softmax_lesson.figures as figures"
    source = source.splitlines(keepends=True) if lines else source
    data, metadata = LossCurve()._repr_mimebundle_()
    model = notebook({"output_type": "display_data", "data": data, "metadata": metadata}, source=source)
    drop_live_views(model)
    assert LIVE_VIEW not in model["content"]["cells"][1]["outputs"][0]["data"]
