"""What the cards of customers, vendors and items share: the company, and saving what one has seen.

A card has no version. Each form carries the values it was filled with; where somebody has changed
one of them meanwhile, nothing is saved, and the page says what is different now.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar, TypeVar, cast

from django import forms
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from erp.errors import Refused
from erp.models import Company, Lookup

Row = TypeVar("Row", bound=Model)
BLANK = ("", "–")


def card_of(rows: QuerySet[Row], no: str, request: HttpRequest) -> Row:
    """The row of `no`; ?company= chooses among companies that use the same number."""
    found = rows.filter(no=no).select_related("company").order_by("company__code")
    if code := request.GET.get("company"):
        found = found.filter(company__code=code)
    row = found.first()
    if row is None:
        raise Http404
    return row


def company_of(request: HttpRequest) -> Company | None:
    """The company of something new: ?company=CODE, or the only one; None: choose first."""
    companies = list(Company.objects.order_by("code"))
    wanted = request.GET.get("company", "")
    chosen = {company.code: company for company in companies}.get(wanted)
    return chosen or (companies[0] if len(companies) == 1 else None)


def choose_company(request: HttpRequest, shown: dict[str, Any]) -> HttpResponse:
    """Ask for the company of what is to be made; `shown` has the heading."""
    companies = Company.objects.order_by("code")
    return render(request, "books/choose_company.html", shown | {"companies": companies})


class AmountField(forms.DecimalField):
    """An amount or quantity, written as the page's language writes numbers, without idle zeros."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_digits", 15)
        options.setdefault("decimal_places", 5)
        widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(widget=widget, localize=True, **options)

    def prepare_value(self, value: Any) -> Any:
        return plain(value) if isinstance(value, Decimal) else value


def plain(value: Decimal) -> Decimal:
    """Without zeros at the end, and without an exponent."""
    short = value.normalize()
    return short if int(short.as_tuple().exponent) <= 0 else short.quantize(Decimal(1))


class CardForm(forms.ModelForm[Any]):
    """Some fields of a card. `changes` are for the books' own functions, which save them."""

    use_required_attribute = False
    lists: ClassVar[Mapping[str, Lookup.Kind]] = {}  # field → the small list it chooses from
    of_code: ClassVar[Mapping[str, str]] = {}  # code of a refusal → the field it is about

    def choose_from(self, company: Company) -> None:
        """Let fields choose among the rows of the company's small lists, in one query."""
        rows = Lookup.objects.filter(company=company, kind__in=set(self.lists.values()))
        listed: dict[str, list[tuple[str, str]]] = {}
        for row in rows.order_by("kind", "code"):
            words = f"{row.code} {row.description}".strip()
            listed.setdefault(row.kind, []).append((row.code, words))
        for name, kind in self.lists.items():
            self.choose(name, listed.get(kind, []))

    def choose(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        """A value that is kept may be chosen, also if it is in no list any more."""
        kept = str(self.initial.get(name) or "")
        known = {value for value, _words in choices} | {""}
        more = [] if kept in known else [(kept, kept)]
        field = self.fields[name]
        self.fields[name] = forms.ChoiceField(
            choices=[BLANK, *choices, *more],
            required=field.required,
            label=field.label,
            help_text=field.help_text,
        )

    @property
    def seen(self) -> str:
        """The values the form starts from, to be sent back with what is typed."""
        return json.dumps({name: self._kept(name) for name in self.fields})

    def refuse_unseen(self, seen: str) -> bool:
        """Whether somebody else changed what this form shows; then each field says to what.

        What the person did not touch takes the new value, so that saving again keeps it.
        """
        before = _read(seen)
        other = [
            name for name in self.fields if before.get(name, self._kept(name)) != self._kept(name)
        ]
        typed = cast("QueryDict", self.data).copy()
        for name in other:
            if self._untouched(name, before[name]):
                typed[self.add_prefix(name)] = self[name].initial
            else:
                self.add_error(
                    name, _("Somebody else wrote “%s” here meanwhile.") % self._kept(name)
                )
        if other:
            self.data = typed
            labels = ", ".join(str(self.fields[name].label) for name in other)
            self.add_error(
                None,
                _("Somebody else has saved this card: %s. Compare, then save again.") % labels,
            )
        return bool(other)

    def note(self, refusal: Refused) -> None:
        """Put a refusal of the books where it belongs."""
        name = self.of_code.get(refusal.code, refusal.code)
        self.add_error(name if name in self.fields else None, refusal.sentence)

    def changes(self) -> dict[str, Any]:
        """What is different from the card now. Only of a valid form."""
        return {name: self.cleaned_data[name] for name in self.changed_data}

    def _kept(self, name: str) -> str:
        value = self.get_initial_for_field(self.fields[name], name)
        return str(plain(value) if isinstance(value, Decimal) else "" if value is None else value)

    def _untouched(self, name: str, before: str) -> bool:
        field = self.fields[name]
        value = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
        try:
            typed = field.to_python(value)
        except forms.ValidationError:
            return False
        return str(plain(typed) if isinstance(typed, Decimal) else typed or "") == before or (
            isinstance(typed, bool) and str(typed) == before
        )


def _read(seen: str) -> dict[str, str]:
    try:
        values = json.loads(seen)
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}
