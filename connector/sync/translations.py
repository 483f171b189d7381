"""Sends titles and descriptions of products in other languages to Shopify."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from itertools import groupby

from django.utils.translation import gettext as _

from connector.shopify.client import Client
from connector.shopify.metafields import batches
from connector.shopify.translations import MOST, Source, TranslationInput, register, sources
from connector.sync import partly
from connector.sync.item_texts import TextsOf
from connector.sync.metafields import Told
from connector.sync.models import TranslationMark
from connector.sync.report import Hold
from shops.models import Language, Shop

Texts = Mapping[tuple[str, str, str], str]  # (record, locale, key) → text


def wanted_translations(
    client: Client, shop: Shop, items: Mapping[str, int], texts_of: TextsOf
) -> dict[str, list[TranslationInput]]:
    """Return what Shopify has not, or over another text; `items` is product gid → item.

    A call for each 50 products, and none where no language is synced or nothing is written. The
    queries do not grow with the products. Raises as Client.execute.
    """
    texts = _texts(shop, items, texts_of)
    if not texts:
        return {}
    found = sources(client, (gid for gid, _locale, _key in texts))
    marks = _marks(shop, found)
    wanted: dict[str, list[TranslationInput]] = {}
    for (gid, locale, key), text in texts.items():
        source = found.get(gid, {}).get(key)  # none: the product is gone, or has no such text
        if source and _differs(text, source, marks.get((gid, locale, key))):
            each = TranslationInput(locale, key, text, source.digest)
            wanted.setdefault(gid, []).append(each)
    return wanted


def send_translations(
    client: Client, shop: Shop, items: Mapping[str, int], hold: Hold, texts_of: TextsOf
) -> dict[str, Told]:
    """Send what differs; return what was told by product gid, where there was anything.

    Only what Shopify confirmed is noted; what it refused is sent again with the next run.
    Raises as Client.execute but UserErrors.
    """
    wanted = wanted_translations(client, shop, items, texts_of)
    return {gid: register_texts(client, shop, gid, each, hold) for gid, each in wanted.items()}


def register_texts(
    client: Client, shop: Shop, gid: str, texts: Sequence[TranslationInput], hold: Hold
) -> Told:
    """Send texts of one product: Shopify takes them a product at a time."""

    def call(some: Sequence[TranslationInput]) -> Sequence[None]:
        register(client, gid, some)
        return [None] * len(some)

    told = Told()
    for batch in batches(texts, MOST):
        hold.checkpoint()
        for answered in partly.send(batch, call):
            with hold.transaction():
                _mark(shop, gid, [text for text, _none in answered.confirmed])
            told.sent += len(answered.confirmed)
            told.refused += [
                _("%(locale)s, %(key)s: Shopify refused: %(reason)s")
                % {"locale": text.locale, "key": text.key, "reason": error.message}
                for text, error in answered.refused
            ]
    return told


def _texts(shop: Shop, items: Mapping[str, int], texts_of: TextsOf) -> Texts:
    """Languages of the books are read once, whatever locales they serve."""
    rows = Language.objects.filter(shop=shop, sync=True).order_by("language", "locale")
    found: dict[tuple[str, str, str], str] = {}
    for language, locales in groupby(rows, lambda row: row.language):
        written = texts_of(set(items.values()), language)
        for row in locales:
            for gid, item in items.items():
                for key, text in written.get(item, {}).items():
                    found[gid, row.locale, key] = text
    return found


def _marks(shop: Shop, found: Mapping[str, object]) -> dict[tuple[str, str, str], tuple[str, str]]:
    rows = TranslationMark.objects.filter(shop=shop, resource_gid__in=found)
    columns = rows.values_list("resource_gid", "locale", "key", "ours", "source")
    return {(gid, locale, key): (ours, source) for gid, locale, key, ours, source in columns}


def _differs(text: str, source: Source, mark: tuple[str, str] | None) -> bool:
    """A text that says what the shop's own says needs no translation, unless it once had one."""
    if mark is None:
        return text != source.value
    return mark != (digest(text), source.digest)


def _mark(shop: Shop, gid: str, texts: Sequence[TranslationInput]) -> None:
    rows = [
        TranslationMark(
            shop=shop,
            resource_gid=gid,
            locale=text.locale,
            key=text.key,
            ours=digest(text.value),
            source=text.source,
        )
        for text in texts
    ]
    TranslationMark.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["shop", "resource_gid", "locale", "key"],
        update_fields=["ours", "source"],
    )


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
