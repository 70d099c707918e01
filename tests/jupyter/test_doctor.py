"""The doctor says "all well" only when it is, and names damage with its remedy, never a traceback."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
import venv
from importlib import metadata
from pathlib import Path

import nbformat
import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter
from nbclient import NotebookClient

from softmax_lesson import __main__ as command_line
from softmax_lesson.data import CLASS_NAMES
from softmax_lesson.jupyter import doctor

REPOSITORY = Path(__file__).resolve().parents[2]
TRAIN_SHEET, TEST_SHEET = f"train_{CLASS_NAMES[2]}.png", f"test_{CLASS_NAMES[2]}.png"
CHECKS = ["Python", "Kernel", "Packages", "Widgets", "NumPy", "Matplotlib", "Data", "Notebooks"]


@pytest.fixture(autouse=True)
def own_jupyter_folders(tmp_path, monkeypatch):
    """Keep kernels that the user of this machine installed out of the tests."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    monkeypatch.delenv("JUPYTER_PATH", raising=False)


@pytest.fixture
def clone(tmp_path):
    """A copy of what the doctor looks at, to damage."""
    root = tmp_path / "a clone"
    shutil.copytree(REPOSITORY / "data", root / "data")
    shutil.copy(REPOSITORY / "pyproject.toml", root)
    # Of the lock a few lines: all of it is looked at in this very clone.
    lock = [f"{name}=={metadata.version(name)}\n" for name in ("numpy", "matplotlib", "anywidget")]
    (root / "constraints.txt").write_text("".join(lock))
    (root / "notebooks").mkdir()
    nbformat.write(nbformat.v4.new_notebook(), root / "notebooks" / "00_start_here.ipynb")
    return root


@pytest.fixture
def program(clone):
    """A copy of the lesson that can be run."""
    package = clone / "softmax_lesson"
    shutil.copytree(REPOSITORY / package.name, package, ignore=shutil.ignore_patterns("__pycache__"))
    return clone


def run(clone, *arguments, python=sys.executable):
    """Run the command line of the copy (the current folder comes first on Python's path)."""
    command = [python, "-m", "softmax_lesson", *arguments]
    damaged = os.environ | {"PYTHONPATH": str(clone / "damaged")}  # stands before what is installed
    return subprocess.run(command, cwd=clone, env=damaged, capture_output=True, text=True, check=False)


def problems_of(clone, **options):
    result = run(clone, "doctor", **options)
    assert result.returncode == 1, result.stdout
    assert "Traceback" not in result.stdout + result.stderr
    return result.stdout


def finding(subject, **places):
    """What the doctor finds when it looks at one thing; several problems at once have tests of their own."""
    return doctor.examined(subject, doctor.checks(**places)[subject], places.get("clone"))


@pytest.mark.long  # a program, where the next test stays in this process
def test_healthy_copy(program):
    result = run(program, "doctor")
    assert result.returncode == 0, result.stdout
    assert_all_well(result.stdout, result.stderr)


def test_the_command_says_that_all_is_well(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["softmax_lesson", "doctor"])
    assert command_line.main() == 0
    assert_all_well(*capsys.readouterr())


def assert_all_well(out, err):
    lines = out.splitlines()
    assert err == ""
    assert [line.split(":")[0] for line in lines[:-1]] == [f"ok       {subject}" for subject in CHECKS]
    assert lines[-1] == "All 8 checks passed."


def test_this_very_clone_is_healthy():
    report = doctor.report()
    assert repr(report) == "All 8 checks passed.", str(report)
    assert DisplayFormatter().format(report) == ({"text/plain": "All 8 checks passed."}, {})


