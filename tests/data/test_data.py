"""The embedded sample: the right pixels, from anywhere, and a clear word about every damage."""

import hashlib
import io
import os
import re
import shlex
import shutil
import struct
import subprocess
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from softmax_lesson import data
from softmax_lesson.data.picture import KINDS
from softmax_lesson.data.sample import sample_folder

REPOSITORY = Path(__file__).resolve().parents[2]
OFFICIAL = {"train": [f"data_batch_{i}.bin" for i in range(1, 6)], "test": ["test_batch.bin"]}
# Of the pixels in the official order, read straight from the official files, not through the contact sheets.
PIXELS_SHA256 = data.SAMPLE_FACTS["pixels"]


@pytest.fixture
def copy(tmp_path):
    """A folder with the sample's files, to damage."""
    return Path(shutil.copytree(sample_folder(), tmp_path / "data"))


@pytest.mark.parametrize(("split", "each"), [("train", 200), ("test", 100)])
def test_sample_holds_the_real_images(split, each):
    sample = data.load_sample()
    part = getattr(sample, split)
    assert sample.class_names == data.CLASS_NAMES
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
    # CIFAR-10's test set famously begins like this.
    famous = ["cat", "ship", "ship", "airplane", "frog", "frog", "automobile", "frog", "cat", "automobile"]
    known = [(i, data.CLASS_NAMES.index(name)) for i, name in enumerate(famous) if name in data.CLASS_NAMES]
    first = zip(sample.test.original_index.tolist(), sample.test.labels.tolist(), strict=True)
    assert [(i, label) for i, label in first if i < len(famous)] == known


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
    "class renamed": lambda text: text.replace(data.CLASS_NAMES[0], "aeroplane"),
    "label changed": lambda text: text.replace(f"{data.CLASS_NAMES[2]},2,", f"{data.CLASS_NAMES[2]},1,", 1),
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
    first, third = f"train_{data.CLASS_NAMES[0]}.png", f"train_{data.CLASS_NAMES[2]}.png"
    (copy / third).write_bytes((copy / first).read_bytes())
    with pytest.raises(data.DataError, match=re.escape(third)):
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


def test_where_there_is_no_clone_the_remedy_is_another_copy(copy):
    (copy / "sample.csv").unlink()
    with pytest.raises(
        data.DataError, match=r"To restore it, install the lesson again, or copy its data folder"
    ):
        data.load_sample(copy)


