"""Exercises of step 07: a price on large weights."""

import numpy as np

from softmax_lesson import regularisation
from softmax_lesson.exercises import chain
from softmax_lesson.exercises.engine import aside, exercise, nasty

PIXELS = 32 * 32 * 3


def of_weights_alone(term):
    """Return one of the package's terms for weights that have no bias among them."""

    def value_and_gradient(weights, strength):
        W = np.column_stack([weights, np.zeros(len(weights))])  # the package expects the bias there
        value, gradient = term(W, strength)
        return value, gradient[:, :-1]

    return value_and_gradient


def weights_and_strength(rng):
    """Yield weights (C, D) and a strength; no size and no strength that makes 1/2 or a square look right."""
    yield np.array([[1.0, 0.5, -1.0], [0.25, 2.0, 1.0]]), 0.1
    yield np.array([[-2.0, 0.5], [0.25, -1.5], [1.0, -0.5]]), 0.4  # their sum is negative
    for classes, features, strength in ((3, 4, 0.3), (2, 5, 3.0), (4, 4, 0.03), (3, PIXELS, 0.01)):
        yield rng.normal(0.1, 1, size=(classes, features)).round(2), strength
    yield aside("whole numbers as weights", np.array([[3, -2, 1], [-1, 4, 5]]), 0.5)
    yield nasty("weights that are exactly 0", np.array([[0.0, -1.5, 2.0], [0.5, 0.0, -0.0]]), 0.2)
    yield nasty("a strength of 0", np.array([[1.5, -2.0], [0.5, 3.0]]), 0.0)


@exercise(
    "07_regularisation",
    inputs=weights_and_strength,
    reference=of_weights_alone(regularisation.l2),
    hints=(
        "Two things are returned: the value is one number for the whole table, the gradient is a table like "
        "the weights.",
        "For the value, square each weight first and add afterwards. Which letters stand before the sum?",
        "For the gradient, look at one weight w alone: what is the derivative of lambda / 2 times w squared?",
    ),
)
def l2_term(weights, strength):
    """Return the L2 penalty and its gradient.

    weights: (C, D), without the bias; they stay as they are. strength: lambda, one number, 0 or more.
    Returns two things, `return value, gradient`: the value lambda / 2 times the sum of all squared
    weights, one number, and the gradient, its derivative with respect to each weight, (C, D).
    """
    value = strength / 2 * np.sum(weights**2)  # squares first, so that no sign is left; then one sum
    gradient = strength * weights  # d/dw (lambda/2 w^2) = lambda w: the 2 and the 1/2 cancel
    return value, gradient


def _squares(weights):
    return np.sum(weights * weights)


penalty = chain.Link()  # what goes wrong in L2 itself; in `add_penalty` it goes wrong on the way


@l2_term.mistake
def last_column_spared(weights, strength):
    """You spare the last column, as if it were the bias. Well remembered, but here the bias is not among the
    weights: all columns pay. The third exercise is the one for that."""
    paying = weights * np.append(np.ones(weights.shape[1] - 1), 0)
    return strength / 2 * _squares(paying), strength * paying


@l2_term.mistake
def gradient_first(weights, strength):
    """Both are right, in the other order: first the value, then the gradient."""
    return strength * weights, strength / 2 * _squares(weights)


@penalty.slip
def half_missing_twice(weights, strength):
    """Your value is lambda times the sum of the squares, and your gradient is the right one for *that*: both
    are twice what is asked. They fit each other, but your lambda would mean twice as much as everybody
    else's. Where has the 1/2 gone?"""
    return strength * _squares(weights), 2 * strength * weights


@penalty.slip
def half_missing_in_value(weights, strength):
    """Your gradient is right and your value is twice as large as it should be, so the two do not fit: the
    1/2 before the sum is missing. It stands there to cancel the 2 of the derivative."""
    return strength * _squares(weights), strength * weights


@penalty.slip
def half_kept_in_gradient(weights, strength):
    """Your value is right and your gradient is half of what it should be: the 1/2 is still in it. The
    derivative of a square brings a 2 with it; what do the two make together?"""
    return strength / 2 * _squares(weights), strength / 2 * weights


