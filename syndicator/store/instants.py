from datetime import UTC, datetime
from functools import lru_cache


@lru_cache(maxsize=64)  # an article has the same instant in several columns and tables
def to_text(instant: datetime) -> str:
    """ISO 8601 in UTC with microseconds, of constant width: as text it sorts like time does."""
    utc = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    return utc.isoformat(timespec="microseconds")


def from_text(text: str) -> datetime:
    return datetime.fromisoformat(text)
