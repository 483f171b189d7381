"""HTML that people wrote, cut down to what belongs in a product's description. An allow-list.

Elements that are not known go and leave their text, scripts and styles go with it; attributes that
are not known go, and so do links to anything but the web, mail and telephone. What is left open is
closed, so that a text cannot swallow what follows it.
"""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

_TEXT = (
    *("a", "abbr", "b", "bdi", "blockquote", "cite", "code", "dd", "del", "details", "dfn", "div"),
    *("dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "i", "ins"),
    *("kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span"),
    *("strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr"),
    *("u", "ul", "caption", "col", "colgroup"),
)
_VOID = frozenset({"br", "hr", "img", "wbr", "col"})
ELEMENTS = frozenset(_TEXT) | _VOID
# They go with all that is in them.
_SILENT = frozenset(
    {"script", "style", "iframe", "object", "embed", "template", "noscript", "svg", "math"}
)
_ANYWHERE = frozenset({"class", "title", "lang", "dir", "style"})
_OF = {
    "a": frozenset({"href", "target", "rel"}),
    "img": frozenset({"src", "alt", "width", "height"}),
    "td": frozenset({"colspan", "rowspan"}),
    "th": frozenset({"colspan", "rowspan", "scope"}),
    "col": frozenset({"span"}),
    "colgroup": frozenset({"span"}),
    "ol": frozenset({"start", "type"}),
}
_ADDRESSES = frozenset({"href", "src"})
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_ALLOWED = ("http:", "https:", "mailto:", "tel:")
_INVISIBLE = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\ufeff]")
_STYLE = re.compile(r"[\w\s:;#%.,'!-]*")  # no brackets: neither url() nor expression()


def safe(html: str) -> str:
    """Return what of `html` may be shown to buyers; what is safe already stays as it was written."""
    cleaner = _Cleaner()
    cleaner.feed(html)
    cleaner.close()
    return cleaner.result()


class _Cleaner(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self._out: list[str] = []
        self._open: list[str] = []
        self._silenced: list[str] = []

    def result(self) -> str:
        return "".join(self._out) + "".join(f"</{tag}>" for tag in reversed(self._open))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silenced.append(tag)
        elif not self._silenced and tag in ELEMENTS:
            self._write(tag, attrs, end="" if tag not in _VOID else self._slash())
            if tag not in _VOID:
                self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A slash at the end means something only where there is no content."""
        if tag in _VOID or tag not in _SILENT:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._silenced:
            if tag in self._silenced:
                while self._silenced.pop() != tag:
                    continue
        elif tag in self._open:
            while (last := self._open.pop()) != tag:
                self._out.append(f"</{last}>")
            self._out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._silenced:
            self._out.append(data.replace("<", "&lt;").replace(">", "&gt;"))

    def handle_entityref(self, name: str) -> None:
        if not self._silenced:
            self._out.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        if not self._silenced:
            self._out.append(f"&#{name};")

    def _slash(self) -> str:
        return " /" if (self.get_starttag_text() or "").rstrip(">").endswith("/") else ""

    def _write(self, tag: str, attrs: list[tuple[str, str | None]], end: str) -> None:
        kept = "".join(
            f' {name}="{escape(value or "")}"'
            for name, value in dict(attrs).items()
            if _allowed(tag, name, value or "")
        )
        self._out.append(f"<{tag}{kept}{end}>")


def _allowed(tag: str, name: str, value: str) -> bool:
    if name not in _ANYWHERE | _OF.get(tag, frozenset()):
        return False
    if name in _ADDRESSES:
        return _leads_somewhere_harmless(value)
    return name != "style" or _STYLE.fullmatch(value) is not None


def _leads_somewhere_harmless(address: str) -> bool:
    """Browsers pass over control characters in an address: "java&#9;script:" is a script."""
    plain = _INVISIBLE.sub("", address).lower()
    scheme = _SCHEME.match(plain)
    return scheme is None or scheme[0] in _ALLOWED
