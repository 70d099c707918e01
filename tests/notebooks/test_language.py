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


def misspelt(text, folder):
    """Return what codespell says of a text."""
    page = folder / "text.md"
    page.write_text(text, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "codespell_lib",
        "--builtin",
        "clear,rare",
        "--ignore-words-list",
        "fro",
        str(page),
    ]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8").stdout


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_spelt_correctly_and_the_british_way(path, tmp_path):
    text = reading_matter(path)
    assert misspelt(text, tmp_path) == ""
    assert AMERICAN.findall(text) == []


def test_the_check_finds_what_it_looks_for(tmp_path):
    assert "recieve" in misspelt("You will recieve a probability.", tmp_path)
    assert AMERICAN.findall("We normalize the gray colors.") == ["normalize", "gray", "colors"]
    assert AMERICAN.findall("We normalise the grey colours of the centre.") == []
