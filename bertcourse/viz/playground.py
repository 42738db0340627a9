"""Week 1: drag a query and its keys, and watch the softmax and the mask act."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
import traitlets
from torch import Tensor

from bertcourse.attention import scaled_dot_product_attention

from .captioned import CaptionedFigure
from .figures import attention_plane
from .labels import speakable
from .numbers import as_matrix, names_for
from .widgets import CourseWidget, front_end

REACH = 3.0  # the planes go from -REACH to REACH on both axes
MOST_TOKENS = 6
LARGEST_DIMENSION = 512

_TOKENS = ("the", "animal", "street", "tired", "[PAD]")
_QUERY = (1.7, 0.9)
_KEYS = ((-1.3, 1.5), (1.4, 2.0), (-2.2, -0.6), (0.2, -2.1), (2.2, -0.9))
_VALUES = ((-2.1, 1.2), (1.6, 1.7), (-1.6, -1.4), (0.5, -1.9), (2.2, -0.7))


class AttentionPlayground(CourseWidget):
    """One query, a few keys and values in the plane; the weights are computed by real code.

    Every time something is dragged, hidden or switched, `attention(query, key, value, mask)` runs
    on tensors `(1, 1, 1, d)` for the query and `(1, 1, n, d)` for keys and values, and the drawing
    shows what it returns. The arrows are a shadow of vectors with d coordinates: the dot product
    of two such vectors, if their coordinates are independent, is typically √(d/2) times that of
    the arrows. The switch "divide by √d" off undoes the division that attention does.

    Args:
        attention: a function such as `scaled_dot_product_attention`, or the learner's own.
        tokens: 2 to 6 names of what the query may look at.
        query: `(2,)`, coordinates from -3 to 3.
        keys, values: `(n, 2)`, the traits `key` and `value`; a token's value stands where its key
            stands if keys are given without values.
        query_token: the name of the token that looks.
        made_by: whose attention function it is, as `bertcourse.exercises.whose` says it.

    Raises:
        ValueError: if tokens, keys and values do not fit each other.
        traitlets.TraitError: if a trait is set to something that cannot be drawn.
    """

    _esm = front_end("playground")

    tokens = traitlets.List(traitlets.Unicode()).tag(sync=True)
    query_token = traitlets.Unicode("it").tag(sync=True)
    query = traitlets.List().tag(sync=True)
    key = traitlets.List().tag(sync=True)  # `keys` is taken: a widget lists its traits there
    value = traitlets.List().tag(sync=True)
    visible = traitlets.List(traitlets.Bool()).tag(sync=True)
    divide = traitlets.Bool(True).tag(sync=True)
    dimension = traitlets.Int(2).tag(sync=True)
    made_by = traitlets.Unicode("").tag(sync=True)
    result = traitlets.Dict().tag(sync=True)
    start = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        attention: Callable[..., tuple[Tensor, Tensor]] = scaled_dot_product_attention,
        tokens: Sequence[str] = _TOKENS,
        query: Sequence[float] = _QUERY,
        keys: Sequence[Sequence[float]] | None = None,
        values: Sequence[Sequence[float]] | None = None,
        *,
        query_token: str = "it",
        made_by: str | None = None,
    ) -> None:
        self._attention = attention
        if keys is None:
            keys, values = _KEYS, values or _VALUES
        names = names_for(tokens, len(keys), "tokens", "keys")
        if not 2 <= len(names) <= MOST_TOKENS:
            raise ValueError(
                f"{len(names)} tokens were given, but the plane has room for 2 to {MOST_TOKENS}"
            )
        state = {
            "query": _point(query, "query"),
            "key": _points(keys, len(names), "keys"),
            "value": _points(keys if values is None else values, len(names), "values"),
            "visible": [True] * len(names),
        }
        super().__init__(
            tokens=names,
            query_token=speakable(query_token),
            made_by=made_by or "",
            start=state,
            **state,
        )
        self._compute()

    @property
    def weights(self) -> list[float]:
        """The attention weights, one a token; empty if the attention function failed."""
        return self.result["weights"]

    @property
    def output(self) -> list[float]:
        """The weighted mean of the values; empty if the attention function failed."""
        return self.result["output"]

    @property
    def error(self) -> str:
        """What went wrong in the attention function; empty if nothing did."""
        return self.result["error"]

    def sentence(self) -> str:
        if self.error:
            return f"Attention playground. {self.error}"
        looks = ", ".join(
            f"'{token}' {weight:.2f}"
            for token, weight in zip(self.tokens, self.weights, strict=True)
        )
        return f"Attention playground: '{self.query_token}' looks at {looks}."

    def picture(self) -> CaptionedFigure | None:
        if self.error:
            return None
        return attention_plane(
            self.query,
            self.key,
            self.weights,
            self.tokens,
            query_token=self.query_token,
            title=f"Where '{self.query_token}' looks",
            caption="The longer the key along the query, the larger the weight. Run this cell to "
            "drag the arrows and to hide tokens.",
            made_by=self.made_by or None,
        )

    @traitlets.validate("query")
    def _valid_query(self, proposal: Mapping[str, Any]) -> list[float]:
        return _told(_point, proposal["value"], "query")

    @traitlets.validate("key", "value")
    def _valid_points(self, proposal: Mapping[str, Any]) -> list[list[float]]:
        return _told(_points, proposal["value"], len(self.tokens), proposal["trait"].name)

    @traitlets.validate("visible")
    def _valid_visible(self, proposal: Mapping[str, Any]) -> list[bool]:
        if len(proposal["value"]) != len(self.tokens):
            raise traitlets.TraitError(
                f"visible has {len(proposal['value'])} entries, but there are "
                f"{len(self.tokens)} tokens: give True or False for each"
            )
        return proposal["value"]

    @traitlets.validate("dimension")
    def _valid_dimension(self, proposal: Mapping[str, Any]) -> int:
        if not 2 <= proposal["value"] <= LARGEST_DIMENSION:
            raise traitlets.TraitError(
                f"dimension={proposal['value']} was given: choose 2 to {LARGEST_DIMENSION}"
            )
        return proposal["value"]

    @traitlets.observe("query", "key", "value", "visible", "divide", "dimension")
    def _recompute(self, _: Mapping[str, Any]) -> None:
        if self.result:  # not while the first state is being set, trait by trait
            self._compute()

    def _compute(self) -> None:
        raw = self._raw_scores()
        scores = raw / math.sqrt(self.dimension) if self.divide else raw
        found: dict[str, Any] = {"weights": [], "output": [], "error": ""}
        try:
            found["output"], found["weights"] = self._call_attention()
        except Exception as error:
            found["error"] = f"{type(error).__name__}: {error}"
        self.result = {"raw": raw.tolist(), "scores": scores.tolist(), **found}

    def _raw_scores(self) -> Tensor:
        """The dot products q·k of the vectors with d coordinates, (n,)."""
        keys = torch.tensor(self.key, dtype=torch.float64)
        query = torch.tensor(self.query, dtype=torch.float64)
        return keys @ query * math.sqrt(self.dimension / 2)

    def _call_attention(self) -> tuple[list[float], list[float]]:
        stretch = (self.dimension / 2) ** 0.25  # on both sides of the dot product
        query = self._in_dimension([self.query]) * stretch
        keys = self._in_dimension(self.key) * stretch
        values = self._in_dimension(self.value)
        if not self.divide:
            query = query * math.sqrt(self.dimension)
        mask = torch.tensor(self.visible)[None, None, None]  # (1, 1, 1, n)
        context, weights = _checked(
            self._attention(query, keys, values, mask), len(self.tokens), self.dimension
        )
        return context[:2].tolist(), weights.tolist()

    def _in_dimension(self, points: Sequence[Sequence[float]]) -> Tensor:
        """Points of the plane as the first two of d coordinates, (1, 1, n, d)."""
        vectors = torch.zeros(1, 1, len(points), self.dimension)
        vectors[..., :2] = torch.tensor(points)
        return vectors


def _point(value: Any, name: str) -> list[float]:
    return _points([value], 1, name)[0]


def _points(value: Any, count: int, name: str) -> list[list[float]]:
    points = as_matrix(value, name, "give two coordinates for every token")
    if tuple(points.shape) != (count, 2):
        raise ValueError(
            f"{name} has shape {tuple(points.shape)}, but ({count}, 2) is needed: "
            "two coordinates for every token"
        )
    if float(points.abs().max()) > REACH:
        raise ValueError(
            f"{name} holds {float(points.abs().max()):g}, but the plane ends at {REACH:g}: "
            "make the vectors shorter"
        )
    return [[round(number, 4) for number in point] for point in points.double().tolist()]


def _told(check: Callable[..., Any], *given: Any) -> Any:
    """The check's result, with its complaint as the one that traits make."""
    try:
        return check(*given)
    except ValueError as error:
        raise traitlets.TraitError(str(error)) from None


def _checked(returned: Any, n_tokens: int, dimension: int) -> tuple[Tensor, Tensor]:
    """The context `(d,)` and the weights `(n,)` out of what an attention function returned."""
    if not (
        isinstance(returned, tuple)
        and len(returned) == 2
        and all(isinstance(part, Tensor) for part in returned)
    ):
        raise TypeError(
            f"the attention function returned {type(returned).__name__}, "
            "but the tensors (context, weights) are needed"
        )
    context, weights = (part.detach().double() for part in returned)
    for name, part, shape in (
        ("context", context, (1, 1, 1, dimension)),
        ("weights", weights, (1, 1, 1, n_tokens)),
    ):
        if tuple(part.shape) != shape:
            raise ValueError(f"{name} has shape {tuple(part.shape)}, but {shape} is needed here")
        if not torch.isfinite(part).all():
            raise ValueError(f"{name} holds NaN or infinity")
    return context.flatten(), weights.flatten()
