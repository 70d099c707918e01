"""The three files that say what is installed agree: pyproject.toml, constraints.txt, environment.yml."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
LOCK_LINE = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[0-9][\w.]*)(?P<marker> ; [\w\s'<>=!.()]+)?")


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def conda():
    return yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


def lock():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [LOCK_LINE.fullmatch(line) or pytest.fail(f"not 'name==version': {line!r}") for line in lines]


def pins():
    return {match["name"]: Version(match["version"]) for match in lock()}


def declared(project, extras=None):
    """Everything the project asks for, with all extras or with those named."""
    chosen = project["optional-dependencies"] if extras is None else extras
    groups = [project["dependencies"], *(project["optional-dependencies"][extra] for extra in chosen)]
    return [Requirement(line) for group in groups for line in group]


def test_the_lock_has_one_exact_version_a_line():
    names = [match["name"] for match in lock()]
    assert len(names) > 50
    assert names == sorted(set(names))


def test_the_lock_satisfies_every_declared_requirement(project):
    for requirement in declared(project):
        name = canonicalize_name(requirement.name)
        assert name in pins(), f"{name} is declared but not locked: make lock"
        assert requirement.specifier.contains(pins()[name]), f"{requirement} is locked at {pins()[name]}"


def needed(requirements):
    """Every distribution that the requirements bring on this machine, by name."""
    found, queue = {}, [(requirement, "") for requirement in requirements]
    while queue:
        requirement, extra = queue.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        extras = {"", *requirement.extras} - found.get(name, set())
        found.setdefault(name, set()).update(extras)
        for inner in metadata.requires(name) or []:
            queue.extend((Requirement(inner), wanted) for wanted in extras)
    return set(found)


def test_what_is_installed_is_what_is_locked(project):
    # What `make test` and CI install; `make present` and `make site` install more, under the same lock.
    wanted = needed(declared(project, ["lab", "test"]))
    installed = {name: Version(metadata.version(name)) for name in wanted}
    assert len(installed) > 50
    assert installed == {name: pins().get(name, "not in constraints.txt") for name in installed}


def test_conda_installs_python_and_pip_alone_and_the_rest_under_the_lock(project, conda):
    python, pip, by_pip = conda["dependencies"]
    assert pip == "pip"
    assert by_pip == {"pip": ["-c constraints.txt", "-e .[lab]"]}
    name, version = python.split("=")
    assert name == "python"
    assert Requirement(f"python{project['requires-python']}").specifier.contains(version)


def test_ci_tests_the_python_that_conda_and_binder_use(conda):
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    tested = workflow["jobs"]["test"]["strategy"]["matrix"]["python"]
    assert conda["dependencies"][0].removeprefix("python=") in tested
    assert tested == ["3.11", "3.12", "3.13", "3.14"]


def test_make_and_ci_install_under_the_lock():
    for name in ["Makefile", ".github/workflows/ci.yml", "README.md"]:
        installs = re.findall(r"pip install.* -e .*", (ROOT / name).read_text(encoding="utf-8"))
        assert installs, f"{name} installs nothing"
        assert all("-c constraints.txt" in line for line in installs), installs


def test_the_oldest_python_is_the_same_wherever_it_is_said(project):
    oldest = project["requires-python"].removeprefix(">=")
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["python"][0] == oldest
    for name, words in {
        "Makefile": f"sys.version_info < ({oldest.replace('.', ', ')})",
        "README.md": f"Python {oldest} or newer",
        "pyproject.toml": f'target-version = "py{oldest.replace(".", "")}"',
    }.items():
        assert words in (ROOT / name).read_text(encoding="utf-8"), name


def test_ci_creates_the_environment_that_the_readme_names(conda):
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    (created,) = [
        step["with"] for step in workflow["jobs"]["conda"]["steps"] if "environment-file" in str(step)
    ]
    assert created == {"environment-file": "environment.yml", "activate-environment": conda["name"]}
    assert f"conda activate {conda['name']}" in (ROOT / "README.md").read_text(encoding="utf-8")
