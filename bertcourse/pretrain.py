"""Week 6: pre-training from beginning to end: from text to a checkpoint, in one call.

What is made on the way stays in the folder of the run, and is used again when the run goes on:

    begun.json                   which text it is, and how many pieces were asked for
    tokenizer/                   learned from the text
    data/train, data/held-out    the text as ids
    step-…, metrics.jsonl        see `runs`
    config.json, model.safetensors, vocab.txt, …    the model at the end
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

import torch
from accelerate import PartialState
from torch import Tensor

from bertcourse.assets import checkpoint_named
from bertcourse.attention import scaled_dot_product_attention
from bertcourse.config import BERTConfig
from bertcourse.corpus import Corpus, split_corpus
from bertcourse.data import DataError, TokenStore, plan_epoch, vocabulary_digest
from bertcourse.heads import BERTLM
from bertcourse.headstart import LOOKS, give_head_start
from bertcourse.parts import Parts
from bertcourse.progress import counted, is_shown
from bertcourse.runs import Claim, TrainingError, remove_parts
from bertcourse.tokenizer import WordPieceTokenizer
from bertcourse.trainer import (
    HELD_OUT_EPOCH,
    BERTTrainer,
    TrainingSettings,
    is_cpu_only,
    settled_precision,
)
from bertcourse.weights import CheckpointError, appearing_whole, read_json
from bertcourse.workbook import write_atomically

HEAD_START = "head-start"
STARTS = ("published", HEAD_START)
STORIES = 40_000  # of the story world, which has no end: five million tokens
LEARN_FROM = 300_000  # sentences a vocabulary is learned from; more change little


def pretrain(
    corpus: Corpus,
    output: Path | str,
    config: BERTConfig,
    settings: TrainingSettings,
    resume: bool = True,
    watch: Callable[[dict], None] | None = None,
    say: Callable[[str], None] = print,
    source: str = "",
    progress: bool | None = None,
    held_out: Corpus | None = None,
    start: str = "published",
) -> BERTLM:
    """Learn a vocabulary, encode the text, train, and save the model.

    Args:
        corpus: documents, each a list of sentences.
        output: the folder of the run.
        config: the model; its `vocab_size` is the most pieces to learn, and what the text gives in
            the end counts.
        settings: how it is trained.
        resume: go on with a run that stands in the folder.
        watch: called with every row of metrics.
        say: called with a line on what is being done.
        source: a name for the text: a run that was begun with another goes on with none but that.
        progress: whether it is shown how far the reading is, and the training, see `BERTTrainer`.
        held_out: text to look at and not to learn from; by default a part of the corpus is kept
            apart.
        start: the weights to begin with: "published" (small and random), "head-start" (see
            `headstart`), or those of a checkpoint, such as "bertcourse-mini", which brings its size
            and vocabulary along. The text is begun anew then: with another seed, in another order.

    Returns:
        The trained model, which also stands in `output`.

    Raises:
        DataError: if the text is too little.
        TrainingError: if the run cannot go on.
        CheckpointError: if something cannot be read or written.
    """
    output, processes = Path(output), PartialState(cpu=is_cpu_only())
    if not processes.is_main_process:
        say, watch = _silent, None
    checkpoint = None if start in STARTS else checkpoint_named(start)
    known = WordPieceTokenizer.from_pretrained(checkpoint) if checkpoint else None
    parts = split_corpus(corpus, seed=settings.seed) if held_out is None else (corpus, held_out)
    size, seed = config.vocab_size, settings.seed
    wanted = {"source": source, "vocab_size": size, "seed": seed, "start": start}
    with Claim(output, processes.is_main_process) as claim:
        if processes.is_main_process:
            remove_parts(output)
        with processes.main_process_first():  # the others find everything in the folder
            _begin(output, wanted)
            tokenizer, stores = _prepare(parts, output, size, say, known, is_shown(progress))
        settings = replace(settings, precision=settled_precision(settings.precision, output))
        if checkpoint:
            model = _continued(checkpoint, settings, len(tokenizer))
        else:
            looks = LOOKS if start == HEAD_START else None
            model = new_model(config, settings, tokenizer, looks)
        n_parameters = sum(parameter.numel() for parameter in model.parameters())
        say(f"{n_parameters / 1e6:.1f} million parameters, {stores[0].n_tokens:,} tokens of text.")
        say(str(baselines(*stores, settings.max_len)))
        trainer = BERTTrainer(
            model, tokenizer, *stores, settings, output, resume, watch, progress, claim
        )
        if trainer.step:
            say(f"Going on after step {trainer.step}.")
        trainer.train()
        if processes.is_main_process:
            tokenizer.save_pretrained(output)
            model.save_pretrained(output)
    say(f'Saved. Try it: python -m bertcourse fill-mask {output} "the cat [MASK] on the mat"')
    return model.eval()


def _begin(output: Path, wanted: dict[str, object]) -> None:
    """Note down what everything in the folder is made from, or see that it is the same."""
    if output.is_file():
        raise TrainingError(f"{output} is a file, and a run is a folder: choose another name")
    note = output / "begun.json"
    if not note.is_file():
        try:
            write_atomically(note, json.dumps(wanted, indent=1) + "\n")
        except OSError as error:
            raise TrainingError(
                f"nothing can be kept in {output} ({error.strerror or error}): choose a folder "
                "that you may write to"
            ) from error
        return
    try:
        begun = read_json(note)
    except CheckpointError as error:
        raise TrainingError(
            f"{note} is damaged: remove it, and start the same command again"
        ) from error
    other = [f"{k} {begun.get(k)!r} and now {v!r}" for k, v in wanted.items() if begun.get(k) != v]
    if other:
        raise TrainingError(
            f"{output} was begun otherwise ({', '.join(other)}): give the same to go on with it, "
            "or another folder"
        )


def _prepare(
    parts: tuple[Corpus, Corpus],
    output: Path,
    vocab_size: int,
    say: Callable[[str], None],
    known: WordPieceTokenizer | None,
    progress: bool,
) -> tuple[WordPieceTokenizer, list[TokenStore]]:
    """The tokenizer of a run, and with it its two texts as ids."""
    tokenizer = prepare_tokenizer(parts[0], output / "tokenizer", vocab_size, say, known, progress)
    stores = [
        prepare_store(part, tokenizer, output / "data" / name, say, progress)
        for part, name in zip(parts, ("train", "held-out"), strict=True)
    ]
    return tokenizer, stores


def _silent(_line: str) -> None:
    """Say nothing."""


def _continued(checkpoint: str, settings: TrainingSettings, n_pieces: int) -> BERTLM:
    model = BERTLM.from_pretrained(checkpoint, training_parts(settings))
    if model.config.vocab_size < n_pieces:
        raise TrainingError(
            f"{checkpoint} has weights for {model.config.vocab_size} pieces, and a vocabulary of "
            f"{n_pieces}, which must be that of another model: choose a checkpoint with its own"
        )
    longest = max(settings.max_len, settings.long_len or 0)
    if model.config.max_len < longest:
        raise TrainingError(
            f"{checkpoint} knows {model.config.max_len} positions, and sequences of {longest} "
            f"tokens are asked for: choose --max-len {model.config.max_len} or less"
        )
    return model


def new_model(
    config: BERTConfig,
    settings: TrainingSettings,
    tokenizer: WordPieceTokenizer,
    looks: Sequence[int | str] | None = None,
) -> BERTLM:
    """A model for this vocabulary and these lengths; its weights follow from the seed.

    With `looks` it has a head start, see `headstart`.
    """
    torch.manual_seed(settings.seed)
    longest = max(settings.max_len, settings.long_len or 0, config.max_len)
    config = replace(config, vocab_size=len(tokenizer), max_len=longest, pad_id=tokenizer.pad_id)
    model = BERTLM(config, training_parts(settings))
    if looks is not None:
        give_head_start(model, settings.seed, looks)
    return model


def training_parts(settings: TrainingSettings) -> Parts:
    """The fastest pieces: on a CPU and in bfloat16, the fused kernel's way back is a slow one."""
    if is_cpu_only() and settings.precision == "bf16" and settings.max_len <= 256:
        return replace(Parts.fast(), attention=scaled_dot_product_attention)
    return Parts.fast()


