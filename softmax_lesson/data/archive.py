"""The six files of the complete CIFAR-10, read from a folder or an archive; each as published, or refused.

The *binary version* of CIFAR-10 has no pickle in it, so there is nothing to execute. Nothing is unpacked to
disk: the bytes are taken out of the archive, and no name in it ever becomes a path.
"""

import gzip
import hashlib
import tarfile

NAME = "cifar-10-batches-bin"
ARCHIVE = "cifar-10-binary.tar.gz"
IMAGES, RECORD = 10_000, 1 + 3 * 32 * 32  # images in a file, bytes of an image: its label, red, green, blue
SHA256 = {
    "data_batch_1.bin": "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
    "data_batch_2.bin": "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
    "data_batch_3.bin": "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
    "data_batch_4.bin": "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
    "data_batch_5.bin": "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
    "test_batch.bin": "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b",
}
EXTRAS = {"batches.meta.txt", "readme.html"}  # the official archive's other files, passed over
MOST = 200_000_000  # bytes of an archive; the official one has 170 million
BESIDE = 60_000  # bytes that an archive may hold beside the six files: headers, the two extras, padding


class DataError(OSError):
    """Images that are missing, damaged or not what they should be; the message says which and what to do."""


def read_folder(folder):
    """Yield the name and the bytes of the six files of a folder. Raises DataError."""
    for name in SHA256:
        try:
            with open(folder / name, "rb") as file:
                content = file.read(IMAGES * RECORD + 1)
        except FileNotFoundError:
            raise DataError(f"{name} is missing") from None
        except OSError as error:
            raise DataError(f"{name} cannot be read ({error.strerror or error})") from None
        check(name, content)
        yield name, content


def read_archive(path):
    """Yield the name and the bytes of the six files of an archive, in its order.

    Raises: DataError, also when it holds anything that the official archive does not: another name, a link, a
    device, a file twice. Use nothing of it before the last file has come.
    """
    allowed = {NAME, *(f"{NAME}/{name}" for name in {*SHA256, *EXTRAS})}
    missing = set(SHA256)
    try:
        with opened(path) as file:
            bounded = Bounded(file)
            with tarfile.open(fileobj=bounded, mode="r|") as archive:
                for member in archive:
                    usual = member.isdir() if member.name == NAME else member.isreg()
                    if member.name not in allowed or not usual:
                        raise DataError(f"it holds {member.name[:80]!r}, which the official archive does not")
                    allowed.remove(member.name)
                    name = member.name.removeprefix(f"{NAME}/")
                    if name in SHA256:
                        bounded.left += IMAGES * RECORD
                        content = archive.extractfile(member).read(IMAGES * RECORD + 1)
                        check(name, content)
                        missing.remove(name)
                        yield name, content
    except DataError:
        raise
    except PermissionError as error:
        raise DataError(f"it cannot be read ({error.strerror})") from None
    except Exception as error:  # tarfile, gzip and zlib publish no list of what damage makes them raise
        raise DataError(f"it is damaged or cut short ({error})") from None
    if missing:
        raise DataError(f"{min(missing)} is missing")


def opened(path):
    """Open an archive. Some servers and browsers take the compression off on the way; the rest is as good."""
    with open(path, "rb") as file:
        compressed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path) if compressed else open(path, "rb")


class Bounded:
    """A file that is read only so far: a small archive may unpack to more than any disk or patience holds."""

    def __init__(self, file):
        """Wrap a file."""
        self.file, self.left = file, BESIDE

    def read(self, size):
        """Return up to `size` bytes."""
        self.left -= size  # also when nothing comes: tarfile goes on asking for what a header promised
        if self.left < 0:
            raise DataError(f"it holds more than {BESIDE:,} bytes beside the six files")
        return self.file.read(size)


def check(name, content):
    """Refuse a file's bytes unless they are the official ones."""
    size = IMAGES * RECORD
    found = hashlib.sha256(content).hexdigest()
    if len(content) < size:
        raise DataError(f"{name} is cut short ({len(content):,} of {size:,} bytes)")
    if found != SHA256[name]:
        was = f"SHA-256 {found[:12]}..., expected {SHA256[name][:12]}..."
        raise DataError(f"{name} is not the official one ({was})")
