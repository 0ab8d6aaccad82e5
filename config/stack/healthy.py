"""Exit with 0 if the Orthanc of this container serves pages, otherwise with 1: Docker's health check."""

import base64
import json
import os
import sys
import urllib.request

STATUS = 'http://127.0.0.1:8042/paging/status'


def main() -> int:
    """Return 0 if pages are served, 1 if the studies are being listed or nothing answers."""
    user = f'{os.environ["ORTHANC_USER"]}:{os.environ["ORTHANC_PASSWORD"]}'
    authorization = 'Basic ' + base64.b64encode(user.encode()).decode()
    request = urllib.request.Request(STATUS, headers={'Authorization': authorization})
    try:
        with urllib.request.urlopen(request, timeout=4) as answer:
            state = json.load(answer)['State']
    except OSError as error:
        print(error)
        return 1
    print(state)
    return 0 if state == 'ready' else 1


if __name__ == '__main__':
    sys.exit(main())
