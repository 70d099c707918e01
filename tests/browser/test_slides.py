"""The slides, opened from disk with the network cut and presented: nothing is cut, pictures answer."""

import publish
import pytest
from looking import says

from softmax_lesson.widgets import LossCurve

NAMES = [path.stem for path in sorted((publish.ROOT / "notebooks").glob("*.ipynb"))]
# What the present slide shows outside itself, or hides in a part of it that would have to be scrolled.
CUT = """() => {
    const slide = Reveal.getCurrentSlide(), edge = document.querySelector(".slides").getBoundingClientRect();
    const hidden = "style, script, .katex-mathml, [role=status], aside, svg *, .vlist *";
    return [...slide.querySelectorAll("*")].filter(node => {
        if (node.closest(hidden) || !node.checkVisibility()) return false;
        const box = node.getBoundingClientRect(), style = getComputedStyle(node);
        const scrolls = ["auto", "scroll", "hidden"].includes(style.overflowX) &&
            (node.scrollWidth > node.clientWidth + 2 || node.scrollHeight > node.clientHeight + 2);
        const beside = box.left < edge.left - 2 || box.right > edge.right + 2;
        return scrolls || beside || box.bottom > edge.bottom + 2;
    }).map(node => node.outerHTML.slice(0, 120));
}"""
# The smallest letters of the present slide in its own pixels, of which 720 make its height.
SMALLEST = """() => {
    const words = document.createTreeWalker(Reveal.getCurrentSlide(), NodeFilter.SHOW_TEXT), sizes = [];
    while (words.nextNode()) {
        const node = words.currentNode.parentElement;
        const left = "style, script, svg, .katex, sub, sup, aside, [role=status]";
        if (!words.currentNode.data.trim() || node.closest(left) || !node.checkVisibility()) continue;
        const zoom = Number(node.closest(".fit").style.zoom || 1);
        const size = Math.round(parseFloat(getComputedStyle(node).fontSize) * zoom);
        sizes.push([size, node.textContent.slice(0, 60)]);
    }
    return sizes.sort((a, b) => a[0] - b[0])[0] ?? [99, ""];
}"""


@pytest.fixture(scope="session")
def slides(tmp_path_factory):
    if not publish.NPM.exists():
        pytest.fail("KaTeX and reveal.js come from npm: run `make build/npm/.installed`", pytrace=False)
    folder = tmp_path_factory.mktemp("slides")
    publish.slides(folder)
    return folder


@pytest.fixture
def present(slides, open_page):
    """Return a function that opens the slides of a notebook."""

    def present(name, width=1280, height=720):
        page = open_page(width=width, height=height)
        page.context.set_offline(True)
        page.goto((slides / f"{name}.html").as_uri())
        page.wait_for_function("window.Reveal?.isReady()")
        page.add_style_tag(content=".fragment { transition: none !important; }")
        return page

    return present


def show_all(page):
    """Go through the slides as a presenter does, with the space bar; yield at each when all is shown."""
    while True:
        while page.evaluate("Reveal.availableFragments().next"):
            page.keyboard.press(" ")
        yield page.evaluate("Reveal.getSlidePastCount()")
        if page.evaluate("Reveal.isLastSlide()"):
            return
        page.keyboard.press(" ")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width, height", [(1280, 720), (1920, 1080)])
def test_nothing_is_cut_off_and_nothing_is_too_small(present, screenshots, name, width, height):
    page = present(name, width, height)
    seen = []
    for number in show_all(page):
        seen.append(number)
        assert page.evaluate(CUT) == [], f"slide {number + 1}"
        size, words = page.evaluate(SMALLEST)
        assert size >= 13, f"slide {number + 1}: {words}"
        if width == 1280:
            page.screenshot(path=screenshots / f"slides_{name}_{number + 1:02}.png")
    assert seen == list(range(page.evaluate("Reveal.getTotalSlides()")))
    cells = len([c for c in publish.notebooks()[name].cells if c.source])
    assert (
        page.evaluate("new Set([...document.querySelectorAll('.jp-Cell[id]')].map(c => c.id)).size") == cells
    )
    assert page.locator(".katex-error").count() == 0


@pytest.mark.parametrize(
    "name, picture",
    [("00_start_here", LossCurve([1.0, 0.0, -1.0])), ("04_loss", LossCurve([1.0, 4.0, 2.0], 2))],
)
def test_a_picture_is_moved_in_a_slide_and_the_slide_stays(present, name, picture):
    page = present(name)
    box = page.locator('section.present:not(.stack) .sml[aria-label="Loss curve"]')
    for _ in show_all(page):
        if box.count():
            break
    says(box, picture.sentence())
    place = page.evaluate("Reveal.getIndices()")
    box.get_by_role("slider", name="score of automobile").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    picture.scores = [picture.scores[0], picture.scores[1] + 0.3, picture.scores[2]]
    says(box, picture.sentence())
    assert page.evaluate("Reveal.getIndices()") == place
    page.keyboard.press("Escape")
    page.keyboard.press(" ")
    assert page.evaluate("Reveal.getIndices()") != place
    page.keyboard.press("Shift+Space")
    says(box, picture.sentence())


def test_the_presenter_reads_the_notes_in_a_window_of_their_own(present):
    page = present("00_start_here")
    for _ in show_all(page):
        if page.locator("section.present:not(.stack) aside.notes").count():
            break
    assert page.get_by_text("For the presenter").first.is_hidden()
    with page.context.expect_page() as opened:
        page.keyboard.press("s")
    notes = opened.value.locator(".speaker-controls-notes")
    notes.get_by_text("Hands up for").wait_for()