@penalty.slip
def two_left_in_gradient(weights, strength):
    """Your value is right and your gradient is twice as large as it should be: the 2 of the derivative is
    there, and the 1/2 that cancels it was forgotten."""
    return strength / 2 * _squares(weights), 2 * strength * weights


@penalty.slip
def no_strength_in_gradient(weights, strength):
    """Your gradient is the weights themselves: lambda is missing in it. A factor that stands before the
    function stands before its derivative, too."""
    return strength / 2 * _squares(weights), 1.0 * weights


@penalty.slip
def no_strength_in_value(weights, strength):
    """Your gradient is right, and lambda is missing in your value: the price would be the same for every
    strength."""
    return _squares(weights) / 2, strength * weights


@penalty.slip
def no_strength(weights, strength):
    """Your answer never uses lambda, so it is the one for a strength of 1. Both value and gradient are in
    proportion to it."""
    return _squares(weights) / 2, 1.0 * weights


@penalty.slip
def strength_squared(weights, strength):
    """In your value lambda is squared along with the weights: the square belongs to each weight alone."""
    return np.sum((strength * weights) ** 2) / 2, strength * weights


@penalty.slip
def squared_after_the_sum(weights, strength):
    """Your value is the square of the *sum*: there weights of opposite signs cancel, and large ones can cost
    nothing. Square each weight, then add."""
    return strength / 2 * np.sum(weights) ** 2, strength * weights


@penalty.slip
def root_taken(weights, strength):
    """Your value has the root of the sum of squares, the length of the weights. That is what
    `np.linalg.norm` gives; L2 is made of the squares themselves, without a root."""
    return strength / 2 * np.sqrt(_squares(weights)), strength * weights


@penalty.slip
def root_taken_no_half(weights, strength):
    """Your value is lambda times the *root* of the sum of squares, the length of the weights, which is what
    `np.linalg.norm` gives. L2 is made of the squares, and it has a 1/2."""
    return strength * np.sqrt(_squares(weights)), strength * weights


@penalty.slip
def matrix_norm(weights, strength):
    """`np.linalg.norm(..., 2)` of a table is not what it seems: for a matrix it gives the largest factor by
    which it can stretch a vector. What is asked is simpler: every number squared, and all added."""
    return strength / 2 * np.linalg.norm(weights, 2) ** 2, strength * weights


@penalty.slip
def mean_of_squares(weights, strength):
    """Your value is made of the *mean* of the squares, and the gradient is the one of the sum. The penalty
    adds all weights up: nothing is divided by their number."""
    return strength / 2 * np.mean(weights**2), strength * weights


@penalty.slip
def mean_in_both(weights, strength):
    """You took the *mean* of the squares, and its gradient: both are too small by the number of weights. The
    penalty is a sum; only the loss is a mean, over the examples."""
    return strength / 2 * np.mean(weights**2), strength * weights / weights.size


@penalty.slip
def one_value_a_class(weights, strength):
    """Your value has one number for each class: you added along the rows only. All rows together pay one
    price: look at the `axis`."""
    return strength / 2 * np.sum(weights**2, axis=1), strength * weights


@penalty.slip
def not_added(weights, strength):
    """Your value is a table with the price of each single weight, and they are right. The penalty is all of
    them together: one number."""
    return strength / 2 * weights**2, strength * weights


@penalty.slip
def gradient_added_up(weights, strength):
    """Your gradient is one number, the sum over all weights. Each weight has a derivative of its own, so the
    gradient has the shape of the weights."""
    return strength / 2 * _squares(weights), strength * np.sum(weights)


@penalty.slip
def l1_instead(weights, strength):
    """Your answer is L1, made of the sizes of the weights; asked is L2, made of their squares."""
    return strength * np.sum(np.abs(weights)), strength * np.sign(weights)


@penalty.slip
def way_down(weights, strength):
    """Your gradient has the opposite sign: it points the way *down*. A gradient says how the penalty grows;
    the minus comes with the step, later."""
    return strength / 2 * _squares(weights), -strength * weights


