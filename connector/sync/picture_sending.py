"""Brings the pictures of one product to Shopify.

The row of a picture stands before it is sent, and its file is named by its content: after a crash
or a lost answer, what arrived is recognised by its name. What is replaced goes only when its
successor is there to be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from django.utils.translation import gettext as _

from connector.shopify.errors import UserErrors
from connector.shopify.media import (
    MOST,
    delete_media,
    describe_media,
    hide_from_variants,
    media_of,
    order_media,
    show_on_variants,
)
from connector.shopify.nodes.media import FAILED, MediaNode
from connector.sync.errors import RecordError
from connector.sync.issues import pause
from connector.sync.mapping.images import Known, Plan, moves
from connector.sync.models import MediaLink
from connector.sync.picture_uploading import NAMED, Uploading, mark
from connector.sync.pictured import Due, Pictured
from connector.sync.report import Context, Outcome, Result

T = TypeVar("T")
State = MediaLink.State
IS_GONE = "FILE_DOES_NOT_EXIST"


class Sending:
    """One product in one run."""

    def __init__(self, context: Context, item: Pictured, due: Due) -> None:
        self._context, self._client, self._item, self._due = context, context.client, item, due
        self._shown: list[MediaNode] = []  # in Shopify, in order
        self._problems: list[str] = []
        self._changed = False

    def send(self) -> Result:
        """Raises RecordError with all that failed, after all that did not was done; else as Client."""
        self._look()
        todo = self._item.plan(self._due)
        self._upload(todo)
        self._describe(todo)
        self._show(todo)
        self._remove(todo)
        self._order(self._item.plan(self._due))
        if reason := " ".join([*self._failed(), *self._problems]):
            raise RecordError(reason, "picture")
        return Result(Outcome.UPDATED if self._changed else Outcome.UNCHANGED)

    @property
    def under_way(self) -> bool:
        """Whether it is worth while to come back in a moment."""
        return any(link.state in {State.UPLOADING, State.PROCESSING} for link in self._item.links)

    # -- how it stands

    def _look(self) -> None:
        shown = media_of(self._client, self._item.product.gid)
        if shown is None:
            raise RecordError(_("The product no longer exists in Shopify."), "product_gone")
        self._shown = shown
        nodes = {node.gid: node for node in shown}
        known = {link.media_gid for link in self._item.links}
        strange = [node for node in shown if node.is_image and node.gid not in known]
        now, seen = self._context.now(), []
        for link in self._item.links:
            before = (link.state, link.media_gid, link.source)
            if link.media_gid:
                _stands(link, nodes.get(link.media_gid), now)
            elif link.state in {State.UPLOADING, State.REMOVED}:
                _recognised(link, strange, now)
            if (link.state, link.media_gid, link.source) != before:
                seen.append(link)
        self._save(seen)

    def _failed(self) -> list[str]:
        numbers = {w.picture.sha256: n for n, w in enumerate(self._item.wanted, start=1)}
        return [
            _("Picture %(number)d: %(problem)s")
            % {"number": numbers[link.sha256], "problem": link.problem}
            for link in self._item.links
            if link.state == State.FAILED and link.problem and link.sha256 in numbers
        ]

    # -- what is done about it

    def _upload(self, todo: Plan) -> None:
        if not todo.upload:
            return
        uploading = Uploading(self._context, self._item, self._shown)
        self._in_calls(todo.upload, uploading.upload, uploading.refused)
        self._changed = self._changed or uploading.sent

    def _describe(self, todo: Plan) -> None:
        def call(part: Sequence[tuple[Known, str]]) -> None:
            describe_media(self._client, {link.gid: alt for link, alt in part})
            for known, alt in part:
                self._link(known).alt = alt
            self._confirmed([known for known, _alt in part])

        self._in_calls(todo.describe, call)

    def _show(self, todo: Plan) -> None:
        def show(part: Sequence[tuple[str, Known]]) -> None:
            gids = {variant: known.gid for variant, known in part}
            show_on_variants(self._client, self._item.product.gid, gids)
            for variant, gid in gids.items():
                self._shows(variant, gid)
            self._save(self._item.links)
            self._changed = True

        def hide(part: Sequence[tuple[str, Known]]) -> None:
            gids = {variant: known.gid for variant, known in part}
            hide_from_variants(self._client, self._item.product.gid, gids)
            for variant in gids:
                self._shows(variant, "")
            self._save(self._item.links)
            self._changed = True

        self._in_calls(todo.show, show)
        self._in_calls(todo.hide, hide)

    def _shows(self, variant: str, gid: str) -> None:
        for link in self._item.links:
            others = [each for each in link.variant_gids if each != variant]
            link.variant_gids = [*others, variant] if gid and link.media_gid == gid else others

    def _remove(self, todo: Plan) -> None:
        """What failed goes at once; what is replaced, when nothing is on its way any more."""
        going = todo.remove if not self.under_way else [k for k in todo.remove if k.failed]

        def call(part: Sequence[Known]) -> None:
            try:
                delete_media(self._client, [known.gid for known in part])
            except UserErrors as refusal:
                if len(part) > 1 or any(error.code != IS_GONE for error in refusal.errors):
                    raise
            self._removed(part)

        self._in_calls(going, call)
        self._drop(todo.forget)

    def _removed(self, part: Sequence[Known]) -> None:
        gone = {known.gid for known in part}
        self._shown = [node for node in self._shown if node.gid not in gone]
        wanted = {each.picture.sha256 for each in self._item.wanted}
        kept = [known for known in part if known.sha256 in wanted]
        for known in kept:
            link = self._link(known)
            link.media_gid, link.variant_gids = "", []
        self._confirmed(kept)
        self._drop([known for known in part if known.sha256 not in wanted])
        self._changed = True

    def _drop(self, part: Sequence[Known]) -> None:
        keys = {known.key for known in part}
        if keys:
            with self._context.hold.transaction():
                MediaLink.objects.filter(pk__in=keys).delete()
            self._item.links = [link for link in self._item.links if link.pk not in keys]

    def _order(self, todo: Plan) -> None:
        if not todo.order:
            return
        shown = [node.gid for node in self._shown]
        wanted = [known.gid for known in todo.order]
        try:
            for part in _parts(moves(shown, wanted)):
                order_media(self._client, self._item.product.gid, part)
                self._changed = True
        except UserErrors as refusal:
            self._problems.append(_("Shopify refused: %s") % refusal)
            return
        for place, known in enumerate(todo.order, start=1):
            self._link(known).position = place
        self._save([self._link(known) for known in todo.order])

    # -- records

    def _in_calls(
        self,
        all_: Sequence[T],
        call: Callable[[Sequence[T]], None],
        refused: Callable[[T, UserErrors], None] | None = None,
    ) -> None:
        """As many at once as Shopify takes; what is refused together is tried one by one."""
        for part in _parts(all_):
            self._context.hold.checkpoint()
            try:
                call(part)
            except UserErrors as refusal:
                if len(part) > 1:
                    for each in part:
                        self._in_calls([each], call, refused)
                elif refused is not None:
                    refused(part[0], refusal)
                else:
                    self._problems.append(_("Shopify refused: %s") % refusal)

    def _confirmed(self, part: Sequence[Known]) -> None:
        self._save([self._link(known) for known in part])
        self._changed = True

    def _link(self, known: Known) -> MediaLink:
        return next(link for link in self._item.links if link.pk == known.key)

    def _save(self, links: Sequence[MediaLink]) -> None:
        mark(self._context, links)


def _stands(link: MediaLink, node: MediaNode | None, now: datetime) -> None:
    """Take over how Shopify says that a picture stands."""
    if node is None:
        link.media_gid, link.source, link.variant_gids = "", "", []
        if link.state != State.FAILED:
            link.state = State.REMOVED
    elif node.status == FAILED:
        if link.state != State.FAILED:
            link.state, link.problem = State.FAILED, _("Shopify refused: %s") % node.problem
            link.next_try = now + pause(link.attempts)
    elif node.settled:
        link.state, link.source, link.problem, link.next_try = State.READY, node.url, "", None
    # else: it is still being processed


def _recognised(link: MediaLink, strange: Sequence[MediaNode], now: datetime) -> None:
    """After a crash: find what was being sent, or learn that it never arrived."""
    for node in strange:
        if link.sha256[:NAMED] in node.filename:
            link.media_gid, link.alt = node.gid, node.alt
            _stands(link, node, now)
            return
    if link.state == State.UPLOADING and all(node.settled for node in strange):
        link.state, link.problem, link.next_try = State.FAILED, "", None


def _parts(all_: Sequence[T]) -> list[Sequence[T]]:
    return [all_[start : start + MOST] for start in range(0, len(all_), MOST)]
