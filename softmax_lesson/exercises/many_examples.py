"""Exercises of step 06: a whole batch, without a loop."""

import numpy as np

from softmax_lesson import many_examples
from softmax_lesson.exercises import chain
from softmax_lesson.exercises.chain import LADDER
from softmax_lesson.exercises.engine import announced, aside, exercise, nasty
from softmax_lesson.probabilities import softmax as probabilities

FEATURES = 32 * 32 * 3 + 1


def slopes_and_rows(rng):
    """Yield slopes (N, C) and examples X (N, D): all sizes different, N = C, N = D, and an image's length."""
    yield (
        np.array([[0.25, -0.75, 0.5], [-0.5, 0.25, 0.25]]),
        np.array([[2.0, 1.0, 3.0, 1.0], [3.0, 0.0, 1.0, 1.0]]),
    )
    for examples, classes, features in ((5, 3, 4), (3, 3, 4), (4, 3, 4), (1, 2, 3), (4, 3, FEATURES)):
        yield rng.normal(size=(examples, classes)).round(2), rng.normal(size=(examples, features)).round(1)
    pixels = rng.integers(100, 256, size=(6, 5), dtype=np.uint8)
    yield aside("pixels as they come (uint8)", rng.normal(0, 5, size=(6, 3)).round(2), pixels)


@exercise(
    "06_many_examples",
    inputs=slopes_and_rows,
    no_loop=True,
    hints=(
        "Write one number of the total: total[k, d] is a sum over the examples i of slopes[i, k] * X[i, d].",
        "In a matrix product the letter in the middle is summed away. Here that must be i, the example.",
        "(C, N) times (N, D) gives (C, D). X is (N, D) already; how does `slopes` become (C, N)?",
    ),
)
def sum_of_outer_products(slopes, X):
    """Add up the outer products of all examples: one product does it, no loop is needed.

    slopes: (N, C), one example per row. X: (N, D), one example per row. Both stay as they are.
    Returns (C, D): the sum over i of the outer product of slopes[i] with X[i].
    """
    # total[k, d] = sum over i of slopes[i, k] * X[i, d]: a product sums the letter in the middle away
    by_class = slopes.T  # (C, N): row k holds the slopes of class k, one for each example
    total = by_class @ X  # (C, N) times (N, D) is (C, D): the examples stand in the middle
    return total


def _stack(slopes, X):
    """Return the N outer products, (N, C, D)."""
    return slopes[:, :, None] * X[:, None, :]


@sum_of_outer_products.mistake
def features_first(slopes, X):
    """Your numbers are right, in a table (D, C): you transposed X and put it first. W, and so its gradient,
    has a row for each *class*. Which factor gives the rows of a product?"""
    return X.T @ slopes


@sum_of_outer_products.mistake
def slopes_not_transposed(slopes, X):
    """You multiply `slopes` by `X` as they are: (N, C) times (N, D). The two letters in the middle, C and
    N, are not the same, and where they happen to be, the sum runs over the wrong thing. Which letter must
    be summed away?"""
    return slopes @ X


@sum_of_outer_products.mistake
def rows_not_transposed(slopes, X):
    """You multiply `X` by `slopes` as they are: (N, D) times (N, C). The letters in the middle, D and N, do
    not meet. Which letter must stand there twice, and which factor has to come first?"""
    return X @ slopes


@sum_of_outer_products.mistake
def x_transposed_last(slopes, X):
    """You transposed the wrong factor: `slopes` is (N, C) and `X.T` is (D, N), so C and D meet in the
    middle. What is summed away are the *examples*: which of the two has N in the wrong place?"""
    return slopes @ X.T


@sum_of_outer_products.mistake
def product_of_sums(slopes, X):
    """You added up the slopes and the examples first, and multiplied then. But a sum of products is not the
    product of the sums: 1 * 2 + 3 * 4 is 14, (1 + 3) * (2 + 4) is 24. Each example's slopes must meet *its
    own* features."""
    return np.outer(slopes.sum(axis=0), X.sum(axis=0))


