"""What was asked lately, as a view: how sure the answers were, which labels were given, and which pictures to look at."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cvwidgets.clock import now
from cvwidgets.evaluation import wilson
from cvwidgets.records import Found, ImportReport, Source

if TYPE_CHECKING:
    from cvwidgets.model import Model
    from cvwidgets.store import Store
    from cvwidgets.store.requests import ServedRequest

PROVIDER = "served"
"""Where images come from that were served: a provider like those of searches."""
QUERY = "most uncertain when served"
"""Like what a search finds, what was judged before is not offered again."""
SPANS = {"hour": 3600, "day": 86_400}
UNSURE = 0.6
"""Below this confidence an answer counts as unsure."""


@dataclass(frozen=True, slots=True)
class Moment:
    """An hour or a day (UTC) that begins at `begin`: how many requests, how sure the answers were.

    `median` and `low` (a tenth of the answers is below) are confidences to the hundredth, `unsure` the share below `UNSURE`; all 0..1.
    """

    begin: str
    requests: int
    median: float
    low: float
    unsure: float


@dataclass(frozen=True, slots=True)
class LabelShare:
    """How often a label was the answer, as a share of the requests with the ends of its 95% interval, and its share when training, 0..1.

    `trained` is None where nobody can say what the model learnt from.
    """

    label: str
    requests: int
    served: float
    interval: tuple[float, float]
    trained: float | None


class Requests:
    """The requests since a moment; each question is asked of the log as it is then."""

    def __init__(self, store: Store, since: datetime, model: Model | None) -> None:
        self._store = store
        self._since = since.timestamp()
        self._model = model

    def __len__(self) -> int:
        return self.counts()[0]

    def __repr__(self) -> str:
        return f"Requests({len(self):,} since {datetime.fromtimestamp(self._since, UTC):%Y-%m-%d %H:%M} UTC)"

    def counts(self) -> tuple[int, int]:
        """How many requests there are, and how many pictures that can be looked at."""
        from cvwidgets.store import requests

        with self._store.served.reading() as log:
            return requests.count(log, self._since) if log else (0, 0)

    def latest(self, most: int = 20) -> list[ServedRequest]:
        """Those that came last, the last one first."""
        from cvwidgets.store import requests

        with self._store.served.reading() as log:
            return requests.latest(log, self._since, most) if log else []

    def uncertain(self, most: int | None = 50) -> list[ServedRequest]:
        """The last request of each logged picture, the most uncertain first: where the two likeliest labels are nearest to each other.

        `most` None: all of them.
        """
        from cvwidgets.store import requests

        with self._store.served.reading() as log:
            return [*islice(requests.uncertain(log, self._since), most)] if log else []

    def over_time(self, by: Literal["hour", "day"] = "hour") -> tuple[Moment, ...]:
        """How sure the answers were, hour by hour or day by day; those without a request are left out."""
        from cvwidgets.store import requests

        with self._store.served.reading() as log:
            rows = requests.bins(log, self._since, SPANS[by]) if log else []
        spans = groupby(rows, key=lambda row: row[0])
        return tuple(_moment(number * SPANS[by], [(step, count) for _, step, count in some]) for number, some in spans)

    def shares(self) -> tuple[LabelShare, ...]:
        """How often each label was the answer, beside how often it was in training; the most frequent first.

        Training is that of the model in production, or of the version asked for.
        """
        from cvwidgets.store import requests

        with self._store.served.reading() as log:
            served = requests.labels(log, self._since) if log else {}
        trained, total = _trained(self._store, self._model), sum(served.values())
        of_training = sum(trained.values()) if trained else 0
        names = [*served, *(label for label in trained or () if label not in served)]
        return tuple(
            LabelShare(name, count, count / max(1, total), wilson(count, total), trained[name] / of_training if trained else None)
            for name, count in ((name, served.get(name, 0)) for name in names)
        )

    def picture(self, request: ServedRequest | str) -> Path | None:
        """The file of a request's picture, or of that with a SHA-256; None when it was not logged or is not kept any more."""
        path = self._store.served.picture(request if isinstance(request, str) else request.sha256)
        return path if path.is_file() else None


def take_in(store: Store, requests: Requests, most: int, *, by: str) -> ImportReport:
    """Takes the most uncertain pictures in as New; see `Served.take_in`."""
    from cvwidgets.project.adding import Wish, add_iter

    known = set(store.outline().shas)
    wanted = islice((one for one in requests.uncertain(None) if one.sha256 not in known), most)
    return deque(add_iter(store, Wish(state="new"), by=by, searched=_found(store, wanted)), maxlen=1).pop()


def _found(store: Store, requests: Iterator[ServedRequest]) -> Iterator[Found]:
    from cvwidgets.project.loose import header_of

    for request in requests:
        path = store.served.picture(request.sha256)
        if not path.is_file() or (header := header_of(path)) is None:
            continue
        with path.open("rb") as stream:
            kept = store.owned.put(stream, f"served.{header.format.lower()}")
        facts, source = kept.stat(), Source(query=QUERY, provider=PROVIDER, when=now())
        yield Found(kept, facts.st_size, facts.st_mtime_ns, None, owned=True, source=source, name="a served picture", fetched=True)


def _moment(begin: int, steps: Sequence[tuple[int, int]]) -> Moment:
    from cvwidgets.store.requests import BINS

    total = sum(count for _, count in steps)
    unsure = sum(count for step, count in steps if step < UNSURE * BINS)
    when = datetime.fromtimestamp(begin, UTC).isoformat(timespec="seconds")
    return Moment(when, total, _quantile(steps, total / 2), _quantile(steps, total / 10), unsure / total)


def _quantile(steps: Sequence[tuple[int, int]], rank: float) -> float:
    """The middle of the step in which the one of that rank lies."""
    from cvwidgets.store.requests import BINS

    passed = 0
    for step, count in steps:
        passed += count
        if passed >= rank:
            return (step + 0.5) / BINS
    return 0.0


def _trained(store: Store, model: Model | None) -> Counter[str] | None:
    """How many images of each label a model learnt from; None where nobody can say."""
    if model is None or model.run is None or not (snapshot := store.runs.get(model.run).snapshot):
        return None
    frozen = store.snapshots.frozen(snapshot)
    return Counter(frozen.values()) if frozen else None
