"""What is stored under a code cell: in the forms that are compared, whole, safe, and seen by everybody.

`output_problems(source, outputs)` reads what a cell has stored; pictures.py compares it with what is drawn.
"""

import binascii
import functools
import html
import json
import re

from code_cells import shows_surely, speaks, words
from pictures import DATA, pixels
from PIL import Image, ImageStat
from texts import ADDRESS, MERGE, SECRET, mojibake, odd_characters

# A picture that moves has the fourth form, its still one.
FORMS = [{"text/plain"}, {"text/html", "text/plain"}, {"image/png", "text/html", "text/plain"}]
MOST_HTML, MOST_TEXT = 100_000, 4_000  # characters
SMALLEST_PICTURE, LARGEST_PICTURE = 120, 2_000  # pixels
PICTURE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
ALT_TEXT = re.compile(r"""(?<![\w-])alt=["'][^"']*\w""", re.IGNORECASE)
WIDTH = re.compile(r"""(?<![\w-])width="(\d+)\"""")
ALT = re.compile(r"""(?<![\w-])alt="([^"]*)\"""")
OF_THIS_MACHINE = re.compile(
    r"(?<![\w.])(?:file:///|/home/|/Users/|/root/|/tmp/|/var/folders/|[A-Z]:\\)\w[^\s\"'<]*"
)
SCRIPT = re.compile(r"<script\b[^>]*>.*?</script\s*>", re.IGNORECASE | re.DOTALL)
# Tags that the lesson's own outputs have outside of their scripts.
SAFE = words(
    """div img p span strong em code pre ul ol li table thead tbody tr th td br b i small sub sup h3 h4
    caption details summary progress meter figure figcaption style"""
)


def output_problems(source, outputs, count=None):
    """Return what is wrong with the outputs of a cell with this source, a sentence each."""
    return _problems(source, json.dumps(outputs), count)


@functools.cache
def _problems(source, stored, count):
    outputs = json.loads(stored)
    found = [*shape(source, outputs)]
    for output in outputs:
        found += one_output(output)
        if output.get("execution_count", count) != count:
            found.append("its output has another number than the cell")
    return found


def shape(source, outputs):
    """One text that was printed, then one value, and only where the code gives them."""
    kinds = [output["output_type"] for output in outputs]
    if speaks(source) and not outputs:
        yield "its output is missing: run `make notebooks`"
    elif shows_surely(source) and "execute_result" not in kinds and "error" not in kinds:
        yield "it ends in a value, and none is stored: run `make notebooks`"
    if kinds.count("stream") > 1:
        yield "what it printed is split in two: run `make notebooks`"
    if (
        kinds.count("execute_result") > 1
        or "display_data" in kinds
        or kinds[:1] == ["execute_result"] != kinds
    ):
        yield "more than one value is stored, or before what was printed: run `make notebooks`"
    if outputs and not speaks(source):
        yield "it says nothing, and has an output: run `make notebooks`"


def one_output(output):
    """One output: no error, no warning, nothing of this machine; a picture has alt text and a text twin."""
    if output["output_type"] == "error":
        yield f"it raised {output['ename']}"
    if output.get("name", "stdout") != "stdout":
        yield "it wrote to stderr, which differs from run to run"
    data = output.get("data", {})
    if output["output_type"] in ("execute_result", "display_data"):
        if set(data) not in FORMS:
            yield f"an output in the forms {', '.join(sorted(data))}: nbval compares text/plain and text/html"
        if not all(isinstance(form, str) for form in data.values()):
            yield "an output that is no text: run `make notebooks`"
            return
    yield from plain_words(output.get("text", "") + data.get("text/plain", ""))
    if len(data.get("text/html", "")) > MOST_HTML:
        yield f"an output of {len(data['text/html']):,} characters: {MOST_HTML:,} are enough"
        return
    yield from picture_forms(data, output.get("metadata", {}))
    yield from safe_markup(data.get("text/html", ""))


def plain_words(text):
    """What is printed: short, no address of an object, of a person or of this machine, nothing invisible."""
    if len(text) > MOST_TEXT:
        yield f"it prints {len(text):,} characters: {MOST_TEXT:,} are enough"
        return
    if re.search(r"\bat 0x[0-9a-f]+|^<Figure size|<[\w.]+ object\b", text):
        yield f"its text twin says nothing: {text[:60]!r}"
    if MERGE.search(text):
        yield "a merge conflict is not solved: run `make notebooks`"
    if found := ADDRESS.search(text) or SECRET.search(text):
        yield f"an address or a secret was printed: {found[0][:12]}..."
    if re.search(r"^Traceback|\b\w+Warning: |Error: ", text, re.MULTILINE):
        yield "a warning or an error was printed: mend what causes it"
    yield from machine_paths(text)
    yield from mojibake(text)
    yield from (sentence for sentence in odd_characters(text) if "invisible" in sentence)


def machine_paths(text):
    """Paths that only the author's machine has; pictures written out in letters do not count."""
    found = OF_THIS_MACHINE.search(re.sub(r"data:[\w/+-]+;base64,[\w/+=]+", "", text))
    if found:
        yield f"a path of this machine: {found[0]}"


