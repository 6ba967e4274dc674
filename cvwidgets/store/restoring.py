"""The way back from a damaged catalog: it is put aside, and the newest back-up that is whole takes its place."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cvwidgets.errors import CatalogBusy, CvwidgetsError, DamagedCatalog, ProjectError
from cvwidgets.store.backups import Backup, newest_good, sole
from cvwidgets.store.checking import FOLDER, find_damage, mark_checked
from cvwidgets.store.drafts import PREFIX, make_durable
from cvwidgets.store.driver import BUSY_SECONDS, CATALOG, LOGS, connect, is_busy
from cvwidgets.store.failures import disk_full, disk_is_full, explain, read_only
from cvwidgets.store.network import find_network


@dataclass(frozen=True, slots=True)
class Restored:
    """A catalog that was put back: when its back-up was made (ISO 8601 in UTC), where the damaged one lies now (None: it was missing)."""

    made: str
    aside: Path | None


def restore_catalog(folder: Path) -> Restored:
    """Puts the newest back-up that is whole in the place of a damaged or missing catalog, which is kept as `backups/damaged-<time>.db`.

    What was decided since the back-up is lost; pictures, runs and models in the folder are untouched. Killed in the middle, it can be
    done again. Others who have the project open go on with the restored catalog.

    Raises:
        ProjectError: the catalog is whole, so that nothing has to be restored.
        DamagedCatalog: there is no back-up that is whole.
        CatalogBusy: another process works at the back-ups.
        DiskFull: there was no room for it.
        ReadOnlyProject: the project can only be looked at.
    """
    try:
        with sole(folder, seconds=BUSY_SECONDS):
            _check_need(folder)
            backup = newest_good(folder)
            if backup is None:
                raise DamagedCatalog(
                    f"No back-up in {folder / FOLDER} can be read; restoring needs one that is whole. "
                    f"Put a copy of {CATALOG} of your own in its place; pictures, runs and models in the folder are untouched."
                )
            aside = _put_in_place(folder, backup)
            mark_checked(folder)
    except (OSError, sqlite3.Error) as error:
        raise _explained(folder, error) from error
    return Restored(backup.made.isoformat(), aside)


def _check_need(folder: Path) -> None:
    if not (folder / CATALOG).exists():
        return
    try:
        found = find_damage(folder / CATALOG, "mode=rw")
    except sqlite3.Error as error:
        if is_busy(error):
            raise
        found = str(error)
    if found is None:
        raise ProjectError(f"The catalog of {folder.name!r} is whole; only a damaged one is restored. Open the project as it is.")


def _put_in_place(folder: Path, backup: Backup) -> Path | None:
    """Makes the new catalog beside its place and renames it there; returns where the old one lies, which had that name until then."""
    draft = folder / f"{PREFIX}{CATALOG}"
    try:
        _remove(draft)
        shutil.copyfile(backup.path, draft)
        if find_network(folder) is None:
            with closing(connect(draft, "mode=rw")) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
        make_durable(draft)
        aside = _put_aside(folder)
        draft.replace(folder / CATALOG)
        make_durable(folder)
        return aside
    finally:
        _remove(draft)


def _put_aside(folder: Path) -> Path | None:
    """Gives the old catalog a second name; its logs get theirs before the new one is there, which would take them for its own."""
    catalog = folder / CATALOG
    aside = folder / FOLDER / f"damaged-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.db"
    there = catalog.exists()
    if there:
        try:
            os.link(catalog, aside)
        except OSError:  # a file system without hard links (exFAT)
            shutil.copyfile(catalog, aside)
    for tail in LOGS:
        if (log := catalog.with_name(CATALOG + tail)).exists():
            shutil.move(log, aside.with_name(aside.name + tail))
    return aside if there else None


def _remove(draft: Path) -> None:
    for tail in ("", *LOGS):
        draft.with_name(draft.name + tail).unlink(missing_ok=True)


def _explained(folder: Path, error: OSError | sqlite3.Error) -> CvwidgetsError:
    if disk_is_full(folder):
        return disk_full(folder)
    if os.name == "nt" and isinstance(error, PermissionError):
        return CatalogBusy(
            f"The catalog of {folder.name!r} is open elsewhere; restoring needs it alone. Close other pages and notebooks, then try again."
        )
    return explain(error, folder) or read_only(folder)
