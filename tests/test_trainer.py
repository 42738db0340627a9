"""A training run: it learns, is never lost, and goes on exactly where it stopped."""

import dataclasses
import json
import math
import os
import shutil
import subprocess
import sys

import pytest
import torch
from test_data import LETTERS, TOKENIZER, corpus

from bertcourse.config import BERTConfig
from bertcourse.data import TokenStore
from bertcourse.heads import BERTLM
from bertcourse.runs import Run, TrainingError
from bertcourse.trainer import (
    BERTTrainer,
    Counts,
    TrainingSettings,
    fastest_precision,
    settled_precision,
)

CONFIG = BERTConfig(
    vocab_size=len(TOKENIZER), d_model=16, n_layers=1, n_heads=2, max_len=32, dropout=0.1
)
SETTINGS = TrainingSettings(
    steps=12,
    batch_size=4,
    max_len=16,
    long_len=32,
    long_share=0.4,
    lr=3e-3,
    precision="fp32",
    evaluate_every=5,
    evaluate_batches=3,
    save_every=5,
    log_every=1,
)


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("texts")
    train = TokenStore.build(corpus(12), TOKENIZER, folder / "train")
    return train, TokenStore.build(corpus(8, seed=1), TOKENIZER, folder / "held-out")


def trainer(texts, folder, settings=SETTINGS, **more):
    torch.manual_seed(0)
    return BERTTrainer(BERTLM(CONFIG), TOKENIZER, *texts, settings, folder, **more)


def weights(model):
    return {name: parameter.detach().clone() for name, parameter in model.named_parameters()}


@pytest.fixture(scope="module")
def whole(texts, tmp_path_factory):
    """A run that nothing disturbed: its weights, and its folder."""
    folder = tmp_path_factory.mktemp("whole")
    run = trainer(texts, folder)
    run.train()
    return weights(run.bare_model), folder


class Killed(BaseException):
    pass


def killed_at(step):
    def watch(row):
        if row["step"] == step:
            raise Killed

    return watch


def same(a, b):
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


@pytest.mark.parametrize("step", [1, 5, 6, 7, 8, 9, 11])
def test_a_killed_run_goes_on_and_ends_with_the_same_weights(texts, whole, tmp_path, step):
    with pytest.raises(Killed):
        trainer(texts, tmp_path, watch=killed_at(step)).train()
    again = trainer(texts, tmp_path)
    assert again.step == (step - 1) // 5 * 5
    again.train()
    assert same(weights(again.bare_model), whole[0])


def test_other_seeds_end_with_other_weights(texts, whole, tmp_path):
    other = trainer(texts, tmp_path, dataclasses.replace(SETTINGS, seed=1))
    other.train()
    assert not same(weights(other.bare_model), whole[0])


def test_metrics_of_a_run_that_went_on_are_those_of_a_whole_one(texts, whole, tmp_path):
    with pytest.raises(Killed):
        trainer(texts, tmp_path, watch=killed_at(8)).train()
    trainer(texts, tmp_path).train()
    ours, theirs = ([dict(row) for row in rows(folder)] for folder in (tmp_path, whole[1]))
    for row in ours + theirs:
        row.pop("tokens_per_second", None)
        row.pop("seconds_left", None)
    assert ours == theirs
    assert [row["step"] for row in ours if row["split"] == "train"] == list(range(1, 13))
    assert [row["step"] for row in ours if row["split"] == "held-out"] == [5, 10, 12]


def rows(folder):
    return [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]


def test_a_checkpoint_is_a_model_that_loads_with_its_tokenizer(whole):
    (last,) = whole[1].glob("step-00000012")
    assert same(weights(BERTLM.from_pretrained(last)), whole[0])
    names = {path.name for path in last.iterdir()}
    assert {"config.json", "model.safetensors", "vocab.txt", "optimizer.safetensors"} <= names
    assert not any(path.suffix in (".bin", ".pt", ".pkl") for path in last.iterdir())


def test_a_damaged_checkpoint_is_passed_over_for_an_older_one(texts, whole, tmp_path):
    with pytest.raises(Killed):
        trainer(texts, tmp_path, watch=killed_at(11)).train()
    older = tmp_path / "step-00000005"
    if not older.exists():  # it was not the best
        run = trainer(texts, tmp_path / "other", watch=killed_at(6))
        with pytest.raises(Killed):
            run.train()
        shutil.copytree(tmp_path / "other" / older.name, older)
    for name in ("optimizer.safetensors", "model.safetensors", "trainer.json"):
        path = tmp_path / "step-00000010" / name
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2])
        with pytest.warns(UserWarning, match="step-00000010 is passed over"):
            again = trainer(texts, tmp_path)
        assert again.step == 5
        path.write_bytes(content)
    again = trainer(texts, tmp_path)
    assert again.step == 10


