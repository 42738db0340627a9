"""Week 4, third part: the pooler, BERT put together, and how many parameters it has."""

import copy
from typing import Any

import torch
from torch import Tensor, nn

from bertcourse.attention import MultiHeadAttention
from bertcourse.blocks import BERTCore, EncoderStack, Pooler, TransformerBlock
from bertcourse.config import count_parameters
from bertcourse.embeddings import BERTEmbedding
from bertcourse.exercises.common import (
    gradient_stopped,
    nothing_returned,
    pieces_not_registered,
    super_init_missing,
    super_init_misspelt,
)
from bertcourse.exercises.exercise import Example, Exercise
from bertcourse.exercises.family import Family, Fault
from bertcourse.exercises.inputs import fill, gradients, gradients_of, numbers, unchanged
from bertcourse.exercises.probes import Probe, Said
from bertcourse.exercises.week04_parts import (
    calls,
    forward_called,
    ways_called,
)
from bertcourse.layers import PositionwiseFeedForward

# --- pooler -----------------------------------------------------------------------------------

# Hidden states (B, S, D), to what the dense layer gets.
PICKS = {
    "right": lambda h: h[:, 0],
    "last": lambda h: h[:, -1],
    "second": lambda h: h[:, 1] if h.size(1) > 1 else h[:, 0],
    "mean": lambda h: h.mean(dim=1),
    "sum": lambda h: h.sum(dim=1),
    "max": lambda h: h.amax(dim=1),
    "first_sentence": lambda h: h[0],
    "axis_kept": lambda h: h[:, :1],
    "first_feature": lambda h: h[..., 0],
    "all": lambda h: h,
}

ACTIVATIONS = {
    "tanh": torch.tanh,
    "none": lambda x: x,
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    "gelu": nn.functional.gelu,
    "softmax": lambda x: x.softmax(dim=-1),
    "twice": lambda x: torch.tanh(torch.tanh(x)),
}


def pooler_family(
    layers: str = "right",
    pick: str = "right",
    activation: str = "tanh",
    order: str = "right",
    give: str = "right",
    detached: str = "nothing",
) -> Any:
    class P(nn.Module):
        def __init__(self, d_model: int):
            if layers != "no_super":
                super().__init__()
            if layers == "mangled":
                super().__init()
            if layers == "no_dense":
                return
            width = 2 if layers == "two_classes" else d_model
            dense = nn.Linear(d_model, width, bias=layers != "no_bias")
            if layers == "list":
                self.layers = [dense]
            elif layers == "sequential":
                self.dense = nn.Sequential(dense, nn.Tanh())
            else:
                self.dense = dense

        def forward(self, hidden: Tensor) -> Any:
            x = PICKS[pick](hidden)
            x = x.detach() if detached == "input" else x
            if layers == "sequential":
                y = self.dense(x)
            elif layers == "no_dense" or order == "no_dense":
                y = ACTIVATIONS[activation](x)
            elif order == "tanh_first":
                y = self.dense(ACTIVATIONS[activation](x))
            else:
                dense = self.layers[0] if layers == "list" else self.dense
                y = ACTIVATIONS[activation](dense(x))
            y = y.detach() if detached == "result" else y
            return {"right": y, "nothing": None, "residual": y + x if order == "right" else y}[give]

    return P


