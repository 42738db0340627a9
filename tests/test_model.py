"""BERT against `transformers`, number by number; what must hold of any BERT; and bad input."""

import copy
import dataclasses
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from references import (
    LONGEST,
    PARTS,
    SHAPES,
    SMALL,
    TOLERANCE,
    VARIANTS,
    VOCABULARY,
    assert_agree,
    batch,
    build,
    call,
    reference,
)
from tensors import random
from torch import nn

from bertcourse.attention import MultiHeadAttention, recorded_attention
from bertcourse.blocks import BERTCore, EncoderStack, PreNormBlock, TransformerBlock
from bertcourse.config import PRESETS, BERTConfig
from bertcourse.heads import BERTLM
from bertcourse.layers import LayerNorm
from bertcourse.model import BERT, BERTOutput
from bertcourse.parts import Parts
from bertcourse.weights import to_transformers


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("parts", PARTS)
@pytest.mark.parametrize("shape", SHAPES)
def test_everything_agrees_with_transformers_for_any_shape(shape, parts, dtype, saved_reference):
    theirs = reference(shape, "BertModel", dtype)
    ours = BERT.from_pretrained(saved_reference(shape, "BertModel", dtype), PARTS[parts])
    assert next(ours.parameters()).dtype == dtype
    everything = {"output_attentions": True, "output_hidden_states": True}
    inputs = batch()
    expected, actual = call(theirs, inputs, **everything), ours(**inputs, **everything)
    assert len(expected.attentions) == len(actual.attentions) == SHAPES[shape][0]
    assert len(expected.hidden_states) == len(actual.hidden_states)
    for a, b in zip(actual.hidden_states, expected.hidden_states, strict=True):
        assert_agree(a, b, dtype)
    for a, b in zip(actual.attentions, expected.attentions, strict=True):
        assert_agree(a, b, dtype)
    assert_agree(actual.pooler_output, expected.pooler_output, dtype)
    plain = ours(**inputs)
    assert_agree(plain.last_hidden_state, expected.last_hidden_state, dtype)
    assert plain.attentions is plain.hidden_states is None


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("parts", PARTS)
@pytest.mark.parametrize("shape", ["tanh", "deep", "one head"])
def test_gradients_agree_with_transformers(shape, parts, dtype, saved_reference):
    theirs = reference(shape, "BertModel", dtype)
    ours = BERT.from_pretrained(saved_reference(shape, "BertModel", dtype), PARTS[parts])
    inputs = batch()
    real = inputs["attention_mask"][..., None]  # what padding becomes is nobody's business
    for model, output in ((theirs, call(theirs, inputs)), (ours, ours(**inputs))):
        hidden, pooled = output.last_hidden_state, output.pooler_output
        weigh = random(*hidden.shape, seed=1, dtype=dtype)
        loss = (hidden * weigh * real).sum() + (pooled * weigh[:, 0]).sum()
        model.zero_grad()
        loss.backward()
    expected = {name: parameter.grad for name, parameter in theirs.named_parameters()}
    largest = max(gradient.abs().max().item() for gradient in expected.values())
    for name, parameter in ours.named_parameters():
        gradient = expected.pop(to_transformers(name))
        atol = TOLERANCE[dtype] * largest
        torch.testing.assert_close(parameter.grad, gradient, atol=atol, rtol=0, msg=name)
    assert not expected


@pytest.mark.parametrize("parts", PARTS)
def test_a_model_without_a_pooler_agrees_too(parts, saved_reference):
    path = saved_reference("tanh", "BertModel", pooler=False)
    theirs, ours = (
        reference("tanh", "BertModel", pooler=False),
        BERT.from_pretrained(path, PARTS[parts]),
    )
    output = ours(**batch())
    assert_agree(output.last_hidden_state, call(theirs, batch()).last_hidden_state, torch.float32)
    assert output.pooler_output is None
    assert not ours.config.pooler


