"""Pages served on loopback from a thread of their own, for commands that bring an event loop with them."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from syndicator.model import Response


@contextmanager
def served(pages: Mapping[str, Response], asked: list[str] | None = None) -> Iterator[str]:
    """Serve the pages of one site by path and query; whatever names its old origin names the new one, which is yielded.

    A page whose status is no success is answered with that. `asked` collects what was asked for.
    """
    origins = {"{0.scheme}://{0.netloc}".format(urlsplit(address)) for address in pages}
    (old,) = origins
    by_path = {address.removeprefix(old) or "/": page for address, page in pages.items()}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if asked is not None:
                asked.append(self.path)
            page = by_path.get(self.path)
            body = page.body.replace(old.encode(), origin.encode()) if page else b""
            self.send_response(page.status if page else 404)
            for name, value in (page.headers if page else {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    origin = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield origin
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
