from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "connector.ui"
    label = "ui"
