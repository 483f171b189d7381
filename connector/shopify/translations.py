"""The questions about languages: which a shop has, what can be translated; and saying how."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from connector.shopify.client import Client
from connector.shopify.metafields import batches

RESOURCES = 50  # records of a call
MOST = 100  # texts of a mutation; Shopify's limit


@dataclass(frozen=True, slots=True)
class LocaleNode:
    locale: str  # BCP-47, whole: "pt-BR"
    name: str
    primary: bool
    published: bool

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError or TypeError when the answer has another shape."""
        return cls(node["locale"], node["name"], node["primary"], node["published"])


@dataclass(frozen=True, slots=True)
class Source:
    """A text that can be translated, as it is now."""

    digest: str
    value: str


@dataclass(frozen=True, slots=True)
class TranslationInput:
    locale: str
    key: str
    value: str
    source: str  # digest of the text that it translates

    def variables(self) -> dict[str, str]:
        return {
            "locale": self.locale,
            "key": self.key,
            "value": self.value,
            "translatableContentDigest": self.source,
        }


def shop_locales(client: Client) -> list[LocaleNode]:
    """All languages of a shop, its own among them. Raises as Client.execute."""
    data = client.execute("shop_locales")
    return [LocaleNode.from_node(node) for node in data["shopLocales"]]


def sources(client: Client, gids: Iterable[str]) -> dict[str, dict[str, Source]]:
    """Return gid → key → text; a record that is gone is not in it, nor a text that is empty.

    Raises as Client.execute.
    """
    found: dict[str, dict[str, Source]] = {}
    for batch in batches(dict.fromkeys(gids), RESOURCES):
        variables = {"ids": batch, "first": len(batch)}
        data = client.execute("translatable_resources", variables)
        for node in data["translatableResourcesByIds"]["nodes"]:
            found[node["resourceId"]] = {
                text["key"]: Source(text["digest"], text["value"] or "")
                for text in node["translatableContent"]
                if text["digest"]
            }
    return found


def register(client: Client, gid: str, texts: Sequence[TranslationInput]) -> None:
    """Say what at most 100 texts of a record are in other languages.

    Raises UserErrors, which name the index of each that is refused; then none was taken.
    """
    variables = {"id": gid, "translations": [text.variables() for text in texts]}
    client.execute("translations_register", variables)
