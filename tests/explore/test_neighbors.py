from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from cvwidgets.errors import ExploreError
from cvwidgets.explore.index import Index, build_index, open_index
from cvwidgets.explore.neighbors import graph, nearest, recall
from tests.explore.kinds import WIDTH, Floats, kinds_of


def plain_distances(rows: Floats) -> npt.NDArray[np.float64]:
    unit = rows.astype(np.float64) / np.linalg.norm(rows.astype(np.float64), axis=1, keepdims=True)
    return 1 - unit @ unit.T


@pytest.fixture(scope="module")
def index() -> Index:
    return build_index(kinds_of(4000)[0])


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_the_nearest_of_all_are_those_that_sorting_everything_finds(dtype: type) -> None:
    rows = kinds_of(900)[0].astype(dtype)
    found, distances = graph(rows, k=10), plain_distances(rows)
    np.fill_diagonal(distances, 9)
    np.testing.assert_allclose(found.distances, np.sort(distances, axis=1)[:, :10], atol=2e-6)
    np.testing.assert_allclose(np.take_along_axis(distances, found.positions, axis=1), found.distances, atol=2e-6)


def test_one_query_is_answered_as_it_is_among_many() -> None:
    rows = kinds_of(500)[0]
    one, many = nearest(rows, rows[7], k=6, own=7), graph(rows, k=6)
    assert one.positions.tolist() == many.positions[7].tolist()
    np.testing.assert_allclose(one.distances, many.distances[7], atol=2e-6)


def test_lengths_do_not_count_and_directions_do() -> None:
    rows = np.array([[1, 0], [0, 30], [-5, 0], [0.1, 0.001], [0, 0]], np.float32)
    found = nearest(rows, np.array([7, 0], np.float32), k=5)
    assert found.positions.tolist() == [0, 3, 1, 4, 2]
    np.testing.assert_allclose(found.distances, [0, 0.00005, 1, 1, 2], atol=1e-6)


@pytest.mark.parametrize("as_positions", [False, True])
def test_within_a_label_nothing_else_is_found(as_positions: bool) -> None:
    rows, kind = kinds_of(600)
    label = kind == 3
    found = nearest(rows, rows[:40], k=9, within=np.flatnonzero(label)[::-1] if as_positions else label)
    best = np.where(label, plain_distances(rows)[:40], 9)
    assert label[found.positions].all()
    np.testing.assert_allclose(found.distances, np.sort(best, axis=1)[:, :9], atol=2e-6)


def test_an_image_is_not_its_own_neighbor_unless_it_may_be() -> None:
    rows = kinds_of(50)[0]
    left_out, left_in = nearest(rows, rows[[4, 9]], k=49, own=[4, -1]), nearest(rows, rows[[4, 9]], k=3)
    assert left_in.positions[:, 0].tolist() == [4, 9]
    assert 4 not in left_out.positions[0]
    assert left_out.positions[1, 0] == 9


@pytest.mark.parametrize("asked", [1, 40], ids=["one query", "many queries"])
def test_equal_images_come_in_the_order_they_stand_in(asked: int) -> None:
    rows = np.repeat(kinds_of(3)[0], 200, axis=0)
    found = nearest(rows, rows[:asked], k=5)
    assert (found.positions == [0, 1, 2, 3, 4]).all()
    assert (found.distances == 0).all()


def test_more_asked_than_there_are_gives_all_there_are() -> None:
    rows = kinds_of(4)[0]
    assert nearest(rows, rows, k=20).positions.shape == (4, 4)
    assert graph(rows, k=20).positions.shape == (4, 3)
    assert graph(rows[:1]).positions.shape == (1, 0)
    assert graph(rows[:0]).distances.shape == (0, 0)
    assert nearest(rows, rows[0], within=np.zeros(4, bool)).positions.tolist() == []
    assert nearest(rows, rows[:0], k=2).positions.shape == (0, 2)


@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_an_embedding_that_is_no_number_is_named(broken: float) -> None:
    rows = kinds_of(60)[0]
    rows[41, 3] = broken
    for ask in (lambda: graph(rows), lambda: nearest(rows, rows[0]), lambda: build_index(rows)):
        with pytest.raises(ExploreError, match=r"Row 41 of the embeddings holds NaN or infinity"):
            ask()
    assert 41 not in nearest(rows, rows[0], within=np.arange(41)).positions  # what is not looked at may be anything
    with pytest.raises(ExploreError, match=r"Row 0 of the queries"):
        nearest(rows[:9], rows[41])


