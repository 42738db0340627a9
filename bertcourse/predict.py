"""Week 5: what a trained BERT guesses.

Source: Devlin et al. (2019), section 3.1, task 1.
"""

import math
from dataclasses import dataclass

import torch

from bertcourse.heads import BERTLM
from bertcourse.tokenizer import WordPieceTokenizer


@dataclass(frozen=True)
class Guess:
    """One way to fill a mask.

    Attributes:
        token: the piece.
        probability: from 0 to 1.
        text: the whole text with it.
    """

    token: str
    probability: float
    text: str


@torch.no_grad()
def fill_mask(
    model: BERTLM, tokenizer: WordPieceTokenizer, text: str, top: int = 5
) -> list[list[Guess]]:
    """Guess the words that stand as [MASK] in a text.

    Args:
        model: with its MLM head.
        tokenizer: its own.
        text: with one [MASK] or more, each guessed by itself.
        top: how many guesses for each.

    Returns:
        For every [MASK] the best guesses, the best first.

    Raises:
        ValueError: if there is no [MASK] in the text, or it is too long for the model, or no
            guesses are asked for.
    """
    if top < 1:
        raise ValueError(f"top={top}: choose 1 or more")
    ids = tokenizer.encode(text).ids
    places = [i for i, token in enumerate(ids) if token == tokenizer.mask_id]
    if not places:
        raise ValueError(
            f"{text!r} has no [MASK]: write it where a word is to be guessed, as in "
            "'the cat [MASK] on the mat'"
        )
    device = next(model.parameters()).device
    inputs = torch.tensor([ids], device=device)
    if model.training:
        model.eval()
    logits = model(inputs, positions=torch.tensor([places], device=device)).mlm_logits[0]
    logits[:, tokenizer.special_ids] = -math.inf  # never an answer
    probabilities, tokens = logits.float().softmax(-1).topk(min(top, len(tokenizer) - 5))
    return [
        [
            Guess(tokenizer.id_to_token(token), probability, _filled(tokenizer, ids, place, token))
            for probability, token in zip(row.tolist(), best.tolist(), strict=True)
        ]
        for place, row, best in zip(places, probabilities, tokens, strict=True)
    ]


def _filled(tokenizer: WordPieceTokenizer, ids: list[int], place: int, token: int) -> str:
    filled = [*ids[1:place], token, *ids[place + 1 : -1]]
    return tokenizer.decode(filled, skip_special_tokens=False)
