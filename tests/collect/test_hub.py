"""Data sets of the hub, from a hub on 127.0.0.1."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from cvwidgets.collect import Keep
from cvwidgets.collect.hub import find_on_hub, search_datasets
from cvwidgets.errors import SourceError
from cvwidgets.records import Found
from tests.collect.hub_server import Hub, serving
from tests.collect.test_parquet import write

Place = Callable[[], AbstractContextManager[Path]]


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with serving(monkeypatch) as server:
        yield server


@pytest.fixture
def place(tmp_path: Path) -> Place:
    @contextmanager
    def drafting() -> Iterator[Path]:
        with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
            yield Path(folder)

    return drafting


def test_a_data_set_comes_in_with_labels_license_and_where_each_row_is(hub: Hub, keep: Keep, place: Place, tmp_path: Path) -> None:
    for part in ("train", "test"):
        write(tmp_path / f"beans/data/{part}-00000-of-00001.parquet", [0, 1])
    hub.sets["beans"] = tmp_path / "beans"
    found = [one for one in find_on_hub("beans", None, keep, place) if isinstance(one, Found)]
    assert [one.label for one in found] == ["elk", "owl", "elk", "owl"]
    source = found[0].source
    assert source is not None and (source.license, source.provider) == ("mit", "hub")
    assert source.address is not None and source.address.endswith("/data/test-00000-of-00001.parquet#0")
    assert source.page == f"http://127.0.0.1:{hub.server_port}/datasets/beans"


def test_a_data_set_of_another_form_is_taken_as_the_hub_made_parquet_of_it(hub: Hub, keep: Keep, place: Place, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "pictures.zip").write_bytes(b"zip")
    write(tmp_path / "made/default/train/0000.parquet", [0, 1, 1])
    hub.sets["user/birds"], hub.made["user/birds"] = tmp_path / "own", tmp_path / "made"
    assert [one.label for one in find_on_hub("user/birds", None, keep, place) if isinstance(one, Found)] == ["elk", "owl", "owl"]


def test_of_several_configurations_one_is_named(hub: Hub, keep: Keep, place: Place, tmp_path: Path) -> None:
    write(tmp_path / "set/large/train.parquet", [0, 1])
    write(tmp_path / "set/small/train.parquet", [0])
    hub.sets["birds"] = tmp_path / "set"
    with pytest.raises(SourceError, match="configurations large, small"):
        list(find_on_hub("birds", None, keep, place))
    assert len([one for one in find_on_hub("birds:small", None, keep, place) if isinstance(one, Found)]) == 1


@pytest.mark.slow  # the hub's library tries six times
def test_a_file_that_breaks_off_is_said_and_what_came_before_it_is_in(hub: Hub, keep: Keep, place: Place, tmp_path: Path) -> None:
    write(tmp_path / "set/data/a.parquet", [0])
    write(tmp_path / "set/data/b.parquet", [0] * 40)
    hub.sets["birds"], hub.cut = tmp_path / "set", {"data/b.parquet"}
    came: list[object] = []
    with pytest.raises(SourceError, match=r"data/b\.parquet.*did not come whole"):
        came.extend(find_on_hub("birds", None, keep, place))
    assert sum(isinstance(one, Found) for one in came) == 1


@pytest.mark.parametrize(
    ("name", "said"), [("nowhere", "none of that name"), ("locked", "is guarded"), ("../etc", "no name of a data set")]
)
def test_what_the_hub_does_not_give_is_said(hub: Hub, keep: Keep, place: Place, name: str, said: str) -> None:
    hub.guarded.add("locked")
    with pytest.raises(SourceError, match=said):
        list(find_on_hub(name, None, keep, place))


def test_offline_and_out_of_reach_are_said(hub: Hub, keep: Keep, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")  # nobody listens there
    with pytest.raises(SourceError, match="out of reach"):
        list(find_on_hub("beans", None, keep, place))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(SourceError, match="offline mode"):
        search_datasets("beans")


def test_the_hub_is_searched_by_words(hub: Hub, tmp_path: Path) -> None:
    hub.sets |= {"user/birds": tmp_path, "user/cars": tmp_path}
    (found,) = search_datasets("bird")
    assert (found.name, found.license, found.downloads) == ("user/birds", "mit", 7)


def test_the_hub_is_searched_by_size_and_what_has_no_size_is_left_out(hub: Hub, tmp_path: Path) -> None:
    for name, count in (("small", 10), ("large", 1000), ("empty", 0)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "data.bin").write_bytes(b"x" * count)
        hub.sets[f"ann/{name}"] = tmp_path / name
    assert [(found.name, found.size) for found in search_datasets("ann", largest=100)] == [("ann/small", 10)]
    assert [found.size for found in search_datasets("ann")] == [10, 1000, None]


def test_the_parts_of_a_data_set_come_along(hub: Hub, keep: Keep, place: Place, tmp_path: Path) -> None:
    for file in ("train-00000-of-00001", "validation-00000-of-00001", "test-00000-of-00001"):
        write(tmp_path / f"beans/data/{file}.parquet", [0])
    for folder in ("partial-train", "test"):
        write(tmp_path / f"made/default/{folder}/0000.parquet", [0])
    (tmp_path / "page").mkdir()
    hub.sets |= {"beans": tmp_path / "beans", "peas": tmp_path / "page"}
    hub.made["peas"] = tmp_path / "made"
    for name, parts in (("beans", ["test", "train", "valid"]), ("peas", ["train", "test"])):
        assert [one.part for one in find_on_hub(name, None, keep, place) if isinstance(one, Found)] == parts
