"""All reports there are. To add one, write its file beside these and name it here."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from connector.sync.report import Report
from connector.sync.reports.add_customers import AddCustomers
from connector.sync.reports.add_items import AddItems
from connector.sync.reports.add_variants import AddVariants
from connector.sync.reports.archive import Archive
from connector.sync.reports.countries import Countries
from connector.sync.reports.customers import Customers
from connector.sync.reports.documents import Documents
from connector.sync.reports.images import Images
from connector.sync.reports.orders import Orders
from connector.sync.reports.product_texts import ProductTextsReport
from connector.sync.reports.products import Products
from connector.sync.reports.reconciliation import Reconciliation
from connector.sync.reports.refunds import Refunds
from connector.sync.reports.shipments import Shipments
from connector.sync.reports.stock import Stock

# In the order in which a whole shop is brought in line: what one needs, those before it bring.
REPORTS: tuple[type[Report[Any]], ...] = (
    Customers,
    Products,
    AddItems,
    AddVariants,
    Orders,
    Documents,
    Shipments,
    Refunds,
    ProductTextsReport,
    Archive,
    Stock,
    Images,
    Reconciliation,
    AddCustomers,
    Countries,
)


class UnknownReport(LookupError):
    """No report has this name or number. The message lists those that are."""


def report_named(name_or_number: str | int) -> type[Report[Any]]:
    """Raises UnknownReport."""
    wanted = str(name_or_number)
    for report in REPORTS:
        if wanted in {report.name, str(report.number)}:
            return report
    known = ", ".join(sorted(f"{report.number} ({report.name})" for report in REPORTS))
    raise UnknownReport(
        _("There is no report “%(name)s”. Known are: %(known)s.") % {"name": wanted, "known": known}
    )
