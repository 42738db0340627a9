"""bertcourse.storyworld: the stories read well, hang together, and the truth about them is true."""

import hashlib
import json
import re
from collections import Counter
from dataclasses import asdict
from itertools import chain, islice, pairwise
from random import Random

import pytest

from bertcourse.storyworld import PLOTS, Story, StoryWorld, make_story, teller, words
from bertcourse.storyworld.grammar import PRONOUNS, Dice, Entity, parse
from bertcourse.storyworld.phrases import LEXICON
from bertcourse.storyworld.teller import Teller
from bertcourse.storyworld.world import RELATIONS, World

N = 1000
TAGS = set(
    [
        "NOUN",
        "PROPN",
        "PRON",
        "VERB",
        "AUX",
        "ADJ",
        "ADV",
        "ADP",
        "DET",
        "CONJ",
        "SCONJ",
        "NUM",
        "PART",
        "PUNCT",
        "INTJ",
    ]
)


@pytest.fixture(scope="module")
def stories() -> list[Story]:
    world = StoryWorld(seed=1)
    return [world.story(i) for i in range(N)]


def all_sentences(stories):
    return [sentence for story in stories for sentence in story.sentences]


def mentions_in(story, i):
    """{(start, end): cluster number} of sentence i."""
    return {
        (start, end): number
        for number, cluster in enumerate(story.coreference)
        for sentence, start, end in cluster
        if sentence == i
    }


# ------------------------------------------------------------------------------- reproducibility


def test_the_same_seed_tells_the_same_stories_on_every_machine():
    # If stories were changed on purpose, put the new sums here.
    told = "\n".join("\n".join(document) for document in StoryWorld(seed=0, n=40))
    truth = json.dumps([asdict(StoryWorld(seed=0).story(i)) for i in range(40)])
    assert hashlib.sha256(told.encode()).hexdigest()[:16] == "0a2aad879f245e58"
    assert hashlib.sha256(truth.encode()).hexdigest()[:16] == "0266985488a887d3"


def test_make_story_takes_a_seed_or_a_source_of_randomness():
    assert make_story(5) == make_story(5) == make_story(Random(5))
    rng = Random(5)
    assert make_story(rng) != make_story(rng)


def test_a_world_is_gone_through_again_and_shared_by_number():
    world = StoryWorld(seed=3, n=4)
    documents = list(world)
    assert documents == list(world) == [world.story(i).sentences for i in range(4)]
    assert documents == list(islice(StoryWorld(seed=3), 4))
    assert documents != list(StoryWorld(seed=-3, n=4))
    assert list(StoryWorld(n=0)) == []
    with pytest.raises(ValueError, match="n=-1"):
        StoryWorld(n=-1)


def test_dice_use_nothing_but_random():
    class Fixed(Random):
        def random(self):
            return 0.999

    dice = Dice(Fixed())
    assert dice.choice("abc") == "c" and dice.sample("abc", 3) == ["c", "b", "a"]


# --------------------------------------------------------------------------------- words and tags


def test_every_word_is_tagged_and_every_span_holds_its_word(stories):
    for story in stories:
        for sentence, spans, tags in zip(story.sentences, story.words, story.pos, strict=True):
            assert len(spans) == len(tags) and set(tags) <= TAGS
            assert all(sentence[word.start : word.end] == word.text for word in spans)
            covered = "".join(word.text for word in spans)
            assert covered == sentence.replace(" ", "")


def test_a_word_without_ambiguity_always_has_the_same_tag(stories):
    tags_of: dict[str, set[str]] = {}
    for story in stories:
        for spans, tags in zip(story.words, story.pos, strict=True):
            for word, tag in zip(spans, tags, strict=True):
                tags_of.setdefault(word.text.lower(), set()).add(tag)
    for word, tag in [
        ("the", "DET"),
        ("and", "CONJ"),
        ("she", "PRON"),
        ("was", "AUX"),
        (".", "PUNCT"),
    ]:
        assert tags_of[word] == {tag}
    assert sum(len(tags) > 1 for tags in tags_of.values()) < 0.06 * len(tags_of)


