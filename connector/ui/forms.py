"""Renders every form with our own templates, so that label, help and error look alike."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    pass
