"""Week 6: the folder of a training run: checkpoints that appear whole or not at all, and metrics.

    step-00000500/     config.json, model.safetensors, the tokenizer: a checkpoint like any other
                       optimizer.safetensors, trainer.json: what the next step depends on besides
    metrics.jsonl      a line for every look at the run
    .lock              empty; whoever trains holds it, see `Claim`

A checkpoint is written under another name and renamed when all of it is on the disk. The last two
and the best are kept; where the last is damaged, an older one is taken.
"""

import json
import math
import re
import shutil
import warnings
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from filelock import FileLock, Timeout
from torch import Tensor

from bertcourse.data import vocabulary_digest
from bertcourse.heads import BERTLM
from bertcourse.tokenizer import WordPieceTokenizer
from bertcourse.weights import (
    CheckpointError,
    appearing_whole,
    read_json,
    read_safetensors,
    write_together,
)
from bertcourse.workbook import write_atomically

OPTIMIZER = "optimizer.safetensors"
STATE = "trainer.json"
METRICS = "metrics.jsonl"
LOCK = ".lock"
# A run may go on with other values of these: nothing that is learned depends on them.
FREE = (
    "minutes",
    "workers",
    "compile",
    "evaluate_every",
    "evaluate_batches",
    "save_every",
    "log_every",
)


class TrainingError(Exception):
    """A run that cannot go on; the message says why, and what is kept."""


class TrainingWarning(UserWarning):
    """Something about a run that is otherwise than wished; it goes on."""


class Claim:
    """The right to write into the folder of a run, which one training has at a time.

        with Claim(folder):
            ...

    The system takes it back when the process ends, in whatever way, so that a run that was killed
    just goes on. Whoever holds it may enter it again. Where nothing can be locked, for the disk
    has no locks or cannot be written, everything goes on without.

    Args:
        folder: of the run; it is made if needed.
        is_main: whether this is the main process of the training; the others hold nothing.

    Raises:
        TrainingError: on entering, if a training is under way in the folder.
    """

    def __init__(self, folder: Path, is_main: bool = True):
        self.folder, self.is_main = folder, is_main
        self._lock = FileLock(folder / LOCK, timeout=0, thread_local=False, fallback_to_soft=False)

    def __enter__(self) -> "Claim":
        try:
            if self.is_main:
                self.folder.mkdir(parents=True, exist_ok=True)
                self._lock.acquire()
        except Timeout:
            raise TrainingError(
                f"a training is under way in {self.folder}, in another process or in another "
                "trainer of this one, and two at once would spoil each other's checkpoints. Wait "
                "for its end, or stop it (Ctrl-C where it runs, or interrupt its notebook) and "
                "start this again: it then goes on from the last checkpoint, now "
                f"{last_checkpoint(self.folder)}. Or choose another folder"
            ) from None
        except OSError:
            pass
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()


