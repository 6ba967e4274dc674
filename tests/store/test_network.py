"""Folders on other computers are recognised, and the catalog does there without memory that all its users share."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from cvwidgets.store import open_store
from cvwidgets.store.checking import is_unchecked, note_unclean_end
from cvwidgets.store.network import find_network, mounts_of_linux, mounts_of_macos, network_of
from cvwidgets.store.opening import open_catalog

LINUX = r"""
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
31 27 0:50 / /home rw,relatime shared:12 - nfs4 server:/export/home rw,vers=4.2
32 27 0:51 / /mnt/team\040pictures\134\011a rw,relatime shared:13 master:7 - cifs //server/share rw,vers=3.1.1
33 31 0:52 / /home/ann/local rw,relatime - xfs /dev/sdb1 rw
34 27 0:53 / /mnt/auto rw,relatime - autofs systemd-1 rw
35 34 0:54 / /mnt/auto rw,relatime - nfs server:/auto rw
36 27 0:55 / /mnt/ssh rw,nosuid,nodev,relatime - fuse.sshfs ann@server: rw
37 27 0:56 / /media/stick rw,relatime - fuseblk /dev/sdc1 rw
"""
MACOS = """/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
//ann@server/share on /Volumes/team (old) (smbfs, nodev, nosuid, mounted by ann)
map auto_home on /System/Volumes/Data/home (autofs, automounted, nobrowse)
"""
CHANGE = """
import pathlib, sys
from cvwidgets.store.opening import open_catalog
with open_catalog(pathlib.Path(sys.argv[1]), create=True, network=True).write() as connection:
    connection.exec_driver_sql("INSERT INTO labels (id, name, folded, gone) VALUES (7, 'half', 'half', 0)")
    print("in the middle", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/data/project", None),
        ("/home/bob/project", "nfs4"),
        ("/homes/bob", None),
        ("/home/ann/local/project", None),
        ("/mnt/team pictures\\\ta/project", "cifs"),
        ("/mnt/auto", "nfs"),
        ("/mnt/ssh/x", "sshfs"),
        ("/media/stick/x", None),
    ],
)
def test_a_network_folder_is_known_by_where_it_is_mounted(place: str, kind: str | None) -> None:
    assert network_of(place, mounts_of_linux(LINUX)) == kind


def test_macos_says_it_in_other_words() -> None:
    mounts = mounts_of_macos(MACOS)
    assert [network_of(place, mounts) for place in ("/Users/ann", "/Volumes/team (old)/project")] == [None, "smbfs"]


def test_a_disk_of_this_computer_is_none(tmp_path: Path) -> None:
    assert find_network(tmp_path / "not there yet") is None
    with closing(open_store(tmp_path / "p")) as store:
        assert store.network is None


def journal_of(project: Path) -> str:
    with closing(sqlite3.connect(project / "catalog.db")) as connection:
        return str(connection.execute("PRAGMA journal_mode").fetchone()[0])


def test_a_project_begun_on_a_network_folder_keeps_no_log(tmp_path: Path) -> None:
    catalog = open_catalog(tmp_path / "p", create=True, network=True)
    assert (catalog.version(), journal_of(tmp_path / "p"), len(list((tmp_path / "p").iterdir()))) == (0, "delete", 1)
    catalog.close()
    with closing(open_store(tmp_path / "p")) as store:
        store.labels.add("elk", by="ann")
    assert journal_of(tmp_path / "p") == "delete", "others may have it open through the network"


def test_a_project_that_was_moved_there_leaves_its_log_once_it_is_alone(tmp_path: Path) -> None:
    with closing(open_store(tmp_path / "p")) as store:
        store.labels.add("elk", by="ann")
        with closing(open_catalog(tmp_path / "p", create=False, network=True)) as catalog:
            assert (catalog.version(), journal_of(tmp_path / "p")) == (1, "wal")
    with closing(open_catalog(tmp_path / "p", create=False, network=True)) as catalog:
        assert (catalog.version(), journal_of(tmp_path / "p")) == (1, "delete")


def test_a_kill_in_the_middle_of_a_change_is_noticed_there_too(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CHANGE, str(tmp_path / "p")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        note_unclean_end(tmp_path / "p")
        assert not is_unchecked(tmp_path / "p"), "it is at it still"
        process.kill()
    note_unclean_end(tmp_path / "p")
    assert is_unchecked(tmp_path / "p")
    with closing(open_store(tmp_path / "p")) as store:
        assert [label.name for label in store.labels.list()] == ["Unsorted"]
    assert not is_unchecked(tmp_path / "p")
