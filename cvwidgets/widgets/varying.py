"""The half of a panel with a form for recipes that knows augmentations and shows them on the user's own images."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from traitlets import Dict

from cvwidgets.augmentation import KINDS, LEVELS
from cvwidgets.recipe import Recipe
from cvwidgets.widgets.base import Face
from cvwidgets.widgets.messages import Answer, action

if TYPE_CHECKING:
    from cvwidgets.project import Project

OFFERED = {
    "kinds": [asdict(kind) for kind in KINDS],
    "levels": {level: [asdict(one) for one in listed] for level, listed in LEVELS.items()},
}


class Varying(Face):
    """Offers the ways to vary pictures, and draws some images of its project as a recipe would have them varied."""

    _project: Project

    _augmentations = Dict(OFFERED).tag(sync=True)
    """Kernel → page: the ways to vary pictures, and the lists of them that have a name."""

    @action(background=True)
    def preview(self, recipe: dict[str, object], draw: int, others: int) -> Answer:
        """Some images, each as it is judged and then as it is varied: how many pictures each has, and all of them in one row."""
        shown = self._project.recipes.preview(Recipe.from_json(recipe), draw=max(0, draw), others=others)
        pictures = [(one.original, *one.variations) if one.problem is None else () for one in shown]
        facts = [{"pictures": len(mine), "problem": one.problem} for one, mine in zip(shown, pictures, strict=True)]
        return Answer({"images": facts}, [picture for mine in pictures for picture in mine])
