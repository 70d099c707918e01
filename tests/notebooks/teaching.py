"""Whether a notebook still teaches: exercises, predictions and notes in their places, references right.

`teaching_problems(notebook, step)` reads a whole notebook; `step` is its name, such as "01_scores".
"""

import ast
import collections
import functools
import importlib.util
import inspect
import itertools
import re
from pathlib import Path

import numpy as np
from code_cells import assigned
from minutes import STATED, estimate, sections
from neighbours import swapped
from texts import CODE

from softmax_lesson import data, exercises, figures
from softmax_lesson.exercises.engine.exercise import Exercise
from softmax_lesson.exercises.engine.questions import questions

ROOT = Path(__file__).parents[2]
STEPS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
GUIDES = [ROOT / name for name in ("README.md", "INSTRUCTORS.md", "CONTRIBUTING.md")]
SLIDE_TYPES = {"slide", "subslide", "fragment", "notes", "skip"}
CALLED = {"check", "hint", "solution", "use"}  # what a student calls on an exercise
CHECK = re.compile(r"exercise\.(\w+)\.check\(\1\)")
MODULES = {"np": np, "data": data, "figures": figures}


def teaching_problems(notebook, step):
    """Return what keeps a notebook from teaching its step, a sentence each."""
    cells = notebook.cells
    found = [*title(cells, step), *slides(cells), *counted_minutes(notebook), *said_once(cells)]
    if step in STEPS:
        found += [*exercises_in_place(cells, step), *nothing_solved(cells, step), *names(cells, step)]
        found += [
            *folded(cells),
            *not_told(cells, step),
            *notes_in_place(cells),
            *changed_places(cells, step),
        ]
        found += [*references(cells, step), *summary(cells), *guides(cells, step)]
    return found


def tagged(cell, tag):
    """Whether a cell has this tag."""
    return tag in cell.metadata.get("tags", [])


def of_kind(cells, kind):
    """Return the cells that are text, or code."""
    return [cell for cell in cells if cell.cell_type == kind]


def title(cells, step):
    """The first cell says which notebook it is, what comes out of it, and what it takes."""
    first, number = cells[0].source, int(step[:2]) if step[:2].isdigit() else None
    if number is not None and not first.startswith(f"# {number} · "):
        yield f"its title does not begin with # {number} ·, the number of the file"
    for words in ("**When you are done** ", "**You need** ", "**Time**: "):
        if first.count(words) != 1:
            yield f"its first cell does not say {words.strip()} once"
    need = first.partition("**You need**")[2].partition("**Time**")[0]
    late = [n for n in re.findall(r"\b0\d\b", need) if number is not None and int(n) >= number]
    yield from (f"you need notebook {n}, which comes later" for n in late)


def slides(cells):
    """What a cell is on the slides is one of the words that reveal.js knows."""
    for cell in cells:
        show = cell.metadata.get("slideshow", {"slide_type": "slide"})
        if set(show) != {"slide_type"} or show["slide_type"] not in SLIDE_TYPES:
            yield f"{cell.id}: slide_type {show.get('slide_type')!r}: one of {', '.join(sorted(SLIDE_TYPES))}"
        tags = cell.metadata.get("tags", [])
        if len(set(tags)) != len(tags):
            yield f"{cell.id}: a tag stands twice"
        new = cell.cell_type == "markdown" and re.search(r"^##? ", cell.source, re.MULTILINE)
        if new and show["slide_type"] not in ("slide", "subslide"):
            yield f"{cell.id}: a heading begins a slide: slide_type slide"
    if cells[0].metadata.get("slideshow", {}).get("slide_type") != "slide":
        yield f"{cells[0].id}: the first cell is a slide"


def counted_minutes(notebook):
    """The minutes under a heading are those that `make minutes` counts."""
    for heading, cells in sections(notebook).items():
        stated = STATED.search(cells[0].source)
        if stated and int(stated[1]) != estimate(cells):
            yield f"section {heading!r} takes {estimate(cells)} minutes, not {stated[1]}: `make minutes`"


