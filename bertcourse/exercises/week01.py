"""Week 1: attention, from the scores to many heads."""

from bertcourse.exercises.quiz import Choice, Question
from bertcourse.exercises.week01_attention import (
    ATTENTION_SCORES,
    CAUSAL_MASK,
    SCALED_DOT_PRODUCT_ATTENTION,
)
from bertcourse.exercises.week01_heads import MERGE_HEADS, MULTI_HEAD_ATTENTION, SPLIT_HEADS

EXERCISES = (
    ATTENTION_SCORES,
    SCALED_DOT_PRODUCT_ATTENTION,
    CAUSAL_MASK,
    SPLIT_HEADS,
    MERGE_HEADS,
    MULTI_HEAD_ATTENTION,
)

QUIZ = (
    Question(
        "why_scale",
        "Why are the scores divided by √d before the softmax?",
        (
            Choice(
                "So that their spread does not grow with d and saturate the softmax.",
                "A dot product of d independent features of variance 1 has standard "
                "deviation √d. In a saturated softmax the gradient is nearly zero.",
                right=True,
            ),
            Choice(
                "So that the weights of a row sum to 1.",
                "The softmax does that by itself, whatever the size of the scores.",
            ),
            Choice(
                "So that long sentences do not get larger scores.",
                "A score compares two tokens; the length of the sentence does not enter it. d is "
                "the number of features.",
            ),
            Choice(
                "So that the scores fit into half precision.",
                "It helps a little, but float16 holds numbers up to 65504. The reason is the "
                "softmax.",
            ),
        ),
    ),
    Question(
        "which_axis",
        "Scores have shape (B, H, S_q, S_k). Over which axis does the softmax run?",
        (
            Choice(
                "The last: every query spreads a total of 1 over the keys.",
                "Dim=-1 says so for any number of leading axes.",
                right=True,
            ),
            Choice(
                "dim=1, as in many classification examples.",
                "There axis 1 is the classes. Here it is the heads, and they would compete for "
                "each pair of tokens.",
            ),
            Choice(
                "dim=-2: every key is shared out among the queries.",
                "A popular key would then have little to give to each. Attention lets all queries "
                "look at the same key.",
            ),
            Choice(
                "The last two together.",
                "Then the whole table sums to 1, and a long sentence leaves each query next to "
                "nothing.",
            ),
        ),
    ),
    Question(
        "mask_value",
        "A masked score is set to 0. What is wrong?",
        (
            Choice(
                "Its weight is exp(0) = 1 before normalising: the hidden key is still seen.",
                "It even beats every key with a negative score.",
                right=True,
            ),
            Choice(
                "Nothing: 0 times a value is 0.",
                "That would be true of a weight of 0. The score still goes through the "
                "exponential.",
            ),
            Choice(
                "The gradient becomes NaN.",
                "NaN comes from rows in which every score is -inf. 0 is a perfectly ordinary "
                "score.",
            ),
        ),
    ),
    Question(
        "parameters",
        "BERT-base has d_model = 768. How many parameters does multi-head attention get when the "
        "heads go from 12 to 6?",
        (
            Choice(
                "As many as before.",
                "4 · (768² + 768). The heads cut the same features into fewer, wider slices.",
                right=True,
            ),
            Choice(
                "Half as many.",
                "Each head brings its own W_Q, W_K, W_V, but of width d = D / H. Fewer heads are "
                "wider.",
            ),
            Choice(
                "Twice as many.",
                "The heads do get twice as wide, but there are half as many of them.",
            ),
        ),
    ),
    Question(
        "split_view",
        "Somebody splits heads by `x.view(B, H, S, d)` without a transpose. What happens?",
        (
            Choice(
                "It runs, and each head gets pieces of different tokens mixed together.",
                "View keeps the order in memory, where a token's D features lie side by "
                "side. This is the most frequent silent mistake in hand-written attention.",
                right=True,
            ),
            Choice(
                "It raises, because the shapes do not fit.",
                "B · H · S · d is B · S · D, so the shapes fit perfectly. That is what makes it "
                "dangerous.",
            ),
            Choice(
                "It gives the same result as with a transpose.",
                "The shapes are the same, the contents are not: view never moves a number in "
                "memory.",
            ),
        ),
    ),
    Question(
        "order",
        "The words of a sentence are shuffled before they enter self-attention (no positions "
        "added). What happens to the outputs?",
        (
            Choice(
                "They are the same vectors, shuffled in the same way.",
                "Attention sees a set. Week 3 adds positions, so that order can matter.",
                right=True,
            ),
            Choice(
                "They change, because every word now has other neighbours.",
                "It feels so, but nothing in the formula knows what is next to what.",
            ),
            Choice(
                "They all become equal.",
                "Only if all words had the same scores. Each query still has its own.",
            ),
        ),
    ),
)