@sum_of_outer_products.mistake
def outer_products_not_added(slopes, X):
    """You have the outer product of every example, side by side in an array (N, C, D), and they are right.
    They are not yet added up: over which axis?"""
    return _stack(slopes, X)


@sum_of_outer_products.mistake
def added_over_classes(slopes, X):
    """You formed all the outer products and added them up over the *classes*: (N, D) is left, and the
    examples are still apart. Which axis of (N, C, D) counts the examples?"""
    return _stack(slopes, X).sum(axis=1)


@sum_of_outer_products.mistake
def added_over_features(slopes, X):
    """You formed all the outer products and added them up over the *features*: (N, C) is left, and the
    examples are still apart. Which axis of (N, C, D) counts the examples?"""
    return _stack(slopes, X).sum(axis=2)


@sum_of_outer_products.mistake
def one_big_outer(slopes, X):
    """`np.outer` makes one long list of each table and multiplies everything with everything: the slopes of
    one example meet the features of all the others. It is meant for two single rows."""
    return np.outer(slopes, X)


@sum_of_outer_products.mistake
def mean_of_outer_products(slopes, X):
    """Your answer is the *mean* of the outer products. That will be needed in the third exercise; here the
    loop only adds, so look for a division by N or a `mean`."""
    return slopes.T @ X / len(X)


@sum_of_outer_products.mistake
def first_example_alone(slopes, X):
    """Your answer is the outer product of the first example alone. Do the indices move on, and does the
    `return` stand after the loop? Better still, do without the loop."""
    return np.outer(slopes[0], X[0])


@sum_of_outer_products.mistake
def last_example_alone(slopes, X):
    """Your answer is the outer product of the last example alone: each one overwrites the one before. `=`
    replaces where `+=` adds. Better still, do without the loop."""
    return np.outer(slopes[-1], X[-1])


@sum_of_outer_products.mistake
def reshaped_for_transposed(slopes, X):
    """You `reshape` the slopes to (C, N), which fills the new rows in reading order: the slopes of different
    classes get mixed. Rows and columns change places by transposing."""
    return slopes.reshape(slopes.shape[1], -1) @ X


def probabilities_and_labels(rng):
    """Yield P (N, C) and y (N,): N above, below and equal to C; then a batch without the last class."""
    yield np.array([[0.25, 0.5, 0.25], [0.125, 0.125, 0.75]]), np.array([2, 0])
    for examples, classes in ((5, 3), (3, 3), (3, 5), (8, 10)):
        y = rng.integers(0, classes, size=examples)
        y[:3] = classes - 1, 0, 1  # different labels, so that a column is not a pair; the last class is there
        yield probabilities(rng.normal(0, 2, size=(examples, classes))), y
    yield nasty(
        "a batch without the last class", probabilities(rng.normal(size=(4, 4))), np.array([1, 0, 2, 1])
    )
    yield nasty("a batch of one example", probabilities(rng.normal(size=(1, 3))), np.array([1]))


@exercise(
    "06_many_examples",
    inputs=probabilities_and_labels,
    no_loop=True,
    hints=(
        "Make a copy of P first: the caller still needs it.",
        "In row i one number changes, the one in column y[i]: N pairs, (0, y[0]), (1, y[1]), ...",
        "Two index arrays go in step: `A[rows, columns]`. The columns are y; `np.arange` gives the rows.",
    ),
)
def slopes(P, y):
    """Return P - Y, where Y is 1 at each example's correct class and 0 elsewhere; no loop is needed.

    P: probabilities (N, C), one example per row; it stays as it is. y: correct classes (N,),
    counted from 0; not every class need occur. Returns (N, C).
    """
    A = P.copy()  # without it, the subtraction would be done in the caller's own table
    A[np.arange(len(y)), y] -= 1  # pairs (0, y[0]), (1, y[1]), ...: one place in each row
    return A


