"""Week 1, first half: scores, scaled dot-product attention and the causal mask."""

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from bertcourse import attention
from bertcourse.exercises.common import (
    cast_to_float,
    fill_overflows_half,
    gradient_stopped,
    mask_no_bool,
    nothing_returned,
    query_changed_in_place,
)
from bertcourse.exercises.exercise import Example, Exercise
from bertcourse.exercises.family import Family, Fault
from bertcourse.exercises.inputs import finite, gradients, numbers, unchanged, yes_no
from bertcourse.exercises.probes import Probe

# --- scores -----------------------------------------------------------------------------------

PRODUCTS = {
    "right": lambda q, k: q @ k.transpose(-2, -1),
    "not_transposed": lambda q, k: q @ k,
    "axes_1_2": lambda q, k: q @ k.transpose(1, 2),
    "axes_0_1": lambda q, k: q @ k.transpose(0, 1),
    "all_axes": lambda q, k: q @ k.permute(*reversed(range(k.dim()))),
    "query_transposed": lambda q, k: q.transpose(-2, -1) @ k,
    "swapped": lambda q, k: k @ q.transpose(-2, -1),
    "elementwise": lambda q, k: q * k,
    "cosine": lambda q, k: F.normalize(q, dim=-1) @ F.normalize(k, dim=-1).transpose(-2, -1),
    "query_only": lambda q, k: q @ q.transpose(-2, -1),
    "key_only": lambda q, k: k @ k.transpose(-2, -1),
    "distance": lambda q, k: -torch.cdist(q, k),
}

SCALES = {
    "right": lambda s, q, k: s / math.sqrt(q.size(-1)),
    "none": lambda s, q, k: s,
    "d": lambda s, q, k: s / q.size(-1),
    "times": lambda s, q, k: s * math.sqrt(q.size(-1)),
    "fourth_root": lambda s, q, k: s / q.size(-1) ** 0.25,
    "floored": lambda s, q, k: s / int(math.sqrt(q.size(-1))),
    "floor_division": lambda s, q, k: s // math.sqrt(q.size(-1)),
    "query_length": lambda s, q, k: s / math.sqrt(q.size(-2)),
    "key_length": lambda s, q, k: s / math.sqrt(k.size(-2)),
    "axis_1": lambda s, q, k: s / math.sqrt(q.size(1)),
    "axis_0": lambda s, q, k: s / math.sqrt(q.size(0)),
    "eight": lambda s, q, k: s / 8,
    "logarithm": lambda s, q, k: s / math.log(q.size(-1)),
}

PRODUCT_FAULTS = (
    Fault(
        "key_not_transposed",
        "The keys are not transposed",
        "`@` needs the last axis of the left to meet the second-to-last of the right. Both are "
        "(…, S, d): swap the last two axes of the keys, so that d meets d.",
        {"product": "not_transposed"},
    ),
    Fault(
        "key_axes_1_2_swapped",
        "The keys' axes 1 and 2 are swapped",
        "Counted from the front, transpose(1, 2) is right for (B, S, d) only. With heads it swaps "
        "heads and tokens. Count from the end: transpose(-2, -1).",
        {"product": "axes_1_2"},
    ),
    Fault(
        "key_axes_0_1_swapped",
        "The keys' axes 0 and 1 are swapped",
        "Counted from the front, transpose(0, 1) is right for a single (S, d) matrix only. With a "
        "batch in front it mixes sentences. Count from the end: transpose(-2, -1).",
        {"product": "axes_0_1"},
    ),
    Fault(
        "key_axes_all_reversed",
        "All the keys' axes are reversed",
        "`.T` turns round every axis, the batch and the heads as well. Swap the last two alone: "
        "transpose(-2, -1).",
        {"product": "all_axes"},
    ),
    Fault(
        "query_transposed",
        "The queries are transposed in place of the keys",
        "Qᵀ K would sum over the tokens. Scores compare tokens, so the sum runs over their d "
        "features: Q Kᵀ.",
        {"product": "query_transposed"},
    ),
    Fault(
        "query_and_key_swapped",
        "Queries and keys are exchanged",
        "K Qᵀ is the transpose of the scores: row i should belong to query i. It only goes "
        "unnoticed when queries and keys are the same.",
        {"product": "swapped"},
    ),
    Fault(
        "elementwise_product",
        "Queries and keys are multiplied element by element",
        "`*` keeps the features apart. A score is one number a pair of tokens: multiply and sum "
        "over d, which `@` does.",
        {"product": "elementwise"},
    ),
    Fault(
        "cosine_similarity",
        "The vectors are brought to length one first",
        "That is cosine similarity. Attention keeps the lengths: a long key can ask for more "
        "attention.",
        {"product": "cosine"},
    ),
    Fault(
        "query_with_itself",
        "The queries are compared with themselves",
        "The keys are not used, so a token cannot offer anything but what it looks for.",
        {"product": "query_only"},
    ),
    Fault(
        "key_with_itself",
        "The keys are compared with themselves",
        "The queries are not used, so what a token looks for has no effect.",
        {"product": "key_only"},
    ),
    Fault(
        "distance",
        "The scores are distances",
        "Minus the distance also says who is near, but attention is defined by the dot product.",
        {"product": "distance"},
    ),
)

