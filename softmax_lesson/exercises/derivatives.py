"""Exercises of step 05: the derivatives of one example's loss, a row at a time and then all at once."""

import numpy as np

from softmax_lesson import derivatives
from softmax_lesson.exercises import chain
from softmax_lesson.exercises.chain import LADDER
from softmax_lesson.exercises.engine import announced, aside, exercise, nasty
from softmax_lesson.probabilities import softmax

WIDTH = 32 * 32 * 3 + 1  # a photograph and the constant 1


def an_image(rng, features):
    """Return numbers of both signs, as centred pixels have, and the constant 1."""
    return np.append(rng.normal(size=features - 1).round(2) + 0.005, 1.0)


def pixels(rng, features):
    """Return bright pixels as they come, uint8, and the constant 1."""
    return np.append(rng.integers(130, 256, size=features - 1, dtype=np.uint8), np.uint8(1))


def one_hot(p, y):
    """Return 1 for the class y and 0 for all others."""
    return np.arange(len(p)) == y


def probabilities_and_image(rng):
    """Yield probabilities p (C,), an image x (D,) and a class; each class has its turn."""
    yield np.array([0.2, 0.5, 0.3]), np.array([2.0, 1.0, 3.0, 1.0]), 2
    for classes, features, k in ((3, 5, 0), (4, 6, 3), (3, 4, 1), (5, 7, 2)):
        yield softmax(rng.normal(size=classes).round(2)), an_image(rng, features), k
    yield softmax(rng.normal(size=3)), an_image(rng, WIDTH), int(rng.integers(3))
    yield nasty("a class that is nearly certain", softmax(np.array([0.0, 25.0, 1.0])), an_image(rng, 4), 1)
    yield aside("pixels as they come (uint8)", softmax(rng.normal(size=3)), pixels(rng, 5), 2)


# ---- The row of the correct class, equation (4) ----


@exercise(
    "05_derivatives",
    inputs=probabilities_and_image,
    hints=(
        "Equation (4) has two terms. The one with a minus comes from -f_y in the loss, the other from the "
        "log-sum-exp.",
        "In both of them, x_d is what changes along the row. The rest is one number for the whole row.",
        "Take x_d out of the two terms: what is left in the bracket? NumPy multiplies a whole array by a "
        "number at once.",
    ),
)
def correct_row(p, x, y):
    """Return the derivatives of the loss with respect to row y of W, y being the correct class.

    p: probabilities (C,). x: one image (D,), its last feature is 1. y: the correct class,
    counted from 0. Returns a new array (D,): one derivative for each weight of the row; p and x
    stay as they are.
    """
    slope = p[y] - 1  # dL / df_y: -1 from -f_y, and p_y from the log-sum-exp
    # df_y / dw_yd = x_d, all along the row; the last x is 1, so the bias gets the slope itself
    return slope * x


@correct_row.mistake
def correct_row_without_minus_x(p, x, y):
    """Your answer is p[y] times x: the second term of equation (4) alone, which would be right for a class
    that is *not* the correct one. In the loss, the score of the correct class stands a second time, outside
    the logarithm: what does that give?"""
    return p[y] * x


@correct_row.mistake
def correct_row_uphill(p, x, y):
    """Your answer has the opposite sign: it is the direction in which the loss falls, which is where the row
    will be *moved*. The derivative itself says how the loss changes when a weight grows. Look at the sign of
    -f_y in the loss."""
    return (1 - p[y]) * x


@correct_row.mistake
def minus_one_for_minus_x(p, x, y):
    """You subtracted 1 where x is to be subtracted: only the last element, where x is 1, is right. -f_y gives
    -1 times the derivative of f_y with respect to the weight, and what is that?"""
    return p[y] * x - 1


@correct_row.mistake
def label_subtracted(p, x, y):
    """You subtracted the *number* of the class, y, where a 1 is due: right only for class 1, by accident. The
    1 is the derivative of f_y with respect to f_y, whatever the class is called."""
    return (p[y] - y) * x


