"""Each call in the reference is answered as the reference shows."""

import json
import re
import shlex
import subprocess

import pytest

from tests.support.dicom import instance
from tests.support.orthanc import Orthanc
from tests.support.systems import CHECKOUT
from tests.support.truth import assert_computed_tags_are_the_truth, assert_pages_are_the_truth

REFERENCE = (CHECKOUT / 'orthanc_paging' / 'faces' / 'README.md').read_text()
EXAMPLES = re.findall(r'^```\n\$ (curl [^\n]*)\n(.*?)^```', REFERENCE, flags=re.MULTILINE | re.DOTALL)


def test_the_reference_has_examples() -> None:
    assert len(EXAMPLES) >= 6


@pytest.mark.parametrize(('command', 'shown'), EXAMPLES, ids=[command for command, _ in EXAMPLES])
def test_a_call_is_answered_as_shown(orthanc: Orthanc, command: str, shown: str) -> None:
    for number in range(120):
        orthanc.upload(
            instance(f'P{number}', 'S', 'A', '1', StudyDate='20240131', PatientName='MÜLLER^ZOË', PatientSex='F')
        )
    assert_pages_are_the_truth(orthanc)
    assert_computed_tags_are_the_truth(orthanc)
    called = shlex.split(command.replace('http://localhost:8042', orthanc.url))
    answer = subprocess.run([*called, '--silent'], capture_output=True, text=True, check=True).stdout
    if shown.startswith('{'):
        assert _shape(json.loads(answer)) == _shape(json.loads(shown))
    elif shown.startswith('HTTP/'):
        assert _header_names(answer) >= _header_names(shown)
        assert answer.splitlines()[0].split()[1] == shown.split()[1]
    else:
        assert answer.splitlines()[0] == shown.splitlines()[0]
        assert len(answer.splitlines()) == len(shown.splitlines())


def _shape(value: object) -> object:
    """The names of the members, also of those in lists that are not empty."""
    if isinstance(value, dict):
        return {name: _shape(member) for name, member in value.items()}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [_shape(value[0])]
    return None


def _header_names(answer: str) -> set[str]:
    head = answer.replace('\r', '').split('\n\n')[0]
    return {line.partition(':')[0].lower() for line in head.splitlines()[1:] if line}
