"""Which processes of the queue are alive, for the readiness page and the hint window."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

EVERY = timedelta(seconds=5)  # how often a process says that it lives
SILENT = timedelta(seconds=20)  # after so long it counts as gone


class HeartbeatQuerySet(models.QuerySet["WorkerHeartbeat"]):
    def alive(self) -> Self:
        """Those heard of lately, by the database's clock."""
        return self.filter(seen_at__gte=Now() - SILENT)


class WorkerHeartbeat(models.Model):
    class Kind(models.TextChoices):
        WORKER = "worker", _("Worker")
        DISPATCHER = "dispatcher", _("Dispatcher")
        BEAT = "beat", _("Beat")

    owner = models.CharField(_("owner"), max_length=80)
    node = models.CharField(_("node"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    concurrency = models.PositiveSmallIntegerField(_("concurrency"), default=0)  # pool processes
    seen_at = models.DateTimeField(_("seen at"), db_index=True)  # aware, UTC; database clock

    objects = HeartbeatQuerySet.as_manager()

    class Meta:
        db_table = "jobqueue_heartbeat"
        verbose_name = _("worker heartbeat")
        verbose_name_plural = _("worker heartbeats")
        constraints = [
            models.UniqueConstraint(fields=["kind", "owner"], name="one_heartbeat_per_process")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.owner}"
