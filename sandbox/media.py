"""Files of the shop: taken in, fetched from where they were uploaded, and found good or not.

Nothing is fetched from elsewhere: an address that is not ours is shown as it is if its name is that
of a picture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from sandbox.changes import Refusals, Refused
from sandbox.gql.errors import NotServed
from sandbox.pictures import picture_of
from sandbox.records.media import Media
from sandbox.store import Store

Path = tuple[str, ...]
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".heic")
VIDEOS = (".mp4", ".mov", ".webm")
MAX_ALT = 512  # characters
MAX_SIZE = 20 * 1024 * 1024  # bytes
KINDS = {"IMAGE": "MediaImage", "VIDEO": "Video", "EXTERNAL_VIDEO": "ExternalVideo"}
NO_DOWNLOAD = ("IMAGE_DOWNLOAD_FAILURE", "Image download failed. Try uploading it again.")
NO_PICTURE = ("UNSUPPORTED_IMAGE_FILE_TYPE", "Image file type is not supported.")
TOO_LARGE = ("INVALID_IMAGE_FILE_SIZE", "Image file size exceeds the limit of 20 MB.")


def checked(given: Mapping[str, Any], path: Path) -> list[Refused]:
    """Return what is wrong with the source and the text of a new file."""
    problems = []
    parts = urlsplit(given.get("originalSource") or "")
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        problems.append(Refused("Image URL is invalid", (*path, "originalSource"), "INVALID"))
    return problems + checked_alt(given, path)


def checked_alt(given: Mapping[str, Any], path: Path) -> list[Refused]:
    if len(given.get("alt") or "") <= MAX_ALT:
        return []
    message = f"The alt value exceeds the maximum limit of {MAX_ALT} characters."
    return [Refused(message, (*path, "alt"), "ALT_VALUE_LIMIT_EXCEEDED")]


def check_all(given: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Raise Refused with all that is wrong with new files."""
    problems = [p for i, one in enumerate(given) for p in checked(one, (*path, str(i)))]
    if problems:
        raise Refusals(problems)


def added(store: Store, given: Mapping[str, Any], gid: str) -> Media:
    """Take a file in; it is ready, or has failed, after some looks at the shop."""
    now, source = store.clock.now(), given["originalSource"]
    name = given.get("filename") or urlsplit(source).path.rpartition("/")[2] or "file"
    record = Media(gid, source, now, now, alt=given.get("alt") or "", filename=name)
    store.put(record)
    work(store, record.gid)
    return record


def kind_of(given: Mapping[str, Any]) -> str:
    """Return the type of a file by what is said of it, else by its name."""
    kind = given.get("mediaContentType") or given.get("contentType")
    if kind == "MODEL_3D":
        raise NotServed("three-dimensional models")
    if kind is not None:
        return KINDS.get(kind, "GenericFile")
    name = (given.get("filename") or urlsplit(given["originalSource"]).path).lower()
    if name.endswith(PICTURES):
        return "MediaImage"
    return "Video" if name.endswith(VIDEOS) else "GenericFile"


def work(store: Store, gid: str) -> None:
    """Have a file looked through: UPLOADED, PROCESSING, then READY or FAILED."""

    def step() -> bool:
        record = store.records.get(gid)
        if not isinstance(record, Media):  # deleted meanwhile
            return True
        if record.status == "UPLOADED":
            store.put(replace(record, status="PROCESSING"))
            return False
        store.put(replace(_looked_through(store, record), updated_at=store.clock.now()))
        return True

    store.jobs.add(step)


def _looked_through(store: Store, record: Media) -> Media:
    ours, content = store.uploads.found(record.source, store.url)
    if not ours:
        return _elsewhere(record)
    if content is None:
        return replace(record, status="FAILED", error=NO_DOWNLOAD)
    if record.kind != "MediaImage":
        return replace(record, status="READY", content=content, url=None, error=None)
    picture = picture_of(content)
    if picture is None or len(content) > MAX_SIZE:
        return replace(record, status="FAILED", error=TOO_LARGE if picture else NO_PICTURE)
    return replace(
        record,
        status="READY",
        content=content,
        url=None,
        mime=picture.mime,
        width=picture.width,
        height=picture.height,
        error=None,
    )


def _elsewhere(record: Media) -> Media:
    name = urlsplit(record.source).path.lower()
    if record.kind == "MediaImage" and not name.endswith((*PICTURES, "/png", "/jpg")):
        return replace(record, status="FAILED", error=NO_PICTURE)
    return replace(record, status="READY", url=record.source, error=None)
