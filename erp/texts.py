"""Descriptions, extended texts and marketing texts of items, by language and season."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from erp.errors import CardError
from erp.models import Item, ItemText

JOINED = "/"  # a line that ends so goes on in the next one
CLOSING = (".", "?", "!", ":")  # a line that ends so ends a paragraph
BREAK = "<br />"


def put_text(
    item: Item,
    kind: ItemText.Kind,
    text: str,
    *,
    language: str = "",
    starts: date | None = None,
    ends: date | None = None,
) -> ItemText:
    """Write a text, or the one of this language and season anew. Raises CardError."""
    if not text.strip():
        raise CardError("text", _("Write a text, or delete it."))
    if starts and ends and ends < starts:
        raise CardError("dates", _("The last day lies before the first."))
    row, _new = ItemText.objects.update_or_create(
        item=item,
        kind=kind,
        language=language,
        starts=starts,
        ends=ends,
        defaults={"text": text},
    )
    return row


def texts_of(
    items: Collection[int], kind: ItemText.Kind, language: str, day: date
) -> dict[int, list[str]]:
    """{item: texts valid on `day`} in a language, and those for all, the oldest first: one query."""
    found: dict[int, list[str]] = {}
    rows = ItemText.objects.filter(
        Q(starts__isnull=True) | Q(starts__lte=day),
        Q(ends__isnull=True) | Q(ends__gte=day),
        item__in=items,
        kind=kind,
        language__in=["", language],
    )
    for item, text in rows.order_by("pk").values_list("item", "text"):
        found.setdefault(item, []).append(text)
    return found


def titles_of(items: Collection[int], language: str) -> dict[int, str]:
    """{item: its description in a language}; an item that has none there is left out: one query."""
    rows = ItemText.objects.filter(item__in=items, kind=ItemText.Kind.TITLE, language=language)
    return dict(rows.order_by("pk").values_list("item", "text"))


def as_html(text: str) -> str:
    """Join the lines of an extended text as BC's connector does; HTML in it stays as it is."""
    return "".join(_joined(line.rstrip()) for line in text.splitlines()).strip()


def _joined(line: str) -> str:
    if not line or line.endswith(CLOSING):
        return line + BREAK
    return line if line.endswith(JOINED) else line + " "
