"""What a shop's locations are in the books, and its tax areas, each on one page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from connector.shopify.errors import AccessDenied
from connector.shopify.nodes.location import LocationNode
from connector.sync.staging.locations import put_locations
from erp.models import Location as BooksLocation
from erp.setup import create_company
from shops.models import Location, Shop, StockLevel, StockSettings, TaxArea
from tests import factories


@pytest.fixture
def given_shop(db: None) -> Shop:
    books = create_company(
        "NORDLYS", "NOK", vat_rates={"DOMESTIC|VAT25": Decimal(25), "EXPORT|VAT25": Decimal(0)}
    )
    BooksLocation.objects.create(company=books, code="EAST", name="East")
    return factories.make_shop()


@pytest.fixture
def given_places(given_shop: Shop) -> tuple[Location, Location]:
    put_locations(
        given_shop,
        [
            LocationNode(
                "gid://shopify/Location/1",
                "Warehouse",
                active=True,
                fulfillment_service=False,
                service_name="",
            ),
            LocationNode(
                "gid://shopify/Location/2",
                "Own service",
                active=True,
                fulfillment_service=True,
                service_name="own",
            ),
        ],
    )
    warehouse, service = Location.objects.order_by("gid")
    return warehouse, service


def test_a_location_gets_its_code_and_a_service_its_owner(
    given_shop: Shop, given_places: tuple[Location, Location], given_kari: Client
) -> None:
    warehouse, service = given_places
    page = reverse("locations", args=[given_shop.code])
    assert "Own service" in given_kari.get(page).content.decode()

    response = given_kari.post(
        page,
        {
            f"{warehouse.pk}-location_code": " east ",
            f"{warehouse.pk}-ours": "on",  # it is no service, so nothing is requested of it
            f"{service.pk}-location_code": "",
            f"{service.pk}-ours": "on",
            **no_stock(warehouse, service),
        },
    )

    assert response.status_code == 302
    kept = Location.objects.order_by("gid").values_list("location_code", "ours")
    assert list(kept) == [("EAST", False), ("", True)]
    assert Location.mapped(given_shop) == {warehouse.gid: "EAST"}


def test_a_location_that_the_books_do_not_have_is_refused(
    given_shop: Shop, given_places: tuple[Location, Location], given_kari: Client
) -> None:
    warehouse, _service = given_places
    page = reverse("locations", args=[given_shop.code])

    response = given_kari.post(page, {f"{warehouse.pk}-location_code": "NOWHERE"})

    assert "There is no location NOWHERE." in response.content.decode()
    assert not Location.mapped(given_shop)


def test_locations_are_fetched_and_what_was_chosen_stays(
    given_shop: Shop,
    given_places: tuple[Location, Location],
    given_kari: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    warehouse, service = given_places
    Location.objects.filter(pk=warehouse.pk).update(location_code="EAST")
    now = [
        LocationNode(
            warehouse.gid, "Warehouse 1", active=True, fulfillment_service=False, service_name=""
        )
    ]
    monkeypatch.setattr("connector.pages.locations.client_for", lambda *_args, **_more: None)
    monkeypatch.setattr("connector.pages.locations.ask_locations", lambda _client: now)

    response = given_kari.post(
        reverse("locations-fetch", args=[given_shop.code]), follow=True
    ).content.decode()

    assert "1 location is known." in response
    warehouse.refresh_from_db()
    service.refresh_from_db()
    assert (warehouse.name, warehouse.location_code) == ("Warehouse 1", "EAST")
    assert (warehouse.active, service.active) == (True, False)


def test_a_shop_that_does_not_answer_is_told(
    given_shop: Shop, given_kari: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_more: object) -> None:
        raise AccessDenied("Shop NORDIC has no access token.")

    monkeypatch.setattr("connector.pages.locations.client_for", refuse)

    page = given_kari.post(reverse("locations-fetch", args=[given_shop.code]), follow=True)

    assert "Shop NORDIC has no access token." in page.content.decode()


def tax_rows(*rows: tuple[str, str, str, str], **more: str) -> dict[str, str]:
    names = ("country", "county", "vat_bus", "vat_bus_exempt")
    values = {"form-TOTAL_FORMS": str(len(rows)), "form-INITIAL_FORMS": "0"}
    for place, row in enumerate(rows):
        values |= {f"form-{place}-{name}": text for name, text in zip(names, row, strict=True)}
    return values | more


def test_ac060_tax_areas_are_added_changed_and_removed(
    given_shop: Shop, given_kari: Client
) -> None:
    page = reverse("tax-areas", args=[given_shop.code])
    given_kari.post(page, tax_rows(("us", " California ", "EXPORT", ""), ("se", "", "EXPORT", "")))
    kept = TaxArea.objects.values_list("shop__code", "country", "county", "vat_bus")
    code = given_shop.code
    assert set(kept) == {(code, "US", "California", "EXPORT"), (code, "SE", "", "EXPORT")}

    sweden, us = TaxArea.objects.order_by("country")
    given_kari.post(
        page,
        tax_rows(
            ("SE", "", "DOMESTIC", "EXPORT"),
            ("US", "California", "EXPORT", ""),
            **{
                "form-INITIAL_FORMS": "2",
                "form-0-id": str(sweden.pk),
                "form-1-id": str(us.pk),
                "form-1-DELETE": "on",
            },
        ),
    )

    left = TaxArea.objects.get()
    assert (left.country, left.vat_bus, left.vat_bus_exempt) == ("SE", "DOMESTIC", "EXPORT")
    assert 'value="SE"' in given_kari.get(page).content.decode()


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([("Norway", "", "DOMESTIC", "")], "at most 2 characters"),
        ([("N1", "", "DOMESTIC", "")], "two letters, as NO."),
        (
            [("NO", "Oslo", "DOMESTIC", ""), ("no", "OSLO", "EXPORT", "")],
            "This country and county are there already.",
        ),
        ([("NO", "", "", "")], "This field is required."),
    ],
)
def test_ac060_what_makes_no_tax_area_is_refused_on_its_field(
    given_shop: Shop, given_kari: Client, rows: list[tuple[str, str, str, str]], sentence: str
) -> None:
    response = given_kari.post(reverse("tax-areas", args=[given_shop.code]), tax_rows(*rows))

    assert sentence in response.content.decode()
    assert not TaxArea.objects.exists()


@pytest.mark.parametrize("name", ["locations", "tax-areas"])
def test_without_the_right_it_is_only_shown(
    given_shop: Shop, given_places: tuple[Location, Location], given_lars: Client, name: str
) -> None:
    page = reverse(name, args=[given_shop.code])

    assert "not change them" in given_lars.get(page).content.decode()
    assert given_lars.post(page, tax_rows(("NO", "", "DOMESTIC", ""))).status_code == 403
    assert given_lars.post(reverse("locations-fetch", args=[given_shop.code])).status_code == 403


def place(number: int, **more: Any) -> LocationNode:
    values: dict[str, Any] = {"active": True, "fulfillment_service": False, "service_name": ""}
    return LocationNode(f"gid://shopify/Location/{number}", f"Place {number}", **(values | more))


def test_g14_a_location_that_is_gone_is_inactive_and_without_stock(given_shop: Shop) -> None:
    put_locations(given_shop, [place(1), place(2)])
    variant = factories.make_variant(given_shop)
    for one in Location.objects.all():
        StockLevel.objects.create(shop=given_shop, variant=variant, location=one)

    put_locations(given_shop, [place(1)])

    assert dict(Location.objects.values_list("name", "active")) == {
        "Place 1": True,
        "Place 2": False,
    }
    assert StockLevel.objects.get().location.name == "Place 1"


def test_g14_at_first_products_are_stocked_at_the_oldest_place_that_ships(given_shop: Shop) -> None:
    service = place(1, fulfillment_service=True)
    put_locations(given_shop, [service, place(12), place(9), place(3, ships=False)])

    chosen = Location.objects.filter(default_product_location=True)
    assert chosen.get().name == "Place 9"
    assert Location.objects.get(name="Place 1").is_fulfillment_service

    chosen.update(default_product_location=False)
    put_locations(given_shop, [service, place(12), place(9), place(15)])
    assert not Location.objects.filter(default_product_location=True).exists()


def no_stock(*rows: Location) -> dict[str, str]:
    """The fields of stock, as the page sends them untouched."""
    return {
        f"{row.pk}-{name}": value
        for row in rows
        for name, value in (("stock_calculation", "off"), ("location_filter", ""), ("buffer", "0"))
    }


def saved(kari: Client, shop: Shop, *rows: Location, **fields: Any) -> str:
    """Save the page with some fields of the first row changed; return what it says then."""
    sends = no_stock(*rows) | {f"{row.pk}-location_code": row.location_code for row in rows}
    sends |= {f"{rows[0].pk}-{name}": value for name, value in fields.items()}
    page = kari.post(reverse("locations", args=[shop.code]), sends, follow=True)
    return page.content.decode()


def test_a_filter_for_one_location_is_its_code_and_the_other_way_round(
    given_shop: Shop, given_places: tuple[Location, Location], given_kari: Client
) -> None:
    warehouse, service = given_places
    rule = {"stock_calculation": "projected", "buffer": "", "cap": "9"}

    saved(given_kari, given_shop, warehouse, service, location_filter="EAST", **rule)
    warehouse.refresh_from_db()
    assert (warehouse.location_code, warehouse.buffer, warehouse.cap) == ("EAST", 0, 9)

    Location.objects.update(location_code="", location_filter="")
    saved(given_kari, given_shop, *Location.objects.order_by("gid"), location_code="EAST", **rule)
    warehouse.refresh_from_db()
    assert warehouse.location_filter == "EAST"

    saved(given_kari, given_shop, warehouse, service, location_filter="<>EAST", **rule)
    warehouse.refresh_from_db()
    assert (warehouse.location_code, warehouse.location_filter) == ("EAST", "<>EAST")


def test_a_filter_without_a_calculation_is_warned_of_and_nonsense_refused(
    given_shop: Shop, given_places: tuple[Location, Location], given_kari: Client
) -> None:
    said = saved(given_kari, given_shop, *given_places, location_filter="EAST")
    assert "its stock calculation is off" in said

    said = saved(given_kari, given_shop, *given_places, location_filter="EAST|")
    assert "A value is missing here" in said
    assert Location.objects.get(pk=given_places[0].pk).location_filter == "EAST"


def test_a_service_is_the_default_alone_in_each_shop(
    given_shop: Shop, given_places: tuple[Location, Location], given_kari: Client
) -> None:
    warehouse, service = given_places
    other = factories.make_shop("OTHER")
    put_locations(other, [place(1)])
    Location.objects.update(default_product_location=True)  # in the other shop as well

    page = reverse("locations", args=[given_shop.code])
    both = {f"{row.pk}-default_product_location": "on" for row in given_places}
    refused = given_kari.post(page, no_stock(*given_places) | both)
    assert "at a fulfillment service alone" in refused.content.decode()

    alone = {f"{service.pk}-default_product_location": "on", "stock-at_posting": "on"}
    assert given_kari.post(page, no_stock(*given_places) | alone).status_code == 302
    warehouse.refresh_from_db()
    assert (warehouse.default_product_location, StockSettings.of(given_shop).at_posting) == (
        False,
        True,
    )
