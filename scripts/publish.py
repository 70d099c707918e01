"""Make pages to take home, and slides: `make pages`, `make slides`.

A page and the slides of a notebook are one HTML file each that needs no kernel and no network: nbconvert does
the work, the formulas are drawn by KaTeX and the slides shown by reveal.js, both put into the file.
"""

import base64
import json
import re
import sys
from pathlib import Path

import nbformat
from first_cell import MISSING_LESSON
from minutes import stated
from nbconvert.preprocessors import TagRemovePreprocessor
from sanitise import CleanOutputs, Page, Slides

from softmax_lesson.exercises.engine.exercise import USED_NOT_ATTEMPTED
from softmax_lesson.exercises.engine.feedback import STATUS
from softmax_lesson.exercises.engine.language import ENGLISH, everywhere, mark, speaking, translate
from softmax_lesson.jupyter import asked, plans

ROOT = Path(__file__).parents[1]
TEMPLATES = Path(__file__).parent / "templates"
NPM = ROOT / "build" / "npm" / "node_modules"
LESSON = ROOT / "notebooks"  # in English; each folder in it that holds notebooks is another language
COURSE = mark("Softmax, step by step")
RUN_THIS = mark("▶ run this")
HERE = mark("In English")  # in each language, how a link to it is called
FOLD = mark("What happens (predict first, or open this)")  # for page.js
TITLE = re.compile(r"^# (.*)", re.MULTILINE)
LEAD = re.compile(r"^\*\*[^*]+\*\*:?\s*")  # the bold words that a paragraph begins with
PER_CENT = re.compile(r"(?<=\d) (?=%)")  # a line does not end between a number and its sign
RUN = "lite/notebooks/index.html?path={}.ipynb"  # where a notebook runs on the site: scripts/website.py


def read(*parts):
    """Return the text of a file, given by the parts of its path."""
    return Path(*parts).read_text(encoding="utf-8")


def maths():
    """Return what draws the formulas: KaTeX's style with its fonts inside, and its scripts."""
    folder = NPM / "katex" / "dist"

    def font(match):
        data = base64.b64encode((folder / match[1]).read_bytes()).decode()
        return f'src:url(data:font/woff2;base64,{data}) format("woff2")'

    style = re.sub(r"src:url\(([^)]*\.woff2)\)[^;}]*", font, read(folder, "katex.min.css"))
    names = folder / "katex.min.js", folder / "contrib" / "auto-render.min.js", TEMPLATES / "maths.js"
    scripts = [read(name) for name in names]
    return f"<style>{style}</style>" + "".join(f"<script>{script}</script>" for script in scripts)


def notebooks(folder=LESSON):
    """Return the notebooks of the course by name, in order, each with its title in its metadata.

    What is made of them is not for where the lesson is missing: the cell that helps there stays out.
    """
    found = {}
    for path in sorted(folder.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        notebook.cells = [cell for cell in notebook.cells if cell.id != MISSING_LESSON]
        notebook.metadata.title = TITLE.search(notebook.cells[0].source)[1]
        found[path.stem] = notebook
    return found


def translations():
    """Return {language: its folder of notebooks}, without English."""
    return {path.parent.name: path.parent for path in sorted(LESSON.glob("*/[0-9][0-9]_*.ipynb"))}


def language_of(notebook):
    """Return the language of a notebook, which its metadata say; without a word it is English."""
    return notebook.metadata.get("language", ENGLISH)


def goal(notebook):
    """Return what a notebook leads to: the first paragraph under its title, without the bold words before."""
    _title, first, *_others = notebook.cells[0].source.split("\n\n")
    return " ".join(LEAD.sub("", first).split())


def planned(minutes):
    """Return the notebook of a plan by its name, with its title in its metadata."""
    plan = plans.find_plan(minutes)
    notebook = nbformat.reads(json.dumps(plans.plan_notebook(plan, ROOT / "notebooks")), as_version=4)
    notebook.metadata.title = f"{plan.minutes} minutes: {plan.title}"
    return {plan.name: notebook}


def other_languages(language):
    """Return links from the contents in one language to those in the others."""
    links = []
    for other in (ENGLISH, *translations()):
        path = "index.html" if other == ENGLISH else f"{other}/index.html"
        with speaking(other):
            words = translate(HERE)
        if other != language:
            links.append(f"[{words}]({path if language == ENGLISH else f'../{path}'})")
    return " · ".join(links)


def contents(course, run):
    """Return a notebook of one cell, the course in a table; `run` is the address that runs one, if any."""
    language = language_of(next(iter(course.values())))
    lines = [f"# {translate(COURSE)}", "", other_languages(language), ""]
    lines += [translate("To read and to move: the pages need no network and nothing installed."), ""]
    if run:
        lines += [
            translate(
                "*{run_this}* starts Python in your browser: a minute and tens of MB the first time, no "
                "account.",
                run_this=translate(RUN_THIS),
            ),
            translate("What you type stays in this browser, on this device."),
            "",
        ]
    lines += [translate("| notebook | when you are done | minutes |"), "|---|---|---|"]
    for name, notebook in course.items():
        button = f"<br>[{translate(RUN_THIS)}]({run.format(name)})" if run else ""
        link = f"[{notebook.metadata.title}]({name}.html){button}"
        lines.append(f"| {link} | {goal(notebook)} | {stated(notebook)} |")
    page = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("\n".join(lines), id="contents")])
    page.metadata.title = translate("Contents")
    page.metadata.language = language
    return page


