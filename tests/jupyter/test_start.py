"""`python -m softmax_lesson start` and `make lab`: a copy, JupyterLab in it, and a clean repository."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from softmax_lesson.__main__ import split
from softmax_lesson.jupyter import start

REPOSITORY = Path(__file__).resolve().parents[2]
AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has neither make nor these limits")
PATIENCE = 120  # seconds: a limit for a machine that is busy, not an expectation


def run(*command, **options):
    result = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert "Traceback" not in result.stderr, result.stderr
    return result


@pytest.fixture
def clone(shared, tmp_path):
    """A clone of a small upstream, to work in."""
    for name in ("upstream", "clone"):
        shutil.copytree(shared.parent / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    git(tmp_path / "clone", "remote", "set-url", "origin", tmp_path / "upstream")
    return tmp_path / "clone"


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A clone for tests that change nothing in it."""
    clone = cloned(tmp_path_factory.mktemp("shared"))
    yield clone
    assert git(clone, "status", "--porcelain") == ""
    assert not (clone / "my_notebooks").exists()


def cloned(place):
    """Make a small upstream with the lesson's first two notebooks, and return a clone of it."""
    upstream = place / "upstream"
    dropped = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for folder in "softmax_lesson", "data", "locks":
        shutil.copytree(REPOSITORY / folder, upstream / folder, ignore=dropped)
    for file in "pyproject.toml", "constraints.txt", "Makefile", ".gitignore":
        shutil.copy(REPOSITORY / file, upstream)
    (upstream / "notebooks").mkdir()
    for name in "00_start_here.ipynb", "01_scores.ipynb":
        shutil.copy(REPOSITORY / "notebooks" / name, upstream / "notebooks")
    run("git", "init", "--quiet", "--initial-branch=main", upstream)
    commit(upstream, "the lesson")
    run("git", "clone", "--quiet", upstream, place / "clone")
    return place / "clone"


def git(folder, *words):
    identity = ["-c", "user.name=A Teacher", "-c", "user.email=teacher@example.org"]
    result = run("git", "-C", folder, *identity, *words)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def commit(folder, message):
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)


def start_in(clone, *words, **options):
    """Run `start` in a clone; its own package comes first on Python's path."""
    return run(sys.executable, "-m", "softmax_lesson", "start", *words, cwd=clone, **options)


def edit(path, text):
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1].source += text
    nbformat.write(notebook, path)


@pytest.mark.parametrize("run_all", [False, pytest.param(True, marks=pytest.mark.long)])
def test_a_student_s_work_never_meets_git(clone, run_all):
    """Run All, save, an exercise; then the lesson changes the same notebook, and `git pull` brings it."""
    first = start_in(clone, "--only-copy")
    assert first.returncode == 0, first.stderr
    mine = clone / "my_notebooks"
    assert first.stdout.splitlines() == [
        "New: 00_start_here.ipynb, 01_scores.ipynb.",
        f"Your notebooks are in {mine}.",
    ]
    path = mine / "00_start_here.ipynb"
    ran = nbformat.read(path, as_version=4)
    if run_all:
        NotebookClient(ran, resources={"metadata": {"path": str(mine)}}).execute()
    (exercise,) = [cell for cell in ran.cells if "exercise" in cell.metadata.get("tags", [])][:1]
    exercise.source += "\n# my own thought"
    nbformat.write(ran, path)
    assert git(clone, "status", "--porcelain") == ""

    upstream = clone.parent / "upstream"
    edit(upstream / "notebooks" / "00_start_here.ipynb", "\n\nA correction.")
    edit(upstream / "notebooks" / "01_scores.ipynb", "\n\nAnother correction.")
    commit(upstream, "corrections")
    git(clone, "pull", "--quiet")
    students = path.read_bytes()
    second = start_in(clone, "--only-copy")
    assert "Brought up to the newest lesson: 01_scores.ipynb." in second.stdout
    assert "There is a newer 00_start_here.ipynb in the lesson." in second.stdout
    assert path.read_bytes() == students
    for name, words in {"00_start_here.newest": "A correction.", "01_scores": "Another correction."}.items():
        assert nbformat.read(mine / f"{name}.ipynb", as_version=4).cells[-1].source.endswith(words)
    assert git(clone, "status", "--porcelain") == ""


