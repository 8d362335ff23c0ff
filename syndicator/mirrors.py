"""The buckets that a configuration names, ready to be brought up to date."""

from collections.abc import Mapping

from syndicator.config import Config
from syndicator.pipeline.mirror import Mirror
from syndicator.publish.targets.folder import Folder
from syndicator.publish.targets.s3 import Bucket
from syndicator.serve import about, headers
from syndicator.store.database import Store


def mirrors(config: Config, store: Store, folder: Folder) -> list[Mirror]:
    """One for each "s3://…" under [publish] targets."""

    def fields(path: str, _media_type: str) -> Mapping[str, str]:
        """Of what we send with a file, what an object can carry: Link and security headers it cannot (docs/deployment.md)."""
        told = about.fields(config, path)
        language = {name: value for name, value in told.items() if name == "Content-Language"}
        return {"Cache-Control": headers.cache_control(headers.lifetime(f"/{path}")), **language}

    publish = config.publish
    return [Mirror(Bucket(address, publish.s3), store, folder, fields) for address in publish.buckets]
