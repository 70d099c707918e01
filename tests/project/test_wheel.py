"""The wheel, installed in a fresh environment outside the clone, holds all that the lesson needs."""

import importlib.util
import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from softmax_lesson.data import CLASS_NAMES, SAMPLE_FACTS, SAMPLE_FILES
from softmax_lesson.widgets import catalogue

SHEET = f"test_{CLASS_NAMES[2]}.png"
REPOSITORY = Path(__file__).resolve().parents[2]
LOAD = """
import hashlib, softmax_lesson
from softmax_lesson.data import load_sample
sample = load_sample()
print(softmax_lesson.__file__)
print(hashlib.sha256(sample.train.images.tobytes()).hexdigest(), len(sample.train), len(sample.test))
"""
SHOW = """
from softmax_lesson import widgets
print(widgets.__file__)
for made in (picture() for picture in widgets.catalogue()):
    forms, _ = made._repr_mimebundle_()
    assert {"text/plain", "text/html", "image/png", "application/vnd.jupyter.widget-view+json"} == set(forms)
    print(f"{made.__class__.__mro__[1].__name__}: {forms['text/plain']}")
"""
# The kernel is this Python's own, as in JupyterLab, and has the lesson from the wheel.
RUN_ALL = """
import sys
from pathlib import Path
import nbformat
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
where = nbformat.v4.new_code_cell("import softmax_lesson; print(softmax_lesson.__file__)")
for path in map(Path, sys.argv[1:]):
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(where)
    manager = KernelManager(kernel_name="python3")
    assert manager.format_kernel_cmd()[0] == sys.executable
    NotebookClient(notebook, km=manager, resources={"metadata": {"path": str(path.parent)}}).execute()
    assert Path(notebook.cells[-1].outputs[0].text.strip()).is_relative_to(sys.prefix)
    print(path.name, "ran")
"""


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """(its folder, its Python): the wheel and nothing else installed, other packages borrowed from here."""
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder / "venv", symlinks=os.name != "nt")
    python = folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = (sys.executable, "-m", "pip", "--quiet")
    # Where hatchling is at hand no network is needed; otherwise pip fetches it, as any installation does.
    isolation = ["--no-build-isolation"] if importlib.util.find_spec("hatchling") else []
    built = run(*pip, "wheel", REPOSITORY, "--no-deps", *isolation, "--wheel-dir", folder)
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("softmax_lesson-*.whl")
    installed = run(*pip, "--python", python, "install", "--no-deps", "--no-index", wheel)
    assert installed.returncode == 0, installed.stderr
    (site,) = (folder / "venv").glob("**/site-packages")
    # A path in a .pth file is borrowed as it stands: the .pth files there (the editable lesson) do not count.
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "borrowed.pth").write_text("\n".join(borrowed), encoding="utf-8")
    return folder, python


def test_jupyters_server_finds_the_extension(fresh):
    folder, python = fresh
    (config,) = (folder / "venv").glob("etc/jupyter/jupyter_server_config.d/*.json")
    (name,) = json.loads(config.read_text(encoding="utf-8"))["ServerApp"]["jpserver_extensions"]
    points = run(python, "-c", f"import {name} as module; print(module._jupyter_server_extension_points())")
    assert name in points.stdout, points.stderr


def test_sample_loads_from_the_wheel(fresh):
    folder, python = fresh
    result = run(python, "-c", LOAD, cwd=folder)
    where, what = result.stdout.splitlines()
    assert Path(where).is_relative_to(folder)
    assert what == f"{SAMPLE_FACTS['pixels']['train']} 600 300"


def test_every_picture_shows_itself_from_the_wheel(fresh):
    folder, python = fresh
    result = run(python, "-X", "utf8", "-c", SHOW, cwd=folder, encoding="utf-8")
    where, *shown = result.stdout.splitlines()
    assert Path(where).is_relative_to(folder), result.stderr
    assert shown == [f"{picture.__name__}: {picture()!r}" for picture in catalogue()]


def test_start_from_the_wheel_gives_a_course_that_runs(fresh):
    folder, python = fresh
    result = run(python, "-m", "softmax_lesson", "start", "--only-copy", cwd=folder)
    course = folder / "my_notebooks"
    assert result.stdout.endswith(f"Your notebooks are in {course}.\n"), result.stderr
    lesson = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))
    assert sorted(path.name for path in course.glob("*.ipynb")) == [path.name for path in lesson]
    home = {"SOFTMAX_LESSON_HOME": str(folder / "home"), "TQDM_DISABLE": "1"}
    few = [course / "00_start_here.ipynb", course / "04_loss.ipynb"]  # nbval runs all, from the clone
    result = run(python, "-c", RUN_ALL, *few, cwd=folder, env=os.environ | home)
    assert result.stdout.splitlines() == [f"{path.name} ran" for path in few], result.stderr


def test_damage_in_the_wheel_is_named(fresh):
    folder, python = fresh
    (sheet,) = (folder / "venv").glob(f"**/site-packages/softmax_lesson/sample/{SHEET}")
    whole = sheet.read_bytes()
    sheet.write_bytes(whole[:1000])
    try:
        result = run(python, "-c", LOAD, cwd=folder)
    finally:
        sheet.write_bytes(whole)
    assert result.returncode == 1
    assert f"{SHEET} is cut short (1,000 of {len(whole):,} bytes)" in result.stderr
    assert "install the lesson again" in result.stderr


def test_wheel_carries_sample_and_licences(fresh):
    folder, _ = fresh
    (package,) = (folder / "venv").glob("**/site-packages/softmax_lesson")
    (information,) = package.parent.glob("softmax_lesson-*.dist-info")
    files = {path.name for path in (package / "sample").iterdir()}
    assert files >= {*SAMPLE_FILES, "README.md"}
    assert {path.name for path in (information / "licenses").iterdir()} >= {"LICENSE", "LICENSE-CONTENT"}


def test_doctor_of_the_wheel(fresh):
    folder, python = fresh
    result = run(python, "-m", "softmax_lesson", "doctor", cwd=folder)
    assert result.stderr == ""
    assert "ok       Packages: all that the lesson needs is installed and new enough" in result.stdout
    assert "ok       Data: 600 training and 300 test images, checksums right" in result.stdout
    assert " in the package; python -m softmax_lesson start FOLDER gives you your copy" in result.stdout
