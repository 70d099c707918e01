"""The two pages of a room: they fit, keep nobody out, are alive, and give nothing away."""

import json
import re

import pytest
from a_room import Program, check, of_a_class, prediction, send
from axe import ANY, barriers
from looking import until

from softmax_lesson.exercises import catalogue
from softmax_lesson.exercises.engine.questions import question, questions, steps_with_questions

INJECTION = "<img src=x onerror='document.title=1'><script>document.title=1</script>"
NUDGE = question("05_derivatives.nudge")
PAGES = ("projector", "teacher")


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """A board that has heard a class of forty."""
    one = Program(tmp_path_factory.mktemp("room") / "board", "--title", f"Room {INJECTION}")
    send(one.room, of_a_class())
    yield one
    one.end()


@pytest.fixture
def empty(tmp_path):
    """A board of the test's own, that has heard nothing."""
    boards = [Program(tmp_path / "board")]
    yield boards
    for one in boards:
        one.end()


def opened(page, address):
    page.goto(address)
    page.get_by_text("Live.", exact=True).wait_for()
    return page


def width_of(page):
    return page.evaluate("document.documentElement.scrollWidth")


def height_of(page):
    return page.evaluate("document.documentElement.scrollHeight")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_it_fits_every_screen_and_keeps_nobody_out(open_page, room, screenshots, name, theme):
    page = opened(open_page(theme=theme), getattr(room, name))
    for width, height in ((320, 640), (1280, 720), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        assert width_of(page) <= width
        assert name == "teacher" or width < 900 or height_of(page) <= height
        assert barriers(page, least=ANY) == []
        page.screenshot(path=screenshots / f"board_{name}_{width}_{theme}.png", full_page=True)


@pytest.mark.parametrize("name", PAGES)
def test_an_empty_room_has_a_page_too(empty, open_page, screenshots, name):
    page = opened(open_page(width=1280, height=720), getattr(empty[0], name))
    assert barriers(page, least=ANY) == []
    assert "undefined" not in page.inner_text("body") and "null" not in page.inner_text("body")
    page.screenshot(path=screenshots / f"board_{name}_empty.png")


def test_the_longest_texts_fit_on_the_projector(empty, open_page, screenshots):
    """The question with the longest options, a step with most exercises, a tutor's longest sentence."""
    long_ = max(
        (one for step in steps_with_questions() for one in questions(step).values()),
        key=lambda one: sum(len(option.text) for option in one.options),
    )
    about, mistake = max(
        ((f"{e.step}.{e.name}", m) for e in catalogue() if e.step == "05_derivatives" for m in e.mistakes),
        key=lambda pair: len(pair[1].sentence),
    )
    students = [f"s{n}" for n in range(123)]
    send(empty[0].room, [check(who, about, mistake=mistake.name) for who in students])
    send(empty[0].room, [prediction(who, long_.key, 2) for who in students])
    page = opened(open_page(width=1280, height=720), empty[0].projector)
    page.get_by_text("123 of 123 students predicted.").wait_for()
    for width, height in ((1280, 720), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=screenshots / f"board_projector_long_{width}.png")
        assert width_of(page) <= width
        assert height_of(page) <= height


def test_the_letters_are_large_enough_for_the_back_row(open_page, room):
    page = opened(open_page(width=1280, height=720), room.projector)
    sizes = page.evaluate(
        "[...document.querySelectorAll('.row .name, .row .number, h2, blockquote, #voted')]"
        ".map((one) => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert len(sizes) > 10 and min(sizes) >= 20


def test_the_pages_are_alive(empty, open_page):
    projector = opened(open_page(), empty[0].projector)
    teacher = opened(open_page(), empty[0].teacher)
    assert "No prediction yet" in projector.inner_text("body")
    send(empty[0].room, [prediction("k7f-3qx9", NUDGE.key, 1)])
    projector.get_by_text("1 of 1 student predicted.").wait_for()
    rows = projector.locator("#votes li")
    assert [re.sub(r"\s+", " ", text) for text in rows.all_inner_texts()][1] == "It falls by .001 1"
    teacher.get_by_text(f"{NUDGE.answer.text} ✓ right").wait_for()
    send(empty[0].room, [check("k7f-3qx9", "05_derivatives.other_row", mistake="twice") for _ in range(3)])
    teacher.get_by_role("cell", name="k7f-3qx9").or_(
        teacher.get_by_role("rowheader", name="k7f-3qx9")
    ).wait_for()
    projector.get_by_text("0 done, 1 trying").wait_for()


def test_a_board_that_dies_is_said_and_one_that_comes_back_is_heard(empty, chromium):
    page = opened(chromium.new_page(), empty[0].projector)
    empty[0].end(kill=True)
    page.get_by_text(re.compile(r"The board does not answer\. What you see is from \d")).wait_for()
    empty.append(empty[0].again())
    send(empty[1].room, [prediction("k7f-3qx9", NUDGE.key, 1)])
    page.get_by_text("1 of 1 student predicted.").wait_for()
    assert page.get_by_role("status").inner_text() == "Live."
    page.close()


def test_the_projector_gives_nothing_away(open_page, room):
    """All that its browser gets, page, scripts and stream, has neither a right answer nor a pseudonym."""
    page = open_page()
    got = []
    page.on("response", lambda answer: got.append(answer.url))
    opened(page, room.projector)
    told = page.evaluate(
        "new Promise((done) => new EventSource('live/projector')"
        ".addEventListener('message', ({ data }) => done(data)))"
    )
    state = json.loads(told)
    asked = next(one for one in state["predictions"] if one["key"] == NUDGE.key)
    assert all(set(option) == {"text", "votes"} for option in asked["options"])
    assert "3qx9" not in told and "✓" not in page.content() and "3qx9" not in page.content()
    colours = page.locator("#votes i").evaluate_all(
        "(bars) => bars.map((one) => getComputedStyle(one).background)"
    )
    assert len(colours) == 4 and len(set(colours)) == 1
    assert not [address for address in got if "teacher" in address]
    assert "key=" not in page.url


def test_by_keyboard_a_prediction_is_chosen_and_the_bars_are_hidden(open_page, room):
    page = opened(open_page(), room.projector)
    assert page.locator("#question").inner_text() == NUDGE.question
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "which"
    page.keyboard.press("ArrowDown")
    page.get_by_role("heading", name=question("04_loss.knows_nothing").question).wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.get_by_role("button", name="Hide the bars").get_attribute("aria-pressed") == "true"
    assert page.locator("#votes i").count() == 0
    assert set(page.locator("#votes .number").all_inner_texts()) == {""}
    page.keyboard.press("Enter")
    assert page.locator("#votes i").count() == 4


def test_the_teacher_s_tables_scroll_by_keyboard_on_a_telephone(open_page, room):
    page = opened(open_page(width=320, height=640), room.teacher)
    for name in ("Who is stuck", "Exercises tried"):
        region = page.get_by_role("region", name=name)
        region.focus()
        page.keyboard.press("ArrowRight")
        until(lambda region=region: region.evaluate("(one) => one.scrollLeft > 0"), f"{name} had moved")
        assert region.evaluate("(one) => document.activeElement === one")


def test_where_nothing_is_new_nothing_on_the_page_is_made_anew(empty, open_page):
    """Whoever reads there, by eye or by ear, is not interrupted."""
    send(empty[0].room, of_a_class())
    page = opened(open_page(), empty[0].teacher)
    page.evaluate(
        "window.changes = 0; new MutationObserver((all) => (changes += all.length))"
        ".observe(document.getElementById('exercises-body'), { childList: true, subtree: true })"
    )
    send(empty[0].room, [prediction("k00-3qx9", "06_many_examples.wrong_order", 0)])
    page.get_by_text("06_many_examples.wrong_order").first.wait_for()
    assert page.evaluate("changes") == 0


def test_what_students_send_is_text(empty, open_page):
    """As a pseudonym, a mistake, and the room's title: nothing of it becomes part of a page."""
    events = [
        check(f"{n}{INJECTION}", "05_derivatives.other_row", mistake=f"{INJECTION}")
        for n in range(4)
        for _ in range(3)
    ]
    send(empty[0].room, events)
    for name in PAGES:
        page = opened(open_page(), getattr(empty[0], name))
        title = page.title()
        if name == "teacher":
            page.get_by_role("rowheader", name=f"3{INJECTION}").wait_for()
            assert page.locator("td", has_text=INJECTION).count() >= 4
        else:
            page.get_by_text("0 done, 4 trying").wait_for()
            assert "onerror" not in page.content()
        assert page.locator("img").count() == 0 and page.locator("script").count() == 1
        assert page.title() == title


def test_the_room_s_title_is_text(open_page, room):
    page = opened(open_page(), room.teacher)
    assert page.get_by_role("heading", level=1).inner_text() == f"The room, now: Room {INJECTION}"
    assert page.locator("img").count() == 0 and INJECTION in page.title()
