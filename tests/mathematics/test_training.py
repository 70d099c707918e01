import dataclasses
import functools
import os
import signal
import threading
import tracemalloc

import numpy as np
import pytest
from judge import FLOATS

from softmax_lesson import many_examples
from softmax_lesson.data import SAMPLE_FACTS, load_cifar10, load_sample
from softmax_lesson.loss import mean_loss
from softmax_lesson.many_examples import loss_and_gradient, loss_gradient_and_share
from softmax_lesson.regularisation import l2
from softmax_lesson.scores import add_bias, scores
from softmax_lesson.training import (
    History,
    accuracy,
    descent,
    descent_step,
    first_weights,
    measuring,
    predict,
    standardising,
    starting,
    train,
    watching,
)


def clouds(seed=0, dtype=np.float64):
    """Three clouds of 20 points in the plane, with the bias feature."""
    random = np.random.default_rng(seed)
    centres = np.array([[2.0, 0.0], [-1.0, 2.0], [-1.0, -2.0]])
    y = np.arange(60) % 3
    return add_bias(centres[y] + 0.7 * random.normal(size=(60, 2))).astype(dtype), y


X, Y = clouds()


def test_the_steps_are_those_of_gradient_descent():
    history = train(X, Y, learning_rate=0.1, steps=5, strength=0.3)
    W = history.weights[0]
    for step in range(6):
        assert np.allclose(history.weights[step], W, rtol=1e-14)
        loss, gradient = loss_and_gradient(W, X, Y)
        penalty, pull = l2(W, 0.3)
        assert history.loss[step] == pytest.approx(loss, rel=1e-13)
        assert history.penalty[step] == pytest.approx(penalty, rel=1e-13)
        assert history.accuracy[step] == np.mean(scores(W, X).argmax(axis=1) == Y)
        W = W - 0.1 * (gradient + pull)
    assert history.steps.tolist() == [0, 1, 2, 3, 4, 5]


def test_it_learns():
    history = train(X, Y, learning_rate=0.5)
    assert history.loss[0] == pytest.approx(np.log(3), abs=0.01)
    assert np.all(np.diff(history.loss + history.penalty) < 0)
    assert history.accuracy[-1] > 0.95
    assert accuracy(history.final, *clouds(seed=1)) > 0.95
    assert repr(history).startswith("History of 200 steps: loss 1.1 to 0.")


def test_at_the_minimum_the_two_gradients_cancel():
    W = train(X, Y, learning_rate=0.5, steps=800, strength=0.1, keep_every=800).final
    assert np.allclose(loss_and_gradient(W, X, Y)[1], -l2(W, 0.1)[1], atol=1e-12)


def test_the_same_seed_gives_the_same_run():
    one, same, other = (train(X, Y, steps=3, seed=seed) for seed in (5, 5, 6))
    assert np.array_equal(one.weights, same.weights)
    assert not np.array_equal(one.weights[0], other.weights[0])


def test_where_a_run_ended_the_next_can_start():
    whole, first = train(X, Y, steps=20), train(X, Y, steps=12)
    rest = train(X, Y, steps=8, start=first.final)
    assert np.array_equal(rest.final, whole.final)
    assert np.array_equal(rest.loss, whole.loss[12:])


@pytest.mark.parametrize(
    ("first", "then", "words"),
    [
        ((X, Y), None, r"expected a pair \(X, y\), as in .*, got None"),
        (None, (X, Y), "expected None, as in .*, got a pair"),
    ],
)
def test_a_run_goes_on_with_the_validation_it_began_with(first, then, words):
    history = train(X, Y, steps=2, validation=first)
    with pytest.raises(ValueError, match="^validation: " + words):
        train(X, Y, steps=4, validation=then, start=history)


def test_some_steps_are_kept_and_always_the_last():
    every = train(X, Y, steps=10)
    for keep_every, kept in ((1, range(11)), (3, [0, 3, 6, 9, 10]), (5, [0, 5, 10]), (99, [0, 10])):
        some = train(X, Y, steps=10, keep_every=keep_every)
        assert some.steps.tolist() == list(kept)
        assert np.array_equal(some.weights, every.weights[some.steps])
        assert len(some.loss) == len(some.accuracy) == 11
        assert np.array_equal(some.final, every.final)


def test_no_step_at_all_is_a_measurement():
    history = train(X, Y, steps=0)
    assert history.weights.shape == (1, 3, 3)
    assert history.loss.shape == (1,)
    train(1e3 * X, Y, steps=0, learning_rate=1e308)  # a step that is not taken cannot diverge


def test_validation_is_measured_and_not_learnt_from():
    other = clouds(seed=1)
    history, alone = train(X, Y, steps=20, validation=other), train(X, Y, steps=20)
    assert np.array_equal(history.weights, alone.weights)
    assert alone.validation_loss is None
    assert alone.validation_accuracy is None
    for step in (0, 7, 20):
        assert history.validation_loss[step] == mean_loss(scores(history.weights[step], other[0]), other[1])
        assert history.validation_accuracy[step] == accuracy(history.weights[step], *other)
    assert "validation accuracy" in repr(history)


