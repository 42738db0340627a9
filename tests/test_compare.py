"""bertcourse.compare: what agrees agrees, and an error is found where it was planted."""

import dataclasses
import json
import sys

import pytest
import torch
import torch.nn.functional as F
import transformers
from references import LONGEST, PARTS, SHAPES, VOCABULARY, reference
from safetensors.torch import load_file, save_file
from session_state import session_state
from test_answers import FOLDER as ANSWERS
from test_answers import load as answer
from torch import nn

from bertcourse import (
    BERT,
    BERTLM,
    BERTConfig,
    BERTCore,
    BERTEmbedding,
    CheckpointError,
    EncoderStack,
    LayerNorm,
    MaskedLanguageModel,
    MultiHeadAttention,
    Parts,
    Pooler,
    PositionwiseFeedForward,
    PreNormBlock,
    TransformerBlock,
    load_reference,
    merge_heads,
    padding_mask,
    scaled_dot_product_attention,
    split_heads,
)
from bertcourse.compare import compare
from bertcourse.taps import WEIGHTS, run_tapped
from bertcourse.tokenizer import WordPieceTokenizer

WORDS = [*"abcdefghijklmnopqrstuvwxyz", "cat", "sat", "mat", "the", "on", "."]
TOKENIZER = WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS])
PAIRS = [("the cat sat on the mat .", "a b"), ("c", "d e"), ("f g h i j", "k l m n o p q r s t")]
TEXTS = {"pairs": PAIRS, "texts": ["the cat sat .", "a", "the mat"], "one text": ["the cat ."]}


@pytest.fixture
def against(saved_reference):
    """Compare a model of these parts, with the reference's weights, with the reference."""

    def run(parts=None, change=None, model=BERTLM, kind="BertForPreTraining"):
        ours = model.from_pretrained(saved_reference("tanh", kind), parts)
        if change is not None:
            with torch.no_grad():
                change(ours)
        return compare(ours, reference("tanh", kind), TOKENIZER, PAIRS)

    return run


def changed(**parts):
    return dataclasses.replace(Parts.fast(), **parts)


# --- Agreement --------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("parts", PARTS)
@pytest.mark.parametrize("shape", SHAPES)
def test_models_of_any_shape_agree_with_their_reference(shape, parts, dtype, saved_reference):
    key = (shape, "BertForPreTraining", dtype)
    comparison = compare(
        BERTLM.from_pretrained(saved_reference(*key), PARTS[parts]),
        reference(*key),
        TOKENIZER,
        PAIRS,
    )
    assert comparison.agrees, comparison
    assert comparison.first is None
    assert comparison.tolerance == (1e-5 if dtype == torch.float32 else 1e-10)
    layers = SHAPES[shape][0]
    assert len(comparison.steps) == 5 + 14 * layers + 2 + 4 + 1 + 2
    assert all(step.max_difference is not None for step in comparison.steps)


@pytest.mark.parametrize("texts", TEXTS)
@pytest.mark.parametrize("kind", ["BertModel", "BertForMaskedLM", "BertForPreTraining"])
def test_every_kind_of_model_is_compared_as_far_as_both_go(kind, texts, saved_reference):
    theirs = reference("tanh", kind)
    encoder = BERT.from_pretrained(saved_reference("tanh", "BertForPreTraining"))
    encoder.load_state_dict(
        BERT.from_pretrained(saved_reference("tanh", kind)).state_dict(), strict=False
    )
    comparison = compare(encoder, theirs, TOKENIZER, TEXTS[texts])
    assert comparison.agrees, comparison
    left_out = {step.name for step in comparison.steps if step.max_difference is None}
    assert ("pooled" in left_out) == (kind == "BertForMaskedLM")
    assert ("MLM logits" in left_out) == (kind != "BertModel")


def test_two_of_ours_and_two_of_theirs_can_be_compared(saved_reference):
    ours = BERTLM.from_pretrained(saved_reference("tanh"))
    assert compare(reference("tanh"), ours, TOKENIZER, PAIRS).agrees
    assert compare(reference("tanh"), reference("tanh"), TOKENIZER, PAIRS).agrees
    assert compare(ours, ours, TOKENIZER, PAIRS).agrees


