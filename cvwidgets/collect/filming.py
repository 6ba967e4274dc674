"""A process that takes frames out of one video, `python -m cvwidgets.collect.filming MEMORY_BYTES`, and limits itself.

Standard input names the video and says what is wanted; frames leave as JPEGs on standard output. A hostile video may take it down, and
nothing else. The video is read from one open file by the demuxer of the format that its first bytes tell: formats that lead to other files
or to the web (playlists, concatenations) are never tried.
"""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from cvwidgets.collect.scenes import A_SECOND, SMALL, Scenes
from cvwidgets.frames import Frames
from cvwidgets.pictures import wire
from cvwidgets.pictures.confining import be_modest, own_pipes, silence

QUALITY = 95
MAX_PIXELS = 40_000_000
"""Of one frame: 8K has 33 million."""
_EDGE = 1e-6
"""Seconds that rounding may make a frame come too early."""
_TURN = {90: "ROTATE_90", 180: "ROTATE_180", 270: "ROTATE_270"}
_FAULTS = 500
"""Packets in a row that cannot be decoded, after which the rest is given up."""
_THREADS = 2
_BEAT = 0.5
"""Seconds between two signs of life."""
_LOST = 2.0
"""Seconds that may be missing at the end before a video counts as cut off."""
_UNUSUAL = 10.0
"""How much wider or higher than it is a pixel may be said to be."""


class Unusable(Exception):
    """The video, or what is left of it, cannot be read; `str()` is the reason in one sentence."""


@dataclass(slots=True)
class Ending:
    """How far the reading came: `seconds` of `of` (None: not known), and whether there was more than was wanted."""

    seconds: float = 0.0
    of: float | None = None
    more: bool = False


