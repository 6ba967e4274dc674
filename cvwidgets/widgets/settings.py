"""The settings of this machine, as a form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from traitlets import Dict, List

from cvwidgets.errors import SettingsError
from cvwidgets.keys import keep_key, where_is
from cvwidgets.settings import change_settings, read_settings
from cvwidgets.widgets.base import Face
from cvwidgets.widgets.messages import action

_NAME = re.compile(r"|[\w.-]+(/[\w.-]+)?")
"""What a base model may be called, if it is no folder: nothing for the proposed one, a name of ours or the hub's."""


class SettingsPanel(Face):
    """Shows and changes what holds for all projects of this machine: where projects lie, room for the cache, device, threads, base.

    Args:
        roots: Folders below which projects may lie; anywhere by default.
    """

    stem = "settings"

    _values = Dict().tag(sync=True)
    """Kernel → page: the settings as they are."""

    _keys = List().tag(sync=True)
    """Kernel → page: the providers that want a key, and where theirs is; never a key itself. Empty until the page asked."""

    def __init__(self, *, roots: Sequence[Path] = (), **traits: Any) -> None:
        self._roots = roots
        super().__init__(_values=asdict(read_settings()), **traits)

    def come_back(self) -> None:
        """Another page may have changed them."""
        self._values = asdict(read_settings())

    @action(background=True)
    def change(self, name: str, value: str | float | None) -> None:
        """Changes one of them; it holds from the next run, import or project on."""
        if name == "projects" and value is not None:
            value = str(self._folder(str(value)))
        if name == "base" and not _NAME.fullmatch(str(value)) and not Path(str(value)).is_dir():
            raise SettingsError(f"'{value}' is no base model; 'starter', a name such as owner/model, or a folder is one. Change it.")
        self._values = asdict(change_settings(**{name: value}))

    @action(background=True)
    def list_keys(self) -> None:
        """Lists the providers that want a key; what they need is loaded when a page asks."""
        self._list_keys()

    @action(background=True)
    def keep_key(self, variable: str, key: str) -> None:
        """Keeps the key of a provider, or forgets it when it is empty; the page never gets it back."""
        if variable not in {one["variable"] for one in self._list_keys()}:
            raise SettingsError("No provider wants this key; one of the list is needed. Choose one of those that are there.")
        keep_key(variable, key)
        self._list_keys()

    def _list_keys(self) -> list[dict[str, Any]]:
        from cvwidgets.project import provider_facts

        wanted = [one for one in provider_facts() if one.needs_key]
        keys = [{"variable": one.needs_key, "word": one.word, "where": where_is(one.needs_key)} for one in wanted if one.needs_key]
        self._keys = keys
        return keys

    def _folder(self, text: str) -> Path:
        from cvwidgets.project import within

        folder = within(Path(text).expanduser(), self._roots)
        if not folder.is_dir():
            raise SettingsError(f"'{text}' is no folder that is there; projects need one. Make it, or name another.")
        return folder
