"""`python -m softmax_lesson grade FOLDER`: all that was handed in, graded; tables and a page are written."""

import contextlib
import os
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from tqdm import tqdm

from softmax_lesson.jupyter import asked
from softmax_lesson.jupyter.grading import handed_in, page, results, tables
from softmax_lesson.jupyter.grading.running import Limits, Pool

TABLE, MOODLE, CANVAS, PAGE = "class.csv", "moodle.csv", "canvas.csv", "class.html"
WATCHED = (
    "This machine gives a process no system of its own ({why}), so Python alone kept the answers from other "
    "files, programs and the network. Somebody determined can get around that: grade on a Linux machine, or "
    "in a container, if you do not trust what was handed in."
)


@asked.says_no
def grade(folder: str, to: str | None = None, names: bool = False, how: str = "jailed") -> int:
    """Grade what was handed in, say what came out, and return the exit status.

    to: where tables and page go; without it, beside `folder`, with "-graded" after its name. names: whether
    the page names students. how: "jailed", or "watched" as where no jail can be made.
    """
    if os.name != "posix":
        print(
            "grade: expected Linux or macOS, since answers run in limits that Windows has not. Use WSL.",
            file=sys.stderr,
        )
        return 1
    names, how = asked.yes_or_no("--names", names), asked.one_of("how", how, ("jailed", "watched"))
    source = asked.place("FOLDER", folder)
    target = _beside(source) if to is None else asked.place("--to", to)
    with asked.about("FOLDER"):
        everybody, nobodys = handed_in.students(source)
    if not everybody:
        raise asked.Refused(f"FOLDER: expected notebooks, found none in {source}.")
    with asked.about("--to"):
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        done, notes = _graded(everybody, source, target, how)
    except OSError as trouble:  # no process can be started, or nothing be written where the system has room
        print(f"grade: {trouble.filename or 'this machine'}: {trouble.strerror or trouble}", file=sys.stderr)
        return 1
    if nobodys:
        notes.append(
            f"Left out, since they are nobody's: {', '.join(nobodys[:5])}{' ...' if nobodys[5:] else ''}."
        )
    with asked.about("--to"):
        _write(target, source, done, notes, names)
    return 0


def _beside(source: Path) -> Path:
    whole = source.resolve()
    if not whole.name:
        raise asked.Refused(f"FOLDER: expected what was handed in, got {whole}, and nothing is beside it.")
    return whole.with_name(f"{whole.stem if whole.is_file() else whole.name}-graded")


def _graded(everybody, source, target, how):
    """Return every student's result, and what there is to say about the run."""
    files = [file for student in everybody for file in student.notebooks]
    limits = Limits()
    kept = results.Kept(target, limits)
    pool = Pool([str(source.resolve()), str(target.resolve())], how, limits)
    try:
        graded = _each(files, pool, kept)
    finally:
        pool.close()
        with asked.about("--to"):
            kept.write()
    drawn = results.numbers(everybody)
    done = [results.gather(student, drawn[place], graded) for place, student in enumerate(everybody)]
    return done, [WATCHED.format(why=pool.why_not)] if pool.why_not else []


def _each(files, pool, kept) -> dict:
    """Return {id of a file: its result}, while a bar shows how far it is."""
    graded = {}
    with ThreadPoolExecutor(
        os.process_cpu_count() if hasattr(os, "process_cpu_count") else os.cpu_count()
    ) as threads:
        running = {threads.submit(results.grade_file, file, pool.grade, kept): file for file in files}
        try:
            for one in tqdm(as_completed(running), total=len(running), unit=" notebooks", leave=False):
                graded[id(running[one])] = one.result()
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            pool.close()
            raise
    return graded


def _write(target, source, done, notes, names) -> None:
    """Write tables and page, and say where they are and what stands in them."""
    steps = results.steps_of(done)
    tables.write_class(target / TABLE, done, steps)
    tables.write_moodle(target / MOODLE, done, steps)
    tables.write_canvas(target / CANVAS, done, steps)
    title = source.resolve().stem
    (target / PAGE).write_text(
        page.document(title, done, steps, notes, names), encoding="utf-8", errors="replace"
    )
    exercises = [name for inside in steps.values() for name in inside]
    counts = f"{page.many(len(done), 'student')}, {page.many(len(exercises), 'exercise')}"
    print(f"{counts}. The page: {target / PAGE}")
    print(f"The tables: {target / TABLE}, and for an import {MOODLE} and {CANVAS} beside it.")
    worst = [(len(g.verdicts), g.name, name) for name in exercises for g in page.groups(done, name)[:1]]
    for count, mistake, name in sorted(worst, reverse=True)[:3]:
        print(f"{count} of {len(done)}: {name}, {mistake}.")
    troubled = [f"{result.student.name}: {problem}" for result in done for problem in result.problems]
    with contextlib.suppress(OSError):
        print("".join(f"{printable(one)}\n" for one in [*notes, *troubled]), end="")


def printable(text: str) -> str:
    """Return a text as a terminal may have it: what a name can hold to command it is written out."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)
