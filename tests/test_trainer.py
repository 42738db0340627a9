"""A training run: it learns, is never lost, and goes on exactly where it stopped."""

import dataclasses
import errno
import itertools
import json
import math
import os
import subprocess
import sys
from functools import partial
from types import SimpleNamespace

import pytest
import torch
from test_data import LETTERS, TOKENIZER, corpus

from bertcourse.config import BERTConfig
from bertcourse.data import TokenStore
from bertcourse.heads import BERTLM
from bertcourse.progress import line_of
from bertcourse.runs import Run, TrainingError, TrainingWarning
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
    for name in ("optimizer.safetensors", "model.safetensors", "trainer.json"):
        path = tmp_path / "step-00000010" / name
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2])
        with pytest.warns(TrainingWarning, match="step-00000010 is passed over"):
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
    with pytest.raises(TrainingError, match=r"the .* is (nan|-?inf) at step .* too high.*; st"):
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
        settings = dataclasses.replace(SETTINGS, accumulate=accumulate, eps=0.1, clip=1e6)
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
    "no time": ({"minutes": 0}, "minutes=0: choose a number above 0"),
    "a learning rate below 0": ({"lr": -1.0}, "lr=-1.0: choose a number above 0"),
    "an endless learning rate": ({"lr": math.inf}, "lr=inf: choose a number above 0"),
    "a decay below 0": ({"weight_decay": -0.1}, "weight_decay=-0.1: choose a number of 0 or more"),
    "no room for a token": ({"max_len": 4}, "max_len=4: three special tokens and a token each"),
    "a long phase of shorter ones": ({"long_len": 8}, "long_len=8 is shorter than max_len=16"),
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


def test_the_long_phase_is_the_last_share_of_the_steps():
    lengths = [SETTINGS.length_at(step / 12) for step in range(12)]
    assert lengths == [16] * 8 + [32] * 4  # 8 is the first step behind 0.6 · 12 = 7.2
    short = dataclasses.replace(SETTINGS, long_len=None)
    assert {short.length_at(step / 12) for step in range(12)} == {16}
    tenth = dataclasses.replace(SETTINGS, long_share=0.1)
    assert next(n for n in range(2000) if tenth.length_at(n / 2000) == 32) == 1800


def test_under_a_time_limit_the_long_phase_is_the_last_share_of_the_time(
    texts, tmp_path, monkeypatch
):
    clock = itertools.count()  # a step takes a second
    monkeypatch.setattr(
        "bertcourse.trainer.time", SimpleNamespace(perf_counter=lambda: float(next(clock)))
    )
    settings = dataclasses.replace(SETTINGS, steps=10**6, minutes=10 / 60, precision="fp32")
    lengths = {}
    run = trainer(texts, tmp_path, settings)
    run.watch = lambda row: lengths.setdefault(row["step"], run.length)
    run.train()
    assert list(lengths.values()) == [16] * 6 + [32] * 4


def test_held_out_text_is_masked_alike_whatever_share_is_guessed_in_training(texts, tmp_path):
    half = trainer(texts, tmp_path / "half", dataclasses.replace(SETTINGS, share=0.5))
    usual = trainer(texts, tmp_path / "usual")
    for number in range(len(usual._held_out)):
        ours, theirs = half._held_out[number], usual._held_out[number]
        assert torch.equal(ours.input_ids, theirs.input_ids)
        assert torch.equal(ours.mlm_labels, theirs.mlm_labels)
    n_half, n_usual = (
        sum(batch.n_predicted for batch in next(run._windows())) for run in (half, usual)
    )
    assert n_half > 2 * n_usual


def test_looks_and_checkpoints_come_at_their_own_steps(texts, tmp_path):
    settings = dataclasses.replace(SETTINGS, evaluate_every=4, save_every=6)
    trainer(texts, tmp_path, settings).train()
    looked = {row["step"]: row["loss"] for row in rows(tmp_path) if row["split"] == "held-out"}
    assert list(looked) == [4, 8, 12]
    losses = {
        path.name: Run(tmp_path, {}, TOKENIZER)._loss(path) for path in tmp_path.glob("step*")
    }
    assert losses == {"step-00000006": math.inf, "step-00000012": looked[12]}


