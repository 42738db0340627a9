"""Week 6: the loop that pre-trains BERT, and what it keeps so that nothing is lost.

`BERTTrainer` runs on a CPU, a GPU or many, by way of `accelerate`: launched with `torchrun` or
`accelerate launch` it shares every batch between the processes. Which pairs a step sees, which
words are hidden and what dropout drops follow from the seed and the number of the step; so a run
that was killed and goes on from a checkpoint ends with the weights that it would have had.

Source: Devlin et al. (2019), appendix A.2.
"""

import math
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, nullcontext
from dataclasses import asdict, astuple, dataclass, fields, replace
from functools import cache, cached_property
from pathlib import Path

import torch
import torch.nn.functional as F
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from torch import Tensor, nn
from torch.utils.data import DataLoader

from bertcourse.data import PretrainingBatch, PretrainingBatches, TokenStore, seed_from
from bertcourse.heads import BERTLM
from bertcourse.objectives import IGNORE_INDEX, N_SPECIAL
from bertcourse.optim import linear_warmup, parameter_groups
from bertcourse.progress import ProgressBar, is_shown, line_of
from bertcourse.runs import (
    Claim,
    Run,
    TrainingError,
    TrainingWarning,
    last_checkpoint,
    last_settings,
)
from bertcourse.tokenizer import WordPieceTokenizer

HELD_OUT_EPOCH = -1  # so that held-out pairs and masks are always the same
HELD_OUT_SHARE = 0.15  # of the tokens, so that all runs are measured alike
AT_LEAST_ONE = (
    "steps",
    "batch_size",
    "accumulate",
    "evaluate_every",
    "evaluate_batches",
    "save_every",
    "log_every",
)


@dataclass(frozen=True)
class TrainingSettings:
    """How a BERT is pre-trained.

    Args:
        steps: updates in all.
        minutes: stop after so much training, if that is sooner; the learning rate falls with the
            time then, and another run of the same seed will not end with the same weights.
        batch_size: pairs an update, over all processes and accumulated batches.
        accumulate: batches an update is made of; more of them need less memory.
        max_len: the length of a packed sequence.
        long_len: the length in the last part of the run, or None for the same; 512 in the paper.
        long_share: the share of the run, by steps or by time, with the longer sequences.
        lr: the highest learning rate.
        warmup: the share of the run in which it rises.
        weight_decay: of all but biases and norms.
        betas: of Adam.
        eps: of Adam.
        clip: the longest gradient, over all parameters together.
        share: of the tokens that are guessed in training; of held-out text always 15 %.
        short_seq_prob: how often a document is read in shorter runs.
        seed: everything that is random follows from it.
        precision: "bf16", "fp16" or "fp32"; "auto" takes the fastest, see `settled_precision`.
        workers: processes that make batches.
        compile: whether the model is compiled for training; see `BERTTrainer`.
        evaluate_every: steps between two looks at the held-out text.
        evaluate_batches: the most batches of a look.
        save_every: steps between two checkpoints.
        log_every: steps between two lines in `metrics.jsonl`.

    Raises:
        ValueError: if a number is out of range.
    """

    steps: int
    minutes: float | None = None
    batch_size: int = 32
    accumulate: int = 1
    max_len: int = 128
    long_len: int | None = None
    long_share: float = 0.1
    lr: float = 1e-3
    warmup: float = 0.1
    weight_decay: float = 0.01
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-6
    clip: float = 1.0
    share: float = 0.15
    short_seq_prob: float = 0.1
    seed: int = 0
    precision: str = "auto"
    workers: int = 0
    compile: bool = False
    evaluate_every: int = 500
    evaluate_batches: int = 50
    save_every: int = 500
    log_every: int = 50

    def __post_init__(self) -> None:
        for name in AT_LEAST_ONE:
            if getattr(self, name) < 1:
                raise ValueError(f"{name}={getattr(self, name)}: choose 1 or more")
        for name in ("long_share", "warmup", "share", "short_seq_prob"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name}={getattr(self, name)}: choose a share, from 0 to 1")
        if self.share == 0:
            raise ValueError("share=0: choose a share above 0, such as BERT's 0.15")
        for name in ("weight_decay", "workers"):
            if not 0 <= getattr(self, name) < math.inf:
                raise ValueError(f"{name}={getattr(self, name)}: choose a number of 0 or more")
        for name in ("lr", "minutes"):
            value = getattr(self, name)
            if value is not None and not 0 < value < math.inf:
                raise ValueError(f"{name}={value}: choose a number above 0")
        if self.max_len < N_SPECIAL + 2:
            raise ValueError(
                f"max_len={self.max_len}: three special tokens and a token each need 5 or more"
            )
        if self.long_len is not None and self.long_len < self.max_len:
            raise ValueError(
                f"long_len={self.long_len} is shorter than max_len={self.max_len}: the longer "
                "sequences come last, since they cost more"
            )
        if self.precision not in ("auto", "bf16", "fp16", "fp32"):
            raise ValueError(f"precision={self.precision!r}: choose auto, bf16, fp16 or fp32")
        if self.batch_size % self.accumulate:
            raise ValueError(
                f"batch_size={self.batch_size} cannot be made of accumulate={self.accumulate} "
                "batches of one size: choose a divisor"
            )

    def length_at(self, progress: float) -> int:
        """The length of sequences when a share of the run is done: short ones cost less."""
        is_long = self.long_len is not None and progress >= 1 - self.long_share
        return self.long_len if is_long else self.max_len

    def rate_at(self, progress: float) -> float:
        """The learning rate when a share of the run is done: up in a line, then down in a line."""
        return linear_warmup(progress * 1e6, self.lr, self.warmup * 1e6, 1e6)


