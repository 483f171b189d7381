"""50102: refunds become credit memos. What has no credit memo yet is what there is to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import orjson
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from connector.shopify.nodes.order import OrderNode, RefundNode
from connector.sync import dry_runs, order_filters
from connector.sync.errors import Blocked, NoDocument, Skip
from connector.sync.lookups import books_of, chosen_accounts, document_terms, tax_groups
from connector.sync.mapping.documents import check_total
from connector.sync.mapping.exchanges import exchanged
from connector.sync.mapping.refund_terms import RefundTerms, Sold
from connector.sync.mapping.refunds import MappedRefund, refund_document
from connector.sync.mapping.terms import DocumentTerms
from connector.sync.models import DocumentLink, Issue, LineLink, RefundLink
from connector.sync.report import Asked, FilterField, Outcome, Preview, Report, Result
from connector.sync.sold import is_earlier, sold
from connector.ui.amounts import money
from erp.documents import create_sales_document
from erp.errors import DocumentError
from erp.models import Company, Document
from jobqueue.filters import Type
from shops.models import Location, Order, OrderPayload, OrderSettings, Refund, Shop

BATCH = 100  # refunds whose credit memos are made in one transaction
NUMBER = 50102  # BC keeps 50000 to 99999 for what is not its own


@dataclass(frozen=True, slots=True)
class Pending:
    """A refund without a credit memo, when it was looked for."""

    refund_id: int
    order_id: int
    gid: str
    order_name: str


class Refunds(Report[Pending]):
    number = NUMBER
    name = "refunds"
    label = gettext_lazy("Create credit memos for refunds")
    filters = {
        "name": FilterField(
            Type.TEXT, gettext_lazy("Order no."), column="order__name", help=order_filters.ORDER_NO
        ),
        "created_at": FilterField(
            Type.DATE, gettext_lazy("Created at"), column="created_at", help=order_filters.DAYS
        ),
    }
    options = {
        "retry": order_filters.retry(gettext_lazy("Refunds that failed before")),
        dry_runs.NAME: dry_runs.OPTION,
    }

    @classmethod
    def preview(cls, shop: Shop, asked: Asked, now: datetime) -> Preview:
        count = pending_refunds(shop, asked, now).count()
        text = ngettext("Matches %(count)d refund now.", "Matches %(count)d refunds now.", count)
        return Preview(count, text % {"count": count})

    def fetch(self) -> Iterator[Sequence[Pending]]:
        columns = ("pk", "order_id", "gid", "order__name")
        rows = self._refunds().order_by("created_at", "pk").values_list(*columns)
        pending = [Pending(*row) for row in rows]
        for start in range(0, len(pending), BATCH):
            yield pending[start : start + BATCH]

    def total(self) -> int | None:
        return self._refunds().count()

    def _refunds(self) -> models.QuerySet[Refund]:
        asked = Asked(self.context.filters, self.context.options)
        return pending_refunds(self.shop, asked, self.now())

    def identity(self, item: Pending) -> tuple[str, str]:
        return item.gid, item.order_name

    def witness(self, items: Sequence[Pending]) -> Callable[[Sequence[Result]], Sequence[str]]:
        def told(results: Sequence[Result]) -> list[str]:
            links = RefundLink.objects.filter(refund__in=[item.refund_id for item in items])
            memos = {link.refund_id: link.document for link in links.select_related("document")}
            texts = {
                Document.Kind.CREDIT_MEMO: _("Credit memo over %(amount)s."),
                Document.Kind.RETURN_ORDER: _("Return order over %(amount)s."),
            }
            return [
                texts[Document.Kind(memo.kind)] % {"amount": money(memo.amount_incl, memo.currency)}
                if (memo := memos.get(item.refund_id))
                else result.reason
                for item, result in zip(items, results, strict=True)
            ]

        return told

    def apply(self, item: Pending) -> Result:
        """Make, check and link the credit memo of one refund, as the order is now.

        The order is locked first: an import must not change it meanwhile, nor another run credit it.
        """
        list(Order.objects.select_for_update().filter(pk=item.order_id).values_list("pk"))
        refund = Refund.objects.unprocessed().filter(pk=item.refund_id).first()
        links = DocumentLink.objects.filter(order=item.order_id)
        link = links.select_related("document__party", "document__bill_to").first()
        if refund is None or link is None:
            return Result(Outcome.UNCHANGED)  # done by somebody else since it was looked for
        if RefundLink.objects.filter(refund=refund).exists():
            _mark(item, Refund.State.PROCESSED, "", "")
            return Result(Outcome.UNCHANGED)
        books = books_of(self.shop)
        order, paid_back = _content(refund)
        try:
            self._credit(books, link, refund, order, paid_back)
        except NoDocument as exc:
            _mark(item, Refund.State.NO_DOCUMENT, exc.code, str(exc))
            return Result(Outcome.SKIPPED, exc.code, str(exc), listed=False)
        _mark(item, Refund.State.PROCESSED, "", "")
        return Result(Outcome.CREATED)

    def refused(self, item: Pending, result: Result) -> Result:
        """Say on the refund why it has no credit memo."""
        _mark(item, Refund.State.UNPROCESSED, result.code, result.reason)
        return result

    def _credit(
        self,
        books: Company,
        link: DocumentLink,
        refund: Refund,
        order: OrderNode,
        paid_back: RefundNode,
    ) -> None:
        what = sold(link)
        earlier = is_earlier(refund.gid, refund.created_at, link)
        terms = self._terms(books, order, what)
        mapped = refund_document(order, paid_back, what, terms, earlier=earlier)
        try:
            memo = create_sales_document(books, mapped.draft)
        except DocumentError as exc:
            raise Blocked(exc.sentence, exc.code) from exc
        check_total(order.name, memo.amount_incl, mapped.total, memo.currency, Decimal(0))
        RefundLink.objects.create(refund=refund, document=memo, created_at=self.now())
        _link_exchanges(memo, mapped)

    def _exchange_terms(self, books: Company, order: OrderNode, what: Sold) -> DocumentTerms | None:
        """How what was taken in exchange would be sold; None where nothing was."""
        if not exchanged(order):
            return None
        return replace(document_terms(self.shop, books, [order]), presentment=what.presentment)

    def _terms(self, books: Company, order: OrderNode, what: Sold) -> RefundTerms:
        settings = OrderSettings.of(self.shop)
        priority, kinds = OrderSettings.ReturnLocationPriority, OrderSettings.ProcessReturnsAs
        return RefundTerms(
            shop_code=self.shop.code,
            zone=ZoneInfo(self.shop.zone),
            accounts=chosen_accounts(settings),
            return_location=settings.return_location_code,
            locations=Location.mapped(self.shop),
            original_first=settings.return_location_priority == priority.ORIGINAL,
            return_orders=settings.process_returns_as == kinds.RETURN_ORDER,
            exchange=self._exchange_terms(books, order, what),
            order_no_line=settings.shopify_order_no_on_doc_line,
            tax_groups=tax_groups(books),
        )


def pending_refunds(shop: Shop, asked: Asked, now: datetime) -> models.QuerySet[Refund]:
    """The refunds without a credit memo that were asked for.

    Those of orders without a sales document wait: it may be made without what they paid back.
    """
    refunds = Refund.objects.unprocessed().filter(
        order__shop=shop, order__state=Order.State.PROCESSED
    )
    for name, wanted in asked.filters.items():
        refunds = refunds.filter(wanted.q(Refunds.filters[name].column))
    if asked.options.get("retry") == "due":
        paused = Issue.objects.open().filter(Q(next_try__gt=now), shop=shop, report=Refunds.name)
        refunds = refunds.exclude(gid__in=paused.values("gid"))
    return refunds


def _link_exchanges(memo: Document, mapped: MappedRefund) -> None:
    """Note which lines were taken in exchange, so that no document has them twice."""
    if any(mapped.exchange_gids):
        lines = memo.lines.order_by("line_no")
        LineLink.objects.bulk_create(
            LineLink(document_line=line, line_gid=gid)
            for line, gid in zip(lines, mapped.exchange_gids, strict=True)
            if gid
        )


def _content(refund: Refund) -> tuple[OrderNode, RefundNode]:
    """The order and the refund as Shopify told them. Raises Skip when it told of no such refund."""
    raw = OrderPayload.objects.values_list("raw", flat=True).get(order=refund.order_id)
    order = OrderNode.from_node(orjson.loads(raw))
    found = next((one for one in order.refunds if one.gid == refund.gid), None)
    if found is None:
        raise Skip(_("Shopify no longer lists it. It is looked at again when its order changes."))
    return order, found


def _mark(item: Pending, state: Refund.State, code: str, reason: str) -> None:
    rows = Refund.objects.filter(pk=item.refund_id).exclude(state=Refund.State.PROCESSED)
    rows.update(state=state, reason_code=code[:30], reason=reason)
