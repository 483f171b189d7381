"""The pages of what a person may do with an order: they say it first, do it once, and tell of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from connector.sync.models import DocumentLink, OrderAction
from erp.models import Document
from jobqueue.models import JobQueueEntry
from shops.models import Order, Shop
from tests import factories
from tests.sync.conftest import (
    LAMP,
    Run,
    Sandbox,
    change_settings,
    document_of,
    order_named,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def plain_static_files(settings: Settings, tmp_path: Path) -> None:
    """Files as they lie in the source."""
    backend = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}
    settings.STATIC_ROOT = tmp_path


def logged_in(name: str, *, admin: bool = True) -> Client:
    client = Client()
    client.force_login(factories.make_user(name, admin=admin))
    return client


@pytest.fixture
def given_kari(shop: Shop) -> Client:
    return logged_in("kari")


@pytest.fixture
def given_ola(shop: Shop) -> Client:
    return logged_in("ola")


@pytest.fixture
def given_lars(shop: Shop) -> Client:
    """A person without any right."""
    return logged_in("lars", admin=False)


@pytest.fixture
def processed(shopify: Sandbox, shop: Shop, run: Run) -> Order:
    change_settings(shop, auto_release_sales_orders=False)
    name = shopify.place({**LAMP, "quantity": 5}, paid=False)
    run("orders")
    run("documents")
    return order_named(name)


@pytest.fixture
def changed(processed: Order, shopify: Sandbox, run: Run) -> Order:
    shopify.control("orders/edit", {"name": processed.name, "remove": {"LAMP": 2}})
    run("orders")
    return order_named(processed.name)


def address(kind: str, order: Order) -> str:
    if kind in {"apply", "unlink"}:
        return reverse(f"order-{kind}", args=[order.pk])
    return reverse("order-act", args=[order.pk, kind])


def text_of(client: Client, path: str) -> str:
    return " ".join(client.get(path).content.decode().split())


def hidden(client: Client, path: str) -> dict[str, str]:
    """What the form of a page sends without being asked."""
    text = client.get(path).content.decode()
    rows = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text)
    return {name: value for name, value in rows if name != "csrfmiddlewaretoken"}


def story(client: Client, order: Order) -> str:
    return text_of(client, reverse("order", args=[order.pk]))


def test_apply_changes_shows_what_changes_and_then_changes_it_once(
    changed: Order, given_kari: Client
) -> None:
    path = address("apply", changed)
    assert path in story(given_kari, changed)

    page = text_of(given_kari, path)
    assert "<td>Lamp</td> <td>Quantity</td> <td>5</td> <td> <strong>3</strong>" in page
    assert "500.00 EUR" in page
    assert "300.00 EUR" in page
    asked = hidden(given_kari, path)
    given_kari.post(path, asked)
    given_kari.post(path, asked)

    assert document_of(changed.name).amount_incl == 300
    assert document_of(changed.name).version == 2
    told = story(given_kari, changed)
    assert "Apply changes: Done" in told
    assert "kari · Lamp: 5 became 3." in told
    assert path not in told


def test_a_stale_preview_is_told_so(changed: Order, given_kari: Client, given_ola: Client) -> None:
    path = address("apply", changed)
    mine, theirs = hidden(given_kari, path), hidden(given_ola, path)
    given_ola.post(path, theirs)

    answer = given_kari.post(path, mine, follow=True)

    assert "changed meanwhile" in answer.content.decode()
    assert OrderAction.objects.count() == 1


def test_what_cannot_be_applied_says_why_and_has_no_button(
    changed: Order, given_kari: Client
) -> None:
    Document.objects.update(state=Document.State.RELEASED)

    page = text_of(given_kari, address("apply", changed))

    assert "is released. Reopen it, then apply the changes." in page
    assert 'type="submit" class="btn primary"' not in page


def test_unlink_takes_the_order_off_and_tells_of_it(
    processed: Order,
    given_kari: Client,
    run: Run,
) -> None:
    path, old = address("unlink", processed), document_of(processed.name)
    assert f"The order leaves {old.no}" in text_of(given_kari, path)

    given_kari.post(path, {**hidden(given_kari, path), "keep": "keep"})

    assert not DocumentLink.objects.exists()
    assert Document.objects.get(pk=old.pk).state == Document.State.CANCELLED
    told = story(given_kari, processed)
    assert "Unlink and process again: Done" in told
    assert f"kari · {old.no} is cancelled and kept." in told
    run("documents")
    assert document_of(processed.name) != old


def test_cancel_asks_why_and_tells_who_what_and_by_which_request(
    processed: Order,
    given_kari: Client,
    shopify: Sandbox,
    run: Run,
) -> None:
    path = address("cancel", processed)
    wanted = {"reason": "FRAUD", "refund": "on", "restock": "on"}

    given_kari.post(path, {**hidden(given_kari, path), **wanted})

    action = OrderAction.objects.get()
    told = story(given_kari, processed)
    assert "Cancel order: Done" in told
    assert f"kari · Fraud · Refund · Restock · Shopify request {action.shopify_request}" in told
    assert JobQueueEntry.objects.filter(kind="orders", status="ready").count() == 1
    run("orders")
    told = story(given_kari, processed)
    assert "The order was cancelled in Shopify." in told
    assert address("cancel", processed) not in told


@pytest.mark.parametrize(("kind", "words"), [("pay", "Mark as paid"), ("close", "Archive")])
def test_the_other_buttons_ask_once_too(
    kind: str,
    words: str,
    processed: Order,
    given_kari: Client,
    shopify: Sandbox,
) -> None:
    path = address(kind, processed)
    assert path in story(given_kari, processed)
    asked = hidden(given_kari, path)

    given_kari.post(path, asked)
    given_kari.post(path, asked)

    assert shopify.mutations() == 1
    assert f"{words}: Done" in story(given_kari, processed)


def test_a_refusal_of_shopify_is_told_in_its_words(
    processed: Order,
    given_kari: Client,
    shopify: Sandbox,
) -> None:
    path = address("pay", processed)
    shopify.control("orders/cancel", {"name": processed.name})

    answer = given_kari.post(path, hidden(given_kari, path), follow=True)

    text = answer.content.decode()
    assert "Shopify refused: Order cannot be marked as paid." in text
    assert "Mark as paid: Refused" in text


def test_a_shopify_that_is_silent_is_told_and_settled_by_the_import(
    processed: Order,
    given_kari: Client,
    shopify: Sandbox,
    run: Run,
) -> None:
    path = address("pay", processed)
    shopify.faults({"kind": "reset_before", "root": "orderMarkAsPaid", "times": 1})

    answer = given_kari.post(path, hidden(given_kari, path), follow=True)

    assert "broke off: try again later." in answer.content.decode()
    assert "<strong>Mark as paid: Being sent.</strong> The connection" in story(
        given_kari, processed
    )
    assert JobQueueEntry.objects.filter(kind="orders", status="ready").exists()


def test_ac160_with_outgoing_off_the_page_says_so_and_posts_nothing(
    processed: Order,
    given_kari: Client,
    shopify: Sandbox,
) -> None:
    path = address("cancel", processed)
    asked = hidden(given_kari, path)
    Shop.objects.update(allow_outgoing_requests=False)

    assert "does not allow data to be sent to Shopify" in text_of(given_kari, path)
    given_kari.post(path, {**asked, "reason": "FRAUD"})

    assert shopify.mutations() == 0
    assert not OrderAction.objects.exists()


@pytest.mark.parametrize("kind", ["apply", "unlink", "cancel", "pay", "close"])
def test_without_the_right_there_is_no_button_and_no_page(
    kind: str, changed: Order, given_lars: Client
) -> None:
    assert address(kind, changed) not in story(given_lars, changed)
    assert given_lars.get(address(kind, changed)).status_code == 403
    assert given_lars.post(address(kind, changed), {}).status_code == 403


def test_an_unknown_action_leads_nowhere(processed: Order, given_kari: Client) -> None:
    assert given_kari.get(address("burn", processed)).status_code == 404