class Run:
    """One run in one folder.

    Args:
        folder: where it is kept.
        settings: of the training, as they go into JSON; a run goes on only with the same.
        tokenizer: of the training, likewise.
    """

    def __init__(self, folder: Path, settings: Mapping[str, Any], tokenizer: WordPieceTokenizer):
        self.folder, self.tokenizer = folder, tokenizer
        self.identity = json.loads(json.dumps(dict(settings)))
        self.identity["vocabulary"] = vocabulary_digest(tokenizer)

    @property
    def checkpoints(self) -> list[Path]:
        """The folders of all checkpoints, the oldest first."""
        return checkpoints_in(self.folder)

    @property
    def is_begun(self) -> bool:
        return bool(self.checkpoints)

    def save(
        self,
        model: BERTLM,
        optimizer: torch.optim.Optimizer,
        state: Mapping[str, Any],
        loss: float,
    ) -> None:
        """Write a checkpoint, and remove all but the last two and the best.

        Args:
            model: as it is.
            optimizer: of its parameters.
            state: whatever else the next step depends on; `step` names the checkpoint.
            loss: of a look at held-out text at this step, by which the best is known; infinite if
                nobody looked.

        Raises:
            TrainingError: if it cannot be written; older ones are then as they were.
        """
        target = self.folder / f"step-{state['step']:08d}"
        contents = {"state": dict(state), "identity": self.identity, "loss": loss}
        files = {
            OPTIMIZER: _packed(model, optimizer),
            STATE: (json.dumps(contents, indent=1) + "\n").encode(),
        }
        try:
            with appearing_whole(target) as staged:
                model.save_pretrained(staged)
                self.tokenizer.save_pretrained(staged)
                write_together(staged, files)
        except (OSError, CheckpointError) as error:
            raise TrainingError(
                f"the checkpoint of step {state['step']} could not be saved ({error}): make room, "
                f"and start the same command again. It goes on from {last_checkpoint(self.folder)}"
            ) from error
        self._prune()

    def load(self, model: BERTLM, optimizer: torch.optim.Optimizer) -> dict[str, Any]:
        """Bring model and optimizer to where the last sound checkpoint has them.

        Returns:
            The state that was saved with it.

        Raises:
            TrainingError: if no checkpoint is sound, or they are of another run.
        """
        for checkpoint in reversed(self.checkpoints):
            try:
                contents = read_json(checkpoint / STATE)
                state, identity = contents["state"], contents["identity"]
                saved = BERTLM.from_pretrained(checkpoint)
                moments = read_safetensors(checkpoint / OPTIMIZER)
            except (CheckpointError, KeyError) as error:
                message = f"{checkpoint} is passed over: {error}"
                warnings.warn(message, TrainingWarning, stacklevel=3)
                continue
            self._compare(identity, saved, model)
            model.load_state_dict(saved.state_dict())
            _unpack(moments, model, optimizer)
            return state
        raise TrainingError(
            f"no checkpoint in {self.folder} can be read: remove the folder to begin anew"
        )

    def begin_after(self, step: int) -> None:
        """Forget what an earlier sitting left: rows after a step, which come again, and parts.

        Raises:
            TrainingError: if the folder cannot be written.
        """
        remove_parts(self.folder)
        rows = [json.dumps(row) + "\n" for row in self.metrics if row["step"] <= step]
        try:
            write_atomically(self.folder / METRICS, "".join(rows))
        except OSError as error:
            raise self._cannot_note(error) from error

    def note(self, row: Mapping[str, Any]) -> None:
        """Append a row to the metrics.

        Raises:
            TrainingError: if the folder cannot be written.
        """
        try:
            with open(self.folder / METRICS, "a", encoding="utf-8") as file:
                file.write(json.dumps(dict(row)) + "\n")
        except OSError as error:
            raise self._cannot_note(error) from error

    @property
    def metrics(self) -> list[dict[str, Any]]:
        """All rows; a last line that was cut short is left out."""
        rows = []
        path = self.folder / METRICS
        for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else []:
            try:
                rows.append(json.loads(line))
            except ValueError:
                continue
        return rows

    def _cannot_note(self, error: OSError) -> TrainingError:
        return TrainingError(
            f"nothing can be written to {self.folder / METRICS} ({error.strerror or error}): see "
            "that there is space and that you may write there, and start the same command again. "
            f"It goes on from {last_checkpoint(self.folder)}"
        )

    def _compare(self, identity: Mapping[str, Any], saved: BERTLM, model: BERTLM) -> None:
        names = [name for name in self.identity if name not in FREE]
        other = [
            f"{name} {identity.get(name)} and now {self.identity[name]}"
            for name in names
            if identity.get(name) != self.identity[name]
        ]
        before, now = (asdict(config) for config in (saved.config, model.config))
        other += [f"{k} {before[k]} and now {now[k]}" for k in now if before[k] != now[k]]
        if other:
            different = ", ".join(dict.fromkeys(other))  # max_len is of both
            raise TrainingError(
                f"{self.folder} holds another run (different: {different}): give the same "
                "settings to go on with it, or another folder"
            )

    def _prune(self) -> None:
        losses = {path: self._loss(path) for path in self.checkpoints}
        best = min(losses, key=losses.__getitem__)
        for path in list(losses)[:-2]:
            if path != best or math.isinf(losses[path]):
                shutil.rmtree(path, ignore_errors=True)

    def _loss(self, checkpoint: Path) -> float:
        try:
            return float(read_json(checkpoint / STATE)["loss"])
        except (CheckpointError, KeyError, TypeError, ValueError):
            return math.inf


def checkpoints_in(folder: Path) -> list[Path]:
    """The folders of all checkpoints of a run, the oldest first."""
    found = folder.glob("step-*") if folder.is_dir() else []
    return sorted(path for path in found if re.fullmatch(r"step-\d{8}", path.name))


def last_checkpoint(folder: Path | str) -> str:
    """From where a run goes on, in words."""
    found = checkpoints_in(Path(folder))
    return found[-1].name if found else "the beginning"


def finished_or_last(path: str) -> str:
    """The last checkpoint of a run that has not ended yet; anything else as it is.

    Raises:
        TrainingError: if the run has none yet.
    """
    folder = Path(path)
    if (folder / "config.json").exists():
        return path
    found = checkpoints_in(folder)
    if not found and any((folder / name).exists() for name in (LOCK, METRICS)):
        raise TrainingError(
            f"the run in {path} has no checkpoint yet: wait for its first, or, if it was stopped, "
            "start the same command again (--save-every says after how many steps it comes)"
        )
    return str(found[-1]) if found else path


def refuse_inside(folder: Path | str, corpus: Path) -> None:
    """Refuse a run in the folder that it reads, for its own vocabulary would become text."""
    if Path(folder).resolve().is_relative_to(corpus.resolve()):
        raise TrainingError(
            f"{folder} lies in the folder of texts, {corpus}, and what is written there would be "
            "read as text: choose a folder outside"
        )


def last_settings(folder: Path) -> dict[str, Any]:
    """What the newest readable checkpoint of a run was trained with; empty if there is none."""
    for path in reversed(checkpoints_in(folder)):
        try:
            return dict(read_json(path / STATE)["identity"])
        except (CheckpointError, KeyError, TypeError, ValueError):
            continue
    return {}


def remove_parts(folder: Path) -> None:
    """Remove what a process that was killed was writing, here and one folder further in."""
    for part in (*folder.glob(".writing-*"), *folder.glob("*/.writing-*")):
        shutil.rmtree(part, ignore_errors=True)


def _packed(model: BERTLM, optimizer: torch.optim.Optimizer) -> bytes:
    """Adam's moments by the names of the parameters, as a safetensors file."""
    from safetensors.torch import save

    tensors = {
        f"{kind}.{name}": moment.detach().cpu().contiguous()
        for name, parameter in model.named_parameters()
        for kind, moment in optimizer.state[parameter].items()
    }
    return save(tensors)


def _unpack(moments: Mapping[str, Tensor], model: BERTLM, optimizer: torch.optim.Optimizer) -> None:
    for name, parameter in model.named_parameters():
        for kind in ("step", "exp_avg", "exp_avg_sq"):
            device = "cpu" if kind == "step" else parameter.device
            optimizer.state[parameter][kind] = moments[f"{kind}.{name}"].to(device).clone()
