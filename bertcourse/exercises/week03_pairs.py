"""Week 3, two texts: cut to fit together, and laid out as one sequence."""

from typing import Any

import torch

from bertcourse import objectives
from bertcourse.exercises.common import nothing_returned
from bertcourse.exercises.exercise import Example, Exercise
from bertcourse.exercises.family import Family, Fault
from bertcourse.exercises.probes import Probe, Said

Ids = list[int]
Pair = tuple[Ids, Ids]


def ids(first: int, last: int) -> Ids:
    """Consecutive ids, the last included; none if `last` is smaller."""
    return list(range(first, last + 1))


# --- truncate_pair ----------------------------------------------------------------------------


def _longer_first(a: Ids, b: Ids, room: int, first: bool = False) -> Pair:
    """Drop ids from the longer text, one at a time, at the end or at the beginning."""
    a, b = list(a), list(b)
    while len(a) + len(b) > room:
        longer = a if len(a) > len(b) else b
        longer.pop(0 if first else -1)
    return a, b


def _shorter_first(a: Ids, b: Ids, room: int) -> Pair:
    a, b = list(a), list(b)
    while len(a) + len(b) > room:
        shorter = a if 0 < len(a) < len(b) or not b else b
        shorter.pop()
    return a, b


def _in_turn(a: Ids, b: Ids, room: int) -> Pair:
    a, b = list(a), list(b)
    turn = 0
    while len(a) + len(b) > room:
        text = (a, b)[turn % 2] or a or b
        text.pop()
        turn += 1
    return a, b


def _in_proportion(a: Ids, b: Ids, room: int) -> Pair:
    total = len(a) + len(b)
    if total <= room:
        return a, b
    n = room * len(a) // total
    return a[:n], b[: room - n]


