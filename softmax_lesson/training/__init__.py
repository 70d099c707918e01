"""Step 8: gradient descent, and how good what it found is.

`descent` takes the steps and `measuring` says what they led to. What surrounds them: `starting` checks what
was asked, `standardising` puts features into equal units, `watching` shows progress and takes an interrupt,
`history` keeps what was found, and `diverging` says whose fault it is when the numbers overflow.
"""

from softmax_lesson.training.descent import descent_step, train
from softmax_lesson.training.history import History
from softmax_lesson.training.measuring import accuracy, loss_and_accuracy, predict
from softmax_lesson.training.starting import first_weights

__all__ = ["History", "accuracy", "descent_step", "first_weights", "loss_and_accuracy", "predict", "train"]
