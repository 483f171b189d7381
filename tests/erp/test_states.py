"""Open, released, cancelled."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from erp.documents import DocumentError, cancel, release, reopen
from erp.drafts import LineDraft
from erp.models import Company, Document
from erp.posting import post_order
from tests.erp.makers import TODAY, D, item_line, make_order, make_stock, to_post


def refusal(move: Callable[..., Document], document: Document) -> str:
    with pytest.raises(DocumentError) as caught:
        move(document.pk)
    return caught.value.code


def test_a_document_is_released_and_reopened_once(given_a_company: Company) -> None:
    """Case 35."""
    order = make_order(given_a_company, item_line(1, 10))

    assert release(order.pk).state == "released"
    assert refusal(release, order) == "state"
    assert reopen(order.pk).state == "open"
    assert refusal(reopen, order) == "state"
    assert Document.objects.get().version == 3


def test_an_empty_document_is_not_released(given_a_company: Company) -> None:
    """Case 35, its end."""
    order = make_order(given_a_company, LineDraft(type="comment", text="only words"))

    assert refusal(release, order) == "nothing"


def test_releasing_computes_an_edited_order_anew(given_a_company: Company) -> None:
    order = make_order(given_a_company, item_line(1, 10))
    order.lines.update(quantity=D(3))

    released = release(order.pk)

    assert (released.amount, released.vat_amount, released.amount_incl) == (
        D("30.00"),
        D("7.50"),
        D("37.50"),
    )
    assert order.lines.get().amount_incl == D("37.50")


def test_a_cancelled_order_stays_cancelled(given_a_company: Company) -> None:
    order = make_order(given_a_company, item_line(1, 10))

    assert cancel(order.pk).state == "cancelled"
    assert refusal(release, order) == "state"


def test_an_order_that_was_shipped_in_part_is_not_cancelled(given_a_company: Company) -> None:
    make_stock(given_a_company, ("A", 5, 1))
    order = make_order(given_a_company, item_line(2, 10))
    to_post(order, ship=1)
    post_order(order.pk, invoice=False, today=TODAY)

    assert refusal(cancel, order) == "shipped"
