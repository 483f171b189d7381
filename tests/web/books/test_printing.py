"""Posted documents as PDF: what stands on them, in which language, with which letters."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.platypus import Paragraph

from connector.pages.books import pdf
from connector.pages.books.printed import Printed, language_of, printed
from erp.company_information import change_company_information
from erp.drafts import AddressDraft
from erp.models import Document
from erp.posting import post_document
from tests.erp.makers import TODAY, item_line, make_invoice
from tests.web.books.conftest import Books

LETTERS = "æøåÆØÅäöåÄÖšžŠŽàèéìòùÀÈÉÌÒÙëïĳéüçñłąčřőșğßþðΑωЖя€£–−’“”…"


def posted(books: Books, **options: object) -> Document:
    draft = {"document_date": TODAY} | options
    lines = (item_line(3, "9.99"), item_line(1, 5, vat_prod="VAT7"))
    invoice = make_invoice(books.company, *lines, **draft)
    return post_document(invoice.pk, today=TODAY)


def set_in_pdf(shown: Printed, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are set, in their order: in the file they are glyphs."""
    said: list[str] = []

    class Told(Paragraph):  # type: ignore[misc]  # reportlab is not typed
        def __init__(self, text: str, style: ParagraphStyle) -> None:
            said.append(text)
            super().__init__(text, style)

    monkeypatch.setattr(pdf, "Paragraph", Told)
    pdf.render(shown)
    return said


def test_an_invoice_says_what_it_must(given_books: Books) -> None:
    invoice = posted(given_books, your_ref="Ada", external_no="#1042")

    shown = printed(invoice)

    assert (shown.title, shown.no) == ("Invoice", invoice.posted_no)
    facts = dict(shown.facts)
    assert facts["Your reference"] == "Ada"
    assert facts["Due date"]
    assert shown.rows[0] == ["A", "Item A", "3", "PCS", "9.99", "", "25", "29.97"]
    assert shown.vat == [
        ("25 %", "29.97 EUR", "7.49 EUR"),
        ("7 %", "5.00 EUR", "0.35 EUR"),
    ]
    assert shown.sums[-1] == ("Total incl. VAT", "42.81 EUR")


def test_a_foreign_invoice_says_the_vat_in_the_own_currency(given_books: Books) -> None:
    invoice = posted(given_books, currency="USD")

    assert printed(invoice).notes == ["1 USD = 0.9 EUR. VAT: 7.06 EUR."]


def test_a_discount_stands_before_the_sum(given_books: Books) -> None:
    invoice = posted(given_books, invoice_discount=Decimal(5))

    assert [pair.label for pair in printed(invoice).sums][:2] == ["Subtotal", "Invoice discount"]


def test_a_shipment_has_no_prices(given_books: Books) -> None:
    shown = printed(given_books.shipment)

    assert shown.rows == [["A", "Item A", "2", "PCS"]]
    assert (shown.sums, shown.vat) == ([], [])


@pytest.mark.parametrize(
    ("country", "language"), [("NO", "nb"), ("FI", "fi"), ("IT", "it"), ("NL", "nl"), ("FR", "en")]
)
def test_the_language_is_that_of_the_country_it_goes_to(
    country: str, language: str, given_books: Books, given_lars: Client
) -> None:
    invoice = posted(given_books, bill_to=AddressDraft("Åse", country=country))

    response = given_lars.get(reverse("document-pdf", args=[invoice.pk]))

    assert language_of(invoice) == response["Content-Language"] == language
    with translation.override(language):
        assert printed(invoice).title == translation.gettext("Invoice")


def test_the_file_is_the_same_each_time_and_carries_its_fonts(
    given_books: Books, given_lars: Client
) -> None:
    address = reverse("document-pdf", args=[given_books.invoice.pk])

    first, second = given_lars.get(address), given_lars.get(address)

    assert first.content == second.content
    assert first.content.startswith(b"%PDF-")
    assert first["Content-Type"] == "application/pdf"
    assert first.content.count(b"/FontFile2") == 2


def test_the_fonts_have_the_letters_of_all_languages() -> None:
    pdf.register_fonts()

    for name in (pdf.PLAIN, pdf.BOLD):
        glyphs = pdfmetrics.getFont(name).face.charToGlyph
        assert [letter for letter in LETTERS if ord(letter) not in glyphs] == []


def test_texts_are_no_markup_and_long_documents_have_pages(given_books: Books) -> None:
    shown = printed(given_books.invoice)
    evil = ["A", "<img src='http://example.org/x.png'/> </para> & <b>", *shown.rows[0][2:]]

    long = pdf.render(replace(shown, rows=[evil] * 120))

    assert long.count(b"/Type /Page\n") > 2


def test_the_sender_stands_on_everything_that_is_printed(
    given_books: Books, given_lars: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_company_information(
        given_books.company,
        name="Kontor & Co",
        address="Storgata 1",
        post_code="0155",
        city="Oslo",
        vat_registration_no="NO999888777MVA",
        iban="NO9386011117947",
    )

    shown = printed(posted(given_books))
    address = reverse("document-print", args=[given_books.invoice.pk])
    text = given_lars.get(address).content.decode()

    assert shown.sender.address == ["Storgata 1", "0155 Oslo"]
    assert shown.sender.facts == [
        ("VAT registration no.", "NO999888777MVA"),
        ("IBAN", "NO93 8601 1117 947"),
    ]
    for words in ("Kontor &amp; Co", "0155 Oslo", "NO999888777MVA", "NO93 8601 1117 947", "25.00"):
        assert words in text
    said = set_in_pdf(shown, monkeypatch)
    assert "Kontor &amp; Co" in said
    assert "Storgata 1 · 0155 Oslo" in said
    assert "VAT registration no.: NO999888777MVA · IBAN: NO93 8601 1117 947" in said


def test_the_printable_page_is_in_the_language_that_is_asked_for(
    given_books: Books, given_lars: Client
) -> None:
    address = reverse("document-print", args=[given_books.invoice.pk])

    response = given_lars.get(address, {"language": "fi"})

    assert response["Content-Language"] == "fi"
    for words in ('<html lang="fi"', "Lasku", "ALV %", "ALV:n peruste"):
        assert words in response.content.decode()


def test_what_is_not_posted_is_not_printed(given_books: Books, given_kari: Client) -> None:
    address = reverse("document-pdf", args=[given_books.order.pk])

    assert given_kari.get(address).status_code == 404
