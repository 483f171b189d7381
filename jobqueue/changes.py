"""What a person may change of an entry that is not running; its status is moved in `transitions`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError
from django.db.models import Case, F, Value, When
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from jobqueue import database
from jobqueue.errors import Refused
from jobqueue.models import JobQueueCategory, JobQueueEntry, Status
from jobqueue.registry import kind_named
from jobqueue.requests import fingerprint
from jobqueue.transitions import IDLE


def keep_parameters(entry: JobQueueEntry, parameters: Mapping[str, Any], by_id: int | None) -> None:
    """Who changes what an entry does becomes its user. Raises Refused, with nothing written."""
    kind = kind_named(entry.kind)
    keep(
        entry,
        parameters=dict(parameters),
        parameters_version=kind.version,
        parameters_hash=fingerprint(kind, parameters),
        requested_by_id=by_id,
    )


def keep(entry: JobQueueEntry, **values: Any) -> None:
    """One UPDATE that a run, or a twin that waits already, refuses.

    A category that is new begins with the limit 1; the housekeeper wakes what may run there. What
    waited for another lane is Ready: in none at all nobody would wake it.
    """
    mine = JobQueueEntry.objects.filter(pk=entry.pk, status__in=IDLE)
    if "category" in values:
        waited = When(status=Status.WAITING, then=Value(Status.READY))
        values["status"] = Case(waited, default=F("status"))
    try:
        with database.write():
            if code := values.get("category"):
                JobQueueCategory.objects.get_or_create(code=code)
            if not mine.update(changed=Now(), **values):
                raise Refused(_("The entry is running. Cancel it or wait until it has ended."))
    except IntegrityError:
        raise Refused(_("Another entry that asks for the same already waits.")) from None
