"""Rows for tests: one `make_*` a model, with only the arguments tests care about.

They write rows as the product would leave them, without running what would make them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import orjson
from django.contrib.auth.models import User
from django.utils import timezone

from connector.notices.models import Notice
from connector.sync.models import (
    CompanyLink,
    CustomerLink,
    DayCount,
    DocumentLink,
    Issue,
    MissingRecord,
    ProductLink,
    RefundLink,
    Run,
    ShipmentLink,
    ShopifyRequest,
    StagedOrder,
    VariantLink,
)
from connector.sync.models.links import MappingState
from erp.models import Company as Books
from erp.models import (
    Document,
    DocumentLine,
    GLEntry,
    Item,
    ItemEntry,
    Location,
    Lookup,
    Party,
    PartyEntry,
)
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, LogStatus, Status
from shops.models import (
    Company,
    CompanyLocation,
    Customer,
    CustomerTemplate,
    Metafield,
    Order,
    OrderLine,
    Product,
    Refund,
    Return,
    ShipmentMethodMapping,
    Shop,
    StockLevel,
    Variant,
)
from shops.models import Location as Place

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday
_numbers = count(1001)


def make_user(username: str = "kari", *, admin: bool = True) -> User:
    make = User.objects.create_superuser if admin else User.objects.create_user
    return make(username, password="a long enough password")


def make_shop(code: str = "NORDIC", **fields: Any) -> Shop:
    values = {
        "name": "Nordlys Outdoor",
        "url": f"https://{code.lower()}.myshopify.com",
        "company_code": "NORDLYS",
        "currency": "NOK",
        "zone": "Europe/Oslo",
        "plan": "Basic",
        "health": Shop.Health.CONNECTED,
        "checked_at": NOW,
    }
    return Shop.objects.create(code=code, **(values | fields))


def make_order(shop: Shop, total: str = "1250.00", **fields: Any) -> Order:
    number = next(_numbers)
    amount = Decimal(total)
    values = {
        "gid": f"gid://shopify/Order/{number}",
        "name": f"#{number}",
        "created_at": NOW - timedelta(hours=2),
        "updated_at": NOW,
        "currency": "NOK",
        "presentment_currency": "NOK",
        "total": amount,
        "current_total": amount,
        "current_tax": amount / 5,
        "presentment_total": amount,
        "outstanding": Decimal(0),
        "quantity": 2,
        "line_count": 1,
        "financial_status": "PAID",
        "fulfillment_status": "UNFULFILLED",
        "customer_name": "Ingrid Solberg",
        "email": "ingrid@example.com",
        "country": "NO",
        "channel": "Online Store",
        "imported_at": NOW - timedelta(hours=1),
    }
    return Order.objects.create(shop=shop, **(values | fields))


def make_order_line(order: Order, variant: Variant | None = None, **fields: Any) -> OrderLine:
    number = next(_numbers)
    values = {
        "gid": f"gid://shopify/LineItem/{number}",
        "position": order.lines.count(),
        "title": variant.title if variant else "Gift wrapping",
        "variant_title": variant.variant_title if variant else "",
        "sku": variant.sku if variant else "",
        "quantity": 2,
        "current_quantity": 2,
        "unit_price": Decimal("625.00"),
        "discount": Decimal(0),
        "tax": Decimal("250.00"),
        "variant_gid": variant.gid if variant else "",
    }
    return OrderLine.objects.create(order=order, **(values | fields))


def make_staged_order(shop: Shop, **fields: Any) -> StagedOrder:
    number = next(_numbers)
    values = {
        "gid": f"gid://shopify/Order/{number}",
        "name": f"#{number}",
        "created_at": NOW,
        "total": "499.00 NOK",
        "state": StagedOrder.State.REJECTED,
        "reason": "The amount of the order cannot be read.",
        "raw": "{}",
        "staged_at": NOW,
    }
    return StagedOrder.objects.create(shop=shop, **(values | fields))


def make_customer(shop: Shop, party: Party | None = None, **fields: Any) -> Customer:
    number = next(_numbers)
    values = {
        "gid": f"gid://shopify/Customer/{number}",
        "first_name": "Ingrid",
        "last_name": "Solberg",
        "email": "ingrid@example.com",
        "seen_at": NOW,
    }
    customer = Customer.objects.create(shop=shop, **(values | fields))
    CustomerLink.objects.create(customer=customer, party=party, **_mapping(party))
    return customer


def make_shop_company(shop: Shop, party: Party | None = None, name: str = "Fjell AS") -> Company:
    company = Company.objects.create(
        shop=shop, gid=f"gid://shopify/Company/{next(_numbers)}", name=name, seen_at=NOW
    )
    CompanyLink.objects.create(company=company, party=party, **_mapping(party))
    return company


def make_company_location(company: Company, **fields: Any) -> CompanyLocation:
    values = {"gid": f"gid://shopify/CompanyLocation/{next(_numbers)}", "name": "Bergen"}
    return CompanyLocation.objects.create(company=company, **(values | fields))


def make_customer_template(shop: Shop, country: str = "DE", no: str = "C-DE") -> CustomerTemplate:
    return CustomerTemplate.objects.create(shop=shop, country=country, default_customer_no=no)


def make_variant(shop: Shop, item: Item | None = None, **fields: Any) -> Variant:
    number = next(_numbers)
    values = {
        "gid": f"gid://shopify/ProductVariant/{number}",
        "title": "Merino base layer",
        "variant_title": "Slate / M",
        "sku": f"NB-{number}",
        "price": Decimal("749.00"),
        "seen_at": NOW,
    }
    variant = Variant.objects.create(shop=shop, **(values | fields))
    VariantLink.objects.create(variant=variant, item=item, **_mapping(item))
    return variant


def make_level(variant: Variant, place: Place, **fields: Any) -> StockLevel:
    """Shopify shows two more than the books say."""
    values = {"available": 12, "read_at": NOW, "calculated": 10, "calculated_at": NOW}
    level = {"shop": variant.shop, "variant": variant, "location": place}
    return StockLevel.objects.create(**(level | values | fields))


def make_product(shop: Shop, item: Item | None = None, **fields: Any) -> Product:
    number = next(_numbers)
    values = {
        "gid": f"gid://shopify/Product/{number}",
        "title": "Merino base layer",
        "handle": f"merino-{number}",
        "vendor": "Nordlys",
        "tags": ["wool"],
        "options": ["Colour", "Size"],
        "created_at": NOW,
        "updated_at": NOW,
        "seen_at": NOW,
    }
    product = Product.objects.create(shop=shop, **(values | fields))
    ProductLink.objects.create(product=product, item=item, **_mapping(item))
    return product


def _mapping(ours: object | None) -> dict[str, Any]:
    if ours:
        return {"state": MappingState.MAPPED, "how": "SKU"}
    return {"state": MappingState.UNMAPPED, "reason": "Nothing in the books matches."}


def make_metafield(shop: Shop, owner_gid: str, key: str = "care", **fields: Any) -> Metafield:
    values = {
        "owner_kind": Metafield.Owner.PRODUCT,
        "gid": f"gid://shopify/Metafield/{next(_numbers)}",
        "namespace": "custom",
        "type": "single_line_text_field",
        "value": "Wash cold",
        "updated_at": NOW,
        "digest": "d1",
    }
    return Metafield.objects.create(shop=shop, owner_gid=owner_gid, key=key, **(values | fields))


def make_books(code: str = "NORDLYS") -> Books:
    return Books.objects.get_or_create(code=code, defaults={"lcy": "NOK", "name": "Nordlys AS"})[0]


def make_party(books: Books, no: str = "C-20114", name: str = "Ingrid Solberg") -> Party:
    return Party.objects.create(
        company=books, kind=Party.Kind.CUSTOMER, no=no, name=name, vat_bus="DOMESTIC"
    )


def make_item(books: Books, no: str = "NB-1180") -> Item:
    return Item.objects.create(
        company=books,
        no=no,
        description="Merino base layer",
        vat_prod="VAT25",
        unit_price=Decimal("599.20"),
        unit_cost=Decimal("210.00"),
    )


def make_payment_terms(books: Books, code: str, *, days: int) -> Lookup:
    return Lookup.objects.create(
        company=books, kind=Lookup.Kind.PAYMENT_TERMS, code=code, data={"formula": f"{days}D"}
    )


def give_terms(books: Books, customer_no: str, terms: Lookup) -> None:
    Party.objects.filter(company=books, no=customer_no).update(payment_terms=terms.code)


def make_location(books: Books, code: str = "MAIN") -> Location:
    return Location.objects.get_or_create(
        company=books, code=code, defaults={"name": "Main warehouse"}
    )[0]


def make_document(
    books: Books, kind: str = Document.Kind.ORDER, *, item: Item | None = None, **fields: Any
) -> Document:
    """A sales document of one line: two of `item`, or of a service without one."""
    number = next(_numbers)
    values = {
        "side": Document.Side.SALE,
        "state": Document.State.RELEASED,
        "no": f"S-{number}",
        "document_date": NOW.date(),
        "posting_date": NOW.date(),
        "currency": "NOK",
        "amount": Decimal("1000.00"),
        "vat_amount": Decimal("250.00"),
        "amount_incl": Decimal("1250.00"),
    }
    document = Document.objects.create(company=books, kind=kind, **(values | fields))
    DocumentLine.objects.create(
        document=document,
        line_no=10000,
        type=DocumentLine.Type.ITEM if item else DocumentLine.Type.ACCOUNT,
        item=item,
        account="" if item else "3000",
        description="Merino base layer",
        quantity=Decimal(2),
        unit_price=Decimal(500),
        amount=Decimal(1000),
        vat_amount=Decimal(250),
        amount_incl=Decimal(1250),
    )
    return document


def make_posted(
    books: Books, kind: str = Document.Kind.SHIPMENT, *, item: Item | None = None, **fields: Any
) -> Document:
    """A posted document with the ledger entries of its kind."""
    document = make_document(books, kind, item=item, **fields)
    posting = {"transaction_no": next(_numbers), "posting_date": NOW.date()}
    if kind == Document.Kind.SHIPMENT and item:
        ItemEntry.objects.create(
            document=document,
            line=document.lines.get(),
            type=ItemEntry.Type.SALE,
            item=item,
            location=make_location(books),
            quantity=Decimal(-2),
            cost_amount=Decimal(-420),
            **posting,
        )
    if kind == Document.Kind.INVOICE and document.party:
        amounts = {"amount": Decimal(1250), "amount_lcy": Decimal(1250), "currency": "NOK"}
        PartyEntry.objects.create(
            document=document,
            party=document.party,
            kind=PartyEntry.Kind.INVOICE,
            **amounts,
            **posting,
        )
        GLEntry.objects.bulk_create(
            GLEntry(document=document, account=account, amount=Decimal(amount), **posting)
            for account, amount in (("1500", 1250), ("3000", -1000), ("2700", -250))
        )
    document.state = Document.State.POSTED
    document.posted_no = f"P-{document.no}"
    document.posted_at = NOW
    document.save()
    return document


def make_document_link(order: Order, document: Document, **fields: Any) -> DocumentLink:
    values = {"currency_handling": "shop", "created_at": NOW}
    return DocumentLink.objects.create(order=order, document=document, **(values | fields))


def make_refund(order: Order, memo: Document | None = None, **fields: Any) -> Refund:
    """A refund of the order, with its credit memo if there is one."""
    values = {
        "gid": f"gid://shopify/Refund/{next(_numbers)}",
        "created_at": NOW,
        "updated_at": NOW,
        "amount": Decimal(100),
        "presentment_amount": Decimal(100),
        "quantity": 1,
    }
    refund = Refund.objects.create(order=order, **(values | fields))
    if memo:
        RefundLink.objects.create(refund=refund, document=memo, created_at=NOW)
    return refund


def make_return(order: Order, **fields: Any) -> Return:
    values = {
        "gid": f"gid://shopify/Return/{next(_numbers)}",
        "name": f"{order.name}-R1",
        "status": Return.Status.OPEN,
        "created_at": NOW,
        "quantity": 1,
    }
    return Return.objects.create(order=order, **(values | fields))


def make_shipment_link(order: Order, shipment: Document, **fields: Any) -> ShipmentLink:
    values = {"created_at": NOW}
    return ShipmentLink.objects.create(order=order, shipment=shipment, **(values | fields))


def make_entry(status: str = Status.READY, number: int = 30104, **fields: Any) -> JobQueueEntry:
    values: dict[str, Any] = {
        "kind": "orders",
        "number": number,
        "description": "Sync orders from Shopify",
        "parameters_hash": str(next(_numbers)),
        "shop": "NORDIC",
        "category": "SHPFY-NORDIC",
        "status": status,
        "earliest_start": NOW,
        "job_timeout": timedelta(hours=12),
    }
    if status == Status.IN_PROCESS:
        running = next(_numbers)
        values |= {
            "owner": f"node/{running}",
            "node": "node",
            "slot": running,
            "started": NOW,
            "lease_until": NOW + timedelta(days=36500),
            "progress": {"phase": "Reading orders", "done": 184, "total": 260},
        }
    if status == Status.ERROR:
        values |= {"error_message": "Shopify did not answer (503).", "error_trace": "Traceback …"}
    return JobQueueEntry.objects.create(**(values | fields))


def make_notice(user: User, entry: JobQueueEntry | None = None, **fields: Any) -> Notice:
    values: dict[str, Any] = {
        "entry": entry,
        "fence": next(_numbers),
        "description": "Sync orders from Shopify · shop NORDIC",
        "outcome": Notice.Outcome.SUCCESS,
        "counts": {"read": 260, "created": 258},
        "ended_at": NOW,
    }
    return Notice.objects.create(user=user, **(values | fields))


def make_log_entry(
    entry: JobQueueEntry | None = None, status: str = LogStatus.SUCCESS, **fields: Any
) -> JobQueueLogEntry:
    values: dict[str, Any] = {
        "entry": entry,
        "fence": next(_numbers),
        "kind": "orders",
        "description": "Sync orders from Shopify",
        "shop": "NORDIC",
        "status": status,
        "counts": {"read": 260, "created": 258, "rejected": 2},
        "started": NOW - timedelta(minutes=5),
        "ended": None if status == LogStatus.IN_PROCESS else NOW,
    }
    return JobQueueLogEntry.objects.create(**(values | fields))


def make_run(shop: Shop, log_entry: JobQueueLogEntry | None = None, **fields: Any) -> Run:
    values: dict[str, Any] = {
        "report": "orders",
        "started_at": NOW - timedelta(minutes=5),
        "finished_at": NOW,
        "counts": {"read": 260, "created": 258},
    }
    return Run.objects.create(shop=shop, log_entry=log_entry, **(values | fields))


def make_issue(shop: Shop, run: Run | None = None, **fields: Any) -> Issue:
    number = next(_numbers)
    values = {
        "report": "orders",
        "gid": f"gid://shopify/Order/{number}",
        "ref": f"#{number}",
        "outcome": Issue.Outcome.SKIPPED,
        "code": "test_order",
        "reason": "It is a test order.",
        "first_seen": NOW,
        "last_seen": NOW,
    }
    return Issue.objects.create(shop=shop, run=run, **(values | fields))


def make_shipment_method(shop: Shop, name: str = "Express", **fields: Any) -> ShipmentMethodMapping:
    return ShipmentMethodMapping.objects.create(shop=shop, name=name, **fields)


def make_day_count(shop: Shop, **fields: Any) -> DayCount:
    values = {"day": NOW.date(), "orders": 12, "orders_here": 11, "missing": 2, "checked_at": NOW}
    return DayCount.objects.create(shop=shop, **(values | fields))


def make_missing_record(shop: Shop, why: str = "missed", **fields: Any) -> MissingRecord:
    number = next(_numbers)
    gid = f"gid://shopify/Order/{number}"
    values = {
        "kind": MissingRecord.Kind.ORDER,
        "gid": gid,
        "order_gid": gid,
        "order_name": f"#{number}",
        "day": NOW.date(),
        "checked_at": NOW,
    }
    return MissingRecord.objects.create(shop=shop, why=why, **(values | fields))


def make_request(shop: Shop, **fields: Any) -> ShopifyRequest:
    """An order that Shopify would not cancel, just now."""
    sentence = "Cannot cancel an order with fulfillments."
    return ShopifyRequest.objects.create(
        **{
            "shop": shop,
            "at": timezone.now(),
            "operation": "order_cancel",
            "cost": 10,
            "status": 200,
            "milliseconds": 240,
            "retries": 0,
            "request_id": "b1946ac9-0001",
            "failed": True,
            "error": sentence,
            "variables": '{"order":"gid://shopify/Order/1"}',
            "answer": orjson.dumps({"data": {"orderCancel": {"userErrors": [sentence]}}}).decode(),
        }
        | fields
    )


def make_place(shop: Shop, name: str = "Warehouse", **fields: Any) -> Place:
    """A location of Shopify; `make_location` makes one of the books."""
    gid = f"gid://shopify/Location/{next(_numbers)}"
    return Place.objects.create(shop=shop, gid=gid, name=name, **fields)
