"""How long from a slider's step to changed pixels, in a real JupyterLab? README.md explains.

The same curve three ways, one after the other in one run: our LossCurve, `interact` redrawing a matplotlib
figure, and ipympl. All traffic goes through a proxy on loopback that counts the bytes and can hold every one
of them back, as a far server would.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "browser"))
from conftest import FLAGS
from softmax_lesson.widgets import catalogue

CURVE = """
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import FloatSlider, interact
from softmax_lesson.loss import negative_log_likelihood
slider = FloatSlider(1.0, min=-6, max=6, step=0.1)
x = np.linspace(-6, 6, 161)
def draw(axes, score):
    loss, above = (negative_log_likelihood([v, 2.0, -1.0], 0) for v in (score, score + 1e-3))
    axes.plot(x, [negative_log_likelihood([v, 2.0, -1.0], 0) for v in x])
    axes.plot(score, loss, "o")
    axes.axline((score, loss), slope=(above - loss) / 1e-3)
    axes.set(xlim=(-6, 6), ylim=(0, 13), xlabel="score of airplane", title=f"loss {loss:.3f}")
"""
# name: (cell that prepares, cell that displays, what to take hold of, what tells one picture from another)
PICTURES = {
    "LossCurve": (
        "from softmax_lesson import figures\nfrom softmax_lesson.widgets import LossCurve",
        "LossCurve()",
        ".sml [type=range]",
        "document.querySelector('.sml-point')?.getAttribute('cx')",
    ),
    "interact + matplotlib": (
        CURVE,
        """@interact(score=slider)
def show(score):
    figure, axes = plt.subplots(figsize=(7, 4))
    draw(axes, score)
    plt.show()""",
        ".noUi-handle",
        "[...document.querySelectorAll('.jp-OutputArea img')].find(i => i.complete && i.naturalWidth)?.src",
    ),
    "ipympl": (
        "%matplotlib widget" + CURVE,
        """figure, axes = plt.subplots(figsize=(7, 4))
