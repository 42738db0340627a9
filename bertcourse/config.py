"""Week 4: how large a BERT is, and in what it differs from the published one.

Source: Devlin et al. (2019), section 3, "Model Architecture", and appendix A.2.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, Self

import torch
from torch import Tensor

# Layers, d_model, heads: of the paper, and of the smaller models released with Turc et al. (2019).
PRESETS = {
    "tiny": (2, 128, 2),
    "mini": (4, 256, 4),
    "small": (4, 512, 8),
    "medium": (8, 512, 8),
    "base": (12, 768, 12),
    "large": (24, 1024, 16),
}
MODERN = {"positions": "rotary", "norm": "pre"}

# What `transformers` calls our two forms of GELU; the first of each is what we write.
ACTIVATIONS = {
    "none": ("gelu", "gelu_python"),
    "tanh": ("gelu_new", "gelu_pytorch_tanh", "gelu_fast", "gelu_accurate"),
}

# Ours, and the same in `config.json`.
SETTINGS = {
    "vocab_size": "vocab_size",
    "d_model": "hidden_size",
    "n_layers": "num_hidden_layers",
    "n_heads": "num_attention_heads",
    "d_ff": "intermediate_size",
    "max_len": "max_position_embeddings",
    "n_segments": "type_vocab_size",
    "dropout": "hidden_dropout_prob",
    "attention_dropout": "attention_probs_dropout_prob",
    "layer_norm_eps": "layer_norm_eps",
    "initializer_range": "initializer_range",
    "pad_id": "pad_token_id",
}
SIZES = ("vocab_size", "d_model", "n_layers", "n_heads", "d_ff", "max_len", "n_segments")
OWN_TYPE = "bertcourse"  # what config.json says of a model that is not the published BERT


@dataclass(frozen=True)
class BERTConfig:
    """How large a BERT is, and in what it differs from the published one, if it does.

    `BERTConfig()` is BERT-base, uncased, as published. `BERTConfig.preset(name)` has the other
    sizes, `BERTConfig.study_note()` the variant that many from-scratch implementations build.

    Args:
        vocab_size: V, pieces in the vocabulary.
        d_model: features a token (H in the paper).
        n_layers: blocks (L in the paper).
        n_heads: attention heads a block (A in the paper), a divisor of `d_model`.
        d_ff: features inside the feed-forward; 4 · `d_model` by default. It is filled in, and so
            stays as it is in `dataclasses.replace(config, d_model=…)`.
        max_len: the longest sequence, in tokens.
        n_segments: rows of the segment table.
        dropout: probability, on embeddings and on the output of every sublayer.
        attention_dropout: probability, on attention weights.
        activation: the form of GELU, "none" (exact) or "tanh" (approximated).
        layer_norm_eps: ε inside the root of every norm.
        initializer_range: standard deviation of the initial weights, cut at two of it.
        pad_id: the id of [PAD]; it is written into checkpoints, and nothing here depends on it.
        positions: "learned" (BERT), "sinusoidal" or "rotary".
        norm: "post" (BERT) or "pre", with one more norm behind the last block.
        embedding_norm: whether the sum of embeddings is normalised (BERT: yes).
        tied: whether the MLM head decodes with the word table (BERT: yes) or a table of its own.
        pooler: whether there is a pooler.
        nsp: whether `BERTLM` has a next-sentence head; it needs the pooler.

    Raises:
        ValueError: if a value is impossible, saying which are possible.
    """

    vocab_size: int = 30522
    d_model: int = 768
    n_layers: int = 12
    n_heads: int = 12
    d_ff: int | None = None
    max_len: int = 512
    n_segments: int = 2
    dropout: float = 0.1
    attention_dropout: float = 0.1
    activation: Literal["none", "tanh"] = "none"
    layer_norm_eps: float = 1e-12
    initializer_range: float = 0.02
    pad_id: int = 0
    positions: Literal["learned", "sinusoidal", "rotary"] = "learned"
    norm: Literal["post", "pre"] = "post"
    embedding_norm: bool = True
    tied: bool = True
    pooler: bool = True
    nsp: bool = True

    def __post_init__(self) -> None:
        if self.d_ff is None:
            object.__setattr__(self, "d_ff", 4 * self.d_model)
        for name in ("embedding_norm", "tied", "pooler", "nsp"):
            value = getattr(self, name)
            _require(isinstance(value, bool), name, value, "True or False")
        object.__setattr__(self, "nsp", self.nsp and self.pooler)
        for name in SIZES:
            size = getattr(self, name)
            _require(_is_whole(size) and size >= 1, name, size, "a whole number ≥ 1")
        pad_id = self.pad_id
        _require(_is_whole(pad_id) and pad_id >= 0, "pad_id", pad_id, "a whole number ≥ 0")
        for name in ("dropout", "attention_dropout"):
            share = getattr(self, name)
            _require(_is_number(share) and 0 <= share < 1, name, share, "a probability below 1")
        for name in ("layer_norm_eps", "initializer_range"):
            value = getattr(self, name)
            _require(_is_number(value) and value > 0, name, value, "a number above 0")
        _require_one_of("activation", self.activation, ACTIVATIONS)
        _require_one_of("positions", self.positions, ("learned", "sinusoidal", "rotary"))
        _require_one_of("norm", self.norm, ("post", "pre"))
        if self.d_model % self.n_heads:
            candidates = range(1, min(self.d_model, 1000) + 1)
            divisors = ", ".join(str(h) for h in candidates if self.d_model % h == 0)
            raise ValueError(
                f"d_model={self.d_model} is not divisible by n_heads={self.n_heads}: "
                f"choose n_heads from {divisors}"
            )
        if self.positions == "rotary" and self.d_model // self.n_heads % 2:
            raise ValueError(
                f"rotary positions turn pairs of features, but d_model={self.d_model} and "
                f"n_heads={self.n_heads} give heads of {self.d_model // self.n_heads}: "
                "choose n_heads so that d_model / n_heads is even"
            )

    @classmethod
    def preset(cls, name: str, **changes: Any) -> Self:
        """A known size: tiny, mini, small, medium, base or large; `-modern` behind it changes kind.

        Args:
            name: such as "mini" or "mini-modern" (rotary positions and pre-norm).
            changes: fields to set otherwise, such as `vocab_size=8192`.

        Raises:
            ValueError: if there is no such preset.
        """
        size = name.removesuffix("-modern")
        if size not in PRESETS:
            raise ValueError(
                f"there is no preset {name!r}: choose from {', '.join(PRESETS)}, each also with "
                "-modern behind it"
            )
        n_layers, d_model, n_heads = PRESETS[size]
        kind = MODERN if name.endswith("-modern") else {}
        sizes = {"n_layers": n_layers, "d_model": d_model, "n_heads": n_heads}
        return cls(**{**sizes, **kind, **changes})

    @classmethod
    def study_note(cls, **changes: Any) -> Self:
        """The variant of many from-scratch codes: pre-norm, sinusoids, no embedding norm, untied.

        As everywhere with pre-norm, one more norm stands behind the last block; those codes often
        forget it.
        """
        variant = {"norm": "pre", "positions": "sinusoidal", "embedding_norm": False, "tied": False}
        return cls(**{**variant, **changes})

    @property
    def is_published(self) -> bool:
        """Whether the architecture is BERT's, at whatever size."""
        return self.positions == "learned" and self.norm == "post" and self.embedding_norm

    @classmethod
    def from_checkpoint(
        cls,
        settings: Mapping[str, Any],
        weights: Mapping[str, Tensor],
        allow_missing: bool = False,
    ) -> Self:
        """Read the settings of a `config.json`; what the weights lack is left out of the model.

        Args:
            settings: what the file holds.
            weights: the checkpoint's, by our names.
            allow_missing: whether pooler and NSP head are kept even where there are no weights.

        Raises:
            ValueError: if it is no BERT, or one that this package does not build.
        """
        kind = settings.get("model_type", "bert")
        if kind == OWN_TYPE:
            known = {field.name for field in fields(cls)}
            found = {name: value for name, value in settings.items() if name in known}
        elif kind == "bert":
            _refuse_unsupported(settings)
            found = {ours: settings[name] for ours, name in SETTINGS.items() if name in settings}
            found["activation"] = _activation(settings.get("hidden_act", "gelu"))
            found["pad_id"] = settings.get("pad_token_id") or 0
            found["tied"] = settings.get("tie_word_embeddings", True)
        else:
            raise ValueError(f"model_type is {kind!r}, and only 'bert' can be read")
        there = {name.split(".")[0] for name in weights}
        if not allow_missing and "pooler" not in there:
            found["pooler"] = False
        if not allow_missing and "mlm" in there and "nsp" not in there:
            found["nsp"] = False
        if not _decoder_is_word_table(weights):
            found["tied"] = False
        try:
            config = cls(**found)
        except TypeError as error:
            raise ValueError(f"a setting is of the wrong kind ({error})") from error
        _refuse_giant(config, weights)
        return config

    def to_checkpoint(self, architecture: str, dtype: torch.dtype) -> dict[str, Any]:
        """The contents of `config.json`, for `transformers` if the architecture is the published.

        Args:
            architecture: the class that is saved, "BERT" or "BERTLM".
            dtype: of its weights.
        """
        own = {"architectures": [architecture], "dtype": str(dtype).removeprefix("torch.")}
        if not self.is_published:
            return {**asdict(self), **own, "model_type": OWN_TYPE}
        with_heads = "BertForPreTraining" if self.nsp else "BertForMaskedLM"
        settings = {theirs: getattr(self, ours) for ours, theirs in SETTINGS.items()}
        return {
            **settings,
            **own,
            "architectures": [with_heads if architecture == "BERTLM" else "BertModel"],
            "model_type": "bert",
            "hidden_act": ACTIVATIONS[self.activation][0],
            "tie_word_embeddings": self.tied,
        }


