"""What the prediction worker does with a question; it keeps the models asked last in memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cvwidgets.errors import NoModel
from cvwidgets.machine import let_threads_rest
from cvwidgets.model import WEIGHTS
from cvwidgets.vision.checking import INDEX, check_classifier
from cvwidgets.vision.classifier import Classifier, load_classifier
from cvwidgets.vision.predict import predict

if TYPE_CHECKING:
    from cvwidgets.vision.embedding import Encoder

KEPT_MODELS = 2

_loaded: OrderedDict[tuple[Path, int], Classifier] = OrderedDict()
_loading = threading.Lock()


def answer(question: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Answers `{"model": folder, "paths": […], "top": n or None}`, one reply per path, in order.

    A reply is `{"path", "predictions": [[label, probability], …]}`, or `{"path", "problem"}` for a file that cannot be read. Asked
    `{"embed": base, "paths": […]}` it is `{"path", "vector"}`, L2-normalised, instead;
    asked `{"check": folder, "name": …}` one `{"labels"}`; asked `{"explain": path, "model": folder, "label": …, "method": …}` `{"done",
    "of"}` as often as a place was looked at, the last with an "explanation".

    Raises:
        NoModel: the model's folder is gone.
        BaseUnavailable: the folder holds no image classifier.
        ModelRefused: what is checked cannot be used; the message says why.
        UnreadablePicture: what is to be explained cannot be used as a picture.
        UnknownLabel: the model does not know the label that is to be explained.
        NotExplained: the model cannot be explained so.
    """
    let_threads_rest()
    if "check" in question:
        yield {"labels": check_classifier(Path(question["check"]), question["name"])}
        return
    if "embed" in question:
        yield from _embedded(question["embed"], [Path(path) for path in question["paths"]])
        return
    classifier = _classifier(Path(question["model"]))
    if "explain" in question:
        yield from _explained(classifier, question)
        return
    for found in predict(classifier, map(Path, question["paths"]), top=question.get("top")):
        if found.problem is not None:
            yield {"path": found.path, "problem": found.problem}
        else:
            yield {"path": found.path, "predictions": [[p.label, p.probability] for p in found.predictions]}


def _embedded(base: str, paths: list[Path]) -> Iterator[dict[str, Any]]:
    from cvwidgets.vision.embedding import embed

    for path, found in zip(paths, embed(_encoder(base), paths), strict=True):
        yield {"path": str(path), "problem": found} if isinstance(found, str) else {"path": str(path), "vector": found.tolist()}


def _explained(classifier: Classifier, question: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    from cvwidgets.vision.explaining import explain

    for now in explain(classifier, Path(question["explain"]), label=question["label"], method=question["method"]):
        yield {"done": now.done, "of": now.of, "explanation": now.explanation.to_reply() if now.explanation else None}


@lru_cache(maxsize=1)
def _encoder(base: str) -> Encoder:
    from cvwidgets.vision.embedding import load_encoder

    return load_encoder(base)


def _classifier(folder: Path) -> Classifier:
    weights = next((folder / name for name in (WEIGHTS, INDEX) if (folder / name).is_file()), None)
    if weights is None:
        raise NoModel(f"The model's folder {str(folder)!r} holds no {WEIGHTS} any more. Promote another run, or train again.")
    key = (folder.resolve(), weights.stat().st_mtime_ns)
    with _loading:
        if key not in _loaded:
            _loaded[key] = load_classifier(folder)
        _loaded.move_to_end(key)
        while len(_loaded) > KEPT_MODELS:
            _loaded.popitem(last=False)
        return _loaded[key]
