"""Registering a model that was trained elsewhere: looked through, copied into the project, loaded once, then given a version."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from cvwidgets.errors import DiskFull, ModelRefused, ReadOnlyProject
from cvwidgets.files import is_disk_full, write_whole
from cvwidgets.model import Model
from cvwidgets.project.card import CARD, write_card_of
from cvwidgets.project.housing import drafting, settle

if TYPE_CHECKING:
    from cvwidgets.store import Store

Check = Callable[[Path, str], list[str]]
"""Loads the model in a folder, by the name it is called, and gives its labels; raises where it cannot be used."""
LONGEST_TITLE = 80


def register(store: Store, source: Path | str, *, title: str, check: Check, between: Callable[[], None]) -> Model:
    """Takes a model in from a folder or the hub; see `Models.register`."""
    from cvwidgets.store.models import ORIGIN
    from cvwidgets.vision import check_files, model_key

    if store.read_only:
        raise ReadOnlyProject(
            f"The project {store.folder.name!r} cannot be written to; registering copies a model into it. "
            "Copy the project to a folder of your own and open that."
        )
    folder, name, is_hub = _find(source)
    models = store.folder / "models"
    try:
        with drafting(models) as draft:
            between()
            _copy(check_files(folder, name), folder, draft, is_hub=is_hub)
            labels = check(draft, name)
            between()
            origin = {"source": name if is_hub else str(folder), "title": title.strip()[:LONGEST_TITLE]}
            home = models / f"{re.sub(r'[^A-Za-z0-9._-]+', '-', Path(name).name).lstrip('.')[:40]}-{model_key(draft)[:16]}"
            for file, text in ((ORIGIN, json.dumps(origin)), (CARD, write_card_of(origin["title"], name, labels, is_hub=is_hub))):
                write_whole(draft / file, text.encode())
            settle(draft, home, ORIGIN, CARD)
    except OSError as error:
        if is_disk_full(error):
            raise DiskFull(f"The disk has no room for a copy of {name!r}. Free some space and register it again.") from error
        raise ModelRefused(f"{name!r} cannot be read ({error}); its files are needed whole. Copy the folder again.") from error
    return store.models.register(run=None, folder=home, labels=labels)


def _find(source: Path | str) -> tuple[Path, str, bool]:
    """The folder that a model lies in, what it is called, and whether it is the hub's."""
    from cvwidgets.vision import STARTER, check_config, download_config, find_base, find_cached

    folder = Path(source).expanduser()
    if isinstance(source, Path) or folder.is_dir() or folder.is_absolute():
        if not folder.is_dir():
            raise ModelRefused(f"There is no folder {str(source)!r}; a model's is needed. Check the path, or give a name of the hub.")
        return folder.resolve(), folder.name, False
    if source != STARTER and find_cached(source) is None:
        check_config(download_config(source), source)  # before weights are fetched that cannot be used
    return find_base(source), source, True


def _copy(files: tuple[Path, ...], folder: Path, draft: Path, *, is_hub: bool) -> None:
    for file in files:
        # The hub's cache is made of links; a folder that someone gave might lead anywhere by one.
        if not is_hub and not file.resolve().is_relative_to(folder):
            raise ModelRefused(f"{str(file)!r} is a link to elsewhere; files of the folder itself are needed. Copy what it leads to.")
    draft.mkdir(parents=True)
    for file in files:
        shutil.copyfile(file, draft / file.name)
