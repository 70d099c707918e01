"""`make site`: the pages, JupyterLite beside them. Python there needs the public network: see the README."""

import functools
import http.server
import json
import os
import threading
import zipfile

import publish
import pytest
from looking import PATIENCE

pytest.importorskip(
    "jupyterlite_core", reason="JupyterLite is an extra, with an environment of its own: make site"
)

NAMES = [path.stem for path in sorted((publish.ROOT / "notebooks").glob("*.ipynb"))]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built") / "site"
    publish.site(folder)
    return folder


@pytest.fixture(scope="module")
def address(site):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_it_holds_the_notebooks_the_wheel_the_data_and_the_pages(site):
    listed = json.loads((site / "lite" / "api" / "contents" / "all.json").read_text("utf-8"))["content"]
    assert sorted(entry["path"] for entry in listed) == [f"{name}.ipynb" for name in NAMES]
    for name in NAMES:
        notebook = json.loads((site / "lite" / "files" / f"{name}.ipynb").read_text("utf-8"))
        assert "%pip install -q softmax-lesson" in "".join(notebook["cells"][0]["source"])
        assert (site / f"{name}.html").exists()
    index = json.loads((site / "lite" / "pypi" / "all.json").read_text("utf-8"))
    [[release]] = index["softmax-lesson"]["releases"].values()
    (wheel,) = (site / "lite" / "pypi").glob("*.whl")
    assert release["filename"] == wheel.name
    packed = zipfile.ZipFile(wheel).namelist()
    assert "softmax_lesson/widgets/kit/kit.js" in packed
    assert len([name for name in packed if name.startswith("softmax_lesson/sample/")]) >= 7
    for extension in (
        "anywidget",
        "@jupyter-widgets/jupyterlab-manager",
        "@jupyterlite/pyodide-kernel-extension",
    ):
        assert (site / "lite" / "extensions" / extension / "package.json").exists()


def test_the_button_of_a_page_opens_its_notebook_in_jupyterlab(address, chromium, screenshots):
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}/index.html")
    page.screenshot(path=screenshots / "site_index.png", full_page=True)
    page.get_by_role("link", name="4 · Loss", exact=True).click()
    page.get_by_role("link", name="Run this notebook").click()
    page.locator(".jp-Notebook").get_by_text("%pip install -q softmax-lesson").wait_for()
    page.get_by_role("heading", name="4 · Loss").wait_for()
    page.screenshot(path=screenshots / "site_lab.png")
    page.context.close()


@pytest.mark.skipif(
    "PUBLIC_NETWORK" not in os.environ, reason="make test-site PUBLIC_NETWORK=1 runs Python there"
)
def test_a_notebook_runs_in_the_browser_with_the_public_network(address, chromium):
    page = chromium.new_page()
    page.set_default_timeout(10 * PATIENCE)
    page.goto(f"{address}/{publish.RUN.format('00_start_here')}")
    page.locator(".jp-Notebook").get_by_text("%pip install -q softmax-lesson").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.locator('.jp-OutputArea .sml[aria-label="First touch"]').wait_for()
    assert page.locator(".jp-OutputArea [data-mime-type*=error]").count() == 0
    page.context.close()
