"""Time and peak memory to 41 % of the test photographs, each way in a process of its own.

    python benchmarks/training/run.py FOLDER     FOLDER holds CIFAR-10; writes results.csv and plot.png

scikit-learn gets the standardised pixels as float32 and the same strength of L2 (C = 1 / (N strength)). It
stops after the first multiple of 20 iterations that reaches 41 %; only this last fit is counted. Loading is
not counted, for either.
"""

import argparse
import csv
import json
import resource
import subprocess
import sys
import time
import warnings
from pathlib import Path

GOAL, STRENGTH = 0.41, 0.03
HERE = Path(__file__).parent


def lesson(folder):
    """Train with the lesson's own recipe."""
    from softmax_lesson import data
    from softmax_lesson.training import accuracy, train

    whole = data.load_cifar10(folder)
    X, y, test = whole.train.rows(), whole.train.labels, whole.test
    del whole
    start = time.perf_counter()
    history = train(
        X[:45_000], y[:45_000], validation=(X[45_000:], y[45_000:]), patience=3, keep_every=100,
        batch=256, steps=8, learning_rate=0.001, strength=STRENGTH, standardise=True,
    )  # fmt: skip
    return time.perf_counter() - start, accuracy(history.best, test.rows(), test.labels)


def scikit_learn(folder):
    """Fit LogisticRegression a little further each time, until it reaches the goal."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    from softmax_lesson import data

    whole = data.load_cifar10(folder)
    X = whole.train.images.reshape(50_000, -1).astype(np.float32)
    unseen = whole.test.images.reshape(10_000, -1).astype(np.float32)
    y, y_test = whole.train.labels, whole.test.labels
    del whole
    mean, spread = X.mean(axis=0), X.std(axis=0)
    for part in X, unseen:
        part -= mean
        part /= spread
    warnings.simplefilter("ignore")  # it says each time that it has not converged
    for iterations in range(20, 400, 20):
        # a fresh fit each time: the iterations of a warm start would not be those of one long run
        model = LogisticRegression(C=1 / (len(y) * STRENGTH), solver="lbfgs", max_iter=iterations, tol=1e-9)
        start = time.perf_counter()
        model.fit(X, y)
        took, share = time.perf_counter() - start, model.score(unseen, y_test)
        if share >= GOAL:
            break
    return took, share


WAYS = {"lesson": lesson, "scikit-learn": scikit_learn}


def main():
    """Run each way in turn, in new processes; write what they took, and print the README's table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--way", choices=WAYS, help="internal: run this one here")
    options = parser.parse_args()
    if options.way:
        took, share = WAYS[options.way](options.folder)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e3 if sys.platform != "darwin" else 1e6)
        print(json.dumps([took, share, peak]))
        return
    rows = []
    for _ in range(options.rounds):
        for way in WAYS:
            words = [sys.executable, __file__, options.folder, "--way", way]
            answer = subprocess.run(words, check=True, capture_output=True, text=True).stdout
            took, share, peak = json.loads(answer.splitlines()[-1])
            rows.append((way, f"{took:.1f}", f"{share:.4f}", f"{peak:.0f}"))
            print(*rows[-1], sep="\t", flush=True)
    print("\n| way | seconds | test accuracy | peak MB |\n|---|---|---|---|")
    print("\n".join(f"| {' | '.join(row)} |" for row in sorted(rows)))
    with open(HERE / "results.csv", "w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("way", "seconds", "test accuracy", "peak MB"))
        table.writerows(rows)
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axis = plt.subplots(figsize=(7, 4), layout="constrained")
    for way, mark in zip(WAYS, "oD", strict=True):
        chosen = [row for row in rows if row[0] == way]
        axis.plot([float(r[1]) for r in chosen], [float(r[3]) for r in chosen], mark, label=way)
    axis.set(xlabel=f"seconds to {GOAL:.0%}", ylabel="peak memory, MB", xlim=(0, None), ylim=(0, None))
    axis.legend()
    figure.savefig(HERE / "plot.png", dpi=110)


if __name__ == "__main__":
    main()