@interact(score=slider)
def show(score):
    axes.clear()
    draw(axes, score)
    figure.canvas.draw_idle()""",
        ".noUi-handle",
        "painted(document.querySelector('.jupyter-matplotlib-canvas-div canvas'))",
    ),
}
# Every picture of the catalogue, for its first display; what a kernel computes once in its life, beforehand.
ONCE = {"LambdaPath": "lambda_path.usual_path()", "TrainingPlayer": "training_runs.measured()"}
SENTENCE = "document.querySelector('.sml-sentence p')?.textContent || null"
CATALOGUE = {
    picture.__name__: (
        "from softmax_lesson import figures\nfrom softmax_lesson.widgets import *\n"
        f"from softmax_lesson.widgets import lambda_path, training_runs\n{ONCE.get(picture.__name__, '')}",
        f"{picture.__name__}()",
        None,
        SENTENCE,
    )
    for picture in catalogue()
}
NOTEBOOKS = [*PICTURES.values(), *CATALOGUE.values()]
# A picture counts as changed when the frame in which it is different has been produced.
WATCH = """() => {
    window.painted = canvas => {
        if (!canvas?.width) return null;
        const { data: pixels } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        let sum = 0;
        for (const four of new Uint32Array(pixels.buffer)) sum = (sum * 31 + four) | 0;
        return sum || null;
    };
    window.changed = async (look, before) => {
        for (const start = performance.now(); performance.now() < start + 60000; ) {
            const after = await new Promise(done => requestAnimationFrame(() => done(look())));
            const { port1, port2 } = new MessageChannel();
            const frame = new Promise(done => { port1.onmessage = () => done(performance.now()); });
            port2.postMessage(0);
            const now = await frame;
            if (after != null && after !== before) return now;
        }
        throw new Error("nothing changed for a minute");
    };
    window.step = look => {
        const before = look();
        window.took = new Promise(done => addEventListener("keydown", event =>
            changed(look, before).then(end => done(end - event.timeStamp)), { capture: true, once: true }));
    };
    window.drag = (look, milliseconds) => {
        const start = performance.now();
        window.frames = new Promise(done => {
            let count = 0, before = look();
            const next = () => {
                const after = look(), spent = performance.now() - start;
                if (after != null && after !== before) count++;
                before = after;
                if (spent < milliseconds) requestAnimationFrame(next);
                else done(1000 * count / spent);
            };
            requestAnimationFrame(next);
        });
    };
}"""


class Proxy:
    """TCP between browser and JupyterLab: counts bytes, and hands each on after `delay` seconds."""

    def __init__(self, port):
        """Listen on a free port of loopback."""
        self.to, self.delay, self.bytes, self.of_kernels = port, 0.0, 0, 0
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        server = asyncio.start_server(self.accept, "127.0.0.1", 0)
        self.port = asyncio.run_coroutine_threadsafe(server, self.loop).result().sockets[0].getsockname()[1]

    async def accept(self, reader, writer):
        """Carry both directions of a new connection."""
        there, back = await asyncio.open_connection("127.0.0.1", self.to)
        kind = set()
        await asyncio.gather(self.carry(reader, back, kind), self.carry(there, writer, kind))

    async def carry(self, reader, writer, kind):
        """Hand on what comes, each piece after the delay; remember whether it goes to or from a kernel."""

        def hand_on(data):
            if not writer.is_closing():
                writer.write(data) if data else writer.close()

        data = True
        while data:
            try:
                data = await reader.read(65536)
            except OSError:
                data = b""
            self.bytes += len(data)
            if data.startswith(b"GET /api/kernels/"):
                kind.add("channels" if b"/channels" in data.partition(b"\r\n")[0] else "")
            self.of_kernels += len(data) if "channels" in kind else 0
            if self.delay:
                self.loop.call_later(self.delay, hand_on, data)  # timers of one delay keep their order
            else:
                hand_on(data)


def free_port():
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_lab(home, port):
    """Start JupyterLab with a notebook for each picture, and settings that nobody else uses."""
    kernel = {"kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}}
    for number, (prepare, display, _, _) in enumerate(NOTEBOOKS):
        cells = [nbformat.v4.new_code_cell(code) for code in (prepare, display)]
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), home / f"{number}.ipynb")
    places = {f"JUPYTER_{kind}_DIR": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    places |= {f"JUPYTERLAB_{kind}_DIR": str(home / kind.lower()) for kind in ("SETTINGS", "WORKSPACES")}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--expose-app-in-browser", "--allow-root"]
    command += [
        f"--port={port}",
        "--IdentityProvider.token=",
        f"--ServerApp.root_dir={home}",
        "--ip=127.0.0.1",
    ]
    command += ["--ServerApp.allow_origin=*", "--ServerApp.disable_check_xsrf=True"]
    with (home / "lab.log").open("wb") as log:
        lab = subprocess.Popen(command, env=os.environ | places, stdout=log, stderr=log)
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/api/status", timeout=10).close()
            return lab
        except (urllib.error.URLError, OSError):
            if lab.poll() is not None:
                sys.exit(f"JupyterLab did not start:\n{(home / 'lab.log').read_text()}")
            time.sleep(0.2)


RUN = """async ([place, look]) => {
    const book = jupyterapp.shell.currentWidget.content;
    book.activeCellIndex = place;
    await jupyterapp.commands.execute("notebook:clear-cell-output");
    const start = performance.now(), seen = look && changed(() => eval(look), null);
    const run = jupyterapp.commands.execute("notebook:run-cell");
    return look ? await seen - start : run;
}"""


def measure(browser, proxy, number, delay, steps):
    """Return the figures of one picture: milliseconds, frames a second, bytes. No steps: of its display."""
    _, _, handle, look = NOTEBOOKS[number]
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(180_000)
    proxy.delay = 0
    page.goto(f"http://127.0.0.1:{proxy.port}/lab/tree/{number}.ipynb?reset")
    page.wait_for_function("window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.evaluate(WATCH)
    proxy.delay = delay / 2000  # half of the round trip each way
    page.evaluate(RUN, [0, None])
    page.wait_for_timeout(1000)

    def displayed():
        before, found = (proxy.bytes, proxy.of_kernels), page.evaluate(RUN, [1, look])
        page.wait_for_timeout(2000)
        return found, proxy.bytes - before[0], proxy.of_kernels - before[1]

    first, first_bytes, first_of_kernel = displayed()
    again, again_bytes, _ = displayed()
    found = {
        "first": first,
        "again": again,
        "first_kB": first_bytes / 1000,
        "of_kernel_kB": first_of_kernel / 1000,
        "again_kB": again_bytes / 1000,
    }
    if not steps:
        leave(page)
        return found
    control = page.locator(handle).first
    control.evaluate("control => { control.dataset.lmSuppressShortcuts = 'true'; control.focus(); }")
    took, before = [], proxy.bytes
    for _ in range(steps):
        page.wait_for_timeout(300 + random.randrange(100))  # at any moment between two frames
        page.evaluate("look => step(() => eval(look))", look)
        page.keyboard.press("ArrowRight")
        took.append(page.evaluate("took"))
    page.wait_for_timeout(1000)
    step_bytes = (proxy.bytes - before) / steps

    # The hand goes to and fro over the whole slider, from end to end in a second.
    track = page.locator(".noUi-target, .sml [type=range]").first.bounding_box()
    place = control.bounding_box()
    middle = track["y"] + track["height"] / 2
    inside = handle == ".noUi-handle"
    page.mouse.move(place["x"] + place["width"] / 2 if inside else track["x"] + track["width"] / 2, middle)
    page.mouse.down()
    page.evaluate("look => drag(() => eval(look), 4000)", look)
    start = time.perf_counter()
    while (spent := time.perf_counter() - start) < 4.2:
        page.mouse.move(track["x"] + track["width"] * (0.05 + 0.9 * abs(1 - spent % 2)), middle)
    page.mouse.up()
    frames = page.evaluate("frames")
    leave(page)
    took.sort()
    return found | {
        "median": statistics.median(took),
        "p95": took[max(0, -(-len(took) * 95 // 100) - 1)],
        "frames": frames,
        "step_kB": step_bytes / 1000,
    }


def leave(page):
    """End the notebook's kernel and close the page."""
    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.close()