def _rows(y):
    return np.arange(len(y))


@slopes.mistake
def whole_columns(P, y):
    """You subtract 1 from whole *columns*: with `[:, y]` the colon means every row, and in it all the
    columns that y names. One place in each row is meant: what has to stand there instead of the colon?"""
    A = P.copy()
    A[:, y] -= 1
    return A


@slopes.mistake
def whole_columns_in_place(P, y):
    """Two things. You subtract 1 from whole *columns*, for the colon in `[:, y]` means every row; one place
    in each row is meant. And you do it in the caller's own P, so work on a copy."""
    P[:, y] -= 1
    return P


@slopes.mistake
def in_place(P, y):
    """The numbers are right, but you subtract in the caller's own P: whoever gave it to you finds no
    probabilities there any more. `-=` works in place, and `A = P` is only a second name for the same
    table."""
    P[_rows(y), y] -= 1
    return P


@slopes.mistake
def sign_reversed(P, y):
    """Your answer is Y - P: the way *downhill*. The derivative of the loss is the way uphill, P - Y; the
    minus comes only with the step."""
    A = -P
    A[_rows(y), y] += 1
    return A


@slopes.mistake
def correct_classes_only(P, y):
    """Your answer has one number for each example, the one of its correct class. The other classes have
    slopes, too: they are pushed away. Return the whole table."""
    return P[_rows(y), y] - 1


@slopes.mistake
def labels_counted_from_one(P, y):
    """The 1 is taken from the class *before* the correct one (and for class 0, from the last). Labels count
    from 0 in this lesson, as Python does: look for a `y - 1`."""
    A = P.copy()
    A[_rows(y), y - 1] -= 1
    return A


@slopes.mistake
def indices_swapped(P, y):
    """Your two indices are in the wrong order: the first one counts the rows of P, which are the examples,
    and the second the columns, which are the classes."""
    A = P.copy()
    A[y, _rows(y)] -= 1
    return A


@slopes.mistake
def one_hot_of_examples(P, y):
    """Your one-hot table has N columns, one for each *example*. It needs one for each class, as many as P
    has: which entry of `P.shape` is that?"""
    return P - np.eye(len(y))[y]


@slopes.mistake
def classes_counted_from_labels(P, y):
    """It is right as long as the batch holds an example of the last class. You take the number of classes
    from the labels, and a batch need not show them all: P knows how many there are."""
    return P - np.eye(y.max() + 1)[y]


@slopes.mistake
def nothing_subtracted(P, y):
    """Your answer is P, as it came: nothing is subtracted. Two lists of indices pick *copies* of the numbers,
    so what is done to those stays outside the table; and a comparison asks about the places, not about what
    stands there."""
    return 1.0 * P


chain.slopes.serve(slopes, lambda slopes, P, y: slopes(P, y), but=("labels_not_used",))


