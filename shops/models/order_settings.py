"""What one shop decides about its orders: who buys, where amounts go, what a person must see first."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shops.models.shop import Shop


class OrderSettings(models.Model):
    class CurrencyHandling(models.TextChoices):
        SHOP = "shop", _("Shop currency")
        PRESENTMENT = "presentment", _("Currency the buyer saw")

    class CustomerMapping(models.TextChoices):
        EMAIL_PHONE = "email_phone", _("By e-mail or phone")
        BILL_TO = "bill_to", _("By bill-to information")
        DEFAULT = "default", _("Always the default customer")

    class TaxMode(models.TextChoices):
        GIVEN = "given", _("As Shopify gives them")
        CALCULATED = "calculated", _("Calculated by the books")

    class TaxAreaFrom(models.TextChoices):
        NONE = "none", _("No address")
        SHIP_TO = "ship_to", _("Ship-to, else bill-to address")
        BILL_TO = "bill_to", _("Bill-to, else ship-to address")

    class ProcessReturnsAs(models.TextChoices):
        CREDIT_MEMO = "credit_memo", _("Credit memo")
        RETURN_ORDER = "return_order", _("Return order")

    class ReturnLocationPriority(models.TextChoices):
        DEFAULT = "default", _("The return location")
        ORIGINAL = "original", _("Where Shopify restocked it, else the return location")

    class UnitOption(models.IntegerChoices):
        NONE = 0, _("None")
        FIRST = 1, _("The first option")
        SECOND = 2, _("The second option")
        THIRD = 3, _("The third option")

    shop = models.OneToOneField(Shop, models.CASCADE, related_name="order_settings")

    auto_create_orders = models.BooleanField(
        _("auto create sales documents"),
        default=False,
        help_text=_("Create a sales document as soon as an order has come in."),
    )
    auto_create_credit_memos = models.BooleanField(
        _("auto create credit memos"),
        default=False,
        help_text=_("Create a credit memo for each refund of an invoiced order."),
    )
    archive_processed_orders = models.BooleanField(
        _("archive processed orders"),
        default=False,
        help_text=_("Archive orders in Shopify that are paid, fulfilled and shipped in the books."),
    )
    process_returns_as = models.CharField(
        _("process returns as"),
        max_length=12,
        choices=ProcessReturnsAs,
        default=ProcessReturnsAs.CREDIT_MEMO,
        help_text=_(
            "What a refund becomes. Goods of a return order are received before it is credited; "
            "an exchange is always a credit memo."
        ),
    )
    create_invoices_from_orders = models.BooleanField(
        _("create fulfilled orders as invoices"),
        default=True,
        help_text=_("An order that Shopify has already fulfilled becomes a sales invoice."),
    )
    use_shopify_order_no = models.BooleanField(_("use Shopify order no."), default=False)
    shopify_order_no_on_doc_line = models.BooleanField(
        _("Shopify order no. on document line"), default=False
    )
    auto_release_sales_orders = models.BooleanField(_("auto release sales orders"), default=True)
    send_shipping_confirmation = models.BooleanField(
        _("send shipping confirmation"),
        default=True,
        help_text=_("Shopify writes to the buyer when a shipment is synchronized."),
    )
    currency_handling = models.CharField(
        _("currency handling"),
        max_length=12,
        choices=CurrencyHandling,
        default=CurrencyHandling.SHOP,
    )
    tax_mode = models.CharField(_("taxes"), max_length=12, choices=TaxMode, default=TaxMode.GIVEN)
    tax_area_from = models.CharField(
        _("tax area by"),
        max_length=8,
        choices=TaxAreaFrom,
        default=TaxAreaFrom.SHIP_TO,
        help_text=_("Whose tax area gives a document its VAT business group."),
    )
    tolerance = models.DecimalField(
        _("tolerance"),
        max_digits=9,
        decimal_places=4,
        default=0,
        help_text=_("The document's total may differ from Shopify's by at most this much."),
    )

    customer_mapping = models.CharField(
        _("customer mapping"),
        max_length=12,
        choices=CustomerMapping,
        default=CustomerMapping.EMAIL_PHONE,
    )
    default_customer_no = models.CharField(_("default customer no."), max_length=20, blank=True)
    auto_create_unknown_customers = models.BooleanField(
        _("auto create unknown customers"), default=False
    )
    default_company_no = models.CharField(_("default company no."), max_length=20, blank=True)
    auto_create_unknown_companies = models.BooleanField(
        _("auto create unknown companies"), default=False
    )
    auto_create_unknown_items = models.BooleanField(
        _("auto create unknown items"),
        default=False,
        help_text=_("A variant without an item gets one, numbered by its SKU."),
    )
    location_code = models.CharField(_("location"), max_length=10, blank=True)
    return_location_code = models.CharField(
        _("return location"),
        max_length=10,
        blank=True,
        help_text=_("Where refunded goods come back to; else to where they were sold from."),
    )
    return_location_priority = models.CharField(
        _("restock at"),
        max_length=8,
        choices=ReturnLocationPriority,
        default=ReturnLocationPriority.DEFAULT,
        help_text=_("Where neither is known: where the goods were sold from."),
    )
    unit_option = models.PositiveSmallIntegerField(
        _("option that is the unit of measure"),
        choices=UnitOption,
        default=UnitOption.NONE,
        help_text=_("Else every item is sold in its sales unit."),
    )

    shipping_charges_account = models.CharField(
        _("shipping charges account"), max_length=20, blank=True
    )
    sold_gift_card_account = models.CharField(
        _("sold gift card account"), max_length=20, blank=True
    )
    tip_account = models.CharField(_("tip account"), max_length=20, blank=True)
    cash_roundings_account = models.CharField(
        _("cash roundings account"), max_length=20, blank=True
    )
    custom_line_account = models.CharField(
        _("account for lines without a product"), max_length=20, blank=True
    )
    fee_account = models.CharField(_("duties and fees account"), max_length=20, blank=True)
    refund_account = models.CharField(
        _("refund account"),
        max_length=20,
        blank=True,
        help_text=_(
            "For cancelled goods, and for what is paid back for neither goods nor shipping."
        ),
    )
    refund_not_restocked_account = models.CharField(
        _("account for refunds of goods not restocked"), max_length=20, blank=True
    )

    block_test_orders = models.BooleanField(_("hold test orders"), default=True)
    block_high_risk = models.BooleanField(_("hold orders of high risk"), default=True)

    class Meta:
        verbose_name = _("order settings")
        verbose_name_plural = _("order settings")

    def __str__(self) -> str:
        return f"order settings of {self.shop}"

    @classmethod
    def of(cls, shop: Shop) -> OrderSettings:
        """The shop's settings; one that has none yet has the defaults, not saved."""
        return cls.objects.filter(shop=shop).first() or cls(shop=shop)
