"""The interactive pictures as Python sees them: state, sentence and the forms of output. No browser here."""

import base64
import inspect
import io
import json
import math
import re
import subprocess
import sys
import zlib
from pathlib import Path

import comm
import ipywidgets
import numpy as np
import pytest
from combinations import with_one_of_the_last
from IPython.core.formatters import DisplayFormatter
from jupyter_client.session import Session
from PIL import Image
from traitlets import TraitError

from softmax_lesson import data, widgets
from softmax_lesson.data import sample as sample_module
from softmax_lesson.derivatives import central_difference
from softmax_lesson.loss import negative_log_likelihood
from softmax_lesson.probabilities import log_softmax, softmax
from softmax_lesson.widgets import LossCurve, RowGradient
from softmax_lesson.widgets.kit.base import Interactive, number, score, script_of, style_of, without_comments
from softmax_lesson.widgets.kit.state import sample
from softmax_lesson.widgets.pixel_votes import common_sense_weights

FIRST, SECOND, THIRD = data.CLASS_NAMES

VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (0.0, "0.000"),
        (-0.0, "0.000"),
        (0.6652409557748219, "0.665"),
        (-0.335, "−0.335"),
        (0.0625, "0.063"),  # a tie goes up, as in JavaScript
        (-0.0625, "−0.063"),
        (1e-3, "0.001"),
        (9.99e-4, "9.99e−4"),
        (-1.2288e-5, "−1.23e−5"),
        (99999.9999, "100000.000"),
        (123456.0, "1.23e+5"),
        (1e300, "1.00e+300"),
        (5e-324, "4.94e−324"),
    ],
)
def test_a_number_in_words(x, words):
    assert number(x) == words


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (1.0, "1.0"),
        (-0.25, "−0.25"),
        (math.pi, "3.142"),
        (10.0, "10.0"),
        (0.1 + 0.2, "0.3"),
        (1e-9, "1.00e−9"),
    ],
)
def test_a_score_in_words(x, words):
    assert score(x) == words


def test_the_sentence_has_the_numbers_of_the_definitions():
    scores = [0.3, -1.7, 2.2]
    powers = [math.exp(v) for v in scores]
    p = [v / sum(powers) for v in powers]
    sentence = LossCurve(scores, correct_class=2).sentence()
    assert f"the probabilities are {p[0]:.3f}, {p[1]:.3f}, {p[2]:.3f};" in sentence
    assert f"{THIRD} is correct, so the loss −log P({THIRD}) is {-math.log(p[2]):.3f}" in sentence
    assert sentence.endswith(f"its slope P − 1 is −{1 - p[2]:.3f}.")


def test_the_text_twin_is_one_line_that_only_the_state_decides():
    twin = repr(LossCurve([1.0, 0.0, -1.0]))
    assert twin == (
        f"With the scores {FIRST} 1.0, {SECOND} 0.0, {THIRD} −1.0 the probabilities are 0.665, 0.245, 0.090; "
        f"{FIRST} is correct, so the loss −log P({FIRST}) is 0.408 and its slope P − 1 is −0.335."
    )
    assert twin == repr(LossCurve(np.array([1, 0, -1]))) == str(LossCurve((1, -0.0, -1)))


BAD = [
    ({"scores": [1, math.nan, 0]}, "scores: expected finite numbers, got nan at position 1."),
    ({"scores": [1, 0, -math.inf]}, "scores: expected finite numbers, got -inf at position 2."),
    ({"scores": "123"}, "scores: expected a list of numbers, one for each class, got '123'."),
    ({"scores": None}, "scores: expected a list of numbers, one for each class, got None."),
    (
        {"scores": ["1", "2", "3"]},
        "scores: expected a list of numbers, one for each class, got ['1', '2', '3'].",
    ),
    (
        {"scores": [[1, 2], [3, 4]]},
        "scores: expected a list of numbers, one for each class, got [[1, 2], [3, 4]].",
    ),
    ({"scores": [[1, 2], [3]]}, "scores: expected a list of numbers, one for each class, got [[1, 2], [3]]."),
    ({"scores": [True, False]}, "scores: expected a list of numbers, one for each class, got [True, False]."),
    ({"scores": [1j, 2, 3]}, "scores: expected a list of numbers, one for each class, got [1j, 2, 3]."),
    ({"scores": [1.0]}, "scores: expected a score for each of 2 classes or more, got 1."),
    ({"scores": []}, "scores: expected a score for each of 2 classes or more, got 0."),
    ({"correct_class": 3}, "correct_class: expected 0 to 2, got 3. Classes count from 0."),
    ({"correct_class": -1}, "correct_class: expected 0 to 2, got -1. Classes count from 0."),
    ({"correct_class": 1.0}, "correct_class: expected a whole number, got 1.0."),
    ({"correct_class": True}, "correct_class: expected a whole number, got True."),
    ({"correct_class": "frog"}, "correct_class: expected a whole number, got 'frog'."),
    ({"class_names": ["a", "b"]}, "class_names: expected one name for each of 3 scores, got 2."),
    ({"class_names": "abc"}, "class_names: expected a list of names, got 'abc'."),
    ({"class_names": [1, 2, 3]}, "class_names: expected a list of names, got [1, 2, 3]."),
]


