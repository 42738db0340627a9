"""Any corpus, by its name on a command line."""

import os

from bertcourse.corpus.documentation import Documentation
from bertcourse.corpus.documents import Corpus, CorpusError
from bertcourse.corpus.folder import Folder
from bertcourse.corpus.hub import HubDataset
from bertcourse.storyworld import StoryWorld

CHOICES = (
    "storyworld (stories made up as they are read), docs (the documentation on this machine), "
    "PATH (a folder, or a file, of .txt, .md or .jsonl) or hub:NAME (a data set on the Hugging "
    "Face Hub; hub:NAME:CONFIG for one of its parts)"
)


def open_corpus(spec: str, seed: int = 0) -> Corpus:
    """Open a corpus by what a command line says.

    Args:
        spec: `storyworld`, `docs`, `hub:NAME`, `hub:NAME:CONFIG`, or the path of a folder or file;
            a folder that is called as one of the others is, goes by `./docs`.
        seed: which stories, of the story world.

    Raises:
        CorpusError: if it is none of these, or cannot be opened.
    """
    if spec == "storyworld":
        return StoryWorld(seed)
    if spec == "docs":
        return Documentation()
    if spec.startswith("hub:"):
        name, _, config = spec.removeprefix("hub:").partition(":")
        if name:
            return HubDataset(name, config or None)
    elif spec.strip() and os.path.lexists(os.path.expanduser(spec)):
        return Folder(spec)
    raise CorpusError(f"there is no corpus {spec!r}: choose {CHOICES}")
