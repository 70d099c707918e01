"""Exercises of step 01: from pixels to scores."""

import numpy as np

from softmax_lesson import scores
from softmax_lesson.exercises.engine import exercise, nasty

PIXELS = 32 * 32 * 3


def feature_rows(rng):
    """Yield examples X (N, D), one per row, small and of an image's length, then as uint8 pixels."""
    yield (np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),)
    yield (rng.normal(size=(3, 3)).round(2),)
    yield (rng.normal(size=(1, 4)).round(2),)
    yield (rng.uniform(0, 255, size=(2, PIXELS)).round(),)
    yield nasty("pixels as they come (uint8)", rng.integers(200, 256, size=(4, 5), dtype=np.uint8))


@exercise(
    "01_scores",
    inputs=feature_rows,
    reference=scores.add_bias,
    hints=(
        "Every example is a row of X. The new number belongs to every row, so it is a new *column*.",
        "How many ones does that take, and in which shape, so that they can stand beside X?",
        "`np.ones` makes the column, of shape (N, 1); `np.concatenate` or `np.hstack` sets it to the "
        "right of X.",
    ),
)
def bias_column(X):
    """Append the constant feature 1 to every example, as the last column.

    X: examples (N, D), one per row. Returns a new array (N, D + 1); X stays as it is.
    """
    ones = np.ones((len(X), 1))  # one for each example, upright: a column, not a row
    return np.concatenate([X, ones], axis=1)  # axis 1 runs along a row: D features, then the 1


@bias_column.mistake
def ones_first(X):
    """Your ones stand in the *first* column. That would work, if W had its biases there, too; in this lesson
    the bias is the last column of W, so the 1 is the last feature. Look at the order of what you join."""
    return np.concatenate([np.ones((len(X), 1)), X], axis=1)


@bias_column.mistake
def zeros_appended(X):
    """Your last column is all 0. A bias times 0 is lost, whatever the bias: which number leaves it as it
    is?"""
    return np.concatenate([X, np.zeros((len(X), 1))], axis=1)


@bias_column.mistake
def row_of_ones(X):
    """You appended a *row* of ones: one more example, not one more feature. Examples are rows and features
    are columns here, so look at the `axis` along which you join."""
    return np.concatenate([X, np.ones((1, X.shape[1]))], axis=0)


@bias_column.mistake
def one_added(X):
    """You added 1 to every number of X instead of setting a 1 beside each row (and uint8 pixels of 255 start
    again at 0). `+` computes; to join arrays takes another function."""
    return X + np.ones_like(X)


@bias_column.mistake
def last_feature_overwritten(X):
    """The ones stand where the last feature was, and that feature is gone. The new array needs one column
    more than X has: look at its shape."""
    answer = X.astype(float)
    answer[:, -1] = 1
    return answer


@bias_column.mistake
def overwritten_in_place(X):
    """The ones stand where the last feature was, and they stand in the caller's own X: writing to `X[:, -1]`
    changes the argument. Make a new array with one column more."""
    X[:, -1] = 1
    return X


@bias_column.mistake
def counted_up(X):
    """Your last column counts the examples, 0, 1, 2, ... The constant is the same for every example: always
    1."""
    return np.concatenate([X, np.arange(len(X))[:, None]], axis=1)


@bias_column.mistake
def one_long_row(X):
    """Your answer is one long row: the examples one behind the other and the ones after them. Without an
    `axis`, `np.append` flattens what it joins."""
    return np.append(X, np.ones((len(X), 1)))


@bias_column.mistake
def one_number_appended(X):
    """You appended a single 1, and without an `axis` `np.append` makes one long row of everything. Every
    example needs a 1 of its own: how many are that, and in which shape do they stand beside X?"""
    return np.append(X, 1)


@bias_column.mistake
def table_of_ones(X):
    """You set a whole table of ones beside X: `ones_like(X)` has as many columns as X. The bias needs one
    column, a single 1 for each example."""
    return np.concatenate([X, np.ones(X.shape)], axis=1)


