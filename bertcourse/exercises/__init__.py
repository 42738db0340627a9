"""The exercises: what to write, how it is checked, and what a learner says in a notebook."""

from bertcourse.exercises.catalog import EXERCISES, QUIZZES
from bertcourse.exercises.exercise import CheckReport, Exercise, Mistake
from bertcourse.exercises.session import check, exercise, hint, progress, quiz, solution, whose

__all__ = [
    "EXERCISES",
    "QUIZZES",
    "CheckReport",
    "Exercise",
    "Mistake",
    "check",
    "exercise",
    "hint",
    "progress",
    "quiz",
    "solution",
    "whose",
]
