"""All exercises and quizzes, in the order of the course."""

from difflib import get_close_matches

from bertcourse.exercises import week00, week01, week02, week03, week04, week05, week06
from bertcourse.exercises.exercise import Exercise
from bertcourse.exercises.quiz import Question, shuffled

WEEKS = {0: week00, 1: week01, 2: week02, 3: week03, 4: week04, 5: week05, 6: week06}

EXERCISES: dict[str, Exercise] = {
    each.id: each for week in WEEKS.values() for each in week.EXERCISES
}
QUIZZES: dict[int, tuple[Question, ...]] = {
    number: tuple(map(shuffled, week.QUIZ)) for number, week in WEEKS.items()
}


def find(exercise_id: str) -> Exercise:
    """The exercise of that id.

    Raises:
        KeyError: naming the closest ids, if there is none.
    """
    if isinstance(exercise_id, str) and exercise_id in EXERCISES:
        return EXERCISES[exercise_id]
    near = get_close_matches(str(exercise_id), EXERCISES) or list(EXERCISES)
    raise KeyError(
        f"there is no exercise {exercise_id!r}; did you mean {' or '.join(map(repr, near))}?"
    )
