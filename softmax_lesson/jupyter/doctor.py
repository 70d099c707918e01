"""Is everything the course needs here, and does it work? `python -m softmax_lesson doctor`.

Nothing but what Python has is imported at the top, so that the doctor still speaks when all else is missing.
"""

from __future__ import annotations

import importlib.util
import io
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable, Set
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from softmax_lesson.data import files

OLDEST_PYTHON = (3, 11)
PACKAGE = "softmax-lesson"
CALL = "& " if os.name == "nt" else ""  # PowerShell takes a program in quotes for a mere text
PACKAGED_NOTEBOOKS = Path(__file__).parents[1] / "notebooks"  # in a wheel; a clone has its own
IN_A_BROWSER = sys.platform == "emscripten"  # Pyodide: one Python, and no JupyterLab beside it
BY_ITSELF = ("pip", "setuptools")  # what a new environment has in it; the lesson needs neither
LAB_EXTENSIONS = ("anywidget", "@jupyter-widgets/jupyterlab-manager")


@dataclass(frozen=True)
class Finding:
    """What one check found, in plain words."""

    subject: str
    ok: bool
    text: str
    remedy: str = ""

    def __str__(self) -> str:
        """One line; the remedy, if one is needed, on a line below."""
        line = f"{'ok' if self.ok else 'problem':8} {self.subject}: {self.text}"
        return f"{line}\n{'':8} remedy: {self.remedy}" if self.remedy else line


@dataclass(frozen=True, repr=False)
class Report:
    """All findings; its repr is one line, the same on every healthy machine."""

    findings: tuple[Finding, ...]

    @property
    def problems(self) -> int:
        """How many checks found something wrong."""
        return sum(not finding.ok for finding in self.findings)

    def __str__(self) -> str:
        """Every finding and the sum."""
        return "\n".join([*map(str, self.findings), self._sum()])

    def __repr__(self) -> str:
        """The sum alone when all is well (versions differ between machines), everything otherwise."""
        return str(self) if self.problems else self._sum()

    def _sum(self) -> str:
        if self.problems:
            return f"{self.problems} of {len(self.findings)} checks found a problem."
        return f"All {len(self.findings)} checks passed."


class _Problem(Exception):
    """Raised by a check: what is wrong and what to do."""

    def __init__(self, text: str, remedy: str):
        super().__init__(text, remedy)


def find_clone() -> Path | None:
    """Return the clone of the repository that this package runs from, or None when it is installed."""
    root = Path(__file__).resolve().parents[2]
    return root if (root / "pyproject.toml").is_file() else None


def check(**places) -> list[Finding]:
    """Run every check and return what each found; nothing is raised and nothing is changed.

    clone: the repository's folder; sample: the data's folder; version_of: looks an installed package's
    version up. The defaults are those of the running lesson.
    """
    return [examined(subject, examine, places.get("clone")) for subject, examine in checks(**places).items()]


def checks(
    clone: Path | None = None,
    sample: Path | None = None,
    version_of: Callable[[str], str] = metadata.version,
) -> dict[str, Callable[[], str]]:
    """Return all checks by their subjects; see `check`. Each returns words, or raises what is wrong."""
    clone = clone or find_clone()
    return {
        "Python": _python,
        "Kernel": _kernel,
        "Packages": lambda: _packages(clone, version_of),
        "Widgets": lambda: _widgets(version_of),
        "NumPy": _numpy,
        "Matplotlib": _matplotlib,
        "Data": lambda: _data(sample),
        "Notebooks": lambda: _notebooks(clone),
    }


def examined(subject: str, examine: Callable[[], str], clone: Path | None = None) -> Finding:
    """Run one check and return what it found, whatever it raises."""
    clone = clone or find_clone()
    try:
        return Finding(subject, True, examine())
    except _Problem as problem:
        return Finding(subject, False, *problem.args)
    except ModuleNotFoundError as error:
        package = str(error.name).partition(".")[0]
        remedy = _install(clone, again=package in metadata.packages_distributions())
        return Finding(subject, False, f"the package {package} is missing", remedy)
    except Exception as error:  # a broken package may raise anything; the student needs words
        words = textwrap.shorten(f"{type(error).__name__}: {error}", 200, placeholder=" ...")
        return Finding(subject, False, words, _install(clone, again=True))


def report(**places) -> Report:
    """Return check(**places) as one object; a notebook shows a stable line, or details of what is wrong."""
    return Report(tuple(check(**places)))


def _command(*words: str | Path) -> str:
    quoted = [str(word) if re.fullmatch(r"[\w./:\\~+-]+", str(word)) else f'"{word}"' for word in words]
    return (CALL if quoted[0].startswith('"') else "") + " ".join(quoted)


def _pip(*arguments: str) -> str:
    if importlib.util.find_spec("pip") is None and shutil.which("uv"):  # an environment made by uv
        return _command("uv", "pip", "install", "--python", sys.executable, *arguments)
    return _command(sys.executable, "-m", "pip", "install", *arguments)


