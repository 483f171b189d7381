"""What a person is told of the runs they started, and how they want to be told."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from jobqueue.models import JobQueueEntry


class Preference(models.Model):
    """How one person wants to be told. Without a row: on the pages only."""

    class Mail(models.TextChoices):
        NEVER = "never", _("Never")
        PROBLEMS = "problems", _("Only of failures and issues")
        ALWAYS = "always", _("Always")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="notice_preference"
    )
    mail = models.CharField(_("e-mail"), max_length=10, choices=Mail, default=Mail.NEVER)
    language = models.CharField(
        _("language of e-mails"), max_length=12, choices=settings.LANGUAGES, default="en"
    )
    say_queued = models.BooleanField(
        _("say that a sync is in the job queue"),
        default=True,
        help_text=_("When you start one, on the page that follows."),
    )

    class Meta:
        verbose_name = _("notification preference")

    def __str__(self) -> str:
        return f"{self.user_id}: {self.mail}"

    @classmethod
    def of(cls, user_id: int) -> Preference:
        """The person's row; one who has none has the defaults, not saved."""
        return cls.objects.filter(user=user_id).first() or cls(user_id=user_id)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self, user: AbstractBaseUser) -> Self:
        """What the person has not marked as read, newest first."""
        return self.filter(user=user.pk, read_at=None).order_by("-ended_at", "-pk")


class Notice(models.Model):
    """One run that ended, for the person who started it. Written with the end of the run."""

    class Outcome(models.TextChoices):
        SUCCESS = "success", _("Success")
        ISSUES = "issues", _("Succeeded with issues")
        ERROR = "error", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")
        EXPIRED = "expired", _("Expired")

    class Mail(models.TextChoices):
        """TO_SEND ⇄ SENDING ─▶ SENT | REFUSED | UNSURE. Only from TO_SEND is a mail sent."""

        NONE = "none", _("None")
        TO_SEND = "to_send", _("To be sent")
        SENDING = "sending", _("Being sent")  # written before the server is given it
        SENT = "sent", _("Sent")
        REFUSED = "refused", _("Could not be sent")
        UNSURE = "unsure", _("Perhaps sent")  # the answer was lost: never sent again

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    entry = models.ForeignKey(JobQueueEntry, models.SET_NULL, null=True, related_name="+")
    fence = models.BigIntegerField()  # the run of the entry
    description = models.CharField(_("description"), max_length=250)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    back = models.BooleanField(default=False)  # a schedule that failed before and is well again
    message = models.TextField(blank=True)
    counts = models.JSONField(default=dict)
    issues = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(_("end"))
    read_at = models.DateTimeField(null=True)
    mail = models.CharField(max_length=10, choices=Mail, default=Mail.NONE)
    mail_tries = models.PositiveSmallIntegerField(default=0)
    mail_at = models.DateTimeField(null=True)  # not before; while it is being sent: since
    mail_note = models.TextField(blank=True)  # why it could not be sent

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.UniqueConstraint(fields=["entry", "fence"], name="notice_once_per_run"),
        ]
        indexes = [
            models.Index(
                fields=["user", "-ended_at"],
                condition=Q(read_at__isnull=True),
                name="notice_unread",
            ),
            models.Index(fields=["user", "-ended_at"], name="notice_newest"),
            models.Index(fields=["ended_at"], name="notice_oldest"),
            models.Index(
                fields=["mail_at"],
                condition=Q(mail__in=["to_send", "sending"]),
                name="notice_mail_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.description}: {self.outcome}"

    @property
    def sentence(self) -> str:
        """What became of it, in the language of who reads it; of a failure in the run's own."""
        if self.outcome == self.Outcome.ISSUES:
            text = ngettext(
                "%(count)d record needs a person.", "%(count)d records need a person.", self.issues
            )
            return text % {"count": self.issues}
        if self.outcome == self.Outcome.SUCCESS:
            return _t("It works again.") if self.back else _t("It is done.")
        return self.message
