"""Whether a push comes from who knows the secret of its subscription (WebSub, 7.1). Pure."""

import hashlib
import hmac
import re

# What the Recommendation lists. SHA-1 is broken for signatures of documents, not within HMAC (RFC 6194, 3.3), and most hubs
# of today know nothing else.
METHODS = frozenset({"sha1", "sha256", "sha384", "sha512"})

_FIELD = re.compile(r"\s*([a-z0-9]+)=([0-9a-f]+)\s*", re.IGNORECASE)


def is_signed(field: str, secret: str, body: bytes) -> bool:
    """Whether this value of X-Hub-Signature is right; the time it takes says nothing of how wrong it is."""
    said = _FIELD.fullmatch(field)
    if not said or said[1].lower() not in METHODS:
        return False
    right = hmac.new(secret.encode(), body, getattr(hashlib, said[1].lower())).hexdigest()
    return hmac.compare_digest(right, said[2].lower())
