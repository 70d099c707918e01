"""The notebook contract: what every committed notebook must be, so that what is green can be trusted.

`problems(path)` reads one notebook and returns a sentence for each breach. What only a run can show (a number
that is no longer what the code gives) is nbval's part.
"""

import ast
import io
import itertools
import json
import re
import tokenize
from pathlib import Path

import nbformat
from run_notebooks import normalise

ROOT = Path(__file__).parents[2]

MOST_LINES = 15
# nbval ignores a marker that it does not know, so a misspelt one passes in silence.
MARKERS = {"NBVAL_IGNORE_OUTPUT", "NBVAL_RAISES_EXCEPTION", "NBVAL_SKIP"}
MARKER_TAGS = {marker.lower().replace("_", "-") for marker in MARKERS} | {"raises-exception"}
DESCRIPTIVE_ID = re.compile(r"(?![0-9a-f]{8}$)[a-z][a-z0-9]*(-[a-z0-9]+)*")


def problems(path):
    """Return what is wrong with the notebook at `path`, a sentence each; an empty list when nothing is."""
    text = Path(path).read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=4)
    # Ids from the file itself: nbformat quietly gives a cell another one when its own is taken.
    found = [*ids([cell.get("id", "") for cell in json.loads(text)["cells"]])]
    found += [*structure(notebook), *plan(notebook), *links(notebook, Path(path).parent)]
    for cell in notebook.cells:
        check = code_cell if cell.cell_type == "code" else markdown_cell
        found += [f"{cell.id}: {sentence}" for sentence in check(cell)]
    if nbformat.writes(normalise(nbformat.from_dict(notebook))) + "\n" != text:
        found.append("the file is not normalised: run `make notebooks`")
    return found


def ids(given):
    """Cell ids say what the cell is for, each its own."""
    yield from (f"cell id {i!r} is not descriptive" for i in given if not DESCRIPTIVE_ID.fullmatch(i))
    yield from (f"cell id {i!r} is used twice" for i in set(given) if given.count(i) > 1)


def structure(notebook):
    """Headings and the order of execution, over the whole notebook."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    counts = [cell.execution_count for cell in code]
    if counts != list(range(1, len(code) + 1)):
        yield f"code cells are not executed once each in order: {counts}"
    levels = [len(hashes) for hashes in re.findall(r"^(#+) ", prose(notebook), re.MULTILINE)]
    if levels.count(1) != 1 or levels[:1] != [1]:
        yield f"one heading of the first level, at the top, is expected; the levels are {levels}"
    if any(after > before + 1 for before, after in itertools.pairwise(levels)):
        yield f"a heading skips a level: {levels}"


def plan(notebook):
    """An instructor can plan with it: each section says its minutes; the summary has five lines."""
    text = prose(notebook)
    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    minutes = [re.match(r".*\n\*\((\d+) minutes?\)\*$", section, re.MULTILINE) for section in sections]
    yield from (
        f"section {section.splitlines()[0]!r} does not say its minutes"
        for section, stated in zip(sections, minutes, strict=True)
        if not stated
    )
    total, stated = (
        sum(int(match[1]) for match in minutes if match),
        re.search(r"\*\*Time\*\*: (\d+) minutes", text),
    )
    if not stated or int(stated[1]) != total:
        yield f"the sections take {total} minutes; stated is {stated and stated[0]!r}"
    summary = next((section for section in sections if section.startswith("Summary")), "")
    if re.findall(r"^(\d+)\. ", summary, re.MULTILINE) != list("12345"):
        yield "a summary of five numbered lines is expected"


def prose(notebook):
    """Return all Markdown, without code blocks, in which # is no heading."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def links(notebook, folder):
    """Links that point inside the repository lead somewhere."""
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", prose(notebook))
    inside = [target for target in targets if "://" not in target and not target.startswith("mailto:")]
    # A copy in another folder is still the course's: its neighbours are looked for there, then at home.
    homes = (folder, ROOT / "notebooks")
    yield from (
        f"link to {t!r}, which is not there" for t in inside if not any((h / t).exists() for h in homes)
    )


def markdown_cell(cell):
    """Pictures in the text have alt text."""
    if re.search(r"!\[\s*\]\(", cell.source) or any(
        "alt=" not in tag for tag in re.findall(r"<img[^>]*>", cell.source)
    ):
        yield "a picture without alt text"


def code_cell(cell):
    """Length, markers, and outputs that nbval compares and everyone can read."""
    if len(cell.source.splitlines()) > MOST_LINES:
        yield f"more than {MOST_LINES} lines: what is longer belongs in the package"
    if any(line.rstrip().endswith(";") for line in cell.source.splitlines()):
        yield "a trailing semicolon, which hides output here and not there: end a plot with plt.show()"
    yield from (
        f"unknown marker {marker!r}: nbval would ignore it in silence" for marker in unknown_markers(cell)
    )
    if speaks(cell.source) and not cell.outputs:
        yield "its output is missing: run `make notebooks`"
    for output in cell.outputs:
        yield from output_problems(output)


def unknown_markers(cell):
    """Comments and tags that look meant for nbval and that nbval does not know."""
    tokens = tokenize.generate_tokens(io.StringIO(cell.source).readline)
    comments = [token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT]
    shouted = [
        word for word in comments if re.fullmatch(r"[A-Z]+([ _-][A-Z]+)+", word) or "nbval" in word.lower()
    ]
    tags = [tag for tag in cell.metadata.get("tags", []) if "nbval" in tag.lower() or "raises" in tag.lower()]
    return [word for word in shouted if word not in MARKERS] + [tag for tag in tags if tag not in MARKER_TAGS]


def speaks(source):
    """Whether the code prints, or ends in a value that Jupyter shows."""
    body = ast.parse(source).body
    prints = (node for node in ast.walk(ast.Module(body, [])) if isinstance(node, ast.Call))
    return any(getattr(call.func, "id", "") == "print" for call in prints) or (
        bool(body) and isinstance(body[-1], ast.Expr)
    )


def output_problems(output):
    """One output: no error, no warning, no address; a picture has alt text and a text twin."""
    if output.output_type == "error":
        yield f"it raised {output.ename}"
    if output.get("name") == "stderr":
        yield "it wrote to stderr, which differs from run to run"
    data = output.get("data", {})
    twin, markup = data.get("text/plain", ""), data.get("text/html", "")
    if re.search(r"\bat 0x[0-9a-f]+|^<Figure size", twin):
        yield f"its text twin says nothing: {twin[:60]!r}"
    pictures = re.findall(r"<img\b[^>]*>", markup)
    if any(not re.search(r'\balt="[^"]+"', picture) for picture in pictures):
        yield "a picture without alt text in its output"
    if any(kind.startswith("image/") for kind in data) and not pictures:
        yield "a bare image: JupyterLab gives it no alt text; show it through softmax_lesson.figures"
    if (pictures or any(kind.startswith("image/") for kind in data)) and not twin.strip():
        yield "a picture without a text twin"
