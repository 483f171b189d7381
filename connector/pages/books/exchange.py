"""Customers and items out to a file and in from one, tried first if one likes."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from connector.pages.books.cards import choose_company, company_of
from connector.pages.books.items import ItemList
from connector.pages.books.parties import CustomerList
from connector.ui.lists import ListPage
from erp.errors import CardError
from erp.exchange import SORTS, Answer, read_cards, write_cards
from erp.models import Company

LISTS: dict[str, type[ListPage]] = {"customers": CustomerList, "items": ItemList}
RIGHTS = {
    "customers": ("erp.add_party", "erp.change_party"),
    "items": ("erp.add_item", "erp.change_item"),
}
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LARGEST = 20 * 1024 * 1024  # bytes, as the books read
TOLD = 200  # mistakes on one page


class ImportForm(forms.Form):
    use_required_attribute = False

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV (UTF-8) or XLSX, with the headings of the export."),
        widget=forms.FileInput({"accept": ".csv,.xlsx"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size and file.size > LARGEST:
            raise ValidationError(_("The file is larger than 20 MB. Divide it."))
        return file


def _list_of(what: str) -> type[ListPage]:
    if what not in LISTS:
        raise Http404
    return LISTS[what]


@require_safe
def write(request: HttpRequest, what: str) -> HttpResponse:
    """All customers or items of a company; ?as=csv or xlsx."""
    heading = _("Export: %s") % _list_of(what).heading
    company = company_of(request)
    if company is None:
        return choose_company(request, {"heading": heading})
    wanted = request.GET.get("as", "")
    if wanted not in TYPES:
        shown = {"heading": heading, "list": LISTS[what], "list_address": reverse(what)}
        columns = [column.name for column in SORTS[what].columns]
        shown |= {"company": company, "columns": columns}
        return render(request, "books/export.html", shown)
    name = f"{what}-{company.code}.{wanted}".lower()
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"cards.{wanted}"
        write_cards(company, what, path)
        response = HttpResponse(path.read_bytes(), content_type=TYPES[wanted])
    response["Content-Disposition"] = f'attachment; filename="{_plain(name)}"'
    return response


def _plain(name: str) -> str:
    return "".join(
        sign if sign.isascii() and (sign.isalnum() or sign in "-.") else "-" for sign in name
    )


@require_http_methods(["GET", "HEAD", "POST"])
def read(request: HttpRequest, what: str) -> HttpResponse:
    """POST with do=try only says what would happen; else a file without mistakes is taken in."""
    heading = _("Import: %s") % _list_of(what).heading
    if not request.user.has_perms(RIGHTS[what]):
        raise PermissionDenied
    company = company_of(request)
    if company is None:
        return choose_company(request, {"heading": heading})
    form = ImportForm(request.POST or None, request.FILES or None)
    shown: dict[str, Any] = {"heading": heading, "list": LISTS[what], "form": form}
    shown |= {"list_address": reverse(what), "company": company, "what": what}
    if request.method == "POST" and form.is_valid():
        dry_run = request.POST.get("do") == "try"
        answer = _read(form, company, what, dry_run=dry_run)
        if answer and not dry_run and not answer.mistakes:
            counts = {"created": answer.created, "changed": answer.changed}
            messages.success(request, _("%(created)d created, %(changed)d changed.") % counts)
            return redirect(what)
        if answer:
            shown |= {"answer": answer, "mistakes": answer.mistakes[:TOLD], "dry_run": dry_run}
            shown["more"] = max(0, len(answer.mistakes) - TOLD)
    return render(request, "books/import.html", shown)


def _read(form: ImportForm, company: Company, what: str, *, dry_run: bool) -> Answer | None:
    """None when it cannot be read at all; the form says why."""
    file = form.cleaned_data["file"]
    suffix = Path(file.name or "").suffix.lower()
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"cards{suffix if suffix in ('.csv', '.xlsx') else '.unknown'}"
        with path.open("wb") as kept:
            kept.writelines(file.chunks())
        try:
            return read_cards(company, what, path, dry_run=dry_run)
        except CardError as refusal:
            form.add_error("file", refusal.sentence)
            return None
