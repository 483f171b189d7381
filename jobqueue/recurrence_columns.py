"""The columns that say when an entry recurs, and how they stand to one another.

The holidays lie on the entry and not on its category: an entry need not have one, and so the next
start follows from this row and two moments, from nothing that changes elsewhere meanwhile.
"""

from __future__ import annotations

from datetime import time
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from jobqueue import calendar_days, formulas
from jobqueue.calendar_days import Holidays, OnHoliday
from jobqueue.recurrence_errors import RuleError
from jobqueue.recurrence_rule import MINUTES_A_DAY, OnMisfire, Rule

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
OVERRULED = {"minutes_between_runs": 0, **dict.fromkeys(WEEKDAYS, False)}  # by a formula

Choice = TypeVar("Choice", bound=models.TextChoices)


class Recurrence(models.Model):
    """Source: BC table 472, fields 17-29; zone, grid, holidays and misfires are ours."""

    recurring = models.BooleanField(_("recurring"), default=False, editable=False)
    monday = models.BooleanField(_("Mondays"), default=False)
    tuesday = models.BooleanField(_("Tuesdays"), default=False)
    wednesday = models.BooleanField(_("Wednesdays"), default=False)
    thursday = models.BooleanField(_("Thursdays"), default=False)
    friday = models.BooleanField(_("Fridays"), default=False)
    saturday = models.BooleanField(_("Saturdays"), default=False)
    sunday = models.BooleanField(_("Sundays"), default=False)
    starting_time = models.TimeField(_("starting time"), null=True, blank=True)  # local to zone
    ending_time = models.TimeField(_("ending time"), null=True, blank=True)  # local to zone
    minutes_between_runs = models.PositiveIntegerField(_("minutes between runs"), default=0)
    date_formula = models.CharField(_("next run date formula"), max_length=32, blank=True)
    fixed_grid = models.BooleanField(_("fixed grid"), default=False)
    zone = models.CharField(_("time zone"), max_length=60, default="UTC")  # IANA
    holidays = models.JSONField(_("holidays"), default=list, blank=True)  # ISO dates, local to zone
    on_holiday = models.CharField(
        _("on a holiday"), max_length=4, choices=OnHoliday, default=OnHoliday.SKIP
    )
    on_misfire = models.CharField(
        _("after missed starts"), max_length=4, choices=OnMisfire, default=OnMisfire.RUN
    )

    class Meta:
        abstract = True

    def rule(self) -> Rule:
        """When it recurs. Raises RuleError when the fields make no sense together."""
        return Rule(
            weekdays=frozenset(n for n, day in enumerate(WEEKDAYS) if getattr(self, day)),
            minutes=self.minutes_between_runs,
            starting=self.starting_time,
            ending=self.ending_time,
            zone=self.zone,
            fixed_grid=self.fixed_grid,
            formula=formulas.parse(self.date_formula) if self.date_formula else None,
            holidays=Holidays(
                calendar_days.dates(self.holidays),
                _chosen(OnHoliday, self.on_holiday, "on_holiday"),
            ),
            on_misfire=_chosen(OnMisfire, self.on_misfire, "on_misfire"),
        )

    def settle_recurrence(self) -> None:
        """Let the later choice win, derive `recurring`, fill in a day between runs, check.

        Raises ValidationError with a sentence on the field that mends it.
        """
        self.date_formula = self.date_formula.strip().upper()
        self._let_the_later_choice_win()
        ticked = any(getattr(self, day) for day in WEEKDAYS)
        self.recurring = ticked or bool(self.date_formula)
        if ticked and not self.minutes_between_runs:
            self.minutes_between_runs = MINUTES_A_DAY
        self._check_window()
        if self.recurring:
            self._check_rule()

    def _let_the_later_choice_win(self) -> None:
        """A formula clears weekdays and minutes, and ticking or typing one of those clears it."""
        rivals = {name: getattr(self, name) for name in OVERRULED}
        if not self.date_formula or not any(rivals.values()):
            return
        before = self._stored("date_formula", *OVERRULED)
        typed = self.date_formula != before.pop("date_formula")
        if not typed:
            self.date_formula = ""
        elif rivals == before:
            self._set(fixed_grid=False, **OVERRULED)
        else:
            raise ValidationError(
                {"date_formula": _("Choose either a date formula or weekdays with minutes.")}
            )

    def _stored(self, *names: str) -> dict[str, Any]:
        """The values before the change; those of an empty entry if it is new."""
        stored = type(self)._default_manager.filter(pk=self.pk).values(*names).first()
        return stored or {"date_formula": "", **OVERRULED}

    def _set(self, **values: Any) -> None:
        for name, value in values.items():
            setattr(self, name, value)

    def _check_window(self) -> None:
        window: dict[str, time | None] = {
            "starting_time": self.starting_time,
            "ending_time": self.ending_time,
        }
        for field, value in window.items():
            if value is not None and not self.recurring:
                raise ValidationError({field: _("Only a recurring entry has a time window.")})

    def _check_rule(self) -> None:
        try:
            self.rule()
        except RuleError as error:
            raise ValidationError({error.field: str(error)}) from error


def _chosen(choices: type[Choice], value: str, field: str) -> Choice:
    try:
        return choices(value)
    except ValueError:
        raise RuleError(_("“%s” is none of the choices.") % value, field=field) from None


def columns() -> list[str]:
    """The names of the columns of Recurrence."""
    return [field.name for field in Recurrence._meta.fields]
