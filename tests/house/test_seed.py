"""What the demo makes is made once, stays what a person made of it, and is never somebody's own."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from connector.management.demo import seed
from connector.management.demo.kept import Kept
from connector.management.demo.story import story
from connector.management.single import InUse, only_one
from erp.audit import broken_invariants
from erp.drafts import ItemDraft
from erp.items import create_item
from erp.models import Company
from shops.models import Shop

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ADDRESS = "http://127.0.0.1:8100"


@pytest.fixture
def given_kept(tmp_path: Path) -> Kept:
    return Kept.of(tmp_path / "demo.json")


def test_the_log_in_is_made_up_once_and_readable_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "demo.json"
    first = Kept.of(path)
    assert Kept.of(path) == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert Kept.of(tmp_path / "other.json").password != first.password


@pytest.mark.django_db
def test_all_is_made_once_and_a_person_s_changes_stay(given_kept: Kept) -> None:
    company = seed.books()
    shop = seed.shop(company, ADDRESS, given_kept.token)
    user = seed.person(given_kept)
    shop.order_settings.auto_create_unknown_items = False
    shop.order_settings.save()
    user.set_password("their own")
    user.save()

    assert seed.books() == company
    moved = seed.shop(company, "http://127.0.0.1:8101", "shpat_new")
    assert Shop.objects.get() == moved
    assert (moved.url, moved.connection.access_token) == ("http://127.0.0.1:8101", "shpat_new")
    assert moved.order_settings.auto_create_unknown_items is False
    assert seed.person(given_kept).check_password("their own")


@pytest.mark.django_db
def test_somebody_s_own_books_are_left_alone() -> None:
    Company.objects.create(code="OWN", lcy="EUR")
    with pytest.raises(seed.NotTheDemo, match="shops or companies of your own"):
        seed.books()
    assert Company.objects.count() == 1


@pytest.mark.django_db
def test_stock_is_counted_once_for_each_item(given_kept: Kept) -> None:
    company = seed.books()
    create_item(company, ItemDraft(no="LAMP", description="Lamp", unit_price=Decimal("9.99")))
    assert seed.stock(company, today=date(2026, 3, 2)) == 1
    assert seed.stock(company, today=date(2026, 3, 3)) == 0
    assert broken_invariants(company) == []


@pytest.mark.django_db
def test_a_shop_where_nothing_happened_is_no_success(given_kept: Kept) -> None:
    shop = seed.shop(seed.books(), ADDRESS, given_kept.token)
    told = story(shop, open_in_shopify=3)
    assert list(told.faults()) == [
        "Shopify has 3 open orders, here are 0.",
        "Nothing was processed.",
        "Nothing was fulfilled.",
        "Nothing was posted.",
    ]


def test_a_second_start_on_the_same_data_is_refused(tmp_path: Path) -> None:
    with (
        only_one(tmp_path / "running"),
        pytest.raises(InUse, match="already runs on the data in"),
        only_one(tmp_path / "running"),
    ):
        pytest.fail("two at once")
    with only_one(tmp_path / "running"):
        pass
