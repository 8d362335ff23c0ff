"""A publisher and a hub of another codebase, Flask-WebSub, to be run by the interpreter that has it: `flask_hub.py PORT DATABASE`.

/feed is an Atom feed of what is POSTed to /publish (key and title). Flask-WebSub hands its work to Celery; one thread that does
one task after the other is all that it asks of it.
"""

import logging
import queue
import sys
import threading
from html import escape

from flask import Flask, Response, request
from flask_websub.hub import Hub, SQLite3HubStorage
from flask_websub.publisher import init_publisher, publisher

log = logging.getLogger(__name__)


class Tasks:
    """What Flask-WebSub uses of Celery: `task` makes a function that can be called later."""

    def __init__(self):
        self._waiting = queue.Queue()
        threading.Thread(target=self._work, daemon=True).start()

    def task(self, *args, bind=False, **_):
        def decorate(function):
            def delay(*values):
                self._waiting.put((function, (_Never(), *values) if bind else values))

            function.delay = delay
            return function

        return decorate(args[0]) if args else decorate

    def _work(self):
        while True:
            function, values = self._waiting.get()
            try:
                function(*values)
            except Exception:
                log.exception("a task failed")


class _Never:
    """A bound task, which a failed delivery asks to be repeated: here it is not."""

    class request:  # noqa: N801  # as Celery calls it
        retries = 0

    def retry(self, countdown):
        raise RuntimeError("a delivery failed")


def main(port, database):
    app = Flask(__name__)
    hub = Hub(SQLite3HubStorage(database), Tasks())
    app.register_blueprint(hub.build_blueprint(url_prefix="/hub"))
    init_publisher(app)
    entries = {"eins": ("Eins", 0)}
    version = 0

    @app.route("/feed")
    @publisher()
    def feed():
        items = "".join(
            f"<entry><id>urn:x:{key}</id><title>{escape(title)}</title><updated>2026-11-22T12:00:{at:02}Z</updated>"
            f'<content type="html">Der Text zu {escape(title)}.</content></entry>'
            for key, (title, at) in entries.items()
        )
        text = (
            f'<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:x:feed</id><title>Flask</title>'
            f"<updated>2026-11-22T12:00:{version:02}Z</updated>{items}</feed>"
        )
        return Response(text, content_type="application/atom+xml")

    @app.route("/publish", methods=["POST"])
    def publish():
        nonlocal version
        version += 1
        entries[request.form["key"]] = (request.form["title"], version)
        hub.send_change_notification.delay(f"http://127.0.0.1:{port}/feed")
        return "", 204

    @app.route("/subscribers")
    def subscribers():
        return [callback for callback, _ in hub.storage.get_callbacks(f"http://127.0.0.1:{port}/feed")]

    app.run("127.0.0.1", port, threaded=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
