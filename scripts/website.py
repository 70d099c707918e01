"""Write the site: the pages as its front, and JupyterLite behind them, to run the notebooks: `make site`.

Any host of static files will do. Given a folder with Pyodide, the site holds all that its Python needs, and
asks nobody else; without one, Python comes from Pyodide's CDN and PyPI when a notebook is opened.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import lock
import nbformat
import publish
import pyodide

from softmax_lesson.jupyter.students_copy import students_version

ROOT = publish.ROOT
PARTS = Path(__file__).parent / "website"
EXTENSION = "softmax-lesson-site"
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
START = "static/pyodide/lesson.mjs"  # what the kernel takes for Pyodide: it starts Pyodide, and more
# Where a browser keeps what a student did: a folder that JupyterLite shows, and that stays.
ENVIRONMENT = {"SOFTMAX_LESSON_HOME": "/drive/my_progress"}
# Of JupyterLite's own wheels, those that a kernel starts with. The lesson's own needs come with it.
KERNELS = ("ipykernel", "piplite", "pyodide-kernel", "widgetsnbextension")
# What the lesson needs in plain Python beside what Pyodide has, in the versions of locks/site.txt.
PLAIN = ("anywidget", "comm", "ipywidgets", "jupyterlab-widgets", "platformdirs", "pooch", "psygnal")
PLAIN += ("typing-extensions",)
INSTALL = """# Only here, on the site: brings the lesson into this browser tab. The first time takes a minute.
%pip install -q softmax-lesson"""


def site(folder, python=None):
    """Write the site into `folder`; `python` is a folder with Pyodide, if that is to be in the site."""
    shutil.rmtree(folder, ignore_errors=True)
    lite = folder / "lite"
    with tempfile.TemporaryDirectory() as work:
        work = Path(work)
        write_notebooks(work / "notebooks", install=python is None)
        wheel = build_wheel(work)
        build_lite(work, lite, [] if python else [wheel])
        if python:
            packages = bring_python(python, lite, wheel)
            core = "./pyodide.mjs"
        else:
            packages = []
            core = content_network()
    configure(lite, packages)
    add_parts(lite, core)
    publish.pages(folder, run=publish.RUN)


def write_notebooks(folder, install):
    """Write the notebooks as students get them; with a cell that installs the lesson, if one is needed."""
    folder.mkdir()
    for name, notebook in publish.notebooks().items():
        notebook = students_version(notebook)
        if install:
            notebook.cells.insert(0, nbformat.v4.new_code_cell(INSTALL, id="install"))
        # JupyterLite shows the commas between the lines of a text that is stored in lines.
        nbformat.write(notebook, folder / f"{name}.ipynb", split_lines=False)


def build_wheel(work):
    """Build the lesson's wheel and return its path."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", work, ROOT], check=True)
    (wheel,) = work.glob("*.whl")
    return wheel


def build_lite(work, lite, wheels):
    """Have JupyterLite write its part of the site, with our extension and what `%pip` is to find there."""
    command = [sys.executable, "-m", "jupyterlite_core", "build", "--no-sourcemaps", "--output-dir", lite]
    command += ["--apps", "notebooks", "--apps", "tree", "--contents", work / "notebooks"]
    command += [part for wheel in wheels for part in ("--piplite-wheels", wheel)]
    subprocess.run(command, check=True, cwd=work)


def content_network():
    """Return the address of Pyodide on its content delivery network, as JupyterLite's kernel knows it."""
    from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL

    return f"{PYODIDE_CDN_URL}/pyodide.mjs"


def bring_python(python, lite, lesson):
    """Lay Pyodide, the lesson and all that both need into the site; return the names of the packages."""
    pyodides = read_lock(python)
    place = (lite / START).parent
    place.mkdir(parents=True)
    names = pyodide.closure(pyodides["packages"], pyodide.WANTED)
    packages = {name: pyodides["packages"][name] for name in names}
    for file in (*pyodide.CORE, *(entry["file_name"] for entry in packages.values())):
        shutil.copy(needed(python / file), place)
    for wheel in [*kernels_wheels(lite), lesson]:
        shutil.copy(wheel, place)
    fetch_plain(place)
    listed = {entry["file_name"] for entry in packages.values()}
    for wheel in sorted(place.glob("*.whl")):
        if wheel.name not in listed:
            entry = entry_of(wheel)
            packages[entry["name"]] = entry
    (place / pyodide.LOCK).write_text(json.dumps(pyodides | {"packages": packages}), encoding="utf-8")
    return sorted(packages)