def picture_forms(data, metadata):
    """Alt text, text twin and still picture of one output all say and show the same."""
    twin, markup, still = data.get("text/plain", ""), data.get("text/html", ""), data.get("image/png")
    tags = PICTURE.findall(markup)
    if not all(map(ALT_TEXT.search, tags)):
        yield "a picture without alt text in its output"
    if any(kind.startswith("image/") for kind in data) and not tags:
        yield "a bare image: JupyterLab gives it no alt text; show it through softmax_lesson.figures"
    # A prediction has nothing to draw: without its script it is its own words.
    if "<script" in markup and still is None and "data-prediction=" not in markup:
        yield "a picture that moves without a still one, for LaTeX and PDF"
    if (tags or still is not None) and not twin.strip():
        yield "a picture without a text twin"
    said = [html.unescape(alt) for tag in tags for alt in ALT.findall(tag)]
    if still is not None:
        said.append(metadata.get("image/png", {}).get("alt", ""))
    if any(alt != twin for alt in said):
        yield "its alt text is not its text twin: run `make notebooks`"
    width = metadata.get("image/png", {}).get("width")
    if metadata not in ({}, {"image/png": {"alt": twin, "width": width}}):
        yield f"metadata that no picture of the lesson has: {', '.join(metadata)}; run `make notebooks`"
    yield from stored_pixels(data)
    yield from shown_at_its_size(data, width)


def stored_pixels(data):
    """Each stored picture can be drawn, has a picture's size and more than one colour; both forms are one."""
    # A script's own pictures, photographs to choose from, may be JPEG.
    written = DATA.findall(SCRIPT.sub("", data.get("text/html", "")))
    if others := {kind for kind, _ in written} - {"image/png"}:
        yield f"a picture as {min(others)}: pictures are stored as PNG"
    shown, still = [text for _, text in written], data.get("image/png")
    for text in {*shown, *([still] if still is not None else [])}:
        yield from picture_problems(text)
    if still is not None and shown != [still.strip()]:
        yield "its still picture is not the one beside it: run `make notebooks`"


def shown_at_its_size(data, width):
    """A figure has twice the pixels it is shown with, for sharp screens; a still picture, as many."""
    pixels_each = 1 if "data-picture=" in data.get("text/html", "") else 2
    shown = [(DATA.search(tag), WIDTH.search(tag)) for tag in still_tags(data.get("text/html", ""))]
    pairs = [(found[2], int(wide[1]) if wide else None) for found, wide in shown if found]
    pairs += [(data["image/png"], width)] if "image/png" in data else []
    if any(pixels_wide(text) not in (None, pixels_each * (wide or 0)) for text, wide in pairs):
        yield f"a picture is not shown at 1/{pixels_each} of its pixels: run `make notebooks`"


def pixels_wide(text):
    """Return how wide a stored picture is, or None where it cannot be drawn."""
    return None if picture_problems(text) else pixels(text).shape[1]


def still_tags(markup):
    """Return the images of an output that stand outside of its script."""
    return PICTURE.findall(SCRIPT.sub("", markup))


@functools.cache
def picture_problems(text):
    """Return what keeps a stored picture, written out in letters, from being seen."""
    try:
        picture = pixels(text)
    except (OSError, ValueError, SyntaxError, binascii.Error) as error:
        return [f"a stored picture cannot be drawn ({type(error).__name__}): run `make notebooks`"]
    height, width = picture.shape[:2]
    if not all(SMALLEST_PICTURE <= side <= LARGEST_PICTURE for side in (height, width)):
        return [f"a stored picture has {width} × {height} pixels: run `make notebooks`"]
    if max(ImageStat.Stat(Image.fromarray(picture)).stddev) < 1:
        return ["a stored picture is of one colour: run `make notebooks`"]
    return []


@functools.cache
def safe_markup(markup):
    """Return what an output's HTML must not have: scripts that are not the lesson's, handlers, addresses."""
    found = []
    scripts = SCRIPT.findall(markup)
    ours = "data-picture=" in markup or "data-prediction=" in markup
    if (
        len(scripts) > 1
        or (scripts and not ours)
        or len(re.findall(r"<script", markup, re.I)) != len(scripts)
    ):
        found.append("a script that is not the lesson's own: run `make notebooks`")
    bare = SCRIPT.sub("", markup)
    if tags := {tag.lower() for tag in re.findall(r"<([a-zA-Z][\w-]*)", bare)} - SAFE:
        found.append(f"an output with <{min(tags)}>: the lesson's outputs have none")
    if handler := re.search(r"<[^>]*\s(on\w+|srcdoc|formaction|href|action)\s*=", bare, re.IGNORECASE):
        found.append(f"an output with {handler[1]}=: nothing in it may act or lead away")
    if re.search(r"(?:src|url)\s*[=(]\s*[\"']?(?!data:image/png;base64,)[\w/]", bare, re.IGNORECASE):
        found.append("an output that fetches something: pictures are inside it")
    return [*found, *machine_paths(markup)]
