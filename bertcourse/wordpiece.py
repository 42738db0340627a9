"""Week 3: from text to pieces, as BERT does it, in plain Python.

Text is cut into words (`basic_tokenize`), words are cut into pieces (`wordpiece`), and the pieces
themselves are learned from text (`learn_merges`, `learn_vocabulary`). The rules are those of
google-research/bert, which the paper's models were trained with; the one to use, faster and with
offsets, pairs and batches, is `WordPieceTokenizer` in the next file.

Source: Devlin et al. (2019), section 3, "Input/Output Representations"; Wu et al. (2016), "Google's
Neural Machine Translation System", section 4.1; Schuster & Nakajima (2012), "Japanese and Korean
Voice Search", section 3.
"""

import heapq
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

PAD, UNK, CLS, SEP, MASK = SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
PREFIX = "##"  # marks a piece that continues a word
MAX_CHARS = 100  # a longer word is not worth the search: it becomes [UNK] as a whole

# --- From text to words -----------------------------------------------------------------------

# The blocks of Chinese characters. Hangul, Hiragana and Katakana are not among them: they are
# written in words, or, in Japanese, at least not looked up one by one.
CJK_BLOCKS = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


def is_whitespace(char: str) -> bool:
    """A space of any width, a tab or a line end."""
    return char in " \t\n\r" or unicodedata.category(char) == "Zs"


def is_control(char: str) -> bool:
    """A character that is not seen: a control or format character, such as a zero-width joiner."""
    return char not in "\t\n\r" and unicodedata.category(char) in ("Cc", "Cf")


def is_cjk(char: str) -> bool:
    """A Chinese character, which BERT takes for a word of its own."""
    return any(first <= ord(char) <= last for first, last in CJK_BLOCKS)


def is_punctuation(char: str) -> bool:
    """Punctuation as Unicode has it, and every ASCII sign that is no letter, digit or space."""
    if char.isascii():
        return char.isprintable() and not char.isalnum() and char != " "
    return unicodedata.category(char).startswith("P")


def clean_text(text: str) -> str:
    """Drop what is not seen or could not be decoded, and make every whitespace a plain space."""
    seen = (char for char in text if char not in "\0\ufffd" and not is_control(char))
    return "".join(" " if is_whitespace(char) else char for char in seen)


def space_out(text: str, is_word: Callable[[str], bool]) -> str:
    """Put spaces around every character that is a word of its own."""
    return "".join(f" {char} " if is_word(char) else char for char in text)


def strip_accents(text: str) -> str:
    """Take letters and their accents apart (NFD), and drop the accents: é becomes e.

    Hangul syllables come apart too, into their letters, and stay so.
    """
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(char for char in decomposed if unicodedata.category(char) != "Mn")


def basic_tokenize(text: str, lower: bool = True) -> list[str]:
    """Cut a text into words and punctuation marks.

    In this order: clean, set Chinese characters apart, split at spaces, lower-case and strip
    accents, split off punctuation.

    Args:
        text: any text.
        lower: lower-case and strip accents, as for an uncased model.

    Returns:
        The words in order; none is empty, and none contains a space.

    Raises:
        TypeError: if `text` is not a str.

    Source: google-research/bert, the BasicTokenizer in tokenization.py.
    """
    check_type(text)
    words = space_out(clean_text(text), is_cjk).split()
    if lower:
        words = [strip_accents(word.lower()) for word in words]
    return [part for word in words for part in space_out(word, is_punctuation).split()]


# --- From words to pieces ---------------------------------------------------------------------


def wordpiece(
    word: str, vocab: Container[str], unk: str = UNK, max_chars: int = MAX_CHARS
) -> list[str]:
    """Cut a word into pieces of a vocabulary: the longest that fits, then the longest after it.

    Args:
        word: one word, as `basic_tokenize` gives them.
        vocab: the pieces; all but a word's first piece begin with `##`.
        unk: what stands for a word that cannot be cut so, the whole of it.
        max_chars: longer words become `unk` without a search.

    Returns:
        The pieces in order; without their `##`, they spell the word.

    Raises:
        TypeError: if `word` is not a str.

    Source: Wu et al. (2016), section 4.1; google-research/bert, the WordpieceTokenizer in
    tokenization.py.
    """
    check_type(word)
    if len(word) > max_chars:
        return [unk]
    pieces, start = [], 0
    while start < len(word):
        prefix = PREFIX if start > 0 else ""
        ends = range(len(word), start, -1)  # the longest piece first
        end = next((end for end in ends if prefix + word[start:end] in vocab), None)
        if end is None:
            return [unk]
        pieces.append(prefix + word[start:end])
        start = end
    return pieces


