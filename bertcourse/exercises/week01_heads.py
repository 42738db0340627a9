"""Week 1, second half: splitting into heads, merging them, and multi-head attention."""

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from bertcourse import attention
from bertcourse.exercises.common import (
    dropout_fixed,
    dropout_in_eval,
    dropout_not_rescaled,
    fill_overflows_half,
    gradient_stopped,
    layers_not_registered,
    mask_no_bool,
    n_heads_as_head_size,
    nothing_returned,
    super_init_missing,
    super_init_misspelt,
)
from bertcourse.exercises.exercise import Example, Exercise
from bertcourse.exercises.family import Family, Fault
from bertcourse.exercises.inputs import fill, finite, gradients, numbers, unchanged, yes_no
from bertcourse.exercises.probes import Probe, Said
from bertcourse.exercises.week01_attention import HIDES, lowest

# --- split_heads and merge_heads --------------------------------------------------------------

# x (B, S, D) and H, to (B, S, H, d): how the features are cut.
CUTS = {
    "right": lambda x, h: x.unflatten(-1, (h, -1)),
    "interleaved": lambda x, h: x.unflatten(-1, (-1, h)).transpose(-1, -2),
    "head_size": lambda x, h: x.unflatten(-1, (-1, h)),
}

# (B, S, H, d), to (B, H, S, d): how the axes are ordered.
ORDERS = {
    "right": lambda x: x.transpose(1, 2),
    "not_transposed": lambda x: x,
    "heads_first": lambda x: x.permute(2, 0, 1, 3),
    "features_second_to_last": lambda x: x.permute(0, 2, 3, 1),
    "batch_merged": lambda x: x.transpose(1, 2).flatten(0, 1),
}

# Both at once, in ways that are none of these.
SPLITS = {
    "view_only": lambda x, h: x.reshape(x.size(0), h, x.size(1), -1),
    "decimal": lambda x, h: x.view(x.size(0), x.size(1), h, x.size(2) / h).transpose(1, 2),
    "tokens_split": lambda x, h: x.view(x.size(0), -1, h, x.size(2)).transpose(1, 2),
    "nothing": lambda x, h: None,
}

# x (B, H, S, d), to (B, S, D).
MERGES = {
    "right": lambda x: x.transpose(1, 2).flatten(2),
    "view_only": lambda x: x.reshape(x.size(0), x.size(2), -1),
    "not_transposed": lambda x: x.flatten(2),
    "not_contiguous": lambda x: x.transpose(1, 2).view(x.size(0), x.size(2), -1),
    "interleaved": lambda x: x.permute(0, 2, 3, 1).flatten(2),
    "last_axes": lambda x: x.transpose(-2, -1).reshape(x.size(0), x.size(2), -1),
    "added": lambda x: x.sum(dim=1),
    "averaged": lambda x: x.mean(dim=1),
    "heads_kept": lambda x: x.transpose(1, 2),
    "heads_with_tokens": lambda x: x.flatten(1, 2),
    "nothing": lambda x: None,
}


def split_family(
    form: str = "right", cut: str = "right", order: str = "right", gradient: bool = True
) -> Any:
    def split_heads(x: Tensor, n_heads: int) -> Tensor | None:
        x = x if gradient else x.detach()
        if form != "right":
            return SPLITS[form](x, n_heads)
        return ORDERS[order](CUTS[cut](x, n_heads))

    return split_heads


def merge_family(form: str = "right", gradient: bool = True) -> Any:
    merge = MERGES[form]
    return merge if gradient else lambda x: merge(x.detach())


SPLIT_FAULTS = (
    nothing_returned(form="nothing"),
    Fault(
        "view_without_transpose",
        "The heads are cut by a view alone",
        "In memory the D features of a token lie side by side. A view to (B, H, S, d) keeps that "
        "order, so head 0 gets whole tokens from the front of the sentence. First (B, S, H, d), "
        "then transpose(1, 2).",
        {"form": "view_only"},
    ),
    Fault(
        "heads_interleaved",
        "The heads take every H-th feature",
        "Head 0 should have the first d features side by side: cut D into (H, d), not into (d, H).",
        {"cut": "interleaved"},
    ),
    Fault(
        "heads_after_tokens",
        "The heads stand behind the tokens",
        "(B, S, H, d) is half of the way. Attention works on the last two axes, which have to be "
        "S and d: transpose(1, 2).",
        {"order": "not_transposed"},
    ),
    n_heads_as_head_size(cut="head_size"),
    Fault(
        "heads_before_batch",
        "The heads stand before the batch",
        "(B, H, S, d) is asked for, the batch first.",
        {"order": "heads_first"},
    ),
    Fault(
        "features_before_tokens",
        "Tokens and features are exchanged",
        "The last two axes have to be S and d, in that order.",
        {"order": "features_second_to_last"},
    ),
    Fault(
        "batch_and_heads_merged",
        "Batch and heads are one axis",
        "(B·H, S, d) works for torch.bmm, but the mask needs to tell batch and heads apart: (B, "
        "H, S, d).",
        {"order": "batch_merged"},
    ),
    Fault(
        "decimal_size",
        "`/` gives a decimal number, and sizes are whole",
        "12 / 3 is 4.0 in Python, and no axis has 4.0 entries. `//` divides and stays whole.",
        {"form": "decimal"},
    ),
    Fault(
        "tokens_split",
        "The tokens are cut, not the features",
        "Every head sees all S tokens, and d of their features.",
        {"form": "tokens_split"},
    ),
    gradient_stopped(gradient=False),
)

