"""Posted documents as PDF and as a page to print, in the language of whom they go to."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.views.decorators.http import require_safe

from connector.pages.books import pdf
from connector.pages.books.printed import language_of, printed
from erp.models import Document

Kind = Document.Kind
PRINTED = {Kind.INVOICE, Kind.CREDIT_MEMO, Kind.SHIPMENT, Kind.RETURN_RECEIPT}


def can_print(document: Document) -> bool:
    """What others send us is not ours to print."""
    return (
        document.side == Document.Side.SALE
        and document.kind in PRINTED
        and document.state == Document.State.POSTED
    )


@require_safe
def as_page(request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:
    """The same as the PDF, to be printed by the browser."""
    document = _asked(document_id)
    language = _language(request, document)
    with translation.override(language):
        shown = {"document": document, "paper": printed(document), "language": language}
        response = render(request, "books/printed.html", shown)
    response["Content-Language"] = language
    return response


@require_safe
def as_pdf(request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:
    """?language= chooses another language than the buyer's."""
    document = _asked(document_id)
    language = _language(request, document)
    with translation.override(language):
        content = pdf.render(printed(document))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Language"] = language
    response["Content-Disposition"] = f'inline; filename="{_file_name(document)}"'
    return response


def _asked(document_id: uuid.UUID) -> Document:
    rows = Document.objects.select_related("party", "bill_to", "source", "company", "corrects")
    document = get_object_or_404(rows, pk=document_id)
    if not can_print(document):
        raise Http404
    return document


def _language(request: HttpRequest, document: Document) -> str:
    asked = request.GET.get("language", "")
    return asked if asked in dict(settings.LANGUAGES) else language_of(document)


def _file_name(document: Document) -> str:
    kept = "".join(sign if sign.isalnum() or sign in "+-_." else "-" for sign in str(document))
    return f"{kept}.pdf".encode("ascii", "replace").decode().replace("?", "-")
