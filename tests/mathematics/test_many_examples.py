import importlib.util
import itertools
import math
import os
import signal
import subprocess
import sys
import threading
import tracemalloc
import warnings

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from judge import FLOATS, exact, exactly

from softmax_lesson import many_examples
from softmax_lesson.derivatives import central_difference, complex_step, gradient
from softmax_lesson.loss import mean_loss, negative_log_likelihood
from softmax_lesson.many_examples import loss_and_gradient
from softmax_lesson.probabilities import softmax
from softmax_lesson.scores import scores


@st.composite
def problems(draw):
    examples, classes, features = draw(st.integers(1, 6)), draw(st.integers(1, 4)), draw(st.integers(1, 4))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    scale = draw(st.sampled_from([0.01, 1.0, 5.0]))
    W, X = scale * random.normal(size=(classes, features)), random.normal(size=(examples, features))
    return W, X, random.integers(0, classes, examples)


@given(problems())
def test_against_a_loop_over_the_examples(problem):
    W, X, y = problem
    loss, slopes = loss_and_gradient(W, X, y)
    one_by_one = [gradient(W, example, label) for example, label in zip(X, y, strict=True)]
    assert type(loss) is float
    assert loss == pytest.approx(np.mean(negative_log_likelihood(scores(W, X), y)), rel=1e-14)
    assert np.allclose(slopes, np.mean(one_by_one, axis=0), rtol=1e-12, atol=1e-15)


@given(problems())
def test_against_both_checks(problem):
    W, X, y = problem
    _, slopes = loss_and_gradient(W, X, y)
    assert np.allclose(complex_step(lambda W: mean_loss(scores(W, X), y), W), slopes, rtol=1e-12, atol=1e-14)
    assert np.allclose(
        central_difference(lambda W: loss_and_gradient(W, X, y)[0], W), slopes, rtol=1e-6, atol=1e-8
    )


@pytest.mark.parametrize("dtype", FLOATS)
def test_against_50_digits(dtype):
    random = np.random.default_rng(20)
    W, X = random.normal(size=(3, 5)).astype(dtype), random.normal(size=(20, 5)).astype(dtype)
    y = random.integers(0, 3, 20)
    loss, slopes = loss_and_gradient(W, X, y)
    assert slopes.dtype == dtype
    S, u = scores(W, X), exactly(np.finfo(dtype).eps)
    truth = sum(-exact(f)[1][label] for f, label in zip(S, y, strict=True)) / 20
    assert abs(exactly(loss) - truth) <= 10 * u * truth
    P = [exact(f)[0] for f in S]
    for k in range(3):
        for d in range(5):
            terms = [(P[n][k] - (k == y[n])) * exactly(X[n, d]) / 20 for n in range(20)]
            assert (
                abs(exactly(slopes[k, d]) - mpmath.fsum(terms))
                <= 20 * u * mpmath.fsum(map(abs, terms)) + 20 * u / 20
            )


def test_the_batch_size_does_not_matter():
    W, X, y = np.ones((3, 2)), np.array([[1.0, -2.0], [0.5, 3.0]]), np.array([0, 2])
    loss, slopes = loss_and_gradient(W, X, y)
    again, same = loss_and_gradient(W, np.tile(X, (50, 1)), np.tile(y, 50))
    assert again == pytest.approx(loss, rel=1e-14)
    assert np.allclose(same, slopes, rtol=1e-12)
    # with the mean, W = 0 costs log C whatever the batch
    assert loss_and_gradient(0 * W, X, y)[0] == pytest.approx(np.log(3), rel=1e-15)


def test_the_rows_add_up_to_0():
    random = np.random.default_rng(21)
    _, slopes = loss_and_gradient(
        random.normal(size=(4, 6)), random.normal(size=(9, 6)), random.integers(0, 4, 9)
    )
    assert np.allclose(slopes.sum(axis=0), 0, atol=1e-15)


def test_float16_pixels_of_600_images_do_not_overflow():
    X = np.full((600, 4), 255, np.float16)  # their sum, 153,000, is more than float16 can hold
    loss, slopes = loss_and_gradient(np.zeros((3, 4), np.float16), X, np.zeros(600, int))
    assert loss == pytest.approx(np.log(3), rel=1e-3)
    assert np.allclose(slopes[:, 0], [-170, 85, 85], rtol=5e-3)


