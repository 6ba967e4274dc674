"""What a server needs of a project: models that answer in its own process, pictures from addresses, and the images most like a picture."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from cvwidgets.errors import UnreadablePicture
from cvwidgets.project.answering import ROOM, Answering, EngineChoice

if TYPE_CHECKING:
    from cvwidgets.collect import Web as Web
    from cvwidgets.project.project import Project
    from cvwidgets.project.view import View


class Engines:
    """Hands out what answers many at once, without the worker process between."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def answering(
        self, version: int | None = None, *, engine: EngineChoice = "auto", room: int = ROOM, say: Callable[[str], None] = lambda _: None
    ) -> Answering:
        """What answers by the model in production, or by a version for good; nothing is loaded before its `load`.

        Args:
            version: The version; None for the model in production at each moment.
            engine: What computes: "torch", "onnx" (onnxruntime), or "auto" for what a short trial finds faster.
            room: How many pictures may wait or be under way.
            say: Told in sentences what is tried, chosen and loaded.
        """
        return Answering(self._project.models, version=version, engine=engine, room=room, say=say)

    def web(self, *, seconds: float, most_bytes: int, allow_private: bool = False) -> Web:
        """What fetches pictures from addresses that strangers name: each asked once, no host left alone."""
        from cvwidgets.collect import Limits, Web

        limits = Limits(seconds=seconds, bytes=most_bytes, tries=1, patience=0.0, failures=1 << 31)
        return Web(limits, allow_private=allow_private)

    def neighbors(self, picture: bytes, k: int, *, label: str | None = None, model: str | int = "starter") -> View:
        """The k images nearest to a stranger's picture; see `Explorer.neighbors`.

        Raises:
            UnreadablePicture: the bytes are no picture, or one of more pixels than are read for strangers.
        """
        from cvwidgets.pictures import read_header
        from cvwidgets.vision.engine import MOST_PIXELS

        with tempfile.TemporaryDirectory(prefix="cvwidgets-") as folder:
            file = Path(folder) / "picture"
            file.write_bytes(picture)
            header = read_header(file)
            if header.width * header.height > MOST_PIXELS:
                raise UnreadablePicture(f"It has more than {MOST_PIXELS // 1_000_000} megapixels, the most that is read here.")
            return self._project.neighbors(file, k, label=label, model=model)
