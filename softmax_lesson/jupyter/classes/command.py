"""`python -m softmax_lesson classes cat dog ship --from FOLDER`: other classes, and what to read again."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from softmax_lesson.data import CLASS_NAMES, DataError, load_cifar10
from softmax_lesson.data.download import found_in
from softmax_lesson.exercises.engine.shut import Shut
from softmax_lesson.jupyter import asked
from softmax_lesson.jupyter.classes import cutting, measuring, sentences

ROOT = Path(__file__).resolve().parents[3]
LIST = Path("build/sentences.txt")  # in the clone: what is still to be read, a line for each sentence
NEEDED = ("nbclient", "nbformat", "nbstripout")  # of scripts/run_notebooks.py


@asked.says_no
def classes(names: list[str], folder: str | None, only_sample: bool = False, root: Path = ROOT) -> int:
    """Give the lesson three other classes; without names, say what is still to be read. Return the status.

    names: three of CIFAR-10's classes, in the order of their labels. folder: where the complete CIFAR-10
    lies; without it, it is looked for and downloaded as by `load_cifar10`. only_sample: run no notebook.
    """
    names, only_sample = asked.texts("NAME", names), asked.yes_or_no("--only-sample", only_sample)
    root = asked.place("root", root)
    refuse_what_is_no_clone(root)
    if not names:
        return say_what_is_left(root)
    refuse_what_cannot_be(names, folder, only_sample)
    before = sentences.outputs(root)
    try:
        sample = cutting.first_of_each(load_cifar10(folder, classes=names))
        facts = measuring.facts(sample)
    except (DataError, Shut) as error:
        if folder is None or isinstance(error, Shut):
            print(error, file=sys.stderr)
            return 1
        raise asked.Refused(f"--from: {error}") from error
    except ValueError as error:  # of the names: there are no such classes, or nothing can be learnt of them
        raise asked.Refused(error) from error
    cutting.write(root, sample, facts)
    said = {name: f"{share:.0%}" for name, share in facts["share_right"].items()}
    print(f"The sample has {', '.join(names)}. Of the test photographs the course's own solution of `learn`")
    print(f"gets {said['learn']} right, and the exercise asks for {said['asked']}.")
    failed = [] if only_sample else run_notebooks(root)
    listed = sentences.stale(
        sentences.texts(root), before, sentences.outputs(root), CLASS_NAMES, sample.class_names
    )
    write_list(root, listed)
    print(f"{len(listed)} sentences are no longer so. They stand in {LIST}; delete a line once it is done.")
    return int(bool(failed))


def refuse_what_is_no_clone(root: Path) -> None:
    """Raise Refused where the lesson was installed and is no clone of the repository."""
    needed = ("data/sample.csv", "notebooks", "scripts/run_notebooks.py")
    missing = next((name for name in needed if not (root / name).exists()), None)
    if missing:
        raise asked.Refused(
            "classes: this command changes the lesson's own files and works in a clone of its repository "
            f"alone; {root / missing} is missing."
        )


def refuse_what_cannot_be(names: list[str], folder: str | None, only_sample: bool) -> None:
    """Raise Refused for anything that would stop the command half way."""
    if len(names) != 3:
        raise asked.Refused(f"classes: expected three names, got {len(names)}: {', '.join(names)}.")
    if folder is not None and found_in(asked.place("--from", folder)) is None:
        raise asked.Refused(
            f"--from: expected a folder with the complete CIFAR-10 (cifar-10-binary.tar.gz or its six .bin "
            f"files), got {folder}."
        )
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing and not only_sample:
        raise asked.Refused(
            f"classes: to run the notebooks, {', '.join(missing)} must be installed: `make test` once does "
            "it, or `pip install -c constraints.txt -e '.[lab,test]'`."
        )


def run_notebooks(root: Path) -> list[str]:
    """Execute every notebook in place, as `make notebooks` does; return the names of those that stopped."""
    failed = []
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        script = root / "scripts" / "run_notebooks.py"
        run = subprocess.run(
            [sys.executable, script, path], cwd=root, capture_output=True, text=True, check=False
        )
        print(f"{path.name}: {'done' if run.returncode == 0 else 'stopped, and left as it was'}", flush=True)
        if run.returncode:
            print(run.stderr.strip()[-2000:])
            failed.append(path.name)
    return failed


def write_list(root: Path, listed: list[sentences.Stale]) -> None:
    """Write the sentences down, a line for each: file, place, why, words, with a tab between."""
    target = root / LIST
    target.parent.mkdir(exist_ok=True)
    lines = ["\t".join((one.file, one.place, one.why, one.sentence)) for one in listed]
    target.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def left(root: Path) -> list[sentences.Stale]:
    """Return what of the list still stands as it stood, and every name that is no class of the sample."""
    found = sentences.texts(root)
    standing = {(text.file, text.sentence) for text in found}
    listed = sentences.stale(found, {}, {}, CLASS_NAMES, CLASS_NAMES)
    known = {(one.file, one.sentence) for one in listed}
    if (root / LIST).is_file():
        lines = (root / LIST).read_text(encoding="utf-8", errors="replace").splitlines()
        old = [sentences.Stale(*line.split("\t", 3)) for line in lines if line.count("\t") >= 3]
        listed += [
            one
            for one in old
            if (one.file, one.sentence) in standing and (one.file, one.sentence) not in known
        ]
    return listed


def say_what_is_left(root: Path) -> int:
    """Print what is still to be read; return 0 when nothing is."""
    listed = left(root)
    for one in listed:
        print(f"{one.file} {one.place} {one.why}: {one.sentence}")
    print(f"The sample has {', '.join(CLASS_NAMES)}. {len(listed)} sentences are still to be read.")
    return int(bool(listed))
