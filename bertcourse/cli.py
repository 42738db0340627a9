"""The course from the command line: `python -m bertcourse COMMAND`."""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from bertcourse.lab import PORT, LabError, open_lab, use_folder

if TYPE_CHECKING:
    from bertcourse.trainer import TrainingSettings

# Nothing else is imported up here: `--help` and `doctor` also answer where packages are missing.

STOPPED = 130  # what a command ends with after Ctrl-C


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 if all went well."""
    # A console that knows only Latin letters gets a question mark instead of a traceback.
    with suppress(AttributeError, ValueError):
        sys.stdout.reconfigure(errors="replace")
    parser = build_parser()
    options = parser.parse_args(arguments)
    if options.run is None:
        parser.print_help()
        return 0
    try:
        with warnings_as_sentences():
            return options.run(options)
    except KeyboardInterrupt:
        return STOPPED


@contextmanager
def warnings_as_sentences() -> Iterator[None]:
    """Print the package's own warnings without the line of code that they come from."""

    def format_warning(message, category, *place) -> str:
        is_ours = category.__module__.startswith("bertcourse.")
        return f"{message}\n" if is_ours else usual(message, category, *place)

    usual = warnings.formatwarning
    warnings.formatwarning = format_warning
    try:
        yield
    finally:
        warnings.formatwarning = usual


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bertcourse",
        description="Build BERT yourself, week by week.",
        epilog="Something does not work? Start with: python -m bertcourse doctor",
    )
    parser.set_defaults(run=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    add_lab(commands)
    add_command(commands, "doctor", doctor, "what works on this computer, and how to mend the rest")
    add_command(commands, "progress", progress, "which exercises you have solved, week by week")
    add_corpus(commands)
    add_pretrain(commands)
    add_fill_mask(commands)
    add_bench(commands)
    return parser


def add_plain(commands, name: str, run, description: str) -> argparse.ArgumentParser:
    command = commands.add_parser(
        name, help=description, description=description[0].upper() + description[1:] + "."
    )
    command.set_defaults(run=run)
    return command


def add_command(commands, name: str, run, description: str) -> argparse.ArgumentParser:
    command = add_plain(commands, name, run, description)
    command.add_argument(
        "--folder", help="where your copy of the notebooks lives (default: my_course)"
    )
    return command


def add_lab(commands) -> None:
    command = add_command(commands, "lab", lab, "open the course in JupyterLab")
    command.add_argument(
        "--port", type=int, default=PORT, help="the port to use; a taken one moves on to the next"
    )
    command.add_argument(
        "--no-browser",
        action="store_true",
        help="print the address instead of opening it (so too where there is no display)",
    )


CORPORA = "storyworld, docs (the documentation on this computer), a path, or hub:NAME"


def add_corpus(commands) -> None:
    command = add_plain(commands, "corpus", corpus, "what is in a text to learn from")
    command.add_argument("corpus", metavar="CORPUS", help=CORPORA)
    command.add_argument("--limit", type=int, default=2_000, help="documents to look at")
    command.add_argument("--samples", type=int, default=3, help="documents to show")


def add_pretrain(commands) -> None:
    command = add_plain(commands, "pretrain", pretrain, "train a BERT on text, from the beginning")
    command.add_argument("--corpus", required=True, help=CORPORA)
    command.add_argument("--output", required=True, metavar="DIR", help="the folder of the run")
    command.add_argument(
        "--held-out",
        metavar="PATH",
        help="text to look at and not to learn from; by default a part of the corpus is kept apart",
    )
    command.add_argument(
        "--resume", choices=("auto", "never"), default="auto", help="go on with a run in DIR"
    )
    command.add_argument(
        "--steps", type=int, metavar="N", help="updates; without --minutes, 2000 by default"
    )
    command.add_argument(
        "--minutes", type=float, metavar="X", help="end after so much time of training"
    )
    command.add_argument(
        "--long-len",
        type=int,
        metavar="N",
        help="tokens of a sequence in the last tenth of the run; the paper has 128, then 512",
    )
    command.add_argument(
        "--evaluate-every",
        type=int,
        metavar="N",
        help="steps to a look at held-out text; by default before every checkpoint",
    )
    add_with_default(command, "--save-every", 500, "steps to a checkpoint")
    add_with_default(
        command, "--preset", "tiny-modern", "tiny, mini, … base; also tiny-modern and so on"
    )
    add_with_default(
        command,
        "--start",
        "published",
        "the weights to begin with: published (small and random), head-start (heads that look at "
        "their neighbours), a checkpoint, or bertcourse-mini, the one that comes with the course",
    )
    add_with_default(command, "--vocab-size", 8192, "most pieces to learn")
    add_with_default(command, "--max-len", 128, "tokens of a sequence")
    add_with_default(command, "--batch-size", 32, "pairs an update")
    add_with_default(
        command, "--accumulate", 1, "in how many parts, one after the other: saves memory"
    )
    add_with_default(command, "--lr", 1e-3, "the highest learning rate")
    add_with_default(command, "--warmup", 0.1, "share of the run in which the learning rate rises")
    add_with_default(command, "--weight-decay", 0.01, "of all weights but biases and norms")
    add_with_default(command, "--dropout", 0.0, "0.1 for many rounds of a text")
    add_with_default(
        command, "--share", 0.15, "of the words, guessed in training; of held-out text always 0.15"
    )
    add_with_default(command, "--precision", "auto", "auto, bf16, fp16 or fp32")
    add_with_default(command, "--workers", 0, "processes that make batches")
    add_with_default(command, "--seed", 0, "decides all that is random, and the order of texts")
    command.add_argument(
        "--compile",
        action="store_true",
        help="let PyTorch compile the model: some minutes at the start, faster steps on a GPU",
    )
    command.add_argument(
        "--tensorboard", action="store_true", help="curves into DIR/tensorboard, too"
    )


def add_with_default(command, name: str, default, description: str) -> None:
    metavar = {int: "N", float: "X", str: "NAME"}[type(default)]
    more = f"{description} (default: {default})"
    command.add_argument(name, type=type(default), default=default, metavar=metavar, help=more)


def add_fill_mask(commands) -> None:
    command = add_plain(commands, "fill-mask", fill_mask, "let a BERT guess the words at [MASK]")
    command.add_argument(
        "checkpoint",
        metavar="CHECKPOINT",
        help="a folder, an id on the Hub, or bertcourse-mini, which comes with the course",
    )
    command.add_argument("text", metavar="TEXT", help='such as "the cat [MASK] on the mat"')
    command.add_argument("--top", type=int, default=5, help="guesses for each [MASK]")


def add_bench(commands) -> None:
    command = add_plain(commands, "bench", bench, "how fast it is, beside transformers and PyTorch")
    command.add_argument("--preset", nargs="+", default=["tiny"], help="sizes: tiny, mini, … base")
    command.add_argument(
        "--what", default="", metavar="LIST", help="some of train,encode,fill-mask,variable"
    )
    command.add_argument("--rounds", type=int, default=10, help="how often each is timed")
    command.add_argument("--batch-size", type=int, default=32, help="pairs a batch")
    command.add_argument("--max-len", type=int, default=128, help="tokens of a sequence")
    command.add_argument("--vocab-size", type=int, default=8192, help="pieces")
    command.add_argument("--precision", default="auto", help="auto, bf16 or fp32")
    command.add_argument("--json", metavar="FILE", help="write all that was measured there")


def lab(options: argparse.Namespace) -> int:
    try:
        open_lab(options.folder, options.port, browser=False if options.no_browser else None)
    except LabError as error:
        return failed(error)
    return 0


def doctor(options: argparse.Namespace) -> int:
    from bertcourse.doctor import examine, report

    use_folder(options.folder)
    findings = examine()
    print(report(findings, sys.stdout.encoding))
    return 1 if any(finding.is_problem for finding in findings) else 0


def progress(options: argparse.Namespace) -> int:
    from bertcourse.exercises import progress as table

    use_folder(options.folder)
    print(table())
    return 0


def corpus(options: argparse.Namespace) -> int:
    from bertcourse.corpus import CorpusError, describe, open_corpus

    try:
        print(describe(open_corpus(options.corpus), options.limit, options.samples))
    except CorpusError as error:
        return failed(error)
    return 0


def pretrain(options: argparse.Namespace) -> int:
    try:
        from bertcourse.pretrain import pretrain as run
    except ImportError as error:
        return failed(f"training needs {error.name}: python -m pip install {error.name}")
    from bertcourse.config import BERTConfig
    from bertcourse.corpus import CorpusError, Folder, StoryWorld, open_corpus
    from bertcourse.data import DataError
    from bertcourse.pretrain import STORIES
    from bertcourse.runs import TrainingError, last_checkpoint, refuse_inside
    from bertcourse.weights import CheckpointError

    try:
        settings, watch = training_settings(options), watching(options)
        config = BERTConfig.preset(
            options.preset,
            vocab_size=options.vocab_size,
            max_len=options.max_len,
            dropout=options.dropout,
            attention_dropout=options.dropout,
        )
        documents = open_corpus(options.corpus, options.seed)
        if isinstance(documents, Folder):
            refuse_inside(options.output, documents.path)
        if isinstance(documents, StoryWorld):
            documents = StoryWorld(options.seed, STORIES)  # which by itself would never end
        run(
            documents,
            options.output,
            config,
            settings,
            options.resume == "auto",
            watch,
            source=options.corpus,
            held_out=open_corpus(options.held_out) if options.held_out else None,
            start=options.start,
        )
    except (CorpusError, DataError, TrainingError, CheckpointError, ValueError) as error:
        return failed(error)
    except KeyboardInterrupt:
        last = last_checkpoint(options.output)
        failed(f"Stopped. Start the same command again: it goes on from {last}.")
        return STOPPED
    return 0


def training_settings(options: argparse.Namespace) -> TrainingSettings:
    from bertcourse.trainer import TrainingSettings

    steps = options.steps
    if steps is None:
        steps = 1_000_000 if options.minutes is not None else 2_000
    evaluate_every = options.evaluate_every
    if evaluate_every is None:
        evaluate_every = options.save_every
    return TrainingSettings(
        steps=steps,
        minutes=options.minutes,
        batch_size=options.batch_size,
        accumulate=options.accumulate,
        max_len=options.max_len,
        long_len=options.long_len,
        lr=options.lr,
        warmup=options.warmup,
        weight_decay=options.weight_decay,
        share=options.share,
        seed=options.seed,
        precision=options.precision,
        workers=options.workers,
        compile=options.compile,
        evaluate_every=evaluate_every,
        save_every=options.save_every,
    )


def watching(options: argparse.Namespace) -> Callable[[dict], None]:
    """What is done with every row of metrics, besides the bar."""
    from bertcourse.progress import is_seen, line_of
    from bertcourse.tensorboard import TensorBoard

    watchers = [TensorBoard(f"{options.output}/tensorboard")] if options.tensorboard else []
    if not is_seen():
        watchers.append(lambda row: print(line_of(row), flush=True))

    def watch(row: dict) -> None:
        for watcher in watchers:
            watcher(row)

    return watch


def fill_mask(options: argparse.Namespace) -> int:
    from bertcourse.assets import checkpoint_named
    from bertcourse.heads import BERTLM
    from bertcourse.predict import fill_mask as guesses
    from bertcourse.runs import TrainingError, finished_or_last
    from bertcourse.tokenizer import WordPieceTokenizer
    from bertcourse.weights import CheckpointError

    try:
        asked_for = checkpoint_named(options.checkpoint)
        checkpoint = finished_or_last(asked_for)
        if checkpoint != asked_for:
            print(f"The run is not finished: these are the guesses of {checkpoint}.")
        model = BERTLM.from_pretrained(checkpoint)
        tokenizer = WordPieceTokenizer.from_pretrained(checkpoint)
        for number, best in enumerate(guesses(model, tokenizer, options.text, options.top), 1):
            print(f"[MASK] {number}")
            for guess in best:
                print(f"  {guess.probability:6.1%}  {guess.token:14}  {guess.text}")
    except (CheckpointError, TrainingError, ValueError) as error:
        return failed(error)
    return 0


def bench(options: argparse.Namespace) -> int:
    try:
        from bertcourse.bench import WHAT, BenchError, machine, write_report
        from bertcourse.bench import bench as run
    except ImportError as error:
        return failed(f"comparing needs {error.name}: python -m pip install {error.name}")
    from bertcourse.config import BERTConfig
    from bertcourse.data import DataError

    sizes = {"vocab_size": options.vocab_size, "max_len": options.max_len}
    work = {
        "rounds": options.rounds,
        "batch_size": options.batch_size,
        "precision": options.precision,
    }
    what = options.what.split(",") if options.what else WHAT
    print(", ".join(f"{name} {fact}" for name, fact in machine().items()))
    print("ratio: a row's time by the first row's in the same round, median and quartiles")
    tables = {}
    try:
        for preset in options.preset:
            config = BERTConfig.preset(preset, **sizes)
            print(f"\n{preset}, batches of {options.batch_size} × {options.max_len}")
            tables[preset] = run(config, what, show=show_table, **work)
        if options.json:
            write_report(options.json, tables, **sizes, **work)
    except (BenchError, DataError, ValueError) as error:
        return failed(error)
    return 0


def show_table(table: object) -> None:
    print(f"\n{table}", flush=True)


def failed(error: object) -> int:
    print(error, file=sys.stderr)
    return 1
