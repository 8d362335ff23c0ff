"""The tables, as named steps from one version to the next. A step that has landed is never edited; add another.

Instants are ISO 8601 text in UTC with microseconds: readable, and sorted as text they are sorted in time.
"""

import hashlib
from datetime import UTC, datetime

from sqlite_utils import Database, Migrations

from syndicator.store.instants import to_text

migrations = Migrations("syndicator")


@migrations()
def m001_first(db: Database) -> None:
    for statement in _FIRST:
        db.execute(statement)
    # An empty feed has to say when it was updated (RFC 4287, 4.2.15): when this store began is true and does not move.
    db.execute("INSERT INTO meta VALUES ('began', ?)", [to_text(datetime.now(UTC))])


@migrations()
def m002_decisions(db: Database) -> None:
    """Who decided on an article's status, and why; until when it is embargoed."""
    db.execute("ALTER TABLE articles ADD COLUMN embargo_until TEXT")
    db.execute("ALTER TABLE articles ADD COLUMN decided TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE articles ADD COLUMN reason TEXT NOT NULL DEFAULT ''")
    db.execute("UPDATE articles SET decided = 'source' WHERE status = 'retracted'")
    db.execute("CREATE INDEX articles_embargoed ON articles (embargo_until) WHERE status = 'embargoed'")


@migrations()
def m050_twins(db: Database) -> None:
    """By what the same text is found in two articles, which are twins, and how they stand together in feeds."""
    for statement in _TWINS:
        db.execute(statement)


@migrations()
def m051_twins_waiting(db: Database) -> None:
    """Articles whose twins have yet to be found."""
    db.execute("CREATE TABLE twins_waiting (article INTEGER PRIMARY KEY)")


@migrations()
def m020_absences(db: Database) -> None:
    """Articles whose page was missing when it was looked at; and each source's articles in their order of arrival."""
    db.execute(
        """CREATE TABLE absences (
        article INTEGER PRIMARY KEY REFERENCES articles (n), source TEXT NOT NULL, since TEXT NOT NULL, answer TEXT NOT NULL)"""
    )
    db.execute("CREATE INDEX absences_of ON absences (source)")
    db.execute("CREATE INDEX articles_of ON articles (source)")


@migrations()
def m060_walks(db: Database) -> None:
    """How far the walk through a source's archive is, and which of its pages were read."""
    db.execute(
        """CREATE TABLE walks (
        source TEXT PRIMARY KEY, since TEXT, at TEXT NOT NULL, pages INTEGER NOT NULL, found INTEGER NOT NULL,
        new INTEGER NOT NULL, shown TEXT NOT NULL, reached TEXT, not_after TEXT, old_pages INTEGER NOT NULL,
        ended TEXT NOT NULL) WITHOUT ROWID"""
    )
    db.execute(
        "CREATE TABLE walked (source TEXT NOT NULL, page TEXT NOT NULL, PRIMARY KEY (source, page)) WITHOUT ROWID"
    )


@migrations()
def m061_rhythms(db: Database) -> None:
    """At which hours a source publishes, and why its next visit is later than its interval says."""
    db.execute("ALTER TABLE sources ADD COLUMN rhythm TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE sources ADD COLUMN waits TEXT NOT NULL DEFAULT ''")


@migrations()
def m090_search(db: Database) -> None:
    """The words of articles. What is stored already comes in step by step, when the service runs."""
    for statement in _SEARCH:
        db.execute(statement)
    db.execute("INSERT INTO meta SELECT 'search_below', coalesce(max(n), 0) FROM articles")
    db.execute("INSERT INTO meta SELECT 'searchable', coalesce(max(seq), 0) FROM changes")
    # Feeds of [[feeds]] stand once under their own name now, no longer as a query, and not for each city.
    db.execute("DELETE FROM filings WHERE category >= '?' AND category < '@' AND city <> ''")


@migrations()
def m091_feeds(db: Database) -> None:
    """Which feeds there are and were."""
    db.execute("CREATE TABLE feeds (name TEXT PRIMARY KEY, title TEXT NOT NULL, ended TEXT) WITHOUT ROWID")