CUTTINGS = {
    "right": _longer_first,
    "never": lambda a, b, room: (a, b),
    "front": lambda a, b, room: _longer_first(a, b, room, first=True),
    "shorter": _shorter_first,
    "in_turn": _in_turn,
    "in_proportion": _in_proportion,
    "half_each": lambda a, b, room: (a[: room // 2], b[: room - room // 2]),
    "each_to_all": lambda a, b, room: (a[:room], b[:room]),
    "only_b": lambda a, b, room: (a, b[: max(0, room - len(a))]),
    "only_a": lambda a, b, room: (a[: max(0, room - len(b))], b),
    "b_then_a": lambda a, b, room: (a[:room], b[: max(0, room - len(a))]),
    "a_then_b": lambda a, b, room: (a[: max(0, room - len(b))], b[:room]),
    "longer_once": lambda a, b, room: (
        (a[: max(0, room - len(b))], b) if len(a) > len(b) else (a, b[: max(0, room - len(a))])
    ),
    "one_too_many": lambda a, b, room: _longer_first(a, b, max(0, room - 1)),
    "one_too_few": lambda a, b, room: _longer_first(a, b, room + 1),
    "one_id": lambda a, b, room: _longer_first(a, b, max(room, len(a) + len(b) - 1)),
}

CUTTING_FAULTS = (
    Fault(
        "not_cut",
        "Nothing is cut",
        "Two long texts then do not fit, and BERT has no position beyond max_len.",
        {"cut": "never"},
    ),
    Fault(
        "cut_at_the_beginning",
        "The texts are cut at their beginning",
        "del a[0], pop(0) and a[1:] drop the first id. Here the end goes: pop() without an "
        "argument.",
        {"cut": "front"},
    ),
    Fault(
        "shorter_cut",
        "The shorter text is cut",
        "It has less to lose: one id of three is a third of it. Cut the longer one.",
        {"cut": "shorter"},
    ),
    Fault(
        "cut_in_turn",
        "Both texts are cut in turn",
        "A short text then loses as much as a long one. Look anew, before every id, which is "
        "longer.",
        {"cut": "in_turn"},
    ),
    Fault(
        "cut_in_proportion",
        "Both texts lose in proportion to their length",
        "It sounds fair, but a short text has nothing to spare. Only the longer one is cut, until "
        "both are equally long.",
        {"cut": "in_proportion"},
    ),
    Fault(
        "half_each",
        "Each text gets half the room",
        "Where one text is short, the other may use what it leaves free.",
        {"cut": "half_each"},
    ),
    Fault(
        "each_cut_alone",
        "Each text is cut as if it had all the room",
        "It is both together that have to fit: len(a) + len(b).",
        {"cut": "each_to_all"},
    ),
    Fault(
        "only_b_cut",
        "Only the second text is cut",
        "A long first text then takes all the room, and more. Cut whichever is longer.",
        {"cut": "only_b"},
    ),
    Fault(
        "only_a_cut",
        "Only the first text is cut",
        "A long second text then takes all the room, and more. Cut whichever is longer.",
        {"cut": "only_a"},
    ),
    Fault(
        "b_cut_first",
        "The second text is cut first",
        "It may be the shorter one, and may vanish. Cut whichever is longer.",
        {"cut": "b_then_a"},
    ),
    Fault(
        "a_cut_first",
        "The first text is cut first",
        "It may be the shorter one, and may vanish. Cut whichever is longer.",
        {"cut": "a_then_b"},
    ),
    Fault(
        "longer_chosen_once",
        "Which text is longer is decided only once",
        "After some cuts the other may be the longer one. Ask again before every id.",
        {"cut": "longer_once"},
    ),
    Fault(
        "one_too_many",
        "One id too many is cut",
        "The texts may fill the room exactly: cut only while len(a) + len(b) > the room.",
        {"cut": "one_too_many"},
    ),
    Fault(
        "one_too_few",
        "One id too few is cut",
        "The sum is still larger than the room by one: go on while len(a) + len(b) > the room.",
        {"cut": "one_too_few"},
    ),
    Fault(
        "one_id_only",
        "One id is cut, and no more",
        "`if` asks once. `while` asks until both fit.",
        {"cut": "one_id"},
    ),
)


def truncate_family(cut: str = "right", result: str = "right", in_place: bool = False) -> Any:
    def truncate_pair(a: Ids, b: Ids, max_tokens: int) -> Any:
        short_a, short_b = CUTTINGS[cut](a, b, max_tokens)
        if in_place:
            a[:], b[:] = short_a, short_b
        return {
            "right": (short_a, short_b),
            "nothing": None,
            "joined": short_a + short_b,
            "swapped": (short_b, short_a),
        }[result]

    return truncate_pair


TRUNCATE_FAULTS = (
    nothing_returned(result="nothing"),
    Fault(
        "joined",
        "Both texts are joined into one list",
        "Return the two, a and b: the special tokens still go between them.",
        {"result": "joined"},
    ),
    Fault(
        "exchanged",
        "The two texts are exchanged",
        "Return a first and b second, whichever is longer.",
        {"result": "swapped"},
    ),
    *CUTTING_FAULTS,
    Fault(
        "inputs_changed",
        "The lists that were given are changed",
        "pop() and del cut the caller's own lists, who may need them whole. Begin with copies: "
        "a, b = list(a), list(b).",
        {"in_place": True},
    ),
)


def _lists_unchanged(call: Any) -> dict[str, Said]:
    """Whether a call on two lists leaves them as they were."""
    a, b = ids(1, 6), ids(11, 15)
    call(a, b)
    whole = {"a": a == ids(1, 6), "b": b == ids(11, 15)}
    return {name: Said("unchanged" if same else "overwritten") for name, same in whole.items()}


def _tie(short_a: Any, short_b: Any, a: Ids, b: Ids) -> dict[str, Any]:
    """What has to hold on a tie, where either text may be cut first."""
    return {
        "ids left in both": len(short_a) + len(short_b),
        "difference of their lengths": abs(len(short_a) - len(short_b)),
        "a keeps its beginning": list(short_a) == a[: len(short_a)],
        "b keeps its beginning": list(short_b) == b[: len(short_b)],
    }


def _truncated_tie(f: Any) -> dict[str, Any]:
    a, b = ids(1, 5), ids(11, 15)
    return _tie(*f(list(a), list(b), 7), a, b)


def _too_much_left(f: Any) -> str | None:
    left = sum(map(len, f(ids(1, 9), ids(11, 14), 8)))
    return f"Of 9 and 4 ids, {left} are left where there is room for 8." if left > 8 else None


def _truncate_example(a: Ids, b: Ids, max_tokens: int) -> Example:
    return Example(
        lambda: {"a": list(a), "b": list(b), "max_tokens": max_tokens},
        lambda f, a, b, max_tokens: f(a, b, max_tokens),
    )


def _lists_afterwards(f: Any, a: Ids, b: Ids, *more: Any) -> dict[str, Ids]:
    f(a, b, *more)
    return {"a afterwards": a, "b afterwards": b}


TRUNCATE_PAIR = Exercise(
    id="truncate_pair",
    week=3,
    title="Cut to fit",
    difficulty=1,
    minutes=6,
    hints=(
        "Copy both lists first. Then, while they are too long together, drop the last id of the "
        "longer one.",
        "`a, b = list(a), list(b)`, then `while len(a) + len(b) > max_tokens:`",
        "In the loop: `longer = a if len(a) > len(b) else b`, then `longer.pop()`. At the end "
        "`return a, b`",
    ),
    reference=objectives.truncate_pair,
    family=Family(truncate_family, TRUNCATE_FAULTS),
    probes=(
        Probe("fits", "on texts that fit", lambda f: f(ids(1, 3), ids(11, 12), 6)),
        Probe("exact", "on texts that just fit", lambda f: f(ids(1, 3), ids(11, 12), 5)),
        Probe("first longer", "on a long first text", lambda f: f(ids(1, 9), ids(11, 12), 7)),
        Probe("second longer", "on a long second text", lambda f: f(ids(1, 3), ids(11, 19), 7)),
        Probe(
            "both long",
            "on two long texts",
            lambda f: {
                "9 and 7 into 8": f(ids(1, 9), ids(11, 17), 8),
                "6 and 8 into 4": f(ids(1, 6), ids(11, 18), 4),
            },
        ),
        Probe("tie", "on two texts of one length", _truncated_tie),
        Probe("one text", "on an empty text", lambda f: (f(ids(1, 5), [], 3), f([], ids(1, 5), 3))),
        Probe("nothing", "without any room", lambda f: f(ids(1, 2), ids(11, 12), 0)),
        Probe(
            "unchanged",
            "in what it leaves behind",
            lambda f: _lists_unchanged(lambda a, b: f(a, b, 4)),
        ),
    ),
    examples=(
        _truncate_example([1, 2], [11], 4),
        _truncate_example([1, 2], [11], 3),
        _truncate_example([1, 2, 3, 4], [11, 12], 4),
        _truncate_example([1, 2], [11, 12, 13, 14], 4),
        _truncate_example([1, 2, 3, 4], [11, 12, 13], 4),
        _truncate_example(ids(1, 9), [11, 12], 7),
        _truncate_example([1, 2, 3], ids(11, 19), 7),
        _truncate_example([1, 2, 3], [], 2),
        Example(
            lambda: {"a": [1, 2, 3], "b": [11], "max_tokens": 2},
            lambda f, a, b, max_tokens: _lists_afterwards(f, a, b, max_tokens),
        ),
    ),
    behaviours=(_too_much_left,),
)

# --- pack_pair --------------------------------------------------------------------------------

# The special tokens around two texts, as (first part, second part); the first is segment A.
LAYOUTS = {
    "right": lambda a, b, cls, sep: ([cls, *a, sep], [*b, sep]),
    "no_cls": lambda a, b, cls, sep: ([*a, sep], [*b, sep]),
    "no_last_sep": lambda a, b, cls, sep: ([cls, *a, sep], b),
    "no_middle_sep": lambda a, b, cls, sep: ([cls, *a], [*b, sep]),
    "second_cls": lambda a, b, cls, sep: ([cls, *a, sep], [cls, *b, sep]),
    "exchanged": lambda a, b, cls, sep: ([sep, *a, cls], [*b, cls]),
    "b_first": lambda a, b, cls, sep: ([cls, *b, sep], [*a, sep]),
    "two_seps": lambda a, b, cls, sep: ([cls, *a, sep], [sep, *b, sep]),
    "sep_is_b": lambda a, b, cls, sep: ([cls, *a], [sep, *b, sep]),
    "last_sep_is_a": lambda a, b, cls, sep: ([cls, *a, sep], [*b, sep]),
    "none": lambda a, b, cls, sep: (list(a), list(b)),
}

# The numbers of the two segments and of padding.
SEGMENTS = {
    "right": (0, 1, 0),
    "all_zero": (0, 0, 0),
    "exchanged": (1, 0, 0),
    "from_one": (1, 2, 0),
    "padding_is_b": (0, 1, 1),
    "padding_is_third": (0, 1, 2),
}

MASKS = {
    "right": lambda ids, n, pad: [1] * n + [0] * (len(ids) - n),
    "ones": lambda ids, n, pad: [1] * len(ids),
    "inverted": lambda ids, n, pad: [0] * n + [1] * (len(ids) - n),
    "from_ids": lambda ids, n, pad: [int(each != pad) for each in ids],
    "positive": lambda ids, n, pad: [int(each > 0) for each in ids],
    "not_specials": lambda ids, n, pad: [int(each not in (CLS, SEP, pad)) for each in ids],
}

CLS, SEP = 101, 102

PACKED = {
    "right": lambda ids, segments, mask: (ids, segments, mask),
    "nothing": lambda ids, segments, mask: None,
    "ids_only": lambda ids, segments, mask: ids,
    "mask_second": lambda ids, segments, mask: (ids, mask, segments),
    "dictionary": lambda ids, segments, mask: {"ids": ids, "segments": segments, "mask": mask},
    "tensors": lambda ids, segments, mask: tuple(map(torch.tensor, (ids, segments, mask))),
}


def pack_family(
    cut: str = "right",
    room: str = "right",
    layout: str = "right",
    segment: str = "right",
    mask: str = "right",
    fill: str = "right",
    single: str = "right",
    result: str = "right",
    empty: str = "right",
    in_place: bool = False,
) -> Any:
    def pack_pair(a: Ids, b: Any, max_len: int, cls: int, sep: int, pad: int = 0) -> Any:
        is_pair = b is not None and (bool(b) or empty == "pair")
        if b is None and single == "fails":
            len(b)
        if b is None and single == "extra_sep":
            is_pair, b = True, []
        texts = (list(a), list(b) if is_pair else [])
        if room != "after":
            more = int(is_pair and layout == "two_seps")
            texts = CUTTINGS[cut](*texts, _room(max_len, is_pair, room) - more)
        if in_place:
            a[:] = texts[0]
            if is_pair:
                b[:] = texts[1]
        first, second = LAYOUTS[layout](*texts, cls, sep)
        if not is_pair:
            second = []
        ids = first + second
        segments = _segments(first, second, layout, segment)
        if room == "after":
            ids, segments = ids[:max_len], segments[:max_len]
        return _padded(ids, segments, max_len, pad)

    def _padded(ids: Ids, segments: Ids, max_len: int, pad: int) -> Any:
        n_tokens, n_pad = len(ids), max(0, max_len - len(ids))
        pad_segment = SEGMENTS[segment][2]
        if fill == "right":
            ids, segments = ids + [pad] * n_pad, segments + [pad_segment] * n_pad
        if fill == "zero":
            ids, segments = ids + [0] * n_pad, segments + [pad_segment] * n_pad
        if fill == "ids_only":
            ids = ids + [pad] * n_pad
        if fill == "left":
            marks = [0] * n_pad + [1] * n_tokens
            return PACKED[result]([pad] * n_pad + ids, [pad_segment] * n_pad + segments, marks)
        marks = MASKS[mask](ids, n_tokens, pad)
        return PACKED[result](ids, segments, marks)

    return pack_pair


def _room(max_len: int, is_pair: bool, room: str) -> int:
    specials = {"right": 3 if is_pair else 2, "none": 0, "always_three": 3, "always_two": 2}
    return max_len - specials[room]


def _segments(first: Ids, second: Ids, layout: str, segment: str) -> Ids:
    one, two, _ = SEGMENTS[segment]
    segments = [one] * len(first) + [two] * len(second)
    if layout == "last_sep_is_a" and second:
        segments[-1] = one
    return segments


PACK_FAULTS = (
    nothing_returned(result="nothing"),
    Fault(
        "ids_only",
        "Only the ids are returned",
        "BERT needs three lists: the ids, the segments, and the mask.",
        {"result": "ids_only"},
    ),
    Fault(
        "mask_second",
        "The mask is returned second, the segments third",
        "It is an easy mistake with a quiet end: both are lists of 0 and 1. The order is ids, "
        "segments, mask.",
        {"result": "mask_second"},
    ),
    Fault(
        "dictionary",
        "A dictionary is returned",
        "Three lists are asked for: return ids, segments, mask.",
        {"result": "dictionary"},
    ),
    Fault(
        "tensors",
        "Tensors are returned",
        "Here everything is still lists; a batch of them becomes a tensor later.",
        {"result": "tensors"},
    ),
    Fault(
        "no_specials",
        "There are no special tokens",
        "[CLS] stands in front, a [SEP] after each text.",
        {"layout": "none"},
    ),
    Fault(
        "cls_missing",
        "[CLS] is missing",
        "It stands first; what BERT says about the whole sequence is read off it.",
        {"layout": "no_cls"},
    ),
    Fault(
        "last_sep_missing",
        "The last [SEP] is missing",
        "A [SEP] ends each text, the second as well.",
        {"layout": "no_last_sep"},
    ),
    Fault(
        "middle_sep_missing",
        "There is no [SEP] between the texts",
        "A [SEP] ends each text, the first as well.",
        {"layout": "no_middle_sep"},
    ),
    Fault(
        "second_cls",
        "The second text gets a [CLS], too",
        "There is one, at the very beginning.",
        {"layout": "second_cls"},
    ),
    Fault(
        "two_middle_seps",
        "There are two [SEP] between the texts",
        "Other models do so (RoBERTa). BERT has one.",
        {"layout": "two_seps"},
    ),
    Fault(
        "cls_and_sep_exchanged",
        "[CLS] and [SEP] are exchanged",
        "The arguments come in the order cls, sep.",
        {"layout": "exchanged"},
    ),
    Fault(
        "b_first",
        "The second text stands first",
        "Sentence A comes first, then B.",
        {"layout": "b_first"},
    ),
    Fault(
        "middle_sep_is_b",
        "The [SEP] after the first text counts as segment 1",
        "It ends sentence A, and belongs to it: segment 0.",
        {"layout": "sep_is_b"},
    ),
    Fault(
        "last_sep_is_a",
        "The last [SEP] counts as segment 0",
        "It ends sentence B, and belongs to it: segment 1.",
        {"layout": "last_sep_is_a"},
    ),
    Fault(
        "segments_all_zero",
        "All segments are 0",
        "The second text, with its [SEP], is segment 1.",
        {"segment": "all_zero"},
    ),
    Fault(
        "segments_exchanged",
        "The segments are exchanged",
        "Sentence A is segment 0, sentence B is segment 1.",
        {"segment": "exchanged"},
    ),
    Fault(
        "segments_from_one",
        "The segments are 1 and 2",
        "That takes a third row in the table, for padding. BERT has two rows, 0 and 1, and hides "
        "padding by the mask.",
        {"segment": "from_one"},
    ),
    Fault(
        "padding_is_segment_one",
        "Padding counts as segment 1",
        "Nobody reads it, but the contract says 0, as in google-research/bert.",
        {"segment": "padding_is_b"},
    ),
    Fault(
        "padding_is_segment_two",
        "Padding counts as segment 2",
        "BERT's table of segments has two rows, 0 and 1. Padding gets 0, and the mask hides it.",
        {"segment": "padding_is_third"},
    ),
    Fault(
        "not_padded",
        "The lists are not filled up",
        "All examples of a batch have to be equally long: fill up to max_len.",
        {"fill": "none"},
    ),
    Fault(
        "segments_not_padded",
        "The segments are not filled up",
        "All three lists have max_len entries.",
        {"fill": "ids_only"},
    ),
    Fault(
        "padded_on_the_left",
        "The padding stands on the left",
        "It goes to the end, so that [CLS] stays in place 0.",
        {"fill": "left"},
    ),
    Fault(
        "pad_is_zero",
        "The argument `pad` is not used",
        "0 is what it is by default. In other vocabularies [PAD] has another id.",
        {"fill": "zero"},
    ),
    Fault(
        "mask_all_ones",
        "The mask marks padding, too",
        "1 is a token and 0 is padding, at which nobody should look.",
        {"mask": "ones"},
    ),
    Fault(
        "mask_inverted",
        "The mask works the wrong way round",
        "1 is a token, which may be attended to, and 0 is padding.",
        {"mask": "inverted"},
    ),
    Fault(
        "mask_without_specials",
        "The mask leaves the special tokens out",
        "[CLS] and [SEP] are real tokens: BERT attends to them a good deal. Only padding is 0.",
        {"mask": "not_specials"},
    ),
    Fault(
        "mask_from_ids",
        "The mask is read off the ids",
        "A text may hold the id of [PAD] itself, and would lose a token. You know how many tokens "
        "there are: count them.",
        {"mask": "from_ids"},
    ),
    Fault(
        "mask_is_positive",
        "The mask is ids > 0",
        "It takes for granted that [PAD] is id 0, and that no token of the text is. You know how "
        "many tokens there are: count them.",
        {"mask": "positive"},
    ),
    Fault(
        "cut_after_specials",
        "The sequence is cut when the special tokens are in",
        "[:max_len] cuts off the last [SEP], and with a long first text the second one whole. Make "
        "room for the special tokens first: cut the texts to max_len - 3.",
        {"room": "after"},
    ),
    Fault(
        "no_room_for_specials",
        "No room is left for the special tokens",
        "The texts may have max_len - 3 ids together, a single text max_len - 2.",
        {"room": "none"},
    ),
    Fault(
        "one_too_little_room",
        "A single text loses an id too many",
        "It has two special tokens, not three.",
        {"room": "always_three"},
    ),
    Fault(
        "room_for_two_specials",
        "A pair is one id too long",
        "It has three special tokens, not two.",
        {"room": "always_two"},
    ),
    *(
        fault
        for fault in CUTTING_FAULTS
        if fault.id not in ("not_cut", "one_too_many", "one_too_few")
    ),
    Fault(
        "single_fails",
        "The code does not work for a single text",
        "Without a second text, b is None: then there is one [SEP], and no segment 1.",
        {"single": "fails"},
    ),
    Fault(
        "single_extra_sep",
        "A single text gets two [SEP]",
        "Without a second text there is nothing for the second to end.",
        {"single": "extra_sep"},
    ),
    Fault(
        "inputs_changed",
        "The lists that were given are changed",
        "pop() and del cut the caller's own lists, who may need them whole. Cut copies.",
        {"in_place": True},
    ),
    Fault(
        "empty_is_a_pair",
        "An empty second text still counts as one",
        "It gets a [SEP] of its own. `if b` is true neither for None nor for an empty list.",
        {"empty": "pair"},
    ),
)


def _packed(a: Ids, b: Any, max_len: int, *pad: int) -> Any:
    return lambda f: f(list(a), None if b is None else list(b), max_len, CLS, SEP, *pad)


def _without_b(f: Any) -> Any:
    """Code for pairs alone fails on None in as many ways as there are styles."""
    try:
        return f(ids(1, 3), None, 8, CLS, SEP)
    except Exception:
        return Said("the code stops with an error")


def _packed_tie(f: Any) -> dict[str, Any]:
    """Which of two equally long texts is cut first is left open; all else is not."""
    a, b = ids(1, 5), ids(11, 15)
    sequence, segments, mask = f(list(a), list(b), 10, CLS, SEP)
    middle = list(sequence).index(SEP)
    short_a, short_b = list(sequence[1:middle]), list(sequence[middle + 1 : -1])
    return {
        **_tie(short_a, short_b, a, b),
        "segments": list(segments) == [0] * (middle + 1) + [1] * (9 - middle),
        "mask": list(mask),
    }


def _lengths(f: Any) -> str | None:
    lengths = [len(each) for each in f(ids(1, 9), ids(11, 18), 12, CLS, SEP)]
    if lengths == [12, 12, 12]:
        return None
    return f"With max_len=12 the lists have {', '.join(map(str, lengths))} entries."


def _seps(f: Any) -> str | None:
    found = f(ids(1, 9), ids(11, 18), 12, CLS, SEP)[0].count(SEP)
    return None if found == 2 else f"A long pair has {found} [SEP] in the end, and should have 2."


def _pack_example(a: Ids, b: Any, max_len: int, pad: int = 0) -> Example:
    more = {"pad": pad} if pad else {}
    return Example(
        lambda: {
            "a": list(a),
            "b": None if b is None else list(b),
            "max_len": max_len,
            "cls": CLS,
            "sep": SEP,
            **more,
        },
        lambda f, a, b, max_len, cls, sep, **more: f(a, b, max_len, cls, sep, *more.values()),
    )


PACK_PAIR = Exercise(
    id="pack_pair",
    week=3,
    title="One sequence of two texts",
    difficulty=2,
    minutes=12,
    hints=(
        "In this order: cut the texts so that the special tokens still fit; put these in; write "
        "the segments and the mask, which follow from the lengths; fill all three up to max_len.",
        "A pair has three special tokens, a single text two: `truncate_pair(a, b or [], max_len - "
        "(3 if b else 2))`. Build the sequence in two parts, `first = [cls, *a, sep]` and `second "
        "= [*b, sep]`, or [] if there is no b.",
        "With `n_pad = max_len - len(first) - len(second)`: ids are `first + second + [pad] * "
        "n_pad`, segments `[0] * len(first) + [1] * len(second) + [0] * n_pad`, and the mask `[1] "
        "* (max_len - n_pad) + [0] * n_pad`",
    ),
    reference=objectives.pack_pair,
    family=Family(pack_family, PACK_FAULTS),
    probes=(
        Probe("full", "on a pair that just fits", _packed(ids(1, 3), ids(11, 12), 8)),
        Probe("padded", "on a pair with room to spare", _packed(ids(1, 3), ids(11, 12), 10)),
        Probe("pad", "with another id of [PAD]", _packed(ids(1, 3), ids(11, 12), 10, 7)),
        Probe("first longer", "on a long first text", _packed(ids(1, 9), ids(11, 12), 9)),
        Probe("second longer", "on a long second text", _packed(ids(1, 3), ids(11, 19), 10)),
        Probe(
            "both long",
            "on two long texts",
            lambda f: {
                "9 and 7 into 11": _packed(ids(1, 9), ids(11, 17), 11)(f),
                "6 and 8 into 7": _packed(ids(1, 6), ids(11, 18), 7)(f),
            },
        ),
        Probe("tie", "on two long texts of one length", _packed_tie),
        Probe("single", "on a single text", _without_b),
        Probe("long single", "on a long single text", _packed(ids(1, 9), None, 7)),
        Probe(
            "zero",
            "on a text that holds the id 0",
            lambda f: {
                "pad=0": _packed([3, 0, 5], [11], 8)(f),
                "pad=7": _packed([3, 0, 7], [11], 8, 7)(f),
            },
        ),
        Probe(
            "unchanged",
            "in what it leaves behind",
            lambda f: _lists_unchanged(lambda a, b: f(a, b, 9, CLS, SEP)),
        ),
        Probe("empty", "on an empty second text", _packed(ids(1, 3), [], 8), advice=True),
    ),
    examples=(
        _pack_example([1, 2], [11], 6),
        _pack_example([1, 2], [11], 8),
        _pack_example([1, 2], [11], 8, 7),
        _pack_example([1, 2, 3, 4], [11, 12], 7),
        _pack_example([1, 2], [11, 12, 13, 14], 7),
        _pack_example([1, 2, 3, 4], [11, 12, 13], 7),
        _pack_example(ids(1, 9), [11, 12], 9),
        _pack_example([1, 2, 3], ids(11, 19), 10),
        _pack_example(ids(1, 9), ids(11, 17), 11),
        _pack_example([1, 2], None, 5),
        _pack_example([1, 2, 3], None, 4),
        _pack_example([3, 0], [11], 7),
        _pack_example([3, 0, 7], [11], 8, 7),
        Example(
            lambda: {"a": [1, 2, 3, 4], "b": [11, 12, 13], "max_len": 7},
            lambda f, a, b, max_len: _lists_afterwards(f, a, b, max_len, CLS, SEP),
        ),
    ),
    behaviours=(_lengths, _seps),
)
