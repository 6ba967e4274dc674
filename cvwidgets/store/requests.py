"""What the log of what was served tells: questions to it, each within a connection of the caller."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from cvwidgets.records import Prediction

BINS = 100
"""Confidences are counted in so many steps of equal width, from 0 to 1."""

_COLUMNS = "requests.id, requests.at, requests.sha256, model, seconds, predictions, pictures.sha256 IS NOT NULL"
_ROWS = f"SELECT {_COLUMNS} FROM requests LEFT JOIN pictures ON pictures.sha256 = requests.sha256"


@dataclass(frozen=True, slots=True)
class ServedRequest:
    """One request that was answered: `when` in ISO 8601 (UTC), the labels that were most probable, `has_picture` if it can be looked at."""

    id: int
    when: str
    sha256: str
    model: int
    seconds: float
    predictions: tuple[Prediction, ...]
    has_picture: bool


def stamp(connection: sqlite3.Connection) -> tuple[int, int]:
    """Two numbers of which one changes whenever something is logged: the last request, and how many were lost."""
    (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM requests").fetchone()
    (lost,) = connection.execute("SELECT coalesce(sum(count), 0) FROM lost").fetchone()
    return last, lost


def count(connection: sqlite3.Connection, since: float) -> tuple[int, int]:
    """How many requests there are since a moment, and how many pictures that can be looked at."""
    (requests,) = connection.execute("SELECT count(*) FROM requests WHERE at >= ?", (since,)).fetchone()
    (pictures,) = connection.execute("SELECT count(*) FROM pictures WHERE at >= ?", (since,)).fetchone()
    return requests, pictures


def latest(connection: sqlite3.Connection, since: float, most: int) -> list[ServedRequest]:
    """The requests that came last, the last one first."""
    return [_request(row) for row in connection.execute(f"{_ROWS} WHERE requests.at >= ? ORDER BY requests.id DESC LIMIT ?", (since, most))]


def uncertain(connection: sqlite3.Connection, since: float) -> Iterator[ServedRequest]:
    """The last request of each picture that can be looked at, those first of which the two likeliest labels are nearest to each other."""
    last = "SELECT max(requests.id) FROM requests JOIN pictures USING (sha256) WHERE requests.at >= ? GROUP BY sha256"
    yield from map(_request, connection.execute(f"{_ROWS} WHERE requests.id IN ({last}) ORDER BY margin, requests.id", (since,)))


def bins(connection: sqlite3.Connection, since: float, seconds: int) -> list[tuple[int, int, int]]:
    """How many requests fell into each span of so many seconds (its number since 1970) and each step of confidence."""
    step = f"min(CAST(confidence * {BINS} AS INTEGER), {BINS - 1})"
    query = f"SELECT CAST(at / ? AS INTEGER), {step}, count(*) FROM requests WHERE at >= ? GROUP BY 1, 2 ORDER BY 1, 2"
    return connection.execute(query, (seconds, since)).fetchall()


def labels(connection: sqlite3.Connection, since: float) -> dict[str, int]:
    """How many requests were answered by each label, the most frequent first."""
    return dict(connection.execute("SELECT label, count(*) FROM requests WHERE at >= ? GROUP BY label ORDER BY 2 DESC, 1", (since,)))


def sample(connection: sqlite3.Connection, since: float, most: int) -> list[str]:
    """The hashes of some pictures that can be looked at, of all with the same chance; the same ones as long as none comes or goes."""
    known = [sha for (sha,) in connection.execute("SELECT sha256 FROM pictures WHERE at >= ? ORDER BY sha256", (since,))]
    return known[:: -(-len(known) // most)] if known else []  # hashes are as good as random numbers


def _request(row: tuple[int, float, str, int, float, str, int]) -> ServedRequest:
    number, at, sha256, model, seconds, told, has_picture = row
    when = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
    predictions = tuple(Prediction(str(label), float(probability)) for label, probability in json.loads(told))
    return ServedRequest(number, when, sha256, model, seconds, predictions, bool(has_picture))