@pytest.mark.parametrize(("bad", "sentence"), BAD)
def test_bad_state_is_refused_with_the_argument_named(bad, sentence):
    with pytest.raises(TraitError) as caught:
        LossCurve(**bad)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(("bad", "sentence"), BAD)
def test_a_refused_change_leaves_the_picture_as_it_was(bad, sentence):
    picture = LossCurve([1.0, 2.0, 3.0], 1)
    before = picture.state()
    [(name, value)] = bad.items()
    with pytest.raises(TraitError) as caught:
        setattr(picture, name, value)
    assert str(caught.value) == sentence
    assert (
        picture.state()
        == before
        == {
            "class_names": [FIRST, SECOND, THIRD],
            "correct_class": 1,
            "likelihood": False,
            "scores": [1.0, 2.0, 3.0],
        }
    )


def test_state_is_plain_and_can_be_set_and_observed():
    picture, seen = LossCurve(np.array([1, 2, 3], np.float32), np.int64(2)), []
    assert picture.scores == [1.0, 2.0, 3.0]
    assert type(picture.correct_class) is int
    picture.observe(lambda change: seen.append((change.name, change.new)), ["scores", "correct_class"])
    picture.scores = (0.5, -0.0, 1)
    picture.correct_class = 0
    assert seen == [("scores", [0.5, 0.0, 1.0]), ("correct_class", 0)]
    assert math.copysign(1, picture.scores[1]) == 1
    json.dumps(picture.state(), allow_nan=False)


def test_any_number_of_classes():
    picture = LossCurve(range(10), correct_class=9)
    assert picture.class_names[9] == "class 9"
    with picture.hold_trait_notifications():
        picture.scores, picture.correct_class, picture.class_names = [1.0, 2.0], 1, ["cat", "dog"]
    assert picture.sentence() == LossCurve([1, 2], 1, ["cat", "dog"]).sentence()


def test_two_pictures_are_independent():
    one, two = LossCurve(), LossCurve()
    before = two.state()
    one.scores, one.class_names, one.correct_class = [3.0, 2.0, 1.0], ["x", "y", "z"], 2
    assert two.state() == before == LossCurve().state()


def test_one_output_has_four_forms():
    picture = LossCurve()
    data, metadata = picture._repr_mimebundle_()
    assert data["text/plain"] == metadata["image/png"]["alt"] == repr(picture)
    assert data[VIEW]["model_id"] == picture.model_id
    assert base64.b64decode(data["image/png"]) == picture.png()
    assert data["text/html"] == picture.html()


@pytest.mark.parametrize("picture", widgets.catalogue())
def test_the_first_display_packs_to_45_kilobytes(picture, monkeypatch):
    """What crosses the network, in the order in which it does, through one stream of deflate."""
    sent = []

    class Comm(comm.DummyComm):
        def __init__(self, **message):
            sent.append(message)
            super().__init__(**message)

        def send(self, data=None, metadata=None, buffers=None):
            sent.append({"data": data, "metadata": metadata, "buffers": buffers})

    monkeypatch.setattr(comm, "create_comm", Comm)
    made = picture()
    formatter = DisplayFormatter()
    formatter.ipython_display_formatter.enabled = False
    data, metadata = formatter.format(made)
    assert list(data) == ["text/plain", VIEW, "text/html", "image/png"]  # the two with the PNG stand together
    assert [message["target_name"] for message in sent[:2]] == ["jupyter.widget", "jupyter.widget"]
    assert sent[1]["data"]["state"]["_esm"] == made._esm
    deflate, packed = zlib.compressobj(6, zlib.DEFLATED, -15), 0
    for message in [*sent, {"data": data, "metadata": metadata, "transient": {}}]:
        session = Session(key=b"").msg("comm_open", message)  # with the headers of such a message
        text = json.dumps(session, ensure_ascii=False, default=str).encode()
        packed += len(deflate.compress(text)) + len(deflate.flush(zlib.Z_SYNC_FLUSH))
    assert packed <= 45_000


