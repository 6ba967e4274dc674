from __future__ import annotations

import numpy as np
import pytest

from cvwidgets.errors import ExploreError
from cvwidgets.explore.neighbors import graph, nearest
from cvwidgets.explore.projection import pca, place, umap
from tests.explore.kinds import Floats, Kinds, kinds_of


def share_among_own(points: Floats, kind: Kinds, others: Floats, others_kind: Kinds) -> float:
    """How many of the 10 that stand nearest on the map are of the same kind."""
    away = np.linalg.norm(points[:, None] - others[None], axis=2)
    return float((others_kind[np.argsort(away, axis=1)[:, 1:11]] == kind[:, None]).mean())


@pytest.fixture(scope="module")
def known() -> tuple[Floats, Kinds]:
    return kinds_of(600, kinds=6)


@pytest.fixture(scope="module")
def drawn(known: tuple[Floats, Kinds]) -> Floats:
    return umap(known[0])


def test_images_of_a_kind_stand_together(known: tuple[Floats, Kinds], drawn: Floats) -> None:
    assert drawn.shape == (600, 2)
    assert drawn.dtype == np.float32
    assert share_among_own(drawn, known[1], drawn, known[1]) > 0.99


def test_the_map_is_the_same_twice_and_from_neighbors_known(known: tuple[Floats, Kinds], drawn: Floats) -> None:
    again, from_known = umap(known[0].copy()), umap(known[0], neighbors=graph(known[0], k=30))
    assert (again == drawn).all()
    assert (from_known == drawn).all()
    assert (umap(known[0], seed=1) != drawn).any()


def test_the_map_stands_as_the_first_one_did(known: tuple[Floats, Kinds], drawn: Floats) -> None:
    at_once = pca(known[0])
    assert all(np.corrcoef(at_once[:, axis], drawn[:, axis])[0, 1] > 0.5 for axis in (0, 1))


def test_a_new_image_lands_among_its_own(known: tuple[Floats, Kinds], drawn: Floats) -> None:
    new, kind = kinds_of(120, kinds=6, seed=5)
    placed = place(new, known[0], drawn)
    assert placed.dtype == np.float32
    assert share_among_own(placed, kind, drawn, known[1]) > 0.98


def test_an_image_between_two_kinds_stands_in_one_of_them() -> None:
    around = np.array([[1, 0.1], [1, 0.12], [1, 0.14], [0.1, 1], [0.12, 1]], np.float32)
    points = np.array([[0, 0], [0.1, 0], [0, 0.1], [50, 50], [50, 50.1]], np.float32)
    assert np.abs(place(np.array([[1, 0.98]], np.float32), around, points, near=5)).max() < 2


def test_images_not_on_the_map_place_no_other(known: tuple[Floats, Kinds], drawn: Floats) -> None:
    partly = drawn.copy()
    partly[::2] = np.nan
    placed, of_the_rest = place(known[0][:20], known[0], partly), place(known[0][:20], known[0][1::2], drawn[1::2])
    assert (placed == of_the_rest).all()
    with pytest.raises(ExploreError, match="No image is on the map"):
        place(known[0][:1], known[0], np.full_like(drawn, np.nan))
    with pytest.raises(ExploreError, match="2 for each of 600 images are needed"):
        place(known[0][:1], known[0], drawn[:9])
    with pytest.raises(ExploreError, match="The new embeddings have 5 numbers a row"):
        place(known[0][:1, :5], known[0], drawn)


def test_no_new_image_needs_no_place(known: tuple[Floats, Kinds], drawn: Floats) -> None:
    assert place(known[0][:0], known[0], drawn).shape == (0, 2)


def test_the_plane_of_most_difference_is_found() -> None:
    random = np.random.default_rng(2)
    plane, angles = np.linalg.qr(random.standard_normal((40, 3)))[0], np.stack([0.5 * random.random(500), 0.2 * random.random(500)])
    rows = (plane[:, 0] + angles[0, :, None] * plane[:, 1] + angles[1, :, None] * plane[:, 2]).astype(np.float16)
    found = pca(rows)
    assert abs(np.corrcoef(found[:, 0], angles[0])[0, 1]) > 0.97
    assert abs(np.corrcoef(found[:, 1], angles[1])[0, 1]) > 0.9
    np.testing.assert_allclose(found.mean(axis=0), 0, atol=1e-4)
    assert (pca(rows) == found).all()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("draw", [pca, umap])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 14, 15, 16, 40])
def test_few_images_have_a_map(draw: type, count: int) -> None:
    points = draw(kinds_of(count)[0])
    assert points.shape == (count, 2)
    assert np.isfinite(points).all()
    assert count < 2 or len(np.unique(points, axis=0)) == count


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("draw", [pca, umap])
@pytest.mark.parametrize("count", [2, 30])
def test_images_all_alike_stand_on_one_point(draw: type, count: int) -> None:
    assert (draw(np.repeat(kinds_of(1)[0], count, axis=0)) == 0).all()


@pytest.mark.filterwarnings("error")
def test_many_copies_among_others_still_make_a_map() -> None:
    rows = np.concatenate([np.repeat(kinds_of(2)[0], 40, axis=0), kinds_of(40)[0]])
    points = umap(rows)
    assert np.isfinite(points).all()
    assert (
        np.linalg.norm(points[:40] - points[:40].mean(axis=0), axis=1).mean() < np.linalg.norm(points - points.mean(axis=0), axis=1).mean()
    )


@pytest.mark.filterwarnings("error")
def test_embeddings_along_one_line_have_a_map() -> None:
    angles = np.linspace(0, 0.5, 60)
    rows = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert np.isfinite(umap(rows)).all()
    assert (np.diff(pca(rows)[:, 0]) > 0).all() or (np.diff(pca(rows)[:, 0]) < 0).all()
    assert pca(np.linspace(1, 2, 9)[:, None]).tolist() == [[0, 0]] * 9  # one number a row, of length 1 all the same


def test_what_is_no_number_is_told_of_before_a_map_is_drawn() -> None:
    rows = kinds_of(30)[0]
    rows[8] = np.nan
    for count in (9, 30):
        with pytest.raises(ExploreError, match="Row 8 of the embeddings"):
            umap(rows[:count])
    with pytest.raises(ExploreError, match="Row 0 of the embeddings"):
        pca(rows[8:9])
    with pytest.raises(ExploreError, match=r"14 of each of 20 images are needed"):
        umap(rows[9:29], neighbors=nearest(rows[9:29], rows[9:29], k=3))


def test_the_map_tells_how_far_it_is_and_can_be_broken_off(known: tuple[Floats, Kinds]) -> None:
    told = list[float]()
    umap(known[0], tick=told.append)
    assert told == sorted(told)
    assert told[-1] == 1
    assert len(told) > 100

    def stop(share: float) -> None:
        if share > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        umap(known[0], tick=stop)
