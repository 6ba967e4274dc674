"""Why a model of the project says what it says of a picture; asked of the one worker, painted over the picture."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from cvwidgets.model import Model

if TYPE_CHECKING:
    from cvwidgets.project.prediction import Predictor
    from cvwidgets.vision import Explaining, Explanation, Method

LONGEST = 2048
"""Pixels of the longest side of a picture that an explanation is painted over."""


class Explains:
    """The part of a project that explains what its models say."""

    _predictor: Predictor

    def explain(self, path: str | Path, label: str | None = None, method: Method = "gradcam", *, model: int | None = None) -> Explanation:
        """Why a model gives a picture a label; the explanation at the end of `explain_iter`.

        Raises:
            NoModel: no model is in production, or there is no such version.
            UnreadablePicture: the file cannot be used as a picture.
            UnknownLabel: the model does not know the label.
            NotExplained: there is no such method, or it is not for this kind of model.
            PredictionFailed: the worker gave no answer.
        """
        explanation = deque(self.explain_iter(path, label, method, model=model), maxlen=1).pop().explanation
        assert explanation is not None  # the last one has it
        return explanation

    def explain_iter(
        self, path: str | Path, label: str | None = None, method: Method = "gradcam", *, model: int | None = None
    ) -> Iterator[Explaining]:
        """Why a model gives a picture a label, and how far finding that out is; closing the iterator breaks it off.

        Args:
            path: The picture's file.
            label: One of the model's; the most probable by default.
            method: "gradcam" shows where a net of maps finds the label, "gradients" the same of one that cuts pictures into patches;
                "occlusion" covers one place after another, and shows by how much the label becomes less probable: seconds.
            model: The version that is asked; the one in production by default.

        Raises:
            As `explain` does.
        """
        return self._predictor.explain(Path(path), label, method, model=model)


def methods_of(model: Model) -> tuple[Method, ...]:
    """How a registered model can be explained, the quickest first; by occlusion alone where its folder says nothing."""
    from cvwidgets.vision import methods_for

    try:
        kind = str(json.loads((model.folder / "config.json").read_text("utf-8"))["model_type"])
    except (OSError, ValueError, KeyError, TypeError):
        kind = ""
    return tuple(methods_for(kind))


def heat_png(explanation: Explanation) -> bytes:
    """The heat as a PNG to lay over the picture, see-through where nothing matters."""
    from cvwidgets.vision import paint_heat

    file = BytesIO()
    paint_heat(explanation).save(file, "PNG")
    return file.getvalue()


def overlay_png(path: str | Path, explanation: Explanation, *, opacity: float = 0.6) -> bytes:
    """The picture's file, upright, with the heat over it and shaded where the model does not see it, as a PNG.

    Raises:
        UnreadablePicture: the file is no picture that can be read.
    """
    from PIL import Image

    from cvwidgets.project.loose import picture_of
    from cvwidgets.vision import paint_over

    file = BytesIO()
    with Image.open(BytesIO(picture_of(path, longest=LONGEST).jpeg)) as picture:
        paint_over(picture, explanation, opacity=opacity).save(file, "PNG")
    return file.getvalue()