def count_parameters(
    vocab_size: int,
    d_model: int,
    n_layers: int,
    d_ff: int,
    max_len: int = 512,
    n_segments: int = 2,
) -> int:
    """How many numbers the published BERT learns, from its sizes alone.

    Formula:
        (V + T + G) D + 2 D                     three tables and their norm
        + L · (4 (D² + D) + 2 D                 attention and its norm
               + (D F + F) + (F D + D) + 2 D)   feed-forward and its norm
        + D² + D                                pooler

    The number of heads is not in it: more heads are narrower heads.

    Args:
        vocab_size: V, pieces in the vocabulary.
        d_model: D, features a token.
        n_layers: L, blocks.
        d_ff: F, features inside the feed-forward.
        max_len: T, rows of the position table.
        n_segments: G, rows of the segment table.

    Source: Devlin et al. (2019), section 3, give 110 M and 340 M for the two sizes.
    """
    norm = 2 * d_model
    embedding = (vocab_size + max_len + n_segments) * d_model + norm
    attention = 4 * (d_model * d_model + d_model)
    feed_forward = (d_model * d_ff + d_ff) + (d_ff * d_model + d_model)
    block = attention + norm + feed_forward + norm
    pooler = d_model * d_model + d_model
    return embedding + n_layers * block + pooler


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _require(holds: bool, name: str, value: Any, wanted: str) -> None:
    if not holds:
        raise ValueError(f"{name}={value!r} is impossible: it must be {wanted}")


