"""Week 6: an experiment: what gets the published BERT off the plateau near the unigram level?

    python -m bertcourse.plateau RUN [--json FILE] [--steps N] [--only NAME …]

RUN is the folder of any run of `pretrain`: its tokenizer and its encoded text are used. Each
attempt trains a new tiny BERT from the same seed, and differs from the published one in what its
name says. All see the same number of tokens, those with smaller batches in more steps, and are
compared by that and not by time. Held-out text is looked at in the length that is trained on.

The loss falls soon to that of guessing every token by its frequency, and then ever more slowly:
what stands where is not made use of yet. A model has left this plateau when it guesses more of the
held-out words than counting pairs does, which is to say always what most often followed the token
before. For that it has to look at the places beside the gap.

What came out for the text of `bertcourse-mini` stands in `assets/plateau.json`; `table` writes it
out, and week 6 draws it. Whether the plateau lies in the text is asked by `plateau-stories.json`:
some attempts on a run of `--corpus storyworld`, where words recur and sentences are alike.
"""

import argparse
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bertcourse.assets import RECORDED_PLATEAU, RECORDED_STORIES
from bertcourse.config import MODERN, BERTConfig
from bertcourse.data import TokenStore
from bertcourse.headstart import LOOKS, SAME
from bertcourse.pretrain import baselines, new_model
from bertcourse.tokenizer import WordPieceTokenizer
from bertcourse.trainer import BERTTrainer, TrainingSettings
from bertcourse.workbook import write_atomically

EVALUATIONS = 8  # looks at held-out text in the course of an attempt
COMMON = TrainingSettings(
    steps=2000, batch_size=8, max_len=128, lr=1e-3, evaluate_batches=16, precision="fp32"
)


@dataclass(frozen=True)
class Attempt:
    """One way to train, and in what it differs from the published architecture and `COMMON`.

    Attributes:
        name: of it.
        config: fields of the model that are set otherwise.
        settings: fields of the training that are set otherwise.
        looks: what heads look at from the beginning, if it has a head start; see `headstart`.
    """

    name: str
    config: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    looks: Sequence[int | str] | None = None


ATTEMPTS = (
    Attempt("published"),
    Attempt("rate 3e-4", settings={"lr": 3e-4}),
    Attempt("rate 3e-3", settings={"lr": 3e-3}),
    Attempt("warm-up 40 %", settings={"warmup": 0.4}),
    Attempt("batches of 32", settings={"batch_size": 32}),
    Attempt("length 32", settings={"max_len": 32, "batch_size": 32}),
    Attempt("40 % masked", settings={"share": 0.4}),
    Attempt("dropout 0.1", config={"dropout": 0.1, "attention_dropout": 0.1}),
    Attempt("initial weights × 2", config={"initializer_range": 0.04}),
    Attempt("sinusoidal", config={"positions": "sinusoidal"}),
    Attempt("pre-norm", config={"norm": "pre"}),
    Attempt("rotary", config={"positions": "rotary"}),
    Attempt("rotary, pre-norm", config=MODERN),
    Attempt("head start", looks=LOOKS),
    Attempt("head start, one side", looks=(-1, SAME)),
)


def run_attempt(
    attempt: Attempt, run: Path, common: TrainingSettings, preset: str = "tiny"
) -> list[dict[str, float]]:
    """Train, and return the looks at held-out text: tokens seen so far, loss, accuracies."""
    tokenizer = WordPieceTokenizer.from_pretrained(run / "tokenizer")
    texts = [TokenStore(run / "data" / part) for part in ("train", "held-out")]
    settings = replace(common, **attempt.settings)
    tokens_a_step = common.batch_size * common.max_len
    steps = common.steps * tokens_a_step // (settings.batch_size * settings.max_len)
    settings = replace(settings, steps=steps, evaluate_every=max(1, steps // EVALUATIONS))
    changes = {"dropout": 0.0, "attention_dropout": 0.0, **attempt.config}
    config = BERTConfig.preset(preset, max_len=common.max_len, **changes)
    model = new_model(config, settings, tokenizer, attempt.looks)
    rows: list[dict[str, float]] = []

    def watch(row: dict[str, float]) -> None:
        if row["split"] == "held-out":
            n_tokens = row["step"] * settings.batch_size * settings.max_len
            names = ("mlm_loss", "mlm_accuracy", "nsp_accuracy")
            rows.append({"tokens": n_tokens, **{name: round(row[name], 4) for name in names}})

    with tempfile.TemporaryDirectory() as folder:
        trainer = BERTTrainer(model, tokenizer, *texts, settings, folder, watch=watch)
        trainer.train()
    return rows


def tokens_until_left(rows: Sequence[Mapping[str, float]], bigram_accuracy: float) -> float | None:
    """After how many tokens more was guessed than by counting pairs, or None."""
    left = (row["tokens"] for row in rows if row["mlm_accuracy"] > bigram_accuracy)
    return next(left, None)


def table(report: Mapping[str, Any]) -> str:
    """What an experiment found, a line an attempt, the best at the top."""
    loss, bigram = report["unigram_loss"], report["bigram_accuracy"]
    lines = [
        f"{'':22}{'off the plateau':>17}{'loss':>8}{'words':>8}",
        f"{'by frequency':22}{'':17}{loss:8.2f}{report['unigram_accuracy']:8.3f}",
        f"{'by counting pairs':22}{'':25}{bigram:8.3f}",
    ]
    by_loss = sorted(report["attempts"].items(), key=lambda item: item[1][-1]["mlm_loss"])
    for name, rows in by_loss:
        left = tokens_until_left(rows, bigram)
        when = f"{left / 1e6:.2f} M tokens" if left else f"not in {rows[-1]['tokens'] / 1e6:.1f} M"
        last = rows[-1]
        lines.append(f"{name:22}{when:>17}{last['mlm_loss']:8.2f}{last['mlm_accuracy']:8.3f}")
    return "\n".join(lines)


def experiment(
    run: Path, attempts: Sequence[Attempt] = ATTEMPTS, common: TrainingSettings = COMMON
) -> dict[str, Any]:
    """All attempts, one after the other, on the text of a run; see `table` for what is found."""
    counted = baselines(TokenStore(run / "data" / "train"), TokenStore(run / "data" / "held-out"))
    names = ("unigram_loss", "unigram_accuracy", "bigram_accuracy")
    report = {name: round(getattr(counted, name), 4) for name in names} | {"attempts": {}}
    for attempt in attempts:
        rows = report["attempts"][attempt.name] = run_attempt(attempt, run, common)
        print(f"{attempt.name}: loss {rows[-1]['mlm_loss']:.2f}", flush=True)
    return report


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bertcourse.plateau", description=__doc__)
    parser.add_argument("run", type=Path, nargs="?", help="a run of pretrain; without, the records")
    parser.add_argument("--steps", type=int, default=COMMON.steps, help="of batches of 8 × 128")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these attempts")
    parser.add_argument("--json", type=Path, help="write what was found there")
    options = parser.parse_args(arguments)
    if options.run is None:
        for text, path in (("books and articles", RECORDED_PLATEAU), ("stories", RECORDED_STORIES)):
            print(f"\n{text}\n\n{table(json.loads(path.read_text(encoding='utf-8')))}")
        return
    chosen = [each for each in ATTEMPTS if not options.only or each.name in options.only]
    report = experiment(options.run, chosen, replace(COMMON, steps=options.steps))
    print(table(report))
    if options.json:
        write_atomically(options.json, json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