# --- Losses and counts ------------------------------------------------------------------------


@dataclass(frozen=True)
class Counts:
    """Sums over batches, from which means are taken at the end: then every token counts alike."""

    mlm_loss: float = 0.0
    mlm_right: float = 0.0
    n_tokens: float = 0.0
    nsp_loss: float = 0.0
    nsp_right: float = 0.0
    n_pairs: float = 0.0

    @classmethod
    def read(cls, found: Sequence[Tensor]) -> "Counts":
        """Add up what was found in some batches, the six numbers of each.

        A GPU goes on with the next steps while they are only kept; reading them waits for all that
        it still has to do.
        """
        rows = torch.stack(tuple(found)).tolist() if found else []
        return cls(*(sum(column) for column in zip(*rows, strict=True)))

    def means(self) -> dict[str, float]:
        tokens, pairs = max(1.0, self.n_tokens), max(1.0, self.n_pairs)
        return {
            "loss": self.mlm_loss / tokens + self.nsp_loss / pairs,
            "mlm_loss": self.mlm_loss / tokens,
            "mlm_accuracy": self.mlm_right / tokens,
            "nsp_loss": self.nsp_loss / pairs,
            "nsp_accuracy": self.nsp_right / pairs,
        }


def sums_of(model: nn.Module, batch: PretrainingBatch) -> tuple[Tensor, Tensor, Tensor]:
    """Both losses of a batch, summed and not averaged, and the six numbers of `Counts`."""
    output = model(**batch.inputs)
    logits = output.mlm_logits.flatten(0, 1).float()  # (B, P, V) -> (B·P, V)
    labels = batch.mlm_labels.flatten()
    mlm = F.cross_entropy(logits, labels, ignore_index=IGNORE_INDEX, reduction="sum")
    nsp = F.cross_entropy(output.nsp_logits.float(), batch.nsp_labels, reduction="sum")
    mlm_right = (logits.argmax(-1) == labels).sum()
    nsp_right = (output.nsp_logits.argmax(-1) == batch.nsp_labels).sum()
    n_tokens, n_pairs = batch.sizes
    counts = (mlm.detach(), mlm_right, n_tokens, nsp.detach(), nsp_right, n_pairs)
    return mlm, nsp, torch.stack([count.float() for count in counts])


