"""What must hold before a document may be posted, whatever its kind."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from erp.currencies import Currencies
from erp.errors import PostingError
from erp.models import Document, Party


class Terms(NamedTuple):
    """How amounts of the document are rounded and converted."""

    precision: Decimal  # of the document's currency
    lcy_precision: Decimal


def refuse_state(document: Document, expected_version: int | None) -> None:
    """Only open and released documents post, and only as the caller has seen them."""
    if document.state not in {Document.State.OPEN, Document.State.RELEASED}:
        raise PostingError(
            "state",
            _("%(no)s is %(state)s and cannot be posted.")
            % {"no": document.no, "state": document.get_state_display().lower()},
            document.no,
        )
    if expected_version is not None and document.version != expected_version:
        raise PostingError(
            "version",
            _("%(no)s was changed by somebody else. Look at it again.") % {"no": document.no},
            document.no,
        )


def refuse_date(document: Document) -> None:
    """The posting date must lie within the company's allowed range."""
    company, day = document.company, document.posting_date.isoformat()
    first, last = company.setting("post_from"), company.setting("post_to")
    if (first and day < first) or (last and day > last):
        raise PostingError(
            "date",
            _("Posting date %(day)s is not within your range of allowed posting dates.")
            % {"day": day},
            document.no,
        )


def refuse_blocked(document: Document, *, ship: bool, invoice: bool) -> None:
    """Neither who orders nor who pays may be blocked for what is posted."""
    refused = {Party.Blocked.ALL}
    if ship:
        refused.add(Party.Blocked.SHIP)
    if invoice:
        refused.add(Party.Blocked.INVOICE)
    for party in (document.party, document.bill_to):
        if party is not None and party.blocked in refused:
            raise PostingError(
                "blocked",
                _("%(no)s: %(state)s.") % {"no": party.no, "state": party.get_blocked_display()},
                document.no,
            )


def terms(document: Document, currencies: Currencies | None = None) -> Terms:
    """Set the rate of the posting date on the document and say how to round. Raises PostingError.

    `currencies` may be given when they were read already.
    """
    company, code = document.company, document.currency
    currencies = currencies or Currencies.of(company, {code})
    rate = currencies.rate(code, document.posting_date) if code in currencies else None
    if rate is None:
        raise PostingError(
            "no_rate",
            _("There is no exchange rate for %(code)s on %(day)s. Add one.")
            % {"code": code, "day": document.posting_date},
            document.no,
        )
    document.rate = rate
    return Terms(currencies.precision(code), currencies.precision(company.lcy))