def batches(rng):
    """Yield W (C, D), X (N, D), y (N,): unequal sizes, N = C, an image's length; then scores in thousands."""
    W = np.array([[1.0, 0.0, -1.0, 2.0], [0.0, 2.0, 1.0, -1.0], [-1.0, 1.0, 0.0, 3.0]])
    yield W, np.array([[2.0, 1.0, 3.0, 1.0], [3.0, 1.0, 1.0, 1.0]]), np.array([2, 0])
    for classes, examples, features in ((3, 5, 4), (3, 3, 4), (3, 4, 4), (4, 7, 3), (3, 6, FEATURES)):
        yield _batch(rng, classes, examples, features, 1 if features < FEATURES else 0.02)
    W, X, _ = _batch(rng, 4, 5, 3)
    yield nasty("a batch without the last class", W, X, np.array([1, 0, 2, 1, 0]))
    X = np.array([[2, 1, 1], [0, 3, 1], [1, 1, 1]])
    whole = np.array([[1, -2, 0], [0, 1, 3]])
    yield announced("whole numbers as weights", whole, 0.5 * X, np.array([0, 1, 1]))
    yield aside("whole numbers as features", W[:, [0, 1, 2]], X, np.array([0, 1, 1]))
    W = np.eye(3)  # each score is a feature
    X = 1500 + np.array([[0, -1.0, -2.0], [-1.0, 0, 1.5], [1.0, 0, -0.5], [0, 0.5, 1.0]])
    yield nasty("scores in the thousands", W, X, np.array([1, 0, 2, 1]))
    yield nasty("scores of -1,000 and less", W, X - 3000, np.array([1, 0, 2, 1]))
    X = np.array([[-900.0, 1900.0, 20.0], [1.0, 2.0, 0.5]])
    yield nasty("scores from -900 to 1,900", W, X, np.array([2, 0]))
    X = np.array([[1000.0, 999.0, 998.5], [-1000.0, -1001.0, -1002.0], [1.0, 0.0, 2.0], [0.5, 1.0, 0.0]])
    yield nasty("rows of very different size, 1,000 and -1,000", W, X, np.array([1, 2, 0, 2]))
    yield nasty("scores of 5, -900 and -901", W, np.array([[5.0, -900.0, -901.0]]), np.array([1]))
    yield nasty("rows of 100,000 and -100,000", W, 100 * X, np.array([1, 2, 0, 2]))
    yield nasty("scores of 100,000", W, 100_000 + X - X.max(axis=1, keepdims=True), np.array([1, 2, 0, 2]))
    yield nasty("scores from 30 to 900", np.eye(13), np.stack([LADDER, LADDER[::-1]]), np.array([2, 5]))


def _batch(rng, classes, examples, features, size=1.0):
    X = rng.normal(size=(examples, features)).round(1)
    X[:, -1] = 1
    y = rng.integers(0, classes, size=examples)
    y[:2] = classes - 1, 0  # two different labels, so that a column is not a pair
    return rng.normal(0, size, size=(classes, features)).round(3), X, y


def gradient_of_mean_loss(W, X, y):
    """Return the second thing that the package's `loss_and_gradient` gives."""
    return many_examples.loss_and_gradient(W, X, y)[1]


@exercise(
    "06_many_examples",
    inputs=batches,
    no_loop=True,
    reference=gradient_of_mean_loss,
    hints=(
        "Four things, in this order: scores (N, C), probabilities (N, C), P - Y (N, C), one product (C, D).",
        "Each row of scores has its own largest score and its own sum: axis=1, keepdims=True.",
        "The second exercise makes P - Y, the first makes the product. What makes a *mean* of that?",
    ),
)
def batch_gradient(W, X, y):
    """Return the gradient of the mean loss of a batch; no loop over the examples is needed.

    W: weights (C, D). X: features (N, D), one example per row. y: labels (N,), counted from 0;
    not every class need occur. The scores may be of any size. W, X and y stay as they are.
    Returns (C, D): floats, also where W holds whole numbers.
    """
    S = X @ W.T  # scores (N, C)
    powers = np.exp(S - S.max(axis=1, keepdims=True))  # each row's own maximum: nothing overflows
    P = powers / powers.sum(axis=1, keepdims=True)  # each row adds up to 1
    P[np.arange(len(y)), y] -= 1  # P - Y: one place in each row
    return P.T @ X / len(y)  # the product adds up the examples, the division makes it a mean


def _minus_one_hot(P, y):
    P = np.array(P)
    P[_rows(y), y] -= 1
    return P


def _minus_columns(P, y):
    P[:, y] -= 1
    return P


def _A(W, X, y):
    return _minus_one_hot(probabilities(X @ W.T), y)


def _total(A, X):
    return A.T @ X


@batch_gradient.mistake
def sum_not_mean(W, X, y):
    """Your answer is the *sum* of the examples' gradients, N times the mean. Twice the examples would make
    a step twice as long. What makes a mean of a sum?"""
    return _total(_A(W, X, y), X)