@bias_column.mistake
def before_the_last(X):
    """Your ones stand in front of the last feature: to `np.insert` the place -1 is *before* the last column.
    They belong behind it, where the biases stand in W; which number has that place?"""
    return np.insert(X.astype(float), -1, 1, axis=1)


def images_as_rows(rng):
    """Yield uint8 pixels (N, D) of which no column has the same value in every row."""
    for examples, features in ((2, 3), (4, 5), (3, PIXELS)):
        X = rng.integers(0, 256, size=(examples, features), dtype=np.uint8)
        X[0], X[1] = X[0] // 3, 255 - X[1] // 3
        yield (X,)
    yield (rng.uniform(0, 255, size=(4, 3)).round(1),)


@exercise(
    "01_scores",
    inputs=images_as_rows,
    hints=(
        "Three things happen: centre, scale, append. Which of them must not happen to the constant 1?",
        "The mean is the mean of one pixel over all the images, so there are D means. Which axis is that?",
        "Pixels of dtype uint8 know no number below 0: make floats of them before you subtract.",
    ),
)
def centred_with_bias(X):
    """Centre the pixels, divide them by 255, then append the constant 1.

    X: pixels (N, D), one image per row, 0 to 255, perhaps uint8. Centring subtracts from
    every column its mean over the images. Returns a new array (N, D + 1); X stays as it is.
    """
    pixels = X.astype(float)  # uint8 would wrap: 3 - 5 = 254
    centred = (pixels - pixels.mean(axis=0)) / 255  # axis 0 runs over the images: one mean for each pixel
    ones = np.ones((len(X), 1))  # last, or centring would turn it into 1 - 1 = 0
    return np.concatenate([centred, ones], axis=1)


def _with_ones(X):
    return np.concatenate([X, np.ones((len(X), 1))], axis=1)


@centred_with_bias.mistake
def bias_centred_away(X):
    """Your last column is all 0. Were the ones there before you centred? A column of ones has the mean 1, and
    1 - 1 is 0: what carries the bias is appended when everything else is done."""
    with_bias = _with_ones(X.astype(float))
    return (with_bias - with_bias.mean(axis=0)) / 255


@centred_with_bias.mistake
def bias_scaled(X):
    """Your last column is 1/255: you divided after appending, and the constant was divided, too. It stays 1:
    look at the order of the steps."""
    return _with_ones(X.astype(float) - X.mean(axis=0)) / 255


@centred_with_bias.mistake
def not_scaled(X):
    """The pixels are centred and the ones are right, and the division by 255 is missing: your numbers run up
    to a hundred and more where they should stay between -1 and 1."""
    return _with_ones(X.astype(float) - X.mean(axis=0))


@centred_with_bias.mistake
def mean_not_scaled(X):
    """You divide the pixels by 255 and subtract the mean of those that are *not* divided: numbers from 0 to 1
    minus numbers up to 255. Both have to be on one scale before the subtraction."""
    return _with_ones(X / 255 - X.mean(axis=0))


@centred_with_bias.mistake
def not_centred(X):
    """The pixels are divided by 255 and the ones are right, and the centring is missing: no number is below
    0. From every column its mean over the images is to be subtracted."""
    return _with_ones(X / 255)


@centred_with_bias.mistake
def only_the_bias(X):
    """The ones are right, and the pixels are as they came in, neither centred nor divided. If you have
    computed them, look at what you append the ones to."""
    return _with_ones(X)


@centred_with_bias.mistake
def mean_of_each_image(X):
    """You subtracted from every image its own mean. That takes away how bright each image is; asked is the
    mean of each *pixel* over the images, so look at the axis of the mean."""
    return _with_ones((X.astype(float) - X.mean(axis=1, keepdims=True)) / 255)


