from __future__ import annotations

from pathlib import Path

import pytest
import torch
from transformers.models.convnextv2.modeling_convnextv2 import ConvNextV2GRN

from cvwidgets import vision
from cvwidgets.vision.response_norm import ResponseNorm
from tests.vision.families import small_model


def _both(channels: int, dtype: torch.dtype) -> tuple[ConvNextV2GRN, ResponseNorm]:
    torch.manual_seed(0)
    theirs = ConvNextV2GRN(channels).to(dtype)
    for parameter in theirs.parameters():
        torch.nn.init.normal_(parameter)
    return theirs, ResponseNorm(theirs.weight, theirs.bias)


def test_it_says_what_the_one_of_transformers_says_and_learns_the_same() -> None:
    theirs, ours = _both(6, torch.float64)
    features = torch.randn(3, 5, 4, 6, dtype=torch.float64)
    features[0, ..., 2] = 0  # a channel that says nothing, as after a dead unit
    wanted = torch.randn_like(features)
    found = []
    for norm in (theirs, ours):
        given = features.clone().requires_grad_()
        norm.zero_grad()
        (norm(given) * wanted).sum().backward()
        found.append([norm(given), given.grad, norm.weight.grad.clone(), norm.bias.grad.clone()])
    for one, other in zip(*found, strict=True):
        assert torch.allclose(one, other, rtol=1e-12, atol=1e-12)


def test_in_bfloat16_it_stays_in_it_and_errs_no_more_than_rounding() -> None:
    theirs, ours = _both(64, torch.float32)
    features = torch.randn(4, 14, 14, 64)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        said = ours(features.bfloat16())
    assert said.dtype == torch.bfloat16
    exact = theirs(features)
    assert ((said.float() - exact).abs() / (exact.abs() + 1)).max() < 0.03  # four roundings to 8 bits


@pytest.mark.parametrize("autocast", [False, True])
def test_features_in_which_nothing_is_left_give_no_nan(autocast: bool) -> None:
    _, ours = _both(6, torch.float32)
    features = torch.zeros(2, 3, 3, 6, requires_grad=True)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=autocast):
        ours(features).sum().backward()
    assert features.grad is not None and features.grad.isfinite().all()


def test_a_model_that_was_loaded_has_it_and_transformers_loads_what_is_saved(tmp_path: Path) -> None:
    plain = small_model("ConvNextV2")
    for name, parameter in plain.named_parameters():
        if ".grn." in name:
            torch.nn.init.normal_(parameter)
    plain.save_pretrained(tmp_path / "plain")
    ours = vision.load_classifier(tmp_path / "plain")
    assert sum(isinstance(part, ResponseNorm) for part in ours.model.modules()) == sum(plain.config.depths)
    pixels = torch.randn(2, 3, 32, 32)
    with torch.inference_mode():
        said = ours.model(pixel_values=pixels).logits
        assert torch.allclose(said, plain(pixel_values=pixels).logits, atol=1e-5)
        vision.save_classifier(ours, tmp_path / "ours")
        assert torch.equal(type(plain).from_pretrained(tmp_path / "ours").classifier.weight, plain.classifier.weight)
        assert torch.allclose(type(plain).from_pretrained(tmp_path / "ours").eval()(pixel_values=pixels).logits, said, atol=1e-5)
