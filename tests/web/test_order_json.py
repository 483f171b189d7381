"""What Shopify told of an order is shown whole to those alone who may see personal data."""

from __future__ import annotations

import orjson
import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from shops.models import Order, OrderPayload
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def given_an_order() -> Order:
    order = factories.make_order(factories.make_shop())
    raw = orjson.dumps({"name": "#1001", "email": "<kari>@example.com"}).decode()
    OrderPayload.objects.create(order=order, raw=raw, digest="x")
    return order


def page_of(order: Order, client: Client) -> str:
    return client.get(reverse("order-json", args=[order.pk])).content.decode()


def test_personal_data_is_hidden_without_the_right(
    given_an_order: Order, given_lars: Client
) -> None:
    text = page_of(given_an_order, given_lars)

    assert "&quot;name&quot;: &quot;#1001&quot;" in text
    assert "example.com" not in text
    assert "Personal data is hidden" in text


def test_with_the_right_all_of_it_is_shown(given_an_order: Order, given_lars: Client) -> None:
    right = Permission.objects.get(content_type__app_label="shops", codename="view_orderpayload")
    User.objects.get(username="lars").user_permissions.add(right)

    text = page_of(given_an_order, given_lars)

    assert "&lt;kari&gt;@example.com" in text
    assert "Personal data is hidden" not in text


def test_an_order_that_was_not_read_from_shopify_has_none(given_lars: Client) -> None:
    order = factories.make_order(factories.make_shop())

    assert given_lars.get(reverse("order-json", args=[order.pk])).status_code == 404
    assert (
        "What Shopify told"
        not in given_lars.get(reverse("order", args=[order.pk])).content.decode()
    )