def test_mask_and_segments_may_be_left_out(saved_reference):
    theirs = reference("tanh", "BertModel")
    ours = BERT.from_pretrained(saved_reference("tanh", "BertModel"))
    ids = batch()["input_ids"]
    assert_agree(ours(ids).last_hidden_state, theirs(ids).last_hidden_state, torch.float32)


@pytest.mark.parametrize("variant", VARIANTS)
def test_all_parts_hold_the_same_weights_under_the_same_names_and_agree(variant):
    fast = build(BERT, variant)
    lesson = BERT(VARIANTS[variant], Parts.lesson()).eval()
    assert list(fast.state_dict()) == list(lesson.state_dict())
    lesson.load_state_dict(fast.state_dict())
    asked = {"output_attentions": True, "output_hidden_states": True}
    ours, theirs = fast(**batch(), **asked), lesson(**batch(), **asked)
    assert_agree(ours.last_hidden_state, theirs.last_hidden_state, torch.float32)
    for a, b in zip(ours.attentions, theirs.attentions, strict=True):
        assert_agree(a, b, torch.float32)


@pytest.mark.parametrize("variant", VARIANTS)
def test_padding_never_changes_real_tokens(variant):
    model, inputs = build(BERT, variant), batch()
    mask = inputs["attention_mask"].bool()
    expected = model(**inputs).last_hidden_state[mask]
    changed = inputs | {"input_ids": inputs["input_ids"].masked_fill(~mask, VOCABULARY - 1)}
    changed |= {"segment_ids": inputs["segment_ids"].masked_fill(~mask, 1)}
    actual = model(**changed).last_hidden_state[mask]
    torch.testing.assert_close(actual, expected, atol=1e-6, rtol=0)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_batch_equals_its_sentences_one_by_one(variant):
    model, inputs = build(BERT, variant), batch()
    together = model(**inputs)
    for i, length in enumerate(inputs["attention_mask"].sum(1)):
        alone = model(**{name: x[i : i + 1, :length] for name, x in inputs.items()})
        expected = together.last_hidden_state[i : i + 1, :length]
        torch.testing.assert_close(alone.last_hidden_state, expected, atol=2e-6, rtol=0)
        if alone.pooler_output is not None:
            pooled = together.pooler_output[i : i + 1]
            torch.testing.assert_close(alone.pooler_output, pooled, atol=2e-6, rtol=0)


@pytest.mark.parametrize("variant", VARIANTS)
def test_attention_weights_sum_to_one_and_padding_gets_none(variant):
    inputs = batch()
    hidden = inputs["attention_mask"][:, None, None] == 0
    for weights in build(BERT, variant)(**inputs, output_attentions=True).attentions:
        assert weights.shape == (4, 3, LONGEST, LONGEST)
        torch.testing.assert_close(weights.sum(-1), torch.ones(4, 3, LONGEST))
        assert not weights.masked_select(hidden).any()


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("parts", PARTS)
def test_gradients_reach_every_parameter(variant, parts):
    model, inputs = build(BERT, variant, parts=PARTS[parts]), batch()
    inputs["input_ids"][0] = torch.arange(LONGEST)
    output = model(**inputs)
    loss = (output.last_hidden_state * random(4, LONGEST, 12)).sum()
    if output.pooler_output is not None:
        loss = loss + (output.pooler_output * random(4, 12)).sum()
    loss.backward()
    for name, parameter in model.named_parameters():
        # A key's bias moves all scores of a row alike, which the softmax does not notice; under
        # rotary positions it moves them by distance.
        dead = name.endswith("key.bias") and model.config.positions != "rotary"
        assert dead or parameter.grad.abs().max() > 1e-5, name