@correct_row.mistake
def slope_of_the_curve(p, x, y):
    """Your answer is p[y] - 1, one number: the slope of the loss curve, dL / df_y. It is only the second link
    of the chain; the first is what each weight does to the score, and there are D weights. (If you wrote a
    loop: it kept only its last number, the bias's, where x is 1.)"""
    return p[y] - 1


@correct_row.mistake
def the_whole_gradient(p, x, y):
    """Your answer has a row for every class: it is the whole gradient. Here only the row of the class y is
    asked."""
    return np.outer(p - one_hot(p, y), x)


@correct_row.mistake
def derivative_of_p(p, x, y):
    """Your answer is the derivative of P(y) itself, the likelihood, p (1 - p) x. The loss is minus its
    *logarithm*; start from equation (2), where no probability has to be differentiated."""
    return p[y] * (1 - p[y]) * x


@correct_row.mistake
def derivative_of_minus_p(p, x, y):
    """Your answer is the derivative of -P(y): it has one p[y] too many. The loss is -log P(y), and the
    logarithm's derivative 1 / P(y) cancels that factor. Equation (2) spares you the detour."""
    return -p[y] * (1 - p[y]) * x


@correct_row.mistake
def softmax_again(p, x, y):
    """You applied exp and the division to p once more. p holds probabilities already, they add up to 1: use
    them as they come."""
    return (softmax(p)[y] - 1) * x


@correct_row.mistake
def correct_bias_left_alone(p, x, y):
    """All is right but the last element, which is 0. The bias is a weight like any other: its feature is the
    constant 1, so the formula holds for it as it stands."""
    return (p[y] - 1) * np.append(x[:-1], 0)


@correct_row.mistake
def correct_bias_missing(p, x, y):
    """Your row is one element short: the derivative for the bias is missing. It needs no rule of its own, for
    the last feature of x is 1; where does your row stop?"""
    return (p[y] - 1) * x[:-1]


@correct_row.mistake
def all_probabilities_at_once(p, x, y):
    """You combine an array of C numbers, one for each class, with one of D numbers, one for each feature, and
    NumPy cannot lay them side by side. Only one probability belongs to this row: which?"""
    return (p - 1) * x


@correct_row.mistake
def x_missing_beside_p(p, x, y):
    """Your second term is p[y] alone, where p[y] times x is due: only the elements with x = 1 are right. Both
    terms of equation (4) carry the factor x. (Did you mean a bracket? Python multiplies before it
    subtracts.)"""
    return -1.0 * x + p[y]


@correct_row.mistake
def one_element_of_the_row(p, x, y):
    """Your answer is one number, for you picked one feature with x[y]. y is the number of a *class*; the row
    has all D features, and NumPy multiplies them all at once."""
    return (p[y] - 1) * x[y]


@correct_row.mistake
def one_feature_subtracted(p, x, y):
    """You subtract the same number x[y] everywhere. y is the number of a *class* and picks no feature: each
    element d of the row has its own x_d, in both terms of equation (4)."""
    return p[y] * x - 1.0 * x[y]


@correct_row.mistake
def one_inside_the_bracket(p, x, y):
    """You subtract 1 from every *feature*. The 1 is the derivative of f_y with respect to f_y, so it belongs
    to the factor, beside p[y], and the features stay as they are."""
    return p[y] * (x - 1.0)


@correct_row.mistake
def derivative_of_the_log_alone(p, x, y):
    """Your factor is -1 / p[y], the derivative of -log P with respect to *P*. The chain goes on from there: P
    depends on the score. Start from equation (2), which is written in scores, and this link is spared."""
    return -x / p[y]


@correct_row.mistake
def loss_times_x(p, x, y):
    """Your factor is -log p[y], the loss itself. Asked is its *derivative* with respect to the score, how
    fast it changes; equation (4) has it."""
    return -np.log(p[y]) * x


@correct_row.mistake
def as_many_as_classes(p, x, y):
    """Your loop goes over the *classes*, as many as p has: the numbers it fills are right, and those behind
    them stay 0. The row has one number for each *feature*."""
    row = np.zeros(len(x))
    row[: len(p)] = (p[y] - 1) * x[: len(p)]
    return row


