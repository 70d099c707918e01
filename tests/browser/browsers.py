"""Firefox and WebKit as Debian has them, each by the protocol that it speaks: what the tests ask of a page.

Both have `goto`, `evaluate`, `size`, `press` and `tap`, with the meaning that Playwright gives to them, and
`close`.
"""

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import time
import warnings
from pathlib import Path

import pytest
import websocket
from looking import PATIENCE
from selenium import webdriver
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.webkitgtk.service import Service

# Playwright's `evaluate`: an expression, or a function of one argument; a promise is waited for.
EVALUATE = """async (text) => {
    const it = (%s);
    const value = typeof it === "function" ? it(JSON.parse(text)) : it;
    return JSON.stringify((await value) ?? null);
}"""
KEYS = {"ArrowLeft": "\ue012", "ArrowRight": "\ue014", "Tab": "\ue004", "Enter": "\ue007"}
# Loopback and files, and nothing else.
NO_NETWORK = {
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
}
# A page has the focus though nobody looks at the window.
FOCUS = {"focusmanager.testmode": True}
QUIET = {"datareporting.policy.dataSubmissionEnabled": False, "app.update.auto": False}
MINI_BROWSER = "usr/lib/*/webkit2gtk-4.1/MiniBrowser"


def found(names, package):
    """Return the program; what is missing says what to install."""
    for name in names:
        if path := shutil.which(name):
            return path
    pytest.fail(f"{names[0]} is missing. Debian or Ubuntu: apt-get install {package}", pytrace=False)


