"""The recurrence editor: when an entry runs, how often, and how often it is tried again."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from connector.pages.request_form import SuggestingInput
from jobqueue import recurrence
from jobqueue.models import JobQueueEntry
from jobqueue.recurrence_columns import WEEKDAYS

PACE = ("minutes_between_runs", "fixed_grid", "starting_time", "ending_time", "zone")
FORMULA = ("date_formula", "on_misfire")
LIMITS = ("earliest_start", "expiration", "priority", "max_attempts", "rerun_delay")
MOMENT = "%Y-%m-%dT%H:%M"


def _moment() -> forms.DateTimeInput:
    return forms.DateTimeInput({"type": "datetime-local"}, format=MOMENT)


def _time() -> forms.TimeInput:
    return forms.TimeInput({"placeholder": "08:00"}, format="%H:%M")


class ScheduleForm(forms.ModelForm[JobQueueEntry]):
    """The entry's own rules refuse what makes no sense; each refusal stands on its field."""

    use_required_attribute = False

    class Meta:
        model = JobQueueEntry
        fields = ["description", *WEEKDAYS, *PACE, *FORMULA, *LIMITS]
        widgets = {
            "starting_time": _time(),
            "ending_time": _time(),
            "earliest_start": _moment(),
            "expiration": _moment(),
        }
        help_texts = {
            "minutes_between_runs": _(
                "From the end of a run, or from start to start by the clock."
            ),
            "fixed_grid": _("On: by the clock, 08:00, 08:15, 08:30. Off: after each run."),
            "ending_time": _("Earlier than the starting time: the window goes past midnight."),
            "date_formula": _("Instead of weekdays: 1D, 1W, CM, 1D+CM, D4, WD4."),
            "zone": _("The times of the window are of this zone: Europe/Oslo."),
            "expiration": _("Past this time it does not start any more."),
            "max_attempts": _("Retries after a run that failed, 10 at most."),
            "rerun_delay": _("Before the first retry; then twice as long each time."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].widget = SuggestingInput(tuple(sorted(_zones())))

    @property
    def weekday_fields(self) -> list[BoundField]:
        return [self[name] for name in WEEKDAYS]

    @property
    def pace_fields(self) -> list[BoundField]:
        return [self[name] for name in (*PACE, *FORMULA)]

    @property
    def limit_fields(self) -> list[BoundField]:
        return [self[name] for name in ("description", *LIMITS)]

    def columns(self) -> dict[str, Any]:
        """The columns as they are kept, settled. Only of a valid form."""
        names = [*self.fields, "recurring"]
        return {name: getattr(self.instance, name) for name in names}

    def starts(self, now: datetime) -> list[datetime]:
        """The next five starts of what was entered; none when it does not recur."""
        return next_starts(self.instance, now) if self.is_bound and self.is_valid() else []


def next_starts(entry: JobQueueEntry, now: datetime) -> list[datetime]:
    """The next five starts of a recurring entry, before it expires; UTC."""
    if not entry.recurring:
        return []
    rule = entry.rule()
    first = recurrence.first_run(rule, max(entry.earliest_start, now))
    starts = recurrence.next_runs(rule, now, planned=first)
    return [at for at in starts if entry.expiration is None or at < entry.expiration]


def _zones() -> set[str]:
    """Those named after a place."""
    areas = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Pacific/")
    return {zone for zone in available_timezones() if zone.startswith(areas)} | {"UTC"}
