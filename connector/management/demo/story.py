"""What became of the orders, told from the rows, and whether all of it is as it should be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Count, Max, QuerySet

from connector.management.output import table
from connector.sync.audit import broken_links
from connector.sync.models import Issue, ShipmentLink, StagedOrder
from erp.audit import broken_invariants
from erp.models import Company, Document
from shops.models import Order, Shop

Left = tuple[str, int, str]  # what is left, how many, why


@dataclass(frozen=True, slots=True)
class Story:
    open_in_shopify: int  # orders that are neither archived nor cancelled, as Shopify counts them
    open_here: int  # the same, as they are here, imported or left out
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
    unequal: list[str]  # orders and what became of them that do not agree, as sentences
    broken: list[str]  # invariants of the books that do not hold
    left: list[Left]
    unexplained: int  # orders that are not processed and do not say why

    def faults(self) -> Iterator[str]:
        """Sentences on what is not as it should be; none when all is well."""
        if self.open_in_shopify != self.open_here:
            yield f"Shopify has {self.open_in_shopify} open orders, here are {self.open_here}."
        if self.unexplained:
            yield f"{self.unexplained} orders are not processed and give no reason."
        if self.unposted:
            yield f"Not posted: {', '.join(self.unposted)}."
        if self.shipped != self.fulfilled + self.nothing_to_fulfil:
            yield f"Of {self.shipped} shipments {self.fulfilled} are fulfilled in Shopify."
        yield from self.unequal
        yield from self.broken
        done = {"processed": self.processed, "fulfilled": self.fulfilled, "posted": self.invoiced}
        yield from (f"Nothing was {word}." for word, number in done.items() if not number)

    def numbers(self) -> dict[str, Any]:
        """All of it for programs."""
        return asdict(self)

    def text(self) -> str:
        equal = "the two sides differ" if self.unequal else "every total equals Shopify's"
        books = "the books do not add up" if self.broken else "the books add up"
        numbers = [
            ["open orders in Shopify", self.open_in_shopify],
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


def story(shop: Shop, *, open_in_shopify: int) -> Story:
    """Gather it. Reads only."""
    company = Company.objects.get(code=shop.company_code)
    orders = Order.objects.filter(shop=shop)
    states = dict(orders.values_list("state").annotate(n=Count("pk")))
    staged = StagedOrder.objects.filter(shop=shop)
    shipments = ShipmentLink.objects.filter(order__shop=shop)
    sent = dict(shipments.values_list("state").annotate(n=Count("pk")))
    open_orders = orders.filter(state=Order.State.UNPROCESSED)
    return Story(
        open_in_shopify=open_in_shopify,
        open_here=orders.filter(closed=False, cancelled_at=None).count() + staged.count(),
        imported=orders.count(),
        left_out=staged.count(),
        processed=states.get(Order.State.PROCESSED, 0),
        unprocessed=states.get(Order.State.UNPROCESSED, 0),
        no_document=states.get(Order.State.NO_DOCUMENT, 0),
        unposted=_unposted(company),
        shipped=shipments.count(),
        fulfilled=sent.get(ShipmentLink.State.SENT, 0),
        nothing_to_fulfil=sent.get(ShipmentLink.State.NOTHING_TO_SEND, 0),
        invoiced=_posted(company, Document.Kind.INVOICE).count(),
        unequal=[one.sentence for one in broken_links()],
        broken=[f"{one.invariant}: {one.sentence}" for one in broken_invariants(company)],
        left=list(_left(shop, open_orders)),
        unexplained=open_orders.filter(reason="").count(),
    )


def _unposted(company: Company) -> list[str]:
    waiting = Document.objects.unposted().filter(company=company, side=Document.Side.SALE)
    return list(waiting.order_by("no").values_list("no", flat=True))


def _posted(company: Company, kind: Document.Kind) -> QuerySet[Document]:
    return Document.objects.sales(kind).filter(company=company, state=Document.State.POSTED)


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
