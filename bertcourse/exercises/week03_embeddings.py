"""Week 3, the vectors: sinusoidal positions, and the embedding of BERT."""

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from bertcourse import embeddings
from bertcourse.embeddings import PositionalEmbedding
from bertcourse.exercises.common import (
    dropout_fixed,
    dropout_in_eval,
    gradient_stopped,
    nothing_returned,
    super_init_missing,
)
from bertcourse.exercises.exercise import Example, Exercise
from bertcourse.exercises.family import Family, Fault
from bertcourse.exercises.inputs import fill, gradients, gradients_of
from bertcourse.exercises.probes import Probe, Said
from bertcourse.layers import LayerNorm

# --- sinusoidal_positions ---------------------------------------------------------------------

# The exponent of 10 000 for pair number i of D/2.
EXPONENTS = {
    "right": lambda i, d: 2 * i / d,
    "i_over_d": lambda i, d: i / d,
    "whole": lambda i, d: 2 * i // d,
    "constant": lambda i, d: torch.ones_like(i),
    "rounded_end": lambda i, d: i / max(1, d // 2 - 1),
}

# How sines and cosines, both (T, D/2), become one table (T, D).
ARRANGEMENTS = {
    "right": lambda sin, cos: torch.stack((sin, cos), dim=-1).flatten(-2),
    "exchanged": lambda sin, cos: torch.stack((cos, sin), dim=-1).flatten(-2),
    "halves": lambda sin, cos: torch.cat((sin, cos), dim=-1),
    "sines_only": lambda sin, cos: torch.stack((sin, sin), dim=-1).flatten(-2),
    "sum": lambda sin, cos: sin + cos,
}

TABLES = {
    "right": lambda table: table,
    "nothing": lambda table: None,
    "batch": lambda table: table.unsqueeze(0),
    "turned": lambda table: table.T,
    "double": lambda table: table.double(),
}


def sinusoidal_family(
    exponent: str = "right",
    base: float = 10_000.0,
    first: int = 0,
    angle: str = "right",
    arrange: str = "right",
    per_feature: bool = False,
    table: str = "right",
    odd: bool = True,
) -> Any:
    def sinusoidal_positions(max_len: int, d_model: int) -> Any:
        positions = torch.arange(first, first + max_len, dtype=torch.float64)[:, None]
        pairs = torch.arange((d_model + 1) // 2, dtype=torch.float64)
        even = angles(positions, EXPONENTS[exponent](pairs, d_model))  # (T, ⌈D/2⌉)
        other = angles(positions, (2 * pairs + 1) / d_model) if per_feature else even
        if not odd and d_model % 2:
            raise RuntimeError(f"{d_model} features are no pairs")
        rows = ARRANGEMENTS[arrange](even.sin(), other.cos())[:, :d_model]
        return TABLES[table](rows.float())

    def angles(positions: Tensor, power: Tensor) -> Tensor:
        found = positions / base**power
        return {
            "right": found,
            "multiplied": positions * base**power,
            "degrees": found * math.pi / 180,
            "turns": found * 2 * math.pi,
        }[angle]

    return sinusoidal_positions


SINUSOIDAL_FAULTS = (
    nothing_returned(table="nothing"),
    Fault(
        "sin_and_cos_exchanged",
        "Sines and cosines are exchanged",
        "Feature 0, and every even one, is a sine; the odd ones are cosines. At position 0 the row "
        "begins 0, 1, 0, 1.",
        {"arrange": "exchanged"},
    ),
    Fault(
        "halves",
        "The sines fill the first half, the cosines the second",
        "Some code arranges them so, and learns as well. In the paper's formula they take turns: "
        "table[:, 0::2] are sines, table[:, 1::2] are cosines.",
        {"arrange": "halves"},
    ),
    Fault(
        "sines_only",
        "All features are sines",
        "The odd ones are cosines of the same angle: only the two together tell one position from "
        "every other.",
        {"arrange": "sines_only"},
    ),
    Fault(
        "sines_and_cosines_added",
        "Sines and cosines are added up",
        "They stand side by side, two features a pair, so that there are D of them.",
        {"arrange": "sum"},
    ),
    Fault(
        "own_angle_for_cosines",
        "The cosines have an angle of their own",
        "Features 2i and 2i + 1 share one angle, t / 10000^(2i/D): the even number stands in both.",
        {"per_feature": True},
    ),
    Fault(
        "exponent_halved",
        "The exponent is i/D, not 2i/D",
        "2i is the number of the even feature, i that of the pair. Wavelengths then end at 100 · "
        "2π in place of 10 000 · 2π.",
        {"exponent": "i_over_d"},
    ),
    Fault(
        "exponent_rounded",
        "The exponent is rounded down to a whole number",
        "`//` gives 0 for every 2i below D, so that all pairs turn equally fast. Use `/`.",
        {"exponent": "whole"},
    ),
    Fault(
        "exponent_constant",
        "All pairs turn equally fast",
        "The exponent 2i/D grows with the number i of the pair.",
        {"exponent": "constant"},
    ),
    Fault(
        "exponent_ends_at_one",
        "The exponents end at exactly 1",
        "Some code divides by D/2 - 1 to that end. In the formula the last pair has (D - 2)/D.",
        {"exponent": "rounded_end"},
    ),
    Fault(
        "angles_multiplied",
        "The position is multiplied by 10000^(2i/D)",
        "It is divided: later features turn more slowly, not faster. (Or the minus sign in the "
        "exponent is missing.)",
        {"angle": "multiplied"},
    ),
    Fault(
        "base_1000",
        "The base is 1000",
        "It is 10 000, with four zeros. A zero too few makes the later features turn too fast.",
        {"base": 1_000.0},
    ),
    Fault(
        "base_100000",
        "The base is 100 000",
        "It is 10 000, with four zeros. A zero too many slows the later features down.",
        {"base": 100_000.0},
    ),
    Fault(
        "positions_from_one",
        "The positions are counted from 1",
        "The first token stands at position 0, where every sine is 0 and every cosine is 1.",
        {"first": 1},
    ),
    Fault(
        "degrees",
        "The angles are taken for degrees",
        "torch.sin takes radians, and the formula means them: nothing needs to be converted.",
        {"angle": "degrees"},
    ),
    Fault(
        "whole_turns",
        "The angles are multiplied by 2π",
        "The formula has no π in it: pair 0 turns by 1 from one position to the next.",
        {"angle": "turns"},
    ),
    Fault(
        "batch_axis",
        "The table has a batch axis",
        "(T, D) is asked for; it broadcasts to any batch by itself.",
        {"table": "batch"},
    ),
    Fault(
        "turned",
        "Rows and columns are exchanged",
        "A row is a position, a column a feature: (T, D).",
        {"table": "turned"},
    ),
    Fault(
        "double_precision",
        "The table is in double precision",
        "Added to vectors in float32 it would make everything float64. Compute in it if you like, "
        "and return float32.",
        {"table": "double"},
    ),
    Fault(
        "odd_fails",
        "An odd number of features does not work",
        "There is one sine more than there are cosines: cut these with [:, : d_model // 2].",
        {"odd": False},
    ),
)


def _table(max_len: int, d_model: int) -> Any:
    """A candidate's table, in float32 whatever its precision."""

    def look(f: Any) -> Any:
        table = f(max_len, d_model)
        double = isinstance(table, Tensor) and table.dtype == torch.float64
        return table.float() if double else table

    return look


def _odd(f: Any) -> Any:
    """Code for pairs alone fails on an odd number in as many ways as there are styles."""
    try:
        return _table(4, 5)(f)
    except Exception:
        return Said("the code stops with an error")


def _first_row(f: Any) -> str | None:
    row = f(3, 4)[0].tolist()
    if [round(number, 3) for number in row] == [0, 1, 0, 1]:
        return None
    return f"At position 0 the row is {[round(number, 2) for number in row]}, not [0, 1, 0, 1]."


def _shifts_are_turns(f: Any) -> str | None:
    table = f(12, 8)
    products = table @ table.T  # depends on the distance alone, if all is well
    if torch.allclose(products[:-1, :-1], products[1:, 1:], atol=1e-3):
        return None
    return "The dot product of two rows depends on more than how far apart they stand."


SINUSOIDAL_POSITIONS = Exercise(
    id="sinusoidal_positions",
    week=3,
    title="Positions from sines",
    difficulty=2,
    minutes=10,
    hints=(
        "First the angles: positions as a column (T, 1), divided by 10000^(2i/D) as a row of D/2 "
        "numbers, give (T, D/2). Then their sines and cosines take turns.",
        "`torch.arange(0, d_model, 2)` is the 2i of the formula. Make an empty table (T, D), and "
        "write into every second column: `table[:, 0::2]` and `table[:, 1::2]`.",
        "`angles = torch.arange(max_len)[:, None] / 10_000 ** (torch.arange(0, d_model, 2) / "
        "d_model)`, then `table = torch.empty(max_len, d_model)`, `table[:, 0::2] = angles.sin()`, "
        "`table[:, 1::2] = angles.cos()`",
    ),
    reference=embeddings.sinusoidal_positions,
    family=Family(sinusoidal_family, SINUSOIDAL_FAULTS),
    probes=(
        Probe("values", "in a table of 5 positions", _table(5, 8), 1e-3),
        Probe(
            "sizes",
            "in tables of other sizes",
            lambda f: (_table(7, 2)(f), _table(3, 12)(f), _table(1, 6)(f)),
            1e-3,
        ),
        Probe("long", "in a table of 512 positions", _table(512, 6), 2e-3),
        Probe("precision", "in its precision", lambda f: f(3, 4), 1e-3, advice=True),
        Probe("odd", "for an odd number of features", _odd, 1e-3, advice=True),
    ),
    examples=(
        Example(lambda: {"max_len": 2, "d_model": 2}, lambda f, **sizes: f(*sizes.values())),
        Example(lambda: {"max_len": 2, "d_model": 4}, lambda f, **sizes: f(*sizes.values())),
        Example(lambda: {"max_len": 3, "d_model": 6}, lambda f, **sizes: f(*sizes.values())),
    ),
    behaviours=(_first_row, _shifts_are_turns),
)

# --- bert_embedding ---------------------------------------------------------------------------

POSITIONS = {
    "right": lambda ids: torch.arange(ids.size(1)),
    "from_one": lambda ids: torch.arange(1, ids.size(1) + 1),
    "of_the_batch": lambda ids: torch.arange(ids.size(0)),
    "backwards": lambda ids: torch.arange(ids.size(1)).flip(0),
    "ids": lambda ids: ids,
    "zero": lambda ids: torch.zeros_like(ids[0]),
    "of_words": lambda ids: (ids != 0).long().cumsum(dim=1) * (ids != 0),
}

COMBINATIONS = {
    "right": lambda word, position, segment: word + position + segment,
    "no_position": lambda word, position, segment: word + segment,
    "no_segment": lambda word, position, segment: word + position,
    "no_word": lambda word, position, segment: position.expand_as(word) + segment,
    "word_only": lambda word, position, segment: word,
    "mean": lambda word, position, segment: (word + position + segment) / 3,
    "product": lambda word, position, segment: word * position * segment,
    "side_by_side": lambda word, position, segment: torch.cat(
        (word, position.expand_as(word), segment), dim=-1
    ),
    "scaled": lambda word, position, segment: word * math.sqrt(word.size(-1)) + position + segment,
}


def embedding_family(
    positions: str = "right",
    combine: str = "right",
    finish: str = "right",
    segments: str = "right",
    set_up: bool = True,
    learned: bool = True,
    rows: str = "right",
    length: str = "right",
    padding: str = "none",
    drop: str = "right",
    eps: float = 1e-12,
    gradient: bool = True,
    out: str = "right",
) -> Any:
    class E(nn.Module):
        def __init__(
            self,
            vocab_size: int,
            d_model: int,
            max_len: int = 512,
            n_segments: int = 2,
            dropout: float = 0.1,
        ):
            if set_up:
                super().__init__()
            self.word = nn.Embedding(
                vocab_size, d_model, padding_idx=0 if padding in ("word", "both") else None
            )
            self.position = PositionalEmbedding(
                512 if length == "fixed" else max_len,
                d_model,
                "learned" if learned else "sinusoidal",
            )
            n_rows = {"three": 3, "two": 2}.get(rows, n_segments)
            self.segment = nn.Embedding(
                n_rows, d_model, padding_idx=0 if padding in ("segment", "both") else None
            )
            if finish != "no_norm_layer":
                self.norm = LayerNorm(d_model, eps)
            self.dropout = nn.Dropout(0.1 if drop == "fixed" else dropout)

        def forward(self, ids: Tensor, given: Tensor | None = None) -> Any:
            word = self.word(ids)
            position = self.place(ids)
            segment = self.segment(self.kind(ids, given))
            if finish == "norm_each":
                word, position, segment = map(self.norm, (word, position, segment))
            x = COMBINATIONS[combine](word, position, segment)
            if not gradient:
                x = x.detach()
            x = self.finish(x)
            return {"right": x, "nothing": None, "pair": (x, segment)}[out]

        def place(self, ids: Tensor) -> Tensor:
            if positions == "whole_table":
                return self.position.weight
            if positions == "one_row":
                return self.position(torch.tensor(ids.size(1) - 1))
            return self.position(POSITIONS[positions](ids))

        def kind(self, ids: Tensor, given: Tensor | None) -> Tensor:
            if segments == "ignored" or (given is None and segments != "not_optional"):
                given = torch.zeros_like(ids)
                return given + 1 if segments == "default_one" else given
            if segments == "from_one":
                return given + 1
            return 1 - given if segments == "exchanged" else given

        def finish(self, x: Tensor) -> Tensor:
            if finish in ("no_norm", "no_norm_layer", "norm_each"):
                return self.drop(x)
            if finish == "dropout_first":
                return self.norm(self.drop(x))
            if finish == "residual":
                return self.drop(x + self.norm(x))
            return self.drop(self.norm(self.norm(x)) if finish == "twice" else self.norm(x))

        def drop(self, x: Tensor) -> Tensor:
            if drop == "missing":
                return x
            return F.dropout(x, self.dropout.p, training=self.training or drop == "in_eval")

    return E


EMBEDDING_FAULTS = (
    super_init_missing(set_up=False),
    Fault(
        "length_fixed",
        "The argument `max_len` is not used",
        "The table of positions has 512 rows whatever was asked for: make it max_len.",
        {"length": "fixed"},
    ),
    Fault(
        "three_segments",
        "The table of segments has three rows",
        "A third row, for padding, is the study note's. BERT has two: sentence A and sentence B. "
        "The mask hides padding.",
        {"rows": "three"},
    ),
    Fault(
        "segments_fixed",
        "The argument `n_segments` is not used",
        "The table of segments has two rows whatever was asked for: make it n_segments.",
        {"rows": "two"},
    ),
    Fault(
        "positions_not_learned",
        "The positions are not learned",
        "Sinusoids are the Transformer's, and a fixed table. BERT learns a table of max_len rows, "
        "like that of words.",
        {"learned": False},
    ),
    Fault(
        "norm_layer_missing",
        "There is no norm",
        "The sum goes through a LayerNorm before anything else sees it. Call it self.norm.",
        {"finish": "no_norm_layer"},
    ),
    nothing_returned(out="nothing"),
    Fault(
        "pair_returned",
        "More than one tensor is returned",
        "The result is one tensor (B, S, D), which goes into the first block.",
        {"out": "pair"},
    ),
    Fault(
        "positions_missing",
        "The positions are not added",
        "Without them a sentence is a bag of words: attention does not know what stands where.",
        {"combine": "no_position"},
    ),
    Fault(
        "segments_missing",
        "The segments are not added",
        "Even where all of them are 0, row 0 of the table belongs to the sum.",
        {"combine": "no_segment"},
    ),
    Fault(
        "words_missing",
        "The words are not added",
        "All three embeddings are summed: self.word(ids) is missing.",
        {"combine": "no_word"},
    ),
    Fault(
        "words_only",
        "Only the words are embedded",
        "Two more are added: where a token stands, and in which sentence.",
        {"combine": "word_only"},
    ),
    Fault(
        "averaged",
        "The embeddings are averaged",
        "They are summed. (The norm nearly hides the difference, but not before it.)",
        {"combine": "mean", "finish": "no_norm"},
    ),
    Fault(
        "multiplied",
        "The embeddings are multiplied",
        "They are added: each moves the vector by its own share.",
        {"combine": "product"},
    ),
    Fault(
        "side_by_side",
        "The embeddings are put side by side",
        "That would make 3 · D features. They are summed, so that D stays D.",
        {"combine": "side_by_side"},
    ),
    Fault(
        "scaled_by_root_d",
        "The words are multiplied by √D",
        "The Transformer of 2017 does so, with its fixed positions. BERT does not.",
        {"combine": "scaled"},
    ),
    Fault(
        "norm_missing",
        "The sum is not normalised",
        "BERT puts a LayerNorm on the sum, before the dropout. The study note leaves it out.",
        {"finish": "no_norm"},
    ),
    Fault(
        "norm_each",
        "Each embedding is normalised by itself",
        "The sum is normalised, once; otherwise all three would weigh the same in it.",
        {"finish": "norm_each"},
    ),
    Fault(
        "norm_twice",
        "The norm is applied twice",
        "Scale and shift would act twice, too. Once is enough.",
        {"finish": "twice"},
    ),
    Fault(
        "sum_kept",
        "The sum is added to its norm",
        "There is no residual connection yet; the first block brings one. The norm replaces the "
        "sum.",
        {"finish": "residual"},
    ),
    Fault(
        "positions_from_one",
        "The positions are counted from 1",
        "The first token stands at position 0. From 1 on, the last of max_len tokens finds no row.",
        {"positions": "from_one"},
    ),
    Fault(
        "positions_of_the_batch",
        "The positions count the sentences",
        "size(0) is the batch. Tokens are counted along axis 1: torch.arange(ids.size(1)).",
        {"positions": "of_the_batch"},
    ),
    Fault(
        "positions_backwards",
        "The positions are counted from the end",
        "The first token stands at position 0.",
        {"positions": "backwards"},
    ),
    Fault(
        "positions_from_ids",
        "The ids are looked up in the table of positions",
        "That says again what the token is. Its place is wanted: torch.arange(ids.size(1)).",
        {"positions": "ids"},
    ),
    Fault(
        "positions_all_zero",
        "All tokens stand at position 0",
        "Each has a place of its own: torch.arange(ids.size(1)).",
        {"positions": "zero"},
    ),
    Fault(
        "position_of_the_length",
        "All tokens get one position",
        "self.position takes a number for each token: torch.arange(ids.size(1)), not the length.",
        {"positions": "one_row"},
    ),
    Fault(
        "positions_of_words",
        "The positions leave the id 0 out",
        "RoBERTa counts so. In BERT every place counts, whatever stands there.",
        {"positions": "of_words"},
    ),
    Fault(
        "whole_position_table",
        "The whole table of positions is added",
        "It has max_len rows, and the sentence S tokens: take the first S.",
        {"positions": "whole_table"},
    ),
    Fault(
        "segments_not_optional",
        "The code does not work without segments",
        "`segments` is None unless the caller passes them. Then all are 0: torch.zeros_like(ids).",
        {"segments": "not_optional"},
    ),
    Fault(
        "segments_default_one",
        "Without segments, all tokens count as sentence B",
        "A single text is sentence A, segment 0: torch.zeros_like, not ones_like.",
        {"segments": "default_one"},
    ),
    Fault(
        "segments_ignored",
        "The segments that are passed are not used",
        "All tokens count as sentence A. Make zeros only if `segments` is None.",
        {"segments": "ignored"},
    ),
    Fault(
        "segments_exchanged",
        "The segments are exchanged",
        "0 is row 0, 1 is row 1: look them up as they are.",
        {"segments": "exchanged"},
    ),
    Fault(
        "dropout_missing",
        "Nothing is dropped in training",
        "The normalised sum goes through self.dropout.",
        {"drop": "missing"},
    ),
    Fault(
        "dropout_before_norm",
        "The dropout comes before the norm",
        "The norm would be taken over what is left, and dropped features would not be 0. First the "
        "norm, then the dropout.",
        {"finish": "dropout_first"},
    ),
    dropout_fixed(drop="fixed"),
    dropout_in_eval(drop="in_eval"),
    gradient_stopped(gradient=False),
    Fault(
        "word_row_frozen",
        "Row 0 of the words never learns",
        "padding_idx=0 keeps its gradient at zero. In BERT [PAD] has an ordinary row, and the "
        "attention mask hides it; and where id 0 is a word, it would be stuck.",
        {"padding": "word"},
    ),
    Fault(
        "segment_row_frozen",
        "Row 0 of the segments never learns",
        "padding_idx=0 keeps its gradient at zero, and row 0 is sentence A.",
        {"padding": "segment"},
    ),
    Fault(
        "both_rows_frozen",
        "Row 0 of words and segments never learns",
        "padding_idx=0 keeps the gradient of row 0 at zero: here that is an ordinary word, and "
        "sentence A.",
        {"padding": "both"},
    ),
    Fault(
        "norm_eps",
        "The norm's ε is too large",
        "BERT's is 1e-12. Embeddings begin small, so that PyTorch's 1e-5 shows: LayerNorm(d_model, "
        "eps=1e-12).",
        {"eps": 1e-5},
    ),
)


def made(E: Any, d_model: int = 8, max_len: int = 12, dropout: float = 0.1) -> Any:
    """A module in evaluation mode whose parameters depend on their names alone."""
    return fill(E(9, d_model, max_len, 2, dropout)).eval()


IDS = ((3, 0, 7, 7, 5), (0, 8, 1, 3, 2))
KINDS = ((0, 0, 0, 1, 1), (0, 1, 1, 0, 0))


def _ids() -> Tensor:
    return torch.tensor(IDS)


def _kinds() -> Tensor:
    return torch.tensor(KINDS)


def _shapes(
    E: Any, vocab_size: int = 9, d_model: int = 8, max_len: int = 12, n_segments: int = 4
) -> dict[str, str]:
    module = E(vocab_size, d_model, max_len, n_segments)
    parameters = module.named_parameters(remove_duplicate=False)
    return {name: str(tuple(parameter.shape)) for name, parameter in parameters}


def _result(E: Any) -> str:
    """The kind of result, before its values are looked at."""
    result = made(E)(_ids(), _kinds())
    return str(tuple(result.shape)) if isinstance(result, Tensor) else type(result).__name__


def _dropped(E: Any) -> dict[str, bool]:
    """What is left in training when nothing is dropped, and when everything is."""
    ids, kinds = _ids(), _kinds()
    evaluated = made(E, dropout=0.0)(ids, kinds)
    nothing = made(E, dropout=0.0).train()(ids, kinds)
    everything = made(E, dropout=1.0)
    trained = everything.train()(ids, kinds)
    bias = everything.norm.bias.expand_as(trained)
    return {
        "with dropout=0, the result is the same as in evaluation": torch.allclose(
            nothing, evaluated, atol=1e-5
        ),
        "with dropout=1, everything is zero": bool((trained == 0).all()),
        "with dropout=1, the norm's bias is left": torch.allclose(trained, bias, atol=1e-5),
        "with dropout=1, the result is the same as in evaluation": torch.allclose(
            trained, evaluated, atol=1e-5
        ),
    }


def _gradients(E: Any) -> dict[str, Any]:
    module = made(E)
    return gradients(module(_ids(), _kinds()), **dict(module.named_parameters()))


def _tiny(E: Any) -> Tensor:
    """Embeddings as small as a new BERT's are, and smaller."""
    module = made(E)
    with torch.no_grad():
        for table in (module.word, module.position, module.segment):
            table.weight.mul_(0.005)
    return module(_ids(), _kinds())


def _order_matters(E: Any) -> str | None:
    module = made(E)
    if torch.allclose(module(_ids())[0, 2], module(_ids())[0, 3], atol=1e-5):
        return "The same word has the same vector in two places."
    return None


def _sentences_matter(E: Any) -> str | None:
    module = made(E)
    if torch.allclose(module(_ids(), _kinds()), module(_ids(), 1 - _kinds()), atol=1e-5):
        return "A token has the same vector in sentence A and in sentence B."
    return None


def _normal(E: Any) -> str | None:
    module = made(E)
    with torch.no_grad():
        module.norm.weight.fill_(1.0)
        module.norm.bias.zero_()
    spread = module(_ids(), _kinds()).std(dim=-1, correction=0)
    if torch.allclose(spread, torch.ones_like(spread), atol=1e-3):
        return None
    return f"The features of a token have the standard deviation {spread.flatten()[0]:.3g}, not 1."


# In the sums of their rows half of the features are equal, and so are the others: such a sum is
# normalised to 1 and −1.
TABLE_ROWS = {
    "word table": ((2.0, 0.0, 0.0, 0.0), (0.0, 4.0, 0.0, 0.0)),
    "position table": ((0.0, 0.0, 4.0, 0.0), (0.0, 0.0, 0.0, 2.0), (0.0, 0.0, 6.0, 6.0)),
    "segment table": ((0.0, 0.0, 0.0, 0.0), (0.0, 2.0, 0.0, -2.0)),
}
NORM_WEIGHT, NORM_BIAS = (1.0, 1.0, 1.0, 3.0), 10.0


def _simple_tables(E: Any, dropout: float, mode: str) -> Any:
    """Tables that a person can add up, and a norm whose scale and shift show."""
    module = E(2, 4, 3, 2, dropout).train(mode == "training")
    with torch.no_grad():
        for name, rows in TABLE_ROWS.items():
            getattr(module, name.split()[0]).weight.copy_(torch.tensor(rows))
        module.norm.weight.copy_(torch.tensor(NORM_WEIGHT))
        module.norm.bias.fill_(NORM_BIAS)
    return module


def _two_words(mode: str = "evaluation", dropout: float = 0.0, **more: Any) -> dict[str, Any]:
    tables = {name: str(rows).replace(".0", "") for name, rows in TABLE_ROWS.items()}
    norm = "normalises, times (1, 1, 1, 3), plus 10"
    ids = torch.tensor([[1, 0]])
    return {**tables, "norm": norm, "mode": mode, "dropout": dropout, "ids": ids, **more}


def _embedding_example(
    E: Any, mode: str, dropout: float, ids: Tensor, segments: Tensor | None = None, **_: str
) -> Any:
    return _simple_tables(E, dropout, mode)(ids, segments)


def _embedding_gradients_by_hand(E: Any, **inputs: Any) -> dict[str, Any]:
    module = _simple_tables(E, inputs["dropout"], inputs["mode"])
    loss = module(inputs["ids"])[..., 0].sum()
    tables = {"word table": module.word.weight, "segment table": module.segment.weight}
    return gradients_of(loss, **tables)


BERT_EMBEDDING = Exercise(
    id="bert_embedding",
    week=3,
    title="The embedding of BERT",
    difficulty=2,
    minutes=12,
    hints=(
        "Four lines: segments of zeros if there are none; the places 0 to S − 1; the sum of the "
        "three look-ups; the norm and the dropout.",
        "`segments = torch.zeros_like(ids)` if it is None. `torch.arange(ids.size(1))` are the "
        "places; their rows (S, D) broadcast over the batch.",
        "`x = self.word(ids) + self.position(torch.arange(ids.size(1))) + self.segment(segments)`, "
        "then `return self.dropout(self.norm(x))`",
    ),
    reference=embeddings.BERTEmbedding,
    family=Family(embedding_family, EMBEDDING_FAULTS),
    probes=(
        Probe("parameters", "in its parameters", _shapes),
        Probe("result", "in what it returns", _result),
        Probe("values", "on two sentences with segments", lambda E: made(E)(_ids(), _kinds())),
        Probe("no segments", "without segments", lambda E: made(E)(_ids())),
        Probe(
            "sizes",
            "on one token, and on as many as there are positions",
            lambda E: (
                made(E)(torch.tensor([[4]])),
                made(E, 6, 5)(_ids(), _kinds()),
                made(E, 10)(_ids().repeat(3, 2)[:, :7]),
            ),
        ),
        Probe("evaluation", "in evaluation mode", lambda E: made(E, dropout=1.0)(_ids(), _kinds())),
        Probe("training", "in training mode", _dropped),
        Probe("gradients", "in the gradients", _gradients),
        Probe(
            "double",
            "in double precision",
            lambda E: made(E).double()(_ids(), _kinds()),
        ),
        Probe("tiny", "on very small embeddings", _tiny, 1e-3, advice=True),
    ),
    examples=(
        Example(
            lambda: {
                "vocab_size": 9,
                "d_model": 4,
                "max_len": 6,
                "n_segments": 4,
                "asked": "the shapes of the parameters",
            },
            lambda E, asked, **sizes: _shapes(E, **sizes),
        ),
        Example(_two_words, _embedding_example),
        Example(lambda: _two_words(segments=torch.tensor([[0, 1]])), _embedding_example),
        Example(lambda: _two_words("training", 1.0), _embedding_example),
        Example(lambda: _two_words(dropout=1.0), _embedding_example),
        Example(
            lambda: _two_words(asked="the gradients of feature 0 of the result, summed"),
            _embedding_gradients_by_hand,
        ),
    ),
    behaviours=(_order_matters, _sentences_matter, _normal),
)
