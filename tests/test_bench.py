"""The comparison of speed: all take turns at the same thing, and what is printed was measured."""

import json
import platform
import statistics
import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from bertcourse import cli
from bertcourse.bench import (
    WHAT,
    BenchError,
    Comparison,
    Contestant,
    Workbench,
    bench,
    comparisons,
    measure,
    write_report,
)
from bertcourse.bench.peak import matrix_product, operations
from bertcourse.bench.training import labels_everywhere, padded
from bertcourse.bench.turns import Yardstick
from bertcourse.bench.using import REPEAT
from bertcourse.bench.workbench import TorchBERT
from bertcourse.config import BERTConfig
from bertcourse.data import PretrainingBatch
from bertcourse.heads import BERTLM
from bertcourse.parts import Parts

# Large weights, so that a mask or a weight in the wrong place shows in the first loss.
CONFIG = BERTConfig(
    vocab_size=600, d_model=16, n_layers=2, n_heads=2, max_len=80, initializer_range=0.3
)
TRAINING = [
    "bertcourse",
    "transformers, as documented",
    "transformers, at its best",
    "torch encoder, as documented",
    "torch encoder, at its best",
]
ROWS = {
    "training, fp32, dropout 0;": TRAINING,
    "training, fp32, dropout 0.1;": TRAINING,
    "encoding, float32": ["bertcourse", "transformers", "torch encoder"],
    "encoding text": ["bertcourse", "transformers"],
    "fill-mask": ["bertcourse", "transformers, model", "transformers, pipeline"],
    "training, 8 batches": [
        "bertcourse, length buckets",
        "bertcourse, padded",
        "transformers, as documented",
        "transformers, at its best",
    ],
}


class Stage:
    """Contestants whose steps take as long as is written down, by a clock of their own."""

    def __init__(self, **durations):
        self.now, self.played = 0.0, []
        self.durations = {name: iter(seconds) for name, seconds in durations.items()}
        contestants = [Contestant(name, self.step(name), 7) for name in durations]
        self.comparison = Comparison("a play", "item", contestants, [0, 1, 2], [100, 200, 400])

    def step(self, name):
        def play(item):
            self.played.append((name, item))
            self.now += next(self.durations[name])
            return float(item)

        return play

    def clock(self):
        return self.now


def test_contestants_take_turns_and_all_get_the_same_item_in_a_round():
    stage = Stage(a=[1] * 5, b=[1] * 5, c=[1] * 5)
    measure(stage.comparison, 4, stage.clock)
    items = [0, 1, 2, 0, 1]  # the first for warming up
    assert stage.played == [(name, item) for item in items for name in "abc"]


def test_medians_ratios_and_quartiles_are_those_of_the_timed_rounds():
    stage = Stage(a=[1000, 1, 2, 4], b=[1000, 3, 4, 20])
    first, other = measure(stage.comparison, 3, stage.clock).rows
    assert first.milliseconds == [1000, 2000, 4000]
    assert (first.median_ms, other.median_ms) == (2000, 4000)
    assert (first.ratio, first.ratio_quartiles) == (1, (1, 1))
    assert other.ratio == 3  # of 3, 2 and 5: not the ratio of the medians
    assert other.ratio_quartiles == (2.5, 4)
    assert first.tokens_per_second == 200  # of 200 / 1, 400 / 2 and 100 / 4
    assert (first.name, first.n_parameters, first.first_result) == ("a", 7, 0.0)


def test_a_table_shows_every_row_with_its_figures():
    stage = Stage(a=[0, 0.5], b=[0, 1.0])
    printed = str(measure(stage.comparison, 1, stage.clock)).splitlines()
    assert printed[0] == "a play"
    assert printed[1].split() == ["parameters", "item", "ms", "tokens/s", "ratio", "quartiles"]
    assert printed[2].split() == ["a", "7", "0", "500.00", "400", "1.00", "1.00–1.00"]
    assert printed[3].split() == ["b", "7", "0", "1000.00", "200", "2.00", "2.00–2.00"]


def with_a_yardstick(stage):
    *contestants, product = stage.comparison.contestants
    yardstick = Yardstick([1e6, 2e9, 6e9], product, 4e9)
    return replace(stage.comparison, contestants=contestants, yardstick=yardstick)


def test_the_share_of_the_peak_is_that_of_each_round():
    stage = Stage(a=[9, 1, 3, 5], b=[9, 1, 1, 1], product=[9, 2, 1, 9])
    table = measure(with_a_yardstick(stage), 3, stage.clock)
    assert [name for name, _ in stage.played[:4]] == ["a", "b", "product", "a"]
    assert [row.name for row in table.rows] == ["a", "b"]
    effort = table.effort
    assert (effort.name, effort.product) == ("a", "product")
    assert effort.operations_per_token == (2e9 + 6e9 + 1e6) / (200 + 400 + 100)
    assert effort.operations_per_second == 2e9  # of 2e9 / 1, 6e9 / 3 and 1e6 / 5
    assert effort.product_per_second == 2e9  # of 4e9 / 2, 4e9 / 1 and 4e9 / 9
    assert effort.share == 0.5  # of 2e9 / 2e9, 2e9 / 4e9 and 2e5 / (4e9 / 9)
    assert effort.share_quartiles == pytest.approx(((0.5 + 4.5e-4) / 2, 0.75))


