"""Normaliser as Python sees it: its words against the definition, its state, its still picture."""

import io
import json
import math
import re

import numpy as np
import pytest
from combinations import with_one_of_the_last
from PIL import Image
from traitlets import TraitError

from softmax_lesson.data import CLASS_NAMES
from softmax_lesson.widgets import Normaliser
from softmax_lesson.widgets.kit.base import number

FIRST, SECOND, THIRD = CLASS_NAMES


def test_without_arguments_it_shows_the_small_example():
    assert repr(Normaliser()) == (
        f"Scores {FIRST} 1.0, {SECOND} 4.0, {THIRD} 2.0, each with 0.0 added and then divided by the "
        "temperature 1.0. First stage: the exponentials are 2.718, 54.598, 7.389, together 64.705. Second "
        f"stage: divided by that, the probabilities are 0.042, 0.844, 0.114; {FIRST} is correct, so the loss "
        f"−log P({FIRST}) is 3.170."
    )


def test_the_words_have_the_numbers_of_the_definition():
    picture = Normaliser([0.3, -1.7, 2.2], 2, offset=1.4, temperature=0.7)
    powers = [math.exp((v + 1.4) / 0.7) for v in picture.scores]
    p = [v / sum(powers) for v in powers]
    words = picture.sentence()
    assert f"exponentials are {', '.join(map(number, powers))}, together {number(sum(powers))}." in words
    assert f"probabilities are {', '.join(map(number, p))};" in words
    assert words.endswith(f"{THIRD} is correct, so the loss −log P({THIRD}) is {number(-math.log(p[2]))}.")


@pytest.mark.parametrize("temperature", [0.1, 1.0, 7.9])
def test_adding_a_number_to_all_scores_changes_the_first_stage_only(temperature):
    picture = Normaliser(temperature=temperature)
    first, second = picture.sentence().split("Second stage")
    picture.offset = 3.0
    other_first, same_second = picture.sentence().split("Second stage")
    assert other_first != first
    assert same_second == second


def test_two_classes_are_the_sigmoid_of_the_difference():
    words = Normaliser([2.0, 1.0], 0, ["cat", "dog"], temperature=2.0).sentence()
    assert (
        f"probabilities are {number(1 / (1 + math.exp(-0.5)))}, {number(1 / (1 + math.exp(0.5)))};" in words
    )


BAD = [
    ({"scores": [1, 2, 3, 4]}, "scores: expected 2 or 3 scores, as the map is flat, got 4."),
    ({"scores": [1.0]}, "scores: expected a score for each of 2 classes or more, got 1."),
    ({"correct_class": 3}, "correct_class: expected 0 to 2, got 3. Classes count from 0."),
    ({"temperature": 0}, "temperature: expected 0.001 to 1000, got 0.0."),
    ({"temperature": -1.0}, "temperature: expected 0.001 to 1000, got -1.0."),
    ({"temperature": math.nan}, "temperature: expected a finite number, got nan."),
    ({"offset": math.inf}, "offset: expected a finite number, got inf."),
]


@pytest.mark.parametrize(("bad", "sentence"), BAD)
def test_bad_state_is_refused_with_the_argument_named(bad, sentence):
    picture = Normaliser(offset=1.0)
    before = picture.state()
    [(name, value)] = bad.items()
    for refused in (lambda: Normaliser(**bad), lambda: setattr(picture, name, value)):
        with pytest.raises(TraitError) as caught:
            refused()
        assert str(caught.value) == sentence
    assert picture.state() == before


def test_state_goes_there_and_back():
    picture = Normaliser(np.array([0.5, -0.0, 2]), np.int64(1), offset=-2, temperature=np.float64(3))
    again = Normaliser(**json.loads(json.dumps(picture.state(), allow_nan=False)))
    assert again.html() == picture.html()
    with picture.hold_trait_notifications():
        picture.scores, picture.correct_class, picture.class_names = [1.0, 2.0], 0, ["cat", "dog"]
    assert picture.png()


FAR = [[1e300, -1e300, 0], [6, -6, -6], [0, 0, 0], [800, 790, 780], [-800, 0]]
TEMPERATURES = [0.001, 1.0, 1000.0]


@pytest.mark.parametrize(("scores", "temperature"), with_one_of_the_last(FAR, TEMPERATURES))
def test_extremes_can_be_drawn(scores, temperature):
    assert Normaliser(scores, 0, offset=-3.0, temperature=temperature).png()


@pytest.mark.parametrize("scores", FAR)
@pytest.mark.parametrize("temperature", TEMPERATURES)
def test_extremes_can_be_said(scores, temperature):
    words = Normaliser(scores, 0, offset=-3.0, temperature=temperature).sentence()
    assert not re.search("nan|inf", words.lower())
    largest = (max(scores) - 3) / temperature
    assert ("too large to hold" in words) == (largest > 709)


def test_the_still_picture_has_the_colours_of_the_course_and_follows_the_state():
    picture = Normaliser(correct_class=2)
    image = Image.open(io.BytesIO(picture.png())).convert("RGB")
    colours = np.array([colour for _, colour in image.getcolors()])
    for wanted in ((0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00), (0x00, 0x9E, 0x73)):
        assert np.abs(colours - wanted).max(axis=1).min() < 16
    seen = {picture.png()}
    for name, value in {
        "offset": 1.0,
        "temperature": 2.0,
        "correct_class": 1,
        "scores": [0.0, 1.0, 2.0],
    }.items():
        setattr(picture, name, value)
        seen.add(picture.png())
    assert len(seen) == 5
