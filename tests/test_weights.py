"""bertcourse.weights: `transformers` and we read each other's files, and no file does harm."""

import dataclasses
import errno
import json
import os
import pickle
import shutil
import sys
import warnings
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
import transformers
from references import (
    LONGEST,
    SMALL,
    VARIANTS,
    assert_agree,
    batch,
    build,
    call,
    reference,
)
from safetensors.torch import load_file, save_file

from bertcourse.config import BERTConfig
from bertcourse.heads import BERTLM
from bertcourse.model import BERT
from bertcourse.parts import PIECES, Parts
from bertcourse.weights import (
    NAMES,
    CheckpointError,
    from_transformers,
    to_transformers,
    write_together,
)
from bertcourse.workbook import Workbook

UNUSED = {
    "BertModel": None,
    "BertForPreTraining": None,
    "BertForMaskedLM": None,
    "BertForNextSentencePrediction": None,
    "BertForSequenceClassification": "classifier.bias, classifier.weight",
    "BertForTokenClassification": "classifier.bias, classifier.weight",
    "BertForQuestionAnswering": "qa_outputs.bias, qa_outputs.weight",
}
WITH_WORDS = ("BertForPreTraining", "BertForMaskedLM")
PRETRAINING = "tanh", "BertForPreTraining"
PUBLISHED = [name for name, config in VARIANTS.items() if config.is_published]
OTHERS = [name for name in VARIANTS if name not in PUBLISHED]
DECODER = "cls.predictions.decoder.weight"


@pytest.fixture(autouse=True)
def no_warnings():
    """What a test does not expect is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.fixture
def checkpoint(tmp_path, saved_reference):
    """A folder of this test's own, with all of BERT and both heads as `transformers` saves them."""
    return Path(shutil.copytree(saved_reference(*PRETRAINING), tmp_path / "checkpoint"))


def edit_settings(folder, changes=(), without=()):
    path = folder / "config.json"
    settings = json.loads(path.read_text()) | dict(changes)
    path.write_text(json.dumps({k: v for k, v in settings.items() if k not in without}))


def edit_weights(folder, edit):
    """Replace the weights of a checkpoint by `edit` of them."""
    weights = edit(load_file(folder / "model.safetensors"))
    save_file(weights, folder / "model.safetensors", {"format": "pt"})


def load_theirs(folder, kind="BertForPreTraining", **more):
    """A `transformers` model, and what it says of the file: weights missing, unexpected…"""
    more.setdefault("attn_implementation", "eager")
    model, told = getattr(transformers, kind).from_pretrained(
        folder, output_loading_info=True, **more
    )
    return model, {kind for kind, names in told.items() if names}


def assert_same_encoder(ours, theirs, dtype=torch.float32):
    """Hidden states, attentions and pooled output of two models, under padding."""
    asked = {"output_hidden_states": True, "output_attentions": True}
    mine, other = ours(**batch(), **asked), call(theirs, batch(), **asked)
    for a, b in zip(mine.hidden_states, other.hidden_states, strict=True):
        assert_agree(a, b, dtype)
    for a, b in zip(mine.attentions, other.attentions, strict=True):
        assert_agree(a, b, dtype)
    if ours.config.pooler:
        assert_agree(mine.pooler_output, other.pooler_output, dtype)
    else:
        assert mine.pooler_output is None


def assert_same_logits(ours, theirs, dtype=torch.float32):
    mine, other = ours(**batch()), call(theirs, batch())
    words = getattr(other, "prediction_logits", other.get("logits"))
    assert_agree(mine.mlm_logits, words, dtype)
    if ours.config.nsp:
        assert_agree(mine.nsp_logits, other.seq_relationship_logits, dtype)
    else:
        assert mine.nsp_logits is None


def assert_same_weights(ours, other):
    """Every weight of the same name, type and bits."""
    mine, theirs = ours.state_dict(), other.state_dict()
    assert list(mine) == list(theirs)
    for name, weight in mine.items():
        assert weight.dtype == theirs[name].dtype
        assert torch.equal(weight, theirs[name]), name


def assert_refused(folder, *words, kind=BERT, **more):
    """Loading fails with one readable paragraph that has these words in it."""
    with pytest.raises(CheckpointError) as caught:
        kind.from_pretrained(folder, **more)
    message = str(caught.value)
    for word in words:
        assert word in message, message
    assert len(message) < 2000, message
    assert "\n" not in message


# --- What `transformers` writes, we read ------------------------------------------------------


@pytest.mark.parametrize("kind", UNUSED)
def test_the_encoder_of_every_kind_of_model_is_read_and_an_unused_head_is_named(
    kind, saved_reference
):
    folder = saved_reference("tanh", kind)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        ours = BERT.from_pretrained(folder)
    if UNUSED[kind]:
        (warning,) = warned
        assert str(warning.message) == f"{folder} also has {UNUSED[kind]}: not used"
        assert warning.filename == __file__  # it points at who called
    else:
        assert not warned
    theirs = reference("tanh", kind)
    assert not ours.training
    assert_same_encoder(ours, getattr(theirs, "bert", theirs))


@pytest.mark.parametrize("kind", WITH_WORDS)
@pytest.mark.parametrize("tied", [True, False])
def test_the_heads_of_pretraining_are_read(kind, tied, saved_reference):
    ours = BERTLM.from_pretrained(saved_reference("tanh", kind, tie_word_embeddings=tied))
    assert not ours.training
    assert ours.config.tied == tied
    assert ours.config.nsp == ours.config.pooler == (kind == "BertForPreTraining")
    assert_same_logits(ours, reference("tanh", kind, tie_word_embeddings=tied))


@pytest.mark.parametrize("kind", sorted(set(UNUSED) - set(WITH_WORDS)))
def test_heads_that_are_not_there_are_named_and_new_only_if_that_is_allowed(kind, saved_reference):
    folder = saved_reference("tanh", kind)
    assert_refused(folder, "missing: mlm.", "mlm.dense.weight", "allow_missing=True", kind=BERTLM)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        ours = BERTLM.from_pretrained(folder, allow_missing=True)
    new = "mlm.bias, mlm.dense.weight, mlm.dense.bias, mlm.norm.weight, mlm.norm.bias"
    assert f"{folder} lacks " in str(warned[0].message)
    assert new in str(warned[0].message)
    assert str(warned[0].message).endswith(": they are new")
    assert len(warned) == (2 if UNUSED[kind] else 1)
    assert {warning.filename for warning in warned} == {__file__}
    theirs = reference("tanh", kind)
    theirs = getattr(theirs, "bert", theirs)
    assert torch.equal(ours.bert.embedding.word.weight, theirs.embeddings.word_embeddings.weight)
    assert ours(**batch()).nsp_logits.shape == (4, 2)  # pooler and head are there, if new


def test_a_model_in_double_precision_is_read_as_it_is(saved_reference):
    ours = BERTLM.from_pretrained(saved_reference(*PRETRAINING, torch.float64))
    assert {p.dtype for p in ours.parameters()} == {torch.float64}
    assert_same_logits(ours, reference(*PRETRAINING, torch.float64), torch.float64)


