"""The states Shopify names, as of API 2026-10. Shopify adds values: an unknown one stays text."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

Member = TypeVar("Member", bound=StrEnum)


def known(enum: type[Member]) -> Mapping[str, Member]:
    """Return value → member; `known(X).get(text, text)` decodes what is known, keeps the rest."""
    return {member.value: member for member in enum}


class FinancialStatus(StrEnum):
    AUTHORIZED = "AUTHORIZED"
    EXPIRED = "EXPIRED"
    PAID = "PAID"
    PARTIALLY_PAID = "PARTIALLY_PAID"
    PARTIALLY_REFUNDED = "PARTIALLY_REFUNDED"
    PENDING = "PENDING"
    REFUNDED = "REFUNDED"
    VOIDED = "VOIDED"


class FulfillmentStatus(StrEnum):
    """How far an order is shipped, as its page shows it."""

    FULFILLED = "FULFILLED"
    FULFILLMENT_NOT_REQUIRED = "FULFILLMENT_NOT_REQUIRED"
    IN_PROGRESS = "IN_PROGRESS"
    ON_HOLD = "ON_HOLD"
    OPEN = "OPEN"
    PARTIALLY_FULFILLED = "PARTIALLY_FULFILLED"
    PENDING_FULFILLMENT = "PENDING_FULFILLMENT"
    REQUEST_DECLINED = "REQUEST_DECLINED"
    RESTOCKED = "RESTOCKED"
    SCHEDULED = "SCHEDULED"
    UNFULFILLED = "UNFULFILLED"


class ReturnStatus(StrEnum):
    INSPECTION_COMPLETE = "INSPECTION_COMPLETE"
    IN_PROGRESS = "IN_PROGRESS"
    NO_RETURN = "NO_RETURN"
    RETURNED = "RETURNED"
    RETURN_FAILED = "RETURN_FAILED"
    RETURN_REQUESTED = "RETURN_REQUESTED"


class TransactionKind(StrEnum):
    AUTHORIZATION = "AUTHORIZATION"
    CAPTURE = "CAPTURE"
    CHANGE = "CHANGE"
    EMV_AUTHORIZATION = "EMV_AUTHORIZATION"
    REFUND = "REFUND"
    SALE = "SALE"
    SUGGESTED_REFUND = "SUGGESTED_REFUND"
    VOID = "VOID"


class TransactionStatus(StrEnum):
    AWAITING_RESPONSE = "AWAITING_RESPONSE"
    ERROR = "ERROR"
    FAILURE = "FAILURE"
    PENDING = "PENDING"
    SUCCESS = "SUCCESS"
    UNKNOWN = "UNKNOWN"


class FulfillmentOrderStatus(StrEnum):
    CANCELLED = "CANCELLED"
    CLOSED = "CLOSED"
    INCOMPLETE = "INCOMPLETE"
    IN_PROGRESS = "IN_PROGRESS"
    ON_HOLD = "ON_HOLD"
    OPEN = "OPEN"
    SCHEDULED = "SCHEDULED"


class ShipmentStatus(StrEnum):
    """How one fulfillment ended (Shopify's FulfillmentStatus)."""

    CANCELLED = "CANCELLED"
    ERROR = "ERROR"
    FAILURE = "FAILURE"
    OPEN = "OPEN"
    PENDING = "PENDING"
    SUCCESS = "SUCCESS"
