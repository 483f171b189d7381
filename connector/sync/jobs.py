"""Where reports meet the queue: how one is asked for, and what its errors mean for the entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db import OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _

from connector.shopify import errors
from connector.sync import dry_runs, engine
from connector.sync.doorbells import let_rest
from connector.sync.models import Cursor, Run
from connector.sync.parameters import checked, read_filters, read_options
from connector.sync.report import Context, Report
from connector.sync.reports import report_named
from connector.sync.sessions import client_for
from jobqueue.errors import Halt, Retry, Snooze
from jobqueue.models import JobQueueEntry
from jobqueue.requests import request
from jobqueue.running import Outcome, RunningJob
from shops.models import Shop


def request_report(
    name_or_number: str | int,
    shop: Shop,
    *,
    owner_id: int | None = None,
    filters: Mapping[str, str] | None = None,
    options: Mapping[str, str] | None = None,
    **when: Any,
) -> tuple[JobQueueEntry, bool]:
    """Queue one report for one shop and return (entry, created).

    While an equal request waits, that one is returned. `when` are columns of the entry, such as
    `earliest_start` or `minutes_between_runs`. Raises UnknownReport and BadParameters.
    """
    report = report_named(name_or_number)
    label = _("%(report)s · shop %(shop)s") % {"report": report.label, "shop": shop.code}
    return request(
        report.name,
        shop=shop.code,
        parameters=checked(report, filters or {}, options or {}),
        lock_key=f"{shop.code}/{report.name}",
        description=label,
        owner_id=owner_id,
        **{"category": shop.job_category, **when},
    )


def run_report(job: RunningJob) -> Outcome:
    """Handler of every report's entry."""
    shop = _shop(job.shop)
    asked_for = report_named(job.kind)
    options = read_options(asked_for, job.parameters.get("options", {}))
    report = asked_for.chosen(shop, options)
    dry = dry_runs.is_dry(options)
    if report.outgoing and not (dry or shop.allow_outgoing_requests):
        raise Halt(
            _("Shop %s does not allow data to be sent to Shopify: see the shop card.") % shop
        )
    try:
        run = _run(report, shop, job)
    except errors.Unavailable as exc:
        wait = timedelta(seconds=exc.retry_after) if exc.retry_after else None
        raise Retry(str(exc), wait, about_shop=True) from exc
    except (errors.AccessDenied, errors.ShopUnusable) as exc:
        _needs_attention(shop, str(exc))
        raise Halt(str(exc)) from exc
    except (errors.QueryRejected, errors.CostTooHigh) as exc:
        raise Halt(_("%s This is a fault of the connector: report it.") % exc) from exc
    _recovered(shop)
    return _outcome(run, job.before)


def _shop(code: str) -> Shop:
    shop = Shop.objects.filter(code=code).first()
    if shop is None:
        raise Halt(_("Shop %s does not exist any more.") % code)
    if not shop.enabled:  # by something that told nobody, such as a statement in the database
        let_rest(shop)
        raise Snooze(timedelta(0), _("Shop %s is disabled: enable it on the shop card.") % code)
    return shop


def _run(report: type[Report[Any]], shop: Shop, job: RunningJob) -> Run:
    dry = dry_runs.is_dry(job.parameters.get("options", {}))
    cursor = _cursor(shop, report.name, keep=not dry)
    context = Context(
        shop=shop,
        client=client_for(shop, log_entry=job.log_id),
        hold=job,
        now=timezone.now,
        since=cursor.position - report.overlap if cursor.position else None,
        filters=read_filters(report, job.parameters.get("filters", {})),
        options=read_options(report, job.parameters.get("options", {})),
    )
    working = report(context)
    run = engine.run(working, engine.start(working, timezone.now, job.log_id), cursor)
    due = {} if run.dry_run else working.follow_ups()
    for name, options in due.items():
        request_report(name, shop, options=options)
    return run


def _cursor(shop: Shop, report: str, *, keep: bool) -> Cursor:
    """Where the report stands; a dry run of a report that never ran makes no row."""
    if keep:
        return Cursor.objects.get_or_create(shop=shop, report=report)[0]
    found = Cursor.objects.filter(shop=shop, report=report).first()
    return found or Cursor(shop=shop, report=report)


def _outcome(run: Run, before: Mapping[str, int]) -> Outcome:
    """What the run and the earlier parts of it did, if it stepped aside."""
    if run.dry_run:  # what would be refused is no fault of this run, and a part begins anew
        return Outcome(counts=run.counts, message=run.note)
    counts = dict(Counter(before) + Counter(run.counts)) if before else run.counts
    return Outcome(counts=counts, message=run.note, issues=counts.get("rejected", 0))


def _needs_attention(shop: Shop, note: str) -> None:
    with suppress(OperationalError):  # the entry tells it too
        Shop.objects.filter(pk=shop.pk).update(
            health=Shop.Health.ATTENTION, health_note=note[:500], checked_at=timezone.now()
        )


def _recovered(shop: Shop) -> None:
    Shop.objects.filter(pk=shop.pk).exclude(health=Shop.Health.CONNECTED).update(
        health=Shop.Health.CONNECTED, health_note="", checked_at=timezone.now()
    )