@batch_gradient.mistake
def mean_over_table(W, X, y):
    """You divide by N times C, the number of entries of P - Y. The mean runs over the losses, and each
    example has one: N of them."""
    return _total(_A(W, X, y), X) / (len(X) * len(W))


@batch_gradient.mistake
def mean_over_600(W, X, y):
    """You divide by 600, the number of our training photographs, however many come in. N is the number of
    rows of the X that your function is given."""
    return _total(_A(W, X, y), X) / 600


@batch_gradient.mistake
def mean_over_classes(W, X, y):
    """You divide by C, the number of classes. The mean runs over the examples: which of `W`, `X` and `y`
    are as long as there are examples?"""
    return _total(_A(W, X, y), X) / len(W)


@batch_gradient.mistake
def mean_over_features(W, X, y):
    """You divide by D, the number of features. The mean runs over the examples: which entry of `X.shape`
    counts them?"""
    return _total(_A(W, X, y), X) / X.shape[1]


@batch_gradient.mistake
def divided_by_the_size_of_X(W, X, y):
    """You divide by N times D, as many numbers as X has: that is what `X.size` counts. The mean runs over the
    examples: which entry of `X.shape` is their number?"""
    return _total(_A(W, X, y), X) / X.size


@batch_gradient.mistake
def ones_for_the_image(W, X, y):
    """Your rows hold one and the same number: the mean slope of the class, times 1 where the *image* is due.
    The derivative of a score with respect to a weight is the feature beside that weight."""
    return _total(_A(W, X, y), np.ones(X.shape)) / len(X)


@batch_gradient.mistake
def one_for_the_image(W, X, y):
    """In the correct class's row you subtract 1 for each example, after multiplying by the image. The 1
    belongs to the probability: (p - 1) times x is p times x, minus *x*."""
    return (_total(probabilities(X @ W.T), X) - np.bincount(y, minlength=len(W))[:, None]) / len(X)


@batch_gradient.mistake
def one_for_the_image_undivided(W, X, y):
    """In the correct class's row you subtract 1 for each example, after multiplying by the image and dividing
    by N. The 1 belongs to the probability: (p - 1) times x is p times x, minus *x*."""
    return _total(probabilities(X @ W.T), X) / len(X) - np.bincount(y, minlength=len(W))[:, None]


@batch_gradient.mistake
def product_of_means(W, X, y):
    """You took the mean of P - Y and the mean of X and multiplied the two. The mean of products is not the
    product of the means: each example's slopes must meet its own features first."""
    return np.outer(_A(W, X, y).mean(axis=0), X.mean(axis=0))


@batch_gradient.mistake
def gradient_transposed(W, X, y):
    """Your answer is right and lies on its side, (D, C). It is to be subtracted from W, which is (C, D):
    which factor comes first in the product, and which is transposed?"""
    return X.T @ _A(W, X, y) / len(y)


@batch_gradient.mistake
def table_not_transposed(W, X, y):
    """You multiply P - Y, which is (N, C), by X, which is (N, D), as they stand. C and N meet in the middle
    and are not the same; where they happen to be, the sum runs over the wrong thing. The examples have to
    be summed away."""
    return _A(W, X, y) @ X / len(y)


@batch_gradient.mistake
def columns_not_pairs(W, X, y):
    """You subtract 1 in whole *columns* of P: `[:, y]` takes every row, and in it all the classes that
    occur in the batch. One place in each row is meant, pairs of a row and a label."""
    return _total(_minus_columns(probabilities(X @ W.T), y), X) / len(y)


@batch_gradient.mistake
def ascent(W, X, y):
    """Your answer has the opposite sign: it is the direction in which the loss *falls*. The gradient points
    uphill, P - Y, and descent subtracts it."""
    return -_total(_A(W, X, y), X) / len(y)


@batch_gradient.mistake
def step_taken(W, X, y):
    """Your answer is W minus the gradient: a step of length 1 is already taken. Asked is the gradient
    itself."""
    return W - _total(_A(W, X, y), X) / len(y)


