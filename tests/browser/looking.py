"""What the browser tests share: patience, and a hand on a notebook in JupyterLab."""

import ast
import re
import shutil
import time

import nbformat
import pytest

from softmax_lesson.widgets import catalogue

PATIENCE = 180_000  # milliseconds: a limit for a machine that is busy, not an expectation
COLOUR = {"Dark": "#111", "Light": "white"}
# Each picture by the name that its script gives to it.
KINDS = {re.findall(r'frame\(el, "([^"]+)"', kind._script)[-1]: kind for kind in catalogue()}
CALL = "kit.standAlone(picture, el, "
WATCH = """<script>
window.states = [];
window.complaints = [];
const note = ({ message, target }) => complaints.push(message ?? `lost: ${target.outerHTML}`);
addEventListener("error", note, true);
</script>"""
VIEW = "application/vnd.jupyter.widget-view+json"

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
FLAGS += ["--disable-component-update", "--disable-sync"]


def find_chromium():
    """Return where the system's Chromium is; without one no browser test can say anything."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.fail(
            "The browser tests need Chromium. Debian or Ubuntu: apt-get install chromium", pytrace=False
        )
    return found


def until(true, what):
    """Ask again and again until `true()` is; what never comes true fails, saying what it was."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not true():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.05)


def twin(state, kind):
    """Return the Python picture of a state that the browser has."""
    picture = kind()
    now = picture.state()
    with picture.hold_trait_notifications():
        for name, value in state.items():
            if now.get(name, value) != value:
                picture.set_trait(name, value)
    return picture


def watched(page, copy):
    """Copy a page so that `states` has its pictures' states, and `complaints` what went wrong; count them."""
    document = page.read_text(encoding="utf-8")
    copy.write_text(
        document.replace("<head>", f"<head>{WATCH}", 1).replace(CALL, f"{CALL}states[states.length] = "),
        encoding="utf-8",
    )
    return document.count(CALL)


def says(picture, sentence):
    """Wait until a picture's live text has come to rest at this sentence."""
    status = picture.get_by_role("status")
    until(lambda: status.text_content() == sentence, f"the live text was {sentence!r}")
    assert picture.locator(".sml-sentence p").first.text_content() == sentence


def words_of(page, picture, states):
    """Return the live sentence of a picture in each of many states, without waiting for any.

    A state that has no words of its own is said in English.
    """
    page.set_content("<!doctype html><title>words</title>")
    page.add_script_tag(content=picture._script)
    return page.evaluate(
        """states => states.map(state => {
            const el = document.createElement("div");
            kit.standAlone(picture, el, state);
            return el.querySelector(".sml-sentence p").textContent;
        })""",
        [{"_words": picture._english} | state for state in states],
    )


def press(page, control, key, times=1):
    """Press a key with a control in focus, so many times."""
    control.focus()
    for _ in range(times):
        page.keyboard.press(key)


def fits(page, width):
    """Nothing of a page is wider than the window, and nothing in a picture leaves it on the right."""
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    overflowing = """[...document.querySelectorAll('.sml-body *')].filter(e =>
        e.getBoundingClientRect().right > e.closest('.sml').getBoundingClientRect().right + 1).length"""
    assert page.evaluate(overflowing) == 0


def contrasts(page, *inks):
    """Return the contrast of each (selector, property of its style) to the ground of the first picture."""
    return page.evaluate(CONTRAST, inks)


CONTRAST = """inks => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const light = colour => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map(
            v => v / 255 <= .04045 ? v / 255 / 12.92 : ((v / 255 + .055) / 1.055) ** 2.4);
        return .2126 * r + .7152 * g + .0722 * b;
    };
    const paper = light(getComputedStyle(document.querySelector(".sml-body")).backgroundColor);
    return inks.map(([selector, property]) => {
        const ink = light(getComputedStyle(document.querySelector(selector))[property]);
        return (Math.max(ink, paper) + .05) / (Math.min(ink, paper) + .05);
    });
}"""


