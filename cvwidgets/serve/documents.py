"""What the OpenAPI page says of each route; https://spec.openapis.org/oas/v3.1.0."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

from cvwidgets.serve.intake import AskedImage, AskedImages


class Guess(BaseModel):
    """A label and how probable it is."""

    label: str
    probability: float = Field(ge=0, le=1)


class Result(BaseModel):
    """What is said of one picture: predictions, the most probable first, or the problem that it has."""

    name: str
    predictions: list[Guess] | None = None
    problem: str | None = None


class Predicted(BaseModel):
    """What is said of the pictures of a request, in their order, and by which version of the model."""

    model: int
    results: list[Result]


class Neighbor(BaseModel):
    """An image of the project, and its cosine distance (0 to 2)."""

    id: int
    sha256: str | None
    label: str
    state: str
    distance: float


class Neighbors(BaseModel):
    """The images of the project most like the picture, the nearest first."""

    model: str
    neighbors: list[Neighbor]


class Labels(BaseModel):
    """The labels that the model tells apart, in the order of its outputs."""

    model: int
    labels: list[str]


class ModelFacts(BaseModel):
    """The model that answers: its version, where it is from, what computes it, and the size in pixels that it sees."""

    model: int
    run: str | None
    title: str
    created: str
    labels: int
    engine: str
    height: int
    width: int


class Health(BaseModel):
    """Whether it answers."""

    status: str


class Problem(BaseModel):
    """Why there is no answer, in a sentence."""

    detail: str


SECURITY = {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}}
_TOKEN: dict[str, Any] = {"security": [{"token": []}]}
_BINARY = {"type": "string", "format": "binary"}
_FORM = {
    "type": "object",
    "description": "one or more files, under any name",
    "properties": {"file": {"type": "array", "items": _BINARY, "minItems": 1}},
    "required": ["file"],
}
_COMPONENT = "#/components/schemas/{model}"
_BODY = {
    "requestBody": {
        "required": True,
        "description": "Files of a form, one picture as the body, or JSON with base64 or addresses.",
        "content": {
            "multipart/form-data": {"schema": _FORM},
            "application/octet-stream": {"schema": _BINARY},
            "application/json": {"schema": {"anyOf": [{"$ref": _COMPONENT.format(model=one)} for one in ("Image", "Images")]}},
        },
    }
}
SENT = {
    "Image": AskedImage.model_json_schema(ref_template=_COMPONENT),
    "Images": {key: value for key, value in AskedImages.model_json_schema(ref_template=_COMPONENT).items() if key != "$defs"},
}
"""The schemas of what is sent, which no route takes by itself."""
SENT["Images"]["properties"]["images"]["items"] = {"$ref": _COMPONENT.format(model="Image")}


def _answers(*, ok: Any, **problems: str) -> dict[str, Any]:
    """What a route may answer: a model for 200, and sentences for others, by "s404"."""
    told = {int(status[1:]): {"model": Problem, "description": what} for status, what in problems.items()}
    return {"responses": {200: {"model": ok, "description": "Answered."} if isinstance(ok, type) else ok, **told}}


_SENT_WRONG = {"s400": "The body is empty or no form.", "s408": "It came too slowly.", "s413": "It is too large, or there are too many."}
_MODEL_AWAY = {"s503": "No model is in production yet."}
_NOT_LET_IN = {"s401": "The token is missing or wrong."}
_FULL = {"s429": "Too many wait; Retry-After says for how many seconds."}

PREDICT: dict[str, Any] = {
    "summary": "Ask the model about pictures",
    "description": "One or many. 200 when one of them at least is a picture; each that is none has its problem in its place.",
    "openapi_extra": {**_BODY, **_TOKEN},
    **_answers(ok=Predicted, **_SENT_WRONG, **_NOT_LET_IN, **_FULL, **_MODEL_AWAY),
}
PREDICT["responses"][422] = {"model": Predicted | Problem, "description": "None of them is a picture, or the request is not understood."}
NEIGHBORS: dict[str, Any] = {
    "summary": "The images of the project most like a picture",
    "openapi_extra": {**_BODY, **_TOKEN},
    **_answers(
        ok=Neighbors,
        **_SENT_WRONG,
        **_NOT_LET_IN,
        **_FULL,
        s404="No such label or model.",
        s422="It is no picture, or the request is not understood.",
        s503="It cannot be told now.",
    ),
}
LABELS: dict[str, Any] = {
    "summary": "The labels of the model",
    "openapi_extra": _TOKEN,
    **_answers(ok=Labels, **_NOT_LET_IN, **_MODEL_AWAY),
}
MODEL: dict[str, Any] = {
    "summary": "The model that answers",
    "openapi_extra": _TOKEN,
    **_answers(ok=ModelFacts, **_NOT_LET_IN, **_MODEL_AWAY),
}
HEALTH: dict[str, Any] = {
    "summary": "Whether it answers",
    "responses": {
        200: {"model": Health, "description": "It answers."},
        503: {"model": Health, "description": "No model is in production yet."},
    },
}
METRICS: dict[str, Any] = {
    "summary": "Counts for Prometheus",
    "openapi_extra": _TOKEN,
    **_answers(ok={"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Counts."}, **_NOT_LET_IN),
}
CLASSIC: dict[str, Any] = {
    "summary": "As scripts of CV Tools ask: /cv?PATH_OR_URL[:n]",
    "description": "Behind the question mark stands a path below a folder that may be asked for, or an address; :n asks for n labels.",
    "openapi_extra": _TOKEN,
    **_answers(
        ok=list,
        **_NOT_LET_IN,
        **_FULL,
        **_MODEL_AWAY,
        s400="Nothing is asked for.",
        s404="There is no such picture.",
        s413="It is too large.",
        s422="It is no picture.",
    ),
}
CLASSIC["responses"][200] = {"model": list[Annotated[tuple[str, float], Field()]], "description": "Labels with their probabilities."}
