"""Sends pictures of a product that Shopify does not have: one file in memory at a time."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from connector.shopify.errors import Unavailable, UserErrors
from connector.shopify.files import Target, post_file, staged_targets
from connector.shopify.media import add_media
from connector.shopify.nodes.media import MediaNode
from connector.sync.issues import pause
from connector.sync.mapping.images import Wanted
from connector.sync.models import MediaLink
from connector.sync.picture_rules import refusal
from connector.sync.pictured import Pictured
from connector.sync.report import Context
from erp.models import ItemPicture
from erp.pictures import content_of

State = MediaLink.State
NAMED = 32  # digits of the content's digest that name the file
COLUMNS = (
    *("state", "problem", "media_gid", "position", "alt", "variant_gids", "source"),
    *("attempts", "next_try", "changed_at"),
)


class Uploading:
    """What one product lacks. `shown` grows with what was added."""

    def __init__(self, context: Context, item: Pictured, shown: list[MediaNode]) -> None:
        self._context, self._item, self._shown = context, item, shown
        self.sent = False

    def upload(self, part: Sequence[Wanted]) -> None:
        """Send these, at most as many as one call takes. Raises UserErrors, and as Client.execute.

        What is refused before it came to a call is noted as failed, with its next try.
        """
        links = self._begun(part)
        pictures = [self._item.pictures[each.picture.key] for each in part]
        targets = staged_targets(self._context.client, [_described(p) for p in pictures])
        there = [
            link
            for link, picture, target in zip(links, pictures, targets, strict=True)
            if self._brought(link, picture, target)
        ]
        mark(self._context, links)
        if there:
            self._add(there, {each.picture.sha256: each.picture.alt for each in part})

    def refused(self, each: Wanted, refusal: UserErrors) -> None:
        """Note why Shopify did not take a picture."""
        link = self._found(each.picture.sha256)
        assert link is not None, "its row stands before the call"
        self._fail(link, _("Shopify refused: %s") % refusal)
        mark(self._context, [link])

    def _begun(self, part: Sequence[Wanted]) -> list[MediaLink]:
        """Rows that say that these are being sent, before anything is."""
        with self._context.hold.transaction():
            return [self._begin(each.picture.sha256) for each in part]

    def _begin(self, sha256: str) -> MediaLink:
        found = self._found(sha256)
        link = found or MediaLink(
            product=self._item.product, origin=MediaLink.Origin.BOOKS, sha256=sha256
        )
        link.state, link.problem, link.next_try = State.UPLOADING, "", None
        link.media_gid, link.source, link.variant_gids = "", "", []
        link.origin = MediaLink.Origin.BOOKS
        link.attempts += 1
        link.changed_at = self._context.now()
        link.save()
        if found is None:
            self._item.links.append(link)
        return link

    def _found(self, sha256: str) -> MediaLink | None:
        """The row of a content; of several our own."""
        rows = [link for link in self._item.links if link.sha256 == sha256]
        ours = [link for link in rows if link.origin == MediaLink.Origin.BOOKS]
        return next(iter([*ours, *rows]), None)

    def _brought(self, link: MediaLink, picture: ItemPicture, target: Target) -> bool:
        """Bring the file where Shopify will fetch it; else the row says why not."""
        self._context.hold.checkpoint()
        try:
            content = content_of(picture)
        except FileNotFoundError:
            self._fail(link, _("The file of the picture is gone: add the picture again."))
            return False
        if problem := refusal(content):
            self._fail(link, problem)
            return False
        try:
            post_file(target, _name(picture), content, picture.content_type)
        except Unavailable as error:
            self._fail(link, _("The upload failed: %s") % error)
            return False
        link.source = target.resource_url
        return True

    def _fail(self, link: MediaLink, problem: str) -> None:
        link.state, link.problem = State.FAILED, problem
        link.next_try = self._context.now() + pause(link.attempts)

    def _add(self, links: Sequence[MediaLink], alts: dict[str, str]) -> None:
        known = [node.gid for node in self._shown]
        media = [(link.source, alts[link.sha256]) for link in links]
        nodes = add_media(self._context.client, self._item.product.gid, media, known)
        self.sent = True
        last = max((link.position for link in self._item.links), default=0)
        for number, (link, node) in enumerate(zip(links, nodes, strict=True), start=1):
            link.media_gid, link.alt, link.position = node.gid, alts[link.sha256], last + number
            link.state = State.READY if node.settled else State.PROCESSING
            link.source = node.url or link.source
        mark(self._context, links)
        self._shown += nodes


def mark(context: Context, links: Sequence[MediaLink]) -> None:
    """Write down how these stand."""
    if not links:
        return
    for link in links:
        link.changed_at = context.now()
    with context.hold.transaction():
        MediaLink.objects.bulk_update(links, COLUMNS)


def _described(picture: ItemPicture) -> dict[str, str]:
    return {
        "resource": "IMAGE",
        "filename": _name(picture),
        "mimeType": picture.content_type,
        "fileSize": str(picture.size),
        "httpMethod": "POST",
    }


def _name(picture: ItemPicture) -> str:
    return f"{picture.sha256[:NAMED]}.{picture.content_type.rpartition('/')[2]}"
