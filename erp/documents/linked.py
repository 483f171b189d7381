"""Lines that speak of another line: they keep to its goods, since its pieces are counted by them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from erp.errors import DocumentError
from erp.models import DocumentLine


def refuse_other_goods(line: DocumentLine, place: int) -> None:
    """A line of a combined invoice is what was shipped; one of a credit memo what was invoiced.

    What is credited without its goods goes to an account. Raises DocumentError.
    """
    if line.shipment_line is not None:
        source, same = line.shipment_line, _goods(line) == _goods(line.shipment_line)
    elif line.source_line is not None:
        source = line.source_line
        same = line.item_id is None or _goods(line) == _goods(source)
    else:
        return
    if not same:
        raise DocumentError(
            "linked",
            _("This line belongs to “%(text)s”: keep its item, variant and unit, or remove it.")
            % {"text": source.description},
            place,
        )


def _goods(line: DocumentLine) -> tuple[int | None, str, int | None, str]:
    return line.item_id, line.account, line.variant_id, line.uom
