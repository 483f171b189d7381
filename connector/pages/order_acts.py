"""What a person may do with an order: each on a page that says first what will happen."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from connector.pages.shopify_words import CANCEL_REASONS
from connector.pages.subjects import POSTING
from connector.shopify.errors import ShopifyError, Unavailable
from connector.shopify.order_actions import Cancellation
from connector.sync import order_actions
from connector.sync.applying import Plan, Seen, apply, planned
from connector.sync.errors import RecordError
from connector.sync.jobs import request_report
from connector.sync.models import DocumentLink, OrderAction
from connector.sync.presses import Press
from connector.sync.sessions import client_for
from connector.sync.under_way import ask_now
from connector.sync.unlinking import refuse_posted, unlink
from shops.models import Order

SHOPIFY = "shops.change_order"  # the permission to change orders in Shopify
Kind, State = OrderAction.Kind, OrderAction.State
IN_SHOPIFY = (Kind.CANCEL, Kind.PAY, Kind.CLOSE)


class PressForm(forms.Form):
    """Nothing to choose; the hidden key makes a form that is sent twice act once."""

    use_required_attribute = False

    request_id = forms.UUIDField(widget=forms.HiddenInput)


class CancelForm(PressForm):
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=CANCEL_REASONS, initial="CUSTOMER"
    )
    refund = forms.BooleanField(
        label=gettext_lazy("Refund"),
        required=False,
        help_text=gettext_lazy("What was paid goes back the way it came."),
    )
    restock = forms.BooleanField(
        label=gettext_lazy("Restock"),
        required=False,
        help_text=gettext_lazy("Shopify counts the goods as available again."),
    )
    notify = forms.BooleanField(
        label=gettext_lazy("Notify the buyer"),
        required=False,
        help_text=gettext_lazy("Shopify writes to the buyer."),
    )


class UnlinkForm(PressForm):
    document = forms.UUIDField(widget=forms.HiddenInput)
    keep = forms.ChoiceField(
        label=gettext_lazy("The sales document"),
        choices=[
            ("delete", gettext_lazy("Delete it")),
            ("keep", gettext_lazy("Cancel and keep it")),
        ],
        help_text=gettext_lazy("A cancelled document is never shipped or posted."),
    )


class ApplyForm(PressForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    digest = forms.CharField(widget=forms.HiddenInput)


@require_http_methods(["GET", "HEAD", "POST"])
def apply_changes(request: HttpRequest, order_id: int) -> HttpResponse:
    """GET shows what would change of the sales document; POST changes what was shown."""
    order = _order(request, order_id, POSTING)
    if request.method == "POST":
        form = ApplyForm(request.POST)
        if not form.is_valid():
            raise Http404
        seen = Seen(form.cleaned_data["version"], form.cleaned_data["digest"])
        press = _press(request, form)
        return _done(request, order, lambda: apply(order.pk, seen, press))
    shown: dict[str, Any] = {"order": order}
    try:
        shown["plan"] = plan = planned(order)
    except RecordError as refusal:
        shown["refusal"] = str(refusal)
    else:
        shown["form"] = _form_of(plan)
    return render(request, "pages/order_apply.html", shown)


def _form_of(plan: Plan) -> ApplyForm:
    seen = {"version": plan.seen.version, "digest": plan.seen.digest}
    return ApplyForm(initial={"request_id": uuid.uuid4(), **seen})


@require_http_methods(["GET", "HEAD", "POST"])
def unlink_document(request: HttpRequest, order_id: int) -> HttpResponse:
    """GET asks what is to become of the document; POST takes the order off it."""
    order = _order(request, order_id, POSTING)
    link = DocumentLink.objects.filter(order=order).select_related("document").first()
    if request.method == "POST":
        form = UnlinkForm(request.POST)
        if not form.is_valid():
            raise Http404
        keep, document = form.cleaned_data["keep"] == "keep", form.cleaned_data["document"]
        press = _press(request, form)
        return _done(request, order, lambda: unlink(order.pk, document, press, keep=keep))
    if link is None:
        messages.error(request, _("The order has no sales document to change."))
        return redirect("order", order_id=order_id)
    shown: dict[str, Any] = {"order": order, "kind": Kind.UNLINK, "document": link.document}
    try:
        refuse_posted(order, link.document)
    except RecordError as refusal:
        shown["refusal"] = str(refusal)
    initial = {"request_id": uuid.uuid4(), "document": link.document_id, "keep": "delete"}
    shown["form"] = UnlinkForm(initial=initial)
    return render(request, "pages/order_act.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def act_in_shopify(request: HttpRequest, order_id: int, kind: str) -> HttpResponse:
    """GET says what Shopify will be asked for; POST asks, once."""
    if kind not in IN_SHOPIFY:
        raise Http404
    order = _order(request, order_id, SHOPIFY)
    data = request.POST if request.method == "POST" else None
    form_class = CancelForm if kind == Kind.CANCEL else PressForm
    form = form_class(data, initial={"request_id": uuid.uuid4()})
    if data is not None and form.is_valid():
        return _done(request, order, lambda: _sent(order, kind, form, _press(request, form)))
    shown: dict[str, Any] = {"order": order, "kind": Kind(kind), "form": form}
    try:
        order_actions.refuse_silent(order.shop)
    except RecordError as refusal:
        shown["refusal"] = str(refusal)
    return render(request, "pages/order_act.html", shown)


def _sent(order: Order, kind: str, form: PressForm, press: Press) -> OrderAction:
    """Ask Shopify, then for an import: it tells what became of the order, also after a silence."""
    client = client_for(order.shop, interactive=True)
    try:
        if kind == Kind.CANCEL:
            names = ("reason", "refund", "restock", "notify")
            wanted = Cancellation(**{name: form.cleaned_data[name] for name in names})
            action = order_actions.cancel(client, order, wanted, press)
        elif kind == Kind.PAY:
            action = order_actions.mark_as_paid(client, order, press)
        else:
            action = order_actions.archive(client, order, press)
    except Unavailable:
        request_report("orders", order.shop, options={"retry": "due"})
        raise
    request_report("orders", order.shop, options={"retry": "due"})
    return action


@require_POST
def ask_shopify(request: HttpRequest, order_id: int, action_id: int) -> HttpResponse:
    """Ask what became of an action that has no answer yet; nothing is sent."""
    order = _order(request, order_id, SHOPIFY)
    action = get_object_or_404(
        OrderAction.objects.select_related("order"), pk=action_id, order=order
    )
    press = Press(request.user.get_username(), action.request_id, timezone.now)

    def ask() -> OrderAction:
        return ask_now(client_for(order.shop, interactive=True), action, press)

    return _done(request, order, ask)


def _order(request: HttpRequest, order_id: int, permission: str) -> Order:
    if not request.user.has_perm(permission):
        raise PermissionDenied
    rows = Order.objects.select_related("shop")
    return get_object_or_404(rows, pk=order_id)


def _press(request: HttpRequest, form: PressForm) -> Press:
    return Press(request.user.get_username(), form.cleaned_data["request_id"], timezone.now)


def _done(request: HttpRequest, order: Order, act: Callable[[], OrderAction]) -> HttpResponse:
    try:
        action = act()
    except (RecordError, ShopifyError) as refusal:
        messages.error(request, str(refusal))
        return redirect("order", order_id=order.pk)
    text = f"{action.get_kind_display()}: {action.get_state_display()}. {action.answer}"
    tell = {State.DONE: messages.success, State.REFUSED: messages.error}
    tell.get(State(action.state), messages.info)(request, text.strip())
    return redirect("order", order_id=order.pk)
