"""An extension of the Jupyter server: a saved notebook keeps its pictures, whether or not a kernel runs.

A picture's live view names a model of one kernel's life. Opened when that kernel is gone, JupyterLab prefers
it all the same and shows "Error displaying widget: model not found". So it stays in the page on the screen
and out of the file, where the picture's stand-alone form is then the best that there is.

It saves bytes, too: what goes between server and browser is compressed. A picture's script packs to a third.
"""

LIVE_VIEW = "application/vnd.jupyter.widget-view+json"


def drop_live_views(model, **_):
    """Take the live view of each of the lesson's pictures out of a notebook that is about to be saved."""
    if model["type"] != "notebook":
        return
    for cell in model["content"]["cells"]:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if LIVE_VIEW in data and "kit.standAlone(" in "".join(data.get("text/html", "")):
                del data[LIVE_VIEW]


def _jupyter_server_extension_points():
    return [{"module": "softmax_lesson.jupyter.saving"}]


def _load_jupyter_server_extension(app):
    app.contents_manager.register_pre_save_hook(drop_live_views)
    if app.websocket_compression_options is None:  # tornado compresses when this is a dict, even an empty one
        app.web_app.settings["websocket_compression_options"] = {}
