"""Runs any report: the loop, the transactions and the record. Knows neither jobs nor any report."""

from __future__ import annotations

import logging
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import (
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    transaction,
)
from django.utils.translation import gettext as _

from connector.shopify.errors import ShopifyError, UserErrors
from connector.sync import dry_runs
from connector.sync.errors import RecordError, Skip
from connector.sync.issues import note
from connector.sync.models import Cursor, Run
from connector.sync.report import Hold, Outcome, Report, Result

logger = logging.getLogger(__name__)

# About the run, not about one record: no record is blamed for them.
ABOUT_THE_RUN = (OperationalError, InterfaceError, ShopifyError)


def run(report: Report[Any], run_: Run, cursor: Cursor) -> Run:
    """Fetch, apply and record, one batch after another.

    A batch commits together with its issues, the counts and the cursor, so a run that dies is
    resumed where its record ends. Raises what the hold and Shopify raise; everything recorded
    until then stays.
    """
    hold, counts = report.context.hold, Counter[str]()
    report.prepare()
    total = report.total()
    hold.progress(phase=_("Reading"), done=0, total=total, counts=counts)
    if run_.dry_run:
        return _dry(report, run_, counts, total)
    for items in report.fetch():
        hold.checkpoint()
        results = apply(report, items, hold, run_, counts, cursor)
        logger.debug("batch recorded", extra={"run": run_.pk, "records": len(results)})
        hold.progress(phase=str(report.label), done=counts["read"], total=total)
    run_.note, run_.finished_at = report.closing_note(), report.now()
    with hold.transaction():
        report.finish()
        run_.save(update_fields=["note", "finished_at"])
    return run_


def _dry(report: Report[Any], run_: Run, counts: Counter[str], total: int | None) -> Run:
    """Say what would become of the first records. Neither cursor nor issues nor records change."""
    hold, whole = report.context.hold, True
    for batch in report.fetch():
        hold.checkpoint()
        items = batch[: dry_runs.MOST - counts["read"]]
        _try(report, items, run_, counts)
        hold.progress(phase=str(report.label), done=counts["read"], total=total, counts=counts)
        if counts["read"] == dry_runs.MOST:
            whole = False
            break
    run_.note, run_.finished_at = dry_runs.note(whole=whole), report.now()
    with hold.transaction():
        dry_runs.forget_earlier(run_)
        run_.save(update_fields=["note", "finished_at"])
    return run_


def _try(report: Report[Any], items: Sequence[Any], run_: Run, counts: Counter[str]) -> None:
    hold = report.context.hold
    if report.outgoing:  # asks Shopify while it plans, so no transaction is held meanwhile
        results = [one(report, item) for item in items]
        words = report.witness(items)(results)
    else:
        with hold.transaction(), dry_runs.taken_back():
            tell = report.witness(items)
            results = together(report, items)
            words = tell(results)
    counts["read"] += len(results)
    counts.update(result.outcome.value for result in results)
    run_.counts = dict(counts)
    with hold.transaction():
        dry_runs.keep(run_, [report.identity(item) for item in items], results, words)
        run_.save(update_fields=["counts"])


def apply(
    report: Report[Any],
    items: Sequence[Any],
    hold: Hold,
    run_: Run,
    counts: Counter[str],
    cursor: Cursor,
) -> list[Result]:
    """Apply one batch and record it. An outgoing report is recorded call by call."""
    if report.outgoing:
        results = []
        for group in report.calls(items):
            hold.checkpoint()
            answers = _called(report, group)
            results += answers
            with hold.transaction():
                _record(report, run_, counts, group, answers)
            hold.progress(phase=str(report.label), done=counts["read"], counts=counts)
        return results
    with hold.transaction():
        results = together(report, items)
        _record(report, run_, counts, items, results)
        cursor.advance(report.position(items))
    return results


def _called(report: Report[Any], group: Sequence[Any]) -> list[Result]:
    """Send what goes in one call; when that fails, each by itself, to find the one that does it."""
    if len(group) == 1 or type(report).apply_all is Report.apply_all:
        return [one(report, item) for item in group]
    try:
        return report.apply_all(group)
    except UserErrors:
        logger.info("call refused, going record by record", extra={"report": report.name})
    except ABOUT_THE_RUN:
        raise
    except (RecordError, *_UNEXPECTED):
        logger.exception("call failed, going record by record", extra={"report": report.name})
    return [one(report, item) for item in group]


def together(report: Report[Any], items: Sequence[Any]) -> list[Result]:
    """Apply a batch at once; when that fails, find the record that does it and take the others."""
    if type(report).apply_all is Report.apply_all:
        return [_saved(report, item) for item in items]
    try:
        with transaction.atomic():
            return report.apply_all(items)
    except ABOUT_THE_RUN:
        raise
    except Exception:
        logger.exception("batch failed, going record by record", extra={"report": report.name})
    return [_saved(report, item) for item in items]


def _saved(report: Report[Any], item: object) -> Result:
    """Apply in a savepoint: a record that fails leaves nothing behind but why it failed."""
    result = one(report, item, around=transaction.atomic)
    failed = result.outcome in {Outcome.SKIPPED, Outcome.REJECTED} and result.listed
    return report.refused(item, result) if failed else result


def one(report: Report[Any], item: object, around: Callable[[], Any] | None = None) -> Result:
    try:
        if around is None:
            return report.apply(item)
        with around():
            return report.apply(item)
    except Skip as exc:
        return Result(Outcome.SKIPPED, exc.code, str(exc))
    except RecordError as exc:
        return Result(Outcome.REJECTED, exc.code, str(exc))
    except UserErrors as exc:
        return Result(Outcome.REJECTED, "refused", str(exc))
    except ABOUT_THE_RUN:
        raise
    except _UNEXPECTED as exc:
        _id, name = report.identity(item)
        logger.exception("record failed", extra={"report": report.name, "record": name})
        sentence = _("Unexpected error (%(error)s). The record was left as it was; report this.")
        return Result(
            Outcome.REJECTED,
            "unexpected",
            sentence % {"error": repr(exc)},
            trace=traceback.format_exc(),
        )


# What a mapping or the database says of one odd record. Anything else stops the run.
_UNEXPECTED = (
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    AssertionError,
    DataError,
    ProgrammingError,
    IntegrityError,
)


def _record(
    report: Report[Any],
    run_: Run,
    counts: Counter[str],
    items: Sequence[Any],
    results: Sequence[Result],
) -> None:
    counts["read"] += len(results)
    counts.update(result.outcome.value for result in results)
    note(
        run_, [(*report.identity(i), r) for i, r in zip(items, results, strict=True)], report.now()
    )
    run_.counts = dict(counts)
    run_.save(update_fields=["counts"])


def start(report: Report[Any], now: Callable[[], datetime], log_entry_id: int | None) -> Run:
    """Open the record of a run."""
    return Run.objects.create(
        shop=report.shop,
        report=report.name,
        log_entry_id=log_entry_id,
        started_at=now(),
        dry_run=dry_runs.is_dry(report.context.options),
    )
