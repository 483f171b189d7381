"""Asking a shop: what is tried again, what is raised, and that no half answer passes as whole."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import orjson
import pytest

from connector.shopify.bucket import MemoryBucket, Reservation
from connector.shopify.calls import Call
from connector.shopify.client import Client
from connector.shopify.errors import (
    AccessDenied,
    CostTooHigh,
    MalformedAnswer,
    QueryRejected,
    SearchWarning,
    ShopifyError,
    Throttled,
    TimedOut,
    Unavailable,
    UserError,
    UserErrors,
)
from connector.shopify.retry import Retry
from connector.shopify.throttle import Throttle
from connector.shopify.transport import Transport
from tests.shopify.conftest import VirtualTime
from tests.shopify.scripted_shop import Reply, ScriptedShop, answer, costing, failure

COUNTED = {"ordersCount": {"count": 7, "precision": "EXACT"}}
QUERY = {"query": ""}
SHIPPED = {"fulfillmentCreate": {"fulfillment": {"id": "gid://1"}, "userErrors": []}}


def test_execute_returns_the_data(shop: ScriptedShop, client: Client) -> None:
    shop.will(answer(COUNTED))

    data = client.execute("orders_count", QUERY)

    assert data == COUNTED
    assert shop.calls[0].variables == QUERY
    assert "query OrdersCount" in shop.calls[0].payload["query"]


@pytest.mark.parametrize(
    "trouble",
    [
        Reply(status=429),
        Reply(status=500),
        Reply(status=503),
        Reply(reset=True),
        Reply(b'{"data": {'),
        Reply(b"<html>Bad gateway</html>"),
        Reply(b'{"data"', cut=9),
        failure("THROTTLED", "Throttled"),
        failure("INTERNAL_SERVER_ERROR", "Internal error.", data={"ordersCount": None}),
    ],
    ids=["429", "500", "503", "reset", "half", "html", "cut", "throttled", "internal"],
)
def test_a_query_is_asked_again_after_trouble_that_passes(
    shop: ScriptedShop, client: Client, time: VirtualTime, trouble: Reply
) -> None:
    shop.will(trouble, answer(COUNTED))

    assert client.execute("orders_count", QUERY) == COUNTED
    assert len(shop.calls) == 2
    assert time.sleeps == [0.5]  # half of 0.5 · 2¹


def test_pauses_double_and_end_after_four_attempts(
    shop: ScriptedShop, client: Client, time: VirtualTime
) -> None:
    shop.will(*[Reply(status=502)] * 4)

    with pytest.raises(Unavailable):
        client.execute("orders_count", QUERY)

    assert len(shop.calls) == 4
    assert time.sleeps == [0.5, 1.0, 2.0]


def test_ac162_three_times_429_then_200_is_one_result(shop: ScriptedShop, client: Client) -> None:
    shop.will(*[Reply(status=429)] * 3, answer(COUNTED))

    assert client.execute("orders_count", QUERY) == COUNTED
    assert len(shop.calls) == 4


def test_ac163_throttled_without_end_stops_with_an_error(
    shop: ScriptedShop, client: Client
) -> None:
    shop.will(*[failure("THROTTLED", "Throttled")] * 5)

    with pytest.raises(Throttled):
        client.execute("orders_count", QUERY)

    assert len(shop.calls) == 4


def test_a_short_retry_after_is_waited_for(
    shop: ScriptedShop, client: Client, time: VirtualTime
) -> None:
    shop.will(Reply(status=429, headers={"Retry-After": "3.0"}), answer(COUNTED))

    client.execute("orders_count", QUERY)

    assert time.sleeps == [3.0]


def test_a_long_retry_after_is_left_to_the_queue(
    shop: ScriptedShop, client: Client, time: VirtualTime
) -> None:
    shop.will(Reply(status=429, headers={"Retry-After": "3600"}))

    with pytest.raises(Unavailable) as caught:
        client.execute("orders_count", QUERY)

    assert (caught.value.retry_after, time.sleeps, len(shop.calls)) == (3600.0, [], 1)


@pytest.mark.usefixtures("impatient")
def test_a_call_that_timed_out_is_not_asked_again(
    shop: ScriptedShop, client: Client, time: VirtualTime
) -> None:
    shop.will(Reply(orjson.dumps({"data": COUNTED}), hang=True))

    with pytest.raises(TimedOut):
        client.execute("orders_count", QUERY)

    assert (len(shop.calls), time.sleeps) == (1, [])


@pytest.mark.parametrize(
    "trouble",
    [Reply(status=500), Reply(reset=True), Reply(b"<html>"), failure("INTERNAL_SERVER_ERROR")],
    ids=["500", "reset", "html", "internal"],
)
def test_a_fulfillment_is_never_sent_twice_when_it_may_have_arrived(
    shop: ScriptedShop, client: Client, trouble: Reply
) -> None:
    shop.will(trouble)

    with pytest.raises(Unavailable) as caught:
        client.execute("fulfillment_create", {"fulfillment": {}})

    assert caught.value.maybe_done
    assert len(shop.calls) == 1


@pytest.mark.parametrize("trouble", [Reply(status=429), failure("THROTTLED")])
def test_a_fulfillment_that_surely_did_not_arrive_is_sent_again(
    shop: ScriptedShop, client: Client, trouble: Reply
) -> None:
    shop.will(trouble, answer(SHIPPED))

    assert client.execute("fulfillment_create", {"fulfillment": {}}) == SHIPPED
    assert len(shop.calls) == 2


def test_user_errors_of_every_root_field_are_raised(shop: ScriptedShop, client: Client) -> None:
    message = "Fulfillment order 9 has an unfulfillable status= closed."
    shop.will(
        answer(
            {
                "one": {"userErrors": [{"field": ["fulfillment", "0"], "message": message}]},
                "two": {"userErrors": [{"field": None, "message": "No.", "code": "TAKEN"}]},
                "three": None,
            }
        )
    )

    with pytest.raises(UserErrors) as caught:
        client.execute("fulfillment_create", {"fulfillment": {}})

    assert caught.value.errors == (
        UserError(("fulfillment", "0"), message, ""),
        UserError((), "No.", "TAKEN"),
    )
    assert str(caught.value) == f"{message}; No."


def test_a_search_that_was_not_understood_is_an_error(shop: ScriptedShop, client: Client) -> None:
    warning = {"field": "statuss", "message": "Invalid search field for this query."}
    shop.will(answer(COUNTED, search=[{"path": ["orders"], "warnings": [warning]}]))

    with pytest.raises(SearchWarning, match=r"statuss: Invalid search field for this query\.$"):
        client.execute("orders_count", QUERY)


def test_a_missing_scope_is_named_and_partial_data_is_not_used(
    shop: ScriptedShop, client: Client
) -> None:
    shop.will(
        failure(
            "ACCESS_DENIED",
            "Access denied for ordersCount field.",
            data=COUNTED,
            requiredAccess="`read_orders` access scope or `read_marketplace_orders` access scope.",
        )
    )

    with pytest.raises(AccessDenied) as caught:
        client.execute("orders_count", QUERY)

    assert caught.value.scopes == ("read_orders", "read_marketplace_orders")
    assert str(caught.value) == (
        "The app may not do this in shop DEMO: grant it read_orders or read_marketplace_orders "
        "in Shopify, then reconnect the shop."
    )


@pytest.mark.parametrize(
    ("body", "kind", "sentence"),
    [
        ({"errors": "Something odd"}, QueryRejected, "orders_count: Something odd"),
        (
            {"errors": [{"message": "Field 'x' doesn't exist on type 'Order'"}]},
            QueryRejected,
            "orders_count: Field 'x' doesn't exist on type 'Order'",
        ),
        (
            {"errors": [{"message": "No.", "extensions": {"code": "MAX_COST_EXCEEDED"}}]},
            CostTooHigh,
            "One call asks shop DEMO for too much at once (orders_count): "
            "smaller pages are needed.",
        ),
    ],
)
def test_what_no_retry_helps_is_raised_at_once(
    shop: ScriptedShop,
    client: Client,
    body: dict[str, object],
    kind: type[ShopifyError],
    sentence: str,
) -> None:
    shop.will(Reply(orjson.dumps(body), headers={"X-Request-Id": "abc-2"}))

    with pytest.raises(kind) as caught:
        client.execute("orders_count", QUERY)

    assert (str(caught.value), caught.value.request_id) == (sentence, "abc-2")
    assert len(shop.calls) == 1


def test_of_several_errors_the_lasting_one_is_told(shop: ScriptedShop, client: Client) -> None:
    errors = [
        {"message": "Internal error", "extensions": {"code": "INTERNAL_SERVER_ERROR"}},
        {"message": "Access denied", "extensions": {"code": "ACCESS_DENIED"}},
    ]
    shop.will(Reply(orjson.dumps({"errors": errors, "data": None})))

    with pytest.raises(AccessDenied, match=r"shop DEMO: Access denied$"):
        client.execute("orders_count", QUERY)


def test_no_data_and_no_error_is_malformed(shop: ScriptedShop, client: Client) -> None:
    shop.will(*[Reply(b'{"data": null}')] * 4)

    with pytest.raises(MalformedAnswer):
        client.execute("orders_count", QUERY)


def test_points_are_reserved_before_and_settled_after(
    shop: ScriptedShop, client: Client, bucket: MemoryBucket
) -> None:
    shop.will(answer(COUNTED, cost=costing(10, actual=10, available=640)))

    client.execute("orders_count", QUERY)

    assert (bucket.level.available, bucket.level.in_flight) == (640, 0)


def test_points_of_a_call_without_answer_count_as_spent(
    shop: ScriptedShop, client: Client, bucket: MemoryBucket
) -> None:
    shop.will(Reply(status=402))

    with pytest.raises(ShopifyError):
        client.execute("orders_count", QUERY)

    assert (bucket.level.available, bucket.level.in_flight) == (990, 0)


def test_a_price_that_went_up_is_learned(shop: ScriptedShop, client: Client) -> None:
    shop.will(answer(COUNTED, cost=costing(50)), answer(COUNTED, cost=costing(8)))

    prices = [client.price("orders_count", QUERY)]
    for _ in range(2):
        client.execute("orders_count", QUERY)
        prices.append(client.price("orders_count", QUERY))

    assert prices == [10, 50, 10]


def test_a_person_is_not_kept_waiting(
    shop: ScriptedShop, client: Client, bucket: MemoryBucket, time: VirtualTime
) -> None:
    assert isinstance(bucket.reserve(1000, floor=0), Reservation)
    client._throttle = Throttle(bucket, floor=0, max_wait=0.05, sleep=time.sleep)

    with pytest.raises(Throttled) as caught:
        client.execute("orders_count", QUERY)

    assert caught.value.retry_after == pytest.approx(0.1)
    assert not caught.value.maybe_done
    assert (shop.calls, time.sleeps) == ([], [])


def test_errors_survive_the_way_between_processes() -> None:
    error = UserErrors("No.", errors=[UserError((), "No.", "TAKEN")], request_id="abc")

    twin = pickle.loads(pickle.dumps(error))

    assert (str(twin), twin.errors, twin.request_id) == ("No.", error.errors, "abc")


class Kept(list[Call]):
    """A log of calls in memory."""

    def __init__(self, *, all: bool) -> None:  # noqa: A002 - as the protocol says
        super().__init__()
        self.all = all

    def __call__(self, call: Call) -> None:
        self.append(call)


Keeping = Callable[[Kept], Client]


@pytest.fixture
def keeping(transport: Transport, bucket: MemoryBucket, time: VirtualTime) -> Keeping:
    throttle = Throttle(bucket, floor=0, sleep=time.sleep)
    retry = Retry(sleep=time.sleep, random=lambda: 0.5)
    return lambda kept: Client(transport, throttle, retry, keep=kept)


def test_of_calls_that_went_well_nobody_is_told_who_wants_errors(
    shop: ScriptedShop, keeping: Keeping
) -> None:
    kept = Kept(all=False)
    shop.will(answer(COUNTED), Reply(status=429), answer(COUNTED))
    client = keeping(kept)

    client.execute("orders_count", QUERY)
    client.execute("orders_count", QUERY)

    assert kept == []


def test_a_call_is_told_with_its_repetitions_answer_and_cost(
    shop: ScriptedShop, keeping: Keeping
) -> None:
    """AC-162: three times 429, then 200, is one result with 3 retries."""
    kept = Kept(all=True)
    shop.will(*[Reply(status=429)] * 3, answer(COUNTED))

    keeping(kept).execute("orders_count", QUERY)

    [call] = kept
    assert (call.document, call.retries, call.status, call.cost) == ("orders_count", 3, 200, 5)
    assert (call.error, call.variables) == (None, QUERY)
    assert call.answer
    assert call.answer["data"] == COUNTED


@pytest.mark.parametrize(
    ("reply", "status", "answered"),
    [
        (Reply(status=401, headers={"X-Request-Id": "r-1"}), 401, False),
        (Reply(reset=True), 0, False),
        (failure("ACCESS_DENIED", "No."), 200, True),
        (
            answer(
                {"orderClose": {"order": None, "userErrors": [{"message": "No.", "field": []}]}}
            ),
            200,
            True,
        ),
    ],
    ids=["401", "reset", "errors", "userErrors"],
)
def test_what_failed_is_told_with_its_status(
    reply: Reply,
    status: int,
    answered: bool,
    shop: ScriptedShop,
    keeping: Keeping,
) -> None:
    """AC-161."""
    kept = Kept(all=False)
    shop.will(*[reply] * 4)

    with pytest.raises(ShopifyError) as raised:
        keeping(kept).execute("order_close", {"order": "gid://1"})

    [call] = kept
    assert call.error is raised.value
    assert (call.status, call.answer is not None) == (status, answered)
    assert call.request_id == raised.value.request_id
