"""Base models one may start from: the starter that ships with the package, the hub's, and local folders."""

from __future__ import annotations

from pathlib import Path

from cvwidgets.errors import BaseUnavailable
from cvwidgets.records import Base

STARTER = "starter"
STARTER_FOLDER = Path(__file__).parent / "starter"
PROPOSED = "facebook/convnextv2-tiny-1k-224"


def find_base(name: str) -> Path:
    """The folder of a base model: "starter", a local folder, or a hub name (fetched when it is not in the cache).

    Raises:
        BaseUnavailable: it is not on disk and cannot be fetched, or the folder holds no model; the message names what is there.
    """
    from cvwidgets.vision.hub import download, find_cached

    if name == STARTER:
        return STARTER_FOLDER
    folder = _folder(name)
    if folder is None:
        return find_cached(name) or download(name)
    if not (folder / "config.json").is_file() or not any(folder.glob("*.safetensors")):
        raise BaseUnavailable(
            f"The folder {name!r} holds no model; a base needs config.json and weights as safetensors. Choose another folder, or 'starter'."
        )
    return folder.resolve()


def list_bases() -> tuple[Base, ...]:
    """The bases to choose from without asking anybody: what is proposed, the starter, and every image classifier in the hub's cache."""
    from cvwidgets.vision.hub import list_cached

    cached = dict(list_cached())
    proposed = Base(PROPOSED, "ConvNeXtV2-tiny, a good start for most pictures", PROPOSED in cached, cached.get(PROPOSED))
    others = [Base(name, "in the hub's cache on this machine", True, size) for name, size in cached.items() if name != PROPOSED]
    return (proposed, _starter(), *others)


def propose_base() -> Base:
    """The base a form should offer first: ConvNeXtV2-tiny when it is cached or the hub answers within seconds, else the starter."""
    from cvwidgets.vision.hub import ask_size, find_cached

    note = "ConvNeXtV2-tiny, a good start for most pictures"
    if folder := find_cached(PROPOSED):
        return Base(PROPOSED, f"{note}; on this machine", True, _weights_size(folder))
    if size := ask_size(PROPOSED):
        return Base(PROPOSED, f"{note}; {size / 1e6:.0f} MB to fetch once from the hub", False, size)
    return _starter()


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
