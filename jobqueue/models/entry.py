"""What is to run, when, and how it stands. Only the queue's own moves write `status`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from jobqueue.recurrence_columns import WEEKDAYS, Recurrence, columns


class Status(models.TextChoices):
    READY = "ready", _("Ready")
    WAITING = "waiting", _("Waiting")  # due, but its lane or its lock is taken
    IN_PROCESS = "in_process", _("In Process")
    ERROR = "error", _("Error")
    ON_HOLD = "on_hold", _("On Hold")
    FINISHED = "finished", _("Finished")
    INACTIVE = "inactive", _("On Hold with Inactivity Timeout")


class Priority(models.IntegerChoices):
    HIGH = 1000, _("High")
    NORMAL = 2000, _("Normal")
    LOW = 3000, _("Low")


LONGEST = timedelta(days=7)  # a job timeout
QUEUED = (Status.READY, Status.WAITING)

# The condition of the index entry_at_rest: SQLite takes a partial index only when it reads its very
# words, and not for a parameter that implies them.
AT_REST = "jobqueue_entry.status IN ('error', 'on_hold', 'finished', 'inactive')"


class EntryQuerySet(models.QuerySet["JobQueueEntry"]):
    def queued(self) -> Self:
        """Ready or Waiting."""
        return self.filter(status__in=QUEUED)

    def running(self) -> Self:
        return self.filter(status=Status.IN_PROCESS)

    def due(self) -> Self:
        """Queued and past their earliest start by the database's clock, next first."""
        return (
            self.queued()
            .filter(earliest_start__lte=Now())
            .order_by("urgency", "earliest_start", "pk")
        )

    def running_alike(self, entry: JobQueueEntry) -> Self:
        """Entries that do the very same work right now."""
        alike = self.running().filter(
            lock_key=entry.lock_key, parameters_hash=entry.parameters_hash
        )
        return alike.exclude(lock_key="")

    def twins_of(self, entry: JobQueueEntry) -> Self:
        """Queued one-off entries that ask for the very same work."""
        return (
            self.queued()
            .filter(recurring=False, lock_key=entry.lock_key, parameters_hash=entry.parameters_hash)
            .exclude(lock_key="")
            .exclude(pk=entry.pk)
        )


