"""The OpenAPI page describes what the server does: whatever is sent by it, nothing is answered by a 500, or otherwise than described."""

from __future__ import annotations

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from tests.serve.conftest import HEADERS, Running

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
QUIET = [HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.data_too_large]


def fuzz(served: Running, examples: int, without: str) -> None:
    api = schemathesis.openapi.from_url(f"{served.address}/openapi.json").exclude(path=without)
    for operation in api.get_all_operations():

        @settings(max_examples=examples, deadline=None, database=None, derandomize=True, suppress_health_check=QUIET)
        @given(case=operation.ok().as_strategy())
        def ask(case: schemathesis.Case) -> None:
            case.call_and_validate(headers=HEADERS, checks=CHECKS, timeout=120)

        ask()


def test_every_route_is_described(served: Running) -> None:
    described = httpx.get(f"{served.address}/openapi.json").json()
    assert set(described["paths"]) == {"/v1/predict", "/v1/neighbors", "/v1/labels", "/v1/model", "/health", "/metrics", "/cv"}
    assert all("summary" in told for verbs in described["paths"].values() for told in verbs.values())


def test_whatever_is_sent_nothing_fails(served: Running) -> None:
    fuzz(served, 5, without="/v1/neighbors")  # a picture is embedded by the worker, which takes seconds to begin
    assert served.http.get("/health").status_code == 200


@pytest.mark.slow
def test_whatever_is_sent_for_long_nothing_fails(served: Running) -> None:
    fuzz(served, 200, without="/none")
    assert served.http.get("/health").status_code == 200
