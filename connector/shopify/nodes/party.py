"""Who bought and where it goes: customer, company and addresses as an order names them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class CustomerNode:
    gid: str
    first_name: str
    last_name: str
    email: str
    phone: str

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError or TypeError when the answer has another shape."""
        email = node["defaultEmailAddress"]
        phone = node["defaultPhoneNumber"]
        return cls(
            gid=node["id"],
            first_name=node["firstName"] or "",
            last_name=node["lastName"] or "",
            email=email["emailAddress"] if email else "",
            phone=phone["phoneNumber"] if phone else "",
        )


@dataclass(frozen=True, slots=True)
class CompanyNode:
    """The company and the one of its locations that a B2B order was placed for."""

    gid: str
    name: str
    location_gid: str
    location_name: str

    @classmethod
    def from_entity(cls, entity: dict[str, Any] | None) -> Self | None:
        """Read Order.purchasingEntity; None when a person bought, not a company.

        Raises KeyError when a company comes without its location.
        """
        if not entity or "company" not in entity:
            return None
        company, location = entity["company"], entity["location"]
        return cls(company["id"], company["name"], location["id"], location["name"])


@dataclass(frozen=True, slots=True)
class AddressNode:
    first_name: str
    last_name: str
    company: str
    address1: str
    address2: str
    zip: str
    city: str
    province_code: str  # ISO 3166-2 without the country, e.g. "CA"
    province: str
    country_code: str  # ISO 3166-1 alpha-2; "" when Shopify does not know
    phone: str

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError when the answer has another shape."""
        return cls(
            first_name=node["firstName"] or "",
            last_name=node["lastName"] or "",
            company=node["company"] or "",
            address1=node["address1"] or "",
            address2=node["address2"] or "",
            zip=node["zip"] or "",
            city=node["city"] or "",
            province_code=node["provinceCode"] or "",
            province=node["province"] or "",
            country_code=node["countryCodeV2"] or "",
            phone=node["phone"] or "",
        )
