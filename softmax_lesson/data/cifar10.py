"""The complete CIFAR-10: 50,000 photographs to train with and 10,000 to test with, in ten classes."""

from dataclasses import dataclass

import numpy as np

from softmax_lesson import arguments
from softmax_lesson.data.archive import IMAGES, RECORD, SHA256
from softmax_lesson.data.download import URL, official_files

TEN_CLASSES = (
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
)  # fmt: skip
"""CIFAR-10's classes in its own order; its labels count from 0."""
TILE = 32  # an image is TILE x TILE pixels


@dataclass(frozen=True, eq=False, repr=False)
class Images:
    """N images in the official CIFAR-10 order, the classes mixed."""

    images: np.ndarray
    """(N, 32, 32, 3) uint8: image, row from the top, column from the left, red-green-blue; 0..255."""
    labels: np.ndarray
    """(N,) int64: the correct class of each image, a place in class_names."""
    original_index: np.ndarray
    """(N,) int64: the image's place in the complete CIFAR-10: 0..49999 in training, 0..9999 in test."""

    def __len__(self) -> int:
        """N."""
        return len(self.labels)

    def __repr__(self) -> str:
        """Shapes and dtypes, never the pixels."""
        fields = {"images": self.images, "labels": self.labels, "original_index": self.original_index}
        return f"Images({', '.join(f'{name} {a.shape} {a.dtype}' for name, a in fields.items())})"

    def rows(self) -> np.ndarray:
        """Return (N, 3073) uint8, a new array: an image's pixels in a row, and the constant 1 of the bias."""
        rows = np.ones((len(self), self.images[0].size + 1), np.uint8)
        rows[:, :-1] = self.images.reshape(len(self), -1)
        return rows


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images to train with, others to test with, and the names of their classes."""

    train: Images
    test: Images
    class_names: tuple[str, ...]


def load_cifar10(folder=None, classes=None, url=URL) -> Dataset:
    """Return the complete CIFAR-10, or some of its classes.

    folder: where cifar-10-binary.tar.gz or its six unpacked .bin files lie, or that archive itself. Without
    it, or when it has none of them, the user's cache is looked at, and then the archive (170 MB) is
    downloaded from `url`: the official address, or a mirror. Every call compares each file with the official
    SHA-256, wherever it comes from.
    classes: names, such as ["cat", "dog"], which get the labels 0, 1, ... in this order; None: all ten.
    The pixels stay uint8: 184 MB in all. Every call returns fresh arrays: change them as you like.
    Raises: TypeError, ValueError for unfit arguments; DataError for files that are missing or not as
    published, with what to do about it.
    Source: Krizhevsky (2009), Learning Multiple Layers of Features from Tiny Images; see data/README.md.
    """
    folder = None if folder is None else arguments.path("folder", folder)
    url = arguments.text("url", url)
    names = TEN_CLASSES if classes is None else chosen(classes)
    label_of = np.full(len(TEN_CLASSES), -1)
    label_of[[TEN_CLASSES.index(name) for name in names]] = range(len(names))
    files = {name: of_file(name, content, label_of) for name, content in official_files(folder, url)}
    test = files.pop("test_batch.bin")
    batches = [files[name] for name in sorted(files)]
    train = [np.concatenate(parts) for parts in zip(*batches, strict=True)]
    return Dataset(Images(*train), Images(*test), names)


def chosen(classes) -> tuple[str, ...]:
    """Return the names of classes as a tuple, each a class of CIFAR-10 and none of them twice."""
    came = arguments.shown(classes)
    if not isinstance(classes, list | tuple):  # a set would have an order of its own in every run
        raise TypeError(f'classes: expected a list of names, such as ["cat", "dog"], got {came}.')
    names = tuple(classes)
    for name in names:
        came = arguments.shown(name)
        if not isinstance(name, str):
            raise TypeError(f'classes: expected a list of names, such as ["cat", "dog"], got {came} in it.')
        if name not in TEN_CLASSES:
            raise ValueError(f"classes: expected names out of {', '.join(TEN_CLASSES)}, got {came}.")
    if not names or len(set(names)) < len(names):
        raise ValueError(f"classes: expected one or more names, each once, got {names}.")
    return names


def of_file(name, content, label_of):
    """Return images, labels and original indices of those records whose class has a label, 0 or more."""
    records = np.frombuffer(content, np.uint8).reshape(-1, RECORD)
    labels = label_of[records[:, 0]]
    kept = np.flatnonzero(labels >= 0)
    planes = records[kept, 1:].reshape(-1, 3, TILE, TILE)  # all red, then all green, then all blue
    first = IMAGES * (sorted(SHA256).index(name) % 5)  # data_batch_1 to 5; the test counts from 0 again
    return np.ascontiguousarray(planes.transpose(0, 2, 3, 1)), labels[kept], first + kept
