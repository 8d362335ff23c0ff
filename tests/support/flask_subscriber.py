"""Flask-WebSub as a subscriber, run by the Python of another environment: `flask_subscriber.py PORT FEED SECRET`.

Finds the hub of the feed by itself, subscribes, and prints a line of JSON for each thing that happens. A line on stdin has it
renew, an empty one unsubscribe.
"""

import json
import sys
import tempfile
import threading
from pathlib import Path

import flask
import flask_websub.subscriber as websub
from werkzeug.serving import make_server

port, feed, secret = int(sys.argv[1]), sys.argv[2], sys.argv[3]
folder = Path(tempfile.mkdtemp())
app = flask.Flask(__name__)
app.config["SERVER_NAME"] = f"127.0.0.1:{port}"
subscriber = websub.Subscriber(
    websub.SQLite3SubscriberStorage(str(folder / "kept.sqlite3")),
    websub.SQLite3TempSubscriberStorage(str(folder / "asked.sqlite3")),
)
app.register_blueprint(subscriber.build_blueprint(url_prefix="/callbacks"))
# It sends a secret to hubs with TLS only, and ours has that from a web server in front, which is not there in a test.
websub.is_secure = lambda _: True


def say(**what: object) -> None:
    print(json.dumps(what), flush=True)  # noqa: T201  # it is what is read


@subscriber.add_listener
def pushed(topic_url: str, _callback: str, body: bytes) -> None:
    say(event="pushed", topic=topic_url, body=body.decode())


@subscriber.add_success_handler
def confirmed(topic_url: str, _callback: str, mode: str) -> None:
    say(event=mode, topic=topic_url)


@subscriber.add_error_handler
def refused(topic_url: str, _callback: str, reason: str) -> None:
    say(event="denied", topic=topic_url, reason=reason)


server = make_server("127.0.0.1", port, app, threaded=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
with app.app_context():
    found = websub.discover(feed)
    say(event="discovered", **found)
    callback = subscriber.subscribe(**found, secret=secret)
    for line in sys.stdin:
        if line.strip():
            subscriber.renew(callback)
        else:
            subscriber.unsubscribe(callback)
