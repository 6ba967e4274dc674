"""Frames of a video as files of the project, taken by a process that a hostile video may take down in our stead."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterator
from dataclasses import asdict
from pathlib import Path, PurePath
from queue import Empty, Queue
from typing import Any
from urllib.parse import quote

from cvwidgets.collect.archives import Keep
from cvwidgets.collect.names import legible
from cvwidgets.errors import SourceError
from cvwidgets.frames import Frames
from cvwidgets.pictures import wire
from cvwidgets.pictures.child import PACKAGE_HOME, environment
from cvwidgets.records import Found, PassedOver, Refused, Source

MEMORY_BYTES = 3 << 30
"""What reading one video may take: 8K needs half of it, by its decoder's threads."""
SECONDS = 60.0
"""How long nothing may be heard of the process before it is ended."""
_AHEAD = 2
"""Frames that wait here; the process waits with the next one."""
_TICK = 0.2

Message = tuple[dict[str, Any], bytes]


def missing_for_videos() -> str | None:
    """Why no video can be read here, in a sentence that says what to do; None when they can."""
    if importlib.util.find_spec("av") is None:
        return "Frames of videos need the package av, which is not installed. Install it: pip install 'cvwidgets[video]'"
    return None


def check_video(source: Path) -> None:
    """Raises SourceError when videos cannot be read here."""
    if why := missing_for_videos():
        raise SourceError(f"'{legible(str(source))}' is a video. {why}")


def find_in_video(
    source: Path, frames: Frames, label: str | None, keep: Keep, *, name: str | None = None, memory_bytes: int = MEMORY_BYTES
) -> Iterator[Found | Refused | PassedOver | None]:
    """Takes frames out of a video, each kept as a JPEG by `keep` when its turn comes; None while nothing comes for a moment.

    The same video gives the same bytes again. `name` is what people call it, where its path says nothing.
    """
    shown = name or str(source)
    if why := missing_for_videos():
        yield Refused(legible(shown), f"It is a video. {why}")
        return
    address = quote(name) if name else source.absolute().as_uri()
    with contextlib.closing(_told(source, frames, memory_bytes)) as messages:
        for message in messages:
            if message is None:
                yield None
            elif "frame" in message[0]:
                yield _keep(message, shown, address, label, keep)
            elif message[0].get("reason"):
                yield Refused(legible(shown), message[0]["reason"])
            elif message[0].get("more"):
                yield PassedOver(legible(shown), f"more frames than the {frames.most:,} that are taken of one video are not in")


def _keep(message: Message, shown: str, address: str, label: str | None, keep: Keep) -> Found:
    seconds = message[0]["frame"]
    milliseconds = round(1000 * seconds)
    hours, rest = divmod(milliseconds, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    frame = f"{legible(PurePath(shown).stem)}@{hours:02}-{minutes:02}-{rest // 1000:02}.{rest % 1000:03}.jpg"
    path = keep(io.BytesIO(message[1]), frame)
    status = path.stat()
    source = Source(address=f"{address}#{quote(frame, safe='@')}")
    return Found(path, status.st_size, status.st_mtime_ns, label, owned=True, source=source, name=f"{legible(shown)}/{frame}")


def _told(source: Path, frames: Frames, memory_bytes: int) -> Generator[Message | None, None, None]:
    """What the process says, the end of its work last; None from time to time while it says nothing."""
    command = [sys.executable, "-P", "-m", "cvwidgets.collect.filming", str(memory_bytes)]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=PACKAGE_HOME,
        env=environment(),
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    heard: Queue[Message | None] = Queue(_AHEAD)
    listener = threading.Thread(target=_listen, args=(process, heard), name="cvwidgets-video", daemon=True)
    try:
        _ask(process, source, frames)
        listener.start()
        yield from _until_the_end(heard)
    finally:
        process.kill()
        while listener.is_alive():
            with contextlib.suppress(Empty):
                heard.get_nowait()
            listener.join(0.02)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()  # type: ignore[union-attr]


def _ask(process: subprocess.Popen[bytes], source: Path, frames: Frames) -> None:
    assert process.stdin
    with contextlib.suppress(OSError):  # it died at once, which is told by its silence
        wire.write(process.stdin, asdict(frames), os.fsencode(source.absolute()))
        process.stdin.flush()


def _listen(process: subprocess.Popen[bytes], heard: Queue[Message | None]) -> None:
    assert process.stdout
    with contextlib.suppress(ValueError, OSError):
        while message := wire.receive(process.stdout):
            heard.put(message)
    heard.put(None)


def _until_the_end(heard: Queue[Message | None]) -> Iterator[Message | None]:
    last = time.monotonic()
    while True:
        try:
            message = heard.get(timeout=_TICK)
        except Empty:
            if time.monotonic() - last > SECONDS:
                yield {"end": True, "reason": f"Nothing came of it for {SECONDS:.0f} s; what came before is in."}, b""
                return
            yield None
            continue
        last = time.monotonic()
        if message is None:
            yield {"end": True, "reason": "Reading it made the decoder crash, or took too much memory; what came before is in."}, b""
            return
        if "alive" not in message[0]:
            yield message
        if "end" in message[0]:
            return
