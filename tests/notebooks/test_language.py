"""What a student reads is spelt correctly, and the British way."""

import re
import subprocess
import sys

import nbformat
import pytest
from contract import ROOT, prose

AMERICAN = re.compile(
    r"\b(\w*(?:normaliz|regulariz|initializ|optimiz|generaliz|recogniz|summariz|visualiz)\w*"
    r"|colou?rize\w*|colors?|gray|behaviors?|neighbors?|favorites?|center(?:ed|s)?"
    r"|analyze\w*|modeling|labeled)\b",
    re.IGNORECASE,
)
TEXTS = [*sorted((ROOT / "notebooks").glob("*.ipynb")), *sorted(ROOT.glob("*.md")), ROOT / "data/README.md"]


def reading_matter(path):
    """Return what is read as text: no code, no formula, no address."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        text = prose(nbformat.reads(text, as_version=4))
    text = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(
        r"`[^`]*`|\$\$.*?\$\$|\$[^$\n]*\$|\]\([^)]*\)|https?://\S+",
        " ",
        text.replace("**", ""),
        flags=re.DOTALL,
    )


def misspelt(texts, folder):
    """Return what codespell says of each text, in their order: one call for all, for it is slow to begin."""
    pages = [folder / f"text_{number}.md" for number in range(len(texts))]
    for page, text in zip(pages, texts, strict=True):
        page.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "codespell_lib", "--builtin", "clear,rare", "--ignore-words-list", "fro"]
    said = subprocess.run([*command, *map(str, pages)], capture_output=True, text=True, encoding="utf-8")
    assert not said.stderr
    return ["".join(line for line in said.stdout.splitlines(True) if page.name in line) for page in pages]


@pytest.fixture(scope="module")
def said_of(tmp_path_factory):
    """What codespell says of each text, by its path."""
    texts = [reading_matter(path) for path in TEXTS]
    return dict(zip(TEXTS, misspelt(texts, tmp_path_factory.mktemp("texts")), strict=True))


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_spelt_correctly_and_the_british_way(path, said_of):
    assert said_of[path] == ""
    assert AMERICAN.findall(reading_matter(path)) == []


def test_the_check_finds_what_it_looks_for(tmp_path):
    good, bad = misspelt(["You will get one.", "You will recieve a probability."], tmp_path)
    assert good == "" and "recieve" in bad
    assert AMERICAN.findall("We normalize the gray colors.") == ["normalize", "gray", "colors"]
    assert AMERICAN.findall("We normalise the grey colours of the centre.") == []
