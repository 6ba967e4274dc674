"""The images nearest to any other, under a model that is always named: exactly, or among very many by the index that looking left."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cvwidgets.errors import ExploreError, NoModel
from cvwidgets.model import Model, name_of
from cvwidgets.project.view import View

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cvwidgets.explore import Index
    from cvwidgets.project.prediction import Predictor
    from cvwidgets.project.project import Project
    from cvwidgets.records import State
    from cvwidgets.store import Store

    Numbers = npt.NDArray[np.int64]
    Vectors = npt.NDArray[np.floating[Any]]

STARTER, PRODUCTION = "starter", "production"
TRAINED = "uncertain-trained"
"""The finding of what the model in production guesses of New images."""
LOOK = "look"
"""The finding that a look ended, and which model was in production then."""
PREDICTIONS = "predictions"
"""The finding of which labels each image most probably has."""
KNOWN = 0.9
"""An index that knows this share of the embeddings is as good as a new one: those that came later are all looked at."""

_OPEN = 4
"""So many indexes are held open: those of the models that are asked in turns."""


@dataclass(frozen=True, slots=True)
class Eyes:
    """A model that images are seen by: how it is called, and the base or folder that it is loaded from."""

    name: str
    folder: str


def eyes(model: Model | None) -> Eyes:
    """Those of a registered model; of none the starter's."""
    return Eyes(STARTER, STARTER) if model is None else Eyes(name_of(model), str(model.folder))


def index_file(project: Path, key: str, vectors: Path) -> Path:
    """Where the index lies of the embeddings under a model, as long as they are in this file."""
    return project / "cache" / "explore" / f"index-{key}-{vectors.name}.faiss"


