"""The letters declared in 01, and what watches a kernel: after every cell a W has the shape of a W."""

import re

import numpy as np

# How many axes an array of this name has; `W_small` is a W, too.
AXES = {"x": 1, "X": 2, "W": 2, "f": 1, "S": 2, "p": 1, "P": 2, "Y": 2, "G": 2}


def letter(name):
    """Return the letter that a name in code stands for: W for W and W_small, None for words."""
    match = re.fullmatch(r"([A-Za-z])(_\w+)?", name)
    return match and match[1]


def misused(names):
    """Return a sentence for each array whose name says another shape."""
    for name, value in names.items():
        axes = AXES.get(letter(name))
        if axes and isinstance(value, np.ndarray) and value.ndim != axes:
            yield f"{name} has the shape {value.shape}, and a {letter(name)} has {axes} axes"


def watch(shell):
    """Look at all names of IPython's shell after every cell; return the list of what is found."""
    found = []
    shell.events.register("post_run_cell", lambda result: found.extend(misused(shell.user_ns)))
    return found
