"""What the lens asks of one image: the picture, large, and all that is known of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

from cvwidgets.errors import CvwidgetsError
from cvwidgets.records import UNSORTED, Image
from cvwidgets.widgets.messages import Answer
from cvwidgets.widgets.sources import Paths, Source, ViewSource

if TYPE_CHECKING:
    from cvwidgets.project import Project

LONGEST = 8192
"""Pixels of the longest side: what browsers show everywhere."""

DECISIONS = 50
"""So many decisions about an image are listed, the latest first."""

_ROOM = BoundedSemaphore(3)
"""Pictures that are made ready at once in this kernel: one thread less than there are, so that a decision never waits for a slow file."""


def picture(source: Source, position: int, longest: int) -> Answer:
    """The picture at a position with its longest side at most `longest` px, as a buffer; or why it cannot be shown.

    `busy` says that too many are on their way; ask once more in a moment.
    """
    asked = {"position": position, "longest": longest}
    if not 0 <= position < len(source):
        return Answer({**asked, "problem": "This image is not on the wall any more. Close the lens."})
    with _room() as there_is:
        if not there_is:
            return Answer({**asked, "busy": True})
        try:
            rendition = _render(source, position, min(max(longest, 64), LONGEST))
        except (CvwidgetsError, OSError) as error:
            return Answer({**asked, "problem": str(error)})
    header = rendition.header
    facts = {"width": rendition.width, "height": rendition.height, "of": [header.width, header.height]}
    return Answer({**asked, **facts, "problem": None}, [rendition.jpeg])


def details(source: Source, position: int, project: Project | None) -> dict[str, Any]:
    """All that is known of the image at a position, by plain names; what is not known is None or empty."""
    if isinstance(source, ViewSource) and 0 <= position < len(source):
        image_id = int(source.view.ids[position])
        found = source.view.images.get([image_id], under=source.view.filter)
        return _of_image(found[0], project) if found else {"problem": source.facts(position, position + 1)[0]["problem"]}
    if isinstance(source, Paths) and 0 <= position < len(source):
        return {**_of_file(Path(source.paths[position])), "label": source.facts(position, position + 1)[0]["label"]}
    return {"problem": "This image is not on the wall any more. Close the lens."}


@contextmanager
def _room() -> Iterator[bool]:
    there_is = _ROOM.acquire(blocking=False)
    try:
        yield there_is
    finally:
        if there_is:
            _ROOM.release()


def _render(source: Source, position: int, longest: int) -> Any:
    if isinstance(source, ViewSource):
        return source.view.images.pictures.get(int(source.view.ids[position]), longest=longest)
    from cvwidgets.project.loose import picture_of

    return picture_of(source.keys([(position, position + 1)])[0], longest=longest)


def _of_image(image: Image, project: Project | None) -> dict[str, Any]:
    return {
        "name": _plain(image.path.name),
        "folder": _plain(image.path.parent),
        "label": "" if image.label == UNSORTED else image.label,
        "state": image.state,
        "width": image.width,
        "height": image.height,
        "size": image.size,
        "format": image.format,
        "pages": image.pages,
        "sha256": image.sha256,
        "problem": image.problem,
        "source": asdict(image.source) if image.source else None,
        "columns": list(project.collect.told(image.id).items()) if project else [],
        "owned": image.owned,
        "decisions": _decisions(image.id, project),
    }


def _decisions(image_id: int, project: Project | None) -> list[dict[str, Any]]:
    """What was decided of an image, the latest first."""
    if project is None:
        return []
    changes = sorted(project.journal.history(image_id), key=lambda change: change.act.id, reverse=True)
    return [
        {"by": one.act.by, "when": one.act.when, "kind": one.act.kind, "undone": one.act.undone, "label": one.label, "state": one.state}
        for one in changes[:DECISIONS]
    ]


def _of_file(path: Path) -> dict[str, Any]:
    from cvwidgets.project.loose import header_of

    try:
        size: int | None = path.stat().st_size
    except OSError:
        size = None
    header = header_of(path)
    read = asdict(header) if header else {}
    return {"name": _plain(path.name), "folder": _plain(path.absolute().parent), "state": "", "size": size, "problem": None, **read}


def _plain(path: Path | str) -> str:
    """A path or name as text that can be sent: strange bytes in it become question marks."""
    return str(path).encode("utf-8", "replace").decode("utf-8")