@pytest.mark.parametrize("dtype", [*FLOATS, np.int64])
def test_dtype_kept_arguments_untouched(dtype):
    features, labels = (10 * X).astype(dtype), Y.astype(np.uint8)
    before = features.copy()
    start = np.zeros((3, 3), dtype)
    history = train(features, labels, steps=3, start=start)
    kept = dtype if dtype in FLOATS else np.float64
    assert history.weights.dtype == train(features, labels, steps=1).weights.dtype == kept
    assert np.array_equal(features, before)
    assert not start.any()
    assert not np.shares_memory(history.weights, start)


def test_the_number_of_classes():
    assert train(X, Y, steps=1).final.shape == (3, 3)
    assert train(X, np.where(Y == 2, 255, Y).astype(np.uint8), steps=1).final.shape == (256, 3)
    assert train(X, Y, classes=10, steps=1).final.shape == (10, 3)
    assert train(X.tolist(), Y.tolist(), steps=1, start=np.zeros((4, 3))).final.shape == (4, 3)


def test_the_first_weights_are_small_and_by_themselves():
    W = first_weights(X, Y)
    assert np.array_equal(W, 0.001 * np.random.default_rng(0).standard_normal((3, 3)))
    assert np.array_equal(first_weights(X, Y, seed=0), W)
    assert first_weights(X, 0 * Y).shape == first_weights(X, Y, classes=1).shape == (1, 3)
    with pytest.raises(ValueError, match=r"^seed: expected 0 or more, got -1\.$"):
        first_weights(X, Y, seed=-1)


def test_predict_and_accuracy():
    W = np.array([[1.0, 0.0], [0.0, 1.0]])
    assert predict(W, [[2, 1], [1, 2], [3, 3]]).tolist() == [0, 1, 0]
    assert predict(W, [1, 2]) == 1
    assert accuracy(W, [[2, 1], [1, 2], [3, 3]], [0, 1, 1]) == 2 / 3
    assert type(accuracy(W, [[2, 1]], [0])) is float


def test_one_descent_step():
    assert descent_step([[1.0, 2.0]], [[10.0, -10.0]], 0.1).tolist() == [[0, 3]]
    assert descent_step(np.ones(2, np.float32), np.ones(2, np.float32), np.float64(0.5)).dtype == np.float32


def test_a_rate_too_high_can_be_watched():
    losses = train(X, Y, learning_rate=50).loss
    assert np.all(np.isfinite(losses))
    assert losses[100:].max() > 2 * losses[0]


@pytest.mark.parametrize("dtype", FLOATS)
def test_divergence_is_said_with_its_step(dtype):
    words = r"^learning_rate: training diverged at step \d+: .* Try a learning_rate below 1000"
    with pytest.raises(FloatingPointError, match=words):
        train(X.astype(dtype), Y, learning_rate=1000, strength=1)


@pytest.mark.parametrize("batch", [None, 7])
@pytest.mark.parametrize("strength", [1e308, 1e5, 150])
def test_a_price_that_throws_the_weights_away_is_to_blame_and_not_the_rate(batch, strength):
    words = r"^strength: training diverged at step \d+: .* Try a strength below 100: above"
    with pytest.raises(FloatingPointError, match=words) as error:
        train(X, Y, steps=2000, strength=strength, batch=batch)
    assert "learning_rate" not in str(error.value)


def test_a_rate_that_is_as_large_as_the_price_is_to_blame():
    with pytest.raises(FloatingPointError, match=r"^learning_rate: .* Try a learning_rate below 3,?"):
        train(X, Y, steps=5000, strength=3, learning_rate=3)


def test_below_2_the_price_is_not_to_blame():
    words = (
        r"^learning_rate: training diverged at step 1: .* Try a learning_rate below 0.1, or smaller features"
    )
    with pytest.raises(FloatingPointError, match=words):
        train(1e200 * X, Y, learning_rate=0.1, strength=15)


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("X", {"X": 1e200 * X, "start": np.full((3, 3), 1e150)}),
        ("start", {"start": np.full((3, 3), 1e308)}),
        ("start", {"start": np.full((3, 3), 1e200), "strength": 0.01}),  # only the penalty overflows
        ("strength", {"start": np.full((3, 3), 1e3), "strength": 1e304}),
        ("validation", {"validation": (np.full((2, 3), 1e300), [0, 1]), "start": np.full((3, 3), 1e10)}),
    ],
)
def test_before_any_move_no_rate_is_to_blame(name, more):
    with pytest.raises(FloatingPointError, match=rf"^{name}: at step 0, before any move, .* Try") as error:
        train(**{"X": X, "y": Y, **more})
    assert "learning_rate" not in str(error.value)


