"""bertcourse.corpus: the Hub, and opening, splitting and describing a corpus of any kind."""

import itertools
import sys
import types

import pytest
from text_files import write

from bertcourse.corpus import (
    CorpusError,
    Documentation,
    HubDataset,
    describe,
    open_corpus,
    split_corpus,
)
from bertcourse.storyworld import StoryWorld

# --- The Hub ----------------------------------------------------------------------------------


@pytest.fixture
def hub(monkeypatch):
    """A stand-in for the package `datasets`: a dict of data sets, and what was asked of it."""
    contents, asked = {}, []

    def load_dataset(name, config=None, **options):
        asked.append((name, config, options))
        if name not in contents:
            raise FileNotFoundError(f"Dataset {name!r} doesn't exist\nand more lines")
        return contents[name]

    module = types.ModuleType("datasets")
    module.load_dataset = load_dataset
    monkeypatch.setitem(sys.modules, "datasets", module)
    return types.SimpleNamespace(contents=contents, asked=asked)


def test_a_data_set_is_read_as_a_stream_and_again(hub):
    hub.contents["a/b"] = [{"text": "One. Two."}, {"text": None}, {"sentences": ["A", "B"]}]
    dataset = HubDataset("a/b", "part", split="test")
    assert hub.asked == [("a/b", "part", {"split": "test", "streaming": True})]
    assert list(dataset) == list(dataset) == [["One.", "Two."], ["A", "B"]]


def test_a_field_of_another_name_can_be_chosen(hub):
    hub.contents["a"] = [{"text": "No.", "body": ["One. Two.", "Three"]}]
    assert list(HubDataset("a", field="body")) == [["One.", "Two.", "Three"]]


def test_a_data_set_that_cannot_be_read_is_explained(hub, monkeypatch):
    with pytest.raises(CorpusError, match=r"'c' doesn't exist.*check its name") as error:
        HubDataset("c")
    assert "\n" not in str(error.value)
    hub.contents["a"] = [{"text": "One. Two."}, {"label": 3}]
    with pytest.raises(
        CorpusError, match=r"row 2 of a has none of the fields.*'label'.*name the field"
    ):
        list(HubDataset("a"))
    hub.contents["a"] = [{"text": ""}]
    with pytest.raises(CorpusError, match="no text in any"):
        list(HubDataset("a"))

    def breaks_off():
        yield {"text": "One. Two."}
        raise ConnectionError("gone")

    hub.contents["a"] = breaks_off()
    with pytest.raises(CorpusError, match=r"broke off.*ConnectionError: gone"):
        list(HubDataset("a"))
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(CorpusError, match="pip install datasets"):
        HubDataset("a")


# --- What is done with a corpus ---------------------------------------------------------------


def test_a_corpus_is_opened_by_what_a_command_line_says(tmp_path, hub, monkeypatch):
    hub.contents["a/b"] = [{"text": "One. Two."}]
    write(tmp_path / "docs" / "a.txt", "One. Two.")
    monkeypatch.chdir(tmp_path)
    assert isinstance(open_corpus("docs"), Documentation)
    assert list(open_corpus("./docs")) == [["One.", "Two."]]
    assert list(open_corpus("docs/a.txt")) == [["One.", "Two."]]
    assert list(open_corpus("hub:a/b")) == [["One.", "Two."]]
    assert [asked[:2] for asked in (open_corpus("hub:a/b:c"), hub.asked[-1])[1:]] == [("a/b", "c")]


def test_the_story_world_is_opened_with_its_seed():
    def begins(corpus):
        return list(itertools.islice(corpus, 3))

    assert begins(open_corpus("storyworld", seed=4)) == begins(StoryWorld(4))
    assert begins(open_corpus("storyworld")) != begins(StoryWorld(4))


@pytest.mark.parametrize("spec", ["storyworlds", "", " ", "hub:", "no/such/path", "a\0b"])
def test_what_is_no_corpus_gets_the_list_of_choices(spec):
    with pytest.raises(CorpusError, match=r"storyworld .*docs .*PATH .*hub:NAME"):
        open_corpus(spec)


def numbered(n):
    """A corpus of n documents."""
    return [[f"Document {i} begins.", f"It ends with {i}."] for i in range(n)]


class Endless:
    """A corpus without an end."""

    def __iter__(self):
        return ([f"Document {i} begins.", f"It ends with {i}."] for i in itertools.count())


def texts(corpus):
    return {" ".join(document) for document in corpus}


@pytest.mark.parametrize("n", [*range(12), 100, 999, 1000, 5000])
def test_the_two_parts_share_nothing_and_leave_nothing_out(n):
    train, held_out = split_corpus(numbered(n))
    assert texts(train) | texts(held_out) == texts(numbered(n))
    assert not texts(train) & texts(held_out)
    assert list(train) == list(train)
    assert list(held_out) == list(held_out)


