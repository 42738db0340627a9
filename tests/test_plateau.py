"""The experiment on the plateau: every attempt is what its name says, and sees as much text."""

import json
from dataclasses import replace

import pytest
from test_data import TOKENIZER, corpus

from bertcourse import pretrain
from bertcourse.assets import RECORDED_PLATEAU, RECORDED_STORIES
from bertcourse.data import TokenStore
from bertcourse.plateau import (
    ATTEMPTS,
    COMMON,
    Attempt,
    experiment,
    main,
    table,
    tokens_until_left,
)

SMALL = replace(COMMON, steps=4, batch_size=4, max_len=16, evaluate_batches=1)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    TOKENIZER.save_pretrained(folder / "tokenizer")
    for seed, part in enumerate(("train", "held-out")):
        TokenStore.build(corpus(60, seed), TOKENIZER, folder / "data" / part)
    return folder


def test_every_attempt_sees_as_many_tokens(run):
    shorter = Attempt("shorter", settings={"max_len": 8, "batch_size": 2})
    report = experiment(run, [Attempt("published"), shorter], SMALL)
    ends = {name: rows[-1]["tokens"] for name, rows in report["attempts"].items()}
    assert ends == {"published": 4 * 4 * 16, "shorter": 4 * 4 * 16}


def test_all_attempts_differ_and_can_be_trained(run, monkeypatch):
    built = []

    def spy(config, parts):
        built.append(config)
        return made(config, parts)

    made = pretrain.BERTLM
    monkeypatch.setattr(pretrain, "BERTLM", spy)
    smaller = {"batch_size": 4, "max_len": 16}
    attempts = [replace(a, settings={**a.settings, **smaller}) for a in ATTEMPTS]
    report = experiment(run, attempts, replace(SMALL, steps=1))
    assert set(report["attempts"]) == {attempt.name for attempt in ATTEMPTS}
    assert built[0].is_published and built[-1] == built[0]  # the head start changes no setting
    kinds = {(attempt.looks, str(attempt.config), str(attempt.settings)) for attempt in ATTEMPTS}
    assert len(kinds) == len(ATTEMPTS)


def test_the_table_has_the_best_on_top_and_says_who_left():
    rows = [
        {"tokens": 1e6, "mlm_loss": 7.0, "mlm_accuracy": 0.1, "nsp_accuracy": 0.5},
        {"tokens": 2e6, "mlm_loss": 6.0, "mlm_accuracy": 0.2, "nsp_accuracy": 0.5},
    ]
    counted = {"unigram_loss": 6.5, "unigram_accuracy": 0.05, "bigram_accuracy": 0.15}
    report = {**counted, "attempts": {"stays": rows[:1], "leaves": rows}}
    assert tokens_until_left(rows, 0.15) == 2e6
    assert tokens_until_left(rows[:1], 0.15) is None
    _, frequency, pairs, best, worst = table(report).splitlines()
    assert "6.50" in frequency and "0.150" in pairs
    assert best.split()[0] == "leaves" and "2.00 M tokens" in best
    assert worst.split()[0] == "stays" and "not in 1.0 M" in worst


def test_without_a_run_both_records_are_shown(capsys):
    main([])
    records = (RECORDED_PLATEAU, RECORDED_STORIES)
    tables = [table(json.loads(path.read_text(encoding="utf-8"))) for path in records]
    headings = ("books and articles", "stories")
    pieces = (piece for both in zip(headings, tables, strict=True) for piece in both)
    assert capsys.readouterr().out.strip() == "\n\n".join(pieces)
    assert all(attempt.name in tables[0] for attempt in ATTEMPTS)
