"""The complete CIFAR-10 from any source, byte for byte or not at all, with small archives of its layout."""

import contextlib
import gc
import gzip
import hashlib
import http.server
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import threading
import time

import numpy as np
import pytest

from softmax_lesson import data
from softmax_lesson.data import archive, cifar10, download

# pooch leaves it to Python to close a connection that broke; `serve` sees to it that this happens here
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
EACH = 20  # images in a file of the small archives
FIRST, TEST = "data_batch_1.bin", "test_batch.bin"
NAMES = [*(f"data_batch_{i}.bin" for i in range(1, 6)), "test_batch.bin"]


@pytest.fixture
def files(monkeypatch, tmp_path):
    """Six small files in the official layout; the package is told their checksums. No cache, no waiting."""
    draw = np.random.default_rng(0)
    contents = {}
    for name in NAMES:
        records = draw.integers(0, 256, (EACH, 3073), np.uint8)
        records[:, 0] = draw.permutation(EACH) % 10
        contents[name] = records.tobytes()
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    for module in archive, download, cifar10:
        monkeypatch.setattr(module, "SHA256", sums)
        monkeypatch.setattr(module, "IMAGES", EACH, raising=False)
        monkeypatch.setattr(module, "MOST", 2_000_000, raising=False)
    monkeypatch.setattr(download, "user_cache", lambda: tmp_path / "cache")
    monkeypatch.setattr(time, "sleep", lambda seconds: None)  # between pooch's attempts
    return contents


def tar(files, *more, layout=None):
    """Return the bytes of an archive: the folder, the files, and `more` as (TarInfo, bytes)."""
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w:gz", format=layout, compresslevel=1) as target:
        folder = tarfile.TarInfo("cifar-10-batches-bin")
        folder.type = tarfile.DIRTYPE
        for member, content in [(folder, b""), *map(plain, files.items()), *more]:
            target.addfile(member, io.BytesIO(content))
    return whole.getvalue()


def plain(item, prefix="cifar-10-batches-bin/"):
    name, content = item
    member = tarfile.TarInfo(prefix + name)
    member.size = len(content)
    return member, content


def special(name, kind, target=""):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member, b""


def same(dataset, files):
    records = {name: np.frombuffer(content, np.uint8).reshape(-1, 3073) for name, content in files.items()}
    whole = np.concatenate([records[name] for name in NAMES[:5]])
    for part, rows in ((dataset.train, whole), (dataset.test, records["test_batch.bin"])):
        assert part.images.dtype == np.uint8 and part.images.shape == (len(rows), 32, 32, 3)
        assert part.labels.dtype == part.original_index.dtype == np.int64
        assert np.array_equal(part.labels, rows[:, 0])
        assert np.array_equal(part.original_index, np.arange(len(rows)))
        assert np.array_equal(part.images[..., 1].reshape(len(rows), -1), rows[:, 1025:2049])  # green
        assert np.array_equal(part.images[3, 5, 7], rows[3, [1 + 167, 1025 + 167, 2049 + 167]])
    return True


def left(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


# ---- Where it may lie --------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["", "cifar-10-batches-bin"])
def test_unpacked_files(files, tmp_path, place):
    (tmp_path / "own" / place).mkdir(parents=True)
    for name, content in files.items():
        (tmp_path / "own" / place / name).write_bytes(content)
    (tmp_path / "own" / archive.ARCHIVE).write_bytes(b"not looked at while the six files are there")
    assert same(data.load_cifar10(tmp_path / "own"), files)
    assert same(data.load_cifar10(str(tmp_path / "own")), files)


@pytest.mark.parametrize("layout", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT, tarfile.USTAR_FORMAT])
def test_the_archive_in_any_order_by_folder_or_name(files, tmp_path, layout):
    extras = plain(("batches.meta.txt", b"airplane\n")), plain(("readme.html", b"<html>"))
    turned = dict(reversed(files.items()))
    (tmp_path / archive.ARCHIVE).write_bytes(tar(turned, *extras, layout=layout))
    assert same(data.load_cifar10(tmp_path), files)
    assert same(data.load_cifar10(tmp_path / archive.ARCHIVE), files)
    assert left(tmp_path) == [archive.ARCHIVE]


