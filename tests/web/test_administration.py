"""/admin/: for superusers, with what is useful there and nothing else."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from connector import administration
from jobqueue import ticks
from tests import factories

INDEX = "/admin/"


@pytest.fixture
def given_ticks(db: None) -> None:
    ticks.install()


def test_whoever_is_not_logged_in_is_sent_to_the_one_log_in(client: Client, db: None) -> None:
    answer = client.get(INDEX, follow=True)

    assert answer.redirect_chain[-1] == (f"{reverse('login')}?next={INDEX}", 302)


@pytest.mark.parametrize("staff", [False, True])
def test_nobody_but_a_superuser_comes_in(staff: bool, client: Client, db: None) -> None:
    lars = factories.make_user("lars", admin=False)
    User.objects.filter(pk=lars.pk).update(is_staff=staff)
    client.force_login(lars)

    answers = [client.get(path, follow=True) for path in (INDEX, f"{INDEX}auth/user/")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert reverse("admin:index") not in client.get(reverse("home")).content.decode()


def test_the_account_menu_leads_there(given_kari: Client) -> None:
    assert f'href="{INDEX}"' in given_kari.get(reverse("home")).content.decode()


def test_it_holds_people_and_periodic_tasks_and_nothing_else() -> None:
    shown = {model.__name__ for model in administration.site._registry}

    assert shown == {"User", "Group", "PeriodicTask", "IntervalSchedule", "CrontabSchedule"}


def test_every_periodic_task_stands_there_with_what_it_does(
    given_ticks: None, given_kari: Client
) -> None:
    text = given_kari.get(reverse("admin:django_celery_beat_periodictask_changelist"))

    for tick in ticks.registered().values():
        assert tick.task in text.content.decode()
        assert str(tick.purpose) in text.content.decode()


def test_the_retention_is_moved_to_the_night_and_stays_there(
    given_ticks: None, given_kari: Client
) -> None:
    task = PeriodicTask.objects.get(name="jobqueue.housekeeping")
    night = CrontabSchedule.objects.create(hour="2", minute="30", timezone="Europe/Oslo")
    address = reverse("admin:django_celery_beat_periodictask_change", args=[task.pk])

    both = given_kari.post(
        address, {"enabled": "on", "interval": task.interval_id, "crontab": night.pk}
    )
    saved = given_kari.post(address, {"enabled": "on", "interval": "", "crontab": night.pk})
    ticks.install()

    assert "Only one of" in both.content.decode()
    assert saved.status_code == 302
    task.refresh_from_db()
    assert (task.crontab, task.interval, task.enabled) == (night, None, True)


def test_no_periodic_task_is_made_by_hand(given_ticks: None, given_kari: Client) -> None:
    address = reverse("admin:django_celery_beat_periodictask_add")

    assert given_kari.get(address).status_code == 403
    assert set(PeriodicTask.objects.values_list("name", flat=True)) == set(ticks.registered())
