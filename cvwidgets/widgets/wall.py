"""A wall of thumbnails over any number of images: what it shows, in which order, and what is selected of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from traitlets import Dict, Int, List, TraitError, Unicode, validate

from cvwidgets.widgets import lens
from cvwidgets.widgets.base import Face
from cvwidgets.widgets.evidence import opinions_on
from cvwidgets.widgets.messages import Answer, action
from cvwidgets.widgets.narrowing import NOTHING_LEFT, Narrowing, still_selected, value_names, words_of
from cvwidgets.widgets.sheet import still_picture
from cvwidgets.widgets.sources import Range, Source, source_of, thumbnails_at, within

if TYPE_CHECKING:
    import pandas as pd

    from cvwidgets.project import Project, View

_OTHER = "The images shown have changed. Close the lens."


class Wall(Face):
    """Images to be looked at and selected; `ImageGrid` is the one on which they are judged, too."""

    selected = Dict({"version": 0, "ranges": []}).tag(sync=True, page=True)
    """Both ways: the selected positions as ranges [start, stop), of the wall of that version. `selection` says what stands there."""

    first = Int(0).tag(sync=True, page=True)
    """Both ways: position of the first image on the screen."""

    tile_size = Int(128, min=64, max=320).tag(sync=True, page=True)
    """Both ways: side of a tile, in pixels."""

    on_tiles = List(Unicode()).tag(sync=True, page=True)
    """Both ways: what stands on a tile besides label and state: "name", "part" (of the split), and values of the view by their names.

    The first value of a view is added by itself when a view with other values than before is shown.
    """

    height = Int(480, min=160, max=4000).tag(sync=True)
    """Kernel → page: height of the wall, in pixels."""

    _wall = Dict().tag(sync=True)
    """Kernel → page: version, count, whether one can decide here and what is suggested, words, values, order and ranges."""

    _facts = Int(0).tag(sync=True)
    """Kernel → page: another number when names, labels or states are to be asked for again."""

    def __init__(self, source: View | pd.DataFrame | Iterable[str | Path], project: Project | None, **traits: Any) -> None:
        self._given: Source = source_of(source)
        self._narrowing = Narrowing()
        self._said = self._empty = ""
        self._offered = dict.fromkeys(["name", "part", *value_names(self._given)])
        self._versions = count(1)
        self._up: tuple[int, Source] = (0, self._given)
        self._project = project
        super().__init__(**traits)
        if "on_tiles" not in traits:
            self._add_first_value([])
        self.show(self._given)

    @property
    def selection(self) -> list[int] | list[Path]:
        """What is selected, in the order shown: ids of a view's images, or paths."""
        version, source = self._up
        ranges = self.selected.get("ranges") if self.selected.get("version") == version else []
        return source.keys(within(ranges, len(source)))

    @property
    def everything(self) -> list[int] | list[Path]:
        """All that it shows, in the order shown: ids of a view's images, or paths."""
        source = self._up[1]
        return source.keys([(0, len(source))])

    def show(
        self,
        source: Any,
        *,
        showing: str = "",
        empty: str = "There are no images here.",
        first: int = 0,
        selected: Sequence[Range] = (),
    ) -> None:
        """Shows other images, or the same view asked for again; all of them, in its order.

        Args:
            source: As for the grid itself.
            showing: The words beneath the wall; how many images and what the view says of itself by default.
            empty: The words in its place when there are none.
            first: Position of the image that is first on the screen.
            selected: What is selected from the start, as ranges (start, stop) of positions.
        """
        before = value_names(self._given)
        self._given, self._narrowing, self._said, self._empty = source_of(source), Narrowing(), showing, empty
        self._add_first_value(before)
        self._hang(self._given, first=first, selected=selected)

    def extend(self, source: Any) -> None:
        """Shows a view that begins with what is shown and goes on: nothing moves, what is selected stays selected."""
        version, _ = self._up
        self._given = source_of(source)
        self._up = (version, self._narrowing.of(self._given))
        showing = words_of(self._given, self._up[1], self._said)
        self._wall = {**self._wall, "count": len(self._up[1]), "showing": showing}
        self._facts += 1

    def say(self, showing: str) -> None:
        """Changes the words beneath the wall, and nothing else."""
        self._said = showing
        self._wall = {**self._wall, "showing": words_of(self._given, self._up[1], showing)}

    @action(background=True)
    def facts(self, version: int, start: int, stop: int) -> dict[str, Any]:
        """Name, label and state of some positions; nothing of a wall that is no longer shown."""
        if (source := self.of_version(version)) is None:
            return {"version": self._up[0], "facts": []}
        start = max(0, start)
        return {"version": version, "facts": source.facts(start, min(stop, start + 1000, len(source)))}

    @action(background=True)
    def pictures(self, version: int, positions: list[int]) -> Answer:
        """The thumbnails of at most 100 positions, as buffers; the reason where there is none."""
        if (source := self.of_version(version)) is None:
            return Answer({"version": self._up[0], "pictures": []})
        pictures, buffers = thumbnails_at(source, positions[:100])
        return Answer({"version": version, "pictures": pictures}, buffers)

    @action(background=True)
    def picture(self, version: int, position: int, longest: int) -> Answer:
        """The picture at a position for the lens, as a buffer, its longest side at most so many pixels; the reason where there is none."""
        if (source := self.of_version(version)) is None:
            return Answer({"position": position, "longest": longest, "problem": _OTHER})
        return lens.picture(source, position, longest)

    @action(background=True)
    def details(self, version: int, position: int) -> dict[str, Any]:
        """All that is known of the image at a position, for the list beside the lens."""
        if (source := self.of_version(version)) is None:
            return {"problem": _OTHER}
        return lens.details(source, position, self._project)

    @action(background=True)
    def opinions(self, version: int, position: int) -> Answer:
        """Which labels the image at a position probably has, and the images most like it, for the lens; nothing where nobody looked."""
        if (source := self.of_version(version)) is None or self._project is None:
            return Answer({})
        return opinions_on(self._project, source, position)

    @action(background=True)
    def narrow(self, version: int, order: str, ranges: dict) -> None:
        """Shows the images in an order and of some ranges of their values; what is selected of those stays selected."""
        if (before := self.of_version(version)) is None:
            return
        asked = Narrowing.from_page(order, ranges)
        after = asked.of(self._given)
        chosen = self.selected.get("ranges") if self.selected.get("version") == version else []
        self._narrowing = asked
        self._hang(after, selected=still_selected(before, after, within(chosen, len(before))))

    def _hang(self, source: Source, *, first: int = 0, selected: Sequence[Range] = ()) -> None:
        version = next(self._versions)
        decides = source.decides and not (self._project is not None and self._project.read_only)
        showing = words_of(self._given, source, self._said)
        empty = NOTHING_LEFT if self._narrowing.ranges else self._empty
        self._up = (version, source)
        with self.hold_sync():
            self.first = first
            self.selected = {"version": version, "ranges": [list(pair) for pair in selected]}
            wall = {"version": version, "count": len(source), "decides": decides, "showing": showing, "empty": empty}
            wall["suggests"] = source.suggests if decides else None
            self._wall = {**wall, **self._narrowing.facts(self._given)}

    def of_version(self, version: int) -> Source | None:
        """What the wall shows; None when it is another one than that of the version by now."""
        up, source = self._up
        return source if version == up else None

    def _add_first_value(self, before: Sequence[str]) -> None:
        names = value_names(self._given)
        self._offered |= dict.fromkeys(names)
        if names and names != before and not {*names} & {*self.on_tiles}:
            self.on_tiles = [names[0], *self.on_tiles]

    @validate("on_tiles")
    def _check_on_tiles(self, proposal: Any) -> list[str]:
        # What another view had may stay, for when it comes again.
        if unknown := [name for name in proposal["value"] if name not in self._offered]:
            raise TraitError(f"tiles show no {unknown[0][:40]!r} here, only {', '.join(self._offered)}")
        return list(dict.fromkeys(proposal["value"]))

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = super()._repr_mimebundle_(**options)
        if bundle is None:
            return None
        data, metadata = bundle
        if sheet := still_picture(self._up[1]):
            data["image/png"] = sheet
        return data, metadata
