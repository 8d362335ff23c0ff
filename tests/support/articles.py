from datetime import UTC, datetime, timedelta
from typing import Any

from syndicator.model import Article, Moment

T0 = datetime(2019, 11, 4, 9, 0, tzinfo=UTC)


def article(number: int = 1, **changes: Any) -> Article:
    """An article that differs from another by its number; the higher, the newer."""
    at = T0 + timedelta(hours=number)
    values: dict[str, Any] = {
        "id": f"tag:news.example,2019:dortmund/{number}",
        "source": "dortmund",
        "key": str(number),
        "address": f"https://www.dortmund.example/nachricht.jsp?nid={number}",
        "title": f"Nachricht {number}",
        "summary": "Kurz gesagt.",
        "body": f"<p>Text der Nachricht {number} über die Straße.</p>",
        "published": Moment(at, "minute", "selector .date"),
        "updated": at,
        "first_seen": at,
        "sort_at": at,
        "status": "live",
        "city": "Dortmund",
        "district": "",
        "categories": (),
        "labels": (),
        "images": (),
        "authors": (),
        "language": "de",
        "kind": "news",
        "rights": "",
        "license": "",
        "original_id": "",
        "provenance": None,
        "revision": 1,
        "found": {"title": "selector h1"},
    }
    return Article(**{**values, **changes})
