"""The recipe: everything that decides a run besides its snapshot, checked when it is made, read and written as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from cvwidgets.errors import RecipeError


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides a run besides the snapshot.

    `base` is "starter", a hub name or a local folder. `split` holds the fractions of train, valid and test.
    `warmup` is a fraction of all steps. `image_size` None means the base's own. `depth` None trains each label as it is;
    1 trains the roots of the label tree, 2 their children, and so on. "auto" values are found at the start and written into the run.

    Raises:
        RecipeError: a value is out of its range; the sentence names the field and the range.
    """

    base: str = "starter"
    epochs: int = 5
    seed: int = 0
    batch_size: int = 16
    accumulation: int = 1
    learning_rate: float = 1e-3
    weight_decay: float = 0.05
    warmup: float = 0.1
    schedule: Literal["cosine", "linear", "constant"] = "cosine"
    label_smoothing: float = 0.0
    augmentation: Literal["none", "light", "strong"] = "light"
    image_size: int | None = None
    split: tuple[float, float, float] = (0.6, 0.2, 0.2)
    depth: int | None = None
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    device: str = "auto"
    threads: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "split", tuple(self.split))
        self._need(bool(self.base), "base", "a name or a folder")
        self._need(1 <= self.epochs <= 10_000, "epochs", "1 to 10000")
        self._need(0 <= self.seed < 2**31, "seed", "0 to 2147483647")
        self._need(1 <= self.batch_size <= 4096, "batch_size", "1 to 4096")
        self._need(1 <= self.accumulation <= 1024, "accumulation", "1 to 1024")
        self._need(0 < self.learning_rate <= 1, "learning_rate", "above 0, up to 1")
        self._need(0 <= self.weight_decay <= 1, "weight_decay", "0 to 1")
        self._need(0 <= self.warmup <= 1, "warmup", "0 to 1, a fraction of all steps")
        self._need(self.schedule in ("cosine", "linear", "constant"), "schedule", "cosine, linear or constant")
        self._need(0 <= self.label_smoothing < 1, "label_smoothing", "0 up to, not including, 1")
        self._need(self.augmentation in ("none", "light", "strong"), "augmentation", "none, light or strong")
        self._need(self.image_size is None or 32 <= self.image_size <= 1024, "image_size", "32 to 1024 pixels, or none")
        self._need(
            len(self.split) == 3 and min(self.split) > 0 and abs(sum(self.split) - 1) < 1e-6,
            "split",
            "three fractions above 0 that add up to 1",
        )
        self._need(self.depth is None or 1 <= self.depth <= 32, "depth", "1 to 32, or none")
        self._need(self.precision in ("auto", "float32", "bfloat16"), "precision", "auto, float32 or bfloat16")
        self._need(self.threads is None or 1 <= self.threads <= 1024, "threads", "1 to 1024, or none")

    def _need(self, holds: bool, field: str, needed: str) -> None:
        if not holds:
            raise RecipeError(f"The recipe's {field} is {getattr(self, field)!r}; it must be {needed}. Change it and start again.")

    def to_json(self) -> dict[str, Any]:
        """The recipe as JSON values; `from_json` of it is equal to the recipe."""
        return {**asdict(self), "split": list(self.split)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Recipe:
        """The recipe written by `to_json`; fields left out take their defaults.

        Raises:
            RecipeError: a field is unknown, of the wrong type, or out of its range.
        """
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(values) - known):
            raise RecipeError(
                f"The recipe has an unknown field {unknown[0]!r}; it may hold {', '.join(sorted(known))}. Remove or rename it."
            )
        try:
            return cls(**values)
        except TypeError as error:
            raise RecipeError(f"The recipe holds a value of the wrong type ({error}). Correct it and start again.") from error