@pytest.mark.parametrize("name", ["cifar-10-binary.tar.gz", "cifar-10-binary.tar"])
def test_an_archive_that_a_server_or_a_browser_unzipped_on_the_way(files, tmp_path, name):
    (tmp_path / name).write_bytes(gzip.decompress(tar(files)))
    assert same(data.load_cifar10(tmp_path), files)
    assert same(data.load_cifar10(tmp_path / name), files)


def test_the_folder_may_be_in_the_user_s_home(files, tmp_path, monkeypatch):
    for variable in "HOME", "USERPROFILE":
        monkeypatch.setenv(variable, str(tmp_path))
    (tmp_path / archive.ARCHIVE).write_bytes(tar(files))
    assert same(data.load_cifar10("~"), files)


@pytest.mark.parametrize("name", ["cifar-10-binary.tar.gz", "data_batch_1.bin"])
def test_a_file_that_is_not_there_makes_no_folder_of_its_name(files, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        data.DataError, match=rf"^{name} is missing; looked for it in {re.escape(os.getcwd())}"
    ):
        data.load_cifar10(name)
    assert left(tmp_path) == []


def test_the_cache_serves_when_the_folder_has_nothing(files, tmp_path):
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / archive.ARCHIVE).write_bytes(tar(files))
    assert same(data.load_cifar10(), files)
    assert same(data.load_cifar10(tmp_path / "nowhere"), files)


def test_every_call_gives_fresh_arrays(files, tmp_path):
    (tmp_path / archive.ARCHIVE).write_bytes(tar(files))
    first = data.load_cifar10(tmp_path)
    first.train.images[:] = first.test.labels[:] = 0
    assert same(data.load_cifar10(tmp_path), files)


def test_some_classes_in_the_order_asked_for(files, tmp_path):
    (tmp_path / archive.ARCHIVE).write_bytes(tar(files))
    whole, some = data.load_cifar10(tmp_path), data.load_cifar10(tmp_path, classes=["frog", "airplane"])
    assert whole.class_names == cifar10.TEN_CLASSES
    assert some.class_names == ("frog", "airplane")
    for all_of, part in ((whole.train, some.train), (whole.test, some.test)):
        assert np.array_equal(part.original_index, np.flatnonzero(np.isin(all_of.labels, [0, 6])))
        assert np.array_equal(part.images, all_of.images[part.original_index])
        assert np.array_equal(np.array([6, 0])[part.labels], all_of.labels[part.original_index])


def test_rows_are_pixels_and_the_constant_1(files, tmp_path):
    (tmp_path / archive.ARCHIVE).write_bytes(tar(files))
    test = data.load_cifar10(tmp_path).test
    rows = test.rows()
    assert rows.dtype == np.uint8
    assert np.array_equal(rows, np.column_stack([test.images.reshape(EACH, -1), np.ones(EACH)]))


@pytest.mark.parametrize(
    ("classes", "error", "words"),
    [
        ("frog", TypeError, r"classes: expected a list of names.*, got 'frog'\."),
        ([0, 1], TypeError, r"classes: expected a list of names.*, got 0 in it\."),
        (5, TypeError, r"classes: expected a list of names.*, got 5\."),
        ({"frog", "cat"}, TypeError, r"classes: expected a list of names.*, got {"),
        ((name for name in ["frog"]), TypeError, r"classes: expected a list of names.*, got <generator"),
        (["frog", "plane"], ValueError, r"classes: expected names out of airplane, .*, truck, got 'plane'\."),
        (["frog", "frog"], ValueError, r"classes: expected one or more names, each once"),
        ([], ValueError, r"classes: expected one or more names, each once"),
    ],
)
def test_classes_that_are_none(classes, error, words):
    with pytest.raises(error, match="^" + words):
        data.load_cifar10(classes=classes)


