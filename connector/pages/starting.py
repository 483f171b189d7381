"""Starting a report or a batch posting by hand, from whichever page."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from connector.pages.subjects import Subject
from connector.pages.watched import watch
from jobqueue.models import Priority


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
    # With background syncs off the person waits on the entry's page: so it goes before the others.
    background = shop is None or shop.allow_background_syncs
    entry, created = subject.request(
        filters or {},
        options or {},
        owner_id=request.user.pk,
        priority=Priority.NORMAL if background else Priority.HIGH,
    )
    watch(request, entry.pk)
    _tell(request, created=created, background=background)
    return redirect("job", entry_id=entry.pk)


def _tell(request: HttpRequest, *, created: bool, background: bool) -> None:
    if not created:
        messages.info(request, _("This sync was already asked for. Here it is."))
    elif background:
        messages.success(request, _("The sync is in the job queue. You may go on working."))
    else:
        messages.success(request, _("The sync runs now. Wait here to see what comes of it."))
