import os

from hypothesis import settings

# The gate looks at the same examples each time, so that a change fails for what it changed; elsewhere chance goes on looking.
settings.register_profile("gate", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None)
settings.load_profile("gate" if os.environ.get("CI") else "search")