def prepare_tokenizer(
    corpus: Corpus,
    folder: Path,
    vocab_size: int,
    say: Callable[[str], None] = print,
    known: WordPieceTokenizer | None = None,
    progress: bool = False,
) -> WordPieceTokenizer:
    """The tokenizer of a run: the one that stands in its folder, or else the one that is known
    already, or a new one; it is saved there.

    Raises:
        DataError: if no vocabulary can be learned from the text.
        TrainingError: if the one in the folder is damaged, or another one than is known, or a new
            one cannot be kept there.
    """
    if (folder / "vocab.txt").is_file():
        try:
            there = WordPieceTokenizer.from_pretrained(folder)
        except CheckpointError as error:
            raise TrainingError(
                f"the vocabulary of the run is damaged ({error}): remove {folder}, and it is made "
                "again"
            ) from error
        if known is not None and vocabulary_digest(known) != vocabulary_digest(there):
            raise TrainingError(
                f"{folder} holds another vocabulary than the checkpoint that is begun with: choose "
                "another folder for the run"
            )
        return there
    if known is None:
        say(f"Learning a vocabulary of up to {vocab_size:,} pieces.")
        documents = counted(corpus, progress)
        sentences = islice(chain.from_iterable(documents), LEARN_FROM)
        try:
            known = WordPieceTokenizer.train(sentences, vocab_size)
        except ValueError as error:
            raise DataError(f"no vocabulary can be learned from the text: {error}") from error
    try:
        with appearing_whole(folder) as staged:
            known.save_pretrained(staged)
    except OSError as error:
        raise TrainingError(
            f"the vocabulary cannot be kept in {folder} ({error.strerror or error}): see that "
            "there is space, and start the same command again"
        ) from error
    return known