@centred_with_bias.mistake
def one_mean_for_all(X):
    """You subtracted one and the same mean everywhere, that of all pixels of all images. Each column has a
    mean of its own: `mean()` without an axis gives a single number."""
    return _with_ones((X.astype(float) - X.mean()) / 255)


@centred_with_bias.mistake
def mean_as_uint8(X):
    """Where a pixel is below its mean, your number is too large by a little more than 1: the subtraction was
    done in uint8, where 3 - 5 is 254. Make floats of the pixels before subtracting, and of the mean no
    integers."""
    return _with_ones((X - X.mean(axis=0).astype(X.dtype)) / 255)


@centred_with_bias.mistake
def mean_cut_to_integer(X):
    """Your means have lost their fractions: they were made whole numbers before the subtraction. Look for an
    `astype`, an `int` or a `//` at the mean."""
    return _with_ones((X.astype(float) - X.mean(axis=0).astype(int)) / 255)


@centred_with_bias.mistake
def divided_by_spread(X):
    """Your columns are divided by their standard deviation. That is standardising, which step 08 comes to;
    here the divisor is 255 for every pixel."""
    return _with_ones((X.astype(float) - X.mean(axis=0)) / X.std(axis=0))


@centred_with_bias.mistake
def bias_missing(X):
    """The pixels are right, and the column of ones is missing: it makes D + 1 columns of D."""
    return (X.astype(float) - X.mean(axis=0)) / 255


@centred_with_bias.mistake
def ones_in_front(X):
    """The pixels are right, and the ones stand in the *first* column. In this lesson the bias is the last
    column of W, so the 1 is the last feature: look at the order of what you join."""
    return np.concatenate([np.ones((len(X), 1)), (X.astype(float) - X.mean(axis=0)) / 255], axis=1)


@centred_with_bias.mistake
def only_the_mean_scaled(X):
    """Only the mean is divided by 255, and the pixels are not: `/` comes before `-`. Where do the brackets
    belong?"""
    return _with_ones(X - X.mean(axis=0) / 255)


@centred_with_bias.mistake
def middle_subtracted(X):
    """You subtracted the same number everywhere, the middle of the scale (127.5 of 255, or 0.5 of 1).
    Centring looks at the images that are there: every column has a mean of its own."""
    return _with_ones((X - 127.5) / 255)


@centred_with_bias.mistake
def grey_subtracted(X):
    """You subtracted 128 everywhere, a middle grey. Centring looks at the images that are there: from every
    column *its* mean over the images is to be taken away."""
    return _with_ones((X.astype(float) - 128) / 255)


@centred_with_bias.mistake
def from_minus_one_to_one(X):
    """Your pixels run from -1 to 1: you subtracted 128 everywhere and divided by 128. Centring looks at the
    images that are there: from every column *its* mean over the images is to be taken away, and the divisor
    is 255."""
    return _with_ones((X.astype(float) - 128) / 128)


@centred_with_bias.mistake
def from_minus_one_to_one_by_halves(X):
    """Your pixels run from -1 to 1: the middle of the scale was subtracted, and the half of it divided by.
    Centring looks at the images that are there: from every column *its* mean over the images is to be taken
    away, and the divisor is 255."""
    return _with_ones(X / 127.5 - 1)


@centred_with_bias.mistake(divisor=(128, 255))
def middle_subtracted_in_uint8(X, divisor):
    """Two things. You subtracted 128 everywhere (and divided by {divisor}), where from every column *its*
    mean is to be taken away. And for pixels of dtype uint8 the subtraction starts again at 255 when it should
    fall below 0: make floats of them first."""
    return _with_ones((X - X.dtype.type(128)) / divisor)


@centred_with_bias.mistake
def median_subtracted(X):
    """You subtracted the median of each column. Asked is the mean: the columns then add up to 0."""
    return _with_ones((X - np.median(X, axis=0)) / 255)