def _require_one_of(name: str, value: Any, choices: Any) -> None:
    allowed = ", ".join(repr(choice) for choice in choices)
    _require(value in choices, name, value, f"one of {allowed}")


def _refuse_unsupported(settings: Mapping[str, Any]) -> None:
    published = {
        "position_embedding_type": "absolute",
        "is_decoder": False,
        "add_cross_attention": False,
    }
    for name, value in published.items():
        if settings.get(name) not in (None, value):
            raise ValueError(f"{name} is {settings[name]!r}, and only {value!r} can be read")
    if settings.get("pruned_heads"):
        raise ValueError("pruned_heads is not empty, and pruned models cannot be read")


def _decoder_is_word_table(weights: Mapping[str, Tensor]) -> bool:
    """Whether the decoder is left out, or is a copy of the word table, as in older files."""
    word, decoder = weights.get("embedding.word.weight"), weights.get("decoder.weight")
    return decoder is None or (word is not None and torch.equal(word, decoder))


def _refuse_giant(config: BERTConfig, weights: Mapping[str, Tensor]) -> None:
    """Refuse sizes far beyond the weights there are, before memory or patience runs out."""
    stored = sum(weight.numel() for weight in weights.values())
    described = count_parameters(
        config.vocab_size,
        config.d_model,
        config.n_layers,
        config.d_ff,
        config.max_len,
        config.n_segments,
    )
    if described > max(10 * stored, 10_000_000) or config.n_layers > max(len(weights), 1000):
        raise ValueError(
            f"its sizes are those of a model of {config.n_layers:,} layers and {described:,} "
            f"parameters, and the weights beside it hold {stored:,}: fetch or save the checkpoint "
            "again"
        )


def _activation(hidden_act: str) -> str:
    for form, names in ACTIVATIONS.items():
        if hidden_act in names:
            return form
    known = ", ".join(name for names in ACTIVATIONS.values() for name in names)
    raise ValueError(f"hidden_act is {hidden_act!r}, and only these can be read: {known}")
