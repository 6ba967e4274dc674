"""Pictures with what was said of them written beneath."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from cvwidgets.errors import UnreadablePicture

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

    from cvwidgets.pictures import Readers
    from cvwidgets.project.result_writing import Line
    from cvwidgets.project.results import Results

LONGEST = 1600
"""Pixels of the longest side: what is larger is for a screen no better."""
NARROWEST = 240
"""A smaller picture stands in the middle of a sheet so wide: there must be room for a label."""
LABELS = 3
_GROUND, _INK, _SOFT, _BAR, _TRACK = "#ffffff", "#1d2126", "#5b636d", "#2f5fd0", "#eceef1"


def annotate_all(lines: Iterator[Line], results: Results, folder: Path) -> Iterator[str | None]:
    """Writes a JPEG for each line into a folder; yields why one could not be, or None."""
    from cvwidgets.pictures import Readers
    from cvwidgets.store.exporting import free_name, short_name
    from cvwidgets.vision import read_ahead

    taken: set[str] = set()
    with Readers() as readers:
        for line, jpeg in read_ahead(
            lambda line: (line, _annotated(readers, line, results)), lines, threads=readers.count, ahead=2 * readers.count
        ):
            if isinstance(jpeg, str):
                yield f"{line.path}: {jpeg}"
                continue
            stem = os.fsencode(Path(results.paths[line.row]).stem).decode("utf-8", "replace")
            (folder / free_name(short_name(f"{stem}.jpg"), str(line.row), taken)).write_bytes(jpeg)
            yield None


def _annotated(readers: Readers, line: Line, results: Results) -> bytes | str:
    from PIL import Image

    rendition = readers.render(results.file_of(line.row), longest=LONGEST)
    if isinstance(rendition, UnreadablePicture):
        return str(rendition)
    with Image.open(io.BytesIO(rendition.jpeg), formats=["JPEG"]) as picture:
        sheet = annotate(picture.convert("RGB"), line.said[:LABELS], line.problem)
    memory = io.BytesIO()
    sheet.save(memory, "JPEG", quality=90)
    return memory.getvalue()


def annotate(picture: Picture, said: tuple[tuple[str, float], ...], problem: str | None = None) -> Picture:
    """The picture with labels and their probabilities beneath, the most probable first, each over a bar."""
    from PIL import Image, ImageDraw, ImageFont

    width = max(picture.width, NARROWEST)
    size = max(14, min(36, width // 32))
    font, row = ImageFont.load_default(size), round(2.2 * size)
    texts = [(label, f"{100 * share:.1f}%", share) for label, share in said] or [(problem or "not read", "", 0.0)]
    sheet = Image.new("RGB", (width, picture.height + row * len(texts) + size), _GROUND)
    sheet.paste(picture, ((width - picture.width) // 2, 0))
    pen = ImageDraw.Draw(sheet)
    for at, (label, percent, share) in enumerate(texts):
        top, right = picture.height + size // 2 + at * row, width - size
        room = right - size - (pen.textlength(percent, font=font) + size if percent else 0)
        pen.text((size, top), _fitting(pen, label, font, room), _INK if at == 0 else _SOFT, font=font)
        pen.text((right, top), percent, _INK if at == 0 else _SOFT, font=font, anchor="ra")
        bar = top + round(1.45 * size)
        pen.rectangle((size, bar, right, bar + max(2, size // 6)), fill=_TRACK)
        if share > 0:
            pen.rectangle((size, bar, size + max(1, round((right - size) * share)), bar + max(2, size // 6)), fill=_BAR)
    return sheet


def _fitting(pen: object, text: str, font: object, room: float) -> str:
    """The text on one line, its end left out where it is too long."""
    line = " ".join(text.split())
    while len(line) > 1 and pen.textlength(line, font=font) > room:  # type: ignore[attr-defined]
        line = line[:-2].rstrip() + "…"
    return line