# In `make test` nbval runs 00_start_here, which asks the doctor; and what is shown is asked for below.
@pytest.mark.long
def test_in_a_notebook_one_stable_line(clone):
    code = f"import pathlib, softmax_lesson.jupyter.doctor\nplace = pathlib.Path({str(clone)!r})\n"
    code += "softmax_lesson.jupyter.doctor.report(clone=place)"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    cell = NotebookClient(notebook, kernel_name="python3").execute().cells[0]
    assert [output.get("data") for output in cell.outputs] == [{"text/plain": "All 8 checks passed."}]


def test_report_shows_everything_when_something_is_wrong(clone):
    (clone / "data" / TEST_SHEET).unlink()
    report = doctor.report(clone=clone, sample=clone / "data")
    assert report.problems == 1
    assert repr(report) == str(report) == str(doctor.report(clone=clone, sample=clone / "data"))
    assert f"{TEST_SHEET} is missing" in repr(report)
    assert repr(report).endswith("\n1 of 8 checks found a problem.")


def damage_data(clone):
    (clone / "data" / TRAIN_SHEET).write_bytes(b"not a frog")


def damage_lock(clone):
    lock = clone / "constraints.txt"
    numpy = f"numpy=={metadata.version('numpy')}\n"
    assert numpy in lock.read_text()
    lock.write_text(lock.read_text().replace(numpy, "numpy==2.0.0\n"))


def damage_widgets(clone):
    """As if its folder were gone, and only pip still believed in it."""
    (clone / "damaged").mkdir(exist_ok=True)
    (clone / "damaged" / "anywidget.py").write_text("raise ModuleNotFoundError(name='anywidget._descriptor')")


def damage_numpy(clone):
    (clone / "damaged").mkdir(exist_ok=True)
    (clone / "damaged" / "numpy.py").write_text("raise ImportError('DLL load\\n\\nfailed. See ' + 'x' * 200)")


def remove_start(clone):
    (clone / "notebooks" / "00_start_here.ipynb").unlink()


def cut_notebook(clone):
    (clone / "notebooks" / "04_loss.ipynb").write_text('{"cells": [')


def empty_notebook(clone):
    (clone / "notebooks" / "04_loss.ipynb").write_text("[]")


SICK = {
    damage_data: ("Data", f"{TRAIN_SHEET} is cut short (10 of", "data folder"),
    damage_lock: ("Packages", f"numpy {metadata.version('numpy')} instead of 2.0.0", "constraints.txt"),
    remove_start: ("Notebooks", "00_start_here.ipynb is missing", "take the folder notebooks from it"),
    cut_notebook: ("Notebooks", "04_loss.ipynb is damaged", "keep a copy of your own work"),
    empty_notebook: ("Notebooks", "04_loss.ipynb is damaged", "take notebooks/04_loss.ipynb from it"),
}
# Packages that are broken can only be met by a Python of its own.
BROKEN = {
    damage_widgets: ("Widgets", "the package anywidget is missing", "-m pip install --force-reinstall -c"),
    damage_numpy: ("NumPy", "ImportError: DLL load failed. See ...", "-m pip install --force-reinstall -c"),
}


@pytest.mark.parametrize("inflict", SICK)
def test_damage_is_named_with_its_remedy(clone, inflict):
    subject, words, remedy = SICK[inflict]
    inflict(clone)
    found = finding(subject, clone=clone, sample=clone / "data")
    assert not found.ok
    assert words in found.text
    assert remedy in found.remedy


def test_several_problems_are_named_one_below_the_other(program):
    damages = {**BROKEN, damage_lock: SICK[damage_lock], cut_notebook: SICK[cut_notebook]}
    for inflict in damages:
        inflict(program)
    lines = problems_of(program).splitlines()
    for subject, words, remedy in damages.values():
        (place,) = [i for i, line in enumerate(lines) if line.startswith(f"problem  {subject}: ")]
        assert words in lines[place]
        assert lines[place + 1].startswith("         remedy: ")
        assert remedy in lines[place + 1]


