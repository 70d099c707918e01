"""What a Markdown cell may hold: text that is finished, renders in every reader, and does nothing.

`text_problems(source)` reads one cell; `character_problems(text)` anything a person reads, code included.
"""

import functools
import itertools
import re
import unicodedata
from html.parser import HTMLParser

from nbconvert.filters import markdown2html

# What the lesson writes besides ASCII, Latin and Greek letters.
SYMBOLS = set("−·×½¼²³₀₁₂₃₄→←↔●◆■▶±…–—°∂∇∞≈≠≤≥∑√°§“”‘’„€░█©")
TAGS = {"sub", "details", "summary"}
# Where a link may lead. A new host is added here, so that somebody has looked at it.
HOSTS = {"cs231n.github.io", "github.com", "d2l.ai", "arxiv.org", "doi.org"}
CODE = re.compile(r"^(```+|~~~+).*?^\1[ ]*$|(`+)(?!`).+?(?<!`)\2(?!`)", re.MULTILINE | re.DOTALL)
FORMULA = re.compile(r"\$\$(?P<display>.+?)\$\$|(?<![\\$])\$(?P<inline>[^$\n]+(?:\n[^$\n]+)*)\$", re.DOTALL)
# Macros of KaTeX that the lesson uses. `make test-browser` draws every formula with KaTeX itself; by this
# list a misspelt one is seen at once. A new one is added here.
MACROS = set(
    re.findall(
        r"\w+",
        """log exp max min sum prod sqrt frac dfrac tfrac partial nabla lambda eta sigma theta alpha beta
        epsilon
        Delta delta text textstyle displaystyle mathrm mathbf operatorname left right begin end quad qquad
        cdot
        cdots dots vdots ddots times approx ne neq le leq ge geq mid to in infty top tag underbrace overbrace
        underset overset bar hat""",
    )
)
UNFINISHED = re.compile(
    r"\b(?:TODO|FIXME|TBD|TBC|XXX+|HACK|WIP)\b|lorem ipsum|\?\?\?|\bto do: "
    r"|\bcoming soon\b|\[citation needed\]",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
SECRET = re.compile(
    r"\bgh[pousr]_\w{20,}|\bgithub_pat_\w+|\bAKIA[0-9A-Z]{16}\b|\bsk-[\w-]{20,}|\bxox[bap]-\w+|\bhf_\w{20,}"
    r"|-----BEGIN [A-Z ]*KEY|\b(?:api[_-]?key|password|passwd|token|secret)\b['\"]?\s*[:=]\s*['\"]?[\w-]{6,}",
    re.IGNORECASE,
)
MERGE = re.compile(r"^(?:<{7}|>{7}|\|{7})(?: |$)|^={7}$", re.MULTILINE)
# What American and British spelling differ in, as far as the lesson could use it.
AMERICAN = re.compile(
    r"\b(\w*(?:normaliz|regulariz|initializ|optimiz|generaliz|recogniz|summariz|visualiz)\w*"
    r"|colou?rize\w*|colors?|gray|behaviors?|neighbors?|favorites?|center(?:ed|s)?"
    r"|analyze\w*|modeling|labeled)\b",
    re.IGNORECASE,
)


@functools.cache
def text_problems(source):
    """Return what is wrong with the source of a Markdown cell, a sentence each."""
    checks = character_problems, stray_marks, markup, tables, formulas, addresses, rendered
    return [sentence for check in checks for sentence in check(source)]


@functools.cache
def character_problems(text):
    """Return what stands in a text, or in code, that no author types on purpose."""
    return [*odd_characters(text), *mojibake(text), *leftovers(text)]


def odd_characters(text):
    """Invisible characters, other alphabets, pictograms: what looks like something else, or like nothing."""
    for character in sorted(set(text)):
        name = f"U+{ord(character):04X} {unicodedata.name(character, 'control character')}"
        kind = unicodedata.category(character)
        if character == "\n" or " " <= character <= "~":
            continue
        if kind[0] in "CZ":
            yield f"an invisible character, {name}: delete it, or write a plain space"
        elif kind[0] == "M":
            yield f"an accent that stands alone, {name}: type the letter with it"
        elif kind[0] == "L" and not unicodedata.name(character).startswith(
            ("LATIN", "GREEK", "MICRO", "FEMININE")
        ):
            yield f"a letter of another alphabet, {name}: type the Latin one"
        elif kind[0] != "L" and character not in SYMBOLS:
            yield f"an unusual character, {name}: say it in words, or add it to SYMBOLS"


def mojibake(text):
    """Letters that were read in the wrong encoding, such as Ã¼ for ü."""
    for run in sorted(set(re.findall(r"[^\x00-\x7f]{2,}|�", text))):
        wrong = run == "�" or any(decoded(run, encoding) for encoding in ("cp1252", "latin-1"))
        if wrong:
            yield f"letters that were read in a wrong encoding: {run!r}; type them anew"


def decoded(run, encoding):
    """Whether these letters, written in one encoding, are others in UTF-8."""
    try:
        return run.encode(encoding).decode("utf-8") != run
    except UnicodeError:
        return False


def leftovers(text):
    """What a tool or an author has left behind: merge conflicts, notes to oneself, secrets."""
    if MERGE.search(text):
        yield "a merge conflict is not solved: choose one side and delete the marks"
    if found := UNFINISHED.search(text):
        yield f"something is unfinished: {found[0]!r}; write it, or delete it"
    if found := SECRET.search(text):
        yield f"what looks like a secret: {found[0][:12]}...; delete it, and have it revoked"
    if found := ADDRESS.search(text):
        yield f"an e-mail address: {found[0]}; link to the repository instead"
    if re.search(r"[ \t]+\n|\t", text) and not text.isspace():
        yield "a tab, or a space at the end of a line: delete it"


def words_of(source):
    """Return a cell's text with its code and formulas taken out; what stood there is a word."""
    return FORMULA.sub("formula", CODE.sub("code", source))


def stray_marks(source):
    """Fences of code that are not closed, words said twice, American spelling."""
    if len(re.findall(r"^ {0,3}(?:```|~~~)", source, re.MULTILINE)) % 2:
        yield "a code block is not closed: write ``` under it"
    words = words_of(source)
    if re.search(r"^#{1,6}[^#\s]", words, re.MULTILINE):
        yield "a heading without a space after its #"
    for twice in re.findall(r"\b([A-Za-z]{2,}) \1\b", words):
        yield f"a word stands twice: {twice} {twice}"
    for american in AMERICAN.findall(words):
        yield f"American spelling: {american}"


class Markup(HTMLParser):
    """Reads HTML in a cell, and collects what is not allowed or not closed."""

    def __init__(self):
        super().__init__()
        self.found, self.open, self.seen = [], [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        if tag not in TAGS:
            self.found.append(f"the tag <{tag}>: only {', '.join(sorted(TAGS))} are safe in every reader")
        for name, _ in attrs:
            self.found.append(f"the attribute {name} in <{tag}>: write the tag without attributes")
        if tag == "summary" and self.open[-1:] != ["details"]:
            self.found.append("a <summary> that is not the first thing in <details>")
        self.open.append(tag)

    def handle_endtag(self, tag):
        if self.open[-1:] == [tag]:
            self.open.pop()
        else:
            self.found.append(f"</{tag}> closes nothing: look for the tag that is open")

    def handle_comment(self, data):
        self.found.append("a comment in HTML, which no reader sees: delete it")

    def handle_decl(self, decl):
        self.found.append(f"<!{decl[:20]}> is no text: delete it")

    def handle_pi(self, data):
        self.found.append(f"<?{data[:20]}> is no text: delete it")

    def unknown_decl(self, data):
        self.handle_decl(data)


def markup(source):
    """HTML: an allow-list of tags without attributes, each closed; a fold has its line to click on."""
    parser = Markup()
    parser.feed(words_of(source))
    parser.close()
    yield from parser.found
    yield from (f"<{tag}> is not closed: write </{tag}>" for tag in parser.open)
    if parser.seen.count("details") != parser.seen.count("summary"):
        yield "a <details> without its <summary>: nobody would know what is in it"
    # Between <details> and the text in it a blank line, or Markdown in it stays as it is typed.
    if re.search(r"</summary>(?!\n\n)|(?<!\n\n)</details>", source):
        yield "the text of a <details> begins and ends with an empty line"


def tables(source):
    """Every row of a table has as many cells as its head, and a line of dashes is under the head."""
    text = re.sub(r"\\\|", "", CODE.sub("code", source))
    for block in re.split(r"\n\s*\n", text):
        rows = [line.strip() for line in block.splitlines() if line.strip()]
        if not any(
            re.match(r"\|", row) or row.endswith("|") or re.fullmatch(r"[:| -]*-\|-[:| -]*", row)
            for row in rows
        ):
            continue
        if not all(row.startswith("|") and row.endswith("|") and len(row) > 1 for row in rows):
            yield "a table is broken: every row begins and ends with |, and an empty line is around it"
        elif len(rows) < 3 or not re.fullmatch(r"(?:\|\s*:?-{3,}:?\s*)+\|", rows[1]):
            yield "a table is broken: under its head stands a row of |---|, and rows follow"
        elif len({row.count("|") for row in rows}) > 1:
            yield "a table is broken: its rows have different numbers of cells"


def formulas(source):
    """Each formula has its two ends, and in it what KaTeX asks for: pairs, and macros that exist."""
    text = CODE.sub("code", source)
    for match in FORMULA.finditer(text):
        yield from formula_problems(match["display"] or match["inline"])
    if "$" in FORMULA.sub("", text).replace(r"\$", ""):
        yield "a $ without its partner: a formula has one at each end"
    if re.search(r"\\[([]|\\begin|\\frac|\\log\b", FORMULA.sub("", text)):
        yield "a formula outside of dollars: put it between $ and $"


@functools.cache
def formula_problems(formula):
    """Return what keeps KaTeX from drawing a formula, a sentence each."""
    found, shown = [], f"in ${formula.strip()[:40]}$"
    bare = re.sub(r"\\[{}\\$%&#_ ,;:!|]", " ", formula)
    if unbalanced(bare):
        found.append(f"a brace without its partner {shown}")
    if len(re.findall(r"\\left(?![a-z])", bare)) != len(re.findall(r"\\right(?![a-z])", bare)):
        found.append(f"\\left without \\right {shown}")
    if re.findall(r"\\begin\{(\w+)\}", bare) != re.findall(r"\\end\{(\w+)\}", bare):
        found.append(f"\\begin without its \\end {shown}")
    if unknown := set(re.findall(r"\\([a-zA-Z]+)", bare)) - MACROS:
        found.append(f"\\{min(unknown)} {shown}: misspelt, or new; then add it to MACROS")
    if re.search(r"[\^_]\s*(?:[\^_}]|$)|\\[dt]?frac\s*\{[^{}]*\}\s*(?:$|[^\s{0-9a-z\\])", bare):
        found.append(f"something is missing after ^, _ or \\frac {shown}")
    if re.search(r"(?:\^\s*\w+\s*\^|_\s*\w+\s*_)\s*\w", bare) or "%" in bare or "#" in bare:
        found.append(f"two indices one after the other, or a stray % or # {shown}")
    if not formula.strip() or "\n\n" in formula:
        found.append(f"an empty formula, or an empty line {shown}")
    return found


def unbalanced(formula):
    """Whether a brace has no partner."""
    depth = 0
    for character in formula:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return True
    return depth != 0


def addresses(source):
    """Links lead to known hosts by https, and no picture is fetched from anywhere."""
    text = words_of(source)
    if re.search(r"!\[", text):
        yield "a picture fetched from elsewhere, or a file beside the notebook: draw it in a cell"
    for scheme, rest in re.findall(r"\b([a-z][a-z+.-]*):(//[^\s)>\]]*|[^\s)>\]]+)", text, re.IGNORECASE):
        if scheme.lower() in {"javascript", "data", "vbscript", "file", "mailto", "tel", "ftp", "blob"}:
            yield f"a link by {scheme}: links lead to https addresses and to the course's own notebooks"
        elif rest.startswith("//"):
            host = re.match(r"//([^/\s?#]*)", rest)[1].lower()
            if scheme != "https" or host not in HOSTS:
                yield f"a link to {scheme}://{host}: not https, or a host nobody looked at; see HOSTS"
    if re.search(r"\]\(\s*//|^\[[^\]]+\]:\s*//|\bwww\.", text, re.MULTILINE):
        yield "a link without https:// in front"
    if re.search(r"(?<!\]\()(?<!\]: )(?<!<)https?://", text):
        yield "a bare address: give the link words, [words](address)"
    if re.search(r"\[\s*\]\(|\]\(\s*\)", text):
        yield "a link without words, or without an address"


class Shown(HTMLParser):
    """Collects what a reader sees of a rendered cell: the texts of its blocks, and which block each is."""

    BLOCKS = ("p", "li", "td", "th", "h1", "h2", "h3", "h4", "summary", "blockquote", "pre", "sub")

    def __init__(self):
        super().__init__()
        self.blocks, self.open = [["", ""]], []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        if tag in self.BLOCKS:
            self.blocks.append([tag, ""])

    def handle_endtag(self, tag):
        if tag in self.open:
            self.open.reverse()
            self.open.remove(tag)
            self.open.reverse()
        if tag in self.BLOCKS:
            self.blocks.append(["", ""])

    def handle_data(self, data):
        self.blocks[-1][1] += "code" if {"code", "pre"} & set(self.open) else data.replace("¶", "")


def rendered(source):
    """Once rendered, no sign of Markdown is left, sentences end, brackets and quotes are in pairs."""
    reader = Shown()
    reader.feed(markdown2html(FORMULA.sub("formula", source) if "$" in source else source))
    text = "\n".join(words for _, words in reader.blocks)
    numbers = re.sub(r"\[[\d −.,…]+\]", "numbers", text)
    if left := re.search(
        r"[*`|#~\[\]{}\\]|__|<|^\s*(?:[-+>]|\d+[.)]) |(?<!\w)_|_(?!\w)", numbers, re.MULTILINE
    ):
        around = " ".join(numbers[max(0, left.start() - 20) : left.end() + 20].split())
        yield f"Markdown that is not rendered, {left[0].strip()!r} in {around!r}: close what is open"
    blocks = [*((block, words) for block, words in reader.blocks if words.strip()), ("", "")]
    for (block, words), (_, after) in itertools.pairwise(blocks):
        goes_on = after.strip() == "formula"  # one in a line of its own
        ending = words.strip()[-1:]
        if (
            block in ("p", "li", "blockquote", "sub")
            and ending.isalpha()
            and not (goes_on or ends_well(words))
        ):
            yield f"a sentence does not end: ...{words.strip()[-30:]!r}"
    if text.count("(") != text.count(")"):
        yield "a bracket ( or ) has no partner"
    if text.count('"') % 2:
        yield 'a quotation mark " has no partner'


def ends_well(words):
    """Whether a block that ends in a letter is whole: a formula or code at its end, or a link's own words."""
    last = words.split()[-1]
    return last.strip("()*,.:") in ("formula", "code") or bool(re.search(r"\d\d · [\w ]+$", words.strip()))