MERGE_FAULTS = (
    nothing_returned(form="nothing"),
    Fault(
        "reshape_without_transpose",
        "The heads are merged by a reshape alone",
        "In memory a head's tokens lie side by side, so the reshape joins different tokens of one "
        "head. First transpose(1, 2), then the d features of all heads of a token are next to "
        "each other.",
        {"form": "view_only"},
    ),
    Fault(
        "view_of_transposed",
        "view cannot join what a transpose has taken apart",
        "A transpose only changes how memory is walked, and view may not move numbers. Use "
        "reshape, or contiguous() before the view.",
        {"form": "not_contiguous"},
    ),
    Fault(
        "heads_interleaved",
        "The features of the heads are interleaved",
        "Head 0's d features come first, then head 1's: (B, S, H, d) is joined, not (B, S, d, H).",
        {"form": "interleaved"},
    ),
    Fault(
        "last_axes_transposed",
        "The last two axes are transposed, not the middle ones",
        "Tokens and heads have to change places, axes 1 and 2.",
        {"form": "last_axes"},
    ),
    Fault(
        "heads_added",
        "The heads are added up",
        "Each head has features of its own; laid side by side they make D again.",
        {"form": "added"},
    ),
    Fault(
        "heads_averaged",
        "The heads are averaged",
        "Each head has features of its own; laid side by side they make D again.",
        {"form": "averaged"},
    ),
    Fault(
        "not_joined",
        "The heads are still an axis of their own",
        "(B, S, H, d) is half of the way: join the last two axes to (B, S, D).",
        {"form": "heads_kept"},
    ),
    Fault(
        "heads_and_tokens_joined",
        "Heads and tokens are joined",
        "That makes H·S tokens of d features. It is the features that are joined, for each token.",
        {"form": "heads_with_tokens"},
    ),
    gradient_stopped(gradient=False),
)


def _split_gradient(f: Any) -> Any:
    x = numbers(2, 5, 6).requires_grad_()
    return gradients(f(x, 3), x=x)


def _merge_gradient(f: Any) -> Any:
    x = numbers(2, 3, 5, 4).requires_grad_()
    return gradients(f(x), x=x)


SPLIT_HEADS = Exercise(
    id="split_heads",
    week=1,
    title="Split into heads",
    difficulty=2,
    minutes=8,
    hints=(
        "Two moves: cut the last axis D into (H, d), which gives (B, S, H, d); then bring the "
        "heads in front of the tokens.",
        "`x.reshape(B, S, H, d)` cuts the features and leaves the tokens whole. `transpose(1, 2)` "
        "swaps S and H.",
        "`B, S, D = x.shape`, then `return x.reshape(B, S, n_heads, D // n_heads).transpose(1, 2)`",
    ),
    reference=attention.split_heads,
    family=Family(split_family, SPLIT_FAULTS),
    probes=(
        Probe("values", "on two sentences of five tokens", lambda f: f(numbers(2, 5, 12), 3)),
        Probe(
            "sizes",
            "with one head, and with as many heads as features",
            lambda f: (f(numbers(2, 5, 6), 1), f(numbers(1, 4, 6), 6), f(numbers(3, 1, 6), 2)),
        ),
        Probe("gradients", "in the gradient", _split_gradient),
    ),
    examples=(
        Example(
            lambda: {"x": torch.arange(8).view(1, 2, 4), "n_heads": 2},
            lambda f, x, n_heads: f(x, n_heads),
        ),
        Example(
            lambda: {"x": torch.arange(12).view(1, 2, 6), "n_heads": 2},
            lambda f, x, n_heads: f(x, n_heads),
        ),
    ),
)

