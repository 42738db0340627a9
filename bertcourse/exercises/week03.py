"""Week 3: from text to the vectors that enter BERT."""

from bertcourse.exercises.quiz import Choice, Question
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

QUIZ = (
    Question(
        "why_pieces",
        "Why does BERT read pieces, and neither whole words nor single characters?",
        (
            Choice(
                "Frequent words stay whole, rare ones are built from known parts, and the table "
                "of vectors stays small.",
                "30 000 pieces spell nearly any English word, and few words take more than two or "
                "three of them.",
                right=True,
            ),
            Choice(
                "Pieces are syllables, which carry the meaning.",
                "Some look like it. They are only what is frequent: in the stories of this week, "
                "`##op` and `##ot` are pieces.",
            ),
            Choice(
                "Whole words would make the sequences longer.",
                "They would make them shorter. The price is a huge table, and [UNK] for every "
                "word that is not in it.",
            ),
            Choice(
                "Characters cannot spell every word.",
                "They can, and never fail. But sequences get four or five times as long, and "
                "attention costs the square of that.",
            ),
        ),
    ),
    Question(
        "greedy",
        "The vocabulary holds `go`, `g`, `##ood`, `##o` and `##d`. What becomes of `good`?",
        (
            Choice(
                "`go`, `##o`, `##d`",
                "The longest beginning is go, and nothing is ever taken back.",
                right=True,
            ),
            Choice(
                "`g`, `##ood`",
                "It is shorter, and BERT would have to look ahead to find it. It does not.",
            ),
            Choice(
                "`go`, `##od`",
                "`##od` is not in the vocabulary.",
            ),
            Choice(
                "[UNK], since `good` is not in the vocabulary.",
                "A word is unknown only if its pieces cannot spell it.",
            ),
        ),
    ),
    Question(
        "unknown",
        "One character of a long word is not in the vocabulary. What does WordPiece return?",
        (
            Choice(
                "One [UNK] for the whole word.",
                "A word is known or it is not. One emoji glued to a word loses all of it.",
                right=True,
            ),
            Choice(
                "The pieces before it, and [UNK] for the rest.",
                "It seems a pity to lose them. But these pieces would look like another word.",
            ),
            Choice(
                "All pieces, with [UNK] for that character alone.",
                "Some tokenizers do so. In BERT the outer loop gives up at once.",
            ),
        ),
    ),
    Question(
        "cut_last",
        "A pair is packed with its special tokens, and then cut by `ids[:max_len]`. What is lost?",
        (
            Choice(
                "The last [SEP], and with a long first text the whole second one.",
                "So the model never sees where the second text ends. Make room first.",
                right=True,
            ),
            Choice(
                "Nothing that matters: the last tokens are padding.",
                "Only where the pair was short. Then nothing needed to be cut.",
            ),
            Choice(
                "The end of the longer text.",
                "That would be the aim. A slice cuts at the end, whichever text stands there.",
            ),
        ),
    ),
    Question(
        "segments",
        "How many rows has BERT's table of segments, and which does padding get?",
        (
            Choice(
                "Two; padding gets row 0, and the mask hides it.",
                "What padding holds does not matter as long as nobody looks at it.",
                right=True,
            ),
            Choice(
                "Three: sentence A, sentence B, padding.",
                "That is how the study note has it. A released checkpoint has two rows, and does "
                "not fit.",
            ),
            Choice(
                "Two; padding gets row 1, since it follows sentence B.",
                "It would do no harm, but google-research/bert fills up with 0.",
            ),
            Choice(
                "One for every sentence of the text.",
                "A `sentence` in the paper is any stretch of text. There are two of them at most.",
            ),
        ),
    ),
    Question(
        "positions",
        "A BERT was trained with a learned table of 512 positions. It gets a text of 600 tokens. "
        "What happens?",
        (
            Choice(
                "It fails: the table has no row 512.",
                "The text has to be cut, or read in windows. Sinusoids could be computed for any "
                "position, though a model has still not learned what to do there.",
                right=True,
            ),
            Choice(
                "It works, only a little worse.",
                "That is the hope with sinusoids. A table of 512 rows has nothing to look up.",
            ),
            Choice(
                "The positions start again at 0.",
                "They would if somebody took them modulo 512. Two tokens would then share a place.",
            ),
        ),
    ),
    Question(
        "sum",
        "The three embeddings are summed. How can the model tell afterwards what came from where?",
        (
            Choice(
                "The tables are learned together, and can point in directions that do not disturb "
                "each other.",
                "In 768 dimensions there is room for that. A layer that needs the position can "
                "read it out by a projection.",
                right=True,
            ),
            Choice(
                "It cannot: that is why BERT concatenates them.",
                "It is tempting to think so, and the word `combine` leaves it open. BERT sums.",
            ),
            Choice(
                "Each embedding has its own third of the features.",
                "That would be the same as concatenating. Nothing forces the tables to it.",
            ),
        ),
    ),
)
