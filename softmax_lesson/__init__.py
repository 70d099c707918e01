"""Softmax, step by step: the small NumPy package behind the notebooks.

Read the modules in the order of the lesson: scores, stability, probabilities, loss, derivatives,
many_examples, regularisation, training.
"""

__version__ = "0.1.0"