@centred_with_bias.mistake
def smallest_subtracted(X):
    """You subtracted the smallest value of each column, so no number is below 0. Centred is a column whose
    *mean* is 0."""
    return _with_ones((X.astype(float) - X.min(axis=0)) / 255)


@centred_with_bias.mistake
def pixels_from_the_mean(X):
    """Your pixels have the opposite sign: you took the pixels away from the mean. Which of the two is to be
    taken away from which?"""
    return _with_ones((X.mean(axis=0) - X) / 255)


@centred_with_bias.mistake
def divided_by_256(X):
    """You divided by 256. There are 256 values, and the largest is 255: it should become 1 before the mean is
    taken away."""
    return _with_ones((X.astype(float) - X.mean(axis=0)) / 256)


@centred_with_bias.mistake
def divided_by_the_largest(X):
    """You divided by the largest pixel that happens to be in X. The divisor is always 255, or new images
    would be scaled in another way than these."""
    return _with_ones((X.astype(float) - X.mean(axis=0)) / X.max())


@centred_with_bias.mistake
def mean_added_up_in_uint8(X):
    """Your means are too small: the pixels were added up in uint8, where a sum starts again at 0 after 255.
    (`mean` takes care of that, and `sum` of Python does not.) Make floats of the pixels first."""
    return _with_ones((X - X.sum(axis=0, dtype=X.dtype) / len(X)) / 255)


def weights_and_rows(rng):
    """Yield W (C, D) and X (N, D); one of them with N = C = D, where a transposition does not show in the
    shape."""
    W = np.array([[1.0, 0.0, -1.0, 2.0], [0.5, 1.0, 1.0, 0.0], [-1.0, 2.0, 0.0, -0.5]])
    yield W, np.array([[1.0, 2.0, 3.0, 1.0], [0.0, 1.0, 0.5, 1.0]])
    for classes, examples, features in ((3, 5, 4), (3, 3, 3), (4, 1, 3)):
        X = rng.normal(size=(examples, features)).round(1)
        X[:, -1] = 1
        yield rng.normal(size=(classes, features)).round(1), X
    X = rng.integers(0, 256, size=(2, PIXELS + 1)).astype(float)
    X[:, -1] = 1
    yield rng.normal(0, 0.01, size=(3, PIXELS + 1)), X
    pixels = rng.integers(100, 256, size=(4, 6), dtype=np.uint8)
    pixels[:, -1] = 1
    # weights with all their digits: a score that is nearly whole would be cut off to either side
    yield nasty("pixels as they come (uint8)", rng.normal(size=(3, 6)), pixels)


@exercise(
    "01_scores",
    inputs=weights_and_rows,
    reference=scores.scores,
    hints=(
        "A score is a dot product: multiply each weight of a class by the feature beside it, and add up.",
        "Row i of the answer belongs to image i, and column k to class k. Which row of W and which row of "
        "X meet there?",
        "As a product of matrices, (N, D) times (D, C) gives (N, C). W is (C, D): what has to be done to it?",
    ),
)
def scores_by_hand(W, X):
    """Return the score of every class for every image.

    W: weights (C, D), one row per class. X: images (N, D), one per row, perhaps uint8, the last
    feature is 1. Both stay as they are.
    Returns S (N, C): S[i, k] is the dot product of row k of W with row i of X.
    """
    S = np.zeros((len(X), len(W)))  # floats, whatever the dtype of the pixels
    for i, x in enumerate(X):
        for k, w in enumerate(W):
            S[i, k] = (w * x).sum()  # D products, one sum; the last of them is the bias times 1
    return S  # X @ W.T does the same at once: the D of both meet and are summed away


@scores_by_hand.mistake
def products_not_summed(W, X):
    """Your answer holds the products of weights and features, one array (C, D) for each image, not yet added
    up. `W * x` multiplies and keeps all the numbers; a dot product also sums them, over the features."""
    return X[:, None, :] * W