SCALE_FAULTS = (
    Fault(
        "scale_missing",
        "The scores are not divided by √d",
        "Dot products of d features grow like √d. The softmax then puts nearly all weight on one "
        "key, and its gradient vanishes.",
        {"scale": "none"},
    ),
    Fault(
        "scale_by_d",
        "The scores are divided by d, not by √d",
        "The standard deviation of the scores is √d. Dividing by d makes them so small that every "
        "key gets nearly the same weight. (Dividing queries and keys by √d each does it too.)",
        {"scale": "d"},
    ),
    Fault(
        "scale_multiplied",
        "The scores are multiplied by √d",
        "That makes large scores larger, the opposite of what is wanted: divide.",
        {"scale": "times"},
    ),
    Fault(
        "scale_by_fourth_root",
        "The scores are divided by the fourth root of d",
        "The square root is taken twice, or only the queries are scaled by d to the power of 1/4.",
        {"scale": "fourth_root"},
    ),
    Fault(
        "scale_rounded_down",
        "√d is rounded to a whole number",
        "int() cuts 2.45 to 2. It goes unnoticed at d = 64, where √d is 8.",
        {"scale": "floored"},
    ),
    Fault(
        "scale_floor_division",
        "`//` rounds the scores down",
        "Floor division gives whole numbers and no gradient. Use `/`.",
        {"scale": "floor_division"},
    ),
    Fault(
        "scale_by_query_length",
        "The scores are divided by the root of the number of queries",
        "size(-2) is the number of tokens. The scores' spread comes from the features, size(-1).",
        {"scale": "query_length"},
    ),
    Fault(
        "scale_by_key_length",
        "The scores are divided by the root of the number of keys",
        "The last axis of the scores is S_k. The d that counts is the last axis of the query, "
        "before the product sums it away.",
        {"scale": "key_length"},
    ),
    Fault(
        "scale_by_axis_1",
        "The scores are divided by the root of size(1)",
        "size(1) is the number of heads here. Features are the last axis: size(-1).",
        {"scale": "axis_1"},
    ),
    Fault(
        "scale_by_batch",
        "The scores are divided by the root of the batch size",
        "size(0) is the batch. The features are the last axis: size(-1).",
        {"scale": "axis_0"},
    ),
    Fault(
        "scale_constant",
        "The scores are divided by 8",
        "8 is √64, right for BERT's heads alone. Take d from the query: query.size(-1).",
        {"scale": "eight"},
    ),
    Fault(
        "scale_by_logarithm",
        "The scores are divided by log d",
        "The spread of a dot product grows like the square root of d: math.sqrt, not math.log.",
        {"scale": "logarithm"},
    ),
)


def scores_family(
    product: str = "right",
    scale: str = "right",
    give: str = "scores",
    cast: bool = False,
    in_place: bool = False,
    gradient: bool = True,
) -> Any:
    def attention_scores(query: Tensor, key: Tensor) -> Any:
        if in_place:
            query /= math.sqrt(query.size(-1))
            return query @ key.transpose(-2, -1)
        if cast:
            query, key = query.float(), key.float()
        scores = SCALES[scale](PRODUCTS[product](query, key), query, key)
        scores = scores if gradient else scores.detach()
        return {"scores": scores, "nothing": None, "softmax": scores.softmax(dim=-1)}[give]

    return attention_scores


SCORES_FAULTS = (
    *PRODUCT_FAULTS,
    *SCALE_FAULTS,
    nothing_returned(give="nothing"),
    Fault(
        "softmax_already",
        "The softmax is already applied",
        "The scores may be any numbers, also negative. They become weights in the next exercise, "
        "after the mask.",
        {"give": "softmax"},
    ),
    gradient_stopped(gradient=False),
    cast_to_float(cast=True),
    query_changed_in_place(in_place=True),
)


def qkv(*leading: int, dtype: torch.dtype = torch.float32) -> tuple[Tensor, Tensor, Tensor]:
    """Fresh queries (…, 5, 6), keys (…, 7, 6) and values (…, 7, 4)."""
    return (
        numbers(*leading, 5, 6, seed=1, dtype=dtype),
        numbers(*leading, 7, 6, seed=2, dtype=dtype),
        numbers(*leading, 7, 4, seed=3, dtype=dtype),
    )


def _scores_gradient(f: Any) -> Any:
    query, key, _ = qkv(2)
    scores = f(query.requires_grad_(), key.requires_grad_())
    return gradients(scores, query=query, key=key)


def _scores_gradient_by_hand(f: Any, query: Tensor, key: Tensor) -> dict[str, Any]:
    scores = f(query.requires_grad_(), key.requires_grad_())
    flows = gradients(scores, query=query, key=key)
    return {f"gradient of {name}": flow for name, flow in flows.items()}


def _scores_unchanged(f: Any) -> Any:
    query, key, _ = qkv(2)
    return unchanged(f, query=query, key=key)


def _scores_example() -> dict[str, Tensor]:
    return {
        "query": torch.tensor([[1.0, 2.0]]),
        "key": torch.tensor([[3.0, 1.0], [0.0, 4.0]]),
    }


