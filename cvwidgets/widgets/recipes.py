"""The half of a panel with a form for recipes that names and keeps them, reads them as JSON, and advises while they are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Dict, List

from cvwidgets.machine import list_devices
from cvwidgets.parameters import ABOUT
from cvwidgets.project import advise_split
from cvwidgets.recipe import GIVEN, Recipe
from cvwidgets.widgets.base import Face
from cvwidgets.widgets.messages import action

if TYPE_CHECKING:
    from cvwidgets.project import Project


class KeepsRecipes(Face):
    """Tells what each parameter of a recipe does, and keeps recipes of its project under names."""

    _project: Project

    _parameters = Dict(ABOUT).tag(sync=True)
    """Kernel → page: what each field of a recipe does and what is usual, by its name."""

    _devices = List().tag(sync=True)
    """Kernel → page: the devices that this machine seems to have, as recipes name them."""

    _recipes = List().tag(sync=True)
    """Kernel → page: the recipes to begin with: name, word, sentence, recipe, and whether it was saved here."""

    def __init__(self, **traits: Any) -> None:
        super().__init__(_devices=[*list_devices()], **traits)

    @action(background=True)
    def save_recipe(self, name: str, recipe: dict[str, object]) -> None:
        """Keeps a recipe under a name."""
        self._project.recipes.save(name, Recipe.from_json(recipe))
        self.look(changed=True)

    @action(background=True)
    def delete_recipe(self, name: str) -> dict[str, Any]:
        """Takes a saved recipe away, and gives it back, so that it can be saved again."""
        recipe = self._project.recipes.delete(name)
        self.look(changed=True)
        return {"recipe": recipe.to_json()}

    @action(background=True)
    def read_recipe(self, text: str) -> dict[str, Any]:
        """The recipe that a text of JSON holds, whole: fields left out are as in Standard."""
        return {"recipe": Recipe.from_text(text).to_json()}

    @action(background=True)
    def advise(self, recipe: dict[str, object]) -> dict[str, Any]:
        """What the number of kept images advises about the split of a recipe, None where nothing is to be said."""
        wanted, status = Recipe.from_json(recipe), self._project.status()
        plain = wanted.split_by != GIVEN and sum(label.kept > 0 for label in status.labels) > 1
        return {"advice": advise_split(status.kept, wanted.split) if plain else None}
