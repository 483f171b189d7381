"""Creating customers and vendors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from erp import codes, series
from erp.drafts import CustomerDraft
from erp.errors import CardError
from erp.models import Company, Party

# What says who a customer is and how to reach them.
TEXTS = frozenset(
    {
        *("name", "name_2", "contact", "address", "address_2", "post_code", "city", "county"),
        *("country", "email", "phone"),
    }
)


def create_customer(company: Company, draft: CustomerDraft) -> Party:
    """Raises CardError; then nothing is written."""
    (answer,) = create_customers(company, [draft])
    if isinstance(answer, CardError):
        raise answer
    return answer


def create_vendor(company: Company, draft: CustomerDraft) -> Party:
    """Raises CardError; then nothing is written."""
    (answer,) = create_parties(company, Party.Kind.VENDOR, [draft])
    if isinstance(answer, CardError):
        raise answer
    return answer


def create_customers(company: Company, drafts: Sequence[CustomerDraft]) -> list[Party | CardError]:
    """Create what can be created, in one transaction; the answers come in the order of the drafts."""
    return create_parties(company, Party.Kind.CUSTOMER, drafts)


@transaction.atomic
def create_parties(
    company: Company, kind: Party.Kind, drafts: Sequence[CustomerDraft]
) -> list[Party | CardError]:
    """As `create_customers`, for customers or vendors."""
    taken = _taken(company, kind, drafts)
    answers: list[Party | CardError] = []
    for draft in drafts:
        try:
            answers.append(_party(company, kind, draft, taken))
        except CardError as refusal:
            answers.append(refusal)
    made = [answer for answer in answers if isinstance(answer, Party)]
    unnumbered = [party for party in made if not party.no]
    if unnumbered:
        numbers = series.take(company, series.PARTIES[kind], len(unnumbered))
        for party, no in zip(unnumbered, numbers, strict=True):
            party.no = no
    Party.objects.bulk_create(made)
    return answers


@transaction.atomic
def change_texts(changes: Mapping[int, Mapping[str, str]]) -> dict[int, CardError]:
    """Change names, addresses and how to reach of many cards at once, in two statements.

    Returns what could not be changed, by the card's primary key; nothing of such a card is written.
    """
    wanted = list(changes)
    rows = Party.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
    good, refused = [], {}
    for row in rows:
        try:
            good.append(_with_texts(row, changes[row.pk]))
        except CardError as refusal:
            refused[row.pk] = refusal
    if good:
        Party.objects.bulk_update(good, sorted(TEXTS), batch_size=100)
    return refused


def _with_texts(row: Party, changes: Mapping[str, str]) -> Party:
    """Raises CardError."""
    if unknown := sorted(changes.keys() - TEXTS):
        raise CardError(
            "field", _("There is no field %(name)s to change.") % {"name": ", ".join(unknown)}
        )
    for name, text in changes.items():
        value = _whole(text, 80) if name == "email" else text.strip()
        setattr(row, name, value.upper() if name == "country" else value)
    try:
        row.clean_fields(exclude=[f.name for f in row._meta.fields if f.name not in TEXTS])
    except ValidationError as error:
        name, sentences = next(iter(error.message_dict.items()))
        raise CardError(name, f"{name}: {' '.join(sentences)}") from None
    return row


def _taken(company: Company, kind: Party.Kind, drafts: Sequence[CustomerDraft]) -> set[str]:
    asked = {draft.no.strip().upper() for draft in drafts if draft.no}
    parties = Party.objects.filter(company=company, kind=kind, no__in=asked)
    return set(parties.values_list("no", flat=True)) if asked else set()


def _party(company: Company, kind: Party.Kind, draft: CustomerDraft, taken: set[str]) -> Party:
    vendor = kind == Party.Kind.VENDOR
    no = codes.code(draft.no, 20)
    if no in taken:
        sentence = (
            _("Vendor %(no)s exists already.") if vendor else _("Customer %(no)s exists already.")
        )
        raise CardError("exists", sentence % {"no": no})
    if not draft.name.strip():
        raise CardError(
            "no_name", _("A vendor needs a name.") if vendor else _("A customer needs a name.")
        )
    taken |= {no} - {""}
    address = draft.address
    return Party(
        company=company,
        kind=kind,
        no=no,
        name=draft.name.strip()[:100],
        name_2=address.name_2[:50],
        address=address.address[:100],
        address_2=address.address_2[:50],
        city=address.city[:30],
        post_code=address.post_code[:20],
        county=address.county[:30],
        country=address.country[:2].upper(),
        contact=address.contact[:100],
        email=_whole(draft.email, 80),
        phone=draft.phone[:30],
        vat_registration_no=draft.vat_registration_no[:20],
        currency=draft.currency.upper(),
        vat_bus=codes.code(draft.vat_bus, 20) or company.setting("vat_bus"),
        prices_incl_vat=draft.prices_incl_vat,
        price_group=codes.code(draft.price_group, 20),
        payment_terms=codes.code(draft.payment_terms, 10),
        payment_method=codes.code(draft.payment_method, 10),
        shipment_method=codes.code(draft.shipment_method, 10),
    )


def _whole(email: str, length: int) -> str:
    """An address cut short would be somebody else's. Raises CardError."""
    if len(email.strip()) > length:
        raise CardError(
            "email_too_long",
            _("The e-mail address has more than %(length)s characters.") % {"length": length},
        )
    return email.strip()
