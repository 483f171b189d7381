"""Records as Shopify shows them: dicts keyed by schema field names.

A field that stands here is served; a field of the schema that does not is answered with an error
that says so, never with an invented value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Node = dict[str, Any]
Nodes = Mapping[str, Node]
