"""Who works in the shop."""

from __future__ import annotations

from dataclasses import replace

from sandbox.arguments import Options
from sandbox.records.shop import StaffMember

from .conftest import Opener, document


def test_staff_is_told_on_plus_alone(shop_opener: Opener) -> None:
    asked = {"first": 10}
    basic = shop_opener(Options()).post(document("staff_members"), **asked)
    assert basic["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"

    plus = shop_opener(Options(plan="plus"))
    store = plus.api.store
    ann = StaffMember("gid://shopify/StaffMember/1", "Ann", "ann@example.com")
    store.put(replace(store.shop, staff=(ann,)))
    [found] = plus.data(document("staff_members"), **asked)["staffMembers"]["nodes"]
    assert found == {"id": ann.gid, "name": "Ann", "email": "ann@example.com", "active": True}
