"""Judged before: what a search brings again is not offered again; what comes from one's own folders is marked."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from cvwidgets import Project
from cvwidgets.project.adding import FIRST_BATCH, Wish, add_iter
from cvwidgets.project.stages import Stages
from cvwidgets.records import Found, ImportReport, Source
from cvwidgets.store import open_store

SIZE = (160, 120)
Draw = Callable[..., Path]


@pytest.fixture
def project(tmp_path: Path, draw: Draw) -> Iterator[Project]:
    """Six red pictures that were found on the web: the first kept, the second in the trash of "red", the others New."""
    files = [draw(f"red/{seed}.jpg", seed=seed, size=SIZE, quality=95) for seed in range(6)]
    with Project(tmp_path / "project", by="ann") as opened:
        search(opened, *files)
        ids = opened.images.select("red", sort="name").ids
        opened.images.view(ids[:1]).keep()
        opened.images.view(ids[1:2]).trash()
        yield opened


def search(project: Project, *files: Path, label: str = "red", site: str = "one.example") -> ImportReport:
    """Takes in what a search for a label found."""
    return take_in(project, files, label=label, site=site)


def take_in(project: Project, files: Iterable[Path], *, label: str, site: str) -> ImportReport:
    found = (
        Found(file, file.stat().st_size, file.stat().st_mtime_ns, label, source=Source(address=f"https://{site}/{file.name}", query=label))
        for file in files
    )
    with closing(open_store(project.folder)) as store:
        *_, report = add_iter(store, Wish(state="new"), by="ann", searched=found)
    return report


def again(file: Path, folder: Path) -> Path:
    """The same picture, smaller and re-encoded."""
    folder.mkdir(parents=True, exist_ok=True)
    Image.open(file).resize((120, 90)).save(folder / file.name, quality=75)
    return folder / file.name


def names(project: Project, ids: object) -> list[str]:
    return [f"{image.path.parent.name}/{image.path.name}" for image in project.images.get(ids)]  # type: ignore[arg-type]


def test_a_search_offers_nothing_again_that_was_judged_at_the_same_address(project: Project, tmp_path: Path) -> None:
    copies = [Path(shutil.copy(tmp_path / "red" / f"{seed}.jpg", tmp_path / f"{seed}.jpg")) for seed in range(3)]
    report = search(project, *copies)
    assert (report.found, report.withheld, report.known, report.added) == (3, 2, 1, 0)
    assert "2 images that were found are not offered again: judged before." in report.notes


def test_a_search_offers_nothing_again_that_looks_like_what_was_judged(project: Project, tmp_path: Path) -> None:
    copies = [again(tmp_path / "red" / f"{seed}.jpg", tmp_path / "web") for seed in range(3)]
    report = search(project, *copies, site="two.example")
    assert (report.added, report.withheld, report.judged) == (1, 2, 0)
    assert names(project, project.images.select("red", "new").ids[-1:]) == ["web/2.jpg"]
    assert search(project, *copies, site="two.example").withheld == 2
    assert [act.sentence for act in project.journal.acts() if act.kind == "withhold"] == ["2 images not offered again, as judged before"]


def test_what_was_trashed_for_one_label_may_be_offered_for_another_and_is_marked(project: Project, tmp_path: Path) -> None:
    copies = [again(tmp_path / "red" / f"{seed}.jpg", tmp_path / "web") for seed in range(2)]
    report = search(project, *copies, label="fox", site="two.example")
    assert (report.added, report.withheld, report.judged) == (1, 1, 1)
    assert names(project, project.explore.judged().ids) == ["red/1.jpg", "web/1.jpg"]
    same = Path(shutil.copy(tmp_path / "red" / "1.jpg", tmp_path / "same.jpg"))
    search(project, same, label="owl", site="three.example")
    assert len(project.images.select("owl", "new")) == 1 and len(project.images.select("red", "trashed")) == 1


def test_in_ones_own_folders_it_is_taken_in_marked_and_trashed_by_accepting(project: Project, tmp_path: Path) -> None:
    for seed in range(3):
        again(tmp_path / "red" / f"{seed}.jpg", tmp_path / "mine" / "red")
    report = project.images.add(tmp_path / "mine")
    assert (report.added, report.judged, report.withheld) == (3, 2, 0)
    assert "2 images look like ones judged before. Explore shows them beside the duplicates (project.explore.judged())." in report.notes
    view = project.explore.judged()
    assert names(project, view.ids) == ["red/0.jpg", "red/0.jpg", "red/1.jpg", "red/1.jpg"]
    assert view.values["likeness"].min() > 0.75 and view.values["stack"].tolist() == [1, 1, 2, 2]
    view.accept()
    assert len(project.explore.judged()) == 0 and len(project.images.select(state="kept")) == 2


def test_what_is_said_to_be_different_is_not_marked(project: Project, tmp_path: Path) -> None:
    project.images.add(again(tmp_path / "red" / "0.jpg", tmp_path / "mine"))
    project.explore.judged().reject()
    assert len(project.explore.judged()) == 0


class Killed(BaseException):
    """What ends an import in the middle."""


def killed_while_seen(project: Project, files: Iterable[Path]) -> Iterator[Path]:
    """Gives the files to a search that is killed when all were found; those that it had registered were on screen by then."""
    yield from files
    project.images.thumbnails(project.images.select("red", "new").ids)
    raise Killed


def test_what_a_search_brought_before_it_was_killed_is_recognized_by_the_next_import(project: Project, tmp_path: Path, draw: Draw) -> None:
    copies = [again(tmp_path / "red" / f"{seed}.jpg", tmp_path / "web") for seed in range(3)]
    others = [draw(f"web/{seed}.jpg", seed=seed) for seed in range(100, 100 + FIRST_BATCH)]
    before = project.images.select("red", "new").ids
    with pytest.raises(Killed):
        take_in(project, killed_while_seen(project, [*copies, *others]), label="red", site="two.example")
    assert len(project.images.select("red", "new")) == len(before) + FIRST_BATCH
    report = search(project, *copies, *others, site="two.example")
    assert "2 images of an earlier import are not offered any more: judged before." in report.notes
    assert report.found == report.added + report.known + report.withheld and report.judged == 0
    left = names(project, project.images.select("red", "new").ids)
    assert "web/2.jpg" in left and not {"web/0.jpg", "web/1.jpg"} & {*left}


def test_what_was_offered_before_its_twin_was_judged_stays(project: Project, tmp_path: Path, draw: Draw) -> None:
    search(project, again(tmp_path / "red" / "2.jpg", tmp_path / "web"), site="two.example")
    offered = project.images.select("red", "new").ids
    project.images.view(offered[:1]).keep()
    for place in ("one", "two"):
        search(project, draw(f"{place}/7.jpg", seed=len(place)), site="three.example")
        assert offered[-1] in project.images.select("red", "new").ids and len(project.explore.judged()) == 0
        shutil.rmtree(project.folder / "cache")


@pytest.mark.slow
def test_marks_that_were_deleted_come_back_with_the_next_look(project: Project, tmp_path: Path) -> None:
    project.images.add(again(tmp_path / "red" / "0.jpg", tmp_path / "mine"))
    before = project.explore.judged().ids.tolist()
    shutil.rmtree(project.folder / "cache")
    assert len(project.explore.judged()) == 0
    Stages(project, lambda _stage, _share: None).run()
    assert project.explore.judged().ids.tolist() == before and len(before) == 2