def test_the_order_of_tokens_matters_through_positions_alone():
    model = build(BERT, "published")
    ids = torch.tensor([[3, 5, 7, 9]])
    turned = model(ids.flip(1)).last_hidden_state.flip(1)
    assert not torch.allclose(turned, model(ids).last_hidden_state, atol=1e-3)
    with torch.no_grad():
        model.embedding.position.weight.zero_()
    turned = model(ids.flip(1)).last_hidden_state.flip(1)
    torch.testing.assert_close(turned, model(ids).last_hidden_state, atol=1e-6, rtol=1e-5)


def test_with_rotary_positions_only_distances_matter():
    model = build(BERT, "modern")
    ids = torch.randint(1, VOCABULARY, (1, 10), generator=torch.Generator().manual_seed(0))
    middle = torch.tensor([[0, 0, 0, 1, 1, 1, 1, 1, 0, 0]])
    shifted = model(ids, middle).last_hidden_state[:, 3:8]
    torch.testing.assert_close(shifted, model(ids[:, 3:8]).last_hidden_state, atol=1e-5, rtol=1e-5)


def test_dropout_acts_in_training_and_the_whole_model_follows_the_mode():
    torch.manual_seed(0)
    model, inputs = build(BERT, "published").train(), batch()
    assert not torch.equal(model(**inputs).pooler_output, model(**inputs).pooler_output)
    assert all(module.training for module in (model, model.core, *model.core.modules()))
    model.eval()
    assert not any(module.training for module in (model, model.core, *model.core.modules()))
    assert torch.equal(model(**inputs).pooler_output, model(**inputs).pooler_output)


def test_the_forward_pass_is_the_module_call_so_hooks_run():
    model, seen = build(BERT, "published", parts=Parts.lesson()), []
    for module in model.modules():
        module.register_forward_hook(lambda module, *_: seen.append(module))
    model(**batch())
    idle = {id(module) for module in model.modules() if isinstance(module, nn.ModuleList)}
    assert {id(module) for module in model.modules()} - {id(module) for module in seen} == idle


def test_recording_leaves_nothing_behind_even_after_an_error():
    model = build(BERT, "published")
    plain = model(**batch()).last_hidden_state
    model.pooler.dense = nn.Linear(5, 5)
    with pytest.raises(RuntimeError):
        model(**batch(), output_attentions=True, output_hidden_states=True)
    assert all(not module._forward_hooks for module in model.modules())
    assert all(getattr(module, "record", None) is None for module in model.modules())
    model.pooler.dense = nn.Linear(12, 12)
    output = model(**batch(), output_attentions=True, output_hidden_states=True)
    assert len(output.attentions) == 2
    assert torch.equal(model(**batch()).last_hidden_state, plain)


def test_threads_share_a_model_and_each_records_its_own():
    model, n = build(BERT, "published"), 24
    texts = [torch.randint(1, VOCABULARY, (1, 3 + i % 4)) for i in range(n)]
    asked = {"output_attentions": True, "output_hidden_states": True}
    expected = [model(ids, **asked) for ids in texts]
    with ThreadPoolExecutor(8) as pool:
        plain = [pool.submit(model, ids) for ids in texts]
        recorded = [pool.submit(model, ids, **asked) for ids in texts]
        for each, alone, whole in zip(plain, recorded, expected, strict=True):
            close = {"atol": 1e-6, "rtol": 0}
            hidden = each.result().last_hidden_state
            torch.testing.assert_close(hidden, whole.last_hidden_state, **close)
            torch.testing.assert_close(alone.result().attentions, whole.attentions, **close)
            torch.testing.assert_close(alone.result().hidden_states, whole.hidden_states, **close)


def test_a_recording_goes_on_while_the_model_records_inside_it():
    model = build(BERT, "published")
    with recorded_attention(model) as weights:
        inside = model(**batch(), output_attentions=True).attentions
        model(**batch())
    assert len(weights) == 4
    assert all(torch.equal(a, b) for a, b in zip(weights, inside, strict=False))