def wordpiece_tokenize(text: str, vocab: Container[str], lower: bool = True) -> list[str]:
    """Cut a text into pieces: `basic_tokenize`, then `wordpiece` on every word.

    Raises:
        TypeError: if `text` is not a str.
    """
    return [piece for word in basic_tokenize(text, lower) for piece in wordpiece(word, vocab)]


# --- Where the pieces come from ---------------------------------------------------------------


@dataclass(frozen=True)
class Merge:
    """One step of learning: two pieces that stand side by side often become one.

    Attributes:
        pair: the two pieces, such as `("un", "##aff")`.
        count: how often they stand side by side, over all words.
        piece: what they become, such as `"unaff"`.
    """

    pair: tuple[str, str]
    count: int
    piece: str


def count_words(texts: Iterable[str], lower: bool = True) -> Counter[str]:
    """How often each word of `basic_tokenize` occurs in all the texts together.

    Raises:
        TypeError: if `texts` is one text, or holds anything but texts.
    """
    return Counter(word for text in check_texts(texts) for word in basic_tokenize(text, lower))


def characters(word: str) -> list[str]:
    """A word in the smallest pieces there are: `["h", "##u", "##g"]`."""
    return [word[0], *(PREFIX + char for char in word[1:])]


def join_pair(pieces: list[str], pair: tuple[str, str]) -> list[str]:
    """Make every occurrence of a pair one piece, from left to right."""
    joined, i = [], 0
    while i < len(pieces):
        if tuple(pieces[i : i + 2]) == pair:
            joined.append(pair[0] + pair[1].removeprefix(PREFIX))
            i += 2
        else:
            joined.append(pieces[i])
            i += 1
    return joined


def learn_merges(word_counts: Mapping[str, int], min_count: int = 2) -> Iterator[Merge]:
    """Learn pieces from words, one merge at a time: the most frequent pair becomes a piece.

    Every word starts as its characters. Of all pairs of neighbours the most frequent is joined
    wherever it stands; of equally frequent ones the first in the order of code points, so that the
    same words give the same merges, always. Only the counts of the words that change are brought
    up to date, and a queue keeps the most frequent pair at hand.

    This is byte-pair encoding, the rule of the `tokenizers` library's WordPiece trainer. Google
    never published the code that learned BERT's pieces; the original WordPiece joins the pair that
    raises the likelihood of the text most, if every piece is as likely as it is frequent. Of N
    pieces in all, joining a and b gains about

        count(ab) · log(N · count(ab) / (count(a) · count(b)))

    so a pair has to be frequent, and more frequent than its parts would make it by chance.

    Args:
        word_counts: how often each word occurs.
        min_count: pairs that occur less often are not joined.

    Yields:
        The merges in order, until no pair is left that is frequent enough. Two merges may give the
        same piece by different ways, as a + ##bc and ab + ##c do.

    Source: Sennrich et al. (2016), "Neural Machine Translation of Rare Words with Subword Units",
    section 3.2; for the likelihood, Schuster & Nakajima (2012), section 3.
    """
    words = [(characters(word), count) for word, count in word_counts.items() if word]
    pair_counts: Counter[tuple[str, str]] = Counter()
    where: dict[tuple[str, str], list[int]] = defaultdict(list)  # words a pair stands, or stood, in
    for index, (pieces, count) in enumerate(words):
        for pair in pairwise(pieces):
            pair_counts[pair] += count
            where[pair].append(index)
    queue = [(-count, pair) for pair, count in pair_counts.items()]
    heapq.heapify(queue)
    while queue:
        count, pair = heapq.heappop(queue)
        if -count < min_count:
            return
        if pair_counts[pair] != -count:
            continue  # an old count: the pair stands in the queue again, with the new one
        yield Merge(pair, -count, join_pair(list(pair), pair)[0])
        changed = set()
        for index in where.pop(pair):
            changed |= _join_in_word(words, index, pair, pair_counts, where)
        for other in changed:
            if pair_counts[other] > 0:
                heapq.heappush(queue, (-pair_counts[other], other))


