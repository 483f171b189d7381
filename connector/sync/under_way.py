"""What was sent to Shopify for an order and has no answer yet: who looks, and what ends it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from connector.shopify import order_actions as shopify
from connector.shopify.client import Client
from connector.shopify.nodes.order import OrderNode
from connector.sync.models import OrderAction
from connector.sync.models.actions import UNDER_WAY
from connector.sync.order_actions import end_failed, in_effect, looked_up, settle
from connector.sync.presses import Press
from shops.models import Shop

State = OrderAction.State
PAGE = 250  # jobs of a call


def ask_now(client: Client, action: OrderAction, press: Press) -> OrderAction:
    """Ask Shopify what became of an action. Nothing is sent. Raises as Client.execute.

    What is not done long after it was sent did not arrive, unless Shopify has a job for it.
    """
    if action.state != State.SENDING or looked_up(client, action, press):
        return action
    begun = action.tried_at or action.asked_at
    if action.shopify_job or press.now() - begun < UNDER_WAY:
        return action
    sentence = _("It did not arrive in Shopify. Nothing has changed there: you may do it again.")
    return settle(action, State.REFUSED, sentence, press)


def end_failed_jobs(client: Client, shop: Shop, press: Press) -> None:
    """End the cancellations of a shop whose jobs failed. Raises as Client.execute."""
    rows = OrderAction.objects.filter(state=State.SENDING, order__shop=shop).exclude(shopify_job="")
    waiting = list(rows.select_related("order").order_by("pk"))
    for start in range(0, len(waiting), PAGE):
        page = waiting[start : start + PAGE]
        results = shopify.job_results(client, [row.shopify_job for row in page])
        for row in page:
            if result := results.get(row.shopify_job):
                end_failed(row, result, press)


def seen_done(orders: Sequence[OrderNode], shop: Shop, now: datetime) -> None:
    """End what was being sent, where the order as it comes in shows that it arrived."""
    nodes = {order.gid: order for order in orders}
    rows = OrderAction.objects.filter(
        state=State.SENDING, order__shop=shop, order__gid__in=list(nodes)
    ).select_related("order")
    done = [row.pk for row in rows if in_effect(row.kind, nodes[row.order.gid])]
    if done:
        OrderAction.objects.filter(pk__in=done).update(
            state=State.DONE, answer=_("The order came in like that."), ended_at=now
        )