def said_once(cells):
    """No paragraph, no line of a list and no piece of code stands twice."""
    text = [re.sub(r"^[-*\d.]+ ", "", line.strip()) for c in of_kind(cells, "markdown") for line in blocks(c)]
    code = [cell.source.strip() for cell in of_kind(cells, "code")]
    for what, found in (("a text", text), ("a cell of code", code)):
        times = collections.Counter(each for each in found if len(each) > 40 or what != "a text")
        for each, number in times.items():
            if number > 1 and not each.startswith("<details><summary>"):
                yield f"{what} stands twice: {each[:50]!r}"


def blocks(cell):
    """Return the paragraphs of a text and the lines of its lists."""
    return [b for p in re.split(r"\n\s*\n", cell.source) for b in re.split(r"\n(?=[-*] |\d+\. )", p)]


@functools.cache
def catalogue(step):
    """Return the exercises of a step by name, in order."""
    return {one.name: one for one in exercises.catalogue() if one.step == step}


def exercises_in_place(cells, step):
    """Each exercise is asked, answered in the cell after, and checked in the next."""
    known, met = catalogue(step), []
    for place, cell in enumerate(cells):
        stub = cell.cell_type == "code" and re.search(r"^\s+\.\.\.$", cell.source, re.MULTILINE)
        if stub and not tagged(cell, "exercise"):
            yield f"{cell.id}: code for a student to complete, without the tag exercise"
        if not tagged(cell, "exercise"):
            continue
        name = next(iter(assigned(cell.source)), "")
        name = next((n for n in known if re.search(rf"^def {n}\(", cell.source, re.MULTILINE)), name)
        met.append(name)
        if name not in known or cell.source != known[name].starter:
            yield f"{cell.id}: it is not exercise.{name}.starter, from which a student begins: copy that"
        after = cells[place + 1].source if place + 1 < len(cells) else ""
        if after != f"exercise.{name}.check({name})":
            yield f"{cell.id}: the next cell is not exercise.{name}.check({name})"
        yield from its_task(cells, place, name)
    if met != list(known):
        yield f"the exercises are {', '.join(met) or 'none'}; those of the step: {', '.join(known) or 'none'}"
    checks = [m[1] for c in of_kind(cells, "code") for m in [CHECK.fullmatch(c.source)] if m]
    if checks != list(known):
        yield f"checked are {', '.join(checks) or 'none'}; the exercises of the step: {', '.join(known)}"
    imports = f"from softmax_lesson.exercises import {step[3:]} as exercise"
    lines = [line for c in of_kind(cells, "code") for line in c.source.splitlines() if " as exercise" in line]
    if known and lines != [imports]:
        yield f"the exercises are loaded by {lines}; expected once: {imports}"


def its_task(cells, place, name):
    """What stands before a student's cell speaks of this exercise and no other."""
    texts = list(itertools.takewhile(lambda c: not CHECK.fullmatch(c.source), reversed(cells[:place])))
    text = next((cell for cell in texts if cell.cell_type == "markdown"), None)
    if text is None:
        yield f"{cells[place].id}: no text asks for it"
        return
    for other in set(re.findall(r"\bexercise\.(\w+)\.\w+\(", text.source)) - {name, "NAME"}:
        yield f"{text.id}: it speaks of exercise.{other}, and {name} comes next"
    words, own = text.id.replace("-", "_"), cells[place].id.replace("-", "_")
    if name not in own or (name not in words and "exercise" in words and "exercises" not in words):
        yield f"{text.id}, {cells[place].id}: their ids do not name {name}"


def nothing_solved(cells, step):
    """No cell gives an exercise's solution away."""
    for cell in cells:
        found = gives_solutions(cell.source, cell.cell_type, tagged(cell, "exercise"), step)
        yield from (f"{cell.id}: {what}" for what in found)