VARIANTS = {
    "study note": BERTConfig.study_note,
    "modern": lambda **sizes: BERTConfig(positions="rotary", norm="pre", **sizes),
}


def variant(name, parts=None):
    torch.manual_seed(0)
    sizes = {"vocab_size": VOCABULARY, "d_model": 12, "n_layers": 2, "n_heads": 3}
    return BERTLM(VARIANTS[name](max_len=LONGEST, initializer_range=0.5, **sizes), parts)


@pytest.mark.parametrize("name", VARIANTS)
def test_variants_are_compared_in_their_own_order_of_computation(name):
    comparison = compare(variant(name, Parts.lesson()), variant(name), TOKENIZER, PAIRS)
    assert comparison.agrees, comparison
    names = [step.name for step in comparison.steps if step.layer == 1]
    assert names.index("attention norm") < names.index("query")  # pre-norm
    assert "final norm" in [step.name for step in comparison.steps]
    wrong = variant(name)
    with torch.no_grad():
        wrong.bert.blocks[1].attention_norm.weight[0] += 1
    assert place(compare(wrong, variant(name), TOKENIZER, PAIRS)) == (1, "attention norm")


def test_a_step_that_only_one_model_has_is_listed(saved_reference):
    sizes = {"vocab_size": VOCABULARY, "d_model": 24, "n_layers": 3, "n_heads": 4, "d_ff": 96}
    comparison = compare(
        BERTLM(BERTConfig.study_note(max_len=LONGEST, **sizes)), reference("tanh"), TOKENIZER, PAIRS
    )
    assert place(comparison) == (None, "word embedding")
    assert "Not compared, not seen in the reference: final norm." in str(comparison)


@pytest.mark.parametrize("attn_implementation", ["eager", "sdpa"])
def test_the_weights_that_are_caught_are_the_weights(attn_implementation, saved_reference):
    # In double precision, so that rounding, which depends on the number of threads, is out of it.
    theirs = reference("tanh").double()
    batch = TOKENIZER.encode_batch(*zip(*PAIRS, strict=True), LONGEST)
    inputs = {"attention_mask": batch.attention_mask, "token_type_ids": batch.segment_ids}
    expected = theirs(batch.input_ids, output_attentions=True, **inputs).attentions
    theirs.set_attn_implementation(attn_implementation)
    for model in (theirs, BERTLM.from_pretrained(saved_reference("tanh")).double()):
        found = run_tapped(model.eval(), batch)
        for layer, weights in enumerate(expected):
            caught = found[WEIGHTS, layer].transpose(1, 2)  # (B, S, H, S) -> (B, H, S, S)
            torch.testing.assert_close(caught, weights, atol=1e-6, rtol=0)


RIGHT = [
    path
    for piece in ("scaled_dot_product_attention", "multi_head_attention")
    for path in sorted((ANSWERS / piece).glob("right_*.py"))
]


@pytest.mark.parametrize("path", RIGHT, ids=[f"{p.parent.name}-{p.stem}" for p in RIGHT])
def test_right_code_agrees_however_it_is_written(path, against):
    field = {"scaled_dot_product_attention": "attention"}.get(path.parent.name, path.parent.name)
    comparison = against(changed(**{field: answer(path)}))
    assert comparison.agrees, comparison
    assert {step.name for step in comparison.steps if step.max_difference is None} <= {
        "query", "key", "value", "attention scores", "attention weights", "context",
        "attention output",
    }  # fmt: skip


# --- Planted errors ---------------------------------------------------------------------------


def place(comparison):
    return (comparison.first.layer, comparison.first.name) if comparison.first else None


def attention(scale=True, dim=-1, masked=True, inverted=False, values=None, p=0.0):
    """Scaled dot-product attention with something wrong about it."""

    def function(query, key, value, mask=None, dropout=None):
        scores = query @ key.transpose(-2, -1)
        scores = scores / query.size(-1) ** 0.5 if scale else scores
        if mask is not None and masked:
            scores = scores.masked_fill(mask == inverted, -1e9)
        weights = F.dropout(scores.softmax(dim), p)
        return weights @ (key if values == "keys" else value), weights

    return function


