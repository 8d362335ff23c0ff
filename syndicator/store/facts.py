"""Small facts about the whole: when the store began, what is published up to which change."""

from sqlite_utils import Database


def get_fact(db: Database, key: str) -> str:
    """A remembered fact about the whole, "" if there is none."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
    return row[0] if row else ""


def set_fact(db: Database, key: str, value: str) -> None:
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", [key, value])
