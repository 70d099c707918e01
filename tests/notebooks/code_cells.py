"""What a code cell may hold: plain Python that gives the same on every run and touches nothing else.

`code_problems(source)` reads one cell.
"""

import ast
import builtins
import functools
import io
import itertools
import re
import tokenize

from texts import character_problems


def words(text):
    """Return the words of a text as a set."""
    return set(text.split())


MOST_LINES = 15
LONGEST_LINE = 110
# Every output is compared. nbval would skip or ignore a cell with one of these words, and so would a misspelt
# one pass in silence: none is allowed, as a comment or as a tag.
MARKER = re.compile(
    r"nbval|pytest|nvbal|ignore.?output|skip.?cell|raises.?exception|noqa|type: ?ignore", re.IGNORECASE
)
# What a notebook may load. A new module is added here, when somebody has seen that it does nothing outside.
MODULES = words(
    """softmax_lesson numpy torch sklearn codecs contextlib decimal importlib inspect io itertools math re
    this time warnings"""
)
ONE_USE = {"importlib": {"importlib.util"}}
# What writes, reads, asks, ends or hides something, or runs a text as code.
FORBIDDEN = words(
    """open input eval exec compile exit quit breakpoint globals locals vars setattr delattr get_ipython
    display id hash help memoryview"""
)
FORBIDDEN_ATTRIBUTES = words(
    """environ getenv system popen write write_text write_bytes read_text read_bytes tofile save savez
    savez_compressed savetxt savefig imsave to_csv dump mkdir unlink remove rmtree sleep seed urlopen
    urlretrieve filterwarnings simplefilter set_printoptions modules path stdout stderr stdin fromfile load
    loadtxt genfromtxt memmap page getpass __class__ __globals__ __builtins__ __dict__ __subclasses__ now
    today solution hint"""
)


@functools.cache
def code_problems(source):
    """Return what is wrong with the source of a code cell, a sentence each."""
    found = [*character_problems(source), *markers(source)]
    if len(source.splitlines()) > MOST_LINES:
        found.append(f"more than {MOST_LINES} lines: what is longer belongs in the package")
    if any(len(line) > LONGEST_LINE for line in source.splitlines()):
        found.append(f"a line of more than {LONGEST_LINE} characters: break it")
    if "http:" in source or "https:" in source:
        found.append("an address in code: a notebook fetches nothing")
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError) as error:
        return [*found, f"it is not plain Python, {error}: no magic, no shell command, nothing cut off"]
    if ends_in_semicolon(source):
        found.append(
            "a trailing semicolon, which hides output here and not there: end a plot with plt.show()"
        )
    return [*found, *outside(tree), *by_lot(tree), *hidden(tree), *renamed(tree), *switched_off(source)]


def markers(source):
    """Comments that are meant for a tool, known to it or not."""
    for comment in comments(source):
        shouted = re.fullmatch(r"[A-Z]+([ _-][A-Z]+)+", comment)
        if shouted or MARKER.search(comment) or re.match(r"(?:fmt|ruff|pylint|mypy|isort): ?\w", comment):
            yield f"the marker {comment!r}: every output is compared and every line is checked; delete it"


def comments(source):
    """Return the comments of a piece of code, without their signs."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return re.findall(r"#+\s*(.*)", source)
    return [token.string.lstrip("# ").rstrip() for token in tokens if token.type == tokenize.COMMENT]


def ends_in_semicolon(source):
    """Whether a line of code ends so; a comment behind it changes nothing."""
    ends = {tokenize.COMMENT, tokenize.NEWLINE, tokenize.NL, tokenize.ENDMARKER}
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return any(token.string == ";" and after.type in ends for token, after in itertools.pairwise(tokens))


def imported(tree):
    """Return the full names of all modules that a piece of code loads."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."


