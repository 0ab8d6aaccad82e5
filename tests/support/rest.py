"""A client of Orthanc's REST API, as short to use in a test as the test's own words."""

import re
from collections.abc import Mapping
from typing import Any

import httpx

Json = Any  # what a JSON parser gives


class RestClient:
    """Speaks HTTP to one Orthanc, from any number of threads.

    Over a new connection each time: one that is kept may be closed as the next request is on its way, by Orthanc
    after half a second, or by httpx for another thread.
    """

    def __init__(self, url: str) -> None:
        """Prepare a client of the Orthanc at `url`, such as http://127.0.0.1:8042, without connecting."""
        self.url = url

    @property
    def version(self) -> tuple[int, ...]:
        """Orthanc's version, such as (1, 12, 7)."""
        return tuple(int(part) for part in re.findall(r'\d+', self.get_json('/system')['Version']))

    def request(
        self,
        method: str,
        path: str,
        *,
        content: bytes | str | None = None,
        json: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send one request, whose body is `content` or `json`, and return the answer, whatever its status."""
        # verify=False, as there is no TLS here, and to read the certificates takes a hundred requests' time.
        with httpx.Client(base_url=self.url, timeout=60.0, transport=httpx.HTTPTransport(verify=False)) as client:
            return client.request(method, path, content=content, json=json, headers=headers)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """GET `path`; see `request`."""
        return self.request('GET', path, headers=headers)

    def post(self, path: str, *, content: bytes | str | None = None, json: object = None) -> httpx.Response:
        """POST to `path`; see `request`."""
        return self.request('POST', path, content=content, json=json)

    def put(self, path: str, *, content: bytes | str | None = None, json: object = None) -> httpx.Response:
        """PUT to `path`; see `request`."""
        return self.request('PUT', path, content=content, json=json)

    def delete(self, path: str) -> httpx.Response:
        """DELETE `path`; see `request`."""
        return self.request('DELETE', path)

    def get_json(self, path: str) -> Json:
        """The parsed answer of GET `path`. Raises AssertionError if it is not a 200."""
        return _json_of(self.get(path))

    def post_json(self, path: str, body: object) -> Json:
        """The parsed answer of POST `body` to `path`. Raises AssertionError if it is not a 200."""
        return _json_of(self.post(path, json=body))

    def upload(self, dicom: bytes) -> dict[str, Any]:
        """Store one DICOM file, and return Orthanc's answer.

        It has `ID`, `Status`, `ParentSeries`, `ParentStudy` and `ParentPatient`. Raises AssertionError if
        Orthanc refuses the file.
        """
        answer: dict[str, Any] = _json_of(self.post('/instances', content=dicom))
        return answer


def _json_of(answer: httpx.Response) -> Json:
    assert answer.status_code == 200, f'{answer.request.url}: {answer.status_code} {answer.text}'
    return answer.json()