ATTENTION_SCORES = Exercise(
    id="attention_scores",
    week=1,
    title="Scores",
    difficulty=1,
    minutes=8,
    hints=(
        "The scores are a table of dot products, as in week 0, but between two sets of vectors: "
        "queries in the rows, keys in the columns.",
        "`query @ key.transpose(-2, -1)` is (…, S_q, S_k). Then divide by the root of the number "
        "of features, which is the last axis of the query.",
        "`return query @ key.transpose(-2, -1) / math.sqrt(query.size(-1))`",
    ),
    reference=attention.attention_scores,
    family=Family(scores_family, SCORES_FAULTS),
    probes=(
        Probe("values", "on plain values", lambda f: f(*qkv(2, 3)[:2])),
        Probe(
            "leading",
            "without heads or batch",
            lambda f: {"no batch": f(*qkv()[:2]), "no heads": f(*qkv(3)[:2])},
        ),
        Probe("square", "on as many tokens as features", lambda f: f(numbers(3, 3), numbers(3, 3))),
        Probe("gradients", "in the gradient", _scores_gradient),
        Probe("double", "in double precision", lambda f: f(*qkv(2, dtype=torch.float64)[:2]), 1e-6),
        Probe("unchanged", "in what it leaves behind", _scores_unchanged),
    ),
    examples=(
        Example(_scores_example, lambda f, query, key: f(query, key)),
        Example(
            lambda: {"query": numbers(2, 2, 2), "key": numbers(2, 2, 2, seed=1)},
            lambda f, query, key: f(query, key),
        ),
        Example(
            lambda: {"query": numbers(2, 2, 1, 3), "key": numbers(2, 2, 2, 3, seed=1)},
            lambda f, query, key: f(query, key),
        ),
        Example(
            lambda: {"query": numbers(1, 5), "key": numbers(2, 5, seed=1)},
            lambda f, query, key: f(query, key),
        ),
        Example(_scores_example, _scores_gradient_by_hand),
        Example(
            lambda: {n: t.double() for n, t in _scores_example().items()},
            lambda f, query, key: f(query, key),
        ),
    ),
)

# --- scaled_dot_product_attention -------------------------------------------------------------


def lowest(scores: Tensor) -> float:
    """The lowest finite number of the scores' dtype."""
    return torch.finfo(scores.dtype).min


# What happens to the scores under a mask.
HIDES = {
    "right": lambda s, m: s.masked_fill(m == 0, lowest(s)),
    "ignored": lambda s, m: s,
    "inverted": lambda s, m: s.masked_fill(m != 0, lowest(s)),
    "scores_zeroed": lambda s, m: s * m,
    "mask_added": lambda s, m: s + m,
    "weak": lambda s, m: s.masked_fill(m == 0, -1.0),
    "positive": lambda s, m: s.masked_fill(m == 0, 1e9),
    "infinite": lambda s, m: s.masked_fill(m == 0, -math.inf),
    "bool_only": lambda s, m: s.masked_fill(~m, lowest(s)),
    "no_bool": lambda s, m: s + (1 - m) * -1e9,
    "rows": lambda s, m: s.masked_fill((m == 0).transpose(-2, -1), lowest(s)),
    "truth": lambda s, m: s.masked_fill(m == 0, lowest(s)) if m else s,
    "unsqueezed": lambda s, m: s.masked_fill(m.unsqueeze(1) == 0, lowest(s)),
    "mild": lambda s, m: s.masked_fill(m == 0, -100.0),
    "minus_billion": lambda s, m: s.masked_fill(m == 0, -1e9),
    "after": lambda s, m: s,
    "in_place": lambda s, m: s.masked_fill(
        m.logical_not_() if m.dtype == torch.bool else m == 0, lowest(s)
    ),
}

# How scores become weights.
WEIGHINGS = {
    "right": lambda s: s.softmax(dim=-1),
    "queries": lambda s: s.softmax(dim=-2),
    "axis_1": lambda s: s.softmax(dim=1),
    "axis_0": lambda s: s.softmax(dim=0),
    "flat": lambda s: s.flatten(-2).softmax(dim=-1).view_as(s),
    "none": lambda s: s,
    "sigmoid": lambda s: s.sigmoid(),
    "logarithm": lambda s: s.log_softmax(dim=-1),
    "twice": lambda s: s.softmax(dim=-1).softmax(dim=-1),
    "sum": lambda s: s / s.sum(dim=-1, keepdim=True),
    "exp": lambda s: s.exp(),
    "hardest": lambda s: F.one_hot(s.argmax(dim=-1), s.size(-1)).to(s.dtype),
    "unshifted": lambda s: s.exp() / s.exp().sum(dim=-1, keepdim=True).clamp(min=1e-9),
    "negated": lambda s: (-s).softmax(dim=-1),
    "no_dim": lambda s: s.softmax(dim=0 if s.dim() in (0, 1, 3) else 1),  # as PyTorch guesses
    "causal": lambda s: s.masked_fill(torch.ones_like(s).tril() == 0, lowest(s)).softmax(dim=-1),
}

MIXES = {
    "right": lambda w, q, k, v: w @ v,
    "keys": lambda w, q, k, v: w @ k,
    "queries": lambda w, q, k, v: w @ q,
    "weights_transposed": lambda w, q, k, v: w.transpose(-2, -1) @ v,
    "elementwise": lambda w, q, k, v: w * v,
    "value_first": lambda w, q, k, v: v @ w,
    "value_transposed": lambda w, q, k, v: w @ v.transpose(-2, -1),
}

GIVES = {
    "right": lambda c, w, s: (c, w),
    "context": lambda c, w, s: c,
    "weights": lambda c, w, s: w,
    "swapped": lambda c, w, s: (w, c),
    "scores": lambda c, w, s: (c, s),
    "nothing": lambda c, w, s: None,
}


