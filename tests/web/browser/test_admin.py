"""The administration in a real browser: the strict policy of all pages holds there too."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django_celery_beat.models import PeriodicTask
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from jobqueue import ticks
from tests.web.browser.looking import MARKS, opened

pytestmark = MARKS


@pytest.fixture
def given_ticks(transactional_db: None) -> None:
    ticks.install()


def test_nothing_there_asks_for_what_the_policy_forbids(
    browser: Browser, live_server: LiveServer, session: str, given_ticks: None
) -> None:
    task, kari = PeriodicTask.objects.get(name="jobqueue.tick"), User.objects.get()
    group = Group.objects.create(name="Accountants")
    addresses = [
        *(reverse(f"admin:{name}") for name in ("index", "password_change", "auth_user_add")),
        reverse("admin:auth_user_changelist"),
        reverse("admin:auth_user_change", args=[kari.pk]),
        reverse("admin:auth_user_delete", args=[kari.pk]),
        reverse("admin:auth_group_change", args=[group.pk]),
        reverse("admin:django_celery_beat_periodictask_changelist"),
        reverse("admin:django_celery_beat_periodictask_history", args=[task.pk]),
        reverse("admin:django_celery_beat_crontabschedule_add"),
    ]
    context = opened(browser, live_server, session)
    page = context.new_page()
    said: list[str] = []
    page.on(
        "console",
        lambda message: (
            said.append(f"{page.url}: {message.text}")
            if message.type in {"error", "warning"}
            else None
        ),
    )
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))

    for address in addresses:
        answer = page.goto(address)
        assert answer
        assert answer.status == 200, address
        page.wait_for_load_state("networkidle")

    assert said == []
    context.close()


def test_a_tick_is_given_another_interval_made_in_the_window_that_opens(
    browser: Browser, live_server: LiveServer, session: str, given_ticks: None
) -> None:
    task = PeriodicTask.objects.get(name="jobqueue.tick")
    context = opened(browser, live_server, session)
    page = context.new_page()
    page.goto(reverse("admin:django_celery_beat_periodictask_change", args=[task.pk]))

    with page.expect_popup() as opened_window:
        page.click("#add_id_interval")
    window = opened_window.value
    window.fill("#id_every", "20")
    window.select_option("#id_period", "seconds")
    window.click("input[name=_save]")
    expect(page.locator("#id_interval option:checked")).to_contain_text("20")
    page.click("input[name=_save]")
    page.wait_for_selector(".messagelist .success")

    task.refresh_from_db()
    assert task.interval.every == 20
    context.close()
