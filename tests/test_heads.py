"""Both pre-training heads against `transformers`, and what must hold of the whole."""

import dataclasses

import pytest
import torch
import torch.nn.functional as F
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

from bertcourse.heads import BERTLM, MaskedLanguageModel, NextSentencePrediction
from bertcourse.objectives import chosen_positions, pretraining_loss
from bertcourse.parts import Parts
from bertcourse.weights import to_transformers


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("parts", PARTS)
@pytest.mark.parametrize("shape", SHAPES)
def test_logits_agree_with_transformers_for_any_shape(shape, parts, dtype, saved_reference):
    kind = "BertForPreTraining"
    theirs = reference(shape, kind, dtype)
    ours = BERTLM.from_pretrained(saved_reference(shape, kind, dtype), PARTS[parts])
    expected, actual = call(theirs, batch()), ours(**batch())
    assert_agree(actual.mlm_logits, expected.prediction_logits, dtype)
    assert_agree(actual.nsp_logits, expected.seq_relationship_logits, dtype)


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("parts", PARTS)
def test_loss_and_gradients_agree_with_transformers(parts, dtype, saved_reference):
    theirs = reference("tanh", "BertForPreTraining", dtype)
    ours = BERTLM.from_pretrained(
        saved_reference("tanh", "BertForPreTraining", dtype), PARTS[parts]
    )
    inputs, labels = batch(), batch()["input_ids"].masked_fill(random(4, LONGEST) > 0, -100)
    labels = labels.masked_fill(inputs["attention_mask"] == 0, -100)
    next_labels = torch.tensor([0, 1, 1, 0])
    expected = call(theirs, inputs, labels=labels, next_sentence_label=next_labels).loss
    output = ours(**inputs)
    actual = pretraining_loss(output.mlm_logits, output.nsp_logits, labels, next_labels)
    assert_agree(actual, expected, dtype)
    expected.backward()
    actual.backward()
    gradients = {name: parameter.grad for name, parameter in theirs.named_parameters()}
    largest = max(gradient.abs().max().item() for gradient in gradients.values())
    for name, parameter in ours.named_parameters():
        inside = "bert." if name.startswith("bert.") else ""
        gradient = gradients.pop(inside + to_transformers(name.removeprefix("bert.")))
        assert_agree(parameter.grad, gradient, dtype, scale=largest)
    assert not gradients


@pytest.mark.parametrize("parts", PARTS)
def test_a_masked_language_model_alone_agrees_and_has_no_other_head(parts, saved_reference):
    theirs = reference("one head", "BertForMaskedLM")
    ours = BERTLM.from_pretrained(saved_reference("one head", "BertForMaskedLM"), PARTS[parts])
    output = ours(**batch())
    assert_agree(output.mlm_logits, call(theirs, batch()).logits, torch.float32)
    assert output.nsp_logits is None
    assert ours.nsp is ours.bert.pooler is None


