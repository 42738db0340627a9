"""Week 4: the encoder: the block, the stack, the pooler, and BERT."""

from bertcourse.exercises.quiz import Choice, Question
from bertcourse.exercises.week04_bert import BERT_EXERCISE, COUNT_PARAMETERS, POOLER
from bertcourse.exercises.week04_block import TRANSFORMER_BLOCK
from bertcourse.exercises.week04_stack import ENCODER_STACK

EXERCISES = (TRANSFORMER_BLOCK, ENCODER_STACK, POOLER, BERT_EXERCISE, COUNT_PARAMETERS)

QUIZ = (
    Question(
        "order_of_steps",
        "What is the first half of a block of BERT?",
        (
            Choice(
                "LayerNorm(x + dropout(attention(x)))",
                "Add what the attention has found, then normalise the sum: post-norm.",
                right=True,
            ),
            Choice(
                "x + dropout(attention(LayerNorm(x)))",
                "That is pre-norm, which most later models use. It trains more easily when deep, "
                "and needs one more norm at the end.",
            ),
            Choice(
                "LayerNorm(dropout(x + attention(x)))",
                "It is close, but the dropout would put holes into x itself, and the residual is "
                "there to bring x through unharmed.",
            ),
            Choice(
                "x + LayerNorm(dropout(attention(x)))",
                "Everything is there but the order: x would never be normalised, and grow from "
                "block to block.",
            ),
        ),
    ),
    Question(
        "times_n",
        "Somebody builds twelve layers with `nn.ModuleList([make_block()] * 12)`. What comes of "
        "it?",
        (
            Choice(
                "One block, applied twelve times: a model with a twelfth of the blocks' weights.",
                "`*` repeats the object, not the call. Shapes fit, it trains, and nothing "
                "complains. Counting parameters finds it at once.",
                right=True,
            ),
            Choice(
                "Twelve blocks that begin alike and learn different things.",
                "That is what copies would do. These are not copies: a step of the optimizer "
                "changes all twelve at once.",
            ),
            Choice(
                "Twelve different blocks.",
                "That takes twelve calls of make_block: `[make_block() for _ in range(12)]`.",
            ),
            Choice(
                "An error, since a module may not stand in a list twice.",
                "It may. Sharing weights on purpose is a known technique; this is sharing by "
                "accident.",
            ),
        ),
    ),
    Question(
        "plain_list",
        "The blocks are kept in a plain Python list. When does it show?",
        (
            Choice(
                "When parameters are counted, saved, or given to an optimizer: the blocks are "
                "missing.",
                "The forward pass is right. An optimizer gets the embedding and the pooler, and "
                "the blocks stay as they were at the start.",
                right=True,
            ),
            Choice(
                "At the first forward pass, which fails.",
                "It works: a loop over a list of modules is ordinary Python.",
            ),
            Choice(
                "Never: nn.ModuleList is only for looks.",
                "It is how nn.Module learns of what is inside. Without it `parameters()` and "
                "`to(device)` do not find the blocks.",
            ),
        ),
    ),
    Question(
        "where_parameters",
        "In which part of BERT-base are most of its 109.5 million parameters?",
        (
            Choice(
                "In the feed-forward layers.",
                "56.7 million: 12 · (2 · 768 · 3072 + …). Half of the model works on each token by "
                "itself.",
                right=True,
            ),
            Choice(
                "In the attention, which BERT is famous for.",
                "28.4 million, half as many as the feed-forward has: four D × D layers against "
                "two of D × 4D.",
            ),
            Choice(
                "In the word table.",
                "23.4 million for 30 522 pieces. In BERT-tiny it would be true.",
            ),
            Choice(
                "In the twelve heads.",
                "Heads cut up what is there. The number of heads does not enter the count.",
            ),
        ),
    ),
    Question(
        "pooler_for",
        "What does the pooler take, and what for?",
        (
            Choice(
                "The last hidden state of [CLS], for tasks about the whole text.",
                "A dense layer and a tanh make the pooled output from it. Next-sentence prediction "
                "trains it (week 5).",
                right=True,
            ),
            Choice(
                "The mean of all hidden states, for tasks about the whole text.",
                "A sensible thing, which many do with BERT afterwards. BERT itself takes [CLS].",
            ),
            Choice(
                "All hidden states, to shorten the sequence.",
                "So does pooling in networks for images, which the name comes from. Here one "
                "token is taken.",
            ),
        ),
    ),
    Question(
        "mask_from_ids",
        "A BERT makes its own mask as `ids > 0`. When is that wrong?",
        (
            Choice(
                "Whenever [PAD] is not id 0, or id 0 stands for something.",
                "The mask says what is padding; an id says which word it is. With an explicit "
                "mask neither has to know of the other.",
                right=True,
            ),
            Choice(
                "Never: id 0 is [PAD] in every vocabulary.",
                "In the released BERTs it is. In other tokenizers it is a word, or the unknown "
                "word.",
            ),
            Choice(
                "Only in training.",
                "It is in both alike. Wrong tokens are hidden wherever the vocabulary does not "
                "fit.",
            ),
        ),
    ),
    Question(
        "compare_first",
        "You load a checkpoint into your own BERT, and its predictions look strange. What do you "
        "do first?",
        (
            Choice(
                "Feed the same batch to both models, and look for the first layer that differs.",
                "Everything behind the first difference is only its echo. That is what "
                "`bertcourse.compare` does.",
                right=True,
            ),
            Choice(
                "Compare the predictions at the end.",
                "They differ, and that is known already. The end does not tell where it began.",
            ),
            Choice(
                "Train it a little, so that it adapts.",
                "It probably would, and then the mistake is hidden under the training, where "
                "nobody finds it.",
            ),
            Choice(
                "Check that no weight was missing on loading.",
                "A good first look. But a residual in the wrong place has no weights, and all of "
                "them load.",
            ),
        ),
    ),
)
