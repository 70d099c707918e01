"""What holds for every picture of the catalogue, in a page of its own: no kernel, no network.

A picture that joins the catalogue is covered here without a line; what only it can do has its own file.
"""

import functools
import io
import json

import pytest
from axe import ANY, barriers
from looking import says, until
from PIL import Image

from softmax_lesson.widgets import (
    BatchCurve,
    LambdaPath,
    LossCurve,
    Normaliser,
    OverflowLab,
    PixelVotes,
    Regions,
    RowGradient,
    TrainingPlayer,
    catalogue,
)

every_picture = pytest.mark.parametrize("picture", catalogue(), ids=lambda cls: cls.__name__)
both_themes = pytest.mark.parametrize("theme", ["light", "dark"])


@functools.cache
def made(picture):
    """Make a picture as the catalogue promises, with no argument; some compute for a while, so once only."""
    return picture()


@pytest.fixture
def open_watched(open_page, tmp_path):
    """Return a function that opens pictures as `open_picture` does; `states` in the page has theirs."""

    def open_watched(*pictures, **options):
        page = open_page(**options)
        page.context.set_offline(True)
        page.add_init_script("window.states = []")
        more = "".join(picture.html() for picture in pictures[1:])
        document = pictures[0].page().replace("</body>", f"{more}</body>")
        call = "kit.standAlone(picture, el, "
        assert document.count(call) == len(pictures)
        path = tmp_path / "picture.html"
        path.write_text(document.replace(call, f"{call}states[states.length] = "), encoding="utf-8")
        page.goto(path.as_uri())
        for picture, box in zip(pictures, page.locator(".sml").all(), strict=True):
            says(box, picture.sentence())
        return page

    return open_watched


@every_picture
@both_themes
def test_axe_finds_no_barrier(open_picture, picture, theme):
    page = open_picture(made(picture), theme=theme)
    says(page.locator(".sml"), made(picture).sentence())
    assert barriers(page, least=ANY) == []


