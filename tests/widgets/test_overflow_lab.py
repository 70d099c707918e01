"""OverflowLab as Python sees it: what each method computes in each dtype, and its words."""

import json
import math

import numpy as np
import pytest
from combinations import with_one_of_the_last
from traitlets import TraitError

from softmax_lesson.data import CLASS_NAMES
from softmax_lesson.stability import overflow_threshold
from softmax_lesson.widgets import OverflowLab
from softmax_lesson.widgets.overflow_lab import LIMIT

FIRST, SECOND, THIRD = CLASS_NAMES

F, Y = [1.0, 4.0, 2.0], 2
P = np.exp(F) / np.exp(F).sum()
LOSS = -math.log(P[Y])


def test_without_arguments_it_shows_clipping_in_its_dead_zone():
    picture = OverflowLab()
    assert repr(picture) == (
        f"Scores {FIRST} 701.0, {SECOND} 704.0, {THIRD} 702.0 in float64, clipped at 700: the probabilities "
        f"are 0.333, 0.333, 0.333, together 1.000 (true: 0.042, 0.844, 0.114). {THIRD} is correct: "
        "loss 1.099 (true: 2.170), slope 0.000 (true: −0.886). Verdict: wrong, and dead."
    )
    assert len(picture.png()) <= 12_000


@pytest.mark.parametrize("dtype", LIMIT)
def test_near_0_every_method_is_right(dtype):
    for method in ("plain", "clip", "shift"):
        picture = OverflowLab(offset=0.0, dtype=dtype, method=method)
        p, total, loss, slope, dead = picture._computed(F)
        assert p.dtype == loss.dtype == dtype
        unit = float(np.finfo(dtype).eps)
        np.testing.assert_allclose(np.array(p, float), P, rtol=4 * unit)
        assert float(total) == pytest.approx(1, abs=2 * unit)
        assert float(loss) == pytest.approx(LOSS, rel=8 * unit)
        assert float(slope) == pytest.approx(P[Y] - 1, rel=8 * unit)
        assert not dead
        assert picture.verdict() == "right"


@pytest.mark.parametrize("dtype", LIMIT)
def test_plain_breaks_at_the_threshold_of_the_dtype(dtype):
    above = math.ceil(overflow_threshold(dtype)) - 4.0  # the largest score just above the threshold
    picture = OverflowLab(offset=above, dtype=dtype, method="plain")
    p, total, loss, _, _ = picture._computed(F)
    assert np.isnan(p[1]) and np.isnan(total) and np.isinf(loss)
    assert picture.verdict() == "no answer"
    assert "0.000, nan, 0.000, together nan" in repr(picture)
    # Each exponential fits, their sum does not: probabilities that add up to 0.
    equal = OverflowLab([0, 0, 0], offset=math.floor(overflow_threshold(dtype)), dtype=dtype, method="plain")
    assert equal._computed([0, 0, 0])[0].tolist() == [0, 0, 0]
    assert equal.verdict() == "no answer"
    # And far below, 0 / 0.
    low = OverflowLab(
        offset={"float16": -24.0, "float32": -120.0}.get(dtype, -900.0), dtype=dtype, method="plain"
    )
    assert np.isnan(low._computed(F)[0]).all()
    assert low.verdict() == "no answer"


@pytest.mark.parametrize("dtype", LIMIT)
def test_clipping_is_wrong_and_dead_beyond_its_limit(dtype):
    picture = OverflowLab(offset=float(LIMIT[dtype]), dtype=dtype, method="clip")
    p, _, loss, slope, dead = picture._computed(F)
    np.testing.assert_allclose(np.array(p, float), 1 / 3, rtol=1e-3)
    assert float(loss) == pytest.approx(math.log(3), rel=1e-3)
    assert dead and slope == 0
    nudged = picture._computed([1.0, 4.0, 2.5])
    assert (nudged[2], nudged[3]) == (loss, 0)
    assert picture.verdict() == "wrong, and dead"
    low = OverflowLab([1, 4, -3], offset=LIMIT[dtype] - 2.0, dtype=dtype, method="clip")
    assert not low._computed(low.scores)[4]
    assert low.verdict() == "wrong"


@pytest.mark.parametrize("dtype", LIMIT)
def test_shifting_is_right_wherever_the_scores_lie(dtype):
    reach = {"float16": 24, "float32": 120, "float64": 900}[dtype]
    for offset in np.linspace(-reach, reach, 25):
        assert OverflowLab(offset=offset, dtype=dtype, method="shift").verdict() == "right"


def test_a_probability_that_underflows_costs_plain_its_loss_and_not_shift():
    far = [40.0, 0.0, 0.0]
    plain = OverflowLab(far, 1, offset=-30.0, dtype="float16", method="plain")
    assert plain.verdict() == "no loss"
    assert "loss inf (true: 40.000)" in repr(plain)
    assert OverflowLab(far, 1, offset=-30.0, dtype="float16", method="shift").verdict() == "right"


BAD = [
    ({"offset": math.nan}, "offset: expected a finite number, got nan."),
    ({"offset": -1e5}, "offset: expected a number from -10000 to 10000, got -100000.0."),
    ({"scores": [1e300, 0, 0]}, "scores: expected numbers from -10000 to 10000, got [1e+300, 0.0, 0.0]."),
    ({"scores": [1.0]}, "scores: expected a score for each of 2 classes or more, got 1."),
]


@pytest.mark.parametrize(("bad", "sentence"), BAD)
def test_bad_state_is_refused_and_changes_nothing(bad, sentence):
    with pytest.raises(TraitError) as caught:
        OverflowLab(**bad)
    assert str(caught.value) == sentence
    picture = OverflowLab()
    before = picture.state()
    with pytest.raises(TraitError):
        setattr(picture, *next(iter(bad.items())))
    assert picture.state() == before
    json.dumps(before, allow_nan=False)


@pytest.mark.parametrize("bad", [{"dtype": "float8"}, {"method": "cut"}, {"dtype": None}])
def test_only_three_dtypes_and_three_methods(bad):
    with pytest.raises(TraitError):
        OverflowLab(**bad)


METHODS = ["plain", "clip", "shift"]
PLACES = [(F, 0.0), (F, 700.0), ([0, 0], -9000.0), ([10000.0, -10000.0, 0, 0], 10000.0)]


@pytest.mark.parametrize("dtype", LIMIT)
@pytest.mark.parametrize("method", METHODS)
def test_every_state_can_be_said(dtype, method):
    for scores, offset in PLACES:
        assert "\n" not in repr(OverflowLab(scores, 1, offset=offset, dtype=dtype, method=method))


@pytest.mark.parametrize(
    ("dtype", "method", "place"), with_one_of_the_last([*LIMIT], METHODS, PLACES), ids=str
)
def test_every_state_can_be_drawn(dtype, method, place):
    scores, offset = place
    assert OverflowLab(scores, 1, offset=offset, dtype=dtype, method=method).png()
