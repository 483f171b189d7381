"""Gathers, in a fixed number of queries, what the pure mappings need for a batch of orders."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from connector.shopify.nodes.order import OrderNode
from connector.sync.bill_to import by_bill_to
from connector.sync.card_rules import card_rules
from connector.sync.errors import Blocked
from connector.sync.mapping.buyers import SoldTo, at_location
from connector.sync.mapping.customers import CardRules
from connector.sync.mapping.tax_areas import TaxAreas
from connector.sync.mapping.terms import Accounts, DocumentTerms, ItemRef, ShippingTerms
from connector.sync.matching.buyers import Buyer, Link, customer_draft, match
from connector.sync.matching.items import RELATED, match_items
from connector.sync.models import CompanyLink, CustomerLink, VariantLink
from connector.sync.models.links import MappingState
from connector.sync.products.item_creation import make_items
from connector.sync.sold_to import of_countries, of_locations
from erp.models import Company, Lookup
from shops.models import (
    CustomerSettings,
    Location,
    OrderSettings,
    ShipmentMethodMapping,
    Shop,
    TaxArea,
)


def books_of(shop: Shop) -> Company:
    """The company whose books the shop writes to. Raises Blocked when there is none."""
    company = Company.objects.filter(code=shop.company_code).first()
    if company is None:
        sentence = _("The company %(company)s of shop %(shop)s does not exist.")
        raise Blocked(sentence % {"company": shop.company_code, "shop": shop}, "company")
    return company


def document_terms(shop: Shop, books: Company, orders: Sequence[OrderNode]) -> DocumentTerms:
    """Match what is not mapped yet, then gather everything that decides about these documents."""
    settings = OrderSettings.of(shop)
    areas = tax_areas(shop, settings)
    sold_to, not_mapped = _customers(shop, settings, books, orders)
    presentment = settings.currency_handling == OrderSettings.CurrencyHandling.PRESENTMENT
    return DocumentTerms(
        shop_code=shop.code,
        zone=ZoneInfo(shop.zone),
        accounts=chosen_accounts(settings),
        items=_items(shop, settings, books, orders),
        customers={gid: one.sell_to for gid, one in sold_to.items()},
        payers={gid: one.bill_to for gid, one in sold_to.items()},
        not_mapped=not_mapped,
        shipping=_shipping(shop, orders),
        presentment=presentment,
        tax_mode="given" if settings.tax_mode == OrderSettings.TaxMode.GIVEN else "calculated",
        tax_groups=tax_groups(books),
        tax_areas=areas,
        area_tax_groups=area_tax_groups(books, areas),
        tolerance=settings.tolerance,
        location_code=settings.location_code,
        locations=Location.mapped(shop),
        unit_option=settings.unit_option,
        create_invoices=settings.create_invoices_from_orders,
        release=settings.auto_release_sales_orders,
        use_shopify_order_no=settings.use_shopify_order_no,
        order_no_line=settings.shopify_order_no_on_doc_line,
        block_test=settings.block_test_orders,
        block_high_risk=settings.block_high_risk,
    )


def chosen_accounts(settings: OrderSettings) -> Accounts:
    return Accounts(
        shipping=settings.shipping_charges_account,
        gift_card=settings.sold_gift_card_account,
        tip=settings.tip_account,
        cash_rounding=settings.cash_roundings_account,
        custom_line=settings.custom_line_account,
        fees=settings.fee_account,
        refund=settings.refund_account,
        not_restocked=settings.refund_not_restocked_account,
    )


def _shipping(shop: Shop, orders: Sequence[OrderNode]) -> dict[str, ShippingTerms]:
    titles = {line.title for order in orders for line in order.shipping_lines}
    rows = ShipmentMethodMapping.objects.filter(shop=shop, name__in=titles)
    charge = ShipmentMethodMapping.Charge
    return {
        row.name: ShippingTerms(
            row.shipment_method,
            row.agent,
            row.charge_no if row.charge_type == charge.ACCOUNT else "",
            ItemRef(row.charge_no) if row.charge_type == charge.ITEM else None,
        )
        for row in rows
    }


def tax_groups(books: Company) -> dict[Decimal, str]:
    """Percent → VAT product group, for the business group of new customers."""
    return _product_groups(books, str(books.setting("vat_bus")))


def _product_groups(books: Company, vat_bus: str) -> dict[Decimal, str]:
    prefix = f"{vat_bus}|"
    rates = Lookup.objects.filter(
        company=books, kind=Lookup.Kind.VAT_RATE, code__startswith=prefix
    ).order_by("code")
    return {Decimal(rate.data["pct"]).normalize(): rate.code.removeprefix(prefix) for rate in rates}


def tax_areas(shop: Shop, settings: OrderSettings) -> TaxAreas:
    """The shop's; none where it takes no address for them."""
    froms = OrderSettings.TaxAreaFrom
    if settings.tax_area_from == froms.NONE:
        return TaxAreas()
    rows = TaxArea.objects.filter(shop=shop)
    return TaxAreas(
        {(a.country, a.county.upper()): (a.vat_bus, a.vat_bus_exempt) for a in rows},
        "bill_to" if settings.tax_area_from == froms.BILL_TO else "ship_to",
    )