# --- The trainer ------------------------------------------------------------------------------


class BERTTrainer:
    """Pre-trains a `BERTLM`, looks at held-out text now and then, and keeps checkpoints.

    With `settings.compile` the steps run on a compiled model, which has the same weights under the
    same names; where no compiler works, a warning says so and they run without.

    Args:
        model: the model; it is changed in place.
        tokenizer: the one that encoded the text; it is saved with the model.
        train: the text to learn from.
        held_out: the text to look at, which is not learned from.
        settings: how.
        output: the folder of the run, see `Run`.
        resume: whether a run that stands in the folder is gone on with.
        watch: called with every row of metrics, to print or draw it.
        progress: whether a bar shows how far the run is; by default in a notebook, and where stderr
            is a terminal.
        claim: on the folder, if it is held already.

    Raises:
        TrainingError: if a run stands in the folder that is not gone on with, or is another one, or
            is being trained.
        ValueError: if the model has no next-sentence head.
    """

    def __init__(
        self,
        model: BERTLM,
        tokenizer: WordPieceTokenizer,
        train: TokenStore,
        held_out: TokenStore,
        settings: TrainingSettings,
        output: Path | str,
        resume: bool = True,
        watch: Callable[[dict], None] | None = None,
        progress: bool | None = None,
        claim: Claim | None = None,
    ):
        if model.nsp is None:
            raise ValueError(
                "the model has no next-sentence head, and both objectives are trained together: "
                "build it with BERTConfig(pooler=True, nsp=True)"
            )
        precision = settled_precision(settings.precision, output)
        settings = replace(settings, precision=precision)
        self.settings, self.tokenizer, self.watch = settings, tokenizer, watch
        self.train_text, self.held_out_text = train, held_out
        mixed = "no" if precision == "fp32" else precision
        AcceleratorState._reset_state()  # of an earlier trainer, which may have had another
        self.accelerator = Accelerator(mixed_precision=mixed, cpu=is_cpu_only())
        optimizer = torch.optim.AdamW(
            parameter_groups(model, settings.weight_decay),
            lr=settings.lr,
            betas=settings.betas,
            eps=settings.eps,
            fused=self.accelerator.device.type in ("cpu", "cuda"),
        )
        self.bare_model, self.bare_optimizer = model, optimizer
        self.model, self.optimizer = self.accelerator.prepare(model, optimizer)
        self.learner = self.model  # what steps run on: the same, or compiled
        self.bar = ProgressBar(is_shown(progress) and self.accelerator.is_main_process)
        self.step, self.seconds = 0, 0.0  # done so far, in all sittings
        self.epoch, self.batch = 0, 0  # where in the text the next step begins
        self.length = settings.max_len
        self.run = Run(Path(output), asdict(settings), tokenizer)
        # The checkpoints after which it stands; none in a new model, unknown in the midst of a run.
        self.known: list[Path] | None = []
        self.claim = claim or Claim(Path(output), self.accelerator.is_main_process)
        with self.claim:
            if self.run.is_begun and not resume:
                raise TrainingError(
                    f"{output} holds a run already: go on with it (--resume auto), or choose "
                    "another folder"
                )
            self._go_on()

    def train(self) -> dict[str, float]:
        """Run to the last step, and save the model; returns the last look at held-out text.

        After an interruption it may be called again, and goes on from the last checkpoint.

        Raises:
            TrainingError: if the loss is no number any more, or nothing can be saved, or another
                training is under way in the folder.
        """
        is_cpu = self.accelerator.device.type == "cpu"
        with self.claim, torch.random.fork_rng(enabled=is_cpu), closing(self.bar):
            self._go_on()
            self.known = None
            look = self._train()
            self.known = self.run.checkpoints
        return look

    def _train(self) -> dict[str, float]:
        look: dict[str, float] = {}
        row: dict[str, float] = {}  # the last one of the metrics
        found, n_tokens, logged = [], 0, self.seconds  # since the last line of the metrics
        self.model.train()
        if self.settings.compile and self._progress() < 1:
            self._compile()
        windows = self._windows()
        while self._progress() < 1:
            before = time.perf_counter()
            window = next(windows)
            found.append(self.update(window))
            if (self.step + 1) % self.settings.log_every == 0:
                Counts.read(found)  # here, so that what a GPU still has to do is on the clock
            self.step += 1
            self.seconds = self._agreed(self.seconds + time.perf_counter() - before)
            n_tokens += sum(batch.attention_mask.numel() for batch in window)
            pace = self._pace(n_tokens, self.seconds - logged)
            last = self._progress() >= 1
            if last or self.step % self.settings.log_every == 0:
                row = self._log(found, pace)
                found, n_tokens, logged = [], 0, self.seconds
            if self.bar.is_shown:  # before the first line of metrics, reading waits for a GPU
                figures = row or Counts.read(found).means()
                self.bar.show(self._progress(), self._done(), figures | pace)
            loss = math.inf  # of a checkpoint at whose step nobody looked
            if last or self.step % self.settings.evaluate_every == 0:
                look = self._look()
                loss = look["loss"]
            if last or self.step % self.settings.save_every == 0:
                self._save(loss)
        return look

    @torch.no_grad()
    def evaluate(self) -> dict[str, float]:
        """Losses and accuracies on held-out text, always the same pairs and masks."""
        found, batches = [], self._held_out
        numbers = range(min(len(batches), self.settings.evaluate_batches))
        self.model.eval()
        for number in numbers[self.accelerator.process_index :: self.accelerator.num_processes]:
            with self.accelerator.autocast():
                batch = batches[number].to(self.accelerator.device)
                found.append(sums_of(self.model, batch)[2])
        self.model.train()
        return self._counts(found).means()

    # --- One step ---

    def _compile(self) -> None:
        """Let steps run on a compiled model, or say why they cannot."""
        compiled = torch.compile(self.model, dynamic=True)  # every batch has another length
        try:
            with self.accelerator.autocast():
                mlm, nsp, _ = sums_of(compiled, self._held_out[0].to(self.accelerator.device))
            self.accelerator.backward(mlm + nsp)
            self.learner = compiled
        except Exception as error:  # there are many compilers, and many ways to have none
            first_line = str(error).strip().partition("\n")[0]
            warnings.warn(
                f"the model cannot be compiled on this computer ({first_line}): training goes on "
                "without, which is slower and nothing else",
                TrainingWarning,
                stacklevel=2,
            )
        self.optimizer.zero_grad()

    def update(self, window: list[PretrainingBatch]) -> Tensor:
        """One update from all batches of a window; returns the numbers of `Counts`.

        Every guessed token of the window counts alike, in whatever batch and process it stands, so
        sums are divided by what there is in all of them.
        """
        device, n_processes = self.accelerator.device, self.accelerator.num_processes
        torch.manual_seed(seed_from("dropout", self.settings.seed, self.step, self._rank))
        sizes = torch.stack([batch.sizes for batch in window]).sum(0)
        n_tokens, n_pairs = self.accelerator.reduce(sizes, "sum").clamp(min=1)
        counts = torch.zeros(len(fields(Counts)), device=device)
        for number, batch in enumerate(window):
            is_last = number == len(window) - 1
            with nullcontext() if is_last else self.accelerator.no_sync(self.model):
                with self.accelerator.autocast():
                    mlm, nsp, found = sums_of(self.learner, batch)
                # The processes' gradients are averaged afterwards, and should be added.
                self.accelerator.backward((mlm / n_tokens + nsp / n_pairs) * n_processes)
                counts += found
        self.accelerator.clip_grad_norm_(self.model.parameters(), self.settings.clip)
        for group in self.bare_optimizer.param_groups:
            group["lr"] = self._rate()
        self.optimizer.step()
        self.optimizer.zero_grad()
        return counts

    def _windows(self) -> Iterator[list[PretrainingBatch]]:
        """The batches of every step from here on, this process's share of them."""
        settings = self.settings
        while True:
            if self.length != settings.length_at(self._progress()):  # the second phase begins
                self.length = settings.length_at(self._progress())
                self.epoch, self.batch = self.epoch + 1, 0
            text, size, share = self.train_text, settings.batch_size, settings.share
            batches = self._batches(text, size, self.length, self.epoch, share)
            left = range(self.batch, len(batches))
            loader = DataLoader(
                batches,
                batch_size=None,
                sampler=left,
                num_workers=settings.workers,
                pin_memory=self.accelerator.device.type == "cuda",
            )
            for number, batch in zip(left, loader, strict=True):
                self.batch = number + 1
                yield self._share(batch)
                if self.length != settings.length_at(self._progress()):
                    break
            else:
                self.epoch, self.batch = self.epoch + 1, 0

    def _batches(
        self, text: TokenStore, batch_size: int, length: int, epoch: int, share: float
    ) -> PretrainingBatches:
        seed, short = self.settings.seed, self.settings.short_seq_prob
        return PretrainingBatches(
            text, self.tokenizer, batch_size, length, seed, epoch, short, share
        )

    @cached_property
    def _held_out(self) -> PretrainingBatches:
        text = self.held_out_text
        batch_size = min(self.settings.batch_size, text.n_documents)
        length = self.settings.max_len
        return self._batches(text, batch_size, length, HELD_OUT_EPOCH, HELD_OUT_SHARE)

    def _share(self, batch: PretrainingBatch) -> list[PretrainingBatch]:
        accumulate, device = self.settings.accumulate, self.accelerator.device
        parts = batch.split(accumulate * self.accelerator.num_processes)
        mine = parts[self._rank * accumulate : (self._rank + 1) * accumulate]
        return [part.to(device) for part in mine]

    @property
    def _rank(self) -> int:
        return self.accelerator.process_index

    def _agreed(self, seconds: float) -> float:
        """One clock for all processes, so that a time limit ends them at the same step."""
        if self.accelerator.num_processes == 1 or self.settings.minutes is None:
            return seconds
        clock = torch.tensor(seconds, device=self.accelerator.device)
        return float(self.accelerator.reduce(clock, "mean"))

    def _progress(self) -> float:
        """The share of the run that is done, by steps or by time, whatever is further."""
        return max(self.step / self.settings.steps, self._share_of_time())

    def _share_of_time(self) -> float:
        minutes = self.settings.minutes
        return self.seconds / 60 / minutes if minutes else 0.0

    def _done(self) -> str:
        """What is done and what is to do, in steps or in minutes, whatever ends the run."""
        if self._share_of_time() > self.step / self.settings.steps:
            return f"{self.seconds / 60:.1f}/{self.settings.minutes:g} min"
        return f"{self.step:,}/{self.settings.steps:,}"

    def _rate(self) -> float:
        """The learning rate of the next step; above 0 at the first and the last, so all count."""
        one_more = self._progress() + 1 / self.settings.steps
        return self.settings.rate_at(min(one_more, 1 - 0.5 / self.settings.steps))

    # --- What is kept ---

    def _pace(self, n_tokens: int, seconds: float) -> dict[str, float]:
        """Tokens a second, in all processes, and what time is left."""
        progress = self._progress()
        return {
            "tokens_per_second": n_tokens * self.accelerator.num_processes / max(seconds, 1e-9),
            "seconds_left": self.seconds * max(0.0, 1 - progress) / progress,
        }

    def _counts(self, found: Sequence[Tensor]) -> Counts:
        """What all processes found, added up."""
        mine = torch.tensor(astuple(Counts.read(found)), device=self.accelerator.device)
        return Counts(*self.accelerator.reduce(mine, "sum").tolist())

    def _log(self, found: Sequence[Tensor], pace: dict[str, float]) -> dict[str, float]:
        means = self._counts(found).means()
        self._check_finite("loss", means["loss"])
        self._note({"split": "train", "step": self.step, **means, "lr": self._rate(), **pace})
        return means

    def _look(self) -> dict[str, float]:
        look = self.evaluate()
        self._check_finite("loss of held-out text", look["loss"])
        row = {"split": "held-out", "step": self.step, **look}
        self.bar.write(line_of(row))
        self._note(row)
        return look

    def _note(self, row: dict) -> None:
        if self.accelerator.is_main_process:
            self.run.note(row)
            if self.watch is not None:
                self.watch(row)

    def _check_finite(self, what: str, value: float) -> None:
        if not math.isfinite(value):
            last = f"; {last_checkpoint(self.run.folder)}, from before, is kept"
            raise TrainingError(
                f"the {what} is {value} at step {self.step}: the learning rate, "
                f"{self.settings.lr}, is probably too high, or the warm-up too short. Begin anew "
                f"with a lower rate, in another folder{last if self.run.is_begun else ''}"
            )

    def _save(self, loss: float) -> None:
        sums = torch.stack([parameter.detach().sum() for parameter in self.bare_model.parameters()])
        self._check_finite("sum of all weights", float(sums.sum()))
        if self.accelerator.is_main_process:
            state = {
                "step": self.step,
                "seconds": self.seconds,
                "epoch": self.epoch,
                "batch": self.batch,
                "length": self.length,
                "scaler": self.accelerator.scaler.state_dict() if self.accelerator.scaler else None,
            }
            self.run.save(self.bare_model, self.bare_optimizer, state, loss)
        self.accelerator.wait_for_everyone()

    def _go_on(self) -> None:
        """Stand where the folder stands: after its last checkpoint, or at the very beginning."""
        checkpoints = self.run.checkpoints
        if checkpoints != self.known:
            if not checkpoints:
                raise TrainingError(
                    f"this trainer was stopped at step {self.step}, and {self.run.folder} has no "
                    "checkpoint to go on from: make the model and the trainer anew"
                )
            self._resume()
            self.known = checkpoints
        if self.accelerator.is_main_process:
            self.run.begin_after(self.step)

    def _resume(self) -> None:
        self.optimizer.zero_grad()  # of a step that was interrupted
        state = self.run.load(self.bare_model, self.bare_optimizer)
        for name in ("step", "seconds", "epoch", "batch", "length"):
            setattr(self, name, state[name])
        if state["scaler"] and self.accelerator.scaler:
            self.accelerator.scaler.load_state_dict(state["scaler"])


