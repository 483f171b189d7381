"""Sets a printed document as PDF: A4, fonts embedded, the same bytes for the same document."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from connector.pages.books.printed import Printed
from connector.pages.books.sender import Pair, Sender

FONTS = Path(__file__).with_name("fonts")
PLAIN, BOLD = "DejaVuSans", "DejaVuSans-Bold"
INK, FAINT, RULE = HexColor("#14171c"), HexColor("#5d6675"), HexColor("#c9ced8")
MARGIN = 18 * mm
PADDING = 6  # points that ReportLab's frame leaves beside what stands in it
WIDTH = A4[0] - 2 * MARGIN
# Parts of the width, by the number of columns.
SHARES = {4: (0.2, 0.56, 0.12, 0.12), 8: (0.13, 0.29, 0.08, 0.08, 0.12, 0.1, 0.08, 0.12)}


@cache
def register_fonts() -> None:
    for name in (PLAIN, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(FONTS / f"{name}.ttf")))


def _style(font: str = PLAIN, size: float = 8.5, **options: Any) -> ParagraphStyle:
    options = {"leading": size * 1.35, "textColor": INK, "splitLongWords": 1} | options
    return ParagraphStyle("text", fontName=font, fontSize=size, **options)


def render(document: Printed) -> bytes:
    """The file. Texts are set as they are: nothing in them is taken for markup."""
    register_fonts()
    file = BytesIO()
    foot = _foot(document.sender)
    foot_height = foot.wrap(WIDTH, A4[1])[1]
    template = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=MARGIN - PADDING,
        rightMargin=MARGIN - PADDING,
        topMargin=MARGIN,
        bottomMargin=20 * mm + foot_height,
        title=f"{document.title} {document.no}",
        author=document.sender.name,
        invariant=1,
    )

    def footer(canvas: Any, page: Any) -> None:
        canvas.setFont(PLAIN, 7.5)
        canvas.setFillColor(FAINT)
        foot.drawOn(canvas, MARGIN, 15 * mm)
        canvas.drawString(
            MARGIN, 10 * mm, f"{document.sender.name} · {document.title} {document.no}"
        )
        number = _("Page %(number)d") % {"number": page.page}
        canvas.drawRightString(A4[0] - MARGIN, 10 * mm, number)

    template.build(_story(document), onFirstPage=footer, onLaterPages=footer)
    return file.getvalue()


def _story(document: Printed) -> list[Any]:
    story = [
        _text(document.sender.name, _style(BOLD, 10)),
        _text(" · ".join(document.sender.address), _style(textColor=FAINT)),
        Spacer(1, 6 * mm),
        _head(document),
        Spacer(1, 6 * mm),
        _text(f"{document.title} {document.no}", _style(BOLD, 16)),
        Spacer(1, 5 * mm),
        _lines(document),
    ]
    if document.sums:
        story += [Spacer(1, 4 * mm), _sums(document.sums)]
    if document.vat:
        story += [Spacer(1, 6 * mm), _vat(document)]
    for note in document.notes:
        story += [Spacer(1, 3 * mm), _text(note, _style(textColor=FAINT))]
    return story


def _text(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(text), style)


def _foot(sender: Sender) -> Paragraph:
    """How the sender is reached and paid, on every page."""
    facts = " · ".join(f"{fact.label}: {fact.value}" for fact in sender.facts)
    return _text(facts, _style(size=7.5, textColor=FAINT))


def _head(document: Printed) -> Table:
    """Whom it goes to on the left, what it is about on the right."""
    plain, faint = _style(), _style(textColor=FAINT)
    left = [_text(line, _style(size=9.5)) for line in document.address]
    if document.ship_to:
        left += [Spacer(1, 3 * mm), _text(_("Ship-to"), faint)]
        left += [_text(line, plain) for line in document.ship_to]
    facts = [[_text(pair.label, faint), _text(pair.value, plain)] for pair in document.facts]
    right = Table(facts, colWidths=[WIDTH * 0.2, WIDTH * 0.25], style=_bare())
    return Table([[left, right]], colWidths=[WIDTH * 0.55, WIDTH * 0.45], style=_bare())


def _bare() -> TableStyle:
    return TableStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 4),
            ("TOPPADDING", (0, 0), (-1, -1), 0),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
        ]
    )


def _ruled() -> TableStyle:
    """A line under the heads and one under the last row."""
    return TableStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK),
            ("LINEBELOW", (0, 1), (-1, -1), 0.3, RULE),
            ("LEFTPADDING", (0, 0), (-1, -1), 2),
            ("RIGHTPADDING", (0, 0), (-1, -1), 2),
            ("TOPPADDING", (0, 0), (-1, -1), 2.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        ]
    )


def _lines(document: Printed) -> Table:
    numbers = [number for _label, number in document.columns]
    heads = [label for label, _number in document.columns]
    rows = [_cells(heads, numbers, BOLD), *(_cells(row, numbers, PLAIN) for row in document.rows)]
    widths = [WIDTH * share for share in SHARES[len(document.columns)]]
    return Table(rows, colWidths=widths, repeatRows=1, style=_ruled())


def _cells(texts: Sequence[str], numbers: Sequence[bool], font: str) -> list[Paragraph]:
    left, right = _style(font, 8), _style(font, 8, alignment=TA_RIGHT)
    return [
        _text(text, right if number else left) for text, number in zip(texts, numbers, strict=True)
    ]


def _sums(sums: Sequence[Pair]) -> Table:
    rows = [_cells(pair, (False, True), BOLD if pair is sums[-1] else PLAIN) for pair in sums]
    return Table(rows, colWidths=[WIDTH * 0.26, WIDTH * 0.2], hAlign="RIGHT", style=_bare())


def _vat(document: Printed) -> Table:
    rows = [_cells(document.vat_heads, (False, True, True), BOLD)]
    rows += [_cells(row, (False, True, True), PLAIN) for row in document.vat]
    widths = [WIDTH * 0.15, WIDTH * 0.22, WIDTH * 0.22]
    return Table(rows, colWidths=widths, hAlign="LEFT", style=_ruled())