def test_nor_before_the_first_move_of_a_run_that_goes_on():
    history = train(1e-200 * X, Y, steps=3)
    state = dataclasses.replace(history.state, V=np.full((3, 3), 1e200))
    with pytest.raises(FloatingPointError, match=r"^X: at step 3, before any move, .* Try smaller features"):
        train(1e250 * X, Y, start=dataclasses.replace(history, state=state))


# ---- Interrupts and the progress bar ----------------------------------------------------------------------


@pytest.fixture(autouse=True)
def interrupts():
    """Interrupts as in a program of one's own: where tests run in a shell's background, they are ignored."""
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, usual)


def interrupt_at(call, function):
    """Return a function that is interrupted in its call of that number, as by Ctrl-C."""
    calls = []

    def interrupted(*arguments):
        calls.append(arguments)
        if len(calls) == call:
            signal.raise_signal(signal.SIGINT)
        return function(*arguments)

    return interrupted


def test_an_interrupt_keeps_what_was_learnt(monkeypatch):
    whole = train(X, Y, steps=10)
    monkeypatch.setattr(descent, "loss_gradient_and_share", interrupt_at(7, loss_gradient_and_share))
    history = train(X, Y, steps=10, keep_every=4)
    assert len(history.loss) == 7
    assert history.steps.tolist() == [0, 4, 6]
    assert np.array_equal(history.weights, whole.weights[[0, 4, 6]])
    assert np.array_equal(history.loss, whole.loss[:7])


@pytest.mark.parametrize("place", ["first_state", "all_at_once"])
def test_an_interrupt_before_the_first_move_returns_the_start(place, monkeypatch):
    monkeypatch.setattr(descent, place, interrupt_at(1, getattr(descent, place)))
    history = train(X, Y, standardise=True)
    assert np.array_equal(history.weights, train(X, Y, standardise=True, steps=0).weights)


@pytest.mark.parametrize("batches", [1, 2, 11, 12, 13, 30])
def test_an_interrupt_in_a_pass_keeps_every_batch_and_the_pass_goes_on(batches, monkeypatch):
    images, labels = pixels()
    whole = train(images, labels, **BATCHES)
    with monkeypatch.context() as patch:
        patch.setattr(descent, "loss_and_gradient", interrupt_at(batches, loss_and_gradient))
        part = train(images, labels, **BATCHES)
    passes, more = divmod(batches, 12)  # 600 examples in batches of 50
    assert part.steps.tolist() == list(range(passes + (more > 0) + 1))
    assert part.state.batches == more
    assert part.loss[-1] < part.loss[0]
    assert part.loss[-1] == pytest.approx(mean_loss(scores(part.final, images), labels), rel=1e-5)
    rest = train(images, labels, start=part, **BATCHES)
    assert np.array_equal(rest.weights, whole.weights)
    assert np.array_equal(rest.loss, whole.loss)


@pytest.mark.parametrize("steps", [0, 1])
def test_a_pass_that_was_interrupted_is_not_finished_for_a_run_of_fewer_steps(steps, monkeypatch):
    images, labels = pixels()
    with monkeypatch.context() as patch:
        patch.setattr(descent, "loss_and_gradient", interrupt_at(12 + 5, loss_and_gradient))
        part = train(images, labels, **BATCHES)
    shorter = train(images, labels, start=part, **BATCHES | {"steps": steps})
    assert np.array_equal(shorter.weights, part.weights)
    assert shorter.state.batches == part.state.batches == 5
    as_long = train(images, labels, start=part, **BATCHES | {"steps": part.steps[-1]})
    assert as_long.state.batches == 0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_move_too_small_for_a_number_is_no_divergence(dtype):
    """Whatever a student has told NumPy to do with numbers that vanish."""
    X = np.full((4, 2), 2 * np.finfo(dtype).tiny, dtype)
    with np.errstate(all="raise"):
        history = train(X, [0, 1, 0, 0], steps=3, batch=2, start=np.zeros((2, 2), dtype))
    assert history.loss[-1] == pytest.approx(np.log(2))


def test_a_second_interrupt_is_not_waited_for(monkeypatch):
    def interrupted(*arguments):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(descent, "loss_gradient_and_share", interrupted)
    with pytest.raises(KeyboardInterrupt):
        train(X, Y)


@pytest.mark.parametrize("handler", [signal.SIG_IGN, signal.default_int_handler, lambda *_: None])
def test_interrupts_are_as_before_when_the_run_is_over(handler):
    signal.signal(signal.SIGINT, handler)
    train(X, Y, steps=1)
    assert signal.getsignal(signal.SIGINT) is handler
    with pytest.raises(FloatingPointError):
        train(X, Y, learning_rate=1e308)
    assert signal.getsignal(signal.SIGINT) is handler


def test_a_program_that_hears_no_interrupts_goes_on(monkeypatch):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    monkeypatch.setattr(descent, "loss_gradient_and_share", interrupt_at(2, loss_gradient_and_share))
    assert len(train(X, Y, steps=5).loss) == 6


def test_it_runs_in_a_thread_where_no_interrupt_comes():
    found = []
    thread = threading.Thread(target=lambda: found.append(train(X, Y, steps=3)))
    thread.start()
    thread.join()
    assert np.array_equal(found[0].weights, train(X, Y, steps=3).weights)