@functools.cache
def gives_solutions(source, kind, to_answer, step):
    """Return a sentence for each exercise whose solution stands in a cell."""
    found = []
    for name in catalogue(step):
        lines, result = solved(step, name)
        if kind == "markdown" and gives_away(source, lines, result):
            found.append(f"it shows the solution of {name}: say where to look instead")
        if kind == "code" and not to_answer:
            if defines(source, name):
                found.append(f"it defines {name}, which a student is to write")
            elif len(lines) > 1 and lines <= statements(source):
                found.append(f"it has all lines of the solution of {name}")
    return found


@functools.cache
def solved(step, name):
    """Return the lines of an exercise's solution, and what it returns."""
    (function,) = ast.parse(catalogue(step)[name].solution_source).body[1:]
    lines = frozenset(ast.unparse(line) for line in function.body[1:])
    return lines, next((ast.unparse(n.value) for n in ast.walk(function) if isinstance(n, ast.Return)), "")


@functools.cache
def gives_away(source, lines, result):
    """Whether code in a text is the solution's last line, or has all of its lines."""
    code = "\n".join(match[0].strip("`") for match in CODE.finditer(source))
    squeezed = re.sub(r"\s", "", code)
    whole = [re.sub(r"\s", "", line) for line in lines]
    shown = "return" + re.sub(r"\s", "", result)
    return shown in squeezed or (len(lines) > 1 and all(line in squeezed for line in whole))


@functools.cache
def statements(source):
    """Return all statements of a piece of code, each as text."""
    try:
        return {ast.unparse(node) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt)}
    except (SyntaxError, ValueError):
        return set()


@functools.cache
def defines(source, name):
    """Whether code defines a function of this name, by def or lambda."""
    return bool(re.search(rf"^\s*(?:def {name}\(|{name} = lambda\b)", source, re.MULTILINE))


def names(cells, step):
    """What is called by name is there: exercises, their methods, functions of NumPy and the lesson."""
    for cell in cells:
        yield from (f"{cell.id}: {what}" for what in not_there(cell.source, cell.cell_type, step))


@functools.cache
def not_there(source, kind, step):
    """Return a sentence for each name in a cell, code or in a text, that leads to nothing."""
    found = []
    for name, method in re.findall(r"\bexercise\.(\w+)\.(\w+)", source):
        if name not in catalogue(step) and name != "NAME":
            found.append(f"exercise.{name} is no exercise of this step")
        if method not in CALLED or not hasattr(Exercise, method):
            found.append(f".{method}() is nothing that an exercise has: {', '.join(sorted(CALLED))}")
    code = source if kind == "code" else " ".join(match[0] for match in CODE.finditer(source))
    for module, path in re.findall(r"(?<![\w.])(np|data|figures)\.([a-z_][\w.]*)", code):
        if not there(MODULES[module], path.rstrip(".")) and module not in assigned(code):
            found.append(f"{module}.{path} is not there")
    for module, name in re.findall(
        r"^\s*from (softmax_lesson[\w.]*) import \(?([\w, ]+)", code, re.MULTILINE
    ):
        loaded = importlib.util.find_spec(module) and importlib.import_module(module)
        for each in re.findall(r"\w+", re.sub(r" as \w+", "", name)):
            if not loaded or not (hasattr(loaded, each) or submodule(loaded, each)):
                found.append(f"{module} has no {each}")
    return found


def submodule(package, name):
    """Whether a package has a module of this name, loaded or not."""
    is_package = hasattr(package, "__path__")
    return is_package and importlib.util.find_spec(f"{package.__name__}.{name}") is not None


def there(module, path):
    """Whether a dotted path leads to something in a module; behind a function it may be anything."""
    value = module
    for name in path.split("."):
        if not inspect.ismodule(value) and not inspect.isclass(value):
            return True
        if not hasattr(value, name):
            return False
        value = getattr(value, name)
    return True


