"""Why a schedule can never run, said to the person who made it."""

from __future__ import annotations


class RuleError(ValueError):
    """A schedule that can never run. The message is a sentence for people."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field  # of the entry; changing it mends the rule