@batch_gradient.mistake
def labels_from_one(W, X, y):
    """The 1 is taken from the class *before* the correct one (and for class 0, from the last). Labels count
    from 0 here. A gradient check would not show this: the loss would be wrong in the same way."""
    P = probabilities(X @ W.T)
    P[_rows(y), y - 1] -= 1
    return _total(P, X) / len(y)


@batch_gradient.mistake
def scores_for_probabilities(W, X, y):
    """You subtract Y from the *scores*. Between the scores and P - Y there is softmax: the derivative is
    made of probabilities."""
    return _total(_minus_one_hot(X @ W.T, y), X) / len(y)


@batch_gradient.mistake
def normalised_down(W, X, y):
    """Your probabilities add up to 1 down each *column*, over the examples. Each example shares out its own
    1 among the classes: look at the axis of the sum."""
    return _total(_minus_one_hot(probabilities(X @ W.T, axis=0), y), X) / len(y)


@batch_gradient.mistake
def normalised_over_batch(W, X, y):
    """Your probabilities add up to 1 over the *whole batch*: a sum without an axis is one number for all
    rows. Each row has a sum of its own: look at `axis` and `keepdims`."""
    S = X @ W.T
    return _total(_minus_one_hot(probabilities(S.ravel()).reshape(S.shape), y), X) / len(y)


@batch_gradient.mistake
def keepdims_missing(W, X, y):
    """You divide the table (N, C) by N sums that lie in a *row*, (N,). NumPy lines them up with the
    classes: an error, or, when there are as many examples as classes, wrong numbers in silence.
    `keepdims=True` stands them upright."""
    S = X @ W.T
    powers = np.exp(S - S.max(axis=1, keepdims=True))
    return _total(_minus_one_hot(powers / powers.sum(axis=1), y), X) / len(y)


@batch_gradient.mistake
def bias_left_out(W, X, y):
    """The last column of your gradient is 0: the bias would never learn. Its feature is the constant 1, and
    it is treated as any other; only the penalty of notebook 07 will leave it alone."""
    gradient = _total(_A(W, X, y), X) / len(y)
    gradient[:, -1] = 0
    return gradient


@batch_gradient.mistake
def exp_overflows(W, X, y):
    """Your answer is right for small scores. From about 710 on `np.exp` is inf, below -745 it is 0, and inf
    / inf and 0 / 0 are nan. What can be subtracted from each row without changing its probabilities?"""
    powers = np.exp(X @ W.T)
    return _total(_minus_one_hot(powers / powers.sum(axis=1, keepdims=True), y), X) / len(y)


@batch_gradient.mistake
def one_maximum_for_all(W, X, y):
    """You subtract the maximum of the *whole batch* from every row. A row far below it has nothing left:
    all its exp are 0, and 0 / 0 is nan. Each row needs its own maximum: look at the axis."""
    S = X @ W.T
    powers = np.exp(S - S.max())
    return _total(_minus_one_hot(powers / powers.sum(axis=1, keepdims=True), y), X) / len(y)


@batch_gradient.mistake
def classes_from_labels(W, X, y):
    """It is right as long as the batch holds an example of the last class: your one-hot table has as many
    columns as the largest label says. A batch need not show every class, but W has a row for each of
    them."""
    return (probabilities(X @ W.T) - np.eye(y.max() + 1)[y]).T @ X / len(y)


@batch_gradient.mistake
def mean_over_two(W, X, y):
    """It is right for the small batch of the lesson, which has 2 examples: you divide by 2, however many come
    in. N is the number of rows of the X that your function is given."""
    return _total(_A(W, X, y), X) / 2


@batch_gradient.mistake
def mean_of_the_finished_table(W, X, y):
    """You take the `mean` (or the `sum`) of the finished table, and one number is left, always 0 but for
    rounding. The mean is meant over the *examples*, and the gradient keeps the shape of W."""
    return np.mean(_total(_A(W, X, y), X))


