"""Week 6: the curves of a run in TensorBoard, for those who have it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bertcourse.runs import TrainingError


class TensorBoard:
    """Writes rows of metrics where TensorBoard finds them: `tensorboard --logdir FOLDER`.

    It is what `BERTTrainer` and `pretrain` take as `watch`. A run that goes on writes into the same
    folder; what was written there of steps that are taken again is then no longer shown.

    Args:
        folder: where it goes.

    Raises:
        TrainingError: if the package is not installed, or, when a row comes, nothing can be
            written.
    """

    def __init__(self, folder: Path | str):
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError as error:
            raise TrainingError(
                "TensorBoard is not installed here: python -m pip install tensorboard, or leave it "
                "out; the same numbers are in metrics.jsonl"
            ) from error
        self.folder = Path(folder)
        self._open = SummaryWriter
        self._writer: SummaryWriter | None = None

    def __call__(self, row: Mapping[str, Any]) -> None:
        step = row["step"]
        try:
            if self._writer is None:
                self._writer = self._open(str(self.folder), purge_step=step)
            for name, value in row.items():
                if name not in ("split", "step"):
                    self._writer.add_scalar(f"{row['split']}/{name}", value, step)
            self._writer.flush()  # so that a process that is killed has written it
        except OSError as error:
            raise TrainingError(
                f"nothing can be written to {self.folder} ({error.strerror or error}): see that "
                "there is space, and start the same command again"
            ) from error