def attention_family(
    product: str = "right",
    scale: str = "right",
    hide: str = "right",
    weigh: str = "right",
    drop: str = "weights",
    mix: str = "right",
    give: str = "right",
    stop: str = "nowhere",
    leading: str = "any",
    late_scale: bool = False,
    cast: bool = False,
    in_place: bool = False,
) -> Any:
    def scaled_dot_product_attention(
        query: Tensor, key: Tensor, value: Tensor, mask: Any = None, dropout: Any = None
    ) -> Any:
        if leading == "four":
            _, _, _, _ = query.shape
        if leading == "three":
            torch.bmm(query, key.transpose(-2, -1))
        if cast:
            query, key, value = query.float(), key.float(), value.float()
        if in_place:
            query /= math.sqrt(query.size(-1))
            scores = query @ key.transpose(-2, -1)
        else:
            scores = SCALES[scale](PRODUCTS[product](query, key), query, key)
        drops = dropout if dropout is not None or drop == "not_optional" else _keep_all
        if drop == "scores":
            scores = drops(scores)
        if mask is not None:
            scores = HIDES[hide](scores, mask)
        weights = WEIGHINGS[weigh](scores)
        if late_scale:
            weights = weights / math.sqrt(query.size(-1))
        if mask is not None and hide == "after":
            weights = weights * mask
        if drop == "own":
            weights = F.dropout(weights, 0.1)
        if drop in ("weights", "twice", "not_optional"):
            weights = drops(weights)
        if drop == "twice":
            weights = drops(weights)
        if drop == "value":
            value = drops(value)
        if stop == "weights":
            weights = weights.detach()
        context = MIXES[mix](weights, query, key, value)
        if drop == "context":
            context = drops(context)
        if stop == "everywhere":
            context = context.detach()
        return GIVES[give](context, weights, scores)

    return scaled_dot_product_attention


def _keep_all(x: Tensor) -> Tensor:
    return x


