"""The way back from a damaged catalog."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cvwidgets.store import Restored


def restore_catalog(folder: str | Path) -> Restored:
    """Puts the newest whole back-up in the place of a project's damaged catalog; to be called when `DamagedCatalog.backup` names one.

    What was decided since that back-up is lost; the damaged catalog is kept in the project's `backups`. Pictures, runs and models are
    untouched. Killed in the middle, it can be done again. Open the project anew afterwards.

    Raises:
        ProjectError: the catalog is whole, so that nothing has to be restored.
        DamagedCatalog: there is no back-up that is whole.
        CatalogBusy: another process works at the back-ups.
        DiskFull: there was no room for it.
        ReadOnlyProject: the project can only be looked at.
    """
    from cvwidgets.store import restore_catalog as restore

    return restore(Path(folder).expanduser().resolve())
