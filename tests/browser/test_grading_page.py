"""The page of a class: keyboard, narrow, dark, on paper, and nothing that keeps somebody out."""

import pytest
from axe import ANY, barriers

from softmax_lesson.exercises import catalogue
from softmax_lesson.exercises.engine.questions import question
from softmax_lesson.jupyter.grading import page, results
from softmax_lesson.jupyter.grading.handed_in import Student

EXERCISES = [exercise for exercise in catalogue() if exercise.step == "04_loss"]
STEPS = {"04_loss": [exercise.name for exercise in EXERCISES]}
VOTE = "04_loss.knows_nothing"
CODE = (
    "return np.log(np.exp(f).sum(axis=1, keepdims=True)) - f[np.arange(len(f)), y].reshape(-1, 1) + 0 * "
    + "x" * 90
)


def verdict(status, mistake=None, text="", shown=()):
    return {"status": status, "mistake": mistake, "text": text, "line": None, "shown": list(shown)}


def student(number):
    """A student who makes one declared mistake, or has all right, or stops, or has no notebook."""
    result = results.Result(Student(f"Student{number}"), number, votes={VOTE: number % 3})
    for place, exercise in enumerate(EXERCISES):
        known = exercise.mistakes[(number * (place + 1)) % 12]
        kinds = (
            verdict("correct"),
            verdict("wrong", known.name, known.sentence, [CODE]),
            verdict("error", None, "It stopped: `x`."),
        )
        result.verdicts[exercise.name] = kinds[0] if number % 4 == 0 else kinds[1 + (number + place) % 5 // 4]
    if number == 7:
        result.verdicts, result.problems = {}, ["No notebook was handed in."]
    return result


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """The page of thirty students, as a file."""
    path = tmp_path_factory.mktemp("page") / "class.html"
    class_ = [student(number) for number in range(1, 31)]
    path.write_text(
        page.document("A class", class_, STEPS, ["Said by the *way*."], names=False), encoding="utf-8"
    )
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_it_fits_and_keeps_nobody_out(open_page, file, width, scheme):
    window = open_page(width=width, theme=scheme)
    window.goto(file.as_uri())
    window.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert window.evaluate("document.documentElement.scrollWidth") <= width
    assert barriers(window, least=ANY) == []
    assert question(VOTE).answer.text in window.locator("aside").inner_text()


def test_a_mistake_opens_by_keyboard_and_paper_has_all(open_page, file):
    window = open_page()
    window.goto(file.as_uri())
    folded = window.locator("article > .bars > li > details:not([open])").first
    folded.evaluate("one => one.id = 'this'")
    window.locator("#this > summary").focus()
    window.keyboard.press("Enter")
    assert window.locator("#this").get_attribute("open") is not None
    window.keyboard.press("Enter")
    assert window.locator("#this").get_attribute("open") is None
    window.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert window.locator("details:not([open])").count() == 0
    window.evaluate("dispatchEvent(new Event('afterprint'))")
    assert window.locator("#this").get_attribute("open") is None


def test_the_counts_add_up(open_page, file):
    """The rows of each histogram, the rarer mistakes in their one row, are the thirty students."""
    window = open_page()
    window.goto(file.as_uri())
    for name in STEPS["04_loss"]:
        rows = ", ".join(
            f"article:has(#{name}) > .bars > li > {row}" for row in (".row", "details > summary > .row")
        )
        bars = window.locator(rows)
        counts = bars.locator(".number").all_inner_texts()
        assert sum(map(int, counts)) == 30, name
