"""A little company with something in every list: what pages are looked at with."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import orjson
from django.contrib.auth.models import User

from connector.sync.models import Issue, ShipmentLink, VariantLink
from erp.models import Document, DocumentLine, Item, ItemTemplate, Party
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, LogStatus, Status
from shops.models import (
    Language,
    Location,
    Order,
    OrderPayload,
    OrderSettings,
    ProductCollection,
    ProductSettings,
    Publication,
    Shop,
    StaffMember,
    StockLevel,
    TaxArea,
    Variant,
)
from tests import factories
from tests.factories import NOW
from tests.shopify import raw
from tests.sync import nodes


class World(NamedTuple):
    shop: Shop
    order: Order  # shipped and invoiced in part
    unprocessed: Order
    document: Document  # the sales order of `order`
    draft: Document  # an open invoice
    item: Item
    party: Party
    entry: JobQueueEntry  # in process
    failed: JobQueueEntry
    log_entry: JobQueueLogEntry
    level: StockLevel  # Shopify shows too many


def make_world() -> World:
    shop, other = factories.make_shop(), _troubled_shop()
    OrderSettings.objects.create(shop=shop, shipping_charges_account="3100")
    order, document, draft, item, party = _processed_order(shop)
    unprocessed = _unprocessed_order(shop)
    factories.make_order(other, "79.00", reason="", customer_name="Matti Virtanen")
    factories.make_shipment_method(shop, agent="POSTEN")
    place = factories.make_place(shop)
    factories.make_place(shop, "Own service", is_fulfillment_service=True, ours=True)
    TaxArea.objects.create(shop=shop, country="SE", vat_bus="EXPORT")
    Publication.objects.create(shop=shop, gid="gid://shopify/Publication/1", name="Online Store")
    ProductCollection.objects.create(shop=shop, gid="gid://shopify/Collection/1", title="Sale")
    _texts(shop)
    factories.make_staged_order(shop)
    factories.make_day_count(shop)
    factories.make_request(shop)
    factories.make_missing_record(shop)
    told = {"order": order.name, "shopify": "100.00", "books": "200.00", "currency": "NOK"}
    factories.make_missing_record(
        shop, "differs", kind="refund", order_gid=order.gid, order_name=order.name, details=told
    )
    factories.make_customer(other)
    company = factories.make_shop_company(shop)
    factories.make_company_location(company)
    factories.make_customer_template(shop)
    entry, failed, log_entry = _jobs(shop)
    level = _stock(item, place)
    return World(
        shop, order, unprocessed, document, draft, item, party, entry, failed, log_entry, level
    )


def _stock(item: Item, place: Location) -> StockLevel:
    variant = Variant.objects.get(link__item=item)
    Variant.objects.filter(pk=variant.pk).update(tracked=True, inventory_item_gid="gid://item/1")
    Location.objects.filter(pk=place.pk).update(
        stock_calculation=Location.StockCalculation.PROJECTED, buffer=1, cap=20
    )
    other = factories.make_place(variant.shop, "Outlet")
    refused = {"available": None, "problem": "Shopify does not stock it at Outlet."}
    factories.make_level(variant, other, **refused)
    return factories.make_level(variant, place, sent=12, sent_at=NOW)


def _texts(shop: Shop) -> None:
    """A product with metafields in each state, languages and staff."""
    ProductSettings.objects.create(
        shop=shop, sync_item="to_shopify", can_update_shopify_products=True
    )
    product = factories.make_product(shop)
    factories.make_variant(shop, product=product)
    factories.make_metafield(shop, product.gid)
    factories.make_metafield(shop, product.gid, "wool", value="Merino", dirty=True)
    factories.make_metafield(
        shop, product.gid, "size", dirty=True, refusal="Shopify refused: Value must be an integer."
    )
    factories.make_metafield(shop, product.gid, "old", deleted=True)
    Language.objects.create(shop=shop, locale="pt-BR", name="Portuguese (Brazil)", published=True)
    StaffMember.objects.create(
        shop=shop, gid="gid://shopify/StaffMember/1", name="Ann Berg", email="ann@example.com"
    )


def _troubled_shop() -> Shop:
    return factories.make_shop(
        "FJELL",
        name="Fjell Sport",
        health=Shop.Health.ATTENTION,
        health_note="Shopify refuses the access token. Reconnect the shop.",
    )


def _processed_order(shop: Shop) -> tuple[Order, Document, Document, Item, Party]:
    books = factories.make_books()
    party, item = factories.make_party(books), factories.make_item(books)
    customer = factories.make_customer(shop, party)
    order = factories.make_order(
        shop,
        state=Order.State.PROCESSED,
        customer_gid=customer.gid,
        conflict=True,
        conflict_note="One line was added in Shopify.",
        current_total=Decimal("1399.00"),
        tags="[vip] [gift wrap]",
    )
    product = factories.make_product(shop, item)
    factories.make_order_line(
        order, factories.make_variant(shop, item, product=product, position=1)
    )
    open_ = factories.make_variant(shop, product=product, position=2, variant_title="Slate / L")
    VariantLink.objects.filter(variant=open_).update(
        conflict=True, candidates=[[item.pk, None, "", "SKU"]]
    )
    ItemTemplate.objects.create(company=books, code="SHOP", description="From shops")
    document = factories.make_document(books, item=item, party=party, external_no=order.name)
    DocumentLine.objects.filter(document=document).update(qty_shipped=1)
    factories.make_document_link(order, document)
    made: dict[str, Any] = {"party": party, "source": document}
    shipment = factories.make_posted(books, item=item, tracking_no="370723490", **made)
    factories.make_shipment_link(order, shipment, state=ShipmentLink.State.SENT, sent_at=NOW)
    late = factories.make_posted(books, item=item, **made)
    factories.make_shipment_link(order, late)
    refused = factories.make_posted(books, item=item, **made)
    factories.make_shipment_link(
        order,
        refused,
        state=ShipmentLink.State.FAILED,
        reason="Shopify has no open fulfilment order for these lines.",
    )
    factories.make_posted(books, Document.Kind.INVOICE, item=item, **made)
    draft = factories.make_document(
        books, Document.Kind.INVOICE, party=party, item=item, state=Document.State.OPEN
    )
    return order, document, draft, item, party


def _sent_back(order: Order) -> None:
    """A return of it with an exchange, one that was declined, and a refund that waits."""
    gid, taken = "gid://shopify/Return/1", nodes.line(gid="gid://shopify/LineItem/71")
    back = raw.returned(returnLineItems=raw.connection(raw.return_line(customerNote="Too tight")))
    node = nodes.order("398.00", [taken], returns=[back])
    OrderPayload.objects.create(order=order, raw=orjson.dumps(node).decode(), digest="x")
    factories.make_return(order, gid=gid)
    said = {"decline_reason": "FINAL_SALE", "decline_note": "It was on sale."}
    factories.make_return(order, name=f"{order.name}-R2", status="DECLINED", **said)
    factories.make_refund(order, reason="SO1 is not invoiced yet.", return_gid=gid)


def _unprocessed_order(shop: Shop) -> Order:
    variant = factories.make_variant(shop, title="Wool sock 2-pack", variant_title="Grey / 43")
    order = factories.make_order(
        shop,
        "398.00",
        reason_code="unmapped_variant",
        reason="No item stands for “Wool sock 2-pack”. Map the product to an item.",
        presentment_currency="EUR",
        presentment_total=Decimal("34.90"),
        created_at=NOW - timedelta(days=1),
    )
    factories.make_order_line(order, variant)
    _sent_back(order)
    return order


def _jobs(shop: Shop) -> tuple[JobQueueEntry, JobQueueEntry, JobQueueLogEntry]:
    running = factories.make_entry(Status.IN_PROCESS)
    failed = factories.make_entry(
        Status.ERROR,
        30109,
        kind="shipments",
        description="Sync shipments to Shopify",
        parameters={"filters": {"status": "paid"}},
    )
    factories.make_entry(
        Status.READY,
        30102,
        kind="stock",
        description="Sync inventory",
        recurring=True,
        monday=True,
        minutes_between_runs=30,
        attempts=2,
        consecutive_failures=2,
        error_message="Shopify did not answer (503).",
    )
    factories.make_entry(Status.WAITING, 30103, kind="documents", description="Process orders")
    factories.make_entry(Status.ON_HOLD, 30108, kind="products", hold_reason="Held by Kari.")
    log_entry = factories.make_log_entry(failed, LogStatus.ERROR, error_message="No answer (503).")
    factories.make_log_entry(running, LogStatus.ISSUES, issues=2)
    run = factories.make_run(shop, log_entry)
    factories.make_issue(shop, run)
    factories.make_issue(shop, run, outcome=Issue.Outcome.REJECTED, reason="The total differs.")
    for person in User.objects.all():
        made = {"outcome": "error", "message": "Shopify did not answer (503)."}
        factories.make_notice(person, failed, **made)
        factories.make_notice(person, None, read_at=NOW)
    return running, failed, log_entry
