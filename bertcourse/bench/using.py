"""Using a model, side by side: hidden states, text to ids, the word at [MASK]."""

from collections.abc import Callable

import torch
import transformers
from torch import Tensor

from bertcourse.bench.turns import Comparison, Contestant
from bertcourse.bench.workbench import (
    BenchError,
    TorchBERT,
    Workbench,
    n_parameters,
    real_tokens,
)
from bertcourse.data import PretrainingBatch
from bertcourse.predict import fill_mask

TEXTS = 256  # texts that are encoded at once
REPEAT = 10  # rounds of fill-mask for each of the others


def compare_encoding(bench: Workbench, rounds: int, dtype: torch.dtype) -> Comparison:
    """Hidden states without gradients, by models whose weights are of this type."""
    ours = bench.model().bert.to(dtype).eval()
    theirs = bench.theirs(transformers.BertForPreTraining).bert.to(dtype).eval()
    torchs = TorchBERT(bench.model().to(dtype)).eval()

    def our_hidden(batch: PretrainingBatch) -> Tensor:
        return ours(batch.input_ids, batch.attention_mask, batch.segment_ids).last_hidden_state

    def their_hidden(batch: PretrainingBatch) -> Tensor:
        return theirs(
            batch.input_ids, batch.attention_mask, token_type_ids=batch.segment_ids
        ).last_hidden_state

    ways = {
        "bertcourse": (ours, our_hidden),
        "transformers": (theirs, their_hidden),
        "torch encoder": (torchs.encoding, torchs.encode),
    }
    contestants = [
        Contestant(name, _first_feature(hidden_of), n_parameters(model))
        for name, (model, hidden_of) in ways.items()
    ]
    batches = bench.batches(rounds + 1)
    name = f"encoding, {str(dtype).removeprefix('torch.')}"
    return Comparison(name, "first feature", contestants, batches, real_tokens(batches))


def _first_feature(hidden_of: Callable[[PretrainingBatch], Tensor]) -> Callable[..., float]:
    """A step that returns one number of the hidden states, for which a GPU has to be ready."""

    @torch.no_grad()
    def step(batch: PretrainingBatch) -> float:
        return float(hidden_of(batch)[0, 0, 0])

    return step


def compare_tokenizers(bench: Workbench) -> Comparison:
    longest = bench.config.max_len
    theirs = transformers.BertTokenizerFast.from_pretrained(bench.folder)
    options = {"truncation": True, "max_length": longest, "padding": True, "return_tensors": "pt"}

    def our_step(texts: list[str]) -> float:
        return float(bench.tokenizer.encode_batch(texts, max_len=longest).attention_mask.sum())

    def their_step(texts: list[str]) -> float:
        return float(theirs(texts, **options)["attention_mask"].sum())

    contestants = [Contestant("bertcourse", our_step), Contestant("transformers", their_step)]
    texts = [" ".join(document) for document in bench.documents]
    items = [texts[n : n + TEXTS] for n in range(0, len(texts), TEXTS)]
    n_tokens = [int(our_step(item)) for item in items]
    name = f"encoding text, {len(items[0])} stories"
    return Comparison(name, "tokens", contestants, items, n_tokens)


def compare_fill_mask(bench: Workbench) -> Comparison:
    """One text at a time, the five best words, in single precision."""
    model = bench.model().eval()
    theirs = bench.theirs(transformers.BertForMaskedLM).eval()
    tokenizer = transformers.BertTokenizerFast.from_pretrained(bench.folder)
    pipeline = transformers.pipeline(
        "fill-mask", model=theirs, tokenizer=tokenizer, device=bench.device
    )

    def our_step(text: str) -> float:
        return fill_mask(model, bench.tokenizer, text)[0][0].probability

    @torch.no_grad()
    def their_step(text: str) -> float:
        inputs = tokenizer(text, return_tensors="pt").to(bench.device)
        is_mask = inputs["input_ids"] == tokenizer.mask_token_id  # (1, S)
        best = theirs(**inputs).logits[is_mask].softmax(-1).topk(5)
        tokenizer.convert_ids_to_tokens(best.indices[0].tolist())
        return best.values[0, 0].item()

    contestants = [
        Contestant("bertcourse", our_step, n_parameters(model)),
        Contestant("transformers, model", their_step, n_parameters(theirs)),
        Contestant(
            "transformers, pipeline", lambda text: pipeline(text)[0]["score"], n_parameters(theirs)
        ),
    ]
    texts = [_with_a_mask(document[0]) for document in bench.documents]
    n_tokens = {text: len(bench.tokenizer.encode(text).ids) for text in texts}
    fitting = {text: n for text, n in n_tokens.items() if n <= bench.config.max_len}
    if not fitting:
        raise BenchError(f"no text fits into max_len={bench.config.max_len}: choose a greater one")
    items, lengths = list(fitting), list(fitting.values())
    return Comparison("fill-mask, one text", "probability", contestants, items, lengths, REPEAT)


def _with_a_mask(sentence: str) -> str:
    words = sentence.split()
    words[len(words) // 2] = "[MASK]"
    return " ".join(words)
