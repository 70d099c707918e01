"""Other classes in the lesson: the sample that is cut, what is asked with it, and what must be read again."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import numpy as np
import pytest

from softmax_lesson import data
from softmax_lesson.data.archive import SHA256
from softmax_lesson.data.sample import _tiles
from softmax_lesson.jupyter.classes import command, cutting, measuring, sentences

pytestmark = pytest.mark.teachers

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = data.load_sample()
# Not the sample's own.
NEW = tuple(
    name for name in ("cat", "dog", "ship", "horse", "deer", "truck") if name not in data.CLASS_NAMES
)[:3]

LOAD = """
from softmax_lesson import data
from softmax_lesson.exercises import training as exercise
sample = data.load_sample()
print(sample.class_names, sample.train.labels[:9].tolist(), data.SHARE_ASKED)
print(exercise.learn.starter.partition("that ")[2].partition("\\n")[0])
"""

LEARN_AND_DRAW = """
import numpy as np
from softmax_lesson import many_examples
from softmax_lesson.exercises import training as exercise
from softmax_lesson.widgets import FirstTouch, PixelVotes
def learn(X, y):
    W = np.zeros((3, X.shape[1]))
    for _ in range(200):
        W = W - 0.5 * many_examples.loss_and_gradient(W, X, y)[1]
    return W
print(PixelVotes().labels, repr(FirstTouch()))
print(exercise.learn.check(learn).status, exercise.learn.check(exercise.averages_as_weights).status)
"""

STARTER = """
import nbformat, run_notebooks
notebook = nbformat.read("notebooks/08_training.ipynb", as_version=4)
notebook = run_notebooks.put_starters(notebook, "08_training")
[cell] = [cell for cell in notebook.cells if cell.source.startswith("def learn(")]
print(cell.source.partition("that ")[2].partition("\\n")[0])
"""


@pytest.fixture
def clone(tmp_path):
    """A copy of what the command reads and writes."""
    return copied(tmp_path)


@pytest.fixture(scope="module")
def cut(tmp_path_factory):
    """A clone in which the sample was cut again, where an earlier one had other classes."""
    clone = copied(tmp_path_factory.mktemp("cut"))
    (clone / "data" / "train_horse.png").write_bytes(b"of an earlier sample")
    cutting.write(clone, cutting.first_of_each(SAMPLE), facts_of(SAMPLE))
    return clone


def copied(tmp_path):
    for name in ("data", "notebooks", "softmax_lesson", "scripts"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("README.md", "INSTRUCTORS.md", "CONTRIBUTING.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def short(clone):
    """A clone whose lesson has two notebooks: enough to look for sentences in."""
    for folder in ("notebooks", "softmax_lesson/exercises/predictions"):
        for path in (clone / folder).iterdir():
            if path.is_file() and path.stem not in ("01_scores", "08_training"):
                path.unlink()
    return clone


def turned(sample):
    """Return the sample with its classes in another order: the photographs of other classes, as if cut."""

    def turn(part):
        return data.Images(part.images, (part.labels + 1) % 3, part.original_index)

    names = (sample.class_names[2], *sample.class_names[:2])
    return data.Dataset(turn(sample.train), turn(sample.test), names)


TURNED = turned(SAMPLE)


def toml(root):
    return tomllib.loads((root / "softmax_lesson/data/sample.toml").read_text(encoding="utf-8"))


def facts_of(sample):
    """What is measured of a sample, from what is committed: the photographs are the same in any order."""
    known = toml(ROOT)
    shown = known["photographs"] if sample is SAMPLE else measuring.photographs(sample)
    rows = dict(zip(known["classes"], known["two_features"]["weights"], strict=True))
    weights = [rows[name] for name in sample.class_names]
    return {
        "share_right": known["share_right"],
        "two_features": known["two_features"] | {"weights": weights},
        "photographs": shown,
    }


def facts_asking(share, sample):
    facts = facts_of(sample)
    return facts | {"share_right": facts["share_right"] | {"asked": share}}


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def same_pixels(files, others):
    """Compare by pixels: another build of Pillow may pack the same ones into other bytes."""
    assert files.keys() == others.keys()
    for name in files:
        if name.endswith(".png"):
            np.testing.assert_array_equal(_tiles(files[name]), _tiles(others[name]))
    assert files["sample.csv"] == others["sample.csv"]


# ---- The sample -------------------------------------------------------------------------------------------


def test_cut_again_the_sample_and_its_facts_are_the_committed_ones(cut):
    same_pixels(contents(cut / "data"), contents(ROOT / "data"))
    now, then = toml(cut), toml(ROOT)
    assert now.pop("files").keys() == then.pop("files").keys()
    assert now == then


def close(facts):
    """The same with shares that another machine may measure a little differently."""
    shares = {"share_right": ("training", "learn"), "two_features": ("right",)}
    return {
        group: {
            name: pytest.approx(value, abs=0.02) if name in shares.get(group, ()) else value
            for name, value in known.items()
        }
        for group, known in facts.items()
    }


@pytest.mark.long  # 1,200 steps of training each
@pytest.mark.parametrize("sample", [SAMPLE, TURNED], ids=["as it is", "turned"])
def test_measured_again_the_facts_are_the_committed_ones(sample):
    assert measuring.facts(sample) == close(facts_of(sample))


def test_of_two_features_the_facts_are_the_committed_ones():
    known = {"two_features": facts_of(SAMPLE)["two_features"]}
    assert {"two_features": measuring.of_two_features(SAMPLE)} == close(known)


def test_of_a_fifth_of_the_photographs_the_shares_are_measured_too():
    """In `make test` the place of the whole sample, which takes five times as long."""

    def fifth(part):
        return data.Images(part.images[::5], part.labels[::5], part.original_index[::5])

    few = data.Dataset(fifth(SAMPLE.train), fifth(SAMPLE.test), SAMPLE.class_names)
    shares = measuring.shares_right(few)
    assert shares.keys() == toml(ROOT)["share_right"].keys()
    assert 0.5 < shares["asked"] < shares["learn"] < 0.9
    assert 0.5 < shares["training"] < 0.9


def printed(code, clone):
    """Return the lines that some code prints where the lesson is a clone's."""
    path = os.pathsep.join((str(clone), str(clone / "scripts")))
    env = os.environ | {"PYTHONPATH": path, "SOFTMAX_LESSON_HOME": str(clone / "home")}
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, env=env, cwd=clone, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()


