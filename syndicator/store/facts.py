"""Small facts about the whole: when the store began, what is published up to which change."""

from sqlite_utils import Database

TARGET = "target "  # before the address of a bucket: what was wrong when it was brought up to date last, "" for nothing


def get_fact(db: Database, key: str) -> str:
    """A remembered fact about the whole, "" if there is none."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
    return row[0] if row else ""


def set_fact(db: Database, key: str, value: str) -> None:
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", [key, value])


def facts_under(db: Database, beginning: str) -> dict[str, str]:
    """Every fact whose key begins so: the rest of the key → value."""
    rows = db.execute("SELECT key, value FROM meta WHERE substr(key, 1, ?) = ?", [len(beginning), beginning])
    return {key.removeprefix(beginning): value for key, value in rows}
