"""How one record can fail to be taken. Each is a sentence that says what is wrong and what to do."""

from __future__ import annotations

from decimal import Decimal


class RecordError(Exception):
    """Somebody has to mend something, then the record comes through at the next run.

    `code` groups equal reasons and is never translated; the text is for people.
    """

    code = "rejected"

    def __init__(self, sentence: str, code: str = "") -> None:
        super().__init__(sentence)
        self.code = code or self.code


class Skip(RecordError):
    """Nobody's fault: there is nothing to do with the record, or not yet."""

    code = "skipped"


class NoDocument(Skip):
    """The order will never need a sales document: nothing of it is left to sell."""

    code = "nothing_left"


class Unmapped(RecordError):
    """A customer, a product or an account is not mapped. Names all that is missing."""

    code = "unmapped"


class Blocked(RecordError):
    """A rule of the shop wants a person to look first."""

    code = "blocked"


class Unreadable(RecordError):
    """Shopify's answer has a shape that is not understood: report it, with the run's number."""

    code = "unreadable"


class TotalsDiffer(RecordError):
    """The document would not add up to what Shopify says. `difference` is document less Shopify."""

    code = "totals_differ"

    def __init__(self, sentence: str, difference: Decimal) -> None:
        super().__init__(sentence)
        self.difference = difference
