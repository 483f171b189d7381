"""The pictures of an item and its variants, and where each of them is in Shopify."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from connector.pages.books.cards import card_of
from connector.pages.books.item import item_address
from connector.pages.books.items import CHANGE
from connector.sync.models import MediaLink
from erp.errors import CardError
from erp.models import Item, ItemPicture, ItemVariant
from erp.pictures import (
    LARGEST,
    LONGEST,
    add_picture,
    arrange_pictures,
    content_of,
    delete_picture,
)

A_YEAR = 31_536_000  # s; a picture's address names its content


class NewPictureForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("Picture"))
    variant = forms.ModelChoiceField(
        ItemVariant.objects.none(), required=False, label=gettext_lazy("Variant")
    )
    description = forms.CharField(
        required=False,
        max_length=LONGEST,
        label=gettext_lazy("Description"),
        help_text=gettext_lazy("For those who do not see the picture."),
    )
    use_required_attribute = False

    def clean_file(self) -> UploadedFile[bytes]:
        """Before it is read into memory."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError(_("The picture is larger than 20 MB."))
        return file


@require_http_methods(["GET", "HEAD", "POST"])
def pictures(request: HttpRequest, no: str) -> HttpResponse:
    """Changing anything needs the right to change items."""
    item = card_of(Item.objects.all(), no, request)
    may_change = request.user.has_perm(CHANGE)
    form = NewPictureForm()
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        form = NewPictureForm(request.POST, request.FILES)
    choice = form.fields["variant"]
    assert isinstance(choice, forms.ModelChoiceField)
    choice.queryset = item.variants.order_by("code")
    if request.method == "POST" and _done(request, item, form):
        return redirect(item_address(item, "item-pictures"))
    shown = {"item": item, "rows": _rows(item), "form": form, "may_change": may_change}
    return render(request, "books/pictures.html", shown | {"card_address": item_address(item)})


@require_safe
def picture(request: HttpRequest, no: str, sha256: str) -> HttpResponse:
    """The file. Its address names its content, so it may be kept."""
    item = card_of(Item.objects.all(), no, request)
    found = ItemPicture.objects.filter(item=item, sha256=sha256).first()
    if found is None:
        raise Http404
    try:
        content = content_of(found)
    except FileNotFoundError as gone:
        raise Http404 from gone
    headers = {"Cache-Control": f"private, max-age={A_YEAR}, immutable"}
    return HttpResponse(content, content_type=found.content_type, headers=headers)


def _done(request: HttpRequest, item: Item, form: NewPictureForm) -> bool:
    """Do what the button says; False when the form says what is wrong."""
    own = ItemPicture.objects.filter(item=item)
    if "delete" in request.POST:
        delete_picture(get_object_or_404(own, pk=_number(request.POST["delete"])))
        messages.success(request, _("The picture is deleted."))
        return True
    if "first" in request.POST:
        _put_first(get_object_or_404(own, pk=_number(request.POST["first"])))
        return True
    if "again" in request.POST:
        send_again(_links(item).filter(pk=_number(request.POST["again"])))
        messages.success(request, _("The picture is sent with the next run of Sync images."))
        return True
    return form.is_valid() and _added(request, item, form)


def _number(value: str) -> int:
    if not value.isdecimal():
        raise Http404
    return int(value)


def _added(request: HttpRequest, item: Item, form: NewPictureForm) -> bool:
    asked = form.cleaned_data
    try:
        add_picture(
            item, asked["file"].read(), variant=asked["variant"], description=asked["description"]
        )
    except CardError as refusal:
        form.add_error("file", refusal.sentence)
        return False
    messages.success(request, _("The picture is saved."))
    return True


def _put_first(picture: ItemPicture) -> None:
    beside = ItemPicture.objects.filter(item=picture.item_id, variant=picture.variant_id)
    arrange_pictures([picture, *beside.exclude(pk=picture.pk)])


def send_again(links: QuerySet[MediaLink]) -> None:
    """End the pause of what failed; what was removed in Shopify counts as not sent."""
    state = MediaLink.State
    links.filter(state=state.FAILED).update(next_try=None)
    links.filter(state=state.REMOVED).update(state=state.FAILED, next_try=None)


def _links(item: Item) -> QuerySet[MediaLink]:
    """What of the item's pictures is known in products that stand for it."""
    ours = Q(product__link__item=item) | Q(product__variants__link__item=item)
    digests = ItemPicture.objects.filter(item=item).values("sha256")
    found = MediaLink.objects.filter(ours, sha256__in=digests).values("pk")
    return MediaLink.objects.filter(pk__in=found).select_related("product__shop")


def _rows(item: Item) -> Sequence[ItemPicture]:
    """With what is known of each, as `links`."""
    links: dict[str, list[MediaLink]] = defaultdict(list)
    for link in _links(item).order_by("product__shop__code", "product__title", "pk"):
        links[link.sha256].append(link)
    rows = list(
        ItemPicture.objects.filter(item=item).select_related("variant").order_by("position", "pk")
    )
    rows.sort(key=lambda row: row.variant.code if row.variant else "")
    for row in rows:
        row.__dict__["links"] = links[row.sha256]
    return rows
