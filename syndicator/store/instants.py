from datetime import UTC, datetime


def to_text(instant: datetime) -> str:
    """ISO 8601 in UTC with microseconds, of constant width: as text it sorts like time does."""
    utc = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    return utc.isoformat(timespec="microseconds")


def from_text(text: str) -> datetime:
    return datetime.fromisoformat(text)