def test_a_share_is_held_out_and_of_few_documents_two():
    assert [len(list(split_corpus(numbered(n))[1])) for n in (0, 1, 2, 3, 4, 50, 200)] == [
        *(0, 0, 0, 1, 2, 2, 4)
    ]
    held_out = len(list(split_corpus(numbered(20_000), 0.05)[1]))
    assert abs(held_out - 1000) < 5 * (20_000 * 0.05 * 0.95) ** 0.5  # one in a million beyond
    assert list(split_corpus(numbered(5), 0)[1]) == []


@pytest.mark.parametrize("n", [30, 3000])
def test_the_order_of_documents_decides_nothing_and_the_seed_does(n):
    documents = numbered(n)
    expected = texts(split_corpus(documents)[1])
    assert texts(split_corpus(documents[::-1])[1]) == expected
    assert texts(split_corpus(documents, seed=1)[1]) != expected


def test_documents_of_the_same_text_are_never_parted():
    for n in (40, 3000):
        train, held_out = split_corpus(numbered(n) * 3, 0.2)
        assert not texts(train) & texts(held_out)
        assert len(list(held_out)) == 3 * len(texts(held_out)) > 0
    assert len(list(split_corpus(numbered(1) * 5)[0])) == 5


def test_what_is_held_out_is_capped_and_the_rest_of_it_never_trained_on():
    train, all_held_out = split_corpus(numbered(3000), 0.2)
    same, few = split_corpus(numbered(3000), 0.2, most=10)
    assert list(few) == list(all_held_out)[:10]
    assert list(same) == list(train)


class ReadAtMost:
    """A corpus that can be gone through so many times."""

    def __init__(self, documents, times):
        self.documents, self.left = documents, times

    def __iter__(self):
        self.left -= 1
        assert self.left >= 0, "the corpus was read once too often"
        return iter(self.documents)


@pytest.mark.parametrize("most", [5, 2000])
def test_what_is_held_out_need_not_be_looked_for_again_after_training_text(most):
    expected = list(split_corpus(numbered(3000), 0.2, most=most)[1])
    train, held_out = split_corpus(ReadAtMost(numbered(3000), 2), 0.2, most=most)
    assert texts(train) and list(held_out) == list(held_out) == expected


def test_training_text_that_was_not_read_to_its_end_tells_nothing_of_the_rest():
    train, held_out = split_corpus(numbered(3000), 0.2)
    assert len(list(itertools.islice(train, 10))) == 10
    assert len(list(held_out)) > 400


def test_an_endless_corpus_is_split_as_it_comes():
    train, held_out = split_corpus(Endless(), most=20)
    assert len(list(held_out)) == 20
    assert len(list(itertools.islice(train, 100))) == 100
    assert list(split_corpus(Endless(), 0)[1]) == []


@pytest.mark.parametrize("numbers", [(1, 5), (-0.1, 5), (0.1, -1), (float("nan"), 5)])
def test_a_share_out_of_range_is_an_error(numbers):
    with pytest.raises(ValueError, match="choose"):
        split_corpus(numbered(5), numbers[0], most=numbers[1])


def test_a_description_counts_what_is_there():
    corpus = [["The cat sat.", "It didn't!"], ["the CAT, 3 cats"]]
    found = describe(corpus)
    assert (found.documents, found.sentences, found.words, found.distinct_words) == (2, 3, 9, 7)
    assert found.is_whole
    assert found.sentences_per_document == 1.5
    assert found.words_per_sentence == 3
    assert found.samples == corpus
    assert "documents                  2\n" in str(found)


def test_a_description_of_a_part_says_so():
    assert "there are more" in str(describe(Endless(), limit=10))
    assert describe(Endless(), limit=10).documents == 10
    assert describe(numbered(10), limit=10).is_whole
    assert not describe(numbered(11), limit=10).is_whole
    assert describe(numbered(11), limit=None).documents == 11


def test_a_description_of_nothing_is_all_zeros():
    assert describe([]).words == describe([]).sentences_per_document == 0


def test_every_document_is_as_likely_to_be_a_sample():
    corpus = numbered(10)
    drawn = [corpus.index(s) for seed in range(2000) for s in describe(corpus, seed=seed).samples]
    counts = [drawn.count(i) for i in range(10)]
    assert sum(counts) == 6000
    assert all(abs(count - 600) < 5.5 * (2000 * 0.3 * 0.7) ** 0.5 for count in counts)


def test_samples_are_shown_as_text_that_commands_no_terminal():
    shown = str(describe([["\x1b[31mred\x07 \u202e <b>[bold]x[/bold]</b>", "y" * 1000]]))
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "\u202e" not in shown
    assert "<b>[bold]x[/bold]</b>" in shown
    assert max(map(len, shown.splitlines())) < 310