def leaves_nothing(page, picture, listeners, click=None):
    """A picture hears so many changes, and once it is left no change, no clock and no word is left.

    `click` selects a button to press just before leaving: what it started ends, too.
    """
    found = page.evaluate(
        f"""async ([state, click]) => {{
            {picture._script}
            const heard = [], told = [];
            const model = {{
                get: name => state[name], set: name => told.push(name), save_changes() {{}},
                on: (event, draw) => heard.push([event, draw]),
                off: (event, draw) => heard.splice(heard.findIndex(h => h[0] === event && h[1] === draw), 1),
            }};
            const el = document.body.appendChild(document.createElement("div"));
            const leave = picture.render({{ model, el }});
            const during = heard.length, status = el.querySelector("[role=status]");
            if (click) el.querySelector(click).click();
            leave();
            await new Promise(done => setTimeout(done, 1500));
            return [during, heard.length, status.textContent, told.length];
        }}""",
        [picture.whole_state(), click],
    )
    assert found == [listeners, 0, "", 0]  # the sentence that was about to be spoken is not


class Notebook:
    """A notebook of a `lab`, open in JupyterLab with no stored outputs: what is seen was computed."""

    def __init__(self, page, lab, name):
        path = lab.folder / name
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        nbformat.write(notebook, path)
        self.page = page
        page.goto(lab.address(name))
        page.wait_for_function("window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel")
        self.ask("")  # a kernel restarted before its first answer makes JupyterLab complain
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()

    def cells(self):
        model = "jupyterapp.shell.currentWidget.content.model.sharedModel"
        return self.page.evaluate(f"{model}.cells.map(cell => cell.toJSON())")

    def code(self):
        """Return the code cells that have something to run."""
        return [c for c in self.cells() if c["cell_type"] == "code" and "".join(c["source"]).strip()]

    def errors(self):
        """Return what the code cells complain of."""
        outputs = [output for cell in self.code() for output in cell["outputs"]]
        return [f"{o['ename']}: {o['evalue']}" for o in outputs if o["output_type"] == "error"]

    def run_all(self):
        """Restart and run all, by the menu, and wait until every cell has been run without an error."""
        self.page.get_by_role("menuitem", name="Kernel", exact=True).click()
        self.page.get_by_role("menuitem", name=re.compile("Restart Kernel and Run All")).click()
        self.page.get_by_role("button", name="Confirm Kernel Restart").click()
        until(lambda: self.errors() or all(c["execution_count"] for c in self.code()), "every cell was run")
        assert not self.errors()

    def pictures(self):
        """Return (number of the cell, address of the model) of each interactive picture.

        A prediction has a live view, too, but is no picture.
        """
        return [
            (index, output["data"][VIEW]["model_id"])
            for index, cell in enumerate(self.cells())
            for output in cell.get("outputs", [])
            if {VIEW, "image/png"} <= output.get("data", {}).keys()
        ]

    def show(self, index):
        """Scroll a cell's picture into view and return it."""
        self.page.evaluate("i => jupyterapp.shell.currentWidget.content.scrollToItem(i, 'smart')", index)
        picture = self.page.locator(f'.jp-Cell[data-windowed-list-index="{index}"] .sml')
        picture.scroll_into_view_if_needed()
        return picture

    def ask(self, code, expression="None"):
        """Run code in the kernel, then return the value of a Python expression."""
        run = """async ([code, value]) => {
            const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            const run = kernel.requestExecute({code, user_expressions: {value}, store_history: false});
            return (await run.done).content;
        }"""
        reply = self.page.evaluate(run, [code, expression])
        assert reply["status"] == "ok", reply
        value = reply["user_expressions"]["value"]
        assert value["status"] == "ok", value
        return ast.literal_eval(value["data"]["text/plain"])

    def state(self, model):
        """Return a picture's traits as Python has them."""
        return self.ask("", f"__import__('ipywidgets').widgets.widget._instances[{model!r}].state()")

    def theme(self, name):
        """Change to the "Light" or the "Dark" theme of JupyterLab."""
        change = "name => jupyterapp.commands.execute('apputils:change-theme', {theme: `JupyterLab ${name}`})"
        self.page.evaluate(change, name)
        # The style sheet comes after the name, so wait for a colour of its own.
        colour = "getComputedStyle(document.body).getPropertyValue('--jp-layout-color0')"
        self.page.wait_for_function(f"colour => {colour} === colour", arg=COLOUR[name])