POOLER_FAULTS = (
    super_init_missing(layers="no_super"),
    super_init_misspelt(layers="mangled"),
    Fault(
        "dense_not_registered",
        "The dense layer is not registered",
        "In a plain list nn.Module does not see it. Assign it to self.dense.",
        {"layers": "list"},
    ),
    Fault(
        "dense_missing",
        "There is no dense layer",
        "Between [CLS] and the tanh stands a linear layer that keeps the width: "
        "self.dense = nn.Linear(d_model, d_model).",
        {"layers": "no_dense"},
    ),
    Fault(
        "dense_is_more_than_a_layer",
        "self.dense is more than the linear layer",
        "With the tanh inside a Sequential the weights are called dense.0.weight, and those of a "
        "checkpoint, dense.weight, do not fit. Keep the layer itself, and the tanh in forward.",
        {"layers": "sequential"},
    ),
    Fault(
        "bias_missing",
        "The dense layer has no bias",
        "BERT's has one: nn.Linear(d_model, d_model) as it is.",
        {"layers": "no_bias"},
    ),
    Fault(
        "two_classes",
        "The dense layer makes two numbers",
        "That is the next-sentence head of week 5, which stands on the pooler. Here the width "
        "stays D.",
        {"layers": "two_classes"},
    ),
    nothing_returned(give="nothing"),
    Fault(
        "last_token",
        "The last token is taken",
        "[CLS] stands first, and the last may be padding: hidden[:, 0].",
        {"pick": "last"},
    ),
    Fault(
        "second_token",
        "The second token is taken",
        "Python counts from 0, and [CLS] is at 0: hidden[:, 0].",
        {"pick": "second"},
    ),
    Fault(
        "mean_of_tokens",
        "The mean of all tokens is taken",
        "That is another good way to pool (and would have to leave padding out). BERT's pooler "
        "takes the first token, [CLS]: hidden[:, 0].",
        {"pick": "mean"},
    ),
    Fault(
        "sum_of_tokens",
        "The sum of all tokens is taken",
        "BERT's pooler takes the first token, [CLS]: hidden[:, 0].",
        {"pick": "sum"},
    ),
    Fault(
        "largest_of_tokens",
        "The largest number of all tokens is taken",
        "BERT's pooler takes the first token, [CLS]: hidden[:, 0].",
        {"pick": "max"},
    ),
    Fault(
        "first_sentence",
        "The first sentence is taken, not the first token",
        "hidden is (B, S, D), and [0] picks along B. The tokens are axis 1: hidden[:, 0].",
        {"pick": "first_sentence"},
    ),
    Fault(
        "axis_kept",
        "The axis of the tokens is still there",
        "A slice, [:, :1] or [:, 0:1], keeps an axis of size 1. An index removes it: hidden[:, 0].",
        {"pick": "axis_kept"},
    ),
    Fault(
        "first_feature",
        "The first feature is taken, not the first token",
        "The last axis is the features. The tokens are axis 1: hidden[:, 0].",
        {"pick": "first_feature"},
    ),
    Fault(
        "all_tokens",
        "All tokens come out",
        "One vector for the whole sequence is wanted, from its first token: hidden[:, 0].",
        {"pick": "all"},
    ),
    Fault(
        "tanh_missing",
        "There is no tanh",
        "The pooled output is tanh of the dense layer, each number between −1 and 1.",
        {"activation": "none"},
    ),
    Fault(
        "sigmoid_instead",
        "It is a sigmoid, not a tanh",
        "A sigmoid goes from 0 to 1. BERT's pooler has torch.tanh.",
        {"activation": "sigmoid"},
    ),
    Fault(
        "relu_instead",
        "It is a ReLU, not a tanh",
        "A ReLU throws away what is negative. BERT's pooler has torch.tanh.",
        {"activation": "relu"},
    ),
    Fault(
        "gelu_instead",
        "It is a GELU, not a tanh",
        "GELU stands in the feed-forward and in the masked-word head. The pooler has torch.tanh.",
        {"activation": "gelu"},
    ),
    Fault(
        "softmax_instead",
        "It is a softmax, not a tanh",
        "The pooled output is a vector, not a choice between D classes.",
        {"activation": "softmax"},
    ),
    Fault(
        "tanh_twice",
        "The tanh is applied twice",
        "Once is enough, on what the dense layer gives.",
        {"activation": "twice"},
    ),
    Fault(
        "tanh_first",
        "The tanh comes before the dense layer",
        "First the dense layer, then the tanh of its result.",
        {"order": "tanh_first"},
    ),
    Fault(
        "dense_not_applied",
        "The dense layer is not applied",
        "It is made and never used: torch.tanh(self.dense(…)).",
        {"order": "no_dense"},
    ),
    Fault(
        "residual_added",
        "[CLS] itself is added to the result",
        "There is no residual here: the pooler makes a new vector.",
        {"give": "residual"},
    ),
    gradient_stopped(detached="result"),
    Fault(
        "cut_from_the_encoder",
        "No gradient flows from the pooler into the encoder",
        "With detach in between, what is learned from whole texts stops at the pooler.",
        {"detached": "input"},
    ),
)


def made_pooler(P: Any, d_model: int = 6) -> Any:
    return fill(P(d_model)).eval()


def _pooler_parameters(P: Any, d_model: int = 6) -> dict[str, str]:
    parameters = P(d_model).named_parameters()
    return {name: str(tuple(parameter.shape)) for name, parameter in parameters}


def _pooler_runs(P: Any) -> str:
    result = made_pooler(P)(numbers(3, 5, 6))
    return str(tuple(result.shape)) if isinstance(result, Tensor) else type(result).__name__


def _pooler_gradients(P: Any) -> dict[str, Any]:
    pooler, hidden = made_pooler(P), numbers(3, 5, 6).requires_grad_()
    return gradients(pooler(hidden), hidden=hidden, **dict(pooler.named_parameters()))


def _pooler_modes(P: Any) -> Tensor:
    return made_pooler(P).train()(numbers(3, 5, 6))


def _simple_pooler(P: Any) -> Any:
    pooler = P(2).eval()
    with torch.no_grad():
        pooler.dense.weight.copy_(torch.eye(2))
        pooler.dense.bias.fill_(0.1)
    return pooler


def _pooler_gradients_by_hand(P: Any, hidden: Tensor, **_: str) -> dict[str, Any]:
    pooler = _simple_pooler(P)
    loss = pooler(hidden.requires_grad_()).sum()
    return gradients_of(loss, hidden=hidden, **{"dense.bias": pooler.dense.bias})


POOLER = Exercise(
    id="pooler",
    week=4,
    title="The pooler",
    difficulty=1,
    minutes=5,
    hints=(
        "Three steps: pick the first token of every sentence, the dense layer, the tanh.",
        "hidden is (B, S, D), and the tokens are axis 1. An index, not a slice, removes that axis.",
        "`return torch.tanh(self.dense(hidden[:, 0]))`",
    ),
    reference=Pooler,
    family=Family(pooler_family, POOLER_FAULTS),
    probes=(
        Probe("parameters", "in its layer", _pooler_parameters),
        Probe("runs", "on a first call", _pooler_runs),
        Probe("values", "on three sentences", lambda P: made_pooler(P)(numbers(3, 5, 6))),
        Probe(
            "sizes",
            "with one sentence, with one token, and with other sizes",
            lambda P: (
                made_pooler(P)(numbers(1, 4, 6)),
                made_pooler(P)(numbers(2, 1, 6)),
                made_pooler(P, 3)(numbers(4, 2, 3)),
            ),
        ),
        Probe("training", "in training mode", _pooler_modes),
        Probe("gradients", "in the gradients", _pooler_gradients),
        Probe(
            "double",
            "in double precision",
            lambda P: made_pooler(P).double()(numbers(2, 5, 6, dtype=torch.float64)),
            1e-6,
        ),
        Probe(
            "unchanged",
            "in what it leaves behind",
            lambda P: unchanged(made_pooler(P), hidden=numbers(2, 5, 6)),
        ),
    ),
    examples=(
        Example(
            lambda: {"d_model": 3, "asked": "the shapes of the parameters"},
            lambda P, d_model, **_: _pooler_parameters(P, d_model),
        ),
        Example(
            lambda: {
                "dense layer": "adds 0.1",
                "hidden": torch.tensor([[[0.0, 1.0], [2.0, 3.0]], [[-1.0, 0.5], [4.0, 4.0]]]),
            },
            lambda P, hidden, **_: _simple_pooler(P)(hidden),
        ),
        Example(
            lambda: {
                "dense layer": "adds 0.1",
                "hidden": torch.tensor([[[-0.1, -0.1], [2.0, 3.0]]]),
                "asked": "the gradients of the sum of the result (the slope of tanh at 0 is 1)",
            },
            _pooler_gradients_by_hand,
        ),
    ),
)

