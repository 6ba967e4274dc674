from __future__ import annotations

import errno
import hashlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cvwidgets.errors import CatalogBusy, DiskFull, ExploreError, ProjectError, ReadOnlyProject
from cvwidgets.store import Embeddings, Store, embeddings

WIDTH = 8
KEY = "0a1b"


def sha(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


SHAS = [sha(number) for number in range(200)]


def vectors(numbers: range | list[int], width: int = WIDTH) -> np.ndarray[Any, Any]:
    """What the images of these numbers look like: different for each, the same each time."""
    rows = np.array([np.random.default_rng(number).standard_normal(width) for number in numbers]).reshape(-1, width)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def cache(project: Path, **options: Any) -> Embeddings:
    return Embeddings(project, KEY, **{"model": "starter", "width": WIDTH, **options})


def file_of_vectors(project: Path) -> Path:
    (file,) = cache(project).folder.glob("vectors-*")
    return file


def holds(project: Path, numbers: range) -> bool:
    """Whether exactly these of all images are there, each with its own vector."""
    found, there = cache(project).get(SHAS)
    return np.flatnonzero(there).tolist() == list(numbers) and np.allclose(found, vectors(numbers), atol=1e-3)


def test_what_was_put_comes_back_in_the_order_asked(tmp_path: Path) -> None:
    assert cache(tmp_path).put(SHAS[:5], vectors(range(5))) == 5
    found, there = cache(tmp_path).get([SHAS[3], sha(999), SHAS[0], SHAS[3]])
    assert (there.tolist(), found.dtype) == ([True, False, True, True], np.float16)
    assert np.allclose(found, vectors([3, 0, 3]), atol=1e-3)


def test_only_what_is_new_is_missing_and_is_named_once(tmp_path: Path) -> None:
    kept = cache(tmp_path)
    assert kept.missing([SHAS[1], SHAS[0], SHAS[1]]) == [SHAS[1], SHAS[0]]
    kept.put(SHAS[:1], vectors(range(1)))
    assert kept.missing([SHAS[1], SHAS[0], SHAS[1]]) == [SHAS[1]]


def test_before_anything_was_put_nothing_is_there(tmp_path: Path) -> None:
    found, there = cache(tmp_path).get(SHAS[:3])
    assert (found.shape, there.any(), cache(tmp_path).facts) == ((0, WIDTH), False, None)
    mapped, rows = cache(tmp_path).rows(SHAS[:3])
    assert (mapped.shape, rows.tolist()) == ((0, WIDTH), [-1, -1, -1])
    assert cache(tmp_path).put([], np.empty((0, WIDTH), np.float32)) == 0


def test_a_store_says_of_which_model_its_embeddings_are(store: Store) -> None:
    store.embeddings(KEY, model="starter", width=WIDTH).put(SHAS[:7], vectors(range(7)))
    facts = store.embeddings(KEY).facts
    assert facts == embeddings.EmbeddingFacts("starter", WIDTH, 7)


def test_the_same_image_is_kept_once(tmp_path: Path) -> None:
    kept = cache(tmp_path)
    assert kept.put([SHAS[0], SHAS[1], SHAS[0]], vectors([0, 1, 0])) == 2
    assert kept.put(SHAS[:3], vectors([7, 8, 2])) == 1
    assert holds(tmp_path, range(3))


def test_what_another_one_puts_is_seen_at_once(tmp_path: Path) -> None:
    one, other = cache(tmp_path), cache(tmp_path)
    for number in range(5):
        one.put(SHAS[number : number + 1], vectors([number]))
        assert other.missing(SHAS[:6]) == SHAS[number + 1 : 6]


def test_a_mapped_array_stays_what_it_is_while_others_write_and_delete(tmp_path: Path) -> None:
    cache(tmp_path).put(SHAS[:10], vectors(range(10)))
    mapped, rows = cache(tmp_path).rows(SHAS[:20])
    cache(tmp_path).put(SHAS[10:20], vectors(range(10, 20)))
    shutil.rmtree(tmp_path / "cache")
    assert rows.tolist() == [*range(10), *[-1] * 10]
    assert np.allclose(mapped[rows[:10]], vectors(range(10)), atol=1e-3)


@pytest.mark.parametrize("left", [1, WIDTH * 2 - 1, WIDTH * 2, WIDTH * 2 * 3 + 5])
def test_a_row_written_half_by_a_killed_process_does_not_count(tmp_path: Path, left: int) -> None:
    cache(tmp_path).put(SHAS[:4], vectors(range(4)))
    with file_of_vectors(tmp_path).open("ab") as file:
        file.write(b"\x7e" * left)
    assert holds(tmp_path, range(4))
    cache(tmp_path).put(SHAS[4:9], vectors(range(4, 9)))
    assert holds(tmp_path, range(9))


def test_a_key_written_half_by_a_killed_process_does_not_count(tmp_path: Path) -> None:
    cache(tmp_path).put(SHAS[:4], vectors(range(4)))
    with file_of_vectors(tmp_path).open("ab") as file:
        file.write(vectors([4]).astype("<f2").tobytes())
    with (cache(tmp_path).folder / "keys").open("ab") as file:
        file.write(bytes.fromhex(SHAS[4])[:31])
    assert holds(tmp_path, range(4))
    assert cache(tmp_path).put(SHAS[4:9], vectors(range(4, 9))) == 5
    assert holds(tmp_path, range(9))


WRITER = """
import sys
from pathlib import Path
import tests.store.test_embeddings as story
for start in range(int(sys.argv[2]), 200, int(sys.argv[3])):
    numbers = range(start, min(200, start + 2))
    story.cache(Path(sys.argv[1])).put([story.SHAS[n] for n in numbers], story.vectors(numbers))
    print(start, flush=True)
"""


def writer(project: Path, start: int = 0, step: int = 2) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(project), str(start), str(step)]
    return subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True)