@penalty.slip
def one_value_a_feature(weights, strength):
    """Your value has one number for each feature: only the columns are added up. Python's own `sum` does that
    with a table, for it adds whole rows, and `axis=0`, too. All weights together pay one price."""
    return strength / 2 * sum(weights**2), strength * weights


@penalty.slip
def two_weights(weights, strength):
    """Your value is right, and your gradient is 2 times the weights: the derivative of the squares alone. The
    lambda / 2 that stands before them stands before the derivative, too."""
    return strength / 2 * _squares(weights), 2.0 * weights


@penalty.slip
def squares_in_gradient(weights, strength):
    """Your value is right, and in your gradient the weights are still squared. What is the derivative of w
    squared?"""
    return strength / 2 * _squares(weights), strength * (1.0 * weights) ** 2


@penalty.slip
def last_weight_alone(weights, strength):
    """Your value is the price of the last weight alone: each one replaces the one before. `=` overwrites
    where `+=` adds."""
    return strength / 2 * weights[-1, -1] ** 2, strength * weights


@penalty.slip
def root_in_both(weights, strength):
    """Your value is lambda times the *root* of the sum of squares, the length of the weights, and your
    gradient is the right one for that. L2 is made of the squares themselves, without a root, and it has a
    1/2."""
    length = np.sqrt(_squares(weights))
    return strength * length, strength * weights / length


@penalty.slip
def half_a_root_in_both(weights, strength):
    """Your value has the *root* of the sum of squares, the length of the weights, and your gradient is the
    right one for that. L2 is made of the squares themselves, without a root."""
    length = np.sqrt(_squares(weights))
    return strength / 2 * length, strength / 2 * weights / length


@penalty.slip
def half_missing_half_left(weights, strength):
    """Two things. In your value the 1/2 is missing: it is twice as large as it should be. And your gradient
    is half of what it should be. The 1/2 stands before the sum, and the 2 of the derivative cancels it."""
    return strength * _squares(weights), strength / 2 * weights


@penalty.slip
def squares_without_strength_or_half(weights, strength):
    """Your gradient is right, and your value is the sum of the squares alone: the factor lambda / 2 is
    missing."""
    return _squares(weights), strength * weights


@penalty.slip
def squares_and_two_weights(weights, strength):
    """Your value is the sum of the squares alone, and your gradient the right one for *that*. The factor
    lambda / 2 stands before both."""
    return _squares(weights), 2.0 * weights


@penalty.slip
def no_half_no_strength_in_gradient(weights, strength):
    """Two things. In your value the 1/2 is missing: it is twice as large as it should be. And in your
    gradient lambda is missing. What stands before the sum stands before its derivative, too."""
    return strength * _squares(weights), 2.0 * weights


@penalty.slip
def mean_in_both_without_half(weights, strength):
    """You took the *mean* of the squares, without the 1/2, and the gradient of that. The penalty is a sum;
    only the loss is a mean, over the examples."""
    return strength * np.mean(weights**2), 2 * strength * weights / weights.size


@penalty.slip
def strength_squared_in_both(weights, strength):
    """Your lambda is squared along with the weights: it stands inside the bracket that is squared, and your
    gradient is the right one for that. Lambda is a factor of its own, before the sum."""
    return 0.5 * np.sum((strength * weights) ** 2), strength**2 * weights


penalty.serve(l2_term, lambda slip, weights, strength: slip(weights, strength))


@exercise(
    "07_regularisation",
    inputs=weights_and_strength,
    reference=of_weights_alone(regularisation.l1),
    hints=(
        "The size of a number is the number without its sign: which function of NumPy takes the sign away?",
        "Draw the size of w against w. How steep is it on the right of 0, and how steep on the left? Does it "
        "get steeper further out?",
        "At 0 there is a corner; the lesson takes 0 there. NumPy has a function that gives 1, 0 or -1.",
    ),
)
def l1_term(weights, strength):
    """Return the L1 penalty and its gradient.

    weights: (C, D), without the bias; they stay as they are. strength: lambda, one number, 0 or more.
    Returns two things, `return value, gradient`: the value lambda times the sum of the sizes of all
    weights, one number, and the gradient (C, D), in which a weight of exactly 0 has the slope 0.
    """
    value = strength * np.sum(np.abs(weights))  # the size is the number without its sign
    gradient = strength * np.sign(weights)  # a straight line on each side of 0: the slope is 1 or -1
    return value, gradient


