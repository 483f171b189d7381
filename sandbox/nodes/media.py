"""Files and pictures, as Shopify shows them."""

from __future__ import annotations

from sandbox.nodes import Node
from sandbox.nodes.lazy import Around, Lazy
from sandbox.nodes.values import legacy_id, written
from sandbox.records.media import Media

CONTENT_TYPES = {"MediaImage": "IMAGE", "Video": "VIDEO", "ExternalVideo": "EXTERNAL_VIDEO"}


def image_node(record: Media, around: Around) -> Node | None:
    """Return the picture; null until it is ready, and of what is no picture."""
    if not record.ready or record.kind != "MediaImage":
        return None
    url = address_of(record, around)
    return {
        "__typename": "Image",
        "id": record.gid.replace("/MediaImage/", "/ImageSource/"),
        "altText": record.alt or None,
        "width": record.width,
        "height": record.height,
        "url": lambda _args: url,
        "src": url,
        "originalSrc": url,
        "thumbhash": None,
    }


def address_of(record: Media, around: Around) -> str:
    """Return where the file can be fetched: here, unless it was never fetched from where it is."""
    if record.url is not None:
        return record.url
    version = int(record.updated_at.timestamp())
    return f"{around.url}/cdn/files/{legacy_id(record.gid)}/{record.filename}?v={version}"


class MediaNode(Lazy):
    makers = {
        "image": image_node,
        "preview": lambda record, around: {
            "image": image_node(record, around),
            "status": record.status,
        },
        "url": lambda record, around: address_of(record, around) if record.ready else None,
    }


def media_node(record: Media, around: Around) -> Lazy:
    errors = [record.error] if record.error else []
    fields: Node = {
        "__typename": record.kind,
        "id": record.gid,
        "alt": record.alt,
        "createdAt": written(record.created_at),
        "updatedAt": written(record.updated_at),
        "status": record.status,
        "fileStatus": record.status,
        "mimeType": record.mime if record.ready else None,
        "fileErrors": [{"code": c, "message": m, "details": None} for c, m in errors],
        "mediaErrors": [{"code": c, "message": m, "details": None} for c, m in errors],
        "mediaWarnings": [],
        "originalFileSize": len(record.content) or None,
        "originalSource": _original(record),
        "filename": record.filename,
    }
    if record.kind in CONTENT_TYPES:
        fields["mediaContentType"] = CONTENT_TYPES[record.kind]
    if record.kind == "ExternalVideo":
        fields |= {"originUrl": record.source, "embedUrl": record.source, "host": "YOUTUBE"}
    return MediaNode(fields, record, around)


def _original(record: Media) -> Node | None:
    if record.kind != "MediaImage":
        return None
    return {"fileSize": len(record.content) or None, "url": record.source}
