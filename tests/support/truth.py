"""The comparison on which the first promise rests: the page is the truth."""

import json
import time
from typing import Any

from tests.support.rest import RestClient
from tests.support.waiting import STEP

Study = dict[str, Any]

ALL_STUDIES = '/sort-studies'
"""The page with all studies, if no `Paging.MaxLimit` requires a limit."""

ComputedTags = tuple[str, str]
"""The modalities of a study, and the number of its instances."""


def assert_pages_are_the_truth(orthanc: RestClient, deadline: float = 10.0, path: str = ALL_STUDIES) -> None:
    """Wait until the page with all studies is what Orthanc itself says: each study, all of them, in their order.

    Raises AssertionError, which names the first difference, if they still differ after `deadline` seconds.
    """
    end = time.monotonic() + deadline
    while (difference := first_difference(orthanc, path)) is not None:
        if time.monotonic() > end:
            raise AssertionError(f'after {deadline} s {path} is not the truth: {difference}')
        time.sleep(STEP)


def first_difference(orthanc: RestClient, path: str = ALL_STUDIES) -> str | None:
    """The first difference between the page with all studies and Orthanc itself just now, or None."""
    answer = orthanc.get(path)
    if answer.status_code != 200:
        return f'it answers {answer.status_code}: {answer.text}'
    served: list[Study] = answer.json()
    truth = true_studies(orthanc)
    for place, (given, expected) in enumerate(zip(served, truth, strict=False)):
        if given != expected:
            return f'study {place} of {len(truth)}: {_describe(given, expected)}'
    if len(served) != len(truth):
        return f'{len(served)} studies instead of {len(truth)}'
    return None


def assert_computed_tags_are_the_truth(orthanc: RestClient, deadline: float = 10.0) -> None:
    """Wait until pages show the modalities and the number of instances of each study as its series have them.

    Raises AssertionError, which names a study and what differs, if they still differ after `deadline` seconds.
    """
    end = time.monotonic() + deadline
    while difference := served_computed_tags(orthanc).items() ^ true_computed_tags(orthanc).items():
        if time.monotonic() > end:
            raise AssertionError(f'after {deadline} s computed tags are not the truth: {sorted(difference)[:4]}')
        time.sleep(STEP)


def served_computed_tags(orthanc: RestClient) -> dict[str, ComputedTags]:
    """Return what the pages say, by the ID of the study."""
    page = orthanc.get_json('/sort-studies?fields=ModalitiesInStudy,NumberOfStudyRelatedInstances')
    return {study['ID']: (study['ModalitiesInStudy'], study['NumberOfStudyRelatedInstances']) for study in page}


def true_computed_tags(orthanc: RestClient) -> dict[str, ComputedTags]:
    """Return what the series of each study say, by the ID of the study."""
    return {study_id: _of_series(orthanc, study_id) for study_id in orthanc.get_json('/studies')}


def _of_series(orthanc: RestClient, study_id: str) -> ComputedTags:
    answer = orthanc.get(f'/studies/{study_id}/series')
    all_series = answer.json() if answer.status_code == 200 else []
    modalities = {series['MainDicomTags'].get('Modality', '') for series in all_series} - {''}
    instances = sum(len(series['Instances']) for series in all_series)
    return '\\'.join(sorted(modalities)), str(instances)


def true_studies(orthanc: RestClient) -> list[Study]:
    """Every study as `GET /studies/{id}` returns it, by StudyDate (a missing one first), then by ID."""
    answers = [orthanc.get(f'/studies/{study_id}') for study_id in orthanc.get_json('/studies')]
    return sorted((answer.json() for answer in answers if answer.status_code == 200), key=order_key)


def order_key(study: Study) -> tuple[str, str]:
    """The key of the order of `/sort-studies`."""
    return study['MainDicomTags'].get('StudyDate', ''), study['ID']


def _describe(given: Study, expected: Study) -> str:
    """Return what differs between the study at a place and the one that should be there."""
    if given.get('ID') != expected['ID']:
        return f'it is {given.get("ID")} instead of {expected["ID"]}'
    keys = [key for key in sorted(given.keys() | expected.keys()) if given.get(key) != expected.get(key)]
    parts = [f'{key} is {_short(given.get(key))} instead of {_short(expected.get(key))}' for key in keys]
    return f'{expected["ID"]}: {"; ".join(parts)}'


def _short(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)[:500]
