"""The ways to vary pictures while a model learns: one table of them, from which Python, the form and the docs are told."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from cvwidgets.errors import RecipeError

Level = Literal["none", "light", "strong"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to vary pictures: its `name` in recipes, its `word` and a sentence for people.

    How far it goes is drawn anew for each picture, up to the augmentation's strength, which lies above 0 and up to `most`. A strength
    is a share (0..1) or an angle in degrees, its `unit`; `meaning` completes the sentence "up to 20% …". A way that either happens or
    not has no strength: `most` is 0. `usual` is from where to where the strength lies as a rule. `probability` and `strength` are those
    to begin with.
    """

    name: str
    word: str
    sentence: str
    probability: float = 0.5
    strength: float = 0.0
    meaning: str = ""
    unit: Literal["", "share", "degrees"] = ""
    usual: tuple[float, float] = (0.0, 0.0)
    most: float = 0.0

    @property
    def usually(self) -> str:
        """The usual strength in words; empty where there is none."""
        low, high = (f"{strength:g}{'°' if self.unit == 'degrees' else ''}" for strength in self.usual)
        return f"{low} to {high} {self.meaning}" if self.most else ""


KINDS = (
    Kind(
        "crop",
        "Crop",
        "Shows a part at random, so that things may be anywhere and nearer or farther.",
        probability=1.0,
        strength=0.65,
        meaning="of the area cut away",
        unit="share",
        usual=(0.3, 0.8),
        most=0.95,
    ),
    Kind("flip", "Flip", "Mirrors left and right. Not where that changes the meaning, as of letters."),
    Kind(
        "vertical_flip", "Vertical flip", "Mirrors top and bottom. For what has no up and down: seen through a microscope, or from above."
    ),
    Kind(
        "turn",
        "Turn",
        "Turns it either way. As far as things are turned where the model will be used.",
        strength=15.0,
        meaning="either way",
        unit="degrees",
        usual=(5.0, 30.0),
        most=180.0,
    ),
    Kind(
        "perspective",
        "Perspective",
        "Moves the corners inward, as if it were seen from the side.",
        strength=0.15,
        meaning="of a side, each corner",
        unit="share",
        usual=(0.05, 0.25),
        most=0.45,
    ),
    Kind(
        "light",
        "Light",
        "Makes it darker or lighter, as other lamps and hours of the day do.",
        probability=1.0,
        strength=0.2,
        meaning="darker or lighter",
        unit="share",
        usual=(0.1, 0.4),
        most=0.9,
    ),
    Kind(
        "contrast",
        "Contrast",
        "Weakens or strengthens what sets light and dark apart.",
        probability=1.0,
        strength=0.2,
        meaning="weaker or stronger",
        unit="share",
        usual=(0.1, 0.4),
        most=0.9,
    ),
    Kind(
        "color",
        "Color",
        "Makes colors paler or stronger, as other cameras do.",
        probability=1.0,
        strength=0.2,
        meaning="paler or stronger",
        unit="share",
        usual=(0.1, 0.4),
        most=0.9,
    ),
    Kind(
        "hue",
        "Hue",
        "Shifts all colors around the color wheel. Not where colors tell labels apart.",
        strength=10.0,
        meaning="either way",
        unit="degrees",
        usual=(5.0, 30.0),
        most=180.0,
    ),
    Kind("gray", "Gray", "Takes the colors away, so that shapes must be learnt.", probability=0.1),
    Kind(
        "blur",
        "Blur",
        "Blurs it, as motion or a lens out of focus does.",
        probability=0.2,
        strength=0.01,
        meaning="of a side, the radius",
        unit="share",
        usual=(0.003, 0.02),
        most=0.05,
    ),
    Kind(
        "noise",
        "Noise",
        "Adds grain, as a sensor in the dark does.",
        probability=0.2,
        strength=0.05,
        meaning="of full brightness",
        unit="share",
        usual=(0.02, 0.1),
        most=0.3,
    ),
    Kind(
        "jpeg",
        "JPEG",
        "Saves it as a poor JPEG, as messengers and old websites do.",
        probability=0.2,
        strength=0.6,
        meaning="of the quality lost",
        unit="share",
        usual=(0.3, 0.8),
        most=0.95,
    ),
    Kind(
        "erase",
        "Erase",
        "Covers a part with one color, so that no single detail decides.",
        strength=0.25,
        meaning="of the area covered",
        unit="share",
        usual=(0.1, 0.3),
        most=0.6,
    ),
)
"""All there are, in the order in which they are told."""

BY_NAME = {kind.name: kind for kind in KINDS}


