"""The number of parameters from the sizes alone, against models that were built."""

import pytest
import torch

from bertcourse import BERT, BERTConfig, count_parameters


def built(**sizes: int) -> int:
    with torch.device("meta"):
        model = BERT(BERTConfig(**sizes))
    return sum(parameter.numel() for parameter in model.parameters())


@pytest.mark.parametrize(
    "sizes",
    [
        {"vocab_size": 11, "d_model": 6, "n_layers": 1, "d_ff": 5, "max_len": 3, "n_segments": 1},
        {"vocab_size": 99, "d_model": 8, "n_layers": 5, "d_ff": 64, "max_len": 7, "n_segments": 4},
    ],
)
@pytest.mark.parametrize("n_heads", [1, 2])
def test_the_count_is_that_of_a_model_of_these_sizes_with_any_number_of_heads(sizes, n_heads):
    assert count_parameters(**sizes) == built(**sizes, n_heads=n_heads)


def test_base_and_large_have_the_published_sizes():
    assert count_parameters(30522, 768, 12, 3072) == 109_482_240 == built()
    assert count_parameters(30522, 1024, 24, 4096) == 335_141_888


def test_positions_and_segments_are_those_of_bert_by_default():
    assert count_parameters(50, 8, 2, 16) == count_parameters(50, 8, 2, 16, 512, 2)
