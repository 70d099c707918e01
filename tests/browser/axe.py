"""axe-core in a page: what keeps somebody out."""

from pathlib import Path

import pytest

AXE = Path(__file__).parents[2] / "build" / "npm" / "node_modules" / "axe-core" / "axe.min.js"

ANY = ("minor", "moderate", "serious", "critical")
# Of what keeps nobody out axe counts the rules only: to describe each part of a page for each took longest.
LOOK = """async part => {
    const { passes, violations } = await axe.run(part ?? document, { resultTypes: ["violations"] });
    return { passes: passes.length, violations };
}"""


def barriers(page, least=("serious", "critical"), part=None):
    """Return a sentence for each barrier of these kinds that axe-core finds in a page, or in a part of it."""
    if not AXE.exists():
        pytest.fail("axe-core comes from npm: run `make build/npm/.installed`", pytrace=False)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(LOOK, part)
    assert found["passes"] > (0 if part else 10), "axe looked"
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}: {[node['html'][:200] for node in rule['nodes']]}"
        for rule in found["violations"]
        if rule["impact"] in least
    ]
