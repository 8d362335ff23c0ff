"""A mail server on loopback that keeps what it is sent."""

import asyncio
import ssl
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


class Sink:
    """`mails` in order of arrival; `refuses` is answered to MAIL FROM instead of taking one.

    With `tls`, STARTTLS is offered. `logins` are those that were tried, `encrypted` tells of each mail whether it came so.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.tls = tls
        self.logins: list[tuple[str, str]] = []
        self.encrypted: list[bool] = []
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refuses = ""
        self.asked = 0
        self.port = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        try:
            while line := await reader.readline():
                if not (answer := await self._answer(line.decode().strip(), reader, writer)):
                    break
                writer.write(f"{answer}\r\n".encode())
        finally:
            writer.close()

    async def _answer(  # noqa: PLR0911  # one answer for each command
        self, line: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> str:
        match line.upper().split(":")[0].split(" ")[0]:
            case "EHLO":
                offers = ["STARTTLS"] if self.tls and not writer.get_extra_info("ssl_object") else []
                return "\r\n".join(["250-sink", *(f"250-{offer}" for offer in offers), "250 AUTH PLAIN"])
            case "STARTTLS":
                assert self.tls is not None
                writer.write(b"220 go on\r\n")
                await writer.start_tls(self.tls)
                return await self._answer((await reader.readline()).decode().strip(), reader, writer)
            case "AUTH":
                _, user, password = b64decode(line.rsplit(maxsplit=1)[-1]).decode().split("\0")
                self.logins.append((user, password))
                return "235 welcome"
            case "MAIL":
                self.asked += 1
                return self.refuses or "250 ok"
            case "RCPT":
                self.recipients.append(line.partition("<")[2].partition(">")[0])
                return "250 ok"
            case "DATA":
                writer.write(b"354 go on\r\n")
                body = await reader.readuntil(b"\r\n.\r\n")
                self.mails.append(message_from_bytes(body[:-3].replace(b"\r\n..", b"\r\n."), policy=default))
                self.encrypted.append(writer.get_extra_info("ssl_object") is not None)
                return "250 taken"
            case "QUIT":
                writer.write(b"221 bye\r\n")
                return ""
            case _:
                return "250 ok"


@asynccontextmanager
async def mail_server(tls: ssl.SSLContext | None = None, *, at_once: bool = False) -> AsyncIterator[Sink]:
    """With `tls`, one that can be spoken to encrypted: when it is asked to, or `at_once`."""
    sink = Sink(tls)
    server = await asyncio.start_server(sink.serve, "127.0.0.1", 0, ssl=tls if at_once else None)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        server.close()
