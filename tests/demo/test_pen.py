"""The pen: parts have smooth edges, holes, light from one side, and never leave the canvas."""

from __future__ import annotations

import numpy as np
import pytest

from cvwidgets.demo.pen import Light, Pen
from cvwidgets.demo.shapes import band, box, curve, ellipse, points
from cvwidgets.demo.things import THINGS

FROM_THE_LEFT = Light(-1.0, 0.0, 0.6)


def pen(size: tuple[int, int] = (64, 64)) -> Pen:
    return Pen(size, np.array([[size[0] / 2, 0, size[0] / 2], [0, size[1] / 2, size[1] / 2], [0, 0, 1.0]]), light=FROM_THE_LEFT)


def test_a_hole_shows_what_is_behind() -> None:
    drawn = pen()
    drawn.part(ellipse(0, 0, 0.9, 0.9), (1, 0, 0), holes=[ellipse(0, 0, 0.4, 0.4)])
    alpha = np.asarray(drawn.finish())[..., 3]
    assert alpha[32, 32] == 0 and alpha[32, 8] == 255 and alpha[0, 0] == 0


def test_a_round_part_is_brighter_towards_the_light() -> None:
    drawn = pen()
    drawn.part(ellipse(0, 0, 0.9, 0.9), (0.5, 0.5, 0.5), round_by=0.4, shine=0)
    pixels = np.asarray(drawn.finish())[32, :, 0].astype(int)
    assert pixels[8] > pixels[32] > pixels[55]


def test_a_tube_is_darker_on_the_side_away_from_the_light() -> None:
    drawn = pen()
    drawn.part(box(-0.5, -0.9, 0.5, 0.9), (0.6, 0.6, 0.6), tube=(0.0, 0.5), shine=0)
    pixels = np.asarray(drawn.finish())[32, :, 0].astype(int)
    assert pixels[22] > pixels[46] + 20


def test_a_part_outside_the_canvas_draws_nothing() -> None:
    drawn = pen()
    drawn.part(box(5, 5, 6, 6), (1, 0, 0))
    drawn.line(box(-9, -9, -8, -8), (1, 0, 0))
    assert not np.asarray(drawn.finish()).any()


@pytest.mark.parametrize("label", sorted(THINGS))
def test_every_thing_fills_a_good_part_of_its_frame_and_stays_inside(label: str) -> None:
    for seed in range(12):
        drawn = pen((120, 120))
        THINGS[label](drawn, np.random.default_rng(seed))
        alpha = np.asarray(drawn.finish())[..., 3] > 128
        assert 0.03 < alpha.mean() < 0.8 and np.ptp(np.nonzero(alpha)[0]) > 45, seed


def test_a_curve_goes_through_its_points_and_a_band_follows_its_line() -> None:
    corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)]
    line = curve(corners)
    assert all(np.hypot(*(line - corner).T).min() < 1e-9 for corner in corners)
    assert np.allclose(np.ptp(band(points((0, 0), (1, 0), (2, 0)), 0.5), axis=0), (2, 0.5))
