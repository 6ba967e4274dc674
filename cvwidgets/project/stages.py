"""What looking for what is wrong does, stage by stage; each does only what is new and leaves its finding whole."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from cvwidgets.errors import BaseUnavailable, NoFeatures
from cvwidgets.project.findings import Findings
from cvwidgets.project.lookalikes import pairs_of
from cvwidgets.project.nearness import LOOK, STARTER, build_index_of, eyes
from cvwidgets.project.questioning import Mask, Questioning, Sight, Vectors
from cvwidgets.project.thumbnails import opened
from cvwidgets.settings import read_settings
from cvwidgets.store.outlines import TRASHED, Outline

if TYPE_CHECKING:
    from PIL.Image import Image

    from cvwidgets.explore import Pairs
    from cvwidgets.project.project import Project

Numbers = npt.NDArray[np.int64]
Tick = Callable[[float], None]

CHUNK = 128
"""So many thumbnails are held at a time."""
AT_ONCE = 20_000
"""What was found of so many images is kept before the next ones are looked at, for whoever stops."""
ANEW = 0.5
"""A map is drawn anew when more than this share of its images would have come since."""


class Stages:
    """The stages over the images as they are when it is made; `tell` hears of each stage how far it is, and may raise to break off."""

    def __init__(self, project: Project, tell: Callable[[str, float], None]) -> None:
        self._project = project
        self._store = project._store
        self._tell = tell
        self._known: Outline = self._store.outline()
        self._findings = Findings(project.folder)

    def run(self) -> None:
        """All of them; labels are questioned by the model in production too, if there is one."""
        production = self._project.models.production()
        key = self._embed(STARTER)
        trained = self._trained()
        self._measure()
        vectors = self._vectors(key)
        stacks = self._compare(vectors, key)
        starter = Sight(STARTER, key, vectors, np.zeros(len(vectors), np.bool_))
        confirmed, tick = self._store.verdicts.confirmed(), self._ticking("mistakes")
        Questioning(self._known, stacks, self._findings).ask(starter, trained, confirmed=confirmed, tick=tick)
        self._draw(vectors, key)
        self._findings.put(LOOK, {"production": eyes(production).name if production else ""}, {})

    def _ticking(self, stage: str, begin: float = 0.0, end: float = 1.0) -> Tick:
        return lambda share: self._tell(stage, begin + (end - begin) * share)

    # ---- embeddings

    def _embed(self, model: str) -> str:
        """Embeds what has no vector yet from its thumbnail, and keeps an index of very many; returns the model's key."""
        from cvwidgets.explore import neighbors
        from cvwidgets.vision import embed, load_encoder, model_key

        tick, key = self._ticking("embeddings", 0, 0.9), model_key(model)
        tick(0)
        missing = set(self._store.embeddings(key).missing(self._known.shas))
        waiting = [at for at, sha in enumerate(self._known.shas) if sha in missing]
        if waiting:
            encoder = load_encoder(model, device=read_settings().device)
            kept = self._store.embeddings(key, model=encoder.name, width=encoder.width)
            for done in range(0, len(waiting), CHUNK):
                chunk = self._with_thumbnails(waiting[done : done + CHUNK])
                found = zip(chunk, embed(encoder, chunk.values()), strict=True)
                vectors = {self._known.shas[at]: vector for at, vector in found if not isinstance(vector, str)}
                if vectors:
                    kept.put([*vectors], np.stack([*vectors.values()]))
                tick((done + len(chunk)) / len(waiting))
        mapped = self._store.embeddings(key).rows([])[0]
        if len(mapped) >= neighbors.INDEX_FROM:
            build_index_of(self._project.folder, key, mapped, self._ticking("embeddings", 0.9, 1.0))
        self._tell("embeddings", 1)
        return key

    def _trained(self) -> Sight | None:
        """What the model in production sees, and which images it learnt from."""
        if (model := self._project.models.production()) is None:
            return None
        try:
            key = self._embed(str(model.folder))
        except (BaseUnavailable, NoFeatures):  # removed, or of a kind that tells no features: the starter's word is there all the same
            return None
        return Sight(eyes(model).name, key, self._vectors(key), self._learnt_from(model.run))

    def _learnt_from(self, name: str | None) -> Mask | None:
        """Which images taught a run, and those that it continues; None where nobody can say: a snapshot is gone, or it learnt elsewhere."""
        if name is None:
            return None
        learnt, run = set[str](), self._store.runs.get(name)
        while True:
            shas = self._store.snapshots.hashes(run.snapshot, "train") if run.snapshot else []
            if shas is None:
                return None
            learnt.update(shas)
            if run.continues is None:
                return np.fromiter((sha in learnt for sha in self._known.shas), np.bool_, len(self._known))
            run = self._store.runs.get(run.continues)

    def _vectors(self, key: str) -> Vectors:
        """The vectors of all images (n, d); rows of zeros for those that have none."""
        found, there = self._store.embeddings(key).get(self._known.shas)
        vectors = np.zeros((len(self._known), found.shape[1] or 1), np.float16)
        if there.any():
            vectors[there] = found
        return vectors

    def _with_thumbnails(self, positions: list[int]) -> dict[int, bytes]:
        ids = self._known.ids
        found = self._project.images.thumbnails([int(ids[at]) for at in positions])
        return {at: found[int(ids[at])] for at in positions if int(ids[at]) in found}

    # ---- light and sharpness

    def _measure(self) -> None:
        """Measures what was not measured yet; who stops keeps what was. A damaged thumbnail is left out until the next look."""
        known, tick = self._known, self._ticking("faults")
        ids, _ = self._measured()
        waiting = np.flatnonzero(~np.isin(known.ids, ids)).tolist()
        for begin in range(0, max(len(waiting), 1), AT_ONCE):
            end, new = min(begin + AT_ONCE, len(waiting)), dict[int, Any]()
            try:
                for done in range(begin, end, CHUNK):
                    new |= self._measures_of(waiting[done : min(done + CHUNK, end)])
                    tick(done / len(waiting))
            finally:
                ids, measures = self._measured()
                ids, measures = np.append(ids, np.array([*new], np.int64)), np.append(measures, np.array([*new.values()], measures.dtype))
                if new or not len(ids):
                    self._findings.put("measures", {}, {"ids": ids, "measures": measures})
        tick(1)

    def _measured(self) -> tuple[Numbers, npt.NDArray[np.void]]:
        """The images that were measured, and their measures."""
        from cvwidgets.explore import MEASURE

        if (found := self._findings.get("measures")) is None or found["measures"].dtype != MEASURE:
            return np.zeros(0, np.int64), np.zeros(0, MEASURE)
        return found["ids"], found["measures"]

    def _measures_of(self, positions: list[int]) -> dict[int, npt.NDArray[np.void]]:
        from PIL import Image

        from cvwidgets.explore import measure

        known, measures = self._known, {}
        for at, jpeg in self._with_thumbnails(positions).items():
            with contextlib.suppress(OSError, SyntaxError, ValueError):  # what Pillow makes of damaged files
                measures[int(known.ids[at])] = measure(Image.open(io.BytesIO(jpeg)), size=(int(known.widths[at]), int(known.heights[at])))
        return measures

    # ---- duplicates

    def _compare(self, vectors: Vectors, key: str) -> Numbers:
        """Compares what was not compared yet with all; returns a number for each image that those which hang together share.

        Who stops keeps what was found of the parts before. An image without a vector, or whose pixels cannot be had now, was looked at, but
        counts as compared only once it has them: the next look compares it again.
        """
        from cvwidgets.explore import group

        known, seen = self._known, (vectors != 0).any(axis=1)
        earlier = self._findings.get("duplicates")
        earlier = earlier if earlier and earlier.facts["key"] == key else None
        pairs = pairs_of(earlier, known)
        compared, looked = (np.isin(known.ids, earlier[name] if earlier else []) for name in ("ids", "looked"))
        waiting, among, done = np.flatnonzero(~compared), compared.copy(), 0
        if not len(waiting) and earlier is None:
            self._keep_pairs(pairs, key, ids=known.ids, looked=known.ids)
        while done < len(waiting):
            new = waiting[done : done + max(AT_ONCE, int(among.sum()))]  # twice as many each time: each part looks at old ones too
            among[new] = looked[new] = True
            tick = self._ticking("duplicates", done / len(waiting), (done + len(new)) / len(waiting))
            pairs = self._compare_some(new, among, pairs, vectors, tick)
            compared[new], done = seen[new], done + len(new)
            compared[pairs.unseen] = False
            self._keep_pairs(pairs, key, ids=known.ids[compared], looked=known.ids[looked])
        numbers = np.arange(len(known))
        for stack in group(pairs, chains=True):
            numbers[stack] = stack[0]
        self._tell("duplicates", 1)
        return numbers

    def _compare_some(self, new: Numbers, among: Mask, pairs: Pairs, vectors: Vectors, tick: Tick | None) -> Pairs:
        """The pairs known before and those of new images with all among which they are; all by their positions in the outline."""
        from cvwidgets.explore import Pairs, find_pairs
        from cvwidgets.explore.duplicates import merge

        here, inside = np.flatnonzero(among), among[pairs.first] & among[pairs.second]
        first, second = (np.searchsorted(here, column[inside]) for column in (pairs.first, pairs.second))
        known = Pairs(first, second, pairs.likeness[inside], pairs.mirrored[inside], unseen=here[:0])
        rows = vectors if len(here) == len(vectors) else vectors[here]
        hashes, places = self._known.phashes[here], np.searchsorted(here, new)
        found = find_pairs(hashes, rows, lambda at: self._look(int(here[at])), new=places, known=known, tick=tick)
        return merge([Pairs(here[found.first], here[found.second], found.likeness, found.mirrored, here[found.unseen]), pairs])

    def _keep_pairs(self, pairs: Pairs, key: str, **images: Numbers) -> None:
        ends = {"first": self._known.ids[pairs.first], "second": self._known.ids[pairs.second]}
        arrays: dict[str, npt.NDArray[Any]] = {**images, **ends, "likeness": pairs.likeness, "mirrored": pairs.mirrored}
        self._findings.put("duplicates", {"key": key}, arrays)

    def _look(self, position: int) -> Image | None:
        return opened(self._with_thumbnails([position]).get(position))

    # ---- the map

    def _draw(self, vectors: Vectors, key: str) -> None:
        """Principal components at once; then the map, on which what came since the last one is placed, unless that is too much."""
        from cvwidgets.explore import pca, place, umap

        known, tick = self._known, self._ticking("map")
        shown = np.flatnonzero((known.states != TRASHED) & (vectors != 0).any(axis=1))
        ids, rows = known.ids[shown], vectors[shown]
        earlier = self._findings.get("map")
        points = np.full((len(ids), 2), np.nan, np.float32)
        if earlier and earlier.facts["key"] == key and len(earlier["ids"]):
            at = np.searchsorted(earlier["ids"], ids)
            at[at == len(earlier["ids"])] = 0
            there = earlier["ids"][at] == ids
            points[there] = earlier["points"][at[there]]
        without = np.isnan(points[:, 0])
        if without.mean() > ANEW if len(ids) else True:
            self._findings.put("map", {"key": "", "method": "pca"}, {"ids": ids, "points": pca(rows)})
            points = umap(rows, tick=tick)
        elif without.any():
            points[without] = place(rows[without], rows, points, tick=tick)
        self._findings.put("map", {"key": key, "method": "umap"}, {"ids": ids, "points": points})
        tick(1)
