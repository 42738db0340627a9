"""Week 4, first part: the transformer block."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from bertcourse.attention import MultiHeadAttention
from bertcourse.blocks import TransformerBlock
from bertcourse.exercises.common import (
    dropout_fixed,
    dropout_in_eval,
    dropout_not_rescaled,
    gradient_stopped,
    nothing_returned,
    pieces_not_registered,
    super_init_missing,
    super_init_misspelt,
)
from bertcourse.exercises.exercise import Example, Exercise
from bertcourse.exercises.family import Family, Fault
from bertcourse.exercises.inputs import (
    fill,
    gradients,
    gradients_of,
    numbers,
    trained,
    unchanged,
    yes_no,
)
from bertcourse.exercises.probes import Probe
from bertcourse.exercises.week04_parts import (
    TAKES,
    Constant,
    MeanOfTokens,
    Times,
    calls,
    context_not_unpacked,
    forward_called,
    ways_called,
)
from bertcourse.layers import LayerNorm, PositionwiseFeedForward

D = 18


class NoteNorm(LayerNorm):
    """The norm with n − 1 in its deviation, and ε outside the root."""

    def forward(self, x: Tensor) -> Tensor:
        deviation = x.std(dim=-1, keepdim=True)
        return self.weight * (x - x.mean(dim=-1, keepdim=True)) / (deviation + 1e-6) + self.bias


NORMS = {
    "right": LayerNorm,
    "note": NoteNorm,
    "torch": nn.LayerNorm,
}

# One of the two steps: from x, the sublayer with its dropout, and the norm, to the result.
WAYS = {
    "right": lambda x, sub, norm: norm(x + sub(x)),
    "no_residual": lambda x, sub, norm: norm(sub(x)),
    "no_norm": lambda x, sub, norm: x + sub(x),
    "norm_on_sublayer": lambda x, sub, norm: x + norm(sub(x)),
    "pre": lambda x, sub, norm: x + sub(norm(x)),
    "both": lambda x, sub, norm: norm(x + sub(norm(x))),
    "skipped": lambda x, sub, norm: x,
    "multiplied": lambda x, sub, norm: norm(x * sub(x)),
    "in_place": lambda x, sub, norm: norm(x.add_(sub(x))),
}

# Which norm serves first, and which second.
NORM_ORDERS = {
    "right": ("attention_norm", "output_norm"),
    "first_twice": ("attention_norm", "attention_norm"),
    "second_twice": ("output_norm", "output_norm"),
    "exchanged": ("output_norm", "attention_norm"),
}

# How the context reaches the attention.
CONTEXTS = {
    "right": lambda attention, x, context: attention(x, *context),
    "ignored": lambda attention, x, context: attention(x),
    "not_unpacked": lambda attention, x, context: attention(x, context),
    "reshaped": lambda attention, x, context: attention(x, *(m[:, None, None] for m in context)),
    "inverted": lambda attention, x, context: attention(x, *(m == 0 for m in context)),
}

# What is dropped of the results of attention and feed-forward.
ON_BOTH = ("right", "in_eval", "fixed", "on_output")
DROPS = {
    "attention": {*ON_BOTH, "attention_only"},
    "feed_forward": {*ON_BOTH, "feed_forward_only"},
}


def block_family(
    layers: str = "right",
    first: str = "right",
    second: str = "right",
    reads: str = "right",
    norms: str = "right",
    norm: str = "right",
    order: tuple[str, str] = ("attention", "feed_forward"),
    context: str = "right",
    context_to: str = "attention",
    drop: str = "right",
    call: str = "module",
    attended: str = "all",
    give: str = "right",
    gradient: bool = True,
) -> Any:
    class K(nn.Module):
        def __init__(
            self, attention: nn.Module, feed_forward: nn.Module, d_model: int, dropout: float = 0.1
        ):
            if layers != "no_super":
                super().__init__()
            if layers == "mangled":
                super().__init()
            self.p = 0.1 if drop == "fixed" else dropout
            pieces = {"attention": attention, "feed_forward": feed_forward}
            pieces |= {name: NORMS[norm](d_model) for name in NORM_ORDERS["right"]}
            if layers == "one_norm":
                pieces["output_norm"] = pieces["attention_norm"]
            self.kept = {"all": pieces}  # in a dict, where nn.Module does not see them
            if layers == "list":
                return
            for name, piece in pieces.items():
                if layers != "no_norms" or name not in NORM_ORDERS["right"]:
                    setattr(self, name, piece)

        def piece(self, name: str) -> Any:
            from_dict = layers in ("list", "no_norms") or (layers == "kept" and "norm" in name)
            return self.kept["all"][name] if from_dict else getattr(self, name)

        def forward(self, x: Tensor, *given: Any) -> Any:
            if context_to in TAKES:
                given = TAKES[context_to](self, x, *given)
            subs = {
                "attention": lambda x: self.dropped("attention", self.attend(x, given)),
                "feed_forward": lambda x: self.dropped("feed_forward", self.feed(x, given)),
            }
            one, two = (subs[name] for name in order)
            a = WAYS[first](x, one, self.norm_of(0))
            if reads == "feed_forward_reads_x":
                y = WAYS[second](a, lambda _: two(x), self.norm_of(1))
            elif reads == "residual_of_x":
                y = self.norm_of(1)(x + two(a))
            else:
                y = WAYS[second](a, two, self.norm_of(1))
            y = self.drop(y) if drop == "on_output" else y
            y = y if gradient else y.detach()
            return {"right": y, "nothing": None, "pair": (y, a)}[give]

        def attend(self, x: Tensor, given: tuple) -> Tensor:
            result = CONTEXTS[context](self.sublayer("attention"), self.input_of(x), given)
            return result[0] if attended == "first" else result

        def feed(self, x: Tensor, given: tuple) -> Tensor:
            more = given if context_to == "both" else ()
            return self.sublayer("feed_forward")(self.input_of(x), *more)

        def sublayer(self, name: str) -> Any:
            return self.piece(name).forward if call == "forward" else self.piece(name)

        def norm_of(self, number: int) -> Any:
            piece = self.piece(NORM_ORDERS[norms][number])
            return (lambda x: piece(self.drop(x))) if drop == "on_sum" else piece

        def input_of(self, x: Tensor) -> Tensor:
            return self.drop(x) if drop == "on_input" else x

        def dropped(self, name: str, x: Tensor) -> Tensor:
            if drop == "unscaled":
                return x * (torch.rand_like(x) >= self.p) if self.training else x
            return self.drop(x) if drop in DROPS[name] else x

        def drop(self, x: Tensor) -> Tensor:
            return F.dropout(x, self.p, self.training or drop == "in_eval")

    return K


BLOCK_FAULTS = (
    super_init_missing(layers="no_super"),
    super_init_misspelt(layers="mangled"),
    pieces_not_registered("self.attention = attention", layers="list"),
    Fault(
        "norms_not_registered",
        "The norms are not registered",
        "Made in forward, or kept in a plain list, they are neither trained nor saved. Make both "
        "in __init__, as self.attention_norm and self.output_norm.",
        {"layers": "no_norms"},
    ),
    Fault(
        "one_norm_object",
        "Both names stand for one and the same norm",
        "Then there is one scale and one shift for two places. Each place learns its own: call "
        "LayerNorm(d_model) twice.",
        {"layers": "one_norm"},
    ),
    Fault(
        "norms_kept_elsewhere",
        "The norms are reached by another way than their names",
        "A BERT replaces self.attention_norm and self.output_norm by those its configuration asks "
        "for. A copy in a list or another variable would still be the old one.",
        {"layers": "kept"},
    ),
    nothing_returned(give="nothing"),
    Fault(
        "more_than_one_result",
        "forward returns more than the tensor",
        "The result of a block is the input of the next: one tensor (B, S, D).",
        {"give": "pair"},
    ),
    Fault(
        "first_sentence_only",
        "The attention's result is indexed with [0]",
        "It is one tensor (B, S, D), not a pair, so [0] is the first sentence. Broadcasting then "
        "adds that to every sentence of the batch, and no error tells.",
        {"attended": "first"},
    ),
    Fault(
        "attention_residual_missing",
        "The first residual is missing",
        "x itself has to come through beside its attention: x + dropout(attention(x)). Without it "
        "a token forgets what it was.",
        {"first": "no_residual"},
    ),
    Fault(
        "feed_forward_residual_missing",
        "The second residual is missing",
        "The feed-forward adds to what there is: a + dropout(feed_forward(a)).",
        {"second": "no_residual"},
    ),
    Fault(
        "attention_norm_missing",
        "There is no norm after the attention",
        "a = attention_norm(x + …). Otherwise the feed-forward gets numbers of any size.",
        {"first": "no_norm"},
    ),
    Fault(
        "output_norm_missing",
        "There is no norm after the feed-forward",
        "The result is output_norm(a + …). Otherwise the numbers grow from block to block.",
        {"second": "no_norm"},
    ),
    Fault(
        "pre_norm",
        "The norms stand in front of the sublayers (pre-norm)",
        "x + dropout(sublayer(norm(x))) is a later arrangement, which needs one more norm behind "
        "the last block. BERT adds first and normalises the sum: norm(x + dropout(sublayer(x))).",
        {"first": "pre", "second": "pre"},
    ),
    Fault(
        "pre_norm_attention",
        "The first norm stands in front of the attention",
        "BERT adds first and normalises the sum: attention_norm(x + dropout(attention(x))).",
        {"first": "pre"},
    ),
    Fault(
        "pre_norm_feed_forward",
        "The second norm stands in front of the feed-forward",
        "BERT adds first and normalises the sum: output_norm(a + dropout(feed_forward(a))).",
        {"second": "pre"},
    ),
    Fault(
        "norm_on_both_sides",
        "Each norm is applied twice, before and after its sublayer",
        "The sublayer reads x as it is, and the sum is normalised: norm(x + dropout(sublayer(x))).",
        {"first": "both", "second": "both"},
    ),
    Fault(
        "norm_on_sublayer",
        "The norms are applied before the residual is added",
        "x + norm(sublayer(x)) lets x grow. Add first, then normalise the sum.",
        {"first": "norm_on_sublayer", "second": "norm_on_sublayer"},
    ),
    Fault(
        "residual_of_the_input",
        "The second residual starts from x, not from a",
        "Then the attention reaches the result through the feed-forward alone. Each step adds to "
        "the result of the step before: a + dropout(feed_forward(a)).",
        {"reads": "residual_of_x"},
    ),
    Fault(
        "feed_forward_reads_the_input",
        "The feed-forward reads x, not a",
        "It should work on what the attention has found: feed_forward(a).",
        {"reads": "feed_forward_reads_x"},
    ),
    Fault(
        "multiplied",
        "The residual is multiplied, not added",
        "It is a sum: x + dropout(sublayer(x)).",
        {"first": "multiplied", "second": "multiplied"},
    ),
    Fault(
        "attention_missing",
        "The attention step is left out",
        "Without it no token sees another one.",
        {"first": "skipped"},
    ),
    Fault(
        "feed_forward_missing",
        "The feed-forward step is left out",
        "After the attention comes a second step of the same form, with feed_forward and "
        "output_norm.",
        {"second": "skipped"},
    ),
    Fault(
        "feed_forward_first",
        "The feed-forward comes before the attention",
        "First the tokens look at each other, then each works on what it has found.",
        {"order": ("feed_forward", "attention")},
    ),
    Fault(
        "attention_norm_twice",
        "attention_norm is used in both places",
        "output_norm belongs to the second: each place has a scale and a shift of its own.",
        {"norms": "first_twice"},
    ),
    Fault(
        "output_norm_twice",
        "output_norm is used in both places",
        "attention_norm belongs to the first: each place has a scale and a shift of its own.",
        {"norms": "second_twice"},
    ),
    Fault(
        "norms_exchanged",
        "The two norms are exchanged",
        "It would learn just as well, but weights of a published BERT would not fit: "
        "attention_norm comes after the attention, output_norm at the end.",
        {"norms": "exchanged"},
    ),
    Fault(
        "norm_of_the_note",
        "The norm divides by n − 1, or has ε outside the root",
        "x.std() is not the deviation that BERT takes. Use LayerNorm, or x.var(correction=0) with "
        "ε inside the root.",
        {"norm": "note"},
    ),
    Fault(
        "mask_ignored",
        "The context is not handed on",
        "The mask is in it. Without it the attention looks at padding: attention(x, *context).",
        {"context": "ignored"},
    ),
    context_not_unpacked("self.attention(x, *context)", context="not_unpacked"),
    Fault(
        "mask_reshaped",
        "The mask is given new axes on its way",
        "The attention takes it as (B, S) and shapes it itself. Hand it on untouched.",
        {"context": "reshaped"},
    ),
    Fault(
        "mask_inverted",
        "The mask is turned round on its way",
        "1 is a token here and in the attention. Hand it on untouched.",
        {"context": "inverted"},
    ),
    Fault(
        "context_to_feed_forward",
        "The feed-forward gets the context, too",
        "It works on every token by itself and takes one tensor: feed_forward(a).",
        {"context_to": "both"},
    ),
    Fault(
        "mask_required",
        "The code does not work without a mask",
        "The context may be empty: forward(self, x, *context).",
        {"context_to": "required"},
    ),
    Fault(
        "dropout_missing",
        "Nothing is dropped in training",
        "The results of attention and feed-forward each go through self.dropout before they are "
        "added.",
        {"drop": "none"},
    ),
    Fault(
        "dropout_on_feed_forward_missing",
        "Nothing is dropped of the feed-forward's result",
        "Both results go through self.dropout before they are added.",
        {"drop": "attention_only"},
    ),
    Fault(
        "dropout_on_attention_missing",
        "Nothing is dropped of the attention's result",
        "Both results go through self.dropout before they are added.",
        {"drop": "feed_forward_only"},
    ),
    Fault(
        "dropout_after_norm",
        "The block's output is dropped",
        "A last dropout behind the norm puts zeros into the normalised vector, and into the "
        "residual of all that follows. BERT drops what a sublayer adds, and nothing else.",
        {"drop": "on_output"},
    ),
    Fault(
        "dropout_on_sum",
        "The sum is dropped, and x with it",
        "The residual has to come through whole: x + dropout(attention(x)), not "
        "dropout(x + attention(x)).",
        {"drop": "on_sum"},
    ),
    Fault(
        "dropout_on_input",
        "The input of the sublayers is dropped, not their result",
        "What they add is dropped: dropout(attention(x)), not attention(dropout(x)).",
        {"drop": "on_input"},
    ),
    dropout_fixed(drop="fixed"),
    dropout_not_rescaled("the sublayers count for less", drop="unscaled"),
    dropout_in_eval(drop="in_eval"),
    gradient_stopped(gradient=False),
    forward_called("self.attention(x, *context) and self.feed_forward(a)", call="forward"),
    Fault(
        "input_overwritten",
        "The input is changed in place",
        "`x += …` writes into the caller's tensor, which is still needed elsewhere: the stack "
        "keeps it as a hidden state. Make a new one: x + ….",
        {"first": "in_place"},
    ),
    Fault(
        "one_context_only",
        "Only one piece of context gets through",
        "That is enough for BERT's mask. With *context the block need not know what its attention "
        "takes, or whether it takes anything.",
        {"context_to": "one"},
    ),
    Fault(
        "epsilon_of_pytorch",
        "nn.LayerNorm has another ε by default",
        "It is 1e-5 there and 1e-12 in BERT: LayerNorm(d_model), or nn.LayerNorm(d_model, "
        "eps=1e-12). On ordinary numbers nobody sees it.",
        {"norm": "torch"},
    ),
)


def new(K: Any, dropout: float = 0.1) -> Any:
    """A block around a real attention and feed-forward that drop nothing themselves."""
    return K(MultiHeadAttention(D, 3, 0.0), PositionwiseFeedForward(D, 24), D, dropout)


def made(K: Any, dropout: float = 0.1) -> Any:
    """The same in evaluation mode, with parameters that depend on their names alone."""
    return fill(new(K, dropout)).eval()


def _parameters(K: Any) -> dict[str, str]:
    names: dict[int, str] = {}
    seen = {}
    for name, parameter in new(K).named_parameters(remove_duplicate=False):
        other = names.setdefault(id(parameter), name)
        seen[name] = f"{tuple(parameter.shape)}" + ("" if other == name else f", shared: {other}")
    return seen


def _runs(K: Any) -> str:
    """The kind of result, before its values are looked at."""
    result = made(K)(numbers(2, 5, D))
    return str(tuple(result.shape)) if isinstance(result, Tensor) else type(result).__name__


def _exchanged_norms(K: Any) -> Tensor:
    block = made(K)
    for seed, name in enumerate(("attention_norm", "output_norm")):
        other = LayerNorm(D)
        with torch.no_grad():
            other.weight.copy_(numbers(D, seed=seed))
        setattr(block, name, other)
    return block(numbers(2, 5, D))


def _evaluated(K: Any) -> Tensor:
    return made(K, dropout=1.0)(numbers(2, 5, D))


def _dropped(K: Any) -> dict[str, bool]:
    """What is left in training when all that a sublayer adds is dropped."""
    block, x = made(K, dropout=1.0), numbers(2, 5, D)
    evaluated, trained = block(x), block.train()(x)
    nothing_dropped = made(K, dropout=0.0).train()(x)
    first, second = block.attention_norm, block.output_norm
    normed = first(x)
    left = {
        "the result is the same as in evaluation": evaluated,
        "the sublayers add nothing": second(normed),
        "the feed-forward alone adds something": second(normed + block.feed_forward(normed)),
        "the attention alone adds something": second(first(x + block.attention(x))),
        "everything is zero": torch.zeros_like(x),
        "only the last norm's bias is left": second.bias.expand_as(x),
    }
    seen = {
        f"in training, with dropout=1, {words}": torch.allclose(trained, y, atol=1e-4)
        for words, y in left.items()
    }
    same = torch.allclose(nothing_dropped, evaluated, atol=1e-4)
    return {"in training, with dropout=0, the result is the same as in evaluation": same, **seen}


def _share_left(K: Any) -> float:
    """How much of what the attention adds is left with dropout 0.5, beside x; on average all."""
    d_model = 400
    half = torch.arange(d_model) < d_model // 2
    one, other = half * 2.0 - 1, torch.arange(d_model) % 2 * 2.0 - 1  # at right angles
    torch.manual_seed(0)
    block = K(Constant(other), Constant(torch.zeros(d_model)), d_model, 0.5).train()
    y = block(one.expand(4, 5, d_model).clone())
    return float((y * other).sum() / (y * one).sum())


def _scaled(K: Any) -> dict[str, bool]:
    share = _share_left(K)
    return {
        "in training, with dropout=0.5, the attention counts as much as in evaluation": (
            0.8 < share < 1.2
        ),
        "in training, with dropout=0.5, half of it is lost": 0.4 < share < 0.6,
    }


def _mask_of_rows(K: Any) -> Tensor:
    return made(K)(numbers(2, 5, D), yes_no(2, 5, 5))


def _again(K: Any) -> dict[str, Tensor]:
    block = made(K)
    return {
        "masked": block(numbers(2, 5, D), yes_no(2, 5)),
        "longer": block(numbers(1, 7, D)),
        "no context": block(numbers(2, 5, D)),
        "one token": block(numbers(3, 1, D), torch.ones(3, 1)),
    }


def _gradients(K: Any) -> dict[str, Any]:
    block, x = made(K), numbers(2, 5, D).requires_grad_()
    return gradients(block(x, yes_no(2, 5)), x=x, **dict(block.named_parameters()))


def _hooks(K: Any) -> Any:
    block = made(K)
    return ways_called(_sublayers(block), lambda: block(numbers(2, 5, D)))


def _sublayers(block: Any) -> dict[str, nn.Module]:
    return {"attention": block.attention, "feed_forward": block.feed_forward}


class _TakesTwo(nn.Module):
    """An attention with two pieces of context, or none."""

    def forward(self, x: Tensor, *context: Any) -> Tensor:
        bias, factor = context or (0.0, 1.0)
        return x.flip(1) * factor + bias


def _contexts(K: Any) -> dict[str, Tensor]:
    block = fill(K(_TakesTwo(), PositionwiseFeedForward(D, 24), D, 0.1)).eval()
    x = numbers(2, 5, D)
    return {"two": block(x, numbers(D, seed=5), 3.0), "none": block(x)}


def _small_numbers(K: Any) -> Tensor:
    block = K(Constant(torch.zeros(D)), Constant(numbers(D, seed=7)), D, 0.1).eval()
    return block(1e-3 * numbers(2, 5, D))


def _unchanged(K: Any) -> Any:
    return unchanged(made(K), x=numbers(2, 5, D), mask=yes_no(2, 5))


def _padding_leaks(K: Any) -> str | None:
    block, x = made(K), numbers(2, 5, D)
    mask = torch.tensor([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]])
    changed = x.clone()
    changed[0, 3:] += 10.0
    if torch.allclose(block(x, mask)[0, :3], block(changed, mask)[0, :3], atol=1e-4):
        return None
    return "The padding leaks: changing padded tokens changes the output of real ones."


def _not_normalised(K: Any) -> str | None:
    block = new(K).eval()
    y = block(5 * numbers(2, 5, D))
    if torch.allclose(y.std(dim=-1, correction=0), torch.ones(2, 5), atol=0.05):
        return None
    return "With fresh norms each vector that leaves should have mean 0 and variance 1."


SUBLAYERS = {"attention": "the mean of the tokens", "feed_forward": "2x + 1"}


def _simple(K: Any, mode: str, dropout: float, **_: Any) -> Any:
    """A block of whole numbers: in place of the norms stand two layers that multiply."""
    block = K(MeanOfTokens(), Times(2.0, 1.0), 1, dropout).train(mode == "training")
    block.attention_norm, block.output_norm = Times(2.0), Times(3.0)
    return block


def _example(K: Any, x: Tensor, mask: Any = None, **settings: Any) -> Tensor:
    block = _simple(K, **settings)
    return block(x) if mask is None else block(x, mask)


def _two_sentences(mode: str = "evaluation", dropout: float = 0.0, **more: Any) -> dict[str, Any]:
    norms = {"attention_norm": "replaced by 2x", "output_norm": "replaced by 3x"}
    x = torch.tensor([[[1.0], [3.0]], [[2.0], [6.0]]])
    return {**SUBLAYERS, **norms, "mode": mode, "dropout": dropout, "x": x, **more}


def _normed_example(K: Any, x: Tensor, **_: str) -> Tensor:
    return K(MeanOfTokens(), Times(2.0, 1.0), x.size(-1), 0.0).eval()(x)


def _two_tokens() -> dict[str, Any]:
    x = torch.tensor([[[3.0, 0.0, 0.0], [0.0, 1.0, 5.0]]])
    return {**SUBLAYERS, "norms": "as they are made", "mode": "evaluation", "x": x}


def _numbers_to_train(K: Any, d_model: int, **_: str) -> dict[str, int]:
    return trained(K(nn.Linear(d_model, d_model), nn.Linear(d_model, d_model), d_model))


def _gradient_by_hand(K: Any, x: Tensor, **settings: Any) -> dict[str, Any]:
    y = _simple(K, **settings)(x.requires_grad_())
    return gradients_of(y.sum(), x=x)


def _hooks_by_hand(K: Any, x: Tensor, **settings: Any) -> dict[str, int]:
    block = _simple(K, **settings)
    return calls(_sublayers(block), lambda: block(x))


def _x_afterwards(K: Any, x: Tensor, **settings: Any) -> dict[str, Tensor]:
    return {"result": _simple(K, **settings)(x), "x afterwards": x}


TRANSFORMER_BLOCK = Exercise(
    id="transformer_block",
    week=4,
    title="The transformer block",
    difficulty=2,
    minutes=15,
    hints=(
        "Two lines of the same form, one for attention and one for the feed-forward. The second "
        "starts from the result of the first, not from x.",
        "From the inside out: the sublayer, the dropout on what it returns, the sum with what went "
        "in, the norm of the sum. The context goes to the attention alone: attention(x, *context).",
        "`a = self.attention_norm(x + self.dropout(self.attention(x, *context)))`, then "
        "`return self.output_norm(a + self.dropout(self.feed_forward(a)))`",
    ),
    reference=TransformerBlock,
    family=Family(block_family, BLOCK_FAULTS),
    probes=(
        Probe("parameters", "in its layers", _parameters),
        Probe("runs", "on a first call, without a mask", _runs),
        Probe("values", "on plain values, without a mask", lambda K: made(K)(numbers(2, 5, D))),
        Probe(
            "mask",
            "when a mask is passed",
            lambda K: made(K)(numbers(2, 5, D), yes_no(2, 5).long()),
        ),
        Probe("mask of rows", "when a mask (B, S, S) is passed", _mask_of_rows),
        Probe("calls", "when it is called again", _again),
        Probe("exchanged norms", "when its norms are replaced by others", _exchanged_norms),
        Probe("evaluation", "in evaluation mode", _evaluated),
        Probe("training", "in training mode", _dropped),
        Probe("scale", "in how much the dropout leaves", _scaled),
        Probe("gradients", "in the gradients", _gradients),
        Probe("hooks", "in how its sublayers are called", _hooks),
        Probe("unchanged", "in what it leaves behind", _unchanged),
        Probe(
            "double",
            "in double precision",
            lambda K: made(K).double()(numbers(2, 5, D, dtype=torch.float64)),
        ),
        Probe("contexts", "with an attention that takes other context", _contexts, advice=True),
        Probe("small numbers", "on very small numbers", _small_numbers, advice=True),
    ),
    examples=(
        Example(
            lambda: {
                "attention": "a linear layer",
                "feed_forward": "a linear layer",
                "d_model": 2,
                "asked": "how many numbers an optimizer gets",
            },
            _numbers_to_train,
        ),
        Example(_two_sentences, _example),
        Example(_two_tokens, _normed_example),
        Example(lambda: _two_sentences(mask=torch.tensor([[1, 0], [0, 1]])), _example),
        Example(lambda: _two_sentences(dropout=1.0), _example),
        Example(lambda: _two_sentences("training", dropout=1.0), _example),
        Example(
            lambda: {
                "mode": "training",
                "dropout": 0.5,
                "asked": "the share of the attention's result that is added, on average",
            },
            lambda K, **_: round(_share_left(K), 1),
        ),
        Example(
            lambda: _two_sentences(asked="the gradient of the sum of the result"),
            _gradient_by_hand,
        ),
        Example(
            lambda: _two_sentences(asked="how many hooks on each sublayer run"), _hooks_by_hand
        ),
        Example(_two_sentences, _x_afterwards),
    ),
    behaviours=(_not_normalised, _padding_leaks),
)
