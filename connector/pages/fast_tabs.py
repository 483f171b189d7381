"""FastTabs: groups of fields of a card; a closed one shows its most telling values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _

PEEKED = 4


class Fact(NamedTuple):
    """A field as somebody reads it who may not change it."""

    label: Promise | str
    value: str


@dataclass(frozen=True, slots=True)
class FastTab:
    anchor: str
    title: Promise
    switches: list[BoundField]
    fields: list[BoundField]
    peek: list[str]

    @property
    def has_error(self) -> bool:
        return any(field.errors for field in [*self.switches, *self.fields])

    @property
    def facts(self) -> list[Fact]:
        """What is filled in, and every switch."""
        filled = [Fact(field.label, _shown(field)) for field in self.fields if _filled(field)]
        switched = [
            Fact(field.label, _("Yes") if field.value() else _("No")) for field in self.switches
        ]
        return filled + switched


def fast_tab(anchor: str, title: Promise, fields: Sequence[BoundField]) -> FastTab:
    switches = [field for field in fields if field.widget_type == "checkbox"]
    others = [field for field in fields if field not in switches]
    on = [str(field.label) for field in switches if field.value()]
    filled = [str(field.value()) for field in others if _filled(field) and not _choices(field)]
    chosen = [_shown(field) for field in others if _filled(field) and _choices(field)]
    return FastTab(anchor, title, switches, others, [*chosen, *filled, *on][:PEEKED])


def _filled(field: BoundField) -> bool:
    return bool(field.value())


def _shown(field: BoundField) -> str:
    value = field.value()
    if isinstance(value, list):
        return ", ".join(_choices(field).get(str(one), str(one)) for one in value)
    return _choices(field).get(str(value), str(value))


def _choices(field: BoundField) -> dict[str, str]:
    return {str(key): str(label) for key, label in getattr(field.field, "choices", [])}