MERGE_HEADS = Exercise(
    id="merge_heads",
    week=1,
    title="Merge the heads",
    difficulty=2,
    minutes=5,
    hints=(
        "Undo the two moves of split_heads in the opposite order.",
        "`x.transpose(1, 2)` is (B, S, H, d). Joining its last two axes needs reshape: after a "
        "transpose, view refuses.",
        "`B, H, S, d = x.shape`, then `return x.transpose(1, 2).reshape(B, S, H * d)`",
    ),
    reference=attention.merge_heads,
    family=Family(merge_family, MERGE_FAULTS),
    probes=(
        Probe("values", "on two sentences, three heads", lambda f: f(numbers(2, 3, 5, 4))),
        Probe(
            "sizes",
            "with one head, and with one token",
            lambda f: (f(numbers(2, 1, 5, 4)), f(numbers(2, 3, 1, 4))),
        ),
        Probe(
            "non-contiguous",
            "on a transposed tensor",
            lambda f: f(numbers(2, 5, 3, 4).transpose(1, 2)),
        ),
        Probe("gradients", "in the gradient", _merge_gradient),
    ),
    examples=(
        Example(lambda: {"x": torch.arange(8.0).view(1, 2, 2, 2)}, lambda f, x: f(x)),
        Example(lambda: {"x": torch.arange(12.0).view(1, 2, 2, 3)}, lambda f, x: f(x)),
    ),
)

# --- multi_head_attention ---------------------------------------------------------------------

# Which layer makes queries, keys and values; None passes the input on.
PROJECTIONS = {
    "right": ("query", "key", "value"),
    "key_by_query": ("query", "query", "value"),
    "query_by_key": ("key", "key", "value"),
    "value_by_key": ("query", "key", "key"),
    "value_by_query": ("query", "key", "query"),
    "key_by_value": ("query", "value", "value"),
    "exchanged": ("key", "query", "value"),
    "all_by_query": ("query", "query", "query"),
    "key_and_value": ("query", "value", "key"),
    "value_unprojected": ("query", "key", None),
    "none": (None, None, None),
}


def _expand(mask: Tensor) -> Tensor:
    return mask[:, None, None, :] if mask.dim() == 2 else mask[:, None]


# The mask (B, S) or (B, S, S), in the shape in which it meets the scores (B, H, S, S).
MASK_SHAPES = {
    "right": _expand,
    "not_optional": _expand,
    "as_it_is": lambda m: m,
    "one_axis": lambda m: m[:, None],
    "rows": lambda m: m[:, None, :, None] if m.dim() == 2 else m[:, None],
    "tokens_only": lambda m: m[:, None, None, :],
    "both": lambda m: (m[:, None, :, None] * m[:, None, None, :]) if m.dim() == 2 else m[:, None],
}

HEAD_SPLITS = {
    "right": {},
    "one_head": {},
    "view_only": {"form": "view_only"},
    "interleaved": {"cut": "interleaved"},
    "head_size": {"cut": "head_size"},
    "not_transposed": {"order": "not_transposed"},
}

ON_WEIGHTS = ("weights", "in_eval", "fixed", "unscaled")

HEAD_SCALES = {
    "right": lambda d, h, s: math.sqrt(d),
    "none": lambda d, h, s: 1.0,
    "d_model": lambda d, h, s: math.sqrt(d * h),
    "d": lambda d, h, s: float(d),
    "heads": lambda d, h, s: math.sqrt(h),
    "length": lambda d, h, s: math.sqrt(s),
}


def heads_family(
    project: str = "right",
    split: str = "right",
    merge: str = "right",
    scale: str = "right",
    shape: str = "right",
    fill_with: str = "right",
    axis: int = -1,
    drop: str = "weights",
    out: str = "right",
    bias: bool = True,
    output_bias: bool = True,
    layers: str = "right",
    batch: str = "right",
    gradient: bool = True,
    causal: bool = False,
    unpacked: bool = True,
) -> Any:
    class M(nn.Module):
        def __init__(self, d_model: int, n_heads: int, dropout: float = 0.1):
            if layers != "no_super":
                super().__init__()
            if layers == "mangled":
                super().__init()
            self.n_heads = n_heads
            self.p = 0.1 if drop == "fixed" else dropout
            if layers == "list":
                self.layers = [nn.Linear(d_model, d_model) for _ in range(4)]
                return
            width = d_model // n_heads if layers == "one_head_wide" else d_model
            for name in ("query", "key", "value"):
                setattr(self, name, nn.Linear(d_model, width, bias=bias))
            if out != "no_layer":
                self.output = nn.Linear(d_model, d_model, bias=output_bias)
            self.dropout = nn.Dropout(self.p)

        def layer(self, name: str | None) -> Any:
            if layers == "list":
                return self.layers[("query", "key", "value", "output").index(name)]
            return getattr(self, name) if name else lambda x: x

        def forward(self, x: Tensor, mask: Any = None) -> Any:
            if batch == "size":
                x.view(x.size(), -1, self.n_heads, 1)
            heads = 1 if split == "one_head" else self.n_heads
            cut = split_family(**HEAD_SPLITS[split])
            q, k, v = (cut(self.layer(name)(x), heads) for name in PROJECTIONS[project])
            weights = self.weigh(q, k, mask, x)
            context = weights @ v if unpacked else (weights @ v, weights)
            if drop == "context":
                context = self.drop(context)
            merged = MERGES[merge](context)
            if not gradient:
                merged = merged.detach()
            result = merged if out in ("missing", "no_layer") else self.layer("output")(merged)
            if drop == "output":
                result = self.drop(result)
            return {"residual": result + x, "pair": (result, weights), "nothing": None}.get(
                out, result
            )

        def weigh(self, q: Tensor, k: Tensor, mask: Any, x: Tensor) -> Tensor:
            scores = q @ k.transpose(-2, -1)
            scores = scores / HEAD_SCALES[scale](q.size(-1), self.n_heads, x.size(1))
            if drop == "scores":
                scores = self.drop(scores)
            if shape == "not_optional":
                attention.padding_mask(mask)
            if mask is not None:
                mask = MASK_SHAPES[shape](mask)
                scores = HIDES[fill_with](scores, mask)
            if causal:
                scores = scores.masked_fill(torch.ones_like(scores).tril() == 0, lowest(scores))
            weights = scores.softmax(dim=axis)
            if mask is not None and fill_with == "after":
                weights = weights * mask
            return self.drop(weights) if drop in ON_WEIGHTS else weights

        def drop(self, x: Tensor) -> Tensor:
            if drop == "unscaled":
                return x * (torch.rand_like(x) >= self.p) if self.training else x
            return F.dropout(x, self.p, training=self.training or drop == "in_eval")

    return M


