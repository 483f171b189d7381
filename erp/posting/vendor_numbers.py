"""A vendor numbers each invoice once: what comes again by the same number is the same invoice.

Vendors are locked between lines and items, so that of two who post the same paper at once the second
sees what the first did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, Value
from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from erp.errors import PostingError
from erp.models import Document, Party
from erp.posting.plan import Posting

Key = tuple[int | None, str, str]  # who is owed, invoice or credit memo, their number


@dataclass(slots=True)
class VendorNumbers:
    """The vendors' numbers that the group brings, with what was posted by them before."""

    posted: dict[Key, Document]

    @classmethod
    def lock(cls, postings: Sequence[Posting]) -> VendorNumbers:
        keys = {key for posting in postings if (key := _key(posting)) is not None}
        if not keys:
            return cls({})
        vendors = [vendor for vendor, _kind, _no in keys if vendor is not None]
        rows = Party.objects.select_for_update(no_key=True).filter(pk__in=vendors).order_by("pk")
        list(rows.values_list("pk"))
        wanted = Q()
        for no in {no for _vendor, _kind, no in keys}:
            wanted |= Q(upper_no=Upper(Value(no)))
        found = (
            Document.objects.filter(
                company=postings[0].document.company_id,
                side=Document.Side.PURCHASE,
                state=Document.State.POSTED,
                kind__in={kind for _vendor, kind, _no in keys},
            )
            .exclude(external_no="")
            .annotate(upper_no=Upper("external_no"))
            .filter(wanted)
        )
        return cls({_key_of(document): document for document in found})

    def refuse_known(self, posting: Posting) -> None:
        """Raises PostingError."""
        earlier = self.posted.get(_key(posting) or (None, "", ""))
        if earlier is not None:
            raise PostingError(
                "external_no",
                _("%(vendor_no)s of this vendor was posted already as %(no)s.")
                % {"vendor_no": earlier.external_no, "no": earlier},
                posting.document.no,
            )

    def note(self, posting: Posting) -> None:
        """What this posting brings is known to those after it."""
        key = _key(posting)
        if key is not None:
            self.posted[key] = posting.document


def _key(posting: Posting) -> Key | None:
    """None where nothing is invoiced, or by no number."""
    document = posting.document
    invoiced = posting.invoice or (None if document.is_order else document)
    if document.side != Document.Side.PURCHASE or invoiced is None or not invoiced.external_no:
        return None
    return _key_of(invoiced)


def _key_of(document: Document) -> Key:
    return document.invoiced_party_id, document.kind, document.external_no.strip().upper()
