"""Put together the Python that runs in a browser, with what the lesson needs: `make pyodide`.

A school takes these files from a release of Pyodide, and gives its folder to `make site PYODIDE=FOLDER`.
Where package registries are all that can be reached, they come from there: the core is npm's `pyodide`, and
wheels in plain Python are PyPI's. NumPy, matplotlib and Pillow, compiled for the browser, are in no registry
by themselves, but the wheel of Open WebUI has Pyodide's own inside. Each file is checked by a hash that
stands in package-lock.json or in pyodide.txt, beside this file.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
NPM = ROOT / "build" / "npm" / "node_modules" / "pyodide"
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
LOCK = "pyodide-lock.json"
# What is asked of Pyodide itself; the rest of what the lesson and JupyterLite need is plain Python.
WANTED = ("ipython", "jedi", "matplotlib", "micropip", "numpy", "pillow", "requests", "tqdm")
CARRIER = "open_webui-*.whl"
# The wheels that any Python in any system can read, whatever reads them here.
ANYWHERE = ["--no-deps", "--only-binary=:all:", "--implementation=py", "--abi=none", "--platform=any"]


def canonical(name):
    """Return a package's name in the one spelling that a lock has."""
    return re.sub(r"[-_.]+", "-", name).lower()


def download(folder, requirements):
    """Fetch wheels in plain Python with pip, by a file of requirements with their hashes."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", *ANYWHERE]
    command += ["--python-version=3.12", "--require-hashes", f"--requirement={requirements}"]
    subprocess.run([*command, f"--dest={folder}"], check=True)


def closure(packages, wanted):
    """Return the names of `wanted` and of all that they need, by a lock's {name: entry}."""
    found, queue = set(), [canonical(name) for name in wanted]
    while queue:
        name = queue.pop()
        if name not in found:
            found.add(name)
            queue += [canonical(need) for need in packages[name]["depends"]]
    return sorted(found)


def unpacked(carrier):
    """Return {file name: content} of the wheels for the browser that the carrier has inside."""
    with zipfile.ZipFile(carrier) as archive:
        names = [name for name in archive.namelist() if "/pyodide/" in name and name.endswith(".whl")]
        return {name.rpartition("/")[2]: archive.read(name) for name in names}


def wheels():
    """Return {package: (file name, content)} of what comes from PyPI, and of what comes inside of it."""
    with tempfile.TemporaryDirectory() as work:
        download(work, Path(__file__).with_suffix(".txt"))
        (carrier,) = Path(work).glob(CARRIER)
        files = unpacked(carrier)
        carrier.unlink()
        files |= {wheel.name: wheel.read_bytes() for wheel in Path(work).iterdir()}
    return {canonical(file.split("-")[0]): (file, content) for file, content in files.items()}


def put_together(folder):
    """Write the core, the wheels, and a lock that names just these, into `folder`."""
    lock = json.loads((NPM / LOCK).read_text(encoding="utf-8"))
    packages = {name: lock["packages"][name] for name in closure(lock["packages"], WANTED)}
    there = wheels()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in CORE:
        shutil.copy(NPM / name, folder)
    for name, entry in packages.items():
        file, content = there[name]
        (folder / file).write_bytes(content)
        entry |= {"file_name": file, "version": file.split("-")[1], "sha256": sha256(content)}
    (folder / LOCK).write_text(json.dumps(lock | {"packages": packages}, indent=1), encoding="utf-8")


def sha256(content):
    """Return the SHA-256 of bytes as a lock has it."""
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    place = Path(sys.argv[1])
    put_together(place)
    print(f"{sum(file.stat().st_size for file in place.iterdir()) / 1e6:.1f} MB in {place}")
