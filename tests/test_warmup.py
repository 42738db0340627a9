"""bertcourse.warmup: the three functions of week 0."""

import torch

from bertcourse import dot_products, first_function, masked_mean


def test_first_function_doubles_and_adds_one():
    x = torch.tensor([[0.0, 1.0], [-2.0, 0.5]])
    assert first_function(x).tolist() == [[1.0, 3.0], [-3.0, 2.0]]


def test_dot_products_are_those_of_all_pairs():
    vectors = torch.randn(2, 4, 3, generator=torch.Generator().manual_seed(0))
    table = dot_products(vectors)
    for b in range(2):
        for i in range(4):
            for j in range(4):
                torch.testing.assert_close(table[b, i, j], vectors[b, i].dot(vectors[b, j]))


def test_masked_mean_is_the_mean_of_the_kept_rows():
    x = torch.randn(2, 5, 3, generator=torch.Generator().manual_seed(0))
    mask = torch.tensor([[1, 1, 0, 0, 0], [1, 0, 1, 0, 1]])
    mean = masked_mean(x, mask)
    torch.testing.assert_close(mean[0], x[0, :2].mean(0))
    torch.testing.assert_close(mean[1], x[1, [0, 2, 4]].mean(0))


def test_padding_content_and_length_do_not_matter():
    x = torch.randn(1, 5, 3, generator=torch.Generator().manual_seed(0))
    mask = torch.tensor([[1, 1, 1, 0, 0]])
    torch.testing.assert_close(masked_mean(x, mask), masked_mean(x[:, :3], mask[:, :3]))


def test_a_sentence_without_tokens_gives_zeros():
    assert masked_mean(torch.ones(1, 3, 2), torch.zeros(1, 3)).tolist() == [[0.0, 0.0]]
