"""The recurrence editor: when an entry runs, how often, and how often it is tried again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from connector.pages.request_form import SuggestingInput
from connector.ui.zone import place_names
from jobqueue import calendar_days, recurrence
from jobqueue.models import JobQueueCategory, JobQueueEntry
from jobqueue.models.entry import LONGEST
from jobqueue.recurrence_columns import WEEKDAYS
from jobqueue.recurrence_errors import RuleError

PACE = ("minutes_between_runs", "fixed_grid", "starting_time", "ending_time", "zone")
FORMULA = ("date_formula", "on_misfire")
DAYS_OFF = ("holidays", "on_holiday")
LIMITS = (
    "earliest_start",
    "expiration",
    "category",
    "priority",
    "job_timeout",
    "max_attempts",
    "rerun_delay",
    "inactivity_timeout",
)
PLAN = {*WEEKDAYS, *PACE, *FORMULA, *DAYS_OFF, "earliest_start"}
MINUTE = timedelta(minutes=1)
CODE = RegexValidator(
    r"^[A-Za-z0-9_-]*\Z", _("A code has letters, digits, - and _ only, e.g. SHPFY-NORDIC.")
)
MOMENT = "%Y-%m-%dT%H:%M"


def moment_input() -> forms.DateTimeInput:
    return forms.DateTimeInput({"type": "datetime-local"}, format=MOMENT)


def _time() -> forms.TimeInput:
    return forms.TimeInput({"placeholder": "08:00"}, format="%H:%M")


class DaysField(forms.CharField):
    """Dates, one a line; in the entry a list of ISO dates in their order."""

    widget = forms.Textarea({"rows": 4, "spellcheck": "false", "placeholder": "2026-12-24"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(str(day) for day in value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """Raises ValidationError with a sentence for each that is no date."""
        texts = dict.fromkeys(super().clean(value).replace(",", " ").replace(";", " ").split())
        found: set[date] = set()
        wrong: list[str] = []
        for text in texts:
            try:
                found |= calendar_days.dates([text])
            except RuleError as error:
                wrong.append(str(error))
        if wrong:
            raise forms.ValidationError(wrong)
        return [day.isoformat() for day in sorted(found)]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class StartField(forms.DateTimeField):
    """Tells by the minute whether a person changed it: not by what a run has moved meanwhile."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs | {"show_hidden_initial": True})

    def has_changed(self, initial: Any, data: Any) -> bool:
        shown = initial.replace(second=0, microsecond=0) if initial else None
        return super().has_changed(shown, data)


class MinutesField(forms.IntegerField):
    """A length of time, typed in whole minutes."""

    def __init__(self, **kwargs: Any) -> None:
        limits = {"min_value": 1, "max_value": LONGEST // MINUTE}
        super().__init__(**kwargs | limits | {"label": _("Job timeout (min.)")})

    def prepare_value(self, value: Any) -> Any:
        return max(1, round(value / MINUTE)) if isinstance(value, timedelta) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class ScheduleForm(forms.ModelForm[JobQueueEntry]):
    """The entry's own rules refuse what makes no sense; each refusal stands on its field."""

    use_required_attribute = False

    holidays = DaysField(
        required=False,
        label=_("Holidays"),
        help_text=_("Dates on which it does not run, one a line: 2026-12-24."),
    )

    class Meta:
        model = JobQueueEntry
        fields = ["description", *WEEKDAYS, *PACE, *FORMULA, *DAYS_OFF, *LIMITS]
        field_classes = {"earliest_start": StartField, "job_timeout": MinutesField}
        widgets = {
            "starting_time": _time(),
            "ending_time": _time(),
            "earliest_start": moment_input(),
            "expiration": moment_input(),
        }
        help_texts = {
            "minutes_between_runs": _(
                "From the end of a run, or from start to start by the clock."
            ),
            "fixed_grid": _("On: by the clock, 08:00, 08:15, 08:30. Off: after each run."),
            "ending_time": _("Earlier than the starting time: the window goes past midnight."),
            "date_formula": _("Instead of weekdays: 1D, 1W, CM, 1D+CM, D4, WD4."),
            "zone": _("A name like Europe/Oslo. All times on this page are of this zone."),
            "on_holiday": _("What becomes of a run that falls on such a day."),
            "expiration": _("Past this time it does not start any more."),
            "category": _(
                "So many of its entries run at once as its limit says. Empty: it waits for none."
            ),
            "job_timeout": _("A run that takes longer is stopped and has failed."),
            "max_attempts": _("Retries after a run that failed, 10 at most."),
            "rerun_delay": _(
                "Before the first retry; then twice as long each time. With 0: at once, then in "
                "growing steps."
            ),
            "inactivity_timeout": _("How long it rests after a run that found nothing to do."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].widget = SuggestingInput(place_names())
        self.fields["inactivity_timeout"].required = self.fields["job_timeout"].required = False
        codes = JobQueueCategory.objects.values_list("code", flat=True)
        self.fields["category"].widget = SuggestingInput(tuple(codes))
        self.fields["category"].validators.append(CODE)

    def clean_inactivity_timeout(self) -> int:
        """Left empty it stays as it is."""
        typed: int | None = self.cleaned_data["inactivity_timeout"]
        return self.instance.inactivity_timeout if typed is None else typed

    def clean_category(self) -> str:
        """In capitals; where it was not asked, as it is kept."""
        asked = self.add_prefix("category") in self.data
        code: str = self.cleaned_data["category"] if asked else self.instance.category
        return code.upper()

    def clean_job_timeout(self) -> timedelta:
        """Not changed it stays as it is kept, to the second."""
        typed: int | None = self.cleaned_data["job_timeout"]
        if typed is None or "job_timeout" not in self.changed_data:
            return self.instance.job_timeout
        return typed * MINUTE

    def clean_earliest_start(self) -> datetime | None:
        """Left as it was shown it stays as it is kept, to the second."""
        typed: datetime | None = self.cleaned_data["earliest_start"]
        if {"earliest_start", "zone"} & set(self.changed_data):
            return typed
        return self.instance.earliest_start

    @property
    def replanned(self) -> bool:
        """Whether a person changed when it starts."""
        return not PLAN.isdisjoint(self.changed_data)

    @property
    def weekday_fields(self) -> list[BoundField]:
        return [self[name] for name in WEEKDAYS]

    @property
    def pace_fields(self) -> list[BoundField]:
        return [self[name] for name in (*PACE, *FORMULA)]

    @property
    def day_off_fields(self) -> list[BoundField]:
        return [self[name] for name in DAYS_OFF]

    @property
    def limit_fields(self) -> list[BoundField]:
        return [self[name] for name in ("description", *LIMITS)]

    def columns(self) -> dict[str, Any]:
        """The columns as they are kept, settled. Only of a valid form."""
        names = [*self.fields, "recurring"]
        return {name: getattr(self.instance, name) for name in names}

    def starts(self, now: datetime) -> list[datetime]:
        """The next five starts of what was entered, or is kept; none when it does not recur."""
        return next_starts(self.instance, now) if not self.is_bound or self.is_valid() else []


def next_starts(entry: JobQueueEntry, now: datetime) -> list[datetime]:
    """The next five starts of a recurring entry, before it expires; UTC."""
    if not entry.recurring:
        return []
    rule = entry.rule()
    first = recurrence.first_run(rule, max(entry.earliest_start, now))
    planned = entry.planned_start or first
    starts = recurrence.next_runs(rule, now, planned=planned, earliest=first)
    return [at for at in starts if entry.expiration is None or at < entry.expiration]
