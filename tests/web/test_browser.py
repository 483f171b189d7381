"""The pages in a real browser: accessible, without overflow, quiet, and alive."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright
from pytest_django.live_server_helper import LiveServer

from erp import guards
from jobqueue.models import JobQueueEntry, Status
from tests import factories
from tests.web.world import World

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM: the pages are not looked at"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright keeps a loop running in this thread
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(autouse=True)
def emptied_afterwards(transactional_db: None) -> Iterator[None]:
    """The guards of the books forbid emptying the database, so they are off meanwhile.

    On SQLite the flush puts them back; on PostgreSQL it truncates, which no trigger hears of.
    """
    yield
    if connection.vendor == "sqlite":
        guards.remove(connection)


@pytest.fixture
def session(emptied_afterwards: None, given_kari: Client) -> str:
    return given_kari.cookies[django_settings.SESSION_COOKIE_NAME].value


def opened(
    browser: Browser,
    live_server: LiveServer,
    session: str,
    *,
    width: int = 1440,
    dark: bool = False,
    script: bool = True,
    check_policy: bool = True,
) -> BrowserContext:
    context = browser.new_context(
        base_url=live_server.url,
        viewport=ViewportSize(width=width, height=900),
        color_scheme="dark" if dark else "light",
        java_script_enabled=script,
        bypass_csp=not check_policy,
        reduced_motion="reduce",
    )
    context.add_cookies(
        [
            {
                "name": django_settings.SESSION_COOKIE_NAME,
                "value": session,
                "url": live_server.url,
            }
        ]
    )
    return context


def main_pages(world: World) -> list[str]:
    return [
        reverse("home"),
        reverse("jobs"),
        reverse("order", args=[world.order.pk]),
        reverse("shop", args=[world.shop.code]),
    ]


def other_pages(world: World) -> list[str]:
    return [
        reverse("job", args=[world.failed.pk]),
        reverse("log-entry", args=[world.log_entry.pk]),
        reverse("document", args=[world.document.pk]),
        reverse("item", args=[world.item.no]),
        reverse("cue-setup"),
        reverse("orders"),
        reverse("shipments"),
        reverse("request-page", args=[world.failed.pk]),
        f"{reverse('job-new')}?shop={world.shop.code}&kind=30104",
        reverse("scheduled"),
        reverse("categories"),
        reverse("issue", args=[world.shop.issues.latest("pk").pk]),
    ]


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

    more = other_pages(given_a_world) if width == 1440 and not dark else []
    for address in [*main_pages(given_a_world), *more]:
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


def test_a_run_is_followed_live_to_its_end(
    browser: Browser, live_server: LiveServer, session: str
) -> None:
    entry = factories.make_entry(Status.IN_PROCESS)
    context = opened(browser, live_server, session)
    page = context.new_page()
    page.goto(reverse("job", args=[entry.pk]))
    assert "184 of 260" in page.locator(".job-state").inner_text()

    JobQueueEntry.objects.update(progress={"done": 250, "total": 260})
    _beat(page)
    page.wait_for_selector("text=250 of 260")
    finished = {"status": Status.FINISHED, "owner": "", "lease_until": None}
    JobQueueEntry.objects.update(**finished)
    with page.expect_navigation():
        _beat(page)

    assert page.locator(".job-state").inner_text().strip() == "Finished"
    assert page.locator("[hx-trigger]").count() == 0
    context.close()


def _beat(page: Page) -> None:
    page.evaluate("document.body.dispatchEvent(new CustomEvent('tick-3'))")


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
    assert "starts as soon as a worker is free" in page.inner_text("main")

    page.goto(reverse("home"))
    page.get_by_role("button", name="Language").click()
    page.get_by_role("button", name="Suomi").click()
    assert page.get_attribute("html", "lang") == "fi"
    context.close()
