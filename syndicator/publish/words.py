"""What our pages say, in German and in English: every sentence of theirs stands here. Pure.

What comes from config.toml and from the articles is not translated; pages mark it as German where they are not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from syndicator.model import Precision

LANGUAGES = ("de", "en")  # the first is that of pages without a mark in their address

# Not from the locale, which differs by machine.
_MONTHS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "de": (
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember",
        ),
        "en": (
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of one language. `{}` stands for what a page puts there."""

    language: str
    name: str  # the language itself, as the link to it is called
    skip: str
    overview: str
    all_feeds: str
    search: str
    publisher: str  # publisher
    questions: str
    no_trackers: str
    accessibility: str
    feeds_title: str  # site
    index_lead: str
    what_a_feed_is: str
    everything: str
    by_category: str
    by_city: str
    own: str
    by_both: str
    category: str
    articles_of: str
    subscribe_to: str  # feed
    opml: str
    feed_lead: str
    subscribe: str
    copy_address: str
    open_in: str
    this_device: str
    any_reader: str
    newest: str
    state: str  # day
    undated: str
    see_picture: str
    also_at: str  # a publisher
    also_as: str  # a headline
    nothing_yet: str
    read_here: str
    origin: str
    original_at: str  # a publisher
    original: str
    written_by: str  # names
    rights: str  # what is said of them
    licence: str
    withdrawn: str
    withdrawn_lead: str
    search_words: str
    search_city: str
    search_any: str
    search_button: str
    search_help: str  # the word OR, and a hyphen
    search_subscribe: str
    search_lead: str
    search_found: str
    search_nothing: str
    statement: tuple[tuple[str, tuple[str, ...]], ...]  # heading, paragraphs; contact stands behind the feedback's
    feedback: str  # the heading among them behind which the contact stands

    @property
    def german(self) -> str:
        """The attribute, with a space before it, that marks what is not translated."""
        return "" if self.language == "de" else ' lang="de"'


_GERMAN = Words(
    language="de",
    name="Deutsch",
    skip="Zum Inhalt springen",
    overview="Übersicht",
    all_feeds="Alle Feeds",
    search="Suche",
    publisher="Herausgegeben von {}.",
    questions="Fragen und Hinweise:",
    no_trackers="Diese Seite setzt keine Cookies und lädt nichts von anderen Servern.",
    accessibility="Erklärung zur Barrierefreiheit",
    feeds_title="{} – Feeds",
    index_lead="Meldungen der Städte, nach Themen geordnet, als Feeds zum Abonnieren.",
    what_a_feed_is="Ein Feed ist eine Adresse, die ein Leseprogramm regelmäßig abruft. So kommt Neues von selbst zu Ihnen, "
    "ohne Anmeldung und ohne E‑Mail-Adresse.",
    everything="Alles auf einmal",
    by_category="Nach Thema",
    by_city="Nach Stadt",
    own="Zusammengestellt",
    by_both="Nach Thema und Stadt",
    category="Thema",
    articles_of="Meldungen",
    subscribe_to="{} abonnieren",
    opml="Alle Feeds in einer Datei (OPML), wie Leseprogramme sie einlesen",
    feed_lead="Hier stehen die neuesten Meldungen dieses Feeds, mit Links zu den Städten, die sie veröffentlicht haben.",
    subscribe="Abonnieren",
    copy_address="Kopieren Sie eine dieser Adressen in Ihr Leseprogramm oder Ihr Redaktionssystem; im Inhalt sind sie gleich.",
    open_in="Oder öffnen Sie den Feed gleich dort, wo Sie lesen. Die Links führen zu fremden Diensten.",
    this_device="Leseprogramm auf diesem Gerät",
    any_reader="In Miniflux, FreshRSS, Thunderbird, NetNewsWire und allen anderen fügen Sie die Adresse ein.",
    newest="Neueste Meldungen",
    state="Stand: {}",
    undated="ohne Datum",
    see_picture="Bild ansehen",
    also_at="Auch bei",
    also_as="Auch als",
    nothing_yet="In diesem Feed steht noch keine Meldung. Sie können ihn schon jetzt abonnieren: Die erste kommt dann von selbst.",
    read_here="Hier lesen",
    origin="Herkunft",
    original_at="Zur Meldung bei {}",
    original="Zur Meldung im Original",
    written_by="Verfasst von {}",
    rights="Rechte: {}",
    licence="Lizenz des Textes:",
    withdrawn="Diese Meldung wurde zurückgezogen",
    withdrawn_lead="Wer sie veröffentlicht hat, hat sie zurückgenommen. Sie steht deshalb auch hier nicht mehr, weder in den Feeds "
    "noch im Archiv. Wenn Sie die Meldung übernommen haben, löschen Sie sie bitte.",
    search_words="Wörter in Überschrift oder Text",
    search_city="Stadt",
    search_any="alle",
    search_button="Suchen",
    search_help="Alle Wörter müssen vorkommen. {} dazwischen heißt: eines davon genügt. {} vor einem Wort: Es kommt nicht vor. "
    "In Anführungszeichen: genau so hintereinander. Groß und klein, ä und ae, ß und ss machen keinen Unterschied.",
    search_subscribe="Diese Suche abonnieren",
    search_lead="Auch was künftig zu dieser Suche passt, kommt von selbst zu Ihnen: Kopieren Sie eine dieser Adressen in Ihr "
    "Leseprogramm.",
    search_found="Gefunden",
    search_nothing="Zu dieser Suche gibt es noch keine Meldung. Sie können sie schon jetzt abonnieren: Die erste kommt dann von "
    "selbst.",
    statement=(
        (
            "Stand der Vereinbarkeit",
            (
                (
                    "Die Seiten dieses Angebots sind so gebaut, dass sie die Anforderungen der EN 301 549 und der WCAG 2.2, Stufe AA, "
                    "erfüllen: Sie kommen ohne Skripte aus, lassen sich mit der Tastatur bedienen, bis auf 320 Pixel Breite ohne "
                    "seitliches Rollen lesen, nennen ihre Sprache und halten in heller und dunkler Darstellung die Kontraste ein."
                ),
                "Das wird bei jeder Änderung der Software automatisch geprüft. Eine automatische Prüfung findet nicht alles.",
            ),
        ),
        (
            "Was nicht in unserer Hand liegt",
            (
                (
                    "Überschriften, Anrisse und Beschreibungen von Bildern stammen von den Städten, die sie veröffentlicht haben. Fehlt "
                    "dort die Beschreibung eines Bildes, so fehlt sie auch hier. Die Meldungen selbst stehen auf den Seiten der Städte, "
                    "für die deren eigene Erklärungen gelten."
                ),
                "Meldungen in Leichter Sprache sind als solche gekennzeichnet, wenn die Stadt sie kennzeichnet.",
            ),
        ),
        ("Barrieren melden", ("Stoßen Sie auf eine Barriere, so schreiben Sie uns bitte; wir antworten und helfen.",)),
        (
            "Wenn das nicht hilft",
            (
                (
                    "Erhalten Sie keine zufriedenstellende Antwort, so können Sie sich an die Schlichtungs- oder Ombudsstelle wenden, die "
                    "in Ihrem Land für digitale Barrierefreiheit zuständig ist."
                ),
            ),
        ),
    ),
    feedback="Barrieren melden",
)