@pytest.mark.parametrize("half", [torch.float16, torch.bfloat16])
def test_half_precision_files_become_float32_unless_another_type_is_asked_for(
    half, saved_reference
):
    folder = saved_reference(*PRETRAINING, half)
    theirs = reference(*PRETRAINING, half)
    for asked, dtype in ((None, torch.float32), (half, half), (torch.float64, torch.float64)):
        ours = BERTLM.from_pretrained(folder, dtype=asked)
        assert {p.dtype for p in ours.parameters()} == {dtype}
        stored = theirs.bert.encoder.layer[1].intermediate.dense.weight
        assert torch.equal(ours.bert.blocks[1].feed_forward.inner.weight, stored.to(dtype))
    assert_same_logits(BERTLM.from_pretrained(folder), theirs.float())


def test_the_type_that_is_asked_for_wins_over_the_stored_one(saved_reference):
    ours = BERT.from_pretrained(saved_reference(*PRETRAINING), dtype=torch.float64)
    assert_same_encoder(ours, reference(*PRETRAINING).double().bert, torch.float64)


# --- What we write, `transformers` reads, and back --------------------------------------------


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("variant", PUBLISHED)
@pytest.mark.parametrize("kind", [BERT, BERTLM])
def test_ours_to_transformers_and_back_is_bit_identical(kind, variant, dtype, tmp_path):
    ours = build(kind, variant).to(dtype)
    ours.save_pretrained(tmp_path / "ours")
    (architecture,) = json.loads((tmp_path / "ours" / "config.json").read_text())["architectures"]
    more = {} if ours.config.pooler or kind is BERTLM else {"add_pooling_layer": False}
    theirs, problems = load_theirs(tmp_path / "ours", architecture, **more)
    assert not problems
    assert theirs.dtype == dtype
    (assert_same_encoder if kind is BERT else assert_same_logits)(ours, theirs, dtype)

    theirs.save_pretrained(tmp_path / "theirs")
    files = [tmp_path / author / "model.safetensors" for author in ("ours", "theirs")]
    written, expected = (load_file(path) for path in files)
    assert written.keys() == expected.keys()
    back = kind.from_pretrained(tmp_path / "theirs")
    assert_same_weights(ours, back)
    assert ours.config == dataclasses.replace(back.config, nsp=ours.config.nsp)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("kind", [BERT, BERTLM])
def test_every_variant_comes_back_from_disk_and_is_written_the_same_again(
    kind, variant, dtype, tmp_path
):
    ours = build(kind, variant).to(dtype)
    ours.save_pretrained(tmp_path / "first")
    back = kind.from_pretrained(tmp_path / "first")
    assert back.config == ours.config
    assert_same_weights(ours, back)
    back.save_pretrained(tmp_path / "again")
    for name in ("config.json", "model.safetensors"):
        first, again = (tmp_path / folder / name for folder in ("first", "again"))
        assert first.read_bytes() == again.read_bytes()


@pytest.mark.parametrize("kind", ["BertModel", "BertForMaskedLM"])
def test_transformers_finds_in_a_whole_checkpoint_all_that_a_smaller_model_needs(kind, tmp_path):
    build(BERTLM, "published").save_pretrained(tmp_path)
    _, problems = load_theirs(tmp_path, kind)
    assert problems == {"unexpected_keys"}


@pytest.mark.parametrize("half", [torch.float16, torch.bfloat16])
def test_a_half_precision_model_is_written_in_half_precision(half, tmp_path):
    ours = build(BERTLM, "published").to(half)
    ours.save_pretrained(tmp_path)
    assert {w.dtype for w in load_file(tmp_path / "model.safetensors").values()} == {half}
    assert load_theirs(tmp_path)[0].dtype == half
    assert_same_weights(BERTLM.from_pretrained(tmp_path, dtype=half), ours)


def test_every_setting_survives_both_ways(tmp_path):
    ours = BERTConfig(
        vocab_size=11,
        d_model=6,
        n_layers=3,
        n_heads=2,
        d_ff=5,
        max_len=7,
        n_segments=3,
        dropout=0.25,
        attention_dropout=0.0,
        activation="tanh",
        layer_norm_eps=1e-6,
        initializer_range=0.05,
        pad_id=4,
    )
    BERTLM(ours).save_pretrained(tmp_path / "ours")
    theirs, problems = load_theirs(tmp_path / "ours")
    assert not problems
    assert theirs.config.hidden_dropout_prob == 0.25
    assert theirs.config.type_vocab_size == 3
    assert theirs.config.pad_token_id == 4
    theirs.save_pretrained(tmp_path / "theirs")
    assert BERTLM.from_pretrained(tmp_path / "theirs").config == ours


def test_a_model_can_be_saved_where_it_came_from_again_and_again(tmp_path):
    build(BERTLM, "published").save_pretrained(tmp_path)
    for step in range(3):
        ours = BERTLM.from_pretrained(tmp_path)
        with torch.no_grad():
            ours.mlm.bias.fill_(step)
        ours.save_pretrained(tmp_path)
        assert_same_weights(BERTLM.from_pretrained(tmp_path), ours)


def test_saving_leaves_other_files_and_the_model_as_they_were(tmp_path):
    (tmp_path / "vocab.txt").write_text("[PAD]\n")
    ours = build(BERTLM, "untied")
    before = {name: weight.clone() for name, weight in ours.state_dict().items()}
    ours.train().save_pretrained(tmp_path)
    assert ours.training
    assert {path.name for path in tmp_path.iterdir()} == {
        "config.json",
        "model.safetensors",
        "vocab.txt",
    }
    assert (tmp_path / "vocab.txt").read_text() == "[PAD]\n"
    assert all(torch.equal(weight, before[name]) for name, weight in ours.state_dict().items())


def test_names_go_to_transformers_and_back():
    model = build(BERTLM, "untied")
    for name, _ in model.named_parameters():
        ours = name.removeprefix("bert.")
        assert from_transformers(to_transformers(ours)) == ours
        assert from_transformers(f"bert.{to_transformers(ours)}") == ours
    assert from_transformers("encoder.layer.11.output.dense.bias") == (
        "blocks.11.feed_forward.outer.bias"
    )
    assert from_transformers("classifier.weight") == "classifier.weight"
    assert len({ours for ours, _ in NAMES}) == len({theirs for _, theirs in NAMES}) == len(NAMES)
    with pytest.raises(KeyError, match=r"final_norm\.weight is no weight of the published BERT"):
        to_transformers("final_norm.weight")


# --- The other ways such files look -----------------------------------------------------------


def without_prefix(weights):
    return {name.removeprefix("bert."): weight for name, weight in weights.items()}


def encoder_only(weights):
    return {name: weight for name, weight in weights.items() if not name.startswith("cls.")}


def old_norms(weights):
    new = {"LayerNorm.weight": "LayerNorm.gamma", "LayerNorm.bias": "LayerNorm.beta"}
    for ours, old in new.items():
        weights = {name.replace(ours, old): weight for name, weight in weights.items()}
    return weights


