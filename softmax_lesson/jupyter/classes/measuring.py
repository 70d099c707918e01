"""What a sample lets a linear classifier reach, and what the lesson therefore asks of students."""

import math

import numpy as np

from softmax_lesson.data import Dataset
from softmax_lesson.data.features import AVERAGE, DEVIATION, two_features
from softmax_lesson.exercises import training as exercise
from softmax_lesson.scores import add_bias, scores
from softmax_lesson.training import accuracy, train
from softmax_lesson.widgets.pixel_votes import common_sense_weights

# Chosen by hand for notebooks 01 and 05: among them a blue car on white ground, and a car called a frog.
BY_HAND = {("airplane", "automobile", "frog"): {"one_of_each": [0, 34, 99], "mistaken": 25}}


class NotLearnt(ValueError):
    """Says that students could not be asked for anything with these classes."""


def facts(sample: Dataset) -> dict[str, dict]:
    """Return the groups of facts of sample.toml that are measured. Raises NotLearnt."""
    return {
        "share_right": shares_right(sample),
        "two_features": of_two_features(sample),
        "photographs": BY_HAND.get(sample.class_names) or photographs(sample),
    }


def shares_right(sample: Dataset) -> dict[str, float]:
    """Return what the course's training and solution reach, and what `learn` asks for."""
    pixels, unseen = (part.images.reshape(len(part), -1) / 255 for part in (sample.train, sample.test))
    average, y, y_test = pixels.mean(axis=0), sample.train.labels, sample.test.labels
    history = train(add_bias(pixels - average), y)
    training = accuracy(history.final, add_bias(unseen - average), y_test)
    (X, y), (X_test, y_test) = exercise.small(sample)
    reached = accuracy(exercise.learn.reference(X, y), X_test, y_test)
    wrong = max(accuracy(mistake.function(X, y), X_test, y_test) for mistake in exercise.learn.mistakes)
    return {
        "training": round(training, 2),
        "learn": round(reached, 2),
        "asked": asked(reached, wrong, len(y_test)),
    }


def asked(reached: float, wrong: float, count: int) -> float:
    """Return the share to ask for, where the course's own solution reaches `reached` of `count` photographs.

    Two standard errors of room (notebook 08), and then down to a multiple of .05; where that would let a
    known mistake pass, which gets `wrong`, the whole per cent half way between. Raises NotLearnt.
    """
    room = 2 * math.sqrt(reached * (1 - reached) / count)
    share = math.floor(20 * (reached - room)) / 20
    if share <= wrong:
        share = math.ceil(50 * (reached + wrong)) / 100
    if not wrong < share <= reached:
        raise NotLearnt(
            f"classes: expected classes that a linear classifier can tell apart; of these the course's own "
            f"solution gets {reached:.0%} right, and a known mistake {wrong:.0%}."
        )
    return share


def of_two_features(sample: Dataset) -> dict[str, list]:
    """Return the scale of the two features of a photograph, and what they teach."""
    raw, raw_test = (two_features(part.images) * DEVIATION + AVERAGE for part in (sample.train, sample.test))
    average, deviation = raw.mean(axis=0).round(4), raw.std(axis=0).round(4)
    X, X_test = (add_bias((features - average) / deviation) for features in (raw, raw_test))
    y, y_test = sample.train.labels, sample.test.labels
    weights = train(X, y, learning_rate=0.5, steps=1000, strength=0.0).final.round(1) + 0.0
    return {
        "average": average.tolist(),
        "deviation": deviation.tolist(),
        "weights": weights.tolist(),
        "right": round(accuracy(weights, X_test, y_test), 2),
    }


def photographs(sample: Dataset) -> dict[str, list | int]:
    """Return places in the test set: the first of each class, and one that is taken for another."""
    test, W = sample.test, common_sense_weights(sample.train)
    said = scores(W, add_bias(test.images.reshape(len(test), -1) / 255)).argmax(axis=1)
    of_second = test.labels == 1
    mistaken = [*np.flatnonzero(of_second & (said == 2)), *np.flatnonzero(of_second)]
    first = [np.flatnonzero(test.labels == k)[0] for k in range(len(sample.class_names))]
    return {"one_of_each": [int(i) for i in first], "mistaken": int(mistaken[0])}
