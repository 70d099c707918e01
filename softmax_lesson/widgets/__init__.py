"""The interactive pictures: widgets whose state has the lesson's names. See `base.Interactive`."""

from softmax_lesson.widgets.loss_curve import LossCurve

__all__ = ["LossCurve"]
