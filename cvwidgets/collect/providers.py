"""The providers that there are: ours, and those that other packages bring."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points

from cvwidgets.collect.provider import Provider
from cvwidgets.errors import UnknownProvider

GROUP = "cvwidgets.providers"
OURS = tuple(
    EntryPoint(name, f"cvwidgets.collect.{module}", GROUP)
    for name, module in (
        ("openverse", "openverse:Openverse"),
        ("commons", "commons:Commons"),
        ("inaturalist", "inaturalist:INaturalist"),
        ("flickr", "flickr:Flickr"),
        ("pexels", "pexels:Pexels"),
        ("web", "websearch:WebSearch"),
    )
)
USUAL = ("openverse", "commons")
"""Asked where none is named: they find all sorts of things, and know licenses."""
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,30}")


@dataclass(frozen=True, slots=True)
class ProviderHealth:
    """How a provider did when it was asked last, `at` (ISO 8601, UTC): `seen` pictures, `seconds` the longest wait for one.

    `state` is "well", "slow", "blocked", "unreachable", "changed" or "failed"; `sentence` says more where it is not well.
    """

    at: str
    state: str = "well"
    sentence: str = ""
    seen: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ProviderFacts:
    """What a form shows of a provider: see `Provider`. `missing` says why it cannot be asked here, None when it can.

    `usual` ones are asked where none is named; `health` is None until it was asked.
    """

    name: str
    word: str
    sentence: str
    knows_licenses: bool = False
    knows_safe: bool = False
    needs_key: str | None = None
    missing: str | None = None
    usual: bool = False
    health: ProviderHealth | None = None


def provider_facts() -> tuple[ProviderFacts, ...]:
    """All providers, ours first; one that cannot be loaded is told as missing."""
    return tuple(_facts(point) for point in _points().values())


def load_provider(name: str) -> Provider:
    """The provider of that name, ready to be asked.

    Raises:
        UnknownProvider: there is none of that name, it cannot be loaded, or something that it needs is missing.
    """
    points = _points()
    if name not in points:
        raise UnknownProvider(f"There is no provider {name[:40]!r}; there are {', '.join(points)}. Choose one of these.")
    provider = _load(points[name])
    if why := provider.missing():
        raise UnknownProvider(why)
    return provider


def _points() -> dict[str, EntryPoint]:
    """The entry points by name; ours cannot be taken by another package."""
    ours = {point.name: point for point in OURS}
    others = {point.name: point for point in sorted(entry_points(group=GROUP)) if _NAME.fullmatch(point.name)}
    return ours | {name: point for name, point in others.items() if name not in ours}


def _load(point: EntryPoint) -> Provider:
    try:
        made = point.load()()
    except Exception as error:  # noqa: BLE001 — code of another package may fail in any way; it must not hide the other providers
        made = error
    if not isinstance(made, Provider):
        why = f" ({type(made).__name__}: {made})" if isinstance(made, Exception) else ""
        raise UnknownProvider(
            f"The provider {point.name!r} cannot be used{why}; {point.value} must be a class of cvwidgets.collect.Provider. "
            "Mend or remove the package that brings it."
        )
    return made


def _facts(point: EntryPoint) -> ProviderFacts:
    try:
        provider = _load(point)
        missing = provider.missing()
    except UnknownProvider as error:
        return ProviderFacts(point.name, point.name, "", missing=str(error))
    return ProviderFacts(
        point.name,
        provider.word,
        provider.sentence,
        knows_licenses=provider.knows_licenses,
        knows_safe=provider.knows_safe,
        needs_key=provider.needs_key,
        missing=missing,
        usual=point.name in USUAL,
    )