@pytest.mark.parametrize("variant", VARIANTS)
def test_logits_at_chosen_positions_are_those_of_the_whole(variant):
    model, labels = (
        build(BERTLM, variant),
        batch()["input_ids"].masked_fill(random(4, LONGEST) < 1, -100),
    )
    positions, _ = chosen_positions(labels)
    everywhere, chosen = model(**batch()), model(**batch(), positions=positions)
    assert chosen.mlm_logits.shape == (*positions.shape, VOCABULARY)
    for b, row in enumerate(positions):
        expected = everywhere.mlm_logits[b, row]
        torch.testing.assert_close(chosen.mlm_logits[b], expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("variant", VARIANTS)
def test_lesson_and_fast_parts_agree(variant):
    fast, lesson = build(BERTLM, variant), BERTLM(VARIANTS[variant], Parts.lesson()).eval()
    lesson.load_state_dict(fast.state_dict())
    ours, theirs = fast(**batch()), lesson(**batch(), output_attentions=True)
    assert_agree(ours.mlm_logits, theirs.mlm_logits, torch.float32)
    assert len(theirs["attentions"]) == 2
    assert theirs.hidden_states is None


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_loss_reaches_every_parameter(variant):
    model, inputs = build(BERTLM, variant), batch()
    inputs["input_ids"][0] = torch.arange(LONGEST)
    output = model(**inputs)
    labels = inputs["input_ids"].masked_fill(inputs["attention_mask"] == 0, -100)
    pairs = torch.tensor([0, 1, 1, 0])
    if output.nsp_logits is None:
        loss = F.cross_entropy(output.mlm_logits.flatten(0, 1), labels.flatten())
    else:
        loss = pretraining_loss(output.mlm_logits, output.nsp_logits, labels, pairs)
    loss.backward()
    for name, parameter in model.named_parameters():
        dead = name.endswith("key.bias") and model.config.positions != "rotary"
        assert dead or parameter.grad.abs().max() > 1e-6, name


def test_the_decoder_is_the_word_table_unless_it_is_untied():
    tied, untied = build(BERTLM, "published"), build(BERTLM, "untied")
    assert tied.mlm.word is tied.bert.embedding.word
    assert untied.mlm.word is untied.decoder is not untied.bert.embedding.word
    n_tied, n_untied = (sum(p.numel() for p in m.parameters()) for m in (tied, untied))
    assert n_untied - n_tied == VOCABULARY * 12


def test_the_head_follows_its_formula():
    torch.manual_seed(0)
    word = nn.Embedding(11, 6)
    head = MaskedLanguageModel(word)
    with torch.no_grad():
        head.bias.copy_(random(11))
    hidden = random(2, 3, 6)
    x = F.layer_norm(F.gelu(head.dense(hidden)), (6,), eps=1e-12)
    torch.testing.assert_close(head(hidden), x @ word.weight.T + head.bias)
    assert {name for name, _ in head.named_children()} >= {"dense", "norm"}


def test_the_next_sentence_head_gives_logits_not_probabilities():
    torch.manual_seed(0)
    head, pooled = NextSentencePrediction(6), random(3, 6)
    expected = pooled @ head.classifier.weight.T + head.classifier.bias
    torch.testing.assert_close(head(pooled), expected)
    assert not torch.allclose(head(pooled).exp().sum(-1), torch.ones(3), atol=0.05)


def test_the_next_sentence_is_guessed_from_the_pooled_vector():
    model, inputs = build(BERTLM, "published"), batch()
    pooled = model.bert(**inputs).pooler_output
    torch.testing.assert_close(model(**inputs).nsp_logits, model.nsp(pooled))


IDS = torch.ones(2, 3, dtype=torch.long)
BAD = {
    "a float mask": ({"attention_mask": IDS.float()}, "attention_mask is of type torch"),
    "positions of one sequence": ({"positions": IDS[:1]}, r"\(1, 3\) do not fit .*one row a seq"),
    "positions beyond the end": ({"positions": 3 * IDS}, "positions holds 3, and only 0 to 2"),
    "negative positions": ({"positions": -IDS}, "positions holds -1, and only 0 to 2"),
    "positions of bools": ({"positions": IDS.bool()}, r"positions is of type torch\.bool"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_in_words(case):
    inputs, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        build(BERTLM, "published")(**{"input_ids": IDS} | inputs)


def test_a_piece_that_was_exchanged_is_noticed():
    other = build(BERTLM, "published")
    for exchange in (
        lambda model: setattr(model, "nsp", NextSentencePrediction(12)),
        lambda model: setattr(model, "bert", other.bert),
        lambda model: model.bert.blocks.__setitem__(0, other.bert.blocks[0]),
    ):
        model = build(BERTLM, "published")
        exchange(model)
        with pytest.raises(ValueError, match="was exchanged after it was built"):
            model(IDS)


def test_the_whole_model_follows_the_mode():
    model = build(BERTLM, "published")
    for mode in (True, False):
        model.train(mode)
        assert all(m.training == mode for m in (*model.modules(), *model.core.modules()))


def test_a_few_steps_of_training_overfit_one_batch():
    torch.manual_seed(0)
    model, inputs = BERTLM(dataclasses.replace(SMALL, dropout=0.0, attention_dropout=0.0)), batch()
    labels = inputs["input_ids"].masked_fill(inputs["attention_mask"] == 0, -100)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    losses = []
    for _ in range(120):
        output = model(**inputs)
        pairs = torch.tensor([0, 1, 1, 0])
        loss = pretraining_loss(output.mlm_logits, output.nsp_logits, labels, pairs)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[0] > 3
    assert losses[-1] < 0.3