# --- bert -------------------------------------------------------------------------------------

# What is passed to the embedding, the encoder and the pooler.
EMBEDS = {
    "right": lambda e, ids, mask, segments: e(ids, segments),
    "segments_ignored": lambda e, ids, mask, segments: e(ids),
    "mask_as_segments": lambda e, ids, mask, segments: e(ids, mask),
    "all": lambda e, ids, mask, segments: e(ids, mask, segments),
}

ENCODES = {
    "right": lambda t, x, ids, mask, segments: t(x, mask),
    "mask_ignored": lambda t, x, ids, mask, segments: t(x),
    "from_ids": lambda t, x, ids, mask, segments: t(x, ids > 0),
    "default_from_ids": lambda t, x, ids, mask, segments: t(x, ids > 0 if mask is None else mask),
    "both_masks": lambda t, x, ids, mask, segments: t(
        x, ids > 0 if mask is None else mask * (ids > 0)
    ),
    "segments": lambda t, x, ids, mask, segments: t(x, segments),
    "inverted": lambda t, x, ids, mask, segments: t(x, None if mask is None else mask == 0),
    "reshaped": lambda t, x, ids, mask, segments: t(
        x, None if mask is None else mask[:, None, None, :]
    ),
    "not_optional": lambda t, x, ids, mask, segments: t(x, mask.bool()),
    "keyword": lambda t, x, ids, mask, segments: t(x, mask=mask),
    "more": lambda t, x, ids, mask, segments: t(x, mask, segments),
    "skipped": lambda t, x, ids, mask, segments: x,
    "twice": lambda t, x, ids, mask, segments: t(t(x, mask), mask),
}

POOLS = {
    "right": lambda p, hidden, x: p(hidden),
    "embedding": lambda p, hidden, x: p(x),
    "first_already": lambda p, hidden, x: p(hidden[:, 0]),
    "by_hand": lambda p, hidden, x: hidden[:, 0],
    "detached": lambda p, hidden, x: p(hidden.detach()),
}

# From the hidden states, and a function that pools them, to what is returned.
BERT_GIVES = {
    "right": lambda hidden, pool: (hidden, pool()),
    "exchanged": lambda hidden, pool: (pool(), hidden),
    "hidden": lambda hidden, pool: hidden,
    "pooled": lambda hidden, pool: pool(),
    "first_token": lambda hidden, pool: (hidden[:, 0], pool()),
    "dict": lambda hidden, pool: {"hidden": hidden, "pooled": pool()},
    "nothing": lambda hidden, pool: None,
}


def bert_family(
    layers: str = "right",
    signature: str = "right",
    embed: str = "right",
    encode: str = "right",
    pool: str = "right",
    call: str = "module",
    give: str = "right",
    gradient: bool = True,
) -> Any:
    class B(nn.Module):
        def __init__(self, embedding: nn.Module, encoder: nn.Module, pooler: nn.Module):
            if layers != "no_super":
                super().__init__()
            if layers == "mangled":
                super().__init()
            pieces = {"embedding": embedding, "encoder": encoder, "pooler": pooler}
            if layers == "list":
                self.pieces = pieces
                return
            for name, piece in pieces.items():
                setattr(self, name, copy.deepcopy(piece) if layers == "copied" else piece)
            if layers == "extra_norm":
                self.norm = nn.LayerNorm(8)

        def piece(self, name: str) -> Any:
            piece = self.pieces[name] if layers == "list" else getattr(self, name)
            return piece.forward if call == "forward" else piece

        def forward(self, ids: Tensor, mask: Any = None, segments: Any = None) -> Any:
            if signature == "exchanged":
                mask, segments = segments, mask
            x = EMBEDS[embed](self.piece("embedding"), ids, mask, segments)
            x = x if gradient else x.detach()
            hidden = ENCODES[encode](self.piece("encoder"), x, ids, mask, segments)
            if layers == "extra_norm":
                hidden = self.norm(hidden)
            return BERT_GIVES[give](hidden, lambda: POOLS[pool](self.piece("pooler"), hidden, x))

    return B


