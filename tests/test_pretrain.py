"""From a folder of text to a checkpoint, with one command; and what the checkpoint then guesses."""

import os
import signal
import subprocess
import sys
import time

import pytest
import torch
import transformers
from references import call
from test_data import LETTERS, TOKENIZER, corpus

from bertcourse import cli
from bertcourse.data import TokenStore
from bertcourse.heads import BERTLM
from bertcourse.predict import fill_mask
from bertcourse.pretrain import baselines
from bertcourse.tokenizer import WordPieceTokenizer

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
    assert "was begun with another text or vocabulary (source" in capsys.readouterr().err
    assert cli.main(arguments(texts, checkpoint, "--vocab-size", "90")) == 1
    assert "vocab_size 80 and now 90" in capsys.readouterr().err


def test_a_process_that_is_killed_loses_nothing_but_time(texts, tmp_path):
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    ends = []
    for name, kill in (("killed", True), ("whole", False)):
        output = tmp_path / name
        more = ("--steps", "60", "--save-every", "2")
        run = [sys.executable, "-m", "bertcourse", *arguments(texts, output, *more)]
        if kill:
            process = subprocess.Popen(run, env=environment, stdout=subprocess.DEVNULL)
            while not any(output.glob("step-*")) and process.poll() is None:
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
            process.wait()
            assert not (output / "model.safetensors").exists()
        subprocess.run(run, env=environment, check=True, capture_output=True)
        ends.append((output / "model.safetensors").read_bytes())
    assert ends[0] == ends[1]


BAD = {
    "an empty folder": ({}, "no"),
    "one document": ({"a.txt": b"One sentence. And two."}, "two"),
    "a binary file": ({"a.txt": bytes(range(256)) * 8}, "a.txt"),
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
        (("--output", "/dev/null/run"), "nothing can be kept in /dev/null/run"),
    ],
)
def test_impossible_wishes_are_explained(texts, tmp_path, capsys, change, message):
    assert cli.main([*arguments(texts, tmp_path), *change]) == 1
    assert message in capsys.readouterr().err


def test_baselines_are_what_counting_gives(tmp_path):
    documents = [["a b a b a b a c"], ["a b", "a b a"]]
    text = TokenStore.build(documents, TOKENIZER, tmp_path / "text")
    counted = baselines(text, text)
    assert counted.unigram_accuracy == pytest.approx(7 / 13)
    # After a comes b but once, after b and c always a; at the very end stands nothing.
    assert counted.bigram_accuracy == pytest.approx(11 / 12)
    assert "MLM accuracy 0.538" in str(counted)


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
    assert cli.main(["fill-mask", str(checkpoint / "nothing"), "[MASK]"]) == 1
    assert "there is no folder" in capsys.readouterr().err


def test_counting_a_corpus_from_the_command_line(texts, capsys):
    assert cli.main(["corpus", str(texts), "--samples", "1"]) == 0
    printed = capsys.readouterr().out
    assert "documents" in printed
    assert "runs away." in printed
    assert cli.main(["corpus", "nowhere"]) == 1


def test_letters_are_words_of_the_test_vocabulary():
    assert TOKENIZER.tokenize(" ".join(LETTERS)) == list(LETTERS)
