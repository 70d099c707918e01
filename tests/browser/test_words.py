"""Pictures in another language: what is said alive is what Python says, and no English stands beside it."""

import numpy as np
import pytest
from looking import says, words_of

from softmax_lesson.exercises.engine.language import speaking
from softmax_lesson.widgets import FirstTouch, LossCurve, PixelVotes

TRANSLATED = [FirstTouch, LossCurve, PixelVotes]
ENGLISH = ["score", "slope", "probabilit", "correct class", "others held", "with the", "weights", "votes"]


@pytest.mark.parametrize("picture", TRANSLATED)
def test_alive_it_says_what_python_says_in_german(open_picture, picture):
    with speaking("de"):
        made = picture()
        box = open_picture(made).locator(".sml")
        says(box, made.sentence())
        seen = box.evaluate("""box => [...box.querySelectorAll(":not(style)")].flatMap(e => [
            e.getAttribute("aria-label") ?? "", ...[...e.childNodes].filter(n => n.nodeType === 3).map(
                n => n.data)]).join(" | ")""")
    without_scores = seen.replace("Score", "")  # as German has it
    assert not [word for word in ENGLISH if word in without_scores]


def test_over_many_values_the_live_words_are_pythons_in_german(open_page):
    rng, states = np.random.default_rng(5), []
    with speaking("de"):
        for i in range(300):
            C = int(rng.integers(2, 6))
            scores = (rng.normal(size=C) * (4, 300)[i % 5 == 0]).round(2).tolist()
            names = [("{score}", "$&", "Größe")[k % 3] + str(k) for k in range(C)]
            picture = LossCurve(scores, int(rng.integers(C)), names, likelihood=bool(i % 2))
            states.append((picture.whole_state(), picture.sentence()))
            picture.close()
    said = words_of(open_page(), LossCurve, [state for state, _ in states])
    assert said == [sentence for _, sentence in states]
    assert all(sentence.startswith("Mit den Scores") for sentence in said)
