"""Renders every form with our own templates, so that label, help and error look alike."""

from __future__ import annotations

from django import forms
from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"


class Switch(forms.CheckboxInput):
    """A checkbox shown as a switch, with its label to the left."""

    def __init__(self) -> None:
        super().__init__(attrs={"class": "sw", "role": "switch"})
