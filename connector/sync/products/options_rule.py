"""Units of measure and attributes cannot both be the options of a shop's products."""

from __future__ import annotations

from django.utils.translation import gettext as _

from connector.sync.models import OptionAttribute
from shops.models import ProductSettings, Shop


def refuse_units(shop: Shop) -> str:
    """Why units cannot become variants in this shop; "" when they can."""
    first = OptionAttribute.objects.filter(shop=shop).select_related("attribute").first()
    if first is None:
        return ""
    sentence = _("%(attribute)s is an option of this shop's products: take that away first.")
    return sentence % {"attribute": first.attribute}


def refuse_attributes(shop: Shop) -> str:
    """Why attributes cannot become options in this shop; "" when they can."""
    if not ProductSettings.of(shop).uom_as_variant:
        return ""
    return _("Units of measure are variants in this shop: switch that off on the shop card first.")
