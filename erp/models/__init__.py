"""The tables of the books, one noun a file.

Rows only: what happens to them is in `documents`, `posting`, `customers` and `items`.
"""

from __future__ import annotations

from erp.models.attribute import ItemAttribute, ItemAttributeValue
from erp.models.company import Company
from erp.models.company_information import CompanyInformation
from erp.models.document import Document
from erp.models.entries import GLEntry, ItemEntry, PartyEntry
from erp.models.item import Item, ItemVariant
from erp.models.line import DocumentLine
from erp.models.location import Location
from erp.models.lookup import Lookup
from erp.models.party import Party
from erp.models.picture import ItemPicture
from erp.models.price import Price
from erp.models.reference import ItemReference
from erp.models.series import NumberSeries
from erp.models.ship_to_address import ShipToAddress
from erp.models.stock import Stock
from erp.models.template import ItemTemplate
from erp.models.text import ItemText

__all__ = [
    "Company",
    "CompanyInformation",
    "Document",
    "DocumentLine",
    "GLEntry",
    "Item",
    "ItemAttribute",
    "ItemAttributeValue",
    "ItemEntry",
    "ItemPicture",
    "ItemReference",
    "ItemTemplate",
    "ItemText",
    "ItemVariant",
    "Location",
    "Lookup",
    "NumberSeries",
    "Party",
    "PartyEntry",
    "Price",
    "ShipToAddress",
    "Stock",
]