@pytest.fixture
def bare(tmp_path):
    """Another Python, with nothing installed."""
    venv.create(tmp_path / "bare", symlinks=os.name != "nt")
    return tmp_path / "bare" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def test_python_with_nothing_installed(program, bare):
    text = problems_of(program, python=bare)
    assert "problem  NumPy: the package numpy is missing" in text
    assert "problem  Kernel: the package ipykernel is missing" in text
    assert text.endswith("6 of 8 checks found a problem.\n")
    (command,) = {line.partition("remedy: ")[2] for line in text.splitlines() if "remedy" in line}
    how = f"uv pip install --python {bare}" if shutil.which("uv") else f"{bare} -m pip install"
    assert command == f'{how} -c "{program / "constraints.txt"}" -e "{program}[lab]"'


def test_wrong_python_beside_the_lessons_own(program, bare):
    venv.create(program / ".venv", symlinks=os.name != "nt")
    assert f"remedy: use the lesson's own Python: {doctor.CALL}\"{program / '.venv'}" in problems_of(
        program, python=bare
    )


@pytest.mark.parametrize(
    ("program", "words"),
    [(None, "notebooks would run in another Python"), ("/no/such/python", "does not start")],
)
def test_kernel_elsewhere_and_the_remedy_works(clone, bare, tmp_path, monkeypatch, program, words):
    folder = tmp_path / "jupyter" / "kernels" / "python3"
    folder.mkdir(parents=True)
    argv = [program or str(bare), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (folder / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "P", "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    found = finding("Kernel", clone=clone)
    assert not found.ok
    assert found.text.startswith(f"{'' if program is None else 'the kernel python3 '}{words}")
    assert found.remedy.startswith(f"remove the folder {folder},")
    shutil.rmtree(folder)
    assert finding("Kernel", clone=clone).ok


@pytest.mark.parametrize("content", ["{", "{}", "[]"])
def test_damaged_kernel_description(clone, tmp_path, monkeypatch, content):
    folder = tmp_path / "jupyter" / "kernels" / "python3"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(content)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    found = finding("Kernel", clone=clone)
    assert not found.ok
    assert found.text.startswith("the description of the kernel python3 is damaged (")
    assert found.remedy.startswith(f"remove the folder {folder},")


def test_package_whose_folder_is_gone(clone, monkeypatch):
    find = doctor.importlib.util.find_spec
    monkeypatch.setattr(
        doctor.importlib.util, "find_spec", lambda name: None if name == "pooch" else find(name)
    )
    found = finding("Packages", clone=clone)
    assert found.text == "the package pooch is missing"
    assert "--force-reinstall" in found.remedy


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (("/a/python", "-m", "pip"), "/a/python -m pip"),
        (("C:\\venv\\python.exe", "-c", "a&b"), 'C:\\venv\\python.exe -c "a&b"'),
        (("/a b/python", "-e", "c[lab]"), '& "/a b/python" -e "c[lab]"'),
    ],
)
def test_commands_can_be_pasted_into_powershell(monkeypatch, words, command):
    monkeypatch.setattr(doctor, "CALL", "& ")
    assert doctor._command(*words) == command


def without(missing):
    def version_of(name):
        if name == missing:
            raise metadata.PackageNotFoundError(name)
        return metadata.version(name)

    return version_of


def test_missing_package(clone):
    found = finding("Packages", clone=clone, version_of=without("jupyterlab"))
    assert not found.ok
    assert "jupyterlab>=4.6 is needed, nothing is installed" in found.text
    assert "[lab]" in found.remedy


def test_missing_widget_package(clone):
    found = finding("Widgets", clone=clone, version_of=without("jupyterlab_widgets"))
    assert not found.ok
    assert "ipywidgets needs jupyterlab_widgets" in found.text
    assert "-m pip install --upgrade" in found.remedy


