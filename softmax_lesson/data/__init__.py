"""Images in: the embedded sample, a picture of your own, or the complete CIFAR-10.

`sample` and `picture` read what lies on your disk; `features` makes two numbers of a photograph; `cifar10`
hands on the whole data set, which `download` fetches and `archive` takes apart; `files` writes small files.
"""

import importlib

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

_MODULES = {
    "archive": {"DataError"},
    "cifar10": {"TEN_CLASSES", "TILE", "Dataset", "Images", "load_cifar10"},
    "features": {"FEATURE_NAMES", "two_features"},
    "picture": {"load_picture"},
    "sample": {"CLASS_NAMES", "SAMPLE_FACTS", "SAMPLE_FILES", "SHARE_ASKED", "load_sample", "sample_folder"},
}


def __getattr__(name):
    """Hand on a name from its module, only when asked: `files` is for those who may have no NumPy, too."""
    for module, names in _MODULES.items():
        if name in names:
            return getattr(importlib.import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    """List the public names, as completion shows them."""
    return __all__
