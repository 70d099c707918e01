"""Change the mathematics in one place after another, and see whether its own tests notice.

    pip install cosmic-ray==8.7.0
    nice python scripts/mutants.py [loss training.descent ...] [--jobs 2] [--list]

The mutants are cosmic-ray's. Its own runner would start pytest anew for each, three to five seconds before
the first test; mutmut has a quick runner, but passes over every decorated function, and `@quietly` stands
above most of ours. So each mutant here is a fork of one process that has NumPy and pytest ready: the changed
text is given to Python in place of the module, no file is touched, and the tests of the step run until one
fails. What lives through these runs through all of tests/mathematics.

A mutant that lives is a test that is missing, or changes nothing that a test could see: those stand in
`mutants.toml`, each with its reason. Printed are the others, and the share killed of all mutants that change
what the package does. Exit status 1 when a mutant lives that is not in the list.
"""

import argparse
import contextlib
import difflib
import importlib.util
import os
import resource
import signal
import sys
import time
import tomllib
from collections import Counter
from importlib.machinery import SourceFileLoader
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
os.environ |= {"OPENBLAS_NUM_THREADS": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # before NumPy is imported

import hypothesis.strategies  # noqa: E402, F401  (ready for the forks)
import mpmath  # noqa: E402, F401
import numpy  # noqa: E402, F401
import pytest  # noqa: E402
from cosmic_ray.ast import ast_nodes, get_ast  # noqa: E402
from cosmic_ray.mutating import mutate_code  # noqa: E402
from cosmic_ray.plugins import get_operator  # noqa: E402

TESTS_OF = {
    "scores": ["scores"],
    "stability": ["stability"],
    "probabilities": ["probabilities"],
    "loss": ["loss"],
    "derivatives": ["derivatives"],
    "many_examples": ["many_examples"],
    "regularisation": ["regularisation", "lambda_path"],
    "training.descent": ["training"],
    "training.diverging": ["training"],
    "training.history": ["training"],
    "training.measuring": ["training"],
    "training.standardising": ["training"],
    "training.starting": ["training"],
    "training.watching": ["training"],
    "arguments": ["arguments", "scores", "regularisation"],
}
# One other operator for each, and the boundary as well as the opposite of each comparison: all 200 that
# cosmic-ray knows are killed or alive together.
ARITHMETIC = (
    "Add_Sub",
    "Sub_Add",
    "Mul_Div",
    "Div_Mul",
    "FloorDiv_Div",
    "Mod_Mul",
    "Pow_Mul",
    "BitAnd_BitOr",
)
ARITHMETIC += ("BitOr_BitAnd",)
COMPARISONS = ("Eq_NotEq", "NotEq_Eq", "Lt_LtE", "Lt_GtE", "LtE_Lt", "LtE_Gt", "Gt_GtE", "Gt_LtE", "GtE_Gt")
COMPARISONS += ("GtE_Lt", "Is_IsNot", "IsNot_Is")
OPERATORS = (
    *(f"ReplaceBinaryOperator_{name}" for name in ARITHMETIC),
    *(f"ReplaceComparisonOperator_{name}" for name in COMPARISONS),
    "ReplaceUnaryOperator_Delete_Not",
    "ReplaceUnaryOperator_Delete_Invert",
    "ReplaceUnaryOperator_USub_UAdd",
    "AddNot",
    "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue",
    "ReplaceAndWithOr",
    "ReplaceOrWithAnd",
    "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak",
    "ExceptionReplacer",
    "NumberReplacer",
    "RemoveDecorator",
    "ZeroIterationForLoop",
)
SECONDS = 300  # for the tests of a mutant; one that goes on without end is killed by that, too
BYTES = 8 * 2**30


def path_of(module):
    """Return the file of a module of the package."""
    return ROOT / "softmax_lesson" / (module.replace(".", "/") + ".py")


def mutants_of(module):
    """Yield the name of each mutant of a module, the line before and after, and its whole text."""
    source = path_of(module).read_text(encoding="utf-8")
    seen, names = {source}, Counter()
    for name in OPERATORS:
        operator = get_operator(f"core/{name}")()
        tree = get_ast(source)
        places = sum(len(list(operator.mutation_positions(node))) for node in ast_nodes(tree))
        for occurrence in range(places):
            text = mutate_code(source, operator, occurrence)
            keyword_only = ", *, " in change(text, source) and ", /, " in change(source, text)  # no product
            if text not in seen and not keyword_only:
                seen.add(text)
                name = f"{module}: {change(source, text)}"
                names[name] += 1
                yield name if names[name] == 1 else f"{name} ({names[name]})", text


def change(before, after):
    """Return what differs between two texts, in one line."""
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    old, new = ([line[2:].strip() for line in lines if line[0] == sign] for sign in "-+")
    return f"{' '.join(old)}  ->  {' '.join(new)}"


class Mutated(SourceFileLoader):
    """Gives Python another text in place of a module's file."""

    def __init__(self, name, path, text):
        """Hand out `text` as the module `name`."""
        super().__init__(name, path)
        self.text = text

    def get_code(self, name):
        """Compile the other text; no bytecode is read or written."""
        return compile(self.text, self.path, "exec", dont_inherit=True)


class Finder:
    """Finds the mutated module before Python finds the file."""

    def __init__(self, module, text):
        """Look out for that module of the package."""
        self.name, self.path, self.text = f"softmax_lesson.{module}", str(path_of(module)), text

    def find_spec(self, name, path=None, target=None):
        """Return where a module comes from, when it is the mutated one."""
        if name == self.name:
            loader = Mutated(name, self.path, self.text)
            return importlib.util.spec_from_file_location(name, self.path, loader=loader)
        return None


def run_tests(module, text, tests):
    """In a fork: run some tests until one fails, with `text` as that module; never returns."""
    os.setsid()  # so that what a test starts can be ended with it
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    signal.alarm(SECONDS)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background has it switched off
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in 0, 1, 2:
        os.dup2(nothing, stream)
    sys.meta_path.insert(0, Finder(module, text))
    files = [str(ROOT / "tests/mathematics" / f"test_{name}.py") for name in tests]
    words = ["-x", "-q", "-p", "no:cacheprovider"]
    words += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # Hypothesis was imported before
    code = 1
    with contextlib.suppress(BaseException):
        code = int(pytest.main([*words, *files]))
    os._exit(code)


def lives_of(jobs, tasks):
    """Yield (name, lives) for tasks (name, module, text, tests), so many side by side."""
    running = {}
    tasks = iter(tasks)
    while True:
        while len(running) < jobs and (task := next(tasks, None)):
            name, *rest = task
            child = os.fork()
            if not child:
                run_tests(*rest)
            running[child] = name
        if not running:
            return
        child, status = os.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        yield running.pop(child), status == 0


def explained():
    """Return the mutants that live for a reason."""
    with open(Path(__file__).with_suffix(".toml"), "rb") as file:
        return {name for group in tomllib.load(file)["group"] for name in group["mutants"]}


def main():
    """Run the mutants of the modules asked for, and tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", help=f"of {', '.join(TESTS_OF)}; all when none is named")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--like", nargs="*", default=[""], help="only those with one of these in their name")
    parser.add_argument("--list", action="store_true", help="name the mutants, run none")
    options = parser.parse_args()
    os.chdir(ROOT)
    modules = options.modules or list(TESTS_OF)
    mutants = [(name, module, text) for module in modules for name, text in mutants_of(module)]
    mutants = [mutant for mutant in mutants if any(text in mutant[0] for text in options.like)]
    if options.list or not mutants:
        print(*(name for name, *_ in mutants), f"{len(mutants)} mutants", sep="\n")
        return 0
    everything = sorted(path.stem.removeprefix("test_") for path in ROOT.glob("tests/mathematics/test_*.py"))
    start = time.monotonic()
    reasons = explained()
    if not sound({name for module in modules for name in TESTS_OF[module]}):
        return 1
    alive = survivors(options.jobs, mutants, lambda module: TESTS_OF[module], "its own tests")
    puzzling = [mutant for mutant in mutants if mutant[0] in alive - reasons]
    if puzzling and not sound(everything):
        return 1
    unexplained = survivors(options.jobs, puzzling, lambda module: everything, "all tests")
    names = {name for name, *_ in mutants}
    killed = len(names - alive - reasons) + len(puzzling) - len(unexplained)
    changing = len(names - reasons)
    print(f"{len(names)} mutants in {time.monotonic() - start:.0f} s; {len(names & reasons)} change nothing.")
    print(f"Of the other {changing}, {killed} were killed: {killed / max(changing, 1):.1%}.")
    for name in sorted(unexplained):
        print(f"lives, and is not in mutants.toml: {name}")
    for name in sorted(names & reasons - alive):
        print(f"in mutants.toml, but is killed: {name}")
    return int(bool(unexplained))


def sound(tests):
    """Do the tests pass without any change? Else every mutant would seem to be killed."""
    text = path_of("scores").read_text(encoding="utf-8")
    if list(lives_of(1, [("unchanged", "scores", text, sorted(tests))])) == [("unchanged", True)]:
        return True
    print("The tests fail without any change: nothing can be learnt from mutants.")
    return False


def survivors(jobs, mutants, tests_of, which):
    """Return the names of the mutants that live through the tests of their module."""
    start, alive = time.monotonic(), set()
    tasks = [(name, module, text, tests_of(module)) for name, module, text in mutants]
    for done, (name, lives) in enumerate(lives_of(jobs, tasks), 1):
        if done % 50 == 0:
            print(f"[{done}/{len(tasks)}] {time.monotonic() - start:.0f} s", flush=True)
        if lives:
            alive.add(name)
            print(f"[{done}/{len(tasks)}] lives through {which}: {name}", flush=True)
    return alive


if __name__ == "__main__":
    sys.exit(main())
