"""What is typed into the fields of an address: checked alike on every card."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erp.countries import is_country_code

ADDRESS_LABELS = {
    "name": gettext_lazy("Name"),
    "name_2": gettext_lazy("Name 2"),
    "address": gettext_lazy("Address"),
    "address_2": gettext_lazy("Address 2"),
    "post_code": gettext_lazy("Post code"),
    "city": gettext_lazy("City"),
    "county": gettext_lazy("County"),
    "country": gettext_lazy("Country code"),
    "contact": gettext_lazy("Contact"),
    "phone": gettext_lazy("Phone"),
    "email": gettext_lazy("E-mail"),
}


def country_code(typed: str) -> str:
    """In upper case, or blank. Raises ValidationError."""
    code = typed.strip().upper()
    if code and not is_country_code(code):
        raise ValidationError(_("%s is no country: write its two letters.") % code)
    return code


def email_address(typed: str) -> str:
    """Raises ValidationError for what cannot be one."""
    text = typed.strip()
    if text and (text.count("@") != 1 or text.startswith("@") or text.endswith("@")):
        raise ValidationError(_("This is no e-mail address: it needs an @ between two parts."))
    return text
