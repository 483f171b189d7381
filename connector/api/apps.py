from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "connector.api"
    label = "api"
    verbose_name = "API"