class Heads(MultiHeadAttention):
    """Something wrong between the heads: what is swapped, how they are merged."""

    def __init__(self, *args, swapped=False, by_view=False):
        super().__init__(*args)
        self.swapped, self.by_view = swapped, by_view

    def forward(self, x, mask=None):
        layers = (self.query, self.key, self.value)
        query, key, value = (split_heads(layer(x), self.n_heads) for layer in layers)
        if self.swapped:
            key, value = value, key
        context, _ = scaled_dot_product_attention(query, key, value, padding_mask(mask))
        return self.output(context.reshape(x.shape) if self.by_view else merge_heads(context))


class Unbiased(LayerNorm):
    def forward(self, x):
        mean, deviation = x.mean(-1, keepdim=True), x.std(-1, keepdim=True)
        return self.weight * (x - mean) / (deviation + self.eps) + self.bias


class Block(TransformerBlock):
    """A block with one line of it wrong."""

    def __init__(self, *args, wrong):
        super().__init__(*args)
        self.wrong = wrong

    def forward(self, x, *context):
        wrong, first, second = self.wrong, self.attention_norm, self.output_norm
        if wrong == "norms exchanged":
            first, second = second, first
        attended = self.attention(x) if wrong == "no mask" else self.attention(x, *context)
        a = first(attended if wrong == "no first residual" else x + attended)
        fed = self.feed_forward(a)
        residual = {"no second residual": 0, "residual from x": x}.get(wrong, a)
        return F.dropout(second(residual + fed), 0.5, wrong == "dropout at the end")


class FeedForward(PositionwiseFeedForward):
    def forward(self, x):
        return self.outer(F.dropout(self.activation(self.inner(x)), 0.5))


class Embedding(BERTEmbedding):
    """An embedding with one line of it wrong."""

    def __init__(self, *args, wrong):
        super().__init__(*args)
        self.wrong = wrong

    def forward(self, ids, segments=None):
        wrong = self.wrong
        positions = torch.arange(ids.size(1)) + (wrong == "positions from 1")
        segments = torch.zeros_like(ids) if wrong == "no segments" else segments
        word = self.word(ids) * (len(self.norm.weight) ** 0.5 if wrong == "scaled" else 1)
        x = word + self.position(positions.clamp(max=LONGEST - 1)) + self.segment(segments)
        x = x if wrong == "no norm" else self.norm(x)
        return F.dropout(x, 0.5) if wrong == "dropout" else x


class WrongPooler(Pooler):
    def __init__(self, *args, wrong):
        super().__init__(*args)
        self.wrong = wrong

    def forward(self, hidden):
        hidden = hidden[:, -1] if self.wrong == "last token" else hidden[:, 0]
        return self.dense(hidden) if self.wrong == "no tanh" else self.dense(hidden).tanh()


class WrongMLM(MaskedLanguageModel):
    def __init__(self, *args, wrong):
        super().__init__(*args)
        self.wrong = wrong
        self.table = [torch.randn(self.word.weight.shape)]

    def forward(self, hidden, positions=None):
        hidden = self.dense(hidden)
        hidden = self.norm(hidden if self.wrong == "no gelu" else self.activation(hidden))
        table = self.table[0] if self.wrong == "untied" else self.word.weight
        return F.linear(hidden, table, None if self.wrong == "no bias" else self.bias)


class LastSkipped(EncoderStack):
    def forward(self, x, *context):
        for block in self.blocks[:-1]:
            x = block(x, *context)
        return x


def piece(kind, **wrong):
    return lambda *args: kind(*args, **wrong)


