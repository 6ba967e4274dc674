"""Going on exactly where a run was: tensors in safetensors, the rest in JSON; no pickle is ever written or read."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from cvwidgets.errors import TrainingFailed
from cvwidgets.files import write_whole
from cvwidgets.learn.averaging import Average
from cvwidgets.learn.disk import naming_full_disk, replace

STATE, AVERAGED = "state.json", "averaged"


@dataclass(slots=True)
class Progress:
    """Where a run is: `step` steps into `epoch` (which counts from 1), with the sums of this epoch and the best of those before.

    `best_epoch` is None until an epoch was judged.
    """

    fingerprint: str
    epoch: int = 1
    step: int = 0
    loss: float = 0.0
    images: int = 0
    seconds: float = 0.0
    best_epoch: int | None = None
    best_merit: float = float("-inf")
    best_loss: float = float("inf")

    def begin_epoch(self) -> None:
        """Goes on to the next epoch, its sums at nothing."""
        self.epoch += 1
        self.step = self.images = 0
        self.loss = self.seconds = 0.0

    def beats_best(self, merit: float, loss: float) -> bool:
        """Whether an epoch is the best so far: by what the recipe chooses by (more is better), at a tie by loss."""
        return (merit, -loss) > (self.best_merit, -self.best_loss)


def save_state(
    folder: Path, progress: Progress, model: torch.nn.Module, optimizer: torch.optim.Optimizer, average: Average | None = None
) -> None:
    """Writes resume/: the tensors under a name of their own first, then state.json that names them, so that a kill leaves a whole state."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {f"model.{name}": tensor for name, tensor in model.state_dict().items()}
    for name, parameter in model.named_parameters():
        for what, value in optimizer.state.get(parameter, {}).items():
            tensors[f"optimizer.{what}.{name}"] = value
    if average:
        tensors |= {f"average.{name}": tensor for name, tensor in average.model.state_dict().items()}
        tensors[AVERAGED] = torch.tensor(average.taken)
    known = _read(folder)
    file = folder / f"state-{progress.epoch}-{progress.step}.safetensors"
    part = file.with_suffix(".part")
    try:
        with naming_full_disk(folder.parent):
            save_file({name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}, part)
            replace(part, file)
            _write(folder, {"tensors": file.name, **asdict(progress)})
    finally:
        part.unlink(missing_ok=True)
    if known and known["tensors"] and known["tensors"] != file.name:
        (folder / str(known["tensors"])).unlink(missing_ok=True)


def finish(folder: Path, progress: Progress) -> None:
    """Notes that nothing is left to do, and drops the tensors, which take three times the room of the model."""
    known = _read(folder)
    _write(folder, {"tensors": None, **asdict(progress)})
    if known and known["tensors"]:
        (folder / str(known["tensors"])).unlink(missing_ok=True)


def read_progress(folder: Path) -> Progress | None:
    """Where an earlier process left the run, None when there is nothing to go on with.

    Raises:
        TrainingFailed: what it left is damaged, or was left by a version that kept other facts.
    """
    known = _read(folder)
    try:
        return Progress(**{name: value for name, value in known.items() if name != "tensors"}) if known else None  # type: ignore[arg-type]
    except TypeError as error:
        raise _unusable(folder, "was written by another version of cvwidgets, with other facts") from error


def load_state(folder: Path, model: torch.nn.Module, optimizer: torch.optim.Optimizer, average: Average | None = None) -> None:
    """Puts the tensors of resume/ into model, optimizer and average.

    Raises:
        TrainingFailed: they are gone or cut short, or a version that learnt otherwise wrote them.
    """
    known = _read(folder)
    if known is None or known["tensors"] is None:
        return
    try:
        tensors = load_file(folder / str(known["tensors"]))
        model.load_state_dict({name: tensors[f"model.{name}"] for name in model.state_dict()})
        if average:
            average.model.load_state_dict({name: tensors[f"average.{name}"] for name in average.model.state_dict()})
            average.taken = int(tensors[AVERAGED])
    except (OSError, SafetensorError) as error:
        raise _unusable(folder, f"is gone or cut short ({error})") from error
    except (KeyError, RuntimeError) as error:
        raise _unusable(folder, "was written by another version of cvwidgets, which learnt otherwise") from error
    for name, parameter in model.named_parameters():
        ends = f".{name}"
        mine = {
            key.removeprefix("optimizer.").removesuffix(ends): value
            for key, value in tensors.items()
            if key.startswith("optimizer.") and key.endswith(ends) and key.count(".") == name.count(".") + 2
        }
        if mine:
            # AdamW counts its steps on the CPU.
            optimizer.state[parameter] = {what: value if what == "step" else value.to(parameter.device) for what, value in mine.items()}


def _read(folder: Path) -> dict[str, object] | None:
    """The written state, None when there is none."""
    try:
        known: dict[str, object] = json.loads((folder / STATE).read_text("utf-8"))
        known["tensors"]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _unusable(folder, f"is damaged ({error})") from error
    return known


def _unusable(folder: Path, what: str) -> TrainingFailed:
    best = folder.parent / "best"
    kept = f" The best model so far is kept; to learn on from it, give {str(best)!r} as the base." if best.is_dir() else ""
    return TrainingFailed(
        f"The state in {str(folder)!r} {what}; going on needs it as it was left. Start a new run by the same recipe.{kept}"
    )


def _write(folder: Path, values: dict[str, object]) -> None:
    write_whole(folder / STATE, json.dumps(values, indent=2).encode())
