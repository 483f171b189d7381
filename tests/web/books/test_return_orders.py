"""Sales return orders on their pages: listed, opened, posted once."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from erp.audit import broken_invariants
from erp.models import Document
from erp.posting import post_order
from shops.models import Order
from tests import factories
from tests.erp.makers import TODAY, item_line, make_order, make_return, on_hand
from tests.web.books.conftest import Books


@pytest.fixture
def given_a_return(given_books: Books) -> tuple[Document, Order]:
    """Two pieces sold to an order of Shopify come back."""
    sold = make_order(given_books.company, item_line(2, 10))
    invoice = post_order(sold.pk, today=TODAY).invoice
    assert invoice is not None
    order = factories.make_order(factories.make_shop(), state=Order.State.PROCESSED)
    factories.make_document_link(order, sold)
    back = make_return(invoice, item_line(2, 10, corrects_line=10000))
    factories.make_refund(order, back, state="processed")
    return back, order


def test_it_is_listed_with_its_shopify_order(
    given_a_return: tuple[Document, Order], given_kari: Client
) -> None:
    back, order = given_a_return

    text = given_kari.get(reverse("return-orders")).content.decode()

    assert reverse("document", args=[back.pk]) in text
    assert reverse("order", args=[order.pk]) in text


def test_it_is_posted_once_and_leads_from_order_to_receipt(
    given_a_return: tuple[Document, Order], given_kari: Client
) -> None:
    back, order = given_a_return
    address, before = reverse("document-post", args=[back.pk]), on_hand()
    form = given_kari.get(address).context["form"]
    assert str(form.fields["ship"].label) == "Receive"
    data = {name: form[name].value() for name in form.fields} | {"do": "post"}

    for _number in range(2):
        assert given_kari.post(address, data).status_code == 302

    assert on_hand() == before + 2
    receipt = Document.objects.get(kind=Document.Kind.RETURN_RECEIPT)
    memo = Document.objects.get(kind=Document.Kind.CREDIT_MEMO)
    for row in (back, receipt, memo):
        text = given_kari.get(reverse("document", args=[row.pk])).content.decode()
        assert reverse("order", args=[order.pk]) in text
    listed = given_kari.get(reverse("return-receipts")).content.decode()
    assert reverse("document", args=[receipt.pk]) in listed
    assert broken_invariants() == []


def test_who_may_not_change_documents_cannot_post_it(
    given_a_return: tuple[Document, Order], given_lars: Client
) -> None:
    back, _order = given_a_return

    response = given_lars.get(reverse("document-post", args=[back.pk]))

    assert response.status_code == 403
    assert not Document.objects.filter(kind=Document.Kind.RETURN_RECEIPT).exists()