def is_cpu_only() -> bool:
    """Whether there is nothing but a CPU; several processes have to be told so to find together."""
    return not torch.cuda.is_available() and not torch.backends.mps.is_available()


def settled_precision(precision: str, output: Path | str) -> str:
    """ "bf16", "fp16" or "fp32": what is asked for; for "auto" what the run in a folder began with.

    A run that begins takes the fastest: bfloat16 on a GPU that has it, float16 on another; on a CPU
    a matrix product is timed, since some have bfloat16 and are slower in it.
    """
    if precision != "auto":
        return precision
    return last_settings(Path(output)).get("precision") or fastest_precision()


@cache
def fastest_precision() -> str:
    if torch.cuda.is_available():
        return "bf16" if torch.cuda.is_bf16_supported(including_emulation=False) else "fp16"
    if not is_cpu_only():
        return "fp32"
    seconds = {dtype: _product_time(dtype) for dtype in (torch.bfloat16, torch.float32)}
    return "bf16" if seconds[torch.bfloat16] < 0.8 * seconds[torch.float32] else "fp32"


def _product_time(dtype: torch.dtype) -> float:
    """The shortest of some matrix products as large as those of a small BERT."""
    x, y = torch.ones(2048, 256, dtype=dtype), torch.ones(256, 1024, dtype=dtype)
    seconds = []
    for _ in range(10):
        before = time.perf_counter()
        x @ y
        seconds.append(time.perf_counter() - before)
    return min(seconds)
