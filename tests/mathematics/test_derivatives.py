import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from judge import FLOATS, exactly

from softmax_lesson import derivatives
from softmax_lesson.derivatives import central_difference, complex_step, element, gradient, row
from softmax_lesson.loss import negative_log_likelihood
from softmax_lesson.scores import scores


@st.composite
def problems(draw):
    classes, features = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    scale = draw(st.sampled_from([0.01, 1.0, 5.0]))
    W, x = scale * random.normal(size=(classes, features)), random.normal(size=features)
    return W, x, int(random.integers(classes))


def loss_at(x, y):
    return lambda W: negative_log_likelihood(scores(W, x), y)


@given(problems())
def test_the_formula_against_both_checks(problem):
    W, x, y = problem
    by_formula = gradient(W, x, y)
    assert by_formula.shape == W.shape
    assert np.allclose(complex_step(loss_at(x, y), W), by_formula, rtol=1e-12, atol=1e-14)
    assert np.allclose(central_difference(loss_at(x, y), W), by_formula, rtol=1e-6, atol=1e-8)


@given(problems())
def test_element_row_and_matrix_agree(problem):
    W, x, y = problem
    whole = gradient(W, x, y)
    for k in range(len(W)):
        assert np.array_equal(row(W, x, y, k), whole[k])
        for d in range(len(x)):
            assert element(W, x, y, k, d) == whole[k, d]


@pytest.mark.parametrize("dtype", FLOATS)
def test_the_gradient_against_50_digits(dtype):
    random = np.random.default_rng(8)
    for _ in range(20):
        W, x = random.normal(size=(3, 4)).astype(dtype), random.normal(size=4).astype(dtype)
        # the scores of the dtype are taken as given: their rounding is the business of step 1
        f = [exactly(score) for score in scores(W, x)]
        total = mpmath.fsum(mpmath.exp(score) for score in f)
        for y in range(3):
            computed = gradient(W, x, y)
            assert computed.dtype == dtype
            for k in range(3):
                slope = mpmath.exp(f[k]) / total - (k == y)
                for d in range(4):
                    error = abs(exactly(computed[k, d]) - slope * exactly(x[d]))
                    assert error <= 16 * exactly(np.finfo(dtype).eps) * abs(exactly(x[d]))


@pytest.mark.parametrize(("dtype", "far"), [(np.float16, 8), (np.float32, 80), (np.float64, 700)])
def test_the_slope_of_a_nearly_certain_class_has_all_its_digits(dtype, far):
    for ahead in np.linspace(-far, far, 41):
        f = np.array([ahead, 0, 0.5], dtype)
        W, x = np.stack([0 * f, f], axis=1), np.array([2, 1], dtype)
        certain = mpmath.exp(exactly(f[0]))
        others = 1 + mpmath.exp(exactly(f[2]))
        truth = -others / (certain + others)  # p_0 - 1, with nothing subtracted
        for slope in (gradient(W, x, 0)[0, 1], row(W, x, 0, 0)[1], element(W, x, 0, 0, 1)):
            allowed = (len(f) + 5 + 2 * exactly(f.max() - f.min())) * exactly(np.finfo(dtype).eps) / 2
            assert abs(exactly(slope) - truth) <= allowed * abs(truth)
            assert slope.dtype == dtype


def test_nothing_warns_whatever_the_student_has_set():
    W, x = np.array([[800.0, 0], [0, 0], [60, 0]]), np.array([1, 1e-300])
    with np.errstate(all="raise"):
        assert gradient(W, x, 0)[1].tolist() == row(W, x, 0, 1).tolist() == [0, 0]
        assert element(W, x, 0, 2, 1) == 0


def test_equations_4_and_5_term_by_term():
    W, x = np.array([[0.5, -1.0], [1.0, 0.25], [-0.5, 2.0]]), np.array([3.0, 1.0])
    f = W @ x
    exp_f, total = np.exp(f), np.exp(f).sum()
    assert np.allclose(row(W, x, 0, 0), -x + exp_f[0] / total * x, rtol=1e-14)  # (4): class 1 is correct
    assert np.allclose(row(W, x, 0, 1), exp_f[1] / total * x, rtol=1e-14)  # (5)
    assert np.allclose(row(W, x, 0, 2), exp_f[2] / total * x, rtol=1e-14)  # the row the handout leaves to you


def test_the_rows_add_up_to_0_and_the_last_column_is_the_bias():
    W, x = np.random.default_rng(9).normal(size=(4, 3)), np.array([0.2, -7.0, 1.0])
    whole = gradient(W, x, 2)
    assert np.allclose(whole.sum(axis=0), 0, atol=1e-14)
    p = np.exp(W @ x) / np.exp(W @ x).sum()
    assert np.allclose(whole[:, -1], p - [0, 0, 1, 0], rtol=1e-14)


def test_a_step_downhill_lowers_the_loss():
    W, x = np.random.default_rng(10).normal(size=(3, 5)), np.arange(5.0)
    loss = loss_at(x, 1)
    assert loss(W - 1e-3 * gradient(W, x, 1)) < loss(W) < loss(W + 1e-3 * gradient(W, x, 1))