def folded(cells):
    """The text after an answer is folded until its cell has run; what begins something new is not."""
    for (echo, after), following in zip(itertools.pairwise(cells), [*cells[2:], None], strict=True):
        if not tagged(echo, "echo") or after.cell_type != "markdown" or tagged(after, "answer"):
            continue
        leads_on = len(after.source) < 150 and following is not None and following.cell_type == "code"
        if not (after.source.startswith("#") or "Predict before you run" in after.source or leads_on):
            yield f"{after.id}: it tells the result, and has no tag answer, so a student reads it before"


def not_told(cells, step):
    """The words that ask for a prediction do not have its answer in them."""
    for text, asked in itertools.pairwise(cells):
        question = asked_for(asked, step)
        if not question:
            continue
        said = [option.text for option in question.options if stands_in(option.text, text.source)]
        answer = question.answer.text
        if (
            answer in said
            and len(said) < 3
            and (len(answer.split()) > 1 or len(re.findall(r"\d", answer)) > 1)
        ):
            yield f"{text.id}: it tells the answer of the prediction that it asks for: {answer!r}"


def stands_in(words, text):
    """Whether some words stand in a text, not as a part of others."""
    return bool(re.search(rf"(?<![\w.]){re.escape(words)}(?![\w]|\.\d)", text, re.IGNORECASE))


def asked_for(cell, step):
    """Return the question of the prediction that a cell makes, or None."""
    made = re.search(r'Prediction\("\d\d_\w+\.(\w+)"\)', cell.source) if tagged(cell, "prediction") else None
    return made and questions(step).get(made[1])


def notes_in_place(cells):
    """A presenter's note stands after what it is about, a prediction, a picture or a check, and is whole."""
    for before, note in itertools.pairwise(cells):
        if tagged(note, "presenter"):
            if before.cell_type != "code":
                yield f"{note.id}: a presenter's note stands after the cell that it is about"
            if not re.search(r"</sub>\s*$", note.source) or len(note.source) < 60:
                yield f"{note.id}: a presenter's note with nothing in it, or without its end"


def changed_places(cells, step):
    """No two texts have changed places: questions, notes, explanations, tasks."""
    groups = collections.defaultdict(list)
    for place, cell in enumerate(cells):
        question = asked_for(cell, step)
        if question:
            for kind, (name, text, around) in around_prediction(cells, place, question).items():
                groups[kind].append((name, text, around))
        name = next((n for n in catalogue(step) if f"def {n}(" in cell.source), None)
        if tagged(cell, "exercise") and name:
            text = next((c for c in reversed(cells[:place]) if c.cell_type == "markdown"), None)
            if text is not None:
                groups["tasks"].append((text.id, text.source, about_exercise(catalogue(step)[name])))
    for one, other in swapped(tuple(map(tuple, groups.values())), tuple(cell.source for cell in cells)):
        yield f"{one}, {other}: they read as if they had changed places: move each to what it is about"


def around_prediction(cells, place, question):
    """Return {kind: (id, text, what stands around)} for what belongs to one prediction."""
    options = " ".join(f"{option.text} {option.sentence}" for option in question.options)
    asked, text = f"{question.question} {options}", cells[place - 1].source
    later = cells[place + 1 :]
    echo = next((i for i, cell in enumerate(later) if tagged(cell, "echo")), 0)
    result = " ".join(cell.source for cell in later[:echo] if not tagged(cell, "presenter"))
    told = later[echo + 1] if echo + 1 < len(later) and tagged(later[echo + 1], "answer") else None
    explained = told.source if told is not None else ""
    words = text.rpartition("**Predict before you run.**")[2]
    found = {"asking": (cells[place - 1].id, words, f"{asked} {result} {explained}")}
    if later and tagged(later[0], "presenter"):
        note = later[0].source.replace("For the presenter", "")
        found["notes"] = (later[0].id, note, f"{asked} {text} {explained} {result}")
    if told is not None:
        found["explaining"] = (told.id, explained, f"{asked} {text} {result}")
    return found


