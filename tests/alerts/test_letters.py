from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from syndicator.alerts import letters, mail
from syndicator.alerts.letters import begin_letter, from_json, over_letter, to_json, trial_letter
from syndicator.model import Incident
from tests.support.configs import BASE, a_config

NOW = datetime(2026, 3, 2, 13, 5, tzinfo=UTC)
ALERTS = '\n[alerts]\nemail = "presse@stadt.example"\n'


@pytest.fixture
def config(tmp_path):
    return a_config(tmp_path, BASE + ALERTS)


def incident(source="bochum", kind="date", severity="red", **changes):
    values = {
        "sentence_de": "Seit Mo 2.3., 14:00 Uhr hat keine von 12 Nachrichten ein Datum; bis dahin hatten es 98 %.",
        "sentence_en": "Since Mon 2 Mar, 14:00, no article of 12 has a date; until then 98 % had.",
        "since": NOW - timedelta(minutes=5),
        "begun": NOW,
        "id": 7,
    }
    return Incident(source, kind, severity, **{**values, **changes})


def test_a_letter_says_in_german_what_where_since_when_and_what_to_do(config):
    letter = begin_letter([incident()], config, NOW)
    assert letter.subject == "ROT: Stadt Bochum – Datum fehlt [Nachrichten der Stadt Dortmund]"
    text = " ".join(letter.text.split())
    assert "Stadt Bochum ROT: Seit Mo 2.3., 14:00 Uhr hat keine von 12 Nachrichten ein Datum" in text
    assert "`syndicator preview bochum` zeigt, was gelesen wird" in text
    assert "Was veröffentlicht ist, bleibt, wie es ist." in text
    assert max(map(len, letter.text.splitlines())) <= 90


def test_what_a_program_is_sent(config):
    payload = begin_letter([incident()], config, NOW).payload
    assert payload["event"] == "begin"
    assert payload["text"].startswith("ROT: Stadt Bochum: Seit Mo 2.3.")
    assert payload["incidents"] == [
        {
            "source": "bochum",
            "title": "Stadt Bochum",
            "severity": "red",
            "kind": "date",
            "sentence_de": incident().sentence_de,
            "sentence_en": incident().sentence_en,
            "since": "2026-03-02T13:00:00+00:00",
            "ended": None,
            "url": "https://news.example/",
        }
    ]


def test_several_incidents_of_a_source_are_one_message_with_each_advice_once(config):
    both = [incident(kind="picture", severity="yellow", id=1), incident(id=2), incident(kind="denied", id=3)]
    letter = begin_letter(both, config, NOW)
    assert letter.subject.startswith("ROT: Stadt Bochum – Datum fehlt, Zugriff verweigert, Bilder fehlen")
    assert letter.text.count("syndicator preview bochum") == 1
    assert letter.text.count("Bitte mit der Stadt klären") == 1


def test_many_sources_are_one_message_with_the_worst_first(config):
    many = [incident(f"quelle-{n:02}", severity="red" if n == 17 else "yellow", id=n) for n in range(60)]
    letter = begin_letter(many, config, NOW)
    assert letter.subject.startswith("ROT: 60 Quellen (quelle-17, quelle-00, quelle-01 und 57 weitere)")
    assert len(letter.text) < 20_000
    assert "alle zeigt `syndicator status`" in letter.text
    assert len(letter.payload["incidents"]) == 60


def test_the_end_answers_the_beginning(config):
    begin = begin_letter([incident()], config, NOW)
    over = over_letter([incident(thread=begin.id, ended=NOW + timedelta(hours=2))], config, NOW + timedelta(hours=2))
    assert over.reply_to == begin.id
    assert over.subject.startswith("Vorbei: Stadt Bochum – Datum fehlt")
    assert "Seit 02.03., 16:05 Uhr vorbei. Gemeldet war: Seit Mo 2.3., 14:00 Uhr" in " ".join(over.text.split())
    assert "preview" not in over.text
    assert (over.payload["event"], over.payload["in_reply_to"]) == ("over", begin.id)
    assert over.payload["incidents"][0]["ended"] == "2026-03-02T15:05:00+00:00"


def test_what_concerns_the_whole_service_says_so(config):
    letter = begin_letter([incident("", "network")], config, NOW)
    assert letter.subject.startswith("ROT: Der ganze Dienst – Netz gestört")
    assert "Netzverbindung des Rechners" in letter.text


def test_each_kind_of_incident_has_its_words(config):
    for kind in letters._SUBJECTS:
        letter = begin_letter([incident(kind=kind)], config, NOW)
        assert letters._SUBJECTS[kind] in letter.subject
        assert "{source}" not in letter.text


def test_a_letter_survives_the_outbox(config):
    letter = begin_letter([incident()], config, NOW)
    assert from_json(to_json(letter)) == letter


def test_a_mail_has_the_headers_of_its_thread_and_the_time_of_the_incident(config):
    begin = begin_letter([incident()], config, NOW)
    message = mail.compose(begin, config)
    assert message["Message-ID"] == f"<{begin.id}>"
    assert message["Date"].datetime == NOW
    assert message["From"].addresses[0].addr_spec == "webredaktion@news.example"
    assert message["To"].addresses[0].addr_spec == "presse@stadt.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["In-Reply-To"] is None
    assert message.get_content_type() == "text/plain"
    over = mail.compose(over_letter([incident(thread=begin.id, ended=NOW)], config, NOW), config)
    assert over["In-Reply-To"] == over["References"] == f"<{begin.id}>"
    assert bytes(over).isascii()


def test_a_headline_from_outside_writes_no_header(config):
    evil = incident(sentence_de="Zurückgehalten (zuletzt „x\r\nBcc: alle@stadt.example\r\n\r\nHallo“).")
    message = mail.compose(begin_letter([evil], config, NOW), config)
    assert message["Bcc"] is None
    assert "\nBcc:" not in message.get_content()
    titled = config.model_copy(update={"site": config.site.model_copy(update={"title": "A\r\nBcc: b@c.example"})})
    assert mail.compose(trial_letter(titled, NOW), titled)["Bcc"] is None


@pytest.mark.parametrize(
    ("more", "contact", "expected"),
    [
        ('sender = "dienst@stadt.example"', "webredaktion@news.example", "dienst@stadt.example"),
        ("", "webredaktion@news.example", "webredaktion@news.example"),
        ("", "https://news.example/kontakt", "presse@stadt.example"),
    ],
)
def test_who_a_mail_is_from(tmp_path, more, contact, expected):
    text = BASE.replace("webredaktion@news.example", contact) + ALERTS + more
    assert mail.sender(a_config(tmp_path, text)) == expected


@pytest.mark.parametrize(
    ("smtp", "password", "start_tls"),
    [
        ("smtp://127.0.0.1:25", None, False),
        ("smtp://localhost", "geheim", False),
        ("smtp://mail.example", None, None),
        ("smtp://mail.example", "geheim", True),
        ("smtps://mail.example", "geheim", False),
    ],
)
def test_a_password_goes_to_another_machine_only_encrypted(smtp, password, start_tls):
    scheme, _, host = smtp.partition("://")
    assert mail._start_tls(scheme, host.partition(":")[0], password) is start_tls


def test_the_same_incident_at_the_same_time_makes_the_same_bytes(config):
    one, other = (begin_letter([incident()], config, NOW) for _ in range(2))
    assert bytes(mail.compose(one, config)) == bytes(mail.compose(other, config))
    assert begin_letter([replace(incident(), id=8)], config, NOW).id != one.id
