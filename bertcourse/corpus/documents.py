"""What a corpus is: documents, each a list of sentences, and what can be wrong with them."""

from collections.abc import Iterable, Iterator

Document = list[str]
Corpus = Iterable[Document]  # that can be gone through as often as one likes

MAX_DOCUMENT = 30_000  # characters, about 5 000 words: a long chapter


class CorpusError(Exception):
    """A corpus that cannot be read; the message says what was found and what to do."""


class CorpusWarning(UserWarning):
    """A part of a corpus that is passed over; the message says which and why."""


def gather_documents(parts: Iterable[Iterable[str] | None]) -> Iterator[Document]:
    """Gather sentences to documents.

    Args:
        parts: runs of sentences, and None where a document ends. It ends there only if it has two
            sentences: one alone is the heading of what follows.

    Yields:
        Documents of at most about `MAX_DOCUMENT` characters; longer ones come in pieces, each a
        document of its own, so that memory stays flat. Sentences without a letter or digit, such
        as a line of stars, are left out.
    """
    document: Document = []
    size = 0
    for part in parts:
        if part is None and len(document) > 1:
            yield document
            document, size = [], 0
        for sentence in part or ():
            if not any(map(str.isalnum, sentence)):
                continue
            document.append(sentence)
            size += len(sentence)
            if size >= MAX_DOCUMENT:
                yield document
                document, size = [], 0
    if document:
        yield document
