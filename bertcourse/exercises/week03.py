"""Week 3: from text to the vectors that enter BERT."""

from bertcourse.exercises.week03_embeddings import BERT_EMBEDDING, SINUSOIDAL_POSITIONS
from bertcourse.exercises.week03_pairs import PACK_PAIR, TRUNCATE_PAIR
from bertcourse.exercises.week03_pieces import JOIN_PAIR, WORDPIECE
from bertcourse.exercises.week03_words import BASIC_TOKENIZE

EXERCISES = (
    BASIC_TOKENIZE,
    JOIN_PAIR,
    WORDPIECE,
    TRUNCATE_PAIR,
    PACK_PAIR,
    SINUSOIDAL_POSITIONS,
    BERT_EMBEDDING,
)
QUIZ = ()
