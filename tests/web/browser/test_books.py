"""The pages of the books in a real browser: to everybody's eyes, on a phone, with and without script."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from erp.models import Document
from tests.erp.makers import item_line, make_company, make_customer, make_item, make_order
from tests.web.browser.looking import MARKS, books_pages, opened, papers
from tests.web.browser.test_look import RULES
from tests.web.world import World

pytestmark = MARKS


@pytest.mark.parametrize(
    ("width", "dark"), [(1440, False), (390, True)], ids=["desk, light", "phone, dark"]
)
def test_the_books_are_accessible(
    width: int,
    dark: bool,
    browser: Browser,
    live_server: LiveServer,
    session: str,
    given_a_world: World,
) -> None:
    context = opened(browser, live_server, session, width=width, dark=dark, check_policy=False)
    page = context.new_page()

    for address in [*books_pages(given_a_world), *papers(given_a_world)]:
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach((tab) => { tab.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        found = Axe().run(page, options=RULES).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == [], address

    context.close()


@pytest.mark.parametrize("language", ["nb", "fi", "it", "nl"])
def test_the_books_fit_a_phone_in_every_language(
    language: str, browser: Browser, live_server: LiveServer, session: str, given_a_world: World
) -> None:
    context = opened(browser, live_server, session, width=390)
    name = django_settings.LANGUAGE_COOKIE_NAME
    context.add_cookies([{"name": name, "value": language, "url": live_server.url}])
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    for address in books_pages(given_a_world):
        page.goto(address)
        assert page.get_attribute("html", "lang") == language
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address

    assert said == []
    context.close()


def given_order() -> Document:
    company = make_company()
    make_customer(company)
    make_item(company)
    return make_order(company, item_line(2, 10))


def last(page: Page, name: str) -> str:
    return f"tbody tr:last-child [name$=-{name}]"


def test_lines_are_added_and_summed_without_loading_the_page(
    browser: Browser, live_server: LiveServer, session: str
) -> None:
    order = given_order()
    context = opened(browser, live_server, session)
    page = context.new_page()
    page.goto(reverse("document", args=[order.pk]))
    page.evaluate("window.same = true")

    page.fill(last(page, "no"), "A")
    page.fill(last(page, "quantity"), "3")
    page.locator(last(page, "quantity")).blur()
    expect(page.locator("#sums")).to_contain_text("62.50 EUR")
    page.get_by_role("button", name="Add line").click()
    expect(page.locator(".lines tbody tr")).to_have_count(3)
    page.get_by_role("button", name="Remove line 1").click()
    expect(page.locator(".lines tbody tr")).to_have_count(2)

    assert page.evaluate("window.same") is True
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".notes")).to_contain_text("is saved")
    order.refresh_from_db()
    assert order.amount == 30
    context.close()


def test_the_same_works_without_javascript(
    browser: Browser, live_server: LiveServer, session: str
) -> None:
    order = given_order()
    context = opened(browser, live_server, session, script=False)
    page = context.new_page()
    page.goto(reverse("document", args=[order.pk]))

    page.fill(last(page, "no"), "A")
    page.fill(last(page, "quantity"), "3")
    page.get_by_role("button", name="Add line").click()
    page.get_by_role("button", name="Remove line 1").click()
    page.get_by_role("button", name="Save").click()

    order.refresh_from_db()
    assert order.amount == 30
    page.get_by_role("link", name="Post …").click()
    assert "Preview posting" in page.inner_text("main")
    context.close()


def test_items_are_offered_while_one_types(
    browser: Browser, live_server: LiveServer, session: str
) -> None:
    order = given_order()
    context = opened(browser, live_server, session)
    page = context.new_page()
    page.goto(reverse("document", args=[order.pk]))

    page.locator(last(page, "no")).press_sequentially("item")

    expect(page.locator("#found-n0-no option")).to_have_attribute("value", "A")
    context.close()
