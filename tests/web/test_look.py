"""The look: appearance, language, icons, static files, and what the security policy forbids."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from connector.ui.icons import NAMES, build_sprite
from connector.ui.tones import STATES
from tests.web.addresses import pages
from tests.web.world import World

ROOT = Path(django_settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
FORBIDDEN = re.compile(
    r"""\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=|hx-on|hx-vals=["']js:"""
    r"""|hx-trigger=["'][^"']*\[|javascript:|https?://(?!www\.w3\.org)""",
    re.IGNORECASE,
)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_what_the_security_policy_forbids(template: Path) -> None:
    assert not FORBIDDEN.search(template.read_text(encoding="utf-8"))


def test_no_page_has_inline_style_or_script(given_a_world: World, given_kari: Client) -> None:
    for address in pages(given_a_world):
        text = given_kari.get(address).content.decode()
        found = FORBIDDEN.search(
            re.sub(r'href="https://[a-z]+\.myshopify\.com[^"]*"|>\s*https:[^<]*', "", text)
        )

        assert found is None, (address, found)


def test_every_page_carries_the_policy(given_kari: Client) -> None:
    policy = given_kari.get("/")["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_the_sprite_is_the_one_that_the_command_builds() -> None:
    committed = (ROOT / "static/ui/icons.svg").read_text(encoding="utf-8")

    assert committed == build_sprite()
    assert "ISC License" in committed


def test_every_icon_that_is_used_is_in_the_sprite_and_none_is_idle() -> None:
    sources = [*TEMPLATES, *(ROOT / "connector").rglob("*.py")]
    text = "\n".join(
        path.read_text(encoding="utf-8") for path in sources if path.name != "icons.py"
    )
    used = {name for name in NAMES if f'"{name}"' in text}
    asked = set(re.findall(r'{% icon "([a-z0-9-]+)"', text))
    asked |= {tone.icon for tone in STATES.values()}

    assert asked <= NAMES
    assert used == NAMES


@pytest.mark.parametrize(
    ("chosen", "theme"), [("dark", "dark"), ("light", "light"), ("system", "")]
)
def test_the_appearance_is_kept_and_rendered(chosen: str, theme: str, given_kari: Client) -> None:
    given_kari.cookies["appearance"] = "light"

    response = given_kari.post(reverse("appearance"), {"appearance": chosen, "next": "/jobs/"})

    text = given_kari.get("/").content.decode()
    assert response["Location"] == "/jobs/"
    assert (f'data-theme="{theme}"' in text) == bool(theme)


def test_the_appearance_never_leads_to_another_site(given_kari: Client) -> None:
    for elsewhere in ("https://example.com/", "//example.com/", ""):
        response = given_kari.post(reverse("appearance"), {"next": elsewhere})

        assert response["Location"] == "/"


def test_all_five_languages_can_be_chosen(given_kari: Client) -> None:
    for code, _name in django_settings.LANGUAGES:
        given_kari.post(reverse("set_language"), {"language": code, "next": "/"})

        assert f'<html lang="{code}"' in given_kari.get("/").content.decode()


def test_pages_work_from_hashed_static_files(
    settings: Settings, tmp_path: Path, given_kari: Client
) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", interactive=False, verbosity=0)

    text = given_kari.get("/").content.decode()

    files = set(re.findall(r'(?:href|src)="/static/([^"#]+)', text))
    assert len(files) >= 5
    for name in files:
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", name), name
        assert (tmp_path / name).is_file()


def test_own_styles_and_scripts_stay_small(settings: Settings, tmp_path: Path) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", interactive=False, verbosity=0)

    sizes = {name: (tmp_path / "ui" / f"{name}.br").stat().st_size for name in ("ui.css", "ui.js")}

    assert sizes["ui.css"] <= 12_000  # bytes, brotli
    assert sizes["ui.js"] <= 6_000
    assert (tmp_path / "ui" / "icons.svg.br").stat().st_size <= 6_000