ATTENTION_FAULTS = (
    *PRODUCT_FAULTS,
    *SCALE_FAULTS,
    Fault(
        "scale_after_softmax",
        "The weights are divided by √d, not the scores",
        "After the softmax the rows no longer sum to 1, and the softmax has already saturated. "
        "Divide before it.",
        {"scale": "none", "late_scale": True},
    ),
    Fault(
        "softmax_over_queries",
        "The softmax runs over the queries",
        "With dim=-2 the columns sum to 1. Every query spreads its attention over the keys, so "
        "the rows have to: dim=-1.",
        {"weigh": "queries"},
    ),
    Fault(
        "softmax_over_heads",
        "The softmax runs over axis 1, the heads",
        "On (B, H, S, S), dim=1 makes the heads compete. Rows do not sum to 1, hidden keys get "
        "1/H from every head, and with one head all weights are 1. Use dim=-1.",
        {"weigh": "axis_1"},
    ),
    Fault(
        "softmax_without_dim",
        "The softmax is not told its axis",
        "Without dim, PyTorch guesses: axis 0 for tensors of 1 or 3 axes, else axis 1. It should "
        "run over the keys, whatever stands in front: dim=-1.",
        {"weigh": "no_dim"},
    ),
    Fault(
        "causal_always",
        "A causal mask is always applied",
        "Hiding the future makes a left-to-right model. Attention itself hides only what the mask "
        "says.",
        {"weigh": "causal"},
    ),
    Fault(
        "softmax_over_batch",
        "The softmax runs over axis 0, the batch",
        "The sentences of a batch compete with each other; what one token sees depends on which "
        "other sentences happen to be there. Use dim=-1.",
        {"weigh": "axis_0"},
    ),
    Fault(
        "softmax_over_all_pairs",
        "The softmax runs over all pairs at once",
        "The whole table sums to 1. Every row should, for each query has attention of its own to "
        "spend.",
        {"weigh": "flat"},
    ),
    Fault(
        "softmax_missing",
        "There is no softmax",
        "The raw scores are used as weights. They may be negative and do not sum to 1.",
        {"weigh": "none"},
    ),
    Fault(
        "sigmoid_weights",
        "A sigmoid stands in place of the softmax",
        "Each weight is between 0 and 1, but the keys do not compete: a row may sum to anything.",
        {"weigh": "sigmoid"},
    ),
    Fault(
        "log_softmax",
        "The weights are logarithms",
        "log_softmax is for losses. All its values are negative; weights have to be probabilities.",
        {"weigh": "logarithm"},
    ),
    Fault(
        "softmax_twice",
        "The softmax is applied twice",
        "The second one takes numbers between 0 and 1 and makes them nearly equal.",
        {"weigh": "twice"},
    ),
    Fault(
        "normalised_without_exp",
        "The scores are divided by their sum, without exp",
        "Scores may be negative and their sum near zero. The exponential makes them positive "
        "first.",
        {"weigh": "sum"},
    ),
    Fault(
        "exp_not_normalised",
        "The exponentials are not divided by their sum",
        "exp makes the scores positive. Dividing by the sum over the keys makes each row sum to 1.",
        {"weigh": "exp"},
    ),
    Fault(
        "hard_maximum",
        "Only the best key counts",
        "argmax gives all the weight to one key, and no gradient. The softmax is its smooth form.",
        {"weigh": "hardest"},
    ),
    Fault(
        "scores_negated",
        "The worst match gets the most weight",
        "The sign of the scores is turned round before the softmax.",
        {"weigh": "negated"},
    ),
    Fault(
        "keys_mixed",
        "The keys are mixed, not the values",
        "Keys say what a token is found by; values say what it passes on. The weights apply to "
        "the values.",
        {"mix": "keys"},
    ),
    Fault(
        "queries_mixed",
        "The queries are mixed, not the values",
        "Queries say what a token looks for. The weights apply to the values.",
        {"mix": "queries"},
    ),
    Fault(
        "weights_transposed",
        "The weights are transposed before the product",
        "Then a token receives what others give it by their queries. Row i of the weights mixes "
        "the values for query i: weights @ value.",
        {"mix": "weights_transposed"},
    ),
    Fault(
        "weights_elementwise",
        "Weights and values are multiplied element by element",
        "A context is a weighted sum over the keys, which is a matrix product: weights @ value.",
        {"mix": "elementwise"},
    ),
    Fault(
        "value_first",
        "The product is the wrong way round",
        "`@` does not commute: (…, S_q, S_k) @ (…, S_k, d), the weights first.",
        {"mix": "value_first"},
    ),
    Fault(
        "value_transposed",
        "The values are transposed",
        "The keys are transposed so that d meets d. The values stay as they are: (S_q, S_k) @ "
        "(S_k, d).",
        {"mix": "value_transposed"},
    ),
    nothing_returned(give="nothing"),
    Fault(
        "weights_not_returned",
        "The weights are not returned",
        "The function returns the pair (context, weights); without the weights nobody can look at "
        "them.",
        {"give": "context"},
    ),
    Fault(
        "context_not_returned",
        "The context is not returned",
        "The function returns the pair (context, weights), the mixed values first.",
        {"give": "weights"},
    ),
    Fault(
        "results_swapped",
        "Context and weights are returned in the wrong order",
        "The context comes first: return context, weights.",
        {"give": "swapped"},
    ),
    Fault(
        "scores_returned",
        "The scores are returned in place of the weights",
        "The second result is what the softmax made of them.",
        {"give": "scores"},
    ),
    Fault(
        "dropout_of_its_own",
        "A dropout of its own is applied",
        "Whether and how much is dropped is the caller's business: call the `dropout` that was "
        "passed, and nothing if it is None.",
        {"drop": "own"},
    ),
    Fault(
        "only_four_axes",
        "The code works only with a batch and heads",
        "Unpacking four sizes from query.shape fails for a single sentence or a single head. Use "
        "the last two axes and leave those in front alone.",
        {"leading": "four"},
    ),
    Fault(
        "only_three_axes",
        "The code works only on three axes",
        "torch.bmm takes (B, S, d) and nothing else. `@` takes any leading axes.",
        {"leading": "three"},
    ),
    Fault(
        "mask_ignored",
        "The mask is not used",
        "Padding gets attention like any word, so the same sentence gives different results in "
        "different batches.",
        {"hide": "ignored"},
    ),
    Fault(
        "mask_inverted",
        "The mask works the wrong way round",
        "1 means may attend. Here the tokens are hidden and the padding is seen: fill where mask "
        "== 0.",
        {"hide": "inverted"},
    ),
    Fault(
        "mask_after_softmax",
        "The mask is applied after the softmax",
        "The hidden keys took their share before it was set to 0, so the rows sum to less than 1. "
        "Fill the scores before the softmax.",
        {"hide": "after"},
    ),
    Fault(
        "masked_scores_zero",
        "Masked scores become 0",
        "exp(0) is 1, so a hidden key still gets weight, more than one with a negative score. "
        "Multiplying by the mask does this, and so does a fill of 0 or 1e-9 (the sign belongs in "
        "front: -1e9).",
        {"hide": "scores_zeroed"},
    ),
    Fault(
        "mask_added",
        "The 0/1 mask is added to the scores",
        "That only favours the visible keys a little. Hidden ones need a score near minus "
        "infinity.",
        {"hide": "mask_added"},
    ),
    Fault(
        "masked_scores_minus_one",
        "Masked scores become -1",
        "-1 is an ordinary score, and exp(-1) is 0.37: hidden keys keep weight. Use the lowest "
        "number there is.",
        {"hide": "weak"},
    ),
    Fault(
        "masked_scores_positive",
        "Masked scores become huge, not tiny",
        "With +1e9 all attention goes to the hidden keys. The sign is missing.",
        {"hide": "positive"},
    ),
    Fault(
        "mask_on_queries",
        "The mask hides rows, not columns",
        "The last axis of the scores is the keys', and the mask is made to broadcast against it "
        "as it is. It needs no transpose.",
        {"hide": "rows"},
    ),
    Fault(
        "mask_truth_value",
        "`if mask:` asks a tensor for one truth value",
        "A tensor of many values is neither true nor false. Ask whether there is one: if mask is "
        "not None.",
        {"hide": "truth"},
    ),
    Fault(
        "mask_unsqueezed",
        "The mask gets one axis too many",
        "The mask broadcasts against the scores as it is passed; making room for heads is the "
        "caller's business.",
        {"hide": "unsqueezed"},
    ),
    Fault(
        "mask_bool_only",
        "Only a bool mask works",
        "`~` on whole numbers flips bits: ~1 is -2. A mask may hold 0/1 of any dtype; `mask == 0` "
        "suits them all.",
        {"hide": "bool_only"},
    ),
    mask_no_bool(hide="no_bool"),
    Fault(
        "masked_row_nan",
        "A query that may attend to nothing gets NaN",
        "With all scores at -inf (or all weights at 0) the softmax is 0/0. Such rows occur in "
        "padded batches, and one NaN spoils everything after it. Fill with the lowest finite "
        "number, torch.finfo(scores.dtype).min.",
        {"hide": "infinite"},
    ),
    Fault(
        "dropout_ignored",
        "The dropout is not applied",
        "If a `dropout` is passed, the weights go through it: weights = dropout(weights).",
        {"drop": "nothing"},
    ),
    Fault(
        "dropout_on_scores",
        "The dropout is applied to the scores",
        "A dropped score becomes 0, which is an ordinary score. Drop weights, after the softmax.",
        {"drop": "scores"},
    ),
    Fault(
        "dropout_on_context",
        "The dropout is applied to the context",
        "That drops single features of the result. Attention dropout drops whole keys: it belongs "
        "on the weights, before they mix the values.",
        {"drop": "context"},
    ),
    Fault(
        "dropout_on_values",
        "The dropout is applied to the values",
        "That drops features of the values for all queries alike. It belongs on the weights.",
        {"drop": "value"},
    ),
    Fault(
        "dropout_twice",
        "The dropout is applied twice",
        "The weights go through it once, after the softmax.",
        {"drop": "twice"},
    ),
    Fault(
        "gradient_stopped_at_weights",
        "No gradient flows through the weights",
        "`detach`, `.data` or `no_grad` cut the graph there: the values can learn, queries and "
        "keys cannot.",
        {"stop": "weights"},
    ),
    gradient_stopped(stop="everywhere"),
    cast_to_float(cast=True),
    query_changed_in_place(in_place=True),
    Fault(
        "mask_changed_in_place",
        "The mask is changed in place",
        "The same mask serves every layer: a method that ends in an underscore spoils it for the "
        "next.",
        {"hide": "in_place"},
    ),
    Fault(
        "fill_not_low_enough",
        "-100 is not low enough for large scores",
        "Trained models have scores of 100 and more, next to which -100 is not hidden well. "
        "torch.finfo(scores.dtype).min is below them all.",
        {"hide": "mild"},
    ),
    Fault(
        "dropout_not_optional",
        "The code does not work without a dropout",
        "`dropout` is None unless the caller passes one: apply it if dropout is not None.",
        {"drop": "not_optional"},
    ),
    fill_overflows_half(hide="minus_billion"),
    Fault(
        "softmax_overflows",
        "exp overflows on large scores",
        "exp(89) is already infinite in float32. torch.softmax subtracts the row's maximum first, "
        "which changes nothing else.",
        {"weigh": "unshifted"},
    ),
)