def test_a_full_disk_stops_the_run_and_keeps_the_older_checkpoint(
    texts, tmp_path, monkeypatch, whole
):
    def full(source, target):
        if str(target).endswith("step-00000010"):
            raise OSError(28, "No space left on device")
        return rename(source, target)

    rename = os.rename
    monkeypatch.setattr(os, "rename", full)
    with pytest.raises(
        TrainingError, match=r"step 10 could not be saved .*No space.*step-00000005"
    ):
        trainer(texts, tmp_path).train()
    assert [path.name for path in tmp_path.glob("*") if path.is_dir()] == ["step-00000005"]
    monkeypatch.setattr(os, "rename", rename)
    again = trainer(texts, tmp_path)
    again.train()
    assert same(weights(again.bare_model), whole[0])


def test_a_loss_that_is_no_number_is_explained_and_nothing_is_lost(texts, tmp_path):
    run = trainer(texts, tmp_path, dataclasses.replace(SETTINGS, save_every=1, lr=1e30, warmup=0.9))
    with pytest.raises(TrainingError, match=r"the .* is (nan|-?inf) at step .* too high"):
        run.train()
    for checkpoint in tmp_path.glob("step-*"):
        for weight in weights(BERTLM.from_pretrained(checkpoint)).values():
            assert weight.isfinite().all()


def test_a_run_goes_on_only_with_its_own_settings(texts, whole):
    other = dataclasses.replace(SETTINGS, lr=1.0, workers=1)
    with pytest.raises(TrainingError, match=r"another run \(different: lr 0\.003 and now 1\.0\)"):
        trainer(texts, whole[1], other)
    with pytest.raises(TrainingError, match="holds a run already: go on with it"):
        trainer(texts, whole[1], resume=False)
    finished = trainer(texts, whole[1], dataclasses.replace(SETTINGS, log_every=7))
    assert finished.step == 12
    assert finished.train() == {}


def test_it_learns_words_from_their_neighbours_and_which_sentences_belong_together(tmp_path):
    documents = [[" ".join(letter * 6) for _ in range(6)] for letter in LETTERS]
    text = TokenStore.build(documents, TOKENIZER, tmp_path / "train")
    settings = TrainingSettings(
        steps=300,
        batch_size=16,
        max_len=16,
        lr=1e-2,
        precision="fp32",
        evaluate_every=300,
        save_every=300,
    )
    torch.manual_seed(0)
    model = BERTLM(dataclasses.replace(CONFIG, d_model=32, n_layers=2, dropout=0.0))
    look = BERTTrainer(model, TOKENIZER, text, text, settings, tmp_path / "run").train()
    assert look["mlm_accuracy"] > 0.8
    assert look["nsp_accuracy"] > 0.8


def test_accumulated_batches_are_one_batch(texts, tmp_path):
    calm = dataclasses.replace(CONFIG, dropout=0.0, attention_dropout=0.0)
    ends = []
    for accumulate in (1, 2, 4):
        torch.manual_seed(0)
        settings = dataclasses.replace(SETTINGS, accumulate=accumulate)
        run = BERTTrainer(BERTLM(calm), TOKENIZER, *texts, settings, tmp_path / str(accumulate))
        run.train()
        ends.append(rows(run.run.folder)[-1]["loss"])
    assert ends[1:] == pytest.approx([ends[0]] * 2, abs=1e-5)


def test_the_learning_rate_rises_and_falls_and_is_never_zero(whole):
    rates = [row["lr"] for row in rows(whole[1]) if row["split"] == "train"]
    assert min(rates) > 0
    assert max(rates) <= SETTINGS.lr
    assert rates == sorted(rates[:1]) + sorted(rates[1:], reverse=True)


def test_a_time_limit_ends_the_run_and_brings_the_rate_down(texts, tmp_path):
    settings = dataclasses.replace(SETTINGS, steps=10**6, minutes=0.5 / 60, long_len=None)
    run = trainer(texts, tmp_path, settings)
    run.train()
    assert run.step < 10**6
    assert run.seconds >= 0.5
    assert rows(tmp_path)[-1]["step"] == run.step
    assert (tmp_path / f"step-{run.step:08d}").is_dir()