BERT_FAULTS = (
    super_init_missing(layers="no_super"),
    super_init_misspelt(layers="mangled"),
    pieces_not_registered("self.embedding = embedding", layers="list"),
    Fault(
        "pieces_copied",
        "Copies of the pieces are kept",
        "Whoever passes a piece may hold on to it, as the masked-word head does to the word table "
        "(week 5). A copy is trained apart from it. Keep the pieces themselves.",
        {"layers": "copied"},
    ),
    Fault(
        "weights_of_its_own",
        "There is a norm that BERT does not have",
        "The blocks end with a norm already. What stands here assembles the three pieces and has "
        "no weights of its own.",
        {"layers": "extra_norm"},
    ),
    nothing_returned(give="nothing"),
    Fault(
        "hidden_only",
        "Only the hidden states are returned",
        "Two things are asked for: hidden, for tasks about words, and pooled, for tasks about the "
        "whole text: return hidden, pooled.",
        {"give": "hidden"},
    ),
    Fault(
        "pooled_only",
        "Only the pooled output is returned",
        "Two things are asked for: return hidden, pooled.",
        {"give": "pooled"},
    ),
    Fault(
        "results_exchanged",
        "The two results are exchanged",
        "First the hidden states (B, S, D), then the pooled output (B, D).",
        {"give": "exchanged"},
    ),
    Fault(
        "first_token_only",
        "Of the hidden states only the first token is returned",
        "The pooler takes care of [CLS]. The hidden states of all tokens are returned, (B, S, D).",
        {"give": "first_token"},
    ),
    Fault(
        "dict_returned",
        "A dict is returned",
        "A pair is asked for here: return hidden, pooled.",
        {"give": "dict"},
    ),
    Fault(
        "encoder_skipped",
        "The encoder is not applied",
        "The embedding knows each word alone. hidden = self.encoder(x, mask).",
        {"encode": "skipped"},
    ),
    Fault(
        "encoder_twice",
        "The encoder is applied twice",
        "It holds all the blocks already.",
        {"encode": "twice"},
    ),
    Fault(
        "pooled_from_the_embedding",
        "The pooler gets the embedding",
        "It should sum up what the encoder has found: self.pooler(hidden).",
        {"pool": "embedding"},
    ),
    Fault(
        "first_token_twice",
        "The first token is picked before the pooler",
        "The pooler picks it itself, and needs (B, S, D) for that: self.pooler(hidden).",
        {"pool": "first_already"},
    ),
    Fault(
        "pooler_not_applied",
        "The pooler is not applied",
        "The pooled output is not [CLS] itself, but what the pooler makes of it: "
        "self.pooler(hidden).",
        {"pool": "by_hand"},
    ),
    Fault(
        "mask_from_ids",
        "The mask is made from the ids",
        "`ids > 0` works only as long as [PAD] is number 0 and nothing else is, and whoever passes "
        "a mask is not heard. Pass on the mask that is given.",
        {"encode": "from_ids"},
    ),
    Fault(
        "default_mask_from_ids",
        "Without a mask, one is made from the ids",
        "No mask means that all are tokens. `ids > 0` hides whatever has number 0, in whatever "
        "vocabulary. None can go on to the encoder as it is.",
        {"encode": "default_from_ids"},
    ),
    Fault(
        "mask_and_ids",
        "The ids have a say in the mask",
        "Hiding id 0 as well is right only where [PAD] is number 0. The mask that is given is "
        "enough.",
        {"encode": "both_masks"},
    ),
    Fault(
        "mask_ignored",
        "The mask is not passed to the encoder",
        "Every block then looks at padding, and a sentence means something else in longer company: "
        "self.encoder(x, mask).",
        {"encode": "mask_ignored"},
    ),
    Fault(
        "mask_inverted",
        "The mask is turned round",
        "1 is a token, for the encoder as well. Pass it on as it is. (Large negative numbers for "
        "padding, as other codes have them, are not 0 either, and count as tokens here.)",
        {"encode": "inverted"},
    ),
    Fault(
        "mask_reshaped",
        "The mask is given new axes",
        "The attention takes it as (B, S) and shapes it itself. Pass it on as it is.",
        {"encode": "reshaped"},
    ),
    Fault(
        "mask_not_optional",
        "The code does not work without a mask",
        "`mask` is None unless the caller passes one. None can go on to the encoder as it is.",
        {"encode": "not_optional"},
    ),
    Fault(
        "mask_by_keyword",
        "The mask is passed by keyword",
        "An encoder takes its context by place, whatever its name there: self.encoder(x, mask).",
        {"encode": "keyword"},
    ),
    Fault(
        "segments_to_encoder",
        "The encoder gets the segments",
        "They have done their work in the embedding. The encoder needs the mask.",
        {"encode": "segments"},
    ),
    Fault(
        "more_context_than_wanted",
        "The encoder gets mask and segments",
        "Its context goes on to the attention untouched, and that takes a mask and nothing else "
        "of this: self.encoder(x, mask).",
        {"encode": "more"},
    ),
    Fault(
        "segments_ignored",
        "The segments are not passed to the embedding",
        "All tokens then belong to sentence A: self.embedding(ids, segments).",
        {"embed": "segments_ignored"},
    ),
    Fault(
        "mask_as_segments",
        "The embedding gets the mask for the segments",
        "Both are (B, S) of 0 and 1, so nothing complains: self.embedding(ids, segments).",
        {"embed": "mask_as_segments"},
    ),
    Fault(
        "embedding_gets_all",
        "The embedding gets the mask, too",
        "It looks up ids and segments, padding or not: self.embedding(ids, segments).",
        {"embed": "all"},
    ),
    Fault(
        "arguments_exchanged",
        "Mask and segments are exchanged",
        "The order is forward(ids, mask, segments). Both are (B, S) of 0 and 1, so nothing "
        "complains.",
        {"signature": "exchanged"},
    ),
    Fault(
        "pooler_cut_off",
        "No gradient flows from the pooler into the encoder",
        "With detach in between, what is learned from whole texts stops at the pooler.",
        {"pool": "detached"},
    ),
    gradient_stopped(gradient=False),
    forward_called(
        "self.embedding(ids, segments), self.encoder(x, mask), self.pooler(hidden)", call="forward"
    ),
)


