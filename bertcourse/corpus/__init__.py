"""Week 5: text to learn from, as documents: lists of sentences in reading order.

Next sentence prediction needs to know which sentence follows which, and which do not belong
together; so a corpus here is no heap of text but an iterable of documents, and a document is a list
of sentences. Every corpus can be gone through again, and gives the same documents in the same
order. It is read as a stream: nothing holds more than a few documents at a time, except
`Documentation`, which is slow to collect and small enough to keep.

The files in order: `documents` (what a corpus is); the tools, `sentences`, `paragraphs`, `markup`,
`markdown`, `docstrings`, `rows` and `files`; the corpora, `documentation`, `folder` and `hub` (the
story world is a package of its own); and what is done with any of them, `opening`, `splitting` and
`description`.

Source: Devlin et al. (2019), appendix A.2: "it is critical to use a document-level corpus rather
than a shuffled sentence-level corpus".
"""

from bertcourse.corpus.description import Description, describe
from bertcourse.corpus.documentation import Documentation
from bertcourse.corpus.documents import (
    MAX_DOCUMENT,
    Corpus,
    CorpusError,
    CorpusWarning,
    Document,
)
from bertcourse.corpus.folder import Folder
from bertcourse.corpus.hub import HubDataset
from bertcourse.corpus.opening import open_corpus
from bertcourse.corpus.sentences import MAX_SENTENCE, split_sentences
from bertcourse.corpus.splitting import split_corpus
from bertcourse.storyworld import StoryWorld

__all__ = [
    "MAX_DOCUMENT",
    "MAX_SENTENCE",
    "Corpus",
    "CorpusError",
    "CorpusWarning",
    "Description",
    "Document",
    "Documentation",
    "Folder",
    "HubDataset",
    "StoryWorld",
    "describe",
    "open_corpus",
    "split_corpus",
    "split_sentences",
]
