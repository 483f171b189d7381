"""Stock by location: the list, the way to each number, and sending some rows now."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from connector.sync.models import VariantLink
from erp.adjustments import AdjustmentLine, create_adjustment
from erp.models import Item
from erp.posting import post_document
from erp.setup import create_company
from jobqueue.models import JobQueueEntry
from shops.models import Location, Shop, StockLevel
from tests import factories
from tests.factories import NOW

LIST = reverse("stock")


@pytest.fixture
def level(db: None) -> StockLevel:
    """Fourteen on hand at the warehouse, of which Shopify shows twelve."""
    books = create_company("NORDLYS", "NOK", vat_rates={"DOMESTIC|VAT25": Decimal(25)})
    item = factories.make_item(books)
    Item.objects.filter(pk=item.pk).update(units={"BOX": "6"}, sales_uom="BOX")
    made = create_adjustment(
        books, [AdjustmentLine(item.no, Decimal(14), Decimal(1))], posting_date=NOW.date()
    )
    post_document(made.pk, today=NOW.date())
    shop = factories.make_shop()
    variant = factories.make_variant(
        shop, item, tracked=True, inventory_item_gid="gid://shopify/InventoryItem/1"
    )
    rule = {"stock_calculation": "projected", "buffer": 1}
    return factories.make_level(variant, factories.make_place(shop, "Warehouse", **rule))


def content(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_is_narrowed_to_what_differs_and_what_has_a_problem(
    level: StockLevel, given_kari: Client
) -> None:
    variant = factories.make_variant(level.shop, title="Right as it is")
    factories.make_level(variant, level.location, available=10)
    broken = factories.make_variant(level.shop, title="A bundle")
    factories.make_level(broken, level.location, available=10, problem="It is a bundle.")

    assert "Right as it is" in content(given_kari, LIST)
    differing = content(given_kari, f"{LIST}?view=differing")
    assert "Merino" in differing
    assert "Right as it is" not in differing
    problems = content(given_kari, f"{LIST}?view=problems&location=Warehouse&shop=NORDIC")
    assert "It is a bundle." in problems
    assert "Merino" not in problems


def test_each_number_is_told_step_by_step(level: StockLevel, given_kari: Client) -> None:
    page = content(given_kari, reverse("stock-level", args=[level.pk]))

    for words in ("14 PCS", "2 BOX", "6 PCS are one BOX", "<strong>1</strong>"):
        assert words in page
    assert f"{reverse('item-ledger')}?item=NB-1180" in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda level: Item.objects.update(type="service"), "no inventory item"),
        (lambda level: VariantLink.objects.update(state="unmapped", item=None), "no item"),
        (lambda level: level.variant.__class__.objects.update(tracked=False), "does not track"),
        (lambda level: Location.objects.update(location_filter="A|"), "cannot be read"),
        (lambda level: Location.objects.update(stock_calculation="off"), "gets no stock"),
        (lambda level: Shop.objects.update(company_code="NONE"), "no longer in Shopify"),
    ],
)
def test_where_there_is_no_number_the_page_says_why(
    level: StockLevel, given_kari: Client, change: object, words: str
) -> None:
    assert callable(change)
    change(level)

    assert words in content(given_kari, reverse("stock-level", args=[level.pk]))


def test_chosen_rows_are_sent_now_by_an_entry_of_their_shop(
    level: StockLevel, given_kari: Client
) -> None:
    response = given_kari.post(reverse("stock-send"), {"row": [level.pk, "x"]}, follow=True)

    entry = JobQueueEntry.objects.get()
    assert (entry.kind, entry.shop) == ("stock", "NORDIC")
    assert entry.parameters["filters"] == {"row": str(level.pk)}
    assert "NORDIC: 1 row is sent." in response.content.decode()


def test_all_that_match_are_sent_and_nothing_is_where_none_is_chosen(
    level: StockLevel, given_kari: Client
) -> None:
    other = factories.make_variant(level.shop, title="Other")
    factories.make_level(other, level.location)

    response = given_kari.post(reverse("stock-send"), {"query": "q=Merino"}, follow=True)
    assert "Select at least one row." in response.content.decode()
    assert not JobQueueEntry.objects.exists()

    given_kari.post(reverse("stock-send"), {"query": "q=Merino", "scope": "all"})
    assert JobQueueEntry.objects.get().parameters["filters"] == {"row": str(level.pk)}


def test_a_disabled_shop_sends_nothing(level: StockLevel, given_kari: Client) -> None:
    Shop.objects.update(enabled=False)

    response = given_kari.post(reverse("stock-send"), {"row": level.pk}, follow=True)

    assert "is disabled" in response.content.decode()
    assert not JobQueueEntry.objects.exists()


def test_too_many_rows_are_left_to_the_report(
    level: StockLevel, given_kari: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connector.pages.stock.MOST", 0)

    response = given_kari.post(reverse("stock-send"), {"row": level.pk}, follow=True)

    assert "At most 0 rows at once." in response.content.decode()
    assert not JobQueueEntry.objects.exists()


def test_the_items_card_says_what_shopify_shows(level: StockLevel, given_kari: Client) -> None:
    page = content(given_kari, reverse("item", args=["NB-1180"]))

    assert "Warehouse: 12" in page
