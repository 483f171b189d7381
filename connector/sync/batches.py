"""Batch posting as queue entries: BC reports 295 to 298 and 6655 for sales, 496 to 498 for purchases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from connector.sync import batch_options
from connector.sync.batch_options import DATES, PURCHASES, RECEIVE, SALES, SHIP
from connector.sync.models import DocumentLink
from connector.sync.parameters import BadParameters, checked, read
from connector.sync.report import Asked, FilterField, Option, Preview
from erp import combining
from erp.models import Company, Document
from jobqueue.models import JobQueueEntry
from jobqueue.requests import request


@dataclass(frozen=True, slots=True)
class Batch:
    number: int  # BC's report
    name: str
    label: str | Promise
    side: str  # of document
    kind: str  # of document
    options: Mapping[str, Option]
    filters: Mapping[str, FilterField]


_SALE, _PURCHASE = Document.Side.SALE, Document.Side.PURCHASE
_ORDER, _INVOICED = Document.Kind.ORDER, Document.Kind.INVOICE
_CREDITED, _RETURN = Document.Kind.CREDIT_MEMO, Document.Kind.RETURN_ORDER
COMBINE = Batch(
    295,
    "combine_shipments",
    gettext_lazy("Combine shipments"),
    _SALE,
    _ORDER,
    batch_options.COMBINE,
    {name: field for name, field in SALES.items() if name != "status"},
)
POSTINGS = (
    Batch(
        296,
        "post_sales_orders",
        gettext_lazy("Batch post sales orders"),
        _SALE,
        _ORDER,
        SHIP | DATES,
        SALES,
    ),
    Batch(
        297,
        "post_sales_invoices",
        gettext_lazy("Batch post sales invoices"),
        _SALE,
        _INVOICED,
        DATES,
        SALES,
    ),
    Batch(
        298,
        "post_sales_credit_memos",
        gettext_lazy("Batch post sales credit memos"),
        _SALE,
        _CREDITED,
        DATES,
        SALES,
    ),
    Batch(
        6655,
        "post_sales_return_orders",
        gettext_lazy("Batch post sales return orders"),
        _SALE,
        _RETURN,
        RECEIVE | DATES,
        SALES,
    ),
    Batch(
        496,
        "post_purchase_orders",
        gettext_lazy("Batch post purchase orders"),
        _PURCHASE,
        _ORDER,
        RECEIVE | DATES,
        PURCHASES,
    ),
    Batch(
        497,
        "post_purchase_invoices",
        gettext_lazy("Batch post purchase invoices"),
        _PURCHASE,
        _INVOICED,
        DATES,
        PURCHASES,
    ),
    Batch(
        498,
        "post_purchase_credit_memos",
        gettext_lazy("Batch post purchase credit memos"),
        _PURCHASE,
        _CREDITED,
        DATES,
        PURCHASES,
    ),
)
BATCHES = (*POSTINGS, COMBINE)


def batch_named(name_or_number: str | int) -> Batch | None:
    wanted = str(name_or_number)
    return next((b for b in BATCHES if wanted in {b.name, str(b.number)}), None)


def category_of(company: str) -> str:
    """Postings of one company's books follow one another, unless a person chooses otherwise."""
    return f"POST-{company}"


def request_batch(
    batch: Batch,
    company: str,
    *,
    owner_id: int | None = None,
    filters: Mapping[str, str] | None = None,
    options: Mapping[str, str] | None = None,
    **when: Any,
) -> tuple[JobQueueEntry, bool]:
    """Queue a batch posting for one company's books. Raises BadParameters."""
    return request(
        batch.name,
        parameters=batch_parameters(batch, company, filters or {}, options or {}),
        lock_key=f"books {company}/{batch.name}",
        description=_("%(batch)s · %(company)s") % {"batch": batch.label, "company": company},
        owner_id=owner_id,
        **{"category": category_of(company), **when},
    )


def batch_parameters(
    batch: Batch, company: str, filters: Mapping[str, str], options: Mapping[str, str]
) -> dict[str, Any]:
    """Return the parameters as they are kept. Raises BadParameters with what would be right."""
    kept = checked(batch, filters, options)
    arguments(read(batch, kept))
    return {"company": company, **kept}


def preview(batch: Batch, company: Company, asked: Asked) -> Preview:
    """How many documents would be posted now."""
    count = documents(batch, company, asked).count()
    if batch is COMBINE:
        text = ngettext(
            "%(count)d order has shipments to combine now.",
            "%(count)d orders have shipments to combine now.",
            count,
        )
        return Preview(count, text % {"count": count})
    text = ngettext("Matches %(count)d document now.", "Matches %(count)d documents now.", count)
    return Preview(count, text % {"count": count})


def documents(batch: Batch, company: Company, asked: Asked) -> QuerySet[Document]:
    """What waits and matches: documents to post, or orders with shipments to combine."""
    if batch is COMBINE:
        found = combining.waiting(company)
    else:
        found = Document.objects.filter(
            company=company, side=batch.side, kind=batch.kind
        ).unposted()
    if "order_no" in asked.filters:
        found = found.annotate(shopify_order_no=_shopify_order_no())
    for name, wanted in asked.filters.items():
        found = found.filter(wanted.q(batch.filters[name].column))
    return found


def _shopify_order_no() -> Coalesce:
    """Blank for documents that are nobody's at Shopify."""
    links = DocumentLink.objects.filter(document=OuterRef("pk"))
    return Coalesce(Subquery(links.values("order__name")[:1]), Value(""))


def arguments(asked: Asked, today: date | None = None) -> dict[str, Any]:
    """The options as arguments of `erp.batch.batch_post`. Raises BadParameters."""
    options = dict(asked.options)
    typed = options.pop("posting_date")
    day = date.fromisoformat(typed) if typed else None
    if "post" in options:  # combining: the day is all there is
        return {"posting_date": day or today, "post": options["post"] == "yes"}
    if "receive" in options:  # one routine posts both sides
        options["ship"] = options.pop("receive")
    replaced = options.pop("replace_posting_date")
    if replaced == "yes" and day is None:
        raise BadParameters(_("Enter the posting date: posting_date=2026-03-09."))
    return {name: value == "yes" for name, value in options.items()} | {
        "replace_posting_date": replaced != "no",
        "posting_date": today if replaced == "today" else day,
    }


def fixed_day(batch: Batch, parameters: Mapping[str, Any]) -> str:
    """What to know of a batch posting that is to recur; "" where each run finds its own day."""
    options = read(batch, parameters).options
    day = options["posting_date"]
    if not day or options.get("replace_posting_date", "yes") != "yes":
        return ""
    return _("Every run of this schedule will post on %(day)s.") % {"day": day}
