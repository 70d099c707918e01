"""What makes a test's screen differ from a student's is listed in one place, and is tried without, too."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONFTEST = (ROOT / "conftest.py").read_text(encoding="utf-8")
ASSIGNED = [node for node in ast.parse(CONFTEST).body if isinstance(node, ast.Assign)]
(LIST,) = [node for node in ASSIGNED if ast.unparse(node.targets[0]) == "SWITCHES"]
# {name of the variable: the test that runs without it}
WITHOUT = {
    name.value: entry.elts[2].value for name, entry in zip(LIST.value.keys, LIST.value.values, strict=True)
}


@pytest.mark.parametrize("name", WITHOUT)
def test_each_switch_is_on_and_has_a_test_without_it(name):
    assert os.environ[name]
    file, _, test = WITHOUT[name].partition("::")
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    (found,) = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == test]
    assert f"delenv('{name}')" in ast.unparse(found)


def test_nothing_else_sets_a_variable_for_all_tests():
    setting = []
    for path in [ROOT / "conftest.py", *(ROOT / "tests").rglob("conftest.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            code = ast.unparse(node)
            if isinstance(node, ast.Assign | ast.Call) and code.startswith("os.environ"):
                setting.append(code)
    assert setting == ["os.environ.update({name: value for name, (value, *_) in SWITCHES.items()})"]


SUMS = """
import numpy as np
from softmax_lesson.data import load_sample
from softmax_lesson.many_examples import loss_and_gradient
from softmax_lesson.scores import add_bias
sample = load_sample().train
X = add_bias(sample.images.reshape(len(sample), -1) / 255)
loss, gradient = loss_and_gradient(np.full((3, 3073), 0.01), X, sample.labels)
print(repr(float(loss)), *map(repr, gradient[:, ::500].ravel().tolist()))
"""


def test_with_all_threads_the_numbers_are_the_same(monkeypatch, capsys):
    exec(SUMS, {})  # here, with one
    with_one = capsys.readouterr().out.split()
    monkeypatch.delenv("OPENBLAS_NUM_THREADS")
    with_all = subprocess.run([sys.executable, "-c", SUMS], capture_output=True, text=True, check=True).stdout
    assert len(with_one) == 22
    assert [*map(float, with_all.split())] == pytest.approx([*map(float, with_one)], rel=1e-10)


def test_a_program_has_nothing_of_what_the_developer_set():
    left = [name for name in os.environ if name.startswith("PYTHON") and name != "PYTHONHASHSEED"]
    others = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "SOFTMAX_LESSON_LANGUAGE", "SOFTMAX_LESSON_SOLUTIONS")
    assert left + [name for name in others if name in os.environ] == []


@pytest.mark.long  # a whole pytest
def test_also_where_the_developer_did_set_something(tmp_path):
    (tmp_path / "softmax_lesson.py").write_text("raise ImportError('not the lesson')")
    (tmp_path / "a_plugin.py").write_text("def pytest_report_header(): return 'the plugin was there'")
    theirs = {"PYTHONPATH": str(tmp_path), "PYTEST_PLUGINS": "a_plugin", "PYTEST_ADDOPTS": "--color=no"}
    theirs |= {"SOFTMAX_LESSON_LANGUAGE": "de", "SOFTMAX_LESSON_SOLUTIONS": "2999-01-01"}
    probe = f"{__file__}::test_a_program_has_nothing_of_what_the_developer_set"
    command = [sys.executable, "-m", "pytest", probe, "-p", "no:cacheprovider", "-p", "no:nbval"]
    ran = subprocess.run(
        command, cwd=ROOT, env=os.environ | theirs, capture_output=True, text=True, check=False
    )
    assert "the plugin was there" in ran.stdout
    assert "1 passed" in ran.stdout, ran.stdout + ran.stderr
