"""Pictures of items: files named by their content, so that equal ones are kept once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from erp.errors import CardError
from erp.models import Item, ItemPicture, ItemVariant

LARGEST = 20 * 1024 * 1024  # bytes; what Shopify takes
LONGEST = 512  # characters of a description
# How the files of a type begin: type → (first bytes, further bytes and where they stand).
BEGINNINGS = {
    "png": (b"\x89PNG\r\n\x1a\n", b"", 0),
    "jpeg": (b"\xff\xd8\xff", b"", 0),
    "gif": (b"GIF8", b"", 0),
    "webp": (b"RIFF", b"WEBP", 8),
}


@transaction.atomic
def add_picture(
    item: Item, content: bytes, *, variant: ItemVariant | None = None, description: str = ""
) -> ItemPicture:
    """Add a picture behind the others; one that is there already is returned. Raises CardError."""
    kind = _kind(content)
    digest = hashlib.sha256(content).hexdigest()
    # One at a time, so that two do not get the same position.
    Item.objects.select_for_update().get(pk=item.pk)
    pictures = ItemPicture.objects.filter(item=item, variant=variant)
    if (there := pictures.filter(sha256=digest).first()) is not None:
        return there
    path = f"pictures/{digest[:2]}/{digest}.{kind}"
    if not default_storage.exists(path):
        path = default_storage.save(path, ContentFile(content))
    last = pictures.aggregate(last=Max("position"))["last"] or 0
    return ItemPicture.objects.create(
        item=item,
        variant=variant,
        position=last + 1,
        sha256=digest,
        path=path,
        content_type=f"image/{kind}",
        size=len(content),
        description=description[:LONGEST],
    )


def describe_picture(picture: ItemPicture, description: str) -> bool:
    """Say what is to be seen; return whether that was another text."""
    description = description[:LONGEST]
    if picture.description == description:
        return False
    picture.description = description
    picture.save(update_fields=["description"])
    return True


@transaction.atomic
def arrange_pictures(pictures: Sequence[ItemPicture]) -> bool:
    """Give pictures of one item or variant their positions, from 1; return whether any moved."""
    moved = []
    for position, picture in enumerate(pictures, start=1):
        if picture.position != position:
            picture.position = position
            moved.append(picture)
    ItemPicture.objects.bulk_update(moved, ["position"])
    return bool(moved)


@transaction.atomic
def delete_picture(picture: ItemPicture) -> None:
    """Delete the row, and the file after the commit if no other row shows it."""
    path = picture.path
    picture.delete()

    def clear() -> None:
        if not ItemPicture.objects.filter(path=path).exists():
            default_storage.delete(path)

    transaction.on_commit(clear)


def content_of(picture: ItemPicture) -> bytes:
    """Raises FileNotFoundError when somebody took the file away."""
    with default_storage.open(picture.path) as file:
        content: bytes = file.read()
    return content


def _kind(content: bytes) -> str:
    if len(content) > LARGEST:
        raise CardError("size", _("The picture is larger than 20 MB."))
    for kind, (first, further, place) in BEGINNINGS.items():
        if content.startswith(first) and content[place : place + len(further)] == further:
            return kind
    raise CardError("type", _("The file is no picture of the types PNG, JPEG, GIF or WebP."))
