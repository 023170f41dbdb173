from django.apps import AppConfig


class JobsDoor(AppConfig):
    name = "huitou.doors.jobs"
    label = "jobs"
