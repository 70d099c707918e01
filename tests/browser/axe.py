"""axe-core in a page: what keeps somebody out."""

from pathlib import Path

import pytest

AXE = Path(__file__).parents[2] / "build" / "npm" / "node_modules" / "axe-core" / "axe.min.js"


def barriers(page, least=("serious", "critical")):
    """Return a sentence for each barrier of these kinds that axe-core finds in a page."""
    if not AXE.exists():
        pytest.fail("axe-core comes from npm: run `make build/npm/.installed`", pytrace=False)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")
    assert len(found["passes"]) > 10, "axe looked"
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}: {[node['html'][:200] for node in rule['nodes']]}"
        for rule in found["violations"]
        if rule["impact"] in least
    ]
