"""A letter on its way by e-mail."""

import ipaddress
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import urlsplit

from syndicator.alerts.letters import Letter
from syndicator.config import Config
from syndicator.errors import SyndicatorError
from syndicator.ingest.faults import fault_of_certificate

_SECONDS = 30.0
_PORTS = {"smtp": 25, "smtps": 465}


def compose(letter: Letter, config: Config) -> EmailMessage:
    """The message as it is sent. What is over answers what began, so that both stand in one thread (RFC 5322, 3.6.4)."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address("syndicator", addr_spec=sender(config))
    message["To"] = Address(addr_spec=config.alerts.email or "")
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.at.astimezone(config.site.zone))
    message["Message-ID"] = f"<{letter.id}>"
    if letter.reply_to:
        message["In-Reply-To"] = message["References"] = f"<{letter.reply_to}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office note comes back
    message.set_content(letter.text, cte="quoted-printable")
    return message


def sender(config: Config) -> str:
    """Whose address stands in From: what config.toml says, else the contact if that is an address, else the recipient."""
    contact = config.site.contact if "@" in config.site.contact and "://" not in config.site.contact else ""
    return config.alerts.sender or contact or config.alerts.email or ""


async def send(letter: Letter, config: Config) -> str:
    """Hand the letter to the mail server; "" when it was taken, else a sentence on why not."""
    import aiosmtplib

    server = urlsplit(config.alerts.smtp)
    host, port = server.hostname or "", server.port or _PORTS[server.scheme]
    try:
        password = config.alerts.password.read() if config.alerts.password else None
        await aiosmtplib.send(
            compose(letter, config),
            hostname=host,
            port=port,
            username=config.alerts.user or None,
            password=password,
            local_hostname=config.site.host or "localhost",
            timeout=_SECONDS,
            use_tls=server.scheme == "smtps",
            start_tls=_start_tls(server.scheme, host, password),
            # Between mail servers encryption is offered without a certificate that anybody could check (RFC 7435); a
            # password is only told to a server that has a valid one.
            validate_certs=bool(password) or server.scheme == "smtps",
        )
    except SyndicatorError as error:
        return str(error)
    except aiosmtplib.SMTPRecipientsRefused:
        return f"The mail server {host}:{port} does not take mail for {config.alerts.email}."
    except aiosmtplib.SMTPResponseException as error:
        return f"The mail server {host}:{port} refuses: {error.code} {error.message}"
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        for cause in (error, error.__cause__, error.__context__):
            if isinstance(cause, ssl.SSLCertVerificationError):
                return f"The certificate of the mail server {host}:{port} {fault_of_certificate(cause)}."
        return f"The mail server {host}:{port} cannot be used: {error}"
    return ""


def _start_tls(scheme: str, host: str, password: str | None) -> bool | None:
    """None: if the server offers it. On this machine nobody listens in, and certificates there are made up as a rule."""
    if scheme == "smtps" or _is_here(host):
        return False
    return True if password else None


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
