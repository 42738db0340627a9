"""From a folder of text to a checkpoint, with one command; and what the checkpoint then guesses."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from itertools import pairwise
from random import Random

import pytest
import torch
import transformers
from references import call
from test_data import LETTERS, TOKENIZER, corpus

from bertcourse import assets, cli
from bertcourse.config import BERTConfig
from bertcourse.data import TokenStore
from bertcourse.heads import BERTLM
from bertcourse.predict import fill_mask
from bertcourse.pretrain import baselines, pretrain
from bertcourse.runs import Claim, TrainingError
from bertcourse.tokenizer import WordPieceTokenizer
from bertcourse.trainer import TrainingSettings

ANIMALS = ("cat", "dog", "cow", "hen")


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("texts")
    for n in range(24):
        animal, other = ANIMALS[n % 4], ANIMALS[n // 4 % 4]
        lines = [f"The {animal} sees the {other}.", f"The {other} runs away.", "It rains."] * 3
        (folder / f"{n}.txt").write_text(" ".join(lines), encoding="utf-8")
    return folder


def arguments(texts, output, *more):
    sizes = ["--preset", "tiny", "--steps", "4", "--batch-size", "4", "--max-len", "32"]
    run = ["pretrain", "--corpus", str(texts), "--output", str(output), "--precision", "fp32"]
    return [*run, *sizes, "--vocab-size", "80", *more]


@pytest.fixture(scope="module")
def checkpoint(texts, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    assert cli.main(arguments(texts, folder)) == 0
    return folder


def test_the_checkpoint_loads_in_transformers_and_computes_the_same(checkpoint):
    theirs, report = transformers.BertForPreTraining.from_pretrained(
        checkpoint, output_loading_info=True, attn_implementation="eager"
    )
    assert not report["missing_keys"]
    assert not report["unexpected_keys"]
    inputs = WordPieceTokenizer.from_pretrained(checkpoint).encode_batch(["the cat runs"]).inputs
    ours = BERTLM.from_pretrained(checkpoint)(**inputs)
    expected = call(theirs.eval(), inputs)
    torch.testing.assert_close(ours.mlm_logits, expected.prediction_logits, atol=1e-5, rtol=0)
    tokenizer = transformers.AutoTokenizer.from_pretrained(checkpoint)
    assert tokenizer("the cat runs")["input_ids"] == inputs["input_ids"][0].tolist()


def test_the_same_command_again_finds_the_run_finished(texts, checkpoint, capsys):
    before = (checkpoint / "model.safetensors").read_bytes()
    assert cli.main(arguments(texts, checkpoint)) == 0
    printed = capsys.readouterr().out
    assert "Going on after step 4." in printed
    assert "Encoding" not in printed
    assert (checkpoint / "model.safetensors").read_bytes() == before
    assert cli.main(arguments(texts, checkpoint, "--resume", "never")) == 1
    assert "holds a run already" in capsys.readouterr().err


def test_a_folder_goes_on_only_with_the_text_it_was_begun_with(texts, checkpoint, tmp_path, capsys):
    (tmp_path / "0.txt").write_text("Other text. It is short.", encoding="utf-8")
    assert cli.main(arguments(tmp_path, checkpoint)) == 1
    assert "was begun otherwise (source" in capsys.readouterr().err
    assert cli.main(arguments(texts, checkpoint, "--vocab-size", "90")) == 1
    assert "vocab_size 80 and now 90" in capsys.readouterr().err
    assert cli.main(arguments(texts, checkpoint, "--seed", "1")) == 1
    assert "was begun otherwise (seed 0 and now 1): give" in capsys.readouterr().err
    assert cli.main(arguments(texts, checkpoint, "--max-len", "64", "--batch-size", "8")) == 1
    assert "(different: batch_size 4 and now 8, max_len 32 and now 64)" in capsys.readouterr().err
    assert cli.main(arguments(texts, checkpoint, "--preset", "tiny-modern")) == 1
    assert "positions learned and now rotary, norm post and now pre" in capsys.readouterr().err


def test_a_process_that_is_killed_loses_nothing_but_time(texts, tmp_path, capsys):
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    ends = []
    for name, kill in (("killed", True), ("whole", False)):
        output = tmp_path / name
        more = ("--steps", "60", "--save-every", "2")
        run = [sys.executable, "-m", "bertcourse", *arguments(texts, output, *more)]
        if kill:
            worker = ["--workers", "1"]  # which outlives it for some seconds
            process = subprocess.Popen([*run, *worker], env=environment, stdout=subprocess.DEVNULL)
            while not any(output.glob("step-*")) and process.poll() is None:
                time.sleep(0.01)
            process.send_signal(signal.SIGSTOP)
            assert cli.main(arguments(texts, output, *more)) == 1
            assert f"a training is under way in {output}" in capsys.readouterr().err
            process.send_signal(signal.SIGKILL)
            process.wait()
            assert not (output / "model.safetensors").exists()
        subprocess.run(run, env=environment, check=True, capture_output=True)
        ends.append((output / "model.safetensors").read_bytes())
    assert ends[0] == ends[1]


BAD = {
    "an empty folder": ({}, "no"),
    "one document": ({"a.txt": b"One sentence. And two."}, "two"),
    "two documents": ({f"{n}.txt": b"It is %d. And so on." % n for n in range(2)}, "four"),
    "a text again and again": ({f"{n}.txt": b"It is so. And so on." for n in range(9)}, "four"),
    "empty documents": ({f"{n}.txt": b"\n \n" for n in range(9)}, "9 without any text"),
    "an endless word": ({"a.txt": b"w" * 100_000}, "no words to learn from"),
    "a binary file": ({"a.txt": bytes(range(256)) * 8}, "a.txt"),
    "another encoding": ({"a.txt": "Schön.".encode("latin-1")}, "save it as UTF-8"),
}


@pytest.mark.parametrize("case", BAD)
@pytest.mark.filterwarnings("ignore::bertcourse.corpus.CorpusWarning")
def test_text_that_cannot_be_learned_from_is_explained(case, tmp_path, capsys):
    files, word = BAD[case]
    (tmp_path / "texts").mkdir()
    for name, content in files.items():
        (tmp_path / "texts" / name).write_bytes(content)
    assert cli.main(arguments(tmp_path / "texts", tmp_path / "run")) == 1
    error = capsys.readouterr().err
    assert word in error
    assert "Traceback" not in error


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("--preset", "huge"), "there is no preset 'huge': choose from tiny"),
        (("--corpus", "nowhere"), "there is no corpus 'nowhere'"),
        (("--dropout", "2"), "dropout=2.0 is impossible"),
        (("--precision", "int8"), "choose auto, bf16, fp16 or fp32"),
        (("--steps", "0"), "steps=0: choose 1 or more"),
        (("--minutes", "0"), "minutes=0.0: choose a number above 0"),
        (("--lr", "-1"), "lr=-1.0: choose a number above 0"),
        (("--long-len", "16"), "long_len=16 is shorter than max_len=32"),
        (("--accumulate", "3"), "cannot be made of accumulate=3"),
        (("--lr", "nan"), "lr=nan: choose a number above 0"),
        (("--share", "0"), "share=0: choose a share above 0"),
        (("--weight-decay", "inf"), "weight_decay=inf: choose a number of 0 or more"),
        (("--batch-size", "7", "--accumulate", "2"), "batch_size=7 cannot be made of accumulate=2"),
        (("--output", "/dev/null/run"), "nothing can be kept in /dev/null/run"),
        (("--output", __file__), f"{__file__} is a file, and a run is a folder"),
        (("--start", "no/where/here"), "there is no folder no/where/here"),
        (("--start", __file__), f"{__file__} is a file, but a checkpoint is a folder"),
        (("--start", os.path.dirname(__file__)), "holds no tokenizer that can be used"),
    ],
)
def test_impossible_wishes_are_explained(texts, tmp_path, capsys, change, message):
    assert cli.main([*arguments(texts, tmp_path), *change]) == 1
    assert message in capsys.readouterr().err


FLAGS = {
    "--steps": ("steps", 7),
    "--minutes": ("minutes", 1.5),
    "--batch-size": ("batch_size", 12),
    "--accumulate": ("accumulate", 2),
    "--max-len": ("max_len", 48),
    "--long-len": ("long_len", 96),
    "--lr": ("lr", 0.01),
    "--warmup": ("warmup", 0.2),
    "--weight-decay": ("weight_decay", 0.05),
    "--share": ("share", 0.3),
    "--precision": ("precision", "bf16"),
    "--workers": ("workers", 1),
    "--seed": ("seed", 5),
    "--evaluate-every": ("evaluate_every", 20),
    "--save-every": ("save_every", 30),
}


@pytest.fixture
def asked(monkeypatch):
    """What the command line asks of `pretrain`, which is not run."""
    calls = []
    monkeypatch.setattr("bertcourse.pretrain.pretrain", lambda *call, **more: calls.append(call))
    return calls


def test_every_flag_reaches_its_setting(texts, tmp_path, asked):
    words = [str(word) for flag, (_, value) in FLAGS.items() for word in (flag, value)]
    assert cli.main(["pretrain", "--corpus", str(texts), "--output", str(tmp_path), *words]) == 0
    assert cli.main([*arguments(texts, tmp_path), "--compile"]) == 0
    (_, output, config, settings, resume, _), (*_, compiled, _, _) = asked
    assert (output, config.max_len, resume) == (str(tmp_path), 48, True)
    assert {name: getattr(settings, name) for name, _ in FLAGS.values()} == dict(FLAGS.values())
    assert compiled.compile
    assert not settings.compile


def test_without_flags_looks_come_with_checkpoints_and_time_or_steps_end_the_run(
    texts, tmp_path, asked
):
    run = ["pretrain", "--corpus", str(texts), "--output", str(tmp_path)]
    for more in ((), ("--save-every", "70"), ("--minutes", "2")):
        assert cli.main([*run, *more]) == 0
    usual, rarer, timed = (call[3] for call in asked)
    assert (usual.steps, usual.evaluate_every, usual.save_every) == (2000, 500, 500)
    assert (rarer.evaluate_every, rarer.save_every) == (70, 70)
    assert (timed.steps, timed.minutes) == (1_000_000, 2.0)


def test_a_folder_belongs_to_one_training_from_the_beginning(texts, tmp_path):
    class Interrupted:
        def __iter__(self):
            yield ["It rains."]
            with pytest.raises(TrainingError, match="a training is under way"):
                Claim(tmp_path).__enter__()
            raise KeyboardInterrupt

    settings = TrainingSettings(steps=2, batch_size=4, max_len=32, precision="fp32")
    config = BERTConfig.preset("tiny", vocab_size=80, max_len=32)
    with pytest.raises(KeyboardInterrupt):
        pretrain(Interrupted(), tmp_path, config, settings)
    with Claim(tmp_path) as claim, claim, pytest.raises(TrainingError, match="under way"):
        pretrain(Interrupted(), tmp_path, config, settings)


def test_an_interruption_at_any_time_leaves_nothing_half_written(
    texts, checkpoint, tmp_path, monkeypatch, capsys
):
    def stopped_at(name):
        def write(source, target):
            if str(target).endswith(name):
                raise KeyboardInterrupt
            return rename(source, target)

        rename = os.rename
        return write

    for name in ("tokenizer", "train", "held-out", "step-00000002", "step-00000004"):
        with monkeypatch.context() as patch:
            patch.setattr(os, "rename", stopped_at(name))
            assert cli.main(arguments(texts, tmp_path, "--save-every", "2")) == 130
        last = "step-00000002" if name == "step-00000004" else "the beginning"
        assert f"it goes on from {last}." in capsys.readouterr().err
        assert {path.name for path in tmp_path.rglob(".*")} == {".lock"}
    assert cli.main(arguments(texts, tmp_path, "--save-every", "2")) == 0
    ends = [(folder / "model.safetensors").read_bytes() for folder in (tmp_path, checkpoint)]
    assert ends[0] == ends[1]


def test_what_is_damaged_in_the_folder_of_a_run_is_named_and_made_again(
    texts, checkpoint, tmp_path, capsys
):
    run, last = tmp_path / "run", checkpoint / "step-00000004" / "trainer.json"
    shutil.copytree(checkpoint, run)
    for name in ("begun.json", "tokenizer/tokenizer.json", "tokenizer/tokenizer_config.json"):
        content = (run / name).read_bytes()
        (run / name).write_bytes(content[: len(content) // 2])
        assert cli.main(arguments(texts, run)) == 1
        assert re.search(r"damaged.*: remove .*again", capsys.readouterr().err)
        (run / name).write_bytes(content)
    shutil.rmtree(run / "tokenizer")
    (run / "data" / "train" / "ids.bin").write_bytes(b"half")
    assert cli.main(arguments(texts, run)) == 0
    assert (run / "step-00000004" / "trainer.json").read_bytes() == last.read_bytes()
    assert "Going on after step 4." in capsys.readouterr().out


def test_ctrl_c_says_from_where_the_run_goes_on(texts, tmp_path, capsys, monkeypatch):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("bertcourse.pretrain.pretrain", stopped)
    for last in ("the beginning", "step-00000500"):
        if last != "the beginning":
            (tmp_path / last).mkdir()
        assert cli.main(arguments(texts, tmp_path)) == 130
        error = capsys.readouterr().err
        assert error == f"Stopped. Start the same command again: it goes on from {last}.\n"


def test_rows_are_printed_where_no_terminal_shows_a_bar(texts, tmp_path, capsys, monkeypatch):
    for is_terminal in (False, True):
        monkeypatch.setattr(sys.stderr, "isatty", lambda shown=is_terminal: shown, raising=False)
        assert cli.main(arguments(texts, tmp_path / str(is_terminal))) == 0
        out, err = capsys.readouterr()
        lines = [line.split()[2] for line in out.splitlines() if line.startswith("step ")]
        assert lines == (["held-out"] if is_terminal else ["train", "held-out"])
        assert ("100%|" in err) is is_terminal


def test_curves_without_tensorboard_are_explained_before_anything_is_done(
    texts, tmp_path, capsys, monkeypatch
):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    assert cli.main(arguments(texts, tmp_path / "run", "--tensorboard")) == 1
    assert "pip install tensorboard" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_what_is_wrong_with_a_text_is_said_without_the_line_of_code(tmp_path, capsys):
    (tmp_path / "texts").mkdir()
    for n in range(8):
        text = f"The cat {n} sees. The dog runs. It rains. All are glad."
        (tmp_path / "texts" / f"{n}.txt").write_text(text)
    (tmp_path / "texts" / "latin.txt").write_bytes("Schön.".encode("latin-1"))
    script = "import sys; from bertcourse import cli; sys.exit(cli.main(sys.argv[1:]))"
    run = [sys.executable, "-c", script, "corpus", str(tmp_path / "texts")]
    error = subprocess.run(run, capture_output=True, text=True, check=True).stderr
    (line,) = error.splitlines()
    assert line.startswith(f"{tmp_path / 'texts' / 'latin.txt'}: skipped, as line 1 is not UTF-8")


def test_baselines_are_what_counting_gives(tmp_path):
    documents = [["a b a b a b a c"], ["a b", "a b a"]]
    text = TokenStore.build(documents, TOKENIZER, tmp_path / "text")
    counted = baselines(text, text)
    assert counted.unigram_accuracy == pytest.approx(7 / 13)
    # After a comes b but once, after b and c always a; at the very end stands nothing.
    assert counted.bigram_accuracy == pytest.approx(11 / 12)
    assert "MLM accuracy 0.538" in str(counted)


def test_the_last_sentence_of_a_document_makes_one_answer_the_more_frequent(tmp_path):
    alone = TokenStore.build([["a b"]] * 40, TOKENIZER, tmp_path / "alone")
    assert baselines(alone, alone).nsp_accuracy == 1  # nothing ever follows
    long = TokenStore.build([["a b"] * 300] * 20, TOKENIZER, tmp_path / "long")
    assert baselines(long, long, max_len=11).nsp_accuracy == pytest.approx(0.5, abs=0.05)


def test_counting_is_the_same_with_any_number_of_threads(tmp_path):
    letters = "".join(Random(0).choices(LETTERS, k=60_000))
    text = TokenStore.build([[" ".join(letters)], ["a"]], TOKENIZER, tmp_path / "text")
    followers = {each: Counter() for each in LETTERS}
    for before, after in pairwise(letters + "a"):
        followers[before][after] += 1
    # Of several that follow as often, the one that comes first in the vocabulary.
    guess = {each: min(LETTERS, key=lambda x: (-followers[each][x], x)) for each in LETTERS}
    right = sum(guess[a] == b for a, b in pairwise(letters + "a"))
    threads = torch.get_num_threads()
    try:
        for n in (1, 4):
            torch.set_num_threads(n)
            assert baselines(text, text).bigram_accuracy == pytest.approx(right / len(letters))
    finally:
        torch.set_num_threads(threads)


def test_random_text_is_guessed_no_better_than_chance_by_counting(tmp_path):
    train, held_out = (
        TokenStore.build(corpus(400, seed), TOKENIZER, tmp_path / str(seed)) for seed in (1, 2)
    )
    counted = baselines(train, held_out)
    assert counted.unigram_accuracy < 0.08
    assert counted.bigram_accuracy < 0.08
    assert counted.unigram_loss == pytest.approx(3.258, abs=0.02)  # the logarithm of 26


def test_masks_are_filled_with_pieces_by_their_probability(checkpoint):
    model, tokenizer = (kind.from_pretrained(checkpoint) for kind in (BERTLM, WordPieceTokenizer))
    guesses = fill_mask(model, tokenizer, "the [MASK] sees the [MASK]", top=3)
    assert [len(row) for row in guesses] == [3, 3]
    ids = tokenizer.encode("the [MASK] sees the [MASK]").ids
    logits = model(torch.tensor([ids])).mlm_logits[0, [2, 5]].detach()
    logits[:, tokenizer.special_ids] = -torch.inf
    for row, expected in zip(guesses, logits.softmax(-1).tolist(), strict=True):
        probabilities = [guess.probability for guess in row]
        assert probabilities == pytest.approx(sorted(expected, reverse=True)[:3])
        found = [expected[tokenizer.token_to_id(guess.token)] for guess in row]
        assert found == pytest.approx(probabilities)
    assert guesses[1][0].text.startswith("the [MASK] sees the ")
    with pytest.raises(ValueError, match=r"has no \[MASK\]: write it where a word is"):
        fill_mask(model, tokenizer, "the cat sees the dog")
    with pytest.raises(ValueError, match="cut the text"):
        fill_mask(model, tokenizer, "the [MASK] " * 40)


def test_filling_masks_from_the_command_line(checkpoint, capsys):
    assert cli.main(["fill-mask", str(checkpoint), "the [MASK] runs", "--top", "2"]) == 0
    printed = capsys.readouterr().out
    assert printed.count("%") == 2
    assert cli.main(["fill-mask", str(checkpoint), "the cat runs"]) == 1
    assert "has no [MASK]" in capsys.readouterr().err
    assert cli.main(["fill-mask", str(checkpoint), "[MASK] runs", "--top", "0"]) == 1
    assert "top=0: choose 1 or more" in capsys.readouterr().err
    assert cli.main(["fill-mask", str(checkpoint / "nothing"), "[MASK]"]) == 1
    assert "there is no folder" in capsys.readouterr().err


def test_a_run_that_is_not_finished_guesses_with_its_last_checkpoint(checkpoint, tmp_path, capsys):
    for step in ("step-00000002", "step-00000004"):
        shutil.copytree(checkpoint / "step-00000004", tmp_path / step)
    assert cli.main(["fill-mask", str(tmp_path), "the [MASK] runs", "--top", "2"]) == 0
    unfinished, *guesses = capsys.readouterr().out.splitlines()
    assert unfinished.endswith(f"these are the guesses of {tmp_path / 'step-00000004'}.")
    assert cli.main(["fill-mask", str(checkpoint), "the [MASK] runs", "--top", "2"]) == 0
    assert capsys.readouterr().out.splitlines() == guesses


def test_a_run_without_a_checkpoint_has_no_guesses_yet(tmp_path, capsys):
    with Claim(tmp_path):
        assert cli.main(["fill-mask", str(tmp_path), "the [MASK] runs"]) == 1
    assert f"the run in {tmp_path} has no checkpoint yet" in capsys.readouterr().err


def test_a_run_in_the_folder_of_its_texts_is_refused(texts, tmp_path, capsys):
    assert cli.main(arguments(texts, texts / "run")) == 1
    assert "choose a folder outside" in capsys.readouterr().err
    assert not (texts / "run").exists()


def test_counting_a_corpus_from_the_command_line(texts, capsys):
    assert cli.main(["corpus", str(texts), "--samples", "1"]) == 0
    printed = capsys.readouterr().out
    assert "documents" in printed
    assert "runs away." in printed
    assert cli.main(["corpus", "nowhere"]) == 1


def test_letters_are_words_of_the_test_vocabulary():
    assert TOKENIZER.tokenize(" ".join(LETTERS)) == list(LETTERS)


def test_held_out_text_of_ones_own_is_looked_at_and_not_learned_from(texts, tmp_path):
    held_out = tmp_path / "held-out"
    held_out.mkdir()
    for n in range(8):
        (held_out / f"{n}.txt").write_text("A fox sleeps. It snows. A fox dreams.")
    assert cli.main(arguments(texts, tmp_path / "run", "--held-out", str(held_out))) == 0
    stores = [TokenStore(tmp_path / "run" / "data" / part) for part in ("train", "held-out")]
    assert [store.n_documents for store in stores] == [24, 8]
    assert "fox" not in WordPieceTokenizer.from_pretrained(tmp_path / "run").vocab


def test_training_goes_on_from_a_checkpoint_with_its_size_and_vocabulary(
    checkpoint, texts, tmp_path, monkeypatch
):
    monkeypatch.setattr(assets, "MINI", checkpoint)
    output = tmp_path / "run"
    start = ["--start", "bertcourse-mini", "--preset", "mini", "--lr", "1e-9"]
    assert cli.main(arguments(texts, output, *start)) == 0
    before, after = (BERTLM.from_pretrained(folder) for folder in (checkpoint, output))
    assert before.config == after.config
    for (name, old), new in zip(before.named_parameters(), after.parameters(), strict=True):
        torch.testing.assert_close(new, old, atol=1e-7, rtol=0, msg=name)
    vocabularies = [WordPieceTokenizer.from_pretrained(f).vocab for f in (checkpoint, output)]
    assert vocabularies[0] == vocabularies[1]


def test_a_checkpoint_with_the_vocabulary_of_another_is_not_gone_on_with(
    checkpoint, texts, tmp_path, capsys
):
    start, run = tmp_path / "start", tmp_path / "run"
    start.mkdir()
    for name in ("config.json", "model.safetensors"):
        shutil.copy(checkpoint / name, start)
    words = " ".join(a + b for a in LETTERS for b in LETTERS)
    for size, message in (
        (300, "has weights for "),
        (290, "another vocabulary than the checkpoint"),
    ):
        WordPieceTokenizer.train([words] * 2, size).save_pretrained(start)
        assert cli.main(arguments(texts, run, "--start", str(start))) == 1
        assert message in capsys.readouterr().err


def test_a_checkpoint_with_too_few_positions_is_not_gone_on_with(
    checkpoint, texts, tmp_path, capsys
):
    start = ["--start", str(checkpoint), "--max-len", "64"]
    assert cli.main(arguments(texts, tmp_path / "run", *start)) == 1
    assert "knows 32 positions, and sequences of 64 tokens" in capsys.readouterr().err


def test_a_head_start_is_one_flag_and_not_for_rotary_positions(texts, tmp_path, capsys):
    head_start = ["--start", "head-start"]
    assert cli.main(arguments(texts, tmp_path / "a", *head_start, "--lr", "1e-9")) == 0
    positions = BERTLM.from_pretrained(tmp_path / "a").bert.embedding.position.weight
    small = positions.abs().amax(dim=0) < 1e-6  # (D,): all but the clock hands began at 0
    assert small.float().mean() == 0.75
    rotary = ["--preset", "tiny-modern", *head_start]
    assert cli.main(arguments(texts, tmp_path / "b", *rotary)) == 1
    assert "the positions of this model are rotary" in capsys.readouterr().err
