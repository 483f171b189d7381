"""Books that can really be posted to, for the tests of their pages."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from erp.models import Company, Document, Item, Party
from erp.posting import post_order
from tests.erp.makers import TODAY, item_line, make_company, make_customer, make_item, make_order
from tests.erp.makers import make_stock as stocked


class Books(NamedTuple):
    company: Company
    customer: Party
    item: Item
    order: Document  # 3 pieces at 10.00, released, nothing posted
    invoice: Document  # of an order of 2 pieces at 10.00: 25.00
    shipment: Document


@pytest.fixture
def given_books(db: None) -> Books:
    company = make_company()
    customer, item = make_customer(company), make_item(company)
    stocked(company, ("A", 10, 4))
    sold = make_order(company, item_line(2, 10))
    posted = post_order(sold.pk, today=TODAY)
    assert posted.invoice
    assert posted.shipment
    order = make_order(company, item_line(3, 10), release=True)
    return Books(company, customer, item, order, posted.invoice, posted.shipment)
