"""30110: the countries that a shop sells to get a row each, in which a person says what they need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy

from connector.shopify.customers import ship_to_countries
from connector.sync.report import Outcome, Report, Result
from shops.models import CustomerTemplate


class Countries(Report[str]):
    """Rows that are there stay as they are. Source: BC report 30110, without its list of provinces."""

    number = 30110
    name = "countries"
    label = gettext_lazy("Sync countries")
    in_sync_all = False

    def fetch(self) -> Iterator[Sequence[str]]:
        yield sorted(code for code in ship_to_countries(self.client) if code.isalpha())

    def identity(self, item: str) -> tuple[str, str]:
        return item, item

    def apply(self, item: str) -> Result:
        return self.apply_all([item])[0]

    def apply_all(self, items: Sequence[str]) -> list[Result]:
        rows = CustomerTemplate.objects.filter(shop=self.shop, country__in=items)
        known = set(rows.values_list("country", flat=True))
        CustomerTemplate.objects.bulk_create(
            CustomerTemplate(shop=self.shop, country=code) for code in items if code not in known
        )
        return [Result(Outcome.UNCHANGED if code in known else Outcome.CREATED) for code in items]
