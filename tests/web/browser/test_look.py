"""The pages in a real browser: accessible, without overflow, quiet, and usable in any way."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.urls import reverse
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from jobqueue import pauses
from jobqueue.models import Status
from jobqueue.recurrence_columns import WEEKDAYS
from tests import factories
from tests.web.browser.looking import MARKS, main_pages, opened, other_pages, queue_pages
from tests.web.world import World

pytestmark = MARKS
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_pages_are_accessible(
    width: int,
    dark: bool,
    browser: Browser,
    live_server: LiveServer,
    session: str,
    given_a_world: World,
) -> None:
    context = opened(browser, live_server, session, width=width, dark=dark, check_policy=False)
    page = context.new_page()

    pauses.pause(reason="kari: Stock count")
    more = {(1440, False): other_pages, (390, True): queue_pages}.get((width, dark))
    for address in [*main_pages(given_a_world), *(more(given_a_world) if more else [])]:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        found = Axe().run(page, options=RULES).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == [], address

    context.close()


@pytest.mark.parametrize("width", [320, 1440])
def test_pages_do_not_overflow_and_the_console_stays_silent(
    width: int, browser: Browser, live_server: LiveServer, session: str, given_a_world: World
) -> None:
    context = opened(browser, live_server, session, width=width)
    page = context.new_page()
    said: list[str] = []
    strangers: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: strangers.append(request.url))

    for address in [*main_pages(given_a_world), *other_pages(given_a_world)]:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address

    assert said == []
    assert [url for url in strangers if not url.startswith(live_server.url)] == []
    context.close()


@pytest.mark.parametrize("width", [360, 760, 1024, 1300, 1440])
@pytest.mark.parametrize("language", ["en", "fi"])
def test_every_column_of_the_lists_of_jobs_and_runs_is_seen(
    language: str,
    width: int,
    browser: Browser,
    live_server: LiveServer,
    session: str,
    given_a_world: World,
) -> None:
    schedule: dict[str, Any] = dict.fromkeys(WEEKDAYS, True) | {"zone": "Europe/Helsinki"}
    schedule |= {"starting_time": "08:00", "ending_time": "18:00", "minutes_between_runs": 15}
    for status in (Status.ON_HOLD, Status.READY):
        factories.make_entry(status, recurring=True, fixed_grid=True, **schedule)
    context = opened(browser, live_server, session, width=width)
    context.add_cookies(
        [{"name": django_settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}]
    )
    page = context.new_page()

    for name in ("jobs", "log"):
        page.goto(reverse(name))
        frame = page.locator(".tw:has(table.dense)")
        wide, seen = frame.evaluate("frame => [frame.scrollWidth, frame.clientWidth]")
        assert wide <= seen, name

    context.close()


@pytest.mark.parametrize("language", ["nb", "fi", "it", "nl"])
def test_the_queue_fits_a_phone_in_every_language(
    language: str, browser: Browser, live_server: LiveServer, session: str, given_a_world: World
) -> None:
    pauses.pause(given_a_world.shop.code, reason="kari: Stock count")
    context = opened(browser, live_server, session, width=390)
    name = django_settings.LANGUAGE_COOKIE_NAME
    context.add_cookies([{"name": name, "value": language, "url": live_server.url}])
    page = context.new_page()

    for address in [*main_pages(given_a_world), *queue_pages(given_a_world)]:
        page.goto(address)
        assert page.get_attribute("html", "lang") == language
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address

    context.close()


def test_menus_work_by_keyboard(
    browser: Browser, live_server: LiveServer, session: str, given_a_world: World
) -> None:
    context = opened(browser, live_server, session)
    page = context.new_page()
    page.goto(reverse("home"))
    button = page.get_by_role("button", name="Appearance")

    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("[aria-expanded=true]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.value") == "dark"
    assert button.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Appearance"

    button.click()
    page.get_by_role("button", name="Dark").click()
    page.wait_for_selector("html[data-theme=dark]")
    context.close()


def test_everything_can_be_done_without_javascript(
    browser: Browser, live_server: LiveServer, session: str, given_a_world: World
) -> None:
    context = opened(browser, live_server, session, script=False)
    page = context.new_page()

    page.goto(reverse("orders"))
    page.fill("#q", "virtanen")
    page.get_by_role("button", name="Search").click()
    assert page.locator("tbody tr").count() == 1

    page.goto(reverse("job", args=[given_a_world.failed.pk]))
    page.get_by_role("button", name="Restart").click()
    assert "begins anew and runs at its time" in page.inner_text("main")

    page.goto(reverse("home"))
    page.get_by_role("button", name="Language").click()
    page.get_by_role("button", name="Suomi").click()
    assert page.get_attribute("html", "lang") == "fi"
    context.close()