@pytest.fixture
def bars(monkeypatch):
    """Switch progress bars on (conftest.py has them off), show them at once, and return those made."""
    monkeypatch.delenv("TQDM_DISABLE")
    made = []

    class Shown(watching.Bar):
        def __init__(self, *arguments, **words):
            super().__init__(*arguments, **{**words, "delay": 0, "mininterval": 0})
            made.append(self)

        def close(self):
            self.closed = True
            super().close()

    monkeypatch.setattr(watching, "Bar", Shown)
    return made


def test_a_short_run_prints_nothing_and_a_long_one_a_bar(capsys, monkeypatch):
    monkeypatch.delenv("TQDM_DISABLE")
    train(X, Y, steps=10)
    assert capsys.readouterr() == ("", "")


def test_the_environment_can_switch_the_bar_off(bars, capsys, monkeypatch):
    train(X, Y, steps=10)
    shown = capsys.readouterr().err
    assert "training" in shown
    assert all(f" {step}/10 " in shown for step in range(11))
    assert shown.endswith("\r")  # wiped out: a bar that is left ends its line
    monkeypatch.setenv("TQDM_DISABLE", "1")
    train(X, Y, steps=10)
    assert capsys.readouterr() == ("", "")


def test_a_bar_appears_after_two_seconds(monkeypatch):
    monkeypatch.delenv("TQDM_DISABLE")
    with watching.progress_bar(0, 10) as bar:
        assert bar.delay == 2


@pytest.mark.parametrize("more", [{}, {"batch": 20}, {"steps": 0}, {"patience": 1, "validation": (X, 2 - Y)}])
def test_the_bar_is_full_when_the_run_has_ended_well(bars, more):
    history = train(X, Y, **{"steps": 6, **more})
    assert bars[0].closed
    assert bars[0].n == bars[0].total == len(history.loss) - 1


def test_a_run_that_goes_on_begins_its_bar_where_it_stood(bars, capsys):
    history = train(X, Y, steps=6)
    capsys.readouterr()
    train(X, Y, steps=10, start=history)
    assert "6/10" in capsys.readouterr().err
    assert bars[1].n == bars[1].total == 10


def test_the_bar_is_gone_after_a_divergence_and_after_an_interrupt(bars, monkeypatch):
    with pytest.raises(FloatingPointError):
        train(X, Y, learning_rate=1e3, strength=1)
    monkeypatch.setattr(descent, "loss_gradient_and_share", interrupt_at(4, loss_gradient_and_share))
    train(X, Y)
    for bar in bars:
        assert bar.closed
        assert bar.n == bar.total  # else a notebook would go on showing it, in red


@pytest.mark.filterwarnings("error")
def test_where_no_thread_can_start_the_bar_does_not_warn(bars, monkeypatch):
    def cannot(thread):
        raise RuntimeError("can't start new thread")

    for kind in watching.Bar.__mro__:
        if "monitor" in vars(kind):
            monkeypatch.setattr(kind, "monitor", None)
    monkeypatch.setattr(threading.Thread, "start", cannot)
    train(X, Y, steps=3)


def test_what_a_run_leaves_cannot_be_changed_by_accident_and_is_equal_to_itself_alone():
    history = train(X, Y, steps=1)
    assert isinstance(history, History)
    options = starting.Options.checked(
        learning_rate=0.1, steps=1, strength=0, seed=0, validation=None, keep_every=1, batch=None,
        standardise=False, patience=None,
    )  # fmt: skip
    state = history.state
    for thing, field in (history, "loss"), (state, "V"), (state.units, "mean"), (options, "steps"):
        with pytest.raises(AttributeError):
            setattr(thing, field, None)
        assert thing == thing
        assert thing != dataclasses.replace(thing)
        assert len({thing, thing}) == 1


