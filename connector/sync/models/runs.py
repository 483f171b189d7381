"""How far each report has come, each run of it, and every record that a run could not take."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shops.models import Shop


class Cursor(models.Model):
    """How far a report has read one shop. The position is Shopify's clock, never ours."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="cursors")
    report = models.CharField(max_length=30)
    position = models.DateTimeField(null=True)  # updated_at of the newest record that is recorded

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "report"], name="cursor_one_per_report")
        ]

    def __str__(self) -> str:
        return f"{self.report} of {self.shop} at {self.position}"

    def advance(self, position: datetime | None) -> None:
        """Move forward to `position`; a position behind the cursor, or None, moves nothing."""
        if position is None or (self.position and position <= self.position):
            return
        self.position = position
        self.save(update_fields=["position"])


class Run(models.Model):
    """One run of one report for one shop; the job queue's log entry tells the rest."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="runs")
    report = models.CharField(max_length=30)
    log_entry = models.ForeignKey(
        "jobqueue.JobQueueLogEntry", models.SET_NULL, null=True, related_name="+"
    )
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)  # read, created, updated, unchanged, skipped, rejected
    note = models.TextField(blank=True)  # what a person should know of the run as a whole
    dry_run = models.BooleanField(default=False)  # it only said what would happen

    class Meta:
        indexes = [models.Index(fields=["shop", "report", "-started_at"], name="run_latest")]

    def __str__(self) -> str:
        return f"{self.report} of {self.shop} at {self.started_at}"


class DryRunLine(models.Model):
    """What a dry run would have done with one record."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="dry_run_lines")
    gid = models.CharField(max_length=80)  # as of an issue
    ref = models.CharField(_("record"), max_length=100)  # as people name it: "#1001"
    outcome = models.CharField(_("outcome"), max_length=10)  # created, updated, skipped, rejected
    words = models.TextField(blank=True)  # what it would be, or why not

    def __str__(self) -> str:
        return f"{self.ref}: {self.outcome}"


class IssueQuerySet(models.QuerySet["Issue"]):
    def open(self) -> IssueQuerySet:
        return self.filter(state=Issue.State.OPEN)


class Issue(models.Model):
    """A record that a report looked at and did not take, and why. One row a record and report.

    It closes itself when a later run takes the record, and opens again when one does not.
    """

    class Outcome(models.TextChoices):
        SKIPPED = "skipped", _("Skipped")  # nobody's fault: there is nothing to do, or not yet
        REJECTED = "rejected", _("Rejected")  # somebody has to mend something

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        RESOLVED = "resolved", _("Resolved")
        DISMISSED = "dismissed", _("Dismissed")

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="issues")
    report = models.CharField(max_length=30)
    gid = models.CharField(max_length=80)  # Shopify's id, or ours where the record is ours
    ref = models.CharField(_("record"), max_length=100)  # as people name it: "#1001"
    run = models.ForeignKey(Run, models.SET_NULL, null=True, related_name="issues")
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    code = models.CharField(max_length=40)
    reason = models.TextField(_("reason"))
    state = models.CharField(_("status"), max_length=10, choices=State, default=State.OPEN)
    attempts = models.IntegerField(_("attempts"), default=1)
    next_try = models.DateTimeField(_("next try"), null=True)  # null: at every run
    first_seen = models.DateTimeField(_("first seen"))
    last_seen = models.DateTimeField(_("last seen"))
    note = models.TextField(_("note"), blank=True)  # of the person who dismissed it

    objects = IssueQuerySet.as_manager()

    class Meta:
        verbose_name = _("skipped record")
        verbose_name_plural = _("skipped records")
        constraints = [
            models.UniqueConstraint(fields=["shop", "report", "gid"], name="issue_one_per_record")
        ]
        indexes = [
            models.Index(
                fields=["shop", "report", "outcome"], condition=Q(state="open"), name="issue_open"
            ),
            models.Index(fields=["-last_seen"], name="issue_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.ref}: {self.reason}"
