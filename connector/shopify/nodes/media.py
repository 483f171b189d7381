"""What a product shows: its media, and which of them its variants show."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from urllib.parse import urlsplit

IMAGE = "MediaImage"
READY, FAILED = "READY", "FAILED"


@dataclass(frozen=True, slots=True)
class MediaNode:
    gid: str
    kind: str  # MediaImage, Video, ExternalVideo, Model3d
    alt: str
    status: str  # UPLOADED, PROCESSING, READY, FAILED
    url: str  # of the picture in full size; blank: not ready, or no picture
    problem: str  # Shopify's words

    @property
    def is_image(self) -> bool:
        return self.kind == IMAGE

    @property
    def settled(self) -> bool:
        """Whether Shopify has made up its mind about it."""
        return self.status == FAILED or (self.status == READY and bool(self.url))

    @property
    def filename(self) -> str:
        """As it was uploaded, but for what Shopify adds to a name that is taken."""
        return urlsplit(self.url).path.rpartition("/")[2]

    @classmethod
    def from_node(cls, node: Mapping[str, Any]) -> Self:
        """Raises KeyError when the answer has another shape."""
        problems = [error["message"] or error["code"] for error in node["mediaErrors"]]
        return cls(
            node["id"],
            node["__typename"],
            node["alt"] or "",
            node["status"],
            (node.get("image") or {}).get("url") or "",
            " ".join(problems),
        )


@dataclass(frozen=True, slots=True)
class ShownProduct:
    gid: str
    title: str
    updated_at: datetime
    media: tuple[MediaNode, ...]  # in the order in which they are shown
    variants: Mapping[str, str]  # variant gid → the media it shows; blank: none of its own

    @property
    def images(self) -> list[MediaNode]:
        return [media for media in self.media if media.is_image]

    @property
    def digest(self) -> str:
        """Another one when the product shows something else; its times have whole seconds only."""
        said = repr((self.media, sorted(self.variants.items())))
        return hashlib.md5(said.encode(), usedforsecurity=False).hexdigest()

    @classmethod
    def from_node(cls, node: Mapping[str, Any]) -> Self:
        """Raises KeyError or ValueError when the answer has another shape."""
        return cls(
            node["id"],
            node["title"],
            datetime.fromisoformat(node["updatedAt"]),
            tuple(MediaNode.from_node(media) for media in node["media"]["nodes"]),
            {each["id"]: _first(each["media"]["nodes"]) for each in node["variants"]["nodes"]},
        )


def _first(nodes: list[Mapping[str, Any]]) -> str:
    return str(nodes[0]["id"]) if nodes else ""
