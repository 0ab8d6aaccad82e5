"""Whatever a client sends that follows the description is answered as the description says."""

from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import validate
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from orthanc_paging.faces import relist
from tests.support.dicom import instance
from tests.support.orthanc import Orthanc
from tests.support.truth import assert_pages_are_the_truth

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 60

Operation = schemathesis.APIOperation[Any, Any, Any, Any]


def test_answers_are_as_the_description_says_whatever_is_sent(orthanc: Orthanc) -> None:
    for number, name in enumerate(['DOE^JANE', 'MÜLLER^ZOË', 'Hong^Gildong=洪^吉洞']):
        orthanc.upload(instance(f'P{number}', f'S{number}', 'A', '1', StudyDate='20240131', PatientName=name))
    assert_pages_are_the_truth(orthanc)
    document = orthanc.get_json('/paging/openapi.json')
    validate(document)
    for found in schemathesis.openapi.from_dict(document).get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if operation.path != relist.PATH:  # which takes seconds
            _fuzz(operation, orthanc.url)


def _fuzz(operation: Operation, url: str) -> None:
    @settings(max_examples=EXAMPLES, suppress_health_check=[*HealthCheck])
    @given(case=operation.as_strategy())
    def is_answered_as_described(case: Case[Any]) -> None:
        case.call_and_validate(base_url=url, checks=CHECKS)

    is_answered_as_described()
