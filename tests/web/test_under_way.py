"""What Shopify has not answered is seen on the role center and asked for on the order's page."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from connector.rolecenter.attention import concerns
from connector.sync.models import OrderAction
from shops.models import Order
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def given_an_order() -> Order:
    return factories.make_order(factories.make_shop(), reason="")


def sending(order: Order, kind: str = "cancel", *, since: timedelta) -> OrderAction:
    at: datetime = timezone.now() - since
    return OrderAction.objects.create(
        order=order, kind=kind, state="sending", by="kari", request_id=uuid4(), asked_at=at
    )


def test_what_is_stuck_needs_a_person_and_leads_to_its_order(given_an_order: Order) -> None:
    sending(given_an_order, since=timedelta(minutes=4))
    sending(given_an_order, "pay", since=timedelta(minutes=1))

    [concern] = concerns((), (), (), timezone.now())

    assert concern.title == f"Shopify has not answered: Cancel order, order {given_an_order.name}"
    assert concern.url == reverse("order", args=[given_an_order.pk])
    assert concern.shop == given_an_order.shop.code


def test_several_are_one_line_beside_failed_shipments(given_an_order: Order) -> None:
    other = factories.make_order(given_an_order.shop, reason="")
    for order in (given_an_order, other):
        sending(order, "close", since=timedelta(hours=1))
    books = factories.make_books()
    shipment = factories.make_posted(books, item=factories.make_item(books))
    factories.make_shipment_link(other, shipment, state="failed", reason="No.")

    stuck, failed = concerns((), (), (), timezone.now())

    assert stuck.title.endswith("and others (2)")
    assert failed.title == "1 shipment could not be sent to Shopify"
    assert failed.reason == "No."


def test_those_who_may_change_orders_can_ask(
    given_an_order: Order, given_kari: Client, given_lars: Client
) -> None:
    action = sending(given_an_order, since=timedelta(hours=1))
    page = reverse("order", args=[given_an_order.pk])
    ask = reverse("order-ask", args=[given_an_order.pk, action.pk])

    assert ask in given_kari.get(page).content.decode()
    assert ask not in given_lars.get(page).content.decode()
    assert given_lars.post(ask).status_code == 403
    answer = given_kari.post(ask, follow=True).content.decode()

    assert "has no access token" in answer  # asked, and told why not
    action.refresh_from_db()
    assert action.state == "sending"
