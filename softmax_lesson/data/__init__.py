"""Images in: the embedded sample, a picture of your own, or the complete CIFAR-10.

`sample` and `picture` read what lies on your disk; `features` makes two numbers of a photograph; `cifar10`
hands on the whole data set, which `download` fetches and `archive` takes apart; `files` writes small files.
"""

import importlib

_MODULES = {
    "archive": ["DataError"],
    "cifar10": ["TEN_CLASSES", "TILE", "Dataset", "Images", "load_cifar10"],
    "features": ["FEATURE_NAMES", "two_features"],
    "picture": ["load_picture"],
    "sample": ["CLASS_NAMES", "SAMPLE_FACTS", "SAMPLE_FILES", "SHARE_ASKED", "load_sample", "sample_folder"],
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}

__all__ = sorted(_MODULE_OF)


def __getattr__(name):
    """Hand on a name from its module, only when asked: `files` is for those who may have no NumPy, too."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULE_OF[name]}"), name)


def __dir__():
    """List the public names, as completion shows them."""
    return __all__