@pytest.mark.parametrize(
    ("X", "y", "options", "error", "words"),
    [
        (X[0], 0, {}, ValueError, r"X: expected features of shape \(N, D\), got shape \(3,\)"),
        (X[:0], Y[:0], {}, ValueError, r"X: expected features, got an empty array"),
        (X * np.nan, Y, {}, ValueError, r"X: expected features without NaN"),
        (X, Y[:-1], {}, ValueError, r"y: expected shape \(60,\), one label an example, got shape \(59,\)"),
        (X, Y - 1, {}, ValueError, r"y: expected labels 0 or more, got -1\. Labels count from 0"),
        (X, Y * 1.0, {}, TypeError, r"y: expected class labels as integers, got float64"),
        (X, Y, {"classes": 2}, ValueError, r"y: expected labels 0 to 1, got 2"),
        (X, Y, {"classes": 0}, ValueError, r"classes: expected 1 or more, got 0"),
        (X, Y, {"classes": 3.0}, TypeError, r"classes: expected a whole number, got float"),
        (
            X,
            Y,
            {"classes": 4, "start": np.ones((3, 3))},
            ValueError,
            r"classes: expected 3, one for each row of start",
        ),
        (
            X,
            Y,
            {"start": np.ones(3)},
            ValueError,
            r"start: expected weights of shape \(C, D\), got shape \(3,\)",
        ),
        (X, Y, {"start": np.ones((3, 2))}, ValueError, r"X: expected 2 features an example"),
        (X, Y, {"learning_rate": 0}, ValueError, r"learning_rate: expected a finite number, above 0, got 0"),
        (X, Y, {"learning_rate": "fast"}, TypeError, r"learning_rate: expected a number, got str"),
        (X, Y, {"steps": -1}, ValueError, r"steps: expected 0 to 1000000000, got -1"),
        (X, Y, {"steps": 10**10}, ValueError, r"steps: expected 0 to 1000000000, got 10000000000"),
        (X, Y, {"standardise": "no"}, TypeError, r"standardise: expected True or False, got str"),
        (X, Y, {"standardise": 1}, TypeError, r"standardise: expected True or False, got int"),
        (X, Y, {"steps": 2.5}, TypeError, r"steps: expected a whole number, got float"),
        (X, Y, {"strength": -1}, ValueError, r"strength: expected a finite number, 0 or more, got -1"),
        (X, Y, {"seed": -1}, ValueError, r"seed: expected 0 or more, got -1"),
        (X, Y, {"seed": -1, "start": np.ones((3, 3))}, ValueError, r"seed: expected 0 or more, got -1"),
        (X, Y, {"seed": None}, TypeError, r"seed: expected a whole number, got NoneType"),
        (X, Y, {"keep_every": 0}, ValueError, r"keep_every: expected 1 or more, got 0"),
        (X, Y, {"validation": X}, TypeError, r"validation: expected a pair \(X, y\), got ndarray"),
        (X, Y, {"validation": (X, Y, X)}, TypeError, r"validation: expected a pair \(X, y\), got tuple\.$"),
        (X, Y, {"validation": [X]}, TypeError, r"validation: expected a pair \(X, y\), got list\.$"),
        (X, Y, {"validation": "ab"}, TypeError, r"validation: expected a pair \(X, y\), got str\.$"),
        (X, Y, {"validation": (X, Y + 1)}, ValueError, r"validation: y: expected labels 0 to 2, got 3"),
        (X, Y, {"validation": (X, Y * 1.0)}, TypeError, r"validation: y: expected class labels as integers"),
        (X, Y, {"validation": (X[:, :2], Y)}, ValueError, r"validation: X: expected \d+ features an example"),
    ],
)
def test_what_is_wrong_is_said(X, y, options, error, words):
    with pytest.raises(error, match="^" + words):
        train(X, y, **options)


@pytest.mark.parametrize(
    ("gradient", "rate", "error", "words"),
    [
        (np.ones((2, 1)), 0.1, ValueError, r"gradient: expected the shape of W, \(1, 2\), got \(2, 1\)"),
        (np.ones((1, 2)) * np.nan, 0.1, ValueError, r"gradient: expected numbers without NaN"),
        (np.ones((1, 2)), -0.1, ValueError, r"learning_rate: expected a finite number, above 0"),
        (np.full((1, 2), 1e308), 1e10, FloatingPointError, r"W: expected weights that float64 can hold"),
    ],
)
def test_what_is_wrong_with_a_step_is_said(gradient, rate, error, words):
    with pytest.raises(error, match="^" + words):
        descent_step(np.ones((1, 2)), gradient, rate)


@functools.cache
def trained_on_the_sample():
    """Return a run of the lesson's own 200 steps, and its share of right answers on the test photographs."""
    sample = load_sample()
    pixels, mean = sample.train.images.reshape(600, -1), sample.train.images.reshape(600, -1).mean(axis=0)
    features = add_bias((pixels - mean) / 255)
    unseen = add_bias((sample.test.images.reshape(300, -1) - mean) / 255)
    history = train(features, sample.train.labels, keep_every=200)
    return history, accuracy(history.final, unseen, sample.test.labels)


def test_real_images_reach_what_the_lesson_promises():
    history, right = trained_on_the_sample()
    assert right == pytest.approx(SAMPLE_FACTS["share_right"]["training"], abs=0.02)
    assert history.accuracy[-1] > right


@pytest.mark.default_sample
def test_four_in_five_of_its_own_photographs_are_right():
    history, _ = trained_on_the_sample()
    assert 0.80 < history.accuracy[-1] < 0.86


# ---- Batches, standard units, stopping early, going on ----------------------------------------------------


def pixels(seed=0, N=600):
    """Return uint8 examples of three overlapping kinds, of very different means and spreads, and the bias."""
    random = np.random.default_rng(seed)
    y = random.integers(0, 3, N)
    X = np.array([200, 20, 120]) + random.normal(size=(N, 3)) * [20, 3, 30] + np.eye(3)[y] * [20, 3, 30]
    return np.column_stack([X, np.ones(N)]).clip(0, 255).astype(np.uint8), y