class Firefox:
    """Firefox by WebDriver BiDi, which it speaks itself: there is no driver between."""

    def __init__(self):
        program = found(["firefox-esr", "firefox"], "firefox-esr")
        lines = [f'user_pref("{k}", {json.dumps(v)});' for k, v in {**NO_NETWORK, **FOCUS, **QUIET}.items()]
        with contextlib.ExitStack() as ends:  # what fails half way leaves no browser behind
            profile = tempfile.TemporaryDirectory(prefix="firefox-", ignore_cleanup_errors=True)
            self.profile = ends.enter_context(profile)
            Path(self.profile, "user.js").write_text("\n".join(lines), encoding="utf-8")
            command = [program, "--headless", "--no-remote", "--remote-debugging-port=0"]
            command += ["--profile", self.profile]
            self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            ends.callback(self.process.wait, timeout=60)
            ends.callback(self.process.terminate)
            self.connection, self.count = self._connected(), 0
            ends.callback(self.connection.close)
            self._ask("session.new", capabilities={})
            self.context = self._ask("browsingContext.create", type="tab")["context"]
            # Else its pages never have the focus.
            self._ask("browsingContext.activate", context=self.context)
            self.close = ends.pop_all().close

    def _connected(self):
        """Return the connection, as soon as Firefox has written where it listens."""
        told, deadline = Path(self.profile, "WebDriverBiDiServer.json"), time.monotonic() + 120
        while not (told.exists() and told.read_text().strip().endswith("}")):
            assert self.process.poll() is None, "Firefox ended as it started"
            assert time.monotonic() < deadline, "Firefox said nothing for two minutes"
            time.sleep(0.1)
        place = json.loads(told.read_text())
        address = f"ws://{place['ws_host']}:{place['ws_port']}/session"
        return websocket.create_connection(address, suppress_origin=True, timeout=PATIENCE / 1000)

    def _ask(self, method, **parameters):
        """Send one command and return its result."""
        self.count += 1
        self.connection.send(json.dumps({"id": self.count, "method": method, "params": parameters}))
        while (reply := json.loads(self.connection.recv())).get("id") != self.count:
            pass
        assert reply["type"] == "success", reply
        return reply["result"]

    def goto(self, url):
        self._ask("browsingContext.navigate", context=self.context, url=url, wait="complete")

    def evaluate(self, code, argument=None):
        reply = self._ask(
            "script.callFunction",
            functionDeclaration=EVALUATE % code,
            arguments=[{"type": "string", "value": json.dumps(argument)}],
            target={"context": self.context},
            awaitPromise=True,
        )
        assert reply["type"] == "success", reply["exceptionDetails"]["text"]
        return json.loads(reply["result"]["value"])

    def size(self, width, height):
        viewport = {"width": width, "height": height}
        self._ask("browsingContext.setViewport", context=self.context, viewport=viewport)

    def press(self, key):
        value = KEYS.get(key, key)
        actions = [{"type": kind, "value": value} for kind in ("keyDown", "keyUp")]
        self._act({"type": "key", "id": "keyboard", "actions": actions})

    def tap(self, x, y):
        """Touch the page for a moment."""
        actions = [{"type": "pointerMove", "x": round(x), "y": round(y)}]
        actions += [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        finger = {"type": "pointer", "id": "finger", "parameters": {"pointerType": "touch"}}
        self._act(finger | {"actions": actions})

    def _act(self, source):
        self._ask("input.performActions", context=self.context, actions=[source])


class WebKit:
    """WebKitGTK's own small browser, on a screen of its own, by its WebDriver.

    Its window has a least width, so a telephone is a frame in it. Its driver turns a touch into a click of
    the mouse, so that is what `tap` does.
    """

    LEAST = 600

    def __init__(self):
        screen = [found(["Xvfb"], "xvfb"), "-displayfd", "1", "-screen", "0", "1600x1400x24"]
        driver = found(["WebKitWebDriver"], "webkit2gtk-driver")
        options = webdriver.WebKitGTKOptions()
        (options.binary_location,) = map(str, Path("/").glob(MINI_BROWSER))
        options.add_argument("--automation")
        with contextlib.ExitStack() as ends:  # what fails half way leaves no browser behind
            self.folder = ends.enter_context(tempfile.TemporaryDirectory(prefix="webkit-"))
            screen = subprocess.Popen(screen, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            ends.callback(screen.stdout.close)
            ends.callback(screen.wait, timeout=60)
            ends.callback(screen.terminate)
            environment = os.environ | {"DISPLAY": f":{int(screen.stdout.readline())}", "GDK_BACKEND": "x11"}
            for scheme in "http", "https":
                environment[f"{scheme}_proxy"] = "http://127.0.0.1:9"
            environment["no_proxy"] = "127.0.0.1,localhost"
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # Selenium's own, of its way to connect
                self.driver = webdriver.WebKitGTK(options=options, service=Service(driver, env=environment))
            ends.callback(self.driver.quit)
            self.driver.set_script_timeout(PATIENCE / 1000)
            self.size(1280, 900)
            self.close = ends.pop_all().close

    def size(self, width, height):
        """Take effect with the next page."""
        self.frame = (width, height) if width < self.LEAST else None
        self.driver.set_window_rect(0, 0, max(width, self.LEAST), height + 100)

    def goto(self, url):
        if not self.frame:
            self.driver.get(url)
            return
        width, height = self.frame
        holder = Path(self.folder, "telephone.html")
        frame = f'<iframe src="{url}" width="{width}" height="{height}" style="border: 0"></iframe>'
        holder.write_text(f"<!DOCTYPE html><body style='margin: 0'>{frame}</body>", encoding="utf-8")
        self.driver.get(holder.as_uri())
        self.driver.switch_to.frame(0)

    def evaluate(self, code, argument=None):
        done = "arguments[arguments.length - 1]"
        run = f"({EVALUATE % code})(arguments[0]).then({done}, error => {done}('!' + error))"
        told = self.driver.execute_async_script(run, json.dumps(argument))
        assert not told.startswith("!"), told
        return json.loads(told)

    def press(self, key):
        actions = ActionBuilder(self.driver)
        actions.key_action.key_down(KEYS.get(key, key)).key_up(KEYS.get(key, key))
        actions.perform()

    def tap(self, x, y):
        actions = ActionBuilder(self.driver)
        actions.pointer_action.move_to_location(round(x), round(y)).pointer_down().pointer_up()
        actions.perform()
