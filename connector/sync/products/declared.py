"""What the two directions of 30108 share: its name, its filters and its options."""

from __future__ import annotations

from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from connector.sync.products import filters as product_filters
from connector.sync.report import Report

T = TypeVar("T")


class ProductReport(Report[T]):
    number = 30108
    name = "products"
    label = _("Sync products")
    filters = product_filters.FILTERS
    options = product_filters.OPTIONS
