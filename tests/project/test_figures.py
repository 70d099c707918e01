"""The static pictures: what they take, and what they say of what they do not."""

import base64
import io
import re

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.transforms import Affine2D
from PIL import Image

from softmax_lesson import figures
from softmax_lesson.data import load_sample


def test_a_row_of_zeros_is_grey_and_another_is_not():
    W = np.zeros((3, 3073))
    W[1, 5], W[1, 7], W[2, -1] = -2.0, 1.0, 9.0  # the bias is no pixel
    pictures = figures.as_images(W)
    assert pictures.shape == (3, 32, 32, 3)
    assert (pictures[[0, 2]] == 0.5).all()
    assert pictures[1].reshape(-1)[[4, 5, 7]].tolist() == [0.5, 0.0, 0.75]


NAMES = ["$x", "猫", "a\tb", "long " * 190, "<b>&", "cat"]
PAIRS = [NAMES[:2], NAMES[2:4], NAMES[4:]]
STEPS, ERRORS = [1e-3, 1e-2], [0, 1e-9]
ANSWERS = ([0.4, 0.9], [True, False])


# Each kind of picture takes as many names as it can: drawing one takes longer than all else here.
@pytest.mark.parametrize(
    "draw",
    [
        lambda: figures.images(np.zeros((6, 4, 4, 3), np.uint8), NAMES, "Six."),
        lambda: figures.confusion(np.eye(6, dtype=int), NAMES),
        *(lambda pair=pair: figures.check_errors(STEPS, dict.fromkeys(pair, ERRORS)) for pair in PAIRS),
        lambda: figures.reliability(dict.fromkeys(NAMES[:3], ANSWERS)),
        lambda: figures.reliability(dict.fromkeys(NAMES[3:], ANSWERS)),
    ],
)
def test_any_name_can_be_drawn(draw, recwarn):
    assert Image.open(io.BytesIO(draw().png())).width > 100
    assert not recwarn.list


def test_images_of_both_kinds_in_one_list():
    floats = np.full((8, 8, 3), 0.5)
    picture = figures.images([floats, np.zeros((4, 6, 3), np.uint8)], ["a", "b"], "Two.", columns=1)
    assert [axes.get_title() for axes in picture.figure.axes] == ["a", "b"]


def test_a_figure_has_twice_the_pixels_that_it_is_shown_with_and_few_colours():
    picture = figures.minus_log()
    html = picture._repr_html_()
    png = base64.b64decode(html.partition("base64,")[2].partition('"')[0])
    image = Image.open(io.BytesIO(png))
    assert image.size == (1800, 680)
    assert image.mode == "P"
    assert image.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    assert [round(dots) for dots in image.info["dpi"]] == [200, 200]
    assert '<img width="900" style="max-width:100%"' in html
    assert len(png) < 32_000


@pytest.mark.parametrize("inches", [(1.6 * 3, 2.335), (3.07, 1.999)])
def test_a_figure_of_any_size_is_the_one_that_matplotlib_saves(inches):
    saved, figures_alike = io.BytesIO(), [Figure(figsize=inches) for _ in range(2)]
    for figure in figures_alike:
        figure.subplots().plot([1, 3, 2])
    png = figures.Picture(figures_alike[0], "A line.").png()
    with figures.ours():
        figures_alike[1].savefig(saved, dpi=200)
    shown, expected = (np.asarray(Image.open(file).convert("RGB"), int) for file in (io.BytesIO(png), saved))
    assert shown.shape == expected.shape
    assert np.abs(shown - expected).max() <= 8


def test_photographs_keep_their_colours():
    photographs = load_sample().train.images[:6]
    shown = Image.open(io.BytesIO(figures.images(photographs, ["a"] * 6, "Six.").png()))
    colours = {colour for _, colour in shown.getcolors(shown.width * shown.height)}
    assert {tuple(pixel) for pixel in photographs.reshape(-1, 3).tolist()} <= colours