def outside(tree):
    """What reaches out of the notebook: other modules, files, the environment, the shell."""
    for name in imported(tree):
        top = name.partition(".")[0]
        if top not in MODULES or name not in ONE_USE.get(top, {name}):
            yield f"it loads {name}, which the lesson does without: see MODULES in code_cells.py"
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and (node.id in FORBIDDEN or node.id.startswith("__")):
            yield f"it uses {node.id}: no file, no environment, nothing hidden"
        if isinstance(node, ast.Attribute) and node.attr in FORBIDDEN_ATTRIBUTES:
            yield f"it uses .{node.attr}: no file, no environment, nothing hidden"
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            yield "it loads everything of a module with *: name what is used"


def by_lot(tree):
    """What differs from run to run: a generator without a seed."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "default_rng" and not node.args:
            yield "a random generator without a seed: default_rng(0)"
        drawn = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute)
        if drawn and node.value.attr == "random" and node.attr not in ("default_rng", "Generator"):
            yield f"np.random.{node.attr} draws without a generator: np.random.default_rng(0).{node.attr}"


def hidden(tree):
    """What goes wrong and is not seen, or takes no end."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            nothing = all(isinstance(line, ast.Pass) for line in node.body)
            broad = node.type is None or ast.unparse(node.type) in ("Exception", "BaseException")
            if nothing or broad:
                yield "an exception is swallowed: name the one that is expected, and say what happens"
        if isinstance(node, ast.While) and isinstance(node.test, ast.Constant):
            yield "a loop without an end: for step in range(...)"
        if isinstance(node, ast.Assert):
            yield "an assert, which a student sees as an error: print what it would check"
        if isinstance(node, ast.If | ast.IfExp) and isinstance(node.test, ast.Constant):
            yield "code that never runs, or always: delete the if"


def speaks(source):
    """Whether the code prints, by itself or by `use`, or ends in a value that Jupyter shows."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return True
    prints = (node for node in ast.walk(ast.Module(body, [])) if isinstance(node, ast.Call))
    called = {getattr(call.func, "id", "") or getattr(call.func, "attr", "") for call in prints}
    return bool(called & {"print", "use"}) or shows(source)


def shows(source):
    """Whether the code ends in an expression, which Jupyter shows unless it is None."""
    return last_value(source) is not None


def shows_surely(source):
    """Whether that expression cannot be None: a name, a figure; another function's value may be."""
    value = last_value(source)
    return (isinstance(value, ast.Call) and ast.unparse(value.func).startswith("figures.")) or (
        value is not None and not isinstance(value, ast.Call)
    )


def last_value(source):
    """Return the expression that the code ends in, or None; what is printed is none."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return None
    is_value = bool(body) and isinstance(body[-1], ast.Expr) and not is_print(body[-1].value)
    return body[-1].value if is_value else None


def is_print(node):
    """Whether an expression is a call of print, whose value is None and not shown."""
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"


@functools.cache
def assigned(source):
    """Return the names that a cell gives to something, each once."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError):
        return set()
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    defined = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    names = (alias for n in nodes for alias in getattr(n, "names", []) if isinstance(alias, ast.alias))
    return stored | defined | {alias.asname or alias.name for alias in names}


def renamed(tree):
    """Python's own names, and the lesson's short ones, that would mean something else from here on."""
    taken = set(dir(builtins)) | {"np", "plt"}
    made = [
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    made += [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    for name in sorted(taken.intersection(made)):
        yield f"{name} gets another meaning, for all cells that follow: choose another name"


def switched_off(source):
    """Comments that are code."""
    for comment in comments(source):
        try:
            tree = ast.parse(comment)
        except (SyntaxError, ValueError):
            continue
        code = (ast.Assign, ast.AugAssign, ast.Import, ast.ImportFrom)
        called = [
            node for node in tree.body if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        ]
        is_call = called and re.match(r"[\w.]+\(", comment)  # no word with brackets behind it
        if is_call or any(isinstance(node, code) for node in tree.body):
            yield f"code that was switched off, {comment[:40]!r}: delete it, or let it run"
