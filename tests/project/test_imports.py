"""Imports point one way: each wing and each step imports only what stands before it."""

import ast
from pathlib import Path

import pytest

PACKAGE = "softmax_lesson"
ROOT = Path(__file__).parents[2] / PACKAGE
# From the ground up. Those on one line do not know each other.
ORDER = [
    ["arguments"],
    ["data"],
    ["scores"],
    ["stability"],
    ["probabilities"],
    ["loss"],
    ["derivatives"],
    ["many_examples"],
    ["regularisation"],
    ["training"],
    ["exercises"],
    ["figures", "widgets"],
    ["jupyter"],
    ["__main__"],
]
FLOOR = {wing: floor for floor, wings in enumerate(ORDER) for wing in wings}


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


def wing(name):
    """Return the wing or step that a dotted name lies in; "" for the package itself."""
    return f"{name}.".split(".")[1]


def complaints(source, module, is_package=False):
    """Return what is wrong with the imports of a module, as sentences."""
    own = wing(module)
    if own not in FLOOR:
        return [f"{module} has no place in the order of the lesson"]
    found = []
    for name in imported(source, module, is_package):
        other = wing(name)
        if other == own or (other == "__version__"):
            continue
        if other not in FLOOR:
            found.append(f"{module} imports {name}, which has no place in the order of the lesson")
        elif FLOOR[other] >= FLOOR[own]:
            found.append(f"{module} imports {name}, which does not stand before it")
    return found


def modules():
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        if name != PACKAGE:
            yield name, is_package, path


@pytest.mark.parametrize(("module", "is_package", "path"), [pytest.param(*m, id=m[0]) for m in modules()])
def test_every_module_imports_only_what_stands_before_it(module, is_package, path):
    assert complaints(path.read_text(encoding="utf-8"), module, is_package) == []


def test_the_root_shows_the_steps_the_wings_and_hardly_anything_else():
    found = {path.name for path in ROOT.iterdir()} - {"__pycache__"}
    steps = ("scores", "stability", "probabilities", "loss", "derivatives", "many_examples", "regularisation")
    wings = {"training", "data", "exercises", "widgets", "jupyter"}
    assert found >= {f"{step}.py" for step in steps} | wings
    others = found - {f"{step}.py" for step in steps} - wings
    assert others == {"__init__.py", "__main__.py", "arguments.py", "figures.py"}


def test_every_wing_was_looked_at():
    assert {wing(module) for module, _, _ in modules()} == set(FLOOR)


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
        ("loss", "from softmax_lesson.helpers import anything"),
        ("loss", "from softmax_lesson import *"),
        ("arguments", "from softmax_lesson.scores import scores"),
        ("data.cifar10", "from softmax_lesson.scores import scores"),
        ("regularisation", "from softmax_lesson.training.measuring import accuracy"),
        ("scores", "from softmax_lesson import jupyter"),
        ("figures", "from softmax_lesson.widgets import LossCurve"),
        ("widgets.kit.base", "from softmax_lesson import figures"),
        ("exercises", "from softmax_lesson.widgets import Prediction"),
        ("exercises.engine.trial", "from softmax_lesson.widgets.kit.base import Interactive"),
        ("exercises.engine", "from ...jupyter import doctor"),
        ("surprise", ""),
    ],
)
def test_a_bad_import_is_seen(module, source):
    is_package = module.count(".") == 1 and module.endswith("engine")
    assert complaints(source, f"{PACKAGE}.{module}", is_package)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        (
            "loss",
            "import numpy as np\nfrom softmax_lesson import arguments\nfrom .probabilities import softmax",
        ),
        (
            "training.descent",
            "from tqdm.auto import tqdm\nfrom softmax_lesson.training.measuring import History",
        ),
        ("data.sample", "from softmax_lesson.data import cifar10"),
        (
            "widgets.kit.base",
            "from softmax_lesson.training import train\nfrom . import kit\nfrom ...loss import loss",
        ),
        ("figures", "from softmax_lesson import __version__"),
        ("jupyter.doctor", "from softmax_lesson import data, widgets"),
        ("loss", "text = 'from softmax_lesson.training import train'  # from softmax_lesson import figures"),
    ],
)
def test_a_good_import_passes(module, source):
    assert complaints(source, f"{PACKAGE}.{module}") == []


def test_importing_the_package_imports_none_of_its_modules():
    """Its face hands on what notebooks ask for, and only when they do."""
    tree = ast.parse((ROOT / "__init__.py").read_text(encoding="utf-8"))
    at_once = "\n".join(ast.unparse(node) for node in tree.body if not isinstance(node, ast.FunctionDef))
    assert imported(at_once, PACKAGE, is_package=True) == []
