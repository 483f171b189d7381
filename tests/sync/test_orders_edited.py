"""30104 and 30103: an order that was edited in Shopify, before and after its document was made."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from erp.models import DocumentLine
from tests.sync.conftest import LAMP, Run, Sandbox, document_of, order_named

pytestmark = pytest.mark.django_db(transaction=True)

CHAIR = {"sku": "CHAIR-RED", "title": "Chair", "quantity": 1, "price": "250.00"}
POST = {"title": "Post", "price": "9.00"}
EDITS: dict[str, tuple[dict[str, Any], str]] = {
    "items are added": ({"add": [CHAIR]}, "459.00"),
    "units are removed": ({"remove": {"LAMP": 1}}, "109.00"),
    "more units": ({"quantity": {"LAMP": 5}}, "509.00"),
    "fewer units": ({"quantity": {"LAMP": 1}}, "109.00"),
    "a discount": ({"discount": {"LAMP": "15.50"}}, "193.50"),
    "other shipping": (
        {"removeShipping": [0], "addShipping": [{"title": "Express", "price": "30.00"}]},
        "230.00",
    ),
}


@pytest.mark.parametrize(("edit", "total"), EDITS.values(), ids=EDITS)
def test_ac044_an_edit_before_the_document_is_what_it_comes_to(
    shopify: Sandbox, run: Run, edit: dict[str, Any], total: str
) -> None:
    name = shopify.place(LAMP, shipping=[POST])
    run("orders")
    shopify.control("orders/edit", {"name": name, **edit})

    run("orders")
    run("documents")

    order = order_named(name)
    assert (order.current_total, order.conflict, order.reason) == (Decimal(total), False, "")
    assert document_of(name).amount_incl == Decimal(total)


@pytest.mark.parametrize(("edit", "total"), EDITS.values(), ids=EDITS)
def test_ac040_an_edit_after_the_document_is_a_conflict_and_changes_nothing(
    shopify: Sandbox, run: Run, edit: dict[str, Any], total: str
) -> None:
    """AC-040 to AC-043, AC-048."""
    name = shopify.place(LAMP, shipping=[POST])
    run("orders")
    run("documents")
    shopify.control("orders/edit", {"name": name, **edit})

    run("orders")
    run("documents")

    order = order_named(name)
    assert (order.current_total, order.conflict) == (Decimal(total), True)
    assert order.conflict_note
    assert document_of(name).amount_incl == Decimal("209.00")
    assert DocumentLine.objects.filter(document=document_of(name)).count() == 2