def test_what_a_new_environment_brings_by_itself_is_no_problem(clone):
    (clone / "constraints.txt").write_text("numpy==" + metadata.version("numpy") + "\nsetuptools==84.2.1\n")
    versions = {"setuptools": "65.5.0"}
    found = finding(
        "Packages", clone=clone, version_of=lambda name: versions.get(name) or metadata.version(name)
    )
    assert found.text == "1 package, each in the version of constraints.txt"


def test_package_too_old_in_an_installed_lesson(monkeypatch):
    monkeypatch.setattr(doctor, "find_clone", lambda: None)
    old = {"anywidget": "0.9.21", "matplotlib": "3.9.0"}
    found = finding("Packages", version_of=lambda name: old.get(name) or metadata.version(name))
    assert found.text == (
        "anywidget>=0.11 is needed, 0.9.21 is installed; matplotlib>=3.10 is needed, 3.9.0 is installed"
    )
    assert found.remedy.endswith('-m pip install --upgrade "anywidget>=0.11" "matplotlib>=3.10"')


def test_installed_lesson_needs_no_lock_and_has_its_notebooks(monkeypatch):
    monkeypatch.setattr(doctor, "find_clone", lambda: None)
    assert "00_start_here.ipynb is missing" in finding("Notebooks").text
    assert "--force-reinstall --no-deps softmax-lesson" in finding("Notebooks").remedy
    monkeypatch.setattr(doctor, "PACKAGED_NOTEBOOKS", REPOSITORY / "notebooks")
    assert repr(doctor.report()) == "All 8 checks passed."
    assert "python -m softmax_lesson start FOLDER" in finding("Notebooks").text


# Programs. In `make test` the next two tests and one of `start` see what hides, each its part of it: beside
# a notebook, in a student's copy, in the folder that the command is given in.
@pytest.mark.long
@pytest.mark.parametrize("name", ["numpy.py", "random.py", "matplotlib.py", "email.py", "tqdm/__init__.py"])
def test_a_students_own_file_that_hides_a_package_is_named(program, name):
    file = program / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("raise RuntimeError('a first try')")
    text = problems_of(program)
    assert f"problem  Packages: {name.split('/')[0]} in {program} hides a package of the same name" in text
    assert "remedy: give it another name, and restart the kernel" in text
    assert text.endswith("1 of 8 checks found a problem.\n")  # all others are looked at without it


# What Python asks for before it runs any program of ours: of these no kernel starts. `start` says so.
BEFORE_ALL = {"collections", "contextlib", "copyreg", "enum", "fnmatch", "functools", "importlib", "nt", "re"}
BEFORE_ALL |= {"ipaddress", "keyword", "ntpath", "operator", "pathlib", "reprlib", "sre_compile", "types"}
BEFORE_ALL |= {"glob", "urllib", "warnings"}


@pytest.mark.long  # in a kernel; the next test is of the same sentence
def test_whatever_a_student_calls_a_file_beside_the_notebook_the_notebook_names_it(tmp_path):
    """A file for each module of Python's own, all of them wrong, and the lesson runs all the same."""
    names = sorted(name for name in sys.stdlib_module_names - BEFORE_ALL if not name.startswith("_"))
    for name in names:
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('a first try')")
    code = ["from softmax_lesson import doctor\nprint(doctor.report())"]
    code += ["from softmax_lesson.widgets import FirstTouch\nFirstTouch()"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in code])
    place = {"metadata": {"path": str(tmp_path)}}
    doctors, picture = NotebookClient(notebook, kernel_name="python3", resources=place).execute().cells
    told = doctors.outputs[0].text
    named = told.partition("problem  Packages: ")[2].partition(f" in {tmp_path} hide packages")[0]
    assert named.split(", ") == [f"{name}.py" for name in names if name not in ("test", "this")]
    assert told.endswith("1 of 8 checks found a problem.\n")
    assert CLASS_NAMES[0] in picture.outputs[0].data["text/plain"]


