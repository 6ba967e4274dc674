"""The recipes of a project: those that come with cvwidgets, and those that were saved under a name."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from cvwidgets.errors import DiskFull, ReadOnlyProject, RecipeError
from cvwidgets.files import is_disk_full, write_whole
from cvwidgets.project.unchanged import Unchanged
from cvwidgets.recipe import PRESETS, Preset, Recipe

if TYPE_CHECKING:
    from cvwidgets.project.project import Project
    from cvwidgets.project.varying import Varied
    from cvwidgets.store import Store

LONGEST, LONGEST_FILE = 60, 200
"""Characters of a name, and of it as a file's name, in which a letter may take twelve: a file system holds 255."""
SAVED = "Saved in this project, with its base, split and seeds."


class Recipes:
    """Recipes by name, as JSON files in `recipes/`, which may be copied from project to project."""

    def __init__(self, project: Project, store: Store) -> None:
        self._project = project
        self._columns = Unchanged(store.version, lambda: tuple(store.columns.shared()))
        self._folder = project.folder / "recipes"
        self._read_only = project.read_only

    def list(self) -> tuple[Preset, ...]:
        """Quick, Standard and Thorough, then what was saved, by name; files that hold no recipe are passed over."""
        saved = []
        for file in sorted(self._folder.glob("*.json"), key=lambda file: unquote(file.stem).casefold()):
            with contextlib.suppress(RecipeError):
                name = unquote(file.stem)
                saved.append(Preset(name, name, SAVED, self._read(file)))
        return (*PRESETS, *saved)

    def columns(self) -> tuple[str, ...]:
        """The columns of the user's own that say the same of some kept images, as lists brought them: a recipe may split by them."""
        return self._columns()

    def get(self, name: str) -> Recipe:
        """The recipe of a name.

        Raises:
            RecipeError: there is none, or its file holds no recipe.
        """
        for preset in PRESETS:
            if preset.name == name.casefold():
                return preset.recipe
        file = self._file(name)
        if not file.is_file():
            raise RecipeError(f"There is no recipe {name!r}; here are {', '.join(repr(one.name) for one in self.list())}. Choose one.")
        return self._read(file)

    def find(self, name: str | Path) -> Recipe:
        """The recipe of a name, or of a JSON file, whose name ends with .json.

        Raises:
            RecipeError: there is none, or the file holds no recipe.
        """
        path = Path(name).expanduser()
        if path.suffix.casefold() != ".json" or (isinstance(name, str) and self._is_saved(name)):
            return self.get(str(name))
        try:
            return Recipe.from_text(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise RecipeError(
                f"The recipe {str(name)!r} cannot be read ({error}). Name a file of JSON, or a recipe of the project."
            ) from error
        except RecipeError as error:
            raise RecipeError(f"{str(path)!r} holds no recipe. {error}") from error

    def save(self, name: str, recipe: Recipe) -> None:
        """Keeps a recipe under a name that no other has.

        Raises:
            RecipeError: the name is empty, too long, or taken, by one that comes with cvwidgets or one that was saved.
            ReadOnlyProject: the project can only be looked at.
            DiskFull: there is no room.
        """
        self._check_writable()
        file = self._file(name)
        if name.strip().casefold() in {preset.name for preset in PRESETS}:
            raise RecipeError(f"{name!r} comes with cvwidgets and stays as it is; a name of your own is needed. Choose another.")
        taken = {one.name.casefold(): one for one in self.list()}
        if (there := taken.get(name.strip().casefold())) is not None and there.recipe != recipe:
            raise RecipeError(
                f"A recipe {there.name!r} was saved already, and stays as it is. Choose another name, or delete that one first."
            )
        try:
            self._folder.mkdir(exist_ok=True)
            write_whole(file, json.dumps(recipe.to_json(), indent=2).encode())
        except OSError as error:
            if is_disk_full(error):
                raise DiskFull("The disk is full; the recipe was not saved. Free some space and save it again.") from error
            raise

    def delete(self, name: str) -> Recipe:
        """Takes a saved recipe away and returns it, so that it can be saved again; runs trained by it keep theirs.

        Raises:
            RecipeError: there is none of that name among those that were saved.
            ReadOnlyProject: the project can only be looked at.
        """
        self._check_writable()
        file = self._file(name)
        if not file.is_file():
            raise RecipeError(f"No recipe {name!r} was saved; deleting needs one that was. List the recipes to see them.")
        recipe = self._read(file)
        file.unlink(missing_ok=True)
        return recipe

    def preview(
        self, recipe: Recipe | None = None, *, images: Sequence[int] | None = None, count: int = 6, draw: int = 0, others: int = 0
    ) -> tuple[Varied, ...]:
        """Some images as a recipe's augmentations vary them, at the size that it trains at; seconds the first time, then a moment.

        Args:
            recipe: Whose augmentations, seed, base and image size.
            images: Ids of images; by default some kept ones of different labels.
            count: How many variations of each.
            draw: Each gives other variations; the same gives the same.
            others: Each gives other images, where none are named.

        Raises:
            TooFewImages: there is no image.
            UnknownImage: a named image is not here.
            PredictionFailed: the worker that draws them gave no answer.
        """
        from cvwidgets.project.varying import preview

        return preview(self._project, recipe or Recipe(), images, count=count, draw=draw, others=others)

    def _check_writable(self) -> None:
        if self._read_only:
            raise ReadOnlyProject("The project can only be looked at; keeping recipes needs one that can be written. Work on a copy.")

    def _file(self, name: str) -> Path:
        plain = name.strip()
        if not plain or len(plain) > LONGEST or plain.startswith(".") or not plain.isprintable():
            raise RecipeError(f"A recipe cannot be called {name[: 2 * LONGEST]!r}; 1 to {LONGEST} letters are needed. Choose another name.")
        file = f"{quote(plain, safe=' ')}.json"
        if len(file) > LONGEST_FILE:
            raise RecipeError(f"The name {plain!r} is too long for a file's name. Choose a shorter one.")
        return self._folder / file

    def _is_saved(self, name: str) -> bool:
        with contextlib.suppress(RecipeError):
            return self._file(name).is_file()
        return False

    @staticmethod
    def _read(file: Path) -> Recipe:
        try:
            return Recipe.from_text(file.read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise RecipeError(f"The file of recipe {unquote(file.stem)!r} cannot be read ({error}). Save the recipe again.") from error
        except RecipeError as error:
            raise RecipeError(f"The file of recipe {unquote(file.stem)!r} holds none. {error}") from error