def _one_of_three(weights: Tensor) -> Tensor:
    """A dropout that repeats: one number of three is dropped, the rest grow by a half."""
    keep = torch.arange(weights.numel()).view(weights.shape) % 3 != 0
    return weights * keep * 1.5


def _first(result: Any) -> Any:
    return result[0] if isinstance(result, tuple | list) else result


def _attention_mask_kinds(f: Any) -> Any:
    mask = yes_no(2, 1, 1, 7)
    kinds = (torch.int64, torch.float32, torch.uint8)
    return {f"a mask of {kind}": f(*qkv(2, 3), mask.to(kind)) for kind in kinds}


def _masked_row(f: Any) -> dict[str, Any]:
    mask = yes_no(5, 7)
    mask[2] = False
    context, weights = f(*qkv(3), mask)
    seen = torch.tensor([0, 1, 3, 4])
    return {
        "other rows": context[:, seen],
        "values": finite(context, weights),
    }


def _attention_gradient(f: Any) -> Any:
    query, key, value = (tensor.requires_grad_() for tensor in qkv(2))
    context = _first(f(query, key, value, yes_no(2, 5, 7)))
    return gradients(context, query=query, key=key, value=value)


def _attention_unchanged(f: Any) -> Any:
    query, key, value = qkv(2)
    return unchanged(f, query=query, key=key, value=value, mask=yes_no(2, 1, 7))


def _non_contiguous(f: Any) -> Any:
    query, key, value = qkv(2, 3)
    return f(*(t.transpose(1, 2).contiguous().transpose(1, 2) for t in (query, key, value)))


def _half(f: Any) -> dict[str, bool]:
    seen = {}
    for dtype in (torch.float16, torch.bfloat16):
        exact = attention.scaled_dot_product_attention(*qkv(2), yes_no(2, 1, 7))[0]
        context = _first(f(*qkv(2, dtype=dtype), yes_no(2, 1, 7)))
        seen[str(dtype)] = context.dtype == dtype and torch.allclose(
            context.float(), exact, atol=0.05
        )
    return seen


def _large(f: Any) -> Any:
    query, key, value = qkv(2)
    return _first(f(100 * query, key, value))


def _hidden(f: Any) -> Any:
    query, key, value = qkv(2)
    return _first(f(100 * query.abs(), -key.abs(), value, yes_no(2, 1, 7)))


def _rows_sum_to_one(f: Any) -> str | None:
    weights = f(*qkv(2, 3))[1]
    sums = weights.sum(dim=-1)
    if torch.allclose(sums, torch.ones_like(sums), atol=1e-3):
        return None
    worst = sums.flatten()[(sums - 1).abs().argmax()]
    return f"The rows of the weights do not sum to 1; one sums to {worst:.3g}."


