"""A headless Chromium and a JupyterLab of our own, for the tests that look at what a student sees."""

import fcntl
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import publish
import pytest
from looking import FLAGS, PATIENCE, find_chromium
from playwright.sync_api import Error, sync_playwright

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "build" / "screenshots"
PAGES = pytest.StashKey()  # the pages that a test has opened, for a look at them when it fails


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Say with a failure where its screenshots are; they are taken while the pages are still open."""
    report = yield
    if report.failed and call.when == "call" and PAGES in item.stash:
        report.sections.append(("What the browser showed", "\n".join(last_looks(item))))
    return report


def last_looks(item):
    """Keep a screenshot of every page that a test has open; return their names, or why there is none."""
    folder, said = SCREENSHOTS / "failed", []
    folder.mkdir(parents=True, exist_ok=True)
    test = re.sub(r"\W+", "-", f"{item.path.stem}-{item.name}").strip("-")[:120]
    for number, page in enumerate(item.stash[PAGES], 1):
        path = folder / f"{test}-{number}.png"
        try:
            page.screenshot(path=path, timeout=20_000)
            said.append(str(path.relative_to(ROOT)))
        except Error as error:
            said.append(f"no screenshot of page {number}: {error.message.splitlines()[0]}")
    return said


@pytest.fixture(scope="session")
def chromium():
    """The system's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, request):
    """Return a function that opens a page, cut off from all but loopback; any error in a page fails."""
    contexts, complaints, pages = [], [], request.node.stash.setdefault(PAGES, [])

    def only_loopback(route):
        if urlsplit(route.request.url).hostname in ("127.0.0.1", None):
            route.continue_()
        else:
            complaints.append(f"the page asked for {route.request.url}")
            route.abort()

    def listen(message):
        if message.type == "error":
            complaints.append(f"console: {message.text}")

    def open_page(width=1280, height=900, theme="light", **options):
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=theme, **options
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.route("**/*", only_loopback)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
        page.on("console", listen)
        pages.append(page)
        return page

    yield open_page
    if complaints:
        complaints += ["What the browser showed:", *last_looks(request.node)]
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def open_picture(open_page, tmp_path):
    """Return a function that saves pictures as one page, opens it from disk and returns the page."""

    def open_picture(*pictures, **options):
        page = open_page(**options)
        page.context.set_offline(True)
        path = tmp_path / "picture.html"
        more = "".join(picture.html() for picture in pictures[1:])
        path.write_text(pictures[0].page().replace("</body>", f"{more}</body>"), encoding="utf-8")
        page.goto(path.as_uri())
        return page

    return open_picture


@pytest.fixture(scope="session")
def npm():
    """What pages and slides take from npm is there."""
    if not publish.NPM.exists():
        pytest.fail("KaTeX and reveal.js come from npm: run `make build/npm/.installed`", pytrace=False)


@pytest.fixture(scope="session")
def once(request, tmp_path_factory):
    """Return a function that fills a folder, which the first process to ask does; the others wait for it."""
    shared = tmp_path_factory.getbasetemp()
    if hasattr(request.config, "workerinput"):  # one of several processes, each with a folder in the same one
        shared = shared.parent

    def once(name, fill):
        folder = shared / name
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # until the file is closed, or the process has died
            if not folder.exists():
                being_filled = tmp_path_factory.mktemp(name)
                fill(being_filled)
                being_filled.rename(folder)
        return folder

    return once


@pytest.fixture(scope="session")
def pages(npm, once):
    return once("pages", publish.pages)


@pytest.fixture(scope="session")
def screenshots():
    """The folder for pictures to look at; git ignores it."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return SCREENSHOTS


@dataclass
class Lab:
    """A running JupyterLab: its address, its token and the folder it serves."""

    url: str
    token: str
    folder: Path

    def address(self, notebook):
        return f"{self.url}/lab/tree/{notebook}?token={self.token}&reset"


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """JupyterLab on loopback, with settings, data and notebooks that nobody else uses."""
    home = tmp_path_factory.mktemp("jupyter")
    folder = home / "notebooks"
    shutil.copytree(ROOT / "notebooks", folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    settings = home / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(
        '{"fetchNews": "false", "checkForUpdates": false}'
    )
    # The debugger, which the lesson does not use, complains when a kernel restarts while it is asking.
    (home / "config" / "labconfig").mkdir(parents=True)
    disabled = '{"disabledExtensions": {"@jupyterlab/debugger-extension": true}}'
    (home / "config" / "labconfig" / "page_config.json").write_text(disabled)
    places = {"JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces"}
    places |= {f"JUPYTER_{kind}_DIR": kind.lower() for kind in ("CONFIG", "DATA", "RUNTIME")}
    environment = os.environ | {name: str(home / place) for name, place in places.items()}
    environment["IPYTHONDIR"] = str(home / "ipython")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Lab(f"http://127.0.0.1:{port}", secrets.token_hex(16), folder)
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--expose-app-in-browser",
        "--ip=127.0.0.1",
    ]
    command += [f"--port={port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={folder}"]
    command += [f"--IdentityProvider.token={server.token}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    log = home / "jupyterlab.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        wait_until_ready(server, process, log)
        yield server
    finally:
        stop(process)


def wait_until_ready(server, process, log):
    deadline = time.monotonic() + PATIENCE / 1000
    while True:
        try:
            urllib.request.urlopen(f"{server.url}/api/status?token={server.token}", timeout=10).close()
            return
        except (urllib.error.URLError, OSError):
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"JupyterLab did not start:\n{log.read_text()}", pytrace=False)
            time.sleep(0.2)


def stop(process):
    """End the server, which ends its kernels; what is left then goes with the group that we started."""
    process.terminate()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
