"""Forms of the shop card and of the cue setup, with the rules that span several fields."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shops.models import CueSetup, CustomerSettings, OrderSettings, Shop


class ShopForm(forms.ModelForm[Shop]):
    class Meta:
        model = Shop
        fields = [
            "name",
            "enabled",
            "allow_background_syncs",
            "allow_outgoing_requests",
            "category",
        ]
        help_texts = {
            "enabled": _("Off: scheduled tasks skip this shop. Its data and its token are kept."),
        }

    def clean_category(self) -> str:
        return str(self.cleaned_data["category"]).strip().upper()


class OrderSettingsForm(forms.ModelForm[OrderSettings]):
    class Meta:
        model = OrderSettings
        fields = [
            "auto_create_orders",
            "auto_create_credit_memos",
            "archive_processed_orders",
            "process_returns_as",
            "create_invoices_from_orders",
            "auto_release_sales_orders",
            "use_shopify_order_no",
            "shopify_order_no_on_doc_line",
            "send_shipping_confirmation",
            "currency_handling",
            "tax_mode",
            "tax_area_from",
            "tolerance",
            "location_code",
            "return_location_code",
            "return_location_priority",
            "unit_option",
            "customer_mapping",
            "default_customer_no",
            "auto_create_unknown_customers",
            "default_company_no",
            "auto_create_unknown_companies",
            "auto_create_unknown_items",
            "shipping_charges_account",
            "sold_gift_card_account",
            "tip_account",
            "cash_roundings_account",
            "custom_line_account",
            "fee_account",
            "refund_account",
            "refund_not_restocked_account",
            "block_test_orders",
            "block_high_risk",
        ]

    def clean(self) -> dict[str, Any]:
        """What one setting needs of another is said on the field that mends it."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("auto_create_orders") and not values.get("shipping_charges_account"):
            self.add_error(
                "shipping_charges_account",
                _("Enter an account: sales documents post shipping charges to it."),
            )
        by_default = values.get("customer_mapping") == OrderSettings.CustomerMapping.DEFAULT
        if by_default and not values.get("default_customer_no"):
            self.add_error(
                "default_customer_no",
                _("Enter a customer: every order is sold to the default customer."),
            )
        if (values.get("tolerance") or 0) < 0:
            self.add_error("tolerance", _("Enter 0 or more."))
        return values


class CustomerSettingsForm(forms.ModelForm[CustomerSettings]):
    class Meta:
        model = CustomerSettings
        fields = [
            "customer_import",
            "shopify_can_update_customers",
            "can_update_shopify_customers",
            "blank_values",
            "name_source",
            "name2_source",
            "contact_source",
            "county_source",
        ]

    def clean(self) -> dict[str, Any]:
        """Of the two directions the one that was switched on just now switches the other off."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        pair = ("shopify_can_update_customers", "can_update_shopify_customers")
        if not all(values.get(name) for name in pair):
            return values
        before = [self.initial.get(name, False) for name in pair]
        if not any(before):
            self.add_error(pair[1], _("Choose one direction: the two exclude each other."))
            return values
        values[pair[0] if before[0] else pair[1]] = False
        return values


class CueSetupForm(forms.ModelForm[CueSetup]):
    """One row of the cue setup. `own` is asked only where a person sets up their own cues."""

    own = forms.BooleanField(required=False)

    class Meta:
        model = CueSetup
        fields = ["low_style", "threshold_1", "middle_style", "threshold_2", "high_style"]
