"""What may be chosen of a server: by arguments, or by the facts of the job that a page started."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from cvwidgets.errors import ServeError
from cvwidgets.project.answering import EngineChoice


@dataclass(frozen=True, slots=True)
class Choices:
    """How a project is served. `port` is the first one to try.

    Raises:
        ServeError: a choice cannot be used.
    """

    project: Path
    host: str = "127.0.0.1"
    port: int = 8000
    model: int | None = None
    """The version that answers for good; None for the one in production at each moment."""
    token_file: Path | None = None
    roots: tuple[Path, ...] = ()
    """Folders below which `/cv` may be asked for pictures."""
    classic: bool = False
    """Whether `/cv` answers at all."""
    allow_private: bool = False
    """Whether addresses of this computer and of private networks may be fetched from."""
    cors: tuple[str, ...] = ()
    """Origins whose pages may ask, such as https://example.org."""
    log: bool = False
    log_images: bool = False
    engine: EngineChoice = "auto"

    def __post_init__(self) -> None:
        if not 0 < self.port < 65_536:
            raise ServeError(f"The port {self.port} was asked for; one from 1 to 65,535 is needed. Choose another.")
        if self.engine not in get_args(EngineChoice):
            raise ServeError(f"There is no engine {self.engine!r}; there are {', '.join(get_args(EngineChoice))}. Choose one of these.")
        for root in self.roots:
            if not root.is_dir():
                raise ServeError(f"The root {str(root)!r} is no folder; pictures are asked for below folders. Correct it.")
        for origin in self.cors:
            if origin != "*" and not (origin.startswith(("http://", "https://")) and origin.count("/") == 2):
                raise ServeError(f"{origin!r} is no origin; one such as https://example.org is needed, without a path. Correct it.")

    @property
    def on_loopback(self) -> bool:
        """Whether nobody but this computer can reach it."""
        with suppress(ValueError):
            return ipaddress.ip_address(self.host).is_loopback
        return self.host == "localhost"

    @classmethod
    def from_facts(cls, project: Path, facts: Mapping[str, Any]) -> Choices:
        """From a job's request, by the names of the fields; what is missing or None takes its default.

        Raises:
            ServeError: a choice cannot be used.
        """
        token_file = facts.get("token_file")
        given = {name: facts[name] for name in ("host", "port", "model", "classic", "allow_private", "log", "log_images", "engine")
                 if facts.get(name) is not None}  # fmt: skip
        return replace(
            cls(project, **given),
            token_file=Path(token_file) if token_file else None,
            roots=tuple(Path(root) for root in facts.get("roots") or ()),
            cors=tuple(facts.get("cors") or ()),
        )