def pieces() -> tuple[nn.Module, nn.Module, nn.Module]:
    """A small embedding, encoder and pooler with weights that matter."""

    def make_block() -> nn.Module:
        attention, feed_forward = MultiHeadAttention(8, 2), PositionwiseFeedForward(8, 12)
        return TransformerBlock(attention, feed_forward, 8)

    embedding, encoder = BERTEmbedding(11, 8, 9), EncoderStack(make_block, 2)
    return fill(embedding), fill(encoder), fill(Pooler(8))


def made_bert(B: Any) -> Any:
    return B(*pieces()).eval()


def ids_of(batch: int = 3, length: int = 5) -> Tensor:
    """Ids of all kinds, 0 among them, which is a token like any other here."""
    generator = torch.Generator().manual_seed(1)
    ids = torch.randint(0, 11, (batch, length), generator=generator)
    ids[:, 1] = 0
    return ids


def mask_of() -> Tensor:
    return torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0], [1, 1, 0, 0, 0]])


def segments_of() -> Tensor:
    return torch.tensor([[0, 0, 1, 1, 1], [0, 1, 1, 0, 0], [0, 0, 0, 0, 0]])


def _registered(B: Any) -> dict[str, int]:
    """How many weights are registered of each piece, and in all; a copy's are not the piece's."""
    three = pieces()
    own = {id(parameter) for parameter in B(*three).parameters()}
    seen = {
        f"of the {name}": sum(id(parameter) in own for parameter in piece.parameters())
        for name, piece in _by_name(three).items()
    }
    return {**seen, "in all": len(own)}


def _bert_parameters(B: Any) -> dict[str, int]:
    return {f"registered weights {whose}": count for whose, count in _registered(B).items()}


def _bert_runs(B: Any) -> Any:
    """The kinds of result, before their values are looked at."""
    result = made_bert(B)(ids_of())
    if isinstance(result, tuple | list) and all(isinstance(part, Tensor) for part in result):
        return [str(tuple(part.shape)) for part in result]
    if isinstance(result, Tensor):
        return Said(f"it is one tensor, {tuple(result.shape)}, and should be two: hidden, pooled")
    return type(result).__name__


def _bert_modes(B: Any) -> dict[str, bool]:
    three = pieces()
    model = B(*three).eval()
    evaluated = any(module.training for piece in three for module in piece.modules())
    model.train()
    trained = all(module.training for piece in three for module in piece.modules())
    return {"a piece is in training mode after eval()": evaluated, "after train() all are": trained}


def _bert_gradients(B: Any) -> dict[str, Any]:
    embedding, encoder, pooler = pieces()
    model = B(embedding, encoder, pooler).eval()
    weights = {
        "word table": embedding.word.weight,
        "query layer": encoder.blocks[0].attention.query.weight,
        "pooler": pooler.dense.weight,
    }
    return {
        name: gradients(model(ids_of(), mask_of(), segments_of())[number], **weights)
        for number, name in enumerate(("hidden", "pooled"))
    }


def _bert_hooks(B: Any) -> Any:
    three = pieces()
    model = B(*three).eval()
    return ways_called(_by_name(three), lambda: model(ids_of()))


def _by_name(three: tuple[nn.Module, ...]) -> dict[str, nn.Module]:
    return dict(zip(("embedding", "encoder", "pooler"), three, strict=True))


def _bert_double(B: Any) -> Any:
    return made_bert(B).double()(ids_of(), mask_of(), segments_of())


def _bert_unchanged(B: Any) -> Any:
    return unchanged(made_bert(B), ids=ids_of(), mask=mask_of(), segments=segments_of())


def _company_matters(B: Any) -> str | None:
    model, ids, mask = made_bert(B), ids_of(), mask_of()
    (together, _), (alone, _) = model(ids, mask), model(ids[2:, :2])
    if torch.allclose(together[2, :2], alone[0], atol=1e-4):
        return None
    return "A sentence gives another result beside longer ones than alone, so padding is looked at."


class _LookUp(nn.Module):
    """An embedding that a person can follow."""

    def __init__(self) -> None:
        super().__init__()
        self.factor = nn.Parameter(torch.tensor(10.0))

    def forward(self, ids: Tensor, segments: Tensor | None = None) -> Tensor:
        x = self.factor * ids if segments is None else self.factor * ids + segments
        return x[..., None]


class _AddMean(nn.Module):
    """An encoder that adds to every token the mean of the tokens."""

    def forward(self, x: Tensor, *context: Any) -> Tensor:
        mask = context[0] if context and context[0] is not None else torch.ones_like(x[..., 0])
        keep = mask[..., None].to(x.dtype)
        return x + (x * keep).sum(1, keepdim=True) / keep.sum(1, keepdim=True)


class _MinusFirst(nn.Module):
    """A pooler that turns the sign of the first token."""

    def forward(self, hidden: Tensor) -> Tensor:
        return -hidden[:, 0]


FOLLOWED = {
    "embedding": "10 · id + segment",
    "encoder": "adds the mean of the tokens",
    "pooler": "minus the first",
}


def _bert_example(B: Any, ids: Tensor, mask: Any = None, segments: Any = None, **_: str) -> Any:
    model = B(_LookUp(), _AddMean(), _MinusFirst()).eval()
    if mask is None and segments is None:
        return model(ids)
    return model(ids, mask, segments)


def _bert_gradients_by_hand(B: Any, ids: Tensor, **_: str) -> dict[str, Any]:
    embedding = _LookUp()
    model = B(embedding, _AddMean(), _MinusFirst()).eval()
    return {
        name: gradients_of(model(ids)[number].sum(), ten=embedding.factor)["ten"]
        for number, name in enumerate(("from hidden", "from pooled"))
    }


