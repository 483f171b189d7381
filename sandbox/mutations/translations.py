"""translationsRegister: texts of one record in other languages, each over the text as it is now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox.gql.execution import Call, Handler
from sandbox.nodes import Node
from sandbox.nodes.translation import content, translatable
from sandbox.records.translation import Translation
from sandbox.store import Store

MOST = 100  # texts of a call


def translation_handlers(store: Store) -> dict[str, Handler]:
    return {"translationsRegister": _register(store)}


def _register(store: Store) -> Handler:
    def handler(call: Call) -> Node:
        gid, given = call.args["resourceId"], call.args["translations"]
        node = store.nodes.get(gid)
        if node is None or not translatable(gid):
            return _refused([(["resourceId"], f"Resource {gid} does not exist", "NOT_FOUND")])
        if len(given) > MOST:
            message = "Too many translation keys for the resource"
            return _refused([(["translations"], message, "TOO_MANY_KEYS_FOR_RESOURCE")])
        texts = {text["key"]: text["digest"] for text in content(node, store.locale)}
        problems = [
            (["translations", str(index), field], message, code)
            for index, each in enumerate(given)
            for field, message, code in _problem(store, texts, each)
        ]
        if problems:
            return _refused(problems)
        gids = [_write(store, gid, each) for each in given]
        return {"translations": [store.nodes[each] for each in gids], "userErrors": []}

    return handler


def _refused(problems: list[tuple[list[str], str, str]]) -> Node:
    errors = [
        {"__typename": "TranslationUserError", "field": field, "message": message, "code": code}
        for field, message, code in problems
    ]
    return {"translations": None, "userErrors": errors}


def _problem(
    store: Store, texts: Mapping[str, str], given: Mapping[str, Any]
) -> list[tuple[str, str, str]]:
    others = {locale for locale, _name, _published in store.shop.locales[1:]}
    if given["locale"] not in others:
        message = "Locale is not a valid locale for the shop"
        return [("locale", message, "INVALID_LOCALE_FOR_SHOP")]
    if given["key"] not in texts:
        message = f"Key {given['key']} is not a valid translatable field"
        return [("key", message, "INVALID_KEY_FOR_MODEL")]
    if not given["value"].strip():
        return [("value", "Value can't be blank", "BLANK")]
    if given["translatableContentDigest"] != texts[given["key"]]:
        message = "Translatable content hash is invalid"
        return [("translatableContentDigest", message, "INVALID_TRANSLATABLE_CONTENT")]
    return []


def _write(store: Store, resource_gid: str, given: Mapping[str, Any]) -> str:
    now = store.clock.now()
    value, digest = given["value"], given["translatableContentDigest"]
    for node in store.translations_of(resource_gid):
        if (node["locale"], node["key"]) == (given["locale"], given["key"]):
            record = store.records[node["id"]]
            assert isinstance(record, Translation)
            store.put(replace(record, value=value, digest=digest, updated_at=now))
            return record.gid
    record = Translation(
        store.new_gid("Translation"),
        resource_gid,
        given["locale"],
        given["key"],
        value,
        digest,
        now,
    )
    store.put(record)
    return record.gid
