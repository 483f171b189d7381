"""Finding customers, vendors, items and accounts by what a person knows of them.

A field takes a number, or words. With JavaScript the browser offers what is found while one types;
without, saving says what was found. Words that fit just one are taken for its number; part of a
number never is, for it may be a number mistyped.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from erp.models import Company, Document, DocumentLine, Item, Lookup, Party

FOUND = 20  # offered at once
NAMED = 5  # named in a sentence


class Found(NamedTuple):
    no: str
    name: str

    def __str__(self) -> str:
        return f"{self.no} {self.name}"


def found_items(company: Company, text: str) -> list[Found]:
    columns = ("no__icontains", "description__icontains", "gtin")
    rows = _matching(Item.objects.filter(company=company, blocked=False), columns, text)
    return [Found(*row) for row in rows.order_by("no").values_list("no", "description")[:FOUND]]


def found_parties(company: Company, kind: str, text: str) -> list[Found]:
    columns = ("no__icontains", "name__icontains", "email__istartswith", "city__istartswith")
    rows = _matching(Party.objects.filter(company=company, kind=kind), columns, text)
    return [Found(*row) for row in rows.order_by("no").values_list("no", "name")[:FOUND]]


def found_accounts(company: Company, text: str) -> list[Found]:
    chart = Lookup.objects.filter(company=company, kind=Lookup.Kind.GL_ACCOUNT)
    rows = _matching(chart, ("code__istartswith", "description__icontains"), text)
    return [Found(*row) for row in rows.order_by("code").values_list("code", "description")[:FOUND]]


def _matching(rows: QuerySet[Any], columns: Sequence[str], text: str) -> QuerySet[Any]:
    """Each word must be found in one of the columns; no words find nothing."""
    words = text.split()
    if not words:
        return rows.none()
    parts = [reduce(Q.__or__, (Q(**{column: word}) for column in columns)) for word in words]
    return rows.filter(*parts)


def only_one(found: Sequence[Found], text: str) -> str:
    """The number that is meant by words, or blank."""
    part_of_number = any(text.strip().upper() in one.no for one in found)
    return found[0].no if len(found) == 1 and not part_of_number else ""


def which(found: Sequence[Found]) -> str:
    """Ask which of several is meant."""
    names = "; ".join(map(str, found[:NAMED])) + ("; …" if len(found) > NAMED else "")
    return _("Which one? %(found)s") % {"found": names}


class FindingInput(forms.TextInput):
    """A text input that offers what is found while one types; any text may stay in it."""

    template_name = "ui/finding_input.html"

    def __init__(self, company: Company, what: str, *, include: str = "") -> None:
        super().__init__({"autocomplete": "off", "spellcheck": "false"})
        self.company, self.what, self.include = company, what, include
        self.found: Sequence[Found] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        query = urlencode({"company": self.company.code, "field": name})
        context["widget"]["attrs"] |= {
            "list": f"found-{name}",
            "hx-get": f"{reverse('find', args=[self.what])}?{query}",
            "hx-trigger": "input changed delay:150ms",
            "hx-target": f"#found-{name}",
            "hx-swap": "innerHTML",
            "hx-sync": "this:replace",
        }
        if self.include:
            context["widget"]["attrs"]["hx-include"] = f"[name='{self.include}']"
        return context | {"found": self.found, "list_id": f"found-{name}"}


def find_party(form: forms.BaseForm, name: str, company: Company, kind: str) -> Party:
    """Whom a field means. Raises ValidationError, with what is found to choose from."""
    text: str = form.cleaned_data[name].strip()
    rows = Party.objects.filter(company=company, kind=kind).select_related("company")
    exact = rows.filter(no=text.upper()).first()
    if exact:
        return exact
    found = found_parties(company, kind, text)
    if no := only_one(found, text):
        return rows.get(no=no)
    widget = form.fields[name].widget
    if isinstance(widget, FindingInput):
        widget.found = found
    raise ValidationError(which(found) if found else _("%(no)s does not exist.") % {"no": text})


@require_safe
def find(request: HttpRequest, what: str) -> HttpResponse:
    """The options for ?field=, whose value is in the query under its own name."""
    company = Company.objects.filter(code=request.GET.get("company", "")).first()
    if company is None:
        raise Http404
    field = request.GET.get("field", "")
    text = request.GET.get(field, "")
    if what in {"customers", "vendors"}:
        found = found_parties(company, what.removesuffix("s"), text)
    elif what == "items":
        found = found_items(company, text)
    elif what == "parties":
        found = found_parties(company, request.GET.get("kind", ""), text)
    elif what == "lines":
        found = _for_line(company, request.GET.get(f"{field.removesuffix('no')}type", ""), text)
    else:
        raise Http404
    return render(request, "ui/found.html", {"found": found})


def _for_line(company: Company, type_: str, text: str) -> list[Found]:
    if type_ == DocumentLine.Type.ITEM:
        return found_items(company, text)
    return found_accounts(company, text) if type_ == DocumentLine.Type.ACCOUNT else []


def put_numbers(document: Document, forms_: Sequence[forms.Form]) -> None:
    """Where a line names its item or account by words, put the number; else say what was found.

    Only of valid forms. What is not found at all is left to the books to refuse.
    """
    company = document.company
    typed = {form.cleaned_data["no"].strip().upper() for form in forms_} - {""}
    known = set(Item.objects.filter(company=company, no__in=typed).values_list("no", flat=True))
    chart = Lookup.objects.filter(company=company, kind=Lookup.Kind.GL_ACCOUNT, code__in=typed)
    known |= set(chart.values_list("code", flat=True))
    for form in forms_:
        text = form.cleaned_data["no"].strip()
        if not text or text.upper() in known:
            continue
        found = _for_line(company, form.cleaned_data["type"], text)
        if no := only_one(found, text):
            form.cleaned_data["no"] = no
        elif found:
            form.fields["no"].widget.found = found
            form.add_error("no", which(found))
