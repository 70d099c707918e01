"""09: what is stored of the libraries is what they give, and the figures say what they draw."""

import ast
from pathlib import Path

import nbformat
import numpy as np
import pytest

from softmax_lesson import figures
from softmax_lesson.loss import mean_loss
from softmax_lesson.probabilities import softmax

CELLS = nbformat.read(Path(__file__).parents[2] / "notebooks/09_where_this_leads.ipynb", as_version=4).cells


def source(name):
    return next(cell.source for cell in CELLS if cell.id == name)


def constants():
    """Return the small batch and the stored losses, as the cell has them."""
    names = {"np": np}
    for node in ast.parse(source("libraries")).body:
        if isinstance(node, ast.Assign) and "P_minus_Y" not in ast.unparse(node):
            exec(ast.unparse(node), names)
    return names["S_small"], names["y_small"], names["STORED"]


def test_the_stored_losses_are_those_of_the_formula():
    S, y, stored = constants()
    assert len(stored) == 2
    for loss in stored.values():
        assert loss == pytest.approx(mean_loss(S, y), rel=1e-15)


@pytest.mark.parametrize(("library", "cell"), [("torch", "in-pytorch"), ("sklearn", "in-scikit-learn")])
def test_the_libraries_still_give_what_is_stored(library, cell):
    pytest.importorskip(library, reason=f"{library} is not installed: the stored loss was NOT computed anew")
    S, y, stored = constants()
    names = {"softmax": softmax}
    exec(source(cell), names)
    answer = names[cell.replace("-", "_")](S, y)
    loss, gradient = answer if isinstance(answer, tuple) else (answer, None)
    assert any(loss == pytest.approx(kept, rel=1e-15) for kept in stored.values())
    if gradient is not None:
        np.testing.assert_allclose(gradient, (softmax(S) - np.eye(3)[y]) / 2, rtol=1e-12)


def test_a_bin_has_the_mean_confidence_and_the_share_that_is_right():
    confidence, right = np.array([0.55, 0.59, 0.95, 1.0, 0.6]), np.array([True, False, True, True, False])
    says, keeps = figures.in_bins(confidence, right)
    np.testing.assert_allclose(says, [0.58, 0.975])
    np.testing.assert_allclose(keeps, [1 / 3, 1])


def test_the_floor_of_smoothed_labels_is_their_entropy():
    words = str(figures.smoothed_loss(0.1))
    q = np.array([0.9 + 0.1 / 3, 0.1 / 3, 0.1 / 3])
    f = np.array([np.log(q[0] / q[1]), 0, 0])
    np.testing.assert_allclose(softmax(f), q)  # the lowest point: p = q
    assert f"falls to {-np.sum(q * np.log(q)):.3f}, at a score of {f[0]:.2f}, and then rises" in words
