"""The tokenizer against transformers, on difficult text; its files; and what it refuses."""

import copy
import itertools
import json
import pickle
import sys
import unicodedata
from collections import Counter

import pytest
import torch
from difficult_text import LINES, SMALL
from transformers import AutoTokenizer, BertTokenizerFast

from bertcourse.tokenizer import WordPieceTokenizer, longest_first
from bertcourse.weights import CheckpointError
from bertcourse.wordpiece import (
    basic_tokenize,
    count_words,
    learn_vocabulary,
    wordpiece,
    wordpiece_tokenize,
)


def columns(encodings):
    return {
        "input_ids": [e.ids for e in encodings],
        "token_type_ids": [e.segments for e in encodings],
        "attention_mask": [e.mask for e in encodings],
        "offset_mapping": [e.offsets for e in encodings],
    }


def assert_same(ours, theirs, texts, pairs=None, max_len=None):
    for i in range(0, len(texts), 1000):
        some, seconds = texts[i : i + 1000], pairs and pairs[i : i + 1000]
        actual = ours.encode_batch(some, seconds, max_len).encodings
        expected = theirs(
            some,
            seconds,
            truncation=max_len is not None,
            max_length=max_len,
            return_offsets_mapping=True,
        )
        assert columns(actual) == dict(expected)
        assert [e.tokens for e in actual] == [e.tokens for e in expected.encodings]


@pytest.mark.parametrize("max_len", [16, 8, 4])
def test_single_texts_are_encoded_as_transformers_does(pair_of_tokenizers, max_len):
    assert_same(*pair_of_tokenizers, LINES, max_len=max_len)


@pytest.mark.parametrize("max_len", [24, 12, 7])
def test_pairs_are_encoded_as_transformers_does(pair_of_tokenizers, max_len):
    assert_same(*pair_of_tokenizers, LINES[::2], LINES[1::2], max_len)


def test_every_length_cuts_as_transformers_does(pair_of_tokenizers):
    texts, pairs = LINES[:200], LINES[200:400]
    longest = max(map(len, pair_of_tokenizers[0].encode_batch(texts, pairs).encodings))
    assert longest > 40
    for max_len in range(3, longest + 2):
        assert_same(*pair_of_tokenizers, texts, pairs, max_len)
        assert_same(*pair_of_tokenizers, texts, None, max_len)


def test_the_difficult_lines_are_of_every_kind_and_are_cut_in_many_ways(pair_of_tokenizers):
    ours, _ = pair_of_tokenizers
    every = {unicodedata.category(chr(code)) for code in range(sys.maxunicode + 1)}
    assert {unicodedata.category(char) for line in LINES for char in line} == every - {"Cs"}
    encodings = ours.encode_batch(LINES[-5000:]).encodings
    tokens = Counter(token for encoding in encodings for token in encoding.tokens)
    pieces = sum(times for token, times in tokens.items() if token.startswith("##"))
    assert len(tokens) > 400
    assert 0.02 < tokens["[UNK]"] / tokens.total() < 0.3
    assert pieces > 0.1 * tokens.total()


def test_a_batch_is_padded_as_transformers_pads_it(pair_of_tokenizers):
    ours, theirs = pair_of_tokenizers
    batch = ours.encode_batch(LINES[:50], LINES[50:100])
    expected = theirs(LINES[:50], LINES[50:100], padding=True, return_tensors="pt")
    assert torch.equal(batch.input_ids, expected["input_ids"])
    assert torch.equal(batch.attention_mask, expected["attention_mask"])
    assert torch.equal(batch.segment_ids, expected["token_type_ids"])
    assert {tensor.dtype for tensor in batch.inputs.values()} == {torch.int64}
    assert set(batch.inputs) == {"input_ids", "attention_mask", "segment_ids"}
    assert len(batch) == 50


def test_a_batch_equals_its_texts_one_by_one(pair_of_tokenizers):
    ours, _ = pair_of_tokenizers
    for i, encoding in enumerate(ours.encode_batch(LINES[:99], LINES[100:199], 20).encodings):
        assert encoding == ours.encode(LINES[i], LINES[100 + i], 20)
    for line, encoding in zip(LINES[:99], ours.encode_batch(LINES[:99]).encodings, strict=True):
        assert encoding == ours.encode(line)
        assert encoding.tokens[1:-1] == ours.tokenize(line)


@pytest.mark.parametrize("skip", [True, False])
def test_decoding_gives_what_transformers_gives(pair_of_tokenizers, skip):
    ours, theirs = pair_of_tokenizers
    for encoding in ours.encode_batch(LINES[:500], LINES[500:1000]).encodings:
        expected = theirs.decode(encoding.ids, skip_special_tokens=skip)
        assert ours.decode(encoding.ids, skip) == expected
        assert ours.decode(torch.tensor(encoding.ids), skip) == expected