def _bert_hooks_by_hand(B: Any, ids: Tensor, **_: str) -> dict[str, int]:
    three = _LookUp(), _AddMean(), _MinusFirst()
    model = B(*three).eval()
    return calls(_by_name(three), lambda: model(ids))


BERT_EXERCISE = Exercise(
    id="bert",
    week=4,
    title="BERT",
    difficulty=2,
    minutes=10,
    hints=(
        "Three lines, one for each piece, each on the result of the one before.",
        "The segments go to the embedding, the mask goes to the encoder, and both may be None, "
        "which either piece understands. The pooler gets the hidden states as they are.",
        "`x = self.embedding(ids, segments)`, `hidden = self.encoder(x, mask)`, "
        "`return hidden, self.pooler(hidden)`",
    ),
    reference=BERTCore,
    family=Family(bert_family, BERT_FAULTS),
    probes=(
        Probe("parameters", "in its pieces", _bert_parameters),
        Probe("runs", "on a first call, with ids alone", _bert_runs),
        Probe("values", "on ids alone", lambda B: made_bert(B)(ids_of())),
        Probe(
            "segments",
            "when segments are passed",
            lambda B: made_bert(B)(ids_of(), None, segments_of()),
        ),
        Probe("mask", "when a mask is passed", lambda B: made_bert(B)(ids_of(), mask_of())),
        Probe(
            "mask kinds",
            "when the mask holds True and False, or decimal numbers",
            lambda B: (
                made_bert(B)(ids_of(), mask_of().bool()),
                made_bert(B)(ids_of(), mask_of().float()),
            ),
        ),
        Probe(
            "both",
            "with a mask and segments",
            lambda B: made_bert(B)(ids_of(), mask_of(), segments_of()),
        ),
        Probe(
            "sizes",
            "with one sentence, and with one token",
            lambda B: (made_bert(B)(ids_of(1, 8)), made_bert(B)(ids_of(4, 2)[:, :1])),
        ),
        Probe("modes", "in training and evaluation mode", _bert_modes),
        Probe("gradients", "in the gradients", _bert_gradients),
        Probe("hooks", "in how its pieces are called", _bert_hooks),
        Probe("double", "in double precision", _bert_double, 1e-6),
        Probe("unchanged", "in what it leaves behind", _bert_unchanged),
    ),
    examples=(
        Example(
            lambda: {
                "pieces": "of width 8, with two blocks",
                "asked": "how many weight tensors are registered",
            },
            lambda B, **_: _registered(B),
        ),
        Example(lambda: {**FOLLOWED, "ids": torch.tensor([[2, 0, 1]])}, _bert_example),
        Example(
            lambda: {
                **FOLLOWED,
                "ids": torch.tensor([[2, 3, 1]]),
                "segments": torch.tensor([[0, 0, 1]]),
            },
            _bert_example,
        ),
        Example(
            lambda: {
                **FOLLOWED,
                "ids": torch.tensor([[2, 0, 7]]),
                "mask": torch.tensor([[1, 1, 0]]),
            },
            _bert_example,
        ),
        Example(
            lambda: {
                **FOLLOWED,
                "ids": torch.tensor([[1, 3]]),
                "asked": "the gradient of each result's sum, for the 10",
            },
            _bert_gradients_by_hand,
        ),
        Example(
            lambda: {
                **FOLLOWED,
                "ids": torch.tensor([[1, 3]]),
                "asked": "how many hooks on each piece run",
            },
            _bert_hooks_by_hand,
        ),
    ),
    behaviours=(_company_matters,),
)

# --- count_parameters -------------------------------------------------------------------------

# From the sizes to the number of numbers in each part; what is left out or counted wrongly.
TABLES = {
    "right": lambda v, d, t, g: (v + t + g) * d,
    "words_only": lambda v, d, t, g: v * d,
    "no_positions": lambda v, d, t, g: (v + g) * d,
    "no_segments": lambda v, d, t, g: (v + t) * d,
    "words_twice": lambda v, d, t, g: (2 * v + t + g) * d,
    "rows": lambda v, d, t, g: v + t + g,
    "positions_512": lambda v, d, t, g: (v + 512 + g) * d,
    "segments_2": lambda v, d, t, g: (v + t + 2) * d,
    "segments_3": lambda v, d, t, g: (v + t + 3) * d,
}
ATTENTIONS = {
    "right": lambda d: 4 * (d * d + d),
    "no_output": lambda d: 3 * (d * d + d),
    "one": lambda d: d * d + d,
    "none": lambda d: 0,
}
ATTENTION_BIASES = {"right": 0, "missing": -4}
FEED_FORWARDS = {
    "right": lambda d, f: 2 * d * f + f + d,
    "one_layer": lambda d, f: d * f + f,
    "four_times": lambda d, f: 2 * d * 4 * d + 4 * d + d,
    "square": lambda d, f: 2 * (d * d + d),
    "none": lambda d, f: 0,
}
FEED_FORWARD_BIASES = {
    "right": lambda d, f: 0,
    "missing": lambda d, f: -f - d,
    "both_d": lambda d, f: d - f,
    "both_f": lambda d, f: f - d,
    "inner_only": lambda d, f: -d,
    "outer_only": lambda d, f: -f,
}
BLOCK_NORMS = {"right": 4, "one": 2}  # times D
POOLERS = {
    "right": lambda d: d * d + d,
    "none": lambda d: 0,
    "no_bias": lambda d: d * d,
}
HEADS = {
    "none": lambda v, d: 0,
    "nsp": lambda v, d: 2 * d + 2,
    "mlm": lambda v, d: d * d + d + 2 * d + v,
    "both": lambda v, d: d * d + d + 2 * d + v + 2 * d + 2,
}
COUNT_GIVES = {
    "right": lambda n: n,
    "nothing": lambda n: None,
    "millions": lambda n: n / 1e6,
    "rounded": lambda n: round(n / 1e6, 1),
    "text": lambda n: f"{n:,}",
    "bytes": lambda n: 4 * n,
}