def with_buffers(weights):
    ids = torch.arange(LONGEST)[None]
    return weights | {
        "bert.embeddings.position_ids": ids,
        "bert.embeddings.token_type_ids": 0 * ids,
    }


def with_decoder(weights):
    word = weights["bert.embeddings.word_embeddings.weight"]
    return weights | {DECODER: word.clone()}


def with_second_bias(weights):
    bias = weights["cls.predictions.bias"].clone()
    return weights | {"cls.predictions.decoder.bias": bias}


def with_second_bias_only(weights):
    weights = with_second_bias(weights)
    del weights["cls.predictions.bias"]
    return weights


def as_first_released(weights):
    return old_norms(with_buffers(with_decoder(weights)))


SAME = (old_norms, with_buffers, with_decoder, with_second_bias, with_second_bias_only)


@pytest.mark.parametrize("form", [*SAME, as_first_released])
def test_older_forms_of_a_whole_checkpoint_are_the_same_model(form, checkpoint):
    expected = BERTLM.from_pretrained(checkpoint)
    edit_weights(checkpoint, form)
    ours = BERTLM.from_pretrained(checkpoint)
    assert ours.config == expected.config
    assert_same_weights(ours, expected)
    assert_same_logits(ours, load_theirs(checkpoint)[0])


@pytest.mark.parametrize("form", [lambda w: w, without_prefix, old_norms])
def test_an_encoder_alone_is_read_with_and_without_a_prefix(form, checkpoint):
    expected = BERT.from_pretrained(checkpoint)
    edit_weights(checkpoint, lambda weights: form(encoder_only(weights)))
    ours = BERT.from_pretrained(checkpoint)
    assert_same_weights(ours, expected)
    assert_same_encoder(ours, load_theirs(checkpoint, "BertModel")[0])


def test_heads_beside_an_encoder_without_prefix_are_read(checkpoint):
    expected = BERTLM.from_pretrained(checkpoint)
    edit_weights(checkpoint, without_prefix)
    assert_same_weights(BERTLM.from_pretrained(checkpoint), expected)


@pytest.mark.parametrize("tied", [True, False])
def test_a_decoder_of_its_own_is_honoured_whatever_the_settings_say(tied, checkpoint, tmp_path):
    def untied(weights):
        weights = with_second_bias(with_decoder(weights))
        return weights | {DECODER: weights[DECODER].flip(0).contiguous()}

    edit_weights(checkpoint, untied)
    edit_settings(checkpoint, {"tie_word_embeddings": tied})
    ours = BERTLM.from_pretrained(checkpoint)
    assert not ours.config.tied
    assert_same_logits(ours, load_theirs(checkpoint)[0])
    ours.save_pretrained(tmp_path / "again")
    theirs, problems = load_theirs(tmp_path / "again")
    assert not problems
    assert_same_logits(ours, theirs)
    assert_same_weights(BERT.from_pretrained(checkpoint), ours.bert)  # which needs no decoder


def test_of_two_different_biases_the_decoder_s_counts_as_in_transformers(checkpoint):
    edit_weights(checkpoint, with_second_bias)
    edit_weights(checkpoint, lambda w: w | {"cls.predictions.bias": 0 * w["cls.predictions.bias"]})
    ours = BERTLM.from_pretrained(checkpoint)
    assert ours.mlm.bias.abs().max() > 0.1
    assert_same_logits(ours, load_theirs(checkpoint)[0])


def test_an_untied_decoder_that_is_left_out_is_missing(checkpoint):
    edit_settings(checkpoint, {"tie_word_embeddings": False})
    assert_refused(checkpoint, "(missing: decoder.weight)", kind=BERTLM)
    with pytest.warns(UserWarning, match=r"lacks decoder\.weight: they are new"):
        assert not BERTLM.from_pretrained(checkpoint, allow_missing=True).config.tied
    BERT.from_pretrained(checkpoint)


def test_a_checkpoint_in_several_files_is_the_same_model(saved_reference, tmp_path):
    reference(*PRETRAINING).save_pretrained(tmp_path, max_shard_size="20KB")
    assert len(list(tmp_path.glob("model-*.safetensors"))) > 1
    expected = BERTLM.from_pretrained(saved_reference(*PRETRAINING))
    assert_same_weights(BERTLM.from_pretrained(tmp_path), expected)


OUTSIDE = ["../outside.safetensors", "/{}/outside.safetensors", "in/side", "..", ".", "", "a\0b"]


@pytest.mark.parametrize("name", [*OUTSIDE, "not-there.safetensors", 5, None])
def test_an_index_cannot_name_files_outside_its_folder(name, checkpoint, tmp_path):
    (checkpoint / "model.safetensors").rename(tmp_path / "outside.safetensors")
    name = name.format(tmp_path) if isinstance(name, str) else name
    index = checkpoint / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"bert.pooler.dense.bias": name}}))
    assert_refused(checkpoint, "fetch")


@pytest.mark.parametrize("content", [{}, {"weight_map": None}, {"weight_map": ["a"]}, [], "a"])
def test_an_index_that_is_no_index_is_refused(content, checkpoint):
    (checkpoint / "model.safetensors").unlink()
    (checkpoint / "model.safetensors.index.json").write_text(json.dumps(content))
    assert_refused(checkpoint, "model.safetensors.index.json", "fetch")


@pytest.mark.parametrize(
    "name",
    ["gelu", "gelu_python", "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_accurate"],
)
def test_every_form_of_gelu_that_is_read_is_the_one_transformers_computes(name, checkpoint):
    edit_settings(checkpoint, {"hidden_act": name})
    assert_same_logits(BERTLM.from_pretrained(checkpoint), load_theirs(checkpoint)[0])


HARMLESS = {
    "unknown": {"colour": "blue", "id2label": {"0": "x"}, "use_cache": None, "num_labels": 7},
    "old names of types": {"torch_dtype": "float16", "dtype": "bfloat16"},
    "no padding": {"pad_token_id": None},
    "spelt out": {"is_decoder": False, "position_embedding_type": "absolute", "pruned_heads": {}},
    "nulls": {"position_embedding_type": None, "pruned_heads": None, "is_decoder": None},
}


@pytest.mark.parametrize("case", HARMLESS)
def test_settings_that_say_nothing_new_change_nothing(case, checkpoint):
    expected = BERTLM.from_pretrained(checkpoint)
    edit_settings(checkpoint, HARMLESS[case])
    ours = BERTLM.from_pretrained(checkpoint)
    assert ours.config == expected.config
    assert_same_weights(ours, expected)


def test_settings_that_are_left_out_are_those_of_the_paper(checkpoint):
    optional = ("hidden_act", "layer_norm_eps", "hidden_dropout_prob", "initializer_range")
    more = ("attention_probs_dropout_prob", "type_vocab_size", "pad_token_id", "model_type")
    edit_settings(checkpoint, without=(*optional, *more, "tie_word_embeddings", "architectures"))
    config = BERTLM.from_pretrained(checkpoint).config
    assert (config.activation, config.layer_norm_eps, config.dropout) == ("none", 1e-12, 0.1)
    assert (config.n_segments, config.pad_id, config.tied) == (2, 0, True)


