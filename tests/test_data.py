"""The embedded sample: the right pixels, from anywhere, and a clear word about every damage."""

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from softmax_lesson import data

REPOSITORY = Path(__file__).resolve().parent.parent
OFFICIAL = {"train": [f"data_batch_{i}.bin" for i in range(1, 6)], "test": ["test_batch.bin"]}
# Of the pixels in the official order, read straight from the official files, not through the contact sheets.
PIXELS_SHA256 = {
    "train": "fcf11e8ca284aab7103eb8883165d7e7d5c974a68d73f96dd9860c3176ec6ec4",
    "test": "bba11e4c73341385a17e949fabf4830447ffb0eaa6899be86a76f25e4ce8b976",
}


@pytest.fixture
def copy(tmp_path):
    """A folder with the sample's files, to damage."""
    return Path(shutil.copytree(data.sample_folder(), tmp_path / "data"))


@pytest.mark.parametrize(("split", "each"), [("train", 200), ("test", 100)])
def test_sample_holds_the_real_images(split, each):
    sample = data.load_sample()
    part = getattr(sample, split)
    assert sample.class_names == ("airplane", "automobile", "frog")
    assert part.images.shape == (3 * each, 32, 32, 3)
    assert part.images.dtype == np.uint8
    assert part.labels.dtype == part.original_index.dtype == np.int64
    assert np.bincount(part.labels).tolist() == [each] * 3
    assert len(part) == len(part.labels) == len(part.original_index) == 3 * each
    assert hashlib.sha256(part.images.tobytes()).hexdigest() == PIXELS_SHA256[split]


def test_official_order_mixes_the_classes():
    sample = data.load_sample()
    for part in (sample.train, sample.test):
        assert np.all(np.diff(part.original_index) > 0)
        assert set(part.labels[:100]) == {0, 1, 2}
    # CIFAR-10's test set famously begins cat, ship, ship, airplane, frog, frog, automobile, frog.
    assert sample.test.original_index[:5].tolist() == [3, 4, 5, 6, 7]
    assert sample.test.labels[:5].tolist() == [0, 2, 2, 1, 2]


def test_every_call_gives_fresh_arrays():
    first = data.load_sample()
    first.train.images[:] = 0
    first.train.labels[:] = 0
    second = data.load_sample()
    assert second.train.images.any()
    assert second.train.labels.any()


def test_repr_is_short_and_says_the_shapes():
    text = repr(data.load_sample())
    assert "images (600, 32, 32, 3) uint8" in text
    assert "labels (300,) int64" in text
    assert len(text) < 300


def test_loads_from_any_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert len(data.load_sample().train) == 600