def test_writing_is_clean(stories):
    for sentence in all_sentences(stories):
        assert re.fullmatch(r'["A-ZÀ-Ý].*[.!?]"?', sentence), sentence
        assert not re.search(r"\s{2}|\s[.,!?;:]|[<>{}\[\]_|/^]|\bi\b|\.\.|,,|,\.", sentence), (
            sentence
        )
        assert sentence.count('"') % 2 == 0, sentence
        for quote in re.findall(r'"([^"]*)"', sentence):
            assert re.fullmatch(r"[A-Z].*[.,!?]", quote), sentence
        assert not re.search(r"\b(\w+) \1\b", sentence.lower().replace("that that", "")), sentence


def test_a_or_an_by_sound(stories):
    for sentence in all_sentences(stories):
        for an, word in re.findall(r"\b([Aa]n?) (\w+)", sentence):
            sounds_like_a_vowel = word[0].lower() in "aeiou" and not re.match(
                "uni|use|uku|eu|one", word
            )
            sounds_like_a_vowel |= word.startswith(("hour", "honest"))
            assert (an.lower() == "an") == sounds_like_a_vowel, sentence


@pytest.mark.parametrize(
    ("verb", "third", "past", "participle", "ing"),
    [
        ("stop", "stops", "stopped", "stopped", "stopping"),
        ("carry", "carries", "carried", "carried", "carrying"),
        ("lie", "lies", "lay", "lain", "lying"),
        ("go", "goes", "went", "gone", "going"),
        ("make", "makes", "made", "made", "making"),
        ("play", "plays", "played", "played", "playing"),
        ("overtake", "overtakes", "overtook", "overtaken", "overtaking"),
        ("watch", "watches", "watched", "watched", "watching"),
    ],
)
def test_verbs_inflect(verb, third, past, participle, ing):
    assert words.third_person(verb) == third
    assert words.past_forms(verb) == (past, participle)
    assert words.ing_form(verb) == ing


@pytest.mark.parametrize(
    ("template", "message"),
    [("{a} xyzzy .", "say what 'xyzzy' is"), ("(the|a .", "bracket"), ("the # .", "cannot read")],
)
def test_a_faulty_template_is_explained(template, message):
    with pytest.raises(ValueError, match=message):
        parse(template)


def strings_in(code):
    """The string constants of a function, without its docstring."""
    for constant in code.co_consts[1:]:
        for each in constant if isinstance(constant, tuple) else (constant,):
            if isinstance(each, str):
                yield each
            elif hasattr(each, "co_consts"):
                yield from strings_in(each)


def test_every_template_can_be_read_also_those_that_come_up_once_in_a_million():
    plots = [strings_in(plot.__code__) for plot in PLOTS]
    passages = [strings_in(f.__code__) for f in vars(Teller).values() if hasattr(f, "__code__")]
    phrases = [phrases for tag, phrases in LEXICON.values() if not tag]
    fixed = [teller.MOMENTS, teller.BOTH_ENDINGS, teller.GOOD_ENDINGS, teller.BAD_ENDINGS]
    weather = [*words.WEATHER.values(), *words.WEATHER_EFFECTS.values()]
    read = 0
    for template in chain.from_iterable([*plots, *passages, *phrases, *fixed, *weather]):
        if re.search(r"[\[{<]", template):
            parse(template.replace(" *]", " ing]"))
            read += 1
    assert read > 1000


# ------------------------------------------------------------------------------------- agreement

PLURAL_PRONOUNS = {"they", "we", "you", "these", "those", "both", "many"}
SINGULAR_IN_S = {"iris", "news", "atlas"}
PLURAL_NOUNS = {"children", "people", "police", "mice", "deer", "geese", "sheep", "feet"}
BASE_IN_S = {"pass", "miss", "guess", "press"}


def is_plural(story, i, subject):
    text = story.words[i][subject].text.lower()
    tag = story.pos[i][subject]
    if tag == "PRON":
        return text in PLURAL_PRONOUNS
    following = [word.text for word in story.words[i][subject + 1 : subject + 3]]
    if tag in ("PROPN", "NOUN") and "and" in following[:1]:
        cluster = [
            number for (start, _), number in mentions_in(story, i).items() if start == subject
        ]
        return len(cluster) > 1 or story.pos[i][subject + 2] in (
            "PROPN",
            "NUM",
            "PRON",
            "DET",
            "NOUN",
        )
    if tag == "PROPN":
        return False
    if tag == "NUM":
        return text != "one"
    return text in PLURAL_NOUNS or (
        text.endswith("s") and not text.endswith(("ss", "us")) and text not in SINGULAR_IN_S
    )


