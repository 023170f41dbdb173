from django.apps import AppConfig


class ConsoleDoor(AppConfig):
    name = "huitou.doors.console"
    label = "console"
