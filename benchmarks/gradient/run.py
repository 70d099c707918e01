"""Loss and gradient, all ways on the same data in one run: writes results.csv and plot.png, prints the table.

    python benchmarks/gradient/run.py [--rounds 9] [--most 50000] [--one-thread] [--neighbour]

In each round every way has its turn, in a new order: a pause, in which the threads of the one before go to
sleep, a tenth of a second to warm up, and as long again that counts, three runs at least, of which the middle
one is kept. The table has medians of milliseconds, and medians of the ratio to two bare matrix products in
the same round. The pixels are random: no way's time depends on them.

--one-thread gives every way one thread, and counts the processor's time and not the clock's: what others do
on the machine meanwhile counts less. --neighbour has another process stream through its memory all the while,
as on a rented machine: little of the shared cache is left. Both write files of their own names.
"""

import argparse
import contextlib
import csv
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import sklearn
import threadpoolctl
import torch
from sklearn._loss import HalfMultinomialLoss
from sklearn.linear_model._linear_loss import LinearModelLoss

from softmax_lesson import many_examples
from softmax_lesson.many_examples import loss_and_gradient

NEIGHBOUR = """
import os
import numpy
parent, memory = os.getppid(), numpy.zeros(2**24)
while os.getppid() == parent:
    memory += 1
"""  # 128 MB, again and again
SIZES, FEATURES = (600, 3000, 15_000, 50_000), 3073
HERE = Path(__file__).parent


def textbook(W, X, y):
    """The usual vectorised form: whole arrays, the scores shifted by their maximum."""
    S = X @ W.T
    S -= S.max(axis=1, keepdims=True)
    P = np.exp(S)
    P /= P.sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = -np.log(P[rows, y]).mean()
    P[rows, y] -= 1
    return loss, P.T @ X / len(y)


def ways(C, N, dtype):
    """Return name -> function for one problem, each giving (loss, gradient), two bare products aside."""
    draw = np.random.default_rng(0)
    pixels = draw.integers(0, 256, (N, FEATURES), np.uint8)
    pixels[:, -1] = 1
    X = pixels.astype(dtype) / dtype(255)
    X[:, -1] = 1
    y = draw.integers(0, C, N)
    W = (0.01 * draw.standard_normal((C, FEATURES))).astype(dtype)
    W_bytes = W / dtype(255)
    W_bytes[:, -1] = W[:, -1]
    P = draw.random((N, C)).astype(dtype)
    X_torch, y_torch = torch.from_numpy(X), torch.from_numpy(y)
    peer = LinearModelLoss(HalfMultinomialLoss(n_classes=C), fit_intercept=True)
    X_peer, y_peer = X[:, :-1], y.astype(dtype)  # scikit-learn keeps the bias apart

    def pytorch():
        W_torch = torch.from_numpy(W).requires_grad_()
        loss = torch.nn.functional.cross_entropy(X_torch @ W_torch.T, y_torch)
        loss.backward()
        return loss.item(), W_torch.grad.numpy()

    return {
        "two bare products": lambda: (0, (X @ W.T, P.T @ X)[1]),
        "lesson": lambda: loss_and_gradient(W, X, y),
        "lesson, from uint8": lambda: loss_and_gradient(W_bytes, pixels, y),
        "textbook": lambda: textbook(W, X, y),
        "PyTorch": pytorch,
        "scikit-learn": lambda: peer.loss_gradient(np.asfortranarray(W), X_peer, y_peer),
    }


def turn(way, clock, pause=0.2, warm_up=0.1, least=3):
    """Return the seconds of the middle one of some runs in a row, as in a training."""
    time.sleep(pause)  # OpenBLAS's threads wait at full speed for 30 to 110 ms before they sleep
    begin = time.perf_counter()
    while time.perf_counter() < begin + warm_up:  # a core that slept is slow at first
        way()
    times = []
    while len(times) < least or time.perf_counter() < begin + 2 * warm_up:
        start = clock()
        way()
        times.append(clock() - start)
    return np.median(times)


def measure(C, N, dtype, rounds, clock):
    """Return name -> (median ms, median ratio to two bare products, its lowest, its highest)."""
    all_ways = ways(C, N, dtype)
    expected = all_ways["textbook"]()
    for name in "lesson", "PyTorch":
        loss, gradient = all_ways[name]()
        assert np.isclose(loss, expected[0], rtol=1e-4), name
        assert np.allclose(gradient, expected[1], atol=1e-4), name
    for name in "lesson, from uint8", "scikit-learn":
        assert np.isclose(all_ways[name]()[0], expected[0], rtol=1e-4), name
    times = {name: [] for name in all_ways}
    draw = np.random.default_rng(1)
    for _ in range(rounds):
        for name in draw.permutation(list(all_ways)):
            times[name].append(turn(all_ways[name], clock))
    bare = np.array(times["two bare products"])
    ratios = {name: np.array(t) / bare for name, t in times.items()}
    return {
        n: (1000 * np.median(t), np.median(ratios[n]), ratios[n].min(), ratios[n].max())
        for n, t in times.items()
    }