def test_finite_verbs_agree_with_their_subjects(stories):
    checked = Counter()
    for story in stories:
        for i, subject, verb in story.subject_verb:
            assert story.pos[i][verb] in ("VERB", "AUX")
            word, noun = story.words[i][verb].text.lower(), story.words[i][subject].text
            context = (story.sentences[i], noun, word)
            if noun == "I":
                assert word in ("am", "was") or not word.endswith("s") or word in BASE_IN_S, context
            elif is_plural(story, i, subject):
                assert word not in ("is", "was", "has", "does", "am"), context
                assert not word.endswith("s") or word in BASE_IN_S, context
                checked["plural"] += 1
            elif word not in ("can", "will", "could", "would"):
                assert word not in ("are", "were", "have", "do", "am"), context
                checked["singular"] += 1
                checked["present"] += word.endswith("s")
    assert checked["plural"] > 1000 and checked["present"] > 2000


def tells_in_the_present(story):
    told = re.sub(r'"[^"]*"', "", " ".join(story.sentences))
    return len(re.findall(r"\b(is|are|has|does)\b", told)) > len(
        re.findall(r"\b(was|were|had|did)\b", told)
    )


def test_singular_subjects_in_the_present_take_an_s(stories):
    """In stories told in the present, outside quotes: no bare verb after she, he or a name."""
    present = [s for s in stories if tells_in_the_present(s)]
    assert len(present) > 200
    for story in present:
        for i, subject, verb in story.subject_verb:
            word = story.words[i][verb].text
            if story.words[i][subject].text.lower() in ("she", "he", "it") and word != "can":
                assert word.endswith("s") or word in ("will", "had"), story.sentences[i]


def test_nominative_and_objective_pronouns_stand_in_their_places(stories):
    for story in stories:
        subjects = {(i, subject) for i, subject, _ in story.subject_verb}
        for i, (spans, tags) in enumerate(zip(story.words, story.pos, strict=True)):
            for j, (word, tag) in enumerate(zip(spans, tags, strict=True)):
                if tag == "PRON" and word.text.lower() in ("he", "she", "they", "we", "i"):
                    assert (i, j) in subjects, story.sentences[i]
                if tag == "PRON" and word.text.lower() in ("him", "them", "us", "me"):
                    assert (i, j) not in subjects, story.sentences[i]


# ---------------------------------------------------------------------------------- coreference


def test_pronouns_stand_for_somebody_of_that_gender_named_before(stories):
    third_person = {form: kind for kind in ("she", "he") for form in PRONOUNS[kind]}
    third_person["his"] = "he"
    checked = 0
    for story in stories:
        kinds = dict(story.entities)
        for i, (spans, tags) in enumerate(zip(story.words, story.pos, strict=True)):
            here = {
                start: number
                for (start, end), number in mentions_in(story, i).items()
                if end == start + 1
            }
            for j, (word, tag) in enumerate(zip(spans, tags, strict=True)):
                kind = third_person.get(word.text.lower())
                if tag != "PRON" or kind is None:
                    continue
                assert j in here, (story.sentences[i], word.text)
                before = [m for m in story.coreference[here[j]] if (m[0], m[1]) < (i, j)]
                texts = [story.words[s][end - 1].text for s, _, end in before]
                names = [text for text in texts if text in kinds]
                assert names, story.sentences[: i + 1]
                if kinds[names[0]] == "person":
                    assert names[0] in (words.WOMEN if kind == "she" else words.MEN)
                checked += 1
    assert checked > 3000


def test_a_pronoun_that_begins_a_sentence_has_one_antecedent_in_the_last(stories):
    checked = 0
    for story in stories:
        gender = {
            name: "she" if name in words.WOMEN else "he"
            for name, kind in story.entities
            if kind == "person"
        }
        for i in range(1, len(story.sentences)):
            first = story.words[i][0].text.lower()
            if first not in ("she", "he"):
                continue
            text = story.sentences[i - 1]
            named = {
                name for name in gender if re.search(rf"\b{name}\b", text) and gender[name] == first
            }
            assert len(named) <= 1, story.sentences[i - 1 : i + 1]
            checked += 1
    assert checked > 500


def test_mentions_that_are_names_name_one_entity(stories):
    for story in stories:
        names = [name for name, kind in story.entities if kind == "person"]
        for cluster in story.coreference:
            texts = {story.words[s][e - 1].text for s, start, e in cluster if e - start == 1}
            assert len(texts & set(names)) <= 1
    kinds = {kind for story in stories for _, kind in story.entities}
    assert kinds == {"person", "animal", "thing", "place", "spot", "group"}


