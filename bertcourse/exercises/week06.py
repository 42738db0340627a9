"""Week 6: pre-training: AdamW, the course of the learning rate, and which weights decay."""

from bertcourse.exercises.quiz import Choice, Question
from bertcourse.exercises.week06_adamw import ADAMW_STEP
from bertcourse.exercises.week06_schedule import DECAY_GROUPS, LINEAR_WARMUP

EXERCISES = (ADAMW_STEP, LINEAR_WARMUP, DECAY_GROUPS)

QUIZ = (
    Question(
        "decoupled",
        "What is decoupled in AdamW?",
        (
            Choice(
                "The decay from the gradient: it shrinks the weight itself, and is not divided by "
                "√v.",
                "With L2 in the gradient, Adam divides the pull by √v as well, and the weights "
                "with the largest gradients decay least.",
                right=True,
            ),
            Choice(
                "The learning rate from the gradient: every weight has a rate of its own.",
                "The division by √v does that, and plain Adam has it too.",
            ),
            Choice(
                "The decay from the learning rate: a weight decays equally fast at every step.",
                "It is lr · λ · θ, so it rises and falls with the schedule.",
            ),
            Choice(
                "The biases and norms from the matrices.",
                "Leaving them out is part of BERT's recipe, but not of AdamW: it is a matter of "
                "which weights are put into which group.",
            ),
        ),
    ),
    Question(
        "first_step",
        "A gradient is a hundred times larger than another. How much further does Adam move that "
        "weight in the very first step?",
        (
            Choice(
                "Not at all: both move by the learning rate.",
                "With both means corrected, m̂ / √v̂ is g / |g| in the first step: the sign alone "
                "is left.",
                right=True,
            ),
            Choice(
                "A hundred times as far.",
                "That is SGD. In Adam the gradient is divided by its own size.",
            ),
            Choice(
                "Ten times as far, by the root.",
                "The root is taken of g², which gives back the size of g.",
            ),
        ),
    ),
    Question(
        "why_warmup",
        "Why does the learning rate start at 0?",
        (
            Choice(
                "Because Adam's means are nearly empty at first, and early gradients say little.",
                "A step of full length goes to where a single batch points, for every weight at "
                "once, and what it spoils is slow to mend.",
                right=True,
            ),
            Choice(
                "Because the gradients are small at first and must not be rounded to 0.",
                "They are largest at first. And a rate near 0 makes a step smaller still.",
            ),
            Choice(
                "Because the computer needs some time to warm up, and early timings mislead.",
                "That is true of benchmarks. The schedule counts steps, not seconds.",
            ),
            Choice(
                "So that all the weights decay before they learn.",
                "The decay is lr · λ · θ: with a rate near 0 there is next to none.",
            ),
        ),
    ),
    Question(
        "plateau",
        "For many steps the loss stands at that of guessing each word by its frequency. What has "
        "the model not yet found?",
        (
            Choice(
                "How to look at the words around the mask.",
                "A head must know where a neighbour stands and what it is good for; neither helps "
                "without the other. Once they come together, the loss falls fast.",
                right=True,
            ),
            Choice(
                "Which words are frequent.",
                "That is all it knows: it needs one bias for each word, and is learned in no time.",
            ),
            Choice(
                "Enough capacity: the model is too small for the text.",
                "A model of the same size with a better beginning leaves the plateau in a fraction "
                "of the steps.",
            ),
            Choice(
                "The lowest point: it is stuck in a local minimum.",
                "The gradient is small there, but it is not zero: with patience the published BERT "
                "came down, or nobody would speak of it.",
            ),
        ),
    ),
    Question(
        "resume",
        "A run is killed and goes on from a checkpoint that holds the weights alone. What is lost?",
        (
            Choice(
                "Nothing that matters: the weights are the model.",
                "They are all one needs to use it. To train on one needs more.",
            ),
            Choice(
                "m, v and the count of steps, the place in the text, and that in the schedule.",
                "Adam would start with empty means at a rate that is no longer small, and the text "
                "would begin anew.",
                right=True,
            ),
            Choice(
                "The architecture: it cannot be loaded at all.",
                "That stands in config.json beside the weights.",
            ),
        ),
    ),
    Question(
        "one_answer",
        "After a long run a model guesses words far better than counting pairs does, but it gives "
        "the same answer to every pair. Which fault in the code looks just like that?",
        (
            Choice(
                "None: the next sentence is harder, and needs more steps.",
                "So it was in the short run of this week, and for that reason the fault hides "
                "well. After a long run look at the code.",
            ),
            Choice(
                "One of the two labels is left out of the loss.",
                "In the study note 0 stands for padding, and for one of the two answers as well: "
                "it never counts, and the model learns to give the other always.",
                right=True,
            ),
            Choice(
                "The learning rate is too high.",
                "The words are learned at the same rate, and their loss falls.",
            ),
        ),
    ),
)
