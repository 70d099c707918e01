"""Find what was handed in: whose it is, and where, whatever system has packed it.

    anna.ipynb  ben_05_derivatives.ipynb                     flat: the file's name is the student
    anna/05_derivatives.ipynb                                a folder a student
    submitted/anna/ps1/05_derivatives.ipynb                  nbgrader
    Anna Berg_12345_assignsubmission_file_/05.ipynb          Moodle, with folders or without
    berganna_12345_67890_05_derivatives.ipynb                Canvas, perhaps with _LATE_

A zip is a folder: the whole may be one, and what a student handed in.
"""

import io
import os
import re
import stat
import struct
import zipfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from softmax_lesson.exercises import STEPS
from softmax_lesson.exercises.engine import shut
from softmax_lesson.jupyter import asked

MEGABYTE = 2**20
LARGEST = 50 * MEGABYTE  # the course's own notebooks have half of one
MOST_IN_A_ZIP = 10_000
MOST_OF_ONE = 100  # notebooks of one student
MOODLE = re.compile(r"^(?P<name>.+?)_(?P<id>\d+)_assignsubmission_[a-z]+_?(?P<rest>.*)$")
CANVAS = re.compile(r"^(?P<name>[^_]+)(?:_LATE)?_(?P<id>\d+)_\d+_(?P<rest>.+)$", re.IGNORECASE)
PASSED_OVER = ("__MACOSX", "Thumbs.db", "desktop.ini")
TABLES = (".csv", ".tsv", ".xlsx", ".ods")
# progress.json, my_progress.html, rise.css: not an attempt at a notebook.
OWN_FILES = (".json", ".html", ".css")
# The teacher's, who graded where the notebooks were handed out: of `shut` and of `export`.
TEACHERS = (shut.FILE, "nbgrader_config.py", "requirements.txt")
PROGRESS = "progress.json"
# What zipfile says of one that is damaged, or packed in a way it does not know.
BAD_ZIP = (zipfile.BadZipFile, ValueError, LookupError, NotImplementedError, EOFError, struct.error)


class NotGiven(Exception):
    """Says in a sentence why a file's content cannot be had."""


@dataclass
class File:
    """One file that was handed in: its path below the folder, and how to get its content."""

    path: PurePosixPath
    size: int
    opens: object
    problem: str | None = None

    def content(self) -> bytes:
        """Return what is in it. Raises NotGiven."""
        if self.problem:
            raise NotGiven(self.problem)
        if self.size > LARGEST:
            raise NotGiven(
                f"The file has {_words(self.size)}, more than {_words(LARGEST)}: it was not opened."
            )
        try:
            with self.opens() as opened:
                found = opened.read(LARGEST + 1)
        except (OSError, RuntimeError, zipfile.BadZipFile, NotImplementedError, EOFError) as trouble:
            raise NotGiven(f"The file cannot be read: {trouble}.") from trouble
        except Exception as trouble:  # zlib's and lzma's own errors
            raise NotGiven(f"The file cannot be unpacked: {trouble}.") from trouble
        if len(found) > LARGEST:
            raise NotGiven(f"The file unpacks to more than {_words(LARGEST)}: it was not opened.")
        return found


@dataclass
class Student:
    """Who handed in what.

    system: "Moodle" or "Canvas", and number: the student's number there, where the name tells.
    """

    name: str
    system: str = ""
    number: str = ""
    notebooks: list[File] = field(default_factory=list)
    progress: list[File] = field(default_factory=list)
    others: list[File] = field(default_factory=list)


def students(folder: Path) -> tuple[list[Student], list[str]]:
    """Return everybody who handed in something, by name, and the files that belong to nobody.

    Raises Refused when there is no such folder or zip.
    """
    found, empty = _everything(folder)
    by_key, nobodys = {}, []
    for file in found:
        name, system, number = _whose(file.path)
        if not name:
            nobodys.append(str(file.path))
            continue
        student = by_key.setdefault((name, number), Student(name, system, number))
        _shelf(student, file).append(file)
    for path in empty:
        name, system, number = _whose(path / "nothing")
        by_key.setdefault((name, number), Student(name, system, number))
    for student in by_key.values():
        _no_more_than_most(student)
    _tell_apart(by_key.values())
    return sorted(by_key.values(), key=lambda student: (student.name.casefold(), student.number)), nobodys


def _everything(folder: Path) -> tuple[list[File], list[PurePosixPath]]:
    """Return all files, and the folders of the first level that are empty."""
    if folder.is_file() and zipfile.is_zipfile(folder):
        found, empty, packed = _whole_zip(folder), [], True
    elif folder.is_dir():
        found, empty = _in_folder(folder)
        packed = len(found) == 1 and found[0].path.suffix == ".zip" and len(found[0].path.parts) == 1
        if packed:
            found = _whole_zip(folder / found[0].path) if not found[0].problem else found
    else:
        raise asked.refusal("FOLDER", "a folder or a zip of notebooks", str(folder))
    found = [inner for file in found for inner in _unpacked(file)]
    return _without_cover(found, packed), empty


def _whole_zip(place: Path) -> list[File]:
    """Return the files of a zip that holds all that was handed in. Raises Refused."""
    try:
        return _in_zip(PurePosixPath(), lambda: place)
    except BAD_ZIP as trouble:
        raise asked.Refused(f"FOLDER: the zip {place} cannot be read: {trouble}.") from trouble