def navigation(names, name, run):
    """Return the links from a page to its neighbours."""
    place = names.index(name)
    before, after = names[max(0, place - 1)], names[min(len(names) - 1, place + 1)]
    links = [
        (f"{before}.html", translate("← Previous")),
        ("index.html", translate("Contents")),
        (f"{after}.html", translate("Next →")),
    ]
    shown = [f'<a href="{href}">{words}</a>' for href, words in links if href != f"{name}.html"]
    if run and name != "index":
        shown.append(f'<a class="run" href="{run.format(name)}">{translate("▶ Run this notebook")}</a>')
    return "".join(shown)


def exporter(kind, template):
    """Return an exporter of nbconvert; cleaned; code that only shows a prediction or its answer stays out."""
    made = kind(
        template_file=str(TEMPLATES / template), exclude_output_prompt=True, exclude_input_prompt=True
    )
    made.register_preprocessor(
        TagRemovePreprocessor(remove_input_tags={"prediction", "echo"}, enabled=True), enabled=True
    )
    made.register_preprocessor(CleanOutputs(enabled=True), enabled=True)
    return made


def write(exporter, notebook, path, **resources):
    """Write a notebook as one HTML file."""
    notebook.metadata.title += f" · {translate(COURSE)}"
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = PER_CENT.sub("\N{NO-BREAK SPACE}", cell.source)
    exporter.language_code = language_of(notebook)
    resources |= {"metadata": {"name": path.stem}, "maths": maths()}
    body, _ = exporter.from_notebook_node(notebook, resources)
    body = re.sub(r'href="(\d\d_\w+)\.ipynb', r'href="\1.html', body)
    path.write_text(body, encoding="utf-8", newline="\n")
    print(
        path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path,
        f"{len(body.encode()) / 1e6:.1f} MB",
    )


def pages(folder, run=None):
    """Write a page for each notebook, and the index; in a folder of its own, those in another language.

    run: an address with {} for the notebook's name, where English ones run.
    """
    with speaking(ENGLISH):
        write_pages(notebooks(), folder, run)
    for language, lesson in translations().items():
        with speaking(language):
            write_pages(notebooks(lesson), folder / language)


def write_pages(course, folder, run=None):
    """Write a page for each notebook of a course, and the index."""
    page = exporter(Page, "page.html.j2")
    index = contents(course, run)
    names = ["index", *course]
    folder.mkdir(parents=True, exist_ok=True)
    for name, notebook in {"index": index, **course}.items():
        # What is said to the presenter is not for the student.
        notebook.cells = [c for c in notebook.cells if "presenter" not in c.metadata.get("tags", [])]
        nav = navigation(names, name, run)
        style, words = read(TEMPLATES, "page.css"), {"fold": translate(FOLD)}
        script = f"const WORDS = {json.dumps(words, ensure_ascii=False)};\n{read(TEMPLATES, 'page.js')}"
        write(
            page,
            notebook,
            folder / f"{name}.html",
            nav=nav,
            course=translate("Course"),
            style=style,
            script=script,
        )


def slides(folder, minutes=None):
    """Write the slides of each notebook or, given the minutes of a session, one deck of its plan."""
    course = {folder: planned(minutes)} if minutes else {folder: notebooks()}
    if not minutes:
        course |= {folder / language: notebooks(lesson) for language, lesson in translations().items()}
    slide_show = exporter(Slides, "slides.html.j2")
    reveal = NPM / "reveal.js"
    style = read(reveal, "dist", "reveal.css") + read(TEMPLATES, "slides.css")
    plugins = [read(reveal, "plugin", name, f"{name}.js") for name in ("notes", "zoom")]
    script = ";\n".join([read(reveal, "dist", "reveal.js"), *plugins, read(TEMPLATES, "slides.js")])
    script = script.replace("</script", r"<\/script").replace("<!--", r"<\!--")  # or HTML would end it there
    for place, shown in course.items():
        place.mkdir(parents=True, exist_ok=True)
        for name, notebook in shown.items():
            without_first_verdicts(notebook)
            with speaking(language_of(notebook)):
                write(slide_show, notebook, place / f"{name}.html", style=style, script=script)


def without_first_verdicts(notebook):
    """Take "not attempted yet" out of a notebook: a room knows that, and it is no result."""
    sentences = (re.escape(text).replace(r"\{name\}", r"\w+") for text in everywhere(USED_NOT_ATTEMPTED))
    line = re.compile(rf"^({'|'.join(sentences)})\n", re.MULTILINE)
    for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
        for output in cell.outputs:
            if "text" in output:
                output.text = line.sub("", output.text)
        cell.outputs = [output for output in cell.outputs if not says_nothing(output)]


def says_nothing(output):
    """Whether an output of a cell is no word, or the verdict on what nobody has tried."""
    verdict = output.get("data", {}).get("text/plain", "")
    return output.get("text") == "" or verdict.startswith(tuple(everywhere(STATUS["not attempted"][0])))


if __name__ == "__main__":
    make, *more = sys.argv[1:]
    try:
        {"pages": pages, "slides": slides}[make](ROOT / "build" / make, *more)
    except asked.Refused as reason:
        sys.exit(str(reason))