# ---- The row of another class, equation (5) ----


@exercise(
    "05_derivatives",
    inputs=probabilities_and_image,
    hints=(
        "Look at L = -f_y + log sum exp(f_j). In which of the two terms does f_k occur, when k is not y?",
        "The derivative of log(sum) with respect to f_k is one of the numbers that you are given.",
        "Equation (5): the same factor for the whole row, times x_d for the element d.",
    ),
)
def other_row(p, x, k):
    """Return the derivatives of the loss with respect to row k of W; k is NOT the correct class.

    p: probabilities (C,). x: one image (D,), its last feature is 1. k: the class,
    counted from 0. Returns a new array (D,): one derivative for each weight of the row; p and x
    stay as they are.
    """
    slope = p[k]  # dL / df_k: f_k stands only in the log-sum-exp, and its derivative there is p_k
    return slope * x  # df_k / dw_kd = x_d


@other_row.mistake
def minus_x_on_another_row(p, x, k):
    """Your answer is (p[k] - 1) times x, equation (4). The -x comes from -f_y, the score of the *correct*
    class, and the class k is not the correct one: does f_k occur in that term?"""
    return (p[k] - 1) * x


@other_row.mistake
def other_row_uphill(p, x, k):
    """Your answer has the opposite sign: it is how the row will be *moved*, away from the image. The
    derivative says how the loss changes when a weight grows, and a higher score of a wrong class makes it
    grow, too."""
    return -p[k] * x


@other_row.mistake
def one_minus_p_k(p, x, k):
    """Your factor is 1 - p[k], what is missing to a full probability. That (with a minus) is the business of
    the correct class; what does the log-sum-exp give for f_k?"""
    return (1 - p[k]) * x


@other_row.mistake
def wrong_class_ignored(p, x, k):
    """Your answer is 0 everywhere, as if only the correct class's row mattered. Its score is not in the first
    term of the loss, but it is in the second: every class is in the sum."""
    return 0 * (p[k] * x)


@other_row.mistake
def x_alone(p, x, k):
    """Your answer is x itself. That is the first link of the chain, what the weights do to the score f_k. The
    second, what the score does to the loss, is missing as a factor."""
    return 1.0 * x


@other_row.mistake
def p_k_alone(p, x, k):
    """Your answer is p[k], one number: what the *score* does to the loss. Each of the D weights moves the
    score by a different amount, and that factor is missing."""
    return p[k]


@other_row.mistake
def every_row(p, x, k):
    """Your answer has a row for every class. Here only the row of the class k is asked."""
    return np.outer(p, x)


@other_row.mistake
def derivative_of_p_k(p, x, k):
    """Your answer is p (1 - p) x, the derivative of the probability P(k). It is the loss that is to be
    differentiated, and of that only the term log sum exp(f_j)."""
    return p[k] * (1 - p[k]) * x


@other_row.mistake
def softmax_of_p(p, x, k):
    """You applied exp and the division to p once more. p holds probabilities already: use them as they
    come."""
    return softmax(p)[k] * x


@other_row.mistake
def exp_of_p(p, x, k):
    """Your factor is exp(p[k]). The exp in equation (5) is that of the *scores*, and it has been taken, and
    divided by the sum, before p came to you."""
    return np.exp(p[k]) * x


@other_row.mistake
def x_subtracted_once(p, x, k):
    """You subtracted 1 at the end. No 1 occurs in equation (5): it belongs to the row of the correct class,
    and even there it is multiplied by x."""
    return p[k] * x - 1


@other_row.mistake
def other_bias_left_alone(p, x, k):
    """All is right but the last element, which is 0. The bias is a weight like any other: its feature is the
    constant 1, so the formula holds for it as it stands."""
    return p[k] * np.append(x[:-1], 0)


@other_row.mistake
def other_bias_missing(p, x, k):
    """Your row is one element short: the derivative for the bias is missing. It needs no rule of its own, for
    the last feature of x is 1; where does your row stop?"""
    return p[k] * x[:-1]