def test_a_model_of_one_segment_is_read(tmp_path):
    theirs = reference("tanh", "BertModel", type_vocab_size=1)
    theirs.save_pretrained(tmp_path)
    ours = BERT.from_pretrained(tmp_path)
    inputs = {**batch(), "segment_ids": None}
    assert_agree(
        ours(**inputs).last_hidden_state,
        call(theirs, {name: value for name, value in inputs.items() if value is not None})[0],
    )


# --- Weights that do not fit ------------------------------------------------------------------


def with_weight(name, weight):
    return lambda weights: weights | {name: weight}


UNEXPECTED = {
    "cross-attention": "encoder.layer.0.crossattention.self.query.weight",
    "relative positions": "encoder.layer.0.attention.self.distance_embedding.weight",
    "a projection": "embeddings.projection.weight",
    "a fourth block": "blocks.3.output_norm.bias",
    "another norm": "final_norm.weight",
}


@pytest.mark.parametrize("case", UNEXPECTED)
@pytest.mark.parametrize("kind", [BERT, BERTLM])
def test_an_encoder_with_weights_of_another_architecture_is_refused(case, kind, checkpoint):
    name = UNEXPECTED[case].replace("blocks.3.output_norm", "encoder.layer.3.output.LayerNorm")
    edit_weights(checkpoint, with_weight(f"bert.{name}", torch.zeros(24)))
    assert_refused(checkpoint, f"(unexpected: {UNEXPECTED[case]})", kind=kind, allow_missing=True)


def test_missing_unexpected_and_mis_shaped_weights_are_all_listed_by_name(checkpoint):
    def spoil(weights):
        del weights["bert.encoder.layer.2.attention.self.key.bias"]
        word = {"bert.embeddings.word_embeddings.weight": torch.zeros(36, 24)}
        return weights | word | {"bert.encoder.layer.3.output.dense.bias": torch.zeros(24)}

    edit_weights(checkpoint, spoil)
    assert_refused(
        checkpoint,
        "missing: blocks.2.attention.key.bias",
        "unexpected: blocks.3.feed_forward.outer.bias",
        "mis-shaped: embedding.word.weight (36, 24) instead of (37, 24)",
        "choose a BERT checkpoint that has them",
    )


@pytest.mark.parametrize(
    ("setting", "value", "names"),
    [
        ("vocab_size", 38, "embedding.word.weight (37, 24) instead of (38, 24)"),
        ("max_position_embeddings", 13, "embedding.position.weight (14, 24) instead of (13, 24)"),
        ("type_vocab_size", 1, "embedding.segment.weight (2, 24) instead of (1, 24)"),
        ("intermediate_size", 95, "blocks.0.feed_forward.inner.bias (96,) instead of (95,)"),
        ("hidden_size", 48, "embedding.norm.weight (24,) instead of (48,)"),
        ("num_hidden_layers", 2, "unexpected: blocks.2."),
        ("num_hidden_layers", 4, "missing: blocks.3."),
    ],
)
def test_settings_that_do_not_fit_the_weights_are_refused_by_name(
    setting, value, names, checkpoint
):
    edit_settings(checkpoint, {setting: value})
    assert_refused(checkpoint, names)


@pytest.mark.parametrize(
    "name", ["pooler.dense.weight", "pooler.dense.bias", "cls.seq_relationship.bias"]
)
def test_half_a_pooler_or_head_is_not_taken_for_none(name, checkpoint):
    whole = name if name.startswith("cls") else f"bert.{name}"
    edit_weights(checkpoint, lambda w: {key: w[key] for key in w if key != whole})
    assert_refused(checkpoint, f"(missing: {from_transformers(name)})", kind=BERTLM)


def test_whole_numbers_are_no_weights(checkpoint):
    name = "bert.pooler.dense.weight"
    edit_weights(checkpoint, with_weight(name, torch.ones(24, 24, dtype=torch.int8)))
    assert_refused(checkpoint, "of whole numbers: pooler.dense.weight")


def test_missing_weights_are_new_if_that_is_allowed_and_the_others_are_read(checkpoint):
    expected = BERT.from_pretrained(checkpoint)
    edit_settings(checkpoint, {"num_hidden_layers": 4})
    with pytest.warns(UserWarning, match=r"lacks blocks\.3\.attention\.query\.weight") as warned:
        ours = BERT.from_pretrained(checkpoint, allow_missing=True)
    assert "and 4 more: they are new" in str(warned[0].message)
    for name, weight in expected.state_dict().items():
        assert torch.equal(ours.state_dict()[name], weight)
    new = ours.blocks[3].attention.query
    assert 0 < new.weight.std() < 0.03  # as they are initialised, σ = 0.02
    assert not new.bias.any()
    assert not ours.training


def test_a_pooler_and_a_head_are_left_out_unless_new_ones_are_allowed(saved_reference):
    folder = saved_reference("tanh", "BertForMaskedLM")
    config = BERTLM.from_pretrained(folder).config
    assert not config.pooler
    assert not config.nsp
    with pytest.warns(UserWarning, match=r"lacks pooler\.dense\.weight, .*nsp\.classifier\.bias"):
        assert BERTLM.from_pretrained(folder, allow_missing=True).nsp is not None


def test_what_a_model_of_ours_was_built_without_is_not_missing(tmp_path):
    config = dataclasses.replace(VARIANTS["study note"], nsp=False)
    BERTLM(config).save_pretrained(tmp_path)
    assert BERTLM.from_pretrained(tmp_path, allow_missing=True).config == config


def test_mis_shaped_weights_are_refused_even_where_missing_ones_are_allowed(checkpoint):
    edit_settings(checkpoint, {"vocab_size": 38})
    assert_refused(checkpoint, "mis-shaped: embedding.word.weight", allow_missing=True)


# --- Pickles ----------------------------------------------------------------------------------


class Malicious:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder):
        self.folder = str(folder)

    def __reduce__(self):
        return os.mkdir, (self.folder,)


@pytest.fixture
def pickled(checkpoint):
    """The same checkpoint with its weights in a pickle."""
    weights = load_file(checkpoint / "model.safetensors")
    (checkpoint / "model.safetensors").unlink()
    torch.save(weights, checkpoint / "pytorch_model.bin")
    return checkpoint


@pytest.mark.parametrize("new", [True, False])
def test_a_pickle_is_read_only_if_that_is_allowed(new, pickled, saved_reference):
    path = pickled / "pytorch_model.bin"
    torch.save(torch.load(path), path, _use_new_zipfile_serialization=new)
    assert_refused(pickled, "pytorch_model.bin", "can run code", "allow_pickle=True")
    expected = BERTLM.from_pretrained(saved_reference(*PRETRAINING))
    assert_same_weights(BERTLM.from_pretrained(pickled, allow_pickle=True), expected)


