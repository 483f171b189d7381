"""Who is not to run for now: a shop, or all. What runs already runs on."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobQueuePause(models.Model):
    """The due entries of a paused shop are neither rung for nor claimed; they keep their place."""

    class MadeBy(models.TextChoices):
        PERSON = "person", _("Person")
        REST = "rest", _("Rest")  # the shop is disabled
        BREAKER = "breaker", _("Breaker")  # the shop did not answer; once over, one entry probes

    shop = models.CharField(_("shop"), max_length=20, blank=True)  # a plain code; "" pauses all
    made_by = models.CharField(_("made by"), max_length=10, choices=MadeBy)
    reason = models.TextField(_("reason"), blank=True)
    since = models.DateTimeField(_("since"))  # aware, UTC; database clock
    until = models.DateTimeField(_("until"), null=True, blank=True)  # null: until taken off
    probe = models.BigIntegerField(null=True, editable=False)  # the entry that tries the shop

    class Meta:
        db_table = "jobqueue_pause"
        verbose_name = _("job queue pause")
        verbose_name_plural = _("job queue pauses")
        constraints = [
            models.UniqueConstraint(fields=["shop", "made_by"], name="one_pause_per_maker"),
        ]

    def __str__(self) -> str:
        return f"{self.shop or '*'} ({self.made_by})"


class JobQueueTrouble(models.Model):
    """How many runs of a shop failed in a row because of the shop."""

    shop = models.CharField(_("shop"), max_length=20, primary_key=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)

    class Meta:
        db_table = "jobqueue_trouble"
        verbose_name = _("trouble with a shop")
        verbose_name_plural = _("troubles with shops")

    def __str__(self) -> str:
        return f"{self.shop}: {self.failures}"
