"""Request pages remember what a person used last, and hand it over to a new entry's schedule."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from connector.sync.models import RequestValues
from jobqueue.models import JobQueueEntry
from shops.models import Order, Shop
from tests import factories

TYPED = {"filter-total": ">300", "filter-channel": "<>Point of Sale", "option-retry": "all"}


@pytest.fixture
def given_nordic(db: None) -> Shop:
    return factories.make_shop()


def page_of(shop: str = "NORDIC") -> str:
    return f"{reverse('report', args=[30103])}?shop={shop}"


def text_of(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def test_what_was_used_last_is_filled_in_for_that_person_and_shop_alone(
    given_nordic: Shop, given_kari: Client, given_lars: Client
) -> None:
    factories.make_shop("FJELL")

    given_kari.post(page_of(), TYPED | {"option-retry": "due"})

    again = text_of(given_kari, page_of())
    assert 'value="&gt;300"' in again
    assert '<option value="due" selected>' in again
    assert "Filled in as you used it last" in again
    for other in (text_of(given_lars, page_of()), text_of(given_kari, page_of("FJELL"))):
        assert 'value="&gt;300"' not in other
        assert "Filled in as you used it last" not in other


def test_the_defaults_can_be_had_back_and_looking_forgets_nothing(
    given_nordic: Shop, given_kari: Client
) -> None:
    given_kari.post(page_of(), TYPED)

    plain = text_of(given_kari, f"{page_of()}&values=default")

    assert 'value="&gt;300"' not in plain
    assert RequestValues.objects.get().parameters["filters"]["total"] == ">300"
    given_kari.post(page_of(), {"option-retry": "all"})
    assert RequestValues.objects.get().parameters == {"filters": {}, "options": {}}


def test_what_cannot_be_read_or_is_only_counted_is_not_remembered(
    given_nordic: Shop, given_kari: Client
) -> None:
    given_kari.post(page_of(), TYPED | {"filter-created_at": "soon"})
    given_kari.post(page_of(), TYPED | {"count": "1"})

    assert not RequestValues.objects.exists()


def test_a_dry_run_is_not_remembered(given_nordic: Shop, given_kari: Client) -> None:
    """Else the next one that was meant in earnest would be dry."""
    given_kari.post(page_of(), TYPED | {"option-dry_run": "yes", "option-retry": "due"})

    assert JobQueueEntry.objects.get().parameters["options"] == {"retry": "due", "dry_run": "yes"}
    assert RequestValues.objects.get().parameters["options"] == {"retry": "due"}


def test_what_was_kept_before_the_report_changed_does_no_harm(
    given_nordic: Shop, given_kari: Client
) -> None:
    given_kari.post(page_of(), TYPED)
    RequestValues.objects.update(
        parameters={"filters": {"gone": "x", "total": "?"}, "options": {"retry": "gone"}}
    )

    assert given_kari.get(page_of()).status_code == 200


def test_scheduling_takes_along_what_was_typed(given_nordic: Shop, given_kari: Client) -> None:
    answer = given_kari.post(page_of(), TYPED | {"option-retry": "due", "schedule": "1"})

    assert answer["Location"].startswith(f"{reverse('job-new')}?shop=NORDIC&kind=30103&")
    page = text_of(given_kari, answer["Location"])
    assert 'value="&gt;300"' in page
    assert 'value="&lt;&gt;Point of Sale"' in page
    assert '<option value="due" selected>' in page
    assert not JobQueueEntry.objects.exists()


def test_a_filter_that_cannot_be_read_is_not_taken_along(
    given_nordic: Shop, given_kari: Client
) -> None:
    answer = given_kari.post(page_of(), TYPED | {"filter-total": ">much", "schedule": "1"})

    assert "“much” is not a number." in answer.content.decode()


def test_without_the_right_nothing_is_scheduled_or_remembered(
    given_nordic: Shop, given_lars: Client
) -> None:
    factories.make_books(given_nordic.company_code)
    posting = f"{reverse('report', args=[297])}?shop=NORDIC"
    options = {"option-replace_posting_date": "no", "option-replace_document_date": "no"}
    sent = options | {"schedule": "1"}

    assert given_lars.post(posting, sent).status_code == 403
    assert not RequestValues.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"filter-total": ">300"},
        {"filter-channel": "<>Point of Sale", "filter-total": "..500"},
        {"filter-name": "#1*|'#2001'", "filter-fully_paid": "no"},
        {"filter-created_at": "2026-03-01..2026-03-02"},
    ],
)
def test_the_list_behind_the_count_shows_just_the_orders_that_match(
    typed: dict[str, str], given_nordic: Shop, given_kari: Client
) -> None:
    other = factories.make_shop("FJELL")
    for number, total in enumerate(("79.00", "398.00", "1250.00"), 1001):
        factories.make_order(given_nordic, total, name=f"#{number}")
    factories.make_order(
        given_nordic, "450.00", name="#2001", channel="Point of Sale", fully_paid=True
    )
    factories.make_order(given_nordic, "700.00", state=Order.State.PROCESSED)
    factories.make_order(other, "800.00")

    asked = {"shop": "NORDIC", "preview": "1", "option-retry": "all"} | typed
    answer = given_kari.get(reverse("report", args=[30103]), asked)
    counted = answer.context["counted"]
    listed = given_kari.get(counted.address).context["page"].paginator.count

    assert f"Matches {listed} order" in counted.words
    words = "Show this order" if listed == 1 else f"Show these {listed} orders"
    assert f">{words}</a>" in answer.content.decode()
    assert "view=unprocessed" in counted.address


def test_where_none_matches_there_is_no_link(given_nordic: Shop, given_kari: Client) -> None:
    asked = {"shop": "NORDIC", "preview": "1", "option-retry": "all"}

    answer = given_kari.get(reverse("report", args=[30103]), asked).content.decode()

    assert "Matches 0 orders now." in answer
    assert "<a " not in answer


def test_where_no_list_can_show_them_there_is_no_link(
    given_nordic: Shop, given_kari: Client
) -> None:
    factories.make_order(given_nordic)

    due = {"shop": "NORDIC", "preview": "1", "option-retry": "due"}
    paused = given_kari.get(reverse("report", args=[30103]), due).context["counted"]
    staged = given_kari.get(f"{reverse('report', args=[30104])}?shop=NORDIC").context["counted"]

    assert (paused.address, staged.address) == ("", "")
    assert "Matches 1 order now." in paused.words


def test_an_expression_in_the_address_narrows_the_list_until_it_is_removed(
    given_nordic: Shop, given_kari: Client
) -> None:
    for total in ("79.00", "398.00"):
        factories.make_order(given_nordic, total)

    narrow = given_kari.get(reverse("orders"), {"total": ">300", "view": "unprocessed"})
    wrong = given_kari.get(reverse("orders"), {"total": ">much"})

    assert narrow.context["page"].paginator.count == 1
    (pill,) = [one for one in narrow.context["filters"] if one.value]
    assert (pill.words, pill.clear) == (">300", "?view=unprocessed")
    assert '<input type="hidden" name="total" value="&gt;300">' in narrow.content.decode()
    assert wrong.context["page"].paginator.count == 2
