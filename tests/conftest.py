"""What all tests share: no test may touch the learner's own workbook or the network."""

import os

import pytest
import torch
import torch._dynamo
import torch._inductor  # some answers make torch import these, which takes seconds of their time

os.environ["HF_HUB_OFFLINE"] = "1"
torch.set_num_threads(1)  # the tensors are tiny, and the kernels under test want the other core


@pytest.fixture(autouse=True)
def workbook_folder(tmp_path, monkeypatch):
    """An empty workbook for every test."""
    folder = tmp_path / "my_bert"
    monkeypatch.setenv("BERTCOURSE_WORKBOOK", str(folder))
    return folder


@pytest.fixture(scope="session")
def saved_reference(tmp_path_factory):
    """The folder of a model that `transformers` saved; arguments as of `references.reference`."""
    saved = {}

    def find(*key, **more):
        from references import reference

        name = (*key, *sorted(more.items()))
        if name not in saved:
            saved[name] = tmp_path_factory.mktemp("reference")
            reference(*key, **more).save_pretrained(saved[name])
        return saved[name]

    return find


@pytest.fixture(scope="session", params=[True, False], ids=["uncased", "cased"])
def pair_of_tokenizers(request, tmp_path_factory):
    """Our tokenizer, and that of `transformers` on nothing but the same vocab.txt."""
    from difficult_text import LINES
    from transformers import BertTokenizerFast

    from bertcourse.tokenizer import WordPieceTokenizer

    ours = WordPieceTokenizer.train(LINES[:3000], 4000, request.param, None, True, 60, 2500)
    folder = tmp_path_factory.mktemp("vocabulary")
    (folder / "vocab.txt").write_text("\n".join(ours.vocab) + "\n", encoding="utf-8")
    return ours, BertTokenizerFast.from_pretrained(folder, do_lower_case=request.param)
