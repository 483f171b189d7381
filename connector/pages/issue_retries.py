"""Trying records again: their pauses end, and the reports that left them out are asked for now."""

from __future__ import annotations

import json
from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db import transaction
from django.utils.translation import gettext as _

from connector.pages.subjects import POSTING, BatchSubject, Subject, subject_of
from connector.sync.batches import batch_named
from connector.sync.dismissing import failed_again, shipments
from connector.sync.models import Issue, MediaLink, ShipmentLink, StagedOrder
from connector.sync.reports.images import Images
from jobqueue.errors import Refused
from jobqueue.models import JobQueueEntry

STEERING = "jobqueue.change_jobqueueentry"


def may_handle(user: AbstractBaseUser | AnonymousUser, issue: Issue) -> bool:
    """Those who may steer the queue; for a posting that was refused, who may post as well."""
    permission = POSTING if batch_named(issue.report) else STEERING
    return isinstance(user, User) and user.has_perms([STEERING, permission])


def retry(issues: Iterable[Issue], *, by_id: int | None) -> list[JobQueueEntry]:
    """End the pause of these records and ask for their reports. Raises Refused, nothing written."""
    groups: dict[tuple[int, str, str], list[Issue]] = {}
    known = Issue.objects.select_related("shop", "run__log_entry")
    for issue in known.filter(pk__in=[issue.pk for issue in issues]):
        options = json.dumps(_options(issue), sort_keys=True)
        groups.setdefault((issue.shop_id, issue.report, options), []).append(issue)
    with transaction.atomic():
        return [_ask(group, by_id) for group in groups.values()]


def _ask(group: list[Issue], by_id: int | None) -> JobQueueEntry:
    first = group[0]
    subject = subject_of(first.report, first.shop)
    if subject is None:
        raise Refused(_("The report “%s” does not exist any more.") % first.report)
    if not first.shop.enabled and not isinstance(subject, BatchSubject):  # posting is the books'
        raise Refused(_("Shop %s is disabled: enable it on the shop card.") % first.shop.code)
    _end_pauses(group)
    filters, options = _asked(subject, group)
    return subject.request(filters, options, owner_id=by_id)[0]


def _asked(subject: Subject, group: list[Issue]) -> tuple[dict[str, str], dict[str, str]]:
    """A report takes what is due; a posting only these documents, as it was asked for then."""
    if isinstance(subject, BatchSubject):
        return {"no": "|".join(f"'{issue.ref}'" for issue in group)}, _options(group[0])
    return {}, {"retry": "due"}


def _options(issue: Issue) -> dict[str, str]:
    """Of the posting that was refused; none when its log is gone, or when it did more than post."""
    log = issue.run.log_entry if issue.run else None
    if log is None or log.kind != issue.report:
        return {}
    return dict(log.parameters.get("options", {}))


def _end_pauses(group: list[Issue]) -> None:
    """A pause stands on the issue, and with what waits outside of the list of orders."""
    shop, gids = group[0].shop, [issue.gid for issue in group]
    Issue.objects.filter(pk__in=[issue.pk for issue in group]).update(
        state=Issue.State.OPEN, next_try=None
    )
    StagedOrder.objects.filter(shop=shop, gid__in=gids).update(next_try=None)
    links = ShipmentLink.objects.filter(order__shop=shop, shipment__in=shipments(gids))
    links.update(next_try=None)
    failed_again(gids)
    if group[0].report == Images.name:
        failed = MediaLink.objects.filter(product__shop=shop, product__gid__in=gids)
        failed.filter(state=MediaLink.State.FAILED).update(next_try=None)
