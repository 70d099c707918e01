"""What one student costs a hub: memory and processor time of JupyterLab's server and of a kernel, measured.

    python benchmarks/hub/run.py [NOTEBOOK ...]

Each notebook runs in a kernel of its own, from its first cell to its last; the server opens it as JupyterLab
does. Linux only: the numbers are those of /proc. Prints the table of README.md.
"""

import json
import os
import platform
import secrets
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import nbformat
import psutil
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
WANTED = ["00_start_here", "06_many_examples", "08_training"]
MB = 1e6
IDLE = 20  # seconds in which nobody does anything


def used(process):
    """Return (MB now, MB at most, seconds of processor time) of a process."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    (peak,) = [int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM")]
    times = process.cpu_times()
    return process.memory_info().rss / MB, peak / MB, times.user + times.system


def of_a_kernel(notebook, folder):
    """Run a notebook in a kernel; return what it used, how long it took, and its seconds when idle."""
    client = NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(folder)}})
    with client.setup_kernel():
        began = time.monotonic()
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
        took = time.monotonic() - began
        process = psutil.Process(client.km.provisioner.process.pid)
        found = used(process)
        time.sleep(IDLE)
        return *found, took, used(process)[2] - found[2]


def of_a_server(folder, notebook):
    """Start JupyterLab's server and open a notebook in it; return what the server alone used, and its idle
    seconds."""
    token, port = secrets.token_hex(16), 18888
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", f"--port={port}", "--allow-root"]
    command += [f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def ask(path, /, **body):
        data = json.dumps(body).encode() if body else None
        asked = urllib.request.Request(f"http://127.0.0.1:{port}/{path}", data)
        asked.add_header("Authorization", f"token {token}")
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return answer.read()

    try:
        for _ in range(120):
            try:
                ask("api/status")
                break
            except OSError:
                time.sleep(0.5)
        ask("lab")
        ask(f"api/contents/{notebook}?content=1")
        kernel = {"name": "python3"}
        ask("api/sessions", path=notebook, name=notebook, type="notebook", kernel=kernel)
        time.sleep(5)
        process = psutil.Process(server.pid)
        found = used(process)
        time.sleep(IDLE)
        return *found, used(process)[2] - found[2]
    finally:
        server.terminate()
        server.wait(30)


def main(names):
    """Measure, and print the table."""
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} processors\n")
    print("| what | MB at the end | MB at most | processor seconds | seconds | processor, idle |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SOFTMAX_LESSON_HOME"] = folder
        empty = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")])
        for name in ["(an empty one)", *names]:
            path = NOTEBOOKS / f"{name}.ipynb"
            notebook = nbformat.read(path, as_version=4) if path.exists() else empty
            now, peak, cpu, took, idle = of_a_kernel(notebook, folder)
            print(
                f"| kernel: {name} | {now:.0f} | {peak:.0f} | {cpu:.1f} | {took:.1f} | {idle / IDLE:.1%} |",
                flush=True,
            )
        nbformat.write(nbformat.read(NOTEBOOKS / f"{names[-1]}.ipynb", as_version=4), f"{folder}/one.ipynb")
        now, peak, cpu, idle = of_a_server(folder, "one.ipynb")
        what = f"JupyterLab's server, {names[-1]} open"
        print(f"| {what} | {now:.0f} | {peak:.0f} | {cpu:.1f} | | {idle / IDLE:.1%} |")


if __name__ == "__main__":
    main(sys.argv[1:] or WANTED)
