"""The minutes are counted from the notebook: each thing a reader does has its price."""

import minutes
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

PICTURE = new_output("display_data", {"text/html": "<div><script>alive</script></div>", "text/plain": "twin"})
TAGGED = {"prediction": 40 / 60, "exercise": 5.5, "echo": 0}


@pytest.mark.parametrize(
    ("cell", "price"),
    [
        (new_markdown_cell("word " * 300), 2),
        (new_markdown_cell("word " * 300, metadata={"tags": ["presenter"]}), 0),
        (new_code_cell("a = 1\n\nb = 2\nc = 3"), 0.3),
        (new_code_cell("Picture()", outputs=[PICTURE]), 4.1),
        *((new_code_cell("f()", metadata={"tags": [tag]}), price) for tag, price in TAGGED.items()),
        (new_code_cell("Prediction()", outputs=[PICTURE], metadata={"tags": ["prediction"]}), 40 / 60),
    ],
)
def test_each_thing_has_its_price(cell, price):
    assert minutes.minutes_of(cell) == pytest.approx(price)


@pytest.fixture
def notebook():
    text = (
        "# Title\n\n**Time**: 99 minutes.",
        "## One\n*(9 minutes)*\n\n" + "word " * 150,
        "## Two\n*(1 minute)*",
    )
    answer = new_code_cell("...", metadata={"tags": ["exercise"]})
    return new_notebook(cells=[*map(new_markdown_cell, text), answer])


def test_it_writes_what_it_counted(notebook):
    assert minutes.restate(notebook) == {"One": 1, "Two": 6}
    first, one, two, _ = (cell.source for cell in notebook.cells)
    assert "**Time**: 7 minutes." in first
    assert one.startswith("## One\n*(1 minute)*\n") and two.startswith("## Two\n*(6 minutes)*")


def test_a_second_time_changes_nothing(notebook):
    minutes.restate(notebook)
    before = nbformat.writes(notebook)
    minutes.restate(notebook)
    assert nbformat.writes(notebook) == before


def test_the_guides_repeat_what_was_counted():
    guide = (
        "| [00 Start](notebooks/00_start.ipynb) | how | 1 |\n| 00 | One | 2 |\n| 00 | Other | 3 |\n"
        "| 1: first | 00, 01 | 4 |\n| 2: second | 02 | 5 |\nTwo notebooks, 9 minutes\n"
    )
    counted = {"00_start": {"One": 10, "Two": 20}, "01_scores": {"One": 7}}
    assert minutes.in_tables(guide, counted) == (
        "| [00 Start](notebooks/00_start.ipynb) | how | 30 |\n| 00 | One | 10 |\n| 00 | Other | 3 |\n"
        "| 1: first | 00, 01 | 37 |\n| 2: second | 02 | 5 |\nTwo notebooks, 37 minutes\n"
    )
