"""Which addresses a shop may have. Only these are ever called, so nobody can aim us elsewhere."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SHOPIFY = re.compile(r"(?:https://)?([a-z0-9][a-z0-9-]{0,59})\.myshopify\.com/?", re.ASCII)
LOCAL = re.compile(r"http://(127\.0\.0\.1|localhost):([1-9][0-9]{0,4})/?", re.ASCII)
LAST_PORT = 65535


def shop_address(text: str, *, allow_local: bool) -> str:
    """Return `text` in the one form it is kept in: https://<name>.myshopify.com.

    With `allow_local`, http://127.0.0.1:PORT and http://localhost:PORT are taken too, for the
    sandbox. Raises ValidationError with a sentence that says which form is wanted.
    """
    wanted = text.strip().lower()
    if match := SHOPIFY.fullmatch(wanted):
        return f"https://{match[1]}.myshopify.com"
    local = LOCAL.fullmatch(wanted)
    if local and int(local[2]) <= LAST_PORT:
        if allow_local:
            return f"http://{local[1]}:{local[2]}"
        raise ValidationError(
            _("A shop on this machine is allowed only while SHOPIFY_ALLOW_LOCAL is on."),
            code="local",
        )
    raise ValidationError(
        _("Write the shop's address as https://<name>.myshopify.com, without a path."),
        code="address",
    )


def is_local(address: str) -> bool:
    """Whether `address`, as `shop_address` returns it, is on this machine."""
    return LOCAL.fullmatch(address) is not None


def background_by_default(address: str) -> bool:
    """Whether a new shop's syncs go to the background: not in a sandbox, where one waits and looks.

    A sandbox is a shop on this machine. What Shopify calls a development store is a shop like any.
    Source: BC, Shpfy Shop, Allow Background Syncs in a sandbox environment.
    """
    return not is_local(address)