BATCHES = {"batch": 50, "learning_rate": 0.02, "steps": 6, "standardise": True, "strength": 0.03}


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("row", [0, 400])
def test_a_number_that_cannot_be_standardised_is_named(bad, row):
    X = np.ones((500, 3))
    X[row, 1] = bad
    with pytest.raises(ValueError, match=rf"^X: expected features without .* at position \({row}, 1\)\."):
        train(X, np.zeros(500, int), standardise=True)


def test_standardise_is_the_same_as_standardised_features():
    X, y = pixels()
    mean, spread = X[:, :-1].mean(axis=0), X[:, :-1].std(axis=0)
    Z = add_bias((X[:, :-1] - mean) / spread)
    for options in ({"learning_rate": 0.1, "steps": 20}, {**BATCHES, "standardise": False}):
        by_hand = train(Z, y, start=np.zeros((3, 4)), **options)
        within = train(X, y, start=np.zeros((3, 4)), **{**options, "standardise": True})
        assert np.allclose(scores(within.final, X), scores(by_hand.final, Z), rtol=1e-9, atol=1e-9)
        assert np.allclose(within.loss, by_hand.loss)
        assert np.allclose(within.penalty, by_hand.penalty)
        assert np.array_equal(within.accuracy, by_hand.accuracy)


def test_batches_reach_the_minimum_and_the_seed_decides():
    X, y = pixels()
    history = train(X, y, **{**BATCHES, "steps": 60})
    units = standardising.of_examples(X, np.float64)
    V = units.standardised(history.final.astype(float))
    slope = units.gradient(loss_and_gradient(units.weights(V), X, y)[1]) + l2(V, 0.03)[1]
    assert abs(slope).max() < 5e-4  # at the start 0.3
    assert history.weights.dtype == np.float32
    assert np.array_equal(history.weights, train(X, y, **{**BATCHES, "steps": 60}).weights)
    assert not np.array_equal(history.weights, train(X, y, **{**BATCHES, "steps": 60}, seed=1).weights)


def test_the_first_weights_are_those_of_the_units_or_exactly_the_ones_that_were_given():
    images, labels = pixels()
    units = standardising.of_examples(images, np.float32)
    small = units.standardised(train(images, labels, standardise=True, steps=0).final)
    assert np.allclose(small, first_weights(images, labels), rtol=1e-3, atol=1e-6)
    given = np.random.default_rng(1).normal(size=(3, 4)) / [200, 20, 100, 1]
    history = train(images, labels, standardise=True, start=given, steps=0)
    assert np.allclose(history.final, given)
    assert history.loss[0] == pytest.approx(mean_loss(scores(given, images), labels), rel=1e-9)


def test_features_between_0_and_1_are_standardised_too():
    X = np.column_stack([np.random.default_rng(0).random((50, 2)) / [1, 1000], np.ones(50)])
    units = standardising.of_examples(X, np.float64)
    assert np.allclose(units.spread, [*X[:, :2].std(axis=0), 1], rtol=1e-12)
    assert np.allclose(units.mean, [*X[:, :2].mean(axis=0), 0], rtol=1e-12)


def test_very_large_features_are_standardised_or_named():
    draw = np.random.default_rng(0).normal(size=(50, 1))
    X = np.column_stack([1e150 * draw, np.ones(50)])
    assert standardising.of_examples(X, np.float64).spread[0] == pytest.approx(1e150 * draw.std())
    with pytest.raises(
        ValueError, match=r"^X: expected features whose squares float64 can hold, got 2.*e\+200\."
    ):
        train(X * [1e50, 1], np.zeros(50, int), standardise=True)


def test_a_mean_far_from_0_keeps_the_digits_of_the_spread():
    X = np.column_stack([1e9 + np.arange(40.0), np.ones(40)])
    assert standardising.of_examples(X, np.float64).spread[0] == pytest.approx(np.arange(40).std(), rel=1e-12)


