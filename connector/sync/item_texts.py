"""What the books say of items in another language: title and description of their products."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

from connector.sync.mapping.bodies import body
from connector.sync.mapping.wares import ShopRules, Trait, Ware, WareVariant
from erp.attributes import shown, values_of
from erp.models import ItemText
from erp.texts import as_html, texts_of, titles_of
from shops.models import ProductSettings

# (items, language of the books) → {item: {key of Shopify: text}}; what is missing: nothing to say.
TextsOf = Callable[[Collection[int], str], Mapping[int, Mapping[str, str]]]
TITLE, BODY = "title", "body_html"
LONGEST_TITLE = 255  # characters that Shopify takes


def item_texts(settings: ProductSettings, day: date) -> TextsOf:
    """Texts as the shop's products show them; `day` is today where the shop is.

    Titles are descriptions written in that language. A description has the extended texts of that
    language and those of all, and the attributes as they are called there; marketing texts stay in
    the shop's own. An item about which nothing is written in the language has none.
    Source: BC's connector, Sync Translations.
    """

    def of(items: Collection[int], language: str) -> dict[int, dict[str, str]]:
        titles = titles_of(items, language)
        bodies = _bodies(items, language, settings, day)
        found: dict[int, dict[str, str]] = {}
        for item in items:
            title = " ".join(titles.get(item, "").split())[:LONGEST_TITLE]
            texts = {TITLE: title, BODY: bodies.get(item, "")}
            found[item] = {key: text for key, text in texts.items() if text}
        return found

    return of


def _bodies(
    items: Collection[int], language: str, settings: ProductSettings, day: date
) -> dict[int, str]:
    extended = (
        texts_of(items, ItemText.Kind.EXTENDED, language, day)
        if settings.sync_item_extended_text
        else {}
    )
    traits = _traits(items, language) if settings.sync_item_attributes else {}
    rules = ShopRules(
        extended_text=settings.sync_item_extended_text,
        attributes=settings.sync_item_attributes,
        attributes_heading=_heading(language),
    )
    found = {}
    for item in items:
        ware = Ware(
            key=item,
            no="",
            description="",
            extended_texts=tuple(as_html(text) for text in extended.get(item, ())),
            itself=WareVariant("", traits=traits.get(item, ())),
        )
        found[item] = body(ware, rules) or ""
    return found


def _traits(items: Collection[int], language: str) -> dict[int, tuple[Trait, ...]]:
    """Of the items themselves; what has no name or text in the language keeps its own."""
    return {
        item: tuple(
            Trait(row.attribute_id, *shown(row, language))
            for row in rows
            if not row.attribute.blocked
        )
        for (item, variant), rows in values_of(items).items()
        if variant is None
    }


def _heading(language: str) -> str:
    with translation.override(language):
        return _("Item Attributes")
