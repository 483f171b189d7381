"""What is done with an order in Shopify, once: written down, looked at, sent, looked at again.

Shopify takes no idempotency key for any of it. So an action is a row before it is a call. After a
lost answer or a crash the row stays "being sent", and whoever comes next looks in Shopify whether it
arrived: a person at the next press, or the import that brings the order.
"""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import Any

from django.db import IntegrityError
from django.db.models import F
from django.utils.translation import gettext as _

from connector.shopify import order_actions as shopify
from connector.shopify.client import Client
from connector.shopify.errors import ShopifyError, Unavailable, UserErrors
from connector.shopify.nodes.order import OrderNode
from connector.shopify.order_actions import Cancellation, JobResult, Standing, Taken
from connector.sync.errors import Blocked
from connector.sync.models import OrderAction
from connector.sync.models.actions import UNDER_WAY
from connector.sync.presses import Press
from shops.models import Order, Shop

logger = logging.getLogger(__name__)

Kind, State = OrderAction.Kind, OrderAction.State


def refuse_silent(shop: Shop) -> None:
    """Raises Blocked where nothing may be written to Shopify."""
    if not shop.enabled:
        raise Blocked(_("Shop %s is disabled: enable it on the shop card.") % shop, "disabled")
    if not shop.allow_outgoing_requests:
        raise Blocked(
            _("Shop %s does not allow data to be sent to Shopify: see the shop card.") % shop,
            "outgoing_off",
        )


def cancel(client: Client, order: Order, wanted: Cancellation, press: Press) -> OrderAction:
    """Call the order off in Shopify. As `_act`."""
    return _act(client, order, Kind.CANCEL, asdict(wanted), press)


def mark_as_paid(client: Client, order: Order, press: Press) -> OrderAction:
    """Note what is owed as paid by hand. As `_act`."""
    return _act(client, order, Kind.PAY, {}, press)


def archive(client: Client, order: Order, press: Press) -> OrderAction:
    """Archive the order in Shopify. As `_act`."""
    return _act(client, order, Kind.CLOSE, {}, press)


def _act(
    client: Client, order: Order, kind: OrderAction.Kind, asked: dict[str, Any], press: Press
) -> OrderAction:
    """Return the row of the action with what came of it; a repeated press gets the row of the first.

    Raises Blocked when the shop allows nothing, or when the same is under way. Raises as
    Client.execute when Shopify did not answer, or will not be asked; the row says it too.
    """
    refuse_silent(order.shop)
    action = _written_down(order, kind, asked, press)
    if action.state != State.SENDING:
        return action
    earlier = action.attempts
    try:
        return _carried_out(client, action, press)
    except ShopifyError as exc:
        lost = isinstance(exc, Unavailable) and exc.maybe_done and action.attempts > earlier
        _unanswered(action, exc, press, unsure=lost or earlier > 0)
        raise


def _written_down(
    order: Order, kind: OrderAction.Kind, asked: dict[str, Any], press: Press
) -> OrderAction:
    """This press's row, or the one that is under way and is taken over. Raises Blocked."""
    rows = OrderAction.objects.filter(order=order)
    if action := rows.filter(request_id=press.request_id).first():
        return action
    if action := rows.filter(kind=kind, state=State.SENDING).first():
        _refuse_under_way(action, press)
        action.by, action.asked = press.by[:150], asked
        return action
    try:
        with press.transaction():
            return OrderAction.objects.create(
                order=order,
                kind=kind,
                state=State.SENDING,
                by=press.by[:150],
                asked=asked,
                request_id=press.request_id,
                asked_at=press.now(),
            )
    except IntegrityError:  # somebody was quicker
        raise _busy() from None


def _refuse_under_way(action: OrderAction, press: Press) -> None:
    """Raises Blocked. What may be sent twice need not wait."""
    begun = action.tried_at or action.asked_at
    if action.kind != Kind.CLOSE and press.now() - begun < UNDER_WAY:
        raise _busy()


def _busy() -> Blocked:
    return Blocked(
        _("Shopify was asked for it just now and has not said yes or no. Try again in 3 minutes."),
        "under_way",
    )


def _carried_out(client: Client, action: OrderAction, press: Press) -> OrderAction:
    gid = action.order.gid
    if action.kind != Kind.CLOSE and (found := looked_up(client, action, press)):
        return found
    _begin(action, press)
    try:
        taken = _send(client, action)
    except UserErrors as exc:
        return _refused(client, action, exc, press)
    except Unavailable as exc:
        if exc.maybe_done and _arrived(client, action):
            return _found_done(action, press)
        raise
    logger.info(
        "order action", extra={"shop": client.shop, "order": gid, "action": str(action.kind)}
    )
    return _taken(client, action, taken, press)


