"""A person who buys, with all addresses, as the documents about customers ask for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from connector.shopify.nodes.party import AddressNode


@dataclass(frozen=True, slots=True)
class CustomerAddressNode:
    gid: str
    address: AddressNode

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError when the answer has another shape."""
        return cls(node["id"], AddressNode.from_node(node))


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """The whole record; orders name customers by less, see `CustomerNode`."""

    gid: str
    first_name: str
    last_name: str
    email: str
    phone: str
    note: str
    tags: tuple[str, ...]
    tax_exempt: bool
    locale: str
    state: str  # DECLINED, DISABLED, ENABLED, INVITED
    verified_email: bool
    created_at: datetime  # aware, UTC
    updated_at: datetime
    default_gid: str  # of the default address; "" without one
    addresses: tuple[CustomerAddressNode, ...]

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError, TypeError or ValueError when the answer has another shape."""
        email, phone = node["defaultEmailAddress"], node["defaultPhoneNumber"]
        default = node["defaultAddress"]
        return cls(
            gid=node["id"],
            first_name=node["firstName"] or "",
            last_name=node["lastName"] or "",
            email=(email["emailAddress"] or "") if email else "",
            phone=(phone["phoneNumber"] or "") if phone else "",
            note=node["note"] or "",
            tags=tuple(node["tags"]),
            tax_exempt=node["taxExempt"],
            locale=node["locale"],
            state=node["state"],
            verified_email=node["verifiedEmail"],
            created_at=datetime.fromisoformat(node["createdAt"]),
            updated_at=datetime.fromisoformat(node["updatedAt"]),
            default_gid=default["id"] if default else "",
            addresses=tuple(map(CustomerAddressNode.from_node, node["addressesV2"]["nodes"])),
        )

    @property
    def withheld(self) -> bool:
        """Nothing names or reaches the person: as an app without access to protected data sees it.

        Shopify refuses a customer of whom it knows neither a name nor an e-mail nor a phone.
        """
        return not (self.first_name or self.last_name or self.email or self.phone)

    @property
    def main_address(self) -> CustomerAddressNode | None:
        """The default address, else the first."""
        default = (a for a in self.addresses if a.gid == self.default_gid)
        return next(default, self.addresses[0] if self.addresses else None)