def test_the_last_two_checkpoints_and_the_best_are_kept(texts, tmp_path):
    run = trainer(texts, tmp_path)
    run.update(next(run._windows()))
    kept = []
    for step, loss in enumerate([math.inf, 3.0, 1.0, 2.0, math.inf, 4.0, 0.5], 1):
        run.run.save(run.bare_model, run.bare_optimizer, {"step": step}, loss)
        kept.append([int(path.name[-1]) for path in run.run.checkpoints])
    assert kept == [[1], [1, 2], [2, 3], [3, 4], [3, 4, 5], [3, 5, 6], [6, 7]]


def test_what_a_killed_process_was_writing_is_removed(texts, tmp_path):
    for folder in (tmp_path, tmp_path / "data"):
        (folder / ".writing-abc").mkdir(parents=True)
        (folder / ".writing-abc" / "model.safetensors").write_bytes(b"half")
    (tmp_path / "mine").mkdir()
    trainer(texts, tmp_path)
    names = {path.name for path in tmp_path.rglob("*")}
    assert names == {"data", "mine", "metrics.jsonl", ".lock"}


def test_a_folder_belongs_to_one_trainer_while_it_trains(texts, whole, tmp_path):
    refused = []

    def watch(row):
        if row["step"] in (3, 8):
            with pytest.raises(
                TrainingError, match=r"a training is under way in .* checkpoint, now"
            ):
                trainer(texts, tmp_path)
            with pytest.raises(TrainingError, match="a training is under way"):
                idle.train()
            refused.append(row["step"])
        if row["step"] == 8 and len(refused) == 2:
            raise KeyboardInterrupt

    first, idle = trainer(texts, tmp_path, watch=watch), trainer(texts, tmp_path)
    with pytest.raises(KeyboardInterrupt):
        first.train()
    assert refused == [3, 8]
    assert trainer(texts, tmp_path).step == 5  # the first is still referenced, and trains no more
    for each in (idle, first):  # one goes on where the other was, to the same end
        each.train()
        assert each.step == 12
        assert same(weights(each.bare_model), whole[0])


def test_a_trainer_that_was_interrupted_goes_on_from_its_last_checkpoint(texts, whole, tmp_path):
    def update(run, window):
        if run.step == 7 and not interrupted:
            interrupted.append(run.step)
            for parameter in run.bare_model.parameters():
                parameter.grad = torch.ones_like(parameter)  # of a step that is half done
            raise KeyboardInterrupt
        return usual(run, window)

    interrupted, usual = [], BERTTrainer.update
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BERTTrainer, "update", update)
        run = trainer(texts, tmp_path)
        with pytest.raises(KeyboardInterrupt):
            run.train()
        run.train()
    assert interrupted == [7]
    assert same(weights(run.bare_model), whole[0])