@pytest.mark.first
def test_other_classes_are_loaded_and_asked_for(clone):
    cutting.write(clone, TURNED, facts_asking(0.72, TURNED))
    first, second = printed(LOAD, clone)
    assert first == f"{TURNED.class_names} {TURNED.train.labels[:9].tolist()} 0.72"
    assert second == "get 72 % of the 300 test photographs right, or more."


@pytest.mark.long  # loads all pictures, and trains: what is drawn and judged comes from what was loaded above
def test_other_classes_are_drawn_and_learnt(clone):
    cutting.write(clone, TURNED, facts_asking(0.72, TURNED))
    first, second = printed(LEARN_AND_DRAW, clone)
    assert first.startswith("[0, 1, 2] With the score")
    assert f"for the {TURNED.class_names[0]} the loss" in first
    assert second == "correct wrong"


# All that runs notebooks is loaded for it; what the cell will say, the test above asks of the exercise.
@pytest.mark.long
def test_what_is_asked_with_other_classes_is_said_in_the_notebook_that_is_run_again(clone):
    cutting.write(clone, SAMPLE, facts_asking(0.72, SAMPLE))
    assert printed(STARTER, clone) == ["get 72 % of the 300 test photographs right, or more."]


def test_sheets_of_classes_that_are_gone_go(cut):
    assert not (cut / "data" / "train_horse.png").exists()
    readme = (cut / "data" / "README.md").read_text(encoding="utf-8")
    for name, (size, digest) in ((name, known.values()) for name, known in toml(cut)["files"].items()):
        assert f"| {size} | `{digest}` |" in readme and f"| `{name}` |" in readme


def test_of_each_class_the_first_photographs_are_kept():
    many = data.Images(*(np.concatenate([a, a]) for a in vars(SAMPLE.train).values()))
    few = cutting.first_of_each(data.Dataset(many, SAMPLE.test, SAMPLE.class_names))
    np.testing.assert_array_equal(few.train.images, SAMPLE.train.images)
    np.testing.assert_array_equal(few.train.original_index, SAMPLE.train.original_index)


@pytest.mark.skipif(
    "CIFAR10_FOLDER" not in os.environ, reason="CIFAR10_FOLDER is not set (see data/README.md)"
)
def test_cut_out_of_the_complete_cifar10_it_is_the_same():
    whole = data.load_cifar10(os.environ["CIFAR10_FOLDER"], classes=data.CLASS_NAMES)
    files = cutting.files_of(cutting.first_of_each(whole))
    committed = contents(ROOT / "data")
    same_pixels(files, {name: committed[name] for name in data.SAMPLE_FILES})


