"""Whether a delivery comes from Shopify.

Source: shopify.dev, Webhooks: HTTPS delivery; the digest is over the body as it was sent.
"""

from __future__ import annotations

import base64
import hashlib
import hmac


def signature(body: bytes, secret: str) -> str:
    """What stands in X-Shopify-Hmac-SHA256 of a delivery with this body."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def genuine(body: bytes, given: str, secret: str) -> bool:
    """Whether `given` is the signature of `body`; without a secret nothing is."""
    return bool(secret) and hmac.compare_digest(signature(body, secret).encode(), given.encode())
