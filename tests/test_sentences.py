"""bertcourse.corpus: from text, with or without markup, to sentences."""

import pytest
from difficult_text import difficult_lines

from bertcourse.corpus import MAX_SENTENCE, split_sentences
from bertcourse.corpus.docstrings import prose_paragraphs
from bertcourse.corpus.markdown import markdown_lines, markdown_prose


@pytest.mark.parametrize(
    "sentences",
    [
        ["Mr. J. A. Smith met Dr. Brown, e.g. on Dec. 5.", "They spoke."],
        ["It costs 3.50 euros, see Fig. 2 and No. 7.", "Version 2.0 is dearer."],
        ["So do I.", "Then we went to the U.S. Senate.", "It was in the U.S.", "The law is new."],
        ["She came at 5 p.m.", "He left."],
        ["Wait… what?", "Well...", "Maybe.", "And so on, etc.", "The end!"],
        ['"Stop!" he cried.', '"Why?"', "Nobody knew (not even she.)", "So it was."],
        ["“Go home,” she said.", "‘No!’", "He stayed."],
        ["1. Take two eggs.", "2. Beat them.", "In 1999.", "Then wait."],
        [
            "He works for Acme Inc. in Rome.",
            "Devlin et al. (2019) say so.",
            "See below.[12]",
            "It is.",
        ],
        ["彼は行った。", "本当か？", "「はい。」", "次は三.五です。"],
        ["यह है।", "वह है।"],
        ["هل هذا صحيح؟", "نعم۔"],
        ["no marks and no capitals"],
    ],
)
def test_sentences_end_where_a_reader_would_end_them(sentences):
    japanese = sentences[0][0] > "\u3000"
    assert split_sentences(("" if japanese else " ").join(sentences)) == sentences


def test_a_paragraph_ends_a_sentence_and_a_line_does_not():
    text = "A Heading\n\nOne sentence\nover two lines\n \t\nand more\r\n\r\nthe last\fpage two"
    expected = ["A Heading", "One sentence over two lines", "and more", "the last", "page two"]
    assert split_sentences(text) == expected


@pytest.mark.parametrize("text", ["", " \n\n\t ", "\u2029"])
def test_no_text_has_no_sentences(text):
    assert split_sentences(text) == []


def test_nothing_but_spaces_is_lost_and_no_sentence_is_empty_or_too_long():
    lines = difficult_lines(3000)
    for text in [*lines, "\n".join(lines), " ".join(lines), ". ".join(lines)]:
        sentences = split_sentences(text)
        assert "".join("".join(sentences).split()) == "".join(text.split())
        assert all(0 < len(sentence) <= MAX_SENTENCE for sentence in sentences)
        assert all(" ".join(sentence.split()) == sentence for sentence in sentences)


def test_what_is_too_long_is_cut_at_a_space_if_there_is_one():
    words = split_sentences("word " * 1000)
    assert len(words) == 6
    assert {word for sentence in words for word in sentence.split(" ")} == {"word"}
    assert [len(sentence) for sentence in split_sentences("x" * 2500)] == [1000, 1000, 500]


def test_lone_surrogates_become_characters_that_can_be_written():
    [sentence] = split_sentences("a \ud800 b")
    assert sentence.encode() == "a \ufffd b".encode()


def test_only_a_str_is_split():
    with pytest.raises(TypeError, match="bytes"):
        split_sentences(b"One. Two.")


HOSTILE = [
    ".", ". ", "a.", "! ", "x", "[1]", ".[1", "\n ", "(", "[", "![", "`", "`~a.", ":a", ":a:`", "*",
    "_", "<a", "[a](", "[a](b ", "http://", "<", "[^", "`<", "&", "|", "A. ", "1. ", ".\"", ", ",
    "a, ",
]  # fmt: skip


@pytest.mark.parametrize("part", HOSTILE)
def test_hostile_text_takes_linear_time(part):
    """No time is asserted: quadratic work on so much would be minutes, and seen."""
    text = part * (200_000 // len(part))
    split_sentences(text)
    markdown_prose(text)
    list(markdown_lines([text]))
    list(prose_paragraphs(text))
