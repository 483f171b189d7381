"""The role center and its two live parts. Reads only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from connector.rolecenter import activity
from connector.rolecenter.attention import concerns
from connector.rolecenter.cues import JOB_CUES
from connector.rolecenter.freshness import shop_states
from connector.rolecenter.tiles import Tile, tiles
from connector.ui.fragments import fragment, version


@require_safe
def role_center(request: HttpRequest) -> HttpResponse:
    shops = shop_states()
    failed = activity.failed()
    shown = {
        **_cues(tiles(request.user.pk)),
        **_running(activity.running()),
        "failed": failed,
        "next_runs": activity.next_runs(),
        "workers": activity.workers_alive(),
        "concerns": concerns(shops, failed),
        "shops": shops,
        "now": timezone.now(),
    }
    return render(request, "rolecenter/page.html", shown)


@require_safe
def cues_fragment(request: HttpRequest) -> HttpResponse:
    shown = tiles(request.user.pk)
    return fragment(request, "rolecenter/cues.html", _cues(shown), of=shown)


@require_safe
def running_fragment(request: HttpRequest) -> HttpResponse:
    jobs = activity.running()
    return fragment(request, "rolecenter/running.html", _running(jobs), of=jobs)


def _cues(shown: list[Tile]) -> dict[str, Any]:
    split = len(shown) - len(JOB_CUES)
    return {"cues": shown[:split], "job_cues": shown[split:], "cues_version": version(shown)}


def _running(jobs: list[activity.Job]) -> dict[str, Any]:
    return {"running": jobs, "running_version": version(jobs)}