@other_row.mistake
def other_probabilities_at_once(p, x, k):
    """You combine an array of C numbers, one for each class, with one of D numbers, one for each feature, and
    NumPy cannot lay them side by side. Only one probability belongs to this row: which?"""
    return p * x


@other_row.mistake
def one_element_of_the_other_row(p, x, k):
    """Your answer is one number, for you picked one feature with x[k]. k is the number of a *class*; the row
    has all D features, and NumPy multiplies them all at once."""
    return p[k] * x[k]


@other_row.mistake
def dot_product_of_p_and_x(p, x, k):
    """You put `@` or `dot` between p, one number for each class, and x, one for each feature. They do not
    pair off. Only one probability belongs to this row, and it multiplies every feature."""
    return p @ x


@other_row.mistake
def as_many_numbers_as_classes(p, x, k):
    """Your loop goes over the *classes*, as many as p has: the numbers it fills are right, and those behind
    them stay 0. The row has one number for each *feature*."""
    row = np.zeros(len(x))
    row[: len(p)] = p[k] * x[: len(p)]
    return row


@other_row.mistake
def paired_off(p, x, k):
    """You pair the probabilities off with the features, the first with the first and so on, and stop when the
    probabilities are used up. One probability, the one of the class k, belongs to the whole row."""
    return p * x[: len(p)]


@other_row.mistake
def feature_k_subtracted(p, x, k):
    """You subtract the number x[k] everywhere. Equation (5) has one term only, for f_k is not in -f_y; and k
    is the number of a class, which picks no feature."""
    return p[k] * x - 1.0 * x[k]


# ---- Row 3, as the handout asks ----


def weights_and_image(rng):
    """Yield weights W (3, D) and an image x (D,)."""
    W = np.array([[1.0, 0.0, -1.0, 2.0], [0.0, 2.0, 1.0, -1.0], [-1.0, 1.0, 0.0, 3.0]])
    yield W, np.array([2.0, 1.0, 3.0, 1.0])
    for features in (3, 5, 6):
        yield rng.normal(0, 0.7, size=(3, features)).round(2), an_image(rng, features)
    yield rng.normal(0, 0.02, size=(3, WIDTH)), an_image(rng, WIDTH)
    yield nasty("scores in the thousands", 900 * W, np.array([0.0, 1.0, 2.001, 1.0]))
    yield nasty("scores of -1,000 and less", np.array([[-1000.0, 1], [-1002, 0], [-1001, 1]]), np.ones(2))
    yield nasty(
        "scores of -901, -900 and 5", np.array([[-901.0, 0.0], [-900.0, 0.0], [5.0, 0.0]]), np.ones(2)
    )
    W = np.column_stack([100_000 + np.array([0.5, 1.0, -2.0]), np.zeros(3)])
    yield nasty("scores of 100,000", W, np.array([1.0, 1.0]))
    yield nasty("scores of -100,000", W - [200_000, 0], np.array([1.0, 1.0]))
    yield aside("pixels as they come (uint8)", rng.normal(0, 0.001, size=(3, 5)), pixels(rng, 5))
    yield aside("whole numbers as weights", np.array([[1, 0, -1], [0, 2, 1], [1, 1, 0]]), an_image(rng, 3))


@exercise(
    "05_derivatives",
    inputs=weights_and_image,
    reference=lambda W, x: derivatives.row(W, x, 0, 2),
    hints=(
        "Class 3 is not the correct class. So which of the equations (4) and (5) is the model for its row?",
        "You need one probability: scores first, then exp, then the division by the sum. Python counts from "
        "0: where is the third?",
        "Scores in the thousands overflow in exp. Subtract the largest score from all of them first; the "
        "probabilities stay the same.",
    ),
)
def row_3(W, x):
    """Return the derivatives of the loss with respect to the third row of W; class 1 is correct.

    W: weights (3, D), one row per class. x: one image (D,), its last feature is 1. Both stay as
    they are; the scores may be of any size.
    Returns a new array (D,). In Python, the third row is W[2], and the correct class is 0.
    """
    f = W @ x  # the scores, one per class
    e = np.exp(f - f.max())  # the largest score becomes 0: no exp can overflow
    p = e / e.sum()
    return p[2] * x  # as equation (5), with 3 for 2: f_3 is not in -f_y, so there is no -x