# ---- Damage ------------------------------------------------------------------------------------------------


def flipped(content, place):
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def long_headers():
    """Yield extended headers of a hundred thousand bytes: long digits, and a map of holes without end."""
    digits = tarfile.TarInfo("digits")
    digits.type, digits.size = tarfile.XHDTYPE, 102_400
    yield "digits without end", digits.tobuf(tarfile.USTAR_FORMAT) + b"1" * digits.size
    holes = tarfile.TarInfo("cifar-10-batches-bin/test_batch.bin")
    holes.size = 102_400
    holes.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "9"}
    yield "holes without end", holes.tobuf(tarfile.PAX_FORMAT) + b"99999\n" + b"1\n" * 51_000


def damages(files):
    """Yield archives that must be refused: what was done, the bytes, what is said."""
    good, path = tar(files), "cifar-10-batches-bin/"
    first = files[FIRST]
    yield "empty", b"", r"data_batch_1\.bin is missing|damaged or cut short"
    yield "no archive", b"<html>404</html>", "damaged or cut short"
    for share in 0.1, 0.5, 0.999:
        yield (
            f"cut at {share}",
            good[: int(share * len(good))],
            r"damaged or cut short|is missing|is cut short",
        )
        place = int(share * (len(good) - 300))
        yield (
            f"bit flipped at {share}",
            flipped(good, place),
            r"damaged or cut short|is not the official one|holds",
        )
    yield (
        "one pixel",
        tar({**files, FIRST: flipped(first, 99)}),
        r"data_batch_1\.bin is not the off",
    )
    yield (
        "label",
        tar({**files, TEST: flipped(files[TEST], 0)}),
        r"test_batch\.bin is not",
    )
    yield (
        "short file",
        tar({**files, FIRST: first[:-1]}),
        r"is cut short \(61,459 of 61,460 bytes\)",
    )
    yield (
        "long file",
        tar({**files, FIRST: first + b"0"}),
        r"data_batch_1\.bin is not the official",
    )
    yield "five files", tar({n: c for n, c in files.items() if "3" not in n}), r"data_batch_3\.bin is missing"
    exchanged = {**files, FIRST: files["data_batch_2.bin"]}
    yield "two exchanged", tar(exchanged), r"data_batch_1\.bin is not the official"
    for name in (
        "../evil",
        "/tmp/evil",
        path + "../../evil",
        "..\\evil",
        "C:\\evil",
        path + "more.bin",
        FIRST,
    ):
        yield (
            name,
            tar(files, plain((name, b"evil"), "")),
            rf"it holds {re.escape(repr(name))}, which the off",
        )
    yield (
        "twice",
        tar(files, plain((TEST, files[TEST]))),
        r"it holds .*test_batch\.bin'",
    )
    for kind in tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE:
        rest = {n: c for n, c in files.items() if n != TEST}
        link = special(path + TEST, kind, "/etc/passwd")
        yield f"kind {kind}", tar(rest, link), r"it holds .*test_batch\.bin', which the off"
        yield (
            f"extra of kind {kind}",
            tar(files, special(path + "readme.html", kind, "..")),
            "it holds .*readme",
        )
    yield (
        "folder that is a link",
        tar({}, special("cifar-10-batches-bin", tarfile.SYMTYPE, "/tmp")),
        "it holds",
    )
    yield (
        "bomb in an extra file",
        tar(files, plain(("readme.html", bytes(3_000_000)))),
        "it holds more than 60,000 bytes beside the six files",
    )
    yield "bomb in a name", tar(files, plain(("e" * 3_000_000, b""))), "it holds more than 60,000 bytes"
    promise = tarfile.TarInfo(path + "readme.html")
    promise.size = 8**20
    short = "it holds more than|damaged or cut short"  # Python 3.14 sees that the file ends
    yield "more promised than is there", gzip.compress(promise.tobuf() + bytes(1024)), short
    # Headers that tarfile would spend hours or gigabytes on, were there no bound on them.
    for name, header in long_headers():
        yield name, gzip.compress(header + bytes(1024)), "it holds more than 60,000 bytes"
    names = [plain(("e" * 200, b""), "")] * 3000
    yield "very many files", tar({}, *names), "it holds"
    sparse = special(path + TEST, tarfile.GNUTYPE_SPARSE)
    sparse[0].size = 10**12
    yield (
        "sparse",
        gzip.compress(sparse[0].tobuf(tarfile.GNU_FORMAT) + bytes(1024)),
        "it is damaged|is cut short|it holds",
    )
    header = tarfile.TarInfo(path + TEST)
    header.size = 10**12
    yield (
        "size without end",
        gzip.compress(header.tobuf(tarfile.GNU_FORMAT) + bytes(1024)),
        "damaged or cut short",
    )


