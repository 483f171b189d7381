"""Why a value cannot stand in a metafield, as a sentence that shows one that could."""

from __future__ import annotations

from django.utils.translation import gettext as _

from connector.sync.mapping.metafield_values import (
    LEGACY,
    Problem,
    other_currency,
    problem,
    sample,
)


def refusal(kind: str, value: str, currency: str) -> str:
    """Blank where the value can; `currency` is the shop's."""
    match problem(kind, value, currency):
        case None:
            return ""
        case Problem.LEGACY:
            sentence = _("The type %(old)s is no longer made: choose %(new)s instead.")
            return sentence % {"old": kind, "new": LEGACY[kind]}
        case Problem.BLANK:
            return _("Write a value. To have none in Shopify, delete the metafield.")
        case Problem.CURRENCY:
            sentence = _("The amount is in %(other)s, but the shop has %(currency)s.")
            said = sentence % {"other": other_currency(value, currency), "currency": currency}
            return _with_sample(said, kind, currency)
        case Problem.UNFIT:
            return _with_sample(_("This is no value of the type %s.") % kind, kind, currency)


def _with_sample(said: str, kind: str, currency: str) -> str:
    example = _("For example: %s") % sample(kind, currency)
    return f"{said} {example}"
