"""Two numbers of a photograph: what they are, and in which units."""

import numpy as np
import pytest

from softmax_lesson import data

UNITS = [data.SAMPLE_FACTS["two_features"][name] for name in ("average", "deviation")]


def test_over_the_training_photographs_each_has_mean_0_and_deviation_1():
    X = data.two_features(data.load_sample().train.images)
    assert X.shape == (600, 2)
    np.testing.assert_allclose(X.mean(axis=0), 0, atol=2e-3)
    np.testing.assert_allclose(X.std(axis=0), 1, atol=2e-3)


def test_they_are_the_mean_brightness_and_blue_minus_red():
    images = data.load_sample().test.images[:20]
    light = images / 255
    brightness = light.mean(axis=(1, 2, 3))
    bluer = light[..., 2].mean(axis=(1, 2)) - light[..., 0].mean(axis=(1, 2))
    expected = np.column_stack(
        [(value - a) / d for value, a, d in zip((brightness, bluer), *UNITS, strict=True)]
    )
    np.testing.assert_allclose(data.two_features(images), expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(data.two_features(images[3]), expected[3], rtol=1e-9)


def test_they_know_only_light_and_colour():
    black, white = np.zeros((1, 8, 8, 3), np.uint8), np.full((1, 8, 8, 3), 255, np.uint8)
    blue = np.broadcast_to(np.array([0, 128, 255], np.uint8), (1, 8, 8, 3))
    dark, bright, bluest = (data.two_features(image)[0] for image in (black, white, blue))
    assert dark[0] < -3 and bright[0] > 3
    assert dark[1] == bright[1]  # no colour in either
    assert bluest[1] > 7
    photograph = data.load_sample().test.images[0]
    shuffled = np.random.default_rng(0).permutation(photograph.reshape(-1, 3)).reshape(photograph.shape)
    np.testing.assert_allclose(data.two_features(shuffled), data.two_features(photograph), rtol=1e-12)


@pytest.mark.parametrize(
    ("bad", "came"),
    [
        (np.zeros((2, 32, 32, 3)), "float64 of shape (2, 32, 32, 3)"),
        (np.zeros((2, 3072), np.uint8), "uint8 of shape (2, 3072)"),
        (np.zeros((32, 32, 4), np.uint8), "uint8 of shape (32, 32, 4)"),
        (np.zeros((0, 32, 32, 3), np.uint8), "uint8 of shape (0, 32, 32, 3)"),
        ("photograph", "str320 of shape ()"),
    ],
)
def test_what_is_no_photograph_is_refused(bad, came):
    with pytest.raises(ValueError) as caught:
        data.two_features(bad)
    expected = f"images: expected uint8 of shape (N, H, W, 3) or (H, W, 3), got {came}."
    assert str(caught.value) == expected