def test_embeddings_of_another_model_are_refused(index: Index) -> None:
    rows = kinds_of(5000)[0]
    with pytest.raises(ExploreError, match="The queries have 7 numbers a row, the embeddings 48; both must come from one model"):
        nearest(rows, np.ones(7, np.float32))
    with pytest.raises(ExploreError, match="The rows of the index have 48 numbers a row"):
        nearest(rows[:, :8], rows[0, :8], index=index, exact_below=0)
    with pytest.raises(ExploreError, match="The index knows 4,000 rows, the embeddings have 900"):
        nearest(rows[:900], rows[0], index=index, exact_below=0)
    with pytest.raises(ExploreError, match="one row of numbers for each image is needed"):
        graph(rows[0])


def test_a_memory_map_is_never_in_memory_as_a_whole(tmp_path: Path) -> None:
    rows = np.lib.format.open_memmap(tmp_path / "rows.npy", "w+", np.float16, (400_000, WIDTH))
    rows[:] = 1
    tracemalloc.start()
    nearest(rows, rows[0])
    assert tracemalloc.get_traced_memory()[1] < rows.size * 4 * 0.75
    tracemalloc.stop()


def test_an_index_finds_nearly_all_that_is_to_be_found(index: Index) -> None:
    rows, exact = kinds_of(4000)[0], graph(kinds_of(4000)[0])
    found = graph(rows, index=index, exact_below=0)
    assert recall(found, exact) >= 0.98
    np.testing.assert_allclose(found.distances[0], np.sort(plain_distances(rows)[0])[1:21], atol=2e-6)
    assert index.looked_into < 0.5


def test_an_index_reads_from_its_file_what_was_written(tmp_path: Path, index: Index) -> None:
    rows = kinds_of(4000)[0]
    index.save(tmp_path / "rows.index")
    opened = open_index(tmp_path / "rows.index")
    assert (opened.rows, opened.width, opened.looked_into) == (4000, WIDTH, index.looked_into)
    assert (graph(rows, index=opened, exact_below=0).positions == graph(rows, index=index, exact_below=0).positions).all()
    assert [path.name for path in tmp_path.iterdir()] == ["rows.index"]


def test_an_index_cut_short_is_refused(tmp_path: Path, index: Index) -> None:
    file = tmp_path / "rows.index"
    index.save(file)
    for size in (0, 10, file.stat().st_size // 2, file.stat().st_size - 1):
        file.write_bytes(file.read_bytes()[:size]) if size < file.stat().st_size else None
        with pytest.raises(ExploreError, match="is no whole index"):
            open_index(file)
        index.save(file)


def test_images_newer_than_the_index_are_found_beside_it(index: Index) -> None:
    rows = np.concatenate([kinds_of(4000)[0], kinds_of(300, seed=1)[0]])
    newer = np.arange(4000, 4300)
    by_index, exact = nearest(rows, rows[newer], own=newer, index=index, exact_below=0), nearest(rows, rows[newer], own=newer)
    assert (by_index.positions == exact.positions).mean() >= 0.97
    assert (by_index.positions >= 4000).any(axis=1).mean() > 0.5


def test_an_index_looks_further_within_few(index: Index) -> None:
    rows = kinds_of(4000)[0]
    few = np.arange(5, 4000, 50)
    found = nearest(rows, rows[:200], within=few, index=index, exact_below=0)
    exact = nearest(rows, rows[:200], within=few)
    assert np.isin(found.positions, few).all()
    assert recall(found, exact) >= 0.95


def test_the_same_embeddings_give_the_same_index() -> None:
    rows = kinds_of(3000)[0]
    one, two = (nearest(rows, rows, index=build_index(rows), exact_below=0) for _ in range(2))
    assert (one.positions == two.positions).all()


def test_long_work_tells_how_far_it_is_and_can_be_broken_off() -> None:
    rows, told = kinds_of(2000)[0], list[float]()
    graph(rows, exact_below=0, tick=told.append)
    assert told == sorted(told)
    assert told[0] < 0.2
    assert told[-1] == 1

    def stop(share: float) -> None:
        if share > 0.3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_index(rows, tick=stop)