_ENGLISH = Words(
    language="en",
    name="English",
    skip="Skip to content",
    overview="Overview",
    all_feeds="All feeds",
    search="Search",
    publisher="Published by {}.",
    questions="Questions and hints:",
    no_trackers="This page sets no cookies and loads nothing from other servers.",
    accessibility="Accessibility statement",
    feeds_title="{} – feeds",
    index_lead="News of the cities by subject, as feeds to subscribe to. The news itself is in German as a rule.",
    what_a_feed_is="A feed is an address that a reader program looks at regularly. So news comes to you by itself, "
    "without an account and without an e-mail address.",
    everything="Everything at once",
    by_category="By subject",
    by_city="By city",
    own="Selections",
    by_both="By subject and city",
    category="Subject",
    articles_of="News",
    subscribe_to="Subscribe to {}",
    opml="All feeds in one file (OPML), as reader programs import it",
    feed_lead="Here is the latest news of this feed, with links to the cities that published it. It is in German as a rule.",
    subscribe="Subscribe",
    copy_address="Copy one of these addresses into your reader program or your content management; they hold the same.",
    open_in="Or open the feed right where you read. These links lead to services of others.",
    this_device="Reader program on this device",
    any_reader="In Miniflux, FreshRSS, Thunderbird, NetNewsWire and all others, paste the address.",
    newest="Latest news",
    state="As of {}",
    undated="no date",
    see_picture="See the picture",
    also_at="Also at",
    also_as="Also as",
    nothing_yet="There is no article in this feed yet. You can subscribe to it now: the first one will come by itself.",
    read_here="Read it here",
    origin="Origin",
    original_at="To the article at {}",
    original="To the original article",
    written_by="Written by {}",
    rights="Rights: {}",
    licence="Licence of the text:",
    withdrawn="This article was withdrawn",
    withdrawn_lead="Whoever published it has taken it back. So it is no longer here either, neither in the feeds nor in the archive. "
    "If you have passed the article on, please delete it.",
    search_words="Words in headline or text",
    search_city="City",
    search_any="all",
    search_button="Search",
    search_help="All words have to occur. {} between them means that one of them is enough. {} before a word: it does not occur. "
    "In quotation marks: exactly so in a row. Upper and lower case, ä and ae, ß and ss make no difference.",
    search_subscribe="Subscribe to this search",
    search_lead="What fits this search in the future will come to you by itself, too: copy one of these addresses into your reader "
    "program.",
    search_found="Found",
    search_nothing="There is no article for this search yet. You can subscribe to it now: the first one will come by itself.",
    statement=(
        (
            "Conformance",
            (
                (
                    "The pages of this service are built to meet EN 301 549 and WCAG 2.2 at level AA: they need no scripts, can be used "
                    "with the keyboard, can be read down to a width of 320 pixels without scrolling sideways, state their language, and "
                    "keep the contrasts in light and dark colours."
                ),
                "This is tested automatically with each change of the software. An automatic test does not find everything.",
            ),
        ),
        (
            "What is not in our hands",
            (
                (
                    "Headlines, summaries and descriptions of pictures come from the cities that published them. Where a description is "
                    "missing there, it is missing here. The articles themselves stand on the pages of the cities, whose own statements "
                    "apply to them."
                ),
                "Articles in easy-to-read German are marked as such where the city marks them.",
            ),
        ),
        ("Report a barrier", ("If you meet a barrier, please write to us; we answer and help.",)),
        (
            "If that does not help",
            (
                (
                    "If the answer does not satisfy you, you can turn to the arbitration or ombuds office that is in charge of digital "
                    "accessibility in your state."
                ),
            ),
        ),
    ),
    feedback="Report a barrier",
)

WORDS: Mapping[str, Words] = MappingProxyType({"de": _GERMAN, "en": _ENGLISH})


def date(instant: datetime, precision: Precision = "day", language: str = "de") -> str:
    """The day in the zone the instant stands in, as in "4. November 2019"; the month where no more is known."""
    month = f"{_MONTHS[language][instant.month - 1]} {instant.year}"
    if precision == "month":
        return month
    return f"{instant.day}. {month}" if language == "de" else f"{instant.day} {month}"
