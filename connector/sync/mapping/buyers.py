"""Which customers of the books an order is sold and billed to, once all candidates are known. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SoldTo:
    """Numbers of customers; "" where there is none. A blank payer is the one of the customer's card."""

    sell_to: str
    bill_to: str = ""


def at_location(company_no: str, place: SoldTo) -> SoldTo:
    """What a company's location says of its customer; else the company's own.

    A location counts only where its company is mapped, and its payer only beside its customer.
    Source: BC codeunit 30165 "Order Mapping", company locations.
    """
    if company_no and place.sell_to:
        return place
    return SoldTo(company_no)