def test_images_as_they_come():
    pixels = np.array([[200, 100, 1], [250, 250, 1]], np.uint8)
    W = np.array([[0.01, -0.02, 0.5], [0.0, 0.01, -0.5]])
    loss, slopes = loss_and_gradient(W, pixels, np.array([0, 1], np.uint8))
    expected, same = loss_and_gradient(W, pixels.astype(float), [0, 1])
    assert loss == expected
    assert np.array_equal(slopes, same)
    assert loss_and_gradient(W.tolist(), pixels.tolist(), [0, 1])[0] == expected


@pytest.mark.parametrize(
    ("left", "right", "result"),
    [
        (np.float32, np.float32, np.float32),
        (np.float32, np.uint8, np.float32),  # pixels become floats block by block, in W's dtype
        (np.float32, np.int64, np.float64),
        (np.float16, np.float32, np.float32),
    ],
)
def test_two_dtypes_meet(left, right, result):
    assert loss_and_gradient(np.ones((2, 3), left), np.ones((4, 3), right), [0, 1, 1, 0])[1].dtype == result


@pytest.mark.skipif(np.finfo(np.longdouble).eps == np.finfo(float).eps, reason="this system has none longer")
def test_numbers_longer_than_float64_keep_their_digits():
    x = np.longdouble(1) / 3
    _, slopes = loss_and_gradient(np.zeros((2, 1), np.longdouble), np.full((3000, 1), x), np.zeros(3000, int))
    assert slopes.dtype == np.longdouble
    assert abs(slopes[1, 0] - x / 2) < 1e-17


@pytest.mark.parametrize("N", [1, 7, 8, 255, 256, 257, 600, 5000])
def test_blocks_and_their_remainders(N):
    """Every row counts once, wherever the blocks end and however many cores there are."""
    random = np.random.default_rng(N)
    W, X, y = random.normal(size=(4, 5)), random.normal(size=(N, 5)), random.integers(0, 4, N)
    loss, slopes = loss_and_gradient(W, X, y)
    S = scores(W, X)
    P = softmax(S)
    P[np.arange(N), y] -= 1
    assert loss == pytest.approx(mean_loss(S, y), rel=1e-13)
    assert np.allclose(slopes, P.T @ X / N, rtol=1e-11, atol=1e-14)


@pytest.fixture
def cores(request, monkeypatch):
    """As many threads as the test asks for."""
    monkeypatch.setattr(many_examples, "CORES", request.param)
    many_examples.threads.cache_clear()
    yield request.param
    many_examples.threads.cache_clear()


