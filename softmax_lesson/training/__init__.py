"""Step 8: gradient descent, and how good what it found is.

`descent` takes the steps, `measuring` says what they led to, `standardising` puts features into equal units.
"""

from softmax_lesson.training.descent import descent_step, first_weights, train
from softmax_lesson.training.measuring import History, accuracy, loss_and_accuracy, predict

__all__ = ["History", "accuracy", "descent_step", "first_weights", "loss_and_accuracy", "predict", "train"]
