"""The pages of the job queue in a real browser: they change by themselves, as runs go on."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from connector.notices.models import Notice
from jobqueue.models import JobQueueEntry, Status
from tests import factories
from tests.web.browser.looking import MARKS, opened
from tests.web.world import World

pytestmark = MARKS


def test_a_run_is_followed_live_to_its_end_without_a_reload(
    browser: Browser, live_server: LiveServer, session: str
) -> None:
    entry = factories.make_entry(Status.IN_PROCESS)
    context = opened(browser, live_server, session)
    page = context.new_page()
    page.goto(reverse("job", args=[entry.pk]))
    page.evaluate("window.stillTheSamePage = true")
    assert "184 of 260" in page.locator(".job-state").inner_text()

    JobQueueEntry.objects.update(progress={"done": 250, "total": 260})
    _beat(page)
    page.wait_for_selector("text=250 of 260")
    _end(entry)
    _beat(page)
    page.wait_for_selector("text=Finished")

    assert page.locator(".job-state").inner_text().strip() == "Finished"
    assert page.get_by_role("button", name="Restart").is_visible()
    assert page.get_by_role("button", name="Cancel run").count() == 0
    assert page.evaluate("window.stillTheSamePage")
    assert page.locator("main [hx-trigger*=tick]").count() == 0
    context.close()


def test_the_rows_of_the_list_change_while_one_looks_and_what_is_picked_stays_picked(
    browser: Browser, live_server: LiveServer, session: str
) -> None:
    first, second = (factories.make_entry(Status.IN_PROCESS) for _ in range(2))
    context = opened(browser, live_server, session)
    page = context.new_page()
    page.goto(reverse("jobs"))
    page.evaluate("window.stillTheSamePage = true")
    page.check(f"#pick-{first.pk}")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    _end(first)
    _beat(page)
    page.wait_for_selector(f"#job-{first.pk} >> text=Finished")

    assert page.is_checked(f"#pick-{first.pk}")
    assert "In Process" in page.inner_text(f"#job-{second.pk}")
    assert len([url for url in asked if "partials/rows" in url]) == 1  # one for all rows
    _end(second)
    _beat(page)
    page.wait_for_selector(f"#job-{second.pk} >> text=Finished")
    assert page.locator("main [hx-trigger*=tick]").count() == 0
    assert page.evaluate("window.stillTheSamePage")
    context.close()


def test_a_hidden_tab_asks_for_nothing(
    browser: Browser, live_server: LiveServer, session: str
) -> None:
    factories.make_entry(Status.IN_PROCESS)
    context = opened(browser, live_server, session)
    page = context.new_page()
    page.goto(reverse("jobs"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    hide = "Object.defineProperty(document, 'visibilityState', {value: '%s', configurable: true})"
    page.evaluate(hide % "hidden")
    page.wait_for_timeout(4_000)  # longer than the shortest beat
    assert [url for url in asked if "partials" in url] == []
    page.evaluate(hide % "visible")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(500)

    assert len([url for url in asked if "partials/rows" in url]) == 1
    context.close()


def test_whoever_has_started_a_sync_is_told_of_its_end_on_another_page(
    browser: Browser, live_server: LiveServer, session: str
) -> None:
    shop = factories.make_shop()
    context = opened(browser, live_server, session)
    page = context.new_page()
    page.goto(f"{reverse('report', args=[30104])}?shop={shop.code}")
    page.get_by_role("button", name="Run now").click()
    page.wait_for_url("**/jobs/*/")
    entry = JobQueueEntry.objects.get()
    page.goto(reverse("orders"))

    _end(entry)
    _beat(page, 10)

    page.wait_for_selector("#toasts >> text=Finished")
    assert page.locator("#toasts a").get_attribute("href") == reverse("job", args=[entry.pk])
    context.close()


def test_the_schedule_is_said_in_words_while_one_types(
    browser: Browser, live_server: LiveServer, session: str, given_a_world: World
) -> None:
    context = opened(browser, live_server, session)
    page = context.new_page()
    page.goto(f"{reverse('job-new')}?shop={given_a_world.shop.code}&kind=30104")

    page.check("#id_monday")
    page.fill("#id_minutes_between_runs", "30")
    page.wait_for_selector("text=Every 30 minutes on Mondays")
    assert page.locator("#h-starts ~ *, [role=status] ol.next li").count() >= 5
    page.fill("#id_holidays", "2026-13-01")
    page.wait_for_selector("[role=status] >> text=“2026-13-01” is not a date.")
    page.fill("#id_holidays", "")
    page.uncheck("#id_monday")
    page.fill("#id_minutes_between_runs", "0")
    page.fill("#id_date_formula", "1D+CM")
    page.wait_for_selector("text=On the last day of each month")

    assert JobQueueEntry.objects.filter(recurring=True).count() == 1  # of the world
    context.close()


def test_rows_are_picked_by_mouse_and_keyboard(
    browser: Browser, live_server: LiveServer, session: str
) -> None:
    entries = [factories.make_entry(Status.ON_HOLD) for _ in range(4)]
    context = opened(browser, live_server, session)
    page = context.new_page()
    page.goto(reverse("jobs"))
    told = page.locator("[data-do=picked]")

    page.check(f"#pick-{entries[3].pk}")
    page.locator(f"#pick-{entries[1].pk}").click(modifiers=["Shift"])
    assert told.inner_text() == "Selected: 3"
    page.keyboard.press("Escape")
    assert not told.is_visible()
    page.check("[data-do=all]")
    assert told.inner_text() == "Selected: 4"
    page.get_by_role("button", name="Set status to ready").last.click()
    page.wait_for_selector("text=Set status to ready: 4 entries.")
    context.close()


def _end(entry: JobQueueEntry) -> None:
    finished = {"status": Status.FINISHED, "owner": "", "lease_until": None}
    JobQueueEntry.objects.filter(pk=entry.pk).update(**finished)


def test_a_run_that_ends_rings_the_bell_and_its_link_leads_to_the_run(
    browser: Browser, live_server: LiveServer, session: str, given_a_world: World
) -> None:
    Notice.objects.all().delete()
    context = opened(browser, live_server, session)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(reverse("shop", args=["NORDIC"]))
    page.get_by_role("button", name="Sync now").click()
    page.locator("#sync-menu").get_by_role("button", name="Sync shipments to Shopify").click()
    assert page.get_by_role("button", name="Don't show again").is_visible()
    page.goto(reverse("shops"))
    assert page.locator("#bell .n").count() == 0

    entry = JobQueueEntry.objects.queued().get(kind="shipments")
    JobQueueEntry.objects.filter(pk=entry.pk).update(status=Status.ERROR)
    failed = {"outcome": "error", "message": "Shopify did not answer (503)."}
    factories.make_notice(User.objects.get(), entry, **failed)
    page.evaluate("document.body.dispatchEvent(new CustomEvent('tick-10'))")
    page.wait_for_selector("#bell .n")
    page.get_by_role("button", name="Notifications, not read yet: 1").click()
    assert page.locator("#bell-menu").is_visible()
    page.locator("#bell-menu").get_by_role("button", name="Mark all as read").click()
    page.wait_for_selector("#bell:not(:has(.n))")
    assert page.url.endswith(reverse("shops"))
    assert said == []
    context.close()


def _beat(page: Page, seconds: int = 3) -> None:
    page.evaluate(f"document.body.dispatchEvent(new CustomEvent('tick-{seconds}'))")
