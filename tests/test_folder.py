"""bertcourse.corpus.Folder: text files of every kind, and whatever can be wrong with them."""

import gzip
import itertools
import json
import lzma
import os
import pickle
import random
import tracemalloc
import warnings

import pytest
from text_files import write

from bertcourse.corpus import MAX_DOCUMENT, MAX_SENTENCE, CorpusError, CorpusWarning, Folder


def read(path):
    """All documents of a folder, with no warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return list(Folder(path))


@pytest.mark.parametrize("packing", ["", ".gz", ".xz"])
def test_the_three_kinds_are_read_packed_or_not(tmp_path, packing):
    rows = [
        {"sentences": ["Dr. A", "b.  c. D."]},
        {"title": "No.", "paragraphs": ["One. Two.", "Three"]},
        {"text": "Four. Five.\n\n\nSix"},
        {"sentences": None, "text": ""},
        {"text": None},
    ]
    lines = "\n\n".join(map(json.dumps, rows))
    write(tmp_path / f"b.jsonl{packing}", lines)
    write(tmp_path / f"a.txt{packing}", "One. Two.\n\nThree\nfour.")
    write(tmp_path / f"c.MD{packing}", "# Title\nText. More")
    assert read(tmp_path) == [
        ["One.", "Two.", "Three four."],
        ["Dr. A", "b. c. D."],
        ["One.", "Two.", "Three"],
        ["Four.", "Five.", "Six"],
        ["Title", "Text.", "More"],
    ]


def test_one_file_is_a_corpus_too(tmp_path):
    assert read(str(write(tmp_path / "a.txt", "One. Two."))) == [["One.", "Two."]]


def test_two_blank_lines_or_a_form_feed_part_documents_but_not_a_heading_from_its_text(tmp_path):
    text = "CHAPTER I\n\n\nOne. Two.\n\nThree.\n \n\t\n\nFour. Five.\n\fSix. Seven.\n* * *\n"
    assert read(write(tmp_path / "a.txt", text.replace("\n", "\r\n"))) == [
        ["CHAPTER I", "One.", "Two.", "Three."],
        ["Four.", "Five."],
        ["Six.", "Seven."],
    ]


def test_long_lines_are_paragraphs_and_short_ones_are_joined(tmp_path):
    long = "word " * 50
    document = read(write(tmp_path / "a.txt", f"= A title =\n{long}\nshort\nlines\n{long}"))[0]
    assert document == ["= A title =", long.strip(), "short lines", long.strip()]


def test_a_line_of_signs_is_no_sentence(tmp_path):
    assert read(write(tmp_path / "a.txt", "One.\n\n* * *\n\n---\n\nTwo.")) == [["One.", "Two."]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("kind", ["txt", "md", "jsonl"])
def test_unicode_is_read_with_and_without_its_mark(tmp_path, encoding, kind):
    text = '{"text": "Übung. 東京"}' if kind == "jsonl" else "Übung. 東京"
    write(tmp_path / f"a.{kind}", text.encode(encoding))
    assert read(tmp_path) == [["Übung.", "東京"]]


MARKDOWN = """---
title: Front matter
---
A *first* paragraph with **bold**, __this__, `code` and a [link](http://a.b/c "t") in it. It
goes on &amp; on, ![picture](x.png)see [this][1] and <b>that</b>: snake_case * 2.

Setext heading
==============
```python
x = "not prose"
~~~
```
~~~
neither
~~~
# Heading #

    indented code

- first entry
  of two lines
- [x] second entry

    goes on here
1. third

> quoted text
> in two lines

| a | table |
|---|-------|
| 1 | 2     |

<!-- a comment

of two paragraphs -->
See <https://x.org/y> or http://z.org.
***
[1]: http://definition
The end.
"""


def test_markdown_is_read_as_its_reader_sees_it(tmp_path):
    assert read(write(tmp_path / "a.md", MARKDOWN)) == [
        [
            "A first paragraph with bold, this, code and a link in it.",
            "It goes on & on, see this and that: snake_case * 2.",
            "Setext heading",
            "Heading",
            "first entry of two lines",
            "second entry",
            "goes on here",
            "third",
            "quoted text in two lines",
            "See or",
            "The end.",
        ]
    ]


def test_a_rule_in_the_first_line_is_no_front_matter(tmp_path):
    assert read(write(tmp_path / "a.md", "---\nOne.\n\nTwo.")) == [["One.", "Two."]]


def test_files_are_found_in_order_and_hidden_and_other_ones_are_not(tmp_path):
    for name in ["b/2.txt", "b/1.txt", "a.txt", ".git/x.txt", "b/.y.txt", "c.py", "b.txt.zip"]:
        write(tmp_path / name, name)
    assert read(tmp_path) == [["a.txt"], ["b/1.txt"], ["b/2.txt"]]


def test_a_folder_is_gone_through_again_and_again_with_the_same_result(tmp_path):
    for n in range(5):
        write(tmp_path / f"{n}.txt", f"Story {n}. The end.")
    folder = Folder(tmp_path)
    first = list(folder)
    assert len(first) == 5
    assert list(itertools.islice(folder, 2)) == first[:2]
    assert list(folder) == list(pickle.loads(pickle.dumps(folder))) == first


def test_links_in_a_circle_are_followed_once(tmp_path):
    write(tmp_path / "a" / "1.txt", "One. Two.")
    os.symlink(tmp_path, tmp_path / "a" / "up", target_is_directory=True)
    os.symlink(tmp_path / "a", tmp_path / "b", target_is_directory=True)
    assert read(tmp_path) == [["One.", "Two."]]


def cut_short(packed):
    return packed[: len(packed) // 2]


NOISE = random.Random(0).randbytes(3000).hex()
PROBLEMS = {
    "latin.txt": ("Gut.\nSch\xf6n.".encode("latin-1"), "line 2 is not UTF-8"),
    "half.txt": ("Schön".encode()[:4], "line 1 is not UTF-8"),
    "half16.txt": ("abc".encode("utf-16")[:-1], "not UTF-16"),
    "wide.txt": ("abc".encode("utf-32"), "binary"),
    "unmarked.txt": ("abc".encode("utf-16-le"), "binary"),
    "picture.txt": (b"\x89PNG\r\n\x1a\n\x00\x00", "not UTF-8"),
    "zeros.md": (b"abc\0def", "binary"),
    "cut.txt.gz": (cut_short(gzip.compress(NOISE.encode())), "damaged or was cut short"),
    "cut.txt.xz": (cut_short(lzma.compress(NOISE.encode())), "damaged or was cut short"),
    "plain.txt.gz": (b"this was never packed", "damaged or was cut short"),
    "plain.txt.xz": (b"this was never packed", "damaged or was cut short"),
    "flipped.txt.gz": (gzip.compress(NOISE.encode())[:-8] + b"8 bytes.", "damaged"),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_file_that_cannot_be_used_is_named_once_and_the_others_are_read(tmp_path, name):
    content, problem = PROBLEMS[name]
    (tmp_path / name).write_bytes(content)
    write(tmp_path / "z.txt", "One. Two.")
    folder = Folder(tmp_path)
    with pytest.warns(CorpusWarning, match=problem) as caught:
        assert list(folder) == [["One.", "Two."]]
    [warning] = caught
    assert str(tmp_path / name) in str(warning.message)
    assert "1 with a fault, of 2" in str(warning.message)
    assert list(folder.skipped) == [tmp_path / name]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert list(folder) == [["One.", "Two."]]


@pytest.mark.parametrize("name", PROBLEMS)
def test_where_nothing_is_left_the_error_says_what_was_found(tmp_path, name):
    content, problem = PROBLEMS[name]
    (tmp_path / name).write_bytes(content)
    write(tmp_path / "empty.txt", "")
    with pytest.warns(CorpusWarning), pytest.raises(CorpusError, match=problem) as error:
        list(Folder(tmp_path))
    assert name in str(error.value)
    assert "1 without any text" in str(error.value)


def test_what_is_no_file_is_named_and_never_waited_for(tmp_path):
    os.symlink(tmp_path / "gone.txt", tmp_path / "a.txt")
    os.symlink(tmp_path / "b.txt", tmp_path / "b.txt")
    os.mkfifo(tmp_path / "c.txt")
    write(tmp_path / "d.txt", "One. Two.")
    with pytest.warns(CorpusWarning) as caught:
        assert list(Folder(tmp_path)) == [["One.", "Two."]]
    said = [str(warning.message) for warning in caught]
    assert len(said) == 3
    assert all("cannot be read" in each for each in said[:2])
    assert "no regular file" in said[2]


def test_what_may_not_be_read_is_named(tmp_path):
    closed = write(tmp_path / "a.txt", "One. Two.")
    closed.chmod(0)
    if os.access(closed, os.R_OK):
        pytest.skip("this user may read everything")
    write(tmp_path / "b" / "b.txt", "One. Two.").parent.chmod(0)
    write(tmp_path / "c.txt", "One. Two.")
    with pytest.warns(CorpusWarning, match="Permission") as caught:
        assert list(Folder(tmp_path)) == [["One.", "Two."]]
    (tmp_path / "b").chmod(0o700)
    assert len(caught) == 2


def test_of_many_bad_files_ten_are_named_and_all_are_listed(tmp_path):
    for n in range(30):
        write(tmp_path / f"{n:02}.txt", b"\xff\xfe\xfd" if n < 29 else b"One. Two.")
    folder = Folder(tmp_path)
    with pytest.warns(CorpusWarning) as caught:
        assert list(folder) == [["One.", "Two."]]
    assert len(caught) == 10
    assert "`skipped`" in str(caught[-1].message)
    assert len(folder.skipped) == 29


def test_a_file_that_is_damaged_meanwhile_is_named(tmp_path):
    path = write(tmp_path / "a.txt", "One. Two.")
    write(tmp_path / "b.txt", "Three. Four.")
    folder = Folder(tmp_path)
    assert len(list(folder)) == 2
    path.write_bytes(b"\xe9")
    with pytest.warns(CorpusWarning, match=r"a\.txt"):
        assert list(folder) == [["Three.", "Four."]]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"text": "cut', "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ('"a text"', "holds no object"),
        ("[1, 2]", "holds no object"),
        ("{}", "none of the fields"),
        ('{"title": "x"}', "it has: 'title'"),
        ('{"text": 5}', "field text"),
        ('{"sentences": ["a", null]}', "field sentences"),
        ('{"paragraphs": {"a": "b"}}', "field paragraphs"),
    ],
)
def test_a_broken_line_of_json_is_named_by_its_number_and_the_others_are_read(
    tmp_path, line, problem
):
    good = '{"text": "One. Two."}'
    path = write(tmp_path / "a.jsonl", f"{good}\n\n{line}\n{good}\n{line}\n")
    with pytest.warns(CorpusWarning, match=problem) as caught:
        assert list(Folder(path)) == [["One.", "Two."]] * 2
    [warning] = caught
    assert "2 line(s) skipped, the first: line 3" in str(warning.message)
    with pytest.warns(CorpusWarning), pytest.raises(CorpusError, match=problem):
        list(Folder(write(tmp_path / "b.jsonl", line)))


def test_a_line_of_json_that_is_too_long_to_hold_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr("bertcourse.corpus.rows.MAX_JSON", 100)
    long = json.dumps({"text": "x" * 200_000})
    path = write(tmp_path / "a.jsonl", f'{long}\n{{"text": "One. Two."}}\n{long}')
    with pytest.warns(CorpusWarning, match="2 line.*line 1 has more than 100 characters"):
        assert list(Folder(path)) == [["One.", "Two."]]


def test_escaped_surrogates_in_json_can_be_written(tmp_path):
    [document] = read(write(tmp_path / "a.jsonl", '{"sentences": ["a \\ud83d b"]}'))
    assert document == ["a \ufffd b"]


def test_a_path_that_is_no_corpus_is_explained(tmp_path):
    with pytest.raises(CorpusError, match=r"no file or folder .*nowhere"):
        Folder(tmp_path / "nowhere")
    with pytest.raises(CorpusError, match=r"unknown kind.*\.jsonl"):
        Folder(write(tmp_path / "a.pdf", "x"))
    write(tmp_path / "b.pdf", "x")
    write(tmp_path / "LICENSE", "x")
    with pytest.raises(CorpusError, match=r"2 \.pdf, 1 without an ending.*\.txt"):
        Folder(tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(CorpusError, match="no files"):
        Folder(tmp_path / "empty")


# Long words, for to watch every small allocation takes time.
SENTENCE = f"{'long' * 40} {'word' * 40}, " * 2 + "Full stop. "


@pytest.mark.parametrize(
    ("name", "size", "head", "unit", "tail"),
    [
        ("one_line.txt", 30, "", SENTENCE, ""),
        ("wrapped.txt", 10, "", SENTENCE.replace(" ", "\n") + "\n", ""),
        ("unspaced.txt", 30, "", "字" * 300, ""),
        ("one_paragraph.md", 10, "", SENTENCE.replace(" ", "\n") + "\n", ""),
        ("fence.md", 30, "```\n", SENTENCE + "\n", "```\nOne. Two.\n"),
        ("rows.jsonl", 30, "", json.dumps({"text": SENTENCE * 30}) + "\n", ""),
        ("packed.txt.gz", 30, "", SENTENCE * 10 + "\n\n", ""),
    ],
)
def test_memory_stays_flat_over_a_large_file(tmp_path, name, size, head, unit, tail):
    opened = gzip.open if name.endswith(".gz") else open
    with opened(tmp_path / name, "wt", encoding="utf-8") as file:
        file.write(head)
        for _ in range(size * 1_000_000 // (len(unit.encode()) * 100)):
            file.write(unit * 100)
        file.write(tail)
    folder = Folder(tmp_path)
    tracemalloc.start()
    try:
        documents = iter(folder)
        longest = max(sum(map(len, document)) for document in documents)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert longest < MAX_DOCUMENT + MAX_SENTENCE
    assert peak < 2_500_000  # at least 10 million bytes were read
