"""A picture of a student's own, in the size of the course's photographs."""

import os
import stat
import warnings
from pathlib import Path

import numpy as np

from softmax_lesson import arguments
from softmax_lesson.data.archive import DataError
from softmax_lesson.data.cifar10 import TILE

# What telephones, cameras, screens and web pages make. Others may start programs (PostScript: Ghostscript).
KINDS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF")
MOST_PIXELS = 2**25  # a screen of 8K has as many; a JPEG is read smaller, and may have more
ENOUGH = (8 * TILE, 8 * TILE)  # pixels that are averaged, where a file can be read smaller than it is


def load_picture(path: Path | str) -> np.ndarray:
    """Return a picture of your own as (32, 32, 3) uint8: its middle square, shrunk; clear parts are white.

    Raises TypeError for what is no file's name, and DataError for a file that is missing, no image of a usual
    kind, damaged, smaller than 32 x 32 or huge.
    """
    from PIL import Image, ImageOps

    path = arguments.path("path", path)
    picture = _upright(path)
    if min(picture.size) < TILE:
        size = f"{picture.width} x {picture.height} pixels"
        raise DataError(f"{path} is too small: expected {TILE} x {TILE} or more, got {size}.")
    small = ImageOps.fit(picture, (TILE, TILE), Image.Resampling.BOX)
    return np.array(Image.alpha_composite(Image.new("RGBA", small.size, "white"), small).convert("RGB"))


def _upright(path):
    """Return the picture in a file as RGBA, a telephone's photograph upright. Raises DataError."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise ValueError("it is no ordinary file")
        with warnings.catch_warnings(action="ignore"), Image.open(path, formats=KINDS) as picture:
            picture.draft(None, ENOUGH)
            _check_colours_and_size(picture, path)
            return ImageOps.exif_transpose(picture).convert("RGBA")
    except DataError:
        raise
    except FileNotFoundError:
        raise DataError(f"{path} is missing; looked for it in {Path(path).absolute().parent}.") from None
    except Image.DecompressionBombError:
        raise DataError(f"{path} is huge: expected at most {MOST_PIXELS:,} pixels.") from None
    except UnidentifiedImageError:
        kinds = ", ".join(KINDS)
        raise DataError(f"{path} cannot be read as an image (expected one of {kinds}).") from None
    except Exception as error:  # in a damaged file, Pillow's readers stumble in any way
        why = getattr(error, "strerror", None) or error  # the system's own words, without its number
        raise DataError(f"{path} cannot be read as an image ({why}).") from None


def _check_colours_and_size(picture, path):
    """Refuse, before a pixel is read, what has more than 8 bits a colour or would fill the memory."""
    if picture.mode[0] in "IF":
        raise ValueError("it has more than 8 bits a colour: save it as an ordinary PNG or JPEG")
    if picture.width * picture.height > MOST_PIXELS:
        size = f"{picture.width} x {picture.height}"
        raise DataError(f"{path} is huge: expected at most {MOST_PIXELS:,} pixels, got {size}.")