def _p(W, x):
    return softmax(W @ x)


@row_3.mistake
def row_2_instead(W, x):
    """Your answer is the row of class 2, equation (5) as the handout prints it. The third class has the index
    2 in Python, for counting starts at 0: which index do you use?"""
    return _p(W, x)[1] * x


@row_3.mistake
def row_4_wanted(W, x):
    """There is no index 3 among three classes: Python counts them 0, 1, 2. Which is the third?"""
    return _p(W, x)[3] * x


@row_3.mistake
def row_1_without_minus_x(W, x):
    """Your answer is p[0] times x. The probability is that of class 1; asked is the row of class 3, and each
    row has its own class's probability."""
    return _p(W, x)[0] * x


@row_3.mistake
def row_1_instead(W, x):
    """Your answer is the row of class 1, the correct one, equation (4). The third row is asked: another
    probability, and is there a -x?"""
    return (_p(W, x)[0] - 1) * x


@row_3.mistake
def class_3_as_correct(W, x):
    """Your answer is (p - 1) times x, as if class 3 were the correct one. The -x comes from -f_y, and y is
    class 1 here: is f_3 in that term?"""
    return (_p(W, x)[2] - 1) * x


@row_3.mistake
def row_3_uphill(W, x):
    """Your answer has the opposite sign: it is how the third row will be *moved* in a step down. The
    derivative says how the loss changes when a weight grows."""
    return -_p(W, x)[2] * x


@row_3.mistake
def row_3_ignored(W, x):
    """Your answer is 0 everywhere, as if only the correct class's row mattered. f_3 is not in -f_y, but it is
    in the log-sum-exp: what does that give?"""
    return 0.0 * x


@row_3.mistake
def exp_overflows(W, x):
    """It is right until the scores are large: from about 710 on, `np.exp` gives inf, and inf / inf is nan.
    What can be subtracted from all the scores without changing the probabilities?"""
    e = np.exp(W @ x)
    return e[2] / e.sum() * x


@row_3.mistake
def star_for_at(W, x):
    """You put `W * x` where the scores are due. It multiplies number by number and adds nothing: a table of
    the shape of W where three scores should be. Which sign multiplies *and* adds?"""
    return softmax(W * x)[2] * x


@row_3.mistake
def scores_clipped(W, x):
    """It is right until the scores are large: there you cut them off at a limit, so different scores become
    equal and the probabilities are wrong, though they still add up to 1. Subtract the largest score instead:
    that changes nothing."""
    return softmax(np.clip(W @ x, -700, 700))[2] * x


@row_3.mistake
def score_for_probability(W, x):
    """Your factor is the third *score*. The derivative of the log-sum-exp is a probability: exp and the
    division are missing."""
    return (W @ x)[2] * x


@row_3.mistake
def divided_by_the_correct(W, x):
    """You divide by exp of the correct class's score alone. In equation (5) the sum under the fraction runs
    over all classes."""
    f = W @ x
    return np.exp(f[2] - f[0]) * x


@row_3.mistake
def times_the_weights(W, x):
    """You multiplied by the row of W where the image is due. That is what a change of the *image* would do. A
    weight is multiplied by its feature in the score, so the derivative with respect to the weight is the
    feature."""
    return _p(W, x)[2] * W[2]


@row_3.mistake
def products_as_scores(W, x):
    """You used `W * x` as if it were the scores: it holds the products, (3, D) of them, not yet added up. A
    score is their sum along the row; `@` multiplies and adds."""
    e = np.exp(W * x)
    return e[2] / e.sum(axis=0) * x


@row_3.mistake
def softmax_of_one_score(W, x):
    """Your answer is x itself, so your factor is 1. Is the softmax taken of the third score *alone*? One
    number divided by itself is always 1: the sum under the fraction runs over all three classes."""
    return 1.0 * x