HEADS_FAULTS = (
    super_init_missing(layers="no_super"),
    super_init_misspelt(layers="mangled"),
    layers_not_registered("self.query, self.key, self.value and self.output", layers="list"),
    Fault(
        "projections_too_narrow",
        "The projections are only as wide as one head",
        "All heads together have D features: nn.Linear(d_model, d_model), cut into heads "
        "afterwards.",
        {"layers": "one_head_wide"},
    ),
    Fault(
        "bias_missing",
        "The projections have no bias",
        "BERT's query, key and value layers have one: nn.Linear(d_model, d_model) as it is.",
        {"bias": False},
    ),
    Fault(
        "output_bias_missing",
        "The output layer has no bias",
        "BERT's output projection has one: nn.Linear(d_model, d_model) as it is.",
        {"output_bias": False},
    ),
    Fault(
        "output_layer_missing",
        "There is no output layer",
        "After the heads are joined, a last linear layer mixes them. Call it self.output.",
        {"out": "no_layer"},
    ),
    nothing_returned(out="nothing"),
    Fault(
        "weights_returned_too",
        "forward returns the weights as well",
        "The layer's result is one tensor (B, S, D), so that blocks can be stacked on it.",
        {"out": "pair"},
    ),
    Fault(
        "output_not_applied",
        "The output layer is not applied",
        "The joined heads are returned as they are. self.output mixes what different heads found.",
        {"out": "missing"},
    ),
    Fault(
        "residual_added",
        "The input is added to the result",
        "The residual connection belongs to the block around this layer (week 4).",
        {"out": "residual"},
    ),
    Fault(
        "batch_size_is_a_shape",
        "The batch size is a whole shape",
        "x.size() gives all sizes; x.size(0) is the first, the batch.",
        {"batch": "size"},
    ),
    Fault(
        "pair_not_unpacked",
        "The attention's two results are taken for one",
        "scaled_dot_product_attention returns a pair. Unpack it: context, weights = ….",
        {"unpacked": False},
    ),
    Fault(
        "split_by_view_alone",
        "The heads are cut by a view alone",
        "view(B, H, S, d) keeps the order in memory and mixes tokens. First (B, S, H, d), then "
        "transpose(1, 2): that is your split_heads.",
        {"split": "view_only"},
    ),
    Fault(
        "heads_interleaved",
        "The heads take every H-th feature",
        "Cut D into (H, d), not into (d, H): head 0 has the first d features.",
        {"split": "interleaved"},
    ),
    Fault(
        "heads_after_tokens",
        "The heads stand behind the tokens",
        "On (B, S, H, d) the scores compare heads within a token. Swap axes 1 and 2 first.",
        {"split": "not_transposed", "merge": "not_transposed"},
    ),
    Fault(
        "one_head_only",
        "There is only one head",
        "All D features make one score. Cut them into n_heads slices first, each with attention "
        "of its own.",
        {"split": "one_head"},
    ),
    n_heads_as_head_size(split="head_size"),
    Fault(
        "merged_by_reshape_alone",
        "The heads are joined by a reshape alone",
        "On (B, H, S, d) that joins different tokens. First transpose(1, 2): that is your "
        "merge_heads.",
        {"merge": "view_only"},
    ),
    Fault(
        "view_of_transposed",
        "view cannot join what a transpose has taken apart",
        "Use reshape, or contiguous() before the view.",
        {"merge": "not_contiguous"},
    ),
    Fault(
        "merged_interleaved",
        "The features of the heads are interleaved when they are joined",
        "Head 0's d features come first, then head 1's.",
        {"merge": "interleaved"},
    ),
    Fault(
        "merged_last_axes",
        "The last two axes are transposed when the heads are joined",
        "Tokens and heads have to change places, axes 1 and 2.",
        {"merge": "last_axes"},
    ),
    Fault(
        "heads_added",
        "The heads are added or averaged",
        "They are laid side by side: H heads of d features make D again.",
        {"merge": "added"},
    ),
    Fault(
        "key_by_query_layer",
        "The keys come from the query layer",
        "What a token looks for and what it is found by would be the same. Use self.key for the "
        "keys.",
        {"project": "key_by_query"},
    ),
    Fault(
        "query_by_key_layer",
        "The queries come from the key layer",
        "What a token looks for and what it is found by would be the same. Use self.query for the "
        "queries.",
        {"project": "query_by_key"},
    ),
    Fault(
        "value_by_key_layer",
        "The values come from the key layer",
        "What a token is found by and what it passes on would be the same: either self.key makes "
        "the values, or the keys are mixed in their place. Use self.value.",
        {"project": "value_by_key"},
    ),
    Fault(
        "value_by_query_layer",
        "The values come from the query layer",
        "What a token looks for and what it passes on would be the same. Use self.value.",
        {"project": "value_by_query"},
    ),
    Fault(
        "key_by_value_layer",
        "The keys come from the value layer",
        "What a token is found by and what it passes on would be the same. The keys come from "
        "self.key.",
        {"project": "key_by_value"},
    ),
    Fault(
        "query_and_key_exchanged",
        "The query and the key layer are exchanged",
        "It would learn just as well, but weights of a published BERT would give transposed "
        "scores.",
        {"project": "exchanged"},
    ),
    Fault(
        "key_and_value_exchanged",
        "The key and the value layer are exchanged",
        "It would learn just as well, but weights of a published BERT would not fit.",
        {"project": "key_and_value"},
    ),
    Fault(
        "one_layer_for_all",
        "One layer makes queries, keys and values",
        "Three layers exist so that looking, being found and passing on can differ.",
        {"project": "all_by_query"},
    ),
    Fault(
        "value_not_projected",
        "The values are the input itself",
        "They go through self.value first.",
        {"project": "value_unprojected"},
    ),
    Fault(
        "nothing_projected",
        "Queries, keys and values are the input itself",
        "Without the three layers there is nothing to learn: apply self.query, self.key, "
        "self.value.",
        {"project": "none"},
    ),
    Fault(
        "scale_missing",
        "The scores are not divided by √d",
        "They grow with the width of a head, and the softmax saturates.",
        {"scale": "none"},
    ),
    Fault(
        "scale_by_d_model",
        "The scores are divided by √d_model",
        "The dot product runs over the d features of one head: divide by √d, d = d_model / "
        "n_heads.",
        {"scale": "d_model"},
    ),
    Fault(
        "scale_by_d",
        "The scores are divided by d, not by √d",
        "The standard deviation of the scores is √d.",
        {"scale": "d"},
    ),
    Fault(
        "scale_by_heads",
        "The scores are divided by the root of the number of heads",
        "The dot product runs over the d features of one head: divide by √d.",
        {"scale": "heads"},
    ),
    Fault(
        "scale_by_length",
        "The scores are divided by the root of the number of tokens",
        "The dot product runs over the d features of one head: divide by √d.",
        {"scale": "length"},
    ),
    Fault(
        "causal_always",
        "A causal mask is always applied",
        "Hiding the future makes a left-to-right model; BERT sees both sides. Hide only what the "
        "mask says.",
        {"causal": True},
    ),
    Fault(
        "softmax_over_queries",
        "The softmax runs over the queries",
        "The rows have to sum to 1: dim=-1.",
        {"axis": -2},
    ),
    Fault(
        "softmax_over_heads",
        "The softmax runs over the heads",
        "On (B, H, S, S), dim=1 makes the heads compete. Each row has to sum to 1: dim=-1.",
        {"axis": 1},
    ),
    Fault(
        "softmax_over_batch",
        "The softmax runs over the batch",
        "The sentences of a batch would compete with each other. Use dim=-1.",
        {"axis": 0},
    ),
    Fault(
        "mask_ignored",
        "The mask is not used",
        "Padding gets attention like any word.",
        {"fill_with": "ignored"},
    ),
    Fault(
        "mask_inverted",
        "The mask works the wrong way round",
        "1 is a token, 0 is padding: fill where mask == 0.",
        {"fill_with": "inverted"},
    ),
    Fault(
        "mask_after_softmax",
        "The mask is applied after the softmax",
        "The rows then sum to less than 1. Fill the scores before it.",
        {"fill_with": "after"},
    ),
    Fault(
        "masked_scores_zero",
        "Masked scores become 0",
        "exp(0) is 1: padding keeps its weight. Fill with the lowest number there is.",
        {"fill_with": "scores_zeroed"},
    ),
    Fault(
        "mask_not_expanded",
        "The mask has no axes for heads and queries",
        "The scores are (B, H, S, S). A mask (B, S) needs two axes of size 1: mask[:, None, None, "
        ":], or padding_mask(mask).",
        {"shape": "as_it_is"},
    ),
    Fault(
        "mask_one_axis_short",
        "The mask gets one new axis where it needs two",
        "(B, 1, S) lines up with (H, S, S), so the batch meets the heads. A mask (B, S) becomes "
        "(B, 1, 1, S).",
        {"shape": "one_axis"},
    ),
    Fault(
        "mask_not_optional",
        "The code does not work without a mask",
        "`mask` is None unless the caller passes one, and then there is nothing to convert: only "
        "if mask is not None.",
        {"shape": "not_optional"},
    ),
    Fault(
        "mask_on_queries",
        "The mask hides rows, not columns",
        "Padding must not be looked at, so it is hidden as a key, the last axis: mask[:, None, "
        "None, :].",
        {"shape": "rows"},
    ),
    Fault(
        "mask_on_both",
        "The mask hides padding as a query, too",
        "A padded query then has nothing to look at, and its row means nothing. It is enough to "
        "hide padding as a key: mask[:, None, None, :].",
        {"shape": "both"},
    ),
    Fault(
        "mask_of_rows_unsupported",
        "A mask (B, S, S) does not work",
        "With a row for every query, one new axis for the heads is enough: mask[:, None]. "
        "padding_mask knows both.",
        {"shape": "tokens_only"},
    ),
    Fault(
        "mask_bool_only",
        "Only a bool mask works",
        "`~` on whole numbers flips bits. `mask == 0` suits every dtype.",
        {"fill_with": "bool_only"},
    ),
    mask_no_bool(fill_with="no_bool"),
    Fault(
        "masked_row_nan",
        "A sentence of nothing but padding gives NaN",
        "With all scores at -inf the softmax is 0/0. Fill with torch.finfo(scores.dtype).min.",
        {"fill_with": "infinite"},
    ),
    Fault(
        "dropout_missing",
        "Nothing is dropped in training",
        "The weights go through nn.Dropout(dropout), after the softmax.",
        {"drop": "nothing"},
    ),
    Fault(
        "dropout_on_scores",
        "The dropout is applied to the scores",
        "A dropped score becomes 0, an ordinary score. Drop weights, after the softmax.",
        {"drop": "scores"},
    ),
    Fault(
        "dropout_on_output",
        "The dropout is applied to the output",
        "That one belongs to the block around this layer (week 4). Here it drops attention "
        "weights.",
        {"drop": "output"},
    ),
    Fault(
        "dropout_on_features",
        "The dropout is applied to single features",
        "Values or contexts lose features. Attention dropout drops whole keys: it belongs on the "
        "weights.",
        {"drop": "context"},
    ),
    dropout_fixed(drop="fixed"),
    dropout_not_rescaled("the result is smaller", drop="unscaled"),
    dropout_in_eval(drop="in_eval"),
    gradient_stopped(gradient=False),
    fill_overflows_half(fill_with="minus_billion"),
)


