"""What says what is installed agrees: pyproject.toml, constraints.txt, locks, environment.yml, npm's."""

import functools
import json
import os
import re
import shutil
import subprocess
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
HASHED = re.compile(
    r"(?P<name>[a-z0-9-]+)==(?P<version>[0-9][\w.]*)(?: ; [\w\s'<>=!.()]+)?"
    r"(?: \\\n    --hash=sha256:[0-9a-f]{64})+"
)
LOCKS = sorted((ROOT / "locks").glob("*.txt"))
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


@functools.cache
def needs(name):
    """What a distribution says that it needs; reading a hundred of them takes a while."""
    return [Requirement(line) for line in metadata.requires(name) or []]


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
        for inner in needs(name):
            queue.extend((inner, wanted) for wanted in extras)
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


def test_whatever_installs_the_lesson_does_so_under_the_lock():
    for name in ["Makefile", ".github/workflows/ci.yml", "README.md"]:
        installs = re.findall(r"pip install.* -e .*", (ROOT / name).read_text(encoding="utf-8"))
        assert installs, f"{name} installs nothing"
        # Under the versions, or as the last package, when all it needs is there already.
        wanted = ("-c constraints.txt", "--no-deps --no-build-isolation")
        assert all(any(words in line for words in wanted) for line in installs), installs


def hashed(path):
    """Return what a lock with hashes pins, {name: version}, with that of the lock below it."""
    text = path.read_text(encoding="utf-8")
    below = re.match(r"-r ([\w-]+\.txt)\n", text)
    found = hashed(path.with_name(below[1])) if below else {}
    for entry in re.split(r"\n(?! )", text[below.end() if below else 0 :].rstrip("\n")):
        match = HASHED.fullmatch(entry) or pytest.fail(f"{path.name}: no version with hashes: {entry!r}")
        assert match["name"] not in found, f"{path.name}: {match['name']} twice"
        found[match["name"]] = Version(match["version"])
    return found


def test_the_locks_are_those_that_make_installs():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    installed = set(re.findall(r"\$\(call install,[^,]+,([\w-]+)\)", makefile)) - {"lab"}
    assert {path.stem for path in LOCKS} == installed | {"lab"}


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_a_lock_has_a_hash_for_every_file_the_versions_of_the_constraints_and_no_host(path):
    found = hashed(path)
    if path.stem != "oldest":
        assert found == {name: pins()[name] for name in found}
    assert "://" not in path.read_text(encoding="utf-8")


def test_the_lock_of_the_oldest_has_the_oldest_that_are_promised(project):
    found = hashed(ROOT / "locks/oldest.txt")
    for requirement in declared(project, []):
        (promised,) = requirement.specifier
        assert promised.operator == ">=" and found[requirement.name] == Version(promised.version)


@pytest.mark.parametrize(("lock_name", "extras"), [("lab", ["lab"]), ("test", ["lab", "test"])])
def test_a_lock_has_all_that_its_environment_needs_and_what_builds_the_lesson(project, lock_name, extras):
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    wanted = needed([*declared(project, extras), *map(Requirement, [*build, "editables"])])
    missing = wanted - set(hashed(ROOT / f"locks/{lock_name}.txt"))
    assert not missing, f"python scripts/lock.py --keep adds {sorted(missing)}"


@pytest.mark.skipif(os.name == "nt" or not shutil.which("make"), reason="the README has no make for Windows")
@pytest.mark.parametrize("target", ["lab", "test"])
def test_make_asks_for_a_hash_of_every_file(target):
    command = ["make", "--dry-run", "--always-make", target]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    installs = [line for line in printed.splitlines() if "pip install" in line]
    asking = "-m pip install --quiet --require-hashes --only-binary :all: -r locks/"
    assert any(asking in line for line in installs)
    itself = "-m pip install --quiet --no-deps --no-build-isolation -e ."
    assert all(asking in line or itself in line for line in installs), installs


def test_npm_s_packages_are_pinned_by_their_hashes_and_no_registry_is_named():
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert locked.pop("")["devDependencies"] == wanted
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    unpinned = [name for name, package in locked.items() if not package["integrity"].startswith("sha512-")]
    assert unpinned == []
    assert [name for name, package in locked.items() if "resolved" in package] == []


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