@pytest.mark.parametrize("cores", [1, 2, 7], indirect=True)
@pytest.mark.parametrize("classes", [3, 7])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint8])
def test_the_cores_change_no_digit(cores, classes, dtype, monkeypatch):
    random = np.random.default_rng(22)
    X = random.integers(0, 256, (9973, 40), np.uint8)
    X = X if dtype == np.uint8 else X.astype(dtype) / dtype(255)
    W, y = random.normal(size=(classes, 40)), random.integers(0, classes, 9973)
    W = W.astype(np.float32 if dtype == np.uint8 else dtype)
    monkeypatch.setattr(many_examples, "BLOCK", 2**17)
    monkeypatch.setattr(many_examples, "SMALL", 4 * W.size)
    monkeypatch.setattr(many_examples, "NEAR", 12 * W[0].nbytes)
    rows, columns = many_examples.tile_of(W, len(X))
    blocks = many_examples.blocks_of(X, rows, 8 * classes * -(-40 // columns))
    assert len(blocks) > 13
    expected = [many_examples.one_block(W, X[block], y[block], len(y), rows, columns) for block in blocks]
    with np.errstate(all="raise"):
        loss, slopes = loss_and_gradient(W, X, y)
    assert loss == math.fsum(loss for loss, *_ in expected)
    assert np.array_equal(slopes, sum(slopes.astype(float) for _, slopes, _ in expected).astype(W.dtype))


def test_the_share_of_right_answers_is_counted_over_all_blocks(monkeypatch):
    monkeypatch.setattr(many_examples, "BLOCK", 2**10)
    random = np.random.default_rng(25)
    W, X, y = random.normal(size=(3, 5)), random.normal(size=(700, 5)), random.integers(0, 3, 700)
    *_, share = many_examples.loss_gradient_and_share(W, X, y)
    assert share == np.mean(scores(W, X).argmax(axis=1) == y)


@pytest.mark.parametrize("classes", [2, 5, 6, 9])
@pytest.mark.parametrize(("N", "rows", "columns"), [(1, 8, 5), (5, 8, 1), (8, 8, 2), (24, 8, 4), (24, 1, 5)])
def test_a_block_is_multiplied_tile_by_tile(N, rows, columns, classes):
    """Up to five classes one after the other, more of them together: it is the same."""
    random = np.random.default_rng(N)
    W, X, y = random.normal(size=(classes, 5)), random.normal(size=(N, 5)), random.integers(0, classes, N)
    loss, slopes, right = many_examples.one_block(W, X, y, 2 * N, rows, columns)
    S = scores(W, X)
    assert right == np.sum(S.argmax(axis=1) == y)
    P = softmax(S)
    P[np.arange(N), y] -= 1
    assert loss == pytest.approx(mean_loss(S, y) / 2, rel=1e-13)
    assert np.allclose(slopes, P.T @ X / (2 * N), rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("cores", [2], indirect=True)
@pytest.mark.parametrize(("examples", "classes", "features"), [(64, 500, 3073), (9000, 1000, 2)])
def test_many_classes_need_no_more_memory_than_a_few_blocks(examples, classes, features, cores):
    W, X = np.zeros((classes, features), np.float32), np.ones((examples, features), np.float32)
    y = np.arange(examples) % classes
    loss_and_gradient(W, X[:9], y[:9])  # what the first call alone loads
    tracemalloc.start()
    loss_and_gradient(W, X, y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 * W.nbytes + 7 * cores * many_examples.BLOCK


@pytest.mark.parametrize("cores", [1], indirect=True)
def test_what_is_added_up_is_not_kept(cores):
    """Of 50 blocks with a product of 2 MB each, no more than a few are there at any time."""
    W, X = np.zeros((5, 100_000), np.float32), np.broadcast_to(np.uint8(1), (400, 100_000))
    tracemalloc.start()
    _, slopes = loss_and_gradient(W, X, np.zeros(400, int))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert np.allclose(slopes[0], -0.8)
    assert peak < 30 * 2**20


@pytest.mark.parametrize(
    ("shape", "dtype", "N", "tile"),
    [
        ((3, 3073), np.float32, 600, (40, 3073)),  # few classes: whole rows, half a megabyte
        ((3, 3073), np.float64, 600, (20, 3073)),
        ((5, 3073), np.float64, 48, (16, 3073)),
        ((5, 3073), np.float64, 50, (10, 3073)),
        ((5, 3073), np.float64, 63, (20, 3073)),  # 9 would leave no rest, and is less than half
        ((5, 3073), np.float64, 184, (20, 3073)),  # so is 8
        ((3, 3073), np.float64, 7, (7, 3073)),
        ((4, 1), np.float64, 5003, (1024, 1)),
        ((4, 1), np.float64, 9, (9, 1)),
        ((1, 10**6), np.float64, 9, (8, 8131)),
        ((10, 3073), np.float32, 50_000, (100, 439)),  # 439,000 multiplications in each
        ((10, 3073), np.float64, 600, (100, 439)),
        ((10, 3073), np.float64, 601, (100, 439)),
        ((6, 3073), np.float64, 600, (100, 615)),
        ((1, 20_000), np.float64, 1, (1, 10_000)),  # longer ones BLAS multiplies with threads
        ((1, 20_002), np.float64, 1, (1, 6668)),
        ((40, 3073), np.float32, 50_000, (100, 110)),
        ((500, 3073), np.float32, 50_000, (20, 45)),
        ((2000, 2), np.float64, 5003, (12, 2)),
        ((20_000, 2), np.float64, 24, (8, 2)),
        ((10**6, 2), np.float64, 24, (8, 1)),  # never less than a column
    ],
)
def test_a_tile_is_small_and_leaves_no_rest(shape, dtype, N, tile):
    W = np.broadcast_to(dtype(0), shape)
    assert many_examples.tile_of(W, N) == tile


@pytest.mark.parametrize("N", [1, 7, 600, 601, 50_000])
def test_no_product_is_so_large_that_blas_calls_its_threads(N):
    """Theirs would be other digits."""
    for C, D in itertools.product([1, 2, 5, 6, 10, 37, 100, 1000, 20_000], [1, 65, 3073, 10_001, 10**6]):
        rows, columns = many_examples.tile_of(np.broadcast_to(0.0, (C, D)), N)
        assert 1 <= rows <= N
        assert 1 <= columns <= min(D, many_examples.LONG)
        assert rows * columns * (1 if C <= many_examples.FEW else C) <= many_examples.SMALL


@pytest.mark.parametrize("columns", [1, 2, 3, 6, 7])
def test_the_strips_hold_each_column_once_and_copy_nothing(columns):
    A = np.arange(42).reshape(2, 3, 7)
    parts = many_examples.strips(A, columns)
    assert [part.shape[-1] for part in parts] == ([columns, 7 % columns] if 7 % columns else [columns])
    assert np.array_equal(np.concatenate([part.reshape(2, 3, -1) for part in parts], axis=2), A)
    assert all(np.shares_memory(part, A) for part in parts)


@pytest.mark.parametrize(("N", "rows"), [(600, 600), (600, 100), (70, 7), (5, 9)])
def test_tile_by_tile_the_products_are_the_same(N, rows):
    random = np.random.default_rng(N)
    for columns, C in itertools.product([1, 4, 7, 13], [1, 5, 6, 8]):
        W, X, B = random.normal(size=(C, 13)), random.normal(size=(N, 13)), random.normal(size=(N, C))
        tiles = many_examples.tiles_of(X, rows, columns)
        assert np.allclose(many_examples.scores_in_tiles(W, tiles), X @ W.T, rtol=1e-12)
        assert np.allclose(many_examples.gradient_in_tiles(B, tiles), B.T @ X, rtol=1e-10)


DIGITS = """
import numpy as np
from softmax_lesson.many_examples import loss_and_gradient

random = np.random.default_rng(0)
for C, N, D in (3, 601, 3073), (10, 601, 3073), (40, 300, 3073), (500, 100, 1000), (2, 9, 1_000_000):
    W, X = random.normal(size=(C, D)) / 100, random.normal(size=(N, D))
    loss, slopes = loss_and_gradient(W, X, random.integers(0, C, N))
    print(C, loss.hex(), hash(slopes.tobytes()))
"""


@pytest.mark.long
def test_the_threads_of_blas_change_no_digit():
    """Each starts NumPy anew: OpenBLAS reads the number of its threads only then."""
    found = [
        subprocess.run(
            [sys.executable, "-c", DIGITS],
            env=os.environ | {"OPENBLAS_NUM_THREADS": threads, "PYTHONHASHSEED": "0"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for threads in ("1", "2")
    ]
    assert found[0].count("\n") == 5
    assert found[0] == found[1]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize("cores", [2], indirect=True)
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own(cores):
    W, X, y = np.ones((2, 3073)), np.ones((2000, 3073)), np.arange(2000) % 2
    loss, _ = loss_and_gradient(W, X, y)
    assert many_examples.threads.cache_info().currsize == 1
    child = os.fork()
    if not child:
        signal.alarm(60)  # threads that do not answer must not hang the tests
        os._exit(0 if loss_and_gradient(W, X, y)[0] == loss else 1)
    assert os.waitpid(child, 0)[1] == 0


@pytest.mark.parametrize("cores", [1, 2], indirect=True)
@pytest.mark.parametrize("parts", [1, 2, 3])
def test_threads_are_started_only_where_they_can_share_the_work(cores, parts):
    assert list(many_examples.together(abs, range(parts))) == list(range(parts))
    assert many_examples.threads.cache_info().currsize == (cores > 1 and parts > 1)


@pytest.mark.parametrize("cores", [3], indirect=True)
@pytest.mark.parametrize("waiting", [2, 3])
def test_with_this_thread_there_are_as_many_as_cores(cores, waiting):
    all_there = threading.Barrier(waiting)  # as many as wait there must run at the same time
    pool = many_examples.threads(os.getpid())
    found = [pool.submit(all_there.wait, timeout=30 if waiting < cores else 0.2) for _ in range(waiting)]
    errors = [future.exception(timeout=60) for future in found]
    assert [type(error) for error in errors] == [
        threading.BrokenBarrierError if waiting == cores else type(None)
    ] * waiting


@pytest.mark.parametrize("cores", [2], indirect=True)
@pytest.mark.parametrize("here", [True, False], ids=["here", "in the other thread"])
def test_after_an_error_no_part_is_begun_any_more(cores, here):
    begun, failed = [], threading.Event()

    def work(part):
        begun.append(part)
        if here == (threading.current_thread() is threading.main_thread()):
            failed.set()
            raise KeyboardInterrupt
        failed.wait(timeout=60)
        if not here:
            the_other_is_done()

    def the_other_is_done():
        many_examples.threads(os.getpid()).submit(int).result(timeout=60)

    with pytest.raises(KeyboardInterrupt):
        list(many_examples.together(work, range(100)))
    the_other_is_done()
    assert len(begun) <= 2


@pytest.mark.parametrize(
    ("platform", "count", "cores"),
    [("linux", 2, 2), ("linux", 64, 8), ("linux", None, 1), ("emscripten", 64, 1)],
)
def test_as_many_threads_as_cores_but_none_in_a_browser(platform, count, cores, monkeypatch):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(os, "cpu_count", lambda: count)
    spec = importlib.util.find_spec("softmax_lesson.many_examples")
    anew = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(anew)
    assert vars(anew)["CORES"] == cores


@pytest.mark.parametrize("rows", [1, 25, 30])
@pytest.mark.parametrize("N", [1, 7, 170, 171, 400, 600, 601, 1500, 4096, 50_000])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_the_blocks_hold_each_row_once(N, rows, dtype):
    X = np.broadcast_to(dtype(1), (N, 3073))
    blocks = many_examples.blocks_of(X, rows)
    lengths = [len(X[block]) for block in blocks]
    assert [row for block in blocks for row in range(N)[block]] == list(range(N))
    assert all(length % rows == 0 for length in lengths[:-1])
    assert lengths[-1] % rows == 0 or lengths[-1] == N % rows
    a_row = 3073 * max(X.itemsize, 4)
    if not 2 * many_examples.BLOCK < N * a_row <= 4 * many_examples.BLOCK:
        assert max(lengths) <= many_examples.BLOCK // a_row + rows
        assert len(blocks) <= 2 + N * a_row // many_examples.BLOCK
    if N * a_row > 4 * many_examples.BLOCK:
        assert len(many_examples.blocks_of(X, rows, 2 * a_row)) >= 3 * len(blocks) // 2
    elif N * a_row > 2 * many_examples.BLOCK:  # two threads have half each
        assert max(lengths) <= -(-N // 2) + rows - 1
        assert len(blocks) == 2 + (N % rows > 0)
    assert many_examples.blocks_of(X) == many_examples.blocks_of(X, rows=1)


def test_a_loss_of_nearly_0_keeps_its_digits_and_so_do_its_slopes():
    W, X = np.array([[40.0], [0.0]]), np.ones((700, 1))
    loss, slopes = loss_and_gradient(W, X, np.zeros(700, int))
    assert loss == pytest.approx(np.exp(-40), rel=1e-13)
    assert np.allclose(slopes, [[-np.exp(-40)], [np.exp(-40)]], rtol=1e-13, atol=0)


def test_the_loss_of_very_many_examples_is_added_up_exactly():
    random = np.random.default_rng(24)
    W, X = random.normal(size=(2, 1)), random.normal(size=(300_000, 1))
    y = random.integers(0, 2, len(X))
    losses = negative_log_likelihood(scores(W, X), y)
    exactly = math.fsum(losses / len(y))
    assert abs(loss_and_gradient(W, X, y)[0] - exactly) <= 4 * np.finfo(float).eps * exactly


@pytest.mark.parametrize("cores", [1, 2], indirect=True)
def test_only_the_sentence_tells_of_an_overflow(cores, monkeypatch):
    monkeypatch.setattr(many_examples, "BLOCK", 64)
    W, X = np.array([[1e30, -1e30], [0, 0]], np.float32), np.full((64, 2), 1e30, np.float32)
    assert len(many_examples.blocks_of(X, 8)) == 8
    with warnings.catch_warnings(), pytest.raises(FloatingPointError, match="float32 can hold"):
        warnings.simplefilter("error")
        loss_and_gradient(W, X, np.zeros(64, int))


def test_a_mean_slope_that_rounds_to_more_than_a_short_dtype_holds_does_not_warn(monkeypatch):
    monkeypatch.setattr(many_examples, "BLOCK", 500)
    monkeypatch.setattr(many_examples, "NEAR", 32)
    W, X = np.array([[0], [3e-4]], np.float16), np.full((621, 1), 65504, np.float16)
    assert many_examples.tile_of(W, len(X))[0] == 9
    with np.errstate(all="raise"):
        _, slopes = loss_and_gradient(W, X, np.zeros(621, int))
    assert slopes[1] == -slopes[0] == np.inf  # 65,504, but for the rounding of 1 / 621


@pytest.mark.parametrize("cores", [1], indirect=True)
def test_a_file_on_disk_is_read_in_blocks(tmp_path, cores):
    """X may be memory-mapped; nothing of its size is allocated."""
    N, D = 4096, 3073
    X = np.memmap(tmp_path / "X", np.uint8, "w+", shape=(N, D))
    X[:] = np.random.default_rng(23).integers(0, 256, (N, D), np.uint8)
    W, y = np.full((3, D), 1e-5, np.float32), np.arange(N) % 3
    tracemalloc.start()
    _, slopes = loss_and_gradient(W, X, y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert slopes.dtype == np.float32
    assert np.allclose(
        slopes, loss_and_gradient(W.astype(float), X.astype(float), y)[1], rtol=1e-3, atol=1e-3
    )
    assert peak < N * D / 2


def test_a_bad_number_far_down_is_found():
    X = np.ones((5000, 3))
    X[4321, 1] = np.nan
    with pytest.raises(
        ValueError, match=r"^X: expected features without NaN, got NaN at position \(4321, 1\)"
    ):
        loss_and_gradient(np.zeros((2, 3)), X, np.zeros(5000, int))


def test_the_arguments_stay():
    W, X, y = np.ones((2, 3)), np.ones((4, 3)), np.array([0, 1, 1, 0])
    _, slopes = loss_and_gradient(W, X, y)
    assert not any(np.shares_memory(slopes, argument) for argument in (W, X))
    assert np.array_equal(W, np.ones((2, 3)))
    assert np.array_equal(X, np.ones((4, 3)))
    assert y.tolist() == [0, 1, 1, 0]


def test_probabilities_of_nearly_0_do_not_warn():
    with np.errstate(all="raise"):
        loss_and_gradient(np.array([[0.0], [-708.0]]), np.array([[1.0], [1.0], [1e-5]]), [0, 0, 0])


def test_scores_far_apart_do_not_warn():
    X = np.array([[1e150, 1.0], [-1e150, 1.0]])
    with np.errstate(all="raise"):
        loss, slopes = loss_and_gradient(np.array([[1e150, 0.0], [-1e150, 0.0]]), X, [0, 0])
    assert loss == pytest.approx(1e300, rel=1e-14)
    assert np.allclose(slopes, [[5e149, -0.5], [-5e149, 0.5]], rtol=1e-14)


W, X, Y = np.ones((3, 4)), np.ones((5, 4)), np.array([0, 1, 2, 1, 0])


@pytest.mark.parametrize(
    ("W", "X", "y", "error", "words"),
    [
        (W, X[0], 0, ValueError, r"X: expected features of shape \(N, D\), got shape \(4,\)"),
        (
            W,
            X[:, :3],
            Y,
            ValueError,
            r"X: expected 4 features .* got 3 .* Is the constant 1 for the bias missing",
        ),
        (W, X[:0], Y[:0], ValueError, r"X: expected features, got an empty array of shape \(0, 4\)"),
        (W, X * np.inf, Y, ValueError, r"X: expected features without inf, got inf at position \(0, 0\)"),
        (W - np.inf, X, Y, ValueError, r"W: expected weights without -inf, got -inf at position \(0, 0\)"),
        (W + 0j, X, Y, TypeError, r"W: expected weights as real numbers, got complex128"),
        (W, X, Y[:, None], ValueError, r"y: expected shape \(5,\), one label an example, got shape \(5, 1\)"),
        (W, X, Y + 1, ValueError, r"y: expected labels 0 to 2, got 3\. Labels count from 0"),
        (W, X, Y * 1.0, TypeError, r"y: expected class labels as integers, got float64"),
        (W, X, Y[:4], ValueError, r"y: expected shape \(5,\), one label an example, got shape \(4,\)"),
        (W * 1e200, X * 1e200, Y, FloatingPointError, r"W, X: expected .* max \|W\| is 1e\+200, max"),
    ],
)
def test_what_is_wrong_is_said(W, X, y, error, words):
    with pytest.raises(error, match="^" + words):
        loss_and_gradient(W, X, y)