@pytest.mark.long
@POSIX
def test_make_lab_makes_the_copy_and_serves_it(clone, tmp_path):
    program = clone / ".venv" / "bin" / "python"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    program.chmod(0o755)
    (clone / ".venv" / ".lab").touch()  # as if installed
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    places = {f"JUPYTER_{kind}_DIR": str(tmp_path / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    words = f"--no-browser --port={port} --ServerApp.port_retries=0 --IdentityProvider.token={token}"
    with (tmp_path / "log").open("w") as log:
        lab = subprocess.Popen(
            ["make", "lab", f"ARGS={words}"],
            cwd=clone,
            env=os.environ | places,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        ask = f"http://127.0.0.1:{port}/{{}}?token={token}".format
        listed = json.loads(answer(ask("api/contents"), lab, tmp_path / "log"))
        setting = answer(
            ask("lab/api/settings/@jupyterlab/apputils-extension:notification"), lab, tmp_path / "log"
        )
    finally:
        os.killpg(lab.pid, 15)  # the group is ours: make, and the server that it started
        lab.wait(PATIENCE)
    assert {entry["name"] for entry in listed["content"]} == {"00_start_here.ipynb", "01_scores.ipynb"}
    copies = [file.read_text("utf-8") for file in (clone / "my_notebooks").glob("*.ipynb")]
    assert not any("presenter" in text for text in copies)
    assert json.loads(setting)["schema"]["properties"]["fetchNews"]["default"] == "false"
    assert git(clone, "status", "--porcelain") == ""


def answer(address, process, log):
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE) as page:
                return page.read()
        except (urllib.error.URLError, OSError):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)


@pytest.mark.parametrize(
    ("words", "ours", "jupyters"),
    [
        ("doctor", "doctor", ""),
        ("start", "start", ""),
        ("start course", "start course", ""),
        ("start --no-browser", "start", "--no-browser"),
        ("start --port 8889", "start", "--port 8889"),
        ("start course --port 8889 --only-copy", "start course --only-copy", "--port 8889"),
        ("start --only-copy", "start --only-copy", ""),
        ("start --only-copy course", "start course --only-copy", ""),
        ("start --only-copy --allow-root", "start --only-copy", "--allow-root"),
    ],
)
def test_words_are_ours_or_jupyters(words, ours, jupyters):
    assert split(words.split()) == (ours.split(), jupyters.split())


def test_the_folder_can_be_named(shared, tmp_path):
    result = start_in(shared, tmp_path / "a folder" / "inside", "--only-copy")
    assert (tmp_path / "a folder" / "inside" / "01_scores.ipynb").is_file()
    assert not (shared / "my_notebooks").exists()
    assert result.stdout.endswith(f"Your notebooks are in {tmp_path / 'a folder' / 'inside'}.\n")


def refused(result):
    assert (result.returncode, result.stdout) == (2, "")
    return result.stderr


def test_the_lessons_own_folder_and_a_file_are_refused(shared):
    assert "notebooks holds the lesson itself. Name another folder" in refused(
        start_in(shared, "notebooks", "--only-copy")
    )
    assert "Makefile is a file. Name a folder" in refused(start_in(shared, "Makefile", "--only-copy"))
    assert git(shared, "status", "--porcelain") == ""


@pytest.fixture
def open_folder():
    """A folder that other users may look into; pytest's own are closed to them."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


def as_nobody(clone, folder):
    """Run `start` without root's powers; all is loaded before they are given up."""
    if AS_ROOT:
        for path in [clone, *clone.parents]:
            if Path(tempfile.gettempdir()) in path.parents:
                path.chmod(path.stat().st_mode | 0o055)
    code = "import os, sys, softmax_lesson.__main__ as m\n"
    code += "from softmax_lesson.jupyter import start\nm.parser().format_help()\n"  # all that it loads later
    code += "os.setuid(65534)\n" if AS_ROOT else ""
    code += "sys.exit(m.main())"
    return run(sys.executable, "-c", code, "start", str(folder), "--only-copy", cwd=clone)


@POSIX
def test_a_folder_that_cannot_be_written(shared, open_folder):
    folder = open_folder / "mine"
    folder.mkdir(mode=0o555)
    words = refused(as_nobody(shared, folder))
    assert "FOLDER: your copy of the notebooks cannot be written" in words
    assert "Permission denied" in words
    assert "python -m softmax_lesson start FOLDER" in words
    assert list(folder.iterdir()) == []


@POSIX
def test_a_copy_that_has_become_read_only_is_still_opened(clone, open_folder):
    folder = open_folder / "mine"
    assert start_in(clone, folder, "--only-copy").returncode == 0
    edit(clone / "notebooks" / "01_scores.ipynb", "\n\nA correction.")
    folder.chmod(0o555)
    result = as_nobody(clone, folder)
    assert result.returncode == 0
    assert "Your notebooks are as they were; the newest lesson cannot be written" in result.stdout


@POSIX
def test_a_full_disk(shared, tmp_path):
    """A limit on the size of files stops the writing of the second notebook half way, as a full disk does."""
    import resource

    folder = tmp_path / "mine"

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (25_000, 25_000))

    assert len((shared / "notebooks" / "01_scores.ipynb").read_bytes()) > 25_000
    # Python would cut its own compiled files short, too, and not notice.
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    result = start_in(shared, folder, "--only-copy", preexec_fn=limit, env=environment)
    assert result.returncode == 0
    assert "the newest lesson cannot be written" in result.stdout
    assert "File too large" in result.stdout
    assert sorted(path.name for path in folder.iterdir()) == [".softmax-lesson.json", "00_start_here.ipynb"]
    # With room again, the rest comes.
    assert "New: 01_scores.ipynb." in start_in(shared, folder, "--only-copy").stdout


