"""What comes with the course: `bertcourse-mini`, a small BERT that was really pre-trained.

Its card, `bertcourse-mini/README.md`, says on which text, with which command and how well.
"""

from pathlib import Path

from bertcourse.heads import BERTLM
from bertcourse.parts import Parts
from bertcourse.tokenizer import WordPieceTokenizer

NAME = "bertcourse-mini"
MINI = Path(__file__).parent / NAME
RECORDED_PLATEAU = Path(__file__).parent / "plateau.json"  # see `plateau`
RECORDED_STORIES = Path(__file__).parent / "plateau-stories.json"  # the same on invented stories


def load_mini(parts: Parts | None = None) -> tuple[BERTLM, WordPieceTokenizer]:
    """The small pre-trained BERT of the course and its tokenizer, without a download.

    Example:
        model, tokenizer = load_mini()
        fill_mask(model, tokenizer, "The cat sat on the [MASK].")

    Args:
        parts: the pieces to build it from; `Parts.fast()` by default, `Parts.mine()` for your own.

    Returns:
        The model in eval mode and float32, and the tokenizer.
    """
    return BERTLM.from_pretrained(MINI, parts), WordPieceTokenizer.from_pretrained(MINI)


def checkpoint_named(name: str) -> str:
    """Where a checkpoint is: the one of the course by its name, and any other where it says."""
    return str(MINI) if name == NAME else name
