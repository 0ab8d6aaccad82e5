"""Loads DICOM files into a running Orthanc, with a progress bar: pydicom's real ones, then synthetic studies.

    python config/demo_data.py ADDRESS [--synthetic N] [--where-empty]

ADDRESS is that of Orthanc, such as http://localhost:8042. It logs in as ORTHANC_USER with ORTHANC_PASSWORD, if
these variables are set. With --where-empty, an Orthanc that has studies does not change. Needs pydicom, and the
checkout on PYTHONPATH.
"""

import argparse
import http.client
import json
import os
import sys
import time
from base64 import b64encode
from collections.abc import Sequence
from urllib.parse import urlsplit

from tests.support.dicom import pydicom_files, synthetic_studies

_BAR = 40  # characters
_PATIENCE = 60.0  # seconds until Orthanc must answer


def main() -> None:
    """Load everything, and print how many files Orthanc refused."""
    parser = argparse.ArgumentParser(description='Load demonstration data into Orthanc.')
    parser.add_argument('address', help='of Orthanc, such as http://localhost:8042')
    parser.add_argument('--synthetic', type=int, default=300, metavar='N', help='synthetic studies (300)')
    parser.add_argument('--where-empty', action='store_true', help='do nothing if there are studies')
    arguments = parser.parse_args()
    connection = http.client.HTTPConnection(urlsplit(arguments.address).netloc, timeout=60)
    studies_there = _count_when_up(connection)
    if arguments.where_empty and studies_there:
        print(f'{studies_there} studies are there already: nothing to do')
        return
    _load(connection, 'real DICOM files from pydicom', [[data] for _, data in pydicom_files()])
    studies = synthetic_studies(arguments.synthetic)
    _load(connection, 'synthetic studies', [study.instances for study in studies])


def _count_when_up(connection: http.client.HTTPConnection) -> int:
    """Return the number of studies, as soon as Orthanc answers. Exit if it refuses, or after a minute."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            status, body = _call(connection, 'GET', '/statistics')
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            status, body = 0, str(error).encode()
        if status == http.client.OK:
            return int(json.loads(body)['CountStudies'])
        if status == http.client.UNAUTHORIZED or time.monotonic() > end:
            sys.exit(f'Orthanc does not answer: {status or ""} {body.decode(errors="replace")}')
        time.sleep(0.5)


def _load(connection: http.client.HTTPConnection, what: str, groups: Sequence[Sequence[bytes]]) -> None:
    """Upload the groups of files, one step of the progress bar each."""
    refused = 0
    for done, group in enumerate(groups, start=1):
        refused += sum(not _upload(connection, data) for data in group)
        _show_progress(what, done, len(groups))
    print(f', of which Orthanc refused {refused}' if refused else '')


def _upload(connection: http.client.HTTPConnection, data: bytes) -> bool:
    """Return whether Orthanc accepts the file. Some of pydicom's are broken on purpose."""
    try:
        status, _ = _call(connection, 'POST', '/instances', data)
    except (OSError, http.client.HTTPException):  # Orthanc closed the idle connection
        connection.close()
        status, _ = _call(connection, 'POST', '/instances', data)
    return status == http.client.OK


def _call(
    connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None = None
) -> tuple[int, bytes]:
    """Return the status of the response, and its body."""
    user = f'{os.environ.get("ORTHANC_USER", "")}:{os.environ.get("ORTHANC_PASSWORD", "")}'
    headers = {'Authorization': 'Basic ' + b64encode(user.encode()).decode()} if user != ':' else {}
    connection.request(method, path, body=body, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


def _show_progress(what: str, done: int, total: int) -> None:
    """Draw the bar over itself on a terminal. Otherwise write one line, at the end."""
    on_terminal = sys.stdout.isatty()
    bar = '#' * (_BAR * done // total)
    if on_terminal or done == total:
        start = '\r' if on_terminal else ''
        print(f'{start}[{bar:.<{_BAR}}] {done}/{total} {what}', end='', flush=True)


if __name__ == '__main__':
    main()