def test_without_jupyterlab_the_copy_is_there_and_the_doctor_is_named(shared, tmp_path):
    (tmp_path / "first").mkdir()
    (tmp_path / "first" / "jupyterlab.py").write_text("raise ModuleNotFoundError(name='jupyterlab')")
    result = start_in(shared, tmp_path / "mine", env=os.environ | {"PYTHONPATH": str(tmp_path / "first")})
    assert result.returncode == 1
    assert (tmp_path / "mine" / "00_start_here.ipynb").is_file()
    assert "jupyterlab is missing" in result.stderr
    assert "python -m softmax_lesson doctor" in result.stderr


def test_an_installed_lesson_copies_into_the_current_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(start, "find_clone", lambda: None)
    monkeypatch.chdir(tmp_path)
    assert start.default_folder() == tmp_path / "my_notebooks"
    assert start.lesson_folder() == REPOSITORY / "softmax_lesson" / "notebooks"


# Of the last of each no kernel starts: Python itself asks for them before anything of ours.
@pytest.mark.parametrize(
    "names",
    [
        ["json.py", "types.py"],
        pytest.param(["signal.py", "types.py", "enum.py", "operator.py"], marks=pytest.mark.long),
    ],
    ids=["two", "others"],
)
def test_a_students_own_file_that_hides_a_module_is_said_at_the_start(names, clone):
    start_in(clone, "--only-copy")
    for name in names:
        (clone / "my_notebooks" / name).write_text("raise RuntimeError('a first try')")
        told = start_in(clone, "--only-copy").stdout
        assert f"Give another name to {name} there: Python has a module of that name itself." in told
        assert told.count("another name") == 1
        (clone / "my_notebooks" / name).unlink()
    assert "another name" not in start_in(clone, "--only-copy").stdout