def main():
    """Measure all pictures, near and far, and print the README's table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--steps", type=int, default=40, help="slider steps a picture (default 40)")
    options.add_argument("--round-trip", type=float, default=150, help="milliseconds of the far server")
    options.add_argument("--displays-only", action="store_true", help="no more than nine first displays")
    options = options.parse_args()
    browser_path = (
        shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    )
    rows, displays = [], []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        port = free_port()
        lab, proxy = start_lab(Path(folder), port), Proxy(port)
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        try:
            for delay in () if options.displays_only else (0, options.round_trip):
                for number, name in enumerate(PICTURES):
                    rows.append((name, delay, measure(browser, proxy, number, delay, options.steps)))
                    print(json.dumps(rows[-1]), file=sys.stderr)
            for number, name in enumerate(CATALOGUE, len(PICTURES)):
                displays.append((name, measure(browser, proxy, number, 0, 0)))
                print(json.dumps(displays[-1]), file=sys.stderr)
        finally:
            browser.close()
            lab.terminate()
            lab.wait()
    print(f"load of the machine: {', '.join(f'{v:.1f}' for v in os.getloadavg())}; {os.cpu_count()} cores\n")
    if rows:
        print_steps(rows)
    print("\n| first display, no round trip | ms | kB, of these from and to the kernel |\n|---|---|---|")
    for name, f in displays:
        print(f"| {name} | {f['first']:.0f} | {f['first_kB']:.0f}, {f['of_kernel_kB']:.0f} |")


def print_steps(rows):
    """Print the table of steps, near and far."""
    print(
        "| picture | round trip | step, median / p95 | frames/s | first / again | kB first / again / a step |"
    )
    print("|---|---|---|---|---|---|")
    for name, delay, f in rows:
        print(
            f"| {name} | {delay:.0f} ms | {f['median']:.0f} / {f['p95']:.0f} ms | {f['frames']:.0f} | "
            f"{f['first']:.0f} / {f['again']:.0f} ms | {f['first_kB']:.0f} / "
            f"{f['again_kB']:.0f} / {f['step_kB']:.0f} |"
        )


if __name__ == "__main__":
    main()
