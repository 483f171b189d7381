"""The pinned schema, read from the file beside the product's own documents.

The path is all the sandbox knows of the product: it imports nothing of it, yet both must be held
to one and the same schema, and a copy would drift.
"""

from __future__ import annotations

import gc
from functools import cache
from pathlib import Path

from graphql import GraphQLSchema, build_schema

DEFAULT_PATH = Path(__file__).resolve().parents[2] / "connector" / "shopify" / "schema.graphql"


@cache
def load(path: Path = DEFAULT_PATH) -> GraphQLSchema:
    """Return the schema of that SDL file; read once a process, for nobody changes it.

    `assume_valid`: Shopify's own schema breaks a rule of the specification (a deprecated
    `Node.id`), which graphql-core would refuse.
    """
    gc.disable()  # a hundred thousand small objects, none of them garbage
    try:
        return build_schema(path.read_text("utf-8"), assume_valid=True)
    finally:
        gc.enable()