@scores_by_hand.mistake
def elementwise(W, X):
    """`W * X` multiplies number by number, so NumPy wants both of one shape: it pairs class 0 with image 0
    and knows no dot product. Every class meets *every* image, and the D products of a pair are summed."""
    return W * X


@scores_by_hand.mistake
def summed_over_classes(W, X):
    """For each image you added up the products over the *classes*, and one number for each feature is left. A
    score sums over the features: look at the axis of the sum."""
    return X * W.sum(axis=0)


@scores_by_hand.mistake
def all_summed(W, X):
    """For each image there is one number: all its products added up, those of all classes together. Every
    class has a score of its own, so the sum runs along the row of one class only."""
    return (X @ W.T).sum(axis=1)


@scores_by_hand.mistake
def classes_as_rows(W, X):
    """Your answer is the right one transposed: W times X transposed has a row for each *class*. One image a
    row is the lesson's order, in X and in S: which of the two stands first in the product, and which is
    transposed?"""
    return W @ X.T


@scores_by_hand.mistake
def without_transposing(W, X):
    """You multiply X by W as they are. In a matrix product the last dimension of the first and the first of
    the second must be the same: X is (N, D), W is (C, D). What has to be done to W?"""
    return X @ W


@scores_by_hand.mistake
def weights_first(W, X):
    """You multiply W by X as they are. In a matrix product the last dimension of the first and the first of
    the second must be the same: W is (C, D), X is (N, D). What order do they need, and what has to be done to
    W?"""
    return W @ X


@scores_by_hand.mistake
def bias_left_out(W, X):
    """Every score misses its bias: the last column of W is not used. The last feature of every image is the 1
    that carries it, so the sum runs over *all* D features; where does yours end?"""
    return X[:, :-1] @ W[:, :-1].T


@scores_by_hand.mistake
def bias_twice(W, X):
    """Every score has its bias twice. The last feature is the constant 1, so the dot product has added it
    already; look for a `+ W[:, -1]`."""
    return X @ W.T + W[:, -1]


@scores_by_hand.mistake
def in_uint8(W, X):
    """For pixels as they come, of dtype uint8, your weights were turned into uint8 to match: fractions are
    lost, negative weights become large, and sums start again at 0 after 255. Turn the pixels into floats, not
    the weights into what the pixels are."""
    return X @ W.astype(X.dtype).T


@scores_by_hand.mistake
def table_of_scores_in_uint8(W, X):
    """For pixels as they come, of dtype uint8, your table of scores is uint8 as well: fractions are cut off,
    and there is no room below 0 or above 255. Look at the dtype of the array that you write the scores
    into."""
    S = np.zeros((len(X), len(W)), dtype=X.dtype)
    for i in range(len(X)):
        for k in range(len(W)):
            S[i, k] = W[k] @ X[i]
    return S


@scores_by_hand.mistake
def mean_of_products(W, X):
    """Your scores are all divided by D, the number of features: a mean of the products where their sum is
    asked."""
    return X @ W.T / X.shape[1]


@scores_by_hand.mistake
def last_product_only(W, X):
    """Each of your scores is its last product alone, the bias: `=` in the innermost loop overwrites the
    products before. A dot product adds all of them up."""
    return X[:, -1:] * W[:, -1]


@scores_by_hand.mistake
def only_first_image_filled(W, X):
    """The scores of the first image are right, and all others are 0, as you prepared them. Does the `return`
    stand inside the loop over the images?"""
    S = np.zeros((len(X), len(W)))
    S[0] = W @ X[0]
    return S


@scores_by_hand.mistake
def winners(W, X):
    """Your answer is the *number* of the class that wins, one for each image. Asked are the scores
    themselves, all C of them."""
    return (X @ W.T).argmax(axis=1)