def made(M: Any, d_model: int = 18, n_heads: int = 3, dropout: float = 0.1) -> Any:
    """A module in evaluation mode whose parameters depend on their names alone."""
    return fill(M(d_model, n_heads, dropout)).eval()


def _parameters(M: Any) -> dict[str, str]:
    parameters = M(18, 3).named_parameters(remove_duplicate=False)
    return {name: str(tuple(parameter.shape)) for name, parameter in parameters}


def _runs(M: Any) -> str:
    """The kind of result, before its values are looked at."""
    result = made(M)(numbers(2, 5, 18))
    return str(tuple(result.shape)) if isinstance(result, Tensor) else type(result).__name__


def _mask_kinds(M: Any) -> Any:
    x, mask = numbers(2, 5, 18), yes_no(2, 5)
    return made(M)(x, mask.long()), made(M)(x, mask.float()), made(M)(x, mask)


def _masked_sentence(M: Any) -> Any:
    mask = yes_no(2, 5)
    mask[1] = False
    output = made(M)(numbers(2, 5, 18), mask)
    return {"other sentence": output[0], "values": finite(output)}


def _dropped(M: Any) -> dict[str, bool]:
    """What is left in training when everything is dropped: the output layer's bias."""
    module = made(M, dropout=1.0)
    x = numbers(2, 5, 18)
    evaluated, trained = module(x), module.train()(x)
    nothing_dropped = made(M, dropout=0.0).train()(x)
    return {
        "in training, with dropout=0, the result is the same as in evaluation": torch.allclose(
            nothing_dropped, evaluated, atol=1e-5
        ),
        "in training, with dropout=1, only the output's bias is left": torch.allclose(
            trained, module.output.bias.expand_as(trained), atol=1e-5
        ),
        "in training, with dropout=1, the result is the same as in evaluation": torch.allclose(
            trained, evaluated, atol=1e-5
        ),
        "in training, with dropout=1, everything is zero": bool((trained == 0).all()),
    }