def _sizes(weights):
    return np.sum(np.abs(weights))


@l1_term.mistake
def sizes_forgotten(weights, strength):
    """You add the weights with their signs, so that plus and minus cancel, and the price can even be
    negative. It is the *size* of each weight that pays."""
    return strength * np.sum(weights), strength * np.sign(weights)


@l1_term.mistake
def sizes_forgotten_twice(weights, strength):
    """You add the weights with their signs, and differentiate that: lambda everywhere. It is the *size* of
    each weight that pays, and for a negative weight the size falls as the weight grows."""
    return strength * np.sum(weights), strength * np.ones(weights.shape)


@l1_term.mistake
def size_of_the_sum(weights, strength):
    """You take the size of the *sum*: by then plus and minus have cancelled already. First the size of each
    weight, then the sum."""
    return strength * np.abs(np.sum(weights)), strength * np.sign(weights)


@l1_term.mistake
def slope_one_everywhere(weights, strength):
    """Your value is right, and your gradient is lambda everywhere. For a negative weight the size gets
    *smaller* when the weight grows: which sign has the slope on that side?"""
    return strength * _sizes(weights), strength * np.ones(weights.shape)


@l1_term.mistake
def size_as_gradient(weights, strength):
    """Your value is right, and your gradient is the *size* of each weight times lambda. But the size is a
    straight line on each side of 0: how steep is a straight line, near 0 and far out?"""
    return strength * _sizes(weights), strength * np.abs(weights)


@l1_term.mistake
def l2_gradient(weights, strength):
    """Your value is right, and your gradient is the one of L2, lambda times the weight. With L1 a small
    weight is pulled as hard as a large one: only the sign of the weight matters."""
    return strength * _sizes(weights), strength * weights


@l1_term.mistake
def l2_value(weights, strength):
    """Your gradient is right, and your value is the one of L2, made of squares. L1 is made of sizes."""
    return strength / 2 * _squares(weights), strength * np.sign(weights)


@l1_term.mistake
def l2_instead(weights, strength):
    """Your answer is L2, made of the squares of the weights; asked is L1, made of their sizes."""
    return strength / 2 * _squares(weights), strength * weights


@l1_term.mistake
def half_brought_along(weights, strength):
    """Your value and your gradient are half of what they should be. The 1/2 of L2 cancels the 2 of a square;
    here nothing is squared, and nothing is to be cancelled."""
    return strength / 2 * _sizes(weights), strength / 2 * np.sign(weights)


@l1_term.mistake
def half_in_value(weights, strength):
    """Your gradient is right, and your value is half of what it should be: a 1/2 came along from L2. Here
    nothing is squared, so there is no 2 that it could cancel."""
    return strength / 2 * _sizes(weights), strength * np.sign(weights)


@l1_term.mistake
def sign_without_strength(weights, strength):
    """Your gradient is the signs alone: lambda is missing in it. A factor that stands before the function
    stands before its derivative, too."""
    return strength * _sizes(weights), 1.0 * np.sign(weights)


@l1_term.mistake
def sizes_without_strength(weights, strength):
    """Your gradient is right, and lambda is missing in your value: the price would be the same for every
    strength."""
    return _sizes(weights), strength * np.sign(weights)


@l1_term.mistake
def strength_never_used(weights, strength):
    """Your answer never uses lambda, so it is right for a strength of 1 only. Both value and gradient are in
    proportion to it."""
    return _sizes(weights), 1.0 * np.sign(weights)


@l1_term.mistake
def nothing_over_nothing(weights, strength):
    """Your answer is right until a weight is exactly 0: there it is 0 divided by 0, which is nan. L1 makes
    many weights exactly 0, so this will happen. Which function gives a sign without dividing?"""
    weights = np.asarray(weights)
    return strength * _sizes(weights), strength * weights / np.abs(weights)


