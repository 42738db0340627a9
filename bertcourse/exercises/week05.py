"""Week 5: what BERT is trained to predict: masked words and next sentences."""

from bertcourse.exercises.week05_masking import MASK_TOKENS
from bertcourse.exercises.week05_pairs import ANOTHER_DOCUMENT, SENTENCE_PAIR
from bertcourse.exercises.week05_tokens import HIDE_TOKEN, RANDOM_TOKEN

EXERCISES = (
    RANDOM_TOKEN,
    HIDE_TOKEN,
    MASK_TOKENS,
    ANOTHER_DOCUMENT,
    SENTENCE_PAIR,
)

QUIZ = ()
