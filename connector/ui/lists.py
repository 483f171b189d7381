"""What all list pages share: saved views with counts, search, shop filter, order and paging.

A list is a class with a queryset and a few names; its columns are its template.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.core.paginator import Page, Paginator
from django.db.models import Count, Model, Q, QuerySet, Value
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.functional import Promise
from django.views.generic import TemplateView

from connector.ui.list_filters import (
    ExpressionFilter,
    FilterChoice,
    ListFilter,
    TypedFilter,
    with_changes,
)
from connector.ui.sorting import order_of, sort_links

Rows = QuerySet[Any]


def everything(rows: Rows) -> Rows:
    return rows


@dataclass(frozen=True, slots=True)
class SavedView:
    """A named part of a list, under ?view=name; the view named "" is the whole list."""

    name: str
    label: Promise | str
    rows: Callable[[Rows], Rows] = everything
    counted: bool = False  # only where an index makes counting cheap
    tone: str = ""  # of its count when above 0
    empty: Promise | str = ""  # said when it has no row, instead of what the list says


@dataclass(frozen=True, slots=True)
class ViewLink:
    label: Promise | str
    query: str
    current: bool
    count: int | None
    tone: str


class ListPage(TemplateView):
    """GET shows one page of rows; nonsense in the query string falls back to the whole list."""

    http_method_names = ["get", "head", "options"]
    model: ClassVar[type[Model]]
    heading: ClassVar[Promise]
    columns: ClassVar[str]  # the template of the table
    views: ClassVar[Sequence[SavedView]] = ()
    search: ClassVar[Sequence[str]] = ()  # look-ups, joined by "or"
    search_label: ClassVar[Promise | str] = ""
    shop_path: ClassVar[str] = ""  # where a row keeps its shop's code; "" for rows of no shop
    order: ClassVar[Sequence[str]] = ("-pk",)
    sorts: ClassVar[Mapping[str, Sequence[str]]] = {}  # name in the address → columns, ascending
    empty: ClassVar[Promise | str] = ""  # said when there is nothing at all in the view
    page_size: ClassVar[int] = 50
    filters: ClassVar[Sequence[ListFilter | ExpressionFilter | TypedFilter]] = ()
    above: ClassVar[str] = ""  # a template over the list
    totals: ClassVar[str] = ""  # a template over the table, renewed with it
    below: ClassVar[str] = ""  # a template under the table, for what is done with several rows
    template_name = "ui/list_page.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.headers.get("HX-Request"):
            self.template_name = "ui/list_card.html"
        response = super().get(request, *args, **kwargs)
        response.headers["Vary"] = ", ".join(
            filter(None, [response.headers.get("Vary"), "HX-Request"])
        )
        return response

    @classmethod
    def of(cls, request: HttpRequest, query: str) -> Self:
        """The list as `query` shows it, for what is done with its rows from elsewhere."""
        shown = copy(request)
        shown.GET = QueryDict(query)
        page = cls()
        page.setup(shown)
        return page

    def rows(self) -> Rows:
        """All rows of the list, with what the table shows of related ones."""
        return self.model._default_manager.all()

    def shop_codes(self) -> Sequence[str]:
        """The shops to choose from; none hides the choice."""
        return ()

    def decorate(self, page: Page[Any]) -> None:
        """Add to the rows of one page what takes a query of its own."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        base, current = self._of_shop(self.rows()), self._current_view()
        chosen = [one.chosen(self.request.GET) for one in self.filters]
        shown = self._narrowed(current.rows(base) if current else base, chosen)
        order = order_of(self._sort(), self.sorts) or self.order
        page = Paginator(shown.order_by(*order), self.page_size).get_page(
            self.request.GET.get("page")
        )
        self.decorate(page)
        counts = self._counts(base)
        return super().get_context_data(
            heading=self.heading,
            columns=self.columns,
            page=page,
            views=[self._link(view, counts, current) for view in self.views],
            q=self._query(),
            narrowed=bool(
                self._query() or self.request.GET.get("shop") or any(c.value for c in chosen)
            ),
            filters=chosen,
            below=self.below,
            search_label=self.search_label if self.search else "",
            shops=self.shop_codes(),
            shop=self.request.GET.get("shop", ""),
            view=current.name if current else "",
            empty=(current.empty if current else "") or self.empty,
            sort=self._sort(),
            sorts=sort_links(self.request.GET, self.sorts),
            above=self.above,
            totals=self.totals,
            **kwargs,
        )

    def matching(self) -> Rows:
        """The rows that the query string asks for, on whichever page of the list they stand."""
        base, current = self._of_shop(self.rows()), self._current_view()
        chosen = [one.chosen(self.request.GET) for one in self.filters]
        return self._narrowed(current.rows(base) if current else base, chosen)

    def _narrowed(self, rows: Rows, chosen: Sequence[FilterChoice]) -> Rows:
        for one in chosen:
            rows = rows.filter(one.condition)
        return self._found(rows)

    def _sort(self) -> str:
        wanted = self.request.GET.get("sort", "")
        return wanted if wanted.removeprefix("-") in self.sorts else ""

    def _query(self) -> str:
        return self.request.GET.get("q", "").strip()

    def _of_shop(self, rows: Rows) -> Rows:
        code = self.request.GET.get("shop")
        return rows.filter(**{self.shop_path: code}) if code and self.shop_path else rows

    def _current_view(self) -> SavedView | None:
        wanted = self.request.GET.get("view", "")
        named = {view.name: view for view in self.views}
        return named.get(wanted, named.get(""))

    def _found(self, rows: Rows) -> Rows:
        text = self._query()
        if not text:
            return rows
        wanted = Q()
        for lookup in self.search:
            wanted |= Q(**{lookup: text})
        return rows.filter(wanted)

    def _counts(self, base: Rows) -> dict[str, int]:
        """How many rows the counted views have, in one query."""
        queries = [
            view.rows(base)
            .order_by()
            .annotate(view_name=Value(view.name))
            .values("view_name")
            .annotate(number=Count("pk"))
            .values_list("view_name", "number")
            for view in self.views
            if view.counted
        ]
        if not queries:
            return {}
        counts = dict.fromkeys((view.name for view in self.views if view.counted), 0)
        return counts | dict(queries[0].union(*queries[1:], all=True))

    def _link(
        self, view: SavedView, counts: Mapping[str, int], current: SavedView | None
    ) -> ViewLink:
        count = counts.get(view.name)
        return ViewLink(
            label=view.label,
            query=with_changes(self.request.GET, view=view.name, page=""),
            current=view is current,
            count=count,
            tone=view.tone if count else "",
        )
