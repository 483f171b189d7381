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
from connector.pages.staff import tells_staff
from connector.pages.starting import start, start_several
from connector.pages.subjects import ReportSubject, Subject, subject_of
from connector.rolecenter.pauses import holding_for
from connector.sync.books_fields import not_in_books
from connector.sync.models import Run
from connector.sync.products.options_rule import refuse_units
from connector.sync.report import Report
from connector.sync.reports import REPORTS
from connector.ui.lists import ListPage
from erp.models import Company
from jobqueue.models import JobQueueEntry
from jobqueue.registry import Kind, kinds
from shops.forms import (
    CustomerSettingsForm,
    OrderSettingsForm,
    ProductSettingsForm,
    ShopForm,
)
from shops.models import CustomerSettings, OrderSettings, ProductSettings, Shop

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


GENERAL = (
    *("name", "category", "logging_mode"),
    *("enabled", "allow_background_syncs", "allow_outgoing_requests"),
)
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
        (
            "sync_item",
            "auto_create_unknown_items",
            "item_template",
            "sku_mapping",
            "sku_separator",
            "find_mapping_by_barcode",
            "variant_prefix",
            "shopify_can_update_items",
            "books_own",
            "cleared",
            "can_update_shopify_products",
            "uom_as_variant",
            "option_name_for_uom",
            "unit_option",
            "sync_hs_code_and_country",
            "sync_item_marketing_text",
            "sync_item_extended_text",
            "sync_item_attributes",
            "sync_metafields",
            "sync_item_images",
            "remove_item_images",
            "language",
            "status_for_created_products",
            "action_for_removed_products",
            "restore_unblocked_products",
            "inventory_tracked",
            "default_inventory_policy",
            "weight_unit",
        ),
    ),
    (
        "prices",
        _("Prices in Shopify"),
        (
            "sync_prices",
            "price_drift",
            "price_currency",
            "customer_price_group",
            "allow_line_disc",
            "prices_including_vat",
            "price_vat_bus",
        ),
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


Forms = tuple[ShopForm, OrderSettingsForm, ProductSettingsForm, CustomerSettingsForm]


def fast_tabs(forms: Forms) -> list[FastTab]:
    """Each field stands where a person looks for it, whichever settings keep it."""
    fields = {name: form[name] for form in forms for name in form.fields}
    tabs = (("general", _("General"), GENERAL), *ORDER_TABS)
    return [fast_tab(anchor, title, [fields[n] for n in names]) for anchor, title, names in tabs]


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
        ProductSettingsForm(data, instance=ProductSettings.of(shop)),
        CustomerSettingsForm(data, instance=CustomerSettings.of(shop)),
    )
    valid = [form.is_valid() for form in forms]  # all say what is wrong
    if data is not None:
        _refuse_unknown(shop, forms[1])
        _refuse_unknown(shop, forms[2])
        _refuse_units(shop, forms[2])
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


def _refuse_unknown(shop: Shop, form: OrderSettingsForm | ProductSettingsForm) -> None:
    """Say on each field that names what the books do not have; the form knows no books."""
    books = Company.objects.filter(code=shop.company_code).first()
    for field, sentence in (not_in_books(books, form.cleaned_data) if books else {}).items():
        form.add_error(field, sentence)


def _refuse_units(shop: Shop, form: ProductSettingsForm) -> None:
    if form.cleaned_data.get("uom_as_variant") and (why := refuse_units(shop)):
        form.add_error("uom_as_variant", why)


def _card(shop: Shop, forms: Forms, *, may_change: bool) -> dict[str, object]:
    runs = (
        Run.objects.filter(shop=shop, dry_run=False)
        .select_related("log_entry")
        .order_by("-started_at")
    )
    return {
        "shop": shop,
        "pauses": holding_for(shop.code, timezone.now()),
        "tabs": fast_tabs(forms),
        "invalid": any(form.errors for form in forms),
        "may_change": may_change,
        "tells_staff": tells_staff(shop),
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
    return [ReportSubject(report, shop) for report in REPORTS if _is_due(report, shop)]


def _is_due(report: type[Report[Any]], shop: Shop) -> bool:
    """One that works both ways is due as the shop has chosen."""
    way = report.chosen(shop, {})
    return way.in_sync_all and (shop.allow_outgoing_requests or not way.outgoing)


@require_POST
def sync_all(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for all of this shop's reports, and for nothing of any other shop."""
    shop = get_object_or_404(Shop, code=code)
    if shop.enabled:
        start_several(request, all_of(shop))
        return redirect(f"{reverse('jobs')}?{urlencode({'shop': code})}")
    messages.error(request, _("Shop %s is disabled: enable it on the shop card.") % code)
    return redirect("shop", code=code)