def test_a_file_that_hides_a_package_from_a_students_own_copy(clone, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (clone / "my_notebooks").mkdir()
    for name in "numpy.py", "random.py", "my_frog.py", "test.py":
        (clone / "my_notebooks" / name).touch()
    words = f"numpy.py, random.py in {clone / 'my_notebooks'} hide packages of the same name"
    assert finding("Packages", clone=clone).text == words


def test_what_is_installed_is_found_without_reading_every_description():
    assert set(metadata.packages_distributions()) <= doctor.installed()


def test_a_zip_without_git_is_not_told_to_use_git(clone):
    assert not (clone / ".git").exists()
    cut_notebook(clone)
    remedy = finding("Notebooks", clone=clone).remedy
    assert remedy.endswith("unpack the lesson's ZIP again and take notebooks/04_loss.ipynb from it")
    (clone / ".git").mkdir()
    assert "checkout -- notebooks/04_loss.ipynb" in finding("Notebooks", clone=clone).remedy


def test_an_environment_without_pip_is_served_by_uv(monkeypatch):
    find = doctor.importlib.util.find_spec
    monkeypatch.setattr(
        doctor.importlib.util, "find_spec", lambda name: None if name == "pip" else find(name)
    )
    monkeypatch.setattr(doctor.shutil, "which", lambda program: "/usr/bin/uv")
    assert doctor._pip("numpy").startswith("uv pip install --python ")
    monkeypatch.setattr(doctor.shutil, "which", lambda program: None)
    assert "-m pip install numpy" in doctor._pip("numpy")


@pytest.mark.parametrize("missing", doctor.LAB_EXTENSIONS)
def test_missing_lab_extension(tmp_path, monkeypatch, clone, missing):
    for extension in doctor.LAB_EXTENSIONS:
        (tmp_path / extension).mkdir(parents=True)
        (tmp_path / extension / "package.json").write_text("{}")
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda *_: [str(tmp_path)])
    assert finding("Widgets", clone=clone).ok
    shutil.rmtree(tmp_path / missing)
    found = finding("Widgets", clone=clone)
    assert found.text == f"JupyterLab does not find its extension {missing}"
    assert "--force-reinstall" in found.remedy


def test_old_python(monkeypatch):
    monkeypatch.setattr(doctor, "OLDEST_PYTHON", (sys.version_info[0], sys.version_info[1] + 1))
    found = finding("Python")
    assert not found.ok
    assert "is too old, the lesson needs 3." in found.text
    assert "make lab" in found.remedy


def test_oldest_python_is_the_one_declared():
    declared = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert declared["requires-python"] == f">={doctor.OLDEST_PYTHON[0]}.{doctor.OLDEST_PYTHON[1]}"


def test_numpy_that_computes_wrongly(monkeypatch):
    monkeypatch.setattr(np, "exp", lambda x: x + 2)
    assert finding("NumPy").text == "computes wrong numbers"


# The others are said to `main` itself in test_odd_words.
@pytest.mark.parametrize(
    "arguments",
    [("nonsense",), *(pytest.param(words, marks=pytest.mark.long) for words in ((), ("doctor", "more")))],
)
def test_wrong_command_line_gives_usage(program, arguments):
    result = run(program, *arguments)
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith("usage: python -m softmax_lesson")


# Python 3.10 has no tomllib; and no other package is asked for either (-S).
OLD = """
import runpy, sys
sys.modules["tomllib"] = None
sys.path.insert(0, sys.argv.pop(1))
runpy.run_module("softmax_lesson", run_name="__main__")
"""


def test_the_command_speaks_in_an_old_python(tmp_path):
    command = [sys.executable, "-S", "-c", OLD, str(REPOSITORY), "doctor"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    said = result.stdout.splitlines()
    assert [line.split()[1].rstrip(":") for line in said if not line.startswith(" ")][:-1] == CHECKS
    assert "Traceback" not in result.stdout + result.stderr
    assert result.returncode == 1
