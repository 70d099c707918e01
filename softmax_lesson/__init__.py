"""Softmax, step by step: the small NumPy package behind the notebooks.

Read the modules in the order of the lesson: scores, stability, probabilities, loss, derivatives,
many_examples, regularisation, training.
"""

__version__ = "0.1.0"


def __getattr__(name):
    """Hand on the doctor of the set-up and the choice of the language, only when asked: importing the package
    stays quick."""
    if name == "doctor":
        from softmax_lesson.jupyter import doctor

        return doctor
    if name == "language":
        from softmax_lesson.exercises.engine.language import language

        return language
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
