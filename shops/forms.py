"""Forms of the shop card and of the cue setup, with the rules that span several fields."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shops import product_rules
from shops.models import CueSetup, CustomerSettings, OrderSettings, ProductSettings, Shop


class ShopForm(forms.ModelForm[Shop]):
    class Meta:
        model = Shop
        fields = [
            "name",
            "enabled",
            "allow_background_syncs",
            "allow_outgoing_requests",
            "category",
            "logging_mode",
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


class ProductSettingsForm(forms.ModelForm[ProductSettings]):
    books_own = forms.MultipleChoiceField(
        required=False,
        choices=product_rules.FIELDS.items(),
        widget=forms.CheckboxSelectMultiple,
        label=_("not to follow Shopify"),
        help_text=_("Fields of items that stay the books' own where Shopify can update items."),
    )
    cleared = forms.MultipleChoiceField(
        required=False,
        choices=[(name, product_rules.FIELDS[name]) for name in product_rules.CLEARABLE],
        widget=forms.CheckboxSelectMultiple,
        label=_("to be emptied with Shopify"),
        help_text=_("Others keep their value where Shopify has none."),
    )

    class Meta:
        model = ProductSettings
        fields = [
            "sync_item",
            "shopify_can_update_items",
            "can_update_shopify_products",
            "item_template",
            "sku_mapping",
            "sku_separator",
            "variant_prefix",
            "find_mapping_by_barcode",
            "sync_item_images",
            "remove_item_images",
            "sync_item_extended_text",
            "sync_item_marketing_text",
            "sync_item_attributes",
            "sync_metafields",
            "sync_hs_code_and_country",
            "uom_as_variant",
            "option_name_for_uom",
            "status_for_created_products",
            "action_for_removed_products",
            "restore_unblocked_products",
            "inventory_tracked",
            "default_inventory_policy",
            "weight_unit",
            "language",
            "sync_prices",
            "price_drift",
            "price_currency",
            "customer_price_group",
            "allow_line_disc",
            "prices_including_vat",
            "price_vat_bus",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = self.instance.field_rules
        self.initial["books_own"] = [n for n, rule in rules.items() if rule.get("owner") == "books"]
        self.initial["cleared"] = [n for n, rule in rules.items() if rule.get("empty") == "clear"]
        self.fields["option_name_for_uom"].required = False  # emptied, it switches units off
        # Blanks around it count: "A - 1" may be divided by " - ". `refusals` asks where it is needed.
        for name in ("sku_separator", "variant_prefix"):
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("item_template", "price_currency", "customer_price_group", "price_vat_bus"):
            values[name] = str(values.get(name, "")).strip().upper()
        if not values.get("option_name_for_uom", "").strip():
            values["uom_as_variant"] = False
        rules = self.instance.field_rules
        self.instance.field_rules = product_rules.field_rules(
            values.get("books_own", ()), values.get("cleared", ())
        ) | {name: rule for name, rule in rules.items() if name in product_rules.SENT}
        return values

    def full_clean(self) -> None:
        """What the settings cannot be together is said on a field, and not as a constraint."""
        super().full_clean()
        for field, sentence in (
            product_rules.refusals(self.instance).items() if self.is_bound else ()
        ):
            if field in self.fields and field not in self.errors:
                self.add_error(field, sentence)

    def validate_constraints(self) -> None:
        """Left to `refusals`, which say it in words."""


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
