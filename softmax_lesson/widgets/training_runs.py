"""The four training runs that TrainingPlayer plays, computed in a moment."""

import base64
import functools
import io

import numpy as np

from softmax_lesson.loss import negative_log_likelihood
from softmax_lesson.probabilities import softmax
from softmax_lesson.training import first_weights
from softmax_lesson.widgets.kit.state import sample

RATES = (0.002, 0.02, 0.2, 2.0)
# Those that are kept. Further on, with a rate of 2, rounding grows until no two machines would agree.
STEPS = (0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 40, 60, 80, 100)
STRENGTH = 0.01  # of L2, as in `training.train`
SHOWN = 30  # photographs on the curve
SIDE = 16  # pixels of a template's side as it travels: each is the average of 2 x 2


@functools.cache
def measured():
    """Return the traits that tell the four runs."""
    train, test = sample().train, sample().test
    X, X_test = (part.images.reshape(len(part), -1) / 255 for part in (train, test))
    X, X_test = X - X.mean(axis=0), X_test - X.mean(axis=0)
    y, y_test = train.labels, test.labels
    weights, bias = descend(X, y)
    S, S_test = (
        (weights.reshape(-1, X.shape[1]) @ pixels.T).reshape(*bias.shape, -1) + bias[..., None]
        for pixels in (X, X_test)
    )  # (rates, steps, C, N)
    loss = np.array([[negative_log_likelihood(f.T, y) for f in of_rate] for of_rate in S])
    first = np.sort(np.concatenate([np.flatnonzero(y == k)[: SHOWN // 3] for k in range(3)]))
    margins = -100 * np.log(np.expm1(loss[:, :, first]))
    return {
        "losses": loss.mean(axis=2).round(5).tolist(),  # the same text everywhere
        "right": [(s.argmax(axis=2) == t).sum(axis=2).tolist() for s, t in ((S, y), (S_test, y_test))],
        "sizes": [len(y), len(y_test)],
        "labels": y[first].tolist(),
        "margins": base64.b64encode(margins.round().clip(-32768, 32767).astype("<i2").tobytes()).decode(),
        "templates": as_sheet(weights),
    }


def descend(X, y):
    """Return weights (rates, steps, C, D) and biases (rates, steps, C) of the runs, kept at STEPS.

    What descent adds to W is made of photographs, so it is enough to follow how much of each: with
    B (N, rates, C), W = left W0 - B^T X. Then a step needs only their products with each other.
    """
    W0, N = first_weights(np.column_stack([X, np.ones(len(X))]), y), len(y)
    # Small blocks: a larger product is shared among threads, whose hand-over is slow on a busy machine.
    gram = (X @ X.T).reshape(-1, 20, N)
    rates, Y, kept = np.array(RATES)[:, None], np.eye(len(W0))[y][:, None], []
    Z, B = (np.repeat((X @ W0[:, :-1].T)[:, None] * size, len(rates), axis=1) for size in (1, 0))
    left, bias, shrink = np.ones_like(rates), np.tile(W0[:, -1], (len(rates), 1)), 1 - rates * STRENGTH
    for step in range(STEPS[-1] + 1):
        if step in STEPS:
            kept.append((left, B, bias))
        A = (softmax(Z + bias) - Y) / N
        Z = shrink * Z - rates * (gram @ A.reshape(N, -1)).reshape(A.shape)
        B, left, bias = shrink * B + rates * A, shrink * left, bias - rates * A.sum(axis=0)
    left, B, bias = (np.array(part) for part in zip(*kept, strict=True))  # steps first
    made = B.transpose(2, 0, 3, 1).reshape(-1, N) @ X
    bias = bias.swapaxes(0, 1)
    return left.swapaxes(0, 1)[..., None] * W0[:, :-1] - made.reshape(*bias.shape, -1), bias


def as_sheet(weights):
    """Return templates (rates, steps, C, 3072) as the address of a picture, a row for each rate and class."""
    from PIL import Image

    R, K, C, _ = weights.shape
    small = weights.reshape(R, K, C, SIDE, 2, SIDE, 2, 3).mean(axis=(4, 6))
    tiles = 0.5 + 0.5 * small / abs(small).max(axis=(3, 4, 5), keepdims=True)
    rows = tiles.transpose(0, 2, 3, 1, 4, 5).reshape(R * C * SIDE, K * SIDE, 3)
    content = io.BytesIO()
    Image.fromarray((255 * rows).round().astype(np.uint8)).save(content, "JPEG", quality=45, optimize=True)
    return f"data:image/jpeg;base64,{base64.b64encode(content.getvalue()).decode()}"


def from_sheet(address):
    """Return the pixels of such a picture."""
    from PIL import Image

    with Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))) as sheet:
        return np.asarray(sheet)