@every_picture
@both_themes
def test_it_fits_from_a_telephone_to_a_projector(open_picture, screenshots, picture, theme):
    page = open_picture(made(picture), theme=theme)
    says(page.locator(".sml"), made(picture).sentence())
    for width in (320, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=screenshots / f"{picture.__name__}_{width}_{theme}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        outside = """[...document.querySelectorAll(".sml-body *")].filter(e => e.checkVisibility() &&
            e.getBoundingClientRect().right > e.closest(".sml").getBoundingClientRect().right + 1)
            .map(e => e.outerHTML.slice(0, 150))"""
        assert page.evaluate(outside) == []


# What Tab should reach in the first picture: of a group of radio buttons one, and nothing hidden or disabled.
CONTROLS = """() => {
    const all = [...document.querySelector(".sml").querySelectorAll(
        "a[href], button, input, select, textarea, summary, [tabindex]")];
    const stop = e => {
        const group = all.filter(other => e.type === "radio" && other.name === e.name);
        return group.length === 0 || e === (group.find(radio => radio.checked) ?? group[0]);
    };
    return all.filter(e => e.tabIndex >= 0 && !e.disabled && e.checkVisibility() && stop(e));
}"""
KEYS = {
    "range": ["ArrowRight", "PageUp", "End", "ArrowLeft", "PageDown", "Home"],
    "radio": ["ArrowRight", "ArrowRight"],
}


class Hand:
    """A hand on the keyboard, at the first picture of a page."""

    def __init__(self, page, picture):
        self.page, self.picture = page, picture
        page.evaluate(f"() => {{ window.controls = ({CONTROLS})(); }}")

    def look(self):
        """Return state, live text and drawing of one moment."""
        box = "document.querySelector('.sml')"
        live = f"{box}.querySelector('.sml-sentence p').textContent"
        return self.page.evaluate(f"[states[0], {live}, {box}.innerHTML]")

    def true(self):
        """Say whether the live text is Python's sentence for the state that the browser has."""
        (state, live, _), now = self.look(), self.picture.state()
        changed = {name: v for name, v in state.items() if now.get(name, v) != v}
        with self.picture.hold_trait_notifications():
            for name, value in changed.items():
                setattr(self.picture, name, value)
        return live == repr(self.picture)

    def take(self, place):
        """Focus a control, or the chosen radio button of its group; return its kind, or None if away."""
        take = """place => {
            let control = controls[place];
            if (control.type === "radio") control = document.querySelector(
                `[name="${control.name}"]:checked`) ?? control;
            if (!control.isConnected || control.disabled || !control.checkVisibility()) return null;
            control.focus();
            return control.type ?? control.localName;
        }"""
        return self.page.evaluate(take, place)


LARGE = [
    functools.partial(LossCurve, [1.0, 4.0, 2.0], 2, likelihood=True),
    RowGradient,
    BatchCurve,
    LambdaPath,
]
LARGE += [Normaliser, OverflowLab, PixelVotes, Regions, TrainingPlayer]


@pytest.mark.parametrize("picture", LARGE, ids=lambda make: getattr(make, "__name__", "likelihood"))
def test_a_picture_with_several_drawings_fits_a_slide(open_picture, picture):
    """Else the slides, 1280 x 690, shrink it, and its letters with it."""
    page = open_picture(picture(), width=1216, height=720)
    says(page.locator(".sml"), picture().sentence())
    assert page.locator(".sml").bounding_box()["height"] <= 660
    letters = """[...document.querySelectorAll(".sml-plot, .sml-body")].map(e => parseFloat(
        getComputedStyle(e).fontSize) * (e.matches("svg") ? e.getBoundingClientRect().width / 400 : 1))"""
    assert min(page.evaluate(letters)) >= 16
    numbers = letters.replace(".sml-plot, .sml-body", ".sml-plot")
    assert min(page.evaluate(numbers)) >= 18


@every_picture
def test_the_keyboard_reaches_and_moves_everything_and_the_words_are_numpys(open_watched, picture):
    page, twin = open_watched(made(picture)), picture()
    hand = Hand(page, twin)
    names = page.evaluate("controls.map(control => control.outerHTML.slice(0, 150))")
    assert names, "a picture that does not answer"
    reached = []
    for _ in names:
        page.keyboard.press("Tab")
        reached.append(page.evaluate("controls.indexOf(document.activeElement)"))
    assert reached == list(range(len(names))), "Tab goes through the controls in their order"
    bare = "controls.filter(e => !e.dataset.lmSuppressShortcuts).map(e => e.outerHTML)"
    assert page.evaluate(bare) == [], "JupyterLab would take the keys of these"

    idle = set(range(len(names)))
    # There and back: a button that is pressed already changes nothing until another one was.
    for places in range(len(names)), reversed(range(len(names))):
        for place in places:
            kind = hand.take(place)
            for key in KEYS.get(kind, ["Enter", "Space"]) if kind else []:
                before = hand.look()
                page.keyboard.press(key)
                if hand.look() != before:
                    idle.discard(place)
                until(hand.true, f"the text after {key} at {names[place]} was {twin!r}")
    assert not [names[place] for place in idle], "these controls change nothing"
    until(lambda: page.get_by_role("status").text_content() == hand.look()[1], "it was spoken")


@every_picture
@pytest.mark.parametrize("width", [320, 900])
def test_no_button_moves_under_the_hand_that_presses_it(open_picture, picture, width):
    page = open_picture(made(picture), width=width)
    says(page.locator(".sml"), made(picture).sentence())
    place = (
        "e => { const b = e.getBoundingClientRect(); return [b.left, b.top + scrollY, b.width, b.height]; }"
    )
    for pill in reversed(page.locator(".sml-choices label").all()):  # the first may hide later ones
        before = pill.evaluate(place)
        pill.locator("input").check()
        assert pill.evaluate(place) == pytest.approx(before, abs=0.6), pill.text_content()


@every_picture
def test_two_on_a_page_are_independent(open_watched, picture):
    page = open_watched(made(picture), made(picture))
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
    assert len(ids) == len(set(ids))
    groups = """[...document.querySelectorAll(".sml")].map(
        box => [...new Set([...box.querySelectorAll("[name]")].map(e => e.name))])"""
    first, second = page.evaluate(groups)
    assert not set(first) & set(second)
    start = made(picture).whole_state()
    for mine, other in ((0, 1), (1, 0)):
        before, kept = page.evaluate("([i, j]) => [states[i], states[j]]", [mine, other])
        box, still = page.locator(".sml").nth(mine), page.locator(".sml").nth(other)
        says(still, still.locator(".sml-sentence p").first.text_content())  # it is at rest
        seen = still.inner_html()
        control = box.locator("input:checked, input[type=range]").first
        control.focus()
        page.keyboard.press("ArrowRight")
        after = page.evaluate("([i, j]) => [states[i], states[j]]", [mine, other])
        assert after[0] != before == json.loads(json.dumps(start))
        assert after[1] == kept
        assert still.inner_html() == seen


# How every part of a picture looks, whatever stands around the picture.
LOOKS = """box => [box, ...box.querySelectorAll(":not(style)")].flatMap(e => [null, "::before"].map(part => {
    const style = getComputedStyle(e, part), names = ["content", "color", "fill", "stroke", "strokeWidth",
        "strokeDasharray", "fontSize", "fontWeight", "textAlign", "display", "backgroundColor",
        "backgroundPosition", "backgroundSize", "order"];
    return [e.localName, e.getAttribute("class"), part, e.clientWidth, e.clientHeight,
        ...names.map(name => style[name])].join(" ").replace(/sml-0[.][0-9]+/, "sml");  // what is random
}))"""


@pytest.mark.parametrize("width", [320, 1280])
def test_different_pictures_on_a_page_leave_each_other_alone(open_watched, width):
    pictures = [made(picture) for picture in catalogue()]
    together = open_watched(*pictures, width=width, reduced_motion="reduce")
    found = [box.evaluate(LOOKS) for box in together.locator(".sml").all()]
    for picture, looks in zip(pictures, found, strict=True):
        alone = open_watched(picture, width=width, reduced_motion="reduce")
        assert looks == alone.locator(".sml").evaluate(LOOKS)
        alone.close()


@every_picture
def test_a_finger_on_a_slider_moves_it_and_not_the_page(open_watched, picture):
    page = open_watched(made(picture), width=390, height=500, has_touch=True, is_mobile=True)
    finger = page.context.new_cdp_session(page)
    for slider in page.get_by_role("slider").all():
        slider.evaluate("e => e.scrollIntoView({ block: 'center' })")
        box, before = slider.bounding_box(), page.evaluate("[scrollY, states[0]]")
        assert box["height"] >= 32, "room for a fingertip"
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        for share in (0, 0.1, 0.2, 0.3, -0.2, -0.4):  # to and fro, and a little upwards
            place = {"x": x + share * box["width"], "y": y - 30 * share}
            kind = "touchMove" if share else "touchStart"
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [place]})
        finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        where = slider.evaluate("e => (e.value - e.min) / (e.max - e.min)")
        assert where < 0.25
        after = page.evaluate("[scrollY, states[0]]")
        assert after[0] == before[0] and after[1] != before[1]
    targets = page.locator(".sml :is(.sml-choices label, button)").all()
    assert all(target.bounding_box()["height"] >= 32 for target in targets if target.is_visible())