def prepare_store(
    corpus: Corpus,
    tokenizer: WordPieceTokenizer,
    folder: Path,
    say: Callable[[str], None] = print,
    progress: bool = False,
) -> TokenStore:
    """The encoded text of a run: the one in its folder, if it is whole and fits, or a new one."""
    try:
        store = TokenStore(folder)
        if store.facts.get("vocabulary") == vocabulary_digest(tokenizer):
            return store
    except DataError:
        pass
    say(f"Encoding the text ({folder.name}).")
    return TokenStore.build(counted(corpus, progress), tokenizer, folder)


# --- What a guess without a model is worth ----------------------------------------------------


@dataclass(frozen=True)
class Baselines:
    """How far one gets by counting: the numbers to beat.

    Attributes:
        unigram_accuracy: always guessing the most frequent token.
        unigram_loss: guessing every token by its frequency, in nats.
        bigram_accuracy: guessing what most often follows the token before.
        nsp_accuracy: giving always the more frequent answer about the next sentence.
    """

    unigram_accuracy: float
    unigram_loss: float
    bigram_accuracy: float
    nsp_accuracy: float

    def __str__(self) -> str:
        return (
            f"Without a model: MLM accuracy {self.unigram_accuracy:.3f} (most frequent token; loss "
            f"{self.unigram_loss:.2f}), {self.bigram_accuracy:.3f} (most frequent after the token "
            f"before); NSP accuracy {self.nsp_accuracy:.3f} (the more frequent answer)."
        )


def baselines(train: TokenStore, held_out: TokenStore, max_len: int = 128) -> Baselines:
    """Count in one text, guess in the other, in pairs of up to so many tokens."""
    seen, asked = train.some_ids(), held_out.some_ids()
    size = int(max(seen.max(), asked.max())) + 1
    counts = torch.bincount(seen, minlength=size)
    frequency = (counts + 1) / (counts.sum() + size)  # a token that was never seen counts as once
    follower = _most_frequent_followers(seen, size, int(counts.argmax()))
    follows_not = plan_epoch(held_out, max_len, 0, HELD_OUT_EPOCH)[:, -1].double().mean()
    return Baselines(
        unigram_accuracy=float((asked == counts.argmax()).float().mean()),
        unigram_loss=float(-frequency[asked].log().mean()),
        bigram_accuracy=float((follower[asked[:-1]] == asked[1:]).float().mean()),
        nsp_accuracy=float(max(follows_not, 1 - follows_not)),
    )


def _most_frequent_followers(ids: Tensor, size: int, otherwise: int) -> Tensor:
    """For every token what most often comes after it, the lower id of a tie, `(V,)`."""
    pairs, counts = (ids[:-1] * size + ids[1:]).unique(return_counts=True)
    first, second = pairs // size, pairs % size
    most = counts.new_zeros(size).scatter_reduce(0, first, counts, "amax")  # (V,)
    is_most = counts == most[first]
    followers = torch.full((size,), otherwise)
    return followers.scatter_reduce(0, first[is_most], second[is_most], "amin", include_self=False)
