"""The registered models: which one answers, going back to another, taking in one that was trained elsewhere, sending one to the hub."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipywidgets import Widget, widget_serialization
from traitlets import Bool, Dict, Instance, List, Unicode

from cvwidgets import jobs
from cvwidgets.errors import ExportError, ModelRefused, UnknownRun
from cvwidgets.model import Measured
from cvwidgets.project import within
from cvwidgets.project.model_use import FORM_COLUMNS, form_rows
from cvwidgets.widgets.base import Face
from cvwidgets.widgets.chooser import Chooser, folders_of, legible
from cvwidgets.widgets.downloads import Download
from cvwidgets.widgets.messages import Answer, action
from cvwidgets.widgets.watcher import WATCHER

if TYPE_CHECKING:
    from cvwidgets.model import Model
    from cvwidgets.project import Project
    from cvwidgets.project.carrying import Carrying
    from cvwidgets.project.model_exports import ModelExporting


class ModelsPanel(Face):
    """Lists the models of a project by version; promotes, goes back, registers, sends, exports.

    Args:
        project: Whose models.
        roots: Folders that a model may be taken from; those in the environment's CVWIDGETS_ROOTS, else anywhere.
    """

    stem = "models"

    _chooser = Instance(Widget).tag(sync=True, **widget_serialization)
    """Kernel → page: the chooser of folders."""

    _choice = Unicode("").tag(sync=True)
    """Kernel → page: the folder that is chosen; empty for none."""

    _models = List().tag(sync=True)
    """Kernel → page: all models, newest first: version, where it is from, title, when, labels, test accuracy, whether in production."""

    _carrying = Dict(allow_none=True, default_value=None).tag(sync=True)
    """Kernel → page: the model that is taken in or sent, or was last: what, how it stands, how far it is, what came of it; None without."""

    _outward = Dict(allow_none=True, default_value=None).tag(sync=True)
    """Kernel → page: the model that is exported, or was last: how it stands, how far it is, what came of it; None without."""

    _read_only = Bool(False).tag(sync=True)
    """Kernel → page: whether nothing can be changed."""

    def __init__(self, project: Project, *, roots: Sequence[str | Path] | None = None, **traits: Any) -> None:
        self._project = project
        self._within = folders_of(roots)
        self._source: Path | None = None
        self._download = Download()
        self._files = Chooser(self._within[0] if self._within else Path.cwd(), bound=bool(self._within), choose=self._choose)
        super().__init__(_chooser=self._files, _read_only=project.read_only, **traits)
        WATCHER.add(self, project)
        self.look(changed=True)

    def look(self, *, changed: bool) -> None:
        """Told by the watcher: which models there are, and how the one stands that is on its way."""
        latest = self._project.models.carrying()
        self._carrying = _carried(latest) if latest else None
        outward = self._project.models.exporting()
        self._outward = _gone_out(outward) if outward else None
        if changed:
            self._models = [self._facts(model) for model in reversed(self._project.models.list())]

    @action(background=True)
    def promote(self, version: int) -> dict[str, Any]:
        """Puts a model into production; the answer says how it stands beside the one before, and which labels it does not share."""
        before = self._project.models.production()
        model = self._project.models.promote(version)
        self._changed()
        unlike = None if model.run else self._project.models.unlike(model)
        return {"version": version, **beside(self._project, before, model), "unlike": unlike}

    @action(background=True)
    def register(self, source: str, title: str) -> None:
        """Starts to take in a model from a folder or the hub; without a name, from the folder that is chosen."""
        self._project.models.start_registering(self._given(source.strip()), title=title)
        self._files.reset()
        self._choose(None)
        WATCHER.nudge()

    @action(background=True)
    def send_to_hub(self, version: int, name: str, private: bool) -> None:
        """Starts to send a model to the hub, by the token that this machine has."""
        self._project.models.start_sending(version, name.strip(), private=private)
        WATCHER.nudge()

    @action(background=True)
    def stop_carrying(self) -> None:
        """Breaks off what is on its way; nothing is changed by it."""
        if (latest := self._project.models.carrying()) is not None and not jobs.is_over(latest.status):
            self._project.jobs.stop(latest.job)

    @action(background=True)
    def export(self, version: int, format: str, quantize: str | None) -> dict[str, Any]:
        """Starts to write a model for other programs into the project's folder `exports/`; the answer names the `job`."""
        begun = self._project.models.start_exporting(version, format, quantize=quantize)  # type: ignore[arg-type]
        WATCHER.nudge()
        return {"job": begun.job}

    @action(background=True)
    def stop_exporting(self) -> None:
        """Breaks off the export; nothing is left of it."""
        if (latest := self._project.models.exporting()) is not None and not jobs.is_over(latest.status):
            self._project.jobs.stop(latest.job)

    @action(background=True)
    def download(self, job: str, begin: int) -> Answer:
        """A part of what went out last, as a zip; the answer says how many bytes there are."""
        latest = self._project.models.exporting()
        if latest is None or latest.job != job or not latest.result:
            raise ExportError("Another export came since; downloading needs the last one. Look again.")
        data, of = self._download.part(latest.folder, max(0, begin))
        return Answer({"of": of}, [data])

    def _given(self, source: str) -> Path | str:
        if not source and self._source is None:
            raise ModelRefused("No model is named yet; a name of the hub or a folder is needed. Write one, or browse.")
        given = Path(source).expanduser() if source else self._source
        assert given is not None
        is_folder = given.is_absolute() or given.is_dir()
        return within(given, self._within) if is_folder else source

    def _choose(self, folder: Path | None) -> None:
        self._source = folder
        self._choice = legible(str(folder)) if folder else ""

    def _changed(self) -> None:
        self.look(changed=True)
        WATCHER.nudge()

    def _facts(self, model: Model) -> dict[str, Any]:
        title, figures = model.title, self._project.models.figures(model.version)
        with suppress(UnknownRun):
            if model.run:
                title = self._project.runs.get(model.run).about().title
        return {
            "version": model.version,
            "run": model.run,
            "source": legible(model.source or ""),
            "title": title,
            "created": model.created,
            "labels": len(model.labels),
            "accuracy": figures.accuracy if figures else None,
            "production": model.production,
        }


