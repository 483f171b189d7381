"""BC's filter expressions: what they mean, in Python and in the database alike."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User

from jobqueue.filters import BadFilter, Type, parse

TEXTS = ["", "Point of Sale", "Online Store", "[retail] [VIP]", "b|c", "vip2", "line\nbreak"]


@pytest.mark.parametrize(
    ("expression", "type_", "value", "expected"),
    [
        ("PAID", Type.CHOICE, "PAID", True),
        ("paid", Type.CHOICE, "PAID", True),
        ("Partially Paid", Type.CHOICE, "PARTIALLY_PAID", True),
        ("<>PAID", Type.CHOICE, "PENDING", True),
        ("PAID|PENDING", Type.CHOICE, "PENDING", True),
        ("10..20", Type.NUMBER, Decimal("20.00"), True),
        ("10..20", Type.NUMBER, Decimal("20.01"), False),
        ("..20", Type.NUMBER, Decimal("-3"), True),
        (">10&<>15", Type.NUMBER, Decimal(15), False),
        (">10&<>15|15", Type.NUMBER, Decimal(15), True),
        ("yes", Type.BOOLEAN, True, True),
        ("no", Type.BOOLEAN, True, False),
        ("2026-03-09", Type.DATE, datetime(2026, 3, 9, 23, 59, tzinfo=UTC), True),
        ("2026-03-09", Type.DATE, datetime(2026, 3, 10, tzinfo=UTC), False),
        ("2026-03-09..2026-03-10", Type.DATE, datetime(2026, 3, 10, 23, tzinfo=UTC), True),
        (">2026-03-09", Type.DATE, datetime(2026, 3, 9, 12, tzinfo=UTC), False),
        ("@*vip*", Type.TEXT, "[retail] [VIP]", True),
        ("<>*retail*", Type.TEXT, "[retail] [VIP]", False),
        ("*[vip]*", Type.TEXT, "[vip2]", False),
        ("''", Type.TEXT, "", True),
        ("<>''", Type.TEXT, "", False),
        ("'b|c'", Type.TEXT, "b|c", True),
        ("<>Point of Sale", Type.TEXT, "Online Store", True),
    ],
)
def test_an_expression_means_what_bc_means_by_it(
    expression: str, type_: Type, value: Any, expected: bool
) -> None:
    assert parse(expression, type_).matches(value) is expected


@pytest.mark.parametrize(
    ("expression", "type_", "position", "sentence"),
    [
        ("1|", Type.NUMBER, 2, "A value is missing"),
        ("abc", Type.NUMBER, 0, "is not a number"),
        ("1|x", Type.NUMBER, 2, "is not a number"),
        ("..", Type.NUMBER, 0, "at least one end"),
        (">1..2", Type.NUMBER, 1, "stands alone"),
        ("'a", Type.TEXT, 0, "not closed"),
        ("perhaps", Type.BOOLEAN, 0, "neither yes nor no"),
        ("9.3.2026", Type.DATE, 0, "is not a date"),
    ],
)
def test_a_bad_expression_is_told_with_its_place(
    expression: str, type_: Type, position: int, sentence: str
) -> None:
    with pytest.raises(BadFilter, match=sentence) as caught:
        parse(expression, type_)

    assert caught.value.position == position


@pytest.mark.django_db
@pytest.mark.parametrize(
    "expression",
    ["Point of Sale", "<>Point of Sale", "@*VIP*", "*[[]vip*", "''", "<>''", "'b|c'", "?ip2"],
)
def test_the_database_and_python_agree(expression: str) -> None:
    for number, text in enumerate(TEXTS):
        User.objects.create(username=str(number), last_name=text)
    condition = parse(expression)

    found = set(User.objects.filter(condition.q("last_name")).values_list("last_name", flat=True))

    assert found == {text for text in TEXTS if condition.matches(text)}
