"""Week 3: the tokenizer to use: WordPiece on the `tokenizers` library, ids, offsets and batches.

It gives exactly the numbers that `transformers` gives. The lesson (`wordpiece`) follows
google-research/bert, which the paper's models were trained with; the library differs from that in
six places, and nowhere else:

    ===========================  ================================  ================================
    what                         google-research/bert, the lesson  the library, WordPieceTokenizer
    ===========================  ================================  ================================
    Σ that ends a word, lowered  ς, as Greek is spelt              σ, as everywhere else
    private use, U+E000…         kept, as part of a word           removed, like a control character
    the ideographs               a word each, like all             part of a word: a slip of the
      U+2B820 to U+2B91F         Chinese characters                pen in the library's table
    characters that Unicode      as this Python's Unicode says     an unknown letter: new accents
      added or moved after 8.0                                     stay, new punctuation joins words
    a word of over 100 letters   [UNK] if over 200 letters; the    [UNK] if over 100 letters
                                 lesson's default is 100
    [MASK] written in the text   three words: [ mask ]             the special token itself
    ===========================  ================================  ================================
"""

import json
import operator
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import torch
from tokenizers import (
    AddedToken,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
)
from torch import Tensor

from bertcourse.weights import CheckpointError, find_checkpoint, read_json, write_together
from bertcourse.wordpiece import (
    CLS,
    MAX_CHARS,
    PREFIX,
    SEP,
    SPECIAL_TOKENS,
    UNK,
    check_text,
    check_texts,
    vocabulary_of_words,
)

VOCABULARY = "vocab.txt"
TOKENIZER = "tokenizer.json"
SETTINGS = "tokenizer_config.json"
ADDED = "added_tokens.json"


@dataclass(frozen=True)
class Encoding:
    """A text or a pair as a model takes it: five lists, one entry a token.

    Attributes:
        ids: where each token stands in the vocabulary.
        segments: 0 for the first text with its `[CLS]` and `[SEP]`, 1 for the second.
        mask: 1 for every token.
        tokens: the tokens themselves.
        offsets: where each token stands in its text, so that `text[start:end]` is what it was made
            of, but for what was stripped at its end; `(0, 0)` for the special tokens around the
            texts.
    """

    ids: list[int]
    segments: list[int]
    mask: list[int]
    tokens: list[str]
    offsets: list[tuple[int, int]]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, eq=False)
class Batch:
    """Encodings side by side, padded to the longest: B texts or pairs of S tokens.

    Attributes:
        input_ids: int64 `(B, S)`, `[PAD]` where a text has ended.
        attention_mask: int64 `(B, S)`, 1 = token and 0 = padding.
        segment_ids: int64 `(B, S)`, 0 and 1; 0 where a text has ended.
        encodings: the B encodings as they are without padding, with tokens and offsets.
    """

    input_ids: Tensor
    attention_mask: Tensor
    segment_ids: Tensor
    encodings: tuple[Encoding, ...]

    @property
    def inputs(self) -> dict[str, Tensor]:
        """The three tensors by name, for `model(**batch.inputs)`."""
        return {
            "input_ids": self.input_ids,
            "attention_mask": self.attention_mask,
            "segment_ids": self.segment_ids,
        }

    def __len__(self) -> int:
        return len(self.encodings)