def machine():
    """Say on what it was measured: processor, caches, and the kernels that BLAS chose for it."""
    told = {}
    with contextlib.suppress(OSError):  # Linux tells; elsewhere the name must do
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            name, _, value = line.partition(":")
            told.setdefault(name.strip(), value.strip())
    processor = told.get("model name") or platform.processor() or platform.machine()
    caches = []
    for cache in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        level, kind, size = ((cache / name).read_text().strip() for name in ("level", "type", "size"))
        if kind != "Instruction":
            caches.append(f"L{level} {size}")
    blas = {}
    for library in threadpoolctl.threadpool_info():
        if library["user_api"] == "blas":
            kernels = library.get("architecture", "kernels unnamed")
            blas[f"{library['internal_api']} {library['version']}, {kernels}"] = library["num_threads"]
    threads = "; ".join(f"{name}, {count} threads" for name, count in blas.items())
    forced = {name: os.environ[name] for name in os.environ if name.startswith("OPENBLAS_")}
    return (
        f"{processor}, {os.cpu_count()} cores; caches: {', '.join(caches) or 'not told'}; {threads}; "
        f"NumPy {np.__version__}, PyTorch {torch.__version__}, scikit-learn {sklearn.__version__}; "
        f"environment {forced or 'as usual'}; the lesson's block {many_examples.BLOCK >> 10} kB; "
        f"load {os.getloadavg()[0]:.1f}"
    )


@contextlib.contextmanager
def neighbour():
    """A process beside this one that leaves it little of the shared cache."""
    process = subprocess.Popen([sys.executable, "-c", NEIGHBOUR], env=os.environ | {"OMP_NUM_THREADS": "1"})
    try:
        yield
    finally:
        process.kill()


@contextlib.contextmanager
def one_thread():
    """Every way has one thread."""
    cores, many_examples.CORES = many_examples.CORES, 1
    torch.set_num_threads(1)
    with threadpoolctl.threadpool_limits(1):
        yield
    many_examples.CORES = cores


def main():
    """Measure, write, draw, and print the README's table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--most", type=int, default=50_000)
    parser.add_argument("--one-thread", action="store_true")
    parser.add_argument("--neighbour", action="store_true")
    options = parser.parse_args()
    with contextlib.ExitStack() as restricted:
        if options.neighbour:
            restricted.enter_context(neighbour())
        if options.one_thread:
            restricted.enter_context(one_thread())
        run(options)


def run(options):
    """Do all that `main` says, under whatever restrictions."""
    clock = time.thread_time if options.one_thread else time.perf_counter
    restrictions = [n for n in ("one_thread", "neighbour") if getattr(options, n)]
    name = "_".join(["results", *restrictions])
    print(machine(), *restrictions)
    sizes = [N for N in SIZES if options.most >= N]
    rows = []
    for dtype in np.float32, np.float64:
        for C in 3, 10:
            for N in sizes:
                load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
                for way, (ms, *ratio) in measure(C, N, dtype, options.rounds, clock).items():
                    rows.append(
                        (dtype.__name__, C, N, way, f"{ms:.2f}", *(f"{r:.2f}" for r in ratio), f"{load:.1f}")
                    )
                    print(*rows[-1], sep="\t", flush=True)
    with open(HERE / f"{name}.csv", "w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("dtype", "classes", "N", "way", "ms", "ratio", "lowest", "highest", "load"))
        table.writerows(rows)
    figure, axes = plt.subplots(2, 2, figsize=(10, 7), sharex=True, sharey=True, layout="constrained")
    for axis, (dtype, C) in zip(
        axes.flat, [(d, C) for d in ("float32", "float64") for C in (3, 10)], strict=True
    ):
        for way, mark in zip(dict.fromkeys(row[3] for row in rows), "so^Dvx", strict=True):
            chosen = [row for row in rows if row[0] == dtype and row[1] == C and row[3] == way]
            axis.loglog([r[2] for r in chosen], [float(r[5]) for r in chosen], marker=mark, label=way)
        axis.set(title=f"{dtype}, {C} classes", xlabel="examples N", ylabel="time / two bare products")
        axis.set_yticks([0.5, 0.7, 1, 1.5, 2], labels=[".5", ".7", "1", "1.5", "2"])
        axis.tick_params(axis="y", which="minor", length=0, labelleft=False)
    axes[0, 0].legend()
    figure.savefig(HERE / f"{name.replace('results', 'plot')}.png", dpi=110)
    names = list(dict.fromkeys(row[3] for row in rows))
    print(f"\n{machine()}\n\n| dtype | classes | N | {' | '.join(names)} |\n|{'---|' * (3 + len(names))}")
    for start in range(0, len(rows), len(names)):
        cells = (f"{float(row[4]):.3g} ms ({row[5]})" for row in rows[start : start + len(names)])
        print("|", " | ".join((*map(str, rows[start][:3]), *cells)), "|")


if __name__ == "__main__":
    main()
