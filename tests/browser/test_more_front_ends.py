"""Notebook 7, Voilà and marimo: a picture is alive, Python hears it, and a check names a mistake.

Each is a program of its own in an environment of its own: `make test-fronts`.
"""

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import nbformat
import pytest
from looking import PATIENCE, press, until
from run_notebooks import KERNEL

from softmax_lesson.widgets import FirstTouch

pytest.importorskip("marimo", reason="other front ends are not installed: make test-fronts")

PICTURE = """import ipywidgets
import numpy as np
from softmax_lesson.exercises import probabilities as exercise
from softmax_lesson.widgets import FirstTouch

picture, heard = FirstTouch(), ipywidgets.HTML()


def hear(change):
    heard.value = f"Python heard: {picture!r}"


picture.observe(hear, "correct_score")
picture"""
CHECK = "exercise.softmax.check(lambda f: np.exp(f - f.max()))"
NAMED = "not yet divided by their sum"
# marimo runs the cell again that reads what changed.
APP = """import marimo

app = marimo.App()


@app.cell
def _():
    import marimo as mo
    import numpy as np
    from softmax_lesson.exercises import probabilities as exercise
    from softmax_lesson.widgets import FirstTouch

    picture = mo.ui.anywidget(FirstTouch())
    picture
    return exercise, mo, np, picture


@app.cell
def _(mo, picture):
    picture.value
    mo.md(f"Python heard: {picture.widget!r}")
    return


@app.cell
def _(exercise, np):
    exercise.softmax.check(lambda f: np.exp(f - f.max()))
    return


if __name__ == "__main__":
    app.run()
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def serve(tmp_path):
    """Return a function that starts a server and returns its address, as soon as it answers."""
    homes = {f"JUPYTER_{kind}_DIR": str(tmp_path / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    homes |= {"IPYTHONDIR": str(tmp_path / "ipython"), "XDG_CONFIG_HOME": str(tmp_path / "settings")}
    environment = os.environ | homes | {"HOME": str(tmp_path), "SOFTMAX_LESSON_HOME": str(tmp_path)}
    with contextlib.ExitStack() as ends:
        log = ends.enter_context((tmp_path / "log.txt").open("wb"))

        def serve(*words):
            port = free_port()
            command = [sys.executable, "-m", *(str(word).format(port=port) for word in words)]
            options = {"stdout": log, "stderr": log, "cwd": tmp_path, "env": environment}
            process = ends.enter_context(subprocess.Popen(command, **options))
            ends.callback(process.terminate)
            address = f"http://127.0.0.1:{port}"
            until(lambda: answers(address) or process.poll() is not None, f"{words[0]} answered")
            assert process.poll() is None, (tmp_path / "log.txt").read_text()
            return address

        yield serve


def answers(address):
    """Whether a server is there, whatever it says."""
    try:
        urllib.request.urlopen(address, timeout=10).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


@pytest.fixture
def page(chromium):
    """A page that reaches nothing but this machine; what a front end asks for elsewhere is its own affair."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    context.route(lambda address: "//127.0.0.1" not in address, lambda route: route.abort())
    yield context.new_page()
    context.close()


def notebook(folder):
    cells = [nbformat.v4.new_code_cell(text) for text in (PICTURE, "heard", CHECK)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), folder / "a.ipynb")
    return folder / "a.ipynb"


def is_alive_and_linked_and_names_the_mistake(page):
    """A key moves the picture, Python says where it is now, and the check says what is wrong."""
    page.get_by_text(NAMED).first.wait_for()
    slider = page.get_by_role("slider", name="score of airplane")
    slider.wait_for()
    press(page, slider, "ArrowRight")
    page.get_by_text(f"Python heard: {FirstTouch(correct_score=-1.9)!r}").first.wait_for()


AS_ROOT = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []


def test_notebook_7(serve, page, tmp_path, screenshots):
    token = secrets.token_hex(16)
    words = ["notebook", "--no-browser", "--expose-app-in-browser", "--port={port}", *AS_ROOT]
    address = serve(*words, f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={tmp_path}")
    page.goto(f"{address}/notebooks/{notebook(tmp_path).name}?token={token}")
    kernel = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status"
    page.wait_for_function(f"{kernel} === 'idle'")
    page.evaluate("void window.jupyterapp.commands.execute('runmenu:run-all')")
    is_alive_and_linked_and_names_the_mistake(page)
    page.screenshot(path=screenshots / "notebook-7.png")


def test_voila(serve, page, tmp_path, screenshots):
    page.goto(serve("voila", notebook(tmp_path), "--no-browser", "--port={port}"))
    is_alive_and_linked_and_names_the_mistake(page)
    page.screenshot(path=screenshots / "voila.png")


def test_marimo(serve, page, tmp_path, screenshots):
    (tmp_path / "app.py").write_text(APP, encoding="utf-8")
    page.goto(serve("marimo", "run", "app.py", "--headless", "--no-token", "--port", "{port}"))
    is_alive_and_linked_and_names_the_mistake(page)
    page.screenshot(path=screenshots / "marimo.png")
