"""Step 0: one slider, one curve, one sentence. The smallest picture, and how every picture is written."""

import numpy as np
from traitlets import Unicode

from softmax_lesson.data import CLASS_NAMES
from softmax_lesson.loss import negative_log_likelihood
from softmax_lesson.widgets.kit.base import Interactive, number, score
from softmax_lesson.widgets.kit.state import Number, still_curve


class FirstTouch(Interactive, script="first_touch", styled=False):
    """The loss of a photograph of the first class while its score is moved; the two other scores are 0.

    Parameters: correct_score, a finite number. It can be read, set and observed at any time.
    Raises: traitlets.TraitError for anything else. Source: equations (1) and (2) of the handout.
    """

    correct_score = Number(-2.0).tag(sync=True)
    class_name = Unicode(CLASS_NAMES[0], read_only=True).tag(sync=True)

    def sentence(self):
        """Return the picture in words."""
        s = self.correct_score
        loss, after = negative_log_likelihood(np.array([[s, 0, 0], [s + 1, 0, 0]]), np.zeros(2, int))
        words = {"score": score(s), "name": self.class_name, "loss": number(loss), "after": number(after)}
        return self._said("sentence", **words)

    def draw(self, figure):
        """Draw the still picture."""
        axes = figure.add_axes((0.08, 0.19, 0.88, 0.68))
        still_curve(axes, self._said, [self.correct_score, 0, 0], 0, self.class_name)
