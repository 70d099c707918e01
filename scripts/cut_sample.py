"""Cut the embedded sample out of the complete CIFAR-10 (binary version).

    python scripts/cut_sample.py FOLDER             FOLDER holds data_batch_1.bin ... test_batch.bin
    python scripts/cut_sample.py FOLDER --to OTHER  write there instead of the repository's data/

The six files are compared with their official SHA-256 first; nothing is written unless all six agree.
What is written is compared with the SHA-256 list that softmax_lesson.data checks on every load.
"""

import argparse
import csv
import hashlib
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from softmax_lesson.data import SAMPLE_FILES
from softmax_lesson.data.archive import SHA256 as OFFICIAL_SHA256

CLASSES = {"airplane": 0, "automobile": 1, "frog": 6}  # name: its label in CIFAR-10
KEPT = {"train": 200, "test": 100}  # images of each class
COLUMNS = 20  # tiles in a row of a contact sheet


def read_official(folder: Path) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return {"train": (images, labels), "test": ...}, images uint8 (N, 32, 32, 3), in the official order."""
    records = {}
    for name, expected in OFFICIAL_SHA256.items():
        try:
            content = (folder / name).read_bytes()
        except OSError as error:
            sys.exit(f"{folder / name}: {error.strerror}. Nothing written.")
        if hashlib.sha256(content).hexdigest() != expected:
            sys.exit(f"{folder / name}: differs from the official file. Nothing written.")
        # One record: the label, then 1024 red, 1024 green and 1024 blue bytes.
        records[name] = np.frombuffer(content, np.uint8).reshape(-1, 1 + 3 * 32 * 32)
    test = records.pop("test_batch.bin")
    splits = {"train": np.concatenate(list(records.values())), "test": test}
    return {s: (r[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1), r[:, 0]) for s, r in splits.items()}


def contact_sheet(images: np.ndarray) -> np.ndarray:
    """Lay images (N, 32, 32, 3) out row by row, COLUMNS in a row: (N / COLUMNS * 32, COLUMNS * 32, 3)."""
    grid = images.reshape(-1, COLUMNS, 32, 32, 3)
    return grid.transpose(0, 2, 1, 3, 4).reshape(-1, COLUMNS * 32, 3)


def cut(source: Path, target: Path) -> None:
    """Write the contact sheets and sample.csv into target."""
    official = read_official(source)
    target.mkdir(parents=True, exist_ok=True)
    rows = []
    for split, (images, labels) in official.items():
        for label, (name, official_label) in enumerate(CLASSES.items()):
            kept = np.flatnonzero(labels == official_label)[: KEPT[split]]
            sheet = f"{split}_{name}.png"
            Image.fromarray(contact_sheet(images[kept])).save(target / sheet, optimize=True)
            rows += [(split, name, label, int(index), sheet, tile) for tile, index in enumerate(kept)]
    # The official order: all training images by their index, the classes mixed, then all test images.
    rows.sort(key=lambda row: (row[0] == "test", row[3]))
    with open(target / "sample.csv", "w", newline="", encoding="ascii") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("split", "class", "label", "original_index", "sheet", "tile"))
        table.writerows(rows)


def main() -> int:
    """Cut, then say of every file whether it is the one the lesson knows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="the folder cifar-10-batches-bin")
    parser.add_argument("--to", type=Path, default=Path(__file__).resolve().parent.parent / "data")
    args = parser.parse_args()
    cut(args.folder, args.to)
    differing = 0
    for name, known in SAMPLE_FILES.items():
        content = (args.to / name).read_bytes()
        found = (len(content), hashlib.sha256(content).hexdigest())
        differing += found != known
        print(f'    "{name}": ({found[0]}, "{found[1]}"),  # {"as known" if found == known else "DIFFERS"}')
    if differing:
        print(f"{differing} of {len(SAMPLE_FILES)} differ from SAMPLE_FILES in data/sample.py.")
        print("If only another Pillow packed the same pixels, restore the files: git checkout -- data")
    return int(differing > 0)


if __name__ == "__main__":
    sys.exit(main())
