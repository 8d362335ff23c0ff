"""The index in which articles are found by their words: what is in it, what waits to come in, and how words are looked up.

Nothing is let out here: `selecting.py` walks along this index, and asks `filings` of each article whether it may be seen.

An article has a place that grows with its date, so that the newest are found first without sorting: the minute of `sort_at`,
then a number within it. Places are close together, as far ones would double the index. An article that changes gets another
place; what stands at the old one leads nowhere, as SQLite before 3.43 cannot take words out of an index that keeps no texts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product

from sqlite_utils import Database

from syndicator.store.facts import get_fact, set_fact
from syndicator.store.instants import from_text
from syndicator.store.rows import to_json

SLOTS = 4096  # places of a minute
_LAST_MINUTE = 2**31
_MOST_WORDS = 64  # for which the terms of a query may stand together, the shortest first: each is looked up
_OF_ONE_LENGTH = 2**40  # numbers of words
_LEAST_PIECE = 3  # letters: what the tokenizer "trigram" needs

# Up to which change the index is brought, and the number of the article down to which older ones wait to come in.
_CHANGE, _BELOW = "searchable", "search_below"


@dataclass(frozen=True, slots=True)
class Waiting:
    """An article whose words are to come into the index."""

    n: int
    sort_at: str
    digest: str
    title: str
    summary: str
    body: str


@dataclass(frozen=True, slots=True)
class Step:
    """What comes into the index next, and where that leaves it."""

    articles: tuple[Waiting, ...]
    change: int
    below: int


@dataclass(frozen=True, slots=True)
class Term:
    """Words in a row, folded; open where the first may begin earlier and the last end later."""

    words: tuple[str, ...]
    open_start: bool = False
    open_end: bool = False


@dataclass(frozen=True, slots=True)
class Alternative:
    """All that is wanted stands in the text, and nothing of what is unwanted. Of the spellings of a term, one is enough."""

    wanted: tuple[tuple[Term, ...], ...]
    unwanted: tuple[tuple[Term, ...], ...] = ()


# ---------------------------------------------------------------- keeping in step


def behind(db: Database) -> int:
    """How many steps the index is behind the articles at most."""
    last = db.execute("SELECT coalesce(max(seq), 0) FROM changes").fetchone()[0]
    return max(int(last) - _fact(db, _CHANGE), 0) + _fact(db, _BELOW)


def next_step(db: Database, count: int) -> Step:
    """What happened next, at most `count` changes; when there is none, so many older articles, the latest first."""
    change, below = _fact(db, _CHANGE), _fact(db, _BELOW)
    sql = "SELECT seq, n FROM changes JOIN articles ON articles.id = changes.article WHERE seq > ? ORDER BY seq LIMIT ?"
    if changes := db.execute(sql, [change, count]).fetchall():
        return Step(_waiting(db, {row[1] for row in changes}), changes[-1][0], below)
    last = db.execute("SELECT coalesce(max(seq), 0) FROM changes").fetchone()[0]
    rows = db.execute("SELECT n FROM articles WHERE n <= ? ORDER BY n DESC LIMIT ?", [below, count]).fetchall()
    return Step(_waiting(db, {row[0] for row in rows}), max(change, last), rows[-1][0] - 1 if rows else 0)


def take_in(db: Database, step: Step, words: Sequence[tuple[Sequence[str], Sequence[str]]]) -> None:
    """Take in the articles of a step. `words`: those of each text in order, and its hyphenated words with hyphens closed."""
    known = {word for pair in words for part in pair for word in part}
    learn(db, known)
    # FTS5 writes its buffer out whenever a place is lower than the one before.
    for waiting, (text, closed) in sorted(zip(step.articles, words, strict=True), key=lambda pair: pair[0].sort_at):
        db.execute("DELETE FROM searchable WHERE article = ?", [waiting.n])
        place = _free_place(db, waiting.sort_at)
        db.execute("INSERT INTO searchable VALUES (?, ?, ?, ?)", [place, waiting.n, waiting.sort_at, waiting.digest])
        db.execute(
            "INSERT INTO search (rowid, text, closed) VALUES (?, ?, ?)", [place, " ".join(text), " ".join(closed)]
        )
    set_fact(db, _CHANGE, str(step.change))
    set_fact(db, _BELOW, str(step.below))


def skip_changes_before(db: Database, seq: int) -> None:
    """Changes before this one are about to be forgotten: if the index has not seen them, all articles are looked at again."""
    if _fact(db, _CHANGE) < seq - 1:
        set_fact(db, _CHANGE, str(seq - 1))
        set_fact(db, _BELOW, str(db.execute("SELECT coalesce(max(n), 0) FROM articles").fetchone()[0]))


def _waiting(db: Database, numbers: Iterable[int]) -> tuple[Waiting, ...]:
    """Those of these articles whose text or date is not what the index has."""
    sql = """SELECT n, articles.sort_at, articles.digest, title, summary, body
        FROM articles LEFT JOIN searchable ON searchable.article = n
        WHERE n IN (SELECT value FROM json_each(?))
        AND (articles.digest, articles.sort_at) IS NOT (searchable.digest, searchable.sort_at)"""
    return tuple(Waiting(*row) for row in db.execute(sql, [to_json(sorted(numbers))]))


def learn(db: Database, words: Iterable[str]) -> None:
    """Words that stand in no other article yet. Their numbers grow with their length: so the shortest are found first."""
    sql = "SELECT value FROM json_each(?) WHERE value NOT IN (SELECT word FROM search_words) ORDER BY length(value), value"
    for (word,) in db.execute(sql, [to_json(sorted(words))]).fetchall():
        first = len(word) * _OF_ONE_LENGTH
        last = db.execute("SELECT max(n) FROM search_words WHERE n < ?", [first + _OF_ONE_LENGTH]).fetchone()[0]
        n = max(first, (last or 0) + 1)
        db.execute("INSERT INTO search_words VALUES (?, ?)", [n, word])
        db.execute("INSERT INTO search_pieces (rowid, word) VALUES (?, ?)", [n, word])


def _free_place(db: Database, sort_at: str) -> int:
    minute = min(max(int(from_text(sort_at).timestamp()) // 60, 0), _LAST_MINUTE)
    while True:
        first, last = minute * SLOTS, minute * SLOTS + SLOTS - 1
        taken = db.execute("SELECT max(place) FROM searchable WHERE place BETWEEN ? AND ?", [first, last]).fetchone()[0]
        if taken is None or taken < last:
            return first if taken is None else int(taken) + 1
        minute += 1  # thousands of one minute: the rest stands as if it were of the next


def _fact(db: Database, key: str) -> int:
    return int(get_fact(db, key) or 0)


# ---------------------------------------------------------------- asking


def expression(db: Database, alternatives: Sequence[Alternative]) -> str:
    """The alternatives in FTS5's language, made of words that stand in some article; "" where none can have an answer.

    The more terms, the fewer words one may stand for, so that no question costs more than another.
    """
    share = max(_MOST_WORDS // max(sum(len(one.wanted) + len(one.unwanted) for one in alternatives), 1), 1)
    found = (_all_of(db, alternative, share) for alternative in alternatives)
    return " OR ".join(f"({one})" for one in found if one)


def _all_of(db: Database, alternative: Alternative, share: int) -> str:
    wanted = [_one_of(db, spellings, share) for spellings in alternative.wanted]
    if not wanted or not all(wanted):
        return ""
    unwanted = [_one_of(db, spellings, share) for spellings in alternative.unwanted]
    return " NOT ".join((f"({' AND '.join(wanted)})", *filter(None, unwanted)))


def _one_of(db: Database, spellings: Iterable[Term], share: int) -> str:
    phrases = [phrase for term in spellings for phrase in islice(_phrases(db, term, share), share)]
    return f"({' OR '.join(phrases)})" if phrases else ""


def _phrases(db: Database, term: Term, share: int) -> Iterator[str]:
    """What a term may stand for; words are letters and digits alone, so that nothing in quotation marks can end them."""
    first, *between, last = (*term.words, "") if len(term.words) == 1 else term.words
    if not last:
        return (f'"{word}"' for word in _words(db, first, share, start=term.open_start, end=term.open_end))
    beginnings = _words(db, first, share, start=term.open_start, end=False)
    ends = _words(db, last, share, start=False, end=term.open_end)
    return (f'"{" ".join(row)}"' for row in product(beginnings, *([word] for word in between), ends))


def _words(db: Database, piece: str, share: int, *, start: bool, end: bool) -> list[str]:
    """The words that a piece may stand for, the shortest first: itself, and more where it is open at its start or end."""
    if len(piece) < _LEAST_PIECE or not (start or end):
        return [piece]
    if start:
        sql = "SELECT word FROM search_pieces WHERE search_pieces MATCH ?"
        values = [f'"{piece}"']
        if not end:
            sql += " AND word LIKE ?"
            values.append(f"%{piece}")
        sql += " ORDER BY rowid"
    else:
        sql, values = (
            "SELECT word FROM search_words WHERE word >= ? AND word < ? ORDER BY n",
            [piece, f"{piece}\U0010ffff"],
        )
    return [row[0] for row in db.execute(f"{sql} LIMIT ?", [*values, share])]
