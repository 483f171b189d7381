"""The log of requests to Shopify: narrowed, opened from its cue, seen, and hidden by right."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from connector.rolecenter.cues import CUES
from connector.rolecenter.tiles import tiles
from connector.sync.models import ShopifyRequest
from shops.models import Shop
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def given_a_shop() -> Shop:
    return factories.make_shop()


def listed(client: Client, **query: str) -> set[str]:
    page = client.get(reverse("requests"), query).context["page"]
    return {row.operation for row in page}


def test_the_list_is_narrowed_by_shop_error_operation_day_and_run(
    given_a_shop: Shop, given_kari: Client
) -> None:
    entry = factories.make_entry()
    log = factories.make_log_entry(entry)
    yesterday = timezone.now() - timedelta(days=1, minutes=1)
    factories.make_request(given_a_shop, log_entry=log)
    factories.make_request(given_a_shop, operation="orders_page", failed=False, error="")
    factories.make_request(factories.make_shop("FJELL"), operation="shop_info", at=yesterday)
    day = timezone.localtime(yesterday).date().isoformat()

    assert listed(given_kari) == {"order_cancel", "orders_page", "shop_info"}
    assert listed(given_kari, shop="FJELL") == {"shop_info"}
    assert listed(given_kari, view="errors") == {"order_cancel", "shop_info"}
    assert listed(given_kari, view="open") == {"order_cancel"}
    assert listed(given_kari, operation="orders_page") == {"orders_page"}
    assert listed(given_kari, day=day) == {"shop_info"}
    assert listed(given_kari, day="soon", run="x") == listed(given_kari)
    assert listed(given_kari, run=str(log.pk)) == {"order_cancel"}
    run = given_kari.get(reverse("log-entry", args=[log.pk])).content.decode()
    assert f"?run={log.pk}" in run
    assert "1 Shopify request is kept" in run


def test_the_cue_opens_its_rows_until_a_person_has_seen_them(
    given_a_shop: Shop, given_kari: Client
) -> None:
    for _number in range(2):
        factories.make_request(given_a_shop)
    factories.make_request(given_a_shop, at=timezone.now() - timedelta(hours=25))
    cue = next(cue for cue in CUES if cue.name == "api_errors")

    assert [tile.value for tile in tiles(None, [cue])] == [2]
    assert len(given_kari.get(cue.url).context["page"]) == 2

    given_kari.post(reverse("requests-seen"), {"query": "view=open"})

    assert [tile.value for tile in tiles(None, [cue])] == [0]
    assert ShopifyRequest.objects.filter(seen_by="kari").count() == 2


def test_one_error_is_marked_as_seen_by_those_who_may(
    given_a_shop: Shop, given_kari: Client, given_lars: Client
) -> None:
    one, other = factories.make_request(given_a_shop), factories.make_request(given_a_shop)
    told = {"request": str(one.pk), "query": "view=open"}

    assert given_lars.post(reverse("requests-seen"), told).status_code == 403
    assert "Mark as seen" not in given_lars.get(reverse("request", args=[one.pk])).content.decode()
    answer = given_kari.post(reverse("requests-seen"), told)

    assert answer["Location"] == f"{reverse('requests')}?view=open"
    assert list(ShopifyRequest.objects.filter(seen_at=None)) == [other]


def test_what_was_asked_and_answered_takes_the_right_to_see_payloads(
    given_a_shop: Shop, given_lars: Client
) -> None:
    row = factories.make_request(given_a_shop)
    address = reverse("request", args=[row.pk])

    hidden = given_lars.get(address).content.decode()
    right = Permission.objects.get(content_type__app_label="shops", codename="view_orderpayload")
    User.objects.get(username="lars").user_permissions.add(right)
    shown = given_lars.get(address).content.decode()

    assert "gid://shopify/Order/1" not in hidden
    assert "What was asked and answered is hidden" in hidden
    assert row.error in hidden
    assert row.request_id in hidden
    assert "gid://shopify/Order/1" in shown


def test_a_shop_card_leads_there_and_chooses_what_is_kept(
    given_a_shop: Shop, given_kari: Client
) -> None:
    card = given_kari.get(reverse("shop", args=[given_a_shop.code])).content.decode()

    assert f"{reverse('requests')}?shop={given_a_shop.code}" in card
    assert "Errors only" in card
    assert given_a_shop.logging_mode == "errors"
