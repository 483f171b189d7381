"""Reads `field=value` for a shop card, its order settings and its connection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.forms.models import fields_for_model, modelform_factory
from django.utils.choices import flatten_choices, normalize_choices

from connector.management.output import listed
from connector.sync.books_fields import not_in_books
from connector.sync.products.options_rule import refuse_units
from erp.models import Company
from shops import product_rules
from shops.addresses import shop_address
from shops.models import Connection, CustomerSettings, OrderSettings, ProductSettings, Shop

Model = type[models.Model]

# What Shopify or a check says of a shop is not a person's to set.
KEPT = ["code", "shop", "currency", "zone", "plan", "health", "health_note", "scopes"]
FLAGS = {"yes": True, "on": True, "true": True, "1": True}
FLAGS |= {"no": False, "off": False, "false": False, "0": False}


class BadField(Exception):
    """A field or a value that is not possible; the sentence lists what is."""


def settable() -> dict[str, tuple[Model, forms.Field]]:
    """Every field that may be set, by name, with the model that holds it."""
    return {
        name: (model, field)
        for model in (Shop, OrderSettings, ProductSettings, CustomerSettings, Connection)
        for name, field in fields_for_model(model, exclude=KEPT).items()
        if field is not None
    }


def set_fields(shop: Shop, assignments: Sequence[str]) -> list[str]:
    """Set all `name=value` or none, and return the names. Raises BadField."""
    values: dict[Model, dict[str, str]] = defaultdict(dict)
    for assignment in assignments:
        model, name, value = _read(assignment)
        values[model][name] = value
    with transaction.atomic():
        _turn(shop, values)
        for model, given in values.items():
            _save(model, _row(model, shop), given)
    return [name for given in values.values() for name in given]


def _turn(shop: Shop, values: Mapping[Model, dict[str, str]]) -> None:
    """Switching one direction of customers on switches the other off. Raises BadField for both."""
    pair = ("shopify_can_update_customers", "can_update_shopify_customers")
    given = values.get(CustomerSettings, {})
    on = [name for name in pair if given.get(name) == "True"]
    if len(on) == len(pair):
        raise BadField(f"{pair[0]} and {pair[1]} exclude each other: switch one of them on.")
    for name in on:
        other = pair[1 - pair.index(name)]
        CustomerSettings.objects.filter(shop=shop).update(**{other: False})


def checked_address(text: str) -> str:
    """Raises BadField when no shop can have this address."""
    try:
        return shop_address(text, allow_local=settings.SHOPIFY_ALLOW_LOCAL)
    except ValidationError as error:
        raise BadField(f"url={text}: {' '.join(error.messages)}") from None


def checked_company(code: str) -> str:
    """Raises BadField with the companies there are."""
    if not Company.objects.exists():
        raise BadField("There is no company yet. Make one with it: --company CODE --currency EUR.")
    if not Company.objects.filter(code=code).exists():
        there = listed(list(Company.objects.order_by("code").values_list("code", flat=True)))
        raise BadField(f"There is no company {code or '(blank)'}. There is: {there}.")
    return code


def validate(shop: Shop) -> None:
    """Raises BadField with the sentence of the first field that is not possible."""
    try:
        shop.full_clean()
    except ValidationError as error:
        name, sentences = next(iter(error.message_dict.items()))
        raise BadField(f"{name}={getattr(shop, name, '')}: {' '.join(sentences)}") from None


def _read(assignment: str) -> tuple[Model, str, str]:
    name, separator, value = assignment.partition("=")
    if not separator:
        raise BadField(f"{assignment}: write field=value, without blanks around the sign.")
    known = settable()
    if name not in known:
        raise BadField(f"A shop has no field {name}. It has: {listed(sorted(known))}.")
    model, field = known[name]
    return model, name, _checked(name, field, value)


def _checked(name: str, field: forms.Field, value: str) -> str:
    """What a form cannot judge: it takes any text for yes, and knows neither shops nor companies."""
    if name == "url":
        return checked_address(value)
    if name == "company_code":
        return checked_company(value)
    if isinstance(field, forms.BooleanField):
        if value.lower() not in FLAGS:
            raise BadField(f"{name}={value}: write yes or no.")
        return str(FLAGS[value.lower()])
    if isinstance(field, forms.ChoiceField):
        choices = [str(choice) for choice, _ in flatten_choices(normalize_choices(field.choices))]
        if value not in choices:
            raise BadField(f"{name}={value}: choose one of {listed(choices)}.")
    return value


def _row(model: Model, shop: Shop) -> models.Model:
    if model is OrderSettings:
        return OrderSettings.objects.get_or_create(shop=shop)[0]
    if model is ProductSettings:
        return ProductSettings.objects.get_or_create(shop=shop)[0]
    if model is CustomerSettings:
        return CustomerSettings.objects.get_or_create(shop=shop)[0]
    if model is Connection:
        return Connection.objects.get_or_create(shop=shop)[0]
    return shop


def _save(model: Model, row: models.Model, given: Mapping[str, str]) -> None:
    form = modelform_factory(model, fields=list(given))(data=given, instance=row)
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        raise BadField(f"{name}={given.get(name, '')}: {' '.join(map(str, errors))}")
    if isinstance(row, ProductSettings):
        for name, sentence in product_rules.refusals(row).items():
            raise BadField(f"{name}={getattr(row, name)}: {sentence}")
        if row.uom_as_variant and (why := refuse_units(row.shop)):
            raise BadField(f"uom_as_variant=yes: {why}")
    if isinstance(row, OrderSettings | ProductSettings):
        _refuse_unknown(row.shop, given)
    form.save()


def _refuse_unknown(shop: Shop, given: Mapping[str, str]) -> None:
    books = Company.objects.filter(code=shop.company_code).first()
    for name, sentence in (not_in_books(books, given) if books else {}).items():
        raise BadField(f"{name}={given[name]}: {sentence}")