def test_what_a_gradient_check_cannot_see():
    W, x = np.random.default_rng(11).normal(size=(3, 4)), np.ones(4)
    one_too_high = 2  # class 1, counted from 1: wrong in the loss and in the gradient alike
    assert np.allclose(complex_step(loss_at(x, one_too_high), W), gradient(W, x, one_too_high), rtol=1e-12)
    assert not np.allclose(gradient(W, x, one_too_high), gradient(W, x, 1))


@pytest.mark.parametrize("wrong", ["sign", "no minus x", "wrong row", "every row"])
def test_the_checks_see_what_is_wrong(wrong):
    W, x, y = np.random.default_rng(12).normal(size=(3, 4)), np.array([1.0, -2.0, 0.5, 1.0]), 1
    p = np.exp(W @ x) / np.exp(W @ x).sum()
    indicator = {"no minus x": [0, 0, 0], "wrong row": [1, 0, 0], "every row": [1, 1, 1]}.get(
        wrong, [0, 1, 0]
    )
    mistaken = np.outer(p - indicator, x) * (-1 if wrong == "sign" else 1)
    assert not np.allclose(complex_step(loss_at(x, y), W), mistaken, rtol=1e-3)
    assert not np.allclose(central_difference(loss_at(x, y), W), mistaken, rtol=1e-3)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 2, 2)])
def test_the_checks_take_any_shape(shape):
    W = np.random.default_rng(13).normal(size=shape)

    def cubes(W):
        return np.sum(W * W * W)

    for check, digits in ((central_difference, 1e-8), (complex_step, 1e-14)):
        slopes = check(cubes, W)
        assert slopes.shape == shape
        assert slopes.dtype == np.float64
        assert np.allclose(slopes, 3 * W**2, rtol=digits, atol=1e-9)


def test_the_complex_step_is_the_better_check():
    W, x = np.random.default_rng(14).normal(size=(3, 4)), np.ones(4)
    true = gradient(W, x, 0)
    by_complex, by_central = complex_step(loss_at(x, 0), W), central_difference(loss_at(x, 0), W)
    assert abs(by_complex - true).max() < 1e-14 < abs(by_central - true).max() < 1e-9
    assert abs(central_difference(loss_at(x, 0), W, h=0.1) - true).max() > 1e-5  # misses the bend
    assert abs(central_difference(loss_at(x, 0), W, h=1e-13) - true).max() > 1e-5  # loses digits


def test_the_complex_step_far_out_on_the_curve():
    for scores_of in ([700.0, 0.0, 0.0], [0.0, 700.0, 0.0], [-300.0, 0.0, 300.0]):
        slopes = complex_step(lambda f: negative_log_likelihood(f, 0), scores_of)
        f = [exactly(score) for score in scores_of]
        total = mpmath.fsum(mpmath.exp(score - max(f)) for score in f)
        for k in range(3):
            others = mpmath.fsum(mpmath.exp(f[j] - max(f)) for j in (1, 2)) / total
            truth = -others if k == 0 else mpmath.exp(f[k] - max(f)) / total
            assert abs(exactly(slopes[k]) - truth) <= 1e-12 * abs(truth) + mpmath.mpf("1e-270")


@pytest.mark.parametrize("check", [central_difference, complex_step])
def test_the_function_may_do_what_it_likes_with_its_copy(check):
    W = np.array([[1.0, 2.0], [3.0, 4.0]])

    def spoil(W):
        total = np.sum(W * W)
        W[...] = 7
        return total

    assert np.allclose(check(spoil, W), [[2, 4], [6, 8]], rtol=1e-8)
    assert W.tolist() == [[1, 2], [3, 4]]


def test_the_checks_take_integers_and_lists():
    assert np.allclose(central_difference(lambda W: np.sum(W * W), [[1, 2]]), [[2, 4]])
    assert np.allclose(complex_step(lambda W: np.sum(W * W), np.array([1, 2], np.uint8)), [2, 4])
    assert central_difference(lambda W: 3, [1.0, 2.0]).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("check", "function", "error", "words"),
    [
        (central_difference, lambda W: (1.0, W), TypeError, "function: expected one number back, got tuple"),
        (complex_step, lambda W: (1.0, W), TypeError, "function: expected one number back, got tuple"),
        (central_difference, lambda W: W, TypeError, r"function: .* got ndarray of shape \(2,\)"),
        (central_difference, lambda W: None, TypeError, "function: expected one number back, got NoneType"),
        (complex_step, lambda W: "3", TypeError, "function: expected one number back, got str"),
        (central_difference, lambda W: W.sum() * 1j, TypeError, "function: expected a real number back"),
        (complex_step, lambda W: abs(W).sum(), TypeError, "function: .*: the imaginary part got lost"),
        (complex_step, lambda W: float(W.real.sum()), TypeError, "function: .*: the imaginary part got lost"),
        (
            central_difference,
            lambda W: np.nan,
            ValueError,
            "function: expected a finite number back, got nan",
        ),
        (complex_step, lambda W: complex(np.inf), ValueError, "function: expected a finite number back"),
        (central_difference, 3.0, TypeError, "function: expected a function of W, got float"),
        (complex_step, None, TypeError, "function: expected a function of W, got NoneType"),
    ],
)
def test_what_is_wrong_with_the_function_is_said(check, function, error, words):
    with pytest.raises(error, match="^" + words):
        check(function, [1.0, 2.0])