def _install(clone: Path | None, requirements: list[str] | None = None, again: bool = False) -> str:
    """Return the command that installs what is missing, or installs again what pip believes to be there."""
    if clone:
        own = clone / ".venv"
        if own.is_dir() and os.path.realpath(own) != os.path.realpath(sys.prefix):
            python = own / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
            return f"use the lesson's own Python: {_command(python, '-m', 'softmax_lesson', 'doctor')}"
        forced = ["--force-reinstall"] if again else []
        return _pip(*forced, "-c", str(clone / "constraints.txt"), "-e", f"{clone}[lab]")
    return _pip("--force-reinstall" if again else "--upgrade", *(requirements or [f"{PACKAGE}[lab]"]))


def _python() -> str:
    if sys.version_info[:2] < OLDEST_PYTHON:
        oldest = ".".join(map(str, OLDEST_PYTHON))
        raise _Problem(
            f"version {platform.python_version()} is too old, the lesson needs {oldest} or newer",
            f"install Python {oldest} or newer, delete the folder .venv, and run: make lab",
        )
    return f"version {platform.python_version()}, {sys.executable}"


def _kernel() -> str:
    if IN_A_BROWSER:
        return "this notebook runs in a Python inside the browser"
    import ipykernel.kernelapp
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import KernelManager

    if ipykernel.kernelapp.IPKernelApp.initialized():
        return "this notebook runs in this Python"
    # Jupyter takes the first python3 it finds, perhaps a user's; where there is none, its own Python.
    folder = KernelSpecManager().find_kernel_specs()["python3"]
    remedy = f"remove the folder {folder}, then start JupyterLab again"
    try:
        program = KernelManager(kernel_name="python3").format_kernel_cmd()[0]
    except (ValueError, LookupError, TypeError, OSError) as error:
        raise _Problem(f"the description of the kernel python3 is damaged ({error})", remedy) from error
    ask = [program, "-c", "import sys; print(sys.prefix)"]
    try:
        prefix = subprocess.run(ask, capture_output=True, text=True, check=True, timeout=60).stdout.strip()
    except (OSError, subprocess.SubprocessError) as error:
        raise _Problem(f"the kernel python3 does not start: {error}", remedy) from error
    if os.path.realpath(prefix) != os.path.realpath(sys.prefix):
        raise _Problem(f"notebooks would run in another Python, {program}", remedy)
    return "notebooks run in this Python"


def _unmet(package: str, version_of: Callable[[str], str], extra: str = "") -> list[tuple[str, str]]:
    """Return (requirement, what is installed instead) for each unmet requirement of an installed package."""
    from packaging.requirements import Requirement

    unmet = []
    for requirement in map(Requirement, metadata.requires(package) or []):
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        wanted = f"{requirement.name}{requirement.specifier}"
        try:
            version = version_of(requirement.name)
        except metadata.PackageNotFoundError:
            unmet.append((wanted, "nothing"))
        else:
            if not requirement.specifier.contains(version, prereleases=True):
                unmet.append((wanted, version))
    return unmet


def modules_in(folder: Path) -> dict[str, str]:
    """Return {module or package: its file or folder} of what Python could import from `folder`."""
    modules = {path.stem: path.name for path in folder.glob("*.py")}
    packages = {path.parent.name: path.parent.name for path in folder.glob("*/__init__.py")}
    nobody_misses = {"softmax_lesson", "test", "this"}
    return {name: file for name, file in (modules | packages).items() if name not in nobody_misses}


def hiding(folder: Path, names: Set[str]) -> list[str]:
    """Return what in `folder` Python would take for one of the modules or packages of these names."""
    return sorted(file for name, file in modules_in(folder).items() if name in names)


def installed() -> set[str]:
    """Return the names of all modules and packages that are installed.

    `metadata.packages_distributions` has the same names, reads every file's name for it, and each package's
    description as a letter.
    """
    found = set()
    for package in metadata.distributions():
        names = (package.read_text("top_level.txt") or "").split()
        if not names:
            paths = (line.partition(",")[0] for line in (package.read_text("RECORD") or "").splitlines())
            code = (path for path in paths if path.endswith((".py", ".so", ".pyd")))
            names = [path.partition("/")[0].partition(".")[0] for path in code]
        found.update(names)
    return found


def _look_for_hiding(clone: Path | None) -> None:
    places = {Path.cwd(), *([clone / "my_notebooks"] if clone else [])}
    # Mostly nothing could hide another: then it need not be known what is installed, which takes a while.
    for folder in sorted(filter(modules_in, places)):
        if found := hiding(folder, sys.stdlib_module_names | installed()):
            hides = "hides a package" if len(found) == 1 else "hide packages"
            raise _Problem(
                f"{', '.join(found)} in {folder} {hides} of the same name",
                "give it another name, and restart the kernel",
            )