def _join_in_word(
    words: list[tuple[list[str], int]],
    index: int,
    pair: tuple[str, str],
    pair_counts: Counter[tuple[str, str]],
    where: dict[tuple[str, str], list[int]],
) -> set[tuple[str, str]]:
    """Join a pair in one word, count that word's pairs anew, and tell whose count has changed."""
    pieces, count = words[index]
    joined = join_pair(pieces, pair)
    words[index] = joined, count
    gained = Counter(pairwise(joined))
    new = gained.keys() - set(pairwise(pieces))
    gained.subtract(pairwise(pieces))
    for other, times in gained.items():
        pair_counts[other] += times * count
    for other in new:
        where[other].append(index)
    return {other for other, times in gained.items() if times != 0}


def learn_vocabulary(
    texts: Iterable[str],
    size: int,
    lower: bool = True,
    min_count: int = 2,
    alphabet: int = 1000,
    special_tokens: Sequence[str] = SPECIAL_TOKENS,
) -> list[str]:
    """Learn a vocabulary from texts.

    Args:
        texts: any number of texts; they are read once.
        size: how many pieces, at most; fewer if the texts have no more frequent pairs.
        lower: as in `basic_tokenize`.
        min_count: as in `learn_merges`.
        alphabet: how many different characters, the most frequent; words with others are left out,
            as they will be `[UNK]`.
        special_tokens: the pieces that stand first.

    Returns:
        The special tokens, the characters that begin words, those that continue them, and then what
        the merges give, in order. The same texts always give the same list.

    Raises:
        TypeError: if `texts` is one text, or holds anything but texts.
        ValueError: if the texts have no words, or `size` has no room for their characters.
    """
    counts = count_words(texts, lower)
    return vocabulary_of_words(counts, size, min_count, alphabet, special_tokens)


def vocabulary_of_words(
    word_counts: Mapping[str, int],
    size: int,
    min_count: int,
    alphabet: int,
    special_tokens: Sequence[str],
) -> list[str]:
    """`learn_vocabulary` from words that are counted already."""
    known = _most_frequent_characters(word_counts, alphabet)
    words = {
        word: count
        for word, count in word_counts.items()
        if len(word) <= MAX_CHARS and known.issuperset(word)
    }
    if not words:
        raise ValueError("the texts have no words to learn from: pass texts that are not empty")
    inner = {PREFIX + char for word in words for char in word[1:]}
    vocabulary = dict.fromkeys([*special_tokens, *sorted(known), *sorted(inner)])
    if len(vocabulary) > size:
        raise ValueError(
            f"size={size} has no room for the {len(vocabulary)} special tokens and single "
            "characters that come first: choose a larger size, or a smaller alphabet than "
            f"{len(known)}"
        )
    merges = learn_merges(words, min_count)
    while len(vocabulary) < size and (merge := next(merges, None)) is not None:
        vocabulary[merge.piece] = None
    return list(vocabulary)


def _most_frequent_characters(word_counts: Mapping[str, int], most: int) -> set[str]:
    counts: Counter[str] = Counter()
    for word, count in word_counts.items():
        for char in word:
            counts[char] += count
    return set(sorted(counts, key=lambda char: (-counts[char], char))[:most])


# --- What is given, checked -------------------------------------------------------------------


def check_type(text: str) -> None:
    """Refuse what is no text, with a TypeError."""
    if not isinstance(text, str):
        hint = ": decode it first, as in text.decode()" if isinstance(text, bytes) else ""
        raise TypeError(f"a text is a str, but {type(text).__name__} was given{hint}")


def check_text(text: str) -> None:
    """Refuse what is no text, and with a ValueError text that is not Unicode."""
    check_type(text)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(
            f"the text has half a surrogate pair at position {error.start} "
            f"({text[error.start]!r}), which stands for no character: read the file it comes from "
            "as UTF-8, or drop it with text.encode(errors='ignore').decode()"
        ) from error


def check_texts(texts: Iterable[str]) -> Iterator[str]:
    """The same for many texts, each as it comes by; one text is not many."""
    if isinstance(texts, str | bytes):
        raise TypeError("one text was given where a list of texts is expected: put it in brackets")
    for text in texts:
        check_text(text)
        yield text
