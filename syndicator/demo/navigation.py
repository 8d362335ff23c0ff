"""The navigation of the new Dortmund portal: a few links for people, and tens of kilobytes of JSON for a script."""

import json
from functools import cache

_ROOMS = (
    *(
        "Rathaus",
        "Bürgerdienste",
        "Leben in Dortmund",
        "Bauen und Wohnen",
        "Bildung und Wissenschaft",
        "Familie und Soziales",
    ),
    *(
        "Freizeit und Kultur",
        "Gesundheit",
        "Mobilität",
        "Umwelt",
        "Wirtschaft",
        "Tourismus",
        "Sport",
        "Sicherheit und Ordnung",
    ),
)
_SHELVES = (
    *(
        "Übersicht",
        "Aktuelles",
        "Anträge und Formulare",
        "Ansprechstellen",
        "Öffnungszeiten",
        "Gebühren",
        "Satzungen",
        "Karten",
    ),
    *(
        "Projekte",
        "Förderprogramme",
        "Veranstaltungen",
        "Barrierefreiheit",
        "Leichte Sprache",
        "Datenschutz",
        "Archiv",
        "Kontakt",
    ),
)


@cache
def navigation_json() -> str:
    """About 60 kB, indented as such scripts are."""
    rooms = [
        {
            "id": f"nav-{room}",
            "label": name,
            "type": "dtm-navigation-group",
            "visible": True,
            "children": [
                {
                    "id": f"nav-{room}-{shelf}",
                    "label": f"{label}: {name}",
                    "target": "_self",
                    "level": 3,
                    "icon": None,
                    "description": f"{label} rund um das Thema {name}",
                    "children": [],
                }
                for shelf, label in enumerate(_SHELVES)
            ],
        }
        for room, name in enumerate(_ROOMS)
    ]
    return json.dumps({"navigation": rooms}, ensure_ascii=False, indent=2)
