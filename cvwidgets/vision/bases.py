"""Base models one may start from: the starter that ships with the package, the hub's, and local folders."""

from __future__ import annotations

from pathlib import Path

from cvwidgets.errors import BaseUnavailable
from cvwidgets.model import Base
from cvwidgets.settings import read_settings
from cvwidgets.vision.checking import WHY_NO_PICKLE, has_pickles

STARTER = "starter"
STARTER_FOLDER = Path(__file__).parent / "starter"
PROPOSED = "facebook/convnextv2-tiny-1k-224"
_NOTE = "ConvNeXtV2-tiny, a good start for most pictures"
_CHOSEN = "the base of the settings"


def find_base(name: str) -> Path:
    """The folder of a base model: "starter", a local folder, or a hub name (fetched when it is not in the cache).

    Raises:
        BaseUnavailable: it is not on disk and cannot be fetched, or the folder holds no model, or one as pickle; the message says which.
    """
    from cvwidgets.vision.hub import download, find_cached

    if name == STARTER:
        return STARTER_FOLDER
    folder = _folder(name)
    if folder is None:
        return find_cached(name) or download(name)
    has_weights = any(folder.glob("*.safetensors"))
    if not has_weights and has_pickles(folder):
        raise BaseUnavailable(
            f"The folder {name!r} has its weights as pickle alone, and safetensors are needed: {WHY_NO_PICKLE}, "
            "or choose another folder, or 'starter'."
        )
    if not (folder / "config.json").is_file() or not has_weights:
        raise BaseUnavailable(
            f"The folder {name!r} holds no model; a base needs config.json and weights as safetensors. Choose another folder, or 'starter'."
        )
    return folder.resolve()


def list_bases() -> tuple[Base, ...]:
    """The bases to choose from without asking anybody: that of the settings, what is proposed, the starter, and what is cached."""
    from cvwidgets.vision.hub import list_cached

    cached = dict(list_cached())
    others = {name: Base(name, "in the hub's cache on this machine", True, size) for name, size in cached.items()}
    bases = {**others, PROPOSED: Base(PROPOSED, _NOTE, PROPOSED in cached, cached.get(PROPOSED)), STARTER: _starter()}
    chosen = read_settings().base
    first = (bases.get(chosen) or _on_disk(chosen) or Base(chosen, _CHOSEN, False),) if chosen else ()
    return (*first, *(bases[name] for name in dict.fromkeys((PROPOSED, STARTER, *cached)) if name != chosen))


def propose_base() -> Base:
    """The base a form should offer first: that of the settings, else ConvNeXtV2-tiny, as long as it is here or the hub answers within
    seconds; else the starter."""
    from cvwidgets.vision.hub import ask_size

    for name in (read_settings().base, PROPOSED):
        if base := name and _on_disk(name):
            return base
        if size := name and ask_size(name):
            return Base(name, f"{_NOTE if name == PROPOSED else _CHOSEN}; {size / 1e6:.0f} MB to fetch once from the hub", False, size)
    return _starter()


def find_base_here(name: str) -> Path | None:
    """The folder of a base that lies on this machine, None when it does not; nobody is asked."""
    from cvwidgets.vision.hub import find_cached

    return STARTER_FOLDER if name == STARTER else _folder(name) or find_cached(name)


def _on_disk(name: str) -> Base | None:
    """A base that lies on this machine, None when it does not."""
    if name == STARTER:
        return _starter()
    folder = find_base_here(name)
    if folder is None or not (size := _weights_size(folder)):
        return None
    return Base(name, f"{_NOTE if name == PROPOSED else _CHOSEN}; on this machine", True, size)


def _folder(name: str) -> Path | None:
    try:
        folder = Path(name).expanduser()
        return folder if name and folder.is_dir() else None
    except (OSError, RuntimeError):  # a name too long for a file, a home of nobody
        return None


def _starter() -> Base:
    return Base(STARTER, "ConvNeXtV2-atto, offline, quick look", True, _weights_size(STARTER_FOLDER))


def _weights_size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.glob("*.safetensors"))
