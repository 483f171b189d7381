"""30109: posted shipments are told to Shopify. What has no fulfillment is what there is to do.

Shopify takes no idempotency key for a fulfillment. So what is about to be sent is written down
first; after a crash or a lost answer the next run looks in Shopify whether it arrived.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from connector.shopify.errors import UserErrors
from connector.shopify.fulfillments import (
    FulfillmentRequest,
    accept_request,
    create_fulfillment,
    fulfillment_orders,
)
from connector.shopify.nodes.fulfillment_order import OrderFulfillmentState
from connector.sync import dry_runs, hooks, order_filters, shipped
from connector.sync.doorbells import note_shipments
from connector.sync.errors import RecordError, Skip
from connector.sync.issues import pause
from connector.sync.mapping.shipments import (
    Parcel,
    Plan,
    plan,
    recognised,
    shipped_already,
    without,
)
from connector.sync.models import DocumentLink, ShipmentLink
from connector.sync.report import (
    Asked,
    Context,
    FilterField,
    Outcome,
    Preview,
    Report,
    Result,
)
from connector.sync.shipment_words import in_words
from erp.models import Document, DocumentLine
from jobqueue.filters import Type
from shops.models import Location, OrderSettings, Shop

BATCH = 50  # shipments whose orders are asked for together
UNFINISHED = (
    ShipmentLink.State.PENDING,
    ShipmentLink.State.SENDING,
    ShipmentLink.State.FAILED,
    ShipmentLink.State.DISMISSED,
)


@dataclass(slots=True)
class Shipment:
    """A posted shipment that Shopify does not know of yet, or not wholly."""

    link: ShipmentLink
    goods: dict[str, int]  # order line gid → units
    extras: dict[str, int]  # the same for lines that are no items of ours
    tracking: FulfillmentRequest  # without lines
    state: OrderFulfillmentState | None  # None: the order is gone from Shopify
    known: set[str] = field(default_factory=set)  # fulfillments of all shipments of the order


class Shipments(Report[Shipment]):
    number = 30109
    name = "shipments"
    label = gettext_lazy("Sync shipments to Shopify")
    outgoing = True
    filters = {
        "no": FilterField(
            Type.TEXT,
            gettext_lazy("No."),
            column="shipment__posted_no",
            help=gettext_lazy("Of the posted shipment. One, or several: S-1001..S-1050."),
        ),
        "customer_no": FilterField(
            Type.TEXT, gettext_lazy("Sell-to customer no."), column="shipment__party__no"
        ),
        "posting_date": FilterField(
            Type.DATE,
            gettext_lazy("Posting date"),
            column="shipment__posting_date",
            help=order_filters.DAYS,
        ),
    }
    options = {
        "retry": order_filters.retry(gettext_lazy("Shipments that failed before")),
        dry_runs.NAME: dry_runs.OPTION,
    }

    @classmethod
    def preview(cls, shop: Shop, asked: Asked, now: datetime) -> Preview:
        count = unsent_links(shop, asked, now).count()
        text = ngettext(
            "Matches %(count)d shipment now.", "Matches %(count)d shipments now.", count
        )
        return Preview(count, text % {"count": count})

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._touched: set[str] = set()  # orders of which this run has shipped something
        self._dry = dry_runs.is_dry(context.options)
        self._planned: dict[str, list[Parcel]] = {}  # by order: what a dry run would have sent

    def fetch(self) -> Iterator[Sequence[Shipment]]:
        if self._dry:
            yield from self._to_rehearse()
            return
        self._hear_unheard()
        ids = list(self._links().order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(ids), BATCH):
            links = ShipmentLink.objects.filter(pk__in=ids[start : start + BATCH])
            yield self._shipments(list(links.select_related("shipment", "order").order_by("pk")))

    def _to_rehearse(self) -> Iterator[Sequence[Shipment]]:
        noted = self._links().select_related("shipment", "order").order_by("pk")
        links = [*noted, *self._unnoted()]
        for start in range(0, len(links), BATCH):
            yield self._shipments(links[start : start + BATCH])

    def total(self) -> int | None:
        return self._links().count()

    def _hear_unheard(self) -> None:
        """Note shipments whose doorbell was lost: the rows are the truth, not the bell."""
        with self.context.hold.transaction():
            note_shipments(list(self._unheard().values_list("pk", flat=True)), self.now())

    def _unheard(self) -> QuerySet[Document]:
        return Document.objects.filter(
            kind=Document.Kind.SHIPMENT,
            state=Document.State.POSTED,
            source__in=DocumentLink.objects.filter(order__shop=self.shop).values("document"),
        ).exclude(pk__in=ShipmentLink.objects.filter(order__shop=self.shop).values("shipment"))

    def _unnoted(self) -> list[ShipmentLink]:
        """Links as they would be noted of the unheard shipments that were asked for."""
        shipments = self._unheard()
        for name, wanted in self.context.filters.items():
            column = self.filters[name].column.removeprefix("shipment__")
            shipments = shipments.filter(wanted.q(column))
        found = list(shipments.order_by("posted_at", "pk"))
        links = DocumentLink.objects.filter(document__in=[s.source_id for s in found])
        orders = {link.document_id: link.order for link in links.select_related("order")}
        return [
            ShipmentLink(shipment=shipment, order=orders[shipment.source_id], created_at=self.now())
            for shipment in found
            if shipment.source_id
        ]

    def _links(self) -> QuerySet[ShipmentLink]:
        asked = Asked(self.context.filters, self.context.options)
        return unsent_links(self.shop, asked, self.now())

    def _shipments(self, links: Sequence[ShipmentLink]) -> list[Shipment]:
        ids = [link.shipment_id for link in links]
        goods = shipped.goods(ids, DocumentLine.Type.ITEM)
        extras = shipped.goods(ids, DocumentLine.Type.ACCOUNT)
        carriers = shipped.agents([link.shipment for link in links])
        sendable = goods.keys() | extras.keys()
        orders = [link.order for link in links if link.shipment_id in sendable]
        states = fulfillment_orders(self.client, [order.gid for order in orders])
        known = self._known([link.order_id for link in links])
        notify = OrderSettings.of(self.shop).send_shipping_confirmation
        return [
            Shipment(
                link,
                goods.get(link.shipment_id, {}),
                extras.get(link.shipment_id, {}),
                shipped.tracking(link.shipment, carriers, notify=notify),
                states.get(link.order.gid),
                known.get(link.order_id, set()),
            )
            for link in links
        ]

    def _known(self, orders: Sequence[int]) -> dict[int, set[str]]:
        """Order → fulfillments that belong to a shipment already. Shipments of one share the set."""
        known: dict[int, set[str]] = {order: set() for order in orders}
        links = ShipmentLink.objects.filter(order__in=orders)
        for order, gids in links.values_list("order_id", "fulfillment_gids"):
            known[order].update(gids)
        return known

    def identity(self, item: Shipment) -> tuple[str, str]:
        return f"shipment {item.link.shipment_id}", str(item.link.shipment)

    def apply(self, item: Shipment) -> Result:
        if self._dry:
            return self._rehearse(item)
        try:
            return self._send(item)
        except RecordError as exc:
            skipped = isinstance(exc, Skip)
            self._settle(item, _UNSENT if skipped else _FAILED, str(exc))
            return Result(Outcome.SKIPPED if skipped else Outcome.REJECTED, exc.code, str(exc))

    def _rehearse(self, item: Shipment) -> Result:
        """Say what would be sent. Raises RecordError when Shopify would not take all of it."""
        if not (item.goods or item.extras):
            raise Skip(_("The shipment has no goods of a Shopify order."), "no_goods")
        if item.state is None:
            raise RecordError(_("The order no longer exists in Shopify."), "order_gone")
        before = self._planned.setdefault(item.link.order.gid, [])
        todo = self._plan(item, without(item.state, before))
        self._refuse_rest(item, todo)
        before.extend(todo.parcels)
        return Result(Outcome.CREATED, reason=in_words(todo, item.tracking))

    def _send(self, item: Shipment) -> Result:
        """Raises RecordError when Shopify did not take all of it."""
        if not (item.goods or item.extras):
            raise Skip(_("The shipment has no goods of a Shopify order."), "no_goods")
        state = self._state(item)
        self._adopt(item, state)
        try:
            todo = self._send_all(item, state)
        except UserErrors:  # something was shipped or moved since: look once more
            todo = self._send_again(item)
        self._refuse_rest(item, todo)
        self._settle(item, ShipmentLink.State.SENT, "")
        return Result(Outcome.CREATED)

    def _refuse_rest(self, item: Shipment, todo: Plan) -> None:
        """Raises RecordError for goods that Shopify does not wait for."""
        if not (item.goods or todo.parcels or item.link.fulfillment_gids):
            raise Skip(_("Shopify waits for nothing that was shipped."), "no_goods")
        if todo.left_over:
            units = sum(todo.left_over.values())
            sentence = _("%(units)s of %(all)s units were not fulfilled. %(reason)s")
            raise RecordError(
                sentence % {"units": units, "all": sum(item.goods.values()), "reason": todo.reason},
                "left_over",
            )

    def _state(self, item: Shipment) -> OrderFulfillmentState:
        """As read with the batch; read anew once this run has shipped something of the order."""
        gid = item.link.order.gid
        if gid in self._touched:
            item.state = fulfillment_orders(self.client, [gid]).get(gid)
        if item.state is None:
            raise RecordError(_("The order no longer exists in Shopify."), "order_gone")
        return item.state

    def _send_all(self, item: Shipment, state: OrderFulfillmentState) -> Plan:
        todo = self._plan(item, state)
        for parcel in todo.parcels:
            self._send_parcel(item, parcel)
        return todo

    def _send_again(self, item: Shipment) -> Plan:
        self._touched.add(item.link.order.gid)
        try:
            return self._send_all(item, self._state(item))
        except UserErrors as exc:
            raise RecordError(_("Shopify refused: %s") % exc, "refused") from exc

    def _adopt(self, item: Shipment, state: OrderFulfillmentState) -> None:
        """After a crash: the call that was in flight either arrived, or never will."""
        if not item.link.sending:
            return
        sending = tuple((gid, units) for gid, units in item.link.sending)
        if gid := recognised(state.fulfillments, sending, item.known):
            self._arrived(item, gid)
        item.link.sending = []

    def _plan(self, item: Shipment, state: OrderFulfillmentState) -> Plan:
        done = shipped_already(state.fulfillments, item.link.fulfillment_gids)
        goods, extras = _rest(item.goods, done), _rest(item.extras, done)
        return plan(goods, state, extras=extras, own=self._own_services)

    @cached_property
    def _own_services(self) -> frozenset[str]:
        """The locations of fulfillment services that a person has said are ours."""
        own = Location.objects.filter(shop=self.shop, ours=True, is_fulfillment_service=True)
        return frozenset(own.values_list("gid", flat=True))

    def _send_parcel(self, item: Shipment, parcel: Parcel) -> None:
        link = item.link
        self._touched.add(link.order.gid)
        for gid in parcel.requests:
            accept_request(self.client, gid)
        link.state, link.sending = ShipmentLink.State.SENDING, [list(pair) for pair in parcel.goods]
        with self.context.hold.transaction():
            link.save(update_fields=["state", "sending"])
        request = replace(
            item.tracking,
            lines={order: dict(lines) for order, lines in parcel.lines.items()},
            notify_customer=hooks.notifies(
                link.shipment, parcel.location_gid, default=item.tracking.notify_customer
            ),
        )
        self._arrived(item, create_fulfillment(self.client, request))

    def _arrived(self, item: Shipment, gid: str) -> None:
        """Record a fulfillment only now that Shopify has confirmed it."""
        item.known.add(gid)
        item.link.fulfillment_gids = [*item.link.fulfillment_gids, gid]
        item.link.sending = []
        with self.context.hold.transaction():
            item.link.save(update_fields=["fulfillment_gids", "sending"])

    def _settle(self, item: Shipment, state: ShipmentLink.State, reason: str) -> None:
        """A dismissed shipment stays dismissed as long as its reason is the one a person dismissed."""
        link, now = item.link, self.now()
        failed = state == _FAILED
        if failed and (link.state, link.reason) == (ShipmentLink.State.DISMISSED, reason):
            state = ShipmentLink.State.DISMISSED
        link.state, link.reason, link.sending = state, reason, []
        link.attempts += 1
        link.next_try = now + pause(link.attempts) if failed else None
        link.sent_at = now if state == ShipmentLink.State.SENT else link.sent_at
        with self.context.hold.transaction():
            link.save()


def unsent_links(shop: Shop, asked: Asked, now: datetime) -> QuerySet[ShipmentLink]:
    """The shipments that were asked for and that Shopify does not know of yet, or not wholly."""
    links = ShipmentLink.objects.filter(order__shop=shop, state__in=UNFINISHED)
    for name, wanted in asked.filters.items():
        links = links.filter(wanted.q(Shipments.filters[name].column))
    if asked.options.get("retry") == "due":
        links = links.filter(Q(next_try=None) | Q(next_try__lte=now))
    return links


_UNSENT, _FAILED = ShipmentLink.State.NOTHING_TO_SEND, ShipmentLink.State.FAILED


def _rest(goods: Mapping[str, int], done: Mapping[str, int]) -> dict[str, int]:
    return {gid: left for gid, units in goods.items() if (left := units - done.get(gid, 0)) > 0}