def test_a_copy_is_independent_and_equal():
    model = build(BERT, "published")
    other = copy.deepcopy(model)
    assert torch.equal(model(**batch()).pooler_output, other(**batch()).pooler_output)
    with torch.no_grad():
        for parameter in other.parameters():
            parameter.zero_()
    assert model(**batch()).pooler_output.any()
    assert not other(**batch()).pooler_output.any()


def test_bfloat16_stays_near_float32():
    model, inputs = build(BERT, "published"), batch()
    exact = model(**inputs).last_hidden_state
    half = copy.deepcopy(model).bfloat16()(**inputs).last_hidden_state
    assert half.dtype == torch.bfloat16
    torch.testing.assert_close(half.float(), exact, atol=0.15, rtol=0)


def test_a_sequence_of_nothing_but_padding_attends_everywhere_alike():
    inputs = batch()
    inputs["attention_mask"][1] = 0
    for parts in PARTS.values():
        output = build(BERT, "published", parts=parts)(**inputs, output_attentions=True)
        assert output.last_hidden_state.isfinite().all()
        for weights in output.attentions:
            torch.testing.assert_close(weights[1], torch.full_like(weights[1], 1 / LONGEST))


def test_the_mask_may_be_of_bools_or_of_any_whole_numbers():
    model, inputs = build(BERT, "published"), batch()
    expected = model(**inputs).last_hidden_state
    for dtype in (torch.bool, torch.uint8, torch.int32):
        mask = inputs["attention_mask"].to(dtype)
        assert torch.equal(model(**inputs | {"attention_mask": mask}).last_hidden_state, expected)


def test_an_empty_batch_gives_an_empty_output():
    output = build(BERT, "published")(torch.empty(0, 5, dtype=torch.long))
    assert output.last_hidden_state.shape == (0, 5, 12)
    assert output.pooler_output.shape == (0, 12)


IDS = torch.ones(2, 5, dtype=torch.long)
BAD = {
    "a list": ({"input_ids": [[1, 2]]}, "input_ids is a list, and a tensor is expected"),
    "one sequence alone": ({"input_ids": IDS[0]}, r"shape \(5,\).*a batch of one, x\[None\]"),
    "three dimensions": ({"input_ids": IDS[None]}, r"shape \(1, 2, 5\), and two dimensions"),
    "no tokens": ({"input_ids": IDS[:, :0]}, "0 tokens long, and this BERT takes 1 to 14"),
    "small ids": ({"input_ids": IDS.to(torch.int16)}, r"type torch\.int16, and whole numbers"),
    "byte segments": ({"segment_ids": IDS.byte()}, r"segment_ids is of type torch\.uint8"),
    "float ids": ({"input_ids": IDS.float()}, r"type torch.float32.*input_ids.long\(\)"),
    "bool ids": ({"input_ids": IDS.bool()}, "type torch.bool, and whole numbers"),
    "a negative id": ({"input_ids": IDS - 2}, "input_ids holds -1, and only 0 to 36"),
    "an id too large": ({"input_ids": IDS * VOCABULARY}, "holds 37, and only 0 to 36 are possible"),
    "too long": ({"input_ids": IDS.repeat(1, 3)}, "15 tokens long, and this BERT takes 1 to 14"),
    "a float mask": ({"attention_mask": IDS.float()}, "attention_mask is of type torch.float32"),
    "a mask of twos": ({"attention_mask": 2 * IDS}, "attention_mask holds 2, and only 0 to 1"),
    "an added mask": ({"attention_mask": -10000 * IDS}, "attention_mask holds -10000"),
    "a mask with heads": (
        {"attention_mask": IDS[:, None, None]},
        r"attention_mask has the shape \(2, 1, 1, 5\)",
    ),
    "a mask of rows": ({"attention_mask": IDS[:, None].expand(2, 5, 5)}, r"shape \(2, 5, 5\)"),
    "a short mask": (
        {"attention_mask": IDS[:, :3]},
        r"\(2, 3\) do not fit input_ids of .*\(2, 5\)",
    ),
    "negative segments": ({"segment_ids": -IDS}, "segment_ids holds -1, and only 0 to 1"),
    "segments of 1 and 2": ({"segment_ids": 2 * IDS}, "segment_ids holds 2.*0 = sentence A, 1 = B"),
    "float segments": ({"segment_ids": IDS.double()}, "segment_ids is of type torch.float64"),
    "bool segments": ({"segment_ids": IDS.bool()}, "segment_ids is of type torch.bool"),
    "one segment for all": ({"segment_ids": IDS[:1]}, r"\(1, 5\) do not fit"),
    "three-dimensional segments": ({"segment_ids": IDS[None]}, r"shape \(1, 2, 5\)"),
}