def test_offsets_point_into_the_original_text():
    ours = WordPieceTokenizer(SMALL)
    text = "\x00The\u200b  CÄT\u0301 sat."
    encoding = ours.encode(text, "Unaffable!")
    assert [text[a:b] for a, b in encoding.offsets[1:5]] == ["The", "CÄT", "sat", "."]
    assert encoding.tokens[1:5] == ["the", "cat", "sat", "."]
    assert encoding.offsets[0] == encoding.offsets[5] == encoding.offsets[-1] == (0, 0)
    assert encoding.offsets[6:10] == [(0, 2), (2, 5), (5, 9), (9, 10)]


def test_a_special_token_in_the_text_is_that_token_and_has_its_place():
    encoding = WordPieceTokenizer(SMALL).encode("the [MASK]s")
    assert encoding.tokens == ["[CLS]", "the", "[MASK]", "[UNK]", "[SEP]"]
    assert encoding.offsets[2] == (4, 10)


def test_an_empty_second_text_still_makes_a_pair():
    tokens = WordPieceTokenizer(SMALL).encode("cat", "").tokens
    assert tokens == ["[CLS]", "cat", "[SEP]", "[SEP]"]


@pytest.mark.parametrize(
    ("lengths", "kept"),
    [((5, 5), (2, 3)), ((9, 1), (4, 1)), ((1, 9), (1, 4)), ((9, 8), (3, 2)), ((2, 3), (2, 3))],
)
def test_the_longer_text_is_cut_first(lengths, kept):
    assert longest_first(*lengths, room=5) == kept


@pytest.mark.parametrize("chinese_chars", [True, False])
@pytest.mark.parametrize("strip_accents", [None, True, False])
@pytest.mark.parametrize("lower", [True, False])
def test_every_setting_means_what_it_means_in_transformers(
    tmp_path, lower, strip_accents, chinese_chars
):
    lines = LINES[:1000]
    ours = WordPieceTokenizer.train(lines, 3000, lower, strip_accents, chinese_chars, alphabet=2000)
    (tmp_path / "vocab.txt").write_text("\n".join(ours.vocab), encoding="utf-8")
    theirs = BertTokenizerFast.from_pretrained(
        tmp_path,
        do_lower_case=lower,
        strip_accents=strip_accents,
        tokenize_chinese_chars=chinese_chars,
    )
    assert_same(ours, theirs, lines)


# --- Files ------------------------------------------------------------------------------------


def same_tokenizer(a, b, lines=LINES[:300]):
    return a.vocab == b.vocab and columns(a.encode_batch(lines).encodings) == columns(
        b.encode_batch(lines).encodings
    )


@pytest.mark.parametrize("lower", [True, False])
@pytest.mark.parametrize("loader", [AutoTokenizer, BertTokenizerFast])
def test_what_we_save_transformers_loads_and_saves_for_us_again(tmp_path, lower, loader):
    ours = WordPieceTokenizer.train(LINES[:500], 1500, lower)
    ours.save_pretrained(tmp_path / "ours")
    theirs = loader.from_pretrained(tmp_path / "ours")
    assert theirs.get_vocab() == ours.vocab
    assert_same(ours, theirs, LINES[:300])
    theirs.save_pretrained(tmp_path / "theirs")
    for folder in ("ours", "theirs"):
        assert same_tokenizer(ours, WordPieceTokenizer.from_pretrained(tmp_path / folder))


@pytest.mark.parametrize("lower", [True, False])
def test_tokens_that_were_added_beside_the_vocabulary_come_along(tmp_path, lower):
    (tmp_path / "vocab.txt").write_text("\n".join(SMALL), encoding="utf-8")
    theirs = BertTokenizerFast.from_pretrained(tmp_path, do_lower_case=lower)
    theirs.add_tokens(["Foo-Bar"])
    theirs.add_special_tokens({"additional_special_tokens": ["[DOMAIN]"]})
    theirs.save_pretrained(tmp_path / "theirs")
    lines = ["the foo-bar [DOMAIN] sat", "Foo-Bar[DOMAIN]", "[domain]"]
    ours = WordPieceTokenizer.from_pretrained(tmp_path / "theirs")
    assert len(ours) == len(SMALL) + 2
    assert ours.special_ids == [0, 1, 2, 3, 4, len(SMALL) + 1]
    assert_same(ours, theirs, lines)
    ours.save_pretrained(tmp_path / "ours")
    assert_same(ours, BertTokenizerFast.from_pretrained(tmp_path / "ours"), lines)
    assert same_tokenizer(ours, WordPieceTokenizer.from_pretrained(tmp_path / "ours"), lines)


