"""The description of a product: extended texts, marketing text, attributes, in this order. Pure.

Source: BC's connector, CreateProductBody; what people wrote is cut down by `safe_html`, attributes
are text and escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from connector.sync.mapping.safe_html import safe
from connector.sync.mapping.wares import ShopRules, Trait, Ware


def body(ware: Ware, rules: ShopRules) -> str | None:
    """Return the HTML; None when the shop takes no part of it from the books."""
    if not (rules.extended_text or rules.marketing_text or rules.attributes):
        return None
    parts = []
    if rules.extended_text:
        parts.append(_written(ware.extended_texts))
    if rules.marketing_text:
        parts.append(_written(ware.marketing_texts))
    if rules.attributes:
        parts.append(_table(ware.itself.traits, rules.attributes_heading))
    return "".join(parts)


def _written(texts: Sequence[str]) -> str:
    """A part of its own; nothing at all where nothing was written."""
    text = safe("".join(texts)).strip()
    return f'<div class="productDescription">{text}</div><br>' if text else ""


def _table(traits: Sequence[Trait], heading: str) -> str:
    if not traits:
        return ""
    rows = "".join(
        f"<tr><td>{escape(trait.name)}</td><td>{escape(trait.value)}</td></tr>" for trait in traits
    )
    title = f'<div class="productAttributesTitle">{escape(heading)}</div>'
    return f'<div class="productAttributes">{title}<table>{rows}</table></div>'
