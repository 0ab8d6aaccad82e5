"""The choice of the media type for a client."""

import pytest

from orthanc_paging.errors import NotAcceptable
from orthanc_paging.http.negotiation import acceptable, takes_gzip


@pytest.mark.parametrize(
    ('accept', 'media_type'),
    [
        ('', 'application/json'),
        ('*/*', 'application/json'),
        ('text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'application/json'),
        ('application/dicom+json', 'application/dicom+json'),
        ('Application/DICOM+JSON', 'application/dicom+json'),
        ('text/csv', 'text/csv'),
        ('text/*', 'text/csv'),
        ('application/*', 'application/json'),
        ('application/json;q=0.5, text/csv', 'text/csv'),
        ('application/json;q=0, */*', 'application/dicom+json'),
        ('text/csv; charset=utf-8; q=0.9, application/json;q=0.8', 'text/csv'),
    ],
)
def test_the_one_that_is_liked_best_is_given(accept: str, media_type: str) -> None:
    assert acceptable(accept) == media_type


@pytest.mark.parametrize(
    'accept', ['text/html', 'image/*', 'application/json;q=0', 'application/json;q=x', 'nonsense']
)
def test_if_none_is_accepted_the_problem_names_those_that_there_are(accept: str) -> None:
    with pytest.raises(NotAcceptable) as refused:
        acceptable(accept)
    problem = refused.value.problem()
    assert (problem['status'], problem['value']) == (406, accept)
    assert problem['expected'] == 'application/json, application/dicom+json, text/csv'


@pytest.mark.parametrize(
    'accept_encoding', ['gzip', 'gzip, deflate, br, zstd', 'GZIP;q=0.5', 'br;q=1.0, gzip;q=0.8, *;q=0.1']
)
def test_gzip_is_given_to_who_takes_it(accept_encoding: str) -> None:
    assert takes_gzip(accept_encoding)


@pytest.mark.parametrize('accept_encoding', ['', 'identity', 'gzip;q=0', 'br', 'identity, gzip;q=0.5', 'nonsense'])
def test_gzip_is_not_given_to_others(accept_encoding: str) -> None:
    assert not takes_gzip(accept_encoding)
