"""Archives that would unpack to more than there is room for are stopped, however they hide it."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cvwidgets.collect import Keep, find
from cvwidgets.collect.archives import FREE_SIZE, MAX_RATIO
from cvwidgets.errors import SourceError, UnsafeArchive
from tests.collect.making import make_zip

HaulOf = Callable[..., Any]


class Zeros(io.RawIOBase):
    def read(self, size: int = -1) -> bytes:
        return bytes(size)


def test_a_zip_bomb_is_refused_before_anything_of_it_is_kept(tmp_path: Path, kept: Path, keep: Keep) -> None:
    source = tmp_path / "bomb.zip"
    with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            with archive.open(f"{number}.bmp", "w") as member:
                for _ in range(FREE_SIZE // 4 + 1 >> 20):
                    member.write(bytes(1 << 20))
            archive.writestr(f"{number}.jpg", b"more")
        archive.writestr("last.bmp", bytes(1 << 20))
    assert source.stat().st_size * MAX_RATIO < FREE_SIZE
    with pytest.raises(UnsafeArchive, match="unpacks to more than"):
        list(find(source, keep=keep))
    assert not list(kept.iterdir())


def test_a_zip_that_lies_about_its_sizes_gives_no_more_than_it_said(tmp_path: Path, haul: HaulOf) -> None:
    source = make_zip(tmp_path / "a.zip", {"1.bmp": bytes(1_000_000), "2.bmp": b"sound"})
    content = source.read_bytes()
    source.write_bytes(content.replace((1_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    got = haul(source)
    assert all(found.size <= 1000 for found in got.found)
    assert len(got.found) + len(got.refused) == 2


@pytest.mark.parametrize("kind", ["tar.gz", "tar.xz"])
def test_a_tar_bomb_is_stopped_also_when_its_bulk_is_no_picture(tmp_path: Path, keep: Keep, kind: str) -> None:
    source = tmp_path / f"bomb.{kind}"
    with tarfile.open(source, "w:" + kind[-2:], **({"compresslevel": 1} if kind == "tar.gz" else {"preset": 0})) as archive:  # type: ignore[call-overload]
        entry = tarfile.TarInfo("bulk.txt")
        entry.size = FREE_SIZE + 1
        archive.addfile(entry, Zeros())
    with pytest.raises(UnsafeArchive, match="unpacks to more than"):
        list(find(source, keep=keep))


def test_a_tar_whose_long_name_would_fill_the_memory_is_damaged(tmp_path: Path, keep: Keep) -> None:
    entry = tarfile.TarInfo("././@LongLink")
    entry.type, entry.size = tarfile.GNUTYPE_LONGNAME, 1 << 33
    source = tmp_path / "a.tar"
    source.write_bytes(entry.tobuf(tarfile.GNU_FORMAT) + bytes(10_240))
    with pytest.raises(SourceError, match="damaged"):
        list(find(source, keep=keep))


def test_a_sparse_member_of_a_tar_counts_as_large_as_it_unpacks(tmp_path: Path, keep: Keep) -> None:
    entry = tarfile.TarInfo("hole.bmp")
    entry.type, entry.size = tarfile.GNUTYPE_SPARSE, 0
    header = bytearray(entry.tobuf(tarfile.GNU_FORMAT))
    header[483:495] = b"%011o\0" % (FREE_SIZE * 2)  # the real size; no data at all
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header[:512])
    (tmp_path / "a.tar").write_bytes(bytes(header) + bytes(1024))
    with pytest.raises(UnsafeArchive, match="unpacks to more than"):
        list(find(tmp_path / "a.tar", keep=keep))
