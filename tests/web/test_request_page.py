"""Request pages: one declaration, asked for on pages, counted, kept, and refused with its place."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from connector.pages.subjects import subject_of
from connector.sync.batches import BATCHES
from connector.sync.reports import REPORTS
from jobqueue.models import JobQueueEntry, Status
from shops.models import Order, Shop
from tests import factories
from tests.web.world import World

NUMBERS = [report.number for report in REPORTS] + [batch.number for batch in BATCHES]

FILTERED = [r.number for r in REPORTS if r.filters] + [b.number for b in BATCHES if b.filters]


@pytest.fixture
def given_nordic(db: None) -> Shop:
    shop = factories.make_shop()
    factories.make_books(shop.company_code)
    return shop


def page_of(number: int) -> str:
    return f"{reverse('report', args=[number])}?shop=NORDIC"


def text_of(client: Client, address: str, data: dict[str, Any] | None = None) -> str:
    response = client.get(address) if data is None else client.post(address, data)
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("number", NUMBERS)
def test_a_request_page_has_a_field_for_everything_that_is_declared(
    number: int, given_nordic: Shop, given_kari: Client
) -> None:
    response = given_kari.get(page_of(number))

    form, declared = response.context["form"], response.context["subject"].declared
    assert [field.name for field in form.filter_fields] == [f"filter-{n}" for n in declared.filters]
    assert [field.name for field in form.option_fields] == [f"option-{n}" for n in declared.options]
    assert all(field.label for field in form)


@pytest.mark.parametrize("number", FILTERED)
def test_what_was_typed_is_what_runs(number: int, given_nordic: Shop, given_kari: Client) -> None:
    field = next(iter(given_kari.get(page_of(number)).context["form"].filter_fields)).name
    value = "yes" if field == "filter-fully_paid" else "X*|'*'"

    response = given_kari.post(page_of(number), _filled(given_kari, number) | {field: value})

    entry = JobQueueEntry.objects.get()
    assert response["Location"] == reverse("job", args=[entry.pk])
    assert entry.number == number
    assert entry.parameters["filters"] == {field.removeprefix("filter-"): value}
    assert entry.parameters["options"] == {}
    assert entry.requested_by_id == int(given_kari.session["_auth_user_id"])


def _filled(client: Client, number: int) -> dict[str, str]:
    """What a browser sends of the page as it is opened: the first choice of each option."""
    form = client.get(page_of(number)).context["form"]
    choices = {f.name: list(getattr(f.field, "choices", [])) for f in form.option_fields}
    return {name: values[0][0] for name, values in choices.items() if values}


def test_a_bad_expression_is_refused_and_its_place_is_marked(
    given_nordic: Shop, given_kari: Client
) -> None:
    sent = _filled(given_kari, 30103) | {"filter-total": "1..|5", "filter-created_at": ">soon"}

    text = text_of(given_kari, page_of(30103), sent)

    assert "“soon” is not a date. Write it like 2026-03-09." in text
    assert '<code class="expr">&gt;<mark>s</mark>oon</code>' in text
    assert 'value="1..|5"' in text
    assert 'value="&gt;soon"' in text
    assert not JobQueueEntry.objects.exists()


def test_an_expression_that_ends_too_early_is_marked_at_its_end(
    given_nordic: Shop, given_kari: Client
) -> None:
    sent = _filled(given_kari, 30103) | {"filter-name": "#1001|"}

    text = text_of(given_kari, page_of(30103), sent)

    assert "A value is missing here." in text
    assert '<code class="expr">#1001|<mark>…</mark></code>' in text


def test_what_the_fields_say_together_is_checked(given_nordic: Shop, given_kari: Client) -> None:
    sent = _filled(given_kari, 296) | {"option-replace_posting_date": "yes"}

    refused = text_of(given_kari, page_of(296), sent)
    assert "Enter the posting date" in refused
    assert not JobQueueEntry.objects.exists()

    given_kari.post(page_of(296), sent | {"option-posting_date": "2026-03-31"})
    assert JobQueueEntry.objects.get().parameters["options"] == {
        "replace_posting_date": "yes",
        "posting_date": "2026-03-31",
    }


def test_counting_and_looking_make_nothing(given_nordic: Shop, given_kari: Client) -> None:
    factories.make_order(given_nordic)

    text = text_of(given_kari, page_of(30103), _filled(given_kari, 30103) | {"count": "1"})

    assert "Matches 1 order now." in text
    assert not JobQueueEntry.objects.exists()


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("", "Matches 3 orders now."),
        (">300", "Matches 2 orders now."),
        ("..100", "Matches 1 order now."),
    ],
)
def test_the_orders_that_match_are_counted_while_one_types(
    expression: str, sentence: str, given_nordic: Shop, given_kari: Client
) -> None:
    for amount in ("79.00", "398.00", "1250.00"):
        factories.make_order(given_nordic, amount)
    factories.make_order(given_nordic, "500.00", state=Order.State.PROCESSED)
    sent = _filled(given_kari, 30103) | {"filter-total": expression}

    asked = {"shop": "NORDIC", "preview": "1"} | sent
    text = given_kari.get(reverse("report", args=[30103]), asked).content.decode()

    assert sentence in text
    assert "<html" not in text


def test_shipments_and_documents_are_counted(given_a_world: World, given_kari: Client) -> None:
    for number, sentence in (
        (30109, "Matches 2 shipments now."),
        (296, "Matches 1 document now."),
        (297, "Matches 1 document now."),
    ):
        assert sentence in text_of(given_kari, page_of(number))


def test_orders_that_wait_are_counted_by_what_is_in_them(
    given_nordic: Shop, given_kari: Client
) -> None:
    factories.make_staged_order(given_nordic)

    text = text_of(given_kari, page_of(30104))

    assert "Of the orders that wait here, 0 match now." in text  # it cannot be read


def test_a18_the_kept_parameters_of_an_entry_are_changed_and_their_user_with_them(
    given_nordic: Shop, given_kari: Client
) -> None:
    entry = factories.make_entry(
        Status.ON_HOLD,
        30103,
        kind="documents",
        parameters={"filters": {"channel": "<>Point of Sale"}, "options": {"retry": "due"}},
    )
    address, before = reverse("request-page", args=[entry.pk]), entry.parameters_hash

    text = text_of(given_kari, address)
    assert 'value="&lt;&gt;Point of Sale"' in text
    assert '<option value="due" selected>' in text
    given_kari.post(address, {"option-retry": "due", "filter-name": "#1001..#1009"})

    entry.refresh_from_db()
    assert entry.parameters == {"filters": {"name": "#1001..#1009"}, "options": {"retry": "due"}}
    assert entry.parameters_hash != before
    assert entry.requested_by_id == int(given_kari.session["_auth_user_id"])
    assert entry.status == Status.ON_HOLD


def test_a17_who_looks_and_leaves_changes_nothing(given_nordic: Shop, given_kari: Client) -> None:
    entry = factories.make_entry(Status.ON_HOLD, 30103, kind="documents", parameters={})
    address = reverse("request-page", args=[entry.pk])

    given_kari.get(address)
    given_kari.get(address, {"preview": "1", "filter-name": "#1001"})
    given_kari.post(address, {"option-retry": "all", "filter-name": "#1001", "count": "1"})

    entry.refresh_from_db()
    assert (entry.parameters, entry.requested_by) == ({}, None)


@pytest.mark.parametrize("number", [30104, 30103, 296])
def test_a21_what_the_connector_asked_for_is_shown_and_kept_without_loss(
    number: int, given_nordic: Shop, given_kari: Client
) -> None:
    subject = subject_of(number, given_nordic)
    assert subject is not None
    name = "order_no" if number == 296 else "name"
    name = name if name in subject.declared.filters else next(iter(subject.declared.filters))
    entry, _created = subject.request({name: "#1001..#1009"}, {})
    before = JobQueueEntry.objects.values().get()
    address = reverse("request-page", args=[entry.pk])

    page = given_kari.get(address)
    form = page.context["form"]
    typed = {field.html_name: field.value() or "" for field in form}
    given_kari.post(address, typed)

    assert "#1001..#1009" in page.content.decode()
    assert "#1001..#1009" in given_kari.get(reverse("job", args=[entry.pk])).content.decode()
    after = JobQueueEntry.objects.values().get()
    assert (after["parameters"], after["parameters_hash"]) == (
        before["parameters"], before["parameters_hash"],
    )  # fmt: skip


def test_an_entry_that_runs_keeps_what_it_asks_for(given_nordic: Shop, given_kari: Client) -> None:
    entry = factories.make_entry(Status.IN_PROCESS, 30103, kind="documents")

    response = given_kari.post(
        reverse("request-page", args=[entry.pk]), {"option-retry": "due"}, follow=True
    )

    assert "The entry is running." in response.content.decode()
    entry.refresh_from_db()
    assert entry.parameters == {}


def test_an_entry_does_not_come_to_ask_for_what_another_asks_already(
    given_nordic: Shop, given_kari: Client
) -> None:
    given_kari.post(page_of(30103), {"option-retry": "all"})
    given_kari.post(page_of(30103), {"option-retry": "due"})
    first, second = JobQueueEntry.objects.order_by("pk")

    answer = given_kari.post(
        reverse("request-page", args=[second.pk]), {"option-retry": "all"}, follow=True
    )

    assert "Another entry that asks for the same already waits." in answer.content.decode()
    second.refresh_from_db()
    assert second.parameters["options"] == {"retry": "due"}
    assert first.parameters["options"] == {}


def test_without_rights_nothing_is_changed_or_posted(
    given_nordic: Shop, given_lars: Client
) -> None:
    """H16: who may not invoice cannot run 297."""
    entry = factories.make_entry(Status.ON_HOLD, 30103, kind="documents")

    assert "You may look at this entry" in text_of(
        given_lars, reverse("request-page", args=[entry.pk])
    )
    changed = given_lars.post(reverse("request-page", args=[entry.pk]), {"option-retry": "due"})
    posted = given_lars.post(page_of(297), _filled(given_lars, 297))

    assert (changed.status_code, posted.status_code) == (403, 403)
    entry.refresh_from_db()
    assert (entry.parameters, JobQueueEntry.objects.count()) == ({}, 1)


def test_a_disabled_shop_is_not_synchronized(given_nordic: Shop, given_kari: Client) -> None:
    Shop.objects.update(enabled=False)

    answer = given_kari.post(page_of(30103), {"option-retry": "all"}, follow=True)

    assert "Shop NORDIC is disabled" in answer.content.decode()
    assert not JobQueueEntry.objects.exists()


def test_without_a_shop_one_is_chosen(given_a_world: World, given_kari: Client) -> None:
    text = text_of(given_kari, reverse("report", args=[30104]))

    assert "?shop=NORDIC" in text
    assert "?shop=FJELL" in text
    assert given_kari.get(f"{reverse('report', args=[1])}?shop=NORDIC").status_code == 404


def test_an_entry_of_something_unknown_has_no_request_page(given_kari: Client) -> None:
    entry = factories.make_entry(kind="stock", number=30102)

    assert given_kari.get(reverse("request-page", args=[entry.pk])).status_code == 404
    card = text_of(given_kari, reverse("job", args=[entry.pk]))
    assert "Report request page" not in card
