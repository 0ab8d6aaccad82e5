"""A reverse proxy before Orthanc, which serves it under a prefix and records what goes through."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_FOR_THIS_HOP = {'connection', 'keep-alive', 'transfer-encoding', 'content-length'}


class Proxy:
    """Serves an Orthanc at `url`, and keeps the path and the status of each answer, in `passed`."""

    def __init__(self, orthanc: str, prefix: str) -> None:
        self.passed: list[tuple[str, int]] = []
        self._orthanc = urlsplit(orthanc).netloc
        self._prefix = prefix
        self._server = ThreadingHTTPServer(('127.0.0.1', 0), self._handler())
        self._server.daemon_threads = True
        self.url = f'http://127.0.0.1:{self._server.server_port}{prefix}'

    def run(self) -> None:
        """Serve until `close` is called from another thread."""
        self._server.serve_forever(0.05)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'  # of an older one, a browser does not keep ETags

            def do_GET(self) -> None:
                proxy.forward(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        return Handler

    def forward(self, request: BaseHTTPRequestHandler) -> None:
        """Pass a request on without the prefix, and its answer back; 404 for all that is elsewhere."""
        if not request.path.startswith(f'{self._prefix}/'):
            self.passed.append((request.path, 404))
            request.send_error(404)
            return
        path = request.path.removeprefix(self._prefix)
        connection = http.client.HTTPConnection(self._orthanc, timeout=60)
        connection.request('GET', path, headers=dict(request.headers))
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        self.passed.append((path.partition('?')[0], answer.status))
        request.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _FOR_THIS_HOP:
                request.send_header(name, value)
        if answer.status != http.client.NOT_MODIFIED:
            request.send_header('Content-Length', str(len(body)))
        request.end_headers()
        request.wfile.write(body)


@contextmanager
def proxied(orthanc: str, prefix: str = '') -> Iterator[Proxy]:
    """A running proxy before the Orthanc at an address."""
    proxy = Proxy(orthanc, prefix)
    thread = threading.Thread(target=proxy.run)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.close()
        thread.join()
