"""A model goes out: as safetensors for transformers, or as one ONNX file, which is tried before it is given away."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from cvwidgets.errors import DiskFull, ExportError, NoModel, UnknownRun
from cvwidgets.files import filling, is_disk_full
from cvwidgets.model import Model, Tried, name_of
from cvwidgets.project.card import CARD, card_of
from cvwidgets.project.model_use import FORM_COLUMNS, ONNX, form_rows, onnx_lines, transformers_lines

if TYPE_CHECKING:
    from cvwidgets.project.runs import Runs
    from cvwidgets.store import Store

Format = Literal["safetensors", "onnx"]
Quantize = Literal["int8", "fp16"]
MOST_KEPT = 500
"""So many kept images a model without test images is tried on."""
CLEARLY = 1.05
"""A form that is not by this faster than another is not called so: the same thing measured twice differs as much."""
Tick = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ModelExport:
    """A model that went out into `folder`: `lines` ask it about photo.jpg without anything of ours.

    Of ONNX, `tried` says how its forms did on the images that `tried_on` names; `notes` are sentences about that.
    """

    version: int
    folder: Path
    format: Format
    quantize: Quantize | None
    lines: str
    tried: Tried | None = None
    tried_on: str = ""
    notes: tuple[str, ...] = ()


def check_request(format: str, quantize: str | None) -> None:
    """Looks whether there is such a form to go out in.

    Raises:
        ExportError: there is none.
    """
    if format not in get_args(Format):
        raise ExportError(f"There is no format {format!r} for models; {' and '.join(get_args(Format))} are known. Choose one of these.")
    if quantize is not None and quantize not in get_args(Quantize):
        raise ExportError(f"There is no way {quantize!r} to quantize; {' and '.join(get_args(Quantize))} are known. Choose one of these.")
    if quantize is not None and format != "onnx":
        raise ExportError("Only ONNX goes out quantized; safetensors go as they were trained. Choose onnx, or leave quantizing out.")


def export_model(
    store: Store,
    runs: Runs,
    model: Model,
    folder: Path,
    *,
    format: Format,
    quantize: Quantize | None,
    tick: Tick | None,
    drafts: Path | None = None,
) -> ModelExport:
    """Writes a model into a folder; see `Models.export`. `drafts` is where it lies until it is whole."""
    check_request(format, quantize)
    if not model.folder.is_dir():
        raise NoModel(f"The files of {name_of(model)} are gone; exporting needs them. Choose another version.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ExportError(f"{str(folder)!r} is not empty; an export needs a folder of its own. Name one that is not there yet.")
    try:
        with filling(folder, drafts=drafts) as draft:
            if format == "safetensors":
                return _copy(runs, model, folder, draft)
            return _write_onnx(store, runs, model, folder, draft, quantize, tick or (lambda _done, _of: None))
    except OSError as error:
        if is_disk_full(error):
            raise DiskFull(f"The disk has no room for the export {str(folder)!r}. Free some space and export again.") from error
        raise ExportError(f"It cannot be exported ({error}); its folder must be writable. Name another one, and export again.") from error


def _copy(runs: Runs, model: Model, folder: Path, draft: Path) -> ModelExport:
    from cvwidgets.vision import check_files

    for file in check_files(model.folder, name_of(model)):
        shutil.copyfile(file, draft / file.name)
    with suppress(FileNotFoundError):
        (draft / CARD).write_text(card_of(model, runs), "utf-8")
    return ModelExport(model.version, folder, "safetensors", None, transformers_lines(folder))


def _write_onnx(store: Store, runs: Runs, model: Model, folder: Path, draft: Path, quantize: Quantize | None, tick: Tick) -> ModelExport:
    from cvwidgets.vision import load_classifier, quantize_onnx, try_onnx, write_onnx

    pictures, tried_on = _pictures(store, runs, model)
    tick(0, len(pictures))
    classifier = load_classifier(model.folder, device="cpu")
    whole, small = draft / ONNX, draft / f"{quantize}.onnx"
    write_onnx(classifier, whole, facts={"version": str(model.version), "name": name_of(model)})
    files = {"onnx": whole}
    if quantize:
        tick(0, len(pictures))
        quantize_onnx(whole, small, quantize)
        files[f"onnx {quantize}"] = small
    tried = try_onnx(classifier, files, pictures, tick=tick)
    if quantize:
        small.replace(whole)
    done = ModelExport(
        model.version, folder, "onnx", quantize, onnx_lines(folder), tried, f"{tried.images:,} {tried_on}", _notes(tried, quantize)
    )
    (draft / CARD).write_text(_read_me(model, done), "utf-8")
    return done


def _pictures(store: Store, runs: Runs, model: Model) -> tuple[list[tuple[Path, str | None]], str]:
    """The pictures to try a model on, with their labels, and what they are: its run's test images, else kept ones of the project."""
    frozen: dict[str, str] = {}
    chosen: list[str] | None = None
    depth = None
    if model.run:
        with suppress(UnknownRun):
            run = runs.get(model.run)
            depth = run.recipe.depth
            chosen = store.snapshots.hashes(run.snapshot, "test") if run.snapshot else None
            frozen = (store.snapshots.frozen(run.snapshot) if run.snapshot else None) or {}
    kept = store.snapshots.kept(depth)[0]
    rows, words = [(sha, kept[sha]) for sha in chosen or () if sha in kept], f"test images of run {model.run}"
    if not rows:
        rows = [(sha, kept[sha]) for sha in sorted(kept)[:MOST_KEPT]]
        words = f"kept images of the project{', which it may have learnt from' if model.run else ''}"
    if not rows:
        raise ExportError(f"There is no image to try {name_of(model)} on; one is needed. Keep some images first, or export as safetensors.")
    paths = {image.id: image.path for image in store.images.get([row.image_id for _, row in rows])}
    known = {*model.labels}
    return [
        (paths[row.image_id], row.label if row.label in known else frozen.get(sha)) for sha, row in rows if row.image_id in paths
    ], words


def _notes(tried: Tried, quantize: Quantize | None) -> tuple[str, ...]:
    notes = [f"{tried.unread:,} images could not be read and were left out."] if tried.unread else []
    forms = {one.form: one for one in tried.forms}
    if quantize == "fp16":
        faster = forms["onnx fp16"].times > CLEARLY * forms["onnx"].times
        notes += [] if faster else ["fp16 is for GPUs: on this machine's processor it is not faster than ONNX as it is."]
    if quantize == "int8" and forms["onnx int8"].size > forms["onnx"].size / 2:
        notes += ["int8 saves little of this file: weights of matrix products shrink, and most of it is something else."]
    return tuple(notes)


def _read_me(model: Model, done: ModelExport) -> str:
    """What lies in the folder, in Markdown."""
    assert done.tried is not None
    table = [FORM_COLUMNS, ("---",) * len(FORM_COLUMNS), *form_rows(done.tried.forms)]
    lines = [f"# {name_of(model).capitalize()}, as ONNX{f' in {done.quantize}' if done.quantize else ''}", ""]
    lines += [f"`{ONNX}` takes an upright RGB picture of any size (`image`, uint8 [height, width, 3]) and gives a probability for each"]
    lines += ["label (`probabilities`, float32). Resizing, cropping and softmax are inside, the label names in its metadata.", ""]
    lines += ["```python", *onnx_lines(Path()).splitlines(), "```", "", f"Tried on {done.tried_on}, one by one:", ""]
    lines += [f"| {' | '.join(row)} |" for row in table]
    return "\n".join([*lines, "", *done.notes, ""])
