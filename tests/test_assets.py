"""The checkpoint that comes with the course: whole, small, BERT's own kind, and it has learned."""

import json
import re
import shutil

import pytest
import torch
import transformers
from references import call
from safetensors import safe_open

from bertcourse import cli
from bertcourse.assets import MINI, RECORDED_PLATEAU, RECORDED_STORIES, load_mini
from bertcourse.data import PretrainingBatches, TokenStore
from bertcourse.parts import Parts
from bertcourse.plateau import ATTEMPTS, table, tokens_until_left
from bertcourse.predict import fill_mask
from bertcourse.pretrain import baselines
from bertcourse.storyworld import StoryWorld
from bertcourse.trainer import Counts, sums_of

TEXT = "The old man opened the [MASK] and looked out into the dark."


@pytest.fixture(scope="module")
def mini():
    return load_mini()


@pytest.fixture(scope="module")
def metrics():
    lines = (MINI / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_it_is_small_and_holds_no_pickle():
    files = list(MINI.iterdir())
    assert sum(path.stat().st_size for path in files) <= 20e6
    assert {path.suffix for path in files} <= {".json", ".jsonl", ".md", ".safetensors", ".txt"}
    with safe_open(MINI / "model.safetensors", "pt") as weights:
        assert {weights.get_slice(name).get_dtype() for name in weights.keys()} == {"F16"}  # noqa: SIM118


def test_it_is_the_published_architecture_and_transformers_computes_the_same(mini):
    model, tokenizer = mini
    assert model.config.is_published and model.config.tied and model.config.nsp
    theirs, report = transformers.BertForPreTraining.from_pretrained(
        MINI, output_loading_info=True, attn_implementation="eager", dtype=torch.float32
    )
    assert not report["missing_keys"] and not report["unexpected_keys"]
    inputs = tokenizer.encode_batch([TEXT, "She laughed."], ["It rained.", "He did not."]).inputs
    with torch.no_grad():
        ours, expected = model(**inputs), call(theirs.eval(), inputs)
    mask = inputs["attention_mask"].bool()
    torch.testing.assert_close(
        ours.mlm_logits[mask], expected.prediction_logits[mask], atol=1e-4, rtol=1e-5
    )
    torch.testing.assert_close(
        ours.nsp_logits, expected.seq_relationship_logits, atol=1e-4, rtol=1e-5
    )
    same = transformers.AutoTokenizer.from_pretrained(MINI)
    assert same(TEXT)["input_ids"] == tokenizer.encode(TEXT).ids


def test_the_lessons_code_runs_it_with_the_same_result(mini):
    model, tokenizer = mini
    inputs = tokenizer.encode_batch([TEXT]).inputs
    lesson, _ = load_mini(Parts.lesson())
    with torch.no_grad():
        logits = lesson(**inputs).mlm_logits
        torch.testing.assert_close(logits, model(**inputs).mlm_logits, atol=1e-4, rtol=1e-5)


def test_it_guesses_far_better_than_counting_on_stories_it_never_saw(mini, tmp_path):
    model, tokenizer = mini
    store = TokenStore.build(StoryWorld(987, 150), tokenizer, tmp_path / "stories")
    batches = PretrainingBatches(store, tokenizer, 16, 128, 0, 0)
    with torch.no_grad():
        found = [sums_of(model, batches[number])[2] for number in range(min(8, len(batches)))]
    counts = Counts.read(found)
    assert counts.n_tokens > 1000
    assert counts.means()["mlm_accuracy"] > 3 * baselines(store, store).unigram_accuracy


def test_what_it_guesses_depends_on_the_sentence(mini):
    model, tokenizer = mini
    first, second = (
        [guess.token for guess in fill_mask(model, tokenizer, text, top=5)[0]]
        for text in (TEXT, "He was as good as [MASK] word.")
    )
    assert len(set(first) & set(second)) < 3


def test_the_command_line_knows_it_by_name(capsys):
    assert cli.main(["fill-mask", "bertcourse-mini", TEXT, "--top", "3"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 4


def test_a_lost_file_is_named(tmp_path, monkeypatch):
    shutil.copytree(MINI, tmp_path / "mini")
    (tmp_path / "mini" / "model.safetensors").write_bytes(b"half")
    monkeypatch.setattr("bertcourse.assets.MINI", tmp_path / "mini")
    with pytest.raises(Exception, match=r"model\.safetensors"):
        load_mini()


def test_its_card_says_what_was_measured(metrics):
    card = (MINI / "README.md").read_text(encoding="utf-8")
    last = [row for row in metrics if row["split"] == "held-out"][-1]
    for name in ("mlm_accuracy", "nsp_accuracy"):
        assert f"{last[name]:.1%}" in card
    assert f"{last['step']:,} steps" in card
    assert re.search(r"python -m bertcourse pretrain .*--start head-start", card, re.DOTALL)


@pytest.mark.parametrize("path", [RECORDED_PLATEAU, RECORDED_STORIES], ids=lambda path: path.stem)
def test_the_recorded_experiments_are_of_attempts_that_there_are(path):
    report = json.loads(path.read_text(encoding="utf-8"))
    recorded = report["attempts"]
    assert {"published", "head start"} <= set(recorded) <= {attempt.name for attempt in ATTEMPTS}
    n_tokens = {rows[-1]["tokens"] for rows in recorded.values()}
    assert max(n_tokens) < 1.02 * min(n_tokens)  # all saw as much
    left = {n: tokens_until_left(r, report["bigram_accuracy"]) for n, r in recorded.items()}
    assert left["head start"] and not left["published"]
    assert len(table(report).splitlines()) == 3 + len(recorded)