def _packages(clone: Path | None, version_of: Callable[[str], str]) -> str:
    _look_for_hiding(clone)
    unmet = _unmet(PACKAGE, version_of, extra="" if IN_A_BROWSER else "lab")
    if unmet:
        listed = "; ".join(f"{wanted} is needed, {found} is installed" for wanted, found in unmet)
        raise _Problem(listed, _install(clone, [wanted for wanted, _ in unmet]))
    # The others are imported by other checks.
    for module in ["pooch"] if IN_A_BROWSER else ["jupyterlab", "pooch"]:
        if importlib.util.find_spec(module) is None:
            raise ModuleNotFoundError(name=module)
    lock = clone / "constraints.txt" if clone else None
    if not (lock and lock.is_file()):
        return "all that the lesson needs is installed and new enough"
    same, others = _compared(lock, version_of)
    if others:
        raise _Problem(f"differ from constraints.txt: {', '.join(others)}", _install(clone))
    return f"{same} package{'s' * (same != 1)}, each in the version of constraints.txt"


def _compared(lock: Path, version_of: Callable[[str], str]) -> tuple[int, list[str]]:
    """Return how many packages are installed in the version of the lock, and what is said of each other."""
    from packaging.requirements import Requirement

    same, others = 0, []
    for line in files.read(lock).splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        locked = Requirement(line)
        if locked.name in BY_ITSELF or (locked.marker and not locked.marker.evaluate()):
            continue
        try:
            version = version_of(locked.name)
        except metadata.PackageNotFoundError:
            continue  # only needed for testing, or by another system
        if locked.specifier.contains(version, prereleases=True):
            same += 1
        else:
            others.append(f"{locked.name} {version} instead of {str(locked.specifier).lstrip('=')}")
    return same, others


def _widgets(version_of: Callable[[str], str]) -> str:
    importlib.import_module("anywidget")  # and ipywidgets with it
    for package in ("anywidget", "ipywidgets"):
        for wanted, found in _unmet(package, version_of):
            raise _Problem(f"{package} needs {wanted}, {found} is installed", _pip("--upgrade", wanted))
    if not IN_A_BROWSER:  # there the page has them
        _look_for_extensions()
    stack = ("anywidget", "ipywidgets", "jupyterlab_widgets")
    return ", ".join(f"{package} {version_of(package)}" for package in stack)


def _look_for_extensions() -> None:
    """See that JupyterLab finds what draws widgets."""
    from jupyter_core.paths import jupyter_path

    for extension in LAB_EXTENSIONS:
        if not any(
            Path(folder, extension, "package.json").is_file() for folder in jupyter_path("labextensions")
        ):
            remedy = _pip("--force-reinstall", "--no-deps", "anywidget", "jupyterlab_widgets")
            raise _Problem(f"JupyterLab does not find its extension {extension}", remedy)


def _numpy() -> str:
    import numpy as np

    scores = np.arange(6.0).reshape(2, 3) @ np.ones(3)
    if scores.tolist() != [3.0, 12.0] or np.exp(np.zeros(2)).tolist() != [1.0, 1.0]:
        raise _Problem("computes wrong numbers", _pip("--force-reinstall", "--no-deps", "numpy"))
    return f"version {np.__version__} computes"


def _matplotlib() -> str:
    import matplotlib
    from matplotlib.figure import Figure

    Figure(figsize=(1, 1)).savefig(io.BytesIO())
    return f"version {matplotlib.__version__} draws"


def _data(sample: Path | None) -> str:
    from softmax_lesson.data import DataError, load_sample

    try:
        images = load_sample(sample)
    except DataError as error:
        text, _, remedy = str(error).partition(" To restore it")
        raise _Problem(text, remedy.lstrip(":, ")) from error
    return f"{len(images.train)} training and {len(images.test)} test images, checksums right"


def _notebooks(clone: Path | None) -> str:
    folder = clone / "notebooks" if clone else PACKAGED_NOTEBOOKS
    notebooks = sorted(folder.glob("*.ipynb"))
    if folder / "00_start_here.ipynb" not in notebooks:
        raise _Problem(f"00_start_here.ipynb is missing in {folder}", _restore(clone, ""))
    for notebook in notebooks:
        try:
            json.loads(files.read(notebook))["cells"]
        except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
            remedy = f"keep a copy of your own work, then: {_restore(clone, notebook.name)}"
            raise _Problem(f"{notebook.name} is damaged ({error})", remedy) from error
    if clone:
        return f"{len(notebooks)} in {folder}"
    return f"{len(notebooks)} in the package; python -m softmax_lesson start FOLDER gives you your copy"


def _restore(clone: Path | None, name: str) -> str:
    """Return how to get a notebook of the lesson back, or all of them."""
    if clone is None:
        return _pip("--force-reinstall", "--no-deps", PACKAGE)
    if (clone / ".git").exists():
        return f'git -C "{clone}" checkout -- notebooks{f"/{name}" if name else ""}'
    what = f"notebooks/{name}" if name else "the folder notebooks"
    return f"unpack the lesson's ZIP again and take {what} from it"