# ------------------------------------------------------------------------------- world and truth


def replay(story):
    """Do everything again, and refuse what cannot be."""
    state, told_until = {}, -1
    for event in story.events:
        assert event.sentence >= told_until or event.sentence == -1
        told_until = max(told_until, event.sentence)
        who, what, target = event.who, event.what, event.target
        if event.action in ("start", "move"):
            if what:
                state["holder", what] = who
            else:
                state["place", who] = target
        elif event.action in RELATIONS:
            state[event.action, who] = target
        elif event.action == "take":
            lies = state.pop(("place", what))
            assert state["place", who] in (lies, state.get(("place", lies))), event
            state["holder", what] = who
        else:
            assert state["holder", what] == who, (event, story.sentences)
            if event.action == "give":
                assert state["place", who] == state["place", target], (event, story.sentences)
                state["holder", what] = target
            elif event.action in ("put", "lose"):
                room = state.get(("place", target), target)
                assert state.get(("place", who), room) == room, (event, story.sentences)
                del state["holder", what]
                state["place", what] = target
            elif event.action == "use_up":
                state = {key: value for key, value in state.items() if key[1] != what}
    return state


def test_nobody_hands_over_what_they_do_not_have_or_is_in_two_places(stories):
    for story in stories:
        state = replay(story)
        assert {(relation, who): value for relation, who, value in story.state} == state
        assert not {what for r, what in state if r == "holder"} & {
            what for r, what in state if r == "place"
        }


def test_an_impossible_action_is_refused():
    world = World()
    ada, bo, key = (
        Entity("Ada", "person", ""),
        Entity("Bo", "person", ""),
        Entity("key", "thing", "key"),
    )
    park, zoo = Entity("park", "place", "park"), Entity("zoo", "place", "zoo")
    world.own(ada, key)
    world.start(ada, park)
    world.start(bo, zoo)
    for action in (
        lambda: world.give(bo, key, ada),
        lambda: world.give(ada, key, bo),
        lambda: world.take(bo, key),
        lambda: world.put(ada, key, zoo),
    ):
        with pytest.raises(ValueError, match="cannot happen"):
            action()
    world.move(bo, park)
    world.give(ada, key, bo)
    assert world.state["holder", "key"] == "Bo"


def test_answers_stand_in_the_story_where_the_fact_says(stories):
    for story in stories:
        for fact in story.facts:
            assert story.sentences[fact.sentence][fact.start : fact.end] == fact.answer
            assert re.fullmatch(r"[A-Z].*[^ ]\?", fact.question)
            assert not set(fact.question.lower().rstrip("?").split()) & {
                "she",
                "he",
                "her",
                "his",
                "him",
            }
        questions = [fact.question for fact in story.facts]
        assert len(questions) == len(set(questions))
    assert sum(len(story.facts) for story in stories) > 3 * N


def test_entailed_statements_are_true_and_contradicted_ones_false(stories):
    negated = Counter()
    for story in stories:
        state = {(relation, who): value for relation, who, value in story.state}
        for statements, truth in ((story.entailed, True), (story.contradicted, False)):
            for each in statements:
                holds = state[each.relation, each.subject] == each.value
                assert (holds != each.negated) == truth, each
                assert each.negated == (" not " in each.text)
                negated[truth] += each.negated
        assert len(story.entailed) == len(story.contradicted) == len(story.neutral)
        for each in story.neutral:
            assert each.text not in story.sentences
    assert negated[True] == negated[False] > N
    assert {each.relation for story in stories for each in story.entailed} == set(RELATIONS)


# ----------------------------------------------------------------- variety, context and balance


def test_there_are_two_thousand_word_forms_and_more(stories):
    forms = Counter(re.findall(r"[^\W\d_][\w'-]*", " ".join(all_sentences(stories)).lower()))
    assert len(forms) >= 2300
    assert sum(count >= 3 for count in forms.values()) >= 1900


