"""What the containers, the examples and the settings say of one another."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(r"env\.(?:text|flag|number|words|kept_secret)\(\s*\"([A-Z_]+)\"")
DOCUMENTED = re.compile(r"^#([A-Z][A-Z_]+)=", re.MULTILINE)
INTERNAL = {"TOKEN_KEY"}  # the name of the file in which an unset TOKEN_KEYS is kept
OUTSIDE = {  # read by others than the settings
    *("PORT", "TEST_DATABASE_URL", "TEST_BROKER_URL", "REQUIRE_ALL", "CHROMIUM"),
    "POSTGRES_PASSWORD",
}


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def documented() -> set[str]:
    return set(DOCUMENTED.findall(text(".env.example")))


def test_every_setting_is_explained_and_nothing_else_is() -> None:
    read = set(READ.findall(text("connector/settings.py"))) - INTERNAL
    assert documented() - OUTSIDE == read
    assert documented() >= OUTSIDE


def test_every_name_in_the_compose_file_is_a_documented_setting() -> None:
    compose = text("docker-compose.yml")
    wanted = set(re.findall(r"\$\{([A-Z_]+)", compose))
    block = re.search(r"environment: &environment\n((?: {4}[A-Z_]+: .*\n)+)", compose)
    assert block
    given = set(re.findall(r"^ {4}([A-Z_]+):", block[1], re.MULTILINE))
    assert wanted | given <= documented()
    assert given >= {"DATABASE_URL", "BROKER_URL", "SECRET_KEY", "TOKEN_KEYS", "ALLOWED_HOSTS"}


def test_no_secret_has_a_default_in_the_compose_file() -> None:
    for name in ("SECRET_KEY", "TOKEN_KEYS", "POSTGRES_PASSWORD"):
        assert set(re.findall(rf"\$\{{{name}(.)", text("docker-compose.yml"))) == {":"}
        assert f"${{{name}:?" in text("docker-compose.yml")
        assert f"${{{name}:-" not in text("docker-compose.yml")


@pytest.mark.parametrize("process", ["web", "worker", "dispatcher", "beat", "db", "redis"])
def test_every_process_of_a_company_is_in_the_compose_file(process: str) -> None:
    assert re.search(rf"^  {process}:", text("docker-compose.yml"), re.MULTILINE)


def test_the_image_runs_as_nobody_in_particular_and_is_given_only_pinned_wheels() -> None:
    image = text("Dockerfile")
    assert image.index("USER shopkontor") < image.index("CMD [")
    assert "--require-hashes" in image
    assert "--only-binary :all:" in image


def test_the_image_leaves_out_what_must_not_be_in_it() -> None:
    left_out = set(text(".dockerignore").splitlines())
    assert left_out >= {".env", ".git", ".venv", "var"}


def test_no_index_or_host_stands_in_the_pins() -> None:
    for path in (ROOT / "requirements").iterdir():
        pins = path.read_text(encoding="utf-8")
        assert not re.search(r"^--|://", pins, re.MULTILINE), path


@pytest.mark.parametrize("target", ["setup", "demo", "run", "test", "bench", "chaos", "lint"])
def test_every_target_stands_on_an_environment_of_its_own_making(target: str) -> None:
    assert re.search(rf"^{target}: \$\((BASE|DEV)\)$", text("Makefile"), re.MULTILINE)


@pytest.mark.parametrize(
    "page",
    ["README.md", "CONTRIBUTING.md", "docs/operations.md", "docs/architecture.md", "docs/api.md"],
)
def test_every_link_between_the_pages_leads_somewhere(page: str) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", text(page))
    assert links
    assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == []
