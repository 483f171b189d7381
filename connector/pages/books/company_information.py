"""Company information: who the company is on every paper that it sends."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from connector.pages.books.address_fields import ADDRESS_LABELS, country_code, email_address
from connector.pages.books.cards import CardForm, choose_company, company_of
from connector.pages.fast_tabs import FastTab, fast_tab
from erp.company_information import change_company_information, information_of
from erp.errors import CardError
from erp.iban import is_iban, tidied
from erp.models import Company, CompanyInformation

CHANGE = "erp.change_companyinformation"
TABS = (
    (
        "general",
        gettext_lazy("General"),
        (
            *("name", "name_2", "address", "address_2", "post_code", "city", "county", "country"),
            *("vat_registration_no", "registration_no"),
        ),
    ),
    ("communication", gettext_lazy("Communication"), ("phone", "email", "home_page")),
    (
        "payments",
        gettext_lazy("Payments"),
        ("bank_name", "bank_account_no", "iban", "swift_code"),
    ),
)


class InformationForm(CardForm):
    name = forms.CharField(max_length=100, required=False, label=gettext_lazy("Name"))

    class Meta:
        model = CompanyInformation
        fields = [name for _a, _t, names in TABS for name in names if name != "name"]
        labels = ADDRESS_LABELS | {
            "home_page": gettext_lazy("Home page"),
            "vat_registration_no": gettext_lazy("VAT registration no."),
            "registration_no": gettext_lazy("Registration no."),
            "bank_name": gettext_lazy("Bank"),
            "bank_account_no": gettext_lazy("Bank account no."),
            "iban": gettext_lazy("IBAN"),
            "swift_code": gettext_lazy("SWIFT code"),
        }
        help_texts = {"country": gettext_lazy("Two letters, as NO.")}

    def __init__(self, company: Company, data: QueryDict | None = None) -> None:
        super().__init__(data, instance=information_of(company))
        self.company = company
        self.initial["name"] = company.name

    def clean_country(self) -> str:
        return country_code(self.cleaned_data["country"])

    def clean_email(self) -> str:
        return email_address(self.cleaned_data["email"])

    def clean_iban(self) -> str:
        number = tidied(self.cleaned_data["iban"])
        if number and not is_iban(number):
            raise ValidationError(_("This is no IBAN: its check digits are wrong."))
        return number

    def clean_swift_code(self) -> str:
        return tidied(self.cleaned_data["swift_code"])

    @property
    def tabs(self) -> list[FastTab]:
        return [
            fast_tab(anchor, title, [self[name] for name in names]) for anchor, title, names in TABS
        ]


@require_http_methods(["GET", "HEAD", "POST"])
def company_information(request: HttpRequest) -> HttpResponse:
    """Of ?company=. Saving needs the right to change it, and a look at what is saved now."""
    company = company_of(request)
    if company is None:
        return choose_company(request, {"heading": _("Company information")})
    may_change = request.user.has_perm(CHANGE)
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        form = _saved(request, company)
        if form.is_valid():
            messages.success(request, _("The company information is saved."))
            query = urlencode({"company": company.code})
            return redirect(f"{reverse('company-information')}?{query}")
    else:
        form = InformationForm(company)
    shown = {"company": company, "form": form, "tabs": form.tabs, "may_change": may_change}
    return render(request, "books/company_information.html", shown)


@transaction.atomic
def _saved(request: HttpRequest, company: Company) -> InformationForm:
    """The form, with errors where it could not be saved. The company is locked meanwhile."""
    row = Company.objects.select_for_update().get(pk=company.pk)
    form = InformationForm(row, request.POST)
    if form.is_valid() and not form.refuse_unseen(request.POST.get("seen", "")):
        try:
            change_company_information(row, **form.changes())
        except CardError as refusal:
            form.note(refusal)
    return form
