"""The lesson's WordPiece against the library, on difficult text, and its learning rule."""

import itertools
import os
import random
import subprocess
import sys
import unicodedata
from collections import Counter

import pytest
from difficult_text import LINES, SMALL, differs_by_name, difficult_lines
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

from bertcourse.tokenizer import WordPieceTokenizer
from bertcourse.wordpiece import (
    SPECIAL_TOKENS,
    basic_tokenize,
    count_words,
    learn_merges,
    learn_vocabulary,
    wordpiece,
    wordpiece_tokenize,
)


def library_words(text, lower):
    cleaned = normalizers.BertNormalizer(lowercase=lower).normalize_str(text)
    return [word for word, _ in pre_tokenizers.BertPreTokenizer().pre_tokenize_str(cleaned)]


def has_a_named_difference(line, lower):
    """By the table in the module's docstring, and by nothing that either of them does."""
    return (
        any(differs_by_name(char) for char in line)
        or (lower and "Σ" in line)
        or any(token in line for token in SPECIAL_TOKENS)
    )


def test_the_lesson_cuts_difficult_lines_as_the_library_does(pair_of_tokenizers):
    ours, _ = pair_of_tokenizers
    vocab = ours.vocab
    lines = [line for line in LINES if not has_a_named_difference(line, ours.lower)]
    assert len(lines) > 0.6 * len(LINES)
    for line, encoding in zip(lines, ours.encode_batch(lines).encodings, strict=True):
        assert wordpiece_tokenize(line, vocab, ours.lower) == encoding.tokens[1:-1], ascii(line)


def split_at(marker, words):
    groups = [[]]
    for word in words:
        if word == marker:
            groups.append([])
        else:
            groups[-1].append(word)
    return groups


@pytest.mark.parametrize("lower", [True, False])
def test_every_code_point_is_treated_alike_but_for_those_named(lower):
    every = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    rare = [char for char in every if unicodedata.category(char) in ("Co", "Cn")]
    chars = [char for char in every if unicodedata.category(char) not in ("Co", "Cn")]
    # Without lower-casing fewer steps are taken, and a part shows them.
    chars = (chars if lower else chars[::7]) + rare[::97]
    text = " m ".join(f"x{char}y" for char in chars)
    mine = split_at("m", basic_tokenize(text, lower))
    theirs = split_at("m", library_words(text, lower))
    differ = {c for c, a, b in zip(chars, mine, theirs, strict=True) if a != b}
    assert not {ascii(char) for char in differ if differs_by_name(char) is None}
    assert {differs_by_name(c) for c in differ} == {"private use", "ideograph", "newer"}


@pytest.mark.parametrize(
    ("text", "lesson", "library"),
    [
        ("ΟΔΟΣ", ["οδος"], ["οδοσ"]),
        ("a\ue000b", ["a\ue000b"], ["ab"]),
        ("a\U0002b820b", ["a", "\U0002b820", "b"], ["a\U0002b820b"]),
        ("a\u2e43b", ["a", "\u2e43", "b"], ["a\u2e43b"]),  # punctuation since Unicode 9
        ("a\u08e1b", ["ab"], ["a\u08e1b"]),  # a mark since Unicode 9
    ],
)
def test_the_named_differences_are_as_the_table_says(text, lesson, library):
    assert basic_tokenize(text) == lesson
    assert library_words(text, lower=True) == library


def test_a_special_token_is_one_for_the_library_and_three_words_for_the_lesson():
    vocab = [*SMALL, "[", "]", "mask"]
    assert wordpiece_tokenize("[MASK]", vocab) == ["[", "mask", "]"]
    assert WordPieceTokenizer(vocab).tokenize("[MASK]") == ["[MASK]"]


def test_a_word_may_have_a_hundred_letters_and_no_more():
    vocab = [*SPECIAL_TOKENS, "a", "##a"]
    tokenizer = WordPieceTokenizer(vocab)
    assert wordpiece("a" * 100, vocab) == ["a", *["##a"] * 99] == tokenizer.tokenize("a" * 100)
    assert wordpiece("a" * 101, vocab) == ["[UNK]"] == tokenizer.tokenize("a" * 101)
    assert wordpiece("a" * 101, vocab, max_chars=200) == ["a", *["##a"] * 100]


