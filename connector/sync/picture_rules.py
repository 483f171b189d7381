"""Which pictures Shopify takes. Looked at before one is sent, since Shopify tells only much later.

Source: Shopify help, "Product media types", 2026: 20 MB and 25 megapixels, 5,000 px a side.
"""

from __future__ import annotations

import struct

from django.utils.translation import gettext as _

LARGEST = 20 * 1024 * 1024  # bytes
MOST_PIXELS = 25_000_000
LONGEST_SIDE = 5000  # pixels
NARROWEST = 100  # times as long as wide
# Start-of-frame markers of JPEG; C4, C8 and CC stand for other things.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MARK = 0xFF  # begins each of JPEG's markers
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})  # JPEG markers without a length


def refusal(content: bytes) -> str:
    """Why Shopify would not take the picture, as a sentence; "" when it would."""
    if len(content) > LARGEST:
        return _("The picture is larger than 20 MB: make it smaller.")
    size = dimensions(content)
    if size is None:
        return _("The file is damaged, or no picture of the types PNG, JPEG, GIF or WebP.")
    width, height = size
    if max(size) > LONGEST_SIDE or width * height > MOST_PIXELS:
        text = _(
            "The picture has %(width)d × %(height)d pixels, Shopify takes 5000 × 5000: make it smaller."
        )
        return text % {"width": width, "height": height}
    if max(size) > NARROWEST * min(size):
        return _("The picture is more than 100 times as long as it is wide: cut it.")
    return ""


def dimensions(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels; None when the file does not tell."""
    try:
        size = _dimensions(content)
    except (struct.error, IndexError):
        return None
    return size if size and all(size) else None


def _dimensions(content: bytes) -> tuple[int, int] | None:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return _two(">II", content, 16)
    if content.startswith(b"GIF8"):
        return _two("<HH", content, 6)
    if content.startswith(b"\xff\xd8\xff"):
        return _of_jpeg(content)
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return _of_webp(content)
    return None


def _two(form: str, content: bytes, place: int) -> tuple[int, int]:
    first, second = struct.unpack_from(form, content, place)
    return int(first), int(second)


def _of_jpeg(content: bytes) -> tuple[int, int] | None:
    """Walk from marker to marker until a frame begins; it tells the height first."""
    place = 2
    while place < len(content):
        if content[place] != _MARK:
            return None
        marker = content[place + 1]
        if marker == _MARK:  # filling
            place += 1
        elif marker in _FRAMES:
            height, width = _two(">HH", content, place + 5)
            return width, height
        elif marker in _BARE:
            place += 2
        else:
            place += 2 + int.from_bytes(content[place + 2 : place + 4], "big")
    return None


def _of_webp(content: bytes) -> tuple[int, int] | None:
    match content[12:16]:
        case b"VP8 ":
            width, height = _two("<HH", content, 26)
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L":
            (bits,) = struct.unpack_from("<I", content, 21)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            wide, high = content[24:27], content[27:30]
            return int.from_bytes(wide, "little") + 1, int.from_bytes(high, "little") + 1
    return None
