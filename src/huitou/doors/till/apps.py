from django.apps import AppConfig


class TillDoor(AppConfig):
    name = "huitou.doors.till"
    label = "till"
