"""How the two sides are kept in line: how far, what happened, what belongs together, what waits."""

from connector.sync.models.actions import OrderAction
from connector.sync.models.budget import ApiBudget
from connector.sync.models.exports import OptionAttribute, ProductExport
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
from connector.sync.models.media import MediaLink, MediaMark
from connector.sync.models.prices import BulkOperation, PriceMark
from connector.sync.models.reconciliation import DayCount, MissingRecord
from connector.sync.models.request_values import RequestValues
from connector.sync.models.requests import ShopifyRequest
from connector.sync.models.runs import Cursor, DryRunLine, Issue, Run
from connector.sync.models.staging import StagedOrder
from connector.sync.models.translations import TranslationMark

__all__ = [
    "ApiBudget",
    "BillToLink",
    "BulkOperation",
    "CompanyLink",
    "Cursor",
    "CustomerLink",
    "DayCount",
    "DocumentLink",
    "DryRunLine",
    "Issue",
    "LineLink",
    "MediaLink",
    "MediaMark",
    "MissingRecord",
    "OptionAttribute",
    "OrderAction",
    "PriceMark",
    "ProductExport",
    "ProductLink",
    "RefundLink",
    "RequestValues",
    "Run",
    "ShipmentLink",
    "ShopifyRequest",
    "StagedOrder",
    "TranslationMark",
    "VariantLink",
]
