"""The order page tells what was paid back and what became of it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from connector.pages.order_story import events, story_of
from erp.models import Document
from shops.models import Order, Refund
from tests import factories


@pytest.fixture
def given_an_order(db: None) -> Order:
    return factories.make_order(factories.make_shop(), state=Order.State.PROCESSED)


def page_of(order: Order, client: Client) -> str:
    return client.get(reverse("order", args=[order.pk])).content.decode()


def test_a_refund_leads_to_its_credit_memo(given_an_order: Order, given_kari: Client) -> None:
    memo = factories.make_document(factories.make_books(), Document.Kind.CREDIT_MEMO)
    factories.make_refund(given_an_order, memo, state=Refund.State.PROCESSED)
    factories.make_document_link(given_an_order, factories.make_document(memo.company))

    text = page_of(given_an_order, given_kari)

    assert reverse("document", args=[memo.pk]) in text
    titles = [event.title for event in events(story_of(given_an_order))]
    assert "Refunded in Shopify" in titles
    assert f"Credit memo {memo.no} created" in titles
    of_memo = given_kari.get(reverse("document", args=[memo.pk])).content.decode()
    assert reverse("order", args=[given_an_order.pk]) in of_memo


def test_a_refund_without_a_credit_memo_says_why(given_an_order: Order, given_kari: Client) -> None:
    factories.make_refund(given_an_order, reason="SO1 is not invoiced yet.", note="Broken glass")

    text = page_of(given_an_order, given_kari)

    assert "SO1 is not invoiced yet." in text
    assert "Broken glass" in text


def test_a_refund_of_an_unprocessed_order_waits(given_kari: Client) -> None:
    order = factories.make_order(factories.make_shop())
    factories.make_refund(order, pending=True)

    text = page_of(order, given_kari)

    assert "It is looked at once the order has a sales document." in text
    assert "Pending" in text


def test_an_issue_of_a_refund_leads_to_its_order_and_can_be_tried_again(
    given_an_order: Order, given_kari: Client
) -> None:
    refund = factories.make_refund(given_an_order)
    issue = factories.make_issue(given_an_order.shop, report="refunds", gid=refund.gid)

    of_issue = given_kari.get(reverse("issue", args=[issue.pk])).content.decode()

    assert reverse("order", args=[given_an_order.pk]) in of_issue
    assert reverse("issue-action", args=[issue.pk, "retry"]) in page_of(given_an_order, given_kari)


def test_an_order_without_refunds_says_nothing_of_them(
    given_an_order: Order, given_kari: Client
) -> None:
    assert "Refunds</h2>" not in page_of(given_an_order, given_kari)
