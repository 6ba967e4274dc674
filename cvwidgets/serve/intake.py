"""What comes in: the pictures of a request, as files of a form, as its body, or as JSON with base64 or addresses."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from cvwidgets.serve.bounds import Bounds

LONGEST_NAME = 200
MOST_LISTED = 1000
"""Images that a request in JSON may list; of a few already it is told that they are too many."""
_DRAINED = 1 << 30
_DRAIN_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One picture of a request: its bytes, or the address that they are at; `problem` says in a sentence why there are none."""

    name: str
    picture: bytes | None = None
    address: str | None = None
    problem: str | None = None


class AskedImage(BaseModel):
    """A picture as base64, or the address of one."""

    model_config = ConfigDict(extra="forbid", title="Image")
    base64: str | None = Field(None, description="The bytes of the file, as base64; 'data:image/…;base64,' may stand before them.")
    address: Annotated[str | None, Field(max_length=4096)] = Field(None, description="An address of the public web (http or https).")
    name: Annotated[str | None, Field(max_length=LONGEST_NAME)] = Field(None, description="What it is called in the answer.")

    @model_validator(mode="after")
    def _one_of_both(self) -> AskedImage:
        if (self.base64 is None) == (self.address is None):
            raise ValueError("each image has either base64 or an address")
        return self


class AskedImages(BaseModel):
    """Several pictures at once."""

    model_config = ConfigDict(extra="forbid", title="Images")
    images: list[AskedImage] = Field(min_length=1, max_length=MOST_LISTED)


class Held:
    """The bytes of one request: those that were sent, and those that its addresses gave."""

    def __init__(self, bounds: Bounds, under_way: set[Held]) -> None:
        self._bounds = bounds
        self._under_way = under_way
        self.bytes = 0

    def add(self, count: int) -> None:
        """Counts bytes that are kept from now on.

        Raises:
            HTTPException: these are more than one request may keep (413), or all of them together (429).
        """
        self.bytes += count
        if self.bytes > self._bounds.body_bytes:
            raise HTTPException(413, f"The request is larger than {self._bounds.body_bytes >> 20} MB, the most at once. Send less.")
        if sum(held.bytes for held in self._under_way) > self._bounds.bytes_together:
            raise HTTPException(429, "Too much is being sent at once. Ask again in a moment.", {"Retry-After": "2"})


class Intake:
    """Takes in the pictures of requests, none larger than it may be, and all together no larger than they may be."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._under_way: set[Held] = set()

    @contextmanager
    def holding(self) -> Iterator[Held]:
        """What a request keeps in memory counts as long as the block lasts."""
        held = Held(self._bounds, self._under_way)
        self._under_way.add(held)
        try:
            yield held
        finally:
            self._under_way.discard(held)

    async def pictures(self, request: Request, held: Held) -> list[Asked]:
        """The pictures of a request.

        Raises:
            HTTPException: there are none or too many, they are too large, come too slowly, or are not understood.
        """
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        pieces = self._pieces(request, held)
        try:
            async with asyncio.timeout(self._bounds.body_seconds):
                if kind == "multipart/form-data":
                    asked = await self._of_form(request, pieces)
                else:
                    body = b"".join([piece async for piece in pieces])
                    asked = self._of_json(body) if kind == "application/json" else [Asked("", body)]
        except TimeoutError:
            raise HTTPException(408, f"The request was not there within {self._bounds.body_seconds:g} s. Send it again.") from None
        if not held.bytes:
            raise HTTPException(400, "The body is empty; a picture is needed. Send one, as a file, as base64 or by its address.")
        if len(asked) > self._bounds.files:
            raise HTTPException(413, f"There are {len(asked)} pictures; {self._bounds.files} are the most at once. Send fewer.")
        return [self._bounded(one) for one in asked]

    async def _pieces(self, request: Request, held: Held) -> AsyncGenerator[bytes, None]:
        """The body as it comes. What is too large is let by before that is said, as long as that is soon: else no client hears it."""
        coming = request.stream()
        async for piece in coming:
            try:
                held.add(len(piece))
            except HTTPException as error:
                if error.status_code == 413:
                    await _drain(request, coming)
                raise
            yield piece

    async def _of_form(self, request: Request, pieces: AsyncGenerator[bytes, None]) -> list[Asked]:
        try:
            form = await _InMemory(request.headers, pieces, max_files=self._bounds.files, max_fields=self._bounds.files).parse()
        except (MultiPartException, KeyError) as error:
            raise HTTPException(400, f"The form is not understood ({error!s:.100}). Send it as multipart/form-data.") from None
        asked = [Asked(_last(file.filename or ""), await file.read()) for _, file in form.multi_items() if isinstance(file, UploadFile)]
        if not asked:
            raise HTTPException(400, "There is no file in the form; one at least is needed, such as by curl -F file=@photo.jpg.")
        return asked

    def _of_json(self, body: bytes) -> list[Asked]:
        try:
            said = json.loads(body)
            several = isinstance(said, dict) and "images" in said
            images = AskedImages.model_validate(said).images if several else [AskedImage.model_validate(said)]
        except (ValueError, RecursionError) as error:
            wrong = _told(error) if isinstance(error, ValidationError) else "it is no JSON"
            raise HTTPException(
                422,
                f'The JSON is not understood ({wrong:.100}). Send {{"base64": "…"}}, {{"address": "…"}}, or {{"images": […]}} of these.',
            ) from None
        return [_of_image(image) for image in images]

    def _bounded(self, asked: Asked) -> Asked:
        if asked.picture is not None and len(asked.picture) > self._bounds.file_bytes:
            return Asked(asked.name, problem=f"It is larger than {self._bounds.file_bytes >> 20} MB, the most that is read.")
        return asked


class _InMemory(MultiPartParser):
    """Nothing that was sent is written to the disk; how large it may be is bounded before."""

    spool_max_size = 1 << 40


def _told(error: ValidationError) -> str:
    return error.errors(include_url=False, include_context=False, include_input=False)[0]["msg"]


def _of_image(image: AskedImage) -> Asked:
    name = image.name or ""
    if image.address is not None:
        return Asked(name or image.address[:LONGEST_NAME], address=image.address)
    text = image.base64 or ""
    if text.startswith("data:"):
        text = text.partition(",")[2]
    try:
        return Asked(name, base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        return Asked(name, problem="It is no base64.")


def _last(name: str) -> str:
    """The file's own name: some programs send the folder with it."""
    return name.replace("\\", "/").rpartition("/")[2][:LONGEST_NAME]


async def _drain(request: Request, coming: AsyncIterator[bytes]) -> None:
    if request.headers.get("expect", "").lower() == "100-continue":
        return
    left = _DRAINED
    try:
        async with asyncio.timeout(_DRAIN_SECONDS):
            async for piece in coming:
                left -= len(piece)
                if left < 0:
                    return
    except TimeoutError:
        return
