"""The shops: which there are, how each is set up, and starting a sync by hand."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from connector.pages.fast_tabs import FastTab, fast_tab
from connector.pages.starting import start, start_several
from connector.pages.subjects import ReportSubject, Subject, subject_of
from connector.rolecenter.pauses import holding_for
from connector.sync.books_fields import not_in_books
from connector.sync.models import Run
from connector.sync.reports import REPORTS
from connector.ui.lists import ListPage
from erp.models import Company
from jobqueue.models import JobQueueEntry
from jobqueue.registry import Kind, kinds
from shops.forms import CustomerSettingsForm, OrderSettingsForm, ShopForm
from shops.models import CustomerSettings, OrderSettings, Shop

FIRST_REPORT = 30000  # below are the batch postings, which belong to no shop
RUNS_SHOWN = 8


class ShopCards(ListPage):
    model = Shop
    heading = _("Shops")
    columns = "pages/shops.html"
    search = ("code__icontains", "name__icontains", "url__icontains")
    search_label = _("Search code, name or address")
    order = ("code",)
    empty = _("No shop is connected yet.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = super().get_context_data(actions="pages/shops_actions.html", **kwargs)
        several = shown["page"].paginator.count > 1
        return shown | {"started": kinds() if several else []}


GENERAL = ("name", "category", "enabled", "allow_background_syncs", "allow_outgoing_requests")
ORDER_TABS: tuple[tuple[str, Promise, tuple[str, ...]], ...] = (
    (
        "orders",
        _("Order synchronization and processing"),
        (
            "auto_create_orders",
            "auto_create_credit_memos",
            "archive_processed_orders",
            "process_returns_as",
            "create_invoices_from_orders",
            "auto_release_sales_orders",
            "use_shopify_order_no",
            "shopify_order_no_on_doc_line",
            "send_shipping_confirmation",
            "block_test_orders",
            "block_high_risk",
            "currency_handling",
            "tax_mode",
            "tax_area_from",
            "tolerance",
            "location_code",
            "return_location_code",
            "return_location_priority",
        ),
    ),
    (
        "customers",
        _("Customer and company synchronization"),
        (
            "customer_import",
            "customer_mapping",
            "default_customer_no",
            "auto_create_unknown_customers",
            "shopify_can_update_customers",
            "can_update_shopify_customers",
            "blank_values",
            "name_source",
            "name2_source",
            "contact_source",
            "county_source",
            "default_company_no",
            "auto_create_unknown_companies",
        ),
    ),
    (
        "items",
        _("Item and product synchronization"),
        ("auto_create_unknown_items", "unit_option"),
    ),
    (
        "accounts",
        _("Accounts"),
        (
            "shipping_charges_account",
            "sold_gift_card_account",
            "tip_account",
            "cash_roundings_account",
            "custom_line_account",
            "fee_account",
            "refund_account",
            "refund_not_restocked_account",
        ),
    ),
)


def fast_tabs(
    shop_form: ShopForm, order_form: OrderSettingsForm, customer_form: CustomerSettingsForm
) -> list[FastTab]:
    general = fast_tab("general", _("General"), [shop_form[name] for name in GENERAL])
    fields = {
        form[name].name: form[name] for form in (order_form, customer_form) for name in form.fields
    }
    others = [
        fast_tab(anchor, title, [fields[name] for name in names])
        for anchor, title, names in ORDER_TABS
    ]
    return [general, *others]


@require_http_methods(["GET", "HEAD", "POST"])
def card(request: HttpRequest, code: str) -> HttpResponse:
    """The shop card. Saving needs the right to change shops."""
    shop = get_object_or_404(Shop, code=code)
    settings = OrderSettings.of(shop)
    may_change = request.user.has_perm("shops.change_shop")
    data = request.POST if request.method == "POST" else None
    if data is not None and not may_change:
        raise PermissionDenied
    forms = (
        ShopForm(data, instance=shop),
        OrderSettingsForm(data, instance=settings),
        CustomerSettingsForm(data, instance=CustomerSettings.of(shop)),
    )
    valid = [form.is_valid() for form in forms]  # both say what is wrong
    if data is not None:
        _refuse_unknown(shop, forms[1])
        valid = [form.is_valid() for form in forms]
    if data is not None and all(valid):
        with transaction.atomic():
            for form in forms:
                form.save()
        messages.success(request, _("Shop %(code)s is saved.") % {"code": code})
        return redirect("shop", code=code)
    return render(
        request,
        "pages/shop.html",
        _card(Shop.objects.get(pk=shop.pk), forms, may_change=may_change),
    )


def _refuse_unknown(shop: Shop, form: OrderSettingsForm) -> None:
    """Say on each field that names what the books do not have; the form knows no books."""
    books = Company.objects.filter(code=shop.company_code).first()
    for field, sentence in (not_in_books(books, form.cleaned_data) if books else {}).items():
        form.add_error(field, sentence)


def _card(
    shop: Shop,
    forms: tuple[ShopForm, OrderSettingsForm, CustomerSettingsForm],
    *,
    may_change: bool,
) -> dict[str, object]:
    runs = (
        Run.objects.filter(shop=shop, dry_run=False)
        .select_related("log_entry")
        .order_by("-started_at")
    )
    return {
        "shop": shop,
        "pauses": holding_for(shop.code, timezone.now()),
        "tabs": fast_tabs(*forms),
        "invalid": any(form.errors for form in forms),
        "may_change": may_change,
        "reports": reports(),
        "all": [subject.label for subject in all_of(shop)],
        "postings": [kind for kind in kinds() if kind.number < FIRST_REPORT],
        "runs": runs[:RUNS_SHOWN],
        "waiting": JobQueueEntry.objects.queued().filter(shop=shop.code).order_by("earliest_start"),
    }


def reports() -> list[Kind]:
    """What can be started for a shop."""
    return [kind for kind in kinds() if kind.number >= FIRST_REPORT]


@require_POST
def sync(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Ask for a report; a second request leads to the first one's entry and says so."""
    shop = get_object_or_404(Shop, code=code)
    subject = subject_of(number, shop)
    if subject is None or number < FIRST_REPORT:
        raise Http404
    return start(request, subject)


def all_of(shop: Shop) -> list[Subject]:
    """The reports that bring the whole shop in line, in their order; what it may not do is left out."""
    allowed = [
        r for r in REPORTS if r.in_sync_all and (shop.allow_outgoing_requests or not r.outgoing)
    ]
    return [ReportSubject(report, shop) for report in allowed]


@require_POST
def sync_all(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for all of this shop's reports, and for nothing of any other shop."""
    shop = get_object_or_404(Shop, code=code)
    if shop.enabled:
        start_several(request, all_of(shop))
        return redirect(f"{reverse('jobs')}?{urlencode({'shop': code})}")
    messages.error(request, _("Shop %s is disabled: enable it on the shop card.") % code)
    return redirect("shop", code=code)
