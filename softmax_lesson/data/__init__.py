"""Images in: the embedded sample, a picture of your own, or the complete CIFAR-10.

`sample` and `picture` read what lies on your disk; `features` makes two numbers of a photograph; `cifar10`
hands on the whole data set, which `download` fetches and `archive` takes apart.
"""

from softmax_lesson.data.archive import DataError
from softmax_lesson.data.cifar10 import TEN_CLASSES, TILE, Dataset, Images, load_cifar10
from softmax_lesson.data.features import FEATURE_NAMES, two_features
from softmax_lesson.data.picture import load_picture
from softmax_lesson.data.sample import (
    CLASS_NAMES,
    SAMPLE_FACTS,
    SAMPLE_FILES,
    SHARE_ASKED,
    load_sample,
    sample_folder,
)

__all__ = [
    "CLASS_NAMES",
    "FEATURE_NAMES",
    "SAMPLE_FACTS",
    "SAMPLE_FILES",
    "SHARE_ASKED",
    "TEN_CLASSES",
    "TILE",
    "DataError",
    "Dataset",
    "Images",
    "load_cifar10",
    "load_picture",
    "load_sample",
    "sample_folder",
    "two_features",
]