@pytest.mark.parametrize(
    ("reached", "wrong", "share"), [(0.76, 0.56, 0.70), (0.6033, 0.5233, 0.57), (0.9, 0.4, 0.85)]
)
def test_what_is_asked_lies_below_the_solution_and_above_every_mistake(reached, wrong, share):
    assert measuring.asked(reached, wrong, 300) == share


@pytest.mark.parametrize(("reached", "wrong"), [(0.5, 0.5), (0.4, 0.45), (0.504, 0.501)])
def test_classes_that_teach_nothing_are_refused(reached, wrong):
    with pytest.raises(measuring.NotLearnt, match="expected classes that a linear classifier can tell apart"):
        measuring.asked(reached, wrong, 300)


# ---- The sentences ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def texts():
    return sentences.texts(ROOT)


@pytest.fixture(scope="module")
def outputs():
    return sentences.outputs(ROOT)


def test_of_its_own_classes_the_lesson_says_nothing_that_is_no_longer_so(texts, outputs):
    own = data.CLASS_NAMES
    assert sentences.stale(texts, outputs, outputs, own, own) == []


@pytest.mark.first
def test_every_cell_that_names_a_class_is_listed_for_others(texts, outputs):
    words = re.compile(rf"\b({'|'.join(data.CLASS_NAMES)})s?\b", re.IGNORECASE)
    expected = set()
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        # Of the complete CIFAR-10, with its ten classes, all that is said stays so.
        own = [c for c in cells if "ten classes" not in c.source and words.search(c.source)]
        expected |= {(f"notebooks/{path.name}", c.id) for c in own}
    listed = sentences.stale(texts, outputs, outputs, data.CLASS_NAMES, NEW)
    assert len(expected) > 10
    assert expected <= {(one.file, one.place) for one in listed if "names" in one.why}
    assert {one.file.rpartition("/")[2] for one in listed} >= {"01_scores.ipynb", "08_training.toml"}


def test_a_class_that_stays_is_not_listed(texts, outputs):
    kept = data.CLASS_NAMES[0]
    listed = sentences.stale(texts, outputs, outputs, data.CLASS_NAMES, (kept, *NEW[:2]))
    assert listed
    assert not [one for one in listed if re.search(rf"names .*\b{kept}\b", one.why)]


def test_a_number_that_stands_in_no_output_any_more_is_listed(short):
    path = short / "notebooks" / "08_training.ipynb"
    before = sentences.outputs(short)
    notebook = nbformat.read(path, as_version=4)
    (cell,) = (cell for cell in notebook.cells if cell.id == "spread")
    known = re.search(r"usual distance (\d+\.\d) photographs", cell.outputs[0].text)[1]
    (text,) = (cell for cell in notebook.cells if cell.id == "spread-derivation")
    text.source += f"\n\nThe distance is {known} photographs. A photograph has 3072 numbers."
    cell.outputs[0].text = cell.outputs[0].text.replace(known, "8.4")
    nbformat.write(notebook, path)
    listed = sentences.stale(
        sentences.texts(short), before, sentences.outputs(short), data.CLASS_NAMES, data.CLASS_NAMES
    )
    assert (f"says {known}", f"The distance is {known} photographs.") in {
        (one.why, one.sentence) for one in listed
    }
    assert all("A photograph has" not in one.sentence for one in listed)


@pytest.mark.parametrize(
    ("word", "numbers", "stands"),
    [
        ("75 %", [0.75], True),
        ("75 %", [75.2], True),
        ("75 %", [0.76], False),
        ("80 %", [0.78], True),
        (".624", [0.6244], True),
        (".624", [0.6246], False),
        ("−2.08", [-2.083], True),
        ("3,072", [3072.0], True),
        ("0", [0.4], True),
        ("1.99e5", [199000.0], True),
        ("12", [], False),
        (".05", [0.05], True),
    ],
)
def test_a_number_stands_where_it_is_that_number_rounded(word, numbers, stands):
    assert sentences.stands_in(word, numbers) is stands


def test_numbers_that_no_output_decides_are_not_looked_at():
    before, after = {"a": [8.0, 75.0, 31.0, 255.0, 5.0], "measured": [0.75]}, {"a": [], "measured": [0.59]}

    def why(words, typed=frozenset()):
        text = sentences.Text("notebooks/a.ipynb", "cell", words, ("a", "all"), typed=typed)
        return sentences.numbers_gone(text, before, after)

    assert why("See notebook 08, equation (5) and step 8.") == why("31 minutes.") == why("5.") == []
    assert why("Divide by 255.", frozenset({255.0})) == []
    assert why("Divide by 255.") == ["says 255"]
    assert why("Nearly all, 75 %, and five more.") == ["says 75 %, five"]