def planar_rows(rng):
    """Yield rows of 3072 bytes as CIFAR-10 stores them: all reds, then all greens, then all blues."""
    row = np.arange(PIXELS)
    yield ((row * 7 % 256).astype(np.uint8),)
    for _ in range(2):
        yield (rng.integers(0, 256, size=PIXELS, dtype=np.uint8),)


@exercise(
    "01_scores",
    inputs=planar_rows,
    hints=(
        "The first 1024 numbers are the whole red picture, row by row from the top. Where does the green "
        "one start?",
        "First give the numbers the shape in which they lie in the row: colour, then row, then column.",
        "Then move the axes so that the colour comes last; `transpose` or `np.moveaxis` does it. "
        "`reshape` would not: it never changes the order of the numbers.",
    ),
)
def planar_to_picture(row):
    """Turn one image as CIFAR-10 stores it into a picture.

    row: 3072 numbers: 1024 red ones, then 1024 green, then 1024 blue; each colour row by
    row from the top; it stays as it is. Returns (32, 32, 3): row, column, colour.
    """
    planes = row.reshape(3, 32, 32)  # as the numbers lie: colour, row, column
    return planes.transpose(1, 2, 0)  # row and column first, the colour last


@planar_to_picture.mistake
def plain_reshape(row):
    """Your numbers have the right shape in the wrong places: `reshape(32, 32, 3)` takes three numbers in a
    row for the red, green and blue of one pixel. Here neighbours in the row are neighbouring pixels of *one*
    colour. Which shape has the row as it lies?"""
    return row.reshape(32, 32, 3)


@planar_to_picture.mistake
def mirrored_at_the_diagonal(row):
    """Your picture is mirrored at its diagonal: rows and columns have changed places. The colour moves to the
    end, and the other two axes keep their order; `.T` turns all of them round."""
    return row.reshape(3, 32, 32).T


@planar_to_picture.mistake
def blue_green_red(row):
    """Your colours come in the order blue, green, red: look for a `[::-1]`. Some libraries store pictures
    that way; CIFAR-10 and matplotlib begin with red."""
    return row.reshape(3, 32, 32).transpose(1, 2, 0)[:, :, ::-1]


@planar_to_picture.mistake
def colour_first(row):
    """The numbers lie as in the row, with the colour as the *first* axis. A picture that matplotlib can show
    has it last: one step is missing, and it moves an axis."""
    return row.reshape(3, 32, 32)


@planar_to_picture.mistake
def upside_down(row):
    """Your picture stands on its head: the rows run from the bottom. The first number of a colour is the
    pixel at the top left."""
    return row.reshape(3, 32, 32).transpose(1, 2, 0)[::-1]


@planar_to_picture.mistake
def left_and_right(row):
    """Your picture is mirrored left to right: the columns run backwards. The first number of a colour is the
    pixel at the top left."""
    return row.reshape(3, 32, 32).transpose(1, 2, 0)[:, ::-1]


@planar_to_picture.mistake
def colour_second(row):
    """The colour stands as the second axis, between rows and columns. Count the axes you name: what was first
    has to become last."""
    return row.reshape(3, 32, 32).transpose(1, 0, 2)


@planar_to_picture.mistake
def lines_in_turn(row):
    """Your picture takes the row as if the colours came in turn line by line: 32 reds, 32 greens, 32 blues.
    They come picture by picture: 1024 of each. Which of the three sizes is the slowest, and so stands first
    in the shape?"""
    return row.reshape(32, 3, 32).transpose(0, 2, 1)


@planar_to_picture.mistake
def scaled(row):
    """Every number is in its place and divided by 255. Only the order is asked for here; the numbers stay as
    they are."""
    return row.reshape(3, 32, 32).transpose(1, 2, 0) / 255


@planar_to_picture.mistake
def red_three_times(row):
    """All three colours of your picture are the red one, so it is grey. Where in the row do the greens begin,
    and where the blues?"""
    return np.stack([row[:1024].reshape(32, 32)] * 3, axis=-1)
