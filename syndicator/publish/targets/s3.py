"""A bucket of any S3-compatible store, through obstore, which is imported only where a bucket is configured.

Slow, and at times away: so it is no `Target` that a round of publishing waits for, but is brought up to the folder's state
by `pipeline/mirror.py` afterwards.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from syndicator.config import S3
from syndicator.errors import SyndicatorError

if TYPE_CHECKING:
    from obstore.store import S3Store

_CONNECT = timedelta(seconds=5)
_ANSWER = timedelta(seconds=30)
_RETRIES = 2  # of the library, at once; beyond them the whole is tried again later


class Bucket:
    """A place in a bucket: "s3://bucket/prefix". Keys are relative to the prefix. Everything raises SyndicatorError."""

    def __init__(self, address: str, settings: S3) -> None:
        self.address = address
        self.settings = settings

    async def read(self, key: str) -> bytes | None:
        """An object's bytes, None where there is none."""
        async with self._told():
            import obstore
            from obstore.exceptions import NotFoundError

            try:
                found = await obstore.get_async(self._store, key)
                return bytes(await found.bytes_async())
            except (NotFoundError, FileNotFoundError):
                return None

    async def write(self, key: str, body: bytes, fields: Mapping[str, str]) -> None:
        """Put one object; it is replaced whole. `fields`: Content-Type, Cache-Control and their like."""
        async with self._told():
            import obstore

            await obstore.put_async(self._store, key, body, attributes=dict(fields), use_multipart=False)

    async def remove(self, keys: Iterable[str]) -> None:
        """Remove objects; what is not there is no mistake."""
        if gone := list(keys):
            async with self._told():
                import obstore

                await obstore.delete_async(self._store, gone)

    @cached_property
    def _store(self) -> "S3Store":
        from obstore.store import S3Store

        bucket, _, prefix = self.address.removeprefix("s3://").partition("/")
        known: dict[str, Any] = {
            "endpoint": self.settings.endpoint,
            "access_key_id": self.settings.key and self.settings.key.read(),
            "secret_access_key": self.settings.secret and self.settings.secret.read(),
        }
        return S3Store(
            bucket,
            prefix=prefix or None,
            region=self.settings.region,
            virtual_hosted_style_request=False,
            client_options={
                "connect_timeout": _CONNECT,
                "timeout": _ANSWER,
                "allow_http": (self.settings.endpoint or "").startswith("http:"),
            },
            retry_config={"max_retries": _RETRIES, "retry_timeout": _ANSWER},
            **{name: value for name, value in known.items() if value},
        )

    @asynccontextmanager
    async def _told(self) -> AsyncIterator[None]:
        """Failures in a sentence of ours: the library's repeat the request, and servers' answers what was signed."""
        try:
            from obstore import exceptions
        except ImportError as error:
            raise SyndicatorError(
                f"{self.address} cannot be written, as the package obstore is missing.",
                "Install it beside syndicator: pip install 'syndicator[s3]'",
            ) from error
        try:
            yield
        except (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError, PermissionError) as error:
            raise SyndicatorError(
                f"{self.address} refuses access.", "Check key, secret and region under [publish.s3], and its rights."
            ) from error
        except (exceptions.NotFoundError, FileNotFoundError) as error:
            raise SyndicatorError(
                f"There is no bucket {self.address}.", "Make it, or correct [publish] targets in config.toml."
            ) from error
        except (exceptions.BaseError, OSError, ValueError) as error:
            raise SyndicatorError(
                f"{self.address} cannot be reached, or fails.",
                "Check endpoint and region under [publish.s3], and whether the store works.",
            ) from error
