"""stagedUploadsCreate: where to put a file, and how to name it in a later call.

Source: recorded targets, Admin API 2026-04.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.changes import Refusals, Refused
from sandbox.gql.execution import Call, Handler
from sandbox.mutations.payload import done, refused
from sandbox.nodes import Node
from sandbox.store import Store
from sandbox.uploads import PATH

FOLDERS = {"BULK_MUTATION_VARIABLES": "bulk", "IMAGE": "files", "FILE": "files"}


def staged_handlers(store: Store) -> dict[str, Handler]:
    def handler(call: Call) -> Node:
        given = call.args["input"]
        problems = [
            Refused(
                f"The sandbox does not take uploads of {one['resource']}.", ("input", str(index))
            )
            for index, one in enumerate(given)
            if one["resource"] not in FOLDERS
        ]
        problems += [
            Refused("Filename can't be blank", ("input", str(index), "filename"))
            for index, one in enumerate(given)
            if not one["filename"].strip()
        ]
        if problems:
            return refused(Refusals(problems), "stagedTargets")
        return done(stagedTargets=[_target(store, one) for one in given])

    return {"stagedUploadsCreate": handler}


def _target(store: Store, given: Mapping[str, Any]) -> Node:
    key = store.uploads.place(FOLDERS[given["resource"]], given["filename"])
    base, kind = f"{store.url}{PATH}", given["mimeType"]
    if given["httpMethod"] == "PUT":
        parameters = {"content_type": kind, "acl": "private"}
        url = resource = f"{base}{key}"
    else:
        parameters = {
            "Content-Type": kind,
            "success_action_status": "201",
            "acl": "private",
            "key": key,
            "x-goog-date": store.clock.now().strftime("%Y%m%dT%H%M%SZ"),
            "x-goog-credential": "sandbox",
            "x-goog-algorithm": "GOOG4-RSA-SHA256",
            "x-goog-signature": "sandbox",
            "policy": "sandbox",
        }
        url = base
        bulk = given["resource"] == "BULK_MUTATION_VARIABLES"
        resource = base if bulk else f"{base}{key}"
    return {
        "url": url,
        "resourceUrl": resource,
        "parameters": [{"name": name, "value": value} for name, value in parameters.items()],
    }
