"""The kinds of state that pictures share, each with its own sentence for what does not fit."""

import numpy as np
from traitlets import Int, List, TraitError, TraitType


class Scores(List):
    """A list of finite floats; a tuple or an array becomes one."""

    set = TraitType.set  # List's own would take "123" for ["123"]

    def validate(self, obj, value):
        """Return `value` as a list of floats, or say what is wrong with it."""
        try:
            numbers = np.asarray(value)
        except ValueError:
            numbers = np.array("ragged")
        if numbers.ndim != 1 or numbers.dtype.kind not in "iuf":
            raise TraitError(f"{self.name}: expected a list of numbers, one for each class, got {value!r}.")
        for k, v in enumerate(numbers):
            if not np.isfinite(v):
                raise TraitError(f"{self.name}: expected finite numbers, got {v} at position {k}.")
        return (numbers.astype(float) + 0.0).tolist()  # + 0.0: never -0.0


class Label(Int):
    """A whole number, NumPy's too."""

    def validate(self, obj, value):
        """Return `value` as an int, or say what is wrong with it."""
        if isinstance(value, bool) or not isinstance(value, int | np.integer):
            raise TraitError(f"{self.name}: expected a whole number, got {value!r}.")
        return int(value)


class Names(List):
    """A list of texts."""

    set = TraitType.set

    def validate(self, obj, value):
        """Return `value` as a list of texts, or say what is wrong with it."""
        if not isinstance(value, list | tuple) or not all(isinstance(name, str) for name in value):
            raise TraitError(f"{self.name}: expected a list of names, got {value!r}.")
        return list(value)
