"""Whether a stored picture is the one that its cell draws: by what is seen, for the bytes may be others.

`other_pictures(stored, drawn)` compares two runs of a notebook; with_nbval.py has nbval compare them, too.
"""

import base64
import binascii
import io
import re

import numpy as np
from PIL import Image

DATA = re.compile(r"data:([\w/+-]+);base64,([^\"')\s]*)")
# What is left of digits that cancel is another remainder on another processor: these curves are partly of it.
OF_ROUNDING = {"step-size-errors": 1 / 50}  # the share of a picture that may differ
# How a whole file begins and ends.
ENDS = {"PNG": (b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"), "JPEG": (b"\xff\xd8\xff", b"\xff\xd9")}


def pixels(text):
    """Return a picture written out in letters as an array (height, width, 3); ValueError if it is none."""
    stored = base64.b64decode("".join(text.split()), validate=True)
    if not any(stored.startswith(first) and stored.endswith(last) for first, last in ENDS.values()):
        raise ValueError("it does not begin or end as a PNG or JPEG")
    with Image.open(io.BytesIO(stored), formats=[*ENDS]) as picture:
        return np.asarray(picture.convert("RGB"))


def differs(stored, drawn, allowed=1 / 200):
    """Return how the stored picture differs from the one that is drawn now, or None.

    Another build of matplotlib draws the edges of letters otherwise. So pictures of one size are compared in
    squares of 6 by 6 pixels, by their mean colour: a share of them, 1 in 200, may be other ones.
    """
    if stored == drawn:  # as on the machine that drew it; whether it can be seen, outputs.py asks
        return None
    try:
        one, other = pixels(stored), pixels(drawn)
    except (OSError, ValueError, SyntaxError, binascii.Error):
        return "it cannot be drawn"
    if one.shape != other.shape:
        return f"it has {one.shape[1]} × {one.shape[0]} pixels, drawn now {other.shape[1]} × {other.shape[0]}"
    far = np.abs(squares(one) - squares(other)).max(axis=2) > 24
    if far.mean() > allowed:
        return f"{far.mean():.0%} of it shows something else"
    return None


def other_pictures(stored, drawn):
    """Return a sentence for each cell of a notebook whose pictures are not what another run of it has drawn.

    Cells are found by their ids.
    """
    now = {cell.id: cell.outputs for cell in drawn.cells if cell.cell_type == "code"}
    pairs = ((cell, now[cell.id]) for cell in stored.cells if cell.id in now)
    return [f"{cell.id}: {how}" for cell, outputs in pairs if (how := other_picture(cell, outputs))]


def other_picture(cell, outputs):
    """Return how the pictures stored under a cell are not those of what it gives now, or None.

    All pictures of an output are compared, the still ones and those in its script.
    """
    stored, drawn = all_pictures(cell.outputs), all_pictures(outputs)
    if len(stored) != len(drawn):
        return f"{len(stored)} pictures are stored, {len(drawn)} are drawn now"
    allowed = OF_ROUNDING.get(cell.id, 1 / 200)
    how = {differs(*pair, allowed) for pair in zip(stored, drawn, strict=True)} - {None}
    return f"a stored picture is not what is drawn: {min(how)}; run `make notebooks`" if how else None


def all_pictures(outputs):
    """Return the pictures in a cell's outputs, written out in letters, in their order."""
    data = [output.get("data", {}) for output in outputs]
    shown = [text for forms in data for _, text in DATA.findall(forms.get("text/html", ""))]
    return [*shown, *(forms["image/png"] for forms in data if "image/png" in forms)]


def squares(picture, side=6):
    """Return the mean colour of each square of a picture."""
    height, width = (length // side for length in picture.shape[:2])
    cut = picture[: height * side, : width * side].astype(float)
    return cut.reshape(height, side, width, side, 3).mean(axis=(1, 3))
