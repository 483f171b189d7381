"""Starting a report or a batch posting by hand, from whichever page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from connector.notices.models import Preference
from connector.pages.subjects import Subject, subject_of_entry
from connector.pages.watched import watch
from jobqueue.models import JobQueueEntry, Priority
from jobqueue.moments import moment


def may_start(request: HttpRequest, subject: Subject) -> bool:
    return not subject.permission or request.user.has_perm(subject.permission)


def start(
    request: HttpRequest,
    subject: Subject,
    filters: Mapping[str, str] | None = None,
    options: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Ask for it now; a second equal request leads to the first one's entry and says so.

    Raises PermissionDenied, BadParameters, and Refused by the queue.
    """
    if not may_start(request, subject):
        raise PermissionDenied
    shop = subject.shop
    if shop is not None and not shop.enabled:
        messages.error(request, _("Shop %s is disabled: enable it on the shop card.") % shop.code)
        return redirect("shop", code=shop.code)
    entry, created = _requested(request, subject, filters or {}, options or {})
    if entry.planned_before is not None:
        text = _("This sync was planned for %s. It runs now instead.")
        messages.info(request, text % moment(entry.planned_before))
    else:
        _tell(request, created=created, background=_background(subject))
    return redirect("job", entry_id=entry.pk)


def start_several(request: HttpRequest, subjects: Sequence[Subject]) -> None:
    """Ask for each; a disabled shop is left out and named, and stops none of the others.

    Raises PermissionDenied before anything is asked for, and Refused by the queue.
    """
    if not all(may_start(request, subject) for subject in subjects):
        raise PermissionDenied
    new: list[str] = []
    known: list[str] = []
    for subject in subjects:
        if subject.shop is not None and not subject.shop.enabled:
            text = _("Shop %s is disabled: it was left out.")
            messages.warning(request, text % subject.shop.code)
            continue
        entry, created = _requested(request, subject, {}, {})
        (new if created else known).append(entry.description)
    if new:
        messages.success(request, _("In the job queue: %s") % ", ".join(new))
    if known:
        messages.info(request, _("Already asked for: %s") % ", ".join(known))


def _requested(
    request: HttpRequest, subject: Subject, filters: Mapping[str, str], options: Mapping[str, str]
) -> tuple[JobQueueEntry, bool]:
    """With background syncs off the person waits for the entry: so it goes before the others."""
    entry, created = subject.request(
        filters,
        options,
        owner_id=request.user.pk,
        join=True,
        priority=Priority.NORMAL if _background(subject) else Priority.HIGH,
    )
    watch(request, entry.pk)
    return entry, created


def warn(request: HttpRequest, entry_id: int) -> None:
    """Say so where a schedule is to go on posting on one and the same day."""
    entry = JobQueueEntry.objects.get(pk=entry_id)
    subject = subject_of_entry(entry) if entry.recurring else None
    if subject and (warning := subject.warning(entry.parameters)):
        messages.warning(request, warning)


def _background(subject: Subject) -> bool:
    return subject.shop is None or subject.shop.allow_background_syncs


def _tell(request: HttpRequest, *, created: bool, background: bool) -> None:
    if not created:
        messages.info(request, _("This sync was already asked for. Here it is."))
    elif background:
        if Preference.of(request.user.pk or 0).say_queued:
            text = _("The sync is in the job queue. You may go on working.")
            messages.success(request, text, extra_tags="queued")
    else:
        messages.success(request, _("The sync runs now. Wait here to see what comes of it."))
