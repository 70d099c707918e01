"""The wheel holds all that the lesson needs.

`make test` builds it in this process and unpacks it, which takes a third of a second. In `make test-long`
pip builds it and installs it in a fresh environment as well; and only there runs what is dear: all pictures,
two notebooks, the doctor.
"""

import importlib.util
import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
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


@dataclass
class Fresh:
    """Where the wheel is, outside the clone, and how its Python is called."""

    folder: Path
    site: Path
    python: Path
    variables: dict

    def run(self, *arguments, **more):
        """Run its Python in the folder."""
        return run(
            self.python, "-X", "utf8", *arguments, cwd=self.folder, env=os.environ | self.variables | more
        )


def run(*command, **options):
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, **options)


def unpacked(folder):
    """Build the wheel in this process and unpack it: this Python, told to look there first."""
    from hatchling.builders.wheel import WheelBuilder

    (wheel,) = WheelBuilder(str(REPOSITORY)).build(directory=str(folder), versions=["standard"])
    site = folder / "site-packages"
    zipfile.ZipFile(wheel).extractall(site)
    return Fresh(folder, site, sys.executable, {"PYTHONPATH": str(site)})


def installed(folder):
    """Let pip build the wheel and install it and nothing else; other packages are borrowed from here."""
    venv.create(folder / "venv", symlinks=os.name != "nt")
    python = folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = (sys.executable, "-m", "pip", "--quiet")
    # Where hatchling is at hand no network is needed; otherwise pip fetches it, as any installation does.
    isolation = ["--no-build-isolation"] if importlib.util.find_spec("hatchling") else []
    built = run(*pip, "wheel", REPOSITORY, "--no-deps", *isolation, "--wheel-dir", folder)
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("softmax_lesson-*.whl")
    result = run(*pip, "--python", python, "install", "--no-deps", "--no-index", wheel)
    assert result.returncode == 0, result.stderr
    (site,) = (folder / "venv").glob("**/site-packages")
    # A path in a .pth file is borrowed as it stands: the .pth files there (the editable lesson) do not count.
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "borrowed.pth").write_text("\n".join(borrowed), encoding="utf-8")
    return Fresh(folder, site, python, {})


INSTALLED = pytest.param(installed, marks=pytest.mark.long)
only_installed = pytest.mark.parametrize("fresh", [INSTALLED], indirect=True, scope="module")


@pytest.fixture(scope="module", params=[unpacked, INSTALLED], ids=lambda how: how.__name__)
def fresh(request, tmp_path_factory):
    return request.param(tmp_path_factory.mktemp("fresh"))


def test_each_file_of_the_package_is_there_as_it_is(fresh):
    def files(package):
        paths = [path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
        return {path.relative_to(package).as_posix(): path.read_bytes() for path in paths}

    there = files(fresh.site / "softmax_lesson")
    added = {name for name in there if name.startswith(("notebooks/", "sample/"))}
    ours = files(REPOSITORY / "softmax_lesson")
    assert len(ours) > 150
    assert {name: there[name] for name in set(there) - added} == ours


def test_jupyters_server_finds_the_extension(fresh):
    (config,) = fresh.folder.glob("**/etc/jupyter/jupyter_server_config.d/*.json")
    (name,) = json.loads(config.read_text(encoding="utf-8"))["ServerApp"]["jpserver_extensions"]
    points = fresh.run("-c", f"import {name} as module; print(module._jupyter_server_extension_points())")
    assert name in points.stdout, points.stderr


def test_sample_loads_from_the_wheel(fresh):
    where, what = fresh.run("-c", LOAD).stdout.splitlines()
    assert Path(where).is_relative_to(fresh.folder)
    assert what == f"{SAMPLE_FACTS['pixels']['train']} 600 300"


@only_installed
def test_every_picture_shows_itself_from_the_wheel(fresh):
    result = fresh.run("-c", SHOW)
    where, *shown = result.stdout.splitlines()
    assert Path(where).is_relative_to(fresh.folder), result.stderr
    assert shown == [f"{picture.__name__}: {picture()!r}" for picture in catalogue()]


def test_start_from_the_wheel_gives_a_course(fresh):
    result = fresh.run("-m", "softmax_lesson", "start", "--only-copy", "course")
    course = fresh.folder / "course"
    assert result.stdout.endswith(f"Your notebooks are in {course}.\n"), result.stderr
    lesson = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))
    assert sorted(path.name for path in course.glob("*.ipynb")) == [path.name for path in lesson]


@only_installed
def test_the_course_runs(fresh):
    result = fresh.run("-m", "softmax_lesson", "start", "--only-copy")
    course = fresh.folder / "my_notebooks"
    assert result.stdout.endswith(f"Your notebooks are in {course}.\n"), result.stderr
    few = [course / "00_start_here.ipynb", course / "04_loss.ipynb"]  # nbval runs all, from the clone
    home = {"SOFTMAX_LESSON_HOME": str(fresh.folder / "home"), "TQDM_DISABLE": "1"}
    result = fresh.run("-c", RUN_ALL, *few, **home)
    assert result.stdout.splitlines() == [f"{path.name} ran" for path in few], result.stderr


def test_damage_in_the_wheel_is_named(fresh):
    sheet = fresh.site / "softmax_lesson" / "sample" / SHEET
    whole = sheet.read_bytes()
    sheet.write_bytes(whole[:1000])
    try:
        result = fresh.run("-c", LOAD)
    finally:
        sheet.write_bytes(whole)
    assert result.returncode == 1
    assert f"{SHEET} is cut short (1,000 of {len(whole):,} bytes)" in result.stderr
    assert "install the lesson again" in result.stderr


def test_wheel_carries_sample_and_licences(fresh):
    (information,) = fresh.site.glob("softmax_lesson-*.dist-info")
    files = {path.name for path in (fresh.site / "softmax_lesson" / "sample").iterdir()}
    assert files >= {*SAMPLE_FILES, "README.md"}
    assert {path.name for path in (information / "licenses").iterdir()} >= {"LICENSE", "LICENSE-CONTENT"}


@only_installed
def test_doctor_of_the_wheel(fresh):
    result = fresh.run("-m", "softmax_lesson", "doctor")
    assert result.stderr == ""
    assert "ok       Packages: all that the lesson needs is installed and new enough" in result.stdout
    assert "ok       Data: 600 training and 300 test images, checksums right" in result.stdout
    assert " in the package; python -m softmax_lesson start FOLDER gives you your copy" in result.stdout
