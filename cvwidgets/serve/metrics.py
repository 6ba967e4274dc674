"""What the server counts, for Prometheus: https://prometheus.io/docs/instrumenting/exposition_formats/."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

KIND = CONTENT_TYPE_PLAIN_0_0_4
_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)


class Metrics:
    """Counts of one server; nothing in them tells who asked, or about what."""

    def __init__(self, *, waiting: Callable[[], int], version: Callable[[], int]) -> None:
        """`waiting` tells how many pictures wait for the model or are under way, `version` which model answers (0: none)."""
        disable_created_metrics()  # type: ignore[no-untyped-call]  # when each count began is of no use to anybody here
        self._registry = CollectorRegistry()
        self.requests = Counter("cvwidgets_requests", "Requests by route and status.", ("route", "status"), registry=self._registry)
        self.pictures = Counter("cvwidgets_pictures", "Pictures by what came of them.", ("outcome",), registry=self._registry)
        self.seconds = Histogram(
            "cvwidgets_request_seconds", "Seconds to the answer by route.", ("route",), buckets=_SECONDS, registry=self._registry
        )
        Gauge("cvwidgets_pictures_waiting", "Pictures that wait or are under way.", registry=self._registry).set_function(waiting)
        Gauge("cvwidgets_model_version", "The version that answers; 0 for none.", registry=self._registry).set_function(version)

    def text(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self._registry)
