"""The routes, thin over the desk."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from cvwidgets.errors import CvwidgetsError, NoModel, UnknownLabel, UnreadablePicture
from cvwidgets.records import Answer
from cvwidgets.serve import documents, metrics
from cvwidgets.serve.classic import Classic, parse, read_below
from cvwidgets.serve.desk import Desk, Said
from cvwidgets.serve.intake import Asked, Held

Top = Annotated[int | None, Query(ge=1, le=100_000, description="So many labels, the most probable first; all without it.")]
Count = Annotated[int, Query(ge=1, le=1000, description="How many.")]
Label = Annotated[str | None, Query(max_length=1000, description="Only images under this label.")]
Eyes = Annotated[Literal["starter", "production"], Query(description="By whose eyes: the starter's, or those of the model in production.")]
LOOK_SECONDS = 1.0
"""How often it is looked whether whoever waits for an answer is still there."""
_NO_MODEL = "No model is in production yet; promote one."


def add_routes(app: FastAPI, desk: Desk) -> None:
    """All that a server answers, but for its page."""
    _add_asking(app, desk)
    _add_facts(app, desk)
    if desk.choices.classic:
        _add_classic(app, desk)


def _add_asking(app: FastAPI, desk: Desk) -> None:
    @app.post("/v1/predict", **documents.PREDICT)
    async def predict(request: Request, top: Top = None) -> Response:
        with desk.intake.holding() as held:
            asked = await desk.intake.pictures(request, held)
            said = await _as_long_as_asked(request, desk.predict(asked, top, held))
        status = 200 if any(answer.predictions for answer in said.answers) else 422
        return _json({"model": said.by.model.version, "results": [_result(answer) for answer in said.answers]}, status)

    @app.post("/v1/neighbors", **documents.NEIGHBORS)
    async def neighbors(
        request: Request,
        n: Count = 20,
        label: Label = None,
        model: Eyes = "starter",
    ) -> Response:
        with desk.intake.holding() as held:
            picture = await _one_picture(desk, request, held)
            return _json({"model": model, "neighbors": await _neighbors(desk, picture, n, label=label, model=model)})


def _add_facts(app: FastAPI, desk: Desk) -> None:
    @app.get("/v1/labels", **documents.LABELS)
    async def labels() -> Response:
        by = _loaded(desk)
        return _json({"model": by.model.version, "labels": by.engine.labels})

    @app.get("/v1/model", **documents.MODEL)
    async def model() -> Response:
        by = _loaded(desk)
        height, width = by.engine.transform.size
        facts = {"model": by.model.version, "run": by.model.run, "title": by.model.title, "created": by.model.created}
        return _json({**facts, "labels": len(by.engine.labels), "engine": by.engine.kind, "height": height, "width": width})

    @app.get("/health", **documents.HEALTH)
    async def health() -> Response:
        return _json({"status": "ok"}) if desk.answering.loaded else _json({"status": "no model"}, 503)

    @app.get("/metrics", **documents.METRICS)
    async def count() -> Response:
        return Response(desk.metrics.text(), media_type=metrics.KIND)


def _add_classic(app: FastAPI, desk: Desk) -> None:
    @app.get("/cv", **documents.CLASSIC)
    async def cv(request: Request) -> Response:
        wanted = parse(request.scope["query_string"])
        with desk.intake.holding() as held:
            asked = await _wanted(desk, wanted, held)
            said = await _as_long_as_asked(request, desk.predict([asked], wanted.top, held))
        (answer,) = said.answers
        if answer.problem:
            raise HTTPException(422, answer.problem)
        return _json([[prediction.label, prediction.probability] for prediction in answer.predictions])


async def _as_long_as_asked(request: Request, answering: Coroutine[Any, Any, Said]) -> Said:
    """The answer, unless whoever asked has left, for whom nothing more is done; that is looked at when it takes long."""
    task = asyncio.ensure_future(answering)
    try:
        while not (await asyncio.wait([task], timeout=LOOK_SECONDS))[0]:
            if await request.is_disconnected():
                raise ClientDisconnect
        return task.result()
    finally:
        task.cancel()


async def _wanted(desk: Desk, wanted: Classic, held: Held) -> Asked:
    if wanted.is_address:
        return Asked(wanted.what, address=wanted.what)
    picture = await run_in_threadpool(read_below, desk.choices.roots, wanted.what, most_bytes=desk.bounds.file_bytes)
    held.add(len(picture))
    return Asked(wanted.what, picture)


async def _one_picture(desk: Desk, request: Request, held: Held) -> bytes:
    asked = await desk.intake.pictures(request, held)
    if len(asked) != 1:
        raise HTTPException(422, f"There are {len(asked)} pictures; one is needed. Ask about each by itself.")
    picture, problem = await desk.bytes_of(asked[0], held)
    if picture is None:
        raise HTTPException(422, problem)
    return picture


async def _neighbors(desk: Desk, picture: bytes, n: int, *, label: str | None, model: str) -> list[dict[str, Any]]:
    try:
        return await run_in_threadpool(desk.neighbors, picture, n, label=label, model=model)
    except UnreadablePicture as error:
        raise HTTPException(422, str(error)) from None
    except UnknownLabel:
        raise HTTPException(404, "There is no such label in the project. Ask for another, or without one.") from None
    except NoModel:
        raise HTTPException(404, "No model is in production yet. Ask by the eyes of 'starter'.") from None
    except CvwidgetsError as error:
        desk.say(f"Neighbors could not be told: {error}")
        raise HTTPException(503, "Neighbors cannot be told now; the server's log says why. Explore the project, then ask again.") from None


def _loaded(desk: Desk) -> Any:
    if desk.answering.loaded is None:
        raise HTTPException(503, _NO_MODEL)
    return desk.answering.loaded


def _result(answer: Answer) -> dict[str, Any]:
    if answer.problem:
        return {"name": answer.path, "problem": answer.problem}
    return {"name": answer.path, "predictions": [{"label": one.label, "probability": one.probability} for one in answer.predictions]}


def _json(content: Any, status: int = 200) -> Response:
    return Response(json.dumps(content, ensure_ascii=False).encode("utf-8", "replace"), status, media_type="application/json")
