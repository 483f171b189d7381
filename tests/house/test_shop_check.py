"""What a check of the connection finds out and keeps, told by a real server on this machine."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from connector.management.scopes import ACTIONS, FEATURES, OLD_ORDERS, OWN_SERVICE, RETURNS
from shops.models import Location, Shop

Told = Callable[..., Any]
TOKEN = "shpat_secret"
ALL = frozenset(scope for feature in FEATURES for scope in feature.scopes)


def answer(*, currency: str = "EUR", scopes: frozenset[str] = ALL) -> dict[str, Any]:
    plan = {"publicDisplayName": "Plus", "partnerDevelopment": False, "shopifyPlus": True}
    return {
        "data": {
            "shop": {
                "name": "Acme",
                "myshopifyDomain": "acme.myshopify.com",
                "currencyCode": currency,
                "ianaTimezone": "Europe/Oslo",
                "taxesIncluded": True,
                "plan": plan,
            },
            "currentAppInstallation": {
                "accessScopes": [{"handle": scope} for scope in sorted(scopes)]
            },
        },
        "extensions": {
            "cost": {
                "requestedQueryCost": 2,
                "actualQueryCost": 2,
                "throttleStatus": {
                    "maximumAvailable": 20000.0,
                    "currentlyAvailable": 19998,
                    "restoreRate": 1000.0,
                },
            }
        },
    }


class Shopify(ThreadingHTTPServer):
    told: dict[str, Any]


class Handler(BaseHTTPRequestHandler):
    server: Shopify

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        right = self.headers["X-Shopify-Access-Token"] == TOKEN
        refusal = {"errors": "[API] Invalid API key or access token (unrecognized login)"}
        body = json.dumps(self.server.told if right else refusal).encode()
        self.send_response(200 if right else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def given_shopify(given_shop: Shop) -> Iterator[Shopify]:
    with Shopify(("127.0.0.1", 0), Handler) as server:
        server.told = answer()
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        Shop.objects.update(url=f"http://127.0.0.1:{server.server_port}")
        yield server
        server.shutdown()
        thread.join()


def test_a_shop_that_answers_is_connected_and_described(given_shopify: Shopify, told: Told) -> None:
    assert told("shop", "check", "ACME") == {
        "code": "ACME",
        "connected": True,
        "sentence": "Shop ACME is Acme: EUR, Europe/Oslo, Plus.",
        "name": "Acme",
        "currency": "EUR",
        "zone": "Europe/Oslo",
        "plan": "Plus",
    }
    shop = Shop.objects.get()
    assert (shop.health, shop.health_note) == (Shop.Health.CONNECTED, "")
    assert shop.checked_at is not None
    assert shop.connection.scopes == sorted(ALL)


def test_a_wrong_token_needs_attention(given_shopify: Shopify, told: Told) -> None:
    shop = Shop.objects.get()
    shop.connection.access_token = "shpat_other"
    shop.connection.save()
    said = told("shop", "check", "ACME", status=1)
    assert "does not accept the access token of shop ACME" in said["sentence"]
    assert "shpat_other" not in said["sentence"]
    shop.refresh_from_db()
    assert (shop.health, shop.health_note) == (Shop.Health.ATTENTION, said["sentence"])


def test_a_server_that_is_down_needs_attention(given_shopify: Shopify, told: Told) -> None:
    given_shopify.shutdown()
    given_shopify.server_close()
    said = told("shop", "check", "ACME", status=1)
    assert said["connected"] is False
    assert "the server or the network is down" in said["sentence"]
    assert Shop.objects.get().health == Shop.Health.ATTENTION


@pytest.mark.parametrize(
    ("scope", "stops"),
    [
        ("read_orders", "orders do not come in"),
        ("read_customers", "orders do not come in"),
        ("write_orders", "orders cannot be cancelled, marked as paid or archived"),
        ("write_merchant_managed_fulfillment_orders", "shipments are not told to Shopify"),
    ],
)
def test_a_lacking_scope_is_named_with_what_stops(
    scope: str, stops: str, given_shopify: Shopify, told: Told
) -> None:
    given_shopify.told = answer(scopes=ALL - {scope})

    said = told("shop", "check", "ACME", status=1)

    assert said["sentence"].startswith(f"The access token of shop ACME lacks {scope} ({stops}).")
    assert Shop.objects.get().health == Shop.Health.ATTENTION


def test_what_not_every_shop_needs_is_told_and_connects(given_shopify: Shopify, told: Told) -> None:
    given_shopify.told = answer(scopes=ALL - RETURNS.scopes - OLD_ORDERS.scopes)

    said = told("shop", "check", "ACME")

    assert said["connected"]
    assert "read_returns (returns and exchanges are not read)" in said["sentence"]
    assert "read_all_orders (orders older than 60 days are not seen)" in said["sentence"]
    assert Shop.objects.get().health_note == ""


def test_where_nothing_may_be_sent_no_right_to_write_is_missed(
    given_shopify: Shopify, told: Told
) -> None:
    Shop.objects.update(allow_outgoing_requests=False)
    given_shopify.told = answer(scopes=ALL - ACTIONS.scopes)

    assert told("shop", "check", "ACME")["sentence"].endswith("Plus.")


def test_ac094_a_service_of_our_own_needs_more_scopes(given_shopify: Shopify, told: Told) -> None:
    service = {"shop": Shop.objects.get(), "name": "Depot", "is_fulfillment_service": True}
    place = Location.objects.create(gid="gid://shopify/Location/1", **service)
    assert told("shop", "check", "ACME")["connected"]

    Location.objects.filter(pk=place.pk).update(ours=True)
    said = told("shop", "check", "ACME", status=1)
    assert "write_assigned_fulfillment_orders" in said["sentence"]
    given_shopify.told = answer(scopes=ALL | OWN_SERVICE.scopes)
    assert told("shop", "check", "ACME")["connected"]


def test_another_currency_than_before_is_not_taken(given_shopify: Shopify, told: Told) -> None:
    told("shop", "check", "ACME")
    given_shopify.told = answer(currency="NOK")
    said = told("shop", "check", "ACME", status=1)
    assert "now counts in NOK, but its orders were taken in EUR" in said["sentence"]
    assert Shop.objects.get().currency == "EUR"
