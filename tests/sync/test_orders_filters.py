"""30104, the filters of the request page: each lets in and leaves out."""

from __future__ import annotations

from typing import Any

import pytest

from connector.sync.order_filters import ARRIVING
from connector.sync.report import FilterField
from jobqueue.filters import parse
from shops.models import Order
from tests.sync import nodes
from tests.sync.conftest import Run, Sandbox

ABROAD: dict[str, Any] = {
    "company": None, "firstName": "Kari", "lastName": "Holm", "address1": "Gata 1",
    "address2": None, "zip": "0150", "city": "Oslo", "province": None, "provinceCode": None,
    "country": "Sweden", "countryCodeV2": "SE", "phone": None,
}  # fmt: skip
AT_HOME = {**ABROAD, "country": "Norway", "countryCodeV2": "NO"}
COMPANY = {
    "company": {"id": "gid://shopify/Company/1", "name": "Holm AS"},
    "location": {"id": "gid://shopify/CompanyLocation/1", "name": "Holm AS"},
}
KARI = {
    "id": "gid://shopify/Customer/1", "firstName": "Kari", "lastName": "Holm",
    "defaultEmailAddress": None, "defaultPhoneNumber": None,
}  # fmt: skip


def lets_in(name: str, expression: str, **order: Any) -> bool:
    field: FilterField = ARRIVING[name]
    assert field.read is not None
    node = nodes.read(nodes.order("100.00", [nodes.line()], **order))
    return parse(expression, field.type).matches(field.read(node))


@pytest.mark.parametrize(
    ("name", "expression", "order", "wanted"),
    [
        ("confirmed", "yes", {"confirmed": True}, True),
        ("confirmed", "yes", {"confirmed": False}, False),
        ("unpaid", "no", {"unpaid": False}, True),
        ("unpaid", "no", {"unpaid": True}, False),
        ("tax", ">10", {"currentTotalTaxSet": nodes.bag("20.00")}, True),
        ("tax", ">10", {"currentTotalTaxSet": nodes.bag("0.00")}, False),
        ("tax", "0", {"currentTotalTaxSet": nodes.bag("0.00")}, True),
        ("ship_to_country", "SE|DK", {"shippingAddress": ABROAD}, True),
        ("ship_to_country", "<>SE", {"shippingAddress": ABROAD}, False),
        ("ship_to_country", "NO", {"shippingAddress": None, "billingAddress": AT_HOME}, False),
        ("country", "NO", {"shippingAddress": None, "billingAddress": AT_HOME}, True),
        ("country", "NO", {"shippingAddress": ABROAD, "billingAddress": AT_HOME}, False),
        ("bill_to_country", "NO", {"shippingAddress": ABROAD, "billingAddress": AT_HOME}, True),
        ("bill_to_country", "SE", {"shippingAddress": ABROAD, "billingAddress": AT_HOME}, False),
        ("purchasing_entity", "COMPANY", {"purchasingEntity": COMPANY}, True),
        ("purchasing_entity", "company", {"customer": KARI}, False),
        ("purchasing_entity", "CUSTOMER", {"customer": KARI}, True),
        ("purchasing_entity", "''", {"customer": None, "purchasingEntity": None}, True),
    ],
)
def test_s1_2_a_filter_lets_in_and_leaves_out(
    name: str, expression: str, order: dict[str, Any], wanted: bool
) -> None:
    assert lets_in(name, expression, **order) is wanted


@pytest.mark.parametrize(
    ("expression", "gift", "none"),
    [
        ("*[gift=*", True, False),
        ("*[gift=yes]*", True, False),
        ("*[gift=no]*", False, False),
        ("*[gif=*", False, False),
        ("<>*[gift=*", False, True),
        ("@*[GIFT=YES]*", True, False),
    ],
)
def test_s1_2_an_attribute_is_found_by_its_key_and_by_its_value(
    expression: str, gift: bool, none: bool
) -> None:
    with_it = [{"key": "colour", "value": "red"}, {"key": "gift", "value": "yes"}]

    assert lets_in("attributes", expression, customAttributes=with_it) is gift
    assert lets_in("attributes", expression, customAttributes=[]) is none


@pytest.mark.django_db(transaction=True)
def test_s1_2_attributes_of_an_order_that_waits_let_it_in_later(shopify: Sandbox, run: Run) -> None:
    """They are known before the order is here, so that they can be filtered on."""
    name = shopify.place(customAttributes=[{"key": "gift", "value": "yes"}])

    assert run("orders", filters={"attributes": "<>*[gift=*"}).counts == {"read": 1, "skipped": 1}
    log = run("orders", filters={"attributes": "*[gift=yes]*"})

    assert log.counts["created"] == 1
    assert Order.objects.get().name == name


@pytest.mark.django_db(transaction=True)
def test_s1_2_updates_alone_let_no_new_order_in(shopify: Sandbox, run: Run) -> None:
    known = shopify.place()
    run("orders")
    shopify.place()
    shopify.control("orders/edit", {"name": known, "tags": ["late"]})

    log = run("orders", filters={"import_action": "UPDATE"})

    assert log.counts == {"read": 2, "updated": 1, "skipped": 1}
    assert Order.objects.get().tags == "[late]"
    assert run("orders", filters={"import_action": "NEW"}).counts["created"] == 1