def test_damaged_archives_are_refused_and_nothing_is_left(files, tmp_path):
    target = tmp_path / "own" / archive.ARCHIVE
    target.parent.mkdir()
    outside = left(tmp_path)
    seen = []
    for name, content, words in damages(files):
        target.write_bytes(content)
        with pytest.raises(data.DataError, match=f"(?s){words}") as caught:
            data.load_cifar10(target.parent)
            pytest.fail(name)
        sentence = str(caught.value)
        assert sentence.startswith(f"{target} cannot be used: "), name
        assert f"Put a good {archive.ARCHIVE} in its place, or delete it" in sentence
        assert len(sentence) < 500, name
        assert target.read_bytes() == content  # a user's file is never touched
        target.unlink()
        assert left(tmp_path) == outside, name
        seen.append(name)
    assert len(seen) == len(set(seen)) > 30


def test_an_archive_that_may_not_be_read_is_not_called_damaged(files, tmp_path, monkeypatch):
    def opened(path):
        raise PermissionError(13, "Permission denied", path)

    (tmp_path / archive.ARCHIVE).write_bytes(tar(files))
    monkeypatch.setattr(archive, "opened", opened)
    with pytest.raises(data.DataError, match=r"cannot be used: it cannot be read \(Permission denied\)\."):
        data.load_cifar10(tmp_path)


def test_a_damaged_folder_is_said_and_nobody_is_told_to_delete_it(files, tmp_path):
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / TEST).unlink()
    with pytest.raises(
        data.DataError, match=rf"^{re.escape(str(tmp_path))} .* test_batch\.bin is missing"
    ) as caught:
        data.load_cifar10(tmp_path)
    assert "delete" not in str(caught.value)
    (tmp_path / TEST).write_bytes(flipped(files[TEST], 0))
    with pytest.raises(
        data.DataError, match=r"test_batch\.bin is not the official one.* good copy of that file"
    ):
        data.load_cifar10(tmp_path)
    for name in files:  # as it says
        (tmp_path / name).unlink()
    (tmp_path / archive.ARCHIVE).write_bytes(tar(files))
    assert same(data.load_cifar10(tmp_path), files)


# ---- From the web -----------------------------------------------------------------------------------------


class Server(http.server.BaseHTTPRequestHandler):
    """Answers on this machine only: each request gets the next of `answers`, the last one again and again."""

    answers = ()
    asked = 0
    encoding = None

    def do_GET(self):
        kind = type(self)
        answer = kind.answers[min(kind.asked, len(kind.answers) - 1)]
        kind.asked += 1
        if isinstance(answer, int):
            return self.send_error(answer)
        content, promised = answer if isinstance(answer, tuple) else (answer, len(answer))
        self.send_response(200)
        if kind.encoding:
            self.send_header("Content-Encoding", kind.encoding)
        if promised:
            self.send_header("Content-Length", str(promised))
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # whoever has had enough hangs up
            self.wfile.write(content)

    def log_message(self, *words):
        """Say nothing."""


