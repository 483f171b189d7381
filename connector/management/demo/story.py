"""What became of the orders, told from the rows, and whether all of it is as it should be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, QuerySet

from connector.management.output import table
from connector.sync.models import DocumentLink, Issue, ShipmentLink, StagedOrder
from erp.audit import broken_invariants
from erp.models import Company, Document
from shops.models import Order, Shop

Left = tuple[str, int, str]  # what is left, how many, why


@dataclass(frozen=True, slots=True)
class Difference:
    order: str
    shopify: Decimal
    books: Decimal


@dataclass(frozen=True, slots=True)
class Story:
    in_shopify: int  # orders, as Shopify counts them
    imported: int
    left_out: int  # seen and not imported, with a reason
    processed: int
    unprocessed: int  # with a reason
    no_document: int  # orders of which nothing is left to sell
    unposted: list[str]  # numbers of sales documents that were not posted
    shipped: int
    fulfilled: int
    nothing_to_fulfil: int
    invoiced: int
    differences: list[Difference]
    broken: list[str]  # invariants of the books
    left: list[Left]
    unexplained: int  # orders that are not processed and do not say why

    def faults(self) -> Iterator[str]:
        """Sentences on what is not as it should be; none when all is well."""
        if self.in_shopify != self.imported + self.left_out:
            yield (
                f"Shopify has {self.in_shopify} orders, but {self.imported} came in "
                f"and {self.left_out} were left out."
            )
        if self.unexplained:
            yield f"{self.unexplained} orders are not processed and give no reason."
        if self.unposted:
            yield f"Not posted: {', '.join(self.unposted)}."
        if self.shipped != self.fulfilled + self.nothing_to_fulfil:
            yield f"Of {self.shipped} shipments {self.fulfilled} are fulfilled in Shopify."
        for one in self.differences:
            yield f"{one.order}: {one.shopify} in Shopify, {one.books} in the books."
        yield from self.broken
        done = {"processed": self.processed, "fulfilled": self.fulfilled, "posted": self.invoiced}
        yield from (f"Nothing was {word}." for word, number in done.items() if not number)

    def numbers(self) -> dict[str, Any]:
        """All of it for programs."""
        return asdict(self)

    def text(self) -> str:
        equal = "every total equals Shopify's" if not self.differences else "totals differ"
        books = "the books add up" if not self.broken else "the books do not add up"
        numbers = [
            ["orders in Shopify", self.in_shopify],
            ["imported", self.imported],
            ["became sales documents", self.processed],
            ["shipped", self.shipped],
            ["fulfilled in Shopify", self.fulfilled],
            ["invoices posted", self.invoiced],
            ["need no document", self.no_document],
            ["left for a person", self.unprocessed + self.left_out],
        ]
        parts = [table(["what happened", "number"], numbers), f"Checked: {equal}, {books}."]
        if self.left:
            parts.append(table(["left", "number", "why"], self.left))
        return "\n\n".join(parts)


def story(shop: Shop, *, in_shopify: int) -> Story:
    """Gather it. Reads only."""
    company = Company.objects.get(code=shop.company_code)
    orders = Order.objects.filter(shop=shop)
    states = dict(orders.values_list("state").annotate(n=Count("pk")))
    shipments = ShipmentLink.objects.filter(order__shop=shop)
    sent = dict(shipments.values_list("state").annotate(n=Count("pk")))
    open_orders = orders.filter(state=Order.State.UNPROCESSED)
    return Story(
        in_shopify=in_shopify,
        imported=orders.count(),
        left_out=StagedOrder.objects.filter(shop=shop).count(),
        processed=states.get(Order.State.PROCESSED, 0),
        unprocessed=states.get(Order.State.UNPROCESSED, 0),
        no_document=states.get(Order.State.NO_DOCUMENT, 0),
        unposted=_unposted(company),
        shipped=shipments.count(),
        fulfilled=sent.get(ShipmentLink.State.SENT, 0),
        nothing_to_fulfil=sent.get(ShipmentLink.State.NOTHING_TO_SEND, 0),
        invoiced=_posted(company, Document.Kind.INVOICE).count(),
        differences=list(_differences(shop)),
        broken=[f"{one.invariant}: {one.sentence}" for one in broken_invariants(company)],
        left=list(_left(shop, open_orders)),
        unexplained=open_orders.filter(reason="").count(),
    )


def _unposted(company: Company) -> list[str]:
    waiting = Document.objects.unposted().filter(company=company, side=Document.Side.SALE)
    return list(waiting.order_by("no").values_list("no", flat=True))


def _posted(company: Company, kind: Document.Kind) -> QuerySet[Document]:
    return Document.objects.sales(kind).filter(company=company, state=Document.State.POSTED)


def _differences(shop: Shop) -> Iterator[Difference]:
    """Compare in the currency that the document was made in."""
    links = DocumentLink.objects.filter(order__shop=shop).select_related("order", "document")
    for link in links.order_by("order__name"):
        order, document = link.order, link.document
        buyer = document.currency == order.presentment_currency != order.currency
        total = order.presentment_total if buyer else order.current_total
        if total != document.amount_incl and not order.conflict:
            yield Difference(order.name, total, document.amount_incl)


def _left(shop: Shop, open_orders: QuerySet[Order]) -> Iterator[Left]:
    """Equal reasons together, with one of their sentences."""
    by_reason = open_orders.values_list("reason_code").annotate(n=Count("pk"), why=Max("reason"))
    yield from (("order", n, why) for _, n, why in by_reason.order_by("-n", "reason_code"))
    staged = StagedOrder.objects.filter(shop=shop).values_list("code")
    yield from (
        ("order to import", n, why)
        for _, n, why in staged.annotate(n=Count("pk"), why=Max("reason")).order_by("-n")
    )
    issues = Issue.objects.open().filter(shop=shop, report="shipments").values_list("code")
    yield from (
        ("shipment", n, why)
        for _, n, why in issues.annotate(n=Count("pk"), why=Max("reason")).order_by("-n")
    )
