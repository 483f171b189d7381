"""Posting a group of documents in one transaction; a single document is a group of one.

First everything is read, checked and computed, and a document that is refused leaves the group:
nothing was written for it. Then all is written, in as many statements as one document needs.

Locks are taken in one order by all who post, and within each step in the order of keys: documents,
their lines, vendors, items, stock, source lines, open entries, number series. Items and stock, which others
wait for, are locked once all is computed that does not depend on them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from erp.errors import DocumentError, PostingError, Refused
from erp.models import Document
from erp.posting import opening, writing
from erp.posting.corrections import Credits
from erp.posting.plan import Asked, Options, Posting, Setup
from erp.posting.stock import Holding
from erp.posting.vendor_numbers import VendorNumbers

# Checks a document and plans what is written for it, all but goods. Raises Refused.
Plan = Callable[[Posting, Setup, Options], None]


@transaction.atomic
def post_group(plan: Plan, asked: Sequence[Asked], options: Options) -> list[Posting]:
    """Post documents of one company, each whole or not at all; answers come in their order.

    Raises Refused when what all of them need is missing, a number series; then none is posted.
    """
    postings, combined = opening.lock(asked)
    setup = opening.read_setup(postings, options)
    _each(postings, lambda posting: plan(posting, setup, options))
    planned = [posting for posting in postings if posting.accepted]
    numbers = VendorNumbers.lock(planned)
    held = Holding.lock(move.item_id for posting in planned for move in posting.moves)
    credited = Credits.lock(planned)

    def move(posting: Posting) -> None:
        numbers.refuse_known(posting)
        credited.refuse_over_credit(posting)
        combined.refuse_unshipped(posting)
        held.move(posting)
        setup.buying.settle(posting)
        numbers.note(posting)
        credited.note(posting)
        combined.note(posting)

    _each(planned, move)
    accepted = [posting for posting in planned if posting.accepted]
    writing.write(accepted, options, held, combined)
    return postings


def post_one(plan: Plan, asked: Asked, options: Options) -> Posting:
    """Post a single document. Raises Refused."""
    try:
        (posting,) = post_group(plan, [asked], options)
    except IntegrityError:
        _refuse_used(asked)
        raise
    if posting.refusal is not None:
        raise posting.refusal
    return posting


def _refuse_used(asked: Asked) -> None:
    """A request is one document's. Raises PostingError when it was another's."""
    other = Document.objects.filter(posting_request_id=asked.request_id).first()
    if asked.request_id is None or other is None:
        return
    raise PostingError(
        "request",
        _("This request posted %(no)s already, which is another document.") % {"no": other},
        Document.objects.get(pk=asked.document_id).no,
    )


def _each(postings: Iterable[Posting], step: Callable[[Posting], None]) -> None:
    """Take a step with each; who is refused goes no further."""
    for posting in postings:
        try:
            step(posting)
        except DocumentError as refusal:
            no = posting.document.no
            posting.refusal = PostingError(refusal.code, refusal.sentence, no)
        except Refused as refusal:
            posting.refusal = refusal
