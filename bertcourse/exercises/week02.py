"""Week 2: the layers around attention, from GELU to the residual connection."""

from bertcourse.exercises.quiz import Choice, Question
from bertcourse.exercises.week02_feed_forward import FEED_FORWARD, GELU
from bertcourse.exercises.week02_norm import LAYER_NORM, SUBLAYER_CONNECTION

EXERCISES = (GELU, FEED_FORWARD, LAYER_NORM, SUBLAYER_CONNECTION)

QUIZ = (
    Question(
        "two_linear",
        "Somebody forgets the GELU in the feed-forward layer. What is left?",
        (
            Choice(
                "One linear layer from 768 to 768 features, made of 4.7 million numbers.",
                "W₁ W₂ is a single matrix. A matrix of 0.6 million numbers can do all that the two "
                "of them can.",
                right=True,
            ),
            Choice(
                "A layer that learns more slowly, since its gradient vanishes.",
                "Gradients pass through linear layers very well. It is not the speed that is lost.",
            ),
            Choice(
                "Two linear layers, which can still learn more than one.",
                "They have more numbers, and it looks like more room. But whatever the numbers "
                "are, the result is x W + b for some W and b.",
            ),
            Choice(
                "Nothing that works: the shapes no longer fit.",
                "An activation never changes a shape, so leaving it out raises no error. That is "
                "what makes it dangerous.",
            ),
        ),
    ),
    Question(
        "gelu_below_zero",
        "x = -0.5 goes into a ReLU and into a GELU. What happens to the gradient that comes back?",
        (
            Choice(
                "ReLU's is 0. GELU lets some of it through, because its curve is not flat there.",
                "Its slope at -0.5 is about 0.13. A unit that is off can still be told to come "
                "back.",
                right=True,
            ),
            Choice(
                "Both stop it, since both are off below zero.",
                "GELU is small below zero, but small is not flat: it goes down to -0.17 and comes "
                "up again.",
            ),
            Choice(
                "Both let it through unchanged.",
                "That holds far above zero, where both have slope 1.",
            ),
            Choice(
                "GELU turns its sign round, because its value is negative.",
                "The value is negative; what counts for the gradient is the slope. That is "
                "positive down to -0.75.",
            ),
        ),
    ),
    Question(
        "which_axis",
        "x is (B, S, D) = (8, 128, 768). How many means does a layer norm compute?",
        (
            Choice(
                "1024, one for every token.",
                "8 · 128 tokens, each with a mean over its own 768 features. What else is in the "
                "batch does not matter.",
                right=True,
            ),
            Choice(
                "768, one for every feature.",
                "That is batch norm: it compares a feature with itself in all the other tokens.",
            ),
            Choice(
                "8, one for every sentence.",
                "Then the padding of a sentence would change what its words become.",
            ),
            Choice(
                "1: the layer has one weight and one bias.",
                "It has 768 of each, one for every feature. They are learned and have nothing to "
                "do with the means.",
            ),
        ),
    ),
    Question(
        "eps_inside",
        "What is ε in √(variance + ε) for?",
        (
            Choice(
                "It keeps the root and its gradient finite for a token whose features are equal.",
                "Without it 0/0 is NaN. And the root's own slope is infinite at 0, which is why ε "
                "stands inside.",
                right=True,
            ),
            Choice(
                "It makes the variance unbiased.",
                "That is what dividing by d − 1 would do, and a layer norm does not want it.",
            ),
            Choice(
                "It is learned, and finds out how strongly to normalise.",
                "Weight and bias are learned. ε is a constant, 1e-12 in BERT.",
            ),
            Choice(
                "It adds a little noise against overfitting.",
                "Nothing about it is random; that would be the dropout.",
            ),
        ),
    ),
    Question(
        "bessel",
        "A layer norm divides the variance by d − 1. Training works, and the loss is as good as "
        "ever. Why?",
        (
            Choice(
                "Every token comes out smaller by one factor, which the weight learns to undo.",
                "√((d − 1) / d) is 0.9993 at d = 768. It shows when you load weights that somebody "
                "else trained the right way.",
                right=True,
            ),
            Choice(
                "Because d − 1 is the right divisor for a sample.",
                "It is, to guess the spread of a population from a sample. Here the d features are "
                "all there is.",
            ),
            Choice(
                "Because ε makes up for the difference.",
                "ε is 1e-12; the difference at d = 768 is a thousandth of the variance.",
            ),
        ),
    ),
    Question(
        "dropout_place",
        "Where does BERT drop features in its feed-forward sublayer?",
        (
            Choice(
                "Behind the outer layer, before x is added.",
                "The residual itself is never dropped. And between the two linear layers there is "
                "no dropout in BERT.",
                right=True,
            ),
            Choice(
                "Between the inner and the outer layer.",
                "The Transformer's code has one there, and so have many copies of BERT. "
                "The published one has not.",
            ),
            Choice(
                "On the sum, before the norm.",
                "Then x would lose features at each layer, twelve times over.",
            ),
            Choice(
                "On the input of the inner layer.",
                "The sublayer sees all of x. What it has to say about it is what is dropped.",
            ),
        ),
    ),
    Question(
        "pre_norm",
        "A pre-norm network computes x + sublayer(norm(x)) in every layer. What must come after "
        "the last one?",
        (
            Choice(
                "One more layer norm.",
                "The sum itself is never normalised, and grows from layer to layer. Post-norm ends "
                "with a norm anyway.",
                right=True,
            ),
            Choice(
                "Nothing: each layer has its norm.",
                "Each has, in front of its sublayer. What leaves the last layer has gone past all "
                "of them on the residual way.",
            ),
            Choice(
                "A softmax.",
                "That belongs to a head which predicts something, and hidden states are not "
                "predictions.",
            ),
            Choice(
                "A dropout.",
                "It would not change the size of the numbers, and their size is what has got out "
                "of hand.",
            ),
        ),
    ),
)
