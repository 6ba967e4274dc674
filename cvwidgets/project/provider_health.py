"""How providers did when they were asked last: written by whoever searches, in `cache/`, for panels to read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cvwidgets.clock import now
from cvwidgets.files import write_whole
from cvwidgets.jobs import read_facts

if TYPE_CHECKING:
    from cvwidgets.collect import ProviderFacts, ProviderHealth, Strand

SLOW_SECONDS = 10.0
"""A provider that lets us wait longer for its next hit is slow."""


def health_of(strands: Iterable[Strand]) -> dict[str, ProviderHealth]:
    """How the providers stand that have given something, or ended."""
    from cvwidgets.collect import ProviderHealth

    health: dict[str, ProviderHealth] = {}
    for strand in strands:
        if not (strand.seen or strand.ended):
            continue
        before = health.get(strand.provider.name, ProviderHealth(at=now()))
        seconds = max(before.seconds, strand.seconds)
        trouble = strand.ended if strand.ended not in ("", "done") else "slow" if seconds > SLOW_SECONDS else ""
        told = {"state": trouble, "sentence": strand.sentence} if trouble else {}
        health[strand.provider.name] = replace(before, seen=before.seen + strand.seen, seconds=seconds, **told)
    return health


def write_health(project: Path, strands: Iterable[Strand]) -> None:
    """Notes how the providers did; that it cannot be written is no matter."""
    fresh = {name: asdict(health) for name, health in health_of(strands).items()}
    known = read_facts(_file(project)) or {}
    if any(known.get(name, {}) | {"at": ""} != facts | {"at": ""} for name, facts in fresh.items()):
        with suppress(OSError):
            _file(project).parent.mkdir(exist_ok=True)
            write_whole(_file(project), json.dumps(known | fresh).encode())


def with_health(project: Path, providers: Sequence[ProviderFacts]) -> tuple[ProviderFacts, ...]:
    """The providers, each with how it did when it was asked last."""
    from cvwidgets.collect import ProviderHealth

    known = read_facts(_file(project)) or {}
    found = []
    for provider in providers:
        health = None
        with suppress(TypeError):  # of another version
            health = ProviderHealth(**known[provider.name]) if provider.name in known else None
        found.append(replace(provider, health=health))
    return tuple(found)


def _file(project: Path) -> Path:
    return project / "cache" / "providers.json"
