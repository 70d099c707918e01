"""The interactive pictures: widgets whose state has the lesson's names. See `base.Interactive`."""

from softmax_lesson.widgets.batch_curve import BatchCurve
from softmax_lesson.widgets.first_touch import FirstTouch
from softmax_lesson.widgets.lambda_path import LambdaPath
from softmax_lesson.widgets.loss_curve import LossCurve
from softmax_lesson.widgets.normaliser import Normaliser
from softmax_lesson.widgets.overflow_lab import OverflowLab
from softmax_lesson.widgets.pixel_votes import PixelVotes
from softmax_lesson.widgets.prediction import Prediction
from softmax_lesson.widgets.regions import Regions
from softmax_lesson.widgets.row_gradient import RowGradient
from softmax_lesson.widgets.training_player import TrainingPlayer

__all__ = [
    "BatchCurve",
    "FirstTouch",
    "LambdaPath",
    "LossCurve",
    "Normaliser",
    "OverflowLab",
    "PixelVotes",
    "Prediction",
    "Regions",
    "RowGradient",
    "TrainingPlayer",
    "catalogue",
]


def catalogue():
    """Return the picture classes in the order of the lesson; each can be made with no argument."""
    return [
        FirstTouch,
        PixelVotes,
        OverflowLab,
        Normaliser,
        Regions,
        LossCurve,
        RowGradient,
        BatchCurve,
        LambdaPath,
        TrainingPlayer,
    ]