def test_tokens_added_in_the_files_of_older_versions_come_along(tmp_path):
    text = "the [X] y cat"
    added = {"[X]": len(SMALL), "y": len(SMALL) + 1}
    by_id = {str(i): {"content": t, "special": t == "[X]"} for t, i in added.items()}
    (tmp_path / "vocab.txt").write_text("\n".join(SMALL), encoding="utf-8")
    (tmp_path / "added_tokens.json").write_text(json.dumps(added))
    for settings in ({}, {"added_tokens_decoder": by_id}):
        (tmp_path / "tokenizer_config.json").write_text(json.dumps(settings))
        ours = WordPieceTokenizer.from_pretrained(tmp_path)
        assert_same(ours, BertTokenizerFast.from_pretrained(tmp_path), [text])
        assert ours.encode(text).ids[2:4] == [len(SMALL), len(SMALL) + 1]


@pytest.mark.parametrize("settings", [None, {}, {"do_lower_case": False}, {"strip_accents": False}])
@pytest.mark.parametrize("saved_lower", [True, False])
def test_files_that_disagree_are_read_as_transformers_reads_them(tmp_path, settings, saved_lower):
    WordPieceTokenizer(SMALL, saved_lower).save_pretrained(tmp_path)
    (tmp_path / "vocab.txt").write_text("\n".join([*SMALL, "more"]), encoding="utf-8")
    (tmp_path / "tokenizer_config.json").unlink()
    if settings is not None:
        (tmp_path / "tokenizer_config.json").write_text(json.dumps(settings))
    ours = WordPieceTokenizer.from_pretrained(tmp_path)
    theirs = BertTokenizerFast.from_pretrained(tmp_path)
    assert len(ours) == len(SMALL)  # tokenizer.json goes before vocab.txt
    assert_same(ours, theirs, ["The cat é É more", *LINES[:100]])


@pytest.mark.parametrize("lower", [True, False])
def test_a_folder_of_the_general_class_goes_by_its_tokenizer_json(tmp_path, lower):
    WordPieceTokenizer(SMALL, lower).save_pretrained(tmp_path)
    settings = {"tokenizer_class": "PreTrainedTokenizerFast"}
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(settings))
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "bert"}))
    ours = WordPieceTokenizer.from_pretrained(tmp_path)
    assert ours.lower == lower
    expected = AutoTokenizer.from_pretrained(tmp_path)(["The cat É"])
    assert [ours.encode("The cat É").ids] == expected["input_ids"]


def test_settings_given_by_hand_go_before_the_files(tmp_path):
    WordPieceTokenizer(SMALL, lower=True).save_pretrained(tmp_path)
    assert WordPieceTokenizer.from_pretrained(tmp_path, lower=False).tokenize("The") == ["[UNK]"]
    assert WordPieceTokenizer.from_pretrained(tmp_path, strip_accents=False).tokenize("É") == ["é"]


