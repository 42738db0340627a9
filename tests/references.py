"""The published BERT to compare with: `transformers` models of any size, with random weights."""

import os

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"

import dataclasses

import torch
import transformers
from tensors import random
from torch import nn

from bertcourse.config import BERTConfig
from bertcourse.parts import Parts

transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()

# Layers, features, heads, features inside the feed-forward, GELU: odd, narrow, deep, many-headed.
SHAPES = {
    "one odd layer": (1, 3, 1, 5, "gelu"),
    "heads of one feature": (2, 16, 16, 24, "gelu"),
    "tanh": (3, 24, 4, 96, "gelu_new"),
    "thirteen heads": (2, 26, 13, 31, "gelu_pytorch_tanh"),
    "deep": (12, 16, 2, 20, "gelu"),
    "deep and wide": (12, 48, 12, 7, "gelu_new"),
    "one head": (4, 20, 1, 80, "gelu"),
}
VOCABULARY, LONGEST = 37, 14
TOLERANCE = {torch.float32: 1e-5, torch.float64: 1e-10}

PARTS = {"fast": Parts.fast(), "lesson": Parts.lesson()}
SIZES = {"vocab_size": VOCABULARY, "d_model": 12, "n_layers": 2, "n_heads": 3, "max_len": LONGEST}
SMALL = BERTConfig(**SIZES)
VARIANTS = {
    "published": SMALL,
    "study note": BERTConfig.study_note(**SIZES),
    "modern": dataclasses.replace(SMALL, positions="rotary", norm="pre"),
    "untied": dataclasses.replace(SMALL, tied=False),
    "without a pooler": dataclasses.replace(SMALL, pooler=False),
}


def reference(
    shape: str = "tanh", kind: str = "BertForPreTraining", dtype=torch.float32, **more
) -> nn.Module:
    """A model of `transformers` in eval mode, with explicit attention and weights that matter."""
    layers, width, heads, inner, activation = SHAPES[shape]
    arguments = {"add_pooling_layer": more.pop("pooler")} if "pooler" in more else {}
    settings = {
        "vocab_size": VOCABULARY,
        "max_position_embeddings": LONGEST,
        "num_hidden_layers": layers,
        "hidden_size": width,
        "num_attention_heads": heads,
        "intermediate_size": inner,
        "hidden_act": activation,
        "attn_implementation": "eager",
    }
    config = transformers.BertConfig(**{**settings, **more})
    model = getattr(transformers, kind)(config, **arguments).to(dtype).eval()
    with torch.no_grad():
        for seed, (name, parameter) in enumerate(model.named_parameters()):
            parameter.copy_(0.3 * random(*parameter.shape, seed=seed, dtype=dtype))
            if name.endswith("LayerNorm.weight"):
                parameter.add_(1)
    return model


def batch(vocabulary: int = VOCABULARY, length: int = LONGEST) -> dict[str, torch.Tensor]:
    """Four sequences of other lengths, padded, with two segments; ids of all kinds."""
    generator = torch.Generator().manual_seed(0)
    ids = torch.randint(1, vocabulary, (4, length), generator=generator)
    lengths = torch.tensor([length, 1, length // 2, length - 1])
    mask = (torch.arange(length) < lengths[:, None]).long()
    segments = (torch.arange(length) >= lengths[:, None] // 2).long() * mask
    return {"input_ids": ids * mask, "attention_mask": mask, "segment_ids": segments}


def call(model: nn.Module, inputs: dict[str, torch.Tensor], **more) -> object:
    """Call a model of `transformers`, which has its own name for segments."""
    names = {"segment_ids": "token_type_ids"}
    return model(**{names.get(name, name): value for name, value in inputs.items()}, **more)


def build(kind: type, variant: str, parts: Parts | None = None) -> nn.Module:
    """A model of ours in eval mode, with weights that matter, also where it begins with zeros."""
    torch.manual_seed(0)
    model = kind(VARIANTS[variant], parts).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))
    return model


def assert_agree(
    ours: torch.Tensor, theirs: torch.Tensor, dtype=torch.float32, scale: float = 1.0
) -> None:
    """Agreement to 1e-5 in float32 and to 1e-10 in float64; gradients take the largest as scale."""
    torch.testing.assert_close(ours, theirs, atol=TOLERANCE[dtype] * scale, rtol=0)