@batch_gradient.mistake
def mean_down_the_classes(W, X, y):
    """You take the `mean` (or the `sum`) of the finished table down its columns. Down a column stand the
    classes, and what one is given the others lose: 0 is left, but for rounding. The mean is meant over the
    *examples*, and the gradient keeps the shape of W."""
    return _total(_A(W, X, y), X).mean(axis=0)


@batch_gradient.mistake
def last_gradient_over_N(W, X, y):
    """You divide the gradient of the *last* example by N: the loop replaces where it should add up. Better
    still, do without the loop."""
    return np.outer(_A(W, X, y)[-1], X[-1]) / len(y)


@batch_gradient.mistake
def repeated_labels_lost(W, X, y):
    """It is right while all labels differ. Where a class comes twice, only one of its images is subtracted:
    `G[y] -= X` reads, subtracts and writes back once for each *row*, and the last one stays. Subtract in
    P, where each example has a row of its own."""
    P = probabilities(X @ W.T)
    G = P.T @ X
    G[y] -= X
    return G / len(y)


@batch_gradient.mistake
def maximum_of_each_class(W, X, y):
    """You subtract the largest score of each *class*, down the columns, so the scores of one example move by
    different amounts, and its probabilities change. Each row has its own maximum: look at the axis."""
    S = X @ W.T
    return _total(_minus_one_hot(probabilities(S - S.max(axis=0)), y), X) / len(y)


@batch_gradient.mistake
def keepdims_missing_plain(W, X, y):
    """Your table of exp is (N, C), and the N sums that you divide it by lie in a *row*, (N,): NumPy lines
    them up with the classes. `keepdims=True` stands them upright. (And scores in the thousands will need
    each row's maximum subtracted first.)"""
    powers = np.exp(X @ W.T)
    return _total(_minus_one_hot(powers / powers.sum(axis=1), y), X) / len(y)


@batch_gradient.mistake
def scores_on_their_side(W, X, y):
    """`W @ X.T` has the scores lying on their side, (C, N): a row for each class. The softmax then runs along
    the examples, and the rows that you index are the classes. One example per row, (N, C): which factor comes
    first?"""
    return _minus_one_hot(probabilities(W @ X.T), y).T @ X / len(y)


@batch_gradient.mistake
def x_missing_for_the_correct(W, X, y):
    """For the correct class of each example you add p - 1, without its features. It is (p - 1) times x: a
    weight's derivative has the feature in it, whichever class it belongs to."""
    P, Y = probabilities(X @ W.T), np.eye(len(W))[y]
    return (_mean_of(P * (1 - Y), X).T + ((P - 1) * Y).mean(axis=0)).T


@batch_gradient.mistake
def divided_in_every_round(W, X, y):
    """You divide by N *inside* the loop, in every round, so the first examples are divided again and again.
    The mean is the sum of all, divided once: after the loop."""
    answer = np.zeros(W.shape)
    for slopes, x in zip(_minus_one_hot(probabilities(X @ W.T), y), X, strict=True):
        answer = (answer + np.outer(slopes, x)) / len(X)
    return answer


def _mean_of(A, X):
    return A.T @ X / len(X)


def _of_shares(P, X, y):
    return _mean_of(_minus_one_hot(P, y), X)


chain.scores.serve(batch_gradient, lambda changed, W, X, y: _of_shares(probabilities(changed(X @ W.T)), X, y))
chain.probabilities.serve(batch_gradient, lambda shares, W, X, y: _of_shares(shares(X @ W.T), X, y))
chain.slopes.serve(batch_gradient, lambda slopes, W, X, y: _mean_of(slopes(probabilities(X @ W.T), y), X))
chain.slopes_of_scores.serve(batch_gradient, lambda slopes, W, X, y: _mean_of(slopes(X @ W.T, y), X))
chain.batches.serve(batch_gradient, lambda shares, W, X, y: _of_shares(shares(X @ W.T), X, y))
