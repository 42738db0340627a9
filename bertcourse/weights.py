"""Checkpoints: a folder with a configuration and named tensors, in the format of `transformers`.

The first half finds, reads and writes such folders; then comes the table of names, ours beside
theirs; and last `Pretrained`, which gives a model `from_pretrained` and `save_pretrained`. Nothing
here knows a model: whoever mixes `Pretrained` in says how it is built from a configuration.
"""

import json
import os
import re
import shutil
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import torch
from torch import Tensor, nn

CONFIG = "config.json"
WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"
PICKLE = "pytorch_model.bin"


class CheckpointError(Exception):
    """A checkpoint that cannot be read or written; the message says what to do."""


# --- Folders and files ------------------------------------------------------------------------


def find_checkpoint(
    path_or_hub_id: str | Path, revision: str | None = None, files: Iterable[str] = ("*",)
) -> Path:
    """The folder of a checkpoint: one on this machine, or one fetched from the Hugging Face Hub.

    Args:
        path_or_hub_id: a folder, or an id such as `google-bert/bert-base-uncased`.
        revision: the branch, tag or commit to take from the Hub. Name a commit to get the same
            files for ever.
        files: patterns of the files that are needed; others are not fetched.

    Raises:
        CheckpointError: if there is no such folder and the Hub has or gives nothing of that name.
    """
    folder = Path(os.path.expanduser(path_or_hub_id))
    if os.path.isdir(folder):  # which is False, too, for what can be no path
        return folder
    if os.path.isfile(folder):
        raise CheckpointError(
            f"{path_or_hub_id} is a file, but a checkpoint is a folder: pass {folder.parent}"
        )
    if not re.fullmatch(r"[\w-][\w.-]*(/[\w-][\w.-]*)?", str(path_or_hub_id)):
        raise CheckpointError(
            f"there is no folder {path_or_hub_id}, and that cannot be the id of a model on the "
            "Hugging Face Hub either, which is a name or owner/name: check the path"
        )
    return _fetch(str(path_or_hub_id), revision, list(files))


def _fetch(hub_id: str, revision: str | None, files: list[str]) -> Path:
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import (
            HFValidationError,
            RepositoryNotFoundError,
            RevisionNotFoundError,
        )
    except ImportError as error:
        raise CheckpointError(
            f"there is no folder {hub_id}, and fetching it from the Hugging Face Hub needs a "
            "package that is not installed: pip install huggingface_hub"
        ) from error
    at = f" at revision {revision!r}" if revision else ""
    try:
        return Path(snapshot_download(hub_id, revision=revision, allow_patterns=files))
    except (HFValidationError, RepositoryNotFoundError, RevisionNotFoundError) as error:
        raise CheckpointError(
            f"there is no folder {hub_id} here, and the Hugging Face Hub has no public model "
            f"{hub_id!r}{at}: check the spelling"
        ) from error
    except Exception as error:  # every layer from DNS to the disk has exceptions of its own
        raise CheckpointError(
            f"there is no folder {hub_id} here, and {hub_id!r}{at} could not be fetched from the "
            f"Hugging Face Hub ({type(error).__name__}): check that you are online, or pass a "
            "folder that holds the checkpoint"
        ) from error


