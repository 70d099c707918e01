"""An extension of the Jupyter server: a saved notebook keeps its pictures, whether or not a kernel runs.

A picture's live view names a model of one kernel's life. Opened when that kernel is gone, JupyterLab prefers
it all the same and shows "Error displaying widget: model not found". So it stays in the page on the screen
and out of the file, where the picture's stand-alone form is then the best that there is.

It saves bytes, too: what goes between server and browser is compressed. A picture's script packs to a third.

Jupyter switches the extension on for every notebook of every server in its environment. So it looks first
whether a notebook is the lesson's: code in it loads `softmax_lesson`. Any other is saved as it is, and
what is no notebook is not looked at.
"""

import re

LOADS_THE_LESSON = re.compile(r"^\s*(?:from|import) softmax_lesson\b", re.MULTILINE)
LIVE_VIEW = "application/vnd.jupyter.widget-view+json"


def drop_live_views(model, **_):
    """Take the live view of each of the lesson's pictures out of a notebook that is about to be saved."""
    if not isinstance(model, dict) or model.get("type") != "notebook":
        return
    if not is_the_lessons(model.get("content")):
        return
    for cell in _objects(model["content"]["cells"]):
        for output in _objects(cell.get("outputs")):
            data = output.get("data")
            if isinstance(data, dict) and "kit.standAlone(" in _text(data.get("text/html")):
                data.pop(LIVE_VIEW, None)


def is_the_lessons(notebook):
    """Whether code in a notebook loads the lesson; one in an older format, without cells, is not."""
    cells = _objects(notebook.get("cells")) if isinstance(notebook, dict) else ()
    code = (_text(cell.get("source")) for cell in cells if cell.get("cell_type") == "code")
    return any(map(LOADS_THE_LESSON.search, code))


def _objects(value):
    """Return the JSON objects of a list; of what is none, nothing: any file may be saved."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value):
    """Return a text, or the lines of one, as one text."""
    lines = value if isinstance(value, list) else [value]
    return "".join(line for line in lines if isinstance(line, str))


def _jupyter_server_extension_points():
    return [{"module": "softmax_lesson.jupyter.saving"}]


def _load_jupyter_server_extension(app):
    app.contents_manager.register_pre_save_hook(drop_live_views)
    if app.websocket_compression_options is None:  # tornado compresses when this is a dict, even an empty one
        app.web_app.settings["websocket_compression_options"] = {}
