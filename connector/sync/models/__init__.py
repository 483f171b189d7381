"""How the two sides are kept in line: how far, what happened, what belongs together, what waits."""

from connector.sync.models.actions import OrderAction
from connector.sync.models.budget import ApiBudget
from connector.sync.models.links import (
    BillToLink,
    CompanyLink,
    CustomerLink,
    DocumentLink,
    LineLink,
    ProductLink,
    RefundLink,
    ShipmentLink,
    VariantLink,
)
from connector.sync.models.reconciliation import DayCount, MissingRecord
from connector.sync.models.request_values import RequestValues
from connector.sync.models.runs import Cursor, DryRunLine, Issue, Run
from connector.sync.models.staging import StagedOrder

__all__ = [
    "ApiBudget",
    "BillToLink",
    "CompanyLink",
    "Cursor",
    "CustomerLink",
    "DayCount",
    "DocumentLink",
    "DryRunLine",
    "Issue",
    "LineLink",
    "MissingRecord",
    "OrderAction",
    "ProductLink",
    "RefundLink",
    "RequestValues",
    "Run",
    "ShipmentLink",
    "StagedOrder",
    "VariantLink",
]
