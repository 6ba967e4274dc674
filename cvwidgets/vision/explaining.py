"""Why a model gives a picture a label: by captum's Grad-CAM, gradients or occlusion, laid back onto the picture as it was.

Where Grad-CAM looks decides whether it is right: at the last map of a convolutional net, at the last tokens of a Swin, which are pooled.
The places of a model with a class token (ViT, DeiT, DINOv2) are none that the label is read from: tried on pictures whose evidence lies in
a known corner, Grad-CAM at its last block found the corner no more often than chance. There integrated gradients at the patches (M.
Sundararajan et al., arXiv 1703.01365), which found it, take its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from math import ceil, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cvwidgets.errors import NotExplained, UnknownLabel
from cvwidgets.vision.explanation import FAMILIES, METHODS, NAMES, Explaining, Explanation, Method, methods_for
from cvwidgets.vision.stepping import stepwise

if TYPE_CHECKING:
    import torch

    from cvwidgets.vision.classifier import Classifier

    Pause = Callable[[], None]
    Work = Callable[[Classifier, torch.Tensor, int, Pause], torch.Tensor]

STEPS = 8
"""A side is covered at one place more than this, by a square of a quarter of it: 81 places, seconds on a processor."""
COVER = 4
BLENDS = 16
"""Pictures between gray and the one that is explained, on the way along which gradients are added up."""
TOGETHER = 4
"""So many of them are asked about at once, so that a large model does not need the memory of all."""


def explain(classifier: Classifier, path: Path, *, label: str | None = None, method: Method = "gradcam") -> Iterator[Explaining]:
    """Explains what a model says of one picture, for the most probable label or another one; the last one yielded has the explanation.

    Grad-CAM (R. R. Selvaraju et al., arXiv 1610.02391) takes a forward and a backward pass. Occlusion (M. D. Zeiler, R. Fergus, arXiv
    1311.2901) covers one place after another with the mean color, 81 forward passes. Closing the iterator breaks it off.

    Raises:
        UnreadablePicture: the file cannot be used as a picture.
        UnknownLabel: the model does not know the label.
        NotExplained: there is no such method, or it is not for this kind of model.
    """
    import torch

    from cvwidgets.pictures import read

    work, of = _method(classifier, method)
    image = read(path)
    pixels = classifier.transform.normalize(classifier.transform.pixels(np.array(image)).to(classifier.device))[None]
    with torch.inference_mode():
        said = _probabilities(classifier, pixels)[0]
    number = int(said.argmax()) if label is None else _number(classifier, label)
    walk = stepwise(lambda pause: work(classifier, pixels, number, pause))
    done = -1
    try:
        while True:
            next(walk)
            done += 1
            yield Explaining(min(done, of - 1), of)
    except StopIteration as end:
        heat = np.ascontiguousarray(end.value.float().cpu().numpy())
        box = classifier.transform.box(*image.size)
        yield Explaining(of, of, Explanation(classifier.labels[number], float(said[number]), method, heat, box, image.size))
    finally:
        walk.close()


def _method(classifier: Classifier, method: Method) -> tuple[Work, int]:
    """What makes the heat, and how many times it asks the model.

    Raises:
        NotExplained: there is no such method, or it is not for this kind of model.
    """
    if method not in METHODS:
        raise NotExplained(f"Explaining by {method!r} is not known here; one of {', '.join(METHODS)} is needed. Choose one of them.")
    if method == "occlusion":
        places = [ceil((side - covered) / step) + 1 for side, covered, step in _squares(classifier.transform.size)]
        return _occlude, places[0] * places[1]
    model: Any = classifier.model
    kind, families = str(model.config.model_type), FAMILIES[method]
    if kind not in families:
        others = ", ".join(one for one in methods_for(kind) if one != method)
        raise NotExplained(
            f"{NAMES[method]} is not for this kind of model ({kind}); it is for {', '.join(sorted(families))}. Choose {others}."
        )
    watched = families[kind]
    part = [part for name, part in model.named_modules() if re.fullmatch(rf"(?:.*\.)?{watched.name}", name)][-1]
    if method == "gradcam":
        return partial(_grad_cam, part, watched.tokens), 1
    return partial(_gradients, part, watched.tokens), 2 + BLENDS // TOGETHER


def _number(classifier: Classifier, label: str) -> int:
    if label not in classifier.labels:
        some = ", ".join(classifier.labels[:5]) + (" …" if len(classifier.labels) > 5 else "")
        raise UnknownLabel(f"The model does not know {label!r}; a label of its own is needed: {some}. Choose one of them.")
    return classifier.labels.index(label)


def _probabilities(classifier: Classifier, pixels: torch.Tensor) -> torch.Tensor:
    """In double: of a label that is all but certain, float32 would not tell by how much it falls."""
    logits: torch.Tensor = classifier.model(pixel_values=pixels).logits
    return logits.double().softmax(-1)


def _scores(classifier: Classifier, pause: Pause, pixels: torch.Tensor) -> torch.Tensor:
    """The logits above their mean: what all labels share says nothing of any, and would be taken for a reason."""
    pause()
    logits: torch.Tensor = classifier.model(pixel_values=pixels).logits
    return logits - logits.mean(-1, keepdim=True)


# ---------------------------------------------------------------- by gradients


def _grad_cam(
    part: torch.nn.Module, tokens: int | None, classifier: Classifier, pixels: torch.Tensor, number: int, pause: Pause
) -> torch.Tensor:
    from captum.attr import LayerGradCam

    with _as_map(part, tokens, pixels.shape[2:]) as places:
        method = LayerGradCam(partial(_scores, classifier, pause), places)
        heat = _fine(method.attribute(pixels, target=number, relu_attributions=True), pixels)
    return _scaled(heat - heat.min())  # a ground on which every place stands says nothing of where


def _gradients(
    part: torch.nn.Module, tokens: int | None, classifier: Classifier, pixels: torch.Tensor, number: int, pause: Pause
) -> torch.Tensor:
    import torch
    from captum.attr import LayerIntegratedGradients

    with _as_map(part, tokens, pixels.shape[2:]) as places:
        method = LayerIntegratedGradients(partial(_scores, classifier, pause), places)
        gray = torch.zeros_like(pixels)
        found = method.attribute(pixels, gray, target=number, n_steps=BLENDS, internal_batch_size=TOGETHER)
        return _scaled(_fine(found.sum(1, keepdim=True), pixels))


def _fine(coarse: torch.Tensor, pixels: torch.Tensor) -> torch.Tensor:
    """A map of places (1, 1, h, w) at the size of the picture that was shown."""
    from captum.attr import LayerAttribution

    heat: torch.Tensor = LayerAttribution.interpolate(coarse.detach(), tuple(pixels.shape[2:]), "bilinear")[0, 0]
    return heat


def _scaled(heat: torch.Tensor) -> torch.Tensor:
    most = heat.abs().max()
    return heat / most if most > 0 else heat


@contextmanager
def _as_map(part: torch.nn.Module, tokens: int | None, size: tuple[int, ...]) -> Iterator[torch.nn.Module]:
    """Within the block what `part` gives passes through the module yielded, as a map (n, channels, h, w) also where it gives tokens.

    `tokens` come before those of the places; None where the part gives a map.
    """
    import torch

    places = torch.nn.Identity()

    def pass_through(_part: object, _given: object, output: torch.Tensor) -> Any:
        if tokens is None:
            return places(output)
        before, rest = output[:, :tokens], output[:, tokens:]
        rows, columns = _grid(rest.shape[1], size)
        shown = places(rest.transpose(1, 2).reshape(len(rest), -1, rows, columns))
        return torch.cat([before, shown.flatten(2).transpose(1, 2)], 1)

    hook = part.register_forward_hook(pass_through)
    try:
        yield places
    finally:
        hook.remove()


def _grid(places: int, size: tuple[int, ...]) -> tuple[int, int]:
    """How many rows and columns so many places stand in, of a picture of that height and width."""
    columns = max(1, round(sqrt(places * size[1] / size[0])))
    if places % columns:
        raise NotExplained(f"The model cuts a picture into {places} places; rows and columns of them are needed. Choose occlusion.")
    return places // columns, columns


# ---------------------------------------------------------------- by covering


def _squares(size: tuple[int, ...]) -> list[tuple[int, int, int]]:
    """Of height and width: pixels, how many of them are covered, and the step from one place to the next."""
    covered = [max(1, round(side / COVER)) for side in size]
    return [(side, square, max(1, ceil((side - square) / STEPS))) for side, square in zip(size, covered, strict=True)]


def _occlude(classifier: Classifier, pixels: torch.Tensor, number: int, pause: Pause) -> torch.Tensor:
    import torch
    from captum.attr import Occlusion

    def asked(some: torch.Tensor) -> torch.Tensor:
        pause()
        return _probabilities(classifier, some)

    (_, high, down), (_, wide, across) = _squares(pixels.shape[2:])
    with torch.inference_mode():
        # The three colors of a place are covered together; 0 is their mean over the pictures that the model learnt from.
        falls = Occlusion(asked).attribute(pixels, (3, high, wide), (3, down, across), baselines=0.0, target=number)
    heat: torch.Tensor = falls[0].mean(0)
    return heat
