"""Processes say that they live; the readiness page and the hint window read it."""

from __future__ import annotations

from django.db.models.functions import Now

from jobqueue import database, owners
from jobqueue.models import WorkerHeartbeat


def tell(kind: WorkerHeartbeat.Kind, concurrency: int = 0) -> None:
    """Note that this process lives as `kind`. Of beat there is one row a node."""
    owner = kind.value if kind == WorkerHeartbeat.Kind.BEAT else owners.me()
    with database.write(durable=False):
        WorkerHeartbeat.objects.update_or_create(
            kind=kind,
            owner=f"{owners.node()}/{owner}",
            defaults={"node": owners.node(), "concurrency": concurrency, "seen_at": Now()},
        )


def alive() -> dict[str, int]:
    """How many processes of each kind were heard of lately."""
    found = dict.fromkeys(WorkerHeartbeat.Kind.values, 0)
    for kind in WorkerHeartbeat.objects.alive().values_list("kind", flat=True):
        found[kind] += 1
    return found