@migrations()
def m230_tombstones(db: Database) -> None:
    """What feeds took back before it was brought: an older copy of it may still come, from an archive."""
    db.execute(
        "CREATE TABLE tombstones (source TEXT NOT NULL, key TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (source, key)) WITHOUT ROWID"
    )


_SEARCH = (
    # Where an article stands in the index, and which text of it; the higher, the newer.
    """CREATE TABLE searchable (
        place INTEGER PRIMARY KEY, article INTEGER NOT NULL UNIQUE, sort_at TEXT NOT NULL, digest TEXT NOT NULL)""",
    # Words in order, for phrases; of hyphenated words the closed form apart, so that no phrase leads from one to the other.
    """CREATE VIRTUAL TABLE search USING fts5(
        text, closed, content='', columnsize=0, tokenize='unicode61 remove_diacritics 0')""",
    # Every word once, and its pieces: this small index finds "staedtekooperation" by "kooperation".
    "CREATE TABLE search_words (n INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE)",
    """CREATE VIRTUAL TABLE search_pieces USING fts5(
        word, content='search_words', content_rowid='n', columnsize=0, tokenize='trigram')""",
    # A search looks into each segment of the index for each of its words; merged two by two, there are fewer (measured with
    # 150,000 articles: 1.8 ms in place of 3.2).
    "INSERT INTO search (search, rank) VALUES ('automerge', 2)",
)


@migrations()
def m030_watchman(db: Database) -> None:
    """What is usual for each source, what was unusual since when, and the messages about it that are still to be sent."""
    for statement in _WATCHMAN:
        db.execute(statement)


_WATCHMAN = (
    """CREATE TABLE memories (
        source TEXT PRIMARY KEY, reading TEXT NOT NULL, memory TEXT NOT NULL, uneasy INTEGER NOT NULL) WITHOUT ROWID""",
    # `told`: nothing yet (0), that it began (1), that it is over (2). `thread`: the Message-ID of the message that it began.
    """CREATE TABLE incidents (
        id INTEGER PRIMARY KEY, source TEXT NOT NULL, kind TEXT NOT NULL, severity TEXT NOT NULL, since TEXT NOT NULL,
        begun TEXT NOT NULL, ended TEXT, sentence_de TEXT NOT NULL, sentence_en TEXT NOT NULL,
        told INTEGER NOT NULL DEFAULT 0, thread TEXT NOT NULL DEFAULT '')""",
    "CREATE UNIQUE INDEX incidents_open ON incidents (source, kind) WHERE ended IS NULL",
    "CREATE INDEX incidents_by_kind ON incidents (kind) WHERE ended IS NULL",
    "CREATE INDEX incidents_untold ON incidents (told, ended) WHERE told < 2",
    # Messages as they were put together, for each way of sending; a row goes when it was sent or given up.
    """CREATE TABLE messages (
        n INTEGER PRIMARY KEY AUTOINCREMENT, way TEXT NOT NULL, made TEXT NOT NULL, letter TEXT NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0, next_try TEXT NOT NULL, problem TEXT NOT NULL DEFAULT '')""",
    "CREATE INDEX articles_held ON articles (source, n) WHERE status = 'held'",
)


@migrations()
def m100_notices(db: Database) -> None:
    """What feeds tell of articles that were taken back, and each article's own page."""
    for statement in _NOTICES:
        db.execute(statement)
    db.conn.create_function("slug", 1, lambda id_: hashlib.sha256(id_.encode()).hexdigest()[:16])
    db.execute("UPDATE articles SET slug = slug(id)")


@migrations()
def m101_archive(db: Database) -> None:
    """The closed pages of feeds (RFC 5005), and articles in order of arrival wherever they stand."""
    for statement in _ARCHIVE:
        db.execute(statement)


@migrations()
def m200_hub(db: Database) -> None:
    """Who subscribed to which feed, what was published of it, and what an external hub is still to be told."""
    for statement in _HUB:
        db.execute(statement)


