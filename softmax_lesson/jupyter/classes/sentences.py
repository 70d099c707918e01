"""Which sentences of the lesson are no longer so when the sample has other classes.

Three things give a sentence away. It *names* a class that the sample no longer has. It says a *number* that
stood in an output when the notebook was last run, and stands there no more: looked for, if it is a share in
per cent, among what was measured of the sample, then in the outputs of its own section, in those of its
notebook, and in all of them where it speaks of another notebook. Or it speaks of *photographs* that somebody
chose by hand or looked at. A prediction is listed, too, where the result that follows it has changed: is the
right option still right? What is wrong in none of these ways is not found: read the text once.
"""

import functools
import math
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from softmax_lesson.data import TEN_CLASSES, files
from softmax_lesson.jupyter import asked
from softmax_lesson.jupyter.students_copy import notebooks_in, read, source_of

OTHER_WORDS = {"automobile": ("car",)}
ALL_TEN = re.compile(r"\bten classes\b")  # of the complete CIFAR-10, which always has them
# What can be seen in a photograph, and cannot be there in another one.
SEEN = re.compile(r"\b(sky|skies|sunset|meadow|sea|waves|bumper|wings|wheels|fur|paws|sofa)\b", re.IGNORECASE)
COLOUR = re.compile(
    r"\b(red|orange|yellow|green|blue|brown|purple|white|dark|bright|grey)\w*\b", re.IGNORECASE
)
# A photograph picked by its place: test.images[25], [... for i in (8, 34, 10, 17)], chosen = [0, 34, 99].
PICKED = re.compile(r"\.images\[\d+\]|\.images\[i\] for i in \(\d|\bchosen = \[\d")
FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$]*\$", re.DOTALL)
NUMBER = re.compile(
    r"(?<![\w.,])[-−]?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?(?: ?%)?(?!\w)"
)
# Numbers that no output decides: of a notebook, an equation, a list, a step, and the minutes of a section.
NO_RESULT = re.compile(
    r"\bnotebooks? \d\d(?:(?:,| and) \d\d)*|\(\d\)|^\d+\.$|\d+ minutes?\b|\bstep \d\b", re.IGNORECASE
)
FEW = 4  # as far as that, numbers stand everywhere and say nothing of an output
WORDS = ["five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
COUNTED = re.compile(rf"\b({'|'.join(WORDS)})\b", re.IGNORECASE)
SENTENCE = re.compile(r"(?<=[.!?:])[\"*_)]*\s+(?=[\"*_(`$]*[A-Z0-9])")
BLOCK = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*|#>]|\d+\.)\s)")
MEASURED = "measured"  # the shares in sample.toml
GUIDES = ("README.md", "INSTRUCTORS.md", "CONTRIBUTING.md", "softmax_lesson/jupyter/grading/next.toml")


@dataclass(frozen=True)
class Stale:
    """A sentence that is no longer so: where it stands, why, and its words."""

    file: str
    place: str
    why: str
    sentence: str


@dataclass(frozen=True)
class Text:
    """A sentence, or a line of code, and the outputs that it may speak of: the nearest first."""

    file: str
    place: str
    sentence: str
    scopes: tuple[str, ...] = ()
    is_code: bool = False
    typed: frozenset[float] = frozenset()
    """Numbers that stand in the code of its notebook: no output decides them."""
    result: str = ""
    """The name of the prediction that it is the question of."""


def texts(root: Path) -> list[Text]:
    """Return every sentence of notebooks, predictions, exercises and guides of a clone."""
    found = []
    for path in notebooks_in(root / "notebooks"):
        found += of_notebook(path)
    for path in sorted((root / "softmax_lesson/exercises/predictions").glob("*.toml")):
        found += of_predictions(path)
    for path in sorted((root / "softmax_lesson/exercises").glob("*.py")):
        lines = text_of(path).splitlines()
        file = f"softmax_lesson/exercises/{path.name}"
        found += [
            Text(file, f"line {n}", line.strip(), is_code=True) for n, line in enumerate(lines, start=1)
        ]
    for name in GUIDES:
        text = text_of(root / name)
        found += [Text(name, "", sentence) for sentence in sentences(text)]
    return found


def text_of(path: Path) -> str:
    """Return the text of a file of the clone. Raises Refused."""
    try:
        return files.read(path)
    except (OSError, ValueError) as trouble:
        why = getattr(trouble, "strerror", None) or trouble
        raise asked.Refused(f"classes: {path} cannot be read: {why}.") from trouble


def tables_of(path: Path) -> dict:
    """Return what a TOML file of the clone says. Raises Refused."""
    try:
        return tomllib.loads(text_of(path))
    except tomllib.TOMLDecodeError as wrong:
        raise asked.Refused(f"classes: {path} is no TOML: {wrong}.") from wrong


def cells_of(path: Path) -> list[tuple[dict, str]]:
    """Return each cell of a notebook with the name of its section."""
    cells, section = [], path.stem
    for cell in read(path, "classes")["cells"]:
        if cell["cell_type"] == "markdown" and source_of(cell).startswith("## "):
            section = f"{path.stem}/{cell.get('id')}"
        cells.append((cell, section))
    return cells


def of_notebook(path: Path) -> list[Text]:
    """Return the sentences of the text cells of a notebook, and the lines of its code cells."""
    found, typed, file = [], typed_in(path), f"notebooks/{path.name}"
    for cell, section in cells_of(path):
        place = cell.get("id", "")
        if cell["cell_type"] == "markdown":
            said, scopes = sentences(source_of(cell)), (section, path.stem, "all")
            found += [Text(file, place, words, scopes, typed=typed) for words in said]
        else:
            lines = map(str.strip, source_of(cell).splitlines())
            found += [Text(file, place, line, is_code=True) for line in lines if line]
    return found


def typed_in(path: Path) -> frozenset[float]:
    """Return the numbers that stand in the code cells of a notebook."""
    code = "\n".join(source_of(cell) for cell, _ in cells_of(path) if cell["cell_type"] == "code")
    return frozenset(numbers_of(code))


def of_predictions(path: Path) -> list[Text]:
    """Return the questions, options and answers of a notebook's predictions."""
    found, file = [], f"softmax_lesson/exercises/predictions/{path.name}"
    typed = typed_in(path.parents[3] / "notebooks" / f"{path.stem}.ipynb")
    for name, prediction in tables_of(path).items():
        asked, said = prediction["question"], {}
        found.append(Text(file, name, asked, (path.stem, "all"), typed=typed, result=f"{path.stem}.{name}"))
        for option in prediction["options"]:  # the number of a wrong option stands in no output
            said |= {words: kind != "text" or "right" in option for kind, words in option.items()}
        for text, is_so in said.items():
            scopes = (path.stem, "all") if is_so else ()
            found += [Text(file, name, words, scopes, typed=typed) for words in sentences(text)]
    return found


def sentences(text: str) -> list[str]:
    """Return the sentences of a text in Markdown, each on one line."""
    blocks = (" ".join(block.split()) for block in BLOCK.split(text))
    return [words for block in blocks for words in SENTENCE.split(block) if words]


def outputs(root: Path) -> dict[str, list[float]]:
    """Return the numbers in the outputs of each section, each notebook, and all of them; MEASURED; `results`.

    What a prediction says is a text like others, and no output.
    """
    path = root / "softmax_lesson/data/sample.toml"
    try:
        measured = tables_of(path)
        shares = [*measured["share_right"].values(), measured["two_features"]["right"]]
    except (LookupError, AttributeError, TypeError) as wrong:
        raise asked.Refused(f"classes: {path} is damaged: it has no shares.") from wrong
    found = {"all": [], MEASURED: shares}
    found |= results(root)
    for path in notebooks_in(root / "notebooks"):
        for cell, section in cells_of(path):
            if {"prediction", "echo"} & set(cell["metadata"].get("tags", [])):
                continue
            numbers = [
                number for output in cell.get("outputs", []) for number in numbers_of(words_of(output))
            ]
            for scope in (section, path.stem, "all"):
                found.setdefault(scope, []).extend(numbers)
    return found


def results(root: Path) -> dict[str, list[float]]:
    """Return the numbers that each prediction was about: of the outputs between it and its answer."""
    found, waiting = {}, []
    for path in notebooks_in(root / "notebooks"):
        for cell, _ in cells_of(path):
            source, tags = source_of(cell), cell["metadata"].get("tags", [])
            if "prediction" in tags:
                waiting += re.findall(r'Prediction\("([\w.]+)"\)', source)
            elif "echo" in tags:
                waiting = [name for name in waiting if f"{name.partition('.')[2]}.answer()" not in source]
            else:
                numbers = numbers_of("\n".join(map(words_of, cell.get("outputs", []))))
                for name in waiting:
                    found.setdefault(name, []).extend(numbers)
    return found


def words_of(output: dict) -> str:
    """Return what an output says in plain text."""
    data = output.get("data")
    text = output.get("text") or (data.get("text/plain", "") if isinstance(data, dict) else "")
    lines = text if isinstance(text, list) else [text]
    return "".join(line for line in lines if isinstance(line, str))


def numbers_of(text: str) -> list[float]:
    """Return the numbers that stand in a text; of 75 % both 75 and .75."""
    found = []
    for word in NUMBER.findall(text):
        number = value(word)
        found += [number, number / 100] if word.endswith("%") else [number]
    return found


def value(word: str) -> float:
    """Return the number that a word of NUMBER is, a per cent as it stands."""
    return float(word.replace("−", "-").replace(",", "").rstrip("% "))


def stands_in(word: str, numbers: list[float]) -> bool:
    """Tell whether some number, rounded to the digits of the word, is the word's; 75 % is .75, too."""
    number, bare = value(word), word.rstrip("% ").replace(",", "")
    digits = len(bare.partition(".")[2]) if "." in bare else -trailing_zeros(bare)
    if word.endswith("%"):
        numbers = [*numbers, *(100 * n for n in numbers if abs(n) <= 1)]
    return any(math.isfinite(n) and abs(abs(n) - abs(number)) <= 0.5001 * 10**-digits for n in numbers)


def trailing_zeros(digits: str) -> int:
    """Return how many zeros end a whole number that is no single digit: 80 was rounded, 0 was not."""
    return len(digits) - len(digits.rstrip("0")) if digits.strip("-−0") else 0


def stale(found: list[Text], before: dict, after: dict, old: tuple, new: tuple) -> list[Stale]:
    """Return the sentences that are no longer so.

    found: `texts`. before, after: `outputs` of the notebooks as they were, and as they were run again.
    old, new: the names of the sample's classes.
    """
    listed = []
    for text in found:
        why = [*names_gone(text, old, new), *numbers_gone(text, before, after)]
        if text.result and before.get(text.result) != after.get(text.result):
            why.append("its result has changed")
        if old != new:
            why += of_photographs(text)
        if why:
            listed.append(Stale(text.file, text.place, "; ".join(why), text.sentence))
    return listed


def names_gone(text: Text, old: tuple, new: tuple) -> list[str]:
    """Return the classes that a sentence names and the sample does not have.

    A guide names other classes in its examples: there only what the sample had before counts.
    """
    if ALL_TEN.search(text.sentence):
        return []
    known = old if text.file in GUIDES else TEN_CLASSES
    missing = tuple(name for name in known if name not in new)
    if not (missing and names(*missing).search(text.sentence)):  # most sentences: one look at them is enough
        return []
    gone = [name for name in missing if names(name).search(text.sentence)]
    return [f"names {', '.join(gone)}"]


@functools.cache
def names(*classes: str) -> re.Pattern:
    """Return the pattern of classes' names, in the plural, too, and by the other words for them."""
    words = "|".join(word for name in classes for word in (name, *OTHER_WORDS.get(name, ())))
    return re.compile(rf"(?<![\w-])({words})s?(?![\w-])", re.IGNORECASE)


def numbers_gone(text: Text, before: dict, after: dict) -> list[str]:
    """Return the numbers of a sentence that stood in an output before, and stand there no more."""
    if text.is_code:
        return []
    words = NO_RESULT.sub(" ", FORMULA.sub(" ", text.sentence))
    gone = [word for word in NUMBER.findall(words) if result_lost(word, text, before, after)]
    gone += [
        word
        for word in COUNTED.findall(words)
        if lost(str(5 + WORDS.index(word.lower())), text.scopes[:1], before, after)
    ]
    return [f"says {', '.join(gone)}"] if gone else []


def result_lost(word: str, text: Text, before: dict, after: dict) -> bool:
    """Tell whether a number of a sentence was a result, and is none any more."""
    number, is_whole = abs(value(word)), not re.search(r"[.%]", word)
    if number in text.typed or (is_whole and number <= FEW):
        return False
    # Elsewhere a number stands by chance, unless the sentence says that it speaks of another notebook.
    scopes = text.scopes if "notebook" in text.sentence else text.scopes[:-1]
    if word.endswith("%") and scopes:
        scopes = (MEASURED, *scopes)
    return lost(word, scopes, before, after)


def lost(word: str, scopes: tuple, before: dict, after: dict) -> bool:
    """Tell whether the nearest outputs that had a number before have it no more."""
    scope = next((scope for scope in scopes if stands_in(word, before.get(scope, []))), None)
    return scope is not None and not stands_in(word, after.get(scope, []))


def of_photographs(text: Text) -> list[str]:
    """Return in which way a sentence speaks of photographs that somebody looked at."""
    if not text.file.startswith(("notebooks", "softmax_lesson/exercises/predictions")):
        return []
    if text.is_code:
        described = "alt=" in text.sentence or text.sentence.startswith(('"', "'"))
        speaks = PICKED.search(text.sentence) or (described and COLOUR.search(text.sentence))
    else:
        speaks = SEEN.search(text.sentence)
    return ["speaks of photographs"] if speaks else []