def longest_first(n_a: int, n_b: int, room: int) -> tuple[int, int]:
    """How many tokens two texts keep if they have to share `room` places.

    The longer one is cut until both are equally long, then both alike; an odd place is left to the
    one that was longer, or to the second if neither was. `transformers` does the same, and
    google-research/bert leaves it to the first.
    """
    if n_a + n_b <= room:
        return n_a, n_b
    shorter = min(n_a, n_b, room // 2)
    return (room - shorter, shorter) if n_a > n_b else (shorter, room - shorter)


class WordPieceTokenizer:
    """BERT's tokenizer: text to ids and back, with the numbers that `transformers` gives.

    It stands on the `tokenizers` library, and takes time in proportion to the length of a text,
    whatever is in it: one or two seconds a megabyte. It has no state that a call changes: threads
    may share it, and it can be copied and pickled.

    Special tokens that are written out in a text, as in `"the [MASK] sat"`, are taken for what they
    say.

    Args:
        vocab: the pieces in order, or with their numbers, 0 to n − 1. BERT's five special tokens
            must be among them.
        lower: lower-case everything, as for an uncased model.
        strip_accents: drop accents; by default where `lower` does.
        chinese_chars: make every Chinese character a word.
        added_tokens: more tokens, which are looked for in a text before anything else; those that
            are not in the vocabulary are numbered on from it. A str is added as a special token.
        model_max_length: the longest input of the model, which is written down for others when the
            tokenizer is saved. `encode` cuts to its own `max_len` alone.

    Raises:
        ValueError: if the vocabulary lacks a special token, holds a piece twice or one that is no
            line of text, or has numbers other than 0 to n − 1.
    """

    def __init__(
        self,
        vocab: Sequence[str] | Mapping[str, int],
        lower: bool = True,
        strip_accents: bool | None = None,
        chinese_chars: bool = True,
        added_tokens: Iterable[str | AddedToken] = (),
        model_max_length: int | None = None,
    ):
        self.lower = lower
        self.strip_accents = strip_accents
        self.chinese_chars = chinese_chars
        self.model_max_length = model_max_length
        self._backend = _library_tokenizer(
            _check_vocab(vocab), lower, strip_accents, chinese_chars, added_tokens
        )
        self.pad_id, self.unk_id, self.cls_id, self.sep_id, self.mask_id = map(
            self.token_to_id, SPECIAL_TOKENS
        )
        added = self._backend.get_added_tokens_decoder()
        self.special_ids = sorted(id for id, token in added.items() if token.special)

    # --- Text to numbers ---

    def tokenize(self, text: str) -> list[str]:
        """The pieces of a text, without `[CLS]` and `[SEP]`.

        Raises:
            TypeError, ValueError: as in `encode`.
        """
        return self._cut([text])[0].tokens

    def encode(self, a: str, b: str | None = None, max_len: int | None = None) -> Encoding:
        """Encode a text, or a pair of texts.

        Args:
            a: the text, which becomes `[CLS] a [SEP]`.
            b: the second of a pair, which becomes `[CLS] a [SEP] b [SEP]`, even if it is empty.
            max_len: the most tokens, these included; what is too long loses its end, of a pair the
                longer text first (`longest_first`).

        Raises:
            TypeError: if a text is not a str.
            ValueError: if a text has half a surrogate pair, which no encoding can write, or
                `max_len` leaves no place for the special tokens.
        """
        return self._encode([a], None if b is None else [b], max_len)[0]

    def encode_batch(
        self, texts: Iterable[str], pairs: Iterable[str] | None = None, max_len: int | None = None
    ) -> Batch:
        """Encode many texts, or pairs of `texts[i]` and `pairs[i]`, into tensors.

        Raises:
            TypeError, ValueError: as in `encode`; also if there are no texts, or not as many pairs
                as texts.
        """
        texts = list(check_texts(texts))
        pairs = None if pairs is None else list(check_texts(pairs))
        if not texts:
            raise ValueError("there are no texts to encode: pass at least one")
        if pairs is not None and len(pairs) != len(texts):
            raise ValueError(
                f"{len(texts)} texts and {len(pairs)} pairs were given: pass one second text for "
                "every first"
            )
        encodings = self._encode(texts, pairs, max_len)
        return Batch(
            _pad([encoding.ids for encoding in encodings], self.pad_id),
            _pad([encoding.mask for encoding in encodings], 0),
            _pad([encoding.segments for encoding in encodings], 0),
            tuple(encodings),
        )

    def encode_pieces(self, texts: Iterable[str]) -> list[list[int]]:
        """The ids of many texts, without special tokens around them and nothing cut: for corpora.

        Raises:
            TypeError, ValueError: as in `encode`.
        """
        texts = list(check_texts(texts))
        return [e.ids for e in self._backend.encode_batch_fast(texts, add_special_tokens=False)]

    def _encode(
        self, texts: list[str], pairs: list[str] | None, max_len: int | None
    ) -> list[Encoding]:
        specials = 2 if pairs is None else 3
        if not isinstance(max_len, int | None):
            raise TypeError(f"max_len={max_len!r}: a number of tokens is a whole number, or None")
        if max_len is not None and max_len < specials:
            raise ValueError(
                f"max_len={max_len} leaves no place for the {specials} special tokens: choose "
                f"{specials} or more"
            )
        firsts = self._cut(texts)
        seconds = [None] * len(firsts) if pairs is None else self._cut(pairs)
        return [self._assemble(a, b, max_len) for a, b in zip(firsts, seconds, strict=True)]

    def _cut(self, texts: list[str]) -> list[Any]:
        """The library's own encodings of some texts, without special tokens around them."""
        for text in texts:
            check_text(text)
        return self._backend.encode_batch(texts, add_special_tokens=False)

    def _assemble(self, a: Any, b: Any | None, max_len: int | None) -> Encoding:
        """`[CLS] a [SEP]` or `[CLS] a [SEP] b [SEP]`, cut to `max_len`."""
        n_a, n_b = len(a), 0 if b is None else len(b)
        if max_len is not None:
            n_a, n_b = longest_first(n_a, n_b, max_len - (2 if b is None else 3))
        ids = [self.cls_id, *a.ids[:n_a], self.sep_id]
        tokens = [CLS, *a.tokens[:n_a], SEP]
        offsets = [(0, 0), *a.offsets[:n_a], (0, 0)]
        segments = [0] * len(ids)
        if b is not None:
            ids += [*b.ids[:n_b], self.sep_id]
            tokens += [*b.tokens[:n_b], SEP]
            offsets += [*b.offsets[:n_b], (0, 0)]
            segments += [1] * (n_b + 1)
        return Encoding(ids, segments, [1] * len(ids), tokens, offsets)

    # --- Numbers to text ---

    def decode(
        self,
        ids: Sequence[int] | Tensor,
        skip_special_tokens: bool = True,
        clean_up: bool = True,
    ) -> str:
        """A text with these tokens; what cleaning, lower-casing and `[UNK]` took away is lost.

        Args:
            ids: the tokens of one text, a list or a tensor `(S,)`.
            skip_special_tokens: leave out the special tokens, `[UNK]` among them.
            clean_up: draw punctuation and English clitics (n't, 's) to the word before them, which
                is what `transformers` returns unless told otherwise; else all words are set apart.

        Raises:
            TypeError: if an id is no whole number.
            ValueError: if an id is not in the vocabulary.
        """
        ids = ids.tolist() if isinstance(ids, Tensor) else ids
        if any(isinstance(id, list) for id in ids):
            raise TypeError("ids of several texts were given: decode them one by one")
        ids = [operator.index(id) for id in ids]
        skipped = set(self.special_ids) if skip_special_tokens else ()
        tokens = [self.id_to_token(id) for id in ids if id not in skipped]
        return decoders.WordPiece(PREFIX, cleanup=clean_up).decode(tokens)

    def id_to_token(self, id: int) -> str:
        """The token with a number.

        Raises:
            TypeError: if it is no whole number.
            ValueError: if it is not in the vocabulary.
        """
        number = operator.index(id)
        token = self._backend.id_to_token(number) if 0 <= number < len(self) else None
        if token is None:
            raise ValueError(
                f"id {number} is not in the vocabulary, which goes from 0 to {len(self) - 1}: are "
                "these ids from another tokenizer, or labels with −100 in them?"
            )
        return token

    def token_to_id(self, token: str) -> int:
        """The number of a token.

        Raises:
            ValueError: if it is not in the vocabulary.
        """
        id = self._backend.token_to_id(token)
        if id is None:
            raise ValueError(
                f"{token!r} is not in the vocabulary: cut text into its pieces with tokenize"
            )
        return id

    @property
    def vocab(self) -> dict[str, int]:
        """All tokens with their numbers, in order; a copy."""
        return dict(sorted(self._backend.get_vocab().items(), key=operator.itemgetter(1)))

    def __len__(self) -> int:
        return self._backend.get_vocab_size()

    def __repr__(self) -> str:
        return f"WordPieceTokenizer({len(self)} tokens, lower={self.lower})"

    # --- Learning, reading and writing ---

    @classmethod
    def train(
        cls,
        texts: Iterable[str],
        vocab_size: int,
        lower: bool = True,
        strip_accents: bool | None = None,
        chinese_chars: bool = True,
        min_count: int = 2,
        alphabet: int = 1000,
    ) -> Self:
        """A tokenizer with a vocabulary learned from texts.

        The words are cut by the library and the pieces learned by `learn_merges`: the library's own
        trainer breaks ties as its hash tables happen to lie, so that each run gives another
        vocabulary, and here the same texts always give the same.

        Args:
            texts: any number of texts; they are read once.
            vocab_size: how many tokens, at most.
            lower, strip_accents, chinese_chars: as in the constructor.
            min_count, alphabet: as in `learn_vocabulary`.

        Raises:
            TypeError: if `texts` is one text, or holds anything but texts.
            ValueError: as in `learn_vocabulary`.
        """
        chunks: Counter[str] = Counter()  # each is cut into words once, however often it occurs
        for text in check_texts(texts):
            chunks.update(re.split(r"[ \t\r\n]+", text))
        normalizer = _library_normalizer(lower, strip_accents, chinese_chars)
        words: Counter[str] = Counter()
        for chunk, count in chunks.items():
            cleaned = normalizer.normalize_str(chunk)
            for word, _ in pre_tokenizers.BertPreTokenizer().pre_tokenize_str(cleaned):
                words[word] += count
        vocab = vocabulary_of_words(words, vocab_size, min_count, alphabet, SPECIAL_TOKENS)
        return cls(vocab, lower, strip_accents, chinese_chars)

    @classmethod
    def from_pretrained(
        cls,
        path_or_hub_id: str | Path,
        revision: str | None = None,
        lower: bool | None = None,
        strip_accents: bool | None = None,
        chinese_chars: bool | None = None,
    ) -> Self:
        """Read a tokenizer from a folder, or from the Hugging Face Hub.

        What counts is what `transformers`' BertTokenizer goes by: the vocabulary of
        `tokenizer.json`, or of `vocab.txt` if there is no such file; and the settings of
        `tokenizer_config.json`, whatever `tokenizer.json` says of them. A setting that is not there
        is as in the published uncased model: lower-case, strip accents, split Chinese characters.

        Args:
            path_or_hub_id: a folder, or an id such as `google-bert/bert-base-uncased`.
            revision: the branch, tag or commit to take from the Hub.
            lower, strip_accents, chinese_chars: in place of the folder's own settings.

        Raises:
            CheckpointError: if there is no such folder, or no BERT tokenizer can be read from it.
        """
        files = (VOCABULARY, TOKENIZER, SETTINGS, ADDED)
        folder = find_checkpoint(path_or_hub_id, revision, files)
        stored = read_json(folder / TOKENIZER) if (folder / TOKENIZER).is_file() else {}
        settings = _read_settings(folder, stored)
        given = {
            "do_lower_case": lower,
            "strip_accents": strip_accents,
            "tokenize_chinese_chars": chinese_chars,
        }
        settings |= {name: value for name, value in given.items() if value is not None}
        try:
            vocab = _vocab_of_json(stored) if stored else _vocab_of_text(folder / VOCABULARY)
            return cls(
                vocab,
                settings.get("do_lower_case", True),
                settings.get("strip_accents"),
                settings.get("tokenize_chinese_chars", True),
                _added_tokens(folder, settings, stored),
                _model_max_length(settings),
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise CheckpointError(
                f"{folder} holds no tokenizer that can be used ({error}): choose a folder with the "
                f"{VOCABULARY} or {TOKENIZER} of a BERT"
            ) from error

    def save_pretrained(self, folder: str | Path) -> None:
        """Write the tokenizer into a folder, for `from_pretrained` and for `transformers`.

        It becomes three files: `vocab.txt`, `tokenizer.json` and `tokenizer_config.json`.

        Raises:
            CheckpointError: if they cannot be written; what was there is then as it was.
        """
        vocab = self._backend.get_vocab(with_added_tokens=False)
        names = ("pad_token", "unk_token", "cls_token", "sep_token", "mask_token")
        settings = {
            "tokenizer_class": "BertTokenizer",
            "do_lower_case": self.lower,
            "strip_accents": self.strip_accents,
            "tokenize_chinese_chars": self.chinese_chars,
            **dict(zip(names, SPECIAL_TOKENS, strict=True)),
        }
        if self.model_max_length is not None:
            settings["model_max_length"] = self.model_max_length
        contents = {
            VOCABULARY: "".join(f"{token}\n" for token in sorted(vocab, key=vocab.__getitem__)),
            TOKENIZER: self._backend.to_str(pretty=True) + "\n",
            SETTINGS: json.dumps(settings, indent=2, sort_keys=True) + "\n",
        }
        write_together(
            Path(folder).expanduser(), {name: text.encode() for name, text in contents.items()}
        )


def _library_normalizer(
    lower: bool, strip_accents: bool | None, chinese_chars: bool
) -> normalizers.Normalizer:
    return normalizers.BertNormalizer(
        clean_text=True,
        handle_chinese_chars=chinese_chars,
        strip_accents=strip_accents,
        lowercase=lower,
    )


def _library_tokenizer(
    vocab: dict[str, int],
    lower: bool,
    strip_accents: bool | None,
    chinese_chars: bool,
    added_tokens: Iterable[str | AddedToken],
) -> Tokenizer:
    model = models.WordPiece(
        vocab, unk_token=UNK, max_input_chars_per_word=MAX_CHARS, continuing_subword_prefix=PREFIX
    )
    backend = Tokenizer(model)
    backend.normalizer = _library_normalizer(lower, strip_accents, chinese_chars)
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    backend.decoder = decoders.WordPiece(PREFIX)
    # `_assemble` does this here; a saved tokenizer.json has to say it to others.
    backend.post_processor = processors.TemplateProcessing(
        single=f"{CLS}:0 $A:0 {SEP}:0",
        pair=f"{CLS}:0 $A:0 {SEP}:0 $B:1 {SEP}:1",
        special_tokens=[(CLS, vocab[CLS]), (SEP, vocab[SEP])],
    )
    specials = {token: AddedToken(token, special=True) for token in SPECIAL_TOKENS}
    for token in added_tokens:
        specials[str(token)] = AddedToken(token, special=True) if isinstance(token, str) else token
    backend.add_tokens(list(specials.values()))
    return backend


def _pad(rows: list[list[int]], filler: int) -> Tensor:
    lengths = torch.tensor([len(row) for row in rows])  # (B,)
    taken = torch.arange(int(lengths.max())) < lengths[:, None]  # (B, S)
    padded = torch.full(taken.shape, filler)
    padded[taken] = torch.tensor([number for row in rows for number in row])
    return padded


# --- The vocabulary that is given -------------------------------------------------------------


def _check_vocab(vocab: Sequence[str] | Mapping[str, int]) -> dict[str, int]:
    """The vocabulary as a dict in the order of its numbers."""
    if isinstance(vocab, str):
        raise ValueError("a vocabulary is a list of pieces, or a dict with their numbers")
    pieces = sorted(vocab, key=vocab.__getitem__) if isinstance(vocab, Mapping) else list(vocab)
    numbers = {}
    for number, piece in enumerate(pieces):
        _check_piece(piece, number)
        if piece in numbers:
            raise ValueError(
                f"{piece!r} stands twice in the vocabulary, as {numbers[piece]} and as {number}: "
                "rename one, so that the numbers after it stay"
            )
        numbers[piece] = number
    if isinstance(vocab, Mapping) and numbers != dict(vocab):
        wrong = next(piece for piece in pieces if vocab[piece] != numbers[piece])
        raise ValueError(
            f"{wrong!r} has the number {vocab[wrong]} where {numbers[wrong]} is next: number the "
            f"{len(pieces)} pieces 0 to {len(pieces) - 1}"
        )
    missing = [token for token in SPECIAL_TOKENS if token not in numbers]
    if missing:
        raise ValueError(
            f"the vocabulary lacks {', '.join(missing)}: it needs {', '.join(SPECIAL_TOKENS)}"
        )
    return numbers


def _check_piece(piece: str, number: int) -> None:
    if not isinstance(piece, str) or not piece or not {"\n", "\r"}.isdisjoint(piece):
        raise ValueError(
            f"number {number} of the vocabulary is {piece!r}, but a piece is a str of one line "
            "that is not empty"
        )
    check_text(piece)


# --- What stands in files ---------------------------------------------------------------------


def _vocab_of_text(path: Path) -> list[str]:
    """A piece a line; the line says its number, so that none may be skipped."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ValueError(f"there is no {TOKENIZER}, and no {VOCABULARY} to read") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{VOCABULARY} is not UTF-8: {error}") from error
    return [line.removesuffix("\r") for line in text.rstrip("\r\n").split("\n")]


def _vocab_of_json(stored: dict[str, Any]) -> dict[str, int]:
    model = stored.get("model") or {}
    if model.get("type", "WordPiece") != "WordPiece":
        raise ValueError(f"{TOKENIZER} is a tokenizer of the kind {model['type']}, not WordPiece")
    return model["vocab"]


def _read_settings(folder: Path, stored: dict[str, Any]) -> dict[str, Any]:
    settings = read_json(folder / SETTINGS) if (folder / SETTINGS).is_file() else {}
    for name, ours in zip(("pad", "unk", "cls", "sep", "mask"), SPECIAL_TOKENS, strict=True):
        theirs = settings.get(f"{name}_token") or ours
        theirs = theirs.get("content") if isinstance(theirs, dict) else theirs
        if theirs != ours:
            raise CheckpointError(
                f"{folder / SETTINGS} calls its {name}_token {theirs!r}, but BERT's is {ours!r}: "
                "this is the tokenizer of another model"
            )
    if settings.get("word_tokenizer_type", "basic") != "basic":
        raise CheckpointError(
            f"{folder} cuts words with {settings['word_tokenizer_type']!r}, which only its own "
            "tokenizer in transformers can do"
        )
    if stored and settings.get("tokenizer_class") in (
        "PreTrainedTokenizerFast",
        "TokenizersBackend",
    ):
        # Such a folder is read by tokenizer.json alone.
        normalizer = stored.get("normalizer") or {}
        if normalizer.get("type") != "BertNormalizer":
            raise CheckpointError(
                f"{folder / TOKENIZER} prepares text in another way than BERT does (normalizer: "
                f"{normalizer.get('type')}): load it with transformers' AutoTokenizer"
            )
        settings["do_lower_case"] = normalizer["lowercase"]
        settings["strip_accents"] = normalizer["strip_accents"]
        settings["tokenize_chinese_chars"] = normalizer["handle_chinese_chars"]
    return settings


def _added_tokens(
    folder: Path, settings: dict[str, Any], stored: dict[str, Any]
) -> list[AddedToken]:
    """The tokens beside the vocabulary, in the order of their numbers, as four ages wrote them."""
    tokens: dict[int, dict[str, Any]] = {}
    if "added_tokens_decoder" in settings:
        tokens = {int(id): fields for id, fields in settings["added_tokens_decoder"].items()}
    else:
        if (folder / ADDED).is_file():
            tokens = {id: {"content": token} for token, id in read_json(folder / ADDED).items()}
        tokens |= {fields["id"]: fields for fields in stored.get("added_tokens", [])}
    added = [_added_token(tokens[id]) for id in sorted(tokens)]
    extra = settings.get("extra_special_tokens") or settings.get("additional_special_tokens") or []
    known = {token.content for token in added}
    more = [_added_token(token) for token in extra]
    return added + [token for token in more if token.content not in known]


def _added_token(fields: str | dict[str, Any]) -> AddedToken:
    if isinstance(fields, str):
        return AddedToken(fields, special=True)
    names = ("single_word", "lstrip", "rstrip", "normalized", "special")
    return AddedToken(fields["content"], **{n: fields[n] for n in names if n in fields})


def _model_max_length(settings: dict[str, Any]) -> int | None:
    length = settings.get("model_max_length")
    return int(length) if length is not None and length < 1e15 else None  # 1e30 says "no limit"
