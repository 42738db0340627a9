"""Week 4: what a token becomes on its way through the blocks, read off with the MLM head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import torch
import torch.nn.functional as F
import traitlets
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from torch import Tensor, nn

from .captioned import CaptionedFigure, house_style
from .colours import AMOUNT, contrasting
from .drawing import LETTER, POINTS, WIDEST, colour_bar, draw_cells, every_cell, name_cells
from .labels import drawable, shorten, speakable
from .numbers import as_matrix, names_for
from .widgets import CourseWidget, front_end

TOP = 5  # guesses shown for the chosen token
MOST_TOKENS = 16
MOST_LETTERS = 200
ROW = 0.34  # inches
SMALLEST, LARGEST = 5.2, 9.0  # points


class Reader(Protocol):
    """A tokenizer, as far as it is needed here."""

    special_ids: Sequence[int]

    def encode(self, a: str) -> Any: ...
    def id_to_token(self, id: int) -> str: ...


def guess_map(
    guesses: Sequence[Sequence[str]],
    probabilities: Any,
    tokens: Sequence[str],
    layers: Sequence[str],
    *,
    title: str | None = None,
    caption: str | None = None,
    made_by: str | None = None,
    alt: str | None = None,
) -> CaptionedFigure:
    """A word in every cell: the best guess for each token at each layer, darker where it is surer.

    Args:
        guesses: a list of S words for each of the L layers.
        probabilities: `(L, S)`, from 0 to 1.
        tokens: S strings above the columns.
        layers: L strings beside the rows.

    Raises:
        ValueError: if the sizes do not fit each other, or a number is not finite.
    """
    shares = as_matrix(probabilities, "probabilities", "pick one text").double()
    rows = names_for(layers, shares.size(0), "layers", "rows of probabilities")
    columns = names_for(tokens, shares.size(1), "tokens", "columns of probabilities")
    words = [[speakable(word) for word in row] for row in guesses]
    if len(words) != len(rows) or any(len(row) != len(columns) for row in words):
        raise ValueError(
            f"guesses has rows of {[len(row) for row in words]} words, but probabilities has the "
            f"shape {tuple(shares.shape)}: give a word for every number"
        )
    figure = CaptionedFigure(
        caption=caption or "The best guess at each layer, darker where it is surer.",
        alt=alt or _describe(words, columns, rows),
        data={"guesses": words, "probabilities": shares},
        title=title,
        made_by=made_by,
    )
    with house_style():
        longest = max(len(word) for row in [*words, columns] for word in row)
        width = min(WIDEST / len(columns), (longest * LARGEST * LETTER + 6) / POINTS)
        axes = figure.panel(0, 0, width * len(columns), ROW * len(rows))
        image = draw_cells(axes, shares, AMOUNT, Normalize(0, 1))
        name_cells(axes, rows, columns, ROW, above=True, across=width)
        for row, column in every_cell(shares.shape):
            _write_word(axes, row, column, words[row][column], width, float(shares[row, column]))
        colour_bar(figure, axes, image, "probability")
        return figure.finish()


def _write_word(axes: Axes, row: int, column: int, word: str, width: float, share: float) -> None:
    """Write a word into a cell of that width, as large as it fits, and shorten it if it must be."""
    room = width * POINTS - 4
    size = min(LARGEST, max(SMALLEST, room / (len(word) * LETTER or 1)))
    axes.text(
        column,
        row,
        shorten(drawable(word), max(2, int(room / (size * LETTER) + 0.01))),
        ha="center",
        va="center",
        fontsize=size,
        color=contrasting(AMOUNT(share)),
        in_layout=False,  # inside its cell anyway
    )


def _describe(words: list[list[str]], columns: list[str], rows: list[str]) -> str:
    lines = [f"{name}: {', '.join(row)}." for name, row in zip(rows, words, strict=True)]
    return " ".join([f"Guesses for {', '.join(columns)}, layer by layer.", *lines])


class LayerLens(CourseWidget):
    """One text, layer by layer: what each token would be taken for if the blocks ended here.

    At each layer the vector of every token is given to the MLM head, which belongs behind the last
    one. Choosing a token shows its best guesses there, and how far its vector has turned away from
    where it began (the cosine of the angle).

    Args:
        model: a `BERTLM`.
        tokenizer: its own, a `WordPieceTokenizer`.
        texts: examples to choose from, the first shown at the start.
        token: the position of the token chosen at the start; the first [MASK], or else the first
            token behind [CLS].
        made_by: whose code computes, as `bertcourse.exercises.whose` says it.

    Raises:
        ValueError: if there are no texts, or the first cannot be read.

    Source: nostalgebraist (2020), "Interpreting GPT: the logit lens"; here for masked words.
    """

    _esm = front_end("lens")

    texts = traitlets.List(traitlets.Unicode()).tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    token = traitlets.Int(0).tag(sync=True)
    made_by = traitlets.Unicode("").tag(sync=True)
    result = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        model: nn.Module,
        tokenizer: Reader,
        texts: Sequence[str],
        *,
        token: int | None = None,
        made_by: str | None = None,
    ) -> None:
        texts = list(texts)
        if not texts:
            raise ValueError("texts is empty: give at least one text to read")
        self._model, self._tokenizer = model, tokenizer
        super().__init__(texts=texts, text=texts[0], made_by=made_by or "")
        if self.error:
            raise ValueError(self.error)
        if token is not None:
            self.token = token

    @property
    def tokens(self) -> list[str]:
        return self.result["tokens"]

    @property
    def error(self) -> str:
        """Why the text could not be read; empty if it could."""
        return self.result["error"]

    def best(self, layer: int, token: int) -> str:
        """The best guess at a layer, 0 being the embedding."""
        return self.result["layers"][layer]["guesses"][token][0][0]

    def sentence(self) -> str:
        if self.error:
            return f"Layer lens. {self.error}"
        layers = self.result["layers"]
        way = ", ".join(f"{x['name']} '{self.best(i, self.token)}'" for i, x in enumerate(layers))
        return f"Layer lens: '{self.tokens[self.token]}' in '{self.text}' is read as {way}."

    def picture(self) -> CaptionedFigure | None:
        if self.error:
            return None
        layers = self.result["layers"]
        best = [[token[0] for token in layer["guesses"]] for layer in layers]
        return guess_map(
            [[word for word, _ in row] for row in best],
            [[share for _, share in row] for row in best],
            self.tokens,
            [layer["name"] for layer in layers],
            title="What each token would be taken for, layer by layer",
            caption="The MLM head, applied after the embedding and after every block. Run this "
            "cell to choose a token and to read a text of your own.",
            made_by=self.made_by or None,
        )

    @traitlets.validate("token")
    def _valid_token(self, proposal: Mapping[str, Any]) -> int:
        count = len(self.result.get("tokens", ()))
        if not 0 <= proposal["value"] < max(count, 1):
            raise traitlets.TraitError(
                f"token={proposal['value']} was given: choose 0 to {count - 1}, the positions of "
                f"the {count} tokens"
            )
        return proposal["value"]

    @traitlets.observe("text")
    def _read(self, _: Mapping[str, Any]) -> None:
        try:
            ids = self._ids()
        except ValueError as problem:
            self.result = {"tokens": [], "layers": [], "error": str(problem)}
            return
        with torch.no_grad():
            layers = self._layers(torch.tensor([ids]))
        tokens = [self._tokenizer.id_to_token(id) for id in ids]
        self.token = 0
        self.result = {"tokens": tokens, "layers": layers, "error": ""}
        self.token = tokens.index("[MASK]") if "[MASK]" in tokens else 1

    def _ids(self) -> list[int]:
        if not self.text.strip():
            raise ValueError("There is nothing to read: write a sentence, with a [MASK] in it.")
        if len(self.text) > MOST_LETTERS:
            raise ValueError(f"The text is longer than {MOST_LETTERS} letters: shorten it.")
        ids = self._tokenizer.encode(self.text).ids
        most = min(MOST_TOKENS, self._model.config.max_len)
        if len(ids) > most:
            raise ValueError(
                f"The text has {len(ids)} tokens, with [CLS] and [SEP], and there is room for "
                f"{most}: shorten it."
            )
        return ids

    def _layers(self, ids: Tensor) -> list[dict[str, Any]]:
        """For each layer its name, the guesses for every token, and how far each has turned."""
        self._model.eval()
        device = next(self._model.parameters()).device
        states = self._model(ids.to(device), output_hidden_states=True).hidden_states
        start = states[0][0]  # (S, D)
        norm = self._model.bert.final_norm  # pre-norm models only: what stands before the head
        layers = []
        for number, state in enumerate(states):
            vectors = state if norm is None else norm(state)
            logits = self._model.mlm(vectors)[0].float()  # (S, V)
            logits[:, list(self._tokenizer.special_ids)] = -torch.inf  # never an answer
            shares, best = logits.softmax(dim=-1).topk(TOP)
            layers.append(
                {
                    "name": f"block {number}" if number else "embedding",
                    "guesses": [
                        [
                            [self._tokenizer.id_to_token(id), round(share, 4)]
                            for id, share in zip(row, amounts, strict=True)
                        ]
                        for row, amounts in zip(best.tolist(), shares.tolist(), strict=True)
                    ],
                    "cosines": [round(c, 4) for c in F.cosine_similarity(state[0], start).tolist()],
                }
            )
        return layers