@pytest.mark.parametrize("protocol", ["torch", "plain"])
def test_a_malicious_pickle_is_never_run(protocol, pickled, tmp_path):
    trap, path = tmp_path / "trap", pickled / "pytorch_model.bin"
    weights = torch.load(path) | {"bert.extra": Malicious(trap)}
    if protocol == "torch":
        torch.save(weights, path)
    else:
        path.write_bytes(pickle.dumps(weights))
    assert_refused(pickled, "can run code")
    assert_refused(pickled, "holds more than tensors", "was not opened", allow_pickle=True)
    assert not trap.exists()
    torch.load(path, weights_only=False) if protocol == "torch" else pickle.loads(path.read_bytes())
    assert trap.exists()  # so it is one that would have run


def test_a_pickle_beside_safetensors_is_not_opened(checkpoint):
    (checkpoint / "pytorch_model.bin").write_bytes(b"no pickle at all")
    BERT.from_pretrained(checkpoint)
    BERT.from_pretrained(checkpoint, allow_pickle=True)


WRONG = {
    "a list": [torch.zeros(2)],
    "a tensor": torch.zeros(2),
    "nested": {"state_dict": {"bert.pooler.dense.bias": torch.zeros(2)}},
    "numbered": {1: torch.zeros(2)},
    "of numbers": {"bert.pooler.dense.bias": 0.5},
    "nothing": None,
}


@pytest.mark.parametrize("case", WRONG)
def test_a_pickle_of_anything_but_named_tensors_is_refused(case, pickled):
    torch.save(WRONG[case], pickled / "pytorch_model.bin")
    assert_refused(pickled, "is not a table of named tensors", allow_pickle=True)


@pytest.mark.parametrize("keep", [0, 1, 100, 5000])
def test_a_pickle_cut_short_is_refused(keep, pickled):
    path = pickled / "pytorch_model.bin"
    path.write_bytes(path.read_bytes()[:keep])
    assert_refused(pickled, "is damaged", "fetch it again", allow_pickle=True)


def test_a_pickled_model_is_refused(pickled):
    torch.save(build(BERT, "published"), pickled / "pytorch_model.bin")
    assert_refused(pickled, "holds more than tensors", allow_pickle=True)


# --- Damage -----------------------------------------------------------------------------------