def test_a_table_shows_the_share_of_the_peak():
    stage = Stage(a=[9, 1], product=[9, 1])
    shown = str(measure(with_a_yardstick(stage), 1, stage.clock)).splitlines()[-2:]
    assert shown[0] == "a: 10.00 million operations a token, 2.0 billion a second;"
    assert shown[1] == "50% (50%–50%) of the 4.0 billion of product"


@pytest.mark.parametrize("changes", [{}, {"d_ff": 24}, {"n_layers": 3, "vocab_size": 90}])
def test_operations_are_those_that_pytorch_counts(changes):
    config = replace(CONFIG, **changes)
    model = BERTLM(config, Parts.lesson())  # whose attention is counted as matrix products
    ids = torch.randint(90, (4, 80))
    positions = torch.arange(12).expand(4, -1)
    batch = PretrainingBatch(
        ids, torch.ones_like(ids), ids % 2, positions, positions, torch.tensor([0, 1, 1, 0])
    )
    with FlopCounterMode(display=False) as counter:
        output = model(**batch.inputs)
        (output.mlm_logits.sum() + output.nsp_logits.sum()).backward()
    # Pooler and NSP head, once a sequence, are all that is left out: less than 1 % even here.
    left_out = 6 * 4 * (config.d_model**2 + 2 * config.d_model)
    assert counter.get_total_flops() == operations(config, batch) + left_out
    assert left_out < 0.01 * counter.get_total_flops()


def test_padding_is_not_counted_among_the_operations(workbench):
    batch = workbench.batches(1)[0]
    half = replace(batch, attention_mask=batch.attention_mask * (torch.arange(80) < 40))
    assert operations(CONFIG, half) == pytest.approx(operations(CONFIG, batch) / 2, rel=0.05)


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_the_matrix_product_takes_as_many_operations_as_it_says(precision):
    product, n_operations = matrix_product(60, torch.device("cpu"), precision)
    with FlopCounterMode(display=False) as counter:
        product.step(None)
    assert counter.get_total_flops() == n_operations
    assert precision in product.name


def test_no_round_is_refused():
    with pytest.raises(ValueError, match="rounds=0: choose 1 or more"):
        measure(Stage(a=[1]).comparison, 0)


@pytest.fixture(scope="module")
def tables():
    shown = []
    found = bench(CONFIG, WHAT, 1, batch_size=4, precision="fp32", show=shown.append)
    assert shown == found
    return found


def test_every_comparison_has_all_its_rows(tables):
    assert len(tables) == len(ROWS)
    for table, (name, rows) in zip(tables, ROWS.items(), strict=True):
        assert table.name.startswith(name)
        assert [row.name for row in table.rows] == rows


def test_contestants_are_of_one_size(tables):
    for table in tables:
        numbers = [row.n_parameters for row in table.rows]
        if table.name.startswith("encoding text"):
            assert numbers == [None, None]
        elif table.name.startswith("fill-mask"):
            assert max(numbers) < 1.05 * min(numbers)  # theirs lacks pooler and NSP head
        else:
            assert len(set(numbers)) == 1


def test_contestants_compute_the_same(tables):
    for table in tables:
        first, *others = table.rows
        for row in others:
            assert row.first_result == pytest.approx(
                first.first_result, rel=tolerance(table.name, row.name)
            )


def test_our_training_is_measured_by_a_matrix_product(tables):
    for table in tables:
        assert (table.effort is not None) == table.name.startswith("training, fp32")
        if table.effort is not None:
            assert table.effort.name == "bertcourse"
            assert 0 < table.effort.share < 2  # nothing is much faster than a large product


def tolerance(table, row):
    if "documented" in row or "dropout 0.1;" in table:
        return 0.2  # dropout makes a difference, but no great one
    if table.startswith("fill-mask"):
        return 0.1  # ours rules out the special tokens
    # The loss of several batches comes with updates between, and AdamW has an ε of everyone's own.
    return 1e-3 if table.startswith("training, 8") else 1e-5


@pytest.fixture(scope="module")
def workbench(tmp_path_factory):
    return Workbench(CONFIG, tmp_path_factory.mktemp("bench"), 4, "fp32", stories=40)


def test_the_weights_are_the_same_every_time(workbench):
    one, two = workbench.model().state_dict(), workbench.model(dropout=0.1).state_dict()
    assert all(torch.equal(one[name], two[name]) for name in one)


