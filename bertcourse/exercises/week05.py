"""Week 5: what BERT is trained to predict: masked words and next sentences."""

from bertcourse.exercises.week05_heads import (
    BERT_LM,
    MASKED_LANGUAGE_MODEL,
    NEXT_SENTENCE_PREDICTION,
)
from bertcourse.exercises.week05_loss import MEAN_CROSS_ENTROPY, PRETRAINING_LOSS
from bertcourse.exercises.week05_masking import MASK_TOKENS
from bertcourse.exercises.week05_pairs import ANOTHER_DOCUMENT, SENTENCE_PAIR
from bertcourse.exercises.week05_tokens import HIDE_TOKEN, RANDOM_TOKEN

EXERCISES = (
    RANDOM_TOKEN,
    HIDE_TOKEN,
    MASK_TOKENS,
    ANOTHER_DOCUMENT,
    SENTENCE_PAIR,
    MASKED_LANGUAGE_MODEL,
    NEXT_SENTENCE_PREDICTION,
    BERT_LM,
    MEAN_CROSS_ENTROPY,
    PRETRAINING_LOSS,
)

QUIZ = ()