PLANTED = {
    "scores not scaled": (changed(attention=attention(scale=False)), 0, "attention scores"),
    "softmax over queries": (changed(attention=attention(dim=-2)), 0, "attention weights"),
    "softmax over heads": (changed(attention=attention(dim=1)), 0, "attention weights"),
    "mask ignored": (changed(attention=attention(masked=False)), 0, "attention weights"),
    "mask not passed": (changed(block=piece(Block, wrong="no mask")), 0, "attention weights"),
    "keys as values": (changed(attention=attention(values="keys")), 0, "context"),
    "dropout on weights left on": (changed(attention=attention(p=0.5)), 0, "context"),
    "key and value exchanged": (
        changed(multi_head_attention=piece(Heads, swapped=True)), 0, "attention scores"),
    "heads merged by view": (
        changed(multi_head_attention=piece(Heads, by_view=True)), 0, "context"),
    "unbiased variance": (changed(norm=Unbiased), None, "embedding output"),
    "norm with another eps": (
        changed(norm=lambda d, eps: LayerNorm(d, 1e-2)), None, "embedding output"),
    "the other GELU": (changed(activation=lambda form: nn.GELU("none")), 0, "activation"),
    "ReLU": (changed(activation=lambda form: nn.ReLU()), 0, "activation"),
    "dropout inside the feed-forward": (changed(feed_forward=FeedForward), 0, "activation"),
    "no first residual": (
        changed(block=piece(Block, wrong="no first residual")), 0, "attention residual"),
    "no second residual": (
        changed(block=piece(Block, wrong="no second residual")), 0, "feed-forward residual"),
    "residual from the input": (
        changed(block=piece(Block, wrong="residual from x")), 0, "feed-forward residual"),
    "norms exchanged": (
        changed(block=piece(Block, wrong="norms exchanged")), 0, "attention residual"),
    "dropout behind the norm": (
        changed(block=piece(Block, wrong="dropout at the end")), 0, "hidden state"),
    "pre-norm": (changed(block=PreNormBlock), 0, "query"),
    "positions from 1": (
        changed(embedding=piece(Embedding, wrong="positions from 1")), None, "position embedding"),
    "segments ignored": (
        changed(embedding=piece(Embedding, wrong="no segments")), None, "segment embedding"),
    "words scaled": (changed(embedding=piece(Embedding, wrong="scaled")), None, "embedding sum"),
    "no embedding norm": (
        changed(embedding=piece(Embedding, wrong="no norm")), None, "embedding output"),
    "embedding dropout left on": (
        changed(embedding=piece(Embedding, wrong="dropout")), None, "embedding output"),
    "last block skipped": (changed(stack=LastSkipped), 2, "hidden state"),
    "pooler of the last token": (
        changed(pooler=piece(WrongPooler, wrong="last token")), None, "pooler dense"),
    "pooler without tanh": (changed(pooler=piece(WrongPooler, wrong="no tanh")), None, "pooled"),
    "MLM head without GELU": (
        changed(mlm=piece(WrongMLM, wrong="no gelu")), None, "MLM activation"),
    "MLM head without bias": (changed(mlm=piece(WrongMLM, wrong="no bias")), None, "MLM logits"),
    "untied decoder": (changed(mlm=piece(WrongMLM, wrong="untied")), None, "MLM logits"),
}  # fmt: skip


@pytest.mark.parametrize("error", PLANTED)
def test_an_error_is_found_where_it_was_planted(error, against):
    parts, layer, name = PLANTED[error]
    comparison = against(parts)
    assert place(comparison) == (layer, name), comparison
    assert not comparison.agrees
    assert f"They diverge first at {comparison.first}" in str(comparison)


WEIGHT = {
    "bert.embedding.word": (None, "word embedding"),
    "bert.embedding.position": (None, "position embedding"),
    "bert.embedding.segment": (None, "segment embedding"),
    "bert.embedding.norm": (None, "embedding output"),
    "bert.blocks.1.attention.query": (1, "query"),
    "bert.blocks.1.attention.key": (1, "key"),
    "bert.blocks.1.attention.value": (1, "value"),
    "bert.blocks.1.attention.output": (1, "attention output"),
    "bert.blocks.1.attention_norm": (1, "attention norm"),
    "bert.blocks.1.feed_forward.inner": (1, "feed-forward inner"),
    "bert.blocks.1.feed_forward.outer": (1, "feed-forward output"),
    "bert.blocks.2.output_norm": (2, "hidden state"),
    "bert.pooler.dense": (None, "pooler dense"),
    "mlm.dense": (None, "MLM dense"),
    "mlm.norm": (None, "MLM transform"),
    "nsp.classifier": (None, "NSP logits"),
}