@pytest.mark.parametrize("case", BAD)
@pytest.mark.parametrize("training", [False, True])
def test_bad_input_is_refused_in_words(case, training):
    inputs, message = BAD[case]
    model = BERT(SMALL).train(training)
    with pytest.raises(ValueError, match=message):
        model(**{"input_ids": IDS} | inputs)


def test_outputs_are_read_by_name_and_by_key():
    output = build(BERT, "published")(**batch())
    assert output["last_hidden_state"] is output.last_hidden_state
    assert "attentions" in output
    assert dict(output).keys() == {field.name for field in dataclasses.fields(BERTOutput)}
    with pytest.raises(KeyError, match="no output 'logits': there are last_hidden_state"):
        output["logits"]
    with pytest.raises(KeyError, match="no output 0"):
        output[0]


# --- Size, and how it begins ------------------------------------------------------------------


def count(model):
    return sum(parameter.numel() for parameter in model.parameters())


@pytest.mark.parametrize(
    ("preset", "encoder", "with_heads"),
    [("base", 109_482_240, 110_106_428), ("large", 335_141_888, 336_226_108)],
)
def test_the_published_sizes_have_the_published_number_of_parameters(preset, encoder, with_heads):
    with torch.device("meta"):
        model = BERTLM(BERTConfig.preset(preset))
    assert count(model.bert) == encoder
    assert count(model) == with_heads


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_has_heads_of_64_and_a_feed_forward_four_times_as_wide(preset):
    config = BERTConfig.preset(preset, vocab_size=100)
    assert config.d_model == 64 * config.n_heads
    assert config.d_ff == 4 * config.d_model
    assert config.vocab_size == 100
    assert config.is_published
    modern = BERTConfig.preset(f"{preset}-modern")
    assert (modern.positions, modern.norm, modern.d_model) == ("rotary", "pre", config.d_model)
    assert not modern.is_published


def test_it_begins_as_google_research_bert_does():
    torch.manual_seed(0)
    model = BERT(dataclasses.replace(SMALL, vocab_size=2000, d_model=96))
    for name, parameter in model.named_parameters():
        if parameter.dim() == 2:
            assert parameter.abs().max() <= 0.04, name
            # A normal cut at two σ has 0.88 of its standard deviation.
            expected = pytest.approx(0.88 * 0.02, rel=0.1 if parameter.numel() > 1000 else 0.3)
            assert parameter.std().item() == expected, name
        else:
            assert (parameter == (0 if name.endswith("bias") else 1)).all(), name


def test_the_note_variant_differs_from_bert_in_the_four_named_places():
    note, bert = BERTConfig.study_note(), BERTConfig()
    names = [field.name for field in dataclasses.fields(BERTConfig)]
    different = {name for name in names if getattr(note, name) != getattr(bert, name)}
    assert different == {"norm", "positions", "embedding_norm", "tied"}