BROKEN = {
    "empty": b"",
    "cut": b'{"hidden_size": 24',
    "list": b"[]",
    "null": b"null",
    "number": b"5",
    "text": b'"hidden_size"',
    "other encoding": b"\xff\xfe{}",
    "byte order mark": b"\xef\xbb\xbf{}",
    "too deep": b"[" * 100_000,
    "too long a number": b'{"hidden_size": ' + b"9" * 5000 + b"}",
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_config_that_is_no_json_object_is_refused(case, checkpoint):
    (checkpoint / "config.json").write_bytes(BROKEN[case])
    assert_refused(checkpoint, "config.json", "fetch or save")


def test_a_folder_without_a_config_is_refused_and_said_what_it_has(checkpoint):
    (checkpoint / "config.json").unlink()
    assert_refused(checkpoint, "no config.json", "it has: model.safetensors", "save_pretrained")
    (checkpoint / "model.safetensors").unlink()
    assert_refused(checkpoint, "it has: nothing")
    for number in range(500):
        (checkpoint / f"a file with a rather long name, number {number}").touch()
    assert_refused(checkpoint, "and 488 more")


SETTINGS = {
    "text": ({"hidden_size": "768"}, "'768' is impossible: it must be a whole number"),
    "null": ({"hidden_size": None}, "None is impossible"),
    "negative": ({"num_hidden_layers": -1}, "-1 is impossible"),
    "nothing": ({"vocab_size": 0}, "0 is impossible"),
    "a fraction": ({"num_attention_heads": 1.5}, "1.5 is impossible"),
    "a list": ({"intermediate_size": [96]}, "[96] is impossible"),
    "true": ({"type_vocab_size": True}, "True is impossible"),
    "a dropout of text": ({"hidden_dropout_prob": "0.1"}, "'0.1' is impossible"),
    "a dropout of nan": ({"attention_probs_dropout_prob": float("nan")}, "nan is impossible"),
    "no epsilon": ({"layer_norm_eps": None}, "None is impossible"),
    "a padding of text": ({"pad_token_id": "[PAD]"}, "'[PAD]' is impossible"),
    "a negative padding": ({"pad_token_id": -1}, "-1 is impossible"),
    "tied by text": ({"tie_word_embeddings": "no"}, "'no' is impossible"),
    "other heads": ({"num_attention_heads": 5}, "choose n_heads from 1, 2, 3, 4, 6, 8, 12, 24"),
    "another activation": ({"hidden_act": "relu"}, "hidden_act is 'relu'"),
    "a list of activations": ({"hidden_act": ["gelu"]}, "hidden_act is ['gelu']"),
    "another model": ({"model_type": "roberta"}, "model_type is 'roberta', and only 'bert'"),
    "no model": ({"model_type": None}, "model_type is None"),
    "relative positions": ({"position_embedding_type": "relative_key"}, "only 'absolute'"),
    "a decoder": ({"is_decoder": True}, "is_decoder is True"),
    "cross-attention": ({"add_cross_attention": True}, "add_cross_attention is True"),
    "pruned heads": ({"pruned_heads": {"0": [1]}}, "pruned models cannot be read"),
}


@pytest.mark.parametrize("case", SETTINGS)
def test_settings_that_cannot_be_read_are_named(case, checkpoint):
    changes, words = SETTINGS[case]
    edit_settings(checkpoint, changes)
    assert_refused(checkpoint, "config.json: ", words)


@pytest.mark.parametrize("allow_missing", [False, True])
@pytest.mark.parametrize(
    "changes",
    [
        {"num_hidden_layers": 10**9},
        {"vocab_size": 10**9},
        {"hidden_size": 12 * 10**8, "num_attention_heads": 3},
        {"hidden_size": 10**9, "num_attention_heads": 3},
        {"intermediate_size": 10**12},
        {"max_position_embeddings": 10**18},
        {"model_type": "bertcourse", "positions": "sinusoidal", "max_len": 10**9, "vocab_size": 9},
    ],
)
def test_giant_sizes_are_refused_before_anything_is_built(changes, allow_missing, checkpoint):
    edit_settings(checkpoint, changes)
    assert_refused(checkpoint, "config.json: ", allow_missing=allow_missing)


def cut(content):
    return content[: len(content) // 2]


DAMAGES = {
    "empty": lambda content: b"",
    "cut": cut,
    "cut by one byte": lambda content: content[:-1],
    "header only": lambda content: content[:8],
    "a giant header": lambda content: b"\xff" * 8 + content[8:],
    "text": lambda content: b"version https://git-lfs.github.com/spec/v1\n",
    "no names": lambda content: b"\x02\0\0\0\0\0\0\0[]",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_weights_are_refused(damage, checkpoint):
    path = checkpoint / "model.safetensors"
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    assert_refused(checkpoint, "model.safetensors is damaged or cut short", "fetch or save it")


def test_an_empty_table_of_weights_lacks_them_all(checkpoint):
    (checkpoint / "model.safetensors").write_bytes(b"\x02\0\0\0\0\0\0\0{}")
    assert_refused(checkpoint, "missing: embedding.word.weight")


@pytest.mark.parametrize("what", ["missing", "folder", "link to nowhere"])
def test_weights_that_are_no_file_are_refused(what, checkpoint):
    path = checkpoint / "model.safetensors"
    path.unlink()
    if what == "folder":
        path.mkdir()
    elif what == "link to nowhere":
        path.symlink_to(checkpoint / "nowhere")
    assert_refused(checkpoint, "has no model.safetensors", "save_pretrained", "allow_pickle")


# --- Paths ------------------------------------------------------------------------------------


NOWHERE = {
    "relative": "no/such/folder",
    "here": "./none",
    "above": "../none",
    "home of nobody": "~nobody-at-all/x",
    "space": "a b",
    "null": "x\0y",
    "long name": "a" * 300,
    "long path": "/" + "a" * 5000,
    "option": "-x",
    "not of the Hub": "ä/ö",
    "trailing slash": "owner/name/",
    "two dots": "a..b",
    "of Windows": "C:\\models",
    "address": "https://host/bert",
}


@pytest.mark.parametrize("case", NOWHERE)
def test_a_path_that_leads_nowhere_is_refused(case, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CheckpointError, match=r"there is no folder .*check"):
        BERT.from_pretrained(NOWHERE[case])


def test_a_file_is_no_checkpoint(checkpoint):
    assert_refused(checkpoint / "config.json", "is a file", f"pass {checkpoint}")


@pytest.mark.parametrize(
    "name", ["mit Leerzeichen", "ünï-你好-🙂", "a'b\"c", "dots.in.it", "owner"]
)
def test_names_of_folders_may_be_of_any_kind(name, tmp_path):
    ours = build(BERT, "published")
    for folder in (tmp_path / name / "new", str(tmp_path / name)):
        ours.save_pretrained(folder)
        assert_same_weights(BERT.from_pretrained(folder), ours)


def test_a_tilde_is_the_home_folder_when_saving_and_when_loading(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    ours = build(BERT, "published")
    ours.save_pretrained("~/models/mine")
    assert (tmp_path / "models" / "mine" / "config.json").is_file()
    assert_same_weights(BERT.from_pretrained("~/models/mine"), ours)


def test_a_folder_goes_before_a_model_of_the_hub_with_that_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ours = build(BERT, "published")
    ours.save_pretrained("owner/name")
    assert_same_weights(BERT.from_pretrained("owner/name"), ours)


# --- Writing all or nothing -------------------------------------------------------------------


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def fail_at(monkeypatch, function, call, error):
    """Let the `call`-th call of a function of a module raise an error."""
    module, _, name = function.rpartition(".")
    original, calls = getattr(sys.modules[module], name), []

    def failing(*arguments, **named):
        calls.append(arguments)
        if len(calls) == call:
            raise error
        return original(*arguments, **named)

    monkeypatch.setattr(sys.modules[module], name, failing)


FULL = OSError(errno.ENOSPC, "No space left on device")
STEPS = [("tempfile.mkdtemp", 1), ("os.fsync", 1), ("os.fsync", 2), ("os.replace", 1)]


@pytest.mark.parametrize("error", [FULL, KeyboardInterrupt()], ids=["disk full", "interrupted"])
@pytest.mark.parametrize("step", [*STEPS, ("os.replace", 2)])
@pytest.mark.parametrize("linked", [True, False])
def test_saving_that_fails_at_any_step_leaves_the_older_checkpoint(
    linked, step, error, tmp_path, monkeypatch
):
    older = build(BERT, "published")
    older.save_pretrained(tmp_path)
    (tmp_path / "vocab.txt").write_text("[PAD]\n")
    before = contents(tmp_path)
    with monkeypatch.context() as patch:
        if not linked:
            fail_at(patch, "os.link", 1, OSError(errno.EPERM, "no links here"))
        fail_at(patch, *step, error)
        with pytest.raises((CheckpointError, KeyboardInterrupt)) as caught:
            BERTLM(SMALL).save_pretrained(tmp_path)
    assert contents(tmp_path) == before
    assert_same_weights(BERT.from_pretrained(tmp_path), older)
    if error is FULL:
        assert str(caught.value) == (
            f"nothing could be saved in {tmp_path} (No space left on device): see that it is a "
            "folder you may write to, with space for 0.0 MB"
        )


@pytest.mark.parametrize("step", [*STEPS, ("os.replace", 2)])
def test_saving_that_fails_in_a_new_folder_leaves_it_empty(step, tmp_path, monkeypatch):
    fail_at(monkeypatch, *step, FULL)
    with pytest.raises(CheckpointError, match="No space left"):
        BERT(SMALL).save_pretrained(tmp_path / "new")
    assert contents(tmp_path / "new") == {}


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("a file")
    for folder in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / ("a" * 300)):
        with pytest.raises(CheckpointError, match="nothing could be saved in"):
            BERT(SMALL).save_pretrained(folder)
    assert contents(tmp_path) == {"file": b"a file"}


def test_a_folder_in_the_place_of_a_file_is_refused_and_left(tmp_path):
    (tmp_path / "model.safetensors").mkdir()
    with pytest.raises(CheckpointError, match="nothing could be saved in"):
        BERT(SMALL).save_pretrained(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["model.safetensors"]


def test_files_are_readable_by_others_as_usual(tmp_path):
    old = os.umask(0o022)
    try:
        write_together(tmp_path, {"a": b"1"})
        write_together(tmp_path, {"a": b"2", "b": b"3"})
    finally:
        os.umask(old)
    assert contents(tmp_path) == {"a": b"2", "b": b"3"}
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o644}


# --- The Hub ----------------------------------------------------------------------------------


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """The Hub's cache on this machine with two commits of one model, and their weights."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    repository = tmp_path / "models--owner--name"
    models = {}
    for commit, branch in (("a" * 40, "main"), ("b" * 40, "v2")):
        torch.manual_seed(len(models))
        models[branch] = models[commit] = BERT(SMALL)
        models[branch].save_pretrained(repository / "snapshots" / commit)
        (repository / "refs").mkdir(exist_ok=True)
        (repository / "refs" / branch).write_text(commit)
    return SimpleNamespace(models=models, snapshots=repository / "snapshots")


@pytest.mark.parametrize("revision", [None, "main", "v2", "a" * 40, "b" * 40])
def test_an_id_is_found_in_the_cache_at_the_revision_that_is_named(revision, hub):
    ours = BERT.from_pretrained("owner/name", revision=revision)
    assert_same_weights(ours, hub.models[revision or "main"])


@pytest.mark.parametrize(
    ("name", "revision"),
    [("owner/other", None), ("unknown", None), ("owner/name", "v3"), ("owner/name", "c" * 40)],
)
def test_what_is_not_in_the_cache_cannot_be_fetched_offline(name, revision, hub):
    at = f" at revision {revision!r}" if revision else ""
    words = f"{name!r}{at} could not be fetched from the Hugging Face Hub", "check that you are"
    assert_refused(name, f"there is no folder {name} here", *words, revision=revision)


@pytest.fixture
def asked(hub, monkeypatch):
    """What the Hub is asked for."""
    asked = []

    def snapshot_download(name, revision, allow_patterns):
        asked.append((name, revision, allow_patterns))
        return str(hub.snapshots / ("a" * 40))

    monkeypatch.setattr("huggingface_hub.snapshot_download", snapshot_download)
    return asked


def test_a_pickle_is_not_even_fetched_unless_it_is_allowed(asked):
    safe = ["config.json", "model*.safetensors", "model.safetensors.index.json"]
    BERT.from_pretrained("owner/name", revision="v2")
    BERT.from_pretrained("owner/name", allow_pickle=True)
    assert asked == [
        ("owner/name", "v2", safe),
        ("owner/name", None, [*safe, "pytorch_model.bin"]),
    ]


def test_a_model_of_the_hub_with_a_pickle_alone_is_refused_with_what_to_do(asked, hub):
    (hub.snapshots / ("a" * 40) / "model.safetensors").unlink()
    assert_refused("owner/name", "has no model.safetensors", "allow_pickle")


@pytest.mark.parametrize("kind", ["RepositoryNotFoundError", "RevisionNotFoundError"])
def test_what_the_hub_does_not_have_is_said_to_be_spelt_wrong(kind, hub, monkeypatch):
    from huggingface_hub import errors

    def refuse(*_arguments, **_named):
        response = SimpleNamespace(headers={}, request=None)
        raise getattr(errors, kind)("404\nmany lines", response=response)

    monkeypatch.setattr("huggingface_hub.snapshot_download", refuse)
    words = "the Hugging Face Hub has no public model 'owner/name' at revision 'v9'", "spelling"
    assert_refused("owner/name", *words, revision="v9")


@pytest.mark.parametrize("error", [TimeoutError("slow\nline"), OSError("proxy"), ValueError("?")])
def test_any_trouble_on_the_way_to_the_hub_is_one_readable_error(error, hub, monkeypatch):
    def fail(*_arguments, **_named):
        raise error

    monkeypatch.setattr("huggingface_hub.snapshot_download", fail)
    assert_refused("owner/name", f"({type(error).__name__})", "check that you are online")


def test_without_the_package_that_fetches_a_folder_still_loads(checkpoint, monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    assert_refused("owner/name", "pip install huggingface_hub")
    BERT.from_pretrained(checkpoint)


# --- Variants that are not the published BERT -------------------------------------------------


@pytest.mark.parametrize("variant", OTHERS)
@pytest.mark.parametrize("kind", [BERT, BERTLM])
def test_transformers_knows_no_architecture_of_our_own(kind, variant, tmp_path):
    build(kind, variant).save_pretrained(tmp_path)
    with pytest.raises(ValueError, match="model type `bertcourse`"):
        transformers.AutoModel.from_pretrained(tmp_path)


def test_transformers_does_not_load_our_own_architecture_even_if_told_that_it_is_bert(tmp_path):
    build(BERT, "study note").save_pretrained(tmp_path)
    with pytest.raises(RuntimeError, match="mismatched"):  # with its own sizes, BERT-base
        transformers.BertModel.from_pretrained(tmp_path)


@pytest.mark.parametrize("setting", [{"norm": "post"}, {"positions": "learned"}, {"norm": None}])
def test_a_variant_with_the_settings_of_another_is_refused(setting, tmp_path):
    build(BERT, "study note").save_pretrained(tmp_path)
    edit_settings(tmp_path, setting)
    with pytest.raises(CheckpointError, match=r"final_norm|embedding\.position|None is impossible"):
        BERT.from_pretrained(tmp_path)


def test_a_variant_whose_own_decoder_equals_the_word_table_stays_untied(tmp_path):
    ours = build(BERTLM, "study note")
    with torch.no_grad():
        ours.decoder.weight.copy_(ours.bert.embedding.word.weight)
    ours.save_pretrained(tmp_path)
    assert not BERTLM.from_pretrained(tmp_path).config.tied


# --- Pieces of another author -----------------------------------------------------------------

# What learners might write: the contracts are met, everything else has other names and orders.
LEARNERS = {
    "scaled_dot_product_attention": """
def scaled_dot_product_attention(q, k, v, mask=None, dropout=None):
    scores = torch.einsum("...qd,...kd->...qk", q, k) * q.shape[-1] ** -0.5
    if mask is not None:
        scores = scores.masked_fill(mask == 0, -1e30)
    probabilities = torch.softmax(scores, -1)
    if dropout is not None:
        probabilities = dropout(probabilities)
    return probabilities @ v, probabilities
""",
    "multi_head_attention": """
class MultiHeadAttention(nn.Module):
    def __init__(self, d, h, p=0.1):
        super(MultiHeadAttention, self).__init__()
        self.output = nn.Linear(d, d)
        self.value, self.key, self.query = (nn.Linear(d, d) for _ in range(3))
        self.h, self.drop = h, nn.Dropout(p)

    def forward(self, x, mask=None):
        b, s, d = x.shape
        q, k, v = (f(x).view(b, s, self.h, -1).transpose(1, 2)
                   for f in (self.query, self.key, self.value))
        scores = q @ k.mT / (d // self.h) ** 0.5
        if mask is not None:
            mask = mask[:, None, None] if mask.dim() == 2 else mask[:, None]
            scores = scores + (1 - mask.to(scores.dtype)) * -1e30
        mixed = self.drop(scores.softmax(-1)) @ v
        return self.output(mixed.transpose(1, 2).flatten(2))
""",
    "gelu": """
def gelu(x):
    return x * torch.special.ndtr(x)
""",
    "layer_norm": """
class LayerNorm(nn.Module):
    def __init__(self, features, epsilon=1e-12):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(features))
        self.weight = nn.Parameter(torch.ones(features))
        self.epsilon = epsilon

    def forward(self, x):
        centred = x - x.mean(-1, keepdim=True)
        scale = torch.rsqrt((centred**2).mean(-1, keepdim=True) + self.epsilon)
        return centred * scale * self.weight + self.bias
""",
    "feed_forward": """
class FeedForward(nn.Module):
    def __init__(self, d, hidden, p=0.1):
        super().__init__()
        self.outer = nn.Linear(hidden, d)
        self.inner = nn.Linear(d, hidden)

    def forward(self, x):
        x = self.inner(x)
        return self.outer(x * 0.5 * (1 + torch.erf(x * 0.5**0.5)))
""",
    "bert_embedding": """
class Embedding(nn.Module):
    def __init__(self, v, d, max_len=512, n_segments=2, p=0.1):
        super().__init__()
        self.dropout = nn.Dropout(p)
        self.norm = nn.LayerNorm(d, eps=1e-12)
        self.segment = nn.Embedding(n_segments, d)
        self.position = nn.Embedding(max_len, d)
        self.word = nn.Embedding(v, d, padding_idx=0)
        self.register_buffer("position_ids", torch.arange(max_len))

    def forward(self, ids, segments=None):
        segments = torch.zeros_like(ids) if segments is None else segments
        total = self.segment(segments) + self.word(ids)
        return self.dropout(self.norm(total + self.position(self.position_ids[: ids.shape[1]])))
""",
    "transformer_block": """
class Block(nn.Module):
    def __init__(self, attention, feed_forward, d, p=0.1):
        super().__init__()
        self.dropout = nn.Dropout(p)
        self.output_norm, self.attention_norm = nn.LayerNorm(d), nn.LayerNorm(d)
        self.feed_forward, self.attention = feed_forward, attention

    def forward(self, x, *context):
        x = self.attention_norm(x + self.dropout(self.attention(x, *context)))
        return self.output_norm(x + self.dropout(self.feed_forward(x)))
""",
    "encoder_stack": """
class Stack(nn.Module):
    def __init__(self, make, n):
        super().__init__()
        self.depth = n
        for i in range(n):
            self.add_module(f"layer_{i}", make())

    def forward(self, x, *context):
        for i in range(self.depth):
            x = getattr(self, f"layer_{i}")(x, *context)
        return x
""",
    "pooler": """
class Pooler(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.squash, self.dense = nn.Tanh(), nn.Linear(d, d)

    def forward(self, hidden):
        return self.squash(self.dense(hidden.select(1, 0)))
""",
    "bert": """
class Whole(nn.Module):
    def __init__(self, embedding, encoder, pooler):
        super().__init__()
        self.last, self.middle, self.first = pooler, encoder, embedding

    def forward(self, ids, mask=None, segments=None):
        hidden = self.middle(self.first(ids, segments), mask)
        return hidden, self.last(hidden)
""",
    "masked_language_model": """
class WordHead(nn.Module):
    def __init__(self, word):
        super().__init__()
        size, d = word.weight.shape
        self.table = word
        self.decoder = nn.Linear(d, size, bias=False)
        self.decoder.weight = word.weight
        self.bias = nn.Parameter(torch.zeros(size))
        self.norm, self.dense = nn.LayerNorm(d), nn.Linear(d, d)

    def forward(self, hidden, positions=None):
        if positions is not None:
            hidden = hidden[torch.arange(len(hidden))[:, None], positions]
        x = self.dense(hidden)
        return self.decoder(self.norm(x * 0.5 * (1 + torch.erf(x * 0.5**0.5)))) + self.bias
""",
    "next_sentence_prediction": """
class PairHead(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.classifier = nn.Linear(d, 2)

    def forward(self, pooled):
        return self.classifier(pooled)
""",
    "bert_lm": """
class Everything(nn.Module):
    def __init__(self, bert, mlm, nsp):
        super().__init__()
        self.model, self.heads = bert, nn.ModuleDict({"nsp": nsp, "mlm": mlm})

    def forward(self, ids, mask=None, segments=None, positions=None):
        hidden, pooled = self.model(ids, mask, segments)
        return self.heads["mlm"](hidden, positions), self.heads["nsp"](pooled)
""",
}


def solve(workbook, *pieces):
    for piece in pieces:
        name = LEARNERS[piece].split("(")[0].split()[-1]
        workbook.save(piece, name, f"import torch\nfrom torch import nn\n\n{LEARNERS[piece]}")
    return workbook


@pytest.fixture(scope="module")
def exact(tmp_path_factory):
    """A checkpoint with the exact GELU, and what the fast pieces make of it."""
    folder = tmp_path_factory.mktemp("exact")
    build(BERTLM, "published").save_pretrained(folder)
    return folder


def assert_same_as_fast(folder, parts):
    ours, fast = BERTLM.from_pretrained(folder, parts), BERTLM.from_pretrained(folder)
    asked = {"output_attentions": True, "output_hidden_states": True}
    mine, expected = ours(**batch(), **asked), fast(**batch(), **asked)
    assert_agree(mine.mlm_logits, expected.mlm_logits)
    assert_agree(mine.nsp_logits, expected.nsp_logits)
    for name in ("attentions", "hidden_states"):
        for a, b in zip(mine[name], expected[name], strict=True):
            assert_agree(a, b)
    return ours


def test_one_checkpoint_loads_into_all_that_a_learner_wrote_and_is_written_back_the_same(
    exact, tmp_path
):
    assert set(LEARNERS) == set(PIECES.values())
    solve(Workbook(), *LEARNERS)
    mine = Parts.mine()
    assert set(mine.learners) == set(LEARNERS)
    ours = assert_same_as_fast(exact, mine)
    assert type(ours.core).__name__ == "Everything"
    assert type(ours.bert.blocks[1].attention).__module__ == "my_bert.multi_head_attention"
    ours.save_pretrained(tmp_path / "mine")
    assert contents(tmp_path / "mine") == contents(exact)
    assert_same_as_fast(tmp_path / "mine", Parts.lesson())


def test_an_untied_checkpoint_loads_into_a_learner_s_pieces(tmp_path):
    build(BERTLM, "untied").save_pretrained(tmp_path / "first")
    solve(Workbook(), *LEARNERS)
    ours = assert_same_as_fast(tmp_path / "first", Parts.mine())
    ours.save_pretrained(tmp_path / "mine")
    assert contents(tmp_path / "mine") == contents(tmp_path / "first")


@pytest.mark.parametrize("piece", LEARNERS)
def test_a_checkpoint_loads_where_a_learner_has_solved_one_piece_only(piece, exact):
    mine = Parts.mine(solve(Workbook(), piece))
    assert mine.learners == (piece,)
    assert_same_as_fast(exact, mine)


def test_a_checkpoint_loads_into_pieces_that_are_passed_one_by_one(exact):
    written = solve(Workbook(), *LEARNERS)
    pieces = {field: written.load(piece) for field, piece in PIECES.items() if piece != "gelu"}
    for field, piece in pieces.items():
        assert_same_as_fast(exact, dataclasses.replace(Parts.lesson(), **{field: piece}))
    assert_same_as_fast(exact, dataclasses.replace(Parts.fast(), **pieces))


class WiderPooler(torch.nn.Module):
    """A pooler with a weight that BERT does not have."""

    def __init__(self, d_model):
        super().__init__()
        self.dense = torch.nn.Linear(d_model, d_model)
        self.second = torch.nn.Linear(d_model, d_model)

    def forward(self, hidden):
        return self.second(torch.tanh(self.dense(hidden[:, 0])))


def test_a_piece_with_a_weight_that_bert_does_not_have_is_refused_both_ways(exact, tmp_path):
    parts = dataclasses.replace(Parts.fast(), pooler=WiderPooler)
    assert_refused(exact, "(missing: pooler.second.weight, pooler.second.bias)", parts=parts)
    with pytest.raises(CheckpointError, match=r"pooler\.second\.weight is no weight of the publ"):
        BERT(SMALL, parts).save_pretrained(tmp_path / "new")
    assert not (tmp_path / "new").exists()
