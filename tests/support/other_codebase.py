"""Where Flask-WebSub is: with the servers that tests speak to, in an environment of its own."""

import os
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent.parent
PLACES = (Path(sys.prefix) / "moto", PROJECT / ".venv/moto")


def python_with_flask_websub() -> Path:
    """The Python to run it by; a test is left out without one, but not in CI, where make installs it."""
    for place in PLACES:
        if list(place.glob("lib/python*/site-packages/flask_websub")):
            return place / "bin/python"
    assert not os.environ.get("CI"), "Flask-WebSub is missing; `make test` installs it"
    pytest.skip("Flask-WebSub is not installed")
