"""Each module imports only what stands before it in the lesson; the wings do not know each other."""

import ast
from pathlib import Path

import pytest

PACKAGE = "softmax_lesson"
ROOT = Path(__file__).parent.parent / PACKAGE
STEPS = (
    "arguments",
    "archive",
    "download",
    "cifar10",
    "data",
    "scores",
    "stability",
    "probabilities",
    "loss",
    "derivatives",
    "many_examples",
    "regularisation",
    "measuring",
    "standardising",
    "training",
)
WINGS = ("figures", "exercises", "widgets")  # above all steps, blind to each other
ENTRY = ("__main__", "doctor", "saving")  # on top of everything
KNOWN = {*STEPS, *WINGS, *ENTRY}


def imported(source, module, is_package=False):
    """Return the package's own modules that a source text imports, as dotted names, wherever it does so."""
    here = module.split(".") if is_package else module.split(".")[:-1]
    names = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = here[: len(here) - node.level + 1] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            names += [f"{origin}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            names += [word.value for word in node.args if isinstance(word, ast.Constant)]
    return [name for name in names if isinstance(name, str) and name.split(".")[0] == PACKAGE]


def complaints(source, module, is_package=False):
    """Return what is wrong with the imports of a module, as sentences."""
    own = module.partition(".")[2].split(".")[0]  # "" for the package itself
    if own and own not in KNOWN:
        return [f"{module} has no place in the order of the lesson"]
    found = []
    for name in imported(source, module, is_package):
        target = name.partition(".")[2].split(".")[0]
        if own in ENTRY or (own in WINGS and target == own):
            continue
        if target not in KNOWN:
            # `from softmax_lesson import __version__` is no module; a module is needed to break the order
            if own in STEPS or not target.startswith("__"):
                found.append(f"{module} imports {name}, which has no place in the order of the lesson")
            continue
        below = STEPS if own in WINGS else STEPS[: STEPS.index(own)] if own in STEPS else ()
        if target not in below:
            found.append(f"{module} imports {name}, which does not stand before it")
    return found


def modules():
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        yield ".".join(parts[:-1] if is_package else parts), is_package, path


@pytest.mark.parametrize(("module", "is_package", "path"), [pytest.param(*m, id=m[0]) for m in modules()])
def test_every_module_imports_only_what_stands_before_it(module, is_package, path):
    assert complaints(path.read_text(encoding="utf-8"), module, is_package) == []


def test_every_step_was_looked_at():
    assert {f"{PACKAGE}.{step}" for step in STEPS} <= {module for module, _, _ in modules()}


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("loss", "from softmax_lesson.derivatives import gradient"),
        ("loss", "from softmax_lesson import derivatives"),
        ("loss", "import softmax_lesson.training as t"),
        ("loss", "from .training import train"),
        ("loss", "from . import widgets"),
        ("loss", "def late():\n    from softmax_lesson.figures import draw"),
        ("loss", "if True:\n    import numpy, softmax_lesson.exercises.loss"),
        ("loss", "import importlib\nimportlib.import_module('softmax_lesson.widgets')"),
        ("loss", "__import__('softmax_lesson.figures')"),
        ("loss", "from softmax_lesson.loss import mean_loss"),
        ("loss", "from softmax_lesson.helpers import anything"),
        ("loss", "from softmax_lesson import *"),
        ("arguments", "from softmax_lesson.scores import scores"),
        ("scores", "from softmax_lesson import doctor"),
        ("figures", "from softmax_lesson.widgets import LossCurve"),
        ("widgets.base", "from softmax_lesson import figures"),
        ("widgets.base", "from ..exercises import engine"),
        ("exercises.engine", "from softmax_lesson.widgets.base import Interactive"),
        ("exercises", "from softmax_lesson import __main__"),
        ("surprise", ""),
    ],
)
def test_a_bad_import_is_seen(module, source):
    assert complaints(source, f"{PACKAGE}.{module}", is_package=module == "exercises")


def test_the_package_itself_imports_none_of_its_modules():
    assert complaints("from softmax_lesson.loss import mean_loss", PACKAGE, is_package=True)
    assert complaints("from . import loss", PACKAGE, is_package=True)
    assert not complaints("import importlib.metadata", PACKAGE, is_package=True)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        (
            "loss",
            "import numpy as np\nfrom softmax_lesson import arguments\nfrom .probabilities import softmax",
        ),
        (
            "training",
            "from tqdm.auto import tqdm\nfrom softmax_lesson.many_examples import loss_and_gradient",
        ),
        ("widgets", "from softmax_lesson.widgets.loss_curve import LossCurve"),
        (
            "widgets.base",
            "from softmax_lesson.training import train\nfrom . import kit\nfrom ..loss import mean_loss",
        ),
        ("figures", "from softmax_lesson import __version__"),
        ("doctor", "from softmax_lesson import data, widgets"),
        ("loss", "text = 'from softmax_lesson.training import train'  # from softmax_lesson import figures"),
    ],
)
def test_a_good_import_passes(module, source):
    assert complaints(source, f"{PACKAGE}.{module}", is_package=module == "widgets") == []


@pytest.mark.parametrize("step", STEPS)
def test_no_step_is_longer_than_150_lines(step):
    assert len((ROOT / f"{step}.py").read_text(encoding="utf-8").splitlines()) <= 150