def test_the_number_of_a_wrong_option_stands_in_no_output(texts):
    path = ROOT / "softmax_lesson/exercises/predictions/08_training.toml"
    options = tomllib.loads(path.read_text(encoding="utf-8"))["share_right"]["options"]
    scopes = {text.sentence: text.scopes for text in texts if text.place == "share_right"}
    assert {bool(scopes[option["text"]]) for option in options if "right" in option} == {True}
    assert {bool(scopes[option["text"]]) for option in options if "wrong" in option} == {False}


def test_a_prediction_whose_result_has_changed_is_listed(texts, outputs):
    known = outputs["08_training.confused"]
    assert known and outputs["08_training.share_right"]
    after = outputs | {"08_training.confused": [n + 1 for n in known]}
    listed = sentences.stale(texts, outputs, after, data.CLASS_NAMES, data.CLASS_NAMES)
    assert [(one.place, one.why) for one in listed] == [("confused", "its result has changed")]


@pytest.mark.default_sample
def test_a_share_that_was_measured_is_listed_though_another_output_has_its_number(texts, outputs):
    after = outputs | {sentences.MEASURED: [0.6, 0.59, 0.57, 0.51]}
    listed = sentences.stale(texts, outputs, after, data.CLASS_NAMES, data.CLASS_NAMES)
    assert {"says 75 %"} == {one.why for one in listed if one.place == "share_right"}
    assert ("notebooks/08_training.ipynb", "trust-heading") in {(one.file, one.place) for one in listed}


def test_a_photograph_that_was_picked_by_its_place_is_listed():
    def of(line):
        return sentences.of_photographs(sentences.Text("notebooks/x.ipynb", "cell", line, is_code=True))

    assert of("photograph, y = sample.test.images[25], int(sample.test.labels[25])")
    assert of("four = [sample.test.images[i] for i in (8, 34, 10, 17)]")
    assert not of("sample.test.images[chosen],")
    assert of('alt="A photograph of 32 by 32 pixels: something brown"')
    assert not of("blue = picture.mean()")


# ---- The command ------------------------------------------------------------------------------------------


def test_bad_requests_are_refused_and_change_nothing(clone, tmp_path_factory, capsys):
    empty = tmp_path_factory.mktemp("empty")
    before = contents(clone / "data")
    for names, folder, words in (
        (["cat", "dog"], empty, "classes: expected three names, got 2: cat, dog."),
        (["cat", "dog", "cow"], empty, "--from: expected a folder with the complete CIFAR-10"),
    ):
        assert command.classes(names, str(folder), root=clone) == 2
        assert words in capsys.readouterr().err
    for name in SHA256:
        (empty / name).write_bytes(b"not this")
    for names, words in (
        (["cat", "dog", "cow"], "classes: expected names out of airplane, .*, got 'cow'"),
        (["cat", "dog", "cat"], "classes: expected one or more names, each once"),
        (["cat", "dog", "ship"], "--from: .*data_batch_1.bin"),
    ):
        assert command.classes(names, str(empty), root=clone) == 2
        assert re.match(words, capsys.readouterr().err)
    assert contents(clone / "data") == before


def test_where_the_lesson_is_no_clone_it_says_so(tmp_path, capsys):
    assert command.classes(["cat", "dog", "ship"], None, root=tmp_path) == 2
    assert "works in a clone of its repository alone" in capsys.readouterr().err


def test_it_cuts_lists_and_says_what_is_left(short, monkeypatch, capsys):
    sample = TURNED
    monkeypatch.setattr(measuring, "facts", facts_of)
    monkeypatch.setattr(command, "load_cifar10", lambda folder, classes: sample)
    assert command.classes(list(sample.class_names), None, only_sample=True, root=short) == 0
    assert re.search(r"asks for \d\d%\.", capsys.readouterr().out)
    listed = (short / command.LIST).read_text(encoding="utf-8").splitlines()
    assert listed and all(line.count("\t") >= 3 for line in listed)
    assert command.classes([], None, root=short) == 1
    assert f"{len(listed)} sentences are still to be read." in capsys.readouterr().out
    (short / command.LIST).write_text(listed[0] + "\n", encoding="utf-8")
    assert command.classes([], None, root=short) == 1
    assert listed[0].split("\t")[3] in capsys.readouterr().out
    (short / command.LIST).unlink()
    assert command.classes([], None, root=short) == 0