def _evaluated(M: Any) -> Tensor:
    return made(M, dropout=1.0)(numbers(2, 5, 18))


def _whole_keys_dropped(M: Any) -> dict[str, bool]:
    """With values of 1 everywhere, dropping weights leaves the features of a head equal."""
    module = made(M, dropout=0.5).train()
    with torch.no_grad():
        module.value.weight.zero_()
        module.value.bias.fill_(1.0)
        module.output.weight.copy_(torch.eye(18))
        module.output.bias.zero_()
    heads = module(numbers(2, 9, 18)).view(2, 9, 3, 6)
    return {
        "all features of a head lose the same keys": bool((heads.std(dim=-1) < 1e-4).all()),
        "something is dropped": bool(heads.std(dim=1).max() > 1e-4),
        "what is left is scaled up": bool(0.7 < heads.mean() < 1.3),
    }


def _rows_masked(M: Any) -> Any:
    """Code for masks (B, S) alone fails on (B, S, S) in as many ways as there are styles."""
    try:
        output = made(M)(numbers(2, 5, 18), yes_no(2, 5, 5))
    except Exception:
        return Said("the code stops with an error")
    return output if output.shape == (2, 5, 18) else Said("the result has another shape")


def _one_after_the_other(M: Any) -> Any:
    module = made(M)
    first = module(numbers(2, 5, 18), yes_no(2, 5))
    return {
        "first call": first,
        "longer": module(numbers(1, 7, 18)),
        "masked": module(numbers(2, 5, 18), yes_no(2, 5, seed=3)),
    }


