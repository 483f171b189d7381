"""Turns what a program asks for into an entry, by the checks and sentences of the request page."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from connector.api.entry_shapes import NewEntry, Recurrence
from connector.api.errors import Problem
from connector.pages.schedule import NEW
from connector.pages.starting import may_start
from connector.pages.subjects import Subject, subject_of
from connector.sync.parameters import BadParameters, of_a_schedule, read_filters, read_options
from jobqueue import database
from jobqueue.errors import UnknownKind
from jobqueue.models import JobQueueEntry, Priority
from jobqueue.models.entry import LONGEST
from jobqueue.recurrence_columns import WEEKDAYS
from jobqueue.registry import kind_named
from jobqueue.requests import fingerprint
from shops.models import Shop

COLUMNS = ("earliest_start", "expiration", "max_attempts", "rerun_delay")
PLANS = (*COLUMNS, "category", "priority", "job_timeout", "recurrence")
MAY_NOT = 403


def requested(request: HttpRequest, wanted: NewEntry, key: str) -> tuple[JobQueueEntry, bool]:
    """Return (entry, created). `key`: the caller's own for this request, or "".

    Raises Problem, and Refused by the queue; then nothing was written.
    """
    shop = _shop(wanted.shop)
    subject = subject_named(wanted.report, shop)
    _check_rights(request, wanted, subject)
    if not shop.enabled:
        text = _("Shop %s is disabled: enable it on the shop card.")
        raise Problem(409, text % shop.code, "shop")
    filters, options = _asked(subject, wanted)
    columns = _columns(wanted, shop)
    idem_key = _scoped(request, key)
    if idem_key:
        _check_same(idem_key, subject, subject.parameters(filters, options))
    return subject.request(filters, options, owner_id=request.user.pk, idem_key=idem_key, **columns)


def _shop(code: str) -> Shop:
    shop = Shop.objects.filter(code=code.upper()).first()
    if shop is None:
        known = ", ".join(Shop.objects.values_list("code", flat=True)) or "–"
        text = _("There is no shop “%(name)s”. Known are: %(known)s.")
        raise Problem(422, text % {"name": code, "known": known}, "shop")
    return shop


def kind_name(report: str) -> str:
    """The name of a report given by name or number. Raises Problem."""
    try:
        return kind_named(report).name
    except UnknownKind as problem:
        raise Problem(422, str(problem), "report") from None


def subject_named(report: str, shop: Shop) -> Subject:
    subject = subject_of(kind_name(report), shop)
    if subject is None:
        text = _("Shop %(shop)s has no books to post to: there is no company %(company)s.")
        words = {"shop": shop.code, "company": shop.company_code}
        raise Problem(422, text % words, "report")
    return subject


def _check_rights(request: HttpRequest, wanted: NewEntry, subject: Subject) -> None:
    """As on the pages: whoever may run it may ask for it; a plan takes the right to add entries."""
    if not may_start(request, subject):
        raise Problem(MAY_NOT, _("You may not run this report."))
    planned = any(getattr(wanted, name) is not None for name in PLANS)
    if planned and not request.user.has_perm(NEW):
        raise Problem(MAY_NOT, _("You may run this report now, but not plan entries."))


def _asked(subject: Subject, wanted: NewEntry) -> tuple[dict[str, str], dict[str, str]]:
    """Filters and options as the request page keeps them: options only where not the default."""
    declared = subject.declared
    for name, text in wanted.filters.items():
        with _naming(f"filters.{name}"):
            read_filters(declared, {name: text})
    for name, value in wanted.options.items():
        with _naming(f"options.{name}"):
            read_options(declared, {name: value})
    chosen = (
        wanted.options if wanted.recurrence is None else of_a_schedule(declared) | wanted.options
    )
    options = {n: v for n, v in chosen.items() if v != declared.options[n].default}
    with _naming("options"):  # what they say together
        subject.parameters(wanted.filters, options)
    return dict(wanted.filters), options


@contextmanager
def _naming(field: str) -> Iterator[None]:
    try:
        yield
    except BadParameters as problem:
        raise Problem(422, str(problem).partition("\n")[0], field) from None


def _columns(wanted: NewEntry, shop: Shop) -> dict[str, Any]:
    """When it runs, as columns of the entry. Raises Problem with the queue's own sentence."""
    given = {name: getattr(wanted, name) for name in COLUMNS}
    columns = {name: value for name, value in given.items() if value is not None}
    if wanted.category is not None:
        columns["category"] = wanted.category.upper()
    if wanted.job_timeout is not None:
        columns["job_timeout"] = timedelta(seconds=wanted.job_timeout)
    if wanted.priority is not None:
        columns["priority"] = Priority[wanted.priority.upper()]
    if wanted.recurrence is not None:
        columns |= _recurrence(wanted.recurrence, shop)
    empty = {"earliest_start": database.clock(), "job_timeout": LONGEST}
    try:
        JobQueueEntry(**(empty | columns)).settle()
    except ValidationError as error:
        name, sentences = next(iter(error.message_dict.items()))
        raise Problem(422, sentences[0], _place(name)) from None
    return columns


def _recurrence(recurrence: Recurrence, shop: Shop) -> dict[str, Any]:
    if not recurrence.weekdays and not recurrence.date_formula:
        raise Problem(422, _("Name weekdays or a date formula."), "recurrence")
    columns = recurrence.model_dump(exclude={"weekdays"})
    columns["zone"] = recurrence.zone or shop.zone
    columns["holidays"] = [day.isoformat() for day in recurrence.holidays]
    return columns | dict.fromkeys(recurrence.weekdays, True)


def _place(column: str) -> str:
    """Where in the request the value of a column stands."""
    if column in COLUMNS:
        return column
    inside = "weekdays" if column in WEEKDAYS else column
    return f"recurrence.{inside}" if inside in Recurrence.model_fields else "recurrence"


def _scoped(request: HttpRequest, key: str) -> str | None:
    """The caller's key as the queue keeps it: two users never meet in one."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f"api/{request.user.pk}/{digest}" if key else None


def _check_same(idem_key: str, subject: Subject, parameters: Mapping[str, Any]) -> None:
    """Refuse a key that stands for another request already. Raises Problem."""
    before = JobQueueEntry.objects.filter(idem_key=idem_key).first()
    if before is None:
        return
    same = before.parameters_hash == fingerprint(kind_named(subject.number), parameters)
    shop = subject.shop.code if subject.shop else ""
    if not same or before.shop not in {shop, ""}:
        text = _("This Idempotency-Key stands for another request, entry %d. Choose a new one.")
        raise Problem(409, text % before.pk, "Idempotency-Key")
