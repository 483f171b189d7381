"""What happened to an order, told from rows alone: how far it has come, and event by event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from connector.pages.books.related_documents import posted_of
from connector.pages.order_action_words import action_words
from connector.sync.models import DocumentLink, Issue, OrderAction, RefundLink, ShipmentLink
from connector.ui.amounts import money, quantity
from erp.models import Document, DocumentLine
from shops.models import Order, Refund, Return


@dataclass(frozen=True, slots=True)
class Step:
    label: str
    state: str  # "done", "cur" (begun, or waiting for a person) or "" (still to come)


@dataclass(frozen=True, slots=True)
class Event:
    at: datetime
    state: str  # decides tone and icon
    title: str
    detail: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Quantities:
    """Of the item lines of a sales document, in their units."""

    ordered: Decimal
    shipped: Decimal
    invoiced: Decimal


@dataclass(frozen=True, slots=True)
class Story:
    order: Order
    link: DocumentLink | None
    posted: Sequence[Document] = field(default_factory=list)  # shipments and invoices, oldest first
    shipments: Sequence[ShipmentLink] = field(default_factory=list)
    # What was left out of it, its document, its refunds and shipments, the latest first.
    issues: Sequence[Issue] = field(default_factory=list)
    refunds: Sequence[Refund] = field(default_factory=list)  # with their credit memos
    actions: Sequence[OrderAction] = field(default_factory=list)
    returns: Sequence[Return] = field(default_factory=list)

    @property
    def open_issues(self) -> list[Issue]:
        return [issue for issue in self.issues if issue.state == Issue.State.OPEN]

    @property
    def under_way(self) -> list[OrderAction]:
        """What Shopify was asked for and has not answered yet."""
        return [action for action in self.actions if action.state == OrderAction.State.SENDING]

    @property
    def document(self) -> Document | None:
        return self.link.document if self.link else None

    @property
    def invoices(self) -> list[Document]:
        return [row for row in self.posted if row.kind == Document.Kind.INVOICE]


def story_of(order: Order) -> Story:
    """Read everything that belongs to `order`."""
    link: DocumentLink | None = getattr(order, "document_link", None)
    shipments = ShipmentLink.objects.filter(order=order).select_related("shipment").order_by("pk")
    refunds = list(order.refunds.select_related("link__document"))
    return Story(
        order=order,
        link=link,
        posted=_posted(link.document) if link else [],
        shipments=list(shipments),
        issues=_issues(order, link, shipments, refunds),
        refunds=refunds,
        actions=list(order.actions.order_by("pk")),
        returns=list(order.returns.all()),
    )


def _issues(
    order: Order,
    link: DocumentLink | None,
    shipments: Iterable[ShipmentLink],
    refunds: Iterable[Refund],
) -> list[Issue]:
    gids = [
        order.gid,
        *(refund.gid for refund in refunds),
        *([f"document {link.document_id}"] if link else []),
        *(f"shipment {row.shipment_id}" for row in shipments),
    ]
    rows = Issue.objects.filter(shop=order.shop, gid__in=gids).select_related("shop")
    return list(rows.order_by("-last_seen"))


def _posted(document: Document) -> list[Document]:
    if document.state == Document.State.POSTED:
        return [document]
    kinds = [Document.Kind.SHIPMENT, Document.Kind.INVOICE]
    return list(posted_of(document).filter(kind__in=kinds, state=Document.State.POSTED))


def quantities(document: Document) -> Quantities:
    sums = document.lines.filter(type=DocumentLine.Type.ITEM).aggregate(
        ordered=Sum("quantity"), shipped=Sum("qty_shipped"), invoiced=Sum("qty_invoiced")
    )
    return Quantities(**{name: value or Decimal(0) for name, value in sums.items()})


def steps(story: Story) -> list[Step]:
    """Imported → sales order → shipped → fulfilled in Shopify → invoiced."""
    done = [Step(_("Imported"), "done")]
    if story.order.state == Order.State.NO_DOCUMENT:
        return [*done, Step(_("Needs no document"), "done")]
    if story.link is None:
        waiting = [_("Shipped"), _("Fulfilled in Shopify"), _("Invoiced")]
        return [*done, Step(_("Sales order"), "cur"), *(Step(label, "") for label in waiting)]
    if story.link.document.kind == Document.Kind.INVOICE:
        posted = story.link.document.state == Document.State.POSTED
        return [
            *done,
            Step(_("Fulfilled in Shopify"), "done"),
            Step(_("Sales invoice"), "done"),
            Step(_("Invoiced"), "done" if posted else ""),
        ]
    parts = quantities(story.link.document)
    return [
        *done,
        Step(_("Sales order"), "done"),
        _part(_("Shipped"), parts.shipped, parts.ordered),
        _fulfilled(story, all_shipped=parts.shipped >= parts.ordered),
        _part(_("Invoiced"), parts.invoiced, parts.ordered),
    ]


def _part(label: str, done: Decimal, whole: Decimal) -> Step:
    if done >= whole:
        return Step(label, "done")
    if not done:
        return Step(label, "")
    text = _("%(label)s, %(done)s of %(whole)s") % {
        "label": label,
        "done": quantity(done),
        "whole": quantity(whole),
    }
    return Step(text, "cur")


def _fulfilled(story: Story, *, all_shipped: bool) -> Step:
    told = (
        ShipmentLink.State.SENT,
        ShipmentLink.State.NOTHING_TO_SEND,
        ShipmentLink.State.DISMISSED,
    )
    states = [link.state for link in story.shipments]
    if ShipmentLink.State.FAILED in states:
        return Step(_("Not fulfilled in Shopify"), "cur")
    if states and all(state in told for state in states):
        return Step(_("Fulfilled in Shopify"), "done" if all_shipped else "cur")
    return Step(_("Fulfilled in Shopify"), "cur" if states else "")


def events(story: Story) -> list[Event]:
    """All that is known to have happened, newest first."""
    return sorted(_events(story), key=lambda event: event.at, reverse=True)


def _events(story: Story) -> Iterator[Event]:
    order = story.order
    yield Event(
        order.created_at,
        "",
        _("Ordered in Shopify"),
        order.channel,
    )
    yield Event(
        order.imported_at,
        "processed",
        _("Imported from Shopify"),
        money(order.current_total, order.currency),
    )
    if order.cancelled_at:
        yield Event(order.cancelled_at, "cancelled", _("Cancelled in Shopify"))
    if order.conflict_resolved_at:
        title = _("Change after processing marked as resolved")
        yield Event(order.conflict_resolved_at, "resolved", title, _answer(order))
    if story.link:
        document = story.link.document
        title = (
            _("Sales invoice %(no)s created")
            if document.kind == Document.Kind.INVOICE
            else _("Sales order %(no)s created")
        )
        yield Event(
            story.link.created_at,
            "processed",
            title % {"no": document.no},
            money(document.amount_incl, document.currency),
            document_url(document),
        )
    yield from _postings(story)
    for back in story.returns:
        yield from _sent_back(back)
    for refund in story.refunds:
        yield from _paid_back(refund, order)
    for action in story.actions:
        title = f"{action.get_kind_display()}: {action.get_state_display()}"
        at = action.ended_at or action.tried_at or action.asked_at
        yield Event(at, action.state, title, action_words(action))
    yield from _problems(story)


def _sent_back(back: Return) -> Iterator[Event]:
    yield Event(back.created_at, "", _("Return %(name)s in Shopify") % {"name": back.name})
    if back.closed_at:
        title = _("Return %(name)s closed in Shopify")
        yield Event(back.closed_at, "", title % {"name": back.name})


def _answer(order: Order) -> str:
    by = order.conflict_resolved_by
    return f"{by}: {order.conflict_answer}" if by else order.conflict_answer


def _postings(story: Story) -> Iterator[Event]:
    for document in story.posted:
        if document.posted_at is None:
            continue
        shipped = document.kind == Document.Kind.SHIPMENT
        title = _("Shipment %(no)s posted") if shipped else _("Invoice %(no)s posted")
        detail = "" if shipped else money(document.amount_incl, document.currency)
        if not shipped and document.source_id is None and document != story.document:
            detail = _("%(amount)s, with shipments of other orders") % {"amount": detail}
        yield Event(
            document.posted_at,
            "posted",
            title % {"no": document.posted_no},
            document.tracking_no if shipped else detail,
            document_url(document),
        )
    for link in story.shipments:
        if link.sent_at:
            yield Event(
                link.sent_at,
                "sent",
                _("Shopify knows of shipment %(no)s") % {"no": link.shipment},
            )


def _paid_back(refund: Refund, order: Order) -> Iterator[Event]:
    amount = money(refund.amount, order.currency)
    yield Event(refund.created_at, "", _("Refunded in Shopify"), amount)
    if link := credit_of(refund):
        memo = link.document
        title = (
            _("Return order %(no)s created")
            if memo.kind == Document.Kind.RETURN_ORDER
            else _("Credit memo %(no)s created")
        )
        yield Event(
            link.created_at,
            "processed",
            title % {"no": memo.no},
            money(memo.amount_incl, memo.currency),
            document_url(memo),
        )


def credit_of(refund: Refund) -> RefundLink | None:
    """The link to its credit memo, when it has one."""
    return getattr(refund, "link", None)


def _problems(story: Story) -> Iterator[Event]:
    for issue in story.issues:
        title = issue.get_outcome_display()
        if issue.state != Issue.State.OPEN:
            title = f"{title} ({issue.get_state_display()})"
        yield Event(issue.last_seen, issue.outcome, title, issue.reason)


def document_url(document: Document) -> str:
    return reverse("document", args=[document.pk])