def _masked_keys_leak(f: Any) -> str | None:
    mask = torch.ones(7, dtype=torch.bool)
    mask[4:] = False
    query, key, value = qkv(2)
    changed = value.clone()
    changed[:, 4:] += 100.0
    before, after = f(query, key, value, mask)[0], f(query, key, changed, mask)[0]
    if torch.allclose(before, after, atol=1e-3):
        return None
    return "Masked keys leak: changing their values changes the result."


def _queries_depend(f: Any) -> str | None:
    query, key, value = qkv(2)
    changed = query.clone()
    changed[:, 1:] += 1.0
    before, after = f(query, key, value)[0], f(changed, key, value)[0]
    if torch.allclose(before[:, 0], after[:, 0], atol=1e-4):
        return None
    return "The result for the first query changes when the other queries change."


def _gradient_stops(f: Any) -> str | None:
    query, key, value = (tensor.requires_grad_() for tensor in qkv(2))
    flows = gradients(f(query, key, value)[0], query=query, key=key, value=value)
    names = [name for name, flow in flows.items() if isinstance(flow, str)]
    return f"No gradient reaches the {' and the '.join(names)}." if names else None


def _attend(f: Any, query: Tensor, key: Tensor, value: Tensor, mask: Any = None) -> Any:
    return f(query, key, value, mask)


def _small(*leading: int, seed: int = 0) -> dict[str, Tensor]:
    return {
        "query": numbers(*leading, 1, 2, seed=seed).round(decimals=1),
        "key": numbers(*leading, 2, 2, seed=seed + 1).round(decimals=1),
        "value": numbers(*leading, 2, 1, seed=seed + 2).round(decimals=1),
    }


def _by_hand() -> dict[str, Tensor]:
    return {
        "query": torch.tensor([[1.0, 0.0]]),
        "key": torch.tensor([[2.0, 0.0], [0.0, 2.0]]),
        "value": torch.tensor([[10.0], [20.0]]),
    }


def _two_queries() -> dict[str, Tensor]:
    return {
        "query": torch.tensor([[1.0, 0.0], [0.0, 3.0]]),
        "key": torch.tensor([[2.0, 0.0], [0.0, 2.0], [1.0, 1.0]]),
        "value": torch.tensor([[10.0], [20.0], [60.0]]),
    }


def _gradients_by_hand(f: Any, **inputs: Tensor) -> dict[str, Any]:
    context = _first(f(*(tensor.requires_grad_() for tensor in inputs.values())))
    return {f"gradient of {name}": flow for name, flow in gradients(context, **inputs).items()}


def _drop_second(weights: Tensor) -> Tensor:
    return weights * torch.tensor([2.0, 0.0])


SCALED_DOT_PRODUCT_ATTENTION = Exercise(
    id="scaled_dot_product_attention",
    week=1,
    title="Scaled dot-product attention",
    difficulty=2,
    minutes=20,
    hints=(
        "Five steps, one line each: the scores; the mask on the scores; the softmax; the dropout "
        "on the weights; the product with the values. Mask and dropout only if they are not None.",
        "Hide with `scores.masked_fill(mask == 0, torch.finfo(scores.dtype).min)`: `mask == 0` "
        "suits every dtype, and the lowest finite number becomes a weight of exactly 0.",
        "`weights = scores.softmax(dim=-1)`, then `weights = dropout(weights)` if there is a "
        "dropout, then `return weights @ value, weights`",
    ),
    reference=attention.scaled_dot_product_attention,
    family=Family(attention_family, ATTENTION_FAULTS),
    probes=(
        Probe("values", "on plain values, without mask or dropout", lambda f: f(*qkv(2, 3))),
        Probe(
            "leading",
            "on tensors without heads, without a batch, and with more axes",
            lambda f: {
                "without a batch": f(*qkv()),
                "without heads": f(*qkv(3)),
                "with five axes": f(*qkv(2, 1, 3)),
            },
        ),
        Probe(
            "mask",
            "when a mask is passed",
            lambda f: {
                "a mask (2, 1, 1, 7)": f(*qkv(2, 3), yes_no(2, 1, 1, 7)),
                "a mask (5, 7)": f(*qkv(2, 3), yes_no(5, 7)),
            },
        ),
        Probe("mask kinds", "when the mask holds 0/1 numbers", _attention_mask_kinds),
        Probe("masked row", "for a query that may attend to nothing", _masked_row),
        Probe(
            "dropout",
            "when a dropout is passed",
            lambda f: _first(f(*qkv(2), None, _one_of_three)),
        ),
        Probe("gradients", "in the gradients", _attention_gradient),
        Probe(
            "double",
            "in double precision",
            lambda f: f(*qkv(2, dtype=torch.float64), yes_no(2, 1, 7)),
            1e-6,
        ),
        Probe("non-contiguous", "on transposed tensors", _non_contiguous),
        Probe(
            "unchanged",
            "in what it leaves behind",
            _attention_unchanged,
        ),
        Probe("half", "in half precision", _half, advice=True),
        Probe("large", "on very large scores", _large, advice=True),
        Probe("hidden", "in hiding keys from very large scores", _hidden, advice=True),
    ),
    examples=(
        Example(_by_hand, _attend),
        Example(_two_queries, _attend),
        Example(lambda: _small(), _attend),
        Example(lambda: _small(1, 2), _attend),
        Example(lambda: {**_small(2), "value": numbers(2, 2, 3)}, _attend),
        Example(lambda: {**_by_hand(), "mask": torch.tensor([True, False])}, _attend),
        Example(lambda: {**_by_hand(), "mask": torch.tensor([0, 1])}, _attend),
        Example(lambda: {**_by_hand(), "mask": torch.tensor([False, False])}, _attend),
        Example(
            lambda: {**_by_hand(), "dropout": _drop_second},
            lambda f, query, key, value, dropout: _first(f(query, key, value, None, dropout)),
        ),
        Example(_by_hand, _gradients_by_hand),
        Example(lambda: {n: t.double() for n, t in _by_hand().items()}, _attend),
    ),
    behaviours=(_rows_sum_to_one, _masked_keys_leak, _queries_depend, _gradient_stops),
)

