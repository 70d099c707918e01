"""Resolve pyproject.toml anew for every system and Python, and write the locks: `make lock`.

constraints.txt has one exact version a line: conda, Binder and a plain `pip install -c` read it. locks/ has
the same versions with the SHA-256 of every file that PyPI serves for them, a list for each environment, and
one more with the oldest versions that pyproject.toml promises. `make` installs from locks/, with
`--require-hashes`, so that a file which was exchanged is refused. No list names a host.

`python scripts/lock.py --keep` leaves every version as it is, and adds only what is new in pyproject.toml.
"""

import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
UV = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
UV += ["--no-annotate", "--no-header", "--no-emit-index-url", "--no-emit-find-links"]
# Each environment: the extras in it, and the environment that it is installed on top of.
LOCKS = {
    "lab": (["lab"], None),
    "test": (["lab", "test"], "lab"),
    "present": (["lab", "present"], "lab"),
    "test-fronts": (["lab", "test", "fronts"], "test"),
    "site": (["site"], None),
    "test-site": (["site", "test"], "site"),
    "test-export": (["lab", "test", "export"], "test"),
}
# What runs the tests of mathematics, figures and pictures, where the rest is as old as is promised.
TO_TEST_THE_OLDEST = ["hypothesis", "ipykernel", "mpmath", "pytest", "pytest-randomly", "pytest-xdist"]
TO_BE_EDITABLE = "editables"  # what hatchling asks for when the installation is one


def build_requirements():
    """Return what builds the lesson: it is installed from the lock, too, and not fetched on the side."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [*project["build-system"]["requires"], TO_BE_EDITABLE]


def compiled(sources, *options):
    """Return what uv resolves from some requirements files."""
    command = [*UV, *options, *map(str, sources)]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def oldest(versions, folder):
    """Return the lock with the oldest versions that pyproject.toml promises, and tools as in `versions`."""
    few = ("--fork-strategy", "fewest")
    promised = compiled([ROOT / "pyproject.toml"], *few, "--resolution", "lowest-direct")
    names = [*TO_TEST_THE_OLDEST, *(re.match(r"[\w-]+", line)[0] for line in build_requirements())]
    tools = [line for line in versions.splitlines() if line.partition("==")[0] in names]
    sources = Path(folder) / "promised.txt", Path(folder) / "tools.txt"
    for path, text in zip(sources, (promised, "\n".join(tools)), strict=True):
        path.write_text(text, encoding="utf-8")
    return compiled(sources, *few, "--generate-hashes")


def entries(text):
    """Return the requirements of a lock, each with its lines of hashes."""
    found = []
    for line in text.splitlines():
        if line.startswith(" "):
            found[-1] += f"\n{line}"
        else:
            found.append(line)
    return found


def pin(entry):
    """Return name and version; what the one below has for fewer systems, Cygwin say, is not said again."""
    return re.match(r"\S+", entry)[0]


def write(name, lines):
    """Write a file of the repository, a line each, with the line ends of every system the same."""
    (ROOT / name).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def main():
    """Write constraints.txt, then each lock under it; what stands in the one below is not said again."""
    with tempfile.TemporaryDirectory() as folder:
        build = Path(folder) / "build.txt"
        build.write_text("\n".join(build_requirements()) + "\n", encoding="utf-8")
        sources = [ROOT / "pyproject.toml", build]
        which = ["-c", "constraints.txt"] if "--keep" in sys.argv else ["--upgrade"]
        versions = compiled(sources, *which, "--fork-strategy", "fewest", "--all-extras")
        write("constraints.txt", versions.splitlines())
        write("locks/oldest.txt", oldest(versions, folder).splitlines())
        written = {}
        for name, (extras, below) in LOCKS.items():
            chosen = [option for extra in extras for option in ("--extra", extra)]
            hashed = compiled(sources, *chosen, "-c", "constraints.txt", "--generate-hashes")
            written[name] = entries(hashed)
            more = [entry for entry in written[name] if pin(entry) not in map(pin, written.get(below, ()))]
            write(f"locks/{name}.txt", [*([f"-r {below}.txt"] if below else []), *more])


if __name__ == "__main__":
    main()
