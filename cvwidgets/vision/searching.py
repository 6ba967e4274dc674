"""Looking for base models: on the hub within seconds, and among what lies on this machine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

from cvwidgets.hub import is_offline, open_hub, reason_of
from cvwidgets.model import Base, BasesFound
from cvwidgets.vision.bases import list_bases
from cvwidgets.vision.hub import REACH_SECONDS, list_cached

LISTED = 30
"""So many bases are found at most."""
SEEN = 300
"""So many models of the hub, those that are downloaded most first, are looked at for small ones."""
SEARCH_SECONDS = 8.0
"""How long a search may take; what came until then is shown."""
_BYTES = {"F64": 8, "I64": 8, "F32": 4, "I32": 4, "F16": 2, "BF16": 2, "I16": 2}
_ASKED = ["downloads", "safetensors", "tags"]


def search_bases(words: str = "", *, largest: int | None = None, stop: Callable[[], bool] = lambda: False) -> BasesFound:
    """Image classifiers of the hub with weights as safetensors, for transformers, that anybody may have, the most downloaded first.

    Args:
        words: What is in their names.
        largest: Bytes that their weights may take; those that do not tell are left out then.
        stop: Asked while waiting; True ends the search with what came.

    Where the hub may not be asked, or does not answer, it is what lies on this machine, and `problem` says why.
    """
    if is_offline():
        return _on_disk(words, largest, "Offline mode (HF_HUB_OFFLINE) is on: these lie on this machine. Switch it off to ask the hub.")
    found: list[Any] = []
    failed: list[Exception] = []
    asking = threading.Thread(target=_ask, args=(words, largest, found, failed), name="search the hub", daemon=True)
    asking.start()
    waited = 0.0
    while asking.is_alive() and waited < SEARCH_SECONDS and not stop():
        asking.join(0.1)
        waited += 0.1
    late = asking.is_alive() and not stop()
    if not found and (failed or late):
        reason = reason_of(failed[0]) if failed else f"no answer within {SEARCH_SECONDS:.0f} seconds"
        return _on_disk(words, largest, f"The hub is out of reach ({reason}): these lie on this machine. Connect and search again.")
    cached = {name for name, _ in list_cached()}
    problem = "The hub gave only a part of its answer in time. Search again for more." if late or failed else None
    return BasesFound(tuple(_base(info, cached) for info in tuple(found)), problem)


def _ask(words: str, largest: int | None, found: list[Any], failed: list[Exception]) -> None:
    from huggingface_hub import get_session

    try:
        hub = open_hub()
        get_session().head(hub.endpoint, timeout=REACH_SECONDS)  # the list itself is asked for again and again before it gives up
        listed = hub.list_models(
            search=words.strip() or None,
            pipeline_tag="image-classification",
            filter=["transformers", "safetensors"],
            gated=False,
            sort="downloads",
            expand=_ASKED,  # type: ignore[arg-type]
            limit=SEEN if largest else LISTED,
        )
        for info in listed:
            size = _size(info)
            if "custom_code" not in (info.tags or ()) and (largest is None or (size is not None and size <= largest)):
                found.append(info)
            if len(found) == LISTED:
                return
    except Exception as error:  # noqa: BLE001 a door: whatever the hub or the way to it does is told in one sentence
        failed.append(error)


def _base(info: Any, cached: Iterable[str]) -> Base:
    license_ = next((tag.removeprefix("license:") for tag in info.tags or () if tag.startswith("license:")), None)
    return Base(info.id, "on the hub", info.id in cached, _size(info), license_, info.downloads)


def _size(info: Any) -> int | None:
    counts = getattr(info.safetensors, "parameters", None) or {}
    return sum(count * _BYTES.get(kind, 1) for kind, count in counts.items()) or None


def _on_disk(words: str, largest: int | None, problem: str) -> BasesFound:
    here = [base for base in list_bases() if base.available and words.strip().casefold() in f"{base.name} {base.note}".casefold()]
    return BasesFound(tuple(base for base in here if largest is None or (base.size or 0) <= largest), problem)
