"""Pages and slides: nothing acts on them but the lesson's own scripts, unchanged."""

import nbformat
import pytest
from publish import exporter
from sanitise import Page, clean, clean_output

from softmax_lesson.widgets import Prediction, catalogue

EVIL = [
    "<script>alert(1)</script>",
    "<SCRIPT src=//evil.example></SCRIPT>",
    "<script >alert(1)</script >",
    '<img src="x" onerror="alert(1)">',
    "<svg onload=alert(1)></svg>",
    '<iframe src="https://evil.example"></iframe>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<img src="https://evil.example/x.png" alt="x">',
    '<p style="background:url(https://evil.example)">x</p>',
    "<style>* { display: none }</style>",
    '<form action="https://evil.example"><input></form>',
    '<base href="https://evil.example"><meta http-equiv="refresh" content="0;url=//evil.example">',
    "<math><mtext><table><mglyph><style><!--</style><img title=--&gt;&lt;img src=1 onerror=alert(1)&gt;>",
]


def acts(markup):
    """Whether a browser would run or fetch something: a tag or an attribute that does is really there."""
    import html.parser

    class Looking(html.parser.HTMLParser):
        found = False

        def handle_starttag(self, tag, attrs):
            bad = {
                "script",
                "iframe",
                "svg",
                "style",
                "form",
                "input",
                "base",
                "meta",
                "math",
                "object",
                "embed",
            }
            leads = [v or "" for n, v in attrs if n in ("href", "src", "style")]
            self.found |= tag in bad or any(name.startswith("on") for name, _ in attrs)
            self.found |= any("evil" in v or v.startswith(("javascript", "data:text")) for v in leads)

    looking = Looking()
    looking.feed(markup)
    looking.close()
    return looking.found


@pytest.mark.parametrize("evil", EVIL)
def test_nothing_acts_in_a_text_or_an_output(evil):
    assert acts(evil)
    assert not acts(clean(evil))
    assert not acts(clean_output(evil))


@pytest.fixture(scope="module")
def page():
    """What makes a page of a notebook: it reads its templates once."""
    return exporter(Page, "page.html.j2")


@pytest.mark.parametrize("evil", EVIL[:6])
def test_a_whole_page_of_a_hostile_notebook(page, evil):
    v4 = nbformat.v4
    output = v4.new_output("execute_result", {"text/html": evil, "text/plain": "x"}, execution_count=1)
    script = v4.new_output("display_data", {"application/javascript": "alert(1)", "text/plain": "x"})
    png = v4.new_output("display_data", {"image/png": 'x"><script>alert(1)</script>', "text/plain": "x"})
    cells = [
        v4.new_markdown_cell(f"# One\n\n{evil}", id="one"),
        v4.new_code_cell("1", id="two", outputs=[output, script, png], execution_count=1),
    ]
    notebook = v4.new_notebook(cells=cells, metadata={"title": "One"})
    resources = {"maths": "", "nav": "", "style": "", "script": "", "metadata": {"name": "one"}}
    body, _ = page.from_notebook_node(notebook, resources)
    main = body.partition("<main>")[2].partition("</main>")[0] or body.partition("<main>")[2]
    assert "alert(1)</script>" not in main
    assert not acts(main)


def test_a_list_goes_on_where_a_formula_stood_in_between():
    assert clean('<ol start="3"><li>The loss</li></ol>') == '<ol start="3"><li>The loss</li></ol>'


@pytest.mark.parametrize("kind", catalogue(), ids=lambda kind: kind.__name__)
def test_a_picture_of_the_lesson_stays_alive(kind, monkeypatch):
    monkeypatch.setattr(kind, "_draw_png", lambda self: b"drawn")  # takes longer than all else here
    markup = kind().html()
    script = markup.partition("<script>")[2].partition("</script>")[0]
    cleaned = clean_output(markup)
    assert f"<script>{script}</script>" in cleaned
    assert cleaned.count("<img") == 1
    assert 'data-picture="' in cleaned


def test_a_prediction_and_its_answer_stay_alive():
    prediction = Prediction("01_scores.wrap")
    for markup in (prediction.html(), prediction.answer().html()):
        assert "<script>" in clean_output(markup)
        assert 'data-prediction="' in clean_output(markup)


@pytest.fixture(scope="module")
def markup():
    """A picture of the lesson, as it stands in an output."""
    return catalogue()[0]().html()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("(() => {\n", "(() => { alert(1);\n"),
        ("const state = {", "const state = {x: alert(1), "),
        ("})()", "alert(1)})()"),
        ("function", "alert(1); function"),
    ],
)
def test_a_script_that_was_changed_goes_and_the_still_picture_stays(old, new, markup):
    assert old in markup
    cleaned = clean_output(markup.replace(old, new, 1))
    assert "<script>" not in cleaned
    assert "<img" in cleaned
