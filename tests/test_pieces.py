"""bertcourse.viz: words in pieces, the layout of a pair, and the two live widgets of week 3."""

import re
from importlib.resources import files

import pytest
import traitlets

from bertcourse.viz import MergeStepper, PieceCutter, input_layout, piece_rows
from bertcourse.wordpiece import SPECIAL_TOKENS, join_pair, learn_merges

STATIC = files("bertcourse.viz") / "static"
WORDS = {"hug": 10, "pug": 5, "pun": 12, "bun": 4}
VOCAB = [*SPECIAL_TOKENS, "the", "cat", "##s", "play", "##ed", "!"]

# Figures -------------------------------------------------------------------------------------


def test_rows_of_pieces_carry_what_they_show():
    figure = piece_rows({"played": ["play", "##ed"], "nothing": []}, new=["##ed"])
    assert figure.data == {"played": ["play", "##ed"], "nothing": []}
    assert figure.alt == "played: play ##ed. nothing: nothing. Standing out: ##ed."
    assert figure.png().startswith(b"\x89PNG")


def test_a_long_row_goes_on_in_the_next_line():
    short, long = piece_rows({"a": ["piece"]}), piece_rows({"a": ["piece"] * 30})
    assert long.get_figheight() > short.get_figheight() + 0.6
    assert long.get_figwidth() < 8


def test_letters_of_every_script_and_hostile_ones_are_drawn():
    figure = piece_rows({"$x$ <b>": ["한국", "\u1112\u1161", "😀", "\x07", "", "[UNK]"]})
    assert figure.png().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("rows", "message"),
    [({}, "0 rows"), ({str(i): [] for i in range(50)}, "50 rows"), ({"a": "play"}, "one string")],
)
def test_rows_that_cannot_be_drawn_are_refused(rows, message):
    with pytest.raises(ValueError, match=message):
        piece_rows(rows)


def test_the_layout_of_a_pair_shows_tokens_segments_positions_and_mask():
    figure = input_layout(["[CLS]", "a", "[SEP]", "b", "[PAD]"], [0, 0, 0, 1, 0], [1, 1, 1, 1, 0])
    assert figure.data == {
        "token": ["[CLS]", "a", "[SEP]", "b", "[PAD]"],
        "segment": [0, 0, 0, 1, 0],
        "position": [0, 1, 2, 3, 4],
        "mask": [1, 1, 1, 1, 0],
    }
    assert "segment: 0 0 0 1 0." in figure.alt
    assert figure.png().startswith(b"\x89PNG")


def test_a_layout_of_many_tokens_still_fits_a_page():
    figure = input_layout(["hippopotamus"] * 24, [0] * 24, [1] * 24)
    assert figure.get_figwidth() < 8


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((["a"], [0, 0], [1, 1]), "tokens has 1 entries"),
        ((["a", "b"], [0, 0], [1]), "mask has 1 entries"),
        (([], [], []), "0 tokens"),
        ((["a"] * 30, [0] * 30, [1] * 30), "30 tokens"),
    ],
)
def test_a_layout_that_does_not_fit_together_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        input_layout(*given)


# Merges --------------------------------------------------------------------------------------


def test_the_merges_are_those_that_the_package_learns():
    widget = MergeStepper(WORDS)
    learned = list(learn_merges(WORDS))
    assert [merge["piece"] for merge in widget.merges] == [merge.piece for merge in learned]
    assert [merge["count"] for merge in widget.merges] == [merge.count for merge in learned]


def test_a_step_shows_every_word_after_that_many_merges():
    widget = MergeStepper(WORDS)
    assert widget.pieces["hug"] == ["h", "##u", "##g"]
    pieces = {word: ["".join(word[:1]), *(f"##{c}" for c in word[1:])] for word in WORDS}
    for step, merge in enumerate(learn_merges(WORDS), start=1):
        pieces = {word: join_pair(cut, merge.pair) for word, cut in pieces.items()}
        widget.step = step
        assert widget.pieces == pieces
    assert all(len(cut) == 1 for cut in widget.pieces.values())


def test_the_most_frequent_pair_that_is_shown_is_joined_next():
    widget = MergeStepper(WORDS)
    for merge, pairs in zip(widget.merges, widget.pairs, strict=False):
        assert {"left": merge["left"], "right": merge["right"]}.items() <= pairs[0].items()
        assert pairs[0]["count"] == merge["count"] == max(pair["count"] for pair in pairs)
    assert widget.pairs[-1] == []