@pytest.mark.parametrize(
    ("text", "uncased", "cased"),
    [
        ("", [], []),
        (" \t\r\n\xa0\u3000 ", [], []),
        ("Hello, WORLD!", ["hello", ",", "world", "!"], ["Hello", ",", "WORLD", "!"]),
        ("Café naïve", ["cafe", "naive"], ["Café", "naïve"]),
        ("cafe\u0301", ["cafe"], ["cafe\u0301"]),
        ("我爱BERT", ["我", "爱", "bert"], ["我", "爱", "BERT"]),
        ("a\x00b\u200dc\ufffd", ["abc"], ["abc"]),
        ("$5^`~|", ["$", "5", "^", "`", "~", "|"], ["$", "5", "^", "`", "~", "|"]),
        ("한", ["\u1112\u1161\u11ab"], ["한"]),
        ("\u0301", [], ["\u0301"]),
        ("don't", ["don", "'", "t"], ["don", "'", "t"]),
        ("\ud800a", ["\ud800a"], ["\ud800a"]),
    ],
)
def test_basic_tokenize_on_the_cases_that_teach(text, uncased, cased):
    assert basic_tokenize(text) == uncased
    assert basic_tokenize(text, lower=False) == cased


def test_wordpiece_takes_the_longest_piece_first_or_gives_the_whole_word_up():
    vocab = {"un", "unaff", "##aff", "##able", "##ble", "##a"}
    assert wordpiece("unaffable", vocab) == ["unaff", "##able"]
    assert wordpiece("unaffablex", vocab) == ["[UNK]"]
    assert wordpiece("unaffablex", vocab, unk="?") == ["?"]
    assert wordpiece("able", vocab) == ["[UNK]"]  # ##able does not begin a word
    assert wordpiece("", vocab) == []
    # Greedy: once "ab" is taken, the rest cannot be cut, though "a" and "##bc" would do.
    assert wordpiece("abc", {"a", "ab", "##bc"}) == ["[UNK]"]


# --- Learning a vocabulary --------------------------------------------------------------------


def words_with_counts(n, most=300):
    rng = random.Random(0)
    words = {"".join(rng.choices("abcde", k=rng.randint(1, 7))) for _ in range(n)}
    return {word: rng.randint(1, most) for word in sorted(words)}


def merges_by_counting_anew(counts):
    """The same rule, with every pair counted anew for every merge; also: was there a tie?"""
    words = {word: (word[0], *("##" + c for c in word[1:])) for word in counts}
    while True:
        pairs = Counter()
        for word, pieces in words.items():
            for pair in itertools.pairwise(pieces):
                pairs[pair] += counts[word]
        if not pairs:
            return
        best, count = min(pairs.items(), key=lambda item: (-item[1], item[0]))
        tie = sum(n == count for n in pairs.values()) > 1
        for word, pieces in words.items():
            text, joined = list(pieces), []
            while text:
                piece = text.pop(0)
                if text and (piece, text[0]) == best:
                    piece += text.pop(0)[2:]
                joined.append(piece)
            words[word] = tuple(joined)
        yield best, count, best[0] + best[1][2:], tie


def test_merges_are_those_of_counting_every_pair_anew():
    counts = words_with_counts(300) | {"aaaaaaa": 90, "###": 40, "a#b##c": 31}
    expected = list(itertools.islice(merges_by_counting_anew(counts), 300))
    actual = list(itertools.islice(learn_merges(counts, min_count=1), 300))
    assert len(actual) > 200
    assert [(m.pair, m.count, m.piece) for m in actual] == [merge[:3] for merge in expected]


def test_merges_stop_when_pairs_become_rare():
    counts = words_with_counts(100)
    merges = list(learn_merges(counts, min_count=50))
    assert merges[-1].count >= 50
    assert [m.count for m in merges] == sorted((m.count for m in merges), reverse=True)
    assert list(learn_merges({"a": 9}, 1)) == list(learn_merges({}, 1)) == []