@l1_term.mistake
def zero_falls_left(weights, strength):
    """Your answer is right until a weight is exactly 0: there your gradient is -lambda, as if 0 were a
    negative number. At the corner the slope 0 is asked: there are three cases, not two."""
    return strength * _sizes(weights), np.where(weights > 0, strength, -strength)


@l1_term.mistake
def zero_falls_right(weights, strength):
    """Your answer is right until a weight is exactly 0: there your gradient is lambda, as if 0 were a
    positive number. At the corner the slope 0 is asked: there are three cases, not two."""
    return strength * _sizes(weights), np.where(weights >= 0, strength, -strength)


@l1_term.mistake
def largest_column(weights, strength):
    """`np.linalg.norm(..., 1)` of a table is not what it seems: for a matrix it gives the largest sum of
    sizes in any one column. What is asked is simpler: the sizes of all numbers, added."""
    return strength * np.linalg.norm(weights, 1), strength * np.sign(weights)


@l1_term.mistake
def mean_of_sizes(weights, strength):
    """Your value is made of the *mean* of the sizes, and the gradient is the one of the sum. The penalty adds
    all weights up: nothing is divided by their number."""
    return strength * np.mean(np.abs(weights)), strength * np.sign(weights)


@l1_term.mistake
def one_price_a_class(weights, strength):
    """Your value has one number for each class: you added along the rows only. All rows together pay one
    price, so nothing but one number is left: look at the `axis`."""
    return strength * np.sum(np.abs(weights), axis=1), strength * np.sign(weights)


@l1_term.mistake
def sign_turned(weights, strength):
    """Your gradient has the opposite sign: it points towards 0, the way *down*. A gradient says how the
    penalty grows; the minus comes with the step, later."""
    return strength * _sizes(weights), -strength * np.sign(weights)


@l1_term.mistake
def last_weights_spared(weights, strength):
    """You spare the last column, as if it were the bias. In this exercise the bias is not among the weights,
    so all columns pay; the next one is the one for that."""
    paying = weights * np.append(np.ones(weights.shape[1] - 1), 0)
    return strength * _sizes(paying), strength * np.sign(paying)


@l1_term.mistake
def one_price_a_feature(weights, strength):
    """Your value has one number for each feature: only the columns are added up. Python's own `sum` does that
    with a table, for it adds whole rows, and `axis=0`, too. Asked is one number for all weights together."""
    return strength * sum(abs(weights)), strength * np.sign(weights)


@l1_term.mistake
def number_of_weights(weights, strength):
    """Your value is lambda times *how many* weights there are, which is what NumPy calls `size`. The size of
    a weight is the number itself without its sign: -1.5 pays for 1.5."""
    return strength * weights.size, strength * np.sign(weights)


@l1_term.mistake
def last_size_alone(weights, strength):
    """Your value is the price of the last weight alone: each one replaces the one before. `=` overwrites
    where `+=` adds up."""
    return strength * abs(weights[-1, -1]), strength * np.sign(weights)


def loss_gradient_and_weights(rng):
    """Yield a data loss, its gradient (C, D), W (C, D) with the bias last, and a strength."""
    W = np.array([[1.0, 0.0, -1.0, 2.0], [0.0, 2.0, 1.0, -1.0], [-1.0, 1.0, 0.5, 3.0]])
    yield 0.75, np.array([[0.5, -0.25, 1.0, 0.5], [0.25, 0.5, -1.5, 0.0], [-0.75, -0.25, 0.5, -0.5]]), W, 0.1
    for classes, features, strength in ((2, 4, 0.3), (4, 4, 3.0), (5, 3, 0.03), (3, PIXELS + 1, 0.01)):
        gradient, W = rng.normal(0.1, 1, size=(2, classes, features)).round(2)
        W[:, -1] += 2  # a bias that would cost something
        yield round(rng.uniform(0.5, 1.5), 2), gradient, W, strength
    W = np.array([[0.5, -1.0, 300.0], [1.0, 0.25, -500.0]])
    yield nasty("a bias of 300", 0.5, np.array([[0.5, 1.0, -0.5], [-0.5, -1.0, 0.5]]), W, 0.1)
    W = np.array([[3, -2, 4], [-1, 5, 2]])
    yield aside("whole numbers as weights", 1.5, np.array([[0.5, 0.25, -0.5], [-0.5, -0.25, 0.5]]), W, 0.2)


