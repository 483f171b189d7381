"""Metafields, their definitions and translated texts, as Shopify shows them."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sandbox.nodes import Node
from sandbox.nodes.lazy import Around, Lazy
from sandbox.nodes.values import legacy_id, written
from sandbox.records.metafield import OWNER_TYPES, Metafield, MetafieldDefinition

JSON_TYPES = ("json", "money", "rating", "dimension", "weight", "volume", "rich_text_field")


def owner_type(gid: str) -> str:
    return OWNER_TYPES[gid.split("/")[3]]


def compare_digest(record: Metafield) -> str:
    """Return what a caller hands back to say which value he has seen; ours, not Shopify's hash."""
    return hashlib.sha256(f"{record.gid} {record.type} {record.value}".encode()).hexdigest()


def json_value(kind: str, value: str) -> Any:
    if kind in JSON_TYPES or kind.startswith("list."):
        return json.loads(value)
    if kind == "boolean":
        return value == "true"
    return int(value) if kind == "number_integer" else value


def definition_of(record: Metafield, around: Around) -> Node | None:
    wanted = (owner_type(record.owner_gid), record.namespace, record.key)
    for node in around.listed("MetafieldDefinition").values():
        if (node["ownerType"], node["namespace"], node["key"]) == wanted:
            return node
    return None


class MetafieldNode(Lazy):
    makers = {
        "owner": lambda record, around: around.nodes[record.owner_gid],
        "jsonValue": lambda record, _: json_value(record.type, record.value),
        "compareDigest": lambda record, _: compare_digest(record),
        "definition": definition_of,
        "sizeInBytes": lambda record, _: len(record.value.encode()),
        "reference": lambda record, around: around.nodes.get(record.value),
        "description": lambda _record, _around: None,
    }


def metafield_node(record: Metafield, around: Around) -> Lazy:
    fields = {
        "__typename": "Metafield",
        "id": record.gid,
        "legacyResourceId": legacy_id(record.gid),
        "namespace": record.namespace,
        "key": record.key,
        "type": record.type,
        "value": record.value,
        "ownerType": owner_type(record.owner_gid),
        "createdAt": written(record.created_at),
        "updatedAt": written(record.updated_at),
    }
    return MetafieldNode(fields, record, around)


CATEGORIES = {
    "TEXT": ("single_line_text_field", "multi_line_text_field", "rich_text_field"),
    "NUMBER": ("number_integer", "number_decimal"),
    "DATE_TIME": ("date", "date_time"),
    "MEASUREMENT": ("dimension", "weight", "volume"),
    "TRUE_FALSE": ("boolean",),
}


def category(kind: str) -> str:
    """Return the group Shopify files a type under."""
    plain = kind.removeprefix("list.")
    for name, kinds in CATEGORIES.items():
        if plain in kinds:
            return name
    return "REFERENCE" if plain.endswith("_reference") else plain.upper()


def definition_node(record: MetafieldDefinition) -> Node:
    return {
        "__typename": "MetafieldDefinition",
        "id": record.gid,
        "namespace": record.namespace,
        "key": record.key,
        "name": record.name,
        "description": record.description,
        "ownerType": record.owner_type,
        "type": {
            "name": record.type,
            "category": category(record.type),
            "valueType": "JSON" if record.type in JSON_TYPES else "STRING",
            "supportsDefinitionMigrations": False,
            "supportedValidations": [],
        },
        "access": {"admin": "PUBLIC_READ_WRITE", "storefront": "NONE", "customerAccount": "NONE"},
        "validations": [],
        "pinnedPosition": record.pinned,
        "useAsCollectionCondition": False,
        "validationStatus": "ALL_VALID",
    }
