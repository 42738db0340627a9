"""Build BERT yourself, week by week: the code behind the notebooks.

The files read in the order of the weeks, and each imports only from those above it. What is public
is imported from here, as in `from bertcourse import MultiHeadAttention`; this needs torch alone.
"""

from importlib import import_module

__version__ = "0.1.0"

# Imported when first asked for, so that `python -m bertcourse doctor` starts where torch does not.
_PUBLIC = {
    "warmup": ("dot_products", "first_function", "masked_mean"),
    "weights": ("CheckpointError",),
    "attention": (
        "Attention",
        "MultiHeadAttention",
        "attention_scores",
        "causal_mask",
        "merge_heads",
        "padding_mask",
        "recorded_attention",
        "scaled_dot_product_attention",
        "split_heads",
    ),
    "layers": (
        "GELU",
        "LayerNorm",
        "PositionwiseFeedForward",
        "SublayerConnection",
        "gelu",
        "gelu_tanh",
    ),
    "wordpiece": (
        "basic_tokenize",
        "join_pair",
        "learn_merges",
        "learn_vocabulary",
        "wordpiece_tokenize",
    ),
    "tokenizer": ("Batch", "Encoding", "WordPieceTokenizer"),
    "embeddings": (
        "BERTEmbedding",
        "PositionalEmbedding",
        "RotaryAttention",
        "SegmentEmbedding",
        "TokenEmbedding",
        "rotate",
        "sinusoidal_positions",
    ),
    "blocks": ("BERTCore", "EncoderStack", "Pooler", "PreNormBlock", "TransformerBlock"),
    "config": ("BERTConfig", "count_parameters"),
    "parts": ("Parts",),
    "model": ("BERT", "BERTOutput"),
    "storyworld": ("Story", "StoryWorld", "make_story"),
    "corpus": (
        "CorpusError",
        "Documentation",
        "Folder",
        "HubDataset",
        "describe",
        "open_corpus",
        "split_corpus",
        "split_sentences",
    ),
    "objectives": (
        "another_document",
        "chosen_positions",
        "document_pairs",
        "hide_token",
        "mask_batch",
        "mask_tokens",
        "mask_words",
        "mean_cross_entropy",
        "n_predictions",
        "pack_pair",
        "pretraining_loss",
        "random_token",
        "sentence_pair",
        "truncate_pair",
    ),
    "heads": (
        "BERTLM",
        "BERTLMCore",
        "BERTLMOutput",
        "MaskedLanguageModel",
        "NextSentencePrediction",
    ),
    "compare": ("Comparison", "load_reference"),
    "predict": ("fill_mask",),
    "assets": ("load_mini",),
    "data": ("DataError", "PretrainingBatch", "PretrainingBatches", "TokenStore"),
    "optim": (
        "AdamW",
        "ScheduledOptim",
        "adamw_step",
        "decay_groups",
        "linear_warmup",
        "parameter_groups",
    ),
    "runs": ("Run", "TrainingError"),
    "headstart": ("give_head_start",),
    "trainer": ("BERTTrainer", "TrainingSettings"),
}
_HOME = {name: module for module, names in _PUBLIC.items() for name in names}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'bertcourse' has no attribute {name!r}")
    return getattr(import_module(f"bertcourse.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