def area_tax_groups(books: Company, areas: TaxAreas) -> dict[str, dict[Decimal, str]]:
    """For each VAT business group of the areas what `tax_groups` is for the usual one."""
    named = {group for groups in areas.groups.values() for group in groups if group}
    return {group: _product_groups(books, group) for group in sorted(named)}


def _items(
    shop: Shop, settings: OrderSettings, books: Company, orders: Sequence[OrderNode]
) -> dict[str, ItemRef]:
    gids = {line.variant_gid for order in orders for line in order.lines if line.variant_gid}
    links = list(
        VariantLink.objects.filter(variant__shop=shop, variant__gid__in=gids).select_related(
            *RELATED
        )
    )
    unmapped = [link for link in links if link.state == MappingState.UNMAPPED]
    if unmapped:
        match_items(shop, books, unmapped)
        if settings.auto_create_unknown_items:
            newest = max(order.updated_at for order in orders)
            make_items(shop, books, unmapped, newest.date())
    return {
        link.variant.gid: ItemRef(
            link.item.no,
            link.item_variant.code if link.item_variant else "",
            frozenset({link.item.base_uom, *link.item.units}),
            link.uom or link.item.sales_uom,
        )
        for link in links
        if link.item
    }


def _customers(
    shop: Shop, settings: OrderSettings, books: Company, orders: Sequence[OrderNode]
) -> tuple[dict[str, SoldTo], dict[str, str]]:
    """Who buys and pays by order, and for the orders that nobody buys why."""
    defaults, places = of_countries(shop, orders), of_locations(shop, orders)
    own = CustomerSettings.of(shop)
    people = [order for order in orders if not order.company and order.gid not in defaults]
    links: dict[str, Link] = dict(_people_links(shop, settings, own, people))
    rules, by_address = card_rules(shop, own), {}
    create = settings.auto_create_unknown_customers
    if settings.customer_mapping == OrderSettings.CustomerMapping.BILL_TO:
        people_links = {gid: link for gid, link in links.items() if isinstance(link, CustomerLink)}
        by_address = by_bill_to(books, people, people_links, rules, create=create)
        links = {}
    links |= _company_links(shop, orders)
    _match_new(settings, books, orders, links, rules)
    sold_to: dict[str, SoldTo] = {}
    missing: dict[str, str] = {}
    for order in orders:
        link = by_address.get(order.gid) or links.get(order.gid)
        mapped = link.party.no if link and link.party else ""
        found = at_location(mapped, places.get(order.gid, SoldTo("")))
        number = defaults.get(order.gid) or found.sell_to or _default(settings, order)
        sold_to[order.gid] = SoldTo(number, found.bill_to)
        if not number:
            missing[order.gid] = link.reason if link else _guest(shop)
    return sold_to, missing


def _people_links(
    shop: Shop, settings: OrderSettings, own: CustomerSettings, people: Sequence[OrderNode]
) -> dict[str, CustomerLink]:
    """None where a shop sells to its default customer alone, or takes no customers in."""
    always = settings.customer_mapping == OrderSettings.CustomerMapping.DEFAULT
    if always or own.customer_import == CustomerSettings.CustomerImport.NONE:
        return {}
    return _customer_links(shop, people)


def _customer_links(shop: Shop, orders: Sequence[OrderNode]) -> dict[str, CustomerLink]:
    """The link of each order's customer, by order; orders of one customer share the object."""
    gids = {order.customer.gid for order in orders if order.customer}
    rows = CustomerLink.objects.filter(customer__shop=shop, customer__gid__in=gids)
    links = {link.customer.gid: link for link in rows.select_related("customer", "party")}
    return {
        order.gid: links[order.customer.gid]
        for order in orders
        if order.customer and order.customer.gid in links
    }


def _company_links(shop: Shop, orders: Sequence[OrderNode]) -> dict[str, Link]:
    gids = {order.company.gid for order in orders if order.company}
    rows = CompanyLink.objects.filter(company__shop=shop, company__gid__in=gids)
    links = {link.company.gid: link for link in rows.select_related("company", "party")}
    return {
        order.gid: links[order.company.gid]
        for order in orders
        if order.company and order.company.gid in links
    }


def _match_new(
    settings: OrderSettings,
    books: Company,
    orders: Sequence[OrderNode],
    links: dict[str, Link],
    rules: CardRules,
) -> None:
    """Match each unmapped link once, with what the newest order says of who it stands for."""
    for kind, create in (
        (CustomerLink, settings.auto_create_unknown_customers),
        (CompanyLink, settings.auto_create_unknown_companies),
    ):
        buyers: dict[int, Buyer] = {}
        for order in sorted(orders, key=lambda order: order.updated_at):
            link = links.get(order.gid)
            if isinstance(link, kind) and link.state == MappingState.UNMAPPED:
                buyers[link.pk] = Buyer(link, customer_draft(order, rules))
        if buyers:
            match(books, list(buyers.values()), create=create)


def _default(settings: OrderSettings, order: OrderNode) -> str:
    return settings.default_company_no if order.company else settings.default_customer_no


def _guest(shop: Shop) -> str:
    return _("The order names no customer, and shop %s has no default customer.") % shop