@pytest.mark.parametrize("name", WEIGHT)
def test_one_changed_number_is_found_in_its_layer(name, against):
    def change(model):
        model.get_submodule(name).weight.flatten()[-1] += 0.3

    if name == "bert.embedding.word":  # the last piece is not in the texts

        def change(model):
            model.bert.embedding.word.weight[TOKENIZER.token_to_id("cat"), 0] += 0.3

    comparison = against(change=change)
    assert place(comparison) == WEIGHT[name], comparison
    if name == "bert.embedding.word":
        assert (comparison.first.text, comparison.first.token) == (0, "cat")
    if name == "bert.embedding.position":
        assert (comparison.first.text, comparison.first.token) == (2, "[SEP]")


def test_a_norm_of_one_layer_with_another_eps_is_found_there(against):
    def change(model):
        model.bert.blocks[1].attention_norm.eps = 0.01

    assert place(against(change=change)) == (1, "attention norm")


def test_norms_with_each_others_weights_are_found_at_the_first(against):
    def change(model):
        block = model.bert.blocks[1]
        block.attention_norm, block.output_norm = block.output_norm, block.attention_norm

    assert place(against(change=change)) == (1, "attention norm")


class Swapped(BERTCore):
    def forward(self, *inputs):
        return super().forward(*inputs)[::-1]


class Embedded(BERTCore):
    def forward(self, ids, mask=None, segments=None):
        return self.embedding(ids, segments), super().forward(ids, mask, segments)[1]


@pytest.mark.parametrize("core", [Swapped, Embedded])
def test_what_is_returned_is_compared_too(core, against):
    comparison = against(changed(bert=core), model=BERT, kind="BertModel")
    assert place(comparison) == (None, "last hidden state")


def test_the_size_of_the_difference_and_its_kind_are_told(against):
    scores = str(against(changed(attention=attention(scale=False))))
    assert "It is 2.45 times the reference's. What belongs there: query times key over √d" in scores
    assert "rows do not sum to one" in str(against(changed(attention=attention(dim=-2))))
    inverted = attention(inverted=True)
    assert "hidden that should be seen" in str(against(changed(attention=inverted)))
    assert "Padding has weight" in str(against(changed(attention=attention(masked=False))))
    assert "[CLS]" in str(against(changed(pooler=piece(WrongPooler, wrong="last token"))))

    def change(model):
        model.nsp.classifier.bias += 0.31

    assert str(against(change=change).first) == "NSP logits: max difference 0.31"


def test_a_number_that_is_none_is_a_difference(against):
    def change(model):
        model.bert.blocks[2].feed_forward.inner.bias[0] = torch.nan

    comparison = against(change=change)
    assert place(comparison) == (2, "feed-forward inner")
    assert comparison.first.max_difference == float("inf")


def test_a_tolerance_can_be_given(saved_reference):
    ours = BERTLM.from_pretrained(saved_reference("tanh"))
    with torch.no_grad():
        ours.nsp.classifier.bias += 0.01
    assert place(compare(ours, reference("tanh"), TOKENIZER, PAIRS)) == (None, "NSP logits")
    assert compare(ours, reference("tanh"), TOKENIZER, PAIRS, tolerance=0.02).agrees


def test_padding_is_not_compared(saved_reference):
    class Padded(LayerNorm):
        """Changes what stands behind the last token of the shorter texts."""

        def forward(self, x):
            x = super().forward(x)
            x[1, 6:] += 1
            return x

    ours = BERTLM.from_pretrained(saved_reference("tanh"), changed(norm=Padded))
    assert compare(ours, reference("tanh"), TOKENIZER, PAIRS).agrees


# --- Manners ----------------------------------------------------------------------------------


def test_the_comparison_reads_line_by_line(saved_reference):
    path = saved_reference("tanh")
    comparison = compare(
        BERTLM.from_pretrained(path), load_reference(path), TOKENIZER, ["the cat sat ."]
    )
    assert str(comparison) == repr(comparison)
    assert str(comparison).split("\n") == [
        "embedding  agrees",
        "layer 0    agrees",
        "layer 1    agrees",
        "layer 2    agrees",
        "pooler     agrees",
        "MLM head   agrees",
        "NSP head   agrees",
        "output     agrees",
        "They agree at all 56 steps, to 1e-05 a layer.",
    ]


def test_an_error_is_told_the_same_way_every_time(against):
    parts = changed(embedding=piece(Embedding, wrong="dropout"))
    assert str(against(parts)) == str(against(parts))