@row_3.mistake
def all_three_rows(W, x):
    """Your answer has a row for every class: it is the whole gradient. Here only the third row is asked."""
    p = _p(W, x)
    return np.outer(p - one_hot(p, 0), x)


@row_3.mistake
def last_product_as_score(W, x):
    """Each of your scores is one product, the last one, which is the bias: the loop replaces where it should
    add. A score is the *sum* of all the products of its row."""
    return softmax(W[:, -1] * x[-1])[2] * x


@row_3.mistake
def row_3_bias_left_alone(W, x):
    """All is right but the last element, which is 0. The bias is a weight like any other: its feature is the
    constant 1."""
    return _p(W, x)[2] * np.append(x[:-1], 0)


@row_3.mistake
def row_3_probability_alone(W, x):
    """Your answer is one number, the probability of class 3. It is the factor of the whole row; what is
    different from element to element?"""
    return _p(W, x)[2]


@row_3.mistake
def row_3_all_probabilities(W, x):
    """You combine the three probabilities with the D numbers of x, and NumPy cannot lay them side by side.
    Only one of the three belongs to this row: which?"""
    return _p(W, x) * x


@row_3.mistake
def transposed_for_the_scores(W, x):
    """The product of W and x has its factors in the wrong order, or a `.T` too many: W is (3, D) and x is
    (D,), and the D must meet. Which order is that?"""
    return (W.T @ x)[2] * x


chain.scores.serve(row_3, lambda changed, W, x: softmax(changed(W @ x))[2] * x, but=("scores_clipped",))
chain.probabilities.serve(row_3, lambda shares, W, x: shares(W @ x)[2] * x, but=("scores_capped",))


# ---- The whole matrix ----


def weights_image_and_label(rng):
    """Yield W (C, D), x (D,) and y; each class has its turn; where C = D, the shape hides a transposition."""
    W = np.array([[1.0, 0.0, -1.0, 2.0], [0.0, 2.0, 1.0, -1.0], [-1.0, 1.0, 0.0, 3.0]])
    yield W, np.array([2.0, 1.0, 3.0, 1.0]), 0
    for classes, features, y in ((3, 5, 2), (4, 6, 1), (3, 3, 1), (5, 4, 4), (4, 4, 2)):
        yield rng.normal(0, 0.7, size=(classes, features)).round(2), an_image(rng, features), y
    yield rng.normal(0, 0.02, size=(3, WIDTH)), an_image(rng, WIDTH), int(rng.integers(3))
    yield nasty("scores in the thousands", 900 * W, np.array([0.0, 1.0, 2.001, 1.0]), 2)
    yield nasty("scores of -1,000 and less", np.array([[-1000.0, 1], [-1002, 0], [-1001, 1]]), np.ones(2), 0)
    yield nasty("scores from -900 to 1,900", np.array([[-900.0, 0], [1900, 1], [20, 0]]), np.ones(2), 2)
    W = np.array([[5.0, 0.0], [-900.0, 0.0], [-901.0, 0.0]])
    yield nasty("scores of 5, -900 and -901", W, np.ones(2), 1)
    yield nasty("scores from 30 to 900", np.column_stack([LADDER, 0 * LADDER]), np.ones(2), 2)
    W = 100_000 * np.ones((3, 1)) + np.array([[0.5], [1.0], [-2.0]])
    yield nasty("scores of 100,000", W, np.ones(1), 0)
    yield nasty("scores of -100,000", W - 200_000, np.ones(1), 1)
    yield aside("pixels as they come (uint8)", rng.normal(0, 0.001, size=(3, 5)), pixels(rng, 5), 1)
    yield announced("whole numbers as weights", np.array([[1, 0, -1], [0, 2, 1]]), an_image(rng, 3), 1)