BAD = {
    "no steps": ({"steps": 0}, "steps=0: choose 1 or more"),
    "a share of warm-up beyond 1": ({"warmup": 100}, "warmup=100: choose a share"),
    "an unknown precision": ({"precision": "int8"}, "choose auto, bf16, fp16 or fp32"),
    "batches that do not divide": ({"accumulate": 3}, "cannot be made of accumulate=3"),
}


@pytest.mark.parametrize("case", BAD)
def test_settings_that_cannot_be_are_refused(case):
    change, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(SETTINGS, **change)


def test_a_run_goes_on_in_the_precision_it_began_with(texts, tmp_path, monkeypatch):
    for fastest, other in (("bf16", "fp32"), ("fp32", "bf16")):
        folder, automatic = tmp_path / fastest, dataclasses.replace(SETTINGS, precision="auto")
        monkeypatch.setattr("bertcourse.trainer.fastest_precision", lambda fastest=fastest: fastest)
        trainer(texts, folder, automatic).train()
        monkeypatch.setattr("bertcourse.trainer.fastest_precision", lambda other=other: other)
        assert settled_precision("auto", folder) == fastest
        assert trainer(texts, folder, automatic).settings.precision == fastest
        assert settled_precision("auto", tmp_path / "another") == other
    assert settled_precision("fp16", folder) == "fp16"
    assert fastest_precision() in ("bf16", "fp16", "fp32")


def test_an_empty_folder_is_no_run(tmp_path):
    run = Run(tmp_path / "nothing", {"steps": 1}, TOKENIZER)
    assert not run.is_begun
    assert run.metrics == []
    assert math.isinf(run._loss(tmp_path))


TWO = """
import dataclasses, sys, torch
from test_trainer import CONFIG, SETTINGS, TOKENIZER
from bertcourse.data import TokenStore
from bertcourse.heads import BERTLM
from bertcourse.trainer import BERTTrainer
texts, output = sys.argv[1], sys.argv[2]
torch.set_num_threads(1)
torch.manual_seed(0)
calm = dataclasses.replace(CONFIG, dropout=0.0, attention_dropout=0.0)
train, held_out = (TokenStore(f"{texts}/{name}") for name in ("train", "held-out"))
trainer = BERTTrainer(BERTLM(calm), TOKENIZER, train, held_out, SETTINGS, output)
trainer.train()
assert trainer.accelerator.num_processes == int(sys.argv[3])
"""


def test_two_processes_give_the_curve_of_one(texts, tmp_path):
    (tmp_path / "two.py").write_text(TWO)
    folder = texts[0].folder.parent
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    curves = []
    for n in (1, 2):
        launch = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={n}"]
        arguments = [str(tmp_path / "two.py"), str(folder), str(tmp_path / str(n)), str(n)]
        run = subprocess.run(
            [sys.executable, *(launch if n > 1 else []), *arguments],
            env=environment,
            capture_output=True,
            text=True,
        )
        assert run.returncode == 0, run.stderr
        curves.append([[row["split"], row["step"], row["loss"]] for row in rows(tmp_path / str(n))])
    assert len(curves[0]) == len(curves[1]) == 15
    for one, two in zip(*curves, strict=True):
        assert one[:2] == two[:2]
        assert one[2] == pytest.approx(two[2], abs=1e-5)


def test_counts_add_up_whenever_they_are_read():
    steps = torch.arange(6 * 25, dtype=torch.float32).view(25, 6)
    read_once, read_always = Counts(), Counts()
    for step in steps:
        read_once.add(step)
        read_always.add(step)
        read_always.means()
    assert read_once.numbers() == read_always.numbers() == steps.sum(0).tolist()
    assert read_once.means() == Counts(*steps.sum(0).tolist()).means()


def test_steps_between_two_lines_of_metrics_do_not_wait_for_their_numbers(
    texts, tmp_path, monkeypatch
):
    read, steps = [], []
    numbers, update = Counts.numbers, BERTTrainer.update
    monkeypatch.setattr(Counts, "numbers", lambda sums: read.append(len(steps)) or numbers(sums))
    monkeypatch.setattr(BERTTrainer, "update", lambda *a: steps.append(1) or update(*a))
    settings = dataclasses.replace(SETTINGS, log_every=4, evaluate_every=100, save_every=100)
    trainer(texts, tmp_path, settings).train()
    assert len(steps) == 12
    assert {step for step in read if step > 4} == {8, 12}
