"""Choosing the base model that a training starts from: those at hand, the proposed one, those that the hub has."""

from __future__ import annotations

import threading
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cvwidgets.hub import is_offline
from cvwidgets.project import find_bases
from cvwidgets.settings import read_settings
from cvwidgets.widgets.base import Face
from cvwidgets.widgets.messages import action
from cvwidgets.widgets.watcher import WATCHER

if TYPE_CHECKING:
    from cvwidgets.project import Project


class ChoosesBase(Face):
    """The part of a panel of a `_project` in which a base model is chosen."""

    _project: Project

    def __init__(self, **traits: Any) -> None:
        self._unwanted = threading.Event()
        self.is_hub_away = False
        super().__init__(**traits)

    @action(background=True)
    def bases(self) -> dict[str, Any]:
        """The base models that one may start from, the proposed one first."""
        return {"bases": [asdict(base) for base in self._project.bases()]}

    @action(background=True)
    def find_bases(self, words: str, megabytes: float | None = None) -> dict[str, Any]:
        """Base models of the hub by words and the most that they may take; another search, or `stop_finding`, ends this one."""
        self._unwanted.set()
        self._unwanted = unwanted = threading.Event()
        return asdict(find_bases(words[:100], largest=int(megabytes * 1e6) if megabytes else None, stop=unwanted.is_set))

    @action
    def stop_finding(self) -> None:
        """Nobody waits for what is found any more."""
        self._unwanted.set()

    @action(background=True)
    def propose(self) -> dict[str, Any]:
        """The base to start from unless another is chosen; asking the hub for it may take seconds."""
        base = self._project.propose_base()
        wanted = read_settings().base != base.name and not is_offline()
        self.is_hub_away = wanted and base.name == "starter"
        WATCHER.nudge()
        return {"base": asdict(base)}
