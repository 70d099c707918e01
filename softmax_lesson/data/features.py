"""Two numbers of a photograph, so that photographs become points in a plane that a person can see."""

import numpy as np

from softmax_lesson import arguments
from softmax_lesson.data.sample import SAMPLE_FACTS

FEATURE_NAMES = ("brightness", "blue minus red")
# Of the 600 training photographs of the embedded sample, light from 0 to 1.
AVERAGE = np.array(SAMPLE_FACTS["two_features"]["average"])
DEVIATION = np.array(SAMPLE_FACTS["two_features"]["deviation"])


def two_features(images):
    """Return how bright a photograph is on the whole, and how much bluer than red: (N, 2) or (2,).

    Both are counted in standard deviations from the average of the sample's training photographs: 0, 0 is a
    photograph like the average one, and 1 is brighter, or bluer, than it by one standard deviation.

    Parameters: images (N, H, W, 3) of uint8, or one photograph (H, W, 3).
    Raises: TypeError, ValueError for anything else.
    Source: the lesson's own; to learn in units of the standard deviation is `training.standardising`.
    """
    images = arguments.as_array("images", images, "photographs")
    if (
        images.ndim not in (3, 4)
        or images.shape[-1] != 3
        or images.dtype != np.uint8
        or not 0 < images.size <= arguments.MOST
    ):
        came = f"{images.dtype.name} of shape {images.shape}"
        raise ValueError(f"images: expected uint8 of shape (N, H, W, 3) or (H, W, 3), got {came}.")
    red, green, blue = np.moveaxis(images.mean(axis=(-3, -2)) / 255, -1, 0)
    brightness = (red + green + blue) / 3
    return (np.stack([brightness, blue - red], axis=-1) - AVERAGE) / DEVIATION
