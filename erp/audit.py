"""Checks that the books are whole, by SQL over all of them, the same on both databases.

Each query gives one row a difference: the company, what differs, what it is and what it should
be. Sums are rounded, because SQLite counts in binary fractions.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from erp import guards
from erp.audit_sql import QUERIES
from erp.models import Company


class Broken(NamedTuple):
    invariant: str  # "I3" … "I18", see the specification of the books
    sentence: str


def broken_invariants(company: Company | None = None) -> list[Broken]:
    """Return every difference found, for one company or all; an empty list means all is well."""
    broken = []
    names = dict(Company.objects.values_list("pk", "code"))
    for invariant, statement in QUERIES:
        for key, what, found, expected in _rows(statement):
            if company is None or key == company.pk:
                broken.append(Broken(invariant, _sentence(names[key], str(what), found, expected)))
    return broken


def missing_guards() -> list[Broken]:
    """The triggers that freeze ledgers and documents, as far as they are not in place."""
    return [
        Broken("I1", _("The database lacks the guard %s, or it is switched off.") % name)
        for name in guards.missing(connection)
    ]


def _rows(statement: str) -> list[tuple[int, object, object, object]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows: list[tuple[int, object, object, object]] = cursor.fetchall()
    return rows


def _sentence(company: str, what: str, found: object, expected: object) -> str:
    return _("%(company)s: %(what)s is %(found)s, but should be %(expected)s.") % {
        "company": company,
        "what": what,
        "found": found,
        "expected": expected,
    }
