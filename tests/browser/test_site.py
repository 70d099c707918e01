"""`make site`: the pages, and JupyterLite with all of Python beside them. No host is found from here."""

import csv
import functools
import http.server
import json
import re
import subprocess
import sys
import threading
import zipfile

import publish
import pytest
from handing_in import CATALOGUE, right
from looking import FLAGS, PATIENCE, VIEW, find_chromium, press, until

pytest.importorskip(
    "jupyterlite_core", reason="JupyterLite is an extra, with an environment of its own: make site"
)
import pyodide
import website

from softmax_lesson.jupyter.grading.notebooks import votes_of_progress

PYODIDE = publish.ROOT / "build" / "pyodide"
NAMES = [path.stem for path in sorted((publish.ROOT / "notebooks").glob("*.ipynb"))]
NOWHERE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
READY = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel"
PANEL = "window.jupyterapp.shell.currentWidget"


@pytest.fixture(scope="module")
def site(once):
    return once("built", lambda folder: website.site(folder / "site", PYODIDE)) / "site"


@pytest.fixture(scope="module")
def host(site):
    """Any host of static files: no header is set, and what it sends is counted."""

    class Host(http.server.SimpleHTTPRequestHandler):
        sent = 0

        def log_message(self, *_):
            pass

        def copyfile(self, source, outputfile):
            content = source.read()
            Host.sent += len(content)
            outputfile.write(content)

    class Server(http.server.ThreadingHTTPServer):
        def handle_error(self, *_):
            pass  # a page that is left does not wait for its files

    server = Server(("127.0.0.1", 0), functools.partial(Host, directory=site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Host.address = f"http://127.0.0.1:{server.server_port}"
    yield Host
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def offline(chromium):
    """A browser that finds no name of any host."""
    browser = chromium.browser_type.launch(executable_path=find_chromium(), args=[*FLAGS, NOWHERE])
    yield browser
    browser.close()


class Student:
    """One student's browser: what it keeps, and what it asks of others than the site."""

    def __init__(self, browser, host, **options):
        self.host, self.outside = host, []
        self.context = browser.new_context(**options)
        self.context.set_default_timeout(PATIENCE)
        self.context.on("request", self.note)

    def note(self, request):
        if not request.url.startswith((self.host.address, "data:", "blob:")):
            self.outside.append(request.url)

    def open(self, address):
        page = self.context.new_page()
        page.goto(f"{self.host.address}/{address}")
        return page

    def open_notebook(self, name):
        page = self.open(publish.RUN.format(name))
        wait_for_kernel(page)
        return page


def wait_for_kernel(page):
    """Wait for a notebook and its kernel."""
    page.wait_for_function(READY)
    page.evaluate(f"async () => {{ await {PANEL}.context.ready; await {PANEL}.sessionContext.ready; }}")


@pytest.fixture(scope="module")
def student(offline, host):
    someone = Student(offline, host, viewport={"width": 1280, "height": 900})
    yield someone
    someone.context.close()


@pytest.fixture
def newcomer(offline, host):
    """Make a student whose browser has nothing yet."""
    made = []

    def newcomer(**options):
        made.append(Student(offline, host, **options))
        return made[-1]

    yield newcomer
    for someone in made:
        someone.context.close()


def cells(page):
    return page.evaluate(f"{PANEL}.content.model.sharedModel.cells.map(cell => cell.toJSON())")


def run_all(page):
    """Run all cells and wait for the last one."""
    page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
    waits = f"[...{PANEL}.content.model.cells].some(c => c.type === 'code' && !c.executionCount)"
    page.wait_for_function(f"!({waits})", polling=500, timeout=3 * PATIENCE)
    page.wait_for_function(f"{PANEL}.sessionContext.session.kernel.status === 'idle'")


def ask(page, code):
    """Run code in the notebook's kernel and return what it prints."""
    return page.evaluate(
        f"""async code => {{
            let said = "";
            const future = {PANEL}.sessionContext.session.kernel.requestExecute({{ code }});
            future.onIOPub = ({{ content }}) => said += content.text ?? content.evalue ?? "";
            await future.done;
            return said;
        }}""",
        code,
    )


def complaints(page):
    """Return what the cells say in red."""
    outputs = [output for cell in cells(page) for output in cell.get("outputs", [])]
    return [o for o in outputs if o["output_type"] == "error" or o.get("name") == "stderr"]


SHOWN = f"""{PANEL}.content.widgets.filter(cell => cell.outputArea).flatMap(cell => {{
    const outputs = cell.outputArea.model.toJSON();
    const ids = outputs.map(output => output.data?.["{VIEW}"]?.model_id).filter(Boolean);
    const pictures = [...cell.outputArea.node.querySelectorAll(".sml")];
    return ids.map((id, i) => [id, pictures[i]?.querySelector(".sml-sentence p")?.textContent ?? null]);
}})"""
COMPUTED = """
import json
from ipywidgets.widgets.widget import _instances
from softmax_lesson.widgets.kit.base import Interactive
pictures = {id: w.sentence() for id, w in _instances.items() if isinstance(w, Interactive)}
print(json.dumps(pictures))
"""


def test_it_holds_the_notebooks_as_whole_texts_the_lesson_and_the_pages(site):
    listed = json.loads((site / "lite" / "api" / "contents" / "all.json").read_text("utf-8"))["content"]
    assert sorted(entry["path"] for entry in listed) == [f"{name}.ipynb" for name in NAMES]
    for name in NAMES:
        notebook = json.loads((site / "lite" / "files" / f"{name}.ipynb").read_text("utf-8"))
        assert all(isinstance(cell["source"], str) for cell in notebook["cells"])
        assert not any(cell.get("outputs") for cell in notebook["cells"])
        assert (site / f"{name}.html").exists()
    folder = (site / "lite" / website.START).parent
    packages = json.loads((folder / "pyodide-lock.json").read_text("utf-8"))["packages"]
    assert all((folder / entry["file_name"]).exists() for entry in packages.values())
    packed = zipfile.ZipFile(folder / packages["softmax-lesson"]["file_name"]).namelist()
    assert "softmax_lesson/widgets/kit/kit.js" in packed
    assert len([name for name in packed if name.startswith("softmax_lesson/sample/")]) >= 7


def test_without_a_folder_python_is_fetched_in_the_version_of_our_lock_and_the_lesson_from_the_site(tmp_path):
    """What it names is looked at; nothing is fetched here, so that form itself is not run."""
    website.site(tmp_path / "site")
    lite = tmp_path / "site" / "lite"
    starts = re.findall(r"https://[^\"']+", (lite / website.START).read_text(encoding="utf-8"))
    locked = json.loads((publish.ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    version = locked["node_modules/pyodide"]["version"]
    assert [address.split("/pyodide/")[1] for address in starts] == [f"v{version}/full/pyodide.mjs"]
    ours = json.loads((lite / "jupyter-lite.json").read_text(encoding="utf-8"))["jupyter-config-data"]
    assert "https://" not in json.dumps(ours["litePluginSettings"])
    assert ours["litePluginSettings"][website.KERNEL]["loadPyodideOptions"]["packages"] == []
    for name in NAMES:
        notebook = json.loads((lite / "files" / f"{name}.ipynb").read_text(encoding="utf-8"))
        assert notebook["cells"][0]["source"] == website.INSTALL
    (listed,) = [path for path in lite.glob("**/all.json") if "softmax-lesson" in path.read_text("utf-8")]
    ((release,),) = json.loads(listed.read_text("utf-8"))["softmax-lesson"]["releases"].values()
    wheel = listed.parent / release["filename"]
    assert pyodide.sha256(wheel.read_bytes()) == release["digests"]["sha256"]


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_with_no_network(student, name):
    page = student.open_notebook(name)
    run_all(page)
    assert complaints(page) == []
    assert student.outside == []
    assert ask(page, "from softmax_lesson import doctor\nprint(repr(doctor.report()))").startswith(
        "All 8 checks"
    )
    computed = json.loads(ask(page, COMPUTED))
    texts = {id: text for id, text in page.evaluate(SHOWN) if id in computed}
    assert texts or name == "09_where_this_leads"
    assert texts == {id: computed[id] for id in texts}, "NumPy says otherwise"
    page.close()


def test_an_endless_loop_can_be_stopped_and_the_kernel_goes_on(newcomer):
    page = newcomer(viewport={"width": 360, "height": 740}).open_notebook("00_start_here")
    assert page.locator(".jp-NotebookPanel").bounding_box()["width"] >= 350, "a telephone"
    ask(page, "answer = 41")
    page.evaluate(
        f"""() => {{
            const kernel = {PANEL}.sessionContext.session.kernel;
            kernel.requestExecute({{ code: "while True: pass" }}).done.then(
                ({{ content }}) => window.ended = content.status);
        }}"""
    )
    page.wait_for_function(f"{PANEL}.sessionContext.session.kernel.status === 'busy'")
    page.wait_for_timeout(1000)
    page.get_by_role("button", name="Interrupt the kernel").click()
    page.wait_for_function("window.ended === 'error'")
    assert ask(page, "print(answer + 1)") == "42\n"


def test_a_second_visit_costs_next_to_nothing_and_finds_the_answer_and_the_progress(newcomer, host):
    page = newcomer().open_notebook("00_start_here")
    record = "from softmax_lesson.exercises.engine import progress_file as kept\n"
    ask(page, record + "kept.record('04_loss', 'mean_loss', 'correct')")
    page.evaluate(f"{PANEL}.content.model.sharedModel.cells.at(-1).setSource('This is my answer.')")
    page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    host.sent = 0
    page.reload()
    wait_for_kernel(page)
    assert cells(page)[-1]["source"] == "This is my answer."
    assert "'04_loss.mean_loss': 'done'" in ask(page, record + "print(kept.states())")
    assert host.sent < 1e6, "bytes of the host for a second visit"


def downloaded(page, click, folder):
    """Click where a student does, and keep what comes as their Downloads folder would."""
    with page.expect_download() as coming:
        click()
    coming.value.save_as(folder / coming.value.suggested_filename)
    return folder / coming.value.suggested_filename


def test_what_is_downloaded_from_the_site_is_graded(newcomer, tmp_path):
    student = newcomer(viewport={"width": 1280, "height": 900})
    page = student.open_notebook("00_start_here")
    chosen = "from softmax_lesson.widgets import Prediction\n"
    ask(page, chosen + "Prediction('00_start_here.what_comes_out').choice = 1")
    place = [cell["id"] for cell in cells(page)].index("answer-winner")
    write = f"([at, text]) => {PANEL}.content.model.sharedModel.cells.at(at).setSource(text)"
    page.evaluate(write, [place, right(CATALOGUE["winner"])])
    run_all(page)
    page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    page.get_by_role("menuitem", name="File").click()
    entry = page.locator(".lm-Menu-item", has_text="Download")
    folder = tmp_path / "class" / "Ada Lovelace"
    notebook = downloaded(page, entry.click, folder)
    files = student.open("lite/tree/index.html")
    files.locator(".jp-DirListing-item", has_text="my_progress").dblclick()
    files.locator(".jp-DirListing-item", has_text="progress.json").click()
    progress = downloaded(files, files.get_by_role("button", name="Download").click, folder)
    assert (notebook.name, progress.name) == ("00_start_here.ipynb", "progress.json")

    assert votes_of_progress(progress.read_bytes()) == {"00_start_here.what_comes_out": 1}
    grade = [sys.executable, "-m", "softmax_lesson", "grade", folder.parent]
    subprocess.run(grade, check=True, capture_output=True)
    with (tmp_path / "class-graded" / "class.csv").open(encoding="utf-8-sig", newline="") as table:
        (row,) = csv.DictReader(table)
    assert (row["student"], row["winner"]) == ("Ada Lovelace", "right")


def test_a_saved_picture_is_alive_after_a_reload(newcomer):
    page = newcomer().open_notebook("00_start_here")
    run_all(page)
    page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    read = "window.jupyterapp.serviceManager.contents.get('00_start_here.ipynb', { content: true })"
    saved = page.evaluate(f"async () => (await {read}).content.cells")
    outputs = [output.get("data", {}) for cell in saved for output in cell.get("outputs", [])]
    assert not any(VIEW in data for data in outputs)
    page.reload()
    wait_for_kernel(page)
    picture = page.locator('.jp-OutputArea .sml[aria-label="First touch"]').first
    before = picture.locator(".sml-sentence p").first.text_content()
    press(page, picture.locator("input[type=range]").first, "ArrowRight")
    until(lambda: picture.locator(".sml-sentence p").first.text_content() != before, "the picture moved")
    assert page.get_by_text("Loading widget").count() == 0
