"""30103: orders become sales documents. What has no document yet is what there is to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from connector.shopify.nodes.order import OrderNode
from connector.sync import dry_runs, order_filters
from connector.sync.errors import NoDocument, RecordError, Skip, TotalsDiffer, Unreadable
from connector.sync.fingerprints import fingerprints
from connector.sync.line_links import link_lines
from connector.sync.lookups import books_of, document_terms
from connector.sync.mapping.documents import (
    MappedDocument,
    check_total,
    expected_total,
    sales_document,
)
from connector.sync.mapping.exchanges import as_sold
from connector.sync.mapping.terms import DocumentTerms
from connector.sync.models import DocumentLink, Issue
from connector.sync.new_documents import new_documents
from connector.sync.report import Asked, FilterField, Outcome, Preview, Report, Result
from erp.documents import create_sales_documents
from erp.errors import DocumentError
from erp.models import Company, Document
from jobqueue.filters import Type
from shops import bulk
from shops.models import Order, OrderPayload, OrderSettings, Refund, Shop

BATCH = 100  # orders whose documents are made in one transaction


@dataclass(frozen=True, slots=True)
class Pending:
    """An order without a document, when it was looked for."""

    order_id: int
    gid: str
    name: str


@dataclass(frozen=True, slots=True)
class Read:
    """The same with its content, read and locked in the transaction that makes the document."""

    order_id: int
    node: OrderNode


class Documents(Report[Pending]):
    number = 30103
    name = "documents"
    label = gettext_lazy("Process Shopify orders")
    filters = {
        "name": FilterField(
            Type.TEXT, gettext_lazy("Order no."), column="name", help=order_filters.ORDER_NO
        ),
        "financial_status": FilterField(
            Type.CHOICE,
            gettext_lazy("Payment status"),
            column="financial_status",
            help=order_filters.STATUS,
            choices=order_filters.PAYMENT,
        ),
        "fulfillment_status": FilterField(
            Type.CHOICE,
            gettext_lazy("Fulfillment status"),
            column="fulfillment_status",
            choices=order_filters.FULFILLMENT,
        ),
        "fully_paid": FilterField(Type.BOOLEAN, gettext_lazy("Fully paid"), column="fully_paid"),
        "created_at": FilterField(
            Type.DATE, gettext_lazy("Created at"), column="created_at", help=order_filters.DAYS
        ),
        "channel": FilterField(
            Type.TEXT, gettext_lazy("Channel"), column="channel", help=order_filters.CHANNEL
        ),
        "tags": FilterField(
            Type.TEXT, gettext_lazy("Tags"), column="tags", help=order_filters.TAGS
        ),
        "total": FilterField(
            Type.NUMBER, gettext_lazy("Total"), column="current_total", help=order_filters.AMOUNT
        ),
    }
    options = {
        "retry": order_filters.retry(gettext_lazy("Orders that failed before")),
        dry_runs.NAME: dry_runs.OPTION,
    }

    @classmethod
    def preview(cls, shop: Shop, asked: Asked, now: datetime) -> Preview:
        count = pending_orders(shop, asked, now).count()
        text = ngettext("Matches %(count)d order now.", "Matches %(count)d orders now.", count)
        return Preview(count, text % {"count": count})

    def fetch(self) -> Iterator[Sequence[Pending]]:
        rows = self._orders().order_by("created_at", "pk").values_list("pk", "gid", "name")
        pending = [Pending(*row) for row in rows]
        for start in range(0, len(pending), BATCH):
            yield pending[start : start + BATCH]

    def total(self) -> int | None:
        return self._orders().count()

    def _orders(self) -> models.QuerySet[Order]:
        asked = Asked(self.context.filters, self.context.options)
        return pending_orders(self.shop, asked, self.now())

    def identity(self, item: Pending) -> tuple[str, str]:
        return item.gid, item.name

    def follow_ups(self) -> Mapping[str, Mapping[str, str]]:
        """Credit memos, where the shop wants them and something was paid back."""
        if not OrderSettings.of(self.shop).auto_create_credit_memos:
            return {}
        waiting = Refund.objects.unprocessed().filter(
            order__shop=self.shop, order__state=Order.State.PROCESSED
        )
        return {"refunds": {"retry": "due"}} if waiting.exists() else {}

    def witness(self, items: Sequence[Pending]) -> Callable[[Sequence[Result]], Sequence[str]]:
        return new_documents(books_of(self.shop), [item.order_id for item in items])

    def apply(self, item: Pending) -> Result:
        return self.apply_all([item])[0]

    def apply_all(self, items: Sequence[Pending]) -> list[Result]:
        """Map, create, check and link the documents of these orders in one go.

        Raises TotalsDiffer when the books come to another total than Shopify for one of several:
        each is then tried by itself.
        """
        books = books_of(self.shop)
        read, results = self._read(items)
        terms = document_terms(self.shop, books, [item.node for item in read])
        mapped: list[tuple[Read, MappedDocument]] = []
        for item in read:
            try:
                mapped.append((item, sales_document(item.node, terms)))
            except RecordError as exc:
                results[item.order_id] = _not_taken(exc)
        results |= self._create(books, terms, mapped)
        self._mark(results)
        gone = Result(Outcome.UNCHANGED)  # processed by somebody else since it was looked for
        return [results.get(item.order_id, gone) for item in items]

    def _read(self, items: Sequence[Pending]) -> tuple[list[Read], dict[int, Result]]:
        """Lock the orders and read them as they are now: an import must not change them meanwhile.

        Says at once of which the content cannot be read.
        """
        wanted = [item.order_id for item in items]
        unprocessed = Order.objects.unprocessed().filter(pk__in=wanted).order_by("pk")
        locked = list(unprocessed.select_for_update().values_list("pk", flat=True))
        raws = dict(OrderPayload.objects.filter(pk__in=locked).values_list("pk", "raw"))
        read: list[Read] = []
        results: dict[int, Result] = {}
        for pk in (pk for pk in wanted if pk in raws):
            try:
                read.append(Read(pk, OrderNode.from_node(orjson.loads(raws[pk]))))
            except (KeyError, TypeError, ValueError, ArithmeticError) as exc:
                results[pk] = _not_taken(Unreadable(_("Its content cannot be read: %r") % exc))
        return read, results

    def _create(
        self,
        books: Company,
        terms: DocumentTerms,
        mapped: Sequence[tuple[Read, MappedDocument]],
    ) -> dict[int, Result]:
        try:
            with transaction.atomic():
                return self._created(books, terms, mapped)
        except TotalsDiffer as exc:
            if len(mapped) > 1:
                raise
            return {mapped[0][0].order_id: _not_taken(exc)}

    def _created(
        self,
        books: Company,
        terms: DocumentTerms,
        mapped: Sequence[tuple[Read, MappedDocument]],
    ) -> dict[int, Result]:
        made = create_sales_documents(books, [document.draft for _item, document in mapped])
        results: dict[int, Result] = {}
        linked: list[tuple[Read, MappedDocument, Document]] = []
        for (item, document), answer in zip(mapped, made, strict=True):
            if isinstance(answer, DocumentError):
                results[item.order_id] = Result(Outcome.REJECTED, answer.code, answer.sentence)
                continue
            expected = expected_total(item.node, terms)
            check_total(
                item.node.name, answer.amount_incl, expected, answer.currency, terms.tolerance
            )
            linked.append((item, document, answer))
            results[item.order_id] = Result(Outcome.CREATED)
        self._link(terms, linked)
        return results

    def _link(
        self, terms: DocumentTerms, linked: Sequence[tuple[Read, MappedDocument, Document]]
    ) -> None:
        handling = OrderSettings.CurrencyHandling
        made = fingerprints(document.pk for _item, _mapped, document in linked)
        DocumentLink.objects.bulk_create(
            DocumentLink(
                order_id=item.order_id,
                document=document,
                currency_handling=handling.PRESENTMENT if terms.presentment else handling.SHOP,
                refunds=[refund.gid for refund in as_sold(item.node).refunds],
                made=made[document.pk],
                created_at=self.now(),
            )
            for item, _mapped, document in linked
        )
        link_lines({document.pk: mapped.line_gids for _item, mapped, document in linked})

    def _mark(self, results: dict[int, Result]) -> None:
        """Say on each order what became of it."""
        rows = [(_state(r), r.code, r.reason, pk) for pk, r in results.items()]
        bulk.update(Order, ("state", "reason_code", "reason"), rows)


def pending_orders(shop: Shop, asked: Asked, now: datetime) -> models.QuerySet[Order]:
    """The orders without a document that were asked for."""
    orders = Order.objects.unprocessed().filter(shop=shop)
    for name, wanted in asked.filters.items():
        orders = orders.filter(wanted.q(Documents.filters[name].column))
    if asked.options.get("retry") == "due":
        paused = Issue.objects.open().filter(Q(next_try__gt=now), shop=shop, report=Documents.name)
        orders = orders.exclude(gid__in=paused.values("gid"))
    return orders


def _not_taken(exc: RecordError) -> Result:
    """An order that needs no document is done, so it is on no list of what somebody has to see to."""
    outcome = Outcome.SKIPPED if isinstance(exc, Skip) else Outcome.REJECTED
    return Result(outcome, exc.code, str(exc), listed=not isinstance(exc, NoDocument))


def _state(result: Result) -> str:
    if result.outcome is Outcome.CREATED:
        return Order.State.PROCESSED.value
    if result.code == NoDocument.code:
        return Order.State.NO_DOCUMENT.value
    return Order.State.UNPROCESSED.value