@every_picture
@both_themes
def test_it_can_be_seen_in_the_colours_that_a_system_forces(open_picture, picture, theme):
    page = open_picture(made(picture), theme=theme, forced_colors="active")
    says(page.locator(".sml"), made(picture).sentence())
    page.evaluate("document.body.dataset.jpThemeLight = true")  # JupyterLab's theme is another thing
    paper = page.locator(".sml-body").evaluate("e => getComputedStyle(e).backgroundColor")
    dark = theme == "dark"
    assert paper == ("rgb(0, 0, 0)" if dark else "rgb(255, 255, 255)")
    fill = page.locator(".sml-plot text").first.evaluate("e => getComputedStyle(e).fill")
    assert fill == ("rgb(255, 255, 255)" if dark else "rgb(0, 0, 0)")
    for slider in page.get_by_role("slider").all():
        seen = Image.open(io.BytesIO(slider.screenshot())).convert("L")
        track = [seen.getpixel((x, seen.height // 2)) for x in range(3, seen.width - 3)]
        stands_out = [abs(v - seen.getpixel((0, 0))) > 50 for v in track]
        assert sum(stands_out) > 0.8 * len(track)  # all but the ring around its handle


@every_picture
def test_it_holds_still_for_those_who_ask_for_it(open_watched, picture):
    page = open_watched(made(picture), reduced_motion="reduce")
    moving = """() => [...document.querySelectorAll(".sml, .sml *")].flatMap(e =>
        [null, "::before", "::after"].map(part => getComputedStyle(e, part)))
        .filter(s => parseFloat(s.transitionDuration) > 0 || s.animationName !== "none").length"""
    assert page.evaluate(moving) == 0
    before = page.evaluate("[states[0], document.querySelector('.sml').innerHTML]")
    page.wait_for_timeout(500)
    assert page.evaluate("[states[0], document.querySelector('.sml').innerHTML]") == before


# Counts what a picture keeps: timers, frames, observers, and listeners on what outlives it.
COUNT = """() => {
    window.kept = new Map();
    const more = (what, key) => kept.set(what, (kept.get(what) ?? new Set()).add(key));
    const less = (what, key) => kept.get(what)?.delete(key);
    const once = setTimeout.bind(window);
    window.wait = ms => new Promise(done => once(done, ms));
    for (const [start, end] of [["setTimeout", "clearTimeout"], ["setInterval", "clearInterval"],
        ["requestAnimationFrame", "cancelAnimationFrame"]]) {
        const [begin, stop] = [window[start].bind(window), window[end].bind(window)];
        window[start] = (call, ...rest) => {
            const id = begin((...given) => {
                if (start !== "setInterval") less(start, id);
                call(...given);
            }, ...rest);
            more(start, id);
            return id;
        };
        window[end] = id => (less(start, id), stop(id));
    }
    for (const name of ["ResizeObserver", "IntersectionObserver", "MutationObserver"]) {
        window[name] = class extends window[name] {
            observe(...given) { more(name, this); super.observe(...given); }
            disconnect() { less(name, this); super.disconnect(); }
        };
    }
    const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
    const lasting = target => target instanceof MediaQueryList ||
        [window, document, document.body, document.documentElement].includes(target);
    EventTarget.prototype.addEventListener = function (type, call, how) {
        const name = `listener of ${type}`;
        if (lasting(this ?? window)) {
            more(name, call);
            if (how?.signal) add.call(how.signal, "abort", () => less(name, call));
        }
        return add.call(this ?? window, type, call, how);
    };
    EventTarget.prototype.removeEventListener = function (type, call, how) {
        less(`listener of ${type}`, call);
        return remove.call(this ?? window, type, call, how);
    };
}"""

# Opens the picture in front of a model that counts, has a go at every control, and takes it away.
COME_AND_GO = """async ([text, times]) => {
    let heard = 0, most = 0;
    kept.clear();  // what the browser's driver listens to
    for (let i = 0; i < times; i++) {
        const state = JSON.parse(text), calls = {};
        const model = {
            get: name => state[name],
            set(name, value) {
                state[name] = value;
                calls[`change:${name}`]?.forEach(call => call());
            },
            save_changes() {},
            on(event, call) {
                heard++;
                (calls[event] ??= new Set()).add(call);
            },
            off(event, call) { if (calls[event]?.delete(call)) heard--; },
        };
        const el = document.body.appendChild(document.createElement("div"));
        const leave = await picture.render({ model, el });
        await wait(i ? 1 : 300);
        most = Math.max(most, heard);
        for (const control of el.querySelectorAll("input, button")) {
            if (control.type === "range") {
                control.value = control.min;
                control.dispatchEvent(new Event("input", { bubbles: true }));
            } else control.click();
        }
        await leave?.();
        el.remove();
    }
    await wait(100);
    return [most, heard, [...kept].filter(pair => pair[1].size).map(pair => `${pair[1].size} ${pair[0]}`)];
}"""


@every_picture
def test_coming_and_going_leaves_nothing_behind(open_page, picture):
    page = open_page()
    page.set_content("<!doctype html><title>come and go</title>")
    page.evaluate(COUNT)
    page.add_script_tag(content=made(picture)._script)
    devtools = page.context.new_cdp_session(page)

    def left_after(times):
        most, heard, left = page.evaluate(COME_AND_GO, [json.dumps(made(picture).whole_state()), times])
        assert most > 0, "it follows its state"
        assert (heard, left) == (0, [])
        devtools.send("HeapProfiler.collectGarbage")
        return devtools.send("Memory.getDOMCounters")

    first, last = left_after(5), left_after(50)
    assert last["nodes"] <= first["nodes"] + 100
    assert last["jsEventListeners"] <= first["jsEventListeners"] + 10
