"""Every text has a translation in every language, with the same places to fill in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command
from django.utils.translation.template import templatize
from pytest_django import Settings

LOCALE = Path(settings.BASE_DIR) / "locale"
LANGUAGES = [code for code, _name in settings.LANGUAGES if code != "en"]
PARTS = ("calcdate", "connector", "erp", "jobqueue", "sandbox", "shops")
KEYWORDS: dict[str, Any] = DEFAULT_KEYWORDS | {
    "_t": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACES = re.compile(r"%\([a-z_]+\)[sd]|%[sd]|\{[a-z_]*\}")


def catalog(language: str) -> Catalog:
    with (LOCALE / language / "LC_MESSAGES" / "django.po").open("rb") as lines:
        return read_po(lines, locale=language, abort_invalid=True)


def messages(language: str) -> Iterator[Message]:
    return (message for message in catalog(language) if message.id)


def forms(text: object) -> list[str]:
    return [str(form) for form in text] if isinstance(text, list | tuple) else [str(text)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    missing = [
        message.id
        for message in messages(language)
        if message.fuzzy or not all(form.strip() for form in forms(message.string))
    ]

    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_places_of_its_text(language: str) -> None:
    wrong = [
        (message.id, form)
        for message in messages(language)
        for form in forms(message.string)
        if sorted(PLACES.findall(form)) != sorted(PLACES.findall(forms(message.id)[-1]))
        and sorted(PLACES.findall(form)) != sorted(PLACES.findall(forms(message.id)[0]))
    ]

    assert wrong == []


def test_all_languages_know_the_same_texts() -> None:
    first, *others = [{(m.context, str(m.id)) for m in messages(code)} for code in LANGUAGES]

    assert len(first) > 500
    for other in others:
        assert other == first


def sources() -> Iterator[str]:
    """Python text of all that speaks to people, templates turned into calls of gettext."""
    for part in PARTS:
        for path in sorted((Path(settings.BASE_DIR) / part).rglob("*.py")):
            yield path.read_text(encoding="utf-8")
    for path in sorted((Path(settings.BASE_DIR) / "templates").rglob("*.*")):
        calls = templatize(path.read_text(encoding="utf-8")).splitlines()
        yield "\n".join(line.lstrip() for line in calls)


def first_forms() -> set[tuple[str | None, str]]:
    """Context and singular of each text in the sources."""
    found = set()
    for source in sources():
        calls = extract("python", BytesIO(source.encode()), KEYWORDS)
        for _line, text, _comments, context in calls:
            found.add((context, text[0] if isinstance(text, tuple) else text))
    return found


def test_the_catalogs_hold_what_the_sources_say_and_nothing_else() -> None:
    used = first_forms()
    held = {(m.context, forms(m.id)[0]) for m in messages(LANGUAGES[0])}

    assert sorted(used - held, key=str) == []
    assert sorted(held - used, key=str) == []


def test_the_command_makes_what_django_reads(settings: Settings, tmp_path: Path) -> None:
    for language in LANGUAGES:
        source = LOCALE / language / "LC_MESSAGES" / "django.po"
        target = tmp_path / language / "LC_MESSAGES"
        target.mkdir(parents=True)
        (target / "django.po").write_bytes(source.read_bytes())
    settings.LOCALE_PATHS = [tmp_path]

    call_command("compile_translations", verbosity=0)

    assert len(list(tmp_path.rglob("django.mo"))) == len(LANGUAGES)