_HUB = (
    # Addresses that somebody subscribed to. `version` counts the bytes that settled under `path`, `digest` is that of the last.
    """CREATE TABLE topics (
        n INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL UNIQUE, path TEXT NOT NULL, digest TEXT NOT NULL,
        version INTEGER NOT NULL, pushes INTEGER NOT NULL DEFAULT 0)""",
    "CREATE INDEX topics_of ON topics (path)",
    # A publication moves one row of `topics`; whoever has an earlier version is behind. Secrets sign, so they stand here as they are.
    """CREATE TABLE subscriptions (
        n INTEGER PRIMARY KEY AUTOINCREMENT, topic INTEGER NOT NULL, callback TEXT NOT NULL, host TEXT NOT NULL, since TEXT NOT NULL,
        lease_until TEXT NOT NULL, secret TEXT NOT NULL, delivered INTEGER NOT NULL, delivered_at TEXT,
        failures INTEGER NOT NULL DEFAULT 0, failing_since TEXT, next_try TEXT, problem TEXT NOT NULL DEFAULT '',
        UNIQUE (topic, callback))""",
    "CREATE INDEX subscriptions_behind ON subscriptions (topic, delivered)",
    "CREATE INDEX subscriptions_of ON subscriptions (host)",
    "CREATE INDEX subscriptions_until ON subscriptions (lease_until)",
    # Requests that the callback has not confirmed yet, the last of each; `known` is the digest that the topic had then.
    """CREATE TABLE subscribing (
        n INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, path TEXT NOT NULL, callback TEXT NOT NULL, host TEXT NOT NULL,
        mode TEXT NOT NULL, lease INTEGER NOT NULL, secret TEXT NOT NULL, known TEXT NOT NULL, asked TEXT NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0, next_try TEXT NOT NULL, UNIQUE (topic, callback))""",
    # Feeds that an external hub is to be told of.
    "CREATE TABLE pings (n INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL UNIQUE)",
)


@migrations()
def m210_hub_subscriptions(db: Database) -> None:
    """Which feeds can be subscribed to, and our subscriptions at their hubs."""
    db.execute(
        "CREATE TABLE announced (source TEXT PRIMARY KEY, hubs TEXT NOT NULL, topic TEXT NOT NULL) WITHOUT ROWID"
    )
    db.execute(
        """CREATE TABLE hub_subscriptions (
        id TEXT PRIMARY KEY, source TEXT NOT NULL, hub TEXT NOT NULL, topic TEXT NOT NULL, secret TEXT NOT NULL,
        home TEXT NOT NULL, private INTEGER NOT NULL, site TEXT NOT NULL, phase TEXT NOT NULL, begun TEXT NOT NULL, due TEXT NOT NULL,
        asked TEXT, verified TEXT, until TEXT, tries INTEGER NOT NULL, refused INTEGER NOT NULL, problem TEXT NOT NULL,
        pushed TEXT, pushes INTEGER NOT NULL, late TEXT, confirmed INTEGER NOT NULL, forged INTEGER NOT NULL,
        forged_at TEXT, digest TEXT NOT NULL) WITHOUT ROWID"""
    )


@migrations()
def m220_usage(db: Database) -> None:
    """How much is read, and what partners took: numbers by feed and day, and nobody's address."""
    for statement in _USAGE:
        db.execute(statement)