def about_exercise(exercise):
    """Return all that is said of an exercise in the package."""
    mistakes = " ".join(mistake.sentence for mistake in exercise.mistakes)
    name = exercise.name.replace("_", " ")
    return f"{name} {exercise.task} {' '.join(exercise.hints)} {exercise.solution_source} {mistakes}"


@functools.cache
def titles():
    """Return {notebook: the title in its first cell, with its number}, as the links to it say it."""
    found = {}
    for step in STEPS:
        first = re.search(r'"# (\d+) · ([^"\\]+)', (ROOT / f"notebooks/{step}.ipynb").read_text("utf-8"))
        found[step] = f"{int(first[1]):02d} · {first[2]}"
    return found


def references(cells, step):
    """Links say where they lead, the last leads to the next notebook, and every notebook named is there."""
    text = "\n\n".join(cell.source for cell in of_kind(cells, "markdown"))
    links = re.findall(r"(?<!!)\[([^\]]*)\]\((\d\d_\w+)\.ipynb[^)]*\)", text)
    for words, target in links:
        if target in titles() and words != titles()[target]:
            yield f"the link [{words}] leads to {target}: its words are [{titles()[target]}]"
    following = STEPS[(STEPS.index(step) + 1) % len(STEPS)]
    if [target for _, target in links[-1:]] != [following]:
        yield f"its last link does not lead to the next notebook, {following}"
    numbers = {name[:2] for name in STEPS}
    said = re.findall(r"\b[Nn]otebooks? (\d+)(?:(?:, (\d\d))*(?: (?:and|or|to) (\d\d)))?", text)
    for number in sorted({n for found in said for n in found if n} - numbers):
        yield f"notebook {number} is not there"
    for row in re.findall(r"^\| (\d\d [a-z ]+) \|", text, re.MULTILINE):
        if row.replace(" ", "_") not in STEPS:
            yield f"the table names {row}, and there is no such notebook"
    numbered = [int(number) for number in re.findall(r"^#+ Exercise (\d+)", text, re.MULTILINE)]
    if numbered != list(range(1, len(numbered) + 1)):
        yield f"the exercises are numbered {numbered}"


def summary(cells):
    """The five lines of the summary are five different ones, each a sentence."""
    text = next((c.source for c in of_kind(cells, "markdown") if c.source.startswith("## Summary")), "")
    lines = [line.strip() for line in re.findall(r"^\d\. (.*)$", text, re.MULTILINE)]
    words = [frozenset(re.findall(r"\w{3,}", line.lower())) for line in lines]
    for one, other in itertools.combinations(words, 2):
        if len(one & other) > 0.7 * min(len(one), len(other)):
            yield "two lines of the summary say the same"
    if any(len(line.split()) < 4 or line[-1] not in ".)!?" for line in lines):
        yield "a line of the summary is no sentence"


def guides(cells, step):
    """The headings and anchors that the guides name are there."""
    headings = {
        h.strip() for c in of_kind(cells, "markdown") for h in re.findall(r"^#+ (.*)$", c.source, re.M)
    }
    anchors = {heading.replace(" ", "-") for heading in headings}
    for guide, named, led_to in in_guides(step):
        for heading in named:
            if heading.strip() not in headings:
                yield f"{guide} names the section {heading.strip()!r}, which is not there"
        for anchor in led_to:
            if anchor not in anchors:
                yield f"{guide} leads to #{anchor}, which is not there"


@functools.cache
def in_guides(step):
    """Return (guide, the sections it names, the anchors it leads to) of a step, for each guide."""
    found = []
    for guide in GUIDES:
        text = guide.read_text(encoding="utf-8")
        named = re.findall(rf"^\| {step[:2]} \| ([^|]+) \|", text, re.MULTILINE)
        found.append((guide.name, named, re.findall(rf"{step}\.ipynb#([^)\s]+)", text)))
    return found