def test_readme_lists_the_same_checksums():
    text = (sample_folder() / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\S+)` \| .* \| (\d+) \| `([0-9a-f]{64})` \|$", text, flags=re.MULTILINE)
    assert {name: (int(size), sha256) for name, size, sha256 in listed} == data.SAMPLE_FILES


@pytest.mark.skipif(
    "CIFAR10_FOLDER" not in os.environ,
    reason="CIFAR10_FOLDER is not set: sample NOT compared with the complete CIFAR-10 (see data/README.md)",
)
def test_sample_equals_the_complete_cifar10_pixel_for_pixel():
    folder = Path(os.environ["CIFAR10_FOLDER"])
    sample = data.load_sample()
    official = [data.TEN_CLASSES.index(name) for name in data.CLASS_NAMES]
    for split, names in OFFICIAL.items():
        part = getattr(sample, split)
        whole = np.concatenate([np.fromfile(folder / name, np.uint8).reshape(-1, 3073) for name in names])
        for i, index in enumerate(part.original_index):
            assert whole[index, 0] == official[part.labels[i]]
            red, green, blue = whole[index, 1:].reshape(3, 32, 32)
            np.testing.assert_array_equal(part.images[i], np.stack([red, green, blue], axis=-1))
        for label in official:
            first = np.flatnonzero(whole[:, 0] == label)[: len(part) // 3]
            assert np.isin(first, part.original_index).all()


# ---- A picture of the student's own -----------------------------------------------------------------------


def saved(path, pixels, **options):
    Image.fromarray(np.asarray(pixels, dtype=np.uint8)).save(path, **options)
    return path


@pytest.mark.parametrize("kind", ["png", "bmp", "gif", "tiff", "webp", "jpg"])
@pytest.mark.parametrize("shape", [(32, 32), (200, 100), (33, 700)])
def test_a_picture_of_any_size_becomes_a_photograph_of_the_lesson(tmp_path, kind, shape):
    pixels = np.full((*shape, 3), (200, 100, 0))
    picture = data.load_picture(saved(tmp_path / f"own.{kind}", pixels))
    assert (picture.shape, picture.dtype) == ((32, 32, 3), np.uint8)
    np.testing.assert_allclose(picture, pixels[:1, :1].repeat(32, 0).repeat(32, 1), atol=5)
    picture[0, 0] = 0  # an array of one's own, to change


def test_a_picture_of_the_lesson_s_size_is_left_as_it_is(tmp_path):
    photo = data.load_sample().test.images[0]
    np.testing.assert_array_equal(data.load_picture(saved(tmp_path / "same.png", photo)), photo)
    np.testing.assert_array_equal(data.load_picture(str(tmp_path / "same.png")), photo)


def test_a_picture_is_cropped_to_its_middle_and_each_pixel_is_an_average(tmp_path):
    draw = np.random.default_rng(0)
    wide = draw.integers(0, 256, size=(96, 200, 3))
    middle = wide[:, 52:148].reshape(32, 3, 32, 3, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(data.load_picture(saved(tmp_path / "wide.png", wide)), middle, atol=1)
    tall = wide.transpose(1, 0, 2)
    picture = data.load_picture(saved(tmp_path / "tall.png", tall))
    np.testing.assert_allclose(picture, middle.transpose(1, 0, 2), atol=1)


def test_a_telephone_s_photograph_stands_upright(tmp_path):
    lying = np.zeros((64, 64, 3))
    lying[:, :32] = 255  # bright on the left; turned clockwise, bright at the top
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = data.load_picture(saved(tmp_path / "turned.png", lying, exif=exif))
    assert picture[:16].min() == 255
    assert picture[16:].max() == 0


def test_grey_clear_and_few_colours(tmp_path):
    grey = data.load_picture(saved(tmp_path / "grey.png", np.full((40, 40), 77)))
    assert (grey == 77).all()
    clear = np.zeros((64, 64, 4))
    clear[:32] = (0, 114, 178, 255)
    picture = data.load_picture(saved(tmp_path / "clear.png", clear))
    assert (picture[:16] == (0, 114, 178)).all()
    assert (picture[16:] == 255).all()
    Image.fromarray(clear[..., :3].astype(np.uint8)).quantize(4).save(tmp_path / "few.png")
    assert (data.load_picture(tmp_path / "few.png")[:16] == (0, 114, 178)).all()


def test_the_kinds_that_telephones_printers_and_the_web_make_have_their_colours(tmp_path):
    """Pillow opens them in modes of their own; each file holds the same picture."""
    pixels = np.zeros((120, 160, 3), np.uint8)
    pixels[..., 0] = np.linspace(0, 255, 160)
    pixels[:60, :, 2], pixels[60:, :, 1] = 200, 90
    rgb, red = Image.fromarray(pixels), Image.new("RGB", (160, 120), "red")
    expected = data.load_picture(saved(tmp_path / "rgb.png", pixels)).astype(int)
    rgb.convert("CMYK").save(tmp_path / "printer.jpg", quality=95)
    rgb.convert("YCbCr").save(tmp_path / "camera.jpg", quality=95, subsampling=0)
    rgb.quantize(200).save(tmp_path / "palette.png", transparency=3)
    rgb.save(tmp_path / "moves.png", save_all=True, append_images=[red])
    rgb.quantize(200).save(tmp_path / "moves.gif", save_all=True, append_images=[red.quantize(2)])
    turned = {5: "TRANSPOSE", 6: "ROTATE_90", 7: "TRANSVERSE", 8: "ROTATE_270"}
    turned |= {2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM"}
    for orientation, way in turned.items():
        exif = Image.Exif()
        exif[0x0112] = orientation
        lying = rgb.transpose(Image.Transpose[way])
        lying.save(tmp_path / f"turned_{orientation}.jpg", exif=exif, quality=95, subsampling=0)
    for path in sorted(tmp_path.iterdir()):
        np.testing.assert_allclose(data.load_picture(path), expected, atol=8, err_msg=path.name)


@pytest.mark.parametrize("path", [None, 3, np.zeros((32, 32, 3))], ids=["None", "a number", "an array"])
def test_what_is_no_name_of_a_file_is_said(path):
    with pytest.raises(
        TypeError, match=rf"path: expected the name of a file or folder, got {type(path).__name__}\."
    ):
        data.load_picture(path)


def test_a_missing_picture_says_where_it_was_looked_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for path, folder in (
        ("car.jpg", tmp_path),
        ("own/car.jpg", tmp_path / "own"),
        (tmp_path.parent / "car.jpg", tmp_path.parent),
    ):
        with pytest.raises(data.DataError, match=rf"looked for it in {re.escape(str(folder))}\.$"):
            data.load_picture(path)


def as_if(side, path):
    """Write a picture that says in its first bytes how large it is; nobody is to read on."""
    Image.new("1", (40, 40)).save(path)
    content = bytearray(path.read_bytes())
    content[16:24] = struct.pack(">II", side, side)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    path.write_bytes(content)
    return path


def bad_pictures(folder):
    """Make the files a student may come with; yield each with what is said of it."""
    yield folder / "nowhere.jpg", rf"nowhere\.jpg is missing; looked for it in {re.escape(str(folder))}\."
    (folder / "notes.txt").write_text("no picture")
    yield (
        folder / "notes.txt",
        r"notes\.txt cannot be read as an image \(expected one of JPEG, .*TIFF\)\.",
    )
    (folder / "empty.png").write_bytes(b"")
    yield folder / "empty.png", r"empty\.png cannot be read as an image \(.*\)\."
    (folder / "folder").mkdir()
    yield folder / "folder", r"folder cannot be read as an image \(it is no ordinary file\)\."
    (folder / "cat.jpg").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\nshowpage\n")
    yield folder / "cat.jpg", r"cat\.jpg cannot be read as an image \(expected one of JPEG, .*TIFF\)\."
    photo = saved(folder / "whole.png", data.load_sample().test.images[0].repeat(4, axis=0).repeat(4, axis=1))
    (folder / "cut.png").write_bytes(photo.read_bytes()[:3000])
    yield folder / "cut.png", r"cut\.png cannot be read as an image \(.*\)\."
    yield (
        saved(folder / "small.png", np.zeros((31, 400, 3))),
        r"small\.png is too small: expected 32 x 32 or more, got 400 x 31 pixels\.",
    )
    yield (
        saved(folder / "strip.png", np.zeros((20, 5000, 3))),
        r"strip\.png is too small: expected 32 x 32 or more, got 5000 x 20 pixels\.",
    )
    yield (
        saved(folder / "one.png", np.zeros((1, 1, 3))),
        r"one\.png is too small: expected 32 x 32 or more, got 1 x 1 pixels\.",
    )
    Image.new("I;16", (40, 40)).save(folder / "deep.png")
    yield folder / "deep.png", r"deep\.png cannot be read .*\(it has more than 8 bits a colour: save it as"
    for name, side in ("wide", 5_800), ("large", 10_000), ("giant", 14_000):
        yield (
            as_if(side, folder / f"{name}.png"),
            rf"{name}\.png is huge: expected at most [\d,]+ pixels(, got 5800 x 5800|, got 10000 x 10000)?\.",
        )


def test_a_picture_that_cannot_be_used_is_refused_with_the_reason(tmp_path):
    for path, sentence in bad_pictures(tmp_path):
        with pytest.raises(data.DataError, match=sentence) as caught:
            data.load_picture(path)
        assert str(caught.value).startswith(str(path))
        assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(
        data.DataError, match=r"pipe\.png cannot be read as an image \(it is no ordinary file\)"
    ):
        data.load_picture(tmp_path / "pipe.png")


def test_a_large_photograph_is_read_small_and_looks_the_same(tmp_path):
    side = 192 * 32  # 38 million pixels
    image = Image.fromarray(data.load_sample().test.images[0]).resize((side, side), Image.Resampling.NEAREST)
    image.save(tmp_path / "photo.jpg", quality=95)
    small = data.load_picture(tmp_path / "photo.jpg").astype(float)
    assert np.abs(small - data.load_sample().test.images[0]).mean() < 2


def damaged_pictures(count):
    """Yield the bytes of pictures of every kind, with some bytes changed, lost or doubled."""
    rng = np.random.default_rng(0)
    image = Image.fromarray(data.load_sample().test.images[0])
    for number in range(count):
        kept = io.BytesIO()
        image.save(kept, KINDS[number % len(KINDS)])
        content = bytearray(kept.getvalue())
        for _ in range(1 + number % 5):
            place = int(rng.integers(min(len(content), 400 if number % 2 else len(content))))
            content[place] = int(rng.integers(256))
        yield bytes(content[: rng.integers(1, len(content))] if number % 7 == 0 else content)


# After 210, every kind of file was damaged in every way: early, anywhere, in up to five places, cut.
@pytest.mark.parametrize("number", [210, pytest.param(700, marks=pytest.mark.long)])
def test_a_damaged_picture_is_a_picture_or_a_data_error_and_never_a_warning(tmp_path, number):
    path, refused = tmp_path / "own", 0
    for content in damaged_pictures(number):
        path.write_bytes(content)
        try:
            with warnings.catch_warnings(action="error"):
                assert data.load_picture(path).shape == (32, 32, 3)
        except data.DataError:
            refused += 1
    assert number / 7 < refused < 6 * number / 7
