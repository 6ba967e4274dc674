"""An analysis as a job, `python -m cvwidgets.project.analyzing FOLDER`: lists the files, then asks about those not asked about yet."""

from __future__ import annotations

import json
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cvwidgets import jobs
from cvwidgets.errors import AnalysisError, NoModel
from cvwidgets.files import write_whole
from cvwidgets.machine import let_threads_rest
from cvwidgets.project.analyses import ASKED
from cvwidgets.project.analysis import FACTS, LISTED
from cvwidgets.project.counting import PACE_SECONDS, Stopped, heed
from cvwidgets.project.work import PROGRESS
from cvwidgets.records import Found, Refused

if TYPE_CHECKING:
    from cvwidgets.store import Store
    from cvwidgets.store.results import ResultWriter
    from cvwidgets.vision import Classifier

WINDOW_SECONDS = 20.0
"""The pace is that of so many seconds."""
SYNC_SECONDS = 5.0
"""A power cut takes at most what was said in so many seconds."""
TOLD = 200
"""So many files that are left out are told one by one."""
_STEP = 5000


def main(folder: Path) -> None:
    """Does what is asked for, from where it ends; stopped between two batches it keeps all that was said."""
    from cvwidgets.store import open_store

    let_threads_rest()
    facts = json.loads((folder / FACTS).read_text("utf-8"))
    try:
        with closing(open_store(folder.parent.parent)) as store:
            _list_files(store, folder, facts)
        _ask(folder, _load(facts["model"]))
    except Stopped:
        return


def _load(model: dict[str, Any]) -> Classifier:
    from cvwidgets.vision import load_classifier, weights_are_whole

    if not weights_are_whole(Path(model["folder"])):
        raise NoModel(f"The files of {model['name']} are gone or cut short; asking it needs them. Analyze by another model.")
    return load_classifier(model["folder"])


def _list_files(store: Store, folder: Path, facts: dict[str, Any]) -> None:
    """Writes down once which files are asked about, so that rows stay what they are when the work goes on later."""
    import numpy as np

    from cvwidgets.store.results import write_list

    if jobs.read_facts(folder / LISTED) is not None:
        return
    left_out: list[dict[str, str]] = []
    if "paths" in facts:
        paths = [*dict.fromkeys(_found(folder, facts, left_out))]
        ids = store.images.ids_at(paths)
    else:
        asked = np.load(folder / ASKED, allow_pickle=False)
        found = {
            image.id: str(image.path) for begin in range(0, len(asked), _STEP) for image in store.images.get(asked[begin : begin + _STEP])
        }
        paths, ids = [*found.values()], np.array([*found], np.int64)
    if not paths:
        raise AnalysisError(
            f"There is no file to be asked about in {facts['words']!r}; one picture at least is needed. Choose another place."
        )
    write_list(folder, paths, ids)
    listed = {"count": len(paths), "labels": facts["model"]["labels"], "left_out": left_out}
    write_whole(folder / LISTED, json.dumps(listed).encode())


def _found(folder: Path, facts: dict[str, Any], left_out: list[dict[str, str]]) -> Iterator[str]:
    """The files below what is asked for; what is no picture by its kind is left out, with the reason."""
    from cvwidgets.collect.folders import find_in_folder

    within = [Path(root) for root in facts["within"]]
    for source in map(Path, facts["paths"]):
        if not source.is_dir():
            yield str(source)
            continue
        for count, found in enumerate(find_in_folder(source, None, within)):
            if isinstance(found, Found):
                yield str(found.path)
            elif isinstance(found, Refused) and len(left_out) < TOLD:
                left_out.append({"path": found.path, "reason": found.reason})
            if count % 1000 == 0:
                heed(folder)


def _ask(folder: Path, classifier: Classifier) -> None:
    from cvwidgets.store.results import ResultWriter, read_list
    from cvwidgets.vision import predict_many

    listed = read_list(folder)
    if listed is None:
        raise AnalysisError("The list of its files is damaged; an analysis needs it whole. Analyze again.")
    _check_labels(folder, classifier)
    with closing(ResultWriter(folder, len(classifier.labels))) as writer:
        tell = _Teller(folder, len(listed[0]), writer)
        batches = predict_many(classifier, map(Path, listed[0][writer.count :]))
        with closing(batches):  # type: ignore[type-var]
            for batch in batches:
                writer.append(batch.probabilities, batch.problems)
                tell.say()
                heed(folder)
        tell.say(last=True)


def _check_labels(folder: Path, classifier: Classifier) -> None:
    """Rows that are there mean the labels of the list: a model that has others cannot go on with them."""
    known = (jobs.read_facts(folder / LISTED) or {}).get("labels")
    if known != list(classifier.labels):
        raise AnalysisError(
            "The model's labels are not those that were registered with it; rows need the same. Register it again, and analyze by that."
        )


class _Teller:
    """Writes how far it is a few times a second at most, and sees to it that a power cut takes little."""

    def __init__(self, folder: Path, of: int, writer: ResultWriter) -> None:
        self._file = folder / PROGRESS
        self._file.write_text("", "utf-8")
        self._of, self._writer = of, writer
        self._said = self._synced = time.monotonic()
        self._pace: deque[tuple[float, int]] = deque([(self._said, writer.count)])

    def say(self, *, last: bool = False) -> None:
        moment, done = time.monotonic(), self._writer.count
        if moment - self._synced > SYNC_SECONDS:
            self._synced = moment
            self._writer.sync()
        if not last and moment - self._said < PACE_SECONDS:
            return
        self._said = moment
        self._pace.append((moment, done))
        while len(self._pace) > 2 and moment - self._pace[0][0] > WINDOW_SECONDS:
            self._pace.popleft()
        began, before = self._pace[0]
        pace = (done - before) / (moment - began) if moment > began else 0.0
        with self._file.open("a", encoding="utf-8") as progress:
            progress.write(json.dumps({"done": done, "of": self._of, "images_per_second": round(pace, 2)}) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
