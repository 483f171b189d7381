"""Only the health pages, so that their tests need no other page."""

from __future__ import annotations

from django.urls import path

from connector.pages.health import healthz, readyz

urlpatterns = [path("healthz", healthz), path("readyz", readyz)]
