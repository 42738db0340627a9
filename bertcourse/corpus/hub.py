"""The corpus that others have gathered: a data set on the Hugging Face Hub."""

from collections.abc import Iterator
from typing import Any

from bertcourse.corpus.documents import CorpusError, Document, gather_documents
from bertcourse.corpus.rows import FIELDS, BadRow, row_sentences


class HubDataset:
    """A data set on the Hugging Face Hub, read as a stream, never downloaded as a whole.

    Its rows are documents, with a field `sentences`, `paragraphs` or `text`, as in a `.jsonl` file
    of a `Folder`. Rows with nothing in it are passed over.

    Args:
        name: such as `roneneldan/TinyStories`.
        config: which part, for data sets that have several.
        split: which split.
        field: the field to read, if it has another name: a text, or a list of paragraphs.

    Raises:
        CorpusError: if `datasets` is not installed, the data set cannot be opened, or, when it is
            gone through, a row has no such field or the connection fails.
    """

    def __init__(
        self, name: str, config: str | None = None, split: str = "train", field: str | None = None
    ):
        self.name = name
        self.fields = (field,) if field else FIELDS
        try:
            from datasets import load_dataset
        except ImportError as error:
            raise CorpusError(
                f"reading {name} from the Hugging Face Hub needs a package that is not installed: "
                "pip install datasets"
            ) from error
        try:
            self._rows = load_dataset(name, config, split=split, streaming=True)
        except Exception as error:  # every layer from DNS to the file format has its own
            raise self._failed("cannot be opened", error) from error

    def __iter__(self) -> Iterator[Document]:
        is_empty = True
        for number, row in enumerate(self._next_rows(), 1):
            try:
                sentences = row_sentences(row, self.fields)
            except BadRow as error:
                raise CorpusError(
                    f"row {number} of {self.name} {error}: name the field that has the text"
                ) from error
            for document in gather_documents([sentences]):
                is_empty = False
                yield document
        if is_empty:
            raise CorpusError(f"{self.name} has no text in any of its rows")

    def _next_rows(self) -> Iterator[Any]:
        try:
            yield from self._rows
        except Exception as error:
            raise self._failed("broke off", error) from error

    def _failed(self, what: str, error: Exception) -> CorpusError:
        reason = str(error).strip().partition("\n")[0][:300]
        return CorpusError(
            f"{self.name} on the Hugging Face Hub {what} ({type(error).__name__}: {reason}): check "
            "its name and, for one that has several, the part (hub:NAME:CONFIG), and that you are "
            "online"
        )
