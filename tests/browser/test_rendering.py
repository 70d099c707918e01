"""What the contract says of a formula is so on a page: KaTeX draws each of them, and refuses the damaged."""

import nbformat
import publish
import pytest
from texts import CODE, FORMULA, formula_problems

FORMULAS = sorted(
    {
        (match["display"] or match["inline"]).strip()
        for path in (publish.ROOT / "notebooks").glob("*.ipynb")
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "markdown"
        for match in FORMULA.finditer(CODE.sub("", cell.source))
    }
)
DAMAGED = [
    r"\frac{1}{2",
    "x}",
    r"\sofmax(f)",
    r"\left( x",
    r"\begin{bmatrix} 1",
    "x^",
    "x_1_2",
    r"\frac{1}{2}{",
    "a # b",
]
DRAWN = """formulas => formulas.filter(formula => {
    try {
        katex.renderToString(formula, { displayMode: true, throwOnError: true, strict: "ignore" });
        return false;
    } catch (error) {
        return true;
    }
})"""


@pytest.fixture
def refused(npm, open_page, tmp_path):
    """Return a function that says which formulas KaTeX, as the pages have it, cannot draw."""
    path = tmp_path / "katex.html"
    script = publish.read(publish.NPM, "katex", "dist", "katex.min.js")
    path.write_text(f"<!doctype html><meta charset='utf-8'><script>{script}</script>", encoding="utf-8")
    page = open_page()
    page.goto(path.as_uri())
    return lambda formulas: page.evaluate(DRAWN, formulas)


def test_katex_draws_every_formula_of_every_cell_notes_and_folds_included(refused):
    assert len(FORMULAS) > 200
    assert refused(FORMULAS) == []


def test_katex_and_the_contract_refuse_the_same_damage(refused):
    assert refused(DAMAGED) == DAMAGED
    assert [formula for formula in DAMAGED if not formula_problems(formula)] == []