def _carried(found: Carrying) -> dict[str, Any]:
    return {
        "job": found.job,
        "kind": found.kind,
        "what": legible(found.what),
        "version": found.version,
        "state": found.status.state,
        "reason": found.status.reason,
        "done": found.done,
        "of": found.of,
        "result": found.result,
    }


def _gone_out(found: ModelExporting) -> dict[str, Any]:
    return {
        "job": found.job,
        "version": found.version,
        "name": found.folder.name,
        "folder": str(found.folder),
        "state": found.status.state,
        "reason": found.status.reason,
        "done": found.done,
        "of": found.of,
        "result": _result(found.result, found.folder) if found.result and found.folder.is_dir() else None,
    }


def _result(result: dict[str, Any], folder: Path) -> dict[str, Any]:
    forms = [Measured(**one) for one in (result["tried"] or {"forms": ()})["forms"]]
    told = {name: result[name] for name in ("lines", "tried_on", "notes")}
    size = sum(file.stat().st_size for file in folder.iterdir())
    return {**told, "columns": [word.capitalize() for word in FORM_COLUMNS], "rows": [list(row) for row in form_rows(forms)], "bytes": size}


def beside(project: Project, before: Model | None, model: Model) -> dict[str, Any]:
    """How a model stands beside the one that was in production: which that was, and a sentence; nothing where it was the same, or none."""
    if before is None or before.version == model.version:
        return {}
    return {"before": before.version, "sentence": project.models.beside(model.version, before.version).sentence}
