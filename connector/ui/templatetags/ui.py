"""The components of the pages as template tags: icon, chip, time, amounts, navigation, paging."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince

from connector.ui import amounts
from connector.ui.appearance import appearance_of
from connector.ui.moments import TIME, day_text, span_text
from connector.ui.navigation import NAVIGATION
from connector.ui.tones import tone_of
from jobqueue import moments

register = template.Library()
DASH = "–"


@register.simple_tag
def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """An icon of the sprite; hidden from screen readers unless it has a label."""
    href = static("ui/icons.svg")
    hidden = mark_safe('aria-hidden="true"')
    named = format_html('role="img" aria-label="{}"', label) if label else hidden
    return format_html('<svg class="i {}" {}><use href="{}#{}"/></svg>', css, named, href, name)


@register.simple_tag
def chip(state: str, text: str) -> SafeString:
    """A state as a pill: icon and word, in the tone of `state`."""
    tone = tone_of(str(state))
    turning = "spin" if tone.icon == "loader" else ""
    return format_html(
        '<span class="chip {}">{}{}</span>', tone.name, icon(tone.icon, turning), text
    )


@register.simple_tag
def tone_icon(state: str, css: str = "") -> SafeString:
    tone = tone_of(str(state))
    return icon(tone.icon, f"{css} c-{tone.name or 'mute'}")


@register.filter
def tone_name(state: str) -> str:
    return tone_of(str(state)).name


@register.simple_tag
def when(value: datetime | date | None, now: datetime | None = None) -> SafeString:
    """A time or date in the page's language, readable by machines too.

    With `now`, of what is today only the time of day is shown.
    """
    if value is None:
        return mark_safe(DASH)  # noqa: S308 - constant
    if not isinstance(value, datetime):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), day_text(value))
    local = timezone.localtime(value)
    today = now is not None and local.date() == timezone.localtime(now).date()
    clock = formats.date_format(local, TIME)
    text = clock if today else f"{day_text(local)}, {clock}"
    return format_html('<time class="num" datetime="{}">{}</time>', value.isoformat(), text)


@register.filter
def since(value: datetime, now: datetime) -> str:
    """How long before `now` it was, in its largest unit: "42 minutes"."""
    return timesince(value, now, depth=1)


@register.filter
def moment(value: datetime) -> str:
    """Day and time of day as plain text, for a sentence."""
    return moments.moment(value)


@register.filter
def weekday(value: datetime) -> str:
    """Its short name, in the current time zone: "Mon"."""
    return formats.date_format(timezone.localtime(value), "D")


@register.filter
def span(value: timedelta) -> str:
    """How long it is: "42 seconds", "3 minutes"."""
    return span_text(value)


@register.filter
def minutes(value: timedelta) -> str:
    """Its length in minutes, without idle zeros: 720, 1.5."""
    return amounts.quantity(Decimal(value.total_seconds()) / 60)


@register.filter
def money(amount: Decimal | None, currency: str = "") -> str:
    return DASH if amount is None else amounts.money(amount, currency)


@register.filter
def amount(value: Decimal | None, currency: str = "") -> str:
    """For columns of amounts in one currency, which stands once."""
    return DASH if value is None else amounts.bare(value, currency)


@register.filter
def quantity(amount: Decimal | None) -> str:
    return DASH if amount is None else amounts.quantity(amount)


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """The appearance a person chose: "light", "dark" or "" for what the system says."""
    request: HttpRequest | None = context.get("request")
    return appearance_of(request) if request else ""


@register.inclusion_tag("ui/navigation.html", takes_context=True)
def navigation(context: Context) -> dict[str, Any]:
    match = getattr(context.get("request"), "resolver_match", None)
    here = match.view_name if match else ""
    return {
        "groups": [
            {
                "heading": group.heading,
                "pages": [
                    {"page": page, "href": reverse(page.url), "on": here in (page.url, *page.also)}
                    for page in group.pages
                ],
            }
            for group in NAVIGATION
        ]
    }


@register.inclusion_tag("ui/progress.html")
def progress(label: str, done: Any, total: Any, phase: str = "") -> dict[str, Any]:
    """A bar with the numbers in words; without a total the bar shows only that something moves.

    A run that has told nothing yet has neither; a template then hands over an empty text.
    """
    return {"label": label, "done": _number(done), "total": _number(total), "phase": phase}


def _number(told: Any) -> int | None:
    return told if isinstance(told, int) else None
