"""FirstTouch as Python sees it: the smallest picture, and the smallest test of one."""

import math

import numpy as np
import pytest
from traitlets import TraitError

from softmax_lesson.data import CLASS_NAMES
from softmax_lesson.widgets import FirstTouch
from softmax_lesson.widgets.kit.base import number

FIRST = CLASS_NAMES[0]


def test_the_sentence_has_the_numbers_of_the_definition():
    for s in (-6.0, -0.5, 0.0, 2.25, 30.0):
        loss, after = (math.log1p(2 * math.exp(-v)) for v in (s, s + 1))
        words = FirstTouch(correct_score=s).sentence()
        assert f"the loss is {number(loss)};" in words
        assert words.endswith(f"would bring it to {number(after)}.")


def test_the_text_twin():
    assert repr(FirstTouch()) == (
        f"With the score −2.0 for the {FIRST} the loss is 2.759; "
        "one point of score more would bring it to 1.862."
    )


def test_state_can_be_set_and_observed_and_never_is_minus_zero():
    picture, seen = FirstTouch(), []
    picture.observe(lambda change: seen.append(change.new), "correct_score")
    picture.correct_score = -0.0
    picture.correct_score = np.float64(3)
    assert seen == [0.0, 3.0]
    assert math.copysign(1, seen[0]) == 1
    assert picture.state() == {"class_name": FIRST, "correct_score": 3.0}


@pytest.mark.parametrize("bad", [math.nan, math.inf, "3", None, [1.0]])
def test_bad_state_is_refused_with_the_argument_named(bad):
    picture = FirstTouch(correct_score=1)
    with pytest.raises(TraitError, match="correct_score"):
        picture.correct_score = bad
    assert picture.correct_score == 1


def test_the_still_picture_follows_its_state():
    first = FirstTouch().png()
    assert FirstTouch(correct_score=3.0).png() != first == FirstTouch().png()
    assert FirstTouch(correct_score=1e300).png()
