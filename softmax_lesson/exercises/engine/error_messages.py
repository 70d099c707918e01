"""What a message of Python's or NumPy's means, in plain words: they are shown beside the message itself."""

import re

from softmax_lesson.exercises.engine.language import translate

STOPS = []


def what_stopped(kind: str):
    """Return (name, sentence) for how a function stopped, or (None, None) where its message must do."""
    found = ((name, translate(sentence)) for name, words, sentence in STOPS if re.search(words, kind))
    return next(found, (None, None))


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
    "something_is_none",
    "NoneType",
    "Something in that line is `None`. That is what a function without a `return` gives, and what `sort`, "
    "`append` and `print` give, too.",
)
_stop(
    "numbers_do_not_fit_the_shape",
    "cannot reshape",
    "`reshape` keeps every number of the array. Multiply the sizes of the new shape: do they make as many "
    "numbers as the array has?",
)
_stop(
    "parts_of_different_shapes",
    "inhomogeneous",
    "An array is made there of parts that are not alike: rows of different lengths, or numbers beside "
    "arrays. Print the shape of each part.",
)
_stop(
    "product_with_a_number",
    "enough dimensions|operand type.* for @",
    "`@` multiplies arrays, and on one side of it stands something else, perhaps a single number. For that, "
    "there is `*`.",
)
_stop(
    "shapes_do_not_fit",
    "broadcast|matmul|must match exactly|same shape|same number of dimensions|shape mismatch",
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
    "whole_number_wanted",
    "interpreted as an integer|integers or slices|of integers or a single integer",
    "One whole number is wanted there: an index, a size, or what `range` counts to. Something else stands in "
    "its place; print it.",
)
_stop(
    "function_in_square_brackets",
    "'(function|method|type|numpy.ufunc|builtin_function_or_method|.*Dispatcher)' object is not subscr",
    "Square brackets stand behind the name of a function. To call it, it needs round ones.",
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
    "lists_do_not_compute",
    "can only concatenate (list|tuple)|multiply sequence|operand type.*'(list|tuple|range|generator)'",
    "Python's lists do not compute as arrays do: `+` joins two of them, `*` repeats one. Make an array of "
    "it, or go through it number by number.",
)
_stop(
    "several_numbers_wanted",
    "not iterable|iteration over a 0-d|has no len|of unsized object",
    "A single number stands where several are expected: it has no length, and a loop cannot go through it. "
    "Is an index too many, or a `range` missing?",
)
_stop(
    "names_and_values",
    "values to unpack",
    "There are more names than values, or more values than names: compare what stands on the left of the `=` "
    "(or between `for` and `in`) with what comes.",
)
_stop(
    "other_number_of_arguments",
    "positional argument|unexpected keyword",
    "A function in that line is called with too many or too few arguments, or with the name of one that it "
    "does not have. Compare the call with its definition.",
)
_stop(
    "shape_without_parentheses",
    "as a data type",
    "A shape is one thing, however many sizes it has: it stands in parentheses of its own, inside those of "
    "the call.",
)
_stop(
    "arrays_without_brackets",
    "scalar index",
    "One whole number is wanted there, and an array stands in its place. Is an index missing? Or are arrays "
    "to be joined? They are handed over as one list, in square brackets.",
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
    "Which array stands left of the sign, and from which one has it its dtype?",
)
_stop(
    "outside_the_integers",
    "out of bounds for u?int",
    "A whole number does not fit beside the small integers of that array: uint8 reaches from 0 to 255 only. "
    "Make floats of the array first.",
)
_stop(
    "number_too_large",
    "^OverflowError",
    "A number has become too large for a float: exp of more than about 709 is. What may be done to all the "
    "scores first?",
)
_stop(
    "outside_the_domain",
    "domain error|expected a (nonnegative|positive) input",
    "There is no such number: a logarithm takes nothing but numbers above 0, a root none below 0. Which one "
    "comes in, and where from?",
)
_stop("division_by_zero", "^ZeroDivisionError", "The number you divide by is 0. What does it count?")
_stop(
    "no_such_attribute",
    "^AttributeError",
    "What stands before the dot has nothing of that name: it is misspelt, or what stands there is not the "
    "array you think.",
)
