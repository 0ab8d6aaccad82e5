"""Loads DICOM files into a running Orthanc, with a progress bar: pydicom's real ones, then synthetic studies.

    python config/demo_data.py ADDRESS [--synthetic N]

ADDRESS is that of Orthanc, such as http://localhost:8042. Needs pydicom, and the checkout on PYTHONPATH.
"""

import argparse
import http.client
import sys
from collections.abc import Sequence
from urllib.parse import urlsplit

from tests.support.dicom import pydicom_files, synthetic_studies

_BAR = 40  # characters


def main() -> None:
    """Load everything, and say how many files Orthanc took."""
    parser = argparse.ArgumentParser(description='Load demonstration data into Orthanc.')
    parser.add_argument('address', help='of Orthanc, such as http://localhost:8042')
    parser.add_argument('--synthetic', type=int, default=300, metavar='N', help='studies to make up (300)')
    arguments = parser.parse_args()
    connection = http.client.HTTPConnection(urlsplit(arguments.address).netloc, timeout=60)
    _load(connection, 'real DICOM files from pydicom', [[data] for _, data in pydicom_files()])
    studies = synthetic_studies(arguments.synthetic)
    _load(connection, 'synthetic studies', [study.instances for study in studies])


def _load(connection: http.client.HTTPConnection, what: str, groups: Sequence[Sequence[bytes]]) -> None:
    """Upload the groups of files, one step of the progress bar each."""
    refused = 0
    for done, group in enumerate(groups, start=1):
        refused += sum(not _upload(connection, data) for data in group)
        _show_progress(what, done, len(groups))
    print(f', of which Orthanc refused {refused}' if refused else '')


def _upload(connection: http.client.HTTPConnection, data: bytes) -> bool:
    """Whether Orthanc takes the file; some of pydicom's are broken on purpose."""
    connection.request('POST', '/instances', body=data)
    answer = connection.getresponse()
    answer.read()
    return answer.status == 200


def _show_progress(what: str, done: int, total: int) -> None:
    """Draw the bar over itself on a terminal; elsewhere write one line, at the end."""
    on_terminal = sys.stdout.isatty()
    bar = '#' * (_BAR * done // total)
    if on_terminal or done == total:
        start = '\r' if on_terminal else ''
        print(f'{start}[{bar:.<{_BAR}}] {done}/{total} {what}', end='', flush=True)


if __name__ == '__main__':
    main()
