"""The plans in INSTRUCTORS.md are made of sections that exist, and of their minutes."""

import re
from pathlib import Path

import nbformat
from minutes import with_plans

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "INSTRUCTORS.md").read_text(encoding="utf-8")


def sections():
    """Minutes by (number of the notebook, heading)."""
    found = {}
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        for heading, minutes in re.findall(r"^## (.*)\n\*\((\d+) minutes?\)\*$", text, re.MULTILINE):
            found[path.stem[:2], heading] = int(minutes)
    return found


def plan(title):
    """The rows of the table under a plan's title."""
    table = GUIDE.split(f"**{title}", 1)[1].split("\n\n")[1]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()[2:]]


def test_the_plans_stand_as_their_file_has_them():
    assert "<!-- plan 50 -->\n**50 minutes" in GUIDE and "<!-- plan 90 -->\n**90 minutes" in GUIDE
    assert with_plans(GUIDE) == GUIDE, "make minutes"


def test_the_sessions_hold_every_notebook():
    known = sections()
    total = {number: sum(m for (n, _), m in known.items() if n == number) for number, _ in known}
    rows = plan("Five sessions")
    assert [number for _, numbers, _ in rows for number in numbers.split(", ")] == sorted(total)
    for _, numbers, minutes in rows:
        assert int(minutes) == sum(total[number] for number in numbers.split(", "))
    assert f"Ten notebooks, {sum(total.values())} minutes" in GUIDE


def test_the_commands_it_names_exist():
    targets = re.findall(r"^([a-z -]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    known = {name for line in targets for name in line.split()}
    named = set(re.findall(r"`make ([a-z-]+)`", GUIDE))
    assert named and named <= known