def test_a_process_killed_at_any_moment_leaves_what_it_had_said(tmp_path: Path) -> None:
    for rounds in (1, 4, 9, 17):
        with writer(tmp_path) as process:
            assert process.stdout
            said = [int(process.stdout.readline()) for _ in range(rounds)]
            process.send_signal(signal.SIGKILL)
        found, there = cache(tmp_path).get(SHAS)
        assert there[: said[-1] + 2].all()
        assert np.allclose(found, vectors(np.flatnonzero(there).tolist()), atol=1e-3)


def test_several_processes_and_threads_write_at_once(tmp_path: Path) -> None:
    processes = [writer(tmp_path, start=start, step=1) for start in (0, 60)]
    threads = [
        threading.Thread(target=lambda: [cache(tmp_path).put([SHAS[n]], vectors([n])) for n in range(199, 140, -1)]) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [process.wait(60) for process in processes] == [0, 0]
    assert holds(tmp_path, range(200))
    facts = cache(tmp_path).facts
    assert facts and facts.count == 200


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_no_number_is_refused_whole(tmp_path: Path, bad: float) -> None:
    rows = vectors(range(3))
    rows[1, 2] = bad
    with pytest.raises(ExploreError, match=r"1 of 3 embeddings hold what is no number \(NaN or infinite\); only numbers are kept"):
        cache(tmp_path).put(SHAS[:3], rows)
    assert cache(tmp_path).facts is None


def test_vectors_of_another_length_than_one_are_a_mistake_of_the_program(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="normalize"):
        cache(tmp_path).put(SHAS[:2], 2 * vectors(range(2)))
    with pytest.raises(ValueError, match=r"3 hashes were given with vectors of shape \(2, 8\)"):
        cache(tmp_path).put(SHAS[:3], vectors(range(2)))
    with pytest.raises(ValueError, match="64 hex digits"):
        cache(tmp_path).missing(["abc"])
    with pytest.raises(ValueError, match="no key"):
        Embeddings(tmp_path, "../../images")


def test_another_width_is_refused_and_never_mixed(tmp_path: Path) -> None:
    cache(tmp_path).put(SHAS[:2], vectors(range(2)))
    other = cache(tmp_path, width=12)
    sentence = r"have 8 numbers each, made by 'starter'; those of 'starter', which gives 12, were needed.*never mixed. Delete that folder"
    for question in (lambda: other.get(SHAS), lambda: other.missing(SHAS), lambda: other.put(SHAS[2:3], vectors([2], 12))):
        with pytest.raises(ExploreError, match=sentence):
            question()
    with pytest.raises(ExploreError, match="which gives 12, were needed"):
        cache(tmp_path, width=None).put(SHAS[2:3], vectors([2], 12))
    assert holds(tmp_path, range(2))


def test_the_embeddings_of_another_model_under_its_name_are_refused(tmp_path: Path) -> None:
    Embeddings(tmp_path, "ffff", model="ResNet").put(SHAS[:2], vectors(range(2)))
    (tmp_path / "cache/embeddings/ffff").rename(tmp_path / "cache/embeddings" / KEY)
    with pytest.raises(ExploreError, match="made by 'ResNet'; those of 'starter'"):
        cache(tmp_path).get(SHAS)


@pytest.mark.parametrize("left", [0, 1, WIDTH * 2 * 3, WIDTH * 2 * 3 + 1])
def test_vectors_cut_short_are_missing_and_made_again(tmp_path: Path, left: int) -> None:
    reader = cache(tmp_path)
    reader.put(SHAS[:9], vectors(range(9)))
    os.truncate(file_of_vectors(tmp_path), left)
    whole = left // (WIDTH * 2)
    assert reader.missing(SHAS[:9]) == SHAS[whole:9]
    assert holds(tmp_path, range(whole))
    reader.put(SHAS[whole:9][::-1], vectors(range(whole, 9))[::-1])
    assert holds(tmp_path, range(9))


@pytest.mark.parametrize("left", [0, 100, embeddings.HEADER, embeddings.HEADER + 32 * 3 + 7])
def test_keys_cut_short_never_give_a_vector_of_another_image(tmp_path: Path, left: int) -> None:
    reader = cache(tmp_path)
    reader.put(SHAS[:9], vectors(range(9)))
    assert not reader.missing(SHAS[:9])
    os.truncate(reader.folder / "keys", left)
    cache(tmp_path).put(SHAS[100:120], vectors(range(100, 120)))
    found, there = reader.get(SHAS)
    assert np.allclose(found, vectors(np.flatnonzero(there).tolist()), atol=1e-3)
    assert there[100:120].all()


def test_keys_that_are_damaged_are_begun_anew(tmp_path: Path) -> None:
    cache(tmp_path).put(SHAS[:9], vectors(range(9)))
    (cache(tmp_path).folder / "keys").write_bytes(os.urandom(5000))
    assert cache(tmp_path).missing(SHAS[:9]) == SHAS[:9]
    cache(tmp_path).put(SHAS[:2], vectors(range(2)))
    assert holds(tmp_path, range(2))
    assert len(list(cache(tmp_path).folder.glob("vectors-*"))) == 1


def test_a_cache_deleted_meanwhile_is_empty_and_can_be_filled_again(tmp_path: Path) -> None:
    kept = cache(tmp_path)
    kept.put(SHAS[:9], vectors(range(9)))
    shutil.rmtree(tmp_path / "cache")
    assert kept.missing(SHAS[:9]) == SHAS[:9]
    kept.put(SHAS[:3], vectors(range(3)))
    assert holds(tmp_path, range(3))


def test_a_cache_deleted_again_and_again_under_two_writers_never_mixes_rows(tmp_path: Path) -> None:
    with writer(tmp_path, step=8) as one, writer(tmp_path, start=1, step=8) as other:
        while one.poll() is None or other.poll() is None:
            shutil.rmtree(tmp_path / "cache", ignore_errors=True)
            found, there = cache(tmp_path).get(SHAS)
            assert np.allclose(found, vectors(np.flatnonzero(there).tolist()), atol=1e-3)
    assert (one.returncode, other.returncode) == (0, 0)


def test_a_project_that_is_gone_is_not_made_again(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"is not there any more; embeddings are kept in it. Put it back"):
        cache(tmp_path / "gone").put(SHAS[:1], vectors(range(1)))
    assert not (tmp_path / "gone").exists()


def test_a_disk_without_room_is_a_sentence_and_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache(tmp_path).put(SHAS[:9], vectors(range(9)))
    limits, ignored = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    monkeypatch.setattr("cvwidgets.files._FULL", {errno.ENOSPC, errno.EFBIG})  # the system's own refusal to let a file grow
    resource.setrlimit(resource.RLIMIT_FSIZE, (embeddings.HEADER + 9 * 32 + 50, limits[1]))
    try:
        with pytest.raises(DiskFull, match="is full; saving needs some room"):
            cache(tmp_path).put(SHAS[9:200], vectors(range(9, 200)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert holds(tmp_path, range(9))
    cache(tmp_path).put(SHAS[9:12], vectors(range(9, 12)))
    assert holds(tmp_path, range(12))


def test_a_cache_that_cannot_be_written_to_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache/embeddings").write_text("a file where the folder should be")
    with pytest.raises(ReadOnlyProject, match="cannot be written to"):
        cache(tmp_path).put(SHAS[:1], vectors(range(1)))
    assert cache(tmp_path).missing(SHAS[:1]) == SHAS[:1]


def test_one_who_holds_it_for_ever_does_not_keep_others_waiting_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import portalocker

    cache(tmp_path).put(SHAS[:1], vectors(range(1)))
    monkeypatch.setattr(embeddings, "BUSY_SECONDS", 0.05)
    with (cache(tmp_path).folder / "lock").open("ab") as held:
        portalocker.lock(held, portalocker.LockFlags.EXCLUSIVE)
        with pytest.raises(CatalogBusy, match="held by another process"):
            cache(tmp_path).put(SHAS[1:2], vectors(range(1, 2)))
        assert holds(tmp_path, range(1))
