"""What a message of Python's or NumPy's means, in plain words: they are shown beside the message itself."""

import re

STOPS = []


def what_stopped(kind: str):
    """Return (name, sentence) for how a function stopped, or (None, None) where its message must do."""
    return next(((name, sentence) for name, words, sentence in STOPS if re.search(words, kind)), (None, None))


def _stop(name, words, sentence):
    STOPS.append((name, words, sentence))


_stop(
    "no_such_axis",
    "^AxisError",
    "An array has no axis of that number. A vector has only axis 0, a table has 0 and 1: which shape has "
    "the array in that line?",
)
_stop(
    "axes_of_a_transpose",
    "repeated axis|axes don't match",
    "`transpose` wants each axis of the array exactly once, in the new order. How many axes has what "
    "stands before it?",
)
_stop(
    "shapes_do_not_fit",
    "broadcast|matmul|must match exactly|same shape|same number of dimensions|reshape|shape "
    "mismatch|inhomogeneous",
    "Two arrays do not fit together. Write the shape of each beside that line, and the shape that should "
    "come out: which axis is missing, too many, or in the wrong place?",
)
_stop(
    "name_without_value",
    "^(NameError|UnboundLocalError)",
    "A name in that line has no value yet: it is misspelt, or set further down, or in a cell that has not "
    "run.",
)
_stop(
    "index_is_no_whole_number",
    "^IndexError.*(integer|valid indices)",
    "What stands in the square brackets is no whole number. Is it the array of scores where the labels "
    "should be?",
)
_stop(
    "index_out_of_bounds",
    "^IndexError.*(out of bounds|out of range)",
    "An index runs past the end. Counting starts at 0, so the last of n has the number n - 1; and which "
    "axis is it that you count along?",
)
_stop(
    "too_many_indices",
    "too many indices|not subscriptable|invalid index to scalar",
    "There are more indices than the array has axes, or square brackets after a single number. Print the "
    "shape of what stands before the brackets.",
)
_stop(
    "called_instead_of_multiplied",
    "not callable",
    "Round brackets behind a name call it as a function. To take an element it needs square ones, and to "
    "multiply a `*`.",
)
_stop(
    "array_in_an_if",
    "truth value of an array",
    "An `if`, `and`, `max` or `while` wants one yes or no, and an array has many. Compare one number, or "
    "use what NumPy has for arrays (`np.maximum`, `np.where`).",
)
_stop(
    "one_number_wanted",
    "only .*(scalar|size-1|length-1|0-dimensional)|setting an array element",
    "One single number is wanted there, and an array stands in its place: an index or a sum is missing.",
)
_stop(
    "integers_in_place",
    "Cannot cast ufunc",
    "`-=`, `/=` and the like write floats back into an array of whole numbers, which cannot hold them. "
    "Make a new array instead: that leaves the argument alone, too.",
)
_stop("division_by_zero", "^ZeroDivisionError", "The number you divide by is 0. What does it count?")
_stop(
    "no_such_attribute",
    "^AttributeError",
    "What stands before the dot has nothing of that name: it is misspelt, or what stands there is not the "
    "array you think.",
)