def by_the_book(V, X, y, batch, passes, highest, strength, seed):
    """Nesterov's momentum under half a cosine, from the papers and not from the package."""
    velocity, count = np.zeros_like(V), -(-len(y) // batch)
    for done in range(passes):
        order = np.random.default_rng((seed, done)).permutation(np.arange(0, len(y), batch))
        for move, start in enumerate(order):
            rate = 0.5 * highest * (1 + np.cos(np.pi * (done * count + move) / (passes * count)))
            rows = slice(start, start + batch)
            ahead = V + 0.9 * velocity
            P = np.exp(X[rows] @ ahead.T)
            P /= P.sum(axis=1, keepdims=True)
            slope = (P - np.eye(len(V))[y[rows]]).T @ X[rows] / len(X[rows])
            velocity = 0.9 * velocity - rate * (
                slope + strength * ahead * np.append(np.ones(V.shape[1] - 1), 0)
            )
            V = V + velocity
    return V


@pytest.mark.parametrize("passes", [1, 2, 5])
def test_batches_are_nesterovs_momentum_under_half_a_cosine(passes):
    start = np.random.default_rng(2).normal(size=(3, 3))
    found = train(X, Y, start=start, batch=25, steps=passes, learning_rate=0.3, strength=0.1, seed=7)
    assert np.allclose(found.final, by_the_book(start, X, Y, 25, passes, 0.3, 0.1, 7), rtol=1e-12)


def test_each_pass_takes_every_batch_once_and_in_a_new_order(monkeypatch):
    seen = []

    def noting(W, rows, labels):
        seen.append((rows[0, 0], len(rows)))
        return loss_and_gradient(W, rows, labels)

    monkeypatch.setattr(descent, "loss_and_gradient", noting)
    train(X, Y, batch=8, steps=3)  # seven batches of 8 and one of 4
    orders = [seen[start : start + 8] for start in (0, 8, 16)]
    assert len(seen) == 24
    assert all(
        sorted(order) == sorted((X[row, 0], len(X[row : row + 8])) for row in range(0, 60, 8))
        for order in orders
    )
    assert orders[0] != orders[1] != orders[2] != orders[0]


def test_what_is_not_said_is_as_the_signature_has_it():
    plain = train(X, Y)
    told = train(
        X, Y, classes=3, learning_rate=0.02, steps=200, strength=0.01, seed=0, start=None, validation=None,
        keep_every=1, batch=None, standardise=False, patience=None,
    )  # fmt: skip
    assert np.array_equal(plain.weights, told.weights)
    assert np.array_equal(plain.penalty, told.penalty)
    assert plain.steps.tolist() == list(range(201))


def test_bytes_stay_bytes_while_it_learns(monkeypatch):
    monkeypatch.setattr(many_examples, "CORES", 1)
    images = np.random.default_rng(0).integers(0, 256, (6000, 3073), np.uint8)
    tracemalloc.start()
    train(images, np.arange(6000) % 2, steps=1, learning_rate=1e-6)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * images.nbytes  # as float64, all of them would take eight times as much


def test_bytes_are_scored_in_blocks_and_in_the_dtype_of_the_weights(monkeypatch):
    monkeypatch.setattr(many_examples, "CORES", 1)
    draw = np.random.default_rng(0)
    images = draw.integers(0, 256, (6000, 3073), np.uint8)
    W = draw.normal(size=(2, 3073)).astype(np.float32)
    tracemalloc.start()
    S = measuring.scores_in_blocks(W, images)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert S.dtype == np.float32
    assert peak < images.nbytes  # as float32, all of them would take four times that
    assert np.allclose(S, scores(W, images), rtol=1e-4, atol=0.5)
    assert measuring.scores_in_blocks(W, images[0]).shape == (2,)
    assert predict(W, images[0]) == predict(W, images[:1])[0]


def test_the_line_of_a_history():
    columns = np.array(
        [[9.0, 8, 7, 6], [1, 2, 3, 4], [0.1, 0.2, 0.3, 0.4], [5, 4, 3, 2], [0.5, 0.6, 0.7, 0.8]]
    )
    history = History(np.zeros((4, 3, 3)), np.arange(4), *columns)
    line = "History of 3 steps: loss 9 to 6, accuracy 10.0% to 40.0%"
    assert repr(history) == f"{line}, validation accuracy 50.0% to 80.0%"
    assert repr(History(np.zeros((4, 3, 3)), np.arange(4), *columns[:3])) == line
    one_step = History(np.zeros((2, 3, 3)), np.arange(2), *columns[:3, :2])
    assert repr(one_step) == "History of 1 step: loss 9 to 8, accuracy 10.0% to 20.0%"


def test_the_units_go_both_ways_and_need_the_bias():
    X, _ = pixels()
    units = standardising.of_examples(X, np.float64)
    W = np.random.default_rng(0).normal(size=(3, 4))
    assert np.allclose(units.weights(units.standardised(W)), W)
    assert standardising.of_examples(np.full((5, 2), [7, 1], np.uint8), np.float32).spread.tolist() == [1, 1]
    half_right = X.copy()
    half_right[300:, -1] = 2
    for wrong in X[:, :-1], half_right:
        with pytest.raises(
            ValueError, match=r"^X: expected a last column of 1 for the bias, got other numbers"
        ):
            train(wrong, np.zeros(600, int), standardise=True)


@pytest.mark.parametrize("options", [{"steps": 10, "learning_rate": 0.1}, {**BATCHES, "steps": 10}])
def test_it_goes_on_where_it_was_interrupted(options, monkeypatch):
    X, y = pixels()
    validation = pixels(seed=1)
    whole = train(X, y, validation=validation, keep_every=3, **options)
    name = "one_pass" if "batch" in options else "loss_gradient_and_share"
    with monkeypatch.context() as patch:
        patch.setattr(descent, name, interrupt_at(5, getattr(descent, name)))
        part = train(X, y, validation=validation, keep_every=3, **options)
    assert 3 < len(part.loss) < 11
    rest = train(X, y, validation=validation, keep_every=3, start=part, **options)
    for field in "weights", "steps", "loss", "penalty", "accuracy", "validation_loss", "validation_accuracy":
        assert np.array_equal(getattr(rest, field), getattr(whole, field)), field
    assert np.array_equal(train(X, y, validation=validation, start=whole, **options).final, whole.final)


@pytest.mark.parametrize("first", [True, False])
def test_a_run_goes_on_in_the_units_it_began_with(first):
    images, labels = pixels()
    history = train(images, labels, steps=20, learning_rate=0.1, standardise=first)
    words = f"^standardise: expected {first}, as in the run that start comes from, got {not first}"
    with pytest.raises(ValueError, match=words):
        train(images, labels, steps=40, learning_rate=0.1, standardise=not first, start=history)


@pytest.mark.parametrize(("mean", "spread", "same"), [(0, 1, True), (0, 2, False), (1, 1, False)])
def test_units_are_the_same_only_when_both_their_numbers_are(mean, spread, same):
    units = standardising.as_they_are(X, np.float64)
    other = standardising.Units(np.array([mean, 0, 0.0]), np.array([spread, 1, 1.0]))
    assert units.same_as(other) is same


def test_one_example_has_a_mean_and_no_spread():
    units = standardising.of_examples(np.array([[3.0, 1.0]]), np.float64)
    assert units.mean.tolist() == [3, 0]
    assert units.spread.tolist() == [1, 1]


@pytest.mark.parametrize("options", [{"steps": 20, "learning_rate": 0.1}, BATCHES])
def test_a_run_goes_on_with_other_examples_from_the_same_weights(options):
    """Their mean and spread are others, so the same W is another V: the scores must not jump."""
    images, labels = pixels()
    others, answers = images // 3 + 50, labels
    others[:, -1] = 1
    options = {**options, "standardise": True}
    history = train(images, labels, **options)
    start = scores(history.final, others)
    rest = train(others, answers, **{**options, "steps": history.steps[-1] + 1}, start=history)
    assert np.allclose(scores(rest.weights[-2], others), start, rtol=1e-3, atol=1e-3)
    assert rest.loss[-2] == pytest.approx(mean_loss(start, answers), rel=1e-3)
    units = standardising.of_examples(others, np.float32)
    assert np.allclose(
        history.state.in_units(units).velocity,
        units.standardised(history.state.units.weights(history.state.velocity)),
    )


def test_a_history_without_its_state_is_no_start():
    history = dataclasses.replace(train(X, Y, steps=1), state=None)
    with pytest.raises(ValueError, match=r"^start: expected a History with the state .* start=history.final"):
        train(X, Y, start=history)


def test_it_stops_early_and_keeps_the_best():
    random = np.random.default_rng(3)
    X, y = add_bias(random.normal(size=(30, 40))), random.integers(0, 3, 30)  # nothing in it can be learnt
    validation = add_bias(random.normal(size=(30, 40))), random.integers(0, 3, 30)
    options = {"learning_rate": 0.2, "strength": 0, "validation": validation, "keep_every": 1000}
    whole, early = train(X, y, **{**options, "keep_every": 1}), train(X, y, patience=4, **options)
    best = whole.validation_loss.argmin()
    assert len(early.loss) == best + 5 < len(whole.loss)
    assert np.array_equal(early.best, whole.weights[best])
    assert np.array_equal(whole.best, early.best)
    assert np.array_equal(early.final, whole.weights[best + 4])
    assert np.array_equal(train(X, y, steps=3).best, train(X, y, steps=3).final)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"batch": 0}, ValueError, r"batch: expected 1 or more, got 0"),
        ({"batch": 2.5}, TypeError, r"batch: expected a whole number, got float"),
        ({"patience": 0}, ValueError, r"patience: expected 1 or more, got 0"),
        ({"patience": 3}, ValueError, r"validation: expected a pair \(X, y\) to be patient with, got None"),
        (
            {"batch": 5, "learning_rate": 1e300},
            FloatingPointError,
            r"learning_rate: training diverged at step 1: .* Try a lea",
        ),
    ],
)
def test_what_is_wrong_with_the_new_options_is_said(options, error, words):
    with pytest.raises(error, match="^" + words):
        train(X, Y, **options)


@pytest.mark.skipif(
    "CIFAR10_FOLDER" not in os.environ,
    reason="CIFAR10_FOLDER is not set: training on the complete CIFAR-10 was NOT tried (see data/README.md)",
)
def test_the_complete_cifar10_reaches_41_percent():
    whole = load_cifar10(os.environ["CIFAR10_FOLDER"])
    X, y = whole.train.rows(), whole.train.labels
    history = train(
        X[:45_000], y[:45_000], validation=(X[45_000:], y[45_000:]), batch=256, standardise=True,
        learning_rate=0.001, strength=0.03, steps=8, patience=3,
    )  # fmt: skip
    assert history.weights.dtype == np.float32
    assert accuracy(history.best, whole.test.rows(), whole.test.labels) >= 0.41