def state_of(model):
    """All that a comparison might leave changed in a model."""
    modules = [*model.modules(), *(model.core.modules() if isinstance(model, BERTLM) else ())]
    return {
        "modes": [module.training for module in modules],
        "hooks": [len(m._forward_hooks) + len(m._forward_pre_hooks) for m in modules],
        "gradients": [p.grad is not None and p.grad.tolist() for p in model.parameters()],
        "trained": [p.requires_grad for p in model.parameters()],
        "weights": [p.tolist() for p in model.parameters()],
        "attention": getattr(model.config, "_attn_implementation", None),
    }


def raising(*_args):
    raise RuntimeError("a slip in the learner's code")


@pytest.mark.parametrize("function", [None, raising])
def test_models_and_session_are_left_as_they_were(function, saved_reference):
    ours = BERTLM.from_pretrained(saved_reference("tanh"), changed(attention=function))
    theirs = reference("tanh")
    theirs.set_attn_implementation("sdpa")
    for model in (ours, theirs):
        model.train()
        next(model.parameters()).grad = torch.ones_like(next(model.parameters()))
        list(model.parameters())[-1].requires_grad_(False)
    ours.bert.blocks[1].eval()
    theirs.bert.encoder.layer[2].eval()
    before = session_state(), state_of(ours), state_of(theirs)
    if function:
        with pytest.raises(RuntimeError, match="a slip"):
            compare(ours, theirs, TOKENIZER, PAIRS)
    else:
        assert compare(ours, theirs, TOKENIZER, PAIRS).agrees
    assert (session_state(), state_of(ours), state_of(theirs)) == before


@pytest.mark.parametrize("texts", ["the cat", [("a", "b"), "c"], [("a", "b", "c")], [1]])
def test_texts_of_another_kind_are_explained(texts, saved_reference):
    with pytest.raises(TypeError, match="all of texts or all of pairs"):
        compare(
            BERTLM.from_pretrained(saved_reference("tanh")), reference("tanh"), TOKENIZER, texts
        )


def test_models_that_cannot_be_compared_are_refused_with_the_reason(saved_reference):
    ours, theirs = BERTLM.from_pretrained(saved_reference("tanh")), reference("tanh")

    def refused(model, reference, kind, match, tokenizer=TOKENIZER):
        with pytest.raises(kind, match=match):
            compare(model, reference, tokenizer, PAIRS)

    refused(nn.Linear(2, 2), theirs, TypeError, "the model is a Linear")
    refused(ours, None, TypeError, "the reference is a NoneType")
    refused(ours, reference("tanh").half(), ValueError, "reference is of type torch.float16")
    refused(ours, reference("tanh").bfloat16(), ValueError, r"reference\.float\(\)")
    refused(ours, reference("tanh").double(), ValueError, "float32 and the reference of torch.fl")
    refused(ours, reference("deep"), ValueError, "d_model 24 and 16, n_layers 3 and 12")
    refused(ours, reference("tanh", vocab_size=40), ValueError, "vocab_size 37 and 40")
    more = WordPieceTokenizer([*TOKENIZER.vocab, "more"])
    refused(ours, theirs, ValueError, "the tokenizer has 38 tokens and the models 37", more)
    theirs.bert.pooler.half()
    refused(ours, theirs, ValueError, "type mixed")


def test_texts_are_cut_to_what_both_models_take(saved_reference):
    longest = ["the cat sat on the mat . " * 5]
    ours = BERTLM.from_pretrained(saved_reference("tanh"))
    assert compare(ours, reference("tanh"), TOKENIZER, longest).agrees


def by_hand(_module, query, key, value, attention_mask, scaling, **_more):
    scores = (query @ key.transpose(2, 3) * scaling + attention_mask).exp()
    weights = scores / scores.sum(-1, keepdim=True)
    return (weights @ value).transpose(1, 2).contiguous(), None


def test_a_reference_whose_attention_cannot_be_seen_is_refused(saved_reference, monkeypatch):
    ours, theirs = BERTLM.from_pretrained(saved_reference("tanh")), reference("tanh")
    monkeypatch.setattr(transformers.models.bert.modeling_bert, "eager_attention_forward", by_hand)
    with pytest.raises(ValueError, match=r"where it cannot be seen.*load_reference"):
        compare(ours, theirs, TOKENIZER, PAIRS)


