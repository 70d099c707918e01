"""Where the complete CIFAR-10 comes from: a folder, the user's cache, or the web."""

import contextlib
import os
import shutil
import tempfile
import time
from pathlib import Path

from tqdm.auto import tqdm

from softmax_lesson.data.archive import ARCHIVE, MOST, NAME, SHA256, DataError, read_archive, read_folder

URL = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"
RETRIES = 3
SCRATCH = ".download-"  # how the name of a folder begins in which a download grows
A_PIECE = 2**10  # bytes; small, so that a connection that hardly gives any is noticed
SLOWEST = 2**10  # bytes a second: 170 MB would take two days
GRACE = 60  # seconds in which a connection may be slower
A_DAY = 24 * 60 * 60  # seconds; no download takes longer
FILES = {".gz", ".tgz", ".tar", ".bin"}  # what ends like this is meant as a file, not as a folder


def official_files(folder=None, url=URL):
    """Yield the name and the bytes of each of the six files, each checked; use none before all have come.

    Looked for in `folder`, then in the user's cache; else downloaded from `url` into the one or the other.
    Raises: DataError, which says what is wrong and what to do.
    """
    places = [user_cache()] if folder is None else [Path(os.path.expanduser(folder)), user_cache()]
    if places[0].suffix in FILES and not places[0].exists():
        raise DataError(f"{places[0]} is missing; looked for it in {Path.cwd()}.")
    found = next(filter(None, map(found_in, places)), None)
    if found is None:
        found = places[0] / ARCHIVE
        download(url, found)
    try:
        yield from read_folder(found) if found.is_dir() else read_archive(found)
    except DataError as error:
        remedy = f"Put a good {ARCHIVE} in its place, or delete it: then load_cifar10() downloads it anew."
        if found.is_dir():  # perhaps the student's Downloads
            remedy = f"Put a good copy of that file there, or {ARCHIVE} instead of the six .bin files."
        raise DataError(f"{found} cannot be used: {error}. {remedy}") from None


def user_cache():
    """Return the folder where this user's system keeps what can be downloaded again."""
    import pooch  # here, so that importing the package stays quick

    return Path(pooch.os_cache("softmax-lesson"))


def found_in(place):
    """Return what of CIFAR-10 lies there: the folder of the six files, else the archive, else None."""
    present = {f: sum((f / name).is_file() for name in SHA256) for f in (place, place / NAME)}
    complete = [f for f, count in present.items() if count == len(SHA256)]
    archives = [f for f in (place, place / ARCHIVE, place / ARCHIVE.removesuffix(".gz")) if f.is_file()]
    begun = [f for f, count in present.items() if count]  # reading it will say which file is missing
    return next(iter(complete + archives + begun), None)


def download(url, target):
    """Download an archive, read all of it, and only then give it its name, in one step.

    So whatever goes wrong, nothing is left behind and an earlier archive stays; and of two processes at once,
    each works in a folder of its own, and both end with a good archive.
    Raises: DataError.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        tidy(target.parent)
        with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=target.parent) as scratch:
            new = fetch(url, scratch)
            for _ in read_archive(new):  # each file is checked as it comes
                pass
            os.replace(new, target)
    except (OSError, ValueError) as error:  # the errors of a connection are OSErrors, too
        why = in_words(error).rstrip(".")
        raise DataError(
            f"CIFAR-10 could not be had from {url}: {why}. Put {ARCHIVE} into {target.parent} by other"
            " means, or name a mirror: load_cifar10(url=...)."
        ) from None


def in_words(error):
    """Return what went wrong: libraries pack one error into another, and that into a tuple."""
    inner = getattr(error, "reason", error.args[0] if error.args else None)
    if isinstance(inner, BaseException):
        return in_words(inner)
    packed = len(error.args) > 1 and isinstance(error.args[1], BaseException)
    return inner if packed and isinstance(inner, str) else str(error)


def tidy(folder):
    """Remove what a kernel left there that was restarted in the middle of a download."""
    for old in folder.glob(f"{SCRATCH}*"):
        with contextlib.suppress(OSError):  # another process may be quicker
            if time.time() - old.stat().st_mtime > A_DAY:
                shutil.rmtree(old)


def fetch(url, folder):
    """Download the archive into a folder, with a bar and some retries; return its path."""
    import pooch

    pooch.get_logger().setLevel("WARNING")  # the bar says enough

    def with_bar(url, file, pup):
        quiet = bool(os.environ.get("TQDM_DISABLE"))
        with Bar(desc=ARCHIVE, unit="B", unit_scale=True, leave=False, disable=quiet) as bar:
            pooch.HTTPDownloader(progressbar=bar, chunk_size=A_PIECE)(url, file, pup)

    pup = pooch.create(folder, "", registry={ARCHIVE: None}, urls={ARCHIVE: url})
    pup.retry_if_failed = RETRIES
    return Path(pup.fetch(ARCHIVE, downloader=with_bar))


class Bar(tqdm):
    """A progress bar that stops a download without end, by its size or by its time."""

    got = 0
    began = None

    def __bool__(self):
        """Tell pooch that there is a bar, also when the server does not say how long the file is."""
        return True

    def update(self, n=1):
        """Count n more bytes."""
        self.got += n
        if self.got > MOST:
            raise OSError(f"it is larger than {MOST:,} bytes")
        self.began = self.began or time.monotonic()
        seconds = time.monotonic() - self.began
        if seconds > GRACE and self.got < SLOWEST * seconds:
            raise OSError(f"it came too slowly, {self.got:,} bytes in {seconds:.0f} seconds")
        return super().update(n)

    def reset(self, total=None):
        """Count anew: pooch fills the bar once more at the end."""
        self.got, self.began = 0, None
        super().reset(total)