def penalised(loss, gradient, W, strength):
    """Return loss and gradient with the package's L2 added to them."""
    value, pull = regularisation.l2(W, strength)
    return loss + value, gradient + pull


@exercise(
    "07_regularisation",
    inputs=loss_gradient_and_weights,
    reference=penalised,
    hints=(
        "Which column of W carries the bias? It must be missing in the value, and nothing may be added to it "
        "in the gradient.",
        "Make a copy of W in which the bias is 0. What does L2 charge for a weight of 0, and how hard is it "
        "pulled?",
        "The derivative of a sum is the sum of the derivatives: add to the gradient what l2_term gives for "
        "that copy.",
    ),
)
def add_penalty(loss, gradient, W, strength):
    """Add L2 to the loss and to its gradient, and leave the bias alone.

    loss: the data loss, one number. gradient: its gradient (C, D). W: (C, D), the bias in its last column.
    strength: lambda. All of them stay as they are.
    Returns two things, `return loss, gradient`: of data loss and penalty together.
    """
    weights = W.copy()  # the caller still needs the bias
    weights[:, -1] = 0  # a bias of 0 costs nothing and is not pulled
    total = loss + strength / 2 * np.sum(weights**2)
    return total, gradient + strength * weights  # the derivative of a sum is the sum of the derivatives


def _free(W):
    weights = np.array(W)
    weights[:, -1] = 0
    return weights


@add_penalty.mistake
def bias_pays(loss, gradient, W, strength):
    """The bias pays, too: the last column of W is in your value, and it is pulled in your gradient. It only
    says how common a class is, and a high one is not a sign of learning by heart. Leave that column out of
    both."""
    return loss + strength / 2 * _squares(W), gradient + strength * W


@add_penalty.mistake
def bias_pays_in_value(loss, gradient, W, strength):
    """Your gradient is right, and in your value the bias pays: the last column of W is in the sum of squares.
    The two no longer fit each other."""
    return loss + strength / 2 * _squares(W), gradient + strength * _free(W)


@add_penalty.mistake
def bias_pulled(loss, gradient, W, strength):
    """Your value is right, and in your gradient the bias is pulled: lambda times the *whole* W is added, its
    last column, too."""
    return loss + strength / 2 * _squares(_free(W)), gradient + strength * W


@add_penalty.mistake
def gradient_of_penalty_missing(loss, gradient, W, strength):
    """Your value is right, and your gradient is the one of the data alone: the gradient of the penalty is
    missing. The loss would go up and down with the weights, and no step would ever make them smaller."""
    return loss + strength / 2 * _squares(_free(W)), gradient


@add_penalty.mistake
def gradient_missing_bias_pays(loss, gradient, W, strength):
    """Two things. Your gradient is the one of the data alone, without the penalty's. And in your value the
    bias pays: the last column of W does not belong in the sum of squares."""
    return loss + strength / 2 * _squares(W), gradient


@add_penalty.mistake
def value_of_penalty_missing(loss, gradient, W, strength):
    """Your gradient is right, and your loss is the one of the data alone: the value of the penalty is to be
    added to it."""
    return loss, gradient + strength * _free(W)


@add_penalty.mistake
def nothing_added(loss, gradient, W, strength):
    """Loss and gradient come back as they went in: no penalty is added to either of them."""
    return loss, gradient


@add_penalty.mistake
def penalty_alone(loss, gradient, W, strength):
    """Your answer is the penalty and its gradient, and they are right. They are still to be added to the loss
    and the gradient of the data."""
    return strength / 2 * _squares(_free(W)), strength * _free(W)


@add_penalty.mistake
def penalty_subtracted(loss, gradient, W, strength):
    """You *subtract* the penalty: large weights would be rewarded, and descent would make them larger and
    larger. A price is added."""
    return loss - strength / 2 * _squares(_free(W)), gradient - strength * _free(W)


