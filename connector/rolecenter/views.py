"""The role center and its two live parts. Reads only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from connector.rolecenter import activity
from connector.rolecenter.attention import concerns
from connector.rolecenter.cues import CUES, JOB_CUES, WORKERS
from connector.rolecenter.freshness import shop_states
from connector.rolecenter.pauses import Notice, holding
from connector.rolecenter.tiles import Tile, count, tiles
from connector.ui.fragments import fragment, version


@require_safe
def role_center(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    shops, failed = shop_states(), activity.failed()
    line, pauses = activity.Line.now(), holding(now)
    resting = {pause.shop for pause in pauses} | {shop.code for shop in shops if not shop.enabled}
    splits = count([*CUES, WORKERS])  # by one query: the page has a budget of twelve
    shown = {
        **_cues(tiles(request.user.pk, splits=splits)),
        **_running(activity.running(), pauses),
        "failed": failed,
        "next_runs": line.next_runs(),
        "workers": sum(splits[WORKERS.name].values()),
        "concerns": concerns(shops, failed, line.behind(now, resting), now),
        "shops": shops,
        "now": now,
    }
    return render(request, "rolecenter/page.html", shown)


@require_safe
def cues_fragment(request: HttpRequest) -> HttpResponse:
    shown = tiles(request.user.pk)
    return fragment(request, "rolecenter/cues.html", _cues(shown), of=shown)


@require_safe
def running_fragment(request: HttpRequest) -> HttpResponse:
    shown = activity.running(), holding(timezone.now())
    return fragment(request, "rolecenter/running.html", _running(*shown), of=shown)


def _cues(shown: list[Tile]) -> dict[str, Any]:
    split = len(shown) - len(JOB_CUES)
    return {"cues": shown[:split], "job_cues": shown[split:], "cues_version": version(shown)}


def _running(jobs: list[activity.Job], pauses: list[Notice]) -> dict[str, Any]:
    return {"running": jobs, "pauses": pauses, "running_version": version((jobs, pauses))}
