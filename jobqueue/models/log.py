"""One row a run: when, where, how it ended."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jobqueue.models.entry import JobQueueEntry


class LogStatus(models.TextChoices):
    IN_PROCESS = "in_process", _("In Process")
    SUCCESS = "success", _("Success")
    ISSUES = "issues", _("Succeeded with issues")
    ERROR = "error", _("Error")
    CANCELLED = "cancelled", _("Cancelled")
    SNOOZED = "snoozed", _("Put off")
    INTERRUPTED = "interrupted", _("Interrupted")
    EXPIRED = "expired", _("Expired")


class JobQueueLogEntry(models.Model):
    """A run is (entry, fence). The row outlives its entry. Source: BC table 474."""

    entry = models.ForeignKey(
        JobQueueEntry,
        models.SET_NULL,
        null=True,
        db_index=False,  # one_log_entry_per_run begins with it
        related_name="log_entries",
        verbose_name=_("entry"),
    )
    fence = models.BigIntegerField(_("run"))
    kind = models.CharField(_("report"), max_length=60)
    description = models.CharField(_("description"), max_length=250, blank=True)
    shop = models.CharField(_("shop"), max_length=20, blank=True)
    status = models.CharField(
        _("status"), max_length=12, choices=LogStatus, default=LogStatus.IN_PROCESS
    )
    will_retry = models.BooleanField(_("will retry"), default=False)
    counts = models.JSONField(_("counts"), default=dict)  # read, created, … → number
    issues = models.PositiveIntegerField(_("issues"), default=0)  # records that need a person
    message = models.TextField(_("message"), blank=True)
    error_message = models.TextField(_("error message"), blank=True)
    error_trace = models.TextField(_("call stack"), blank=True)
    started = models.DateTimeField(_("start"), db_index=True)  # aware, UTC; database clock
    ended = models.DateTimeField(_("end"), null=True, db_index=True)
    owner = models.CharField(_("owner"), max_length=80, blank=True)
    node = models.CharField(_("node"), max_length=80, blank=True)
    parameters = models.JSONField(_("parameters"), default=dict)  # as they were in this run

    class Meta:
        db_table = "jobqueue_log"
        verbose_name = _("job queue log entry")
        verbose_name_plural = _("job queue log entries")
        ordering = ["-started", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "fence"], name="one_log_entry_per_run"),
            models.CheckConstraint(
                condition=Q(status="in_process", ended__isnull=True)
                | (~Q(status="in_process") & Q(ended__isnull=False)),
                name="log_ended_iff_over",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.entry_id}/{self.fence} ({self.status})"