# --- The reference ----------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
@pytest.mark.parametrize("kind", ["BertModel", "BertForMaskedLM", "BertForPreTraining"])
def test_a_reference_is_loaded_as_float32_and_eager_and_quietly(
    kind, dtype, saved_reference, capfd
):
    path = saved_reference("tanh", kind, dtype)
    loud = transformers.logging.get_verbosity(), transformers.logging.is_progress_bar_enabled()
    transformers.logging.set_verbosity_info()
    transformers.logging.enable_progress_bar()
    capfd.readouterr()
    try:
        model = load_reference(path)
        assert capfd.readouterr() == ("", "")
        assert transformers.logging.get_verbosity() == transformers.logging.INFO
        assert transformers.logging.is_progress_bar_enabled()
    finally:
        transformers.logging.set_verbosity(loud[0])
        transformers.logging.disable_progress_bar()
    assert type(model).__name__ == kind
    assert {p.dtype for p in model.parameters()} == {torch.float32}
    assert not model.training
    attentions = model(torch.tensor([[1, 2, 3]]), output_attentions=True).attentions
    assert len(attentions) == 3
    assert attentions[0].shape == (1, 4, 3, 3)
    ours = BERT if kind == "BertModel" else BERTLM
    assert compare(ours.from_pretrained(path), model, TOKENIZER, PAIRS).agrees


def test_an_encoder_without_a_pooler_gets_none(saved_reference):
    path = saved_reference("tanh", "BertModel", pooler=False)
    assert load_reference(path).pooler is None
    assert compare(BERT.from_pretrained(path), load_reference(path), TOKENIZER, PAIRS).agrees


def edited(folder, target, weights=lambda w: w, **settings):
    """A copy of a checkpoint with other weights or settings."""
    config = json.loads((folder / "config.json").read_text()) | settings
    (target / "config.json").write_text(json.dumps(config))
    tensors = weights(load_file(folder / "model.safetensors"))
    save_file(tensors, target / "model.safetensors", metadata={"format": "pt"})
    return target


def test_old_names_of_weights_are_known(saved_reference, tmp_path):
    def aged(weights):
        old = {"LayerNorm.weight": "LayerNorm.gamma", "LayerNorm.bias": "LayerNorm.beta"}
        for new, name in old.items():
            weights = {key.replace(new, name): weight for key, weight in weights.items()}
        return weights

    path = edited(saved_reference("tanh"), tmp_path, aged)
    assert compare(BERTLM.from_pretrained(path), load_reference(path), TOKENIZER, PAIRS).agrees


def test_the_weights_decide_what_is_loaded_and_not_the_name_in_the_configuration(
    saved_reference, tmp_path
):
    # The published bert-base-uncased is called a BertForMaskedLM and has pooler and NSP head.
    path = edited(saved_reference("tanh"), tmp_path, architectures=["BertForMaskedLM"])
    assert type(load_reference(path)).__name__ == "BertForPreTraining"


def test_a_checkpoint_that_is_no_whole_bert_is_refused(saved_reference, tmp_path):
    with pytest.raises(CheckpointError, match="model_type 'roberta'"):
        load_reference(edited(saved_reference("tanh"), tmp_path, model_type="roberta"))

    def without_a_norm(weights):
        return {key: weight for key, weight in weights.items() if "layer.1.output.Lay" not in key}

    with pytest.raises(CheckpointError, match=r"lacks .*layer\.1\.output\.LayerNorm\.bias"):
        load_reference(edited(saved_reference("tanh"), tmp_path, without_a_norm))
    with pytest.raises(CheckpointError, match="transformers cannot read"):
        load_reference(edited(saved_reference("tanh"), tmp_path, hidden_size=48))
    with pytest.raises(CheckpointError, match="there is no folder"):
        load_reference(tmp_path / "nowhere" / "at all")


def test_without_transformers_the_reference_says_how_to_get_it(saved_reference, monkeypatch):
    path = saved_reference("tanh")
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(CheckpointError, match="pip install transformers"):
        load_reference(path)