@pytest.fixture
def serve():
    """Return a function: what to answer -> the address, and how often it was asked."""
    gc.freeze()  # looked through in the end is only what is new
    kind = type("Kind", (Server,), {})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()

        def answering(*answers):
            kind.answers, kind.asked = answers, 0
            return f"http://127.0.0.1:{server.server_port}/{archive.ARCHIVE}", lambda: kind.asked

        answering.kind = kind
        yield answering
        server.shutdown()
    gc.collect()


@pytest.mark.parametrize(("folder", "place"), [(None, "cache"), ("own/deep", "own/deep")])
def test_downloaded_once_into_the_folder_or_the_cache(files, serve, tmp_path, folder, place):
    url, asked = serve(tar(files))
    for _ in range(2):
        assert same(data.load_cifar10(folder and tmp_path / folder, url=url), files)
    assert asked() == 1
    assert left(tmp_path / place) == [archive.ARCHIVE]


def test_a_connection_that_breaks_is_tried_again(files, serve, tmp_path):
    good = tar(files)
    url, asked = serve(503, (good[:50_000], len(good)), good)
    assert same(data.load_cifar10(url=url), files)
    assert asked() == 3


def test_a_server_that_calls_the_compression_an_encoding(files, serve, tmp_path):
    url, _ = serve(tar(files))
    serve.kind.encoding = "x-gzip"
    assert same(data.load_cifar10(url=url), files)


