"""What the README shows works as it stands there."""

import re
from pathlib import Path

import pytest
import transformers

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] the cat sat on mat . ##s"


@pytest.fixture
def checkpoint(tmp_path):
    """A folder as `transformers` leaves it: weights, configuration, tokenizer."""
    vocabulary = {word: number for number, word in enumerate(WORDS.split())}
    transformers.BertTokenizer(vocab=vocabulary).save_pretrained(tmp_path)
    sizes = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2}
    config = transformers.BertConfig(vocab_size=len(vocabulary), intermediate_size=32, **sizes)
    transformers.BertForPreTraining(config).save_pretrained(tmp_path)
    return tmp_path


def test_the_comparison_in_the_readme_prints_agreement_layer_by_layer(checkpoint, capsys):
    (script,) = re.findall(r"```python\n(from bertcourse.*?)```", README, re.DOTALL)
    capsys.readouterr()
    exec(script.replace("google-bert/bert-base-uncased", str(checkpoint)), {})
    printed = capsys.readouterr().out
    for part in ("embedding", "layer 0", "layer 1", "pooler", "MLM head", "NSP head"):
        assert re.search(rf"^{part}\s+agrees$", printed, re.MULTILINE), printed
    assert "They agree at all" in printed


def test_files_named_in_the_readme_are_there_and_all_modules_are_named():
    package = ROOT / "bertcourse"
    modules = {path.stem for path in package.glob("*.py")} - {"__init__", "__main__"}
    modules |= {path.parent.name for path in package.glob("*/__init__.py")}
    house = README[README.index("## The house") :]
    assert set(re.findall(r"`(?:bertcourse/)?(\w+)(?:\.py|/)`", house)) >= modules
    reading = README[README.index("The files of the package read") :].partition("\n\n")[0]
    for module in re.findall(r"`(\w+)`", reading):
        assert module in modules
