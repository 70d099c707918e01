"""The machinery behind the exercises: declare one, check an answer, name the mistake. See `exercise`."""

from softmax_lesson.exercises.engine.cases import announced, aside, nasty
from softmax_lesson.exercises.engine.exercise import Exercise, Mistake, exercise

__all__ = ["Exercise", "Mistake", "announced", "aside", "exercise", "nasty"]