IMPOSSIBLE = {
    "heads": ({"d_model": 100, "n_heads": 12}, "choose n_heads from 1, 2, 4, 5, 10"),
    "no layers": ({"n_layers": 0}, "n_layers=0 is impossible: it must be a whole number ≥ 1"),
    "half a layer": ({"n_layers": 1.5}, "n_layers=1.5 is impossible"),
    "a bool": ({"n_layers": True}, "n_layers=True is impossible"),
    "a size as text": ({"d_model": "768"}, "d_model='768' is impossible"),
    "dropout of one": ({"dropout": 1.0}, "dropout=1.0 is impossible: it must be a probability"),
    "negative dropout": ({"attention_dropout": -0.1}, "attention_dropout=-0.1 is impossible"),
    "dropout as text": ({"dropout": "0.1"}, "dropout='0.1' is impossible"),
    "no epsilon": ({"layer_norm_eps": 0}, "layer_norm_eps=0 is impossible"),
    "an unknown GELU": ({"activation": "relu"}, "must be one of 'none', 'tanh'"),
    "unknown positions": ({"positions": "alibi"}, "one of 'learned', 'sinusoidal', 'rotary'"),
    "an unknown norm": ({"norm": "rms"}, "must be one of 'post', 'pre'"),
    "odd rotary heads": (
        {"positions": "rotary", "d_model": 15, "n_heads": 3},
        "give heads of 5: choose n_heads so that",
    ),
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_an_impossible_config_is_refused_with_what_is_possible(case):
    settings, message = IMPOSSIBLE[case]
    with pytest.raises(ValueError, match=message):
        BERTConfig(**settings)


def test_an_unknown_preset_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="there is no preset 'huge': choose from tiny, mini"):
        BERTConfig.preset("huge")


# --- The pieces, and pieces of one's own ------------------------------------------------------


class Recorder(nn.Module):
    """A sublayer that keeps what it is called with."""

    def __init__(self, factor):
        super().__init__()
        self.factor, self.calls = factor, []

    def forward(self, x, *context):
        self.calls.append((x, context))
        return self.factor * x


def test_a_block_hands_its_context_to_attention_untouched_and_to_nothing_else():
    attention, feed_forward, mask, other = Recorder(2), Recorder(3), object(), object()
    x = random(2, 3, 8)
    for kind in (TransformerBlock, PreNormBlock):
        kind(attention, feed_forward, 8).eval()(x, mask, other)
        assert attention.calls[-1][1] == (mask, other)
        assert feed_forward.calls[-1][1] == ()


def test_blocks_follow_their_formulas():
    x, norm = random(2, 3, 8), nn.LayerNorm(8, eps=1e-12)
    post = TransformerBlock(Recorder(2), Recorder(3), 8).eval()
    pre = PreNormBlock(Recorder(2), Recorder(3), 8).eval()
    torch.testing.assert_close(post(x), norm(4 * norm(3 * x)))
    a = x + 2 * norm(x)
    torch.testing.assert_close(pre(x), a + 3 * norm(a))


@pytest.mark.parametrize("kind", [TransformerBlock, PreNormBlock])
def test_dropout_falls_on_the_output_of_both_sublayers(kind):
    class Marked(nn.Module):
        """Stands for dropout: what passes becomes zero, and is remembered."""

        def forward(self, x):
            passed.append(x)
            return torch.zeros_like(x)

    block, x, passed = kind(Recorder(2), Recorder(3), 8), random(2, 3, 8), []
    block.dropout = Marked()
    norm = nn.LayerNorm(8, eps=1e-12)
    post = kind is TransformerBlock
    expected = [2 * x, 3 * norm(x)] if post else [2 * norm(x), 3 * norm(x)]
    torch.testing.assert_close(block(x), norm(norm(x)) if post else x)
    for actual, wanted in zip(passed, expected, strict=True):
        torch.testing.assert_close(actual, wanted)


class CoreWithAWeight(BERTCore):
    def __init__(self, *pieces):
        super().__init__(*pieces)
        self.extra = nn.Linear(12, 12)