@pytest.mark.parametrize(
    ("W", "h", "error", "words"),
    [
        ([1e20], 1e-5, ValueError, r"h: expected a step that changes 1e\+20, got 1e-05: it is rounded away"),
        (
            [1.0],
            1e308,
            ValueError,
            r"h: expected a step with which W . h, W - h and 2h are finite, got 1e\+308",
        ),
        (
            [1.7e308],
            1e307,
            ValueError,
            r"h: expected a step with which W . h, W - h and 2h are finite, got 1e\+307",
        ),
        ([1.0], 0, ValueError, "h: expected a finite number, above 0, got 0"),
        ([1.0], -1e-5, ValueError, "h: expected a finite number, above 0, got -1e-05"),
        ([1.0], "small", TypeError, "h: expected a number, got str"),
        ([1j], 1e-5, TypeError, "W: expected weights as real numbers, got complex128"),
        ([np.nan], 1e-5, ValueError, r"W: expected weights without NaN, got NaN at position \(0,\)"),
        ([], 1e-5, ValueError, "W: expected weights, got an empty array"),
    ],
)
def test_what_is_wrong_with_the_step_is_said(W, h, error, words):
    with pytest.raises(error, match="^" + words):
        central_difference(np.sum, W, h)


@pytest.mark.parametrize("dtype", [*FLOATS, np.int64, np.uint8])
def test_dtype_kept_arguments_untouched(dtype):
    W, x = np.array([[1, 2], [3, 1], [0, 1]], dtype), np.array([2, 1], dtype)
    before = W.copy(), x.copy()
    whole = gradient(W, x, np.uint8(1))
    kept = dtype if dtype in FLOATS else np.float64
    assert whole.dtype == row(W, x, 1, 2).dtype == kept
    assert type(element(W, x, 1, 2, 0)) is kept
    assert np.allclose(whole, gradient(W.tolist(), x.tolist(), 1), rtol=2e-2)
    assert np.array_equal(W, before[0])
    assert np.array_equal(x, before[1])


W, x = np.ones((3, 4)), np.ones(4)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((W, x, 3, 0, 0), ValueError, "y: expected labels 0 to 2, got 3. Labels count from 0"),
        ((W, x, [1], 0, 0), ValueError, r"y: expected one label for one example, got shape \(1,\)"),
        ((W, x, 1.0, 0, 0), TypeError, "y: expected class labels as integers, got float64"),
        ((W, x, 1, 3, 0), ValueError, "k: expected 0 to 2, got 3"),
        ((W, x, 1, -1, 0), ValueError, "k: expected 0 to 2, got -1"),
        ((W, x, 1, 1.0, 0), TypeError, "k: expected a whole number, got float"),
        ((W, x, 1, True, 0), TypeError, "k: expected a whole number, got bool"),
        ((W, x, 1, 0, 4), ValueError, "d: expected 0 to 3, got 4"),
        ((W, x, 1, 0, None), TypeError, "d: expected a whole number, got NoneType"),
        ((W, x[:3], 1, 0, 0), ValueError, r"x: expected 4 features .* got 3 .* See add_bias\(x\)"),
        ((W, x[:, None], 1, 0, 0), ValueError, r"x: expected features of shape \(D,\), got shape \(4, 1\)"),
        ((W[0], x, 1, 0, 0), ValueError, r"W: expected weights of shape \(C, D\), got shape \(4,\)"),
        (
            (W, x * np.nan, 1, 0, 0),
            ValueError,
            r"x: expected features without NaN, got NaN at position \(0,\)",
        ),
        ((W + 0j, x, 1, 0, 0), TypeError, "W: expected weights as real numbers, got complex128"),
        ((W * 1e308, x * 1e308, 1, 0, 0), FloatingPointError, "W, X: expected scores that float64 can hold"),
    ],
)
def test_what_is_wrong_is_said(arguments, error, words):
    with pytest.raises(error, match="^" + words):
        element(*arguments)
    if not words.startswith("d:"):
        with pytest.raises(error, match="^" + words):
            row(*arguments[:4])
    if not words.startswith(("d:", "k:")):
        with pytest.raises(error, match="^" + words):
            gradient(*arguments[:3])


@pytest.mark.parametrize("check", [central_difference, complex_step])
def test_more_elements_than_anyone_waits_for_are_refused(check):
    words = r"^W: expected at most 100,000 numbers to check, got shape \(100001,\)\.$"
    with pytest.raises(ValueError, match=words):
        check(np.sum, np.zeros(100_001))


@pytest.mark.parametrize("check", [central_difference, complex_step])
def test_as_many_as_allowed_are_checked(check, monkeypatch):
    monkeypatch.setattr(derivatives, "MOST_CHECKED", 3)
    assert np.allclose(check(np.sum, np.zeros(3)), 1)