@add_penalty.mistake
def first_column_spared(loss, gradient, W, strength):
    """You spare the *first* column of W. The constant 1 stands *behind* the image, so the bias is in the last
    one."""
    weights = np.array(W)
    weights[:, 0] = 0
    return loss + strength / 2 * _squares(weights), gradient + strength * weights


@add_penalty.mistake
def last_row_spared(loss, gradient, W, strength):
    """You spare the last *row* of W: all weights of the last class. The bias is the last *column*, one number
    in each row; `W[-1]` is a row."""
    weights = np.array(W)
    weights[-1] = 0
    return loss + strength / 2 * _squares(weights), gradient + strength * weights


@add_penalty.mistake
def one_bias_spared(loss, gradient, W, strength):
    """You spare only one number, in the corner of W. Each class has its bias, the last number of its row: a
    whole column."""
    weights = np.array(W)
    weights[-1, -1] = 0
    return loss + strength / 2 * _squares(weights), gradient + strength * weights


@add_penalty.mistake
def gradient_of_bias_lost(loss, gradient, W, strength):
    """Your loss is right, and in your gradient the last column is 0. Only the *penalty* leaves the bias
    alone: the data still teaches it, and their part of the gradient has to stay."""
    return loss + strength / 2 * _squares(_free(W)), _free(gradient + strength * W)


@add_penalty.mistake
def bias_cut_off(loss, gradient, W, strength):
    """Your loss is right, and your gradient has lost its last column. Without it there is no step for the
    bias: the gradient keeps the shape of W."""
    return loss + strength / 2 * _squares(_free(W)), gradient[:, :-1] + strength * W[:, :-1]


@add_penalty.mistake
def bias_erased_in_W(loss, gradient, W, strength):
    """The numbers are right, but you set the bias to 0 in the caller's own W: whoever called you has lost it.
    `weights = W` is only a second name for the same table."""
    W[:, -1] = 0
    return loss + strength / 2 * _squares(W), gradient + strength * W


@add_penalty.mistake
def added_in_place(loss, gradient, W, strength):
    """The numbers are right, but you add to the caller's own gradient: `+=` works in place, on a slice, too.
    Whoever called you finds other numbers there afterwards."""
    gradient[:, :-1] += strength * W[:, :-1]
    return loss + strength / 2 * _squares(W[:, :-1]), gradient


@add_penalty.mistake
def added_in_place_with_bias(loss, gradient, W, strength):
    """Two things. The bias pays, which it should not, in the value and in the gradient. And you add to the
    caller's own gradient: `+=` works in place."""
    gradient += strength * W
    return loss + strength / 2 * _squares(W), gradient


@add_penalty.mistake
def bias_of_one(loss, gradient, W, strength):
    """You replace the bias by 1 instead of leaving it out: so it costs something, the same for every W, and
    is pulled, too. The 1 is the *feature* of the bias. What does a weight cost that pays nothing?"""
    weights = np.array(W)
    weights[:, -1] = 1
    return loss + strength / 2 * _squares(weights), gradient + strength * weights


@add_penalty.mistake
def step_taken(loss, gradient, W, strength):
    """Your loss is right. The second thing you return is W after a step; asked is the gradient itself."""
    return loss + strength / 2 * _squares(_free(W)), W - (gradient + strength * _free(W))


def _added(change, loss, gradient, weights, strength):
    value, pull = change(weights, strength)
    return loss + value, gradient + pull


penalty.serve(
    add_penalty,
    lambda slip, loss, gradient, W, strength: _added(slip, loss, gradient, _free(W), strength),
    but=("last_weight_alone",),
    before="In the penalty that you add: ",
)
penalty.serve(
    add_penalty,
    lambda slip, loss, gradient, W, strength: _added(slip, loss, gradient, W, strength),
    before="Two things. The bias pays, though the last column of W should be left alone, in the value and in "
    "the gradient. And in the penalty that you add: ",
    name="bias_pays_and_{}",
)