def read_json(path: Path) -> dict[str, Any]:
    """The settings in a JSON file.

    Raises:
        CheckpointError: if it is missing, unreadable, or anything but one JSON object.
    """
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        found = _listed(sorted(p.name for p in path.parent.iterdir())) or "nothing"
        raise CheckpointError(
            f"{path.parent} has no {path.name}, so it is no checkpoint (it has: {found}): pass the "
            "folder that save_pretrained wrote"
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise CheckpointError(f"{path} cannot be read ({error}): fetch or save it again") from error
    if not isinstance(settings, dict):
        raise CheckpointError(f"{path} holds no settings: fetch or save the checkpoint again")
    return settings


def read_weights(folder: Path, allow_pickle: bool = False) -> dict[str, Tensor]:
    """All tensors of a checkpoint by the names they have in its files, on the CPU.

    Args:
        folder: holds `model.safetensors`, or several files and their index, or a pickle.
        allow_pickle: read `pytorch_model.bin` where there is nothing else, with `weights_only`,
            which refuses everything that is not a tensor.

    Raises:
        CheckpointError: if there are no weights, they are damaged, or they are a pickle and that
            was not allowed.
    """
    if (folder / WEIGHTS).is_file():
        return read_safetensors(folder / WEIGHTS)
    if (folder / INDEX).is_file():
        return _read_shards(folder)
    if not (folder / PICKLE).is_file():
        on_hub = f"; if it is from the Hub and has {PICKLE} there, see allow_pickle"
        raise CheckpointError(
            f"{folder} has no {WEIGHTS}: pass the folder that save_pretrained wrote"
            + ("" if allow_pickle else on_hub)
        )
    if not allow_pickle:
        raise CheckpointError(
            f"{folder} keeps its weights in a pickle, {PICKLE}, a kind of file that can run code "
            f"when it is opened. Prefer a checkpoint with {WEIGHTS}; if you trust this one, pass "
            "allow_pickle=True, which reads tensors only"
        )
    return _read_pickle(folder / PICKLE)


def read_safetensors(path: Path) -> dict[str, Tensor]:
    """The tensors of one file.

    Raises:
        CheckpointError: if it is missing, damaged or cut short.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise CheckpointError(
            f"{path} is damaged or cut short ({error}): fetch or save it again"
        ) from error


def _read_shards(folder: Path) -> dict[str, Tensor]:
    files = read_json(folder / INDEX).get("weight_map")
    inside = isinstance(files, dict) and all(
        isinstance(name, str) and Path(name).name == name for name in files.values()
    )
    if not inside:
        raise CheckpointError(
            f"{folder / INDEX} does not list files of its own folder: fetch the checkpoint again"
        )
    weights: dict[str, Tensor] = {}
    for name in sorted(set(files.values())):
        weights |= read_safetensors(folder / name)
    return weights


def _read_pickle(path: Path) -> dict[str, Tensor]:
    try:
        weights = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a damaged pickle can raise almost anything
        raise CheckpointError(
            f"{path} is damaged, or holds more than tensors ({type(error).__name__}), and was not "
            "opened: fetch it again, or choose a checkpoint with safetensors"
        ) from error
    is_flat = isinstance(weights, dict) and all(
        isinstance(name, str) and isinstance(weight, Tensor) for name, weight in weights.items()
    )
    if not is_flat:
        raise CheckpointError(f"{path} is not a table of named tensors: choose another checkpoint")
    return dict(weights)


@contextmanager
def appearing_whole(folder: Path) -> Iterator[Path]:
    """A new folder to write into, which becomes `folder` at the end; after an error nothing stays.

    Raises:
        OSError: if it cannot be made or renamed; what stood there is replaced only at the end.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".writing-"))
    try:
        yield staged
        shutil.rmtree(folder, ignore_errors=True)
        os.rename(staged, folder)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def write_together(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write several files into one folder; until all are safely on the disk, none is replaced.

    Args:
        folder: where they go; it is made if needed, and other files in it stay.
        files: what each file holds, by name.

    Raises:
        CheckpointError: if they cannot be written; what was there is then as it was.
    """
    staged: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        staged = Path(tempfile.mkdtemp(dir=folder, prefix=".writing-"))
        for name, content in files.items():
            with open(staged / name, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        _replace_together(folder, staged, list(files))
    except OSError as error:
        raise CheckpointError(
            f"nothing could be saved in {folder} ({error.strerror or error}): see that it is a "
            "folder you may write to, with space for "
            f"{sum(map(len, files.values())) / 1e6:.1f} MB"
        ) from error
    finally:
        if staged is not None:
            shutil.rmtree(staged, ignore_errors=True)


def _replace_together(folder: Path, staged: Path, names: list[str]) -> None:
    """Move the staged files into the folder, all or none: old ones are kept until all are in."""
    old = {name: staged / f"{name}.old" for name in names if os.path.lexists(folder / name)}
    for name, kept in old.items():
        try:
            os.link(folder / name, kept)
        except OSError:  # some disks have no links
            shutil.copy2(folder / name, kept)
    try:
        for name in names:
            os.replace(staged / name, folder / name)
    except BaseException:
        for name in names:
            if name in old:
                os.replace(old[name], folder / name)
            else:
                (folder / name).unlink(missing_ok=True)
        raise


# --- Names ------------------------------------------------------------------------------------

# Ours, and what `transformers` calls the same; {} is the number of a block.
NAMES = (
    ("embedding.word.", "embeddings.word_embeddings."),
    ("embedding.position.", "embeddings.position_embeddings."),
    ("embedding.segment.", "embeddings.token_type_embeddings."),
    ("embedding.norm.", "embeddings.LayerNorm."),
    ("blocks.{}.attention.query.", "encoder.layer.{}.attention.self.query."),
    ("blocks.{}.attention.key.", "encoder.layer.{}.attention.self.key."),
    ("blocks.{}.attention.value.", "encoder.layer.{}.attention.self.value."),
    ("blocks.{}.attention.output.", "encoder.layer.{}.attention.output.dense."),
    ("blocks.{}.attention_norm.", "encoder.layer.{}.attention.output.LayerNorm."),
    ("blocks.{}.feed_forward.inner.", "encoder.layer.{}.intermediate.dense."),
    ("blocks.{}.feed_forward.outer.", "encoder.layer.{}.output.dense."),
    ("blocks.{}.output_norm.", "encoder.layer.{}.output.LayerNorm."),
    ("pooler.dense.", "pooler.dense."),
    ("mlm.dense.", "cls.predictions.transform.dense."),
    ("mlm.norm.", "cls.predictions.transform.LayerNorm."),
    ("mlm.bias", "cls.predictions.bias"),
    ("decoder.weight", "cls.predictions.decoder.weight"),
    ("nsp.classifier.", "cls.seq_relationship."),
)
HEADS = ("mlm.", "nsp.", "decoder.")
# All that begins like this is part of the encoder; the latter two where we have no name for it.
ENCODER = ("embedding.", "blocks.", "final_norm.", "embeddings.", "encoder.")

# What older files say instead; a copy of the tied bias, and buffers, which are computed here.
OLDER = {
    "LayerNorm.gamma": "LayerNorm.weight",
    "LayerNorm.beta": "LayerNorm.bias",
    "cls.predictions.decoder.bias": "cls.predictions.bias",
}
BUFFERS = ("position_ids", "token_type_ids")


def to_transformers(name: str) -> str:
    """What `transformers` calls a weight of ours, `bert.` in front left out.

    Raises:
        KeyError: if the published model has no such weight.
    """
    renamed = _rename(name, NAMES)
    if renamed is None:
        raise KeyError(f"{name} is no weight of the published BERT")
    return renamed


def from_transformers(name: str) -> str:
    """What we call a weight of a `transformers` file, old or new; other names stay as they are."""
    for old, new in OLDER.items():
        name = name.replace(old, new)
    name = name.removeprefix("bert.")
    return _rename(name, [(theirs, ours) for ours, theirs in NAMES]) or name


def _rename(name: str, names: Iterable[tuple[str, str]]) -> str | None:
    number = re.search(r"\.(\d+)\.", name)
    pattern = re.sub(r"\.\d+\.", ".{}.", name, count=1)
    for old, new in names:
        if pattern.startswith(old):
            renamed = new + pattern.removeprefix(old)
            return renamed.replace("{}", number[1]) if number else renamed
    return None


# --- Models -----------------------------------------------------------------------------------


class Pretrained:
    """What a model needs to come from a checkpoint and to go into one.

    The model is built as `cls(config, parts)`, keeps `config`, and names in `config_class` what
    reads and writes `config.json`: a dataclass with `from_checkpoint(settings, weights,
    allow_missing)` and `to_checkpoint(architecture, dtype)`.
    """

    config_class: type
    config: Any

    @classmethod
    def from_pretrained(
        cls,
        path_or_hub_id: str | Path,
        parts: Any = None,
        *,
        revision: str | None = None,
        dtype: torch.dtype | None = None,
        allow_pickle: bool = False,
        allow_missing: bool = False,
    ) -> Self:
        """Build the model that a checkpoint describes, with its weights, in eval mode.

        Args:
            path_or_hub_id: a folder, or the id of a model on the Hugging Face Hub.
            parts: the pieces to build it from; the fast ones by default.
            revision: the branch, tag or commit to take from the Hub.
            dtype: of the parameters; by default as stored, but half precision becomes float32.
            allow_pickle: accept weights in a pickle, reading tensors only.
            allow_missing: leave weights that the checkpoint lacks as they are initialised, with a
                warning that names them. By default a missing pooler or NSP head is left out of the
                model, and anything else that is missing is an error.

        Raises:
            CheckpointError: if the checkpoint is not found, damaged, of another architecture, or
                lacks weights; missing and mis-shaped ones are listed by name.
        """
        wanted = [CONFIG, "model*.safetensors", INDEX] + [PICKLE] * allow_pickle
        folder = find_checkpoint(path_or_hub_id, revision, wanted)
        settings = read_json(folder / CONFIG)
        weights = _in_our_names(read_weights(folder, allow_pickle))
        try:
            config = cls.config_class.from_checkpoint(settings, weights, allow_missing)
        except ValueError as error:
            raise CheckpointError(f"{folder / CONFIG}: {error}") from error
        model = cls(config, parts)
        model._load(weights, dtype, allow_missing, str(path_or_hub_id))
        return model.eval()

    def save_pretrained(self, folder: str | Path) -> None:
        """Write `config.json` and `model.safetensors` into a folder.

        A model of the published architecture is written in the names of `transformers`, whose
        BertModel, BertForMaskedLM and BertForPreTraining read it. Others keep our names, so that
        nothing takes them for what they are not.

        Raises:
            CheckpointError: if they cannot be written, or the model has weights that the published
                one has not; what was there is then as it was.
        """
        from safetensors.torch import save

        weights = dict(self._weights())
        settings = self.config.to_checkpoint(
            type(self).__name__, next(iter(weights.values())).dtype
        )
        if settings["model_type"] == "bert":
            weights = self._published(weights)
        tensors = {name: w.detach().cpu().contiguous() for name, w in weights.items()}
        config = json.dumps(settings, indent=2, sort_keys=True) + "\n"
        files = {WEIGHTS: save(tensors, metadata={"format": "pt"}), CONFIG: config.encode()}
        write_together(Path(os.path.expanduser(folder)), files)

    def _weights(self: nn.Module) -> Iterator[tuple[str, nn.Parameter]]:
        """Every parameter once, under the name it has in an encoder and its heads."""
        for name, parameter in self.named_parameters():
            yield name.removeprefix("bert."), parameter

    def _published(self, weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """The weights by the names of `transformers`."""
        prefix = "bert." if hasattr(self, "bert") else ""
        try:
            named = {
                ("" if name.startswith(HEADS) else prefix) + to_transformers(name): weight
                for name, weight in weights.items()
            }
        except KeyError as error:
            raise CheckpointError(
                f"{error.args[0]}, so no other program could read it: to save the model, build it "
                "from pieces whose weights are those of the lesson"
            ) from error
        if "decoder.weight" in weights:  # `transformers` has a second bias there, and uses that
            named["cls.predictions.decoder.bias"] = weights["mlm.bias"].clone()
        return named

    def _load(
        self,
        weights: dict[str, Tensor],
        dtype: torch.dtype | None,
        allow_missing: bool,
        source: str,
    ) -> None:
        parameters = dict(self._weights())
        misfits = _misfits(parameters, weights)
        missing = misfits["missing"]
        if allow_missing:
            del misfits["missing"]
        problems = [f"{kind}: {_listed(names)}" for kind, names in misfits.items() if names]
        if problems:
            raise CheckpointError(
                f"the weights in {source} do not fit a {type(self).__name__} of its configuration "
                f"({'; '.join(problems)}): choose a BERT checkpoint that has them"
                + (", or pass allow_missing=True to begin with new ones" if missing else "")
            )
        known = (*ENCODER, *HEADS, "pooler.")
        others = [name for name in weights if not name.startswith(known)]
        if missing:
            warnings.warn(f"{source} lacks {_listed(missing)}: they are new", stacklevel=3)
        if others:
            warnings.warn(f"{source} also has {_listed(others)}: not used", stacklevel=3)
        self.to(dtype or _stored_dtype(weights.values()))
        with torch.no_grad():
            for name in parameters.keys() & weights.keys():
                parameters[name].copy_(weights[name])


def _in_our_names(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Rename a checkpoint's weights, and leave out buffers, which are computed here.

    In alphabetical order, so that of two biases of the MLM head the decoder's counts, which is the
    one that `transformers` uses.
    """
    return {
        from_transformers(name): weight
        for name, weight in sorted(weights.items())
        if not name.endswith(BUFFERS)
    }


def _misfits(
    parameters: Mapping[str, Tensor], weights: Mapping[str, Tensor]
) -> dict[str, list[str]]:
    """What keeps stored weights from being these parameters, by kind; heads may be left over."""
    both = [name for name in parameters if name in weights]
    return {
        "missing": [name for name in parameters if name not in weights],
        "unexpected": [n for n in weights if n not in parameters and n.startswith(ENCODER)],
        "mis-shaped": [
            f"{name} {tuple(weights[name].shape)} instead of {tuple(parameters[name].shape)}"
            for name in both
            if weights[name].shape != parameters[name].shape
        ],
        "of whole numbers": [name for name in both if not weights[name].is_floating_point()],
    }


def _stored_dtype(weights: Iterable[Tensor]) -> torch.dtype:
    """The widest floating type of what is stored, float32 at least."""
    found = {weight.dtype for weight in weights}
    return torch.float64 if torch.float64 in found else torch.float32


def _listed(names: list[str], most: int = 12) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