def _heads_gradients(M: Any) -> dict[str, Any]:
    module, x = made(M), numbers(2, 5, 18).requires_grad_()
    return gradients(module(x, yes_no(2, 5)), x=x, **dict(module.named_parameters()))


def _heads_double(M: Any) -> Tensor:
    return made(M).double()(numbers(2, 5, 18, dtype=torch.float64), yes_no(2, 5))


def _heads_unchanged(M: Any) -> Any:
    return unchanged(made(M), x=numbers(2, 5, 18), mask=yes_no(2, 5))


def _heads_half(M: Any) -> dict[str, bool]:
    x, mask = 0.5 * numbers(2, 5, 18), yes_no(2, 5)
    exact = made(attention.MultiHeadAttention)(x, mask)
    seen = {}
    for dtype in (torch.float16, torch.bfloat16):
        output = made(M).to(dtype)(x.to(dtype), mask)
        seen[str(dtype)] = output.dtype == dtype and torch.allclose(output.float(), exact, atol=0.3)
    return seen


def _shuffling_matters(M: Any) -> str | None:
    module, x = made(M), numbers(1, 5, 18)
    order = torch.tensor([3, 0, 4, 1, 2])
    if torch.allclose(module(x)[:, order], module(x[:, order]), atol=1e-4):
        return None
    return (
        "Shuffling the tokens changes more than the order of the outputs, so tokens are mixed up."
    )


def _padding_leaks(M: Any) -> str | None:
    module, x = made(M), numbers(2, 5, 18)
    mask = torch.tensor([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]])
    changed = x.clone()
    changed[0, 3:] += 10.0
    if torch.allclose(module(x, mask)[0, :3], module(changed, mask)[0, :3], atol=1e-4):
        return None
    return "The padding leaks: changing padded tokens changes the output of real ones."


def _sentences_mix(M: Any) -> str | None:
    module, x = made(M), numbers(3, 5, 18)
    if torch.allclose(module(x)[:1], module(x[:1]), atol=1e-4):
        return None
    return "A sentence gives another result alone than in a batch, so sentences are mixed."


def _simple_layers(M: Any, d_model: int, n_heads: int, dropout: float) -> Any:
    """Layers that do next to nothing, and each something else, so that a person can follow."""
    module = M(d_model, n_heads, dropout)
    first, one = torch.eye(d_model)[0], torch.eye(d_model)
    settings = {
        "query": (one, first),
        "key": (2 * one, 0 * first),
        "value": (10 * one, 0 * first),
        "output": (one, 0 * first + 100),
    }
    with torch.no_grad():
        for name, (weight, bias) in settings.items():
            getattr(module, name).weight.copy_(weight)
            getattr(module, name).bias.copy_(bias)
    return module