class Nearness:
    """Answers which images are nearest; what is in the trash is left out."""

    def __init__(self, project: Project, store: Store, predictor: Predictor) -> None:
        self._project = project
        self._store = store
        self._predictor = predictor
        self._rows: dict[str, tuple[Path, Numbers, Numbers]] = {}
        self._asking = threading.Lock()
        self._indexes: dict[Path, tuple[int, Index]] = {}

    def neighbors(
        self, x: int | str | Path | Sequence[int], k: int, *, label: str | None, model: str | int, states: Sequence[State]
    ) -> View:
        """See `Explorer.neighbors`."""
        import numpy as np

        from cvwidgets.explore import nearest
        from cvwidgets.explore.neighbors import INDEX_FROM
        from cvwidgets.vision import model_key

        by = self.eyes(model)
        key = model_key(by.folder)
        wanted = self._project.images.select(label, where={"states": list(states)}).ids
        queries, words, own = self._queries(x, key, by)
        words = f"{words} · by {by.name}"
        wanted = np.setdiff1d(wanted, own)
        vectors, within, there = self._mapped(wanted, key)
        if not len(there) or k < 1:
            return self._project.images.view([], values={"distance": []}, words=words)
        index = self._index(key, vectors) if len(wanted) >= INDEX_FROM else None
        found = nearest(vectors, queries, k=k, within=within, index=index, exact_below=INDEX_FROM)
        places, away = _nearest_to_any(found.positions.ravel(), found.distances.ravel(), k)
        ids = there[np.searchsorted(within, places)]
        return self._project.images.view(ids, values={"distance": away}, words=words)

    def vectors(self, ids: Numbers, *, model: str | int = STARTER) -> tuple[Vectors, Numbers]:
        """The embeddings (n, d) under a model of those of some images that have one, and which these are (n,)."""
        from cvwidgets.vision import model_key

        return self._read(ids, model_key(self.eyes(model).folder))

    def eyes(self, model: str | int) -> Eyes:
        """The model that is meant: "starter", "production", or the version of a registered one.

        Raises:
            NoModel: there is no such model.
        """
        if model == STARTER:
            return eyes(None)
        found = self._project.models.production() if model == PRODUCTION else None
        found = found or next((one for one in self._project.models.list() if str(one.version) == str(model)), None)
        if found is None:
            raise NoModel(f"There is no model {model!r}; 'starter', 'production' or the version of one is needed. Promote a run first.")
        return eyes(found)

    def _queries(self, x: int | str | Path | Sequence[int], key: str, by: Eyes) -> tuple[Vectors, str, Numbers]:
        """The vectors asked about (q, d), in words, and the images themselves, which are not neighbors of their own."""
        import numpy as np

        if isinstance(x, str | Path):
            vector = np.array(self._predictor.embed(Path(x), base=by.folder), np.float32)
            return vector[None], f"nearest to {Path(x).name}", np.zeros(0, np.int64)
        ids = np.atleast_1d(np.asarray(x, np.int64))
        vectors, there = self._read(ids, key)
        if not len(there):
            raise ExploreError(
                f"The image was not looked at yet by {by.name}; its embedding is needed. Explore the images again, then ask once more; "
                "they are looked at by the starter and by the model in production."
            )
        name = self._project.images.get(there[:1])[0].path.name
        more = f" and {len(there) - 1:,} more" if len(there) > 1 else ""
        return vectors.astype(np.float32), f"nearest to {name}{more}", ids

    def _read(self, ids: Numbers, key: str) -> tuple[Vectors, Numbers]:
        """The vectors of those of some images that have one, and which these are."""
        import numpy as np

        shas = self._store.images.hashes(ids)
        known = [image for image in ids.tolist() if image in shas]
        vectors, there = self._store.embeddings(key).get([shas[image] for image in known])
        return vectors, np.array(known, np.int64)[there]

    def _mapped(self, ids: Numbers, key: str) -> tuple[Vectors, Numbers, Numbers]:
        """All vectors as they lie on disk, which rows are meant, rising, and the images of these."""
        import numpy as np

        with self._asking:  # several ask at once as soon as a page opens: one of them learns where all rows lie, the others know it then
            vectors, known, rows = self._known_rows(ids, key)
        _, at, _ = np.intersect1d(known, ids, assume_unique=True, return_indices=True)
        at = at[np.argsort(rows[at])]
        return vectors, rows[at], known[at]

    def _known_rows(self, ids: Numbers, key: str) -> tuple[Vectors, Numbers, Numbers]:
        """All vectors, and the images (n,) whose rows (n,) are known: these among them. Hashes are asked for but once."""
        import numpy as np

        nothing = (Path(), np.zeros(0, np.int64), np.zeros(0, np.int64))
        file, known, rows = self._rows.get(key, nothing)
        shas = self._store.images.hashes(np.setdiff1d(ids, known))
        vectors, more = self._store.embeddings(key).rows([*shas.values()])
        if len(known) and (file != _file_of(vectors) or rows.max() >= len(vectors)):  # the cache was begun anew, or cut short
            del self._rows[key]
            return self._known_rows(ids, key)
        new = np.array([*shas], np.int64)[more >= 0]
        order = np.argsort(np.concatenate([known, new]))
        known, rows = np.concatenate([known, new])[order], np.concatenate([rows, more[more >= 0]])[order]
        self._rows[key] = (_file_of(vectors), known, rows)
        return vectors, known, rows

    def _index(self, key: str, vectors: Vectors) -> Index | None:
        """The index that the last look left of these vectors; None where there is none, so that all are compared."""
        from cvwidgets.explore import open_index

        path = index_file(self._project.folder, key, _file_of(vectors))
        try:
            stamp = path.stat().st_mtime_ns
            known = self._indexes.get(path)
            if known is None or known[0] != stamp:
                known = (stamp, open_index(path))
                others = [(file, one) for file, one in self._indexes.items() if file != path]
                self._indexes = dict([*others, (path, known)][-_OPEN:])  # another thread may put its own in the place: it is opened again
        except (OSError, ExploreError):
            return None
        return known[1]


def build_index_of(project: Path, key: str, vectors: Vectors, tick: Any) -> None:
    """Keeps an index of embeddings as they lie on disk, unless the one that is there knows most of them; older ones go."""
    from cvwidgets.explore import build_index, open_index

    path = index_file(project, key, _file_of(vectors))
    try:
        if open_index(path).rows >= KNOWN * len(vectors):
            return
    except (OSError, ExploreError):
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    build_index(vectors, tick=tick).save(path)
    for old in path.parent.glob(f"index-{key}-*.faiss"):
        if old != path:
            old.unlink(missing_ok=True)


def _file_of(vectors: Vectors) -> Path:
    """The file that mapped vectors lie in; none where there are no vectors."""
    return Path(getattr(vectors, "filename", None) or "")


def _nearest_to_any(positions: Numbers, distances: npt.NDArray[np.float32], k: int) -> tuple[Numbers, npt.NDArray[np.float32]]:
    """The k nearest to any of several queries, each once, the nearest first."""
    import numpy as np

    order = np.lexsort((positions, distances))
    _, first = np.unique(positions[order], return_index=True)
    chosen = order[np.sort(first)][:k]
    return positions[chosen], distances[chosen]
