"""Makes text from Shopify safe to show: what is written about a product may hold any HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

KEPT = frozenset(
    [
        "a",
        "b",
        "blockquote",
        "br",
        "caption",
        "code",
        "del",
        "div",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "li",
        "ol",
        "p",
        "pre",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
    ]
)
EMPTY = frozenset({"br", "hr", "img"})  # have no end
DROPPED = frozenset({"script", "style", "iframe", "object", "embed", "noscript", "template"})
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}}
CELLS = {"td", "th"}
SPANS = {"colspan", "rowspan"}
SCHEMES = {"http", "https", "mailto", "tel"}
ADDRESSES = {"href", "src"}


class _Cleaner(HTMLParser):
    """Keeps elements of a list with attributes of a list; text is escaped."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._open: list[str] = []
        self._dropping: list[str] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag in DROPPED:
            self._dropping.append(tag)
        if self._dropping or tag not in KEPT:
            return
        if tag not in EMPTY:
            self._open.append(tag)
        self.parts.append(f"<{tag}{''.join(_attribute(tag, *pair) for pair in attrs)}>")

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag not in DROPPED:
            self.handle_starttag(tag, attrs)
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._dropping:
            if tag == self._dropping[-1]:
                self._dropping.pop()
            return
        if tag in self._open:
            while True:  # what was left open inside ends with it
                inner = self._open.pop()
                self.parts.append(f"</{inner}>")
                if inner == tag:
                    return

    def handle_data(self, data: str) -> None:
        if not self._dropping:
            self.parts.append(escape(data, quote=False))

    def finished(self) -> str:
        self.close()
        self.parts += [f"</{tag}>" for tag in reversed(self._open)]
        return "".join(self.parts).strip()


def sanitized(html: str) -> str:
    """Return `html` with nothing in it that could act: no script, no style, no odd address."""
    cleaner = _Cleaner()
    cleaner.feed(html)
    return cleaner.finished()


def _attribute(tag: str, name: str, value: str | None) -> str:
    allowed = ATTRIBUTES.get(tag, set()) | (SPANS if tag in CELLS else set())
    if name not in allowed or value is None:
        return ""
    if name in ADDRESSES and not _harmless(value):
        return ""
    return f' {name}="{escape(value)}"'


def _harmless(address: str) -> bool:
    """An address of the web, or one within the shop."""
    plain = "".join(sign for sign in address if sign.isprintable() and not sign.isspace())
    try:
        scheme = urlsplit(plain).scheme.lower()
    except ValueError:
        return False
    return scheme in SCHEMES or (not scheme and ":" not in plain.partition("/")[0])
