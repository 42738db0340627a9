"""Week 5's figures and widget: what they show is what the masking function did."""

import re
from importlib.resources import files
from random import Random

import pytest
import traitlets

from bertcourse.objectives import mask_tokens
from bertcourse.viz import MaskingBoard, masking_table, share_bands
from bertcourse.viz.masking import fates

TOKENS = ["[CLS]", "the", "cat", "slept", "[SEP]"]
SEEN = ["[CLS]", "[MASK]", "dog", "slept", "[SEP]"]
LABELS = [None, "the", "cat", "slept", None]


# The table and the bands -----------------------------------------------------------------------


def test_fates_follow_from_what_is_seen_and_asked_for():
    assert fates(TOKENS, SEEN, LABELS) == ["not chosen", "[MASK]", "random", "kept", "not chosen"]


def test_a_table_says_in_words_what_it_shows():
    figure = masking_table(TOKENS, SEEN, LABELS, made_by="your code")
    assert figure.data["seen"] == SEEN and figure.data["labels"] == LABELS
    assert figure.alt == (
        "Of 5 tokens 3 are chosen: 'the' became [MASK], 'cat' became 'dog', 'slept' stays as it is."
    )
    assert "Made by your code." in repr(figure)
    assert figure.png() == masking_table(TOKENS, SEEN, LABELS, made_by="your code").png()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([], [], []), "tokens is empty"),
        ((TOKENS, SEEN[:2], LABELS), "seen has 2 entries, but there are 5 tokens"),
        ((TOKENS, SEEN, [None]), "labels has 1 entries"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        masking_table(*arguments)


def test_strange_tokens_are_drawn_as_text():
    odd = ["<b>", "$x$", "", "\ud800", "very_long_token_indeed"]
    assert masking_table(odd, odd, [None] * 5).png()


def test_bands_tell_inside_from_outside_without_the_share():
    figure = share_bands({"a": 0.5, "b": 0.3}, {"a": (0.4, 0.6), "b": (0.0, 0.1)})
    assert figure.data == {"a": (0.5, 0.4, 0.6), "b": (0.3, 0.0, 0.1)}
    assert "a: inside the band from 40.0% to 60.0%" in figure.alt
    assert "b: outside the band from 0.0% to 10.0%" in figure.alt
    assert "30" not in figure.alt
    assert figure.png()


@pytest.mark.parametrize(
    ("shares", "bands", "message"),
    [
        ({}, {}, "give a band"),
        ({"a": 0.5}, {"b": (0, 1)}, "give a band"),
        ({"a": 1.5}, {"a": (0, 1)}, "from 0 to 1"),
        ({"a": 0.5}, {"a": (0.6, 0.4)}, "the lowest first"),
        ({"a": float("nan")}, {"a": (0, 1)}, "from 0 to 1"),
    ],
)
def test_bands_that_do_not_fit_are_refused(shares, bands, message):
    with pytest.raises(ValueError, match=message):
        share_bands(shares, bands)


# The board -------------------------------------------------------------------------------------


def test_a_board_shows_what_the_function_did():
    calls = []

    def spy(ids, rng, vocab_size, mask_id, special_ids, p, ignore_index, max_predictions):
        assert isinstance(rng, Random)
        calls.append((len(ids), vocab_size, mask_id, special_ids, p, ignore_index))
        inputs, labels = list(ids), [ignore_index] * len(ids)
        inputs[1], labels[1] = mask_id, ids[1]
        return inputs, labels

    board = MaskingBoard(spy, ["one", "two"], p=0.3)
    assert calls[0][0] == 4 and calls[0][2:] == (4, [0, 1, 2, 3, 4], 0.3, -100)
    assert board.result["seen"] == ["[CLS]", "[MASK]", "two", "[SEP]"]
    assert board.fates == ["not chosen", "[MASK]", "not chosen", "not chosen"]
    assert repr(board) == "Masking board, draw 1: 'one' [MASK]."


def test_counts_are_those_of_all_draws_whatever_the_way_to_them():
    at_once, step_by_step = MaskingBoard(), MaskingBoard()
    at_once.draws = 40
    for draws in range(1, 41):
        step_by_step.draws = draws
    assert at_once.counts == step_by_step.counts
    assert at_once.counts["tokens"] == 400
    assert sum(at_once.counts[fate] for fate in ("[MASK]", "random", "kept")) == 80
    step_by_step.draws = 1
    assert step_by_step.counts == MaskingBoard().counts


def test_many_draws_come_to_80_10_and_10_percent():
    board = MaskingBoard()
    board.draws = 2000
    chosen = board.counts["[MASK]"] + board.counts["random"] + board.counts["kept"]
    assert chosen == 4000  # 2 of 10 tokens; the draws are seeded, so that this never changes
    assert abs(board.counts["[MASK]"] / chosen - 0.8) < 0.04
    assert abs(board.counts["kept"] / chosen - 0.1) < 0.03


def test_another_share_starts_the_count_anew():
    board = MaskingBoard()
    board.draws = 10
    board.p = 0.5
    assert board.counts["tokens"] == 100
    assert sum(board.counts.values()) - 100 == 50


def test_draws_are_the_same_every_time_and_differ_from_each_other():
    seen = []
    for draws in (1, 2, 3, 1):
        board = MaskingBoard()
        board.draws = draws
        seen.append(board.result["seen"])
    assert seen[0] == seen[3] and seen[0] != seen[1] != seen[2]


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda *_: None, "TypeError"),
        (lambda ids, *_: (ids[:1], ids), "1 inputs and 12 labels"),
        (lambda ids, *_: ([10**6] * len(ids), ids), "IndexError"),
    ],
)
def test_a_function_that_fails_is_reported_and_the_board_lives_on(function, message):
    board = MaskingBoard(function)
    assert message in board.error
    board.p = 0.4
    assert message in board.error and message in repr(board)
    data, _ = board._repr_mimebundle_()
    assert "image/png" not in data


@pytest.mark.parametrize(
    ("trait", "value"),
    [("p", 0.0), ("p", 1.5), ("p", float("nan")), ("draws", 0), ("draws", 10**6)],
)
def test_a_state_that_cannot_be_drawn_is_refused_and_the_old_one_stays(trait, value):
    board = MaskingBoard()
    before, result = getattr(board, trait), board.result
    with pytest.raises(traitlets.TraitError, match="choose"):
        setattr(board, trait, value)
    assert getattr(board, trait) == before and board.result == result


@pytest.mark.parametrize("words", [[], ["word"] * 15])
def test_a_board_has_room_for_some_words(words):
    with pytest.raises(ValueError, match="room for 1 to 14"):
        MaskingBoard(tokens=words)


def test_a_board_comes_with_a_picture_that_is_the_same_every_time():
    (one, look), (other, _) = (MaskingBoard(mask_tokens)._repr_mimebundle_() for _ in range(2))
    assert one["image/png"] == other["image/png"] and one["text/plain"] == other["text/plain"]
    assert "0x" not in one["text/plain"]
    assert len(look["image/png"]["alt"]) > 30


def test_the_front_end_never_treats_text_as_html_and_loads_nothing():
    code = (files("bertcourse.viz") / "static" / "board.js").read_text(encoding="utf-8")
    forbidden = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
    assert not any(word in code for word in forbidden)
    assert not re.search(r"\bimport\b\s*[({'\"*]|https?://", code)
    assert MaskingBoard()._esm.count("export default") == 1
