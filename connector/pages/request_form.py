"""The form of a request page, made from what a report or a batch declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from connector.sync.report import Declared, FilterField, Option
from jobqueue.filters import BadFilter, Type, parse

FILTER, OPTION = "filter-", "option-"
LONGEST = 250  # characters of an expression


def pointed(error: BadFilter, expression: str) -> SafeString:
    """What is wrong with an expression, and the expression with the place marked."""
    sentence, at = str(error).partition("\n")[0], error.position
    return format_html(
        '<span>{} <code class="expr">{}<mark>{}</mark>{}</code></span>',
        sentence,
        expression[:at],
        expression[at : at + 1] or "…",
        expression[at + 1 :],
    )


class SuggestingInput(forms.TextInput):
    """A text input with known values to choose from; others may be typed."""

    template_name = "ui/suggesting_input.html"

    def __init__(self, choices: tuple[str, ...]) -> None:
        super().__init__({"autocomplete": "off", "spellcheck": "false"})
        self.choices = choices

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        return context | {"choices": self.choices, "list_id": f"list-{name}"}


class ExpressionField(forms.CharField):
    """A filter expression, kept as it was typed."""

    def __init__(self, declared: FilterField) -> None:
        super().__init__(
            required=False,
            max_length=LONGEST,
            label=str(declared.label),
            help_text=str(declared.help),
            widget=SuggestingInput(declared.choices),
        )
        self.type = declared.type

    def clean(self, value: Any) -> str:
        expression = str(super().clean(value))
        if expression:
            try:
                parse(expression, self.type)
            except BadFilter as error:
                raise ValidationError(pointed(error, expression)) from error
        return expression


YES_OR_NO = (
    ("", pgettext_lazy("no filter", "All")),
    ("yes", _("Yes")),
    ("no", _("No")),
)


def _filter_field(declared: FilterField, kept: str) -> forms.Field:
    """A yes-or-no filter is a choice, unless an expression is kept that is neither."""
    if declared.type is not Type.BOOLEAN or kept not in {"", "yes", "no"}:
        return ExpressionField(declared)
    return forms.ChoiceField(
        choices=YES_OR_NO, required=False, label=str(declared.label), help_text=str(declared.help)
    )


def _option_field(declared: Option) -> forms.Field:
    shown: dict[str, Any] = {"label": str(declared.label), "help_text": str(declared.help)}
    if declared.choices:
        # One that is not sent, as from a page that was opened before there was such an option.
        return forms.ChoiceField(choices=list(declared.choices.items()), required=False, **shown)
    day = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(required=False, input_formats=["%Y-%m-%d"], widget=day, **shown)


def typed_elsewhere(query: QueryDict) -> dict[str, dict[str, str]]:
    """Filters and options that another page put into the address: see `RequestForm.typed`."""

    def named(prefix: str) -> dict[str, str]:
        return {k.removeprefix(prefix): str(query[k]) for k in query if k.startswith(prefix)}

    return {"filters": named(FILTER), "options": named(OPTION)}


class RequestForm(forms.Form):
    """Filters and options; `parameters` are those that are kept now."""

    use_required_attribute = False

    def __init__(
        self,
        declared: Declared,
        data: QueryDict | None = None,
        parameters: Mapping[str, Any] | None = None,
    ) -> None:
        self.parameters = parameters  # None: those of a request without any
        filters = dict((parameters or {}).get("filters", {}))
        options = dict((parameters or {}).get("options", {}))
        initial = {f"{FILTER}{name}": text for name, text in filters.items()}
        super().__init__(data, initial=initial | {f"{OPTION}{n}": v for n, v in options.items()})
        for name, field in declared.filters.items():
            self.fields[f"{FILTER}{name}"] = _filter_field(field, filters.get(name, ""))
        for name, option in declared.options.items():
            self.fields[f"{OPTION}{name}"] = _option_field(option)
        self._defaults = {name: option.default for name, option in declared.options.items()}

    @property
    def filter_fields(self) -> list[BoundField]:
        return [field for field in self if field.name.startswith(FILTER)]

    @property
    def option_fields(self) -> list[BoundField]:
        return [field for field in self if field.name.startswith(OPTION)]

    @property
    def filters(self) -> dict[str, str]:
        """The expressions that were typed, by name. Only of a valid form."""
        return self._typed(FILTER)

    @property
    def options(self) -> dict[str, str]:
        """What differs from the defaults, by name: so equal requests look alike. As `filters`."""
        chosen = self._typed(OPTION)
        return {name: value for name, value in chosen.items() if value != self._defaults[name]}

    def typed(self) -> dict[str, str]:
        """Filters and options by the names of their fields, for the address of another page."""
        options = {f"{OPTION}{name}": value for name, value in self.options.items()}
        return {f"{FILTER}{name}": text for name, text in self.filters.items()} | options

    def _typed(self, prefix: str) -> dict[str, str]:
        values = self.cleaned_data.items()
        return {
            name.removeprefix(prefix): str(v) for name, v in values if name.startswith(prefix) and v
        }
