"""What all contestants get: the text, the batches, and the weights that they begin with."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import torch
from accelerate import PartialState
from torch import Tensor, nn

from bertcourse.config import BERTConfig
from bertcourse.corpus import StoryWorld
from bertcourse.data import PretrainingBatch, PretrainingBatches, TokenStore
from bertcourse.heads import BERTLM
from bertcourse.parts import Parts
from bertcourse.tokenizer import WordPieceTokenizer
from bertcourse.trainer import settled_precision


class BenchError(Exception):
    """A comparison that cannot be made; the message says why and what to do."""


class Workbench:
    """One size of BERT, the story world as text, and weights that every contestant begins with.

    Args:
        config: the size; `max_len` is also the length of sequences.
        folder: for the encoded text and the checkpoint that the others load.
        batch_size: pairs a batch.
        precision: "bf16" or "fp32", in which contestants at their best compute; "auto" takes bf16
            where the device computes in it.
        stories: documents to take from the story world.
        seed: of text, weights and batches.

    Raises:
        BenchError: if `transformers` has no such model, or a setting is impossible.
    """

    def __init__(
        self,
        config: BERTConfig,
        folder: Path,
        batch_size: int = 32,
        precision: str = "auto",
        stories: int = 1000,
        seed: int = 0,
    ):
        if precision not in ("auto", "bf16", "fp32"):
            raise BenchError(f"precision={precision!r}: choose auto, bf16 or fp32")
        if batch_size < 1:
            raise BenchError(f"batch_size={batch_size}: choose 1 or more")
        if not (config.is_published and config.tied and config.pooler and config.nsp):
            raise BenchError(
                "there is nothing to compare this with, since transformers has the published BERT "
                "alone: choose a size without -modern behind it"
            )
        self.folder, self.batch_size, self.seed = folder, batch_size, seed
        self.precision = settled_precision(precision, folder)
        self.device = PartialState().device
        self.documents = list(StoryWorld(seed, stories))
        self.tokenizer = _filled_up(self.documents, config.vocab_size)
        self.config = replace(config, pad_id=self.tokenizer.pad_id)
        self.store = TokenStore.build(self.documents, self.tokenizer, folder / "data")
        self.model().save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)

    def model(self, dropout: float = 0.0, parts: Parts | None = None) -> BERTLM:
        """A model of ours, always with the same weights."""
        torch.manual_seed(self.seed)
        config = replace(self.config, dropout=dropout, attention_dropout=dropout)
        return BERTLM(config, parts).to(self.device)

    def theirs(self, kind: type, dropout: float = 0.0, attention: str = "sdpa") -> nn.Module:
        """A model of `transformers` with the weights of ours."""
        return kind.from_pretrained(
            self.folder,
            hidden_dropout_prob=dropout,
            attention_probs_dropout_prob=dropout,
            attn_implementation=attention,
        ).to(self.device)

    def batches(self, most: int, varied: bool = False) -> list[PretrainingBatch]:
        """Batches as training takes them, on the device: the longest, or varied ones."""
        length, share = self.config.max_len, 1.0 if varied else 0.0
        text = (self.store, self.tokenizer, self.batch_size, length, self.seed, 0, share)
        epoch = PretrainingBatches(*text)
        batches = [epoch[number] for number in range(len(epoch))]
        if not varied:  # stories end early, and texts that fill every sequence are the usual case
            batches.sort(key=lambda batch: batch.input_ids.size(1), reverse=True)
        return [batch.to(self.device) for batch in batches[:most]]


def _filled_up(documents: Iterable[Sequence[str]], vocab_size: int) -> WordPieceTokenizer:
    """A tokenizer for these texts, with places that stand unused, as in BERT's own vocabulary."""
    sentences = (sentence for document in documents for sentence in document)
    learned = list(WordPieceTokenizer.train(sentences, vocab_size).vocab)
    unused = [f"[unused{n}]" for n in range(vocab_size - len(learned))]
    return WordPieceTokenizer([*learned, *unused])


def n_parameters(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


def real_tokens(batches: Iterable[PretrainingBatch]) -> list[int]:
    return [int(batch.attention_mask.sum()) for batch in batches]


class TorchBERT(nn.Module):
    """A BERT around `torch.nn.TransformerEncoder`, with embedding, heads and weights of ours.

    Args:
        model: ours, whose pieces and weights are taken.
    """

    def __init__(self, model: BERTLM):
        super().__init__()
        config = model.config
        self.embedding, self.pooler = model.bert.embedding, model.bert.pooler
        self.mlm, self.nsp = model.mlm, model.nsp
        layer = nn.TransformerEncoderLayer(
            config.d_model,
            config.n_heads,
            config.d_ff,
            config.dropout,
            activation="gelu",
            layer_norm_eps=config.layer_norm_eps,
            batch_first=True,
            norm_first=False,
        )
        self.encoder = nn.TransformerEncoder(layer, config.n_layers).to(model.nsp.classifier.weight)
        for theirs, ours in zip(self.encoder.layers, model.bert.blocks, strict=True):
            copy_block(ours, theirs)

    @property
    def encoding(self) -> nn.Module:
        """All but the heads."""
        return nn.ModuleList([self.embedding, self.encoder, self.pooler])

    def encode(self, batch: PretrainingBatch) -> Tensor:
        x = self.embedding(batch.input_ids, batch.segment_ids)  # (B, S, D)
        return self.encoder(x, src_key_padding_mask=batch.attention_mask == 0)

    def forward(self, batch: PretrainingBatch, positions: Tensor | None) -> tuple[Tensor, Tensor]:
        hidden = self.encode(batch)
        return self.mlm(hidden, positions), self.nsp(self.pooler(hidden))


@torch.no_grad()
def copy_block(ours: nn.Module, theirs: nn.TransformerEncoderLayer) -> None:
    """Copy the weights of a block into PyTorch's layer, which keeps Q, K and V in one matrix."""
    attention, inner = ours.attention, ours.feed_forward
    projections = (attention.query, attention.key, attention.value)
    theirs.self_attn.in_proj_weight.copy_(torch.cat([layer.weight for layer in projections]))
    theirs.self_attn.in_proj_bias.copy_(torch.cat([layer.bias for layer in projections]))
    pairs = {
        theirs.self_attn.out_proj: attention.output,
        theirs.linear1: inner.inner,
        theirs.linear2: inner.outer,
        theirs.norm1: ours.attention_norm,
        theirs.norm2: ours.output_norm,
    }
    for target, source in pairs.items():
        target.load_state_dict(source.state_dict())