def flip_one_bit(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def replace_with_folder(path):
    path.unlink()
    path.mkdir()


ANY_FILE = {
    "missing": (Path.unlink, "is missing"),
    "empty": (lambda path: path.write_bytes(b""), "is cut short (0 of "),
    "truncated": (lambda path: path.write_bytes(path.read_bytes()[:-100]), "is cut short ("),
    "one bit flipped": (flip_one_bit, "was altered"),
    "one byte more": (lambda path: path.write_bytes(path.read_bytes() + b"\n"), "was altered"),
    "a folder": (replace_with_folder, "cannot be read"),
}
TABLE = {
    "a row more": lambda text: text + text.splitlines(keepends=True)[-1],
    "a row less": lambda text: "".join(text.splitlines(keepends=True)[:-1]),
    "class renamed": lambda text: text.replace("airplane", "aeroplane"),
    "label changed": lambda text: text.replace("frog,2,", "frog,1,", 1),
    "Windows line ends": lambda text: text.replace("\n", "\r\n"),
}


@pytest.mark.parametrize("name", data.SAMPLE_FILES)
@pytest.mark.parametrize("damage", ANY_FILE)
def test_damaged_file_is_named_with_the_remedy(copy, name, damage):
    inflict, words = ANY_FILE[damage]
    inflict(copy / name)
    with pytest.raises(data.DataError, match=re.escape(f"{copy / name} {words}")) as caught:
        data.load_sample(copy)
    assert "To restore it" in str(caught.value)


@pytest.mark.parametrize("damage", TABLE)
def test_altered_table_is_refused(copy, damage):
    table = copy / "sample.csv"
    before = table.read_bytes()
    table.write_bytes(TABLE[damage](before.decode()).encode())
    assert table.read_bytes() != before
    with pytest.raises(data.DataError, match=r"sample\.csv (was altered|is cut short)"):
        data.load_sample(copy)


def test_exchanged_sheets_are_refused(copy):
    """Each is a perfectly good picture: only the checksum can tell."""
    (copy / "train_frog.png").write_bytes((copy / "train_airplane.png").read_bytes())
    with pytest.raises(data.DataError, match=r"train_frog\.png"):
        data.load_sample(str(copy))


def test_missing_folder_is_said(tmp_path):
    with pytest.raises(data.DataError, match="is missing"):
        data.load_sample(tmp_path / "nowhere")


def test_the_remedy_works_in_a_clone(copy):
    """Follow the advice to the letter, under the git setting that Windows users have."""

    def git(*arguments):
        identity = ["-c", "user.name=Student", "-c", "user.email=student@example.org"]
        subprocess.run(["git", "-C", copy.parent, *identity, *arguments], check=True, capture_output=True)

    git("init")
    git("config", "core.autocrlf", "true")
    git("add", "data")
    git("commit", "-m", "The sample")
    for name in data.SAMPLE_FILES:
        (copy / name).unlink()
        with pytest.raises(data.DataError) as caught:
            data.load_sample(copy)
        command = shlex.split(str(caught.value).partition("To restore it: ")[2])
        assert command[0] == "git"
        subprocess.run(command, check=True, capture_output=True)
    assert len(data.load_sample(copy).train) == 600


def test_readme_lists_the_same_checksums():
    text = (data.sample_folder() / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\S+)` \| .* \| (\d+) \| `([0-9a-f]{64})` \|$", text, flags=re.MULTILINE)
    assert {name: (int(size), sha256) for name, size, sha256 in listed} == data.SAMPLE_FILES


def cut(source, target):
    script = REPOSITORY / "scripts" / "cut_sample.py"
    return subprocess.run(
        [sys.executable, script, source, "--to", target], capture_output=True, text=True, check=False
    )


def test_cutting_refuses_what_is_not_the_official_file(tmp_path):
    missing = cut(tmp_path, tmp_path / "out")
    assert missing.returncode == 1
    assert "data_batch_1.bin" in missing.stderr
    (tmp_path / "data_batch_1.bin").write_bytes(bytes(30_730_000))
    altered = cut(tmp_path, tmp_path / "out")
    assert altered.returncode == 1
    assert "differs from the official file" in altered.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(
    "CIFAR10_FOLDER" not in os.environ,
    reason="CIFAR10_FOLDER is not set: sample NOT compared with the complete CIFAR-10 (see data/README.md)",
)
def test_sample_equals_the_complete_cifar10_pixel_for_pixel(tmp_path):
    folder = Path(os.environ["CIFAR10_FOLDER"])
    sample = data.load_sample()
    for split, names in OFFICIAL.items():
        part = getattr(sample, split)
        whole = np.concatenate([np.fromfile(folder / name, np.uint8).reshape(-1, 3073) for name in names])
        for i, index in enumerate(part.original_index):
            assert whole[index, 0] == (0, 1, 6)[part.labels[i]]
            red, green, blue = whole[index, 1:].reshape(3, 32, 32)
            np.testing.assert_array_equal(part.images[i], np.stack([red, green, blue], axis=-1))
        for official_label, each in ((0, len(part) // 3), (1, len(part) // 3), (6, len(part) // 3)):
            first = np.flatnonzero(whole[:, 0] == official_label)[:each]
            assert np.isin(first, part.original_index).all()
    first = cut(folder, tmp_path)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    second = cut(folder, tmp_path)
    assert first.stdout == second.stdout
    assert written == {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert set(written) == set(data.SAMPLE_FILES)
    # Another Pillow may pack the same pixels differently and says so; the table is text and must be the same.
    assert written["sample.csv"] == (data.sample_folder() / "sample.csv").read_bytes()
    for name in set(data.SAMPLE_FILES) - {"sample.csv"}:
        tiles = data._tiles(written[name])
        np.testing.assert_array_equal(tiles, data._tiles((data.sample_folder() / name).read_bytes()))
