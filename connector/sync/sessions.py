"""Opens a session with a shop: its address, its token, its share of API points."""

from __future__ import annotations

import redis
from django.conf import settings
from django.utils.translation import gettext as _

from connector.shopify.bucket import Bucket
from connector.shopify.client import Client
from connector.shopify.errors import AccessDenied
from connector.shopify.redis_bucket import RedisBucket
from connector.shopify.throttle import INTERACTIVE_FLOOR, Throttle
from connector.shopify.transport import Transport
from connector.sync.budget import RowBucket
from connector.sync.request_log import request_log
from shops.models import Connection, Shop


def client_for(shop: Shop, *, interactive: bool = False, log_entry: int | None = None) -> Client:
    """Return a client that shares the shop's API points with all other workers.

    `interactive` is for what a person waits for: it may use the last points, and gives up soon.
    `log_entry` is the run that asks, for the log of requests.
    Raises AccessDenied when the shop has no token.
    """
    connection = Connection.objects.filter(shop=shop).first()
    if connection is None or not connection.access_token:
        raise AccessDenied(_("Shop %s has no access token: connect it on the shop card.") % shop)
    throttle = (
        Throttle(_bucket(shop), floor=0, max_wait=5)
        if interactive
        else Throttle(_bucket(shop), floor=INTERACTIVE_FLOOR)
    )
    transport = Transport(shop.code, shop.url, connection.access_token)
    return Client(transport, throttle, keep=request_log(shop, log_entry))


def _bucket(shop: Shop) -> Bucket:
    """In Redis where there is one, else a row of the database. Shop cards on one store share it."""
    shop = Shop.objects.filter(url=shop.url).order_by("pk").first() or shop
    if settings.BROKER_URL.startswith(("redis://", "rediss://")):
        client = redis.Redis.from_url(
            settings.BROKER_URL, socket_timeout=5, socket_connect_timeout=2
        )
        return RedisBucket(client, f"shopkontor:points:{shop.pk}")
    return RowBucket(shop)
