"""Builds static/ui/icons.svg, the one sprite of all icons, out of the package `lucide`."""

from __future__ import annotations

import re
import zipfile
from importlib.resources import files

NOTICE = """\
Lucide icons, https://lucide.dev, ISC License.
Copyright (c) for portions of Lucide are held by Cole Bemis 2013-2022 as part of Feather (MIT).
All other copyright (c) for Lucide are held by Lucide Contributors 2022.
Permission to use, copy, modify, and/or distribute this software for any purpose with or without
fee is hereby granted, provided that the above copyright notice and this permission notice appear
in all copies. THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD
TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL
THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES
WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT,
NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE
OF THIS SOFTWARE."""

# fmt: off
NAMES = frozenset([
    "arrow-down", "arrow-up", "arrow-up-right", "ban", "bell", "book-open", "boxes", "building-2",
    "calendar-clock", "check", "chevron-down", "chevron-left", "chevron-right",
    "circle-alert", "circle-check", "circle-dashed", "circle-pause", "clock", "cloud-download",
    "credit-card", "download", "ellipsis", "eye", "file-check", "file-text",
    "git-compare", "history", "hourglass", "house", "info", "key-round", "landmark", "languages",
    "layers", "link-2", "list-checks", "list-filter", "loader", "lock-open", "log-out", "menu",
    "minus", "monitor", "moon", "octagon-alert", "package", "pencil", "play", "plug", "plus",
    "printer", "receipt", "refresh-cw", "rotate-ccw", "save", "scroll-text", "search", "shield",
    "shopping-bag", "skip-forward", "sliders-horizontal", "store", "sun", "tag", "trash-2",
    "triangle-alert", "truck", "unlink-2", "upload", "user-round", "users", "x",
])
# fmt: on


def build_sprite() -> str:
    """Return the sprite: a <symbol> for each of NAMES, in their order.

    Raises KeyError when the installed package lacks one.
    """
    with zipfile.ZipFile(str(files("lucide") / "lucide.zip")) as icons:
        symbols = [_symbol(name, icons.read(f"{name}.svg").decode()) for name in sorted(NAMES)]
    body = "\n".join(symbols)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n<!--\n{NOTICE}\n-->\n{body}\n</svg>\n'


def _symbol(name: str, svg: str) -> str:
    shapes = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    shapes = re.sub(r"\s+", " ", shapes).replace(" />", "/>").replace("> <", "><").strip()
    return (
        f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">'
        f"{shapes}</symbol>"
    )