class StackWithANorm(EncoderStack):
    def __init__(self, make_block, n):
        super().__init__(make_block, n)
        self.last = nn.LayerNorm(12)


@pytest.mark.parametrize(
    ("piece", "message"),
    [({"bert": CoreWithAWeight}, "extra.weight, extra.bias"), ({"stack": StackWithANorm}, "last")],
)
def test_weights_outside_of_embedding_blocks_and_pooler_are_refused(piece, message):
    with pytest.raises(ValueError, match=rf"{message}.*would be neither trained nor saved"):
        BERT(SMALL, dataclasses.replace(Parts.lesson(), **piece))


def test_a_piece_that_was_exchanged_is_noticed_and_not_passed_over():
    for exchange in (
        lambda model: setattr(model, "blocks", model.blocks[:1]),
        lambda model: model.blocks.__setitem__(0, copy.deepcopy(model.blocks[0])),
        lambda model: setattr(model, "pooler", None),
        lambda model: setattr(model, "embedding", copy.deepcopy(model.embedding)),
    ):
        model = build(BERT, "published")
        exchange(model)
        with pytest.raises(ValueError, match="was exchanged after it was built"):
            model(IDS)


class NamingBlock(TransformerBlock):
    def forward(self, x, mask=None):
        a = self.attention_norm(x + self.dropout(self.attention(x=x, mask=mask)))
        return self.output_norm(a + self.dropout(self.feed_forward(a)))


class OwnAttention(nn.Module):
    def __init__(self, d_model, heads, dropout=0.1):
        super().__init__()
        layers = (nn.Linear(d_model, d_model) for _ in range(4))
        self.query, self.key, self.value, self.output = layers
        self.heads = heads

    def forward(self, x, mask=None):
        q, k, v = (f(x).unflatten(-1, (self.heads, -1)) for f in (self.query, self.key, self.value))
        scores = torch.einsum("bqhd,bkhd->bhqk", q, k) / q.size(-1) ** 0.5
        scores = scores.masked_fill(mask[:, None, None] == 0, -1e9).exp()
        weights = scores / scores.sum(-1, keepdim=True)
        return self.output(torch.einsum("bhqk,bkhd->bqhd", weights, v).flatten(2))


class WrappedAttention(nn.Module):
    def __init__(self, *sizes):
        super().__init__()
        self.inside = MultiHeadAttention(*sizes)

    def forward(self, x, mask=None):
        return self.inside(x, mask)


@pytest.mark.parametrize("attention", [OwnAttention, WrappedAttention])
def test_attention_written_by_others_is_recorded_with_its_mask_however_it_is_passed(attention):
    ours = build(BERT, "published")
    parts = dataclasses.replace(Parts.lesson(), block=NamingBlock, multi_head_attention=attention)
    other = BERT(SMALL, parts).eval()
    with torch.no_grad():
        for name, parameter in other.named_parameters():
            parameter.copy_(ours.get_parameter(name.replace(".inside", "")))
    expected = ours(**batch(), output_attentions=True).attentions
    actual = other(**batch(), output_attentions=True).attentions
    for a, b in zip(actual, expected, strict=True):
        assert_agree(a, b)


def test_the_stack_has_blocks_of_its_own_in_order():
    torch.manual_seed(0)
    stack = EncoderStack(lambda: nn.Linear(4, 4), 3)
    x = random(2, 4)
    expected = stack.blocks[2](stack.blocks[1](stack.blocks[0](x)))
    assert torch.equal(stack(x), expected)
    assert len(list(stack.parameters())) == 6


def test_every_norm_gets_the_eps_of_the_config_and_is_of_the_chosen_kind():
    class Mine(LayerNorm):
        pass

    config = dataclasses.replace(SMALL, layer_norm_eps=0.5, norm="pre", positions="rotary")
    model = BERT(config, dataclasses.replace(Parts.lesson(), norm=Mine))
    norms = [m for m in model.modules() if isinstance(m, LayerNorm | nn.LayerNorm)]
    assert len(norms) == 1 + 2 * 2 + 1
    assert all(type(norm) is Mine and norm.eps == 0.5 for norm in norms)


