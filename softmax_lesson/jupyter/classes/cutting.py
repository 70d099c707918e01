"""The embedded sample, cut out of the complete CIFAR-10: contact sheets, their table, their facts."""

import csv
import hashlib
import io
import re
from pathlib import Path

import numpy as np
from PIL import Image

from softmax_lesson.data import Dataset, Images

KEPT = {"train": 200, "test": 100}  # photographs of each class
COLUMNS = 20  # tiles in a row of a contact sheet
COLUMN_NAMES = ("split", "class", "label", "original_index", "sheet", "tile")
TABLE = re.compile(r"(?<=\|---\|---\|---\|---\|\n)(?:\| `\S+\.(?:png|csv)` .*\n)+")


def first_of_each(dataset: Dataset) -> Dataset:
    """Return the first photographs of each class, as many as the lesson keeps, in the official order."""

    def few(images: Images, most: int) -> Images:
        places = [np.flatnonzero(images.labels == k)[:most] for k in range(len(dataset.class_names))]
        kept = np.sort(np.concatenate(places))
        return Images(images.images[kept], images.labels[kept], images.original_index[kept])

    parts = (few(part, KEPT[split]) for split, part in splits(dataset))
    return Dataset(*parts, dataset.class_names)


def splits(sample: Dataset):
    """Return the name and the photographs of the training and of the test part."""
    return [("train", sample.train), ("test", sample.test)]


def files_of(sample: Dataset) -> dict[str, bytes]:
    """Return the files of data/ by name: a contact sheet for each class and part, and sample.csv."""
    files, rows = {}, []
    for split, part in splits(sample):
        for label, name in enumerate(sample.class_names):
            kept, sheet = np.flatnonzero(part.labels == label), f"{split}_{name}.png"
            files[sheet] = as_png(contact_sheet(part.images[kept]))
            indices = part.original_index[kept].tolist()
            rows += [(split, name, label, index, sheet, tile) for tile, index in enumerate(indices)]
    # The official order: all training photographs by their index, the classes mixed, then all of the test.
    rows.sort(key=lambda row: (row[0] == "test", row[3]))
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([COLUMN_NAMES, *rows])
    return files | {"sample.csv": text.getvalue().encode("ascii")}


def contact_sheet(images: np.ndarray) -> np.ndarray:
    """Lay images (N, 32, 32, 3) out row by row, COLUMNS in a row: (N / COLUMNS * 32, COLUMNS * 32, 3)."""
    grid = images.reshape(-1, COLUMNS, 32, 32, 3)
    return grid.transpose(0, 2, 1, 3, 4).reshape(-1, COLUMNS * 32, 3)


def as_png(pixels: np.ndarray) -> bytes:
    """Return pixels (H, W, 3) as a PNG, lossless and packed small."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", optimize=True)
    return file.getvalue()


def sha256(content: bytes) -> str:
    """Return the SHA-256 of some bytes, as sample.toml has it."""
    return hashlib.sha256(content).hexdigest()


def write(root: Path, sample: Dataset, facts: dict) -> None:
    """Write the sample into a clone: its files, its facts in sample.toml and its table in data/README.md.

    root: the clone's folder. sample: `first_of_each` of a data set. facts: of `measuring.facts`.
    """
    files, folder = files_of(sample), root / "data"
    for old in (*folder.glob("train_*.png"), *folder.glob("test_*.png")):
        if old.name not in files:
            old.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    lines = [
        f'"{name}" = {{ bytes = {len(file)}, sha256 = "{sha256(file)}" }}' for name, file in files.items()
    ]
    pixels = {split: sha256(part.images.tobytes()) for split, part in splits(sample)}
    text = FACTS.format(
        classes=as_toml(sample.class_names), files="\n".join(lines), pixels=as_lines(pixels),
        **{name: as_lines(group) for name, group in facts.items()},
    )  # fmt: skip
    (root / "softmax_lesson/data/sample.toml").write_text(text, encoding="utf-8", newline="\n")
    readme = folder / "README.md"
    known = readme.read_text(encoding="utf-8")
    readme.write_text(TABLE.sub(lambda _: rows_of(files), known), encoding="utf-8", newline="\n")


def rows_of(files: dict[str, bytes]) -> str:
    """Return the rows of README's table: what each file shows, its size and its SHA-256."""
    shows = {
        split: f"{count} {what} images, 20 x {count // COLUMNS} tiles"
        for split, what, count in (("train", "training", KEPT["train"]), ("test", "test", KEPT["test"]))
    }
    what = {name: shows.get(name.partition("_")[0], "the table of all 900 images") for name in files}
    return "".join(
        f"| `{name}` | {what[name]} | {len(content)} | `{sha256(content)}` |\n"
        for name, content in files.items()
    )


def as_toml(value) -> str:
    """Return a text, a number, or a list of such, as TOML writes it."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(as_toml, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def as_lines(group: dict) -> str:
    """Return a group of facts, a line for each."""
    return "\n".join(f"{name} = {as_toml(value)}" for name, value in group.items())


FACTS = """\
# The embedded sample, as `python -m softmax_lesson classes` cut and measured it; not to be edited.

classes = {classes}

# Shares of the test photographs: what the course's own training and its solution of `learn` reach, and
# what the exercise asks for, which leaves room below that.
[share_right]
{share_right}

# Two numbers of a photograph: their average and deviation over the training photographs, what these teach
# (the weights of the picture Regions, a row a class), and the share of the test set they get right.
[two_features]
{two_features}

# Places of the test photographs that pictures show when they are given none: one of each class, and one
# of the second class that the templates of notebook 01 take for the third.
[photographs]
{photographs}

# SHA-256 of all pixels in the official order, taken from the official files and not from the contact sheets.
[pixels]
{pixels}

# The list stands here and not beside the files, so that they cannot vouch for themselves.
[files]
{files}
"""