def count_family(
    tables: str = "right",
    embedding_norm: int = 2,
    attention: str = "right",
    attention_bias: str = "right",
    feed_forward: str = "right",
    feed_forward_bias: str = "right",
    block_norms: str = "right",
    norm_bias: bool = True,
    layers: str = "n",
    pooler: str = "right",
    heads: str = "none",
    give: str = "right",
) -> Any:
    def count_parameters(
        vocab_size: int,
        d_model: int,
        n_layers: int,
        d_ff: int,
        max_len: int = 512,
        n_segments: int = 2,
    ) -> Any:
        v, d, f = vocab_size, d_model, d_ff
        norms = embedding_norm * d
        block = ATTENTIONS[attention](d) + ATTENTION_BIASES[attention_bias] * d
        block += FEED_FORWARDS[feed_forward](d, f) + FEED_FORWARD_BIASES[feed_forward_bias](d, f)
        norms += (n_layers if layers == "n" else 1) * BLOCK_NORMS[block_norms] * d
        total = TABLES[tables](v, d, max_len, n_segments)
        total += block * (n_layers if layers == "n" else 1)
        total += norms if norm_bias else norms // 2
        return COUNT_GIVES[give](total + POOLERS[pooler](d) + HEADS[heads](v, d))

    return count_parameters


COUNT_FAULTS = (
    nothing_returned(give="nothing"),
    Fault(
        "in_millions",
        "The result is in millions",
        "The number itself is wanted, to the last one.",
        {"give": "millions"},
    ),
    Fault(
        "rounded",
        "The result is rounded to millions",
        "The number itself is wanted, to the last one.",
        {"give": "rounded"},
    ),
    Fault(
        "as_text",
        "The result is a text",
        "Return the number; how it is written comes later.",
        {"give": "text"},
    ),
    Fault(
        "in_bytes",
        "The result is four times too large",
        "Each number takes four bytes in float32, but numbers are to be counted, not bytes.",
        {"give": "bytes"},
    ),
    Fault(
        "one_block_counted",
        "Only one block is counted",
        "There are n_layers of them, each with weights of its own.",
        {"layers": "one"},
    ),
    Fault(
        "words_only",
        "Of the tables, only the words are counted",
        "Positions and segments have tables, too: max_len and n_segments rows of D numbers.",
        {"tables": "words_only"},
    ),
    Fault(
        "positions_missing",
        "The position table is not counted",
        "BERT learns a vector for each of max_len positions.",
        {"tables": "no_positions"},
    ),
    Fault(
        "segments_missing",
        "The segment table is not counted",
        "It is small, n_segments rows of D numbers, but it is there.",
        {"tables": "no_segments"},
    ),
    Fault(
        "word_table_twice",
        "The word table is counted twice",
        "The masked-word head decodes with the same table (week 5), so it exists only once.",
        {"tables": "words_twice"},
    ),
    Fault(
        "rows_counted",
        "The rows of the tables are counted, not their numbers",
        "Each row of a table holds D numbers.",
        {"tables": "rows"},
    ),
    Fault(
        "max_len_fixed",
        "There are always 512 positions",
        "That is BERT's default. The function is told how many: max_len.",
        {"tables": "positions_512"},
    ),
    Fault(
        "n_segments_fixed",
        "There are always two segments",
        "That is BERT's default. The function is told how many: n_segments.",
        {"tables": "segments_2"},
    ),
    Fault(
        "three_segments",
        "There are always three segments",
        "Some codes give padding a row of its own. BERT has two, and the function is told how "
        "many: n_segments.",
        {"tables": "segments_3"},
    ),
    Fault(
        "embedding_norm_missing",
        "The norm of the embedding is not counted",
        "The sum of the three embeddings is normalised: D scales and D shifts more.",
        {"embedding_norm": 0},
    ),
    Fault(
        "attention_missing",
        "The attention is not counted",
        "Each block has four linear layers from D to D there.",
        {"attention": "none"},
    ),
    Fault(
        "output_projection_missing",
        "The attention has three linear layers here, and needs a fourth",
        "After query, key and value comes the output layer, which mixes the heads.",
        {"attention": "no_output"},
    ),
    Fault(
        "one_projection",
        "The attention has one linear layer here, and needs four",
        "Query, key, value and output, each from D to D.",
        {"attention": "one"},
    ),
    Fault(
        "attention_biases_or_norms_missing",
        "4 · d_model numbers are missing in each block",
        "Either the biases of the four linear layers in the attention, D each, or the two norms, "
        "2 · D each.",
        {"attention_bias": "missing"},
    ),
    Fault(
        "feed_forward_missing",
        "The feed-forward is not counted",
        "It is the larger half of a block: two linear layers, D to d_ff and back.",
        {"feed_forward": "none"},
    ),
    Fault(
        "one_feed_forward_layer",
        "Only one layer of the feed-forward is counted",
        "There are two: from D to d_ff, and from d_ff back to D.",
        {"feed_forward": "one_layer"},
    ),
    Fault(
        "d_ff_not_used",
        "d_ff is taken to be 4 · d_model",
        "It is in every published BERT, but the function is told: use d_ff.",
        {"feed_forward": "four_times"},
    ),
    Fault(
        "feed_forward_square",
        "The feed-forward is counted as if it kept the width",
        "Its layers go from D to d_ff and back: D · d_ff numbers each.",
        {"feed_forward": "square"},
    ),
    Fault(
        "feed_forward_bias_missing",
        "The biases of the feed-forward are not counted",
        "The inner layer has d_ff of them, the outer one d_model.",
        {"feed_forward_bias": "missing"},
    ),
    Fault(
        "inner_bias_of_d",
        "The inner layer's bias has d_model numbers here",
        "A bias has one number for each output, and the inner layer has d_ff outputs.",
        {"feed_forward_bias": "both_d"},
    ),
    Fault(
        "outer_bias_of_d_ff",
        "The outer layer's bias has d_ff numbers here",
        "A bias has one number for each output, and the outer layer has d_model outputs.",
        {"feed_forward_bias": "both_f"},
    ),
    Fault(
        "outer_bias_missing",
        "The bias of the feed-forward's outer layer is not counted",
        "It has d_model numbers, one for each output.",
        {"feed_forward_bias": "inner_only"},
    ),
    Fault(
        "inner_bias_missing",
        "The bias of the feed-forward's inner layer is not counted",
        "It has d_ff numbers, one for each output.",
        {"feed_forward_bias": "outer_only"},
    ),
    Fault(
        "one_norm_a_block",
        "One norm a block is counted, and there are two",
        "One after the attention, one after the feed-forward.",
        {"block_norms": "one"},
    ),
    Fault(
        "norm_bias_missing",
        "A norm is counted as D numbers, and has 2 · D",
        "D scales, called weight, and D shifts, called bias. (If you have both: one norm a block "
        "and the bias of the pooler are as many together.)",
        {"norm_bias": False},
    ),
    Fault(
        "pooler_missing",
        "The pooler is not counted",
        "It has a linear layer from D to D, once.",
        {"pooler": "none"},
    ),
    Fault(
        "pooler_bias_missing",
        "The bias of the pooler is not counted",
        "Its linear layer has D of them.",
        {"pooler": "no_bias"},
    ),
    Fault(
        "nsp_head_counted",
        "The next-sentence head is counted, too",
        "Heads stand on top of BERT, and are thrown away after pre-training.",
        {"heads": "nsp"},
    ),
    Fault(
        "mlm_head_counted",
        "The masked-word head is counted, too",
        "Heads stand on top of BERT, and are thrown away after pre-training.",
        {"heads": "mlm"},
    ),
    Fault(
        "heads_counted",
        "The pre-training heads are counted, too",
        "They stand on top of BERT, and are thrown away after pre-training.",
        {"heads": "both"},
    ),
)