@pytest.mark.parametrize("parts", PARTS)
def test_the_form_of_gelu_is_the_config_s(parts):
    outputs = []
    for activation in ("none", "tanh"):
        torch.manual_seed(0)
        config = dataclasses.replace(SMALL, activation=activation, initializer_range=1.0)
        outputs.append(BERT(config, PARTS[parts]).eval()(IDS).last_hidden_state)
    assert 1e-6 < (outputs[0] - outputs[1]).abs().max() < 0.1


class CopyingStack(EncoderStack):
    def __init__(self, make_block, n):
        super().__init__(lambda: copy.deepcopy(make_block()), n)


class EagerStack(EncoderStack):
    def __init__(self, make_block, n):
        super().__init__(make_block, n + 1)


class ListingStack(nn.Module):
    def __init__(self, make_block, n):
        super().__init__()
        self.blocks = [make_block() for _ in range(n)]


@pytest.mark.parametrize(
    ("stack", "message"),
    [
        (CopyingStack, "made 2 blocks and keeps 0 of them, and 2 are expected"),
        (EagerStack, "made 3 blocks and keeps 3"),
        (ListingStack, r"keeps 0 of them.*in an nn\.ModuleList"),
    ],
)
def test_a_stack_that_does_not_keep_its_blocks_is_refused(stack, message):
    with pytest.raises(ValueError, match=message):
        BERT(SMALL, dataclasses.replace(Parts.lesson(), stack=stack))


# --- What the study note gets wrong -----------------------------------------------------------


def test_study_note_dropout_of_attention_is_what_was_asked_for():
    model = BERT(dataclasses.replace(SMALL, dropout=0.2, attention_dropout=0.4))
    rates = {name: m.p for name, m in model.named_modules() if isinstance(m, nn.Dropout)}
    assert {p for name, p in rates.items() if ".attention." in name} == {0.4}
    assert {p for name, p in rates.items() if ".attention." not in name} == {0.2}


def test_study_note_no_dropout_falls_on_the_output_of_a_block():
    torch.manual_seed(0)
    hidden = BERT(SMALL).train()(IDS).last_hidden_state
    torch.testing.assert_close(hidden.mean(-1), torch.zeros(2, 5), atol=1e-6, rtol=0)
    torch.testing.assert_close(hidden.var(-1, correction=0), torch.ones(2, 5))


def test_study_note_the_last_pre_norm_block_is_followed_by_a_norm():
    output = BERT(VARIANTS["study note"]).eval()(IDS, output_hidden_states=True)
    hidden = output.last_hidden_state
    torch.testing.assert_close(hidden.var(-1, correction=0), torch.ones(2, 5))
    assert output.hidden_states[-1].var(-1).max() < 0.5


def test_study_note_a_token_with_id_0_is_a_token_unless_the_mask_says_otherwise():
    model, ids = build(BERT, "published"), torch.tensor([[5, 0, 7]])
    weights = model(ids, output_attentions=True).attentions[0]
    assert (weights[..., 1] > 0).all()
    hidden = model(ids, torch.tensor([[1, 0, 1]]), output_attentions=True).attentions[0]
    assert (hidden[..., 1] == 0).all()


def test_study_note_the_width_inside_the_feed_forward_is_what_was_asked_for():
    model = BERT(dataclasses.replace(SMALL, d_ff=17))
    assert all(block.feed_forward.inner.out_features == 17 for block in model.blocks)


def test_study_note_a_loaded_model_is_ready_to_predict(saved_reference):
    model = BERT.from_pretrained(saved_reference("tanh", "BertModel"))
    assert not any(module.training for module in model.modules())