# --- causal_mask ------------------------------------------------------------------------------


# Which of n x n trues are kept.
TRIANGLES = {
    "right": lambda ones: ones.tril(),
    "future": lambda ones: ones.triu(),
    "inverted": lambda ones: ones.triu(1),
    "no_self": lambda ones: ones.tril(-1),
    "one_ahead": lambda ones: ones.tril(1),
    "all": lambda ones: ones,
    "diagonal": lambda ones: ones.tril().triu(),
    "window": lambda ones: ones.tril().triu(-1),
}

KINDS = {
    "right": lambda mask: mask,
    "whole": lambda mask: mask.long(),
    "small": lambda mask: mask.to(torch.uint8),
    "decimals": lambda mask: mask.float(),
    "additive": lambda mask: torch.zeros(mask.shape).masked_fill(~mask, -math.inf),
    "nothing": lambda mask: None,
}


def causal_family(form: str = "right", kind: str = "right", batch: bool = False) -> Any:
    def causal_mask(n: int) -> Tensor | None:
        mask = KINDS[kind](TRIANGLES[form](torch.ones(n, n, dtype=torch.bool)))
        return mask.unsqueeze(0) if batch else mask

    return causal_mask


CAUSAL_FAULTS = (
    nothing_returned(kind="nothing"),
    Fault(
        "future_seen",
        "Positions see the future, not the past",
        "The upper triangle lets position i see i and what comes after. tril keeps the lower one.",
        {"form": "future"},
    ),
    Fault(
        "mask_inverted",
        "True marks what is hidden",
        "In this course 1 or True means may attend. (PyTorch's own nn.MultiheadAttention has it "
        "the other way round.)",
        {"form": "inverted"},
    ),
    Fault(
        "self_hidden",
        "A position does not see itself",
        "The diagonal is missing, and the first position sees nothing at all. Position i sees 0 "
        "to i, i included.",
        {"form": "no_self"},
    ),
    Fault(
        "one_ahead_seen",
        "Every position sees one position ahead",
        "A language model would read the answer off its input. The diagonal is 0, not 1.",
        {"form": "one_ahead"},
    ),
    Fault(
        "everything_seen",
        "Every position sees every other",
        "That is BERT's view, without a mask. A causal mask hides what comes later.",
        {"form": "all"},
    ),
    Fault(
        "only_self_seen",
        "A position sees only itself",
        "The diagonal alone is kept. Everything below it belongs to the past and is seen as well.",
        {"form": "diagonal"},
    ),
    Fault(
        "two_positions_seen",
        "Only the last two positions are seen",
        "Position i sees all of 0 to i, not only i - 1 and i.",
        {"form": "window"},
    ),
    Fault(
        "whole_numbers",
        "The mask holds whole numbers, not bool",
        "The contract asks for a bool tensor: torch.ones(n, n, dtype=torch.bool).",
        {"kind": "whole"},
    ),
    Fault(
        "small_whole_numbers",
        "The mask holds uint8, not bool",
        "uint8 was PyTorch's way of masking before it had bool. The contract asks for "
        "dtype=torch.bool.",
        {"kind": "small"},
    ),
    Fault(
        "decimals",
        "The mask holds decimal numbers, not bool",
        "torch.ones makes float32. The contract asks for a bool tensor: dtype=torch.bool.",
        {"kind": "decimals"},
    ),
    Fault(
        "additive_mask",
        "The mask is made to be added",
        "0 and -inf are for adding to scores. Here a mask says who may attend: True or False.",
        {"kind": "additive"},
    ),
    Fault(
        "batch_axis",
        "The mask has a batch axis",
        "(n, n) is asked for; it broadcasts to any batch by itself.",
        {"batch": True},
    ),
)

CAUSAL_MASK = Exercise(
    id="causal_mask",
    week=1,
    title="The causal mask",
    difficulty=1,
    minutes=5,
    hints=(
        "Write the 4 × 4 table on paper: row 0 sees column 0, row 1 sees columns 0 and 1, and so "
        "on. What triangle is that?",
        "Start from `torch.ones(n, n, dtype=torch.bool)` and keep its lower triangle.",
        "`return torch.ones(n, n, dtype=torch.bool).tril()`",
    ),
    reference=attention.causal_mask,
    family=Family(causal_family, CAUSAL_FAULTS),
    probes=(
        Probe("small", "for five positions", lambda f: f(5)),
        Probe("sizes", "for one and for eight positions", lambda f: (f(1), f(8))),
    ),
    examples=(
        Example(lambda: {"n": 2}, lambda f, n: f(n)),
        Example(lambda: {"n": 3}, lambda f, n: f(n)),
        Example(lambda: {"n": 4}, lambda f, n: f(n)),
    ),
)