_USAGE = (
    # `file` is a path in the published folder, all pages of an archive being "<feed>/archive"; `pollers` is an estimate.
    """CREATE TABLE usage_days (
        day TEXT NOT NULL, file TEXT NOT NULL, answers INTEGER NOT NULL, unchanged INTEGER NOT NULL, sent INTEGER NOT NULL,
        saved INTEGER NOT NULL, compressed INTEGER NOT NULL, pollers INTEGER NOT NULL, PRIMARY KEY (day, file)) WITHOUT ROWID""",
    # For how many people a service says that it fetches; `feed_id` is a hash of what it calls the feed.
    """CREATE TABLE usage_services (
        file TEXT NOT NULL, service TEXT NOT NULL, feed_id TEXT NOT NULL, readers INTEGER NOT NULL, day TEXT NOT NULL,
        PRIMARY KEY (file, service, feed_id)) WITHOUT ROWID""",
    # `had`: eight bytes of a hash for each article that a partner got lately, so that what is new to it can be told.
    """CREATE TABLE partner_pulls (
        partner TEXT NOT NULL, feed TEXT NOT NULL, pulled TEXT, answers INTEGER NOT NULL, unchanged INTEGER NOT NULL,
        sent INTEGER NOT NULL, saved INTEGER NOT NULL, compressed INTEGER NOT NULL, taken INTEGER NOT NULL,
        refused INTEGER NOT NULL, refused_at TEXT, refusal TEXT NOT NULL, had BLOB NOT NULL,
        PRIMARY KEY (partner, feed))""",
)
_NOTICES = (
    "ALTER TABLE articles ADD COLUMN was_out INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE articles ADD COLUMN notice_until TEXT",
    "UPDATE articles SET was_out = 1 WHERE status IN ('live', 'retracted')",
    "CREATE INDEX articles_noticed ON articles (notice_until) WHERE notice_until IS NOT NULL",
    "ALTER TABLE articles ADD COLUMN slug TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX articles_by_slug ON articles (slug)",
    # Where each article that was taken back stood, as `filings` has it of live ones. Those are apart, as only feeds ask for these.
    """CREATE TABLE notices (
        category TEXT NOT NULL, city TEXT NOT NULL, sort_at TEXT NOT NULL, article INTEGER NOT NULL,
        district TEXT NOT NULL, source TEXT NOT NULL, language TEXT NOT NULL, kind TEXT NOT NULL,
        PRIMARY KEY (category, city, sort_at, article)) WITHOUT ROWID""",
)
_ARCHIVE = (
    "CREATE INDEX filings_by_arrival ON filings (category, city, article)",
    # A page holds the live articles of a feed's selection with numbers above the `last_n` of the page before, up to its own:
    # one row for each, whatever it holds. `digest` is that of its bytes, empty while nobody knows what lies there; `due` is
    # 1 where it is to be rendered, 2 where that failed, 3 where it is empty and to be removed.
    """CREATE TABLE archive_pages (
        feed TEXT NOT NULL, last_n INTEGER NOT NULL, page INTEGER NOT NULL, digest TEXT NOT NULL DEFAULT '',
        due INTEGER NOT NULL DEFAULT 1, PRIMARY KEY (feed, last_n)) WITHOUT ROWID""",
    "CREATE INDEX archive_pages_due ON archive_pages (due, feed, last_n) WHERE due > 0",
    # Numbers of pages are never used again. `behind`: the current document does not link the newest page, or more are to be closed.
    "CREATE TABLE archives (feed TEXT PRIMARY KEY, next_page INTEGER NOT NULL DEFAULT 1, behind INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID",
    "CREATE INDEX archives_behind ON archives (behind) WHERE behind > 0",
)
_TWINS = (
    # What is left of a text to compare it by; `day` is that of its publication, `seen` of its arrival, counted from 1970.
    "CREATE TABLE sketches (article INTEGER PRIMARY KEY, day INTEGER NOT NULL, seen INTEGER NOT NULL, sketch BLOB NOT NULL)",
    # From a value of a sketch to the articles that have it, the earliest published first.
    """CREATE TABLE marks (
        mark INTEGER NOT NULL, day INTEGER NOT NULL, article INTEGER NOT NULL,
        PRIMARY KEY (mark, day, article)) WITHOUT ROWID""",
    # Each pair stands here twice, so that both find it.
    "CREATE TABLE twins (article INTEGER NOT NULL, twin INTEGER NOT NULL, PRIMARY KEY (article, twin)) WITHOUT ROWID",
    # Whom a feed shows once. An article without twins has no row; the leader of a group has one, too.
    "CREATE TABLE twin_groups (article INTEGER PRIMARY KEY, leader INTEGER NOT NULL)",
    "CREATE INDEX twin_groups_of ON twin_groups (leader)",
)


