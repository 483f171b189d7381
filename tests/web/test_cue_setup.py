"""Setting up cues, for oneself and for everybody."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from shops.models import CueName, CueSetup

ADDRESS = reverse("cue-setup")
COMPANY = f"{ADDRESS}?scope=company"
CUE = CueName.UNPROCESSED_ORDERS.value


def filled(client: Client, address: str, **changes: Any) -> dict[str, Any]:
    """The form as the page shows it, with changes."""
    values: dict[str, Any] = {}
    for form in client.get(address).context["forms"]:
        for field in form:
            if field.name != "own" or field.value():
                values[field.html_name] = field.value()
    return values | changes


def test_only_what_is_ticked_becomes_ones_own(given_kari: Client) -> None:
    changes = {f"{CUE}-own": "on", f"{CUE}-threshold_1": "10", f"{CUE}-threshold_2": "20"}
    unticked = {f"{CueName.SYNC_ERRORS.value}-threshold_2": "50"}

    response = given_kari.post(ADDRESS, filled(given_kari, ADDRESS, **changes, **unticked))

    assert response["Location"] == ADDRESS
    row = CueSetup.objects.get()
    assert (row.user, row.cue) == (User.objects.get(), CUE)
    assert [row.threshold_1, row.threshold_2] == [Decimal(10), Decimal(20)]


def test_unticking_gives_the_companys_values_back(given_kari: Client) -> None:
    CueSetup.objects.create(user=User.objects.get(), cue=CUE, threshold_2=9)
    values = filled(given_kari, ADDRESS)
    del values[f"{CUE}-own"]

    given_kari.post(ADDRESS, values)

    assert not CueSetup.objects.exists()


def test_the_companys_values_are_kept_once(given_kari: Client) -> None:
    for threshold in ("7", "8"):
        values = filled(given_kari, COMPANY, **{f"{CUE}-threshold_2": threshold})
        given_kari.post(COMPANY, values)

    assert CueSetup.objects.filter(user=None).count() == len(CueName)
    assert CueSetup.objects.get(cue=CUE).threshold_2 == 8


def test_thresholds_that_do_not_rise_are_told_on_the_field(given_kari: Client) -> None:
    values = filled(given_kari, COMPANY, **{f"{CUE}-threshold_2": "1"})

    response = given_kari.post(COMPANY, values)

    assert response.status_code == 200
    assert "Threshold 2 must be higher than threshold 1." in response.content.decode()
    assert not CueSetup.objects.exists()