LAYERS = {
    "query layer": "adds 1 to the first feature",
    "key layer": "times 2",
    "value layer": "times 10",
    "output layer": "adds 100",
}


def _heads_example(
    M: Any, x: Tensor, n_heads: int, dropout: float, mode: str, mask: Any = None, **_: str
) -> Tensor:
    module = _simple_layers(M, x.size(-1), n_heads, dropout).train(mode == "training")
    return module(x, mask)


def _two_tokens(mode: str = "evaluation", dropout: float = 0.0, **more: Any) -> dict[str, Any]:
    x = torch.tensor([[[1.0, 0.0, 0.0, 2.0], [0.0, 1.0, 2.0, 0.0]]])
    return {**LAYERS, "n_heads": 2, "mode": mode, "dropout": dropout, "x": x, **more}


def _two_sentences(**more: Any) -> dict[str, Any]:
    x = numbers(2, 3, 6).round(decimals=0)
    return _two_tokens(**{"n_heads": 3, "x": x, **more})


MULTI_HEAD_ATTENTION = Exercise(
    id="multi_head_attention",
    week=1,
    title="Multi-head attention",
    difficulty=3,
    minutes=25,
    hints=(
        "In order: three projections, each split into heads; attention under the mask; the heads "
        "merged; the output layer. You have functions for all but the projections.",
        "The scores are (B, H, S, S), so a mask (B, S) needs two new axes: `padding_mask(mask)` "
        "makes them, also for (B, S, S). Pass `self.dropout` on to the attention.",
        "`if mask is not None: mask = padding_mask(mask)`, then `q, k, v = (split_heads(layer(x), "
        "self.n_heads) for layer in (self.query, self.key, self.value))`, then `context, _ = "
        "scaled_dot_product_attention(q, k, v, mask, self.dropout)`, then `return "
        "self.output(merge_heads(context))`",
    ),
    reference=attention.MultiHeadAttention,
    family=Family(heads_family, HEADS_FAULTS),
    probes=(
        Probe("parameters", "in its layers", _parameters),
        Probe("runs", "on a first call, without a mask", _runs),
        Probe("values", "on plain values, without a mask", lambda M: made(M)(numbers(2, 5, 18))),
        Probe(
            "sizes",
            "with one head, and with other sizes",
            lambda M: (
                made(M, 7, 1)(numbers(4, 3, 7)),
                made(M, 10, 5)(numbers(1, 6, 10)),
                made(M, 4, 4)(numbers(3, 1, 4)),
            ),
        ),
        Probe(
            "mask",
            "when a mask (B, S) is passed",
            lambda M: made(M)(numbers(2, 5, 18), yes_no(2, 5)),
        ),
        Probe(
            "mask of rows",
            "when a mask (B, S, S) is passed",
            _rows_masked,
        ),
        Probe("calls", "when it is called again", _one_after_the_other),
        Probe("mask kinds", "when the mask holds 0/1 numbers", _mask_kinds),
        Probe("masked sentence", "for a sentence of nothing but padding", _masked_sentence),
        Probe("evaluation", "in evaluation mode", _evaluated),
        Probe("training", "in training mode", _dropped),
        Probe("dropped keys", "in what the dropout drops", _whole_keys_dropped),
        Probe("gradients", "in the gradients", _heads_gradients),
        Probe("double", "in double precision", _heads_double, 1e-6),
        Probe(
            "non-contiguous",
            "on a transposed tensor",
            lambda M: made(M)(numbers(2, 18, 5).transpose(1, 2)),
        ),
        Probe("unchanged", "in what it leaves behind", _heads_unchanged),
        Probe("half", "in half precision", _heads_half, advice=True),
    ),
    examples=(
        Example(_two_tokens, _heads_example),
        Example(_two_sentences, _heads_example),
        Example(lambda: _two_tokens(mask=torch.tensor([[1, 0]])), _heads_example),
        Example(lambda: _two_tokens(mask=torch.tensor([[[1, 0], [1, 1]]])), _heads_example),
        Example(lambda: _two_tokens(mask=torch.tensor([[True, False]])), _heads_example),
        Example(lambda: _two_tokens(mask=torch.tensor([[False, False]])), _heads_example),
        Example(lambda: _two_sentences(mask=torch.tensor([[1, 1, 0], [1, 0, 0]])), _heads_example),
        Example(lambda: _two_tokens(dropout=1.0), _heads_example),
        Example(lambda: _two_tokens("training", dropout=1.0), _heads_example),
    ),
    behaviours=(_shuffling_matters, _padding_leaks, _sentences_mix),
)
