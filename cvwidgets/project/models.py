"""The models of a project: the best checkpoints of runs and those trained elsewhere, one of them in production."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cvwidgets import jobs
from cvwidgets.errors import NoModel, UnknownRun
from cvwidgets.files import write_whole
from cvwidgets.model import Model
from cvwidgets.project.card import CARD, card_of, write_card
from cvwidgets.project.carrying import Carriers, Carrying
from cvwidgets.project.housing import drafting, settle
from cvwidgets.project.model_exports import ModelExporting, ModelExports
from cvwidgets.project.standing import Beside, beside, is_best_of

if TYPE_CHECKING:
    from cvwidgets.evaluation import Evaluation
    from cvwidgets.project.model_writing import Format, ModelExport, Quantize
    from cvwidgets.project.registering import Check
    from cvwidgets.project.run import Run
    from cvwidgets.project.runs import Runs
    from cvwidgets.store import Store


class Models:
    """The registered models; each keeps its version for good."""

    def __init__(self, store: Store, runs: Runs, *, check: Check) -> None:
        self._store = store
        self._runs = runs
        self._check = check
        self._carriers = Carriers(store.folder, read_only=store.read_only)
        self._exports = ModelExports(store, runs)

    def register(self, source: Path | str, *, title: str = "", between: Callable[[], None] = lambda: None) -> Model:
        """Takes in a model that was trained elsewhere: from a folder as transformers writes it, or from the hub by its name.

        It is checked by its files, copied into the project, and loaded once by the prediction worker before it counts. The same files once
        more keep their version, with the title of now. It may know other labels than the project: `unlike` says so. `between` is called
        between its steps; what it raises ends it.

        Raises:
            ModelRefused: it is no image classifier with names for its labels and whole weights as safetensors.
            BaseUnavailable: the hub does not know it, guards it or is out of reach, or it cannot be loaded.
            DiskFull: there is no room for the copy.
            ReadOnlyProject: the project can only be looked at.
        """
        from cvwidgets.project.registering import register

        return register(self._store, source, title=title, check=self._check, between=between)

    def start_registering(self, source: Path | str, *, title: str = "") -> Carrying:
        """Starts `register` in a process of its own, which outlives this one; `carrying` says how it stands.

        Raises:
            RunError: another model is on its way.
            JobError: it did not begin.
            ReadOnlyProject: the project can only be looked at.
        """
        is_folder = isinstance(source, Path) or Path(source).expanduser().is_dir()
        what = str(Path(source).expanduser().absolute() if is_folder else source)  # a job has another working folder
        asked = {"kind": "register", "what": what, "is_folder": is_folder, "title": title}
        return self._carriers.start(asked, title=f"Register {Path(what).name if is_folder else what}")

    def start_sending(self, version: int, name: str, *, private: bool = True) -> Carrying:
        """Starts `push_to_hub` in a process of its own, by the token of `hf auth login` or HF_TOKEN; `carrying` says how far it is.

        Raises:
            NoModel: there is no such version.
            NotSent: the name is none, offline mode is on, or there is no token.
            RunError: another model is on its way.
            JobError: it did not begin.
            ReadOnlyProject: the project can only be looked at.
        """
        from cvwidgets.vision import check_sending

        self._store.models.get(version)
        check_sending(name)
        asked = {"kind": "send", "what": name, "version": version, "private": private}
        return self._carriers.start(asked, title=f"Send model {version} to {name}")

    def carrying(self) -> Carrying | None:
        """How the model stands that was last taken in or sent by a job; None when there was none."""
        return self._carriers.latest()

    def export(
        self,
        version: int,
        folder: str | Path,
        format: Format = "safetensors",
        *,
        quantize: Quantize | None = None,
        tick: Callable[[int, int], None] | None = None,
    ) -> ModelExport:
        """Writes a model into a folder of its own, there whole or not at all, for programs that know nothing of cvwidgets.

        "safetensors" is what transformers loads. "onnx" is one file with preparing and softmax inside; before it is given out it is tried
        on the test images of its run (a model from elsewhere: on kept images), beside torch, and refused when a probability is off by more
        than 0.001. `quantize` makes it smaller; what that takes away is in `tried`.

        Args:
            version: Which model.
            folder: Made; it may be there when it is empty.
            format: "safetensors" or "onnx".
            quantize: "int8" (weights of matrix products), "fp16" (for GPUs), or None; of ONNX alone.
            tick: Told how many images are tried, and of how many; what it raises breaks off.

        Raises:
            NoModel: there is no such version, or its files are gone.
            ExportError: the folder is not empty, there is no such form, the model has none in ONNX, or it says something else there.
            DiskFull: there was no room.
        """
        from cvwidgets.project.model_writing import export_model

        place = Path(folder).expanduser().absolute()
        return export_model(self._store, self._runs, self.get(version), place, format=format, quantize=quantize, tick=tick)

    def start_exporting(self, version: int, format: Format = "safetensors", *, quantize: Quantize | None = None) -> ModelExporting:
        """Starts `export` in a process of its own, into the project's folder `exports/`; `exporting` says how far it is.

        Raises:
            NoModel: there is no such version.
            ExportError: there is no such form, or another model goes out.
            JobError: it did not begin.
            ReadOnlyProject: the project can only be looked at.
        """
        return self._exports.start(self.get(version), format, quantize=quantize)

    def exporting(self) -> ModelExporting | None:
        """How the model stands that a job exports, or exported last; None when there was none."""
        return self._exports.latest()

    def push_to_hub(
        self, version: int, name: str, *, private: bool = True, token: str | None = None, tick: Callable[[int, int], None] | None = None
    ) -> str:
        """Sends a model to the hub as `name` ("org/name"), which is made if it is missing, and returns its address.

        Weights, config, processor and card go, in one commit; of the images nothing goes but the names of labels and the figures. It is
        done by the token of `hf auth login` or HF_TOKEN unless one is given. `tick` is told bytes of the weights and of how many.

        Raises:
            NoModel: there is no such version.
            NotSent: there is no token, or none with that right; the hub is out of reach or refuses.
        """
        from cvwidgets.vision import send_model

        model = self._store.models.get(version)
        self._renew_card(model)
        return send_model(model.folder, name, private=private, token=token, message=f"Version {version}, by cvwidgets", tick=tick)

    def card(self, version: int) -> str:
        """The card of a model, in Markdown with the hub's header: with the figures of its run that came since it was registered.

        Raises:
            NoModel: there is no such version, or its files are gone.
        """
        model = self.get(version)
        if not model.folder.is_dir():
            raise NoModel(f"The files of model {version} are gone; its card was among them. Choose another version.")
        try:
            return card_of(model, self._runs)
        except OSError as error:
            raise NoModel(f"The card of model {version} is gone, and its run cannot tell it anew. Choose another version.") from error

    def renew_cards(self, run: str) -> None:
        """Writes the cards of the models that are from a run anew, with the figures that came since; weights stay as they are."""
        for model in self.list():
            if model.run == run:
                self._renew_card(model)

    def _renew_card(self, model: Model) -> None:
        with suppress(OSError):  # it cannot be written there: then it stays as it was
            write_whole(model.folder / CARD, card_of(model, self._runs).encode())

    def figures(self, version: int) -> Evaluation | None:
        """The figures of a model on the test images of its run; None where there are none, or they are of a checkpoint that came later.

        Raises:
            NoModel: there is no such version.
        """
        model = self.get(version)
        with suppress(UnknownRun):
            if model.run and is_best_of(model, run := self._runs.get(model.run)):
                return run.evaluation()
        return None

    def beside(self, version: int, before: int) -> Beside:
        """How a model stands beside another, such as the one that was in production before it, on the test images that their runs share.

        Its `sentence` says by how much it is better or worse, or why nobody can tell; `promote(before)` goes back.

        Raises:
            NoModel: there is no such version.
        """
        return beside(self._runs, self.get(version), self.get(before))

    def unlike(self, model: Model) -> str | None:
        """How the labels of a model differ from those that have kept images in the project, in a sentence; None where they do not."""
        kept = {label.name for label in self._store.labels.list() if label.kept}
        unknown, others = sorted(kept - {*model.labels}), [label for label in model.labels if label not in kept]
        words = [f"it does not know {_some(unknown)}"] if unknown else []
        words += [f"it tells {_some(others)}, which {'is' if len(others) == 1 else 'are'} not kept here"] if others else []
        return f"Its labels are not the project's: {' and '.join(words)}." if words else None

    def promote(self, run: Run | str | int) -> Model:
        """Registers the best checkpoint of a run, if it is not yet, and puts it into production; a number is the version of a model.

        The model is a copy: it stays as it is when the run goes on. A run that did not come to its end has no figures yet; they are
        made in a process of their own. `beside` says how it stands beside the one that `production` gave before.

        Raises:
            UnknownRun: there is no run of that name.
            NoModel: the run has no checkpoint yet, or a damaged one, or there is no model of that version.
        """
        if isinstance(run, int):
            return self._store.models.promote(run)
        found = self._runs.get(run) if isinstance(run, str) else run
        folder = self._freeze(found)
        config = json.loads((folder / "config.json").read_text("utf-8"))
        labels = [name for _, name in sorted(config["id2label"].items(), key=lambda item: int(item[0]))]
        model = self._store.models.promote(self._store.models.register(run=found.name, folder=folder, labels=labels).version)
        if jobs.is_over(found.status()):
            found.start_evaluating()
        return model

    def _freeze(self, run: Run) -> Path:
        """A copy of the run's best checkpoint, known by its weights: a run that goes on does not change a model that was registered."""
        from hashlib import file_digest

        from cvwidgets.vision import weights_are_whole

        if not weights_are_whole(run.folder / "best"):
            raise NoModel(f"The best model of run {run.name} is cut short; promoting needs it whole. Choose another run, or train again.")
        models = self._store.folder / "models"
        try:
            with drafting(models) as draft:
                shutil.copytree(run.folder / "best", draft)
                (draft / CARD).write_text(write_card(run), "utf-8")
                with (draft / "model.safetensors").open("rb") as weights:
                    folder = models / f"{run.name}-{file_digest(weights, 'sha256').hexdigest()[:16]}"
                settle(draft, folder, CARD)
        except FileNotFoundError as error:
            raise NoModel(
                f"Run {run.name} has no checkpoint yet; promoting needs one. Wait for its first epoch if it trains, or choose another run."
            ) from error
        return folder

    def production(self) -> Model | None:
        """The model that answers, or None."""
        return self._store.models.production()

    def get(self, version: int) -> Model:
        """The model of a version.

        Raises:
            NoModel: there is none.
        """
        return self._store.models.get(version)

    def list(self) -> list[Model]:
        """All registered models, oldest first."""
        return self._store.models.list()


def _some(names: list[str], most: int = 3) -> str:
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
