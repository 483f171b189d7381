"""Numbers and codes as a person writes them, and as the books keep them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from erp.errors import CardError


def code(text: str, length: int) -> str:
    """Return `text` in upper case without blanks around it. Raises CardError when it is too long.

    Source: BC's data type Code.
    """
    kept = text.strip().upper()
    if len(kept) > length:
        raise CardError(
            "code_too_long",
            _("%(code)s has more than %(length)s characters. Choose a shorter one.")
            % {"code": kept, "length": length},
        )
    return kept