@pytest.mark.parametrize("answer", ["gone", "broken", "damaged", "large", "endless"])
def test_what_cannot_be_had_leaves_nothing(files, serve, tmp_path, answer):
    good = tar(files)
    answers = {
        "gone": (404, r"404"),
        "broken": ((good[:50_000], len(good)), r"Connection broken: [^,()\[\]]*\([^()]*\)\. Put "),
        "damaged": (
            tar({**files, "test_batch.bin": bytes(EACH * 3073)}),
            r"test_batch\.bin is not the official",
        ),
        "large": (bytes(2_100_000), r"it is larger than 2,000,000 bytes"),
        "endless": ((bytes(2_100_000), None), r"it is larger than 2,000,000 bytes"),
    }
    content, words = answers[answer]
    url, _ = serve(content)
    with pytest.raises(data.DataError, match=f"^CIFAR-10 could not be had from {url}: .*{words}") as caught:
        data.load_cifar10(url=url)
    assert f"Put {archive.ARCHIVE} into {tmp_path / 'cache'} by other means" in str(caught.value)
    assert left(tmp_path) == ["cache"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/nothing-listens", "file:///etc/passwd", "no address"])
def test_offline_says_which_file_to_put_where(files, tmp_path, url):
    with pytest.raises(data.DataError, match=f"^CIFAR-10 could not be had from {url}: ") as caught:
        data.load_cifar10(tmp_path / "own", url=url)
    assert f"Put {archive.ARCHIVE} into {tmp_path / 'own'} by other means" in str(caught.value)
    assert "Max retries" not in str(caught.value)  # but what happened
    (tmp_path / "own" / archive.ARCHIVE).write_bytes(tar(files))  # as it says
    assert same(data.load_cifar10(tmp_path / "own", url=url), files)


def test_a_connection_that_hardly_gives_any_is_given_up(files, serve, tmp_path, monkeypatch):
    monkeypatch.setattr(download, "GRACE", 0)
    monkeypatch.setattr(download, "SLOWEST", 10**12)
    url, _ = serve(tar(files))
    with pytest.raises(data.DataError, match=r"it came too slowly, [\d,]+ bytes in \d+ seconds"):
        data.load_cifar10(url=url)
    assert left(tmp_path) == ["cache"]


def test_a_bad_download_leaves_an_earlier_good_copy(files, serve, tmp_path):
    earlier = tmp_path / archive.ARCHIVE
    earlier.write_bytes(tar(files))
    url, _ = serve(tar(files)[:-2000])
    with pytest.raises(data.DataError):
        download.download(url, earlier)
    assert same(data.load_cifar10(tmp_path), files)
    assert left(tmp_path) == [archive.ARCHIVE]


def test_an_interrupted_download_leaves_nothing(files, serve, tmp_path, monkeypatch):
    def interrupted(path):
        raise KeyboardInterrupt

    monkeypatch.setattr(download, "read_archive", interrupted)
    url, _ = serve(tar(files))
    with pytest.raises(KeyboardInterrupt):
        data.load_cifar10(url=url)
    assert left(tmp_path) == ["cache"]


def test_what_a_killed_download_left_is_removed_a_day_later(files, serve, tmp_path):
    for name, age in (".download-old", 25), (".download-new", 1):
        (tmp_path / "cache" / name).mkdir(parents=True)
        (tmp_path / "cache" / name / "half").write_bytes(b"half")
        then = time.time() - age * 3600
        os.utime(tmp_path / "cache" / name, (then, then))
    url, _ = serve(tar(files))
    assert same(data.load_cifar10(url=url), files)
    here = left(tmp_path / "cache")
    assert here == [".download-new", f".download-new{os.sep}half", archive.ARCHIVE]


WITH_SMALL_FILES = """
import json, sys
from pathlib import Path
from softmax_lesson import data
from softmax_lesson.data import archive, cifar10, download
folder, url, sums = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
for module in archive, download, cifar10:
    module.SHA256, module.IMAGES = sums, 20
download.user_cache = lambda: Path(folder)
print(data.load_cifar10(url=url).train.images.sum())
"""


@pytest.mark.parametrize("number", [2, pytest.param(4, marks=pytest.mark.long)])
def test_processes_at_once_do_not_harm_each_other(files, serve, tmp_path, number):
    url, asked = serve(tar(files))
    words = [sys.executable, "-c", WITH_SMALL_FILES, tmp_path / "cache", url, json.dumps(archive.SHA256)]
    runs = [
        subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(number)
    ]
    answers = [run.communicate(timeout=120) for run in runs]
    assert [run.returncode for run in runs] == [0] * number, answers
    assert asked() >= 1
    assert same(data.load_cifar10(), files)
    assert {int(said) for said, _ in answers} == {data.load_cifar10().train.images.sum()}
    assert left(tmp_path) == ["cache", f"cache{os.sep}{archive.ARCHIVE}"]


def test_a_download_shows_a_bar_unless_told_not_to(files, serve, tmp_path, capsys, monkeypatch):
    url, _ = serve(tar(files))
    data.load_cifar10(tmp_path / "quiet", url=url)
    assert capsys.readouterr() == ("", "")
    monkeypatch.delenv("TQDM_DISABLE")
    data.load_cifar10(tmp_path / "bar", url=url)
    assert archive.ARCHIVE in capsys.readouterr().err


# ---- The real files --------------------------------------------------------------------------------------


@pytest.mark.skipif(
    "CIFAR10_FOLDER" not in os.environ,
    reason="CIFAR10_FOLDER is not set: the complete CIFAR-10 was NOT looked at (see data/README.md)",
)
def test_the_real_files():
    whole, sample = data.load_cifar10(os.environ["CIFAR10_FOLDER"]), data.load_sample()
    assert len(whole.train) == 50_000 and len(whole.test) == 10_000
    for all_of, part in ((whole.train, sample.train), (whole.test, sample.test)):
        assert np.bincount(all_of.labels).tolist() == [len(all_of) // 10] * 10
        assert np.array_equal(all_of.images[part.original_index], part.images)
        assert np.array_equal(all_of.labels[part.original_index], np.array([0, 1, 6])[part.labels])
