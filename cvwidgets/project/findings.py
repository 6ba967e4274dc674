"""What was found out about the images of a project, as files of arrays below `cache/`; any of them may be deleted at any time."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cvwidgets.files import write_whole

if TYPE_CHECKING:
    import numpy as np

    Arrays = Mapping[str, np.ndarray[Any, np.dtype[Any]]]

FORMAT = 1
"""Another number for findings whose arrays or facts mean something else than before: what was written by the old one is found again."""

_FACTS, _FORMAT = "facts", "format"


class Finding:
    """One finding: arrays by name, and plain facts such as the model by which it was found."""

    def __init__(self, arrays: Arrays, facts: Mapping[str, Any]) -> None:
        self._arrays = arrays
        self.facts = facts

    def __getitem__(self, name: str) -> Any:
        return self._arrays[name]


class Findings:
    """The findings of a project by name; what is missing, cut short or of another format is None."""

    def __init__(self, project: Path) -> None:
        self.folder = project / "cache" / "explore"
        self._known: dict[str, tuple[int, Finding]] = {}
        self._lock = threading.Lock()

    def get(self, name: str) -> Finding | None:
        """A finding as it was written last, by whatever process; read again only when it is another one."""
        import numpy as np

        path = self.folder / f"{name}.npz"
        with self._lock:
            try:
                stamp = path.stat().st_mtime_ns
                known = self._known.get(name)
                if known is None or known[0] != stamp:
                    with np.load(path, allow_pickle=False) as file:
                        arrays = {key: file[key] for key in file.files if key != _FACTS}
                        facts = json.loads(str(file[_FACTS]))
                    if facts.pop(_FORMAT, None) != FORMAT:
                        raise ValueError(f"format {FORMAT} is needed")
                    self._known[name] = known = (stamp, Finding(arrays, facts))
            except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError):
                self._known.pop(name, None)
                return None
            return known[1]

    def put(self, name: str, facts: Mapping[str, Any], arrays: Arrays) -> None:
        """Writes a finding whole, in place of the one that was there.

        Raises:
            OSError: it cannot be written.
        """
        import numpy as np

        self.folder.mkdir(parents=True, exist_ok=True)
        stream = io.BytesIO()
        np.savez(stream, allow_pickle=False, **{_FACTS: np.array(json.dumps({**facts, _FORMAT: FORMAT}))}, **arrays)
        write_whole(self.folder / f"{name}.npz", stream.getvalue())

    def remove(self, name: str) -> None:
        """Takes away a finding that holds no more; one that is not there is no trouble.

        Raises:
            OSError: it cannot be removed.
        """
        (self.folder / f"{name}.npz").unlink(missing_ok=True)
