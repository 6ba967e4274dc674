"""How far the drawing of the demo is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Drawn:
    """`done` of `of` files lie in the folder."""

    done: int
    of: int