def test_the_encoder_of_torch_computes_what_ours_does(workbench):
    batch = max(
        workbench.batches(20, varied=True), key=lambda b: int((b.attention_mask == 0).sum())
    )
    is_token = batch.attention_mask == 1
    assert not is_token.all()
    with torch.no_grad():
        output = workbench.model().eval().bert(**without_positions(batch))
        theirs = TorchBERT(workbench.model()).eval().encode(batch)
    expected = output.last_hidden_state[is_token]
    torch.testing.assert_close(theirs[is_token], expected, atol=1e-5, rtol=0)


def without_positions(batch):
    return {name: tensor for name, tensor in batch.inputs.items() if name != "positions"}


def test_varied_batches_are_shorter_and_others_as_long_as_can_be(workbench):
    whole, varied = (workbench.batches(8, varied) for varied in (False, True))
    assert [batch.input_ids.size(1) for batch in whole] == [CONFIG.max_len] * 8
    assert sum(b.input_ids.size(1) for b in varied) < 0.9 * 8 * CONFIG.max_len


def test_padding_reaches_the_greatest_length_and_adds_no_token(workbench):
    batch = min(workbench.batches(20, varied=True), key=lambda b: b.input_ids.size(1))
    longer = padded(batch, workbench.config)
    length = batch.input_ids.size(1)
    assert length < CONFIG.max_len
    assert longer.input_ids.shape == longer.segment_ids.shape == (4, CONFIG.max_len)
    assert torch.equal(longer.input_ids[:, :length], batch.input_ids)
    assert (longer.input_ids[:, length:] == workbench.tokenizer.pad_id).all()
    assert longer.attention_mask.sum() == batch.attention_mask.sum()


def test_labels_stand_where_words_are_guessed(workbench):
    batch = workbench.batches(1)[0]
    labels = labels_everywhere(batch)
    assert labels.shape == batch.input_ids.shape
    assert torch.equal(labels.gather(1, batch.positions), batch.mlm_labels)
    assert (labels != -100).sum() == batch.n_predicted


def test_the_vocabulary_has_the_size_of_the_table(workbench):
    assert len(workbench.tokenizer) == CONFIG.vocab_size


def test_half_precision_is_compared_where_the_device_has_it():
    for precision, n in (("fp32", 2), ("bf16", 3)):
        assert len(comparisons(SimpleNamespace(precision=precision), ["encode"], 1)) == n


@pytest.mark.parametrize(
    ("config", "options", "message"),
    [
        (BERTConfig.preset("tiny-modern"), {}, "choose a size without -modern"),
        (CONFIG, {"precision": "int8"}, "precision='int8': choose auto, bf16 or fp32"),
        (CONFIG, {"batch_size": 0}, "batch_size=0: choose 1 or more"),
        (CONFIG, {"what": ["trian"]}, "no comparison 'trian': choose from train, encode"),
    ],
)
def test_impossible_comparisons_are_explained(config, options, message):
    with pytest.raises(BenchError, match=message):
        bench(config, **options)


# --- From the command line --------------------------------------------------------------------

COMMAND = ["bench", "--batch-size", "4", "--max-len", "32", "--precision", "fp32"]
COMMAND += ["--vocab-size", "300", "--rounds", "2", "--what", "fill-mask"]


def test_the_command_prints_tables_and_writes_all_of_them_down(tmp_path, capsys):
    path = tmp_path / "found" / "bench.json"
    assert cli.main([*COMMAND, "--preset", "tiny", "--json", str(path)]) == 0
    printed = capsys.readouterr().out
    assert f"torch {torch.__version__}, transformers " in printed
    assert "tiny, batches of 4 × 32" in printed
    for row in ROWS["fill-mask"]:
        assert f"\n{row} " in printed
    text = path.read_text(encoding="utf-8")
    report = json.loads(text)
    assert platform.node() not in text
    assert report["machine"]["torch"] == torch.__version__
    assert report["machine"]["threads"] == torch.get_num_threads()
    assert report["settings"]["batch_size"] == 4
    (table,) = report["sizes"]["tiny"]
    assert [row["name"] for row in table["rows"]] == ROWS["fill-mask"]
    for row in table["rows"]:
        assert len(row["milliseconds"]) == 2 * REPEAT
        assert row["median_ms"] == pytest.approx(statistics.median(row["milliseconds"]))
        assert row["ratio"] > 0


def test_a_report_that_cannot_be_written_is_explained(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(BenchError, match=r"could not be written .*: choose another file"):
        write_report(tmp_path / "file" / "bench.json", {})


@pytest.mark.parametrize("change", [("--preset", "huge"), ("--preset", "tiny-modern")])
def test_wishes_that_cannot_be_met_are_explained_without_a_traceback(capsys, change):
    assert cli.main([*COMMAND, *change]) == 1
    error = capsys.readouterr().err
    assert "choose" in error
    assert "Traceback" not in error


def test_without_transformers_the_command_says_how_to_get_it(monkeypatch, capsys):
    for name in [name for name in sys.modules if name.startswith("bertcourse.bench")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "transformers", None)
    assert cli.main(COMMAND) == 1
    expected = "comparing needs transformers: python -m pip install transformers\n"
    assert capsys.readouterr().err == expected
