"""What an opening sets going behind itself: the check after an unclean end, and the back-up of the day."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import suppress

from cvwidgets.errors import ProjectError
from cvwidgets.store.backups import back_up, is_due, sole
from cvwidgets.store.catalog import Catalog
from cvwidgets.store.checking import find_damage, is_unchecked, mark_checked, mark_unchecked
from cvwidgets.store.driver import CATALOG
from cvwidgets.store.failures import damaged

_PATIENCE_SECONDS = 0.2


def look_after(catalog: Catalog) -> threading.Thread | None:
    """Begins what is due, if anything is; the thread that does it ends with the process.

    The check is waited for a moment, which is enough for 100,000 images; what it finds later is raised by the next use of the catalog.

    Raises:
        DamagedCatalog: the check found the catalog damaged.
    """
    unchecked = is_unchecked(catalog.folder)
    if catalog.read_only or not (unchecked or is_due(catalog.folder)):
        return None
    if not unchecked and not catalog.version():  # nothing to lose yet
        return None
    checked = threading.Event()
    thread = threading.Thread(target=_look_after, args=(catalog, checked), name="care for the catalog", daemon=True)
    thread.start()
    if unchecked:
        checked.wait(_PATIENCE_SECONDS)
        catalog.check()
    return thread


def _look_after(catalog: Catalog, checked: threading.Event) -> None:
    folder = catalog.folder
    # A full disk, a folder that cannot be written to or another one who is at it are no reason to trouble anybody: it stays due.
    with suppress(OSError, sqlite3.Error, ProjectError), sole(folder):
        found = None
        if is_unchecked(folder) and (found := find_damage(folder / CATALOG, "mode=rw")) is None:
            mark_checked(folder)
            checked.set()
        if found is None and is_due(folder) and catalog.version():
            found = back_up(folder)
        if found is not None:
            catalog.condemn(damaged(folder, found))
            mark_unchecked(folder)
    checked.set()
