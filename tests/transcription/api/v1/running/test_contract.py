"""A running server keeps what its OpenAPI document promises: schemathesis makes
requests of it, good and bad ones, and compares the answers. The same seed makes the
same ones; ``SHENGWEN_TEST_CONTRACT_EXAMPLES=200`` makes more."""

import os
from functools import cache
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.transcription.api.conftest import wav
from tests.transcription.api.v1.running.conftest import Portal
from transcription.api.schema import operation_words

pytestmark = pytest.mark.once
EXAMPLES = int(os.environ.get("SHENGWEN_TEST_CONTRACT_EXAMPLES", "12"))
OPERATIONS = sorted(operation_words())
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# A thing that is there is asked for more often than one that is not.
REAL = {"jobs": "job", "hotword-lists": "list", "recordings": "recording"}


@cache
def document(base_url: str) -> Any:
    return schemathesis.openapi.from_url(f"{base_url}/api/schema/?format=json")


def name_something(case: Any, path: str, things: dict[str, str]) -> None:
    """Put what is there into the address."""
    named = case.path_parameters
    if "slug" in named:
        named["slug"] = "sales"
    if "uuid" in named:
        kinds = [kind for part, kind in REAL.items() if f"/{part}/" in path]
        kind = "trashed" if path.endswith("/restore/") else kinds[-1]
        named["uuid"] = things[kind]
    if "segment_id" in named:
        named["segment_id"] = things["segment"]
    if isinstance(case.body, dict) and "audio" in case.body:
        case.body["audio"] = wav()


@pytest.mark.parametrize(
    "mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda m: m.value
)
@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_answers_are_those_of_the_document(
    portal: Portal, operation_id: str, mode: GenerationMode
) -> None:
    operation = document(portal.base_url).find_operation_by_id(operation_id)
    number = 2 * OPERATIONS.index(operation_id) + (mode is GenerationMode.NEGATIVE)
    things = portal.things[number]
    answered: set[int] = set()

    def ask(case: Any) -> None:
        name_something(case, operation.path, things)
        answer = case.call(headers={"Authorization": f"Bearer {portal.token}"})
        case.validate_response(answer, checks=CHECKS)
        answered.add(answer.status_code)

    repeated = settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    asking = given(case=operation.as_strategy(generation_mode=mode))
    seed(8)(repeated(asking(ask)))()
    if mode is GenerationMode.POSITIVE:
        assert any(status < 300 for status in answered), answered


def test_every_operation_of_the_document_is_asked(portal: Portal) -> None:
    known = {
        found.ok().definition.raw["operationId"]
        for found in document(portal.base_url).get_all_operations()
    }
    assert known == set(OPERATIONS)
