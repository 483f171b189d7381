"""What a person does with products: says which items they are, has items found or made."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from connector.pages.books.items import ADD
from connector.pages.products import CHANGE, ProductList
from connector.sync.errors import RecordError
from connector.sync.models import VariantLink
from connector.sync.products import by_hand
from shops.models import Product

MOST = 200  # products at once: a person waits for the answer
TOLD = 3  # refusals that are told in words


@require_POST
def act(request: HttpRequest, product_id: int) -> HttpResponse:
    """Map the product or one variant, choose a candidate, look again, make items, or let go."""
    _permitted(request, CHANGE)
    product = get_object_or_404(Product.objects.select_related("shop", "link"), pk=product_id)
    action, number, place = _read(request.POST.get("action", ""))
    try:
        if action == "map":
            by_hand.map_product(product, request.POST.get("item", ""))
        elif action == "map-variant":
            link = _link(product, number)
            by_hand.map_variant(link, request.POST.get("item", ""), request.POST.get("variant", ""))
        elif action == "choose":
            by_hand.choose(_link(product, number), place)
        elif action == "unmap":
            by_hand.unmap(product)
        elif action in {"match", "create"}:
            _bring(request, [product], action)
            return redirect("product", product_id=product.pk)
        else:
            raise Http404
    except RecordError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The mapping of %s is saved.") % product.title)
    return redirect("product", product_id=product.pk)


@require_POST
def act_on_several(request: HttpRequest) -> HttpResponse:
    """Find or make the items of the selected products, or of all that match."""
    _permitted(request, CHANGE)
    action = request.POST.get("action", "")
    if action not in {"match", "create"}:
        raise Http404
    query = QueryDict(request.POST.get("query", "")).urlencode()  # as it should be written
    if request.POST.get("scope") == "all":
        rows = ProductList.of(request, query).matching()
    else:
        picked = [pk for pk in request.POST.getlist("product") if pk.isdecimal()]
        rows = Product.objects.filter(pk__in=picked)
    products = list(rows.select_related("shop").order_by("pk")[:MOST])
    if products:
        _bring(request, products, action)
    else:
        messages.error(request, _("Select at least one product."))
    return redirect(f"{reverse('products')}?{query}")


def _bring(request: HttpRequest, products: Sequence[Product], action: str) -> None:
    told: Sequence[str] = ()
    try:
        if action == "create":
            _permitted(request, ADD)
            count, told = by_hand.create(products, timezone.now())
        else:
            count = by_hand.match_again(products)
    except RecordError as refusal:
        messages.error(request, str(refusal))
        return
    text = ngettext("%(count)d variant got its item.", "%(count)d variants got their items.", count)
    messages.success(request, text % {"count": count})
    for sentence in told[:TOLD]:
        messages.error(request, sentence)


def _permitted(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _read(text: str) -> tuple[str, int, int]:
    """“choose 17 0”: what to do, with which variant's link, with which candidate."""
    name, *numbers = text.split() or [""]
    if any(not number.isdecimal() for number in numbers):
        raise Http404
    number, place, *_more = [*map(int, numbers), 0, 0]
    return name, number, place


def _link(product: Product, number: int) -> VariantLink:
    links = VariantLink.objects.select_related("variant__shop", "variant__product__link")
    return get_object_or_404(links, pk=number, variant__product=product)