def test_the_given_function_joins():
    def never(pieces, pair):
        return pieces

    widget = MergeStepper(WORDS, never, step=3)
    assert widget.pieces["hug"] == ["h", "##u", "##g"]


def test_there_are_no_more_merges_than_asked_for():
    assert len(MergeStepper(WORDS, merges=2).merges) == 2


@pytest.mark.parametrize("step", [-1, 1000])
def test_a_step_beyond_the_merges_is_refused(step):
    widget = MergeStepper(WORDS, step=1)
    with pytest.raises(traitlets.TraitError, match="choose 0 to"):
        widget.step = step
    assert widget.step == 1


@pytest.mark.parametrize("words", [{}, {"": 1}, {str(n): 1 for n in range(20)}])
def test_words_that_there_is_no_room_for_are_refused(words):
    with pytest.raises(ValueError, match="room for 1 to 12"):
        MergeStepper(words)


# Typing --------------------------------------------------------------------------------------


def test_a_text_is_cut_by_the_given_functions_and_gets_ids():
    widget = PieceCutter(VOCAB, "The cats played!")
    assert widget.pieces == ["the", "cat", "##s", "play", "##ed", "!"]
    ids = [piece["id"] for word in widget.result["words"] for piece in word["pieces"]]
    assert [VOCAB[number] for number in ids] == widget.pieces
    widget.text = "Cats?"
    assert widget.pieces == ["cat", "##s", "[UNK]"]


def test_own_functions_are_used():
    widget = PieceCutter(VOCAB, "a b", tokenize=str.split, cut=lambda word, vocab: ["the", "new"])
    assert widget.pieces == ["the", "new"] * 2
    assert widget.result["words"][0]["pieces"][1]["id"] is None


def test_a_function_that_fails_is_reported_and_the_widget_lives_on():
    def fails(word, vocab):
        if word == "x":
            raise KeyError("no x")
        return [word]

    widget = PieceCutter(VOCAB, "x", cut=fails)
    assert "KeyError" in widget.error and widget.pieces == [] and widget.picture() is None
    widget.text = "y"
    assert not widget.error and widget.pieces == ["y"]


def test_a_text_that_is_too_long_is_refused_and_the_old_one_stays():
    widget = PieceCutter(VOCAB, "cat")
    with pytest.raises(traitlets.TraitError, match="room for 200"):
        widget.text = "a" * 201
    assert widget.text == "cat" and widget.pieces == ["cat"]


def test_a_vocabulary_without_unk_is_refused():
    with pytest.raises(ValueError, match=r"no \[UNK\]"):
        PieceCutter(["a", "b"])


# Both ----------------------------------------------------------------------------------------

WIDGETS = {"merges": lambda: MergeStepper(WORDS), "cutting": lambda: PieceCutter(VOCAB)}


@pytest.mark.parametrize("make", WIDGETS.values(), ids=WIDGETS)
def test_a_widget_comes_with_a_picture_and_says_the_same_every_time(make):
    (one, looks), (other, _) = (make()._repr_mimebundle_() for _ in range(2))
    assert len(looks["image/png"]["alt"]) > 30
    assert one["text/plain"] == other["text/plain"] and "0x" not in one["text/plain"]
    assert one["image/png"] == other["image/png"]


@pytest.mark.parametrize("name", WIDGETS)
def test_the_front_end_never_treats_text_as_html_and_loads_nothing(name):
    code = (STATIC / f"{name}.js").read_text(encoding="utf-8")
    forbidden = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
    assert not any(word in code for word in forbidden)
    assert not re.search(r"\bimport\b\s*[({'\"*]|https?://", code)
    assert WIDGETS[name]()._esm.count("export default") == 1


def test_the_style_of_pieces_stays_inside_the_widgets():
    css = (STATIC / "pieces.css").read_text(encoding="utf-8")
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    for selectors in re.findall(r"([^{}]+)\{", css):
        assert all(re.match(r"\s*\.bc-pieces\b", each) for each in selectors.split(","))
    assert css.strip() and css.strip().split("{")[0].strip() in MergeStepper._css