def kind_of(start: bytes) -> str | None:
    """The format of a video by its first 12 bytes, as the demuxer is called; None for anything else."""
    if start[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
        return "mov"
    if start[:4] == b"\x1aE\xdf\xa3":
        return "matroska"
    return "avi" if start[:4] == b"RIFF" and start[8:12] == b"AVI " else None


def take_frames(stream: BinaryIO, wanted: Frames, ending: Ending) -> Iterator[tuple[float, Any] | None]:
    """Yields the time (seconds from the first frame) and the picture of each frame that is wanted, and None for each that is not.

    Raises:
        Unusable: it is no video, damaged from the start, or ends before its time; what came before is good.
    """
    import av

    start = stream.read(12)
    stream.seek(0)
    if (kind := kind_of(start)) is None:
        raise Unusable("It is no video of a kind that is read (MP4, MOV, WebM, MKV, AVI).")
    try:
        with av.open(stream, format=kind, metadata_errors="replace") as container:
            video = next((one for one in container.streams.video if not _is_cover(one)), None)
            if video is None:
                raise Unusable("It holds no moving pictures.")
            _check_size(video.codec_context.width, video.codec_context.height)
            aspect = float(video.sample_aspect_ratio or 1)
            video.thread_type, video.codec_context.thread_count = "AUTO", _THREADS
            duration = video.duration * video.time_base if video.duration and video.time_base else None
            ending.of = float(duration) if duration else container.duration / av.time_base if container.duration else None
            yield from _chosen(_decoded(container, video), wanted, ending, aspect)
    except MemoryError as error:
        raise Unusable("Reading it takes more memory than it may; what came before is in.") from error
    except (av.FFmpegError, OSError, ValueError, ArithmeticError, LookupError) as error:  # what a damaged file makes of its demuxer
        raise Unusable(_damaged(ending)) from error
    if not ending.more and ending.of is not None and ending.seconds < ending.of - max(_LOST, 0.1 * ending.of):
        raise Unusable(_damaged(ending))


def _is_cover(stream: Any) -> bool:
    """Whether a stream is the picture on the cover of a piece of music."""
    return "attached_pic" in str(stream.disposition).lower()


def _decoded(container: Any, video: Any) -> Iterator[Any]:
    """All frames that can be decoded, in the order they are shown."""
    import av

    in_a_row = 0
    for packet in container.demux(video):
        try:
            frames = packet.decode()
        except av.FFmpegError as error:
            in_a_row += 1
            if in_a_row > _FAULTS or isinstance(error, MemoryError):
                raise
            continue
        in_a_row = 0
        yield from frames


def _chosen(frames: Iterator[Any], wanted: Frames, ending: Ending, aspect: float) -> Iterator[tuple[float, Any] | None]:
    first: float | None = None
    next_look, taken, scenes = 0.0, 0, Scenes()
    step = 1 / A_SECOND if wanted.scenes else wanted.every
    for frame in frames:
        if frame.time is None:
            continue
        first = frame.time if first is None else first
        seconds = ending.seconds = max(0.0, frame.time - first)
        if seconds + _EDGE < next_look:
            yield None
            continue
        next_look = ((seconds + _EDGE) // step + 1) * step
        _check_size(frame.width, frame.height)
        if wanted.scenes and not scenes.is_new(frame.reformat(width=SMALL[0], height=SMALL[1], format="rgb24").to_image(), seconds):
            yield None
            continue
        if taken == wanted.most:
            ending.more = True
            return
        taken += 1
        yield seconds, _upright(frame, aspect)
    if first is None:
        raise Unusable("Not one frame of it can be decoded.")


def _upright(frame: Any, aspect: float) -> Any:
    """The picture of a frame as a player shows it: turned as its container says, with square pixels; `aspect` is the width of one."""
    from PIL import Image

    picture = frame.to_image()
    if aspect != 1 and 1 / _UNUSUAL < aspect < _UNUSUAL:
        picture = picture.resize((max(1, round(picture.width * aspect)), picture.height), Image.Resampling.LANCZOS)
    turn = _TURN.get(round(frame.rotation) % 360)
    return picture.transpose(Image.Transpose[turn]) if turn else picture


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise Unusable(f"Its frames have more than {MAX_PIXELS // 1_000_000} megapixels, the most that is read; scale it down first.")


def _damaged(ending: Ending) -> str:
    if not ending.seconds:
        return "It is damaged or cut off: nothing of it can be read."
    of = f" of {clock(ending.of)}" if ending.of else ""
    return f"It is damaged or cut off at {clock(ending.seconds)}{of}; the frames up to there are in."


def clock(seconds: float) -> str:
    """A time within a video: "00:01:23"."""
    whole = int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def main(memory_bytes: int) -> None:
    """Takes the frames that are asked for, and says how it ended."""
    questions, answers = own_pipes()
    if hasattr(os, "nice"):
        os.nice(10)
    import av
    from PIL import Image  # noqa: F401 — before the limits hold, as libraries take room

    av.logging.set_level(None)
    asked = wire.receive(questions)
    be_modest(memory_bytes)
    silence(2)
    if asked is None:
        return
    head, path = asked
    ending, reason = Ending(), None
    try:
        with Path(os.fsdecode(path)).open("rb") as stream:
            _send(take_frames(stream, Frames(**head), ending), answers)
    except Unusable as error:
        reason = str(error)
    except OSError as error:
        reason = f"It cannot be read: {(error.strerror or 'the disk gave an error').lower()}."
    except MemoryError:
        reason = "Reading it takes more memory than it may."
    wire.write(answers, {"end": True, "reason": reason, "seconds": ending.seconds, "more": ending.more})
    answers.flush()


def _send(frames: Iterator[tuple[float, Any] | None], answers: BinaryIO) -> None:
    said = time.monotonic()
    for frame in frames:
        if frame is None and time.monotonic() - said < _BEAT:
            continue
        if frame is None:
            wire.write(answers, {"alive": True})
        else:
            seconds, picture = frame
            made = io.BytesIO()
            picture.save(made, "JPEG", quality=QUALITY)
            if made.tell() > wire.MAX_BYTES:
                raise Unusable(f"One of its frames takes more than {wire.MAX_BYTES >> 20} MB; scale it down first. What came before is in.")
            wire.write(answers, {"frame": seconds}, made.getvalue())
        answers.flush()
        said = time.monotonic()


if __name__ == "__main__":
    main(int(sys.argv[1]))
