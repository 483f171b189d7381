"""M1: who works in a shop, and which salesperson each is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from connector.shopify.errors import AccessDenied
from connector.shopify.staff import StaffNode, staff_members
from connector.sync.sessions import client_for
from connector.sync.staging.staff import put_staff
from sandbox.records.shop import StaffMember as Record
from sandbox.store import Store
from shops.models import Shop, StaffMember

pytestmark = pytest.mark.django_db(transaction=True)

ANN = Record("gid://shopify/StaffMember/1", "Ann Berg", "ann@example.com")
OLE = Record("gid://shopify/StaffMember/2", "Ole Dahl", "ole@example.com", active=False)


def test_m1_staff_is_imported_changed_and_deleted_and_the_salesperson_stays(
    shop: Shop, store: Store
) -> None:
    store.put(replace(store.shop, staff=(ANN, OLE)))
    assert put_staff(shop, staff_members(client_for(shop))) == 2
    assert list(StaffMember.objects.values_list("name", "active")) == [
        ("Ann Berg", True),
        ("Ole Dahl", False),
    ]
    StaffMember.objects.filter(gid=ANN.gid).update(salesperson_code="AB")

    assert put_staff(shop, [StaffNode(ANN.gid, "Ann Bergh", "ann@example.com", active=True)]) == 1

    row = StaffMember.objects.get()
    assert (row.name, row.salesperson_code) == ("Ann Bergh", "AB")


def test_m1_a_salesperson_stands_for_one_of_a_shop(shop: Shop) -> None:
    StaffMember.objects.create(shop=shop, gid="1", name="Ann", salesperson_code="AB")
    StaffMember.objects.create(shop=shop, gid="2", name="Ole")
    StaffMember.objects.create(shop=shop, gid="3", name="Eva")  # two of nobody are no conflict

    with pytest.raises(IntegrityError), transaction.atomic():
        StaffMember.objects.filter(gid="2").update(salesperson_code="AB")


def test_m6_a_shop_on_a_smaller_plan_is_not_told(shop: Shop, store: Store) -> None:
    store.put(replace(store.shop, plus=False))

    with pytest.raises(AccessDenied):
        staff_members(client_for(shop))
