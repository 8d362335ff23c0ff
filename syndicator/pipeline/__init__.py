"""What this service does, in two sentences.

**Ingest** (`visit.py`, `record.py`): for every source that is due, fetch it, read it, understand each article, store what changed.
**Publish** (`publish.py`): for every feed that a change touches, select its articles, render them, write the bytes.

The store is the single truth: what is published follows from it and from config.toml, and is written again after a crash.
"""