_FIRST = (
    # Small facts about the whole: what was published up to which change, and when this store began.
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE articles (
        n INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        source TEXT NOT NULL,
        key TEXT NOT NULL,
        address TEXT NOT NULL,
        title TEXT NOT NULL,
        summary TEXT NOT NULL,
        body TEXT NOT NULL,
        published TEXT,
        published_precision TEXT,
        published_origin TEXT,
        updated TEXT NOT NULL,
        first_seen TEXT NOT NULL,
        sort_at TEXT NOT NULL,
        status TEXT NOT NULL,
        city TEXT NOT NULL,
        district TEXT NOT NULL,
        filed TEXT NOT NULL,
        labels TEXT NOT NULL,
        images TEXT NOT NULL,
        authors TEXT NOT NULL,
        language TEXT NOT NULL,
        kind TEXT NOT NULL,
        rights TEXT NOT NULL,
        license TEXT NOT NULL,
        original_id TEXT NOT NULL,
        provenance TEXT,
        revision INTEGER NOT NULL,
        found TEXT NOT NULL,
        digest TEXT NOT NULL,
        recheck_at TEXT
    )""",
    "CREATE INDEX articles_due ON articles (source, recheck_at) WHERE recheck_at IS NOT NULL",
    # Every other key under which an article was met. Two sources may use one key for two articles.
    """CREATE TABLE aliases (
        source TEXT NOT NULL, alias TEXT NOT NULL, article INTEGER NOT NULL REFERENCES articles (n),
        PRIMARY KEY (source, alias)) WITHOUT ROWID""",
    "CREATE INDEX aliases_of ON aliases (article)",
    # The texts that an article had before its present one.
    """CREATE TABLE revisions (
        article INTEGER NOT NULL REFERENCES articles (n), revision INTEGER NOT NULL, until TEXT NOT NULL,
        title TEXT NOT NULL, summary TEXT NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (article, revision)) WITHOUT ROWID""",
    # Where each live article stands: once for every pair of one of its categories or '' (any) and its city or '' (any),
    # so that each selection is a walk along this key. A query that some feed asks stands here like a category, as '?query'.
    """CREATE TABLE filings (
        category TEXT NOT NULL, city TEXT NOT NULL, sort_at TEXT NOT NULL, article INTEGER NOT NULL,
        district TEXT NOT NULL, source TEXT NOT NULL, language TEXT NOT NULL, kind TEXT NOT NULL,
        PRIMARY KEY (category, city, sort_at, article)) WITHOUT ROWID""",
    # What happened, in order: publishing reads on from the last change it has seen.
    """CREATE TABLE changes (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, article TEXT NOT NULL, before TEXT, after TEXT NOT NULL)""",
    # What was fetched: validators of lists, fingerprints of teasers.
    """CREATE TABLE pages (
        source TEXT NOT NULL, address TEXT NOT NULL, fingerprint TEXT NOT NULL DEFAULT '',
        etag TEXT NOT NULL DEFAULT '', last_modified TEXT NOT NULL DEFAULT '', digest TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (source, address)) WITHOUT ROWID""",
    """CREATE TABLE sources (
        name TEXT PRIMARY KEY, block TEXT NOT NULL DEFAULT '', reading TEXT NOT NULL DEFAULT '',
        polled TEXT, succeeded TEXT, next_due TEXT, stopped INTEGER NOT NULL DEFAULT 0,
        failures INTEGER NOT NULL DEFAULT 0, failing_since TEXT, failure TEXT, reason TEXT,
        items INTEGER NOT NULL DEFAULT 0, problems TEXT NOT NULL DEFAULT '[]', moved_to TEXT NOT NULL DEFAULT '') WITHOUT ROWID""",
    "CREATE TABLE hosts (origin TEXT PRIMARY KEY, robots TEXT, robots_at TEXT, not_before TEXT) WITHOUT ROWID",
    # The bytes last published, so that a crash is noticed and Last-Modified survives it.
    """CREATE TABLE editions (
        path TEXT PRIMARY KEY, digest TEXT NOT NULL, modified TEXT NOT NULL, media_type TEXT NOT NULL) WITHOUT ROWID""",
)
