"""An order is taken off its unposted sales document and waits for a new one."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from connector.sync.errors import RecordError
from connector.sync.models import DocumentLink, Issue, LineLink, OrderAction, ShipmentLink
from connector.sync.presses import Press
from erp.documents import DocumentError
from erp.documents.withdrawing import withdraw
from erp.models import Document
from shops.models import Order, OrderSettings

NUMBER = 20  # characters of a document's number


@transaction.atomic
def unlink(order_id: int, document_id: UUID, press: Press, *, keep: bool) -> OrderAction:
    """Make the order unprocessed; its document is deleted, or cancelled and kept.

    So there is never a second one that could be shipped or posted. Raises RecordError when
    something of it is posted, or when the order has another document than `document_id` by now;
    then nothing was written.
    """
    order = Order.objects.select_for_update(of=("self",)).select_related("shop").get(pk=order_id)
    if done := OrderAction.objects.filter(request_id=press.request_id).first():
        return done
    link = DocumentLink.objects.filter(order=order).select_related("document").first()
    if link is None or link.document_id != document_id:
        raise RecordError(_("The order is no longer on that document. Look at it again."), "gone")
    refuse_posted(order, link.document)
    if keep:
        _refuse_held_number(order, link.document)
    no = link.document.no
    _taken_off(link)
    try:
        withdraw(document_id, keep=keep)
    except DocumentError as refusal:
        raise RecordError(refusal.sentence, refusal.code) from refusal
    _unprocessed(order)
    return _noted(order, no, press, keep=keep)


def refuse_posted(order: Order, document: Document) -> None:
    """Raises RecordError when goods or invoices of the order are in the books."""
    posted = document.state in {Document.State.POSTED, Document.State.COMPLETED}
    parts = document.lines.filter(qty_shipped__gt=0).exists()
    if posted or parts or ShipmentLink.objects.filter(order=order).exists():
        raise RecordError(
            _("%s is posted, or a part of it: the order stays on it. Correct it by a credit memo.")
            % document,
            "posted",
        )


def _refuse_held_number(order: Order, document: Document) -> None:
    by_shopify = OrderSettings.of(order.shop).use_shopify_order_no
    if by_shopify and document.no == order.name[:NUMBER].upper():
        raise RecordError(
            _("A kept %s would hold the number that the new document needs. Delete it instead.")
            % document,
            "number",
        )


def _taken_off(link: DocumentLink) -> None:
    LineLink.objects.filter(document_line__document=link.document_id).delete()
    issues = Issue.objects.open().filter(gid=f"document {link.document_id}")
    issues.update(state=Issue.State.RESOLVED, next_try=None)
    _refunds_anew(link.order)
    link.delete()


def _refunds_anew(order: Order) -> None:
    """What was said of its refunds was said of that document: the next run judges by the new one."""
    refunds = order.refunds.unprocessed()
    issues = Issue.objects.open().filter(
        shop=order.shop_id, report="refunds", gid__in=refunds.values("gid")
    )
    issues.update(state=Issue.State.RESOLVED, next_try=None)
    refunds.update(reason_code="", reason="")


def _unprocessed(order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(
        state=Order.State.UNPROCESSED,
        reason_code="",
        reason="",
        conflict=False,
        conflict_note="",
        conflict_answer="",
        conflict_resolved_by="",
        conflict_resolved_at=None,
    )


def _noted(order: Order, no: str, press: Press, *, keep: bool) -> OrderAction:
    kept = _("%s is cancelled and kept.") if keep else _("%s is deleted.")
    now = press.now()
    return OrderAction.objects.create(
        order=order,
        kind=OrderAction.Kind.UNLINK,
        state=OrderAction.State.DONE,
        by=press.by[:150],
        asked={"document": no, "keep": keep, "note": order.conflict_note},
        answer=kept % no,
        request_id=press.request_id,
        asked_at=now,
        ended_at=now,
    )
