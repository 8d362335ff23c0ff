"""Stores of many articles, filled by SQL alone: a million in well under two minutes, and made once for all benchmarks."""

import atexit
import functools
import hashlib
import random
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from syndicator.ingest.classify import word_list
from syndicator.model import Article, Moment
from syndicator.store import facts, search
from syndicator.store.database import Store, connect
from syndicator.store.rows import COLUMNS

T0 = datetime(2010, 1, 1, tzinfo=UTC)
CITIES = [f"Stadt {number}" for number in range(19)]
CATEGORIES = [f"thema-{number}" for number in range(9)]  # 1 + 9 + 19 + 9 · 19 = 200 feeds
POOL = 4_000  # texts; each article has one of them, and a headline and a word of its own
WORDS = 40  # of a text
CONFIG = (
    """
[site]
title = "Bench"
url = "http://127.0.0.1/"
publisher = "Bench"
contact = "bench@news.example"
"""
    + "".join(
        f'[[sources]]\nname = "s{n}"\ncity = "{city}"\nkind = "feed"\nurl = "https://s{n}.example/"\n'
        for n, city in enumerate(CITIES)
    )
    + "".join(f'[categories.{name}]\ntitle = "{name}"\n' for name in CATEGORIES)
)

_AT = "strftime('%Y-%m-%dT%H:%M:%S.000000+00:00', '2010-01-01', (n * 5) || ' minutes')"


def article(number: int) -> Article:
    """As the store has it."""
    at = T0 + timedelta(minutes=5 * number)
    return Article(
        id=f"tag:news.example,2019:x/{number}", source=f"s{number % len(CITIES)}", key=str(number),
        address=f"https://portal.example/{number}", title=f"Nachricht {number} eigenwort{number % 50_000}",
        summary="Kurz gesagt.", body=f"<p>{texts()[number % POOL]}</p>", published=Moment(at, "minute", "feed"),
        updated=at, first_seen=at, sort_at=at, status="live", city=CITIES[number % len(CITIES)], district="",
        categories=(CATEGORIES[number % len(CATEGORIES)],), labels=(), images=(), authors=(), language="de",
        kind="news", rights="", license="", original_id="", provenance=None, revision=1, found={},
    )  # fmt: skip


@functools.cache
def folder() -> Path:
    path = Path(tempfile.mkdtemp(prefix="syndicator-bench-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


@functools.cache
def store_of(size: int) -> Path:
    """The file of a store of so many articles, with everything indexed; it may be written to at its end."""
    path = folder() / f"{size}.db"
    Store(path).close()
    db = Database(connect(path))
    db.execute("PRAGMA synchronous = OFF")
    db.execute("BEGIN")
    _fill(db, size)
    db.execute("COMMIT")
    db.conn.close()
    return path


@functools.cache
def texts() -> list[str]:
    """Texts whose words are as common or rare as those of a language: the k-th of them one k-th as common as the first."""
    chance = random.Random(1)
    syllables = [
        "stadt",
        "rat",
        "haus",
        "amt",
        "weg",
        "bau",
        "feld",
        "tag",
        "schul",
        "kinder",
        "sport",
        "markt",
        "fest",
        "buch",
    ]
    words = list(dict.fromkeys("".join(chance.choices(syllables, k=chance.randint(1, 4))) for _ in range(30_000)))
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    return [" ".join(chance.choices(words, weights, k=WORDS)) for _ in range(POOL)]


def _fill(db: Database, size: int) -> None:
    db.execute("CREATE TEMP TABLE pool (k INTEGER PRIMARY KEY, text TEXT)")
    db.conn.executemany("INSERT INTO pool VALUES (?, ?)", enumerate(texts()))
    db.execute("CREATE TEMP TABLE cities (k INTEGER PRIMARY KEY, name TEXT)")
    db.conn.executemany("INSERT INTO cities VALUES (?, ?)", enumerate(CITIES))
    values = {
        "id": "'tag:news.example,2019:x/' || n", "source": "'s' || (n % 19)", "key": "CAST(n AS TEXT)",
        "address": "'https://portal.example/' || n", "title": "'Nachricht ' || n || ' eigenwort' || (n % 50000)",
        "summary": "'Kurz gesagt.'", "body": "'<p>' || pool.text || '</p>'", "published": _AT,
        "published_precision": "'minute'", "published_origin": "'feed'", "updated": _AT, "first_seen": _AT,
        "sort_at": _AT, "status": "'live'", "city": "cities.name", "district": "''",
        "filed": "'[\"thema-' || (n % 9) || '\"]'", "labels": "'[]'", "images": "'[]'", "authors": "'[]'",
        "language": "'de'", "kind": "'news'", "rights": "''", "license": "''", "original_id": "''",
        "provenance": "NULL", "revision": "1", "found": "'{}'", "embargo_until": "NULL", "decided": "''", "reason": "''",
        "was_out": "1", "notice_until": "NULL",
    }  # fmt: skip
    assert list(values) == COLUMNS.split(", "), "the benchmark's own rows are out of date"
    db.conn.create_function("slug", 1, lambda id_: hashlib.sha256(id_.encode()).hexdigest()[:16], deterministic=True)
    db.execute(
        f"""WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {size})
        INSERT INTO articles (n, {COLUMNS}, digest, slug) SELECT n, {", ".join(values.values())}, 'digest', slug({values["id"]})
        FROM numbers CROSS JOIN pool ON pool.k = n % {POOL} CROSS JOIN cities ON cities.k = n % 19"""
    )
    for category in ("", *CATEGORIES):
        ours = f"WHERE filed = '[\"{category}\"]'" if category else ""
        for city in ("''", "city"):
            db.execute(
                f"""INSERT INTO filings SELECT ?, {city}, sort_at, n, district, source, language, kind
                FROM articles {ours} ORDER BY {city}, sort_at, n""",
                [category],
            )
    _index(db, size)
    for key in ("searchable", "search_below", "published"):
        facts.set_fact(db, key, "0")


def _index(db: Database, size: int) -> None:
    """As `store.search.take_in` does it for each, but the words at once."""
    known = {word for text in texts() for word in word_list(text)[0]} | {"nachricht", "kurz", "gesagt"}
    search.learn(db, known | {f"eigenwort{number}" for number in range(min(size, 50_000))})
    minute = f"(CAST(strftime('%s', '2010-01-01') AS INTEGER) / 60 + n * 5) * {search.SLOTS}"
    db.execute(f"INSERT INTO searchable SELECT {minute}, n, sort_at, digest FROM articles ORDER BY n")
    db.execute(
        f"""INSERT INTO search (rowid, text, closed) SELECT {minute}, lower(title) || ' kurz gesagt ' || pool.text, ''
        FROM articles CROSS JOIN pool ON pool.k = n % {POOL} ORDER BY n"""
    )