@pytest.mark.parametrize("length", [512, None])
def test_the_longest_input_of_the_model_is_handed_on(tmp_path, length):
    WordPieceTokenizer(SMALL, model_max_length=length).save_pretrained(tmp_path / "ours")
    theirs = AutoTokenizer.from_pretrained(tmp_path / "ours")
    assert length is None or theirs.model_max_length == length
    theirs.save_pretrained(tmp_path / "theirs")
    assert WordPieceTokenizer.from_pretrained(tmp_path / "theirs").model_max_length == length


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("begin", ["", "\ufeff"])
@pytest.mark.parametrize("rest", ["", "\n", "\n\n\n"])
def test_line_ends_a_byte_order_mark_and_blank_lines_at_the_end_are_no_pieces(
    tmp_path, end, begin, rest
):
    text = begin + end.join([*SMALL, rest.replace("\n", end)])
    (tmp_path / "vocab.txt").write_bytes(text.encode())
    assert list(WordPieceTokenizer.from_pretrained(tmp_path).vocab) == SMALL


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([*SMALL, "", "x"], r"number 20 of the vocabulary is ''"),
        ([*SMALL, "cat"], r"'cat' stands twice in the vocabulary, as 6 and as 20"),
        ([t for t in SMALL if t != "[UNK]"], r"lacks \[UNK\]: it needs \[PAD\], \[UNK\]"),
        ([], r"number 0 of the vocabulary is ''"),
        (b"\xff\xfe[\x00", "vocab.txt is not UTF-8"),
        (None, "there is no tokenizer.json, and no vocab.txt to read"),
    ],
)
def test_a_vocabulary_file_that_cannot_be_right_is_explained(tmp_path, content, message):
    if content is not None:
        text = content if isinstance(content, bytes) else "\n".join(content).encode()
        (tmp_path / "vocab.txt").write_bytes(text)
    with pytest.raises(CheckpointError, match=message) as caught:
        WordPieceTokenizer.from_pretrained(tmp_path)
    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("tokenizer.json", "{", "cannot be read"),
        ("tokenizer.json", '{"model": {"type": "BPE", "vocab": {}}}', "of the kind BPE"),
        ("tokenizer.json", '{"model": {"type": "WordPiece"}}', "no tokenizer that can be used"),
        ("tokenizer.json", '{"model": []}', "no tokenizer that can be used"),
        ("tokenizer_config.json", "[]", "holds no settings"),
        ("tokenizer_config.json", '{"unk_token": "<unk>"}', r"unk_token '<unk>'.*'\[UNK\]'"),
        ("tokenizer_config.json", '{"word_tokenizer_type": "mecab"}', "cuts words with 'mecab'"),
    ],
)
def test_files_of_another_tokenizer_or_of_none_are_refused(tmp_path, name, content, message):
    WordPieceTokenizer(SMALL).save_pretrained(tmp_path)
    (tmp_path / name).write_text(content)
    with pytest.raises(CheckpointError, match=message):
        WordPieceTokenizer.from_pretrained(tmp_path)


def test_a_folder_that_is_not_there_or_not_writable_is_explained(tmp_path):
    with pytest.raises(CheckpointError, match="no folder"):
        WordPieceTokenizer.from_pretrained(tmp_path / "nothing")
    (tmp_path / "file").write_text("")
    with pytest.raises(CheckpointError, match="could be saved"):
        WordPieceTokenizer(SMALL).save_pretrained(tmp_path / "file")


# --- What is given ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("vocab", "message"),
    [
        ("[PAD]", "a vocabulary is a list of pieces"),
        (SMALL[1:], r"lacks \[PAD\]"),
        ([*SMALL, "cat"], "stands twice"),
        ([*SMALL, "a\nb"], "of one line"),
        ([*SMALL, None], "number 20 of the vocabulary is None"),
        ([*SMALL, "\ud800"], "half a surrogate pair"),
        ({token: i + 1 for i, token in enumerate(SMALL)}, r"'\[PAD\]' has the number 1 where 0"),
    ],
)
def test_a_vocabulary_that_cannot_be_right_is_explained(vocab, message):
    with pytest.raises(ValueError, match=message):
        WordPieceTokenizer(vocab)


def test_a_vocabulary_may_come_as_a_list_or_with_its_numbers():
    numbered = {token: i for i, token in reversed(list(enumerate(SMALL)))}
    for tokenizer in (WordPieceTokenizer(SMALL), WordPieceTokenizer(numbered)):
        assert list(tokenizer.vocab.items()) == [(token, i) for i, token in enumerate(SMALL)]
        assert len(tokenizer) == len(SMALL)
        assert [tokenizer.id_to_token(i) for i in range(len(SMALL))] == SMALL
        assert [tokenizer.token_to_id(token) for token in SMALL] == list(range(len(SMALL)))
    assert tokenizer.special_ids == [0, 1, 2, 3, 4]
    ids = (tokenizer.pad_id, tokenizer.unk_id, tokenizer.cls_id, tokenizer.sep_id)
    assert (*ids, tokenizer.mask_id) == (0, 1, 2, 3, 4)
    assert repr(tokenizer) == "WordPieceTokenizer(20 tokens, lower=True)"


def test_what_is_no_text_is_refused_everywhere():
    tokenizer = WordPieceTokenizer(SMALL)
    calls = [
        basic_tokenize,
        lambda text: wordpiece(text, SMALL),
        lambda text: wordpiece_tokenize(text, SMALL),
        tokenizer.tokenize,
        tokenizer.encode,
        lambda text: tokenizer.encode("a", [text]),
        lambda text: tokenizer.encode_batch(["a", text]),
        lambda text: tokenizer.encode_batch(["a"], [text]),
        lambda text: count_words(["a", text]),
    ]
    for call, value in itertools.product(calls, [None, 3, ["a"], ("a", "b")]):
        with pytest.raises(TypeError, match=r"a text is a str, but \w+ was given$"):
            call(value)
    for call in calls:
        with pytest.raises(TypeError, match=r"but (bytes|list) was given"):
            call(b"a")
    with pytest.raises(TypeError, match=r"but bytes was given: decode it first"):
        tokenizer.encode(b"a")


