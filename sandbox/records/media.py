"""A file of the shop: a picture, as a rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Media:
    gid: str  # its type names the kind of file: MediaImage, Video, ExternalVideo, GenericFile
    source: str  # where it came from
    created_at: datetime
    updated_at: datetime
    alt: str = ""
    status: str = "UPLOADED"  # PROCESSING, READY, FAILED
    url: str | None = None  # where it is shown, if that is not here
    filename: str = ""
    mime: str | None = None
    width: int | None = None  # pixels
    height: int | None = None
    content: bytes = b""
    error: tuple[str, str] | None = None  # (code, message)

    @property
    def kind(self) -> str:
        return self.gid.split("/")[3]

    @property
    def ready(self) -> bool:
        return self.status == "READY"