PIXELS = np.zeros((2, 4, 4, 3), np.uint8)
PAIR = (np.array([0.4, 0.9]), np.array([True, False]))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: figures.as_images(np.ones((3, 3072))), "W: expected shape (C, 3073), got (3, 3072)."),
        (lambda: figures.images(PIXELS, ["a"], "x"), "titles: expected 2 names, got 1."),
        (lambda: figures.images(PIXELS, ["a", "b"], None), "alt: expected a text, got NoneType."),
        (lambda: figures.images(PIXELS, ["a", "b"], "x", 0), "columns: expected 1 to 20, got 0."),
        (lambda: figures.images(PIXELS, ["a", "b"], "x", 21), "columns: expected 1 to 20, got 21."),
        (
            lambda: figures.images(PIXELS[0], ["a"], "x"),
            "images: expected 1 to 100 of shape (H, W, 3), got none.",
        ),
        (
            lambda: figures.images(np.repeat(PIXELS, 51, 0), ["a"] * 102, "x"),
            "images: expected 1 to 100 of shape (H, W, 3), got more.",
        ),
        (
            lambda: figures.images([np.zeros((4, 4))], ["a"], "x"),
            "images: expected shape (H, W, 3) for each, got (4, 4).",
        ),
        (
            lambda: figures.images(PIXELS + 1.5, ["a", "b"], "x"),
            "images: expected floats in 0..1, got others.",
        ),
        (
            lambda: figures.images(PIXELS - 0.1, ["a", "b"], "x"),
            "images: expected floats in 0..1, got others.",
        ),
        (
            lambda: figures.images(PIXELS * np.nan, ["a", "b"], "x"),
            "images: expected floats in 0..1, got others.",
        ),
        (
            lambda: figures.images(PIXELS.astype(int), ["a", "b"], "x"),
            "images: expected uint8 or floats in 0..1, got int64.",
        ),
        (
            lambda: figures.confusion([[1, 0]], ["a", "b"]),
            "counts: expected shape (2, 2), a row for each class name, got (1, 2).",
        ),
        (lambda: figures.confusion([[1.5]], ["a"]), "counts: expected whole numbers, got float64."),
        (lambda: figures.confusion([[-1]], ["a"]), "counts: expected numbers from 0 to 2**53, got others."),
        (
            lambda: figures.confusion([[2**53]], ["a"]),
            "counts: expected numbers from 0 to 2**53, got others.",
        ),
        (lambda: figures.confusion([], []), "class_names: expected 1 to 20 names, got 0."),
        (lambda: figures.confusion([], ["a"] * 21), "class_names: expected 1 to 20 names, got 21."),
        (
            lambda: figures.check_errors([0, 1], {"a": [1, 1]}),
            "steps: expected numbers from 1e-30 to 1e+30, got others.",
        ),
        (
            lambda: figures.check_errors([1, 2], {"a": [1]}),
            "errors: expected numbers of shape (2,), got shape (1,).",
        ),
        (
            lambda: figures.check_errors([1], {"a": [-1]}),
            "errors: expected numbers from 0 to 1e+30, got others.",
        ),
        (
            lambda: figures.check_errors([1], {"a": [1e31]}),
            "errors: expected numbers from 0 to 1e+30, got others.",
        ),
        (lambda: figures.check_errors([1], {}), "errors: expected 1 to 2 names in it, got 0."),
        (
            lambda: figures.check_errors([1], {key: [1] for key in "abc"}),
            "errors: expected 1 to 2 names in it, got 3.",
        ),
        (
            lambda: figures.check_errors([1], {1: [1]}),
            "errors: expected a dict with names as keys, got {1: [1]}.",
        ),
        (
            lambda: figures.reliability(dict.fromkeys("abcd", PAIR)),
            "answers: expected 1 to 3 names in it, got 4.",
        ),
        (
            lambda: figures.reliability({"a": 3}),
            "answers: expected a pair (confidence, right) for each name, got 3.",
        ),
        (
            lambda: figures.reliability({"a": (PAIR[0] * 2, PAIR[1])}),
            "answers: expected numbers from 0 to 1, got others.",
        ),
        (
            lambda: figures.reliability({"a": (PAIR[0], [1, 0])}),
            "answers: expected True or False of shape (2,), got int64 of shape (2,).",
        ),
        (lambda: figures.smoothed_loss(0), "smoothing: expected 0.001 to 1, got 0.0."),
        (lambda: figures.smoothed_loss(1.1), "smoothing: expected 0.001 to 1, got 1.1."),
        (lambda: figures.Picture(3, "x"), "figure: expected a matplotlib Figure, got int."),
    ],
)
def test_what_does_not_fit_is_named(call, words):
    with pytest.raises((TypeError, ValueError), match=f"^{re.escape(words)}$"):
        call()


@pytest.mark.parametrize("smoothing", [0.001, 1, np.float32(0.5)])
def test_the_ends_of_smoothing(smoothing):
    assert figures.smoothed_loss(smoothing).png()


STORED = {  # what notebook 09 shows: how sure, and the share that is right
    "200 steps": "0.37: 0.33, 0.47: 0.45, 0.55: 0.68, 0.66: 0.67, 0.75: 0.76, 0.85: 0.84, 0.95: 0.94",
    "400 steps": "0.38: 0.67, 0.45: 0.36, 0.56: 0.60, 0.66: 0.69, 0.75: 0.70, 0.86: 0.79, 0.96: 0.89",
}


def answers_with(points):
    """Return (confidence, right) of 100 answers for each point of a line in STORED."""
    numbers = np.array(re.findall(r"([\d.]+): ([\d.]+)", points), float)
    right = [np.arange(100) < round(100 * share) for _, share in numbers]
    return numbers[:, 0].repeat(100), np.concatenate(right)


def test_no_line_crosses_the_words_at_the_diagonal():
    figure = figures.reliability({name: answers_with(points) for name, points in STORED.items()}).figure
    figure.canvas.draw()
    [axes] = figure.axes
    [words] = axes.texts
    corner, degrees = words.get_transform().transform(words.get_position()), words.get_rotation()
    words.update({"transform_rotates_text": False, "rotation": 0})
    level = words.get_window_extent().corners()[[0, 1, 3, 2, 0]]
    place = Affine2D().rotate_deg_around(*corner, degrees).transform_path(Path(level))
    for line in axes.lines:
        drawn = line.get_transform().transform_path(line.get_path())
        assert not drawn.intersects_path(place, filled=False), line.get_label()
