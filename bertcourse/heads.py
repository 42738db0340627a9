"""Week 5: what stands on top of BERT: the masked words, the next sentence, and both together.

Source: Devlin et al. (2019), section 3.1, appendix A.2; google-research/bert for the details.
"""

from dataclasses import dataclass
from typing import Self

import torch.nn.functional as F
from torch import Tensor, nn

from bertcourse.config import BERTConfig
from bertcourse.layers import GELU, LayerNorm
from bertcourse.model import (
    BERT,
    Absent,
    Named,
    check_core,
    check_inputs,
    check_pieces,
    initialise,
)
from bertcourse.parts import Parts
from bertcourse.weights import Pretrained


class MaskedLanguageModel(nn.Module):
    """Guess tokens from their vectors: one score for every piece of the vocabulary.

    Formula:
        logits = LayerNorm(gelu(h W + b)) Eᵀ + c, with E the table of word embeddings itself

    Args:
        word: the model's word embedding, whose table decodes (tied weights).
        activation: a layer to use in place of `GELU()`.

    Source: google-research/bert, `get_masked_lm_output`; Devlin et al. (2019), section 3.1, task 1.
    """

    def __init__(self, word: nn.Embedding, activation: nn.Module | None = None):
        super().__init__()
        vocab_size, d_model = word.weight.shape
        self.word = word
        self.dense = nn.Linear(d_model, d_model)
        self.activation = activation or GELU()
        self.norm = LayerNorm(d_model)
        self.bias = nn.Parameter(word.weight.new_zeros(vocab_size))

    def forward(self, hidden: Tensor, positions: Tensor | None = None) -> Tensor:
        """Score the vocabulary at every token, or at the chosen positions only.

        Args:
            hidden: `(B, S, D)`.
            positions: `(B, P)`, indices into S. Only about 15 % of the tokens are guessed in
                pre-training, and the other scores, by far the largest tensor, need not be computed.

        Returns:
            logits `(B, S, V)`, or `(B, P, V)`.
        """
        if positions is not None:
            chosen = positions[..., None].expand(-1, -1, hidden.size(-1))  # (B, P, D)
            hidden = hidden.gather(1, chosen)  # (B, S, D) -> (B, P, D)
        hidden = self.norm(self.activation(self.dense(hidden)))
        return F.linear(hidden, self.word.weight, self.bias)  # (…, D) -> (…, V)


class NextSentencePrediction(nn.Module):
    """Guess whether sentence B followed sentence A: logits for 0 = IsNext and 1 = NotNext.

    Args:
        d_model: D, features of the pooled output.

    Shapes: `(B, D)` to `(B, 2)`.

    Source: Devlin et al. (2019), section 3.1, task 2.
    """

    def __init__(self, d_model: int):
        super().__init__()
        self.classifier = nn.Linear(d_model, 2)

    def forward(self, pooled: Tensor) -> Tensor:
        return self.classifier(pooled)


class BERTLMCore(nn.Module):
    """BERT with both heads: words from the hidden states, the next sentence from pooled.

    Args:
        bert: from ids, mask and segments to `(hidden, pooled)`.
        mlm: from hidden and positions to logits.
        nsp: from pooled to logits.
    """

    def __init__(self, bert: nn.Module, mlm: nn.Module, nsp: nn.Module):
        super().__init__()
        self.bert = bert
        self.mlm = mlm
        self.nsp = nsp

    def forward(
        self,
        ids: Tensor,
        mask: Tensor | None = None,
        segments: Tensor | None = None,
        positions: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Return MLM logits `(B, S, V)` or `(B, P, V)`, and NSP logits `(B, 2)`."""
        hidden, pooled = self.bert(ids, mask, segments)
        return self.mlm(hidden, positions), self.nsp(pooled)


@dataclass
class BERTLMOutput(Named):
    """What `BERTLM` gives, read by name or by key.

    Attributes:
        mlm_logits: `(B, S, V)`, or `(B, P, V)` at chosen positions.
        nsp_logits: `(B, 2)` for 0 = IsNext and 1 = NotNext, or None without that head.
        hidden_states: as in `BERTOutput`.
        attentions: as in `BERTOutput`.
    """

    mlm_logits: Tensor
    nsp_logits: Tensor | None
    hidden_states: list[Tensor] | None = None
    attentions: list[Tensor] | None = None


class BERTLM(Pretrained, nn.Module):
    """BERT as it is pre-trained: the encoder, `bert`, with the heads `mlm` and `nsp`.

    The joint loss is `pretraining_loss(output.mlm_logits, output.nsp_logits, mlm_labels,
    nsp_labels)`.

    Args:
        config: its size; BERT-base by default.
        parts: the code it is built from; `Parts.fast()` by default.

    Source: Devlin et al. (2019), section 3.1.
    """

    config_class = BERTConfig

    def __init__(self, config: BERTConfig | None = None, parts: Parts | None = None):
        super().__init__()
        self.bert = BERT(config, parts)
        self.config, self.parts = config, parts = self.bert.config, self.bert.parts
        word = self.bert.embedding.word
        self.decoder = None if config.tied else nn.Embedding(config.vocab_size, config.d_model)
        self.mlm = (parts.mlm or MaskedLanguageModel)(self.decoder or word)
        self.mlm.norm = parts.norm(config.d_model, config.layer_norm_eps)
        if hasattr(self.mlm, "activation"):
            self.mlm.activation = parts.activation(config.activation)
        nsp = parts.nsp or NextSentencePrediction
        self.nsp = nsp(config.d_model) if config.nsp else None
        core = (parts.bert_lm or BERTLMCore)(self.bert.core, self.mlm, self.nsp or Absent())
        check_core(self, core)
        self._core = (core, self.bert.core, self.mlm, self.nsp)  # in a tuple, as in BERT
        heads = ((n, p) for n, p in self.named_parameters() if not n.startswith("bert."))
        initialise(heads, config.initializer_range)

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        segment_ids: Tensor | None = None,
        positions: Tensor | None = None,
        output_attentions: bool = False,
        output_hidden_states: bool = False,
    ) -> BERTLMOutput:
        """Encode a batch and guess.

        Args:
            input_ids: `(B, S)`, as `attention_mask` and `segment_ids` in `BERT.forward`.
            positions: `(B, P)`, where words are guessed; everywhere by default.
            output_attentions: also return the attention weights.
            output_hidden_states: also return the embedding and every block's output.

        Raises:
            ValueError: as in `BERT.forward`.
        """
        check_inputs(self.bert, input_ids, attention_mask, segment_ids, positions)
        with self.bert.recorded(output_attentions, output_hidden_states) as recorded:
            logits = self.core(input_ids, attention_mask, segment_ids, positions)
        return BERTLMOutput(*logits, **recorded)

    @property
    def core(self) -> nn.Module:
        """The flow through encoder and heads, as `parts.bert_lm` assembled it.

        Raises:
            ValueError: if one of the pieces was exchanged since.
        """
        core, *built = self._core
        check_pieces(built, (self.bert.core, self.mlm, self.nsp))
        return core

    def train(self, mode: bool = True) -> Self:
        self.core.train(mode)  # which is not among our children
        return super().train(mode)
