"""translationsRegister and translationsRemove, and asking what can be translated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.changes import Refusals, Refused
from sandbox.gql.connection import nested
from sandbox.gql.execution import Call, Handler
from sandbox.mutations.payload import done, refused
from sandbox.nodes import Node
from sandbox.nodes.translation import content, resource_node, translatable
from sandbox.records.translation import Translation
from sandbox.store import Store

MOST = 100  # of one call


def translation_handlers(store: Store) -> dict[str, Handler]:
    return {"translationsRegister": _register(store), "translationsRemove": _remove(store)}


def translation_queries(store: Store) -> dict[str, Handler]:
    def one(call: Call) -> Node | None:
        return _resource(store, call.args["resourceId"])

    def several(call: Call) -> Node:
        found = [_resource(store, gid) for gid in call.args["resourceIds"]]
        nodes = [node for node in found if node is not None]
        args = {name: value for name, value in call.args.items() if name != "resourceIds"}
        return nested(nodes, args, "QueryRoot.translatableResourcesByIds", edges=call.field.edges)

    return {"translatableResource": one, "translatableResourcesByIds": several}


def _resource(store: Store, gid: str) -> Node | None:
    node = store.nodes.get(gid)
    return resource_node(node, store) if node is not None and translatable(gid) else None


def _required(store: Store, gid: str) -> Node:
    node = store.nodes.get(gid)
    if node is None or not translatable(gid):
        raise Refused(f"Resource {gid} does not exist", ("resourceId",), "RESOURCE_NOT_FOUND")
    return node


def _register(store: Store) -> Handler:
    def handler(call: Call) -> Node:
        gid, given = call.args["resourceId"], call.args["translations"]
        try:
            node = _required(store, gid)
            if len(given) > MOST:
                message = f"Too many translation keys for the resource: at most {MOST}"
                raise Refused(message, ("translations",), "TOO_MANY_KEYS_FOR_RESOURCE")  # noqa: TRY301
        except Refused as refusal:
            return refused(refusal, "translations")
        problems: list[Refused] = []
        registered = []
        for index, one in enumerate(given):
            problem = _wrong(store, node, one, ("translations", str(index)))
            if problem is None:
                registered.append(_put(store, gid, one))
            else:
                problems.append(problem)
        translations = [store.nodes[translation] for translation in registered]
        if problems:
            return {**refused(Refusals(problems)), "translations": translations or None}
        return done(translations=translations)

    return handler


def _wrong(
    store: Store, node: Node, one: Mapping[str, Any], path: tuple[str, ...]
) -> Refused | None:
    """Return why a translation is not taken; the others of the call are."""
    texts = {text["key"]: text for text in content(node, store.locale)}
    locales = {locale for locale, _, _ in store.shop.locales[1:]}
    if one["locale"] == store.locale:
        message = "Locale cannot be the same as the shop's primary locale"
        return Refused(message, (*path, "locale"), "INVALID_LOCALE_FOR_SHOP")
    if one["locale"] not in locales:
        message = "Locale is not a valid locale for the shop"
        return Refused(message, (*path, "locale"), "INVALID_LOCALE_FOR_SHOP")
    if one["key"] not in texts:
        message = f"Key {one['key']} is not a valid translatable field"
        return Refused(message, (*path, "key"), "INVALID_KEY_FOR_MODEL")
    if one["translatableContentDigest"] != texts[one["key"]]["digest"]:
        message, field = "Translatable content hash is invalid", "translatableContentDigest"
        return Refused(message, (*path, field), "INVALID_TRANSLATABLE_CONTENT")
    if not one["value"].strip():
        return Refused("Value can't be blank", (*path, "value"), "BLANK")
    return None


def _put(store: Store, gid: str, one: Mapping[str, Any]) -> str:
    old = _known(store, gid, one["locale"], one["key"])
    translation = Translation(
        old or store.new_gid("Translation"),
        gid,
        one["locale"],
        one["key"],
        one["value"],
        one["translatableContentDigest"],
        store.clock.now(),
    )
    store.put(translation)
    return translation.gid


def _known(store: Store, gid: str, locale: str, key: str) -> str | None:
    for node in store.translations_of(gid):
        if (node["locale"], node["key"]) == (locale, key):
            return str(node["id"])
    return None


def _remove(store: Store) -> Handler:
    def handler(call: Call) -> Node:
        gid = call.args["resourceId"]
        try:
            _required(store, gid)
        except Refused as refusal:
            return refused(refusal, "translations")
        removed = [
            node
            for node in store.translations_of(gid)
            if node["locale"] in call.args["locales"]
            and node["key"] in call.args["translationKeys"]
        ]
        shown = [{**node, "outdated": node["outdated"]} for node in removed]
        for node in removed:
            store.remove(node["id"])
        return done(translations=shown)

    return handler
