"""What has to happen so that a product shows the pictures of its item. Pure: rows in, plan out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in the books."""

    key: int
    sha256: str
    alt: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture that the product is to show, and the variants that are to show it as theirs."""

    picture: Picture
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a picture in Shopify."""

    key: int
    sha256: str
    gid: str  # blank: Shopify has not confirmed it
    ours: bool  # we brought it there, so we may remove it
    ready: bool = True  # may be shown by variants and described
    under_way: bool = False  # Shopify has to be asked how it stands
    failed: bool = False
    held: bool = False  # not to be sent (again) by this run
    position: int = 0
    alt: str = ""
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    upload: tuple[Wanted, ...] = ()
    under_way: bool = False
    remove: tuple[Known, ...] = ()  # of ours, from Shopify
    forget: tuple[Known, ...] = ()  # rows of which Shopify has nothing
    describe: tuple[tuple[Known, str], ...] = ()
    show: tuple[tuple[str, Known], ...] = ()  # variant gid, the picture it is to show
    hide: tuple[tuple[str, Known], ...] = ()
    order: tuple[Known, ...] = ()  # ours as they are to follow one another; (): as they do

    @property
    def urgent(self) -> bool:
        """Whether there is something that has its own time for the next try, which has come."""
        return bool(self.upload or self.under_way)

    @property
    def nothing(self) -> bool:
        return self == Plan()


def wanted_pictures(
    gallery: Sequence[Picture], variants: Iterable[tuple[str, Sequence[Picture]]]
) -> list[Wanted]:
    """The item's pictures, then those of its variants, each content once.

    A variant shows one picture in Shopify, its first; the others stand beside it in the gallery.
    """
    found: dict[str, Wanted] = {}
    for picture in gallery:
        found.setdefault(picture.sha256, Wanted(picture))
    for gid, pictures in variants:
        for place, picture in enumerate(pictures):
            known = found.setdefault(picture.sha256, Wanted(picture))
            if place == 0:
                found[picture.sha256] = replace(known, variants=(*known.variants, gid))
    return list(found.values())


def plan(wanted: Sequence[Wanted], links: Sequence[Known]) -> Plan:
    """Compare what is wanted with what is known to be in Shopify. The merchant's own stays."""
    known = _by_content(links)
    shas = {each.picture.sha256 for each in wanted}
    pairs = [(each, known[each.picture.sha256]) for each in wanted if each.picture.sha256 in known]
    ready = [(each, link) for each, link in pairs if link.ready and link.gid]
    unwanted = [link for link in links if link.ours and link.sha256 not in shas]
    show = _to_show(ready)
    return Plan(
        upload=tuple(each for each in wanted if _to_upload(known.get(each.picture.sha256))),
        under_way=any(link.under_way for link in links),
        remove=tuple(
            link
            for link in links
            if link.ours and link.gid and (link.failed or link.sha256 not in shas)
        ),
        forget=tuple(link for link in unwanted if not link.gid and not link.under_way),
        describe=tuple(
            (link, each.picture.alt) for each, link in ready if each.picture.alt != link.alt
        ),
        show=show,
        hide=_to_hide(wanted, pairs),
        order=_order([link for _each, link in pairs if link.gid and not link.failed]),
    )


def moves(shown: Sequence[str], wanted: Sequence[str]) -> list[tuple[str, int]]:
    """How `wanted` come to follow one another; the others keep their places. (gid, place from 0)."""
    ours = set(wanted)
    turn = iter(gid for gid in wanted if gid in shown)
    target = [next(turn) if gid in ours else gid for gid in shown]
    now, found = list(shown), []
    for place, gid in enumerate(target):
        if now[place] != gid:
            now.remove(gid)
            now.insert(place, gid)
            found.append((gid, place))
    return found


def _by_content(links: Sequence[Known]) -> dict[str, Known]:
    """Of several with the same content one that is in Shopify."""
    return {link.sha256: link for link in sorted(links, key=lambda k: (bool(k.gid), k.ready))}


def _to_upload(link: Known | None) -> bool:
    return link is None or not ((link.gid and not link.failed) or link.held or link.under_way)


def _to_show(ready: Sequence[tuple[Wanted, Known]]) -> tuple[tuple[str, Known], ...]:
    return tuple(
        (variant, link)
        for each, link in ready
        for variant in each.variants
        if variant not in link.variants
    )


def _to_hide(
    wanted: Sequence[Wanted], pairs: Sequence[tuple[Wanted, Known]]
) -> tuple[tuple[str, Known], ...]:
    """Variants that want no picture any more; one that wants another is shown that instead."""
    showing = {variant for each in wanted for variant in each.variants}
    return tuple(
        (variant, link)
        for _each, link in pairs
        if link.gid
        for variant in link.variants
        if variant not in showing
    )


def _order(links: Sequence[Known]) -> tuple[Known, ...]:
    inverted = sorted(links, key=lambda link: link.position)
    return () if inverted == list(links) else tuple(links)
