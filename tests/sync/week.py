"""A shop whose days a test tells, one after the other: what its staff and its operator do."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from connector.sync.applying import apply, planned
from connector.sync.conflicts import resolve
from connector.sync.models import ShipmentLink
from erp.documents import release, reopen
from erp.documents.editing import edit_document
from erp.documents.line_edits import LineEdit
from erp.models import Document, DocumentLine
from jobqueue.models import JobQueueLogEntry
from sandbox.records.order import Order as OrderRecord
from sandbox.store import Store
from shops.models import Order, Shop
from tests.factories import NOW
from tests.sync.conftest import Run, Sandbox, document_of, order_named, record_of
from tests.sync.presses import press

DAY = 24 * 60 * 60  # seconds


@dataclass(slots=True)
class Week:
    """The shop, its operator, and the orders of the week by what happens to them."""

    shopify: Sandbox
    store: Store
    shop: Shop
    run: Run
    names: dict[str, str] = field(default_factory=dict)

    def place(self, what: str, *lines: dict[str, Any], **more: Any) -> None:
        self.names[what] = self.shopify.place(*lines, **more)

    def staff(self, door: str, what: str, **how: Any) -> None:
        """Somebody does something in Shopify's own pages."""
        self.shopify.control(f"orders/{door}", {"name": self.names[what], **how})

    def reports(self, *reports: str, **options: str) -> dict[str, JobQueueLogEntry]:
        """Run reports as a schedule would; none of them may fail as a whole."""
        logs = {report: self.run(report, **options) for report in reports}
        assert not [log.error_message for log in logs.values() if log.status == "error"]
        return logs

    def morning(self) -> None:
        """A day later: what changed over night comes in."""
        self.shopify.control("clock", {"advance": DAY})
        self.reports("orders", "documents", "refunds")

    def evening(self) -> None:
        """Shipments are told, and what Shopify made of them comes in."""
        self.reports("shipments", "orders")

    def nothing_is_left(self) -> None:
        """Run all once more: nothing is made, sent or changed."""
        before = self.shopify.mutations()
        logs = self.reports("orders", "documents", "refunds", "shipments")
        made = {name: log.counts for name, log in logs.items()}
        assert not any(counts.get("created") or counts.get("updated") for counts in made.values())
        assert self.shopify.mutations() == before

    def post(self, *whats: str) -> None:
        """Ship and invoice what is left of these orders, as a batch."""
        numbers = "|".join(f"'{self.names[what]}'" for what in whats)
        log = self.run("296", filters={"order_no": numbers})
        assert not log.issues, log.message

    def document(self, what: str) -> Document:
        return document_of(self.names[what])

    def order(self, what: str) -> Order:
        return order_named(self.names[what])

    def record(self, what: str) -> OrderRecord:
        return record_of(self.store, self.names[what])

    def link(self, what: str) -> ShipmentLink:
        return ShipmentLink.objects.filter(order=self.order(what)).latest("pk")

    def settle(self, what: str, answer: str) -> None:
        """Mark as resolved: the books say it already, or a person has seen to it."""
        assert resolve(self.order(what), answer, "ada", NOW)

    def apply(self, what: str) -> None:
        """Reopen the sales order, look at what would change, apply it, release it again."""
        order, document = self.order(what), self.document(what)
        reopen(document.pk)
        apply(order.pk, planned(order).seen, press())
        release(document.pk)

    def edit(self, what: str, **quantities: int) -> None:
        """Change quantities of the sales order by hand, by item."""
        document = self.document(what)
        reopen(document.pk)
        document.refresh_from_db()
        lines = [_kept(line, quantities) for line in document.lines.select_related("item")]
        edit_document(document.pk, expected_version=document.version, head={}, lines=lines)
        release(document.pk)


def _kept(line: DocumentLine, quantities: dict[str, int]) -> LineEdit:
    """The line with another quantity, if it has one, and with as much of its tax."""
    no = line.item.no if line.item else line.account
    quantity = Decimal(quantities.get(no, line.quantity))
    return LineEdit(
        pk=line.pk,
        type="item" if line.item else "account",
        no=no,
        location_code=line.location.code if line.location else "",
        text=line.description,
        uom=line.uom,
        quantity=quantity,
        unit_price=line.unit_price,
        tax=None if line.given_tax is None else line.given_tax * quantity / line.quantity,
    )
