"""When a client has the content of an answer already."""

from http import HTTPStatus

import pytest

from orthanc_paging.http.answer import JSON, Answer
from orthanc_paging.http.etags import conditional, etag_of, is_known
from orthanc_paging.http.request import Request


@pytest.mark.parametrize(
    ('if_none_match', 'expected'),
    [
        ('W/"1"', True),
        ('"1"', True),
        ('"0", W/"1"', True),
        ('*', True),
        ('"11"', False),
        ('', False),
        (None, False),
    ],
)
def test_a_client_has_the_content_if_it_names_the_tag(if_none_match: str | None, expected: bool) -> None:
    headers = {} if if_none_match is None else {'if-none-match': if_none_match}
    request = Request('GET', '/x', headers=headers)
    assert is_known('W/"1"', request) == expected
    answer = Answer(HTTPStatus.OK, (('ETag', 'W/"1"'), ('X', 'y')), b'content', JSON)
    found = conditional(answer, request)
    assert found == (Answer(HTTPStatus.NOT_MODIFIED, answer.headers) if expected else answer)


def test_other_content_has_another_tag() -> None:
    assert etag_of(b'a') == etag_of(b'a') != etag_of(b'b')
