"""DICOM files to upload, by the thousand a second: made once, and numbered anew for each study."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import count

from tests.benchmarks.connection import post
from tests.support.dicom import instance

FIRST_NUMBER = 73_000_000  # all numbers of studies have eight digits, so that all files are equally long
_ROOT = '1.2.826.0.1.3680043.10.543.7'

_numbers = count(FIRST_NUMBER + 1)


def new_number() -> int:
    """A number that no study had so far. Safe to call from any thread."""
    return next(_numbers)


def study_uid(number: int) -> str:
    """The StudyInstanceUID of the study of that number."""
    return f'{_ROOT}.{number}'


@dataclass(frozen=True)
class StudyShape:
    """Studies of so many series of so many instances each, of about 500 bytes each, one study a patient."""

    series: int
    instances: int

    def requests(self, number: int) -> list[bytes]:
        """The requests that upload the study of that number, one for each instance."""
        here = str(number).encode()
        return [request.replace(b'%d' % FIRST_NUMBER, here) for request in self._of_first]

    @cached_property
    def _of_first(self) -> list[bytes]:
        places = [(s, i) for s in range(self.series) for i in range(self.instances)]
        return [post('/instances', _file(FIRST_NUMBER, *place)) for place in places]


def file_of_date(number: int, study_date: str) -> bytes:
    """The one instance of a study of that number and date."""
    return _file(number, 0, 0, StudyDate=study_date)


def _file(number: int, series: int, place: int, **keywords: object) -> bytes:
    series_uid = f'{study_uid(number)}.{100 + series}'
    return instance(
        f'P{number}', study_uid(number), series_uid, f'{series_uid}.{1000 + place}', Modality='CT', **keywords
    )
