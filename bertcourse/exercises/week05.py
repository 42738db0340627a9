"""Week 5: what BERT is trained to predict: masked words and next sentences."""

from bertcourse.exercises.quiz import Choice, Question
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

QUIZ = (
    Question(
        "why_masks",
        "Why does BERT not simply predict the next word, with every word looking at both sides?",
        (
            Choice(
                "Because the next word would be among what is looked at.",
                "It would be read off the input, directly or through a layer in between. So the "
                "word has to be hidden, and that is what masking is.",
                right=True,
            ),
            Choice(
                "Because it would take too long.",
                "It would even be cheaper: every position gives an answer to learn from, not 15 % "
                "of them.",
            ),
            Choice(
                "Because sentences have different lengths.",
                "Padding and its mask take care of that, in both kinds of model.",
            ),
        ),
    ),
    Question(
        "which_are_predicted",
        "For which tokens is a loss computed?",
        (
            Choice(
                "For those that became [MASK].",
                "The study note says so, too. But the random ones and the unchanged ones have "
                "labels as well: that is what they are there for.",
            ),
            Choice(
                "For all that were chosen, whatever became of them.",
                "The model cannot know which of the ordinary tokens it sees were chosen, so it has "
                "to keep a good idea of every one.",
                right=True,
            ),
            Choice(
                "For all tokens of the sequence.",
                "85 % of them stand in the input unchanged and unchosen: copying them teaches "
                "little.",
            ),
            Choice(
                "For those that were changed.",
                "Then nobody would ever ask about a token that is right, and the model could treat "
                "each word it sees as suspicious.",
            ),
        ),
    ),
    Question(
        "why_kept",
        "Of the chosen tokens 10 % stay as they are. What is that good for?",
        (
            Choice(
                "It makes the task easier at the beginning of training.",
                "It stays at 10 % until the end. Making things easy is not its purpose.",
            ),
            Choice(
                "It pulls the vector of a word that is seen towards the word itself.",
                "In fine-tuning all words are seen and none is [MASK]: their vectors have to be "
                "good as well.",
                right=True,
            ),
            Choice(
                "It saves the memory of the [MASK] embedding.",
                "The table has a row for [MASK] in any case.",
            ),
        ),
    ),
    Question(
        "negatives",
        "Why is a NotNext sentence taken from another document?",
        (
            Choice(
                "Because the same document holds no other sentences.",
                "It does. The trouble is what they say.",
            ),
            Choice(
                "Because sentences of one document are too different from each other.",
                "They are alike, which would make the task harder, as later models did on purpose.",
            ),
            Choice(
                "Because within the document it could be the true next one, called wrong.",
                "With documents of ten sentences that would be one negative in ten.",
                right=True,
            ),
        ),
    ),
    Question(
        "tied",
        "The word head uses the table of word embeddings. What does that save in BERT-base?",
        (
            Choice(
                "Nothing: the product takes as long as before.",
                "The time is the same, true. But the weights are not.",
            ),
            Choice(
                "About 23 million weights, 30 522 · 768.",
                "A fifth of the whole model. And what is learnt about a word as an answer helps it "
                "as an input.",
                right=True,
            ),
            Choice(
                "About 0.6 million weights, 768 · 768.",
                "That is the dense layer in front of it, which is there in any case.",
            ),
        ),
    ),
    Question(
        "ignore_index",
        "Somebody trains both heads with `ignore_index=0`. What becomes of the sentence pairs?",
        (
            Choice(
                "PyTorch refuses, because there are only two labels.",
                "It accepts any number, and says nothing.",
            ),
            Choice(
                "The loss is halved, and everything else stays.",
                "The labels that are left are averaged, so that the loss looks quite normal. That "
                "is what makes it hard to find.",
            ),
            Choice(
                "One of the two labels never counts: the head soon gives the other to all pairs.",
                "With labels half and half its accuracy is 50 %, and its loss near 0.",
                right=True,
            ),
        ),
    ),
    Question(
        "loss_at_start",
        "An untrained model with 30 522 pieces has a word loss of about 10.3. Why?",
        (
            Choice(
                "It gives every piece the same probability: −log(1/30522) = 10.33.",
                "A good first check of any model. A value far above means that it is sure of "
                "itself and wrong.",
                right=True,
            ),
            Choice(
                "It is the sum over about 20 predictions of 0.5 each.",
                "The loss is a mean. And 0.5 each would be a very good model.",
            ),
            Choice(
                "15 % of 30 522 tokens are masked, and log(0.15) is added to it.",
                "The share of masked tokens does not enter the mean over them.",
            ),
        ),
    ),
)