@exercise(
    "05_derivatives",
    inputs=weights_image_and_label,
    reference=derivatives.gradient,
    hints=(
        "Every row is the image times one number. Which number is it for the correct class, and which for "
        "the others?",
        "Make a list of these C numbers first: it is p with one small change, at one place.",
        "Every number of a list (C,) times every number of a list (D,) is a table (C, D): look up "
        "`np.outer`, or give the first list a second axis with `[:, None]`.",
    ),
)
def gradient(W, x, y):
    """Return the gradient of the loss: its derivatives with respect to every element of W.

    W: weights (C, D), one row per class. x: one image (D,), its last feature is 1. y: the
    correct class, counted from 0. The scores may be of any size.
    Returns a new array (C, D): floats, also where W holds whole numbers; W and x stay as they are.
    """
    f = W @ x
    e = np.exp(f - f.max())  # the largest score becomes 0: no exp can overflow
    slope = e / e.sum()  # dL / df_k is p_k ...
    slope[y] -= 1  # ... and for the correct class p_y - 1; slope is our own new array
    return np.outer(slope, x)  # row k: slope_k times the image


def _slope(W, x, y):
    p = _p(W, x)
    return p - one_hot(p, y)


@gradient.mistake
def minus_x_in_the_first_row(W, x, y):
    """The -x is always in your *first* row. In the handout's example class 1 is the correct one; in general
    it belongs to the row of the class y."""
    return np.outer(_slope(W, x, 0), x)


@gradient.mistake
def minus_x_in_the_last_row(W, x, y):
    """The -x is always in your *last* row, whatever the correct class is. It belongs to the row of the class
    y."""
    return np.outer(_slope(W, x, len(W) - 1), x)


@gradient.mistake
def gradient_uphill(W, x, y):
    """Your answer has the opposite sign in every row: it is the direction in which the loss *falls*. The
    gradient points uphill, and the minus comes later, when a step is taken. Look at the order of p and the
    1."""
    return np.outer(-_slope(W, x, y), x)


@gradient.mistake
def ones_for_the_image(W, x, y):
    """Your rows hold one and the same number: the slope of the class, times 1 where the *image* is due. The
    derivative of a score with respect to a weight is the feature beside that weight."""
    return np.outer(_slope(W, x, y), np.ones(len(x)))


@gradient.mistake
def one_subtracted_from_the_row(W, x, y):
    """In the correct class's row you subtracted 1 from every element, after multiplying by x. The 1 belongs
    to the probability: (p - 1) times x is p times x, minus *x*."""
    answer = np.outer(_p(W, x), x)
    answer[y] -= 1
    return answer


@gradient.mistake
def x_missing_for_the_correct(W, x, y):
    """In the correct class's row stands p - 1, without the image. The row is (p - 1) times x: a weight's
    derivative has the feature in it, whichever class it belongs to."""
    answer = np.outer(_p(W, x), x)
    answer[y] = _p(W, x)[y] - 1
    return answer


@gradient.mistake
def star_in_the_scores(W, x, y):
    """You put `W * x` where the scores are due. It multiplies number by number and adds nothing: a table of
    the shape of W where there should be one score a class. Which sign multiplies *and* adds?"""
    p = softmax(W * x)
    p[y] -= 1
    return p * x


@gradient.mistake
def overflow_in_exp(W, x, y):
    """It is right until the scores are large: from about 710 on, `np.exp` gives inf, and inf / inf is nan.
    What can be subtracted from all the scores without changing the probabilities?"""
    e = np.exp(W @ x)
    p = e / e.sum()
    return np.outer(p - one_hot(p, y), x)


@gradient.mistake
def scores_for_probabilities(W, x, y):
    """You used the *scores* where the probabilities are due: the softmax is missing between them."""
    f = W @ x
    return np.outer(f - one_hot(f, y), x)


@gradient.mistake
def weights_for_the_image(W, x, y):
    """Each of your rows is a row of *W* times its factor. A weight is multiplied by its feature in the score,
    so the derivative with respect to the weight is the feature, x."""
    return _slope(W, x, y)[:, None] * W


@gradient.mistake
def with_respect_to_the_image(W, x, y):
    """Your answer has D numbers: it is the gradient with respect to the *image*, W transposed times the
    slopes. Asked is the one with respect to the weights, of the shape of W."""
    return W.T @ _slope(W, x, y)