def is_number(value: object) -> bool:
    """Whether a value is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


@dataclass(frozen=True, slots=True)
class Augmentation:
    """One way to vary pictures, how often (`probability`, above 0 and up to 1) and how far (`strength`, in the unit of its `Kind`).

    Raises:
        RecipeError: there is no such way, or a number is out of its range.
    """

    name: str
    probability: float
    strength: float = 0.0

    def __post_init__(self) -> None:
        kind = BY_NAME.get(self.name) if isinstance(self.name, str) else None
        if kind is None:
            raise RecipeError(f"There is no augmentation {self.name!r}; there are {', '.join(BY_NAME)}. Choose one of them.")
        if not is_number(self.probability) or not 0 < self.probability <= 1:
            raise RecipeError(
                f"The probability of {self.name!r} is {self.probability!r}; it must be above 0, up to 1. Change it, or leave it out."
            )
        if not is_number(self.strength) or not (0 < self.strength <= kind.most or self.strength == kind.most == 0):
            needed = f"above 0, up to {kind.most:g} ({kind.unit})" if kind.most else "0, as it has none"
            raise RecipeError(f"The strength of {self.name!r} is {self.strength!r}; it must be {needed}. Change it and start again.")

    def __str__(self) -> str:
        kind = BY_NAME[self.name]
        strength = f" {self.strength:g}{'°' if kind.unit == 'degrees' else ''}" if kind.most else ""
        return f"{self.name.replace('_', ' ')}{strength}" + (f" {100 * self.probability:g}%" if self.probability < 1 else "")


LEVELS: dict[Level, tuple[Augmentation, ...]] = {
    "none": (),
    "light": (
        Augmentation("crop", 1.0, 0.65),
        Augmentation("flip", 0.5),
        *(Augmentation(name, 1.0, 0.2) for name in ("light", "contrast", "color")),
    ),
    "strong": (
        Augmentation("crop", 1.0, 0.8),
        Augmentation("flip", 0.5),
        Augmentation("turn", 0.5, 15.0),
        *(Augmentation(name, 1.0, 0.4) for name in ("light", "contrast", "color")),
        Augmentation("erase", 0.5, 0.25),
    ),
}
"""The lists that have a name."""

_ONE = re.compile(r"([a-z][a-z_ ]*?)(?:\s+([\d.]+)°?)?(?:\s+([\d.]+)\s*%)?")


def read_augmentation(value: object) -> Level | tuple[Augmentation, ...]:
    """What a recipe holds of what was given: a level's name, or a list in the order of the table, at most one of each kind.

    Args:
        value: A level's name; a text such as "crop 0.65, flip 50%" (strength, then probability; always, where none is said); or a list
            of augmentations or of mappings with their fields. A list that has a name becomes its name.

    Raises:
        RecipeError: it is none of that.
    """
    if value in ("none", "light", "strong"):
        return value
    if isinstance(value, str):
        given = [_read_text(text.strip()) for text in value.split(",")]
    elif isinstance(value, Sequence):
        given = [one if isinstance(one, Augmentation) else _read_fields(one) for one in value]
    else:
        raise _no_augmentation(value)
    found = {one.name: one for one in given}
    if len(found) < len(given):
        raise RecipeError("The recipe's augmentation names one kind twice; each may be in the list once. Leave one of the two out.")
    listed = tuple(found[name] for name in BY_NAME if name in found)
    return next((level for level, named in LEVELS.items() if named == listed), listed)


def write_augmentation(value: Level | tuple[Augmentation, ...]) -> str:
    """The text from which `read_augmentation` reads the same."""
    return value if isinstance(value, str) else ", ".join(map(str, value))


def _read_text(text: str) -> Augmentation:
    found = _ONE.fullmatch(text)
    kind = BY_NAME.get(found[1].replace(" ", "_")) if found else None
    if found is None or kind is None:
        raise _no_augmentation(text)
    try:
        return Augmentation(kind.name, float(found[3] or 100) / 100, float(found[2] or kind.strength))
    except ValueError:  # 1.2.3
        raise _no_augmentation(text) from None


def _read_fields(fields: object) -> Augmentation:
    try:
        return Augmentation(**cast("Mapping[str, float]", fields))  # type: ignore[arg-type]
    except TypeError as error:
        raise _no_augmentation(fields) from error


def _no_augmentation(value: object) -> RecipeError:
    return RecipeError(
        f"The recipe's augmentation is {value!r}; it must be none, light, strong, or a list such as 'crop 0.65, flip 50%' of "
        f"{', '.join(BY_NAME)}. Change it and start again."
    )
