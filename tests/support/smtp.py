"""A mail server on loopback that keeps what it is sent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


class Sink:
    """`mails` in order of arrival; `refuses` is answered to MAIL FROM instead of taking one."""

    def __init__(self) -> None:
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

    async def _answer(self, line: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        match line.upper().split(":")[0].split(" ")[0]:
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
                return "250 taken"
            case "QUIT":
                writer.write(b"221 bye\r\n")
                return ""
            case _:
                return "250 ok"


@asynccontextmanager
async def mail_server() -> AsyncIterator[Sink]:
    sink = Sink()
    server = await asyncio.start_server(sink.serve, "127.0.0.1", 0)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        server.close()
