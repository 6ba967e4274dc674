"""The recipe: everything that decides a run besides its snapshot, checked when it is made, read and written as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from os import PathLike, fspath
from typing import Any, Literal

from cvwidgets.augmentation import LEVELS, Augmentation, Level, is_number, read_augmentation, write_augmentation
from cvwidgets.errors import RecipeError

COLUMN = "column:"
"""What `split_by` begins with when the name of a column follows."""
GIVEN = "given"
"""The `split_by` that takes the parts with which images came."""
MOST_GATHERED = 1024
"""No step gathers more batches than this."""
SPLITS = f"image, {GIVEN}, folder, time, or {COLUMN} with a column's name"


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides a run besides the snapshot.

    `base` is "starter", a hub name or a local folder. `split` holds the fractions of train, valid and test,
    `split_seed` decides who goes where; `split_by` what stays whole: "image" each picture for itself, "folder" those of one folder,
    "time" those taken with no more than `split_gap` minutes between one and the next, "column:NAME" those with one value there
    (in a project author, page, provider, query, or a column of the user's own that a list brought); "given" takes the parts that images
    came with, and fills one that none of a label came with out of its train images, by `split` and `split_seed`. `seed` decides all other
    chance, so that runs with different seeds are tested on the same images. `warmup` is a fraction of all steps. `image_size` None means
    the base's own. `depth` None trains each label as it is; 1 trains the roots of the label tree, 2 their children, and so on. "auto"
    values are found at the start and written into the run.

    With `head_first` the first epoch learns the head alone, on the features of the base as it is, and the others fine-tune all layers
    from there: `epochs` 1 trains nothing but a head. `layer_decay` is the learning rate of the first layers as a share of the last
    layers', falling in equal ratios in between (1: all learn alike). `averaging` judges and keeps a moving average of the weights over
    so many epochs (0: the weights as they are). `balance` lets a picture of a rare label count more: "weights" so that all labels count
    the same, "auto" half-way there (by the square root) where labels are uneven. `choose_by` says which epoch is the best, on the valid
    part; after `patience` epochs without a better one the run ends (None: it never does). `augmentation` is "none", "light", "strong" or
    a list of augmentations; a text such as "crop 0.65, flip 50%" is read as one.

    Raises:
        RecipeError: a value is out of its range; the sentence names the field and the range.
    """

    base: str = "starter"
    epochs: int = 12
    seed: int = 0
    batch_size: int = 16
    accumulation: int = 1
    learning_rate: float = 1e-3
    weight_decay: float = 0.05
    warmup: float = 0.1
    schedule: Literal["cosine", "linear", "constant"] = "cosine"
    label_smoothing: float = 0.0
    head_first: bool = True
    layer_decay: float = 0.5
    averaging: float = 0.5
    balance: Literal["auto", "none", "weights"] = "auto"
    choose_by: Literal["accuracy", "macro_f1", "loss", "last"] = "accuracy"
    patience: int | None = None
    augmentation: Level | tuple[Augmentation, ...] = "light"
    image_size: int | None = None
    split: tuple[float, float, float] = (0.6, 0.2, 0.2)
    split_seed: int = 0
    split_by: str = "image"
    split_gap: float = 30.0
    depth: int | None = None
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    device: str = "auto"
    threads: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "base", fspath(self.base) if isinstance(self.base, PathLike) else self.base)
        self._need(isinstance(self.base, str) and bool(self.base), "base", "a name or a folder")
        self._need_whole("epochs", 1, 10_000)
        self._need_whole("seed", 0, 2**31 - 1)
        self._need_whole("batch_size", 1, 4096)
        self._need_whole("accumulation", 1, MOST_GATHERED)
        self._need(is_number(self.learning_rate) and 0 < self.learning_rate <= 1, "learning_rate", "above 0, up to 1")
        self._need(is_number(self.weight_decay) and 0 <= self.weight_decay <= 1, "weight_decay", "0 to 1")
        self._need(is_number(self.warmup) and 0 <= self.warmup <= 1, "warmup", "0 to 1, a fraction of all steps")
        self._need(is_number(self.label_smoothing) and 0 <= self.label_smoothing < 1, "label_smoothing", "0 up to, not including, 1")
        self._need(isinstance(self.head_first, bool), "head_first", "true or false")
        self._need(is_number(self.layer_decay) and 0 < self.layer_decay <= 1, "layer_decay", "above 0, up to 1")
        self._need(is_number(self.averaging) and 0 <= self.averaging <= 100, "averaging", "0 to 100, in epochs")
        self._need(self.balance in ("auto", "none", "weights"), "balance", "auto, none or weights")
        self._need(self.choose_by in ("accuracy", "macro_f1", "loss", "last"), "choose_by", "accuracy, macro_f1, loss or last")
        self._need(self.schedule in ("cosine", "linear", "constant"), "schedule", "cosine, linear or constant")
        object.__setattr__(self, "augmentation", read_augmentation(self.augmentation))
        self._need(self.precision in ("auto", "float32", "bfloat16"), "precision", "auto, float32 or bfloat16")
        self._need(isinstance(self.device, str) and bool(self.device), "device", "auto, cpu, cuda or mps")
        self._need_split()
        self._need_whole("split_seed", 0, 2**31 - 1)
        by = self.split_by if isinstance(self.split_by, str) else ""
        self._need(by in ("image", GIVEN, "folder", "time") or (len(by) > len(COLUMN) and by.startswith(COLUMN)), "split_by", SPLITS)
        self._need(is_number(self.split_gap) and 0 < self.split_gap <= 525_600, "split_gap", "above 0, up to 525600, in minutes")
        for name, low, high in (("image_size", 32, 1024), ("depth", 1, 32), ("threads", 1, 1024), ("patience", 1, 10_000)):
            if getattr(self, name) is not None:
                self._need_whole(name, low, high)

    def _need_split(self) -> None:
        needed = "three fractions above 0 that add up to 1"
        self._need(isinstance(self.split, Sequence) and len(self.split) == 3 and all(map(is_number, self.split)), "split", needed)
        self._need(min(self.split) > 0 and abs(sum(self.split) - 1) < 1e-6, "split", needed)
        object.__setattr__(self, "split", tuple(self.split))

    def _need_whole(self, field: str, low: int, high: int) -> None:
        value = getattr(self, field)
        self._need(
            isinstance(value, int) and not isinstance(value, bool) and low <= value <= high, field, f"a whole number from {low} to {high}"
        )

    def _need(self, holds: bool, field: str, needed: str) -> None:
        if not holds:
            raise RecipeError(f"The recipe's {field} is {getattr(self, field)!r:.200}; it must be {needed}. Change it and start again.")

    @property
    def augmentations(self) -> tuple[Augmentation, ...]:
        """How pictures are varied, in whatever way the recipe says it."""
        return LEVELS[self.augmentation] if isinstance(self.augmentation, str) else self.augmentation

    def in_smaller_batches(self) -> list[Recipe]:
        """The recipes whose steps learn from the same images in smaller batches, the largest batches first."""
        sizes = [size for size in range(self.batch_size // 2, 0, -1) if self.batch_size % size == 0]
        counts = [(size, self.accumulation * self.batch_size // size) for size in sizes]
        return [replace(self, batch_size=size, accumulation=count) for size, count in counts if count <= MOST_GATHERED]

    def to_json(self) -> dict[str, Any]:
        """The recipe as JSON values; `from_json` of it is equal to the recipe."""
        varied = self.augmentation if isinstance(self.augmentation, str) else [asdict(one) for one in self.augmentation]
        return {**asdict(self), "augmentation": varied, "split": list(self.split)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Recipe:
        """The recipe written by `to_json`; fields left out take their defaults.

        Raises:
            RecipeError: a field is unknown, of the wrong type, or out of its range.
        """
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(values) - known):
            raise RecipeError(
                f"The recipe has an unknown field {unknown[0]!r:.100}; it may hold {', '.join(sorted(known))}. Remove or rename it."
            )
        try:
            return cls(**values)
        except TypeError as error:
            raise RecipeError(f"The recipe holds a value of the wrong type ({error}). Correct it and start again.") from error

    @classmethod
    def from_text(cls, text: str) -> Recipe:
        """The recipe that a text of JSON holds, as `from_json` reads it.

        Raises:
            RecipeError: the text is no JSON or no object, or `from_json` refuses what it holds.
        """
        example = 'a recipe is an object such as {"epochs": 12, "augmentation": "light"}. Correct it and try again.'
        try:
            values = json.loads(text)
        except json.JSONDecodeError as error:
            raise RecipeError(f"The text is no JSON (line {error.lineno}, column {error.colno}: {error.msg}); {example}") from error
        except (ValueError, RecursionError) as error:
            raise RecipeError(f"The text cannot be read as JSON ({error}); {example}") from error
        if not isinstance(values, dict):
            raise RecipeError(f"The text holds no object of JSON; {example}")
        return cls.from_json(values)


@dataclass(frozen=True, slots=True)
class Preset:
    """A recipe to begin with: `name` for commands, `word` for people, one sentence that says what it does and for whom."""

    name: str
    word: str
    sentence: str
    recipe: Recipe


# Found by measuring; cvwidgets/learn/RECIPES.md has the table of what was tried.
PRESETS = (
    Preset("quick", "Quick", "Learns the last layer alone, in seconds: a first look at what the base can tell apart.", Recipe(epochs=1)),
    Preset("standard", "Standard", "The last layer first, then all layers from there. For most pictures the one to take.", Recipe()),
    Preset(
        "thorough",
        "Thorough",
        "As Standard, for longer and with pictures varied more, until it gets no better. For the model that is to stay.",
        Recipe(epochs=30, augmentation="strong", averaging=1.0, patience=8),
    ),
)


def differences(recipe: Recipe, *others: Recipe) -> tuple[tuple[Any, ...], ...]:
    """The fields in which not all of these recipes are alike, in order: name, the value in `recipe`, the value in each of the others.

    Augmentations are a text.
    """
    each = [{**one.to_json(), "augmentation": write_augmentation(one.augmentation)} for one in (recipe, *others)]
    rows = [(name, *(values[name] for values in each)) for name in each[0]]
    return tuple(row for row in rows if any(value != row[1] for value in row[2:]))