def test_a_closed_picture_still_has_its_words_and_its_page():
    picture = LossCurve()
    model, page = picture.model_id, picture.page()
    picture.close()
    assert model not in ipywidgets.widgets.widget._instances
    assert picture.page() == page
    assert repr(picture) == repr(LossCurve())


def test_what_is_stored_tells_nothing_of_this_run():
    one, two = LossCurve(), LossCurve()
    assert one.html() == two.html() == one.html()
    assert one.page() == two.page()
    assert one.model_id not in one.page()
    assert not re.search("0x[0-9a-f]{6}", one.page())


def test_the_page_stands_alone():
    page = LossCurve().page()
    addresses = set(re.findall(r"https?://[^\s\"'`]*", page))
    assert addresses == {"http://www.w3.org/2000/svg"}, (
        "the name of SVG is the only address, and it is not fetched"
    )
    assert page.startswith('<!doctype html>\n<html lang="en">')
    assert not re.search(r"<(link|iframe|object)\b|\bimport\b|\bfetch\(", page)


def test_three_steps_each_by_its_own_gradient():
    f, y = [1.0, 4.0, 2.0], 2
    picture = LossCurve(f, y, likelihood=True)
    measures = (
        (-0.5, lambda s: negative_log_likelihood(s, y)),
        (0.5, lambda s: log_softmax(s)[y]),
        (0.5, lambda s: softmax(s)[y]),
    )
    landings = [np.array(f) + step * central_difference(measure, f, 1e-5) for step, measure in measures]
    np.testing.assert_allclose(picture.landings(), landings, rtol=1e-9)
    down, up, raw = picture.landings()
    assert down.tolist() == up.tolist()  # the same point, to the last digit
    assert (np.abs(raw - f) < np.abs(up - f)).all()
    words = [", ".join(map(number, landing)) for landing in picture.landings()]
    assert picture.sentence() == LossCurve(f, y).sentence() + (
        f" The slope of the likelihood itself is P(1 − P) = {number(softmax(f)[y] * (1 - softmax(f)[y]))}."
        f" One step of 0.5 times the slopes down the loss leads to the scores {words[0]}; one up the "
        f"log-likelihood to {words[1]}; one up the likelihood itself to {words[2]}."
    )
    assert picture.png() != LossCurve(f, y).png()
    picture.likelihood = False
    assert picture.html() == LossCurve(f, y).html()


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_every_picture_can_be_printed_whatever_the_output_s_encoding(encoding, monkeypatch):
    for picture in widgets.catalogue():
        written = io.BytesIO()
        monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, encoding=encoding))
        print(picture(), flush=True)
        text = written.getvalue().decode(encoding)
        assert text == f"{picture()!r}\n" or encoding != "utf-8"
        assert "\N{MINUS SIGN}" not in text or encoding == "utf-8"
        assert sum(character.isdigit() for character in text) >= 3


@pytest.mark.parametrize(
    "names",
    [
        ["</script><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "<!-- $a$ & é"],
        ["a\u2028b\u2029c", '}; alert(1); ({"a": "', "\\u003c \0 \N{RIGHT-TO-LEFT OVERRIDE}${alert(1)}`"],
    ],
    ids=["HTML", "JavaScript"],
)
def test_names_cannot_break_out_of_the_html(names):
    picture = LossCurve([1, 2, 3], 0, names)
    html = picture.html()
    assert html.count("<script") == html.count("</script") == html.count("<img") == 1
    assert "<!--" not in html
    state = re.search(r"const state = ([^\n]*);\n", html).group(1)
    assert json.loads(state) == picture.whole_state()
    assert picture.png()


def test_the_still_picture_is_on_white_and_small():
    png = LossCurve().png()
    image = Image.open(io.BytesIO(png)).convert("RGB")
    width, height = image.size
    corners = [(0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1)]
    assert all(min(image.getpixel(corner)) > 250 for corner in corners)
    colours = {colour for _, colour in image.getcolors()}
    for wanted in ((0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00), (0x00, 0x9E, 0x73)):
        assert min(max(abs(a - b) for a, b in zip(c, wanted, strict=True)) for c in colours) < 16
    assert len(png) < 8_000


def test_the_still_picture_is_drawn_once_a_state_and_follows_it(monkeypatch):
    picture, drawn = LossCurve(), []
    draw = LossCurve.draw
    monkeypatch.setattr(LossCurve, "draw", lambda self, figure: drawn.append(1) or draw(self, figure))
    first = picture.png()
    assert picture.png() == first == LossCurve().png()
    picture.scores = [0.0, 5.0, 0.0]
    assert picture.png() != first
    picture.scores = [1.0, 2.0, -1.0]
    assert picture.png() == first
    assert len(drawn) == 4


def test_a_style_of_the_student_changes_nothing():
    import matplotlib

    plain = LossCurve().png()
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "black", "lines.linewidth": 9}):
        assert LossCurve().png() == plain


