"""The embedded sample: 900 real photographs that come with the lesson."""

import csv
import hashlib
import io
import tomllib
from pathlib import Path

import numpy as np

from softmax_lesson import arguments
from softmax_lesson.data.archive import DataError
from softmax_lesson.data.cifar10 import TILE, Dataset, Images

_FACTS = tomllib.loads(Path(__file__).with_name("sample.toml").read_text(encoding="utf-8"))

CLASS_NAMES = tuple(_FACTS["classes"])
"""The lesson's classes; a label is a place in this list, counted from 0."""

SHARE_ASKED = _FACTS["share_right"]["asked"]
"""The share of the test photographs that the exercise `learn` of notebook 08 asks for."""

SAMPLE_FACTS = {name: _FACTS[name] for name in ("share_right", "two_features", "photographs", "pixels")}
"""What was measured when the sample was cut: see sample.toml."""

SAMPLE_FILES = {name: (file["bytes"], file["sha256"]) for name, file in _FACTS["files"].items()}
"""The sample's files: their bytes and SHA-256."""


def sample_folder() -> Path:
    """Return where the sample lies: inside the installed package, or data/ of the clone."""
    package = Path(__file__).resolve().parents[1]
    return package / "sample" if (package / "sample").is_dir() else package.parent / "data"


def load_sample(folder: Path | str | None = None) -> Dataset:
    """Return 600 training and 300 test images of real CIFAR-10, of the three classes of CLASS_NAMES.

    folder: where sample.csv and the contact sheets lie; the lesson's own by default.
    Every call reads the files anew and returns fresh arrays: change them as you like.
    Raises: TypeError, ValueError for what is no folder's name; DataError for a file that is missing or not
    exactly as published.
    Source: Krizhevsky (2009), Learning Multiple Layers of Features from Tiny Images; see data/README.md.
    """
    folder = sample_folder() if folder is None else Path(arguments.path("folder", folder))
    files = {name: _read_checked(folder / name, *known) for name, known in SAMPLE_FILES.items()}
    rows = list(csv.DictReader(io.StringIO(files.pop("sample.csv").decode("ascii"))))
    tiles = {name: _tiles(content) for name, content in files.items()}

    def split(name: str) -> Images:
        chosen = [row for row in rows if row["split"] == name]
        return Images(
            images=np.stack([tiles[row["sheet"]][int(row["tile"])] for row in chosen]),
            labels=np.array([int(row["label"]) for row in chosen], dtype=np.int64),
            original_index=np.array([int(row["original_index"]) for row in chosen], dtype=np.int64),
        )

    return Dataset(train=split("train"), test=split("test"), class_names=CLASS_NAMES)


def _read_checked(path: Path, size: int, sha256: str) -> bytes:
    """Return the file's bytes, or raise DataError when they are not the published ones."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        wrong = "is missing"
    except OSError as error:
        wrong = f"cannot be read ({error.strerror or error})"
    else:
        found = hashlib.sha256(content).hexdigest()
        if found == sha256:
            return content
        wrong = f"was altered (SHA-256 {found[:12]}..., expected {sha256[:12]}...)"
        if len(content) < size:
            wrong = f"is cut short ({len(content):,} of {size:,} bytes)"
    raise DataError(f"{path} {wrong}. {_remedy(path.parent)}")


def _remedy(folder: Path) -> str:
    if (folder.parent / ".git").exists():
        return f'To restore it: git -C "{folder.parent}" checkout -- {folder.name}'
    return "To restore it, install the lesson again, or copy its data folder from a fresh download."


def _tiles(sheet: bytes) -> np.ndarray:
    """Cut a contact sheet (PNG bytes, already checked) into its images: (N, 32, 32, 3), row by row."""
    from PIL import Image  # here, so that importing the package stays quick

    with Image.open(io.BytesIO(sheet), formats=["PNG"]) as picture:
        pixels = np.asarray(picture.convert("RGB"))
    grid = pixels.reshape(-1, TILE, pixels.shape[1] // TILE, TILE, 3)
    return grid.transpose(0, 2, 1, 3, 4).reshape(-1, TILE, TILE, 3)
