"""Training steps, side by side: ours, that of `transformers`, that of PyTorch's own encoder."""

from collections.abc import Callable
from dataclasses import replace

import torch
import torch.nn.functional as F
import transformers
from torch import Tensor, nn

from bertcourse.bench.peak import yardstick
from bertcourse.bench.turns import Comparison, Contestant
from bertcourse.bench.workbench import TorchBERT, Workbench, n_parameters, real_tokens
from bertcourse.config import BERTConfig
from bertcourse.data import PretrainingBatch
from bertcourse.objectives import IGNORE_INDEX
from bertcourse.pretrain import training_parts
from bertcourse.trainer import BERTTrainer, Counts, TrainingSettings

DROPOUT = 0.1  # of the paper, and what others take by default
RATE = 1e-4  # the learning rate of all
SWEEP = 8  # batches of a round, where their lengths vary


def settings_for(bench: Workbench) -> TrainingSettings:
    return TrainingSettings(
        steps=10**6,
        batch_size=bench.batch_size,
        max_len=bench.config.max_len,
        lr=RATE,
        warmup=0.0,
        precision=bench.precision,
    )


def our_training(bench: Workbench, name: str, dropout: float) -> Contestant:
    """A step of `BERTTrainer`, with the pieces that `pretrain` would choose."""
    settings = settings_for(bench)
    model = bench.model(dropout, training_parts(settings)).train()
    texts = (bench.store, bench.store)
    trainer = BERTTrainer(model, bench.tokenizer, *texts, settings, bench.folder / "run")

    def step(batch: PretrainingBatch) -> float:
        return Counts.read([trainer.update([batch])]).means()["loss"]

    return Contestant(name, step, n_parameters(model))


def training_by_hand(
    bench: Workbench,
    name: str,
    model: nn.Module,
    loss_of: Callable[[PretrainingBatch], Tensor],
    at_its_best: bool,
) -> Contestant:
    """The loop that documentation shows; at its best, in our precision and with a fused AdamW."""
    model.train()
    fused = at_its_best and bench.device.type in ("cpu", "cuda")
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, **({"fused": True} if fused else {}))
    autocast = at_its_best and bench.precision == "bf16"

    def step(batch: PretrainingBatch) -> float:
        with torch.autocast(bench.device.type, torch.bfloat16, enabled=autocast):
            loss = loss_of(batch)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        return loss.item()

    return Contestant(name, step, n_parameters(model))


def their_training(
    bench: Workbench, name: str, dropout: float = DROPOUT, at_its_best: bool = False
) -> Contestant:
    """`BertForPreTraining`, which scores the vocabulary at every token.

    As documented, its attention is the fused kernel; at its best, the one that we choose, too.
    """
    is_explicit = at_its_best and training_parts(settings_for(bench)).attention is not None
    attention = "eager" if is_explicit else "sdpa"
    model = bench.theirs(transformers.BertForPreTraining, dropout, attention)

    def loss_of(batch: PretrainingBatch) -> Tensor:
        return model(
            input_ids=batch.input_ids,
            attention_mask=batch.attention_mask,
            token_type_ids=batch.segment_ids,
            labels=labels_everywhere(batch),
            next_sentence_label=batch.nsp_labels,
        ).loss

    return training_by_hand(bench, name, model, loss_of, at_its_best)


def torch_training(
    bench: Workbench, name: str, dropout: float = DROPOUT, at_its_best: bool = False
) -> Contestant:
    """`TorchBERT`; at its best, it scores the vocabulary at the chosen positions alone."""
    model = TorchBERT(bench.model(dropout))

    def loss_of(batch: PretrainingBatch) -> Tensor:
        words, following = model(batch, batch.positions if at_its_best else None)
        labels = batch.mlm_labels if at_its_best else labels_everywhere(batch)
        mlm = F.cross_entropy(words.flatten(0, 1), labels.flatten(), ignore_index=IGNORE_INDEX)
        return mlm + F.cross_entropy(following, batch.nsp_labels)

    return training_by_hand(bench, name, model, loss_of, at_its_best)


def labels_everywhere(batch: PretrainingBatch) -> Tensor:
    """`(B, P)` labels at chosen positions as `(B, S)`, with −100 where nothing is guessed."""
    nothing = torch.full_like(batch.input_ids, IGNORE_INDEX)
    return nothing.scatter(1, batch.positions, batch.mlm_labels)


def compare_training(bench: Workbench, rounds: int, dropout: float) -> Comparison:
    batches = bench.batches(rounds + 1)
    contestants = [
        our_training(bench, "bertcourse", dropout),
        their_training(bench, "transformers, as documented"),
        their_training(bench, "transformers, at its best", dropout, at_its_best=True),
        torch_training(bench, "torch encoder, as documented"),
        torch_training(bench, "torch encoder, at its best", dropout, at_its_best=True),
    ]
    name = f"training, {bench.precision}, dropout {dropout:g}; as documented: fp32, {DROPOUT}"
    n_tokens, measure = real_tokens(batches), yardstick(bench, batches)
    return Comparison(name, "first loss", contestants, batches, n_tokens, yardstick=measure)


def compare_variable(bench: Workbench, rounds: int) -> Comparison:
    """Pairs of every length: batches of like lengths, against all padded to the longest."""
    batches = bench.batches((rounds + 1) * SWEEP, varied=True)
    whole = max(SWEEP, len(batches) // SWEEP * SWEEP)
    sweeps = [batches[n : n + SWEEP] for n in range(0, whole, SWEEP)]
    contestants = [
        over_sweeps(our_training(bench, "bertcourse, length buckets", 0.0)),
        over_sweeps(our_training(bench, "bertcourse, padded", 0.0), bench),
        over_sweeps(their_training(bench, "transformers, as documented"), bench),
        over_sweeps(their_training(bench, "transformers, at its best", 0.0, True), bench),
    ]
    n_tokens = [sum(real_tokens(sweep)) for sweep in sweeps]
    n_pairs = sum(len(batch.nsp_labels) for sweep in sweeps for batch in sweep)
    mean = sum(n_tokens) / n_pairs
    name = f"training, {SWEEP} batches, {mean:.0f} of {bench.config.max_len} tokens on average"
    return Comparison(name, "first loss", contestants, sweeps, n_tokens)


def over_sweeps(contestant: Contestant, pad_for: Workbench | None = None) -> Contestant:
    """The same for several batches, padded to the greatest length if so wished."""

    def step(sweep: list[PretrainingBatch]) -> float:
        batches = [padded(batch, pad_for.config) for batch in sweep] if pad_for else sweep
        return sum(contestant.step(batch) for batch in batches) / len(batches)

    return replace(contestant, step=step)


def padded(batch: PretrainingBatch, config: BERTConfig) -> PretrainingBatch:
    missing = (0, config.max_len - batch.input_ids.size(1))
    return replace(
        batch,
        input_ids=F.pad(batch.input_ids, missing, value=config.pad_id),
        attention_mask=F.pad(batch.attention_mask, missing),
        segment_ids=F.pad(batch.segment_ids, missing),
    )