SIZES = (
    {"vocab_size": 1009, "d_model": 30, "n_layers": 3, "d_ff": 77, "max_len": 101, "n_segments": 5},
    {"vocab_size": 211, "d_model": 14, "n_layers": 7, "d_ff": 40, "max_len": 17, "n_segments": 4},
)


def _counts(f: Any) -> list[Any]:
    return [f(*sizes.values()) for sizes in SIZES]


def _defaults(f: Any) -> list[Any]:
    return [f(300, 16, 2, 64), f(300, 16, 2, 64, 20)]


def _block_differs(f: Any) -> str | None:
    found = f(10, 4, 2, 6) - f(10, 4, 1, 6)
    expected = count_parameters(10, 4, 2, 6) - count_parameters(10, 4, 1, 6)
    if found == expected:
        return "What you count in a block is right. Look at what is around the blocks."
    return f"A block with d_model=4 and d_ff=6 has {expected} numbers, and you count {found}."


def _around_differs(f: Any) -> str | None:
    found, expected = f(10, 4, 0, 6), count_parameters(10, 4, 0, 6)
    if found == expected:
        return "What you count around the blocks is right. Look at the block."
    return f"Without any block (n_layers=0) it should be {expected} for d_model=4, and is {found}."


def _count_example(**sizes: int) -> Example:
    return Example(lambda: dict(sizes), lambda f, **sizes: f(*sizes.values()))


COUNT_PARAMETERS = Exercise(
    id="count_parameters",
    week=4,
    title="Count the parameters",
    difficulty=2,
    minutes=12,
    hints=(
        "A linear layer from a to b has a · b weights and b biases; a norm of D features has 2 · D "
        "numbers; a table has its rows times D.",
        "Embedding: three tables and a norm. Block: four linear layers D to D, a norm, D to d_ff, "
        "d_ff to D, a norm. Then n_layers blocks, and the pooler, one linear layer D to D.",
        "`norm = 2 * d_model`, `embedding = (vocab_size + max_len + n_segments) * d_model + norm`, "
        "`attention = 4 * (d_model**2 + d_model)`, `feed_forward = 2 * d_model * d_ff + d_ff + "
        "d_model`; the sum is `embedding + n_layers * (attention + feed_forward + 2 * norm) + "
        "d_model**2 + d_model`",
    ),
    reference=count_parameters,
    family=Family(count_family, COUNT_FAULTS),
    probes=(
        Probe("count", "for two small models", _counts, 0.0),
        Probe("defaults", "when max_len and n_segments are left out", _defaults, 0.0),
    ),
    examples=(
        _count_example(vocab_size=10, d_model=2, n_layers=1, d_ff=3, max_len=5, n_segments=2),
        _count_example(vocab_size=10, d_model=2, n_layers=3, d_ff=5, max_len=5, n_segments=4),
    ),
    behaviours=(_block_differs, _around_differs),
)
