"""A picture of a student's own, in the size of the course's photographs."""

import os
import warnings
from pathlib import Path

import numpy as np

from softmax_lesson.data.archive import DataError
from softmax_lesson.data.cifar10 import TILE


def load_picture(path: Path | str) -> np.ndarray:
    """Return a picture of your own as (32, 32, 3) uint8: its middle square, shrunk; clear parts are white.

    Raises TypeError for what is no file's name, and DataError for a file that is missing, no image, damaged,
    smaller than 32 x 32 or huge.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"path: expected the name of a file, got {type(path).__name__}.")
    too_large = Image.DecompressionBombWarning
    try:
        with warnings.catch_warnings(action="error", category=too_large), Image.open(path) as picture:
            if picture.mode[0] in "IF":
                raise ValueError("it has more than 8 bits a colour: save it as an ordinary PNG or JPEG")
            picture = ImageOps.exif_transpose(picture).convert("RGBA")  # a telephone's photograph upright
    except FileNotFoundError:
        raise DataError(f"{path} is missing; looked for it in {Path(path).absolute().parent}.") from None
    except (too_large, Image.DecompressionBombError):
        raise DataError(f"{path} is huge: expected at most {Image.MAX_IMAGE_PIXELS:,} pixels.") from None
    except UnidentifiedImageError:
        raise DataError(f"{path} cannot be read as an image (expected a kind such as JPEG or PNG).") from None
    except (OSError, SyntaxError, ValueError) as error:
        why = getattr(error, "strerror", None) or error  # the system's own words, without its number
        raise DataError(f"{path} cannot be read as an image ({why}).") from None
    if min(picture.size) < TILE:
        size = f"{picture.width} x {picture.height} pixels"
        raise DataError(f"{path} is too small: expected {TILE} x {TILE} or more, got {size}.")
    small = ImageOps.fit(picture, (TILE, TILE), Image.Resampling.BOX)
    return np.array(Image.alpha_composite(Image.new("RGBA", small.size, "white"), small).convert("RGB"))
