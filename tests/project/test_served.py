"""The log of what was served: kept in bounds, behind the answers, and readable whatever happened."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest

from cvwidgets import Project
from cvwidgets.errors import ReadOnlyProject
from cvwidgets.project import served
from cvwidgets.records import Prediction
from cvwidgets.store import served as kept
from tests.conftest import until

PROBABLE = (Prediction("red", 0.7), Prediction("blue", 0.3))


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def put(log: served.ServedLog, picture: bytes, predictions: tuple[Prediction, ...] = PROBABLE) -> None:
    log.put(sha256=sha(picture), predictions=predictions, model=1, seconds=0.01, picture=picture)


def rows(project: Project) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(project.folder / "served" / "served.db")) as connection:
        assert connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        return connection.execute("SELECT sha256, label, confidence FROM requests ORDER BY id").fetchall()


def pictures(project: Project) -> list[str]:
    return sorted(path.name for path in (project.folder / "served" / "pictures").glob("*/*"))


def test_what_is_answered_is_there_after_the_log_is_closed(project: Project) -> None:
    log = project.served.open_log()
    for number in range(100):
        put(log, b"%d" % number)
    log.close()
    assert rows(project) == [(sha(b"%d" % number), "red", 0.7) for number in range(100)]
    assert (log.dropped, log.trouble, pictures(project)) == (0, None, [])


def test_pictures_are_kept_once_when_they_are_asked_for(project: Project) -> None:
    log = project.served.open_log(images=True)
    for _ in range(3):
        put(log, b"a picture")
    log.close()
    assert pictures(project) == [sha(b"a picture")]
    assert project._store.served.picture(sha(b"a picture")).read_bytes() == b"a picture"


def test_a_thousand_at_once_wait_for_nobody_and_those_too_many_are_counted(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served, "MOST_WAITING", 200)
    log = project.served.open_log()
    begun = time.monotonic()
    for number in range(1000):
        put(log, b"%d" % number)
    assert time.monotonic() - begun < 2
    log.close()
    assert len(rows(project)) + log.dropped == 1000
    assert log.dropped > 0


def test_what_is_older_than_some_days_goes_and_so_do_the_oldest_pictures(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    log = project.served.open_log(images=True, picture_bytes=25)
    monkeypatch.setattr(time, "time", lambda at=time.time: at() - 40 * 86_400)
    put(log, b"forty days ago")
    monkeypatch.undo()
    for number in range(3):
        put(log, b"ten bytes%d" % number)
    log.close()
    assert [row[0] for row in rows(project)] == [sha(b"ten bytes%d" % number) for number in range(3)]
    assert len(pictures(project)) == 2


def test_requests_take_no_more_room_than_they_may(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "LOG_BYTES", 100_000)
    for part in range(8):
        log = project.served.open_log()
        for number in range(200):
            put(log, b"%d %d" % (part, number))
        log.close()
    found = rows(project)
    assert len(found) < 1200
    assert found[-1][0] == sha(b"7 199")


def test_a_full_disk_ends_logging_with_a_sentence_and_serving_goes_on(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served, "RETRY_SECONDS", 0.1)
    monkeypatch.setattr(kept, "LEFT_FREE", 1 << 60)
    log = project.served.open_log()
    put(log, b"one")
    until(lambda: log.trouble)
    put(log, b"two")
    assert "Free some space" in str(log.trouble)
    until(lambda: log.dropped == 2)
    monkeypatch.undo()
    until(lambda: not log.trouble, seconds=60)
    put(log, b"three")
    log.close()
    assert [row[0] for row in rows(project)] == [sha(b"three")]


def test_two_servers_write_one_log(project: Project) -> None:
    logs = [project.served.open_log(), project.served.open_log()]
    for number in range(200):
        put(logs[number % 2], b"%d" % number)
    for log in logs:
        log.close()
    assert len(rows(project)) == 200


SERVER = """
import hashlib, itertools, sys, time
from cvwidgets import Project
from cvwidgets.records import Prediction
log = Project(sys.argv[1]).served.open_log(images=True)
for number in itertools.count():
    picture = b"%d" % number * 1000
    log.put(sha256=hashlib.sha256(picture).hexdigest(), predictions=[Prediction("red", 0.9)], model=1, seconds=0.1, picture=picture)
    time.sleep(0.001)
"""


def test_a_server_killed_while_it_logs_leaves_a_log_that_opens(project: Project) -> None:
    file = project.folder / "served" / "served.db"
    project.served.open_log().close()
    with subprocess.Popen([sys.executable, "-c", SERVER, str(project.folder)]) as process:
        try:
            until(lambda: len(rows(project)) > 50, seconds=60)
        finally:
            process.kill()
    log = project.served.open_log()
    put(log, b"after")
    log.close()
    found = rows(project)
    assert found[-1][0] == sha(b"after") and len(found) > 1
    with closing(sqlite3.connect(file)) as connection:
        known = [name for (name,) in connection.execute("SELECT sha256 FROM pictures")]
    for name in known:
        assert sha(project._store.served.picture(name).read_bytes()) == name


def test_pictures_without_a_row_go_when_a_log_is_opened_later(project: Project) -> None:
    log = project.served.open_log(images=True)
    put(log, b"known")
    log.close()
    lost, fresh = (project._store.served.picture(sha(name)) for name in (b"lost", b"fresh"))
    for path in (lost, fresh):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    os.utime(lost, (0, 0))
    project.served.open_log().close()
    assert pictures(project) == sorted([sha(b"known"), sha(b"fresh")])


def test_a_damaged_log_is_said_and_stops_nobody(project: Project) -> None:
    (project.folder / "served").mkdir()
    (project.folder / "served" / "served.db").write_bytes(b"no database at all" * 100)
    log = project.served.open_log()
    put(log, b"one")
    log.close()
    assert "is damaged" in str(log.trouble)


def test_a_project_that_can_only_be_looked_at_logs_nothing(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(project._store), "read_only", property(lambda _store: True))
    with pytest.raises(ReadOnlyProject, match="Serve without a log"):
        project.served.open_log()
