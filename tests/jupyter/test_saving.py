"""What the server extension takes out of a notebook that is saved, and what it leaves."""

import copy

from softmax_lesson.jupyter.saving import LIVE_VIEW, drop_live_views
from softmax_lesson.widgets import LossCurve


def notebook(*outputs):
    cells = [{"cell_type": "markdown"}, {"cell_type": "code", "outputs": list(outputs)}]
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
