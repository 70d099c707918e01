"""The pages to take home and the slides: what is in each file. How they look and answer: tests/browser."""

import itertools
import os
import re
import shutil
import subprocess
from collections import Counter

import publish
import pytest
from bs4 import BeautifulSoup

NAMES = [path.stem for path in sorted((publish.ROOT / "notebooks").glob("*.ipynb"))]
FETCHED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "video": "src"}


FEW = ["00_start_here", "01_scores"]  # with all that a page may have: pictures, a button, a per cent sign


@pytest.fixture(scope="module", params=[FEW, pytest.param(NAMES, marks=pytest.mark.long)], ids=["few", "all"])
def names(request):
    """The names of the notebooks of which pages are made."""
    return request.param


@pytest.fixture(scope="module")
def course():
    """Every notebook by name."""
    return publish.notebooks()


@pytest.fixture(scope="module")
def pages(names, tmp_path_factory):
    """Every page by name, with buttons, without the formulas' scripts, which come from npm."""
    folder, read = tmp_path_factory.mktemp("pages"), publish.notebooks

    def notebooks(*lesson):
        return {name: notebook for name, notebook in read(*lesson).items() if name in names}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publish, "maths", lambda: "")
        patch.setattr(publish, "notebooks", notebooks)
        publish.pages(folder, run=publish.RUN)
    return {
        path.stem: BeautifulSoup(path.read_text("utf-8"), "html.parser") for path in folder.glob("*.html")
    }


@pytest.mark.skipif(os.name == "nt" or not shutil.which("make"), reason="the README has no make for Windows")
def test_without_npm_make_says_what_is_missing(tmp_path):
    for name in ("Makefile", "package.json", "package-lock.json"):
        shutil.copy(publish.ROOT / name, tmp_path)
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("id", "mkdir", "cp", "sh"):
        (tools / tool).symlink_to(shutil.which(tool))
    command, only = [shutil.which("make"), "build/npm/.installed"], {"PATH": str(tools)}
    result = subprocess.run(command, cwd=tmp_path, env=only, capture_output=True, text=True, check=False)
    assert result.returncode != 0
    assert result.stdout.startswith("npm is missing: pages, slides and the site take KaTeX")
    assert not (tmp_path / "build").exists()


def test_there_is_a_page_for_each_notebook_and_the_contents(names, pages):
    assert sorted(pages) == sorted([*names, "index"])
    rows = pages["index"].select("tbody tr")
    assert [row.a["href"] for row in rows] == [f"{name}.html" for name in names]
    assert all(int(row.select("td")[2].text) > 5 for row in rows)


def test_nothing_in_a_page_is_fetched(pages):
    for name, page in pages.items():
        for tag, attribute in FETCHED.items():
            addresses = [node[attribute] for node in page.select(f"{tag}[{attribute}]")]
            assert all(address.startswith("data:") for address in addresses), (name, tag)
        styles = " ".join(node.text for node in page.select("style"))
        addresses = re.findall(r"url\(\s*['\"]?([^)'\"]{0,60})", styles)
        assert all(address.startswith(("data:", "#")) for address in addresses), (name, addresses)
        assert "@import" not in styles


def test_a_page_says_its_language_its_title_and_where_its_main_part_is(pages):
    titles = [page.title.text for page in pages.values()]
    assert len(set(titles)) == len(titles)
    for name, page in pages.items():
        assert page.html["lang"] == "en"
        assert page.title.text.endswith("· Softmax, step by step")
        assert len(page.select("main")) == len(page.select("main h1")) == len(page.select("nav")) == 1, name


def test_dark_colours_are_for_the_screen_of_a_dark_system_only(pages):
    for name, page in pages.items():
        dark = [node for node in page.select("style") if "--jp-layout-color0: #111" in node.text]
        assert [node.get("media") for node in dark] == ["screen and (prefers-color-scheme: dark)"], name
        assert not page.body.has_attr("data-jp-theme-light"), "the pictures would follow it, not the system"


def test_every_link_inside_the_course_leads_somewhere(pages):
    ids = {name: {node["id"] for node in page.select("[id]")} for name, page in pages.items()}
    inside = Counter()
    for name, page in pages.items():
        for link in page.select("a[href]"):
            target, _, part = link["href"].partition("#")
            if "://" in target or target.startswith(("lite/", "de/")):
                continue
            stem = target.removesuffix(".html") or name
            assert stem in [*NAMES, "index"], (name, link["href"])
            if stem in pages:
                assert not part or part in ids[stem], (name, link["href"])
                inside[stem] += 1
    assert all(inside[name] >= 2 for name in pages), inside


def test_only_where_a_button_runs_a_notebook_the_contents_say_what_it_does(course):
    for run in (None, publish.RUN):
        (cell,) = publish.contents(course, run).cells
        assert ("starts Python in your browser" in cell.source) == bool(run)


def test_each_notebook_has_a_button_that_runs_it_where_there_is_something_to_run_it(names, pages):
    for name in names:
        (button,) = pages[name].select("a.run")
        assert button["href"] == f"lite/notebooks/index.html?path={name}.ipynb"
        assert pages["index"].select(f'a[href="{button["href"]}"]')


def test_a_page_is_the_notebook_without_what_is_for_the_presenter(course, names, pages):
    assert list(course) == NAMES
    for name in names:
        meant = [c.id for c in course[name].cells if "presenter" not in c.metadata.get("tags", [])]
        shown = [node["id"].removeprefix("cell-id=") for node in pages[name].select(".jp-Cell")]
        assert shown == meant
        assert "For the presenter" not in pages[name].text


def test_no_line_of_a_page_ends_between_a_number_and_its_per_cent_sign(pages):
    text = "\n".join(cell.text for page in pages.values() for cell in page.select(".jp-MarkdownCell"))
    assert re.search(r"\d\N{NO-BREAK SPACE}%", text)
    assert not re.search(r"\d %", text)


def test_every_picture_is_there_alive_and_still(course, names, pages):
    for name in names:
        outputs = [o.get("data", {}) for cell in course[name].cells for o in cell.get("outputs", [])]
        pictures = [data for data in outputs if "image/png" in data]
        stills = pages[name].select("figure.still")
        assert [still.figcaption.text for still in stills] == [data["text/plain"] for data in pictures]
        assert str(pages[name]).count("kit.standAlone(picture, el") == len(pictures)


def test_what_follows_a_prediction_waits_on_the_next_slide(course):
    asked = 0
    for name, notebook in course.items():
        kinds = [(c, c.metadata.get("slideshow", {}).get("slide_type")) for c in notebook.cells]
        takes = [(c, "prediction" in c.metadata.get("tags", [])) for c, _ in kinds]
        shown = [
            pair for pair, (_, asks) in zip(kinds, takes, strict=True) if pair[1] != "notes" and not asks
        ]
        for (before, _), (after, kind) in itertools.pairwise(shown):
            if before.source.rpartition("\n\n")[2].startswith("> **Predict before you run.**"):
                asked += 1
                assert kind in ("slide", "subslide"), (name, after.id)
    assert asked > 50