def test_a_trainer_without_a_checkpoint_to_go_on_from_has_to_be_made_anew(texts, tmp_path):
    run = trainer(texts, tmp_path, watch=killed_at(3))
    with pytest.raises(Killed):
        run.train()
    with pytest.raises(TrainingError, match=r"stopped at step 3, and .* make the model and the"):
        run.train()


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOSYS, errno.EROFS])
def test_where_nothing_can_be_locked_training_goes_on(texts, whole, tmp_path, monkeypatch, code):
    def no_locks(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(pytest.importorskip("fcntl"), "flock", no_locks)
    run = trainer(texts, tmp_path)
    run.train()
    assert same(weights(run.bare_model), whole[0])


def test_a_run_that_was_killed_before_its_first_checkpoint_counts_no_step_twice(texts, tmp_path):
    with pytest.raises(Killed):
        trainer(texts, tmp_path, watch=killed_at(3)).train()
    with open(tmp_path / "metrics.jsonl", "a") as file:
        file.write('{"split": "train", "st')
    trainer(texts, tmp_path).train()
    steps = [row["step"] for row in rows(tmp_path) if row["split"] == "train"]
    assert steps == list(range(1, 13))


def test_metrics_that_cannot_be_written_end_the_run_with_an_explanation(texts, tmp_path):
    def in_the_way(row):
        if row["step"] == 7:
            (tmp_path / "metrics.jsonl").unlink()
            (tmp_path / "metrics.jsonl").mkdir()

    cannot = r"nothing can be written to .*metrics\.jsonl .* goes on from step-00000005"
    with pytest.raises(TrainingError, match=cannot):
        trainer(texts, tmp_path, watch=in_the_way).train()
    with pytest.raises(TrainingError, match=cannot):
        trainer(texts, tmp_path)


def test_a_bar_shows_the_steps_and_held_out_looks_stand_above_it(texts, tmp_path, capsys):
    trainer(texts, tmp_path, progress=True).train()
    out, err = capsys.readouterr()
    looks = [row for row in rows(tmp_path) if row["split"] == "held-out"]
    assert out.splitlines() == [line_of(row) for row in looks]
    assert "100%|" in err
    assert "12/12, 00:00 left, loss " in err
    last = [row for row in rows(tmp_path) if row["split"] == "train"][-1]
    assert f"loss {last['loss']:.3f}, words {last['mlm_accuracy']:.3f}" in err


def test_a_bar_shows_the_minutes_where_they_end_the_run(texts, tmp_path, capsys):
    settings = dataclasses.replace(SETTINGS, steps=10**6, minutes=0.3 / 60, long_len=None)
    trainer(texts, tmp_path, settings, progress=True).train()
    assert "/0.005 min, 00:00 left, " in capsys.readouterr().err


def test_without_a_bar_nothing_is_printed(texts, tmp_path, capsys):
    trainer(texts, tmp_path).train()
    assert capsys.readouterr() == ("", "")


def test_a_compiled_model_learns_the_same_under_the_same_names(texts, whole, tmp_path, monkeypatch):
    # Traced as always, and then run without a C++ compiler, which takes long.
    monkeypatch.setattr(torch, "compile", partial(torch.compile, backend="eager"))
    run = trainer(texts, tmp_path, dataclasses.replace(SETTINGS, compile=True))
    run.train()
    assert run.learner is not run.model
    found = weights(BERTLM.from_pretrained(tmp_path / "step-00000012"))
    assert found.keys() == whole[0].keys()
    for name, weight in found.items():
        torch.testing.assert_close(weight, whole[0][name], atol=1e-4, rtol=0, msg=name)
    assert trainer(texts, tmp_path).step == 12  # compiled or not, it is the same run


def test_where_nothing_compiles_it_is_said_and_training_goes_on(
    texts, whole, tmp_path, monkeypatch
):
    def broken(*_):
        raise RuntimeError("no C++ compiler\nand much more about it")

    monkeypatch.setattr(torch, "compile", partial(torch.compile, backend=broken))
    run = trainer(texts, tmp_path, dataclasses.replace(SETTINGS, compile=True))
    with pytest.warns(TrainingWarning, match=r"cannot be compiled .*\): training goes on"):
        run.train()
    assert same(weights(run.bare_model), whole[0])


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
# With a large ε and no clipping it shows if gradients are too large or too small by a factor.
plain = dataclasses.replace(SETTINGS, eps=0.1, clip=1e6)
train, held_out = (TokenStore(f"{texts}/{name}") for name in ("train", "held-out"))
trainer = BERTTrainer(BERTLM(calm), TOKENIZER, train, held_out, plain, output)
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


def test_a_model_without_the_next_sentence_head_is_refused_in_words(texts, tmp_path):
    model = BERTLM(dataclasses.replace(CONFIG, nsp=False))
    with pytest.raises(ValueError, match="no next-sentence head, and both objectives are trained"):
        BERTTrainer(model, TOKENIZER, *texts, SETTINGS, tmp_path / "run")


def test_counts_are_what_was_found_added_up_and_never_change():
    found = list(torch.arange(6 * 25, dtype=torch.float32).view(25, 6))
    counts = Counts.read(found)
    assert dataclasses.astuple(counts) == tuple(torch.stack(found).sum(0).tolist())
    assert counts.mlm_loss == sum(range(0, 6 * 25, 6))
    assert counts.means()["nsp_accuracy"] == counts.nsp_right / counts.n_pairs
    with pytest.raises(dataclasses.FrozenInstanceError):
        counts.mlm_loss = 0.0
    assert Counts.read([]) == Counts()


def test_steps_between_two_lines_of_metrics_do_not_wait_for_their_numbers(
    texts, tmp_path, monkeypatch
):
    read, steps = [], []
    counts, update = Counts.read, BERTTrainer.update
    monkeypatch.setattr(Counts, "read", lambda found: read.append(len(steps)) or counts(found))
    monkeypatch.setattr(BERTTrainer, "update", lambda *a: steps.append(1) or update(*a))
    settings = dataclasses.replace(SETTINGS, log_every=4, evaluate_every=100, save_every=100)
    trainer(texts, tmp_path, settings).train()
    assert len(steps) == 12
    assert {step for step in read if step > 4} == {8, 12}
