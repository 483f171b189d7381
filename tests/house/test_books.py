"""Books from the command line: set up, summed up, with rates, cards in and out, and audited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from connector.sync.nightly_audit import install_audit, request_audit
from erp import guards
from erp.audit import broken_invariants
from erp.countries import countries
from erp.currencies import Currencies
from erp.models import Company, Lookup, NumberSeries, Party
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, LogStatus, Status
from jobqueue.runner import run_entry
from tests.house.test_books_commands import order

Run = Callable[..., str]
Told = Callable[..., Any]


@pytest.mark.django_db
@pytest.mark.parametrize("country", ["NO", "FI", "IT", "NL", "GB", "DE", "SE", "DK", "US"])
def test_books_of_a_country_are_set_up_and_trade(country: str, told: Told, run: Run) -> None:
    said = told("books", "setup", "--country", country, "--company", "acme")

    company = Company.objects.get()
    facts = countries()[country]
    assert (company.code, company.lcy, said["created"]) == ("ACME", facts.currency, True)
    pct = Lookup.objects.get(
        kind="vat_rate", code=f"{company.setting('vat_bus')}|{company.setting('vat_prod')}"
    )
    assert Decimal(pct.data["pct"]) == (facts.vat[0] if facts.vat else 0)
    assert Lookup.objects.filter(kind="country").count() == 249
    assert {part["there"] for part in said["parts"].values()} == {0}
    assert Party.objects.get().no == "GUEST"
    assert NumberSeries.objects.filter(code__in=["P-ORD", "S-RET", "PAY+", "TRF+"]).count() == 4
    order(company, "A-1")
    assert run("post", "A-1") == "Posted: A-1."
    assert broken_invariants() == []


@pytest.mark.django_db
def test_the_chart_speaks_the_country_s_language_or_another(run: Run) -> None:
    run("books", "setup", "--country", "NO", "--company", "A")
    run("books", "setup", "--country", "NO", "--company", "B", "--language", "en")

    names = Lookup.objects.filter(kind="gl_account", code="1200").order_by("company__code")
    assert list(names.values_list("description", flat=True)) == ["Kundefordringer", "Receivables"]
    rates = Lookup.objects.filter(kind="vat_rate", company__code="A", code__startswith="DOM")
    assert sorted(rates.values_list("description", flat=True)) == ["0 %", "12 %", "15 %", "25 %"]


def test_a_second_set_up_adds_what_is_missing_and_changes_nothing_else(
    given_company: Company, told: Told, run: Run
) -> None:
    Lookup.objects.filter(kind="gl_account", code="1200").update(description="My customers")
    NumberSeries.objects.filter(code="PAY").delete()

    first = told("books", "setup", "--country", "NL")
    rows = Lookup.objects.count()
    second = told("books", "setup", "--country", "NL")

    assert first["created"] is False
    assert first["parts"]["number series"]["made"] == 1
    assert {part["made"] for part in second["parts"].values()} == {0}
    assert Lookup.objects.count() == rows
    assert Lookup.objects.get(kind="gl_account", code="1200").description == "My customers"
    assert first["audit"] == second["audit"] == JobQueueEntry.objects.get().pk
    assert "accounts: 0 made, 19 there already" in run("books", "setup", "--country", "NL")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--country", "XX"], "Books for XX cannot be set up by themselves. Known are: AT"),
        (["--country", "NO"], "are kept in EUR, and that cannot change"),
        (["--country", "NL", "--currency", "USD"], "are kept in EUR"),
        (["--country", "NL", "--language", "xx"], "no language xx"),
        (["--country", "NL", "--zone", "Mars"], "Mars"),
    ],
)
def test_a_set_up_that_cannot_be_leaves_nothing(
    given_company: Company, refused: Run, words: list[str], sentence: str
) -> None:
    before = Lookup.objects.count()
    if words[1] == "NO":
        words += ["--currency", "NOK"]
    assert sentence in refused("books", "setup", *words)
    assert (Lookup.objects.count(), JobQueueEntry.objects.count()) == (before, 0)


def test_the_summary_counts_and_adds(given_company: Company, told: Told, run: Run) -> None:
    order(given_company, "A-1")
    order(given_company, "A-2")
    run("post", "A-1")

    [said] = told("books")

    assert (said["customers"], said["items"], said["unposted"]) == (2, 2, {"sale order": 1})
    assert said["posted"] == {"sale invoice": 1, "sale shipment": 1}
    assert Decimal(said["receivable"]) == 250
    assert "receivables in EUR" in run("books", "--company", "KONTOR")


@pytest.mark.django_db
def test_without_books_the_summary_says_how_to_get_some(run: Run) -> None:
    assert "books setup --country NO" in run("books")


def test_a_currency_is_added_with_its_rate_and_another_rate_later(
    given_company: Company, run: Run
) -> None:
    assert run("books", "rate", "nok", "0.085") == "1 NOK is 0.085 EUR in KONTOR."
    run("books", "rate", "NOK", "0.09", "--company", "KONTOR", "--from", "2026-03-01")

    known = Currencies.of(given_company, {"NOK"})
    assert known.rate("NOK", date(2026, 2, 28)) == Decimal("0.085")
    assert known.rate("NOK", date(2026, 3, 1)) == Decimal("0.09")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["KRONER", "1"], "is no currency: write three letters"),
        (["EUR", "1"], "kept in EUR: it needs no rate"),
        (["NOK", "much"], "much is no rate"),
        (["--", "NOK", "-1"], "-1 is no rate"),
        (["NOK", "1", "--from", "9.3.2026"], "9.3.2026 is no day"),
        (["NOK", "1", "--company", "X"], "There is no company X. There is: KONTOR."),
    ],
)
def test_nonsense_is_refused(
    given_company: Company, refused: Run, words: list[str], sentence: str
) -> None:
    before = Lookup.objects.count()
    assert sentence in refused("books", "rate", *words)
    assert Lookup.objects.count() == before


def test_cards_go_out_and_come_in(
    given_company: Company, run: Run, told: Told, refused: Run, tmp_path: Path
) -> None:
    order(given_company, "A-1")
    file = str(tmp_path / "items.xlsx")
    assert run("books", "export", "items", file) == f"1 items written to {file}."
    assert run("books", "import", "items", file) == "0 new, 0 changed, 1 as they were."
    new = tmp_path / "customers.csv"
    new.write_text("name,country\nAnn,NO\nBo,Norway\n")

    said = run("books", "import", "customers", str(new), "--dry-run", status=1)
    assert "3  country  “NORWAY” has more than 2 characters." in said
    assert "Nothing was written. Without these rows: 1 new" in said
    assert told("books", "import", "customers", str(new), status=1)["mistakes"] == [
        {"row": 3, "column": "country", "sentence": "“NORWAY” has more than 2 characters."}
    ]
    assert "must end in .csv or .xlsx" in refused("books", "export", "items", "items.ods")


def test_the_nightly_audit_is_asked_for_once(given_company: Company) -> None:
    entry, new = install_audit("Europe/Oslo")
    again, second = install_audit("Europe/Oslo")

    assert (entry.pk, new, second) == (again.pk, True, False)
    assert (entry.recurring, entry.starting_time, entry.number) == (True, time(2, 30), 50100)


@pytest.fixture
def audited(committed: None) -> Callable[[], JobQueueLogEntry]:
    """Run an audit through the queue and return its log entry."""

    def audit() -> JobQueueLogEntry:
        entry, _new = request_audit()
        run_entry(entry.pk)
        entry.refresh_from_db()
        assert entry.status == Status.FINISHED
        return JobQueueLogEntry.objects.get(entry=entry)

    return audit


@pytest.fixture
def tampered(committed: None) -> Callable[[str], None]:
    def tamper(statement: str) -> None:
        guards.remove(connection)
        with connection.cursor() as cursor:
            cursor.execute(statement)
        guards.install(connection)

    return tamper


def test_an_audit_of_sound_books_succeeds(
    audited: Callable[[], JobQueueLogEntry], given_company: Company, run: Run
) -> None:
    order(given_company, "A-1")
    run("post", "A-1")
    log = audited()
    assert (log.status, log.message) == (LogStatus.SUCCESS, "The books add up.")


def test_an_audit_of_broken_books_says_what_is_broken(
    audited: Callable[[], JobQueueLogEntry],
    given_company: Company,
    run: Run,
    tampered: Callable[[str], None],
) -> None:
    order(given_company, "A-1")
    run("post", "A-1")
    tampered("UPDATE erp_partyentry SET amount_lcy = amount_lcy + 1")

    log = audited()

    assert (log.status, log.issues) == (LogStatus.ISSUES, 2)
    assert log.message.startswith("I5: KONTOR: account 1200, against its customer entries, is 250")
