"""A student's own matplotlib settings change no picture of the lesson, and stay as they are."""

import matplotlib
import matplotlib.style
import numpy as np
import pytest

from softmax_lesson import figures

SETTINGS = {
    "dark_background": matplotlib.style.library["dark_background"],
    "usetex": {"text.usetex": True},
    "tight": {"savefig.bbox": "tight", "savefig.transparent": True, "font.size": 30, "lines.linewidth": 9},
}


def drawn():
    confusion = figures.confusion(
        np.array([[5, 1, 0], [2, 4, 0], [0, 1, 5]]), ["airplane", "automobile", "frog"]
    )
    return [figures.minus_log().png(), confusion.png()]


@pytest.fixture(scope="module")
def alone():
    return drawn()


@pytest.mark.parametrize("name", SETTINGS)
def test_the_pictures_are_the_same_under_any_setting(alone, name):
    with matplotlib.rc_context(SETTINGS[name]):
        assert drawn() == alone
        assert all(matplotlib.rcParams[key] == value for key, value in SETTINGS[name].items())


def test_a_picture_made_before_a_setting_is_shown_the_same_after_it():
    one, other = figures.minus_log(), figures.minus_log()
    with matplotlib.rc_context(SETTINGS["tight"] | SETTINGS["dark_background"]):
        under_settings = one.png()
    assert under_settings == other.png()
