"""What keeps an order out of the books is named with the way to where it is mended."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from shops.models import Order, Shop
from tests import factories

pytestmark = pytest.mark.django_db


def waiting(shop: Shop, code: str = "unmapped", **more: str) -> Order:
    return factories.make_order(shop, reason_code=code, reason="Missing: all.", **more)


def links(order: Order, client: Client) -> list[str]:
    shown = client.get(reverse("order", args=[order.pk])).context["remedies"]
    return [remedy.url for remedy in shown]


def test_all_that_is_missing_has_its_link(given_kari: Client) -> None:
    shop = factories.make_shop()
    customer = factories.make_customer(shop)
    order = waiting(shop, customer_gid=customer.gid)
    factories.make_order_line(order, factories.make_variant(shop))
    card = reverse("shop", args=[shop.code])

    assert links(order, given_kari) == [
        f"{reverse('products')}?view=unmapped&shop={shop.code}",
        f"{reverse('shopify-customers')}?view=unmapped&shop={shop.code}",
        f"{card}#accounts",
    ]
    assert links(waiting(shop), given_kari) == [f"{card}#customers", f"{card}#accounts"]
    of_company = waiting(shop, company_gid="gid://shopify/Company/1")
    assert links(of_company, given_kari)[0].startswith(reverse("companies"))


@pytest.mark.parametrize(("code", "number"), [("test", 1), ("high_risk", 1), ("totals_differ", 0)])
def test_other_reasons_lead_to_the_shop_card_or_nowhere(
    code: str, number: int, given_kari: Client
) -> None:
    assert len(links(waiting(factories.make_shop(), code), given_kari)) == number


def test_a_shipment_that_failed_is_retried_from_its_list(
    given_kari: Client, given_lars: Client
) -> None:
    shop, books = factories.make_shop(), factories.make_books()
    order = factories.make_order(shop)
    shipment = factories.make_posted(books, item=factories.make_item(books))
    factories.make_shipment_link(order, shipment, state="failed", reason="No.")
    issue = factories.make_issue(shop, report="shipments", gid=f"shipment {shipment.pk}")
    retry = reverse("issue-action", args=[issue.pk, "retry"])

    assert retry in given_kari.get(f"{reverse('shipments')}?view=failed").content.decode()
    assert retry not in given_lars.get(f"{reverse('shipments')}?view=failed").content.decode()
