"""The slides, opened from disk with the network cut and presented: nothing is cut, pictures answer."""

import re

import publish
import pytest
from axe import barriers
from looking import says

from softmax_lesson.data import CLASS_NAMES
from softmax_lesson.widgets import LossCurve

FIRST, SECOND, THIRD = CLASS_NAMES

PLANS = {f"plan_{minutes}": minutes for minutes in (50, 90)}
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
# Words of the present slide that lie under its number or the arrows.
COVERED = """() => {
    const marks = document.querySelectorAll(".slide-number a, .controls .enabled");
    const over = [...marks].map(node => node.getBoundingClientRect());
    const words = document.createTreeWalker(Reveal.getCurrentSlide(), NodeFilter.SHOW_TEXT), found = [];
    while (words.nextNode()) {
        const range = document.createRange(), left = "style, script, aside, [role=status], .katex-mathml";
        const node = words.currentNode.parentElement;
        if (!words.currentNode.data.trim() || node.closest(left) || !node.checkVisibility()) continue;
        range.selectNode(words.currentNode);
        const meets = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
        if ([...range.getClientRects()].some(box => over.some(other => meets(box, other))))
            found.push(words.currentNode.data.slice(0, 60));
    }
    return found;
}"""
# What may not stand alone on a slide: it belongs to what was asked before it.
ALONE = re.compile(r"\s*exercise\.\w+\.check\(\w+\)\s*")
# What a room knows without being told.
BEFORE_ANYTHING = re.compile("You predicted|You made no prediction|not attempted yet", re.IGNORECASE)
MOST = 1000  # characters on a slide
# The present slide as those in the back row have it: how much is to be read, where it ends (1 is the lower
# edge), its pictures, the height of the smallest number at their axes, and what else stands there.
SEEN = """() => {
    const slide = Reveal.getCurrentSlide(), edge = document.querySelector(".slides").getBoundingClientRect();
    const shown = node => node.checkVisibility({ visibilityProperty: true });
    const words = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
    let text = "";
    while (words.nextNode()) {
        const node = words.currentNode.parentElement;
        if (!node.closest("style, script, aside, .sml, .katex-mathml, [role=status]") && shown(node))
            text += words.currentNode.data;
    }
    const ends = [...slide.querySelectorAll(".fit *")].filter(node => shown(node) && !node.closest("aside"));
    const letters = [...slide.querySelectorAll(".sml-plot text")].filter(
        node => node.textContent.trim() && shown(node)
    ).map(node => {
        const plot = node.ownerSVGElement;
        const scale = plot.getBoundingClientRect().width / plot.viewBox.baseVal.width;
        return parseFloat(getComputedStyle(node).fontSize) * scale;
    });
    return {
        text: text.replace(/\\s+/g, " ").trim(),
        end: (Math.max(...ends.map(node => node.getBoundingClientRect().bottom)) - edge.top) / edge.height,
        pictures: slide.querySelectorAll(".sml").length,
        figures: slide.querySelectorAll("img").length,
        letters: letters.length ? Math.min(...letters) : null,
        code: slide.querySelectorAll(".jp-InputArea-editor").length,
        asks: slide.querySelectorAll(".sml-asks").length,
        discovery: Boolean(slide.querySelector(".fit > .discovery:first-child")),
        section: [...document.querySelectorAll(".slides > section")].indexOf(slide.parentElement),
    };
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

# Takes all other slides away, and puts them back: axe measures what is hidden, too, and takes five times as
# long for it.
WITHOUT_OTHERS = """() => {
    window.others = [...document.querySelectorAll(".slides section:not(.present)")].map(slide => {
        const place = document.createComment("");
        slide.replaceWith(place);
        return [place, slide];
    });
}"""
WITH_OTHERS = "others.reverse().forEach(([place, slide]) => place.replaceWith(slide))"


def all_decks(folder):
    """Publish the slides of every notebook and of every plan."""
    for minutes in (None, *PLANS.values()):
        publish.slides(folder, minutes)


@pytest.fixture(scope="session")
def slides(npm, once):
    return once("slides", all_decks)


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


def faults(seen, height):
    """Return what is wrong with the slides of a deck for those in the back row, a sentence each."""
    for number, slide in enumerate(seen, 1):
        if len(slide["text"]) > MOST:
            yield f"slide {number}: {len(slide['text'])} characters"
        if BEFORE_ANYTHING.search(slide["text"]):
            yield f"slide {number}: it says what a room knows"
        drawn = slide["pictures"] + slide["figures"]
        if re.search(r"\bthe picture\b", slide["text"], re.IGNORECASE) and not drawn:
            yield f"slide {number}: it speaks of a picture on another slide"
        if slide["pictures"] > 1 or (slide["pictures"] and slide["code"]):
            yield f"slide {number}: a picture does not have it to itself"
        if slide["letters"] is not None and slide["letters"] < 18 * height / 720:
            yield f"slide {number}: numbers of {slide['letters']:.1f} pixels"
    neighbours = [(number, number + 1) for number in range(len(seen) - 1)]
    for number, slide in enumerate(seen):
        could = (pair for pair in neighbours if number in pair and joinable(*(seen[i] for i in pair)))
        if slide["end"] < 1 / 3 and not slide["pictures"] and any(could):
            yield f"slide {number + 1}: it ends in the upper third"


def joinable(slide, other):
    """Whether two slides could be one: no result comes to what is to be predicted, none to a task."""
    told = slide["asks"] or other["discovery"] or slide["pictures"] or other["pictures"]
    words = len(slide["text"]) + len(other["text"]) <= MOST
    return slide["section"] == other["section"] and not told and words and slide["end"] + other["end"] < 1


GOOD = dict(text="words", end=0.9, pictures=0, figures=0, letters=None, code=0, asks=0, discovery=False)
BAD = [
    dict(text="w" * 1001),
    dict(text="You made no prediction. The answer: 2."),
    dict(text="Not attempted yet: winner."),
    dict(text="Move the slider of the picture."),
    dict(pictures=2, letters=20),
    dict(pictures=1, letters=20, code=1),
    dict(pictures=1, letters=17.9),
    dict(end=0.3),
]


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: " ".join(bad))
def test_a_slide_that_is_not_for_the_back_row_is_seen(bad):
    deck = [GOOD | {"section": 0, "end": 0.5} for _ in range(3)]
    assert list(faults(deck, 720)) == []
    deck[1] |= bad
    assert len(list(faults(deck, 720))) == 1


@pytest.mark.parametrize("name", [*NAMES, *PLANS])
@pytest.mark.parametrize("width, height", [(1280, 720), (1920, 1080)])
def test_every_slide_is_for_the_back_row(present, name, width, height):
    page, seen, pictures = present(name, width, height), [], 0
    for _ in show_all(page):
        seen.append(page.evaluate(SEEN))
        if seen[-1]["pictures"]:
            pictures += 1
            page.evaluate("document.activeElement.blur()")
            page.keyboard.press("Tab")
            assert page.evaluate("Boolean(document.activeElement.closest('section.present .sml'))"), (
                f"slide {len(seen)}: Tab does not reach the picture"
            )
            page.keyboard.press("Escape")
        if width == 1280:
            page.evaluate(WITHOUT_OTHERS)
            assert barriers(page, part=".slides section.present .fit") == [], f"slide {len(seen)}"
            page.evaluate(WITH_OTHERS)
    assert list(faults(seen, height)) == []
    assert pictures == page.locator(".slides .sml").count()
    assert pictures > 0 or name.startswith("09")


@pytest.mark.parametrize("name", [*NAMES, *PLANS])
@pytest.mark.parametrize("width, height", [(1280, 720), (1920, 1080)])
def test_nothing_is_cut_off_and_nothing_is_too_small(present, screenshots, name, width, height):
    page = present(name, width, height)
    seen = []
    for number in show_all(page):
        seen.append(number)
        if width == 1280:
            page.screenshot(path=screenshots / f"slides_{name}_{number + 1:02}.png")
        assert page.evaluate(CUT) == [], f"slide {number + 1}"
        assert page.evaluate(COVERED) == [], f"slide {number + 1}"
        shown = page.evaluate("Reveal.getCurrentSlide().querySelector('.fit').innerText")
        assert shown.strip() and not ALONE.fullmatch(shown), f"slide {number + 1}"
        size, words = page.evaluate(SMALLEST)
        assert size >= 13, f"slide {number + 1}: {words}"
    assert seen == list(range(page.evaluate("Reveal.getTotalSlides()")))
    notebook = (publish.planned(PLANS[name]) if name in PLANS else publish.notebooks())[name]
    skipped = [c for c in notebook.cells if c.metadata.get("slideshow", {}).get("slide_type") == "skip"]
    cells = len([c for c in notebook.cells if c.source and c not in skipped])
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
    box.get_by_role("slider", name=f"score of {SECOND}").focus()
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


def test_whatever_goes_on_goes_on_from_a_picture_too(present):
    page = present("00_start_here")
    picture = page.locator("section.present:not(.stack) .sml")
    for _ in show_all(page):
        if picture.count():
            break
    slider = picture.get_by_role("slider").first
    before, place = slider.input_value(), page.evaluate("Reveal.getSlidePastCount()")
    for key in ("PageDown", " ", "n"):  # a clicker sends PageDown
        slider.focus()
        page.keyboard.press(key)
        assert page.evaluate("Reveal.getSlidePastCount()") == place + 1, key
        page.keyboard.press("PageUp")
        assert page.evaluate("Reveal.getSlidePastCount()") == place
        assert slider.input_value() == before


def test_what_can_be_discovered_waits_for_a_key(present):
    page = present("00_start_here")
    found = page.locator("section.present:not(.stack) .discovery")
    while not found.count():
        page.keyboard.press(" ")
    assert page.locator(".slides details").count() == 0
    assert page.locator("section.present:not(.stack) .sml").count() == 1
    assert page.evaluate("document.querySelector('.present .discovery').matches('.visible')") is False
    page.keyboard.press(" ")
    found.get_by_text("What there is to discover").wait_for()
    assert page.evaluate("document.querySelector('section.present .discovery.visible') !== null")


def test_the_arrow_keys_leave_no_slide_out(present):
    page = present("00_start_here")
    for number in range(page.evaluate("Reveal.getTotalSlides()")):
        assert page.evaluate("Reveal.getSlidePastCount()") == number
        while page.evaluate("Reveal.availableFragments().next"):
            page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")


def test_a_spot_of_a_slide_is_enlarged(present):
    page = present("00_start_here")
    wide = "document.querySelector('h1').getBoundingClientRect().width"
    before, key = page.evaluate(wide), page.evaluate("/Linux/.test(navigator.platform) ? 'Control' : 'Alt'")
    page.keyboard.down(key)
    page.mouse.click(300, 200)
    page.wait_for_function(f"before => {wide} > 1.9 * before", arg=before)
    page.mouse.click(300, 200)
    page.keyboard.up(key)
    page.wait_for_function(f"before => {wide} < 1.1 * before", arg=before)


def test_a_slide_without_a_heading_says_where_it_belongs(present):
    page = present("04_loss")
    for _ in show_all(page):
        if page.get_by_role("heading", level=2, name="The loss curve").is_visible():
            break
    page.keyboard.press(" ")
    page.locator(".slide-number").get_by_text("The loss curve").wait_for()


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