FAR = [[1e300, -1e300, 0.0], [6, -6, -6], [0, 0, 0], [800, 790, 780], [1e-300, 0, 0]]


@pytest.mark.parametrize(("scores", "correct_class"), with_one_of_the_last(FAR, [0, 1]))
def test_extremes_can_be_drawn(scores, correct_class):
    assert LossCurve(scores, correct_class).png()


@pytest.mark.parametrize("scores", FAR)
@pytest.mark.parametrize("correct_class", [0, 1])
def test_extremes_can_be_said(scores, correct_class):
    assert not re.search("nan|inf", LossCurve(scores, correct_class).sentence().lower())


def test_matplotlib_waits_until_a_picture_is_shown():
    code = "from softmax_lesson.widgets import LossCurve; repr(LossCurve())"
    check = "import sys; sys.exit('matplotlib' in sys.modules)"
    subprocess.run([sys.executable, "-c", f"{code}; {check}"], check=True)


def test_the_catalogue_has_every_picture_once():
    names = [picture.__name__ for picture in widgets.catalogue()]
    assert sorted([*names, "Prediction", "catalogue"]) == sorted(widgets.__all__)
    files = {path.stem for path in Path(widgets.__file__).parent.glob("*.js")} - {"kit", "prediction"}
    assert {inspect.getmodule(picture).__name__.split(".")[-1] for picture in widgets.catalogue()} == files


WIDGETS = Path(widgets.__file__).parent
SCRIPTS = sorted([*WIDGETS.glob("*.js"), WIDGETS / "kit" / "kit.js"])
STYLES = sorted([*WIDGETS.glob("*.css"), WIDGETS / "kit" / "kit.css"])


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_a_script_is_one_function_that_can_be_cut_by_lines(file):
    text = without_comments(file)
    name = "kit" if file.name == "kit.js" else "picture"
    assert re.match(rf"function {name}\(", text)
    assert text.endswith("\n}")
    for line in file.read_text("utf-8").splitlines():
        assert line.count("`") % 2 == 0, "a text that goes on from one line to the next"
        assert not re.search(r"/\*|\*/|\\$", line)


@pytest.mark.parametrize("file", STYLES, ids=lambda file: file.name)
def test_a_style_has_its_comments_on_lines_of_their_own(file):
    assert "/*" not in without_comments(file)
    for line in file.read_text("utf-8").splitlines():
        assert line.count("/*") == line.count("*/") == line.strip().startswith("/*")
        assert line.endswith("*/") or "*/" not in line


def test_each_style_travels_with_its_picture():
    pictures = {inspect.getmodule(one).__name__.split(".")[-1]: one for one in widgets.catalogue()}
    pictures["prediction"] = widgets.Prediction
    styles = {file.stem for file in STYLES} - {"kit"}
    assert styles == set(pictures) - {"first_touch"}
    for name in styles:
        assert style_of(name) in pictures[name]._script


def test_a_style_that_is_missing_is_no_empty_one():
    with pytest.raises(FileNotFoundError, match=r"first_touch\.css"):
        script_of("first_touch")
    assert script_of("first_touch", styled=False) == widgets.FirstTouch._script


def test_a_picture_without_words_is_no_picture():
    class Nothing(Interactive, script="loss_curve"):
        """A picture that forgot its sentence."""

    with pytest.raises(NotImplementedError):
        repr(Nothing())


def test_the_photographs_are_decoded_once_for_all_pictures(monkeypatch):
    read = []
    tiles = sample_module._tiles
    monkeypatch.setattr(sample_module, "_tiles", lambda content: read.append(content) or tiles(content))
    sample.cache_clear()
    common_sense_weights.cache_clear()
    for picture in 2 * widgets.catalogue():
        picture()
    assert len(read) == len(set(read)) == len(data.SAMPLE_FILES) - 1  # all but sample.csv
    first, second = RowGradient(), RowGradient()
    assert first.image is not second.image  # what is handed out is nobody else's
    assert not np.shares_memory(first.image, sample().test.images)
