"""DICOM files to upload, by the thousand a second: made once, and numbered anew for each study."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import count

from tests.benchmarks.connection import post
from tests.support.dicom import instance

FIRST_NUMBER = 73_000_000  # all numbers of studies have eight digits, so that all files are equally long
_ROOT = '1.2.826.0.1.3680043.10.543.7'
_STUDY_UID = re.compile(rb'"%b\.([0-9]{8})"' % re.escape(_ROOT.encode()))

_numbers = count(FIRST_NUMBER + 1)


def new_number() -> int:
    """A number that no study had so far. Safe to call from any thread."""
    return next(_numbers)


def study_uid(number: int) -> str:
    """The StudyInstanceUID of the study of that number."""
    return f'{_ROOT}.{number}'


def numbers_in(page: bytes) -> list[int]:
    """The numbers of the studies on a page, without those that were never numbered."""
    return [int(number) for number in _STUDY_UID.findall(page)]


@dataclass(frozen=True)
class StudyShape:
    """Studies of so many series of so many instances each, of about 500 bytes each, one study a patient.

    With `by_number`, a study's number stands for its date: it comes after all whose number is lower, and after
    any other study.
    """

    series: int
    instances: int
    by_number: bool = False

    def requests(self, number: int) -> list[bytes]:
        """The requests that upload the study of that number, one for each instance."""
        here = str(number).encode()
        return [request.replace(b'%d' % FIRST_NUMBER, here) for request in self._of_first]

    @cached_property
    def _of_first(self) -> list[bytes]:
        places = [(s, i) for s in range(self.series) for i in range(self.instances)]
        return [post('/instances', self._file(FIRST_NUMBER, *place)) for place in places]

    def _file(self, number: int, series: int, place: int) -> bytes:
        keywords = {'StudyDate': str(number)} if self.by_number else {}
        series_uid = f'{study_uid(number)}.{100 + series}'
        instance_uid = f'{series_uid}.{1000 + place}'
        return instance(f'P{number}', study_uid(number), series_uid, instance_uid, **keywords)


LAST = StudyShape(series=1, instances=1, by_number=True)
"""Studies of one instance. Each one is the last study when it is uploaded."""


def upload_of_last(number: int) -> bytes:
    """The request that uploads the whole study of that number, which is then the last of all."""
    [request] = LAST.requests(number)
    return request
