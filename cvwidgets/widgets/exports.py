"""Where what is kept goes out: as folders, as a data set, as a list, to the hub."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Dict, List

from cvwidgets import jobs
from cvwidgets.project import FORMS
from cvwidgets.recipe import Recipe
from cvwidgets.widgets.base import Face
from cvwidgets.widgets.messages import action
from cvwidgets.widgets.watcher import WATCHER

if TYPE_CHECKING:
    from cvwidgets.project import Exporting, Project


class ExportPanel(Face):
    """Writes what is kept into a folder of the project, for other programs, or sends it to the hub; the work goes on without the page.

    Args:
        project: What goes out.
    """

    stem = "exports"

    _forms = List().tag(sync=True)
    """Kernel → page: the forms, each with its name and a sentence."""

    _kept = Dict().tag(sync=True)
    """Kernel → page: how many `images` under how many `labels` would go out, and `why` nothing can; empty when it can."""

    _export = Dict(allow_none=True, default_value=None).tag(sync=True)
    """Kernel → page: how the export that runs, or ran last, stands."""

    def __init__(self, project: Project, **traits: Any) -> None:
        self._project = project
        super().__init__(_forms=[{"name": name, "sentence": sentence} for name, sentence in FORMS.items()], **traits)
        self.keep_place(project.bookmarks)
        WATCHER.add(self, project)
        self.look(changed=True)

    def look(self, *, changed: bool) -> None:
        """Told by the watcher: how the export stands, and what would go out."""
        latest = self._project.exporting()
        self._export = _facts(latest) if latest else None
        if changed:
            labels = [label for label in self._project.labels.list() if label.kept]
            images = sum(label.kept for label in labels)
            why = "The project can only be looked at." if self._project.read_only else "" if images else "Nothing is kept yet."
            self._kept = {"images": images, "labels": len(labels), "why": why}

    @action(background=True)
    def start(self, name: str, form: str, split: list[float] | None, seed: int) -> None:
        """Starts an export under a name; the shares of `split` are as a recipe has them."""
        self._project.start_export(name, form, split=_shares(split), seed=seed)  # type: ignore[arg-type]
        self.look(changed=True)

    @action(background=True)
    def send_to_hub(self, name: str, private: bool, split: list[float] | None, seed: int) -> None:
        """Starts to send what is kept to the hub, by the token that this machine has."""
        self._project.exports.start_sending(name.strip(), private=private, split=_shares(split), seed=seed)
        self.look(changed=True)

    @action(background=True)
    def stop(self) -> None:
        """Asks the export to stop; nothing is left of it."""
        latest = self._project.exporting()
        if latest is not None and not jobs.is_over(latest.status):
            self._project.jobs.stop(latest.job)


def _shares(split: list[float] | None) -> tuple[float, float, float] | None:
    return Recipe.from_json({"split": split}).split if split is not None else None


def _facts(found: Exporting) -> dict[str, Any]:
    return {
        "name": found.name,
        "folder": str(found.folder),
        "state": found.status.state,
        "reason": found.status.reason,
        "done": found.done,
        "of": found.of,
        "result": found.result,
        "hub": found.hub,
        "stage": found.stage,
    }