def looked_up(client: Client, action: OrderAction, press: Press) -> OrderAction | None:
    """End the action as what Shopify's order shows, and its job; None where neither tells."""
    standing = shopify.order_standing(client, action.order.gid)
    if standing is None:
        gone = _("The order no longer exists in Shopify.")
        return settle(action, State.REFUSED, gone, press)
    if in_effect(action.kind, standing):
        return _found_done(action, press)
    jobs = [action.shopify_job] if action.shopify_job else []
    result = shopify.job_results(client, jobs).get(action.shopify_job)
    return end_failed(action, result, press) if result else None


def end_failed(action: OrderAction, result: JobResult, press: Press) -> OrderAction | None:
    """A cancellation whose job failed has ended, in Shopify's words; None while it has not."""
    if not result.failed:
        return None
    sentence = _("Shopify refused: %s") % (result.words or _("it gave no reason"))
    return settle(action, State.REFUSED, sentence, press)


def _begin(action: OrderAction, press: Press) -> None:
    """Note the call before it is sent; of two who take the same row over, one does."""
    now = press.now()
    with press.transaction():
        ours = OrderAction.objects.filter(
            pk=action.pk, state=State.SENDING, attempts=action.attempts
        ).update(attempts=F("attempts") + 1, tried_at=now, by=action.by, asked=action.asked)
    if not ours:
        raise _busy()
    action.attempts, action.tried_at = action.attempts + 1, now


def _send(client: Client, action: OrderAction) -> Taken:
    gid = action.order.gid
    if action.kind == Kind.CANCEL:
        return shopify.cancel_order(client, gid, Cancellation(**action.asked))
    if action.kind == Kind.PAY:
        return shopify.mark_as_paid(client, gid)
    return shopify.close_order(client, gid)


def in_effect(kind: str, seen: Standing | OrderNode) -> bool:
    """Whether Shopify's order is already what the action makes of it."""
    cancelled = seen.cancelled if isinstance(seen, Standing) else seen.cancelled_at is not None
    if kind == Kind.CANCEL:
        return cancelled
    if kind == Kind.PAY:  # a cancelled order owes nothing, and was not paid by that
        return seen.fully_paid and not cancelled
    return seen.closed


def _found_done(action: OrderAction, press: Press) -> OrderAction:
    """It is so: by a call of ours whose answer was lost, or by somebody else."""
    if action.attempts:
        return settle(action, State.DONE, _("Shopify had done it; its answer was lost."), press)
    return settle(action, State.NEEDLESS, _("It was so in Shopify already."), press)


def _arrived(client: Client, action: OrderAction) -> bool:
    """Look whether it is done. Where Shopify is silent now, what it said before is what is told."""
    try:
        standing = shopify.order_standing(client, action.order.gid)
    except Unavailable:
        return False
    return standing is not None and in_effect(action.kind, standing)


def _refused(client: Client, action: OrderAction, refusal: UserErrors, press: Press) -> OrderAction:
    """A second call is refused where the first arrived: then it is done."""
    if action.attempts > 1 and _arrived(client, action):
        return _found_done(action, press)
    sentence = _("Shopify refused: %s") % refusal
    return settle(action, State.REFUSED, sentence, press, refusal.request_id)


def _taken(client: Client, action: OrderAction, taken: Taken, press: Press) -> OrderAction:
    """Shopify cancels by a job of its own, which may be done when one looks; else the import tells."""
    if taken.effective or (action.kind == Kind.CANCEL and _arrived(client, action)):
        return settle(action, State.DONE, "", press, taken.request_id)
    if action.kind == Kind.CANCEL:
        action.answer = _("Shopify has taken it and is working on it.")
        action.shopify_request, action.shopify_job = taken.request_id, taken.job
        with press.transaction():
            action.save(update_fields=["answer", "shopify_request", "shopify_job"])
        return action
    sentence = _("Shopify took it, but the order is as it was. Look at it in Shopify.")
    return settle(action, State.REFUSED, sentence, press, taken.request_id)


def _unanswered(action: OrderAction, error: ShopifyError, press: Press, *, unsure: bool) -> None:
    """What may have arrived, now or earlier, stays under way; what surely did not has ended."""
    if not unsure:
        settle(action, State.REFUSED, str(error), press, error.request_id)
        return
    action.answer = str(error)
    with press.transaction():
        action.save(update_fields=["answer"])


def settle(
    action: OrderAction, state: OrderAction.State, answer: str, press: Press, request_id: str = ""
) -> OrderAction:
    """End the action with what came of it."""
    action.state, action.answer, action.ended_at = state, answer, press.now()
    action.shopify_request = request_id or action.shopify_request
    with press.transaction():
        action.save(update_fields=["state", "answer", "ended_at", "shopify_request", "by", "asked"])
        if action.kind == Kind.CLOSE and state == State.DONE:
            Order.objects.filter(pk=action.order_id).update(closed=True)
    return action