@gradient.mistake
def slopes_alone(W, x, y):
    """Your answer is p with a 1 subtracted at the correct class: right, and only half of it. These are the
    derivatives with respect to the *scores*; each is still to be multiplied by every feature."""
    return _slope(W, x, y)


@gradient.mistake
def inner_product(W, x, y):
    """You multiplied the slopes (C,) with the image (D,) by `@` or `dot`, which pairs their numbers off and
    adds. Here every slope meets every feature, and nothing is added: an *outer* product."""
    return _slope(W, x, y) @ x


@gradient.mistake
def bias_column_zero(W, x, y):
    """All is right but the last column, which is 0. The bias learns like any other weight: its feature is the
    constant 1. (It is the *regularisation* of step 07 that leaves the bias alone.)"""
    return np.outer(_slope(W, x, y), np.append(x[:-1], 0))


@gradient.mistake
def softmax_of_products(W, x, y):
    """You used `W * x` as if it were the scores: it holds the products, (C, D) of them, not yet added up. A
    score is their sum along the row; `@` multiplies and adds."""
    p = softmax(W * x, axis=0)
    p[y] -= 1
    return p * x


@gradient.mistake
def one_by_one(W, x, y):
    """You multiplied the slopes (C,) with the image (D,) by `*`, which pairs numbers off one by one. Every
    slope is to meet every feature: an *outer* product, or a second axis for the slopes."""
    return _slope(W, x, y) * x


@gradient.mistake
def one_hot_counted_from_one(W, x, y):
    """Your 1 stands one place too early, and for class 0 nowhere: the -x is in the row *before* that of the
    class y. Labels count from 0 here, as Python does; is a 1 subtracted from the label?"""
    p = _p(W, x)
    return np.outer(p - one_hot(p, y - 1), x)


@gradient.mistake
def three_rows_only(W, x, y):
    """It is right for three classes. With more, the rows from the fourth on stay 0: a 3 is typed in where the
    number of classes should stand. W has a row for each of them."""
    answer = np.outer(_slope(W, x, y), x)
    answer[3:] = 0
    return answer


@gradient.mistake
def one_row_alone(W, x, y):
    """Your answer is the row of the correct class alone, (D,), and it is right. Asked are all rows, a table
    of the shape of W: what do the other classes get?"""
    return _slope(W, x, y)[y] * x


@gradient.mistake
def step_taken(W, x, y):
    """Your answer is W minus the gradient: a step is already taken. Asked is the gradient itself."""
    return W - np.outer(_slope(W, x, y), x)


@gradient.mistake
def rows_added_up(W, x, y):
    """Your rows are added up (or averaged), and 0 is left but for rounding: what one class is given, the
    others lose. Asked is the table before that, of the shape of W."""
    return np.outer(_slope(W, x, y), x).sum(axis=0)


@gradient.mistake
def all_added_up(W, x, y):
    """The whole table is added up (or averaged), and one number is left, 0 but for rounding: what one class
    is given, the others lose. Asked is the table itself, of the shape of W."""
    return np.outer(_slope(W, x, y), x).sum()


@gradient.mistake
def place_counted_from_one(W, x, y):
    """You subtract the 1 one place too late, in the row *after* that of the class y, and for the last class
    there is none. Labels count from 0 here, as Python does; is a 1 added to the label?"""
    p = _p(W, x)
    p[y + 1] -= 1
    return np.outer(p, x)


def _outer_with(slopes, W, x, y):
    return np.outer(slopes(_p(W, x)[None], np.array([y]))[0], x)


def _with_shares(p, x, y):
    return np.outer(p - one_hot(p, y), x)


chain.scores.serve(gradient, lambda changed, W, x, y: _with_shares(softmax(changed(W @ x)), x, y))
chain.probabilities.serve(gradient, lambda shares, W, x, y: _with_shares(shares(W @ x), x, y))
chain.slopes.serve(gradient, _outer_with)
chain.slopes_of_scores.serve(
    gradient, lambda slopes, W, x, y: np.outer(slopes((W @ x)[None], np.array([y]))[0], x)
)