def fetch_plain(place):
    """Fetch what the lesson needs beside what Pyodide has, by the versions and hashes of our lock."""
    lines = {line.split("==")[0]: line for line in lock.entries(publish.read(ROOT, "locks", "site.txt"))}
    with tempfile.TemporaryDirectory() as work:
        requirements = Path(work) / "plain.txt"
        requirements.write_text("\n".join(lines[name] for name in PLAIN) + "\n", encoding="utf-8")
        pyodide.download(place, requirements)


def read_lock(python):
    """Return the lock of a folder with Pyodide; say what is missing there."""
    found = json.loads(needed(python / pyodide.LOCK).read_text(encoding="utf-8"))
    if missing := [name for name in pyodide.WANTED if name not in found["packages"]]:
        raise SystemExit(f"PYODIDE: expected a lock with {', '.join(missing)} in {python}.")
    return found


def needed(file):
    """Return a file of Pyodide's folder, if it is there."""
    if not file.exists():
        raise SystemExit(f"PYODIDE: expected a folder with a complete Pyodide, got one without {file.name}.")
    return file


def kernels_wheels(lite):
    """Return the wheels of JupyterLite's kernel itself; of two versions of one, the newest."""
    folder = lite / "extensions" / KERNEL.rpartition(":")[0] / "static" / "pypi"
    found = {pyodide.canonical(wheel.name.split("-")[0]): wheel for wheel in sorted(folder.glob("*.whl"))}
    return [found[name] for name in KERNELS]


def entry_of(wheel):
    """Return what a lock says about a wheel in plain Python, so that Pyodide loads it like one of its own."""
    name, version = wheel.name.split("-")[:2]
    with zipfile.ZipFile(wheel) as archive:
        tops = {path.split("/")[0] for path in archive.namelist() if path.endswith(".py")}
    modules = sorted(top.removesuffix(".py") for top in tops if not top.endswith((".data", ".dist-info")))
    return {
        "name": pyodide.canonical(name),
        "version": version,
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": pyodide.sha256(wheel.read_bytes()),
        "package_type": "package",
        "imports": modules,
        "depends": [],
        "unvendored_tests": False,
    }


def configure(lite, packages):
    """Say in JupyterLite's own file how Python starts, and with what, and how often a notebook is saved."""
    path = lite / "jupyter-lite.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    data = config["jupyter-config-data"]
    data |= {"appName": publish.COURSE, "exposeAppInBrowser": True}  # the tests look through it
    data["federated_extensions"].append(
        {"name": EXTENSION, "load": "static/plugin.js", "extension": "./extension"}
    )
    kernel = data.setdefault("litePluginSettings", {}).setdefault(KERNEL, {})
    kernel["pyodideUrl"] = f"./{START}"
    kernel["loadPyodideOptions"] = {"packages": packages, "env": ENVIRONMENT}
    settings = data.setdefault("settingsOverrides", {})
    settings["@jupyterlab/docmanager-extension:plugin"] = {"autosaveInterval": 10}
    # All cells are drawn, also those out of sight: the browser's own search finds them, and pictures stay.
    settings["@jupyterlab/notebook-extension:tracker"] = {"windowingMode": "none"}
    path.write_text(json.dumps(config, indent=1), encoding="utf-8")


def add_parts(lite, core):
    """Add what is ours: the extension, the service worker, and what runs before anything else in a page."""
    extension = lite / "extensions" / EXTENSION / "static"
    extension.mkdir(parents=True)
    shutil.copy(PARTS / "plugin.js", extension)
    (lite / START).parent.mkdir(parents=True, exist_ok=True)
    (lite / START).write_text(publish.read(PARTS, "lesson.mjs").replace("CORE", core), encoding="utf-8")
    shutil.copy(PARTS / "first.js", lite)
    for page in lite.glob("*/index.html"):
        text = page.read_text(encoding="utf-8")
        first = text.replace("<head>", '<head>\n    <script src="../first.js"></script>', 1)
        page.write_text(first, encoding="utf-8")
    worker = lite / "service-worker.js"
    worker.rename(lite / "jupyterlite-service-worker.js")
    worker.write_text(
        publish.read(PARTS, "service-worker.js").replace("VERSION", fingerprint(lite)), encoding="utf-8"
    )


def fingerprint(folder):
    """Return a short hash of all files: with any change the browser's copies are old."""
    found = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        found.update(file.relative_to(folder).as_posix().encode() + file.read_bytes())
    return found.hexdigest()[:16]


if __name__ == "__main__":
    place = ROOT / "build" / "site"
    site(place, Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    print(
        f"{sum(file.stat().st_size for file in place.rglob('*') if file.is_file()) / 1e6:.0f} MB in {place}"
    )