def test_stories_differ_in_plot_length_shape_and_wording(stories):
    assert len({story.plot for story in stories}) >= 20
    lengths = Counter(len(story.sentences) for story in stories)
    assert min(lengths) >= 6 and max(lengths) <= 20 and len(lengths) >= 8
    assert len({tuple(story.sentences) for story in stories}) == N
    shapes = {tags for story in stories for tags in story.pos}
    assert len(shapes) > 2000
    counts = Counter(all_sentences(stories))
    assert max(counts.values()) < 0.02 * N
    assert sum(count - 1 for count in counts.values()) < 0.1 * sum(counts.values())
    for story in stories:
        assert len(set(story.sentences)) == len(story.sentences)


@pytest.mark.parametrize(
    "shape",
    [
        r'^"[^"]+\?" ',  # a question in dialogue
        r'^"[^"]+," (said|says)',  # a statement in dialogue
        r"\bwho \w+ ",  # a relative clause
        r"\bwhich \w+",
        r"\b(did|does) not \w+",  # negation
        r"\b(because|Because)\b",
        r", so \w+",
        r"\b(although|Although)\b",
        r"^When \w+",
        r"\buntil\b",
        r"\bthan\b",  # a comparison
        r"\bas \w+ as\b",
        r"\b(There|there) (was|were|is|are)\b",
        r"\w's \w+",
        r"\b(said|says|promised|promises|thought|writes|wrote) that\b",  # reported speech
        r"\b(was|were|is|are) \w+(ed|en) by\b",  # the passive
        r"^(In|On|At|Under|Behind) [^,]+, \w+",  # something else than the subject first
        r"\b(had|has|have) \w+(ed|en|t)\b",  # the perfect
    ],
)
def test_sentences_come_in_many_shapes(stories, shape):
    assert sum(bool(re.search(shape, sentence)) for sentence in all_sentences(stories)) >= 5


def test_good_and_bad_endings_are_as_frequent_and_no_sentence_gives_them_away(stories):
    positive = sum(story.sentiment == "positive" for story in stories)
    assert abs(positive - N / 2) < 5 * (N / 4) ** 0.5  # five standard deviations: one in a million
    for label in ("positive", "negative"):
        mine = [story for story in stories if story.sentiment == label]
        counts = Counter(sentence for story in mine for sentence in story.sentences)
        assert counts.most_common(1)[0][1] < 0.03 * len(mine)
    happy = {
        s.sentiment for s in stories if re.search(r"\b(glad|happy|proud)\b", " ".join(s.sentences))
    }
    assert happy == {"positive", "negative"}


def test_what_comes_back_is_told_by_the_story_and_not_by_the_word_before(stories):
    """Names, colours and places mentioned again: a bigram guess fails where the story has them."""
    half = len(stories) // 2
    following: dict[str, Counter] = {}
    for sentence in all_sentences(stories[:half]):
        for before, word in pairwise(["^", *re.findall(r"[\w'-]+|[^\w\s]", sentence)]):
            following.setdefault(before, Counter())[word] += 1
    guess = {before: counts.most_common(1)[0][0] for before, counts in following.items()}
    hits = told = total = all_hits = all_total = 0
    open_words = {*words.WOMEN, *words.MEN, *words.VILLAGES, *words.COLOURS, *words.PET_NAMES}
    for story in stories[half:]:
        earlier: set[str] = set()
        for i, sentence in enumerate(story.sentences):
            tokens = re.findall(r"[\w'-]+|[^\w\s]", sentence)
            for before, word in pairwise(["^", *tokens]):
                all_total += 1
                all_hits += guess.get(before) == word
                if i >= 2 and word in open_words:
                    total += 1
                    told += word in earlier
                    hits += guess.get(before) == word
            earlier |= set(tokens)
    assert total > 3000
    assert hits / total < 0.02
    assert told / total > 0.6
    assert all_hits / all_total < 0.32


def test_a_sentence_fits_its_story_and_not_another(stories):
    """Most share somebody or something with the one before; with a stranger's, hardly any."""

    def names(story, i):
        known = {name for name, kind in story.entities if kind in ("person", "animal", "thing")}
        return {word.text for word in story.words[i]} & known

    def mentions(story, i):
        return set(mentions_in(story, i).values())

    linked = [
        bool(mentions(s, i) & mentions(s, i + 1))
        for s in stories
        for i in range(len(s.sentences) - 1)
    ]
    assert sum(linked) / len(linked) > 0.6
    strangers = [bool(names(a, i) & names(b, i)) for a, b in pairwise(stories) for i in range(6)]
    assert sum(strangers) / len(strangers) < 0.03
