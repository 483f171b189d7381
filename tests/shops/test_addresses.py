"""What may stand on a shop card as the shop's address."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from shops.addresses import is_local, shop_address


@pytest.mark.parametrize(
    "text",
    [
        "https://acme-1.myshopify.com",
        "https://acme-1.myshopify.com/",
        "acme-1.myshopify.com",
        "  HTTPS://Acme-1.MyShopify.com\n",
    ],
)
def test_a_shopify_address_is_kept_in_one_form(text: str) -> None:
    assert shop_address(text, allow_local=False) == "https://acme-1.myshopify.com"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "acme",
        "http://acme.myshopify.com",
        "https://acme.myshopify.com.evil.example",
        "https://evil.example/acme.myshopify.com",
        "https://acme.myshopify.com@evil.example",
        "https://user:pass@acme.myshopify.com",
        "https://acme.myshopify.com:8443",
        "https://acme.myshopify.com/admin",
        "https://acme.myshopify.com?x=1",
        "https://a.b.myshopify.com",
        "https://-acme.myshopify.com",
        "https://аcme.myshopify.com",  # the first letter is Cyrillic
        "https://169.254.169.254",
        "http://127.0.0.1",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:0",
        "http://10.0.0.1:80",
        "http://[::1]:8000",
        "file:///etc/passwd",
    ],
)
def test_anything_else_is_refused_and_the_form_is_shown(text: str) -> None:
    with pytest.raises(ValidationError, match=r"https://<name>\.myshopify\.com"):
        shop_address(text, allow_local=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_is_allowed_only_when_the_setting_says_so(host: str) -> None:
    address = f"http://{host}:8100"
    assert shop_address(f"{address}/", allow_local=True) == address
    with pytest.raises(ValidationError, match="SHOPIFY_ALLOW_LOCAL"):
        shop_address(address, allow_local=False)


def test_a_local_address_is_recognized() -> None:
    assert is_local("http://127.0.0.1:8100")
    assert not is_local("https://acme.myshopify.com")
