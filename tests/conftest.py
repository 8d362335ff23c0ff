import os
import signal
import sys

from hypothesis import settings

# The gate looks at the same examples each time, so that a change fails for what it changed; elsewhere chance goes on looking.
settings.register_profile("gate", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None)
settings.load_profile("gate" if os.environ.get("CI") else "search")

# Without bytecode, each of the processes that tests start would compile the whole package anew: a second of computing.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# What a shell starts in the background ignores Ctrl-C, and so would all that is started from here.
signal.signal(signal.SIGINT, signal.default_int_handler)
