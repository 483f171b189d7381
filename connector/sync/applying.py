"""What changed of an order goes into its open sales document, as a person has seen it beforehand."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from django.db import transaction
from django.utils.translation import gettext as _

from connector.shopify.nodes.order import OrderNode
from connector.sync.comparing import Change, Said, changes, said
from connector.sync.dry_runs import taken_back
from connector.sync.errors import NoDocument, RecordError, Unreadable
from connector.sync.fingerprints import fingerprints, untouched
from connector.sync.line_links import link_lines
from connector.sync.lookups import books_of, document_terms
from connector.sync.mapping.documents import (
    MappedDocument,
    check_total,
    expected_total,
    sales_document,
)
from connector.sync.mapping.exchanges import as_sold
from connector.sync.mapping.terms import DocumentTerms
from connector.sync.models import DocumentLink, OrderAction
from connector.sync.presses import Press
from erp.documents import DocumentError
from erp.documents.rewriting import rewrite
from erp.models import Document
from shops.models import Order, OrderPayload, OrderSettings

SEEN_ANOTHER = "changed_meanwhile"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person looked at: another version of either is not changed unseen."""

    version: int  # of the sales document
    digest: str  # of the order's content


@dataclass(frozen=True, slots=True)
class Plan:
    document: Document
    seen: Seen
    before: Said
    after: Said
    changes: tuple[Change, ...]  # none: the document says all of it already


def planned(order: Order) -> Plan:
    """Work out what applying would change, by doing it and taking it back.

    Raises RecordError with the sentence why it cannot be done.
    """
    link = _link(order)
    before = said(link.document)
    with taken_back():
        node, digest = _content(order)
        seen = Seen(link.document.version, digest)
        _rewritten(order, link, node, seen)
        after = said(Document.objects.get(pk=link.document_id))
    return Plan(link.document, seen, before, after, tuple(changes(before, after)))


@transaction.atomic
def apply(order_id: int, seen: Seen, press: Press) -> OrderAction:
    """Let the sales document say what the order says now, and clear its conflict; once for a press.

    Raises RecordError when it cannot be done, or when order or document are others than were seen;
    then nothing was written.
    """
    order = Order.objects.select_for_update(of=("self",)).select_related("shop").get(pk=order_id)
    if done := OrderAction.objects.filter(request_id=press.request_id).first():
        return done
    link = _link(order)
    node, digest = _content(order)
    if Seen(link.document.version, digest) != seen:
        raise RecordError(
            _("The order or its document changed meanwhile. Look at what would change now."),
            SEEN_ANOTHER,
        )
    before = said(link.document)
    document = _rewritten(order, link, node, seen)
    _accounted(order)
    return _noted(order, document, changes(before, said(document)), press)


def _link(order: Order) -> DocumentLink:
    links = DocumentLink.objects.filter(order=order)
    link = links.select_related("document__party", "document__bill_to").first()
    if link is None:
        raise RecordError(_("The order has no sales document to change."), "no_document")
    return link


def _content(order: Order) -> tuple[OrderNode, str]:
    payload = OrderPayload.objects.filter(order=order).first()
    if payload is None:
        raise Unreadable(_("Nothing is known of the order's content: sync orders first."))
    try:
        return OrderNode.from_node(orjson.loads(payload.raw)), payload.digest
    except (KeyError, TypeError, ValueError, ArithmeticError) as exc:
        raise Unreadable(_("Its content cannot be read: %r") % exc) from exc


def _rewritten(order: Order, link: DocumentLink, node: OrderNode, seen: Seen) -> Document:
    """Raises RecordError; called within a transaction that then is undone."""
    unposted = link.document.state in {Document.State.OPEN, Document.State.RELEASED}
    shipped = link.document.lines.filter(qty_shipped__gt=0).exists()
    if unposted and not shipped and not untouched(link):
        raise RecordError(
            _("%s was changed by hand: a person's work is not written over. Change it by hand.")
            % link.document,
            "touched",
        )
    mapped, terms = _mapped(order, link, node)
    try:
        document = rewrite(link.document_id, mapped.draft, expected_version=seen.version)
    except DocumentError as refusal:
        raise RecordError(refusal.sentence, refusal.code) from refusal
    total, expected = document.amount_incl, expected_total(node, terms)
    check_total(node.name, total, expected, document.currency, terms.tolerance)
    link_lines({document.pk: mapped.line_gids})
    DocumentLink.objects.filter(pk=link.pk).update(
        refunds=[refund.gid for refund in as_sold(node).refunds],
        made=fingerprints([document.pk])[document.pk],
    )
    return document


def _mapped(
    order: Order, link: DocumentLink, node: OrderNode
) -> tuple[MappedDocument, DocumentTerms]:
    """In the currency that was decided when the document was made. Raises RecordError."""
    terms = document_terms(order.shop, books_of(order.shop), [node])
    presentment = link.currency_handling == OrderSettings.CurrencyHandling.PRESENTMENT
    if presentment != terms.presentment:
        raise RecordError(
            _("The shop's currency handling changed since %s was made. Unlink and process again.")
            % link.document,
            "currency_handling",
        )
    try:
        return sales_document(node, terms), terms
    except NoDocument as exc:
        sentence = _(
            "Nothing of the order is left to sell: cancel %s, for there is nothing to ship."
        )
        raise RecordError(sentence % link.document, exc.code) from exc


def _accounted(order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(
        conflict=False,
        conflict_note="",
        conflict_answer="",
        conflict_resolved_by="",
        conflict_resolved_at=None,
    )


def _noted(order: Order, document: Document, made: list[Change], press: Press) -> OrderAction:
    now = press.now()
    return OrderAction.objects.create(
        order=order,
        kind=OrderAction.Kind.APPLY,
        state=OrderAction.State.DONE,
        by=press.by[:150],
        asked={"document": document.no, "note": order.conflict_note},
        answer=" ".join(change.sentence for change in made),
        request_id=press.request_id,
        asked_at=now,
        ended_at=now,
    )
