"""Brings an installation up to date: tables, ticks, translations, static files. Safe to repeat."""

from __future__ import annotations

from io import StringIO

from django.core.management import call_command


def prepare() -> None:
    """Do all of it, quietly; raises what a command raises."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("jobqueue", "ticks")
    call_command("compile_translations", stdout=StringIO())
    call_command("collectstatic", interactive=False, verbosity=0)