def test_the_vocabulary_is_that_of_the_library_where_nothing_is_tied():
    counts = words_with_counts(300, most=1000)
    merges = list(itertools.takewhile(lambda merge: not merge[3], merges_by_counting_anew(counts)))
    texts = [" ".join([word] * count) for word, count in counts.items()]
    size = len(SPECIAL_TOKENS) + 2 * len("abcde") + len({piece for _, _, piece, _ in merges})
    library = Tokenizer(models.WordPiece({}, unk_token="[UNK]"))
    library.normalizer = normalizers.BertNormalizer()
    library.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(
        vocab_size=size, special_tokens=list(SPECIAL_TOKENS), show_progress=False
    )
    library.train_from_iterator(texts, trainer)
    expected = sorted(library.get_vocab(), key=library.get_vocab().get)
    ours = learn_vocabulary(texts, size)
    assert len(ours) == size > 60
    assert set(ours) == set(expected)
    assert ours[15:] == expected[15:]  # what the merges gave, in order
    assert ours[:10] == expected[:10]  # the specials, and what begins words


def test_the_same_texts_give_the_same_vocabulary_in_every_process():
    program = (
        "from difficult_text import difficult_lines\n"
        "from bertcourse.tokenizer import WordPieceTokenizer\n"
        "print(ascii(list(WordPieceTokenizer.train(difficult_lines(400), 1200).vocab)))"
    )
    other = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONHASHSEED": "1", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    vocab = list(WordPieceTokenizer.train(difficult_lines(400), 1200).vocab)
    assert other.stdout == ascii(vocab) + "\n"
    assert len(vocab) > 700


def test_the_order_of_the_texts_does_not_matter():
    lines = LINES[:500]
    vocab = WordPieceTokenizer.train(lines, 1500).vocab
    assert WordPieceTokenizer.train(lines[::-1], 1500).vocab == vocab


def test_training_learns_what_the_lesson_learns():
    lines = [line for line in LINES[:2000] if not has_a_named_difference(line, lower=True)]
    trained = WordPieceTokenizer.train(lines, 2000).vocab
    assert list(trained) == learn_vocabulary(iter(lines), 2000)


def test_a_learned_vocabulary_spells_every_word_it_was_learned_from():
    texts = ["the cat sat on the mat", "unaffable cats"]
    vocab = learn_vocabulary(texts, 60, min_count=1)
    assert vocab[:5] == list(SPECIAL_TOKENS)
    for word in count_words(texts):
        pieces = wordpiece(word, vocab)
        assert pieces[0] + "".join(piece.removeprefix("##") for piece in pieces[1:]) == word
    assert "the" in vocab


def test_rare_characters_and_endless_words_are_not_learned_from():
    texts = ["aab aab abb", "aaz", "ab" * 51]
    vocab = learn_vocabulary(texts, 50, min_count=1, alphabet=2)
    assert "z" not in "".join(vocab[5:])
    assert max(map(len, vocab[5:])) <= len("##bb")
    assert WordPieceTokenizer.train(texts, 50, min_count=1, alphabet=2).vocab.keys() == set(vocab)


@pytest.mark.parametrize("learn", [learn_vocabulary, WordPieceTokenizer.train])
def test_impossible_requests_for_a_vocabulary_are_explained(learn):
    with pytest.raises(ValueError, match=r"size=8 has no room for the 12 .* single characters"):
        learn(["abcd"], 8)
    with pytest.raises(ValueError, match="no words to learn from"):
        learn(["", " \n"], 100)
    with pytest.raises(ValueError, match="no words to learn from"):
        learn([], 100)
    with pytest.raises(TypeError, match="one text was given where a list"):
        learn("abcd", 100)
    with pytest.raises(TypeError, match="a text is a str, but NoneType"):
        learn(["a", None], 100)


class Counted(set):
    """A vocabulary that counts how often it is asked."""

    asked = 0

    def __contains__(self, piece):
        self.asked += 1
        return super().__contains__(piece)


@pytest.mark.parametrize(
    "text", ["unaffable cats sat ", "é" + "\u0301" * 30 + " ", "漢字", "a" * 99 + " "]
)
def test_four_times_the_text_asks_the_vocabulary_four_times_as_often(text):
    asked = []
    for n in (100, 400):
        vocab = Counted(SMALL)
        wordpiece_tokenize(text * n, vocab)
        asked.append(vocab.asked)
    assert asked[1] == 4 * asked[0] > 0


def test_an_endless_word_is_given_up_without_asking():
    vocab = Counted(SMALL)
    assert wordpiece("a" * 100_000, vocab) == ["[UNK]"]
    assert vocab.asked == 0
