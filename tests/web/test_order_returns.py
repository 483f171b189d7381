"""The order page tells what is sent back, why, and what is taken for it."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from django.test import Client
from django.urls import reverse

from connector.pages.order_story import events, story_of
from erp.models import Document
from shops.models import Order, OrderLine, OrderPayload, Return
from tests import factories
from tests.shopify import raw
from tests.sync import nodes


@pytest.fixture
def given_an_order(db: None) -> Order:
    return factories.make_order(factories.make_shop(), state=Order.State.PROCESSED)


def send_back(order: Order, **changes: Any) -> Return:
    """A return of the order with one line, in exchange for another, as it came from Shopify."""
    line = nodes.line(gid="gid://shopify/LineItem/71", title="Vase")
    node = nodes.order("100.00", [nodes.line(), line], returns=[raw.returned(**changes)])
    text = orjson.dumps(node).decode()
    OrderPayload.objects.create(order=order, raw=text, digest="x")
    return factories.make_return(order, gid="gid://shopify/Return/1", name="#1001-R1")


def page_of(order: Order, client: Client) -> str:
    return client.get(reverse("order", args=[order.pk])).content.decode()


def test_a_return_tells_its_lines_its_reasons_and_its_exchange(
    given_an_order: Order, given_kari: Client
) -> None:
    send_back(
        given_an_order,
        returnLineItems=raw.connection(raw.return_line(customerNote="<b>too</b> tight")),
    )

    text = page_of(given_an_order, given_kari)

    assert "Returns</h2>" in text
    for said in ("#1001-R1", "Kopp - blå", "Too small", "Zip", "In exchange: 1 × Vase"):
        assert said in text
    assert "“&lt;b&gt;too&lt;/b&gt; tight”" in text
    titles = [event.title for event in events(story_of(given_an_order))]
    assert "Return #1001-R1 in Shopify" in titles


def test_a_declined_return_says_why(given_an_order: Order, given_kari: Client) -> None:
    back = send_back(given_an_order)
    Return.objects.filter(pk=back.pk).update(
        status="DECLINED", decline_reason="FINAL_SALE", decline_note="On sale"
    )

    text = page_of(given_an_order, given_kari)

    assert "Declined" in text
    assert "It was a final sale." in text
    assert "On sale" in text


def test_a_line_in_exchange_says_so(given_an_order: Order, given_kari: Client) -> None:
    order = given_an_order
    values = {"quantity": 1, "current_quantity": 1, "unit_price": 1, "discount": 0, "tax": 0}
    OrderLine.objects.create(
        order=order, gid="x", position=9, title="Vase", exchange=True, **values
    )

    assert "in exchange" in page_of(order, given_kari)


def test_a_refund_leads_to_its_return_order(given_an_order: Order, given_kari: Client) -> None:
    order = factories.make_document(factories.make_books(), Document.Kind.RETURN_ORDER)
    factories.make_refund(given_an_order, order, state="processed")

    text = page_of(given_an_order, given_kari)

    assert "Return order" in text
    assert reverse("document", args=[order.pk]) in text
    titles = [event.title for event in events(story_of(given_an_order))]
    assert f"Return order {order.no} created" in titles


def test_an_order_without_returns_says_nothing_of_them(
    given_an_order: Order, given_kari: Client
) -> None:
    assert "Returns</h2>" not in page_of(given_an_order, given_kari)