class JobQueueEntry(Recurrence):
    """Source: BC table 472, Job Queue Entry. The primary key is its Entry No."""

    # What to run
    kind = models.CharField(_("report"), max_length=60)
    number = models.PositiveIntegerField(_("object ID to run"))  # BC's object id, e.g. 30104
    description = models.CharField(_("description"), max_length=250, blank=True)
    parameters = models.JSONField(_("parameters"), default=dict, blank=True)
    parameters_version = models.PositiveSmallIntegerField(default=1)
    parameters_hash = models.CharField(max_length=64, editable=False)  # of kind and parameters
    shop = models.CharField(_("shop"), max_length=20, blank=True)  # a plain code
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,  # entry_requested_by
        related_name="+",
        verbose_name=_("user"),
    )
    language = models.CharField(_("language"), max_length=12, blank=True)
    idem_key = models.CharField(max_length=120, null=True, editable=False)  # noqa: DJ001 - NULLs do not collide

    # Whom it waits for
    category = models.CharField(_("job queue category code"), max_length=30, blank=True)
    slot = models.PositiveSmallIntegerField(default=0, editable=False)  # its place while it runs
    lock_key = models.CharField(max_length=120, blank=True)  # two of one key never overlap
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority, default=Priority.NORMAL
    )
    urgency = models.PositiveSmallIntegerField(default=Priority.NORMAL, editable=False)  # aged

    # When
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.ON_HOLD)
    earliest_start = models.DateTimeField(_("earliest start"))  # aware, UTC
    # What its schedule planned; a retry, a pause or a person moves the earliest start alone.
    planned_start = models.DateTimeField(_("planned start"), null=True, editable=False)
    expiration = models.DateTimeField(_("expiration"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)  # failed so far
    max_attempts = models.PositiveSmallIntegerField(  # retries after the first run
        _("maximum number of attempts"),
        default=5,
        validators=[MaxValueValidator(10, _("An entry can be tried again at most 10 times."))],
    )
    rerun_delay = models.PositiveSmallIntegerField(  # s before the first retry; then doubled
        _("rerun delay (sec.)"),
        default=30,
        validators=[MaxValueValidator(3600, _("The rerun delay is at most 3600 seconds."))],
    )
    inactivity_timeout = models.PositiveIntegerField(
        _("inactivity timeout (min.)"),
        default=5,
        validators=[MinValueValidator(5, _("The inactivity timeout is at least 5 minutes."))],
    )
    job_timeout = models.DurationField(_("job timeout"))

    # Again (how it recurs stands in Recurrence)
    misfires = models.PositiveIntegerField(  # of its planned starts, in all
        _("missed starts"), default=0, editable=False
    )
    consecutive_failures = models.PositiveSmallIntegerField(default=0, editable=False)
    hold_reason = models.TextField(_("reason for the hold"), blank=True)

    # The run
    fence = models.BigIntegerField(default=0, editable=False)  # +1 at every claim
    owner = models.CharField(max_length=80, blank=True, editable=False)
    node = models.CharField(max_length=80, blank=True, editable=False)
    started = models.DateTimeField(_("started"), null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)  # database clock
    last_progress_at = models.DateTimeField(null=True, editable=False)
    progress = models.JSONField(default=dict, editable=False)  # phase, done, total, counts
    so_far = models.JSONField(default=dict, editable=False)  # of a run in parts
    hint_until = models.DateTimeField(null=True, editable=False)  # a message is believed under way
    cancel_requested = models.BooleanField(default=False, editable=False)
    error_message = models.TextField(_("error message"), blank=True)
    error_trace = models.TextField(_("call stack"), blank=True)
    created = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    changed = models.DateTimeField(_("changed"), db_default=Now(), editable=False)

    # No column: when it was to start, where a request brought it forward.
    planned_before: datetime | None = None

    objects = EntryQuerySet.as_manager()

    class Meta:
        db_table = "jobqueue_entry"
        verbose_name = _("job queue entry")
        verbose_name_plural = _("job queue entries")
        # Every move of an entry writes each index that it stands in anew: none holds what is empty.
        constraints = [
            models.UniqueConstraint(
                fields=["idem_key"], condition=Q(idem_key__isnull=False), name="one_per_idem_key"
            ),
            models.UniqueConstraint(
                fields=["category", "slot"],
                condition=Q(status="in_process") & ~Q(category=""),
                name="one_runs_per_place",
            ),
            models.UniqueConstraint(
                fields=["lock_key"],
                condition=Q(status="in_process") & ~Q(lock_key=""),
                name="one_runs_per_lock",
            ),
            models.UniqueConstraint(
                fields=["lock_key", "parameters_hash"],
                condition=Q(status__in=["ready", "waiting"], recurring=False) & ~Q(lock_key=""),
                name="one_waits_per_lock_and_parameters",
            ),
            models.CheckConstraint(
                condition=(Q(status="in_process", lease_until__isnull=False) & ~Q(owner=""))
                | (~Q(status="in_process") & Q(lease_until__isnull=True, owner="")),
                name="owned_iff_in_process",
            ),
            models.CheckConstraint(
                condition=Q(max_attempts__lte=10, rerun_delay__lte=3600, inactivity_timeout__gte=5),
                name="entry_limits",
            ),
            models.CheckConstraint(
                condition=Q(recurring=True)
                | Q(starting_time__isnull=True, ending_time__isnull=True),
                name="only_recurring_has_a_window",
            ),
            models.CheckConstraint(
                condition=Q(date_formula="")
                | Q(minutes_between_runs=0, fixed_grid=False, **dict.fromkeys(WEEKDAYS, False)),
                name="formula_stands_alone",
            ),
        ]
        indexes = [
            models.Index(
                fields=["urgency", "earliest_start", "id"],
                condition=Q(status="ready"),
                name="entry_ready",
            ),
            models.Index(  # to step from shop to shop
                fields=["shop", "urgency", "earliest_start", "id"],
                condition=Q(status="ready"),
                name="entry_ready_of_shop",
            ),
            models.Index(
                fields=["category", "earliest_start"],
                condition=Q(status="ready") & ~Q(category=""),
                name="entry_ready_in_lane",
            ),
            models.Index(
                fields=["lock_key", "earliest_start"],
                condition=Q(status="ready") & ~Q(lock_key=""),
                name="entry_ready_with_lock",
            ),
            models.Index(
                fields=["category", "urgency", "earliest_start", "id"],
                condition=Q(status="waiting"),
                name="entry_waiting",
            ),
            models.Index(
                fields=["lock_key", "urgency", "earliest_start"],
                condition=Q(status="waiting") & ~Q(lock_key=""),
                name="entry_waiting_for_lock",
            ),
            models.Index(
                fields=["lease_until"], condition=Q(status="in_process"), name="entry_leased"
            ),
            models.Index(
                fields=["hint_until"],
                condition=Q(status="ready", hint_until__isnull=False),
                name="entry_hinted",
            ),
            models.Index(
                fields=["requested_by"],
                condition=Q(requested_by__isnull=False),
                name="entry_requested_by",
            ),
            models.Index(
                fields=["expiration"],
                condition=Q(status__in=["ready", "waiting"], expiration__isnull=False),
                name="entry_expiring",
            ),
            models.Index(
                fields=["shop"], condition=Q(recurring=True), name="entry_recurring_of_shop"
            ),
            # Not of what is queued: SQLite would prefer it to the indexes above.
            models.Index(
                fields=["status", "changed"],
                condition=Q(status__in=["error", "on_hold", "finished", "inactive"]),
                name="entry_at_rest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind} {self.shop}".strip()

    @property
    def planned(self) -> datetime:
        """The start from which a schedule counts on."""
        return self.planned_start or self.earliest_start

    def settle(self) -> None:
        """Derive `recurring`, clear what a later choice overrules, check limits and dates.

        Raises ValidationError with sentences on the fields that mend it.
        """
        self.clean_fields(exclude=NOT_LIMITED)
        self.clean()

    def clean(self) -> None:
        self.settle_recurrence()
        if not timedelta(0) < self.job_timeout <= LONGEST:
            raise ValidationError(
                {"job_timeout": _("The job timeout is longer than 0 and at most 7 days.")}
            )
        if self.expiration is not None and self.expiration <= self.earliest_start:
            raise ValidationError(
                {"expiration": _("The expiration must be later than the earliest start.")}
            )


# What `settle` need not look at one by one: it costs, and comes from code.
LIMITED = {"max_attempts", "rerun_delay", "inactivity_timeout", *columns()}
NOT_LIMITED = {field.name for field in JobQueueEntry._meta.fields} - LIMITED
