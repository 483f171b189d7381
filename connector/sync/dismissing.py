"""Nobody has to look at a record that was not taken: a person said so, and may take it back.

What stands outside of the list of issues follows: a dismissed shipment no longer counts as failed.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from connector.sync.models import Issue, ShipmentLink

SHIPMENT = "shipment "  # what the id of a shipment's issue begins with


@transaction.atomic
def dismiss(issues: QuerySet[Issue], note: str) -> int:
    """Dismiss those of the issues that are open; return how many that were."""
    found = issues.filter(state=Issue.State.OPEN).select_for_update(of=("self",)).order_by("pk")
    gids = dict(found.values_list("pk", "gid"))
    Issue.objects.filter(pk__in=list(gids)).update(state=Issue.State.DISMISSED, note=note)
    failed = ShipmentLink.objects.filter(state=ShipmentLink.State.FAILED)
    failed.filter(shipment__in=shipments(gids.values())).update(state=ShipmentLink.State.DISMISSED)
    return len(gids)


@transaction.atomic
def reopen(issue: Issue) -> bool:
    """Take a dismissal back; False when the issue is not dismissed any more."""
    mine = Issue.objects.filter(pk=issue.pk, state=Issue.State.DISMISSED)
    if not mine.update(state=Issue.State.OPEN):
        return False
    failed_again([issue.gid])
    return True


def failed_again(gids: Iterable[str]) -> None:
    """Count dismissed shipments as failed once more, by the ids of their issues."""
    dismissed = ShipmentLink.objects.filter(state=ShipmentLink.State.DISMISSED)
    dismissed.filter(shipment__in=shipments(gids)).update(state=ShipmentLink.State.FAILED)


def shipments(gids: Iterable[str]) -> list[UUID]:
    """The posted shipments that issues are about, by the ids of the issues; others are left out."""
    return [UUID(gid.removeprefix(SHIPMENT)) for gid in gids if gid.startswith(SHIPMENT)]