def test_half_a_surrogate_pair_is_refused_with_its_place():
    tokenizer = WordPieceTokenizer(SMALL)
    for call in (
        tokenizer.encode,
        tokenizer.tokenize,
        lambda text: tokenizer.encode("a", text),
        lambda text: tokenizer.encode_batch(["a", text]),
        lambda text: learn_vocabulary([text], 100),
        lambda text: WordPieceTokenizer.train([text], 100),
    ):
        with pytest.raises(ValueError, match=r"half a surrogate pair at position 2 \('\\ud83d'\)"):
            call("ab\ud83d")


def test_batches_that_cannot_be_are_explained():
    tokenizer = WordPieceTokenizer(SMALL)
    with pytest.raises(ValueError, match="no texts to encode"):
        tokenizer.encode_batch([])
    with pytest.raises(ValueError, match="2 texts and 1 pairs were given"):
        tokenizer.encode_batch(["a", "b"], ["c"])
    for texts, pairs in (("cat", None), (["cat"], "s"), (b"cat", None)):
        with pytest.raises(TypeError, match="one text was given where a list"):
            tokenizer.encode_batch(texts, pairs)
    assert len(tokenizer.encode_batch(text for text in ["a", "b"])) == 2


def test_a_length_with_no_place_for_the_special_tokens_is_refused():
    tokenizer = WordPieceTokenizer(SMALL)
    for max_len in (1, 0, -5):
        with pytest.raises(ValueError, match=rf"max_len={max_len} leaves .* choose 2 or more"):
            tokenizer.encode("cat", max_len=max_len)
    with pytest.raises(ValueError, match=r"max_len=2 leaves .* choose 3 or more"):
        tokenizer.encode("cat", "sat", max_len=2)
    assert tokenizer.encode("cat", max_len=2).tokens == ["[CLS]", "[SEP]"]
    assert tokenizer.encode("cat", "sat", 3).tokens == ["[CLS]", "[SEP]", "[SEP]"]


def test_ids_and_tokens_outside_the_vocabulary_are_refused():
    tokenizer = WordPieceTokenizer(SMALL)
    for ids in ([20], [5, -100], [-1], torch.tensor([5, 10**12])):
        with pytest.raises(ValueError, match=r"id -?\d+ is not in the vocabulary, .* 0 to 19"):
            tokenizer.decode(ids)
    for ids in (["cat"], [1.5], [None], torch.tensor([[1, 2]])):
        with pytest.raises(TypeError):
            tokenizer.decode(ids)
    with pytest.raises(ValueError, match="'dog' is not in the vocabulary"):
        tokenizer.token_to_id("dog")
    assert tokenizer.decode([]) == ""


def test_decoding_draws_words_together_or_leaves_them_apart():
    tokenizer = WordPieceTokenizer(SMALL)
    ids = tokenizer.encode("don't cat , !").ids
    words = [tokenizer.id_to_token(i) for i in ids]
    assert words == ["[CLS]", "[UNK]", "'", "t", "cat", ",", "!", "[SEP]"]
    assert tokenizer.decode(ids) == "' t cat,!"
    assert tokenizer.decode(ids, clean_up=False) == "' t cat , !"
    assert tokenizer.decode(ids, False, False) == "[CLS] [UNK] ' t cat , ! [SEP]"


@pytest.mark.parametrize(
    "duplicate", [copy.copy, copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t))]
)
def test_a_tokenizer_can_be_copied_and_pickled(duplicate):
    tokenizer = WordPieceTokenizer.train(LINES[:200], 800, lower=False)
    assert same_tokenizer(tokenizer, duplicate(tokenizer))


# --- Length -----------------------------------------------------------------------------------

LONG = {
    "a line of a megabyte": ("the cat's sat é " * 65_000, 390_000),
    "a word of 100 000 characters": ("a" * 100_000, 1),
    "100 000 Chinese characters": ("漢" * 100_000, 100_000),
    "10 000 marks in a row": ("é" + "\u0301\u0316" * 5_000, 1),
}


@pytest.mark.parametrize("name", LONG)
def test_endless_texts_are_cut_like_short_ones(name):
    text, n = LONG[name]
    tokenizer = WordPieceTokenizer([*SMALL, "e"])
    encoding = tokenizer.encode(text)
    assert len(encoding) == n + 2
    assert wordpiece_tokenize(text, [*SMALL, "e"]) == encoding.tokens[1:-1]
