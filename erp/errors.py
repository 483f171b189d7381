"""What the books refuse, in sentences for the person who can mend it."""

from __future__ import annotations


class Refused(Exception):
    """Nothing was written. `code` is for programs and never translated; `sentence` is for people."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class CardError(Refused):
    """A customer, item or company cannot be created as described."""


class SetupError(Refused):
    """The company lacks something that every document needs: an account, a number series."""


class DocumentError(Refused):
    """A document cannot be created or changed as described; `line` counts from 1, None for the head."""

    def __init__(self, code: str, sentence: str, line: int | None = None) -> None:
        super().__init__(code, sentence)
        self.line = line


class PostingError(Refused):
    """A document cannot be posted as it is; `document` is its number."""

    def __init__(self, code: str, sentence: str, document: str) -> None:
        super().__init__(code, sentence)
        self.document = document


class ApplyError(Refused):
    """Two entries cannot be applied to one another, or an application cannot be taken back."""
