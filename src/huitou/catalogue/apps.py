from django.apps import AppConfig


class CatalogueRoom(AppConfig):
    name = "huitou.catalogue"
    default_auto_field = "django.db.models.BigAutoField"