def _in_folder(folder: Path) -> tuple[list[File], list[PurePosixPath]]:
    found, empty = [], []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _is_passed_over(name))
        here = PurePosixPath(Path(place).relative_to(folder).as_posix())
        for name in sorted(name for name in files if not _is_passed_over(name)):
            found.append(_file(here / name, Path(place, name)))
        if len(here.parts) == 1 and not folders and not files:
            empty.append(here)
    return found, empty


def _file(path: PurePosixPath, place: Path) -> File:
    told = place.lstat()
    plain = stat.S_ISREG(told.st_mode)
    problem = None if plain else "It is a link or a device, not a file: it was not opened."
    return File(path, told.st_size, lambda: place.open("rb"), problem)


def _in_zip(path: PurePosixPath, place) -> list[File]:
    """Return the files of a zip, as if it were a folder at `path`. Raises zipfile.BadZipFile.

    place: a function that returns the zip's own path or its content as a file, anew with each call.
    """
    with zipfile.ZipFile(place()) as packed:
        members = [member for member in packed.infolist() if not member.is_dir()]
    if len(members) > MOST_IN_A_ZIP:
        raise zipfile.BadZipFile(f"it holds {len(members)} files")
    found = []
    for member in members:
        inside = PurePosixPath(
            *(part for part in PurePosixPath(member.filename).parts if part not in ("/", ".."))
        )
        if inside.parts and not any(map(_is_passed_over, inside.parts)):
            found.append(File(path / inside, member.file_size, _opener(place, member)))
    return found


def _opener(place, member):
    def opens():
        with zipfile.ZipFile(place()) as packed:
            return packed.open(member)

    return opens


def _unpacked(file: File) -> list[File]:
    """Return a file, or the files of a zip that a student handed in."""
    if file.path.suffix.lower() != ".zip":
        return [file]
    try:
        return _in_zip(file.path.with_suffix(""), lambda: io.BytesIO(file.content()))
    except (NotGiven, *BAD_ZIP) as trouble:
        sentence = str(trouble) if isinstance(trouble, NotGiven) else f"The zip cannot be read: {trouble}."
        return [File(file.path, file.size, file.opens, sentence)]


def _without_cover(found: list[File], packed: bool) -> list[File]:
    """Take off folders that all files lie in, where they are no student: nbgrader's, and a zip's own."""
    if any(file.path.parts[0] == "submitted" and len(file.path.parts) > 2 for file in found):
        found = [file for file in found if file.path.parts[0] == "submitted"]
        return _shorter(found)
    if not found:
        return found
    covers = {file.path.parts[0] if len(file.path.parts) > 1 else "" for file in found}
    if packed and len(covers) == 1 and "" not in covers and not MOODLE.match(*covers):
        return _without_cover(_shorter(found), packed)
    return found


def _shorter(found: list[File]) -> list[File]:
    return [File(PurePosixPath(*f.path.parts[1:]), f.size, f.opens, f.problem) for f in found]


def _whose(path: PurePosixPath) -> tuple[str, str, str]:
    """Return (name, system, number) of who handed in a file; the name is "" for a file that is nobody's."""
    first, *rest = path.parts
    for system, form in (("Moodle", MOODLE), ("Canvas", CANVAS)):
        if told := form.match(first):
            return told["name"].strip(), system, told["id"]
    if rest:
        return first, "", ""
    suffix, stem = path.suffix.lower(), path.stem
    if suffix in (*TABLES, *OWN_FILES) or stem.upper().startswith("README") or first in TEACHERS:
        return "", "", ""
    return _without_step(stem), "", ""


def _without_step(stem: str) -> str:
    """Return a file's name without the notebook's: `anna_05_derivatives` is anna's."""
    for step in STEPS:
        short = re.sub(
            rf"[ _.\-]*{step}([ _.\-]?\(\d+\)|-Copy\d+)?[ _.\-]*", " ", stem, flags=re.IGNORECASE
        ).strip()
        if short and short != stem:
            return short
    return stem


def _shelf(student: Student, file: File) -> list[File]:
    name = file.path.name
    if name.endswith(PROGRESS):
        return student.progress
    return student.notebooks if name.lower().endswith(".ipynb") else student.others


def _no_more_than_most(student: Student) -> None:
    """Put one remark in the place of the notebooks that are too many: a small zip may hold thousands."""
    if others := student.notebooks[MOST_OF_ONE:]:
        why = f"{len(others)} notebooks beyond the first {MOST_OF_ONE} were not opened."
        student.notebooks[MOST_OF_ONE:] = [File(others[0].path, 0, others[0].opens, why)]


def _tell_apart(everybody) -> None:
    """Give two students of one name their numbers beside it."""
    names = [student.name for student in everybody]
    for student in everybody:
        if names.count(student.name) > 1 and student.number:
            student.name = f"{student.name} ({student.number})"


def _is_passed_over(name: str) -> bool:
    return name.startswith(".") or name in PASSED_OVER


def _words(size: int) -> str:
    return f"{size / MEGABYTE:,.0f} MB" if size < 1000 * MEGABYTE else f"{size / 2**30:.1f} GB"
